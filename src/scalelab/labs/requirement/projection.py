"""Lab: a load projected from its history, with bands, and how often such bands were right."""

from datetime import date, timedelta

import altair as alt

from scalelab.kernels.requirement.projection import projection
from scalelab.models.requirement.history import FORMAT
from scalelab.models.requirement.projection import SERIES, STATES
from scalelab.web.lab import (
    Choice,
    Column,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    guess_rule,
)

KINDS = ("History", "Ahead", "Backtest")
PAST, AHEAD, BACKTEST = KINDS
KNOWN, LATER, MIDDLE, NAIVE = (
    "Known", "Came later", "Forecast", "Last week's same day",
)  # fmt: skip
BAND_80, BAND_95, WIDENED = "80% band", "95% band", "Widened band"
COLOURS = [MIDDLE, KNOWN, LATER, NAIVE, BAND_95, WIDENED]
GREY = "#8b93a1"
RED = "#d1495b"
# Sixteen weeks from a Monday, 2 % more each week.
EXAMPLE = "day, orders\n" + "".join(
    f"{date(2026, 3, 2) + timedelta(day)}, "
    f"{100 * 1.02 ** (day // 7) * (1.3, 1.0, 0.9, 1.0, 1.1, 1.2, 1.4)[day % 7]:.0f}\n"
    for day in range(112)
)


def _x() -> alt.X:
    return alt.X(
        "date:T", title=None, scale=alt.Scale(type="utc", nice=False),
        axis=alt.Axis(format="%b %y", tickCount=6, labelOverlap=True),
    )  # fmt: skip


