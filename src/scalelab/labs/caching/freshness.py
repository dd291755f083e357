"""Lab: what a time to live buys, and what it costs in old answers."""

import altair as alt

from scalelab.kernels.caching.freshness import freshness
from scalelab.models.caching.freshness import STRATEGIES
from scalelab.web.lab import (
    Choices,
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

TTLS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400)


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "strategy:N", title=None, scale=alt.Scale(domain=list(STRATEGIES)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "ttl:Q",
        title="Time to live",
        scale=alt.Scale(type="log", domain=[1, 86_400], nice=False),
        axis=alt.Axis(
            values=[1, 10, 60, 600, 3600, 21_600, 86_400],
            labelExpr=(
                "datum.value < 60 ? datum.value + ' s' : "
                "datum.value < 3600 ? datum.value / 60 + ' min' : datum.value / 3600 + ' h'"
            ),
        ),
    )
    # Logarithmic from a thousandth on, so that both small shares and none at all have a place.
    scale = alt.Scale(type="symlog", constant=0.0003, domain=[0, 1])
    axis = alt.Axis(
        values=[0, 0.001, 0.01, 0.1, 1],
        labelExpr="format(datum.value, datum.value > 0 && datum.value < 0.01 ? '.1%' : '.0%')",
    )

    def share(column: str) -> alt.Y:
        title = "Reads: old (solid), missed (dashed)"
        return alt.Y(f"{column}:Q", title=title, axis=axis, scale=scale)

    tooltip = [
        alt.Tooltip("strategy:N", title="Strategy"),
        alt.Tooltip("ttl:Q", title="Time to live (s)", format=",.0f"),
        alt.Tooltip("old:Q", title="Old answers", format=".2%"),
        alt.Tooltip("missed:Q", title="Misses", format=".2%"),
    ]
    table = alt.Chart(data()).transform_calculate(missed="1 - datum.hit_ratio")
    curve = table.transform_filter("datum.chosen == 0")
    chosen = table.transform_filter("datum.chosen == 1")
    band = curve.mark_area(opacity=0.2).encode(x=x, y=share("lowest"), y2="highest:Q", color=colour)
    old = curve.mark_line(strokeWidth=2.5).encode(
        x=x, y=share("old"), color=colour, tooltip=tooltip
    )
    misses = curve.mark_line(strokeWidth=1.5, strokeDash=[5, 3]).encode(
        x=x, y=share("missed"), color=colour, tooltip=tooltip
    )
    rule = chosen.mark_rule(opacity=0.6).encode(x=x)
    dots = chosen.mark_point(size=90, filled=True, opacity=1).encode(
        x=x, y=share("old"), color=colour, tooltip=tooltip
    )
    return alt.layer(band, misses, old, rule, dots, guess_rule("y"))


def _at(name: str, column: str, strategy: str, form: str) -> Reading:
    return Reading(name, column, {"strategy": strategy, "chosen": 1}, form)


lab = Lab(
    name="caching/freshness",
    title="How old may an answer be?",
    kernel=freshness,
    controls=[
        Choices("strategies", "Strategy", STRATEGIES, 0b11111),
        Slider("ttl", "Time to live", TTLS, 300, unit="s"),
        one_two_five("reads_per_minute", "Reads of the product", 1, 5000, 100, unit="a minute"),
        one_two_five("writes_per_hour", "Changes of its price", 1, 2000, 10, unit="an hour"),
        one_two_five("fetch_ms", "Fetch from the database", 1, 2000, 20, unit="ms"),
        one_two_five(
            "delay_ms", "Delay until the cache hears of a write", 1, 100_000, 100, unit="ms"
        ),
        one_two_five("flush", "Write-behind flushes every", 1, 500, 10, unit="s"),
    ],
    constants={"n_changes": 1500, "n_runs": 4, "n_points": 21, "seed": 1},
    columns=[
        Column("strategy", "Strategy", labels=STRATEGIES),
        Column("ttl", "Time to live", "s", ",.0f"),
        Column("hit_ratio", "Hit ratio", format=".1%"),
        Column("old", "Old answers", "of reads", ".2%"),
        Column("lowest", "Old, lowest run", format=".2%"),
        Column("highest", "Old, highest run", format=".2%"),
        Column("fetches", "Database reads", "/s", ",.2f"),
        Column("stores", "Database writes", "/s", ",.2f"),
        Column("at_risk", "Writes only in the cache", "mean", ",.2f"),
        Column("chosen", "Chosen", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "Reads that get an old price at a time to live of {ttl}: {old_ttl} with TTL only (hit "
        "ratio {hits_ttl}), {old_aside} with cache-aside, {old_lease} with a lease, {old_through} "
        "with write-through. Write-behind has {at_risk} writes in memory only, on average."
    ),
    readings=[
        _at("old_ttl", "old", "TTL only", ".2%"),
        _at("hits_ttl", "hit_ratio", "TTL only", ".1%"),
        _at("old_aside", "old", "Cache-aside", ".2%"),
        _at("old_lease", "old", "Cache-aside + lease", ".2%"),
        _at("old_through", "old", "Write-through", ".2%"),
        _at("at_risk", "at_risk", "Write-behind", ",.2f"),
    ],
    prediction=Prediction(
        "A price changes 10 times an hour at random moments. The cache keeps it for 5 minutes and "
        "never hears of a change. What share of reads see an old price?",
        reading="old_ttl", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("A time to live of 30 s: how many more misses does it cost, how many old answers does "
            "it save?", {"ttl": 30}),
        Try("The delete takes 100 s to arrive: is cache-aside still fresh?",
            {"delay_ms": 100_000}),
        Try("Slow fetches and many changes: the race between fetch and delete, and its lease.",
            {"strategies": 0b00110, "fetch_ms": 2000, "writes_per_hour": 200, "ttl": 3600}),
        Try("Write-behind is never old. But how many writes are only in memory?",
            {"strategies": 0b11001, "flush": 500}),
    ],
)  # fmt: skip
