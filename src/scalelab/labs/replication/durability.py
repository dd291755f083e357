"""Lab: what a commit waits for, and what is gone when the primary dies."""

import altair as alt

from scalelab.facts.durability import MYSQL_SEMI_SYNC_TIMEOUT
from scalelab.kernels.replication.durability import durability
from scalelab.models.replication.durability import (
    DOWN_S,
    MODES,
    NEAR_MS,
    PLACEMENTS,
    PROMOTIONS,
    REGION_MS,
    SLOW_MS,
    TROUBLES,
    ZONE_MS,
)
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
    one_two_five,
)

ASYNCHRONOUS, SEMI, ONE, ANY, ALL = MODES
RED = "#d1495b"


def _chart() -> alt.TopLevelMixin:
    lane = alt.Y("mode:N", title=None, sort=list(MODES), axis=alt.Axis(labelLimit=150))
    time = alt.Scale(type="log", nice=False, padding=8)
    # Nothing lost has its place, which a logarithmic axis would not have.
    number = alt.Scale(type="symlog", constant=1, nice=False)
    tooltip = [
        alt.Tooltip("mode:N", title="A commit waits for"),
        alt.Tooltip("p50:Q", title="Commit, p50 (ms)", format=",.1f"),
        alt.Tooltip("p99:Q", title="Commit, p99 (ms)", format=",.1f"),
        alt.Tooltip("lost:Q", title="Lost, mean", format=",.2f"),
        alt.Tooltip("lost_p50:Q", title="Lost, p50", format=",.0f"),
        alt.Tooltip("lost_p99:Q", title="Lost, p99", format=",.0f"),
        alt.Tooltip("nothing:Q", title="Failovers that lose nothing", format=".1%"),
        alt.Tooltip("kept:Q", title="Kept, nobody told", format=",.1f"),
    ]
    table = alt.Chart(data())

    def latency(column: str) -> alt.X:
        axis = alt.Axis(tickCount=5, format="~s")
        return alt.X(f"{column}:Q", title="Commit, ms: p50 to p99", scale=time, axis=axis)

    def loss(column: str) -> alt.X:
        axis = alt.Axis(values=[0, 1, 3, 10, 30, 100, 1000, 10_000, 100_000], format=",")
        title = "Orders lost: mean, to the p99"
        return alt.X(f"{column}:Q", title=title, scale=number, axis=axis)

    bars = table.mark_bar(opacity=0.35, height=14).encode(
        x=latency("p50"), x2="p99:Q", y=lane, tooltip=tooltip
    )
    band = table.mark_rule(strokeWidth=2).encode(x=latency("p99_low"), x2="p99_high:Q", y=lane)
    dots = table.mark_point(size=80, filled=True, opacity=1).encode(
        x=latency("p50"), y=lane, tooltip=tooltip
    )
    stop = (
        table.transform_filter("datum.stopped == 1")
        .transform_calculate(text="'commits stop'")
        .mark_text(align="right", dx=-8, fontWeight="bold", color=RED)
        .encode(x=latency("p50"), y=lane, text="text:N")
    )
    zero = table.transform_calculate(zero="0")
    lost = zero.mark_bar(opacity=0.35, height=14, color=RED).encode(
        x=loss("zero"), x2="lost_p99:Q", y=lane, tooltip=tooltip
    )
    lost_band = table.mark_rule(strokeWidth=2, color=RED).encode(
        x=loss("lost_p99_low"), x2="lost_p99_high:Q", y=lane
    )
    lost_dots = table.mark_point(size=80, filled=True, opacity=1, color=RED).encode(
        x=loss("lost"), y=lane, tooltip=tooltip
    )
    clean = table.transform_calculate(
        text="format(datum.nothing, '.0%') + ' lose nothing'"
    ).mark_text(align="right", dy=-16, fontSize=10).encode(
        x=alt.value("width"), y=lane, text="text:N"
    )  # fmt: skip
    # The axis reaches ten orders even where none is lost.
    reach = (
        table.transform_aggregate(most="max(lost_p99_high)")
        .transform_calculate(reach="max(10, 2 * datum.most)")
        .mark_rule(opacity=0)
        .encode(x=loss("reach"))
    )
    return alt.hconcat(
        alt.layer(bars, band, dots, stop, guess_rule("x")).properties(width=230, height=230),
        alt.layer(reach, lost, lost_band, lost_dots, clean).properties(width=230, height=230),
    )


def _of(name: str, mode: str, column: str, form: str = ",.1f") -> Reading:
    return Reading(name, column, {"mode": mode}, form)


