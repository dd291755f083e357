"""Lab: the same servers as replicas, as caches and as shards, for any share of writes."""

import altair as alt

from scalelab.facts.workload import TPC_W_BROWSING, TPC_W_ORDERING, TPC_W_SHOPPING
from scalelab.kernels.introduction.read_write import BY_SERVERS, BY_WRITES, read_write
from scalelab.models.introduction.read_write import MEANS, WRITE_COST
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

REPLICAS, CACHE, SHARDS, CACHE_AND_REPLICAS, CACHE_AND_SHARDS = MEANS
HOPED = "Each server adding as much"
MOST = 16
DOUBLED = [2**i for i in range(10)]
TITLE = "Times one server (doubling)"


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=[*MEANS, HOPED]),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Servers used as"),
        alt.Tooltip("servers:Q", title="Servers", format=",.0f"),
        alt.Tooltip("caches:Q", title="Of them, caches", format=",.0f"),
        alt.Tooltip("write_share:Q", title="Writes", format=".1%"),
        alt.Tooltip("gain:Q", title="Times one server", format=",.1f"),
        alt.Tooltip("carried:Q", title="Carried (/s)", format=",.0f"),
    ]

    def gain(name: str = "gain") -> alt.Y:
        scale = alt.Scale(type="log", base=2, nice=False, padding=6)
        axis = alt.Axis(values=DOUBLED, format=",.0f")
        return alt.Y(f"{name}:Q", title=TITLE, scale=scale, axis=axis)

    def view(kind: int, x: alt.X, *more: alt.Chart) -> alt.LayerChart | alt.FacetChart:
        rows = alt.Chart(data()).transform_filter(f"datum.view == {kind}")
        lines = (
            rows.transform_calculate(series="datum.means")
            .mark_line(strokeWidth=2.5)
            .encode(x=x, y=gain(), color=colour, tooltip=tooltip)
        )
        chosen = alt.Chart(data()).transform_filter("datum.chosen == 1")
        rule = chosen.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x)
        return alt.layer(rule, *more, lines)

    servers = alt.X(
        "servers:Q", title="Servers",
        scale=alt.Scale(type="log", base=2, domain=[1, MOST], nice=False),
        axis=alt.Axis(values=[1, 2, 4, 8, 16], format=",.0f"),
    )  # fmt: skip
    writes = alt.X(
        "write_share:Q", title="Share of writes",
        scale=alt.Scale(type="log", domain=[0.001, 1.0], nice=False),
        axis=alt.Axis(values=[0.001, 0.01, 0.1, 1.0], format="~%"),
    )  # fmt: skip
    hoped = (
        alt.Chart(data())
        .transform_filter(f"datum.view == {BY_SERVERS} && datum.means == '{REPLICAS}'")
        .transform_calculate(series=f"'{HOPED}'")
        .mark_line(strokeWidth=1.25)
        .encode(x=servers, y=gain("servers"), color=colour)
    )
    needed = (
        alt.Chart(data())
        .transform_filter("datum.chosen == 1")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(y=gain("target"))
    )
    by_servers = view(BY_SERVERS, servers, hoped, needed, guess_rule("y"))
    return alt.hconcat(
        *(one.properties(width=270, height=270) for one in (by_servers, view(BY_WRITES, writes)))
    )


def _of(name: str, means: str, column: str = "gain", form: str = ",.1f", **where: float) -> Reading:
    return Reading(name, column, {"means": means, **(where or {"chosen": 1})}, form)


def _needed(name: str, means: str) -> Reading:
    """The fewest servers that carry what is needed; a dash if the chart's most do not."""
    return Reading(name, "servers", {"means": means, "view": BY_SERVERS, "enough": 1}, ",.0f")


