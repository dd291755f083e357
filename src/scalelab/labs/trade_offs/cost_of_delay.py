"""Lab: quick, bounded or scalable from the start, and where they cross."""

import altair as alt

from scalelab.kernels.trade_offs.cost_of_delay import (
    BY_MARKET,
    CROSSING,
    CURVE,
    LEAST_CHANGE,
    LEAST_REWRITE,
    MOST_EXTRA,
    MOST_MORE,
    OF_QUICK,
    SET,
    TORNADO,
    cost_of_delay,
)
from scalelab.models.trade_offs.cost_of_delay import (
    CHANGE,
    CONSTANTS,
    EXTRA,
    GROWTH,
    LATE,
    LIMIT,
    MARKET,
    MORE,
    REWRITE,
    RIGHT,
    SUCCESS,
    WAYS,
)
from scalelab.web.lab import (
    Choice,
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

WIDTH = 440
QUICK, BOUNDED_WAY, SCALABLE = WAYS
LOW, HIGH = "Low", "High"
SERIES = (*WAYS, LOW, HIGH)
# In the order of the kernel's assumptions, with what is tried.
TRIED = (
    "Success 10, 50%",
    "Growth 10, 20%",
    "Market 30k, 300k",
    "Spread 0.5, 1.5",
    "Limit 60k, 240k",
    "Margin 2.5, 10 USD",
    "Boundaries 0.5, 3",
    "Rewrite 3, 12",
    "Dearer 0, 50%",
    "Right 50, 100%",
    "Share lost 0, 50%",
    "Replacing 1, 6",
    "Discount 5, 40%",
    "Horizon 48, 72",
)


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=list(SERIES)),
        legend=alt.Legend(columns=5, labelLimit=90),
    )  # fmt: skip


def _over_success() -> alt.LayerChart | alt.FacetChart:
    """Expected value over quick; large points are as set, the cross is where boundaries pay."""
    rows = alt.Chart(data()).transform_calculate(series="datum.way")
    x = alt.X(
        "success:Q", title="Chance of success",
        axis=alt.Axis(format=".0%", tickCount=6), scale=alt.Scale(domain=[0, 1]),
    )  # fmt: skip
    y = alt.Y("gain:Q", title="Worth more than quick (kUSD)",
              axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("success:Q", title="Chance of success", format=".0%"),
        alt.Tooltip("gain:Q", title="More than quick (kUSD)", format=",.0f"),
        alt.Tooltip("value:Q", title="Expected value (kUSD)", format=",.0f"),
    ]
    lines = rows.transform_filter(f"datum.kind == {CURVE}").mark_line(strokeWidth=2.5)
    here = rows.transform_filter(f"datum.kind == {SET}").mark_point(
        size=110, strokeWidth=2.5, opacity=1
    )
    crossing = (
        alt.Chart(data())
        .transform_filter(
            f"datum.kind == {CROSSING} && datum.which == {OF_QUICK} && datum.found == 1"
        )
        .transform_calculate(series=f"'{BOUNDED_WAY}'")
        .mark_point(size=120, shape="cross", filled=True, opacity=1)
        .encode(
            x=alt.X("answer:Q"), y=y, color=_colour(),
            tooltip=[alt.Tooltip("answer:Q", title="Boundaries pay from", format=".1%")],
        )
    )  # fmt: skip
    lines = lines.encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    shape = alt.Shape("series:N", scale=alt.Scale(domain=list(SERIES)), legend=None)
    here = here.encode(x=x, y=y, color=_colour(), shape=shape, tooltip=tooltip)
    return alt.layer(lines, here, crossing, guess_rule("x")).properties(width=WIDTH, height=190)


