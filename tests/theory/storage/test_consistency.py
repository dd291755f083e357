import itertools
import math
from typing import Any

import numpy as np
import pytest

from scalelab.models.storage.consistency import AWS, LEVELS, OPERATIONS, Network, simulate
from scalelab.theory.storage.consistency import (
    Reply,
    after_by,
    at_least,
    kth_exponential,
    kth_reply_by,
    kth_round_trip,
    mean,
    quantile,
)

ANY, LEADER, MAJORITY, QUORUM, ALL = LEVELS
READ, WRITE = OPERATIONS
VIRGINIA = {"Oregon": 86.98, "Ireland": 80.55, "Tokyo": 145.3, "Sydney": 230.0}


def replies(round_trips: list[float], jitter: float, slow: float) -> list[Reply]:
    return [Reply(r, jitter, slow, 200.0) for r in round_trips]


def close(measured: list[float], wanted: float) -> bool:
    """Within four standard errors of the runs' mean, and what a quantile of few draws is biased."""
    error = float(np.std(measured, ddof=1)) / math.sqrt(len(measured))
    return abs(float(np.mean(measured)) - wanted) < 4.0 * error + 1e-9


def test_round_trips_alone() -> None:
    away = list(VIRGINIA.values())
    assert kth_round_trip(away, 2) == 86.98  # a majority of five: the leader and two more
    assert kth_round_trip(away, 4) == 230.0
    assert kth_round_trip(away, 0) == 0.0
    steady: dict[str, Any] = {"jitter": 0.0, "slow_share": 0.0, "local_ms": 0.0, "n_trials": 100}
    assert simulate(MAJORITY, WRITE, **steady).p99 == 86.98
    assert simulate(ALL, WRITE, **steady).p99 == 230.0
    assert simulate(ANY, WRITE, **steady).p99 == 0.0


@pytest.mark.parametrize(("jitter", "slow"), [(0.1, 0.0), (0.1, 0.03), (0.5, 0.03), (0.02, 0.2)])
@pytest.mark.parametrize(("level", "k"), [(MAJORITY, 2), (ALL, 4)])
def test_writes_agree_within_four_standard_errors(
    jitter: float, slow: float, level: str, k: int
) -> None:
    first = Reply(0.5, jitter, slow, 200.0)
    others = replies(list(VIRGINIA.values()), jitter, slow)
    runs = [
        simulate(level, WRITE, jitter=jitter, slow_share=slow, n_trials=4000, n_runs=1, seed=seed)
        for seed in range(20)
    ]

    def by(time: float) -> float:
        return after_by(time, first, others, k, steps=50)

    assert close([run.p50 for run in runs], quantile(by, 0.5, 3000.0))
    assert close([run.p99 for run in runs], quantile(by, 0.99, 3000.0))
    assert close([run.mean for run in runs], mean(by, 3000.0, 1500))


@pytest.mark.parametrize(
    ("client", "away"),
    [
        ("Virginia", [0.5, 80.55, 86.98, 145.3, 230.0]),
        ("Sydney", [0.5, 103.9, 162.2, 230.0, 309.6]),
    ],
)
@pytest.mark.parametrize("slow", [0.0, 0.03])
def test_quorums_agree_within_four_standard_errors(
    client: str, away: list[float], slow: float
) -> None:
    runs = [
        simulate(QUORUM, READ, client, slow_share=slow, n_trials=4000, n_runs=1, seed=seed)
        for seed in range(20)
    ]
    asked = replies(away, 0.1, slow)

    def by(time: float) -> float:
        return kth_reply_by(time, asked, 3)

    assert close([run.p50 for run in runs], quantile(by, 0.5))
    assert close([run.p99 for run in runs], quantile(by, 0.99))
    assert close([run.mean for run in runs], mean(by, 3000.0))


@pytest.mark.parametrize("n", [3, 5])
def test_equal_replicas_are_sums_of_reciprocals(n: int) -> None:
    """Regions that are equally far apart: what is random in a quorum is Rényi's sum."""
    regions = tuple("abcde"[:n])
    network = Network(regions, dict.fromkeys(itertools.combinations(regions, 2), 100.0))
    runs = [
        simulate(
            QUORUM, READ, network=network, jitter=1.0, slow_share=0.0, local_ms=100.0,
            n_trials=2000, n_runs=1, seed=seed,
        ).mean
        for seed in range(20)
    ]  # fmt: skip
    assert close(runs, 100.0 + kth_exponential(n, n // 2 + 1, 100.0))


def test_renyi() -> None:
    assert kth_exponential(5, 5) == pytest.approx(137 / 60)
    assert kth_exponential(5, 1, 10.0) == pytest.approx(2.0)
    # The same from the distribution function.
    same = [Reply(1.0, 1.0, 0.0, 0.0)] * 5
    assert mean(lambda t: kth_reply_by(t, same, 3), 40.0) == pytest.approx(
        1.0 + kth_exponential(5, 3), rel=1e-4
    )


def test_at_least_by_counting_every_case() -> None:
    chances = (0.1, 0.5, 0.9, 0.3)
    for k in range(6):
        total = sum(
            math.prod(p if hit else 1.0 - p for p, hit in zip(chances, hits, strict=True))
            for hits in itertools.product((True, False), repeat=4)
            if sum(hits) >= k
        )
        assert at_least(k, chances) == pytest.approx(total, abs=1e-15)


def test_distribution_functions() -> None:
    reply = Reply(100.0, 0.1, 0.05, 200.0)
    assert reply.by(99.9) == 0.0
    assert reply.by(110.0) == pytest.approx(0.95 * (1.0 - math.exp(-1.0)))
    assert reply.by(1e6) == 1.0
    assert Reply(100.0, 0.0, 0.05, 200.0).by(100.0) == 0.95
    assert kth_reply_by(-1.0, [reply], 0) == 0.0
    assert kth_reply_by(0.0, [reply], 0) == 1.0
    # With nobody to wait for, the first reply is all there is.
    assert quantile(lambda t: after_by(t, reply, [], 0), 0.9) == pytest.approx(
        quantile(reply.by, 0.9), rel=1e-3
    )
    certain = Reply(100.0, 0.0, 0.0, 200.0)
    assert after_by(199.9, certain, [certain], 1) == 0.0
    assert after_by(200.0, certain, [certain], 1) == 1.0


def test_a_majority_hides_late_replies() -> None:
    """One in fifty is late: of one reply that is the p99, of three in five it is not."""
    away = [0.5, *VIRGINIA.values()]
    one = quantile(Reply(0.5, 0.1, 0.02, 200.0).by, 0.99)
    quorum = quantile(lambda t: kth_reply_by(t, replies(away, 0.1, 0.02), 3), 0.99)
    assert one > 200.0 > quorum
    assert AWS.pairs[0] == VIRGINIA["Oregon"]
