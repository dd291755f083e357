"""Latency at five levels of consistency, against order statistics."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from scalelab.models.storage.consistency import (
    AWS,
    COCKROACH_DEMO,
    LEVELS,
    OPERATIONS,
    Network,
    simulate,
)
from scalelab.theory.storage.consistency import (
    Reply,
    after_by,
    kth_exponential,
    kth_reply_by,
    kth_round_trip,
    quantile,
)
from scalelab.validation.row import Row, Topic

ANY, LEADER, MAJORITY, QUORUM, ALL = LEVELS
READ, WRITE = OPERATIONS
SORTED = "the round trips, sorted"
ORDER = "order statistics of replies that differ, see the theory module *consistency*"
RENYI = "{cite:t}`v-renyi1953`: the sum of $1/j$ over the replies still missing"
LOCAL, PAUSE, TRIALS, STEPS = 0.5, 200.0, 200_000, 200


def between(network: Network, a: str, b: str) -> float:
    if a == b:
        return LOCAL
    return network.round_trips.get((a, b), network.round_trips.get((b, a), 0.0))


def away(network: Network, region: str) -> list[float]:
    """Round trips from ``region`` to all others."""
    return [between(network, region, other) for other in network.regions if other != region]


def without_chance() -> Iterator[Row]:
    for network, leader, level, k in (
        (AWS, "Virginia", MAJORITY, 2), (AWS, "Virginia", ALL, 4), (AWS, "Sydney", MAJORITY, 2),
        (COCKROACH_DEMO, "us-east1", MAJORITY, 1), (COCKROACH_DEMO, "us-west1", MAJORITY, 1),
        (COCKROACH_DEMO, "us-west1", ALL, 2),
    ):  # fmt: skip
        ours = simulate(
            level, WRITE, leader, leader, network=network, jitter=0.0, slow_share=0.0,
            local_ms=0.0, n_trials=100, n_runs=1,
        )  # fmt: skip
        yield Row(
            f"{level}, write (ms)", f"{len(network.regions)} replicas, leader in {leader}",
            "theory", SORTED, kth_round_trip(away(network, leader), k), ours.p99, 1e-9, ".2f",
        )  # fmt: skip


def with_jitter() -> Iterator[Row]:
    for client, jitter, slow in (
        ("Virginia", 0.1, 0.0), ("Virginia", 0.1, 0.02), ("Sydney", 0.5, 0.02),
    ):  # fmt: skip
        first = Reply(between(AWS, client, "Virginia"), jitter, slow, PAUSE)
        acks = [Reply(r, jitter, slow, PAUSE) for r in away(AWS, "Virginia")]
        asked = [Reply(r, jitter, slow, PAUSE) for r in (LOCAL, *away(AWS, client))]
        laws = (
            (ANY, READ, Reply(LOCAL, jitter, slow, PAUSE).by),
            (MAJORITY, WRITE, partial(after_by, first=first, replies=acks, k=2, steps=STEPS)),
            (QUORUM, READ, partial(kth_reply_by, replies=asked, k=3)),
            (ALL, WRITE, partial(after_by, first=first, replies=acks, k=4, steps=STEPS)),
        )
        for level, operation, by in laws:
            ours = simulate(
                level, operation, client, jitter=jitter, slow_share=slow, local_ms=LOCAL,
                pause_ms=PAUSE, n_trials=TRIALS, n_runs=1,
            )  # fmt: skip
            for name, share, measured in (("p50", 0.5, ours.p50), ("p99", 0.99, ours.p99)):
                reference = quantile(by, share, 5000.0)
                yield Row(
                    f"{level}, {operation.lower()}, {name} (ms)",
                    f"client in {client}, leader in Virginia, {jitter:.0%} jitter, "
                    f"{slow:.0%} late", "theory", ORDER, reference, measured, 0.01 * reference,
                    ".2f",
                )  # fmt: skip


def equal_replicas() -> Iterator[Row]:
    for n in (3, 5):
        regions = tuple("abcde"[:n])
        network = Network(regions, dict.fromkeys(combinations(regions, 2), 100.0))
        reference = 100.0 + kth_exponential(n, n // 2 + 1, 100.0)
        ours = simulate(
            QUORUM, READ, network=network, jitter=1.0, slow_share=0.0, local_ms=100.0,
            n_trials=TRIALS, n_runs=1,
        )  # fmt: skip
        yield Row(
            f"{QUORUM}, mean (ms)", f"{n} replicas, each 100 ms and as much jitter away", "theory",
            RENYI, reference, ours.mean, 0.005 * reference, ".2f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from without_chance()
    yield from with_jitter()
    yield from equal_replicas()


TOPIC = Topic(
    "Consistency",
    "Replicas in five regions of AWS, or in the three of CockroachDB's demo cluster, with their "
    "measured round trips; without chance, and with exponential jitter and late replies. "
    f"{TRIALS:,} requests each.",
    rows,
)