lab = Lab(
    name="introduction/read_write",
    title="Replicas, a cache or shards: what do more servers carry?",
    kernel=read_write,
    controls=[
        Slider("write_share", "Of the requests, writes",
               (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), 0.1, format=".1%",
               help="The rest reads the catalogue. TPC-W, a benchmark that plays a bookshop, has "
                    f"mixes with {TPC_W_BROWSING.value:.0%}, {TPC_W_SHOPPING.value:.0%} and "
                    f"{TPC_W_ORDERING.value:.0%} of the page requests for orders"),
        linear("servers", "Servers", 1, MOST, 1, MOST, help="Each does 1,000 reads a second"),
        Slider("target", "The shop needs", (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0),
               5.0, unit="times one server", format=",.1f"),
        Slider("write_cost", "A write costs", (0.5, 1.0, 2.0, 3.0, 5.0, 10.0), WRITE_COST,
               unit="reads", format=",.1f", help="Work of the database"),
        linear("apply_share", "Replicas: to apply a write", 0.1, 1.0, 0.1, 0.5, format=".0%",
               help="Of what executing it costs the primary"),
        Slider("hit_ratio", "Cache: answers, of the reads",
               (0.0, 0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99), 0.8, format=".0%",
               help="The hit ratio"),
        Slider("lookup_cost", "Cache: a look-up costs", (0.02, 0.05, 0.1, 0.2, 0.5, 1.0), 0.1,
               unit="reads", format=".2f", help="Of a database; an assumption"),
        Slider("scatter_share", "Shards: reads that ask all",
               (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), 0.02, format=".0%",
               help="They lack the key that says which shard has the row"),
    ],
    constants={"fewest": 1, "most": MOST, "n_shares": 13},
    columns=[
        Column("means", "Servers used as", labels=MEANS),
        Column("view", "View", hidden=True),
        Column("servers", "Servers"),
        Column("write_share", "Writes", format=".1%"),
        Column("carried", "Carried", "/s", ",.0f"),
        Column("gain", "Carried", "times one server", ",.1f"),
        Column("caches", "Of them, caches"),
        Column("most_gain", "Never more than", "times one server", ",.1f", hidden=True),
        Column("ends", "Has such a ceiling", hidden=True),
        Column("best", "Best of the three", hidden=True),
        Column("chosen", "Chosen", hidden=True),
        Column("enough", "Enough", hidden=True),
        Column("target", "Needed", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "One server carries {alone} requests a second. {all_servers} of them carry {replicas} "
        "times as much as replicas, {shards} times as shards, and {cache} times as one database "
        "behind a cache; the best of these: {best}. With a cache in front, replicas carry "
        "{cache_and_replicas} times as much and shards {cache_and_shards} times. However many "
        "there are, replicas end at {most_replicas} times one server, the cache at {most_cache}, "
        "shards at {most_shards}. What the shop needs takes {needed_replicas} servers as replicas, "
        "{needed_cache} with a cache, {needed_shards} as shards (– if 16 are not enough)."
    ),
    readings=[
        Reading("alone", "carried", {"servers": 1, "view": BY_SERVERS}, ",.0f"),
        _of("all_servers", REPLICAS, "servers", ",.0f"),
        _of("replicas", REPLICAS),
        _of("cache", CACHE),
        _of("shards", SHARDS),
        _of("cache_and_replicas", CACHE_AND_REPLICAS),
        _of("cache_and_shards", CACHE_AND_SHARDS),
        Reading("best", "means", {"chosen": 1, "best": 1}),
        _of("carried_replicas", REPLICAS, "carried", ",.0f"),
        _of("most_replicas", REPLICAS, "most_gain"),
        _of("most_cache", CACHE, "most_gain"),
        _of("most_shards", SHARDS, "most_gain", chosen=1, ends=1),
        _needed("needed_replicas", REPLICAS),
        _needed("needed_cache", CACHE),
        _needed("needed_shards", SHARDS),
    ],
    prediction=Prediction(
        "One request in ten writes. The shop has 16 equal servers: a primary and 15 replicas, all "
        "of which read. How many times as many requests as one server alone do they carry?",
        reading="replicas", low=1.0, high=20.0, step=0.5, format=",.1f", unit="times one server",
    ),
    tries=[
        Try("Flash sale: half of the requests are orders. What are 16 replicas worth now, and what "
            "are 16 shards?", {"write_share": 0.5}),
        Try("Hardly anybody buys: one request in a hundred writes. Which of the three is ahead?",
            {"write_share": 0.01}),
        Try("A nearly perfect cache, in front of the replicas. How far up does their line go?",
            {"hit_ratio": 0.99}),
        Try("A search that does not know the shard: one read in five asks all of them. What is "
            "left of the shards?", {"scatter_share": 0.2}),
    ],
)  # fmt: skip
