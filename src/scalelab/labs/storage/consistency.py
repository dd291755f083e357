"""Lab: what consistency costs when nothing is broken."""

import altair as alt

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.storage.consistency import consistency
from scalelab.models.storage.consistency import AWS, LEVELS, OPERATIONS
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
)

PAIRS = ("01", "02", "03", "04", "12", "13", "14", "23", "24", "34")


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color("operation:N", title=None, scale=alt.Scale(domain=list(OPERATIONS)))
    shape = alt.Shape(
        "operation:N", legend=None,
        scale=alt.Scale(domain=list(OPERATIONS), range=["circle", "square"]),
    )  # fmt: skip
    y = alt.Y("level:N", title=None, sort=list(LEVELS), axis=alt.Axis(labelLimit=150))
    lane = alt.YOffset("operation:N", sort=list(OPERATIONS))
    scale = alt.Scale(type="log", domain=[0.4, 3000], nice=False, clamp=True)
    axis = alt.Axis(values=[0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000])
    title = "ms: median, bar to the p99; thin: clients elsewhere"

    def x(column: str) -> alt.X:
        return alt.X(f"{column}:Q", title=title, scale=scale, axis=axis)

    tooltip = [
        alt.Tooltip("level:N", title="Answered by"),
        alt.Tooltip("operation:N", title="Operation"),
        alt.Tooltip("client:N", title="Client in"),
        alt.Tooltip("p50:Q", title="p50 (ms)", format=",.1f"),
        alt.Tooltip("p99:Q", title="p99 (ms)", format=",.1f"),
    ]
    table = alt.Chart(data())
    chosen = table.transform_filter("datum.chosen == 1")
    bars = chosen.mark_bar(opacity=0.35, height=9).encode(
        x=x("p50"), x2="p99:Q", y=y, yOffset=lane, color=colour, tooltip=tooltip
    )
    band = chosen.mark_rule(strokeWidth=2).encode(
        x=x("p99_low"), x2="p99_high:Q", y=y, yOffset=lane, color=colour
    )
    others = (
        table.transform_filter("datum.chosen == 0")
        .mark_tick(opacity=0.6, thickness=1.5, size=11)
        .encode(x=x("p50"), y=y, yOffset=lane, color=colour, tooltip=tooltip)
    )
    dots = chosen.mark_point(size=80, filled=True, opacity=1).encode(
        x=x("p50"), y=y, yOffset=lane, color=colour, shape=shape, tooltip=tooltip
    )
    return alt.layer(bars, band, others, dots, guess_rule("x"))


def _at(name: str, column: str, level: str, operation: str, form: str = ",.0f") -> Reading:
    where: dict[str, float | str] = {"level": level, "operation": operation, "chosen": 1}
    return Reading(name, column, where, form)


ANY, LEADER, MAJORITY, QUORUM, ALL = LEVELS
READ, WRITE = OPERATIONS

lab = Lab(
    name="storage/consistency",
    title="What consistency costs on a good day",
    kernel=consistency,
    controls=[
        Choice("client", "The client is in", AWS.regions),
        Choice("leader", "The leader is in", AWS.regions),
        linear("n_replicas", "Replicas", 1, 5, 1, 5,
               help="In the leader's region and in those nearest to it"),
        Slider("read_share", "Reads", (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0), 0.9, format=".0%",
               help="Share of requests that read; for the mean of the mixture"),
        Slider("jitter", "Jitter", (0.0, 0.02, 0.05, 0.1, 0.2, 0.5), 0.1, format=".0%",
               help="What a reply takes beyond the round trip on average, as a share of it"),
        Slider("slow_share", "Late replies",
               (0.0, 0.001, 0.002, 0.005, 0.02, 0.05, 0.1), 0.005, format=".1%",
               help="They come 200 ms late, as from a server that collects garbage"),
    ],
    constants={
        "local_ms": DATA_CENTRE_ROUND_TRIP.value, "pause_ms": 200.0,
        **{f"round_trip_{name}": value for name, value in zip(PAIRS, AWS.pairs, strict=True)},
        "n_trials": 750, "n_runs": 4, "seed": 1,
    },
    columns=[
        Column("level", "Answered by", labels=LEVELS),
        Column("operation", "Operation", labels=OPERATIONS),
        Column("client", "Client in", labels=AWS.regions),
        Column("mean", "Mean", "ms", ",.1f"),
        Column("p50", "p50", "ms", ",.1f"),
        Column("p99", "p99", "ms", ",.1f"),
        Column("p99_low", "p99, lowest run", "ms", ",.1f"),
        Column("p99_high", "p99, highest run", "ms", ",.1f"),
        Column("mixed", "Mean of reads and writes", "ms", ",.1f"),
        Column("chosen", "Chosen", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "Half of all writes from {client} are done after {any_write} ms at any replica, "
        "{leader_write} ms at the leader, {majority_write} ms when a majority has them, "
        "{all_write} ms when all have. One in a hundred takes longer than {majority_p99} ms with "
        "a majority, {all_p99} ms with all. A quorum without a leader answers reads and writes in "
        "{quorum} ms. With {read_share} reads the mean is {mixed_any}, {mixed_leader}, "
        "{mixed_majority}, {mixed_quorum} and {mixed_all} ms, from any replica to all."
    ),
    readings=[
        _at("any_write", "p50", ANY, WRITE, ",.1f"),
        _at("leader_write", "p50", LEADER, WRITE, ",.1f"),
        _at("majority_write", "p50", MAJORITY, WRITE),
        _at("all_write", "p50", ALL, WRITE),
        _at("any_p99", "p99", ANY, READ, ",.1f"),
        _at("quorum_p99", "p99", QUORUM, READ),
        _at("majority_p99", "p99", MAJORITY, WRITE),
        _at("all_p99", "p99", ALL, WRITE),
        _at("quorum", "p50", QUORUM, READ),
        _at("mixed_any", "mixed", ANY, READ, ",.1f"),
        _at("mixed_leader", "mixed", LEADER, READ, ",.1f"),
        _at("mixed_majority", "mixed", MAJORITY, READ, ",.1f"),
        _at("mixed_quorum", "mixed", QUORUM, READ, ",.1f"),
        _at("mixed_all", "mixed", ALL, READ, ",.1f"),
    ],
    prediction=Prediction(
        "The leader in Virginia writes when a majority of five replicas has the write: Virginia, "
        "Ireland (81 ms there and back), Oregon (87), Tokyo (145), Sydney (230). How long does a "
        "client in Virginia wait, in half of the cases?",
        reading="majority_write", low=0.0, high=300.0, step=1.0, format=",.0f", unit="ms",
    ),
    tries=[
        Try("The client is in Sydney. What does the leader in Virginia cost it, and how does a "
            "quorum without a leader avoid that?", {"client": 4}),
        Try("One reply in fifty is late. Compare the p99 of one answer with the p99 of a quorum.",
            {"slow_share": 0.02}),
        Try("Four replicas instead of three: what does a write at a majority gain?",
            {"n_replicas": 4}),
        Try("A catalogue for Sydney, 99 reads to a write: which level is the fastest that is never "
            "out of date?", {"client": 4, "read_share": 0.99}),
    ],
)  # fmt: skip