lab = Lab(
    name="replication/durability",
    title="The primary dies: which orders are gone?",
    kernel=durability,
    controls=[
        one_two_five("commit_rate", "Orders committed", 10, 20_000, 1000, unit="/s"),
        linear("n_replicas", "Replicas", 1, 5, 1, 2, help="Without the primary"),
        linear("k", "k: how many must have it", 1, 5, 1, 1,
               help="For semi-synchronous and any k; no more than there are"),
        Choice("placement", "Replicas are in", PLACEMENTS, 1),
        one_two_five("flush_ms", "Flush of a log", 0.1, 20.0, 1.0, unit="ms", format=",.1f",
                     help="On the primary and on each replica; an assumption"),
        Slider("jitter", "Jitter", (0.0, 0.05, 0.1, 0.2, 0.5, 1.0), 0.2, format=".0%",
               help="What each step takes beyond its time on average"),
        Slider("stall_share", "A replica stalls", (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1),
               0.02, format=".1%", help="Share of time; an assumption, as is the next"),
        one_two_five("stall_ms", "Length of a stall", 1, 10_000, 100, unit="ms", help="Mean"),
        Slider("timeout_s", "Time-out of semi-synchronous",
               (0.01, 0.05, 0.1, 0.5, 1.0, MYSQL_SEMI_SYNC_TIMEOUT.value, 100.0),
               MYSQL_SEMI_SYNC_TIMEOUT.value, unit="s", format=",.2f",
               help="Then it goes on asynchronously; 10 s is the default of MySQL"),
        Choice("trouble", "Wrong with the first replica", TROUBLES,
               help="Slow: 50 ms more. Down: for a minute so far"),
        linear("die_with", "Replicas that die with the primary", 0, 4, 1, 0,
               help="The first ones: one rack, one power supply; one replica survives always"),
        Choice("promotion", "Who takes over", PROMOTIONS, help="Of the replicas that survive"),
    ],
    constants={
        "near_ms": NEAR_MS, "zone_ms": ZONE_MS, "region_ms": REGION_MS, "slow_ms": SLOW_MS,
        "down_s": DOWN_S, "n_trials": 1500, "n_runs": 5, "seed": 1,
    },
    columns=[
        Column("mode", "A commit waits for", labels=MODES),
        Column("p50", "Commit, p50", "ms", ",.1f"),
        Column("p99", "p99", "ms", ",.1f"),
        Column("p99_low", "p99, lowest run", "ms", ",.1f"),
        Column("p99_high", "p99, highest run", "ms", ",.1f"),
        Column("lost", "Lost, mean", "orders", ",.2f"),
        Column("lost_p50", "Lost, p50", "orders"),
        Column("lost_p99", "Lost, p99", "orders"),
        Column("lost_p99_low", "Lost, p99, lowest run", "orders"),
        Column("lost_p99_high", "Lost, p99, highest run", "orders"),
        Column("nothing", "Lose nothing", "of failovers", ".1%"),
        Column("kept", "Kept, nobody told", "orders", ",.1f"),
        Column("stopped", "Commits stop", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "An asynchronous commit takes {async_p50} ms at the median; when the primary dies, "
        "{async_lost} acknowledged orders are gone on average, more than {async_lost_p99} in one "
        "failover of a hundred, none in {async_nothing} of them. Who waits for one standby takes "
        "{one_p50} ms (p99 {one_p99}) and loses {one_lost}; for any {k}, {any_p50} ms "
        "(p99 {any_p99}) and {any_lost}; for all, {all_p50} ms (p99 {all_p99}) and {all_lost}. "
        "Semi-synchronous takes {semi_p50} ms and loses {semi_lost}. With any {k}, {any_kept} "
        "orders are there although no client was told."
    ),
    readings=[
        _of("async_p50", ASYNCHRONOUS, "p50"),
        _of("async_lost", ASYNCHRONOUS, "lost"),
        _of("async_lost_p99", ASYNCHRONOUS, "lost_p99", ",.0f"),
        _of("async_nothing", ASYNCHRONOUS, "nothing", ".0%"),
        _of("semi_p50", SEMI, "p50"),
        _of("semi_lost", SEMI, "lost"),
        _of("one_p50", ONE, "p50"),
        _of("one_p99", ONE, "p99"),
        _of("one_lost", ONE, "lost"),
        _of("any_p50", ANY, "p50"),
        _of("any_p99", ANY, "p99"),
        _of("any_lost", ANY, "lost"),
        _of("any_lost_p99", ANY, "lost_p99", ",.0f"),
        _of("any_kept", ANY, "kept"),
        _of("all_p50", ALL, "p50"),
        _of("all_p99", ALL, "p99"),
        _of("all_lost", ALL, "lost"),
    ],
    prediction=Prediction(
        "Every commit waits for one standby in another zone. Half of them take 3.3 ms, but the "
        "standby stalls for 2% of the time, 0.1 s at once: one commit in a hundred takes about "
        "70 ms or longer. Now there are two such standbys, and a commit waits for any one of "
        "them. What does one in a hundred take?",
        reading="any_p99", low=1.0, high=151.0, step=0.5, format=",.1f", unit="ms",
    ),
    tries=[
        Try("The first replica is next to the primary, the other in another region: commits are "
            "fast. Then the rack dies with both of them. What does “any 1” lose?",
            {"placement": 3, "die_with": 1}),
        Try("The first replica takes over, whatever the other one has. Which mode lost nothing "
            "until now?", {"promotion": 1}),
        Try("One replica only, and it has been down for a minute. Who stops, and who says "
            "nothing?", {"n_replicas": 1, "trouble": 2}),
        Try("Three replicas, any two of them, and one dies with the primary. What does it cost to "
            "be safe from that, against any one and against all?",
            {"n_replicas": 3, "k": 2, "die_with": 1}),
    ],
)  # fmt: skip
