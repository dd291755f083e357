"""Lab: when to build what scales, against when it is needed."""

import altair as alt

from scalelab.kernels.requirement.timing import BETWEEN, MONTH, POLICY, timing
from scalelab.models.requirement.timing import BROKE, NAMES, NEVER
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
    one_two_five,
)

HORIZON = 48
MONTHS = tuple(f"month {month}" for month in range(0, HORIZON, BETWEEN))
COSTS = ("needed", "early", "nothing", "failing")
PARTS = ("Needed", "Too early", "For nothing", "Failing")
WIDTH = 0.019  # half of a bar, in shares of the capacity


def _costs() -> alt.LayerChart | alt.FacetChart:
    axis = alt.Axis(
        values=[0, 0.25, 0.5, 0.75, 1, 1.25, NEVER],
        labelExpr=(
            f"datum.value == 0 ? 'day one' : datum.value > {(1.5 + NEVER) / 2} ? 'never' "
            ": format(datum.value, '.0%')"
        ),
        labelOverlap=True,
        grid=False,
    )
    scale = alt.Scale(domain=[-0.04, NEVER + 0.04], nice=False)
    title = "Start building at this load (of the capacity)"
    y_title = "Cost in four years (k€)"
    fold: list[str | alt.FieldName] = list(COSTS)
    place = f"indexof({list(COSTS)}, datum.key)"
    policies = alt.Chart(data()).transform_filter(f"datum.kind == {POLICY}")
    bars = (
        policies.transform_fold(fold, as_=["key", "cost"])
        .transform_calculate(order=place, part=f"{list(PARTS)}[{place}]")
        .transform_stack(
            stack="cost", as_=["under", "upper"], groupby=["position"],
            sort=[alt.SortField("order")],
        )
        .transform_calculate(left=f"datum.position - {WIDTH}", right=f"datum.position + {WIDTH}")
        .transform_filter("datum.cost > 0")
        .mark_bar(cornerRadius=0)
        .encode(
            x=alt.X("left:Q", title=title, scale=scale, axis=axis),
            x2="right:Q",
            y=alt.Y("under:Q", title=y_title),
            y2="upper:Q",
            color=alt.Color("part:N", title=None, scale=alt.Scale(domain=list(PARTS))),
            tooltip=[
                alt.Tooltip("policy:N", title="Start"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("cost:Q", title="Cost (k€)", format=",.0f"),
                alt.Tooltip("total:Q", title="In all (k€)", format=",.0f"),
                alt.Tooltip("late:Q", title="Futures that fail", format=".0%"),
            ],
        )
    )  # fmt: skip
    x = alt.X("position:Q", scale=scale)
    band = policies.mark_rule(strokeWidth=1.5).encode(x=x, y="low:Q", y2="high:Q")
    best = policies.transform_filter("datum.best == 1")
    arrow = (
        best.transform_calculate(text="'least\\n\u25bc'")
        .mark_text(dy=-16, fontWeight="bold", baseline="bottom", lineBreak="\n")
        .encode(x=x, y="high:Q", text="text:N")
    )
    return alt.layer(bars, band, arrow, guess_rule("x")).properties(height=210)


def _load() -> alt.LayerChart | alt.FacetChart:
    months = alt.Chart(data()).transform_filter(f"datum.kind == {MONTH}")
    years = alt.Axis(values=list(range(0, HORIZON, 6)))
    x = alt.X("position:Q", title="Month from today", scale=alt.Scale(nice=False), axis=years)
    scale = alt.Scale(type="log", nice=False)
    axis = alt.Axis(values=[0.01, 0.1, 1, 10, 100], format=",.0%")
    title = "Load (of the capacity)"
    area = months.mark_area(opacity=0.22).encode(
        x=x, y=alt.Y("p10:Q", title=title, scale=scale, axis=axis), y2="p90:Q"
    )
    line = months.mark_line().encode(
        x=x,
        y=alt.Y("p50:Q", title=title, scale=scale, axis=axis),
        tooltip=[
            alt.Tooltip("position:Q", title="Month"),
            alt.Tooltip("p10:Q", title="A tenth stay below", format=".0%"),
            alt.Tooltip("p50:Q", title="Half stay below", format=".0%"),
            alt.Tooltip("p90:Q", title="Nine tenths stay below", format=".0%"),
        ],
    )
    first = months.transform_filter("datum.position == 0").transform_calculate(
        full="1", capacity="'the simple system is full'"
    )
    full = first.mark_rule(strokeWidth=2, color="#d1495b").encode(y="full:Q")
    label = first.mark_text(align="left", baseline="bottom", dx=4, dy=-3, fontWeight="bold").encode(
        x=x, y="full:Q", text="capacity:N"
    )
    band = (
        months.transform_filter(f"datum.position == {HORIZON - BETWEEN}")
        .transform_calculate(text="'8 of 10 futures are in here'")
        .mark_text(align="right", baseline="bottom", dx=-6, dy=-6)
        .encode(x=x, y="p10:Q", text="text:N")
    )
    return alt.layer(area, line, full, label, band).properties(height=110)


def _of(name: str, column: str, policy: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"policy": policy}, form)