def _forecast() -> alt.LayerChart | alt.FacetChart:
    """Loads on a logarithmic scale: what grows by the same share each month is a straight line."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind != '{BACKTEST}'")
    x = _x()
    colour = alt.Color("what:N", title=None, scale=alt.Scale(domain=COLOURS))

    def y(column: str) -> alt.Y:
        return alt.Y(
            f"{column}:Q", title="Load (a day)", scale=alt.Scale(type="log", nice=False, padding=6),
            axis=alt.Axis(format="~s", tickCount=5),
        )  # fmt: skip

    tooltip = [
        alt.Tooltip("date:T", title="Day", format="%a %e %b %Y", formatType="utc"),
        alt.Tooltip("load:Q", title="Load", format=",.0f"),
        alt.Tooltip("by_model:Q", title="By the model", format=",.0f"),
        alt.Tooltip("low_95:Q", title="95% band from", format=",.0f"),
        alt.Tooltip("high_95:Q", title="to", format=",.0f"),
    ]
    ahead = rows.transform_filter(f"datum.kind == '{AHEAD}'")
    layers: list[alt.Chart] = [
        source.mark_area(opacity=opacity, color=GREY).encode(x=x, y=y(low), y2=f"{high}:Q")
        for source, low, high, opacity in (
            (ahead.transform_filter("datum.has_widened == 1"), "low_wide", "high_wide", 0.2),
            (ahead, "low_95", "high_95", 0.25),
            (ahead, "low_80", "high_80", 0.3),
        )
    ]
    layers.append(
        rows.transform_filter("datum.has_model == 1")
        .transform_calculate(what=f"'{MIDDLE}'")
        .mark_line(strokeWidth=2)
        .encode(x=x, y=y("by_model"), color=colour, detail="kind:N", tooltip=tooltip)
    )
    layers.append(
        ahead.transform_filter("datum.last_week > 0")
        .transform_calculate(what=f'"{NAIVE}"')
        .mark_line(strokeWidth=1.5)
        .encode(x=x, y=y("last_week"), color=colour)
    )
    layers.append(
        rows.transform_filter("datum.has_load == 1")
        .transform_calculate(what=f"datum.kind == '{PAST}' ? '{KNOWN}' : '{LATER}'")
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x, y=y("load"), color=colour, tooltip=tooltip,
            size=alt.condition(f"datum.kind == '{PAST}'", alt.value(14), alt.value(55)),
        )
    )  # fmt: skip
    full = rows.transform_filter("datum.capacity > 0").transform_calculate(text="'capacity'")
    layers.append(full.mark_rule(color=RED, strokeWidth=1.5).encode(y=y("capacity")))
    layers.append(
        full.mark_text(color=RED, align="left", dx=4, dy=-7, fontWeight="bold").encode(
            x=x, y=y("capacity"), text="text:N"
        )
    )
    return alt.layer(*layers).properties(height=250)


def _held() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{BACKTEST}'")
    x = alt.X("week:Q", title="Weeks ahead", scale=alt.Scale(nice=False),
              axis=alt.Axis(tickMinStep=1, format=".0f"))  # fmt: skip
    y = alt.Y(
        "share:Q", title="Days in the band", scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )  # fmt: skip
    lines = (
        rows.transform_fold(["in_95", "in_wide"], as_=["of", "share"])
        .transform_filter("datum.of != 'in_wide' || datum.had_widened == 1")
        .transform_calculate(band=f"datum.of == 'in_95' ? '{BAND_95}' : '{WIDENED}'")
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=x, y=y,
            color=alt.Color("band:N", title=None, scale=alt.Scale(domain=COLOURS)),
            tooltip=[
                alt.Tooltip("band:N", title="Band"),
                alt.Tooltip("week:Q", title="Weeks ahead", format=".0f"),
                alt.Tooltip("share:Q", title="Days in it", format=".0%"),
            ],
        )
    )  # fmt: skip
    promise = (
        alt.Chart(data())
        .transform_aggregate(some="count()")
        .transform_calculate(share="0.95")
        .mark_rule(color=GREY, strokeWidth=1.5)
        .encode(y=y)
    )
    return alt.layer(promise, lines, guess_rule("y")).properties(height=130)


def _of_all(name: str, column: str, form: str, known: str | None = None) -> Reading:
    """Of the whole result, in the first row; a dash where there is none."""
    return Reading(name, column, {} if known is None else {known: 1}, form)


def _scored(name: str, column: str, form: str) -> Reading:
    return Reading(name, column, {"state": STATES[2]}, form)


def _if_known(*names: str) -> list[Column]:
    return [Column(f"{n}{part}", n, hidden=True) for n in names for part in ("", "_known")]


lab = Lab(
    name="requirement/projection",
    title="Where will the load be in three months?",
    kernel=projection,
    own=OwnData(
        "observations", FORMAT, instead="the built-in histories",
        note="The choice of a history has no effect on it. A forecast takes six weeks of days, "
             "a backtest twice that and what is looked ahead.",
        example=EXAMPLE,
        settings={"horizon": 14, "back": 0},
    ),
    controls=[
        Choice("which", "History", SERIES, 1),
        Slider("history", "Days to learn from",
               (42, 56, 84, 112, 182, 364, 546, 730), 364, unit="days",
               help="No more than half of what there is. From two years on, a yearly season is "
                    "learned too"),
        Slider("horizon", "Look ahead", (7, 14, 28, 56, 91, 182), 91, unit="days"),
        Slider("back", "Stand before the end", tuple(range(0, 105, 4)), 20, unit="weeks",
               help="Nothing after that day is known to the forecast; it is what came later"),
        Slider("capacity", "Capacity", (1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0), 2.0,
               unit="times today's load", format=".1f",
               help="Today's is the mean of the last four weeks"),
        Slider("campaign", "Campaign", (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0), 1.0,
               unit="times the load", format=".1f", help="On one day of the forecast"),
        Slider("campaign_day", "Campaign comes in",
               (1, 7, 14, 21, 28, 42, 56, 84, 112, 140, 180), 28, unit="days"),
    ],
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("day", "Days from today"),
        Column("date", "Date", hidden=True),
        Column("load", "Load", "a day", ",.0f"),
        Column("has_load", "Has a load", hidden=True),
        Column("by_model", "By the model", "a day", ",.0f"),
        Column("has_model", "Has a model", hidden=True),
        *(
            Column(f"{end}_{band}", f"{title} band, {'from' if end == 'low' else 'to'}",
                   format=",.0f")
            for band, title in (("80", "80%"), ("95", "95%"), ("wide", "Widened"))
            for end in ("low", "high")
        ),
        Column("has_widened", "Has a widened band", hidden=True),
        Column("last_week", "Last week's same day", "a day", ",.0f"),
        Column("drift", "That with drift", "a day", ",.0f"),
        Column("week", "Weeks ahead"),
        Column("in_80", "In the 80% band", "of the days", ".0%"),
        Column("in_95", "In the 95% band", "of the days", ".0%"),
        Column("in_wide", "In the widened band", "of the days", ".0%"),
        Column("error", "Error", "of the truth", ".0%"),
        Column("error_last_week", "Error, last week's same day", "of the truth", ".0%"),
        Column("error_drift", "Error, that with drift", "of the truth", ".0%"),
        Column("had_widened", "Had a widened band", hidden=True),
        Column("state", "State", labels=STATES, hidden=True),
        Column("days", "Days learned from", hidden=True),
        Column("held_back", "Days held back", hidden=True),
        *_if_known("all_80", "all_95", "all_wide", "factor", "doubling", "reached", "reached_95",
                   "reached_wide"),
        Column("origins", "Forecasts", hidden=True),
        Column("all_error", "Error", hidden=True),
        Column("all_last_week", "Error of last week", hidden=True),
        Column("all_drift", "Error with drift", hidden=True),
        Column("peak", "Peak over forecast", hidden=True),
        Column("growth", "Growth", hidden=True),
        Column("growth_low", "from", hidden=True),
        Column("growth_high", "to", hidden=True),
        Column("memory", "Autocorrelation", hidden=True),
        Column("aside", "Set aside", hidden=True),
        Column("capacity", "Capacity", hidden=True),
    ],
    chart=alt.vconcat(_forecast(), _held()),
    summary=(
        "{state}.[ From {days} days, {aside} of them set aside as far off, the load changes by "
        "{growth} a month ({growth_low} to {growth_high}).][ Of the days that came after "
        "{origins} forecasts from the past, {in_95} were in the 95% band.][ Widened by its "
        "record, the band held {in_wide}.][ Mean error: {error} of the truth; of last week's "
        "same day: {error_last_week}. The busiest day was {peak} times the busiest forecast.] "
        "Capacity is for {full} a day.[ The forecast reaches it in {reached} days.][ Its 95% "
        "band reaches it in {reached_95} days.]"
    ),
    readings=[
        _of_all("state", "state", ",.0f"),
        _of_all("days", "days", ",.0f"),
        _of_all("held_back", "held_back", ",.0f"),
        _of_all("aside", "aside", ",.0f"),
        *(
            Reading(name, name, {"kind": PAST, "has_model": 1}, ".1%")
            for name in ("growth", "growth_low", "growth_high")
        ),
        _of_all("doubling", "doubling", ",.0f", "doubling_known"),
        _of_all("memory", "memory", ".2f"),
        _of_all("origins", "origins", ",.0f"),
        _of_all("in_80", "all_80", ".0%", "all_80_known"),
        _of_all("in_95", "all_95", ".0%", "all_95_known"),
        _of_all("in_wide", "all_wide", ".0%", "all_wide_known"),
        _of_all("factor", "factor", ".1f", "factor_known"),
        _scored("error", "all_error", ",.0%"),
        _scored("error_last_week", "all_last_week", ",.0%"),
        _scored("error_drift", "all_drift", ",.0%"),
        _scored("peak", "peak", ",.1f"),
        _of_all("full", "capacity", ",.0f"),
        _of_all("reached", "reached", ",.0f", "reached_known"),
        _of_all("reached_95", "reached_95", ",.0f", "reached_95_known"),
        _of_all("reached_wide", "reached_wide", ",.0f", "reached_wide_known"),
    ],
    prediction=Prediction(
        "The daily views of a page, learned from a year: weekday, trend, and a band that is meant "
        "to hold 95 of 100 days. From 20 days of the past, three months were forecast in this way. "
        "What share of the days that came was in the band?",
        reading="in_95", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("Learn from two years, so that the yearly season is learned too.", {"history": 730}),
        Try("The shop, made up with a trend of 3% a month and noise that never changes: is the "
            "band right there, with a year?", {"which": 0, "history": 364}),
        Try("The shop with two years. How much growth does it see now?",
            {"which": 0, "history": 730}),
        Try("The shop today, with a campaign that triples the load in four weeks, and capacity "
            "for twice the load.",
            {"which": 0, "history": 730, "back": 0, "campaign": 3.0, "campaign_day": 28,
             "capacity": 2.0}),
    ],
)  # fmt: skip
