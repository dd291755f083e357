"""Read replicas against exact fractions, a shared machine in closed form, and Poisson writes."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.models.separate_database.replicas import arrange
from scalelab.theory.separate_database import replicas as theory
from scalelab.validation.row import Row, Topic, exact

KELLY = "symmetric queues, {cite:t}`v-kelly1979`, section 3.3"
POISSON = "time since the last of random events"
WORK = "all work divided by all machines, in fractions"
SPLIT = "the busier of two machines: its writes and its part of the reads"
VCPUS, READ, FACTOR, APPLY, TARGET = 4, Fraction(3), Fraction(2), Fraction(1, 2), Fraction(7, 10)


def _rows() -> Iterator[Row]:
    for window in (2.0, 60.0, 600.0):
        yield exact(
            "Reads that have to go to the primary", f"within {window:.0f} s of a write", POISSON,
            theory.pinned(0.1, 0.05, window), arrange(800.0, window_s=window)["One replica"].pinned,
        )  # fmt: skip
    for share in (Fraction(1, 20), Fraction(1, 5)):
        for replicas, name in ((1, "One replica"), (2, "Two replicas")):
            work = theory.all_together(share, READ, FACTOR, APPLY, replicas)
            yield exact(
                "Carried (requests/s)", f"{name}, {float(share):.0%} writes, reads spread", WORK,
                float(1000 * theory.carried(Fraction(VCPUS), work, TARGET)),
                arrange(800.0, float(share), balanced=True)[name].carried_per_s, ".2f",
            )  # fmt: skip
    for window in (2.0, 60.0, 600.0):
        first, second = (
            max(theory.split(0.05, 3.0, 2.0, 0.5, theory.pinned(0.1, 0.05, window), n))
            for n in (1, 2)
        )
        two = arrange(800.0, window_s=window)["Two replicas"]
        where = f"Two replicas only, {window:.0f} s"
        yield exact(
            "Carried (requests/s)", where, SPLIT, 2800.0 / second, two.carried_per_s, ".2f"
        )  # fmt: skip
        yield exact(
            "Carried with one lost (requests/s)", where, SPLIT, 2800.0 / first,
            two.carried_down_per_s, ".2f",
        )  # fmt: skip
    first_only = arrange(900.0)["One replica"]
    near = theory.pinned(0.1, 0.05, 2.0)
    busy = [0.9 * work / VCPUS for work in theory.split(0.05, 3.0, 2.0, 0.5, near, 1)]
    assert first_only.read_ms is not None
    yield exact(
        "Mean read (ms)", "One replica, replicas only, 900 requests/s", KELLY,
        near * theory.read_time(3.0, busy[0], VCPUS)
        + (1.0 - near) * theory.read_time(3.0, busy[1], VCPUS),
        first_only.read_ms,
    )  # fmt: skip
    for rate in (400.0, 1000.0):
        at_rate = arrange(rate)
        for name, vcpus in (("One machine", VCPUS), ("Twice as large", 2 * VCPUS)):
            each = at_rate[name]
            if each.read_ms is not None:
                yield exact(
                    "Mean read (ms)", f"{name}, {rate:,.0f} requests/s", KELLY,
                    theory.read_time(3.0, rate * 0.00315 / vcpus, vcpus), each.read_ms,
                )  # fmt: skip


TOPIC = Topic(
    "The first read replicas",
    "5 % of the requests write unless said otherwise; a write is two reads' work, half of which a "
    "replica repeats. Machines have 4 vCPUs and are busy for 70 % at most.",
    _rows,
)
