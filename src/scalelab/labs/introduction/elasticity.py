"""Lab: fixed or elastic machines for a day with a sale: what they cost and whom they refuse."""

import altair as alt

from scalelab.facts.elasticity import BORG_TASK_START, EC2_LINUX_START, EC2_WINDOWS_START
from scalelab.kernels.introduction.elasticity import DAY_POINT, SALE_POINT, WHOLE_DAY, elasticity
from scalelab.models.introduction.elasticity import (
    BURSTS_A_DAY,
    MEAN_RATE,
    MEASURE_S,
    PER_MACHINE,
    STRATEGIES,
)
from scalelab.web.lab import (
    Column,
    Lab,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    guess_rule,
    linear,
)

MEAN, PEAK, ELASTIC, TOLD = STRATEGIES
DEMAND = "Demand"
TIMELINE = "Time line"
RED = "#d1495b"


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=[DEMAND, *STRATEGIES]),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _machines(kind: int, x: alt.X, reading: str) -> alt.LayerChart | alt.FacetChart:
    """Demand as an area, and the machines that are there, over one stretch of time."""
    title = "Machines"
    points = alt.Chart(data()).transform_filter(f"datum.kind == {kind}")
    y = alt.Y("demand:Q", title=title)
    demand = (
        points.transform_calculate(series=f"'{DEMAND}'")
        .mark_area(opacity=0.25, line={"strokeWidth": 1.5})
        .encode(x=x, y=y, color=_colour())
    )
    refused = (
        points.transform_calculate(served="min(datum.demand, datum.elastic)")
        .mark_area(opacity=0.65, color=RED, interpolate="linear")
        .encode(x=x, y=alt.Y("served:Q", title=title), y2="demand:Q")
    )
    fixed = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WHOLE_DAY} && datum.fixed > 0")
        .transform_calculate(series="datum.strategy")
        .mark_rule(strokeWidth=2)
        .encode(y=alt.Y("fixed:Q", title=title), color=_colour())
    )
    band = points.transform_calculate(series=f"'{ELASTIC}'").mark_area(
        opacity=0.2, interpolate="step-after"
    ).encode(
        x=x, y=alt.Y("elastic_low:Q", title=title), y2="elastic_high:Q", color=_colour()
    )  # fmt: skip
    tooltip = [
        alt.Tooltip(f"{x.shorthand}", title=reading, format=",.1f"),
        alt.Tooltip("demand:Q", title="Demand (full machines)", format=",.1f"),
        alt.Tooltip("elastic:Q", title=ELASTIC, format=",.1f"),
        alt.Tooltip("told:Q", title=TOLD, format=",.1f"),
    ]
    lines = [
        points.transform_calculate(series=f"'{name}'")
        .mark_line(strokeWidth=2.5, interpolate="step-after")
        .encode(x=x, y=alt.Y(f"{column}:Q", title=title), color=_colour(), tooltip=tooltip)
        for name, column in ((TOLD, "told"), (ELASTIC, "elastic"))
    ]
    return alt.layer(demand, refused, fixed, band, *lines)


def _bars(column: str, title: str, *more: alt.Chart) -> alt.LayerChart | alt.FacetChart:
    """One bar for each strategy, with the lowest and the highest day."""
    whole = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WHOLE_DAY}")
        .transform_calculate(series="datum.strategy")
    )
    row = alt.Y("strategy:N", title=None, sort=list(STRATEGIES))
    axis = alt.Axis(tickCount=5, format="~s")
    bars = whole.mark_bar().encode(
        x=alt.X(f"{column}:Q", title=title, axis=axis), y=row, color=_colour(),
        tooltip=[
            alt.Tooltip("strategy:N", title="Machines"),
            alt.Tooltip("machine_hours:Q", title="Machine-hours", format=",.0f"),
            alt.Tooltip("refused:Q", title="Requests refused", format=",.0f"),
            alt.Tooltip("share:Q", title="Of all requests", format=".2%"),
            alt.Tooltip("used:Q", title="Used of what is paid for", format=".0%"),
        ],
    )  # fmt: skip
    spread = whole.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{column}_low:Q"), x2=f"{column}_high:Q", y=row
    )
    return alt.layer(bars, spread, *more).properties(height=96)


def _chart() -> alt.TopLevelMixin:
    hour = alt.X(
        "hour:Q", title="Hour of the day", scale=alt.Scale(domain=[0, 24], nice=False),
        axis=alt.Axis(values=list(range(0, 25, 3))),
    )  # fmt: skip
    minute = alt.X(
        "minute:Q", title="Minutes into the sale (red: refused)",
        scale=alt.Scale(nice=False), axis=alt.Axis(tickCount=8),
    )  # fmt: skip
    # The axis reaches a thousand requests even where none is refused.
    reach = (
        alt.Chart(data())
        .transform_aggregate(highest="max(refused_high)")
        .transform_calculate(reach="max(1000, datum.highest)")
        .mark_rule(opacity=0)
        .encode(x="reach:Q")
    )
    return alt.vconcat(
        _machines(DAY_POINT, hour, "Hour").properties(height=190),
        _machines(SALE_POINT, minute, "Minutes").properties(height=190),
        _bars("machine_hours", "Cost: machine-hours a day"),
        _bars("refused", "Requests refused a day", reach, guess_rule("x")),
    )


def _of(name: str, strategy: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"strategy": strategy}, form)


