"""Lab: the load of a week and of a year's busiest day, and what capacity for it leaves idle."""

import altair as alt

from scalelab.facts.week import CYBER_MONDAY, NOVEMBER_TO_THE_29TH
from scalelab.kernels.workload.temporal import BUILT_IN, DAYS, HOURS, temporal
from scalelab.labs.introduction.elasticity import lab as elasticity
from scalelab.labs.requirement.sizing import lab as sizing
from scalelab.models.access_log import FORMAT
from scalelab.models.workload.temporal import STATES, SYSTEMS, WEEK, WIDTHS
from scalelab.samples import week
from scalelab.web.lab import (
    Choice,
    Column,
    HandOver,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Sample,
    Slider,
    Try,
    data,
    guess_rule,
    linear,
)

KINDS = ("Hour of the day", "Width")
CLOCK, WIDTH = KINDS
YOURS = "Your log"
ALL = (*SYSTEMS, YOURS)
assert len(SYSTEMS) == BUILT_IN
RED = "#d1495b"
GREY = "#8b93a1"
SHORT = tuple(day[:3].lower() for day in WEEK)
# Widest first: the eye goes from what is smooth to what is not.
ORDER = list(reversed(WIDTHS))
TIMES_A_DAY_OF_NOVEMBER = CYBER_MONDAY.value / (NOVEMBER_TO_THE_29TH.value / 29)


