"""Lab: latency and the database's load against the hit ratio."""

import altair as alt

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.caching.latency import latency
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

HIT_RATIOS = (
    *(0.0, 0.2, 0.4, 0.5, 0.6, 0.65, 0.7, 0.74, 0.75, 0.76, 0.78, 0.8, 0.82, 0.85, 0.88, 0.9),
    *(0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.992, 0.995, 0.998, 0.999),
)
MEASURES = ("mean", "p50", "p99", "p99.9")

# The axis shows miss ratios, falling to the right, and names the hit ratios.
MISS_RATIO = alt.X(
    "miss_ratio:Q",
    title="Hit ratio (misses on a logarithmic scale)",
    scale=alt.Scale(type="log", domain=[1, 0.00056], nice=False),
    axis=alt.Axis(
        values=[1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001],
        labelExpr="format(1 - datum.value, datum.value < 0.01 ? '.1%' : '.0%')",
    ),
)
MILLISECONDS = alt.Scale(type="log", nice=False, padding=10)


def _chart() -> alt.TopLevelMixin:
    table = alt.Chart(data())
    curve = table.transform_filter("datum.chosen == 0")
    chosen = table.transform_filter("datum.chosen == 1")
    overload = (
        curve.transform_filter("datum.utilisation >= 1")
        .transform_aggregate(edge="min(miss_ratio)")
        .transform_calculate(all="1", text="'\u2190 overloaded'")
    )
    wall = overload.mark_rect(opacity=0.13, color="#d1495b").encode(x=alt.X("all:Q"), x2="edge:Q")
    # Right of the edge the upper half is empty, unless the edge is far to the right itself.
    near = overload.transform_filter("datum.edge >= 0.02")
    far = overload.transform_filter("datum.edge < 0.02")
    warnings = [
        place.encode(x=alt.X("edge:Q"), text="text:N")
        for place in (
            near.mark_text(align="left", baseline="top", dx=5, dy=4, y=0, fontWeight="bold"),
            far.mark_text(align="right", baseline="top", dx=-5, dy=4, y=0, fontWeight="bold"),
        )
    ]
    fold: list[str | alt.FieldName] = ["mean", "p50", "p99", "p999"]
    name = "datum.key == 'p999' ? 'p99.9' : datum.key"
    colour = alt.Color(
        "measure:N", title=None, scale=alt.Scale(domain=list(MEASURES)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    band = (
        curve.transform_calculate(measure="'p99'")
        .mark_area(opacity=0.2)
        .encode(
            x=MISS_RATIO, y=alt.Y("p99_low:Q", scale=MILLISECONDS), y2="p99_high:Q", color=colour
        )
    )
    ticks = alt.Axis(values=[0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000])
    y = alt.Y("ms:Q", title="Latency of a request (ms)", scale=MILLISECONDS, axis=ticks)
    tooltip = [
        alt.Tooltip("measure:N", title="Measure"),
        alt.Tooltip("hit_ratio:Q", title="Hit ratio", format=".1%"),
        alt.Tooltip("ms:Q", title="Latency (ms)", format=",.1f"),
        alt.Tooltip("utilisation:Q", title="Database utilisation", format=".0%"),
    ]
    lines = (
        curve.transform_fold(fold, as_=["key", "ms"])
        .transform_calculate(measure=name)
        .mark_line(strokeWidth=2.5)
        .encode(x=MISS_RATIO, y=y, color=colour, tooltip=tooltip)
    )
    rule = chosen.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=MISS_RATIO)
    dots = (
        chosen.transform_fold(fold, as_=["key", "ms"])
        .transform_calculate(measure=name)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(x=MISS_RATIO, y=y, color=colour, tooltip=tooltip)
    )
    return alt.layer(wall, band, lines, rule, dots, *warnings, guess_rule("y"))


lab = Lab(
    name="caching/latency",
    title="What a hit ratio is worth",
    kernel=latency,
    controls=[
        Slider(
            "hit_ratio", "Hit ratio", HIT_RATIOS, 0.9, format=".1%",
            help="Share of requests that the cache answers",
        ),
        one_two_five("request_rate", "Requests", 100, 20_000, 2000, unit="/s"),
        one_two_five(
            "database_ms", "Query time", 1.0, 200.0, 20.0, unit="ms",
            help="Mean time that a query holds a connection",
        ),
        Slider(
            "connections", "Database connections", (1, 2, 5, 10, 20, 50, 100), 10,
            help="Queries that the database runs at the same time",
        ),
        one_two_five(
            "timeout_ms", "Timeout", 100.0, 10_000.0, 1000.0, unit="ms",
            help="A query that waits longer than this for a connection gives up",
        ),
        linear("seed", "Random seed", 1, 10, 1, 1, help="Another day with the same averages"),
    ],
    constants={
        "cache_ms": DATA_CENTRE_ROUND_TRIP.value, "n_misses": 2000, "n_runs": 5, "n_points": 53,
    },
    columns=[
        Column("hit_ratio", "Hit ratio", format=".1%"),
        Column("miss_ratio", "Miss ratio", hidden=True),
        Column("mean", "Mean", "ms", ",.1f"),
        Column("p50", "p50", "ms", ",.1f"),
        Column("p99", "p99", "ms", ",.1f"),
        Column("p99_low", "p99, lowest run", "ms", ",.1f"),
        Column("p99_high", "p99, highest run", "ms", ",.1f"),
        Column("p999", "p99.9", "ms", ",.1f"),
        Column("database_rate", "Reaches the database", "queries/s"),
        Column("utilisation", "Database utilisation", format=".0%"),
        Column("timed_out", "Timed out", "of requests", ".1%"),
        Column("chosen", "Chosen", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "At a hit ratio of {hit_ratio}, {database_rate} queries a second reach the database, "
        "{utilisation} of what it can do. A request takes {mean} ms on average; one in a hundred "
        "takes longer than {p99} ms. {timed_out} of requests time out."
    ),
    readings=[
        Reading("mean", "mean", {"chosen": 1}, ",.1f"),
        Reading("p99", "p99", {"chosen": 1}, ",.1f"),
        Reading("p999", "p999", {"chosen": 1}, ",.1f"),
        Reading("database_rate", "database_rate", {"chosen": 1}, ",.0f"),
        Reading("utilisation", "utilisation", {"chosen": 1}, ".0%"),
        Reading("timed_out", "timed_out", {"chosen": 1}, ".1%"),
    ],
    prediction=Prediction(
        "The cache answers 9 requests in 10, in half a millisecond. The tenth waits for a query "
        "of 20 ms on average. How long does the slowest request in a hundred take?",
        reading="p99", low=1.0, high=100.0, step=1.0, format=",.0f", unit="ms",
    ),
    tries=[
        Try(
            "Halve the misses: 95%. The mean falls by almost half. And the p99?",
            {"hit_ratio": 0.95},
        ),
        Try(
            "Where does the p99 fall off its cliff? Compare 98.5% and 99%.",
            {"hit_ratio": 0.99},
        ),
        Try(
            "A deployment empties part of the cache: 74%. What happens one point below 75%?",
            {"hit_ratio": 0.74},
        ),
        Try(
            "The flash sale brings five times the requests. Which hit ratio keeps the shop alive?",
            {"request_rate": 10_000},
        ),
    ],
)  # fmt: skip