lab = Lab(
    name="introduction/elasticity",
    title="Machines for the peak, for the mean, or as many as it takes",
    kernel=elasticity,
    controls=[
        Slider("peak_to_trough", "Evening over night", (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0),
               4.0, unit="times", format=",.1f", help="Demand at 18:00 over that at 6:00"),
        Slider("sale", "Sale at ten, for an hour", (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0), 3.0,
               unit="times the demand", format=",.1f", help="1 is no sale"),
        Slider("rise_s", "The sale rises within", (0, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600),
               60, unit="s"),
        Slider("boot_s", "A new machine serves after", (0, 15, 30, 60, 90, 120, 180, 300, 600, 810),
               300, unit="s",
               help=f"Measured: {BORG_TASK_START.value:.0f} s for a program at Google (2015), "
                    f"{EC2_LINUX_START.value:.0f} s for a virtual machine with Linux and "
                    f"{EC2_WINDOWS_START.value:.0f} s with Windows (2012)"),
        linear("target", "Machines may be busy to", 0.3, 1.0, 0.05, 0.7, format=".0%",
               help="All four are sized by it; what is left is head-room"),
        Slider("hold_min", "Given back if not wanted for", (0, 5, 10, 15, 30, 60), 10, unit="min"),
        Slider("burst", "Random bursts", (0.0, 0.1, 0.2, 0.3, 0.5, 1.0), 0.2, format=".0%",
               help="Mean height, over the demand; twelve a day on average, each fades within "
                    "some ten minutes"),
        Slider("most", "Machines at most", (10, 15, 20, 30, 40, 60, 100), 60,
               help="More of them do not help: the database behind them is full"),
    ],
    constants={
        "measure_s": MEASURE_S, "mean_rate": MEAN_RATE, "per_machine": PER_MACHINE,
        "bursts_a_day": BURSTS_A_DAY, "n_runs": 20, "seed": 1,
    },
    columns=[
        Column("strategy", "Machines", labels=(*STRATEGIES, TIMELINE)),
        Column("kind", "Kind", hidden=True),
        Column("hour", "Hour of the day", format=",.2f"),
        Column("minute", "Since the sale began", "min", ",.1f", hidden=True),
        Column("demand", "Demand", "full machines", ",.1f"),
        Column("demand_low", "Demand, lowest", hidden=True),
        Column("demand_high", "Demand, highest", hidden=True),
        Column("elastic", "Elastic", "machines", ",.1f"),
        Column("elastic_low", "Elastic, lowest", hidden=True),
        Column("elastic_high", "Elastic, highest", hidden=True),
        Column("told", "Elastic and told", "machines", ",.1f"),
        Column("fixed", "Fixed", "machines"),
        Column("machine_hours", "Machine-hours", "a day"),
        Column("machine_hours_low", "Fewest", hidden=True),
        Column("machine_hours_high", "Most", hidden=True),
        Column("refused", "Refused", "requests a day"),
        Column("refused_low", "Fewest refused", hidden=True),
        Column("refused_high", "Most refused", hidden=True),
        Column("share", "Refused", "of the requests", ".2%"),
        Column("used", "Used of what is paid for", format=".0%"),
        Column("worst", "Refused at the worst moment", format=".0%"),
        Column("short_min", "Short for", "min", ",.1f", hidden=True),
        Column("worst_machines", "Machines missing", "at most", hidden=True),
        Column("spare", "Machines to spare", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "Machines for the peak cost {peak_hours} machine-hours a day and refuse {peak_refused} "
        "requests. Elastic costs {elastic_hours} and refuses {elastic_refused} ({elastic_share} of "
        "the day's, {elastic_worst} of those at the worst moment). Told of the sale, it costs "
        "{told_hours} and refuses {told_refused}. Machines for the mean cost {mean_hours} and "
        "refuse {mean_refused}. Of what is paid for, {peak_used} (peak) and {elastic_used} "
        "(elastic) is used. Means of 20 days."
    ),
    readings=[
        _of("mean_hours", MEAN, "machine_hours"),
        _of("peak_hours", PEAK, "machine_hours"),
        _of("elastic_hours", ELASTIC, "machine_hours"),
        _of("told_hours", TOLD, "machine_hours"),
        _of("mean_refused", MEAN, "refused"),
        _of("peak_refused", PEAK, "refused"),
        _of("elastic_refused", ELASTIC, "refused"),
        _of("told_refused", TOLD, "refused"),
        _of("elastic_share", ELASTIC, "share", ".2%"),
        _of("elastic_worst", ELASTIC, "worst", ".0%"),
        _of("peak_used", PEAK, "used", ".0%"),
        _of("elastic_used", ELASTIC, "used", ".0%"),
    ],
    prediction=Prediction(
        "At ten in the morning the shop gets 700 requests a second, and elastic has machines for "
        "1,000. Within a minute a sale makes it 2,100. It takes a minute until this is noticed and "
        "five until the new machines serve. How many requests does elastic refuse that day?",
        reading="elastic_refused", low=0.0, high=1_500_000.0, step=10_000.0, format=",.0f",
    ),
    tries=[
        Try("Machines that serve after 30 seconds in place of five minutes. Is the sale saved?",
            {"boot_s": 30}),
        Try("The newsletter goes out in parts, and the sale takes half an hour to rise. What does "
            "that save, with the slow machines?", {"rise_s": 1800}),
        Try("Twice the machines for the same load: busy to 35% at most. What does it cost elastic "
            "to survive the sale so?", {"target": 0.35}),
        Try("The database is full at 20 machines. Elastic follows, up to there: which of the four "
            "scales?", {"most": 20}),
    ],
)  # fmt: skip
