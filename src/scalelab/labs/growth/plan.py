"""Lab: the steps of the path taken early, late, or all at once, in a market that nobody knows."""

import altair as alt

from scalelab.kernels.growth.plan import plan
from scalelab.models.growth.path import STAGES
from scalelab.models.growth.plan import FIXED, MARGIN_USD, PARTS, PLANS
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
    one_two_five,
)

STEP_BY_STEP, WHEN_IT_BREAKS, ALL_AT_ONCE = PLANS
LOAD = "Customers"
COSTS = ("build", "care", "rent", "turned", "late")
DOMAIN = (*PLANS, LOAD, *PARTS)
WIDTH = 470


def _colour() -> alt.Color:
    """The same colours in all views: three plans and the load, then the parts of the costs.

    By a name that is no column of the table, as not every series is in one.
    """
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(DOMAIN)))


def _costs() -> alt.LayerChart | alt.FacetChart:
    means = alt.Chart(data()).transform_filter("datum.kind == 'all futures'")
    y = alt.Y("plan:N", title=None, sort=list(PLANS))
    bars = (
        means.transform_fold(list(COSTS), as_=["key", "kusd"])
        .transform_calculate(
            order=f"indexof({list(COSTS)!r}, datum.key)", series=f"{list(PARTS)!r}[datum.order]"
        )
        .mark_bar()
        .encode(
            x=alt.X("kusd:Q", title="Mean cost in five years (thousand USD)",
                    axis=alt.Axis(format=",.0f", tickCount=6)),
            y=y,
            color=_colour(),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("plan:N", title="Plan"),
                alt.Tooltip("series:N", title="Part"),
                alt.Tooltip("kusd:Q", title="Thousand USD", format=",.0f"),
                alt.Tooltip("total:Q", title="All of it", format=",.0f"),
            ],
        )
    )  # fmt: skip
    return alt.layer(bars, guess_rule("x")).properties(width=WIDTH, height=90)


def _followed() -> alt.LayerChart | alt.FacetChart:
    points = alt.Chart(data()).transform_filter("datum.kind == 'one future'")
    plans = points.transform_calculate(series="datum.plan")
    x = alt.X("month:Q", title="Month, in a market that one future in ten exceeds",
              scale=alt.Scale(domain=[0, 60]), axis=alt.Axis(tickCount=6))  # fmt: skip
    scale = alt.Scale(type="log", nice=False, padding=8)
    axis = alt.Axis(format="~s", tickCount=5)
    limits = plans.mark_line(interpolate="step-before", strokeWidth=2).encode(
        x=x,
        y=alt.Y("limit:Q", title="Customers a day", scale=scale, axis=axis),
        color=_colour(),
        tooltip=[
            alt.Tooltip("plan:N", title="Plan"),
            alt.Tooltip("month:Q", title="Month"),
            alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("limit:Q", title="Limit (customers a day)", format=",.0f"),
            alt.Tooltip("customers:Q", title="Customers a day", format=",.0f"),
        ],
    )
    load = (
        points.transform_filter(f"datum.plan == {STEP_BY_STEP!r}")
        .transform_calculate(series=repr(LOAD))
        .mark_line(strokeWidth=3)
        .encode(x=x, y=alt.Y("customers:Q", scale=scale), color=_colour())
    )
    return alt.layer(limits, load).properties(width=WIDTH, height=170)


def _by_market() -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(data())
        .transform_filter("datum.kind == 'by market'")
        .transform_calculate(series="datum.plan")
        .mark_line(point=True)
        .encode(
            x=alt.X("market:Q", title="How large the market turns out to be (customers a day)",
                    scale=alt.Scale(type="log", nice=False),
                    axis=alt.Axis(values=[1e4, 1e5, 1e6, 1e7], format="~s")),
            y=alt.Y("total:Q", title="Cost (thousand USD)",
                    scale=alt.Scale(type="log", nice=False, padding=8),
                    axis=alt.Axis(format="~s", tickCount=5)),
            color=_colour(),
            tooltip=[
                alt.Tooltip("plan:N", title="Plan"),
                alt.Tooltip("market:Q", title="Market (customers a day)", format=",.0f"),
                alt.Tooltip("total:Q", title="Cost (thousand USD)", format=",.0f"),
                alt.Tooltip("overloaded:Q", title="Months of overload", format=",.0f"),
                alt.Tooltip("stage:N", title="Stage at the end"),
            ],
        )
        .properties(width=WIDTH, height=150)
    )  # fmt: skip
    return chart


