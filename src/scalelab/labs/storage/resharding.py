"""Lab: one shard more, one less, or twice as many: what has to move?"""

import altair as alt

from scalelab.kernels.storage.resharding import resharding
from scalelab.models.storage.resharding import CHANGES
from scalelab.models.storage.sharding import METHODS
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
    one_two_five,
)

PARTS = ("To a new shard or off a lost one", "Between shards that stay")


def chosen(*names: str) -> int:
    """The bit mask of these methods."""
    return sum(1 << METHODS.index(name) for name in names)


def _chart() -> alt.TopLevelMixin:
    x = alt.X(
        "share:Q", title="Share of all keys that move",
        # Beyond 100% there is room for the hours beside a long bar.
        scale=alt.Scale(domain=[0, 1.15], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
    )  # fmt: skip
    y = alt.Y("method:N", title=None, sort=list(METHODS))
    bars = (
        alt.Chart(data())
        .transform_fold(["had_to", "wasted"], as_=["key", "share"])
        .transform_calculate(
            part=f"{list(PARTS)}[datum.key == 'wasted' ? 1 : 0]",
            order="datum.key == 'wasted' ? 1 : 0",
        )
        .mark_bar()
        .encode(
            x=x,
            y=y,
            color=alt.Color("part:N", title=None, scale=alt.Scale(domain=list(PARTS))),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("method:N", title="Method"),
                alt.Tooltip("part:N", title="Moved"),
                alt.Tooltip("share:Q", title="Of all keys", format=".1%"),
                alt.Tooltip("peak:Q", title="Fullest shard afterwards, times the mean",
                            format=",.2f"),
                alt.Tooltip("hours:Q", title="Hours to copy", format=",.1f"),
            ],
        )
    )  # fmt: skip
    rows = alt.Chart(data())
    spread = rows.mark_rule(strokeWidth=2).encode(x=alt.X("lowest:Q"), x2="highest:Q", y=y)
    hours = (
        rows.transform_calculate(
            text="format(datum.hours, ',.1f') + ' h'", end="max(datum.highest, datum.least)"
        )
        .mark_text(align="left", dx=6)
        .encode(x=alt.X("end:Q"), y=y, text="text:N")
    )
    least = rows.transform_aggregate(least="min(least)").transform_calculate(text="'at least'")
    rule = least.mark_rule(strokeDash=[2, 3], strokeWidth=1.5).encode(x=alt.X("least:Q"))
    label = least.mark_text(align="left", baseline="bottom", dx=-4, dy=-3, y=0).encode(
        x=alt.X("least:Q"), text="text:N"
    )
    return alt.layer(bars, spread, rule, label, hours, guess_rule("x"))


def _of(name: str, column: str, method: str, form: str) -> Reading:
    return Reading(name, column, {"method": method}, form)


lab = Lab(
    name="storage/resharding",
    title="One more shard: what has to move?",
    kernel=resharding,
    split="methods",
    controls=[
        Choices("methods", "How keys are placed", METHODS, (1 << len(METHODS)) - 1),
        Choice("change", "What changes", CHANGES,
               help="The shard that is lost is one in the middle"),
        Slider("n_shards", "Shards before", (2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100), 10),
        one_two_five("virtual_nodes", "Virtual nodes", 1, 500, 100, unit="per shard",
                     help="For consistent hashing and bounded loads"),
        Slider("balance", "Bound on keys",
               (1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 3.0), 1.25, unit="× mean",
               format=",.2f", help="The most that a shard may hold, with bounded loads"),
        one_two_five("data_gb", "Data", 10, 100_000, 10_000, unit="GB"),
        one_two_five("copy_mb_s", "Copied at", 10, 10_000, 200, unit="MB/s",
                     help="An assumption: by all shards together, beside their ordinary work"),
    ],
    constants={"n_keys": 3000, "maglev_size": 10_007, "n_runs": 8, "seed": 1},
    columns=[
        Column("method", "Method", labels=METHODS),
        Column("had_to", "To a new shard or off a lost one", format=".1%"),
        Column("wasted", "Between shards that stay", format=".1%"),
        Column("moved", "Moved", format=".1%"),
        Column("lowest", "Lowest", format=".1%"),
        Column("highest", "Highest", format=".1%"),
        Column("least", "At least", format=".1%"),
        Column("peak", "Fullest shard afterwards", "times the mean", ",.2f"),
        Column("hours", "To copy", "h", ",.1f"),
    ],
    chart=_chart(),
    summary=(
        "At least {least} of the keys have to move if all shards are to hold equally many. "
        "Modulo moves {modulo}, which takes {modulo_h} h to copy; consistent hashing {ring}, "
        "{ring_h} h; jump {jump}; bounded loads {bounded}; key ranges {range}. The fullest shard "
        "then holds {ring_peak} times the mean on the ring, {range_peak} times with key ranges."
    ),
    readings=[
        _of("least", "least", "Modulo", ".1%"),
        _of("modulo", "moved", "Modulo", ".1%"),
        _of("modulo_h", "hours", "Modulo", ",.1f"),
        _of("ring", "moved", "Consistent hashing", ".1%"),
        _of("ring_h", "hours", "Consistent hashing", ",.1f"),
        _of("jump", "moved", "Jump", ".1%"),
        _of("bounded", "moved", "Bounded loads", ".1%"),
        _of("range", "moved", "Key range", ".1%"),
        _of("ring_peak", "peak", "Consistent hashing", ",.2f"),
        _of("range_peak", "peak", "Key range", ",.2f"),
    ],
    prediction=Prediction(
        "Ten shards hold a key each by hash modulo ten. An eleventh is added, and it is now hash "
        "modulo eleven. What share of all keys moves to another shard?",
        reading="modulo", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("A shard in the middle is lost. Which two close up the list, and move keys that "
            "nobody had lost?", {"change": 1}),
        Try("Double the shards. What did modulo do all that time?", {"change": 2}),
        Try("One virtual node. How evenly full are the shards afterwards?",
            {"virtual_nodes": 1}),
        Try("Bounded loads with hardly any slack, on a ring that is uneven: a key that moves "
            "pushes others.", {"balance": 1.05, "virtual_nodes": 5}),
    ],
)  # fmt: skip