lab = Lab(
    name="requirement/timing",
    title="When is it time to build what scales?",
    kernel=timing,
    controls=[
        Slider("growth", "Growth, if it takes off",
               (0.0, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2), 0.08,
               unit="a month", format=".0%", help="Half of such products never take off"),
        Slider("uncertainty", "Ups and downs", (0.0, 0.05, 0.1, 0.15, 0.2, 0.3), 0.1,
               unit="a month", format=".0%", help="By chance: one standard deviation"),
        linear("lead_months", "Time to build it", 1, 18, 1, 6, unit="months"),
        Slider("build", "Cost of building it", (0, 50, 100, 200, 300, 500, 1000, 2000), 300,
               unit="k€", help="In thousand euros; an assumption, as are the next two"),
        Slider("carrying", "Cost of having it", (0, 2, 5, 10, 20, 50, 100), 20,
               unit="k€ a month", help="To run it, and because every change takes longer"),
        one_two_five("loss", "Loss while overloaded", 10, 1000, 200, unit="k€ a month",
                     help="Orders that are not placed"),
        Slider("capacity", "The simple system holds", (2, 3, 5, 10, 20, 50), 10,
               unit="times today's load"),
    ],
    constants={
        "takes_off": 0.5, "horizon_months": HORIZON, "n_paths": 400, "n_runs": 5, "seed": 1,
    },
    columns=[
        Column("policy", "Start building, or month", labels=(*NAMES, *MONTHS)),
        Column("kind", "Kind of row", hidden=True),
        Column("position", "Place on the axis", hidden=True),
        Column("needed", "Needed", "k€"),
        Column("early", "Too early", "k€"),
        Column("nothing", "For nothing", "k€"),
        Column("failing", "Failing", "k€"),
        Column("total", "In all", "k€"),
        Column("low", "Cheapest run", "k€"),
        Column("high", "Dearest run", "k€"),
        Column("built", "Built", "of futures", ".0%"),
        Column("late", "Overloaded before it is ready", "of futures", ".0%"),
        Column("best", "Costs least", hidden=True),
        Column("p10", "Load: a tenth below", "of capacity", ".0%"),
        Column("p50", "Half below", "of capacity", ".0%"),
        Column("p90", "Nine tenths below", "of capacity", ".0%"),
        Column("never_needed", "Never needed", "of futures", hidden=True),
    ],
    chart=alt.vconcat(_costs(), _load()),
    summary=(
        "The cheapest time to start: {best_policy}, {best_cost} k€ in four years on average, with "
        "overload before it is ready in {best_late} of the futures. To start on day one costs "
        "{day_one} k€, after the simple system broke {broke} k€, never {never} k€. "
        "In {never_needed} of the futures the load does not reach the capacity in four years."
    ),
    readings=[
        Reading("best_policy", "policy", {"best": 1}),
        Reading("best_at", "position", {"best": 1}, ".0%"),
        Reading("best_cost", "total", {"best": 1}, ",.0f"),
        Reading("best_late", "late", {"best": 1}, ".0%"),
        _of("day_one", "total", NAMES[0]),
        _of("day_one_nothing", "nothing", NAMES[0]),
        _of("broke", "total", BROKE),
        _of("broke_failing", "failing", BROKE),
        _of("never", "total", NAMES[-1]),
        _of("never_needed", "never_needed", NAMES[0], ".0%"),
    ],
    prediction=Prediction(
        "The shop's load is a tenth of what its simple system holds. Half of such shops stay "
        "small; in the others the load grows by 8% a month. A system that scales takes six months "
        "and 300 k€ to build and 20 k€ a month to have; a month of overload costs 200 k€. At which "
        "load, as a share of the capacity, should building start to cost the least?",
        reading="best_at", low=0.1, high=1.5, step=0.05, format=".0%",
    ),
    tries=[
        Try("Building takes a year in place of six months. When do you have to start?",
            {"lead_months": 12}),
        Try("It can be had in one month, since the simple system left room for it. What is early "
            "building worth now?", {"lead_months": 1}),
        Try("Chance moves the load by 30% either way from month to month. Does one wait for "
            "longer, to be sure, or for less?", {"uncertainty": 0.3}),
        Try("An overload costs little: nobody minds. Is it worth building at all?", {"loss": 20}),
    ],
)  # fmt: skip