def _of(name: str, column: str, which: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": "all futures", "plan": which}, form)


lab = Lab(
    name="growth/plan",
    title="When to take the next step",
    kernel=plan,
    controls=[
        one_two_five("market", "Median market", 10_000, 10_000_000, 100_000,
                     unit="a day", help="Customers; half of the futures have a smaller one"),
        linear("spread", "Spread of the market", 0.0, 2.5, 0.5, 1.5, format=",.1f",
               help="Standard deviation of its logarithm. At 1.5, one market in ten is more than "
                    "seven times the median; at 0 it is known"),
        linear("growth", "Growth", 0.05, 0.5, 0.05, 0.15, format=".0%", unit="a month",
               help="In the beginning, compounded continuously; it ends at the market"),
        linear("trigger", "Trigger", 0.3, 1.0, 0.1, 0.7, format=".0%", unit="of the limit",
               help="At which step by step begins"),
        linear("build_months", "To build a stage takes", 1, 12, 1, 3, unit="months"),
        linear("stride", "Stages in one go", 1, 3, 1, 1,
               help="Each one after the first takes half the time"),
        Choice("at_once", "At once up to", STAGES, 4),
        linear("waits", "The opening waits for", 0.0, 1.0, 0.25, 0.0, format=".0%",
               help="Of what is built at once"),
        Slider("margin", "A customer brings", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
               MARGIN_USD, unit="USD a month", format=",.1f", help="Of margin, one of each day"),
    ],
    constants=FIXED,
    columns=[
        Column("kind", "Row", labels=("all futures", "one future", "by market")),
        Column("plan", "Plan", labels=PLANS),
        Column("month", "After", "months"),
        Column("market", "Market", "customers a day"),
        Column("customers", "Customers", "a day"),
        Column("limit", "Limit", "customers a day"),
        Column("stage", "Stages beyond the first", format=",.1f"),
        Column("build", "Building", "kUSD so far"),
        Column("care", "Care", "kUSD so far"),
        Column("rent", "Rent", "kUSD so far"),
        Column("turned", "Turned away", "kUSD so far"),
        Column("late", "Opened late", "kUSD so far"),
        Column("total", "All costs", "kUSD so far"),
        Column("low", "Lowest tenth up to", "kUSD", hidden=True),
        Column("high", "Highest tenth from", "kUSD", hidden=True),
        Column("overloaded", "Overloaded", "months so far", ",.1f"),
        Column("over_built", "Built, never needed", "of futures", ".0%"),
        Column("short", "Ever overloaded", "of futures", ".0%"),
    ],
    chart=alt.vconcat(_costs(), _followed(), _by_market()),
    summary=(
        "Mean cost in five years, in thousand USD: step by step {step}, when it breaks {breaks}, "
        "all at once {once}. Overloaded at some time: {step_short}, {breaks_short} and "
        "{once_short} of the futures. Built more than was ever needed: {step_over}, {breaks_over} "
        "and {once_over}. Of ten futures, the worst costs {step_high} or more step by step, "
        "{breaks_high} when it breaks and {once_high} all at once."
    ),
    readings=[
        _of("step", "total", STEP_BY_STEP),
        _of("breaks", "total", WHEN_IT_BREAKS),
        _of("once", "total", ALL_AT_ONCE),
        _of("step_short", "short", STEP_BY_STEP, ".0%"),
        _of("breaks_short", "short", WHEN_IT_BREAKS, ".0%"),
        _of("once_short", "short", ALL_AT_ONCE, ".0%"),
        _of("step_over", "over_built", STEP_BY_STEP, ".0%"),
        _of("breaks_over", "over_built", WHEN_IT_BREAKS, ".0%"),
        _of("once_over", "over_built", ALL_AT_ONCE, ".0%"),
        _of("step_high", "high", STEP_BY_STEP),
        _of("breaks_high", "high", WHEN_IT_BREAKS),
        _of("once_high", "high", ALL_AT_ONCE),
        _of("step_rent", "rent", STEP_BY_STEP),
        _of("step_turned", "turned", STEP_BY_STEP),
        _of("breaks_turned", "turned", WHEN_IT_BREAKS),
        _of("once_care", "care", ALL_AT_ONCE),
        _of("once_late", "late", ALL_AT_ONCE),
    ],
    prediction=Prediction(
        "Step by step, from 70% of each limit on, costs 314 thousand USD in five years, on average "
        "over what the market may turn out to be. What does it cost to build everything up to the "
        "cache from the first day?",
        reading="once", low=0, high=5000, step=50, format=",.0f", unit="thousand USD",
    ),
    tries=[
        Try("The opening waits until all of it is built. What does that cost besides?",
            {"waits": 1.0}),
        Try("Be careful, and begin each step at 40% of the limit. What does the care for what is "
            "not needed yet cost, and what does it save?", {"trigger": 0.4}),
        Try("A shop that doubles in ten weeks and takes half a year for each step. Which plan is "
            "cheapest now?", {"growth": 0.3, "build_months": 6}),
        Try("The same, with three stages in one go. Is step by step saved?",
            {"growth": 0.3, "build_months": 6, "stride": 3}),
        Try("The market is known: 100,000 customers a day, one machine is enough for ever. Which "
            "plans build something all the same?", {"spread": 0.0}),
    ],
)  # fmt: skip
