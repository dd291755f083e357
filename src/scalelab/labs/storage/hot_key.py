"""Lab: one key is far more popular than all others."""

import altair as alt

from scalelab.kernels.storage.hot_key import hot_key
from scalelab.models.storage.hot_key import PLACEMENTS, REMEDIES
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

NOTHING, WEIGH, SPLIT, COPY, CACHE = REMEDIES
SERVERS, REQUEST_RATE = 20, 10_000.0


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "remedy:N", title=None, scale=alt.Scale(domain=list(REMEDIES)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "share:Q", title="Share of all requests that are for the hot key",
        scale=alt.Scale(nice=False), axis=alt.Axis(format=".0%"),
    )  # fmt: skip
    scale = alt.Scale(type="log", nice=False, padding=10)
    axis = alt.Axis(values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100], format=",.0%")

    def busy(column: str) -> alt.Y:
        title = "Utilisation of the busiest shard"
        return alt.Y(f"{column}:Q", title=title, scale=scale, axis=axis)

    tooltip = [
        alt.Tooltip("remedy:N", title="Remedy"),
        alt.Tooltip("share:Q", title="Share of the hot key", format=".1%"),
        alt.Tooltip("busy:Q", title="Busiest shard", format=",.0%"),
        alt.Tooltip("times:Q", title="Times the mean", format=",.2f"),
        alt.Tooltip("work:Q", title="Work, times that without remedy", format=",.2f"),
    ]
    table = alt.Chart(data())
    curve = table.transform_filter("datum.chosen == 0")
    chosen = table.transform_filter("datum.chosen == 1")
    overload = (
        curve.transform_aggregate(top="max(high)")
        .transform_filter("datum.top > 1")
        .transform_calculate(full="1", text="'overloaded \u2191'")
    )
    wall = overload.mark_rect(opacity=0.13, color="#d1495b").encode(y=busy("full"), y2="top:Q")
    label = overload.mark_text(
        align="right", baseline="bottom", x="width", dx=-6, dy=-4, fontWeight="bold"
    ).encode(y=busy("full"), text="text:N")  # fmt: skip
    band = curve.mark_area(opacity=0.2).encode(x=x, y=busy("low"), y2="high:Q", color=colour)
    lines = curve.mark_line(strokeWidth=2.5).encode(
        x=x, y=busy("busy"), color=colour, tooltip=tooltip
    )
    rule = chosen.mark_rule(opacity=0.6).encode(x=x)
    dots = chosen.mark_point(size=90, filled=True, opacity=1).encode(
        x=x, y=busy("busy"), color=colour, tooltip=tooltip
    )
    return alt.layer(wall, band, lines, rule, dots, label, guess_rule("y"))


def _at(name: str, column: str, remedy: str, form: str) -> Reading:
    return Reading(name, column, {"remedy": remedy, "chosen": 1}, form)


lab = Lab(
    name="storage/hot_key",
    title="One product is on television: what helps?",
    kernel=hot_key,
    controls=[
        Choices("remedies", "Remedy", REMEDIES, 0b11111),
        linear("share", "Requests for the hot key", 0.0, 0.5, 0.01, 0.1, format=".0%",
               help="Share of all requests; the other keys are small and spread evenly"),
        Slider("shards", "Shards", (1, 2, 3, 5, 10, 20, 50, 100), 10),
        linear("utilisation", "Mean utilisation", 0.1, 0.95, 0.05, 0.6, format=".0%",
               help="Of all shards, without remedy"),
        linear("read_share", "Of the hot key's requests, reads", 0.0, 1.0, 0.05, 0.9, format=".0%"),
        Slider(
            "parts", "Sub-keys, or copies", (1, 2, 3, 5, 10, 20, 50, 100), 10,
            help="Split: a write goes to one, a read asks all. Copy: a read asks one, "
                 "a write goes to all",
        ),
        Choice("placement", "Sub-keys and copies go", PLACEMENTS,
               help="Where their hash says, two can land on the same shard"),
        one_two_five(
            "cache_s", "Each server's cache keeps it", 0.001, 10.0, 1.0, unit="s", format=",.3f",
            help=f"{SERVERS} application servers, {REQUEST_RATE:,.0f} requests/s in all",
        ),
    ],
    constants={
        "servers": SERVERS, "request_rate": REQUEST_RATE, "n_runs": 1000, "n_points": 21, "seed": 1,
    },
    columns=[
        Column("remedy", "Remedy", labels=REMEDIES),
        Column("share", "Share of the hot key", format=".1%"),
        Column("busy", "Busiest shard", "utilisation", ",.0%"),
        Column("low", "One placement in 20 is below", format=",.0%"),
        Column("high", "One in 20 is above", format=",.0%"),
        Column("times", "Busiest shard", "times the mean", ",.2f"),
        Column("work", "Work of all shards", "times that without remedy", ",.2f"),
        Column("mean", "All shards", "utilisation", ",.0%"),
        Column("carries", "Share that it can carry", format=".1%"),
        Column("chosen", "Chosen", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "The shards are {utilisation} busy on average and one key takes {share} of the requests. "
        "Its shard is {nothing} busy, {times} times the mean; weighed, {weigh}; with the key split "
        "into {parts}, the busiest is {split} busy and all work grows to {work_split} times, with "
        "{parts} copies {copy} and {work_copy} times, with a cache {cache}. A shard is overloaded "
        "when the key gets more than {carries_nothing} of the requests without remedy, "
        "{carries_weigh} weighed, {carries_split} split, {carries_copy} copied, {carries_cache} "
        "cached."
    ),
    readings=[
        _at("nothing", "busy", NOTHING, ",.0%"),
        _at("times", "times", NOTHING, ",.1f"),
        _at("weigh", "busy", WEIGH, ",.0%"),
        _at("split", "busy", SPLIT, ",.0%"),
        _at("work_split", "work", SPLIT, ",.2f"),
        _at("copy", "busy", COPY, ",.0%"),
        _at("work_copy", "work", COPY, ",.2f"),
        _at("cache", "busy", CACHE, ",.0%"),
        _at("carries_nothing", "carries", NOTHING, ".1%"),
        _at("carries_weigh", "carries", WEIGH, ".1%"),
        _at("carries_split", "carries", SPLIT, ".1%"),
        _at("carries_copy", "carries", COPY, ".1%"),
        _at("carries_cache", "carries", CACHE, ".1%"),
    ],
    prediction=Prediction(
        "Ten shards, 60% busy on average. One product gets a tenth of all requests. How busy is "
        "its shard, if nothing is done?",
        reading="nothing", low=0.6, high=3.0, step=0.02, format=",.0%",
    ),
    tries=[
        Try("Twice the shards, each half as busy: what did the second ten buy its shard?",
            {"shards": 20, "utilisation": 0.3}),
        Try("A counter: all writes. Which two remedies have changed places, and what does the "
            "cache do?", {"read_share": 0.0}),
        Try("A hundred copies instead of ten. Who pays for the writes?", {"parts": 100}),
        Try("Nobody can look away: 20%. Put each copy on a shard of its own.",
            {"share": 0.2, "placement": 1}),
    ],
)  # fmt: skip
