"""Lab: ten shards, thousands of keys: which shard is the hottest, and how hot?"""

import altair as alt

from scalelab.kernels.storage.sharding import sharding
from scalelab.models.storage.sharding import METHODS, ORDERS
from scalelab.web.lab import (
    Choice,
    Choices,
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

SHOWN = (*METHODS, "One point a shard")


def chosen(*names: str) -> int:
    """The bit mask of these methods."""
    return sum(1 << SHOWN.index(name) for name in names)


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "method:N", title=None, scale=alt.Scale(domain=list(SHOWN)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "rank:Q", title="Shards, the hottest first", scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[1, 2, 3, 5, 10, 20, 50, 100], format=",d"),
    )  # fmt: skip
    title = "Load (times the mean)"
    rows = alt.Chart(data())
    band = rows.mark_area(opacity=0.2).encode(
        x=x, y=alt.Y("lowest:Q", title=title), y2="highest:Q", color=colour
    )
    lines = rows.mark_line(point=True, strokeWidth=2.5).encode(
        x=x,
        y=alt.Y("load:Q", title=title),
        color=colour,
        tooltip=[
            alt.Tooltip("method:N", title="Method"),
            alt.Tooltip("rank:Q", title="Rank of the shard", format=",d"),
            alt.Tooltip("load:Q", title="Load, times the mean", format=",.2f"),
            alt.Tooltip("lowest:Q", title="Lowest of 20 runs", format=",.2f"),
            alt.Tooltip("highest:Q", title="Highest", format=",.2f"),
            alt.Tooltip("utilisation:Q", title="Utilisation", format=".0%"),
            alt.Tooltip("p99:Q", title="p99 (ms)", format=",.0f"),
        ],
    )
    # Load at which a shard is fully used. Above it, requests pile up.
    limit = (
        rows.transform_calculate(most="datum.load / datum.utilisation", text="'fully used'")
        .transform_filter("datum.load > 0")
        .transform_aggregate(most="mean(most)", last="max(rank)", groupby=["text"])
    )
    rule = limit.mark_rule(strokeDash=[2, 3], strokeWidth=1.5).encode(y=alt.Y("most:Q"))
    label = limit.mark_text(align="right", baseline="bottom", dy=-3).encode(
        x=alt.X("last:Q"), y=alt.Y("most:Q"), text="text:N"
    )
    return alt.layer(band, rule, lines, label, guess_rule("y"))


def _hottest(name: str, column: str, method: str, form: str) -> Reading:
    return Reading(name, column, {"method": method, "rank": 1}, form)


lab = Lab(
    name="storage/sharding",
    title="Which shard is the hottest?",
    kernel=sharding,
    split="methods",
    controls=[
        Choices(
            "methods", "How keys are placed", SHOWN,
            chosen("Modulo", "Consistent hashing", "Bounded loads", "Key range",
                   "One point a shard"),
            help="The last is consistent hashing without virtual nodes",
        ),
        Slider("n_shards", "Shards", (2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100), 10),
        one_two_five(
            "virtual_nodes", "Virtual nodes", 1, 1000, 100, unit="per shard",
            help="Points of each shard on the ring; for consistent hashing and bounded loads",
        ),
        one_two_five("n_keys", "Keys", 10, 50_000, 10_000),
        linear("skew", "Skew of popularity", 0.0, 1.4, 0.1, 0.0, format=".1f",
               help="0: all keys are asked for equally often. 1: the k-th as often as 1/k"),
        Choice("order", "Popular keys are", ORDERS,
               help="Keys are numbers given out one after the other, such as order numbers"),
        Slider("balance", "Bound on keys",
               (1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 3.0), 1.1, unit="× mean",
               format=",.2f", help="The most that a shard may hold, with bounded loads"),
        Slider("replicas", "Replicas of a key", (1, 2, 3, 5), 1,
               help="They share its requests: its own shard and those that follow"),
        linear("utilisation", "Mean utilisation of the shards", 0.1, 0.95, 0.05, 0.6,
               format=".0%",
               help="Assumed: 1 ms of work a request, queues as in M/M/1, a time-out after 1 s"),
    ],
    constants={
        "service_ms": 1.0, "timeout_ms": 1000.0, "maglev_size": 10_007, "n_runs": 20, "seed": 1,
    },
    columns=[
        Column("method", "Method", labels=SHOWN),
        Column("rank", "Rank"),
        Column("load", "Load", "times the mean", ",.2f"),
        Column("lowest", "Lowest", format=",.2f"),
        Column("highest", "Highest", format=",.2f"),
        Column("utilisation", "Utilisation", format=".0%"),
        Column("p99", "p99", "ms", ",.0f"),
        Column("keys_cv", "CV of the keys", format=".1%"),
        Column("load_cv", "CV of the load", format=".1%"),
        Column("beyond", "Beyond what shards can do", format=".1%", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "Load of the hottest shard, times the mean: {one} with one point a shard, {ring} with "
        "virtual nodes ({virtual_nodes}), {bounded} with bounded loads, {modulo} with modulo, "
        "{range} with key ranges. The ring's hottest is asked for {busy} of what it can do, its "
        "p99 is {p99} ms. Of all requests, {beyond_one} are more than their shard can do with one "
        "point a shard, {beyond_ring} with virtual nodes, {beyond_range} with key ranges."
    ),
    readings=[
        _hottest("one", "load", "One point a shard", ",.2f"),
        _hottest("ring", "load", "Consistent hashing", ",.2f"),
        _hottest("bounded", "load", "Bounded loads", ",.2f"),
        _hottest("modulo", "load", "Modulo", ",.2f"),
        _hottest("range", "load", "Key range", ",.2f"),
        _hottest("busy", "utilisation", "Consistent hashing", ".0%"),
        _hottest("p99", "p99", "Consistent hashing", ",.0f"),
        _hottest("beyond_one", "beyond", "One point a shard", ".0%"),
        _hottest("beyond_ring", "beyond", "Consistent hashing", ".0%"),
        _hottest("beyond_range", "beyond", "Key range", ".0%"),
    ],
    prediction=Prediction(
        "Ten shards stand on a ring, each at one random point, and hold the keys up to the next "
        "shard. All keys are asked for equally often. How many times the mean load does the "
        "hottest shard get?",
        reading="one", low=1.0, high=8.0, step=0.1, format=",.1f",
    ),
    tries=[
        Try("100 shards. What happens to the hottest with one point a shard? And are 100 virtual "
            "nodes still enough?", {"n_shards": 100}),
        Try("Popularity with skew 1, and 100 shards. Which way of placing keys helps?",
            {"skew": 1.0, "n_shards": 100}),
        Try("The same with three replicas of each key, which share its reads. What is left of the "
            "hottest?", {"skew": 1.0, "n_shards": 100, "replicas": 3}),
        Try("The newest orders are looked at the most. What is on the last key range?",
            {"skew": 1.0, "order": 1}),
        Try("One virtual node, and skew. Bounded loads hold the number of keys to 1.1 times the "
            "mean: is the load bounded too?", {"virtual_nodes": 1, "skew": 1.0}),
    ],
)  # fmt: skip
