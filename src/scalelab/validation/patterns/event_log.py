"""A log of partitions against straight lines, a sine, and counts of rebalances."""

from collections.abc import Iterator

from scalelab.models.patterns.event_log import WAYS, event_log, keys_moved
from scalelab.theory.patterns import event_log as theory
from scalelab.validation.row import Row, Topic, exact

EAGER, COOPERATIVE, STATIC = WAYS
FLUID = "two straight lines: what has come, what has been read"
SINE = "the integral of a sine, in place of constant hours"
DAYS = "whole days: backlog over spare capacity of the mean"
COUNTED = "rebalances counted"
PEAK, SWING = 2000.0, 0.6


def _rows() -> Iterator[Row]:
    for consumers in (6, 8, 12, 16):
        found = event_log(consumers=consumers, swing=0.0)
        load = PEAK / theory.at_work(12, consumers)
        yield exact(
            "Hours to catch up on one", f"{consumers} consumers, as at the peak always", FLUID,
            theory.catch_up(1.0, load, 400.0), found.catch_up_h,
        )  # fmt: skip
        yield exact(
            "Hours if any consumer reads any event", f"{consumers} consumers", FLUID,
            theory.catch_up(1.0, PEAK, 400.0 * consumers), found.free_h,
        )  # fmt: skip
    for consumers, hours in ((8, 1), (8, 6), (12, 24), (8, 100)):
        load = PEAK / theory.at_work(12, consumers)
        yield exact(
            f"Hours to catch up on {hours}", f"{consumers} consumers, over the day", SINE,
            theory.catch_up_by_day(hours, 21.0, load, SWING, 400.0),
            event_log(consumers=consumers, hours=hours).catch_up_h, ".3f", 0.01,
        )  # fmt: skip
    mean = theory.mean_rate(PEAK, SWING)
    for days in (7, 28):
        found = event_log(1, 1, 2.0 * mean, hours=24 * days, retention_h=8760)
        yield exact(
            f"Hours to read {days} days again", "twice the mean rate", DAYS,
            theory.catch_up(24.0 * days, mean, 2.0 * mean), found.catch_up_h,
        )  # fmt: skip
    found = event_log(hours=720)
    yield exact(
        "Events lost (millions)", "30 days unread, 7 kept", "days times events of a day",
        23.0 * mean * 0.0864, found.lost / 1e6, ".1f",
    )  # fmt: skip
    yield exact(
        "Events kept in three copies (TB)", "7 days, 1 kB", "product",
        theory.stored(mean * 86_400.0, 7.0, 1000.0, 3.0) / 1e12, found.stored_tb,
    )  # fmt: skip
    for consumers in (8, 12, 16):
        yield exact(
            "A partition is not read for (s)", f"{consumers} consumers, eager", COUNTED,
            theory.stopped_eager(consumers, 5.0),
            event_log(consumers=consumers).deploys[EAGER].stopped_s,
        )  # fmt: skip
    for restart in (30.0, 60.0):
        deploys = event_log(restart_s=restart).deploys
        yield exact(
            "A partition is not read for (s)", f"restart {restart:.0f} s, cooperative", COUNTED,
            theory.stopped_cooperative(5.0), deploys[COOPERATIVE].stopped_s,
        )  # fmt: skip
        yield exact(
            "A partition is not read for (s)", f"restart {restart:.0f} s, static", COUNTED,
            theory.stopped_static(restart, 5.0, 45.0), deploys[STATIC].stopped_s,
        )  # fmt: skip
    for before, after in ((12, 16), (12, 24), (6, 7)):
        yield exact(
            "Share of keys that move", f"{before} to {after} partitions",
            "remainders below both numbers stay", theory.keys_moved(before, after),
            keys_moved(before, after),
        )  # fmt: skip


TOPIC = Topic(
    "Partitions, lag and replay",
    "Twelve partitions, consumers of 400 events/s, 2,000 events/s at the peak; an hour is unread "
    "unless said otherwise. The model's rates are constant within each hour, so against a smooth "
    "sine it is 1 % off at most. All of it is also compared with a simulation event by event.",
    _rows,
)
