"""Two sites that cannot talk for a while, against the closed forms."""

import itertools
import math
from collections.abc import Iterator

from scalelab.kernels.zipf import popularity
from scalelab.models.storage.partition import SYSTEMS, simulate
from scalelab.theory.storage.partition import (
    catching_up,
    expected,
    majority_availability,
    refused_share,
    stale_in_break,
    stale_probability,
)
from scalelab.validation.row import Row, Topic

CP, AP, SINGLE = SYSTEMS
POISSON = "independent Poisson streams, see the theory module *partition*"
FLUID = "the backlog as a fluid, see the theory module *partition*"
COUNTED = "every state that the replicas can be in, counted one by one"
KEYS, RATE, WRITES, BREAK, RUN, RUNS = 1000, 100.0, 0.2, 60.0, 120.0, 300


def stale(minority: float, skew: float, delay: float, break_s: float) -> float:
    """Share of reads: each side misses what the other writes."""
    shares = ((minority, 1.0 - minority), (1.0 - minority, minority))
    total = 0.0
    for here, there in shares:
        for p in popularity(KEYS, skew).tolist():
            rate = RATE * WRITES * p * there
            probability = (
                stale_in_break(rate, delay, break_s) if break_s else stale_probability(rate, delay)
            )
            total += here * p * probability
    return total


def counted_majorities(n: int, up: float) -> float:
    return sum(
        math.prod(up if alive else 1.0 - up for alive in state)
        for state in itertools.product((True, False), repeat=n)
        if sum(state) > n / 2
    )


def rows() -> Iterator[Row]:
    for minority in (0.1, 0.3, 0.5):
        reference = refused_share(minority, BREAK, RUN)
        ours = simulate(CP, minority=minority, n_runs=RUNS).refused
        yield Row(
            "Majority quorum: requests refused", f"{minority:.0%} of clients cut off", "theory",
            "share of clients cut off, times share of time", reference, ours, 0.01 * reference,
            ".2%",
        )  # fmt: skip
    for skew, minority in ((0.0, 0.3), (0.8, 0.3), (0.8, 0.1), (1.2, 0.5)):
        found = simulate(
            AP, minority=minority, skew=skew, delay_ms=0.0, replay_rate=1e9, n_runs=RUNS
        )
        differ, conflict, lost = expected(
            popularity(KEYS, skew).tolist(), RATE * WRITES, minority, BREAK
        )
        settings = f"{minority:.0%} of clients cut off, skew {skew:g}, no delay"
        for name, reference, ours in (
            ("keys that differ after the cut", differ, found.differing),
            ("keys with two versions", conflict, found.conflicts),
            ("acknowledged writes lost", lost, found.writes_lost),
        ):
            yield Row(
                f"Every replica answers: {name}", settings, "theory", POISSON, reference, ours,
                0.02 * reference, ".1f",
            )  # fmt: skip
    cut = simulate(AP, delay_ms=0.0, replay_rate=1e9, n_runs=RUNS)
    healthy = simulate(AP, delay_ms=500.0, break_s=0.0, before_s=0.0, n_runs=RUNS)
    for settings, reference, ours in (
        (
            "a cut of 60 s in 120 s, no delay",
            (1.0 - WRITES) * BREAK / RUN * stale(0.3, 0.8, 0.0, BREAK), cut.stale,
        ),
        (
            "no cut, a delay of 500 ms", (1.0 - WRITES) * stale(0.3, 0.8, 0.5, 0.0), healthy.stale,
        ),
    ):  # fmt: skip
        yield Row(
            "Every replica answers: stale reads", settings, "theory", POISSON, reference, ours,
            0.01 * reference, ".2%",
        )  # fmt: skip
    replay, delay = 100.0, 0.1
    larger = RATE * WRITES * 0.7
    reference = delay + catching_up(larger * (BREAK + delay), replay, larger)
    ours = simulate(AP, delay_ms=delay * 1e3, replay_rate=replay, n_runs=RUNS).agreed_s
    yield Row(
        "Every replica answers: seconds until all agree",
        f"{replay:g} writes/s sent, a delay of {delay * 1e3:g} ms", "theory", FLUID, reference,
        ours, 0.02 * reference, ".2f",
    )  # fmt: skip
    for n, up in ((3, 0.9), (3, 0.99), (3, 0.999), (5, 0.9), (5, 0.99), (7, 0.9), (7, 0.99)):
        yield Row(
            f"A majority of {n} replicas is up", f"each is up {up:.1%} of the time", "theory",
            COUNTED,
            counted_majorities(n, up), majority_availability(n, up), 1e-12, ".9f",
        )  # fmt: skip


TOPIC = Topic(
    "Partition",
    f"Two sites, {RATE:g} requests a second, one in five writes, {KEYS:,} keys; for 60 of 120 s "
    f"they cannot talk. Means of {RUNS} runs. Of two versions of a key the later one stays.",
    rows,
)
