"""Lab: the shop from one machine to millions, what is full first and what each step costs."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.growth.path import path
from scalelab.models.growth.path import (
    BOTTLENECKS,
    CONSTANTS,
    FAR_SHARE,
    HIT_RATIO,
    STAGES,
    TARGET,
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
    one_two_five,
)

SINGLE, DATABASE, BALANCED, REPLICATED, CACHED, REGIONAL, SHARDED = STAGES
SHOWN = (1e3, 1e9)  # customers
WIDTH = 470
CHOSEN: dict[str, float | str] = {"chosen": 1, "here": 1}
TO_BE_AT: dict[str, float | str] = {"chosen": 1, "last": 1}


def _x(name: str, title: str | None) -> alt.X:
    return alt.X(
        f"{name}:Q", title=title, scale=alt.Scale(type="log", domain=list(SHOWN), nice=False),
        axis=alt.Axis(
            values=[10**k for k in range(3, 10)],
            labelExpr="datum.value < 1e9 ? format(datum.value, '~s') : '1 bn'",
        ),
    )  # fmt: skip


def _colour() -> alt.Color:
    return alt.Color("stage:N", title=None, scale=alt.Scale(domain=list(STAGES)), sort=None)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("stage:N", title="Stage"),
        alt.Tooltip("customers:Q", title="Customers a day", format=",.0f"),
        alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
        alt.Tooltip("rent:Q", title="Rent (USD a month)", format=",.0f"),
        alt.Tooltip("response:Q", title="Mean response (ms)", format=",.1f"),
        alt.Tooltip("busiest:N", title="Busiest"),
        alt.Tooltip("utilisation:Q", title="which is busy", format=".0%"),
    ]


def _wanted(title: str | None) -> alt.Chart:
    """A rule at the customers that are asked for: the stage to be at carries all of them."""
    rule: alt.Chart = (
        alt.Chart(data())
        .transform_filter("datum.here == 1")
        .transform_aggregate(customers="max(customers)")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(x=_x("customers", title))
    )
    return rule


def _view(y: alt.Y, height: int, title: str | None) -> alt.LayerChart | alt.FacetChart:
    """One line for each stage, to its limit."""
    rows = alt.Chart(data()).transform_filter(f"datum.here == 0 && datum.customers <= {SHOWN[1]}")
    x = _x("customers", title)
    lines = rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=_colour(), tooltip=_tooltip())
    ends = rows.transform_filter("datum.last == 1")
    marks = ends.mark_point(filled=True, size=60, opacity=1).encode(
        x=x, y=y, color=_colour(), tooltip=_tooltip()
    )
    return alt.layer(_wanted(title), lines, marks).properties(width=WIDTH, height=height)


def _limits() -> alt.LayerChart | alt.FacetChart:
    title = "Limit (customers a day), and what is full first"
    last = (
        alt.Chart(data())
        .transform_filter("datum.last == 1")
        .transform_calculate(
            lowest=str(SHOWN[0]), end=f"min(datum.limit, {SHOWN[1]})",
            text="[datum.stage, slice(datum.busiest, length('the '))]",
        )
    )  # fmt: skip
    # No labels at the axis: the names are in the bars, which leaves a phone's screen to the bars.
    y = alt.Y("stage:N", title=None, sort=list(STAGES), axis=None)
    bars = last.mark_bar(opacity=0.4).encode(
        x=_x("end", title), x2="lowest:Q", y=y,
        color=_colour(),
        tooltip=[
            alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("limit:Q", title="Limit (customers a day)", format=",.0f"),
            alt.Tooltip("busiest:N", title="Full first"),
            alt.Tooltip("gain:Q", title="Times the stage before", format=",.2f"),
            alt.Tooltip("step:Q", title="The next stage costs more (USD a month)", format="+,.0f"),
        ],
    )  # fmt: skip
    text = last.mark_text(align="left", dx=5, dy=-6, fontSize=10).encode(
        x=_x("lowest", title), y=y, text="text:N"
    )
    return alt.layer(_wanted(title), bars, text, guess_rule("x")).properties(
        width=WIDTH, height=210
    )


def _chart() -> alt.TopLevelMixin:
    rent = alt.Y(
        "rent:Q", title="Rent (USD a month)",
        scale=alt.Scale(type="log", nice=False, padding=8), axis=alt.Axis(format="~s", tickCount=5),
    )  # fmt: skip
    response = alt.Y(
        "response:Q", title="Mean response (ms)", scale=alt.Scale(zero=True),
        axis=alt.Axis(tickCount=5),
    )  # fmt: skip
    return alt.vconcat(
        _view(rent, 230, None),
        _view(response, 120, "Customers a day"),
        _limits(),
    )


def _of(name: str, column: str, where: dict[str, float | str], form: str = ",.0f") -> Reading:
    return Reading(name, column, where, form)


lab = Lab(
    name="growth/path",
    title="From one machine to millions of customers",
    kernel=path,
    controls=[
        one_two_five("customers", "Customers", 1000, 50_000_000, 1_000_000, unit="a day",
                     help="Each asks for 0.002 requests/s in the busiest hour"),
        Slider("vcpus", "Each machine has", (2, 4, 8, 16, 32, 64, 96, 192, 384), shop.VCPUS,
               unit="vCPUs", help="At the same price per vCPU. Whatever its size, it has one disk"),
        linear("target", "No machine busier than", 0.3, 0.9, 0.05, TARGET, format=".0%"),
        Slider("application_ms", "Application", (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 20.0, 50.0),
               shop.APPLICATION_MS, unit="ms of a vCPU",
               help="For a request; encryption and jobs add 1 ms"),
        Slider("database_ms", "Database", (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0),
               shop.DATABASE_MS, unit="ms of a vCPU", format=",.1f", help="For a request"),
        Slider("disk_ms", "Disk", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0), shop.DISK_MS,
               unit="ms of the database's disk", format=",.1f", help="For a request"),
        Slider("write_share", "Of the requests, writes", (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
               shop.WRITE_SHARE, format=".0%"),
        Slider("hit_ratio", "Cache: answers, of the reads",
               (0.0, 0.2, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99), HIT_RATIO, format=".0%",
               help="The hit ratio"),
        linear("far_share", "Customers far away", 0.0, 0.8, 0.1, FAR_SHARE, format=".0%",
               help=f"A round trip takes {CONSTANTS['far_ms']:.0f} ms, "
                    f"{CONSTANTS['near_ms']:.0f} ms for the others"),
    ],
    constants=CONSTANTS,
    columns=[
        Column("stage", "Stage", labels=STAGES),
        Column("customers", "Customers", "a day"),
        Column("rate", "Busiest hour", "requests/s", ",.1f"),
        Column("machines", "Machines"),
        Column("rent", "Rent", "USD a month"),
        Column("response", "Mean response", "ms", ",.1f"),
        Column("utilisation", "Utilisation of the busiest", format=".0%"),
        Column("busiest", "Busiest", labels=BOTTLENECKS),
        Column("limit", "Limit", "customers a day"),
        Column("last", "At the limit", hidden=True),
        Column("replicas", "Replicas", "of a shard in a region"),
        Column("shards", "Shards"),
        Column("gain", "Limit", "times the stage before", ",.2f"),
        Column("chosen", "To be at", hidden=True),
        Column("carries", "Carries the customers", hidden=True),
        Column("here", "At the customers", hidden=True),
        Column("step", "The next stage costs more", "USD a month at the limit"),
        Column("before", "Before the one to be at", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "[For {customers}, the first stage that carries them is {stage}: machines {machines}, rent "
        "{rent} USD a month, mean response {response} ms. It ends at {limit} customers; full first "
        "there: {full_first}.][ The stage before, {before}, ends at {before_limit}; full first "
        "there: {lacked}.] A second machine, for the database, takes the shop from {single_limit} "
        "customers to {database_limit}. All seven stages together reach {most}."
    ),
    readings=[
        _of("stage", "stage", CHOSEN),
        _of("machines", "machines", CHOSEN),
        _of("rent", "rent", CHOSEN),
        _of("response", "response", CHOSEN),
        _of("limit", "limit", TO_BE_AT),
        _of("full_first", "busiest", TO_BE_AT),
        _of("before", "stage", {"before": 1, "last": 1}),
        _of("before_limit", "limit", {"before": 1, "last": 1}),
        _of("lacked", "busiest", {"before": 1, "last": 1}),
        _of("single_limit", "limit", {"stage": SINGLE}),
        _of("database_limit", "limit", {"stage": DATABASE}),
        _of("most", "limit", {"stage": SHARDED}),
    ],
    prediction=Prediction(
        "One machine carries 120,000 customers a day: 240 requests/s, with no processor busier "
        "than 60%. Now the database gets a machine of its own, a second one like the first. How "
        "many customers does the shop carry?",
        reading="database_limit", low=100_000, high=500_000, step=5000, format=",.0f",
        unit="customers a day",
    ),
    tries=[
        Try("A larger machine and no new design: 200,000 customers on machines of 64 vCPUs. Which "
            "stage is enough now, what does it rent, and what stops it?",
            {"customers": 200_000, "vcpus": 64}),
        Try("The same 200,000 on machines of 4 vCPUs. What do three small ones rent?",
            {"customers": 200_000}),
        Try("A cache that never hits. What does the fifth stage bring now?", {"hit_ratio": 0.0}),
        Try("Half of the requests write. How many times the customers do fifteen replicas carry, "
            "and what still carries a million?", {"write_share": 0.5}),
        Try("All customers live near by. What do several data centres bring now?",
            {"far_share": 0.0}),
    ],
)  # fmt: skip