def _colour() -> alt.Color:
    return alt.Color(
        "system:N", title=None, scale=alt.Scale(domain=list(ALL)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _days(*columns: str) -> str:
    """The columns' values, none where the log has not seen the hour: there the line breaks."""
    values = ", ".join(f"datum.known == 1 ? datum.{column} : null" for column in columns)
    return f"[{values}]"


def _week() -> alt.LayerChart | alt.FacetChart:
    """The columns of the seven days one after the other: the hours of a week."""
    clock = alt.Chart(data()).transform_filter(f"datum.kind == '{CLOCK}'")
    hours = (
        clock.transform_calculate(
            days=f"[{', '.join(map(str, range(DAYS)))}]",
            load=_days(*SHORT),
            low=_days(*(f"{day}_low" for day in SHORT)),
            high=_days(*(f"{day}_high" for day in SHORT)),
        )
        .transform_flatten(["days", "load", "low", "high"])
        .transform_calculate(
            at="24 * datum.days + datum.hour",
            day=f"{list(WEEK)}[datum.days]",
        )
    )
    names = [day[:3] for day in WEEK]
    x = alt.X(
        "at:Q", title=None, scale=alt.Scale(domain=[0, HOURS], nice=False),
        axis=alt.Axis(
            values=[24 * d + 12 for d in range(DAYS)], grid=False,
            labelExpr=f"{names}[floor(datum.value / 24)]",
        ),
    )  # fmt: skip

    def y(column: str) -> alt.Y:
        return alt.Y(
            f"{column}:Q", title="Requests a second", scale=alt.Scale(domainMin=0),
            axis=alt.Axis(format=",.3~r", tickCount=5),
        )  # fmt: skip

    tooltip = [
        alt.Tooltip("day:N", title="Day"),
        alt.Tooltip("hour:Q", title="Hour", format=".0f"),
        alt.Tooltip("load:Q", title="Mean", format=",.3~r"),
        alt.Tooltip("low:Q", title="Weeks from", format=",.3~r"),
        alt.Tooltip("high:Q", title="to", format=",.3~r"),
    ]
    one = clock.transform_filter("datum.hour == 0")
    paid = one.mark_rule(color=RED, strokeWidth=2).encode(y=y("capacity"))
    name = (
        one.transform_calculate(text="'capacity for the peak of the year'", at="1")
        .mark_text(color=RED, align="left", dy=11, fontWeight="bold")
        .encode(x=x, y=y("capacity"), text="text:N")
    )
    calm = one.transform_filter("datum.quiet_known == 1").transform_calculate(
        at=f"24 * indexof({list(WEEK)}, datum.quiet_at) + datum.quiet_hour",
        until=f"min(24 * indexof({list(WEEK)}, datum.quiet_at) + datum.quiet_hour"
        f" + datum.quiet_length, {HOURS})",
        text="'quietest'",
    )
    quiet = calm.mark_rect(color=GREY, opacity=0.3).encode(x=x, x2="until:Q")
    # On the side that has room.
    called = [
        calm.transform_filter("datum.at >= 40").mark_text(color=GREY, align="right", dx=-4, dy=30),
        calm.transform_filter("datum.at < 40")
        .transform_calculate(at="datum.until")
        .mark_text(color=GREY, align="left", dx=4, dy=30),
    ]
    called = [each.encode(x=x, y=y("capacity"), text="text:N") for each in called]
    sale = clock.transform_filter("datum.special > 0 && datum.known == 1").transform_calculate(
        at="96 + datum.hour"
    )
    special = sale.mark_line(color=RED, strokeWidth=2).encode(
        x=x, y=y("special"),
        tooltip=[
            alt.Tooltip("hour:Q", title="Special Friday, hour", format=".0f"),
            alt.Tooltip("special:Q", title="Mean", format=",.3~r"),
        ],
    )  # fmt: skip
    named = (
        sale.transform_window(rank="rank()", sort=[alt.SortField("special", order="descending")])
        .transform_filter("datum.rank == 1")
        .transform_calculate(text="'special Friday'", at="max(datum.at - 3, 30)")
        .mark_text(color=RED, align="right", fontWeight="bold")
        .encode(x=x, y=y("special"), text="text:N")
    )
    band = hours.mark_area(opacity=0.3).encode(x=x, y=y("low"), y2="high:Q", color=_colour())
    load = hours.mark_area(opacity=0.55, line={"strokeWidth": 1}).encode(
        x=x, y=y("load"), color=_colour(), tooltip=tooltip
    )
    return alt.layer(quiet, *called, load, band, special, named, paid, name).properties(height=210)


def _peaks() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{WIDTH}'")
    x = alt.X(
        "width:N",
        title="Peak taken over a",
        sort=ORDER,
        axis=alt.Axis(labelAngle=0, labelExpr="replace(datum.label, 'utes', '')"),
    )

    def y(column: str) -> alt.Y:
        return alt.Y(
            f"{column}:Q", title="Peak over mean", scale=alt.Scale(domainMin=0),
            axis=alt.Axis(tickCount=5),
        )  # fmt: skip

    tooltip = [
        alt.Tooltip("system:N", title="System"),
        alt.Tooltip("width:N", title="Peak over a"),
        alt.Tooltip("over_mean:Q", title="Over the mean", format=",.1f"),
        alt.Tooltip("over_low:Q", title="Years from", format=",.1f"),
        alt.Tooltip("over_high:Q", title="to", format=",.1f"),
        alt.Tooltip("peak:Q", title="Requests a second", format=",.3~r"),
    ]
    band = rows.mark_area(opacity=0.2).encode(x=x, y=y("over_low"), y2="over_high:Q",
                                              color=_colour())  # fmt: skip
    lines = rows.mark_line(point=True, strokeWidth=2).encode(
        x=x, y=y("over_mean"), color=_colour(), tooltip=tooltip
    )
    seen = (
        rows.transform_filter("datum.has_observed == 1")
        .mark_point(size=80, shape="cross", filled=True, opacity=1)
        .encode(
            x=x, y=y("observed"), color=_colour(),
            tooltip=[
                alt.Tooltip("width:N", title="In the log itself, over a"),
                alt.Tooltip("observed:Q", title="Over the mean", format=",.1f"),
            ],
        )
    )  # fmt: skip
    return alt.layer(band, lines, seen, guess_rule("y")).properties(height=170)


def _of_all(name: str, form: str, column: str = "", known: str = "") -> Reading:
    return Reading(name, column or name, {known: 1} if known else {}, form)


def _estimate(name: str, title: str) -> list[Column]:
    return [Column(f"{name}{part}", title, hidden=True) for part in ("", "_low", "_high", "_known")]


def _read(name: str, form: str) -> list[Reading]:
    return [_of_all(f"{name}{part}", form, known=f"{name}_known") for part in ("", "_low", "_high")]


lab = Lab(
    name="workload/temporal",
    title="One week of load, and machines for the peak of the year",
    kernel=temporal,
    own=OwnData(
        "log_rows", FORMAT, instead="the built-in weeks",
        note="The system and its requests a day have no effect on it; the first minute and the "
             "spread of days are the log's, where it is long enough.",
        settings={"special": 1.0, "second": 0.0},
        sample=Sample(week.FILE, week.TITLE),
    ),
    hand_overs=[
        HandOver(elasticity, {"peak_to_trough": "trough", "sale": "special"}),
        HandOver(sizing, {"busiest": "busiest", "campaign": "special"}),
    ],
    controls=[
        Choice("system", "System", SYSTEMS,
               help="The shop and the HR system are assumptions; the taxi rides were counted"),
        Slider("requests_a_day", "Requests a day",
               (10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000,
                5_000_000, 10_000_000, 20_000_000, 50_000_000), 1_000_000,
               help="Of the home region, mean of an ordinary week"),
        Slider("special", "One Friday of the year brings",
               (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 20.0), 3.0, unit="times its load",
               format=".1f",
               help="In the United States, Cyber Monday of 2021 brought "
                    f"{TIMES_A_DAY_OF_NOVEMBER:.1f} times the money of a mean day of November"),
        Slider("second", "Users of a second region", (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0), 0.0,
               format=".0%", help="Over those of the first; they come on top"),
        linear("hours_behind", "It is behind by", 0, 23, 1, 9, unit="h"),
        Slider("first_minute", "Come in the hour's first minute",
               (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2), 0.02, format=".1%",
               help="Of the hour's requests, on top of the rest: jobs and reminders go by the "
                    "clock. An assumption"),
        Slider("spread", "Days differ by", (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5), 0.1, format=".0%",
               help="Standard deviation of the same weekday. An assumption"),
        Choice("sized_for", "Capacity is for the busiest", WIDTHS, 1),
        Slider("quiet_h", "Quiet hours wanted", (1, 2, 3, 4, 6, 8, 12), 4, unit="h",
               help="In one piece, for maintenance or for batch work"),
    ],
    constants={"n_runs": 9, "seed": 1},
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("system", "System", labels=ALL),
        Column("hour", "Hour"),
        *(Column(day, title, "requests/s", ",.2f") for day, title in zip(SHORT, WEEK, strict=True)),
        *(Column(f"{day}_{end}", f"{title}, weeks {words}", hidden=True)
          for end, words in (("low", "from"), ("high", "to"))
          for day, title in zip(SHORT, WEEK, strict=True)),
        Column("special", "Special Friday", "requests/s", ",.2f"),
        Column("known", "Known", hidden=True),
        Column("width", "Peak over a", labels=WIDTHS),
        Column("peak", "Peak", "requests/s", ",.2f"),
        Column("peak_low", "Lowest year", "requests/s", ",.2f"),
        Column("peak_high", "Highest year", "requests/s", ",.2f"),
        Column("over_mean", "Peak over mean", format=",.2f"),
        Column("over_low", "Lowest year over mean", hidden=True),
        Column("over_high", "Highest year over mean", hidden=True),
        Column("observed", "In the log itself, over mean", hidden=True),
        Column("has_observed", "Is in the log", hidden=True),
        Column("mean", "Mean", hidden=True),
        Column("capacity", "Capacity", hidden=True),
        Column("times", "Capacity over mean", hidden=True),
        Column("idle", "Idle", hidden=True),
        Column("above_half", "Hours busier than half", hidden=True),
        Column("quiet_at", "Quiet day", labels=WEEK, hidden=True),
        Column("quiet_hour", "Quiet from", hidden=True),
        Column("quiet_load", "Quiet load", hidden=True),
        Column("quiet_known", "Has quiet hours", hidden=True),
        Column("peak_hour", "Busiest hour", hidden=True),
        Column("alone_mean", "Mean of the home region", hidden=True),
        Column("alone_peak", "Busiest hour of the home region", hidden=True),
        Column("state", "State", labels=STATES, hidden=True),
        Column("days", "Whole days", hidden=True),
        Column("seen", "Hours seen", hidden=True),
        *_estimate("busiest", "Share of the busiest hour"),
        *_estimate("first", "First minute"),
        *_estimate("differ", "Days differ by"),
        Column("trough", "Busiest over quietest hour", hidden=True),
        Column("trough_known", "All hours known", hidden=True),
        Column("quiet_length", "Quiet hours", hidden=True),
        Column("hour_times", "Capacity for the busiest hour", hidden=True),
        Column("second_times", "Capacity for the busiest second", hidden=True),
    ],
    chart=alt.vconcat(_week(), _peaks()),
    summary=(
        "{of}: {mean} requests a second on average[, {peak_hour} in the busiest hour of an "
        "ordinary week].[ Capacity for the busiest {width} of the year is {capacity} a second, "
        "{times} times the mean; for the busiest hour it would be {hour_times} times, for the "
        "busiest second {second_times}. It leaves {idle} of the machine-hours idle.][ Quietest "
        "{quiet_h}: {quiet_day} from {quiet_hour}:00, with {quiet_load} of the mean.][ "
        "{log_state}.][ The busiest hour of a day has {log_busiest} of its requests "
        "({busiest_low} to {busiest_high}).][ Days differ by {differ} ({differ_low} to "
        "{differ_high}).][ In the first minute of an hour come {first} of its requests, on top "
        "of the rest ({first_low} to {first_high}).]"
    ),
    readings=[
        Reading("of", "system", {"kind": CLOCK}),
        _of_all("mean", ",.2f"),
        _of_all("peak_hour", ",.2f", known="busiest_known"),
        Reading("width", "width", {"kind": WIDTH, "width": "{sized_for}"}),
        _of_all("capacity", ",.1f", known="busiest_known"),
        _of_all("times", ",.1f", known="busiest_known"),
        _of_all("hour_times", ",.1f", known="busiest_known"),
        _of_all("second_times", ",.1f", known="busiest_known"),
        _of_all("idle", ".1%", known="busiest_known"),
        _of_all("above_half", ",.0f"),
        _of_all("alone_mean", ",.2f"),
        _of_all("alone_peak", ",.2f"),
        _of_all("quiet_day", ",.0f", "quiet_at", "quiet_known"),
        _of_all("quiet_hour", ",.0f", known="quiet_known"),
        _of_all("quiet_load", ".0%", known="quiet_known"),
        _of_all("state", ",.0f"),
        Reading("log_state", "state", {"kind": CLOCK, "system": YOURS}, ",.0f"),
        Reading("log_busiest", "busiest", {"system": YOURS, "busiest_known": 1}, ".1%"),
        _of_all("days", ",.0f"),
        _of_all("seen", ",.0f"),
        *_read("busiest", ".1%"),
        *_read("first", ".1%"),
        *_read("differ", ".0%"),
        _of_all("trough", ",.1f", known="trough_known"),
    ],
    prediction=Prediction(
        "The shop gets a million requests a day: 11.6 a second. One Friday of the year brings "
        "three times the load of a Friday. How many times the mean must the capacity be, so that "
        "the busiest minute of that year fits?",
        reading="times", low=1.0, high=60.0, step=0.5, format=".1f",
    ),
    tries=[
        Try("The internal HR system, with as many requests a day. How many times the shop's "
            "capacity does it need?", {"system": 1}),
        Try("It gets as many users again, nine hours away. The mean doubles; and the capacity?",
            {"system": 1, "second": 1.0, "hours_behind": 9}),
        Try("The shop buys for its busiest hour, as the monitoring shows it. What does it miss, "
            "compared with the busiest minute?", {"system": 0, "second": 0.0, "sized_for": 3}),
        Try("A shop with 10,000 requests a day, for its busiest second. Why is it so much more "
            "than the million's?",
            {"system": 0, "second": 0.0, "requests_a_day": 10_000, "sized_for": 0}),
    ],
)  # fmt: skip
