"""Lab: a query that every shard has to answer."""

import altair as alt

from scalelab.kernels.storage.scatter_gather import scatter_gather
from scalelab.models.storage.scatter_gather import KINDS
from scalelab.web.lab import (
    Column,
    Lab,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    guess_rule,
    one_two_five,
)

KEY, SCATTER, GLOBAL = KINDS
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "kind:N", title=None, scale=alt.Scale(domain=list(KINDS)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "shards:Q", title="Shards", scale=alt.Scale(type="log", base=2, nice=False),
        axis=alt.Axis(values=[1, 2, 4, 8, 16, 32, 64]),
    )  # fmt: skip
    scale = alt.Scale(type="log", nice=False, padding=8)
    ticks = alt.Axis(tickCount=5, format="~s")
    tooltip = [
        alt.Tooltip("kind:N", title="Kind"),
        alt.Tooltip("shards:Q", title="Shards"),
        alt.Tooltip("p50:Q", title="p50 (ms)", format=",.1f"),
        alt.Tooltip("p99:Q", title="p99 (ms)", format=",.1f"),
        alt.Tooltip("utilisation:Q", title="Utilisation", format=".0%"),
        alt.Tooltip("ceiling:Q", title="Ceiling (queries/s)", format=",.0f"),
    ]
    table = alt.Chart(data())
    asked = table.transform_filter("datum.asked == 1")

    def latency(column: str) -> alt.Y:
        title = "ms: p99 thick, p50 thin"
        return alt.Y(f"{column}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5))

    overload = (
        table.transform_filter(f"datum.kind == '{SCATTER}' && datum.utilisation >= 1")
        .transform_aggregate(edge="max(shards)", begin="min(shards)")
        .transform_calculate(text="'overloaded'")
        .transform_filter("datum.edge > 0")
    )
    wall = overload.mark_rect(opacity=0.13, color="#d1495b").encode(x=alt.X("begin:Q"), x2="edge:Q")
    warning = overload.mark_text(
        align="left", baseline="bottom", dx=4, dy=-4, y="height", fontWeight="bold"
    ).encode(x=alt.X("begin:Q"), text="text:N")
    band = asked.mark_area(opacity=0.2).encode(
        x=x, y=latency("p99_low"), y2="p99_high:Q", color=colour
    )
    p99 = asked.mark_line(strokeWidth=2.5).encode(
        x=x, y=latency("p99"), color=colour, tooltip=tooltip
    )
    p50 = asked.mark_line(strokeWidth=1.25).encode(
        x=x, y=latency("p50"), color=colour, tooltip=tooltip
    )

    able = alt.Y("ceiling:Q", title="Queries/s that all shards can do", scale=scale, axis=ticks)
    ceilings = table.mark_line(strokeWidth=2.5).encode(x=x, y=able, color=colour, tooltip=tooltip)
    come = table.transform_aggregate(
        rate="max(request_rate)", right="max(shards)"
    ).transform_calculate(text="'queries that come'")
    rule = come.mark_rule(strokeWidth=1.5, opacity=0.6).encode(y=alt.Y("rate:Q"))
    label = come.mark_text(align="right", baseline="top", dx=-4, dy=4).encode(
        x=alt.X("right:Q"), y=alt.Y("rate:Q"), text="text:N"
    )
    return alt.hconcat(
        alt.layer(wall, band, p99, p50, warning).properties(width=240, height=230),
        alt.layer(ceilings, rule, label, guess_rule("y")).properties(width=240, height=230),
    )


def _at(name: str, column: str, kind: str, shards: int, form: str) -> Reading:
    return Reading(name, column, {"kind": kind, "shards": shards, "asked": 1}, form)


def _ceiling(name: str, kind: str) -> Reading:
    return Reading(name, "ceiling", {"kind": kind, "shards": 64}, ",.0f")


lab = Lab(
    name="storage/scatter_gather",
    title="A question for every shard",
    kernel=scatter_gather,
    controls=[
        one_two_five("request_rate", "Queries", 10, 20_000, 500, unit="/s"),
        Slider(
            "scatter_share", "Queries without the shard key", SHARES, 0.1, format=".0%",
            help="They ask all shards, or the global index",
        ),
        one_two_five(
            "service_ms", "Time to serve", 0.5, 50.0, 5.0, unit="ms", format=",.1f",
            help="Mean, for one query at one shard",
        ),
        Slider(
            "slow_share", "Slow answers", (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1), 0.0,
            format=".1%", help="These take ten times as long on average",
        ),
        one_two_five(
            "timeout_ms", "Time-out", 100, 10_000, 1000, unit="ms",
            help="Whoever has waited at a shard as long as that gives up",
        ),
    ],
    constants={
        "shards": 1, "n_points": 7, "n_queries": 4000, "n_subqueries": 30_000, "n_runs": 5,
        "seed": 1,
    },
    columns=[
        Column("kind", "Kind", labels=KINDS),
        Column("shards", "Shards"),
        Column("mean", "Mean", "ms", ",.1f"),
        Column("p50", "p50", "ms", ",.1f"),
        Column("p99", "p99", "ms", ",.1f"),
        Column("p99_low", "p99, lowest run", "ms", ",.1f"),
        Column("p99_high", "p99, highest run", "ms", ",.1f"),
        Column("utilisation", "Utilisation of a shard", format=",.0%"),
        Column("ceiling", "Ceiling", "queries/s"),
        Column("timed_out", "Timed out", "of these queries", ".1%"),
        Column("request_rate", "Queries that come", hidden=True),
        Column("asked", "Any of this kind", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "64 shards can do {by_key} queries a second if all have the shard key, {scatter} if "
        "{scatter_share} of them ask every shard, and {indexed} if those ask a global index "
        "instead. Of {request_rate}, half of those that ask every shard take longer than {p50_16} "
        "ms on 16 shards and {p50} ms on 64, one in a hundred longer than {p99_16} and {p99} ms. "
        "On 64 shards the p99 is {p99_key} ms by key and {p99_index} ms through the index."
    ),
    readings=[
        _ceiling("by_key", KEY),
        _ceiling("scatter", SCATTER),
        _ceiling("indexed", GLOBAL),
        _at("p50_16", "p50", SCATTER, 16, ",.1f"),
        _at("p50", "p50", SCATTER, 64, ",.1f"),
        _at("p99_16", "p99", SCATTER, 16, ",.1f"),
        _at("p99", "p99", SCATTER, 64, ",.1f"),
        _at("p99_key", "p99", KEY, 64, ",.1f"),
        _at("p99_index", "p99", GLOBAL, 64, ",.1f"),
    ],
    prediction=Prediction(
        "One shard can do 200 queries a second, and 64 shards 12,800. Now one query in ten does "
        "not know its shard key and asks all of them. How many a second can 64 shards do?",
        reading="scatter", low=0.0, high=13_000.0, step=50.0, format=",.0f", unit="/s",
    ),
    tries=[
        Try("Nobody has the key, 100 queries a second. What does each doubling of the shards do?",
            {"request_rate": 100, "scatter_share": 1.0}),
        Try("Four in ten lack the key. How many shards end the overload?", {"scatter_share": 0.4}),
        Try("Two answers in a hundred take ten times as long. Whose p50 notices, on 64 shards?",
            {"slow_share": 0.02, "request_rate": 100}),
        Try("2,000 queries a second, and a global index: which of the three lines is still low?",
            {"request_rate": 2000}),
    ],
)  # fmt: skip