def _by_market() -> alt.LayerChart | alt.FacetChart:
    """What a successful product is worth more, by its market; thin where the guess was wrong."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {BY_MARKET}")
        .transform_calculate(series="datum.way", millions="datum.gain / 1000")
    )
    x = alt.X(
        "market:Q", title="If it succeeds: market (customers a day)",
        scale=alt.Scale(type="log", domain=[10_000, 3_000_000], nice=False),
        axis=alt.Axis(values=[1e4, 3e4, 1e5, 3e5, 1e6, 3e6], format="~s"),
    )  # fmt: skip
    y = alt.Y("millions:Q", title="More than quick (MUSD)",
              axis=alt.Axis(format=",~r", tickCount=6))  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("guess:N", title="Guess"),
        alt.Tooltip("market:Q", title="Market", format=",.0f"),
        alt.Tooltip("gain:Q", title="More than quick (kUSD)", format=",.0f"),
    ]
    right = rows.transform_filter("datum.guess == 'right'").mark_line(strokeWidth=2.5)
    wrong = rows.transform_filter("datum.guess == 'wrong'").mark_line(strokeWidth=1)
    limit = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET} && datum.way == '{QUICK}'")
        .transform_calculate(series="datum.way", limit=str(LIMIT))
        .mark_rule(strokeWidth=1)
        .encode(x=alt.X("limit:Q"), color=_colour(),
                tooltip=[alt.Tooltip("limit:Q", title="Limit of quick", format=",.0f")])
    )  # fmt: skip
    marks = (mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in (right, wrong))
    return alt.layer(*marks, limit).properties(width=WIDTH, height=150)


def _tornado() -> alt.LayerChart | alt.FacetChart:
    """One assumption at a time, low and high, those first that matter most."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {TORNADO}")
        .transform_calculate(series=f"datum.end == 'low' ? '{LOW}' : '{HIGH}'")
    )
    # On a phone the values that were tried leave no room for the bars; they are in the tooltip.
    short = "replace(datum.label, regexp(' [0-9].*$'), '')"
    y = alt.Y("what:N", title=None, sort=None,
              axis=alt.Axis(labelExpr=short, labelOverlap=False))  # fmt: skip
    tooltip = [
        alt.Tooltip("what:N", title="Tried"),
        alt.Tooltip("series:N", title="End"),
        alt.Tooltip("gain:Q", title="Bounded over quick (kUSD)", format=",.0f"),
    ]
    x = alt.X("gain:Q", title="Bounded over quick (kUSD), one assumption low or high",
              axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    bars = rows.mark_bar(height=9).encode(
        x=x, x2="begin:Q", y=y, color=_colour(), tooltip=tooltip
    )  # fmt: skip
    return alt.layer(bars).properties(width=WIDTH, height=270)


def _of(name: str, way: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": SET, "way": way}, form)


def _crossing(name: str, which: int, form: str = ",.1f") -> Reading:
    return Reading(name, "answer", {"kind": CROSSING, "which": which, "found": 1}, form)


lab = Lab(
    name="trade_offs/cost_of_delay",
    title="Is it worth a month to be able to change it later?",
    kernel=cost_of_delay,
    controls=[
        linear("success", "Chance of success", 0.0, 1.0, 0.05, SUCCESS, format=".0%",
               help="Else the product is closed a year after its launch"),
        Slider("growth", "Growth", (0.08, 0.1, 0.12, 0.15, 0.2, 0.3, 0.5), GROWTH,
               unit="a month", format=".0%",
               help="Of customers, from 1,000 a day, compounded continuously"),
        Slider("market", "Median market", (10_000.0, 30_000.0, 100_000.0, 300_000.0, 1_000_000.0),
               MARKET, unit="a day", help="Customers, if it succeeds; a sixth of markets are 2.7 "
                                          "times larger or more"),
        Choice("late", "Being late costs", LATE, 2,
               help="The deadline is in month 6; it, or a year's delay, costs a quarter of the "
                    "market"),
        linear("extra", "Boundaries take", 0.0, 4.0, 0.5, EXTRA, unit="months", format=",.1f"),
        Slider("more", "Everything takes", (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0), MORE,
               unit="months", format=",.1f", help="More than the quick way's four"),
        Slider("rewrite", "A rewrite takes", (1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 18.0), REWRITE,
               unit="months", help="If it began at the launch"),
        linear("change", "Dearer each year", 0.0, 1.0, 0.05, CHANGE, format=".0%",
               help="So much longer does a rewrite take for each year of code and data"),
        linear("right", "The guess is right", 0.0, 1.0, 0.1, RIGHT, format=".0%",
               help="What is bounded, or built, is what has to grow; else it is rewritten as well"),
    ],
    constants=CONSTANTS,
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("way", "Way", labels=WAYS),
        Column("success", "Success", format=".0%"),
        Column("gain", "Over quick", "kUSD"),
        Column("value", "Value", "kUSD"),
        Column("market", "Market", "customers a day"),
        Column("guess", "Guess", labels=("wrong", "right")),
        Column("what", "Tried", labels=TRIED),
        Column("end", "End", labels=("low", "high")),
        Column("begin", "As set", "kUSD", hidden=True),
        Column("best", "The best in", format=".1%"),
        Column("regret", "Mean regret", "kUSD"),
        Column("worst", "Worst regret", "kUSD"),
        Column("launch", "Out after", "months", ",.1f"),
        Column("least", "A tenth up to", "kUSD", hidden=True),
        Column("most", "Nine tenths up to", "kUSD", hidden=True),
        Column("option", "Option", "kUSD", hidden=True),
        Column("price", "Price of waiting", "kUSD", hidden=True),
        Column("found", "Crosses", hidden=True),
        Column("answer", "Crosses at", hidden=True),
        Column("which", "Which", hidden=True),
    ],
    chart=alt.vconcat(_over_success(), _by_market(), _tornado()),
    summary=(
        "Expected value in thousand USD: quick {quick_value}, bounded {bounded_value}, scalable "
        "{scalable_value}. Best in {quick_best}, {bounded_best} and {scalable_best} of the "
        "futures; missed at worst {quick_worst}, {bounded_worst} and {scalable_worst}. One month's "
        "delay costs {month_costs}. To be able to replace is worth {option_worth}, and the wait "
        "for it costs {wait_costs}.[ Boundaries pay from a chance of success of {pay_from} on.]"
        "[ As set they pay if they take less than {most_extra} months.][ A rewrite has to take "
        "more than {least_rewrite} months.][ It has to get dearer by more than {least_change} a "
        "year.][ Everything at once beats them if it takes less than {most_more} months.]"
    ),
    readings=[
        _of("quick_value", QUICK, "value"),
        _of("bounded_value", BOUNDED_WAY, "value"),
        _of("scalable_value", SCALABLE, "value"),
        _of("bounded_gain", BOUNDED_WAY, "gain"),
        _of("quick_best", QUICK, "best", ".1%"),
        _of("bounded_best", BOUNDED_WAY, "best", ".1%"),
        _of("scalable_best", SCALABLE, "best", ".1%"),
        _of("quick_worst", QUICK, "worst"),
        _of("bounded_worst", BOUNDED_WAY, "worst"),
        _of("scalable_worst", SCALABLE, "worst"),
        _of("quick_most", QUICK, "most"),
        _of("bounded_most", BOUNDED_WAY, "most"),
        _of("month_costs", QUICK, "price"),
        _of("option_worth", BOUNDED_WAY, "option"),
        _of("wait_costs", BOUNDED_WAY, "price"),
        _crossing("pay_from", OF_QUICK, ".1%"),
        _crossing("most_extra", MOST_EXTRA),
        _crossing("least_rewrite", LEAST_REWRITE),
        _crossing("least_change", LEAST_CHANGE, ".1%"),
        _crossing("most_more", MOST_MORE),
    ],
    prediction=Prediction(
        "Boundaries take one month more. They pay only if the product succeeds and its market is "
        "more than one machine can serve. From which chance of success on are they worth the "
        "month?",
        reading="pay_from", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("A rewrite of three months. Are boundaries still worth one?", {"rewrite": 3.0}),
        Try("Old code is as easy to change as new. Which way is the best, and by how much?",
            {"change": 0.0}),
        Try("Growth of 10% a month. When would the limit be reached?", {"growth": 0.1}),
        Try("Half of the guesses are wrong. What is left of the option?", {"right": 0.5}),
        Try("A market of 300,000, nearly certain, and everything takes only two months. Should one "
            "build it all at once?", {"success": 0.9, "market": 300_000.0, "more": 2.0}),
        Try("Boundaries take two and a half months, and there is a deadline. What does the half "
            "month cost?", {"extra": 2.5, "late": 1}),
    ],
)  # fmt: skip
