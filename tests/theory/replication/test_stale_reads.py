"""Closed forms against the simulation, against dice of the test's own, and against each other."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scalelab.models.replication.stale_reads import LAWS, SYSTEMS, TAILS, simulate
from scalelab.theory.replication.stale_reads import (
    KnownTails,
    Replicas,
    Tail,
    apply_queue_mean,
    constant_tail,
    exponential_tail,
    fresh_lags,
    in_order,
    overshoot,
    pair_goes_back,
    unseen_again,
)

RANDOM, STICKY, PINNED, WAITING, _ = SYSTEMS
TAO = KnownTails(dict(zip((1.0, 3.0, 10.0), TAILS, strict=True)))
LAGS: dict[str, Callable[[float], Tail]] = {
    LAWS[0]: constant_tail, LAWS[1]: exponential_tail, LAWS[2]: TAO.stretched,
}  # fmt: skip
N_SESSIONS, N_SEEDS = 4000, 20


def close(measured: list[float], wanted: float) -> bool:
    """Within four standard errors of the runs' mean.

    The least error is that of one session in all of them.
    """
    error = float(np.std(measured, ddof=1)) / math.sqrt(len(measured))
    return abs(float(np.mean(measured)) - wanted) < 4.0 * max(error, 1.0 / N_SESSIONS / N_SEEDS)


def worlds() -> list[dict[str, Any]]:
    world = {"law": LAWS[2], "n_replicas": 3, "think_ms": 300.0, "straggler": 1.0, "together": 0.0}
    changes: list[dict[str, Any]] = [
        {}, {"law": LAWS[1]}, {"n_replicas": 2}, {"n_replicas": 1}, {"n_replicas": 7},
        {"straggler": 6.0}, {"together": 0.3}, {"together": 1.0, "straggler": 3.0},
        {"together": 0.6, "straggler": 20.0, "law": LAWS[1]},
        {"law": LAWS[0], "straggler": 6.0},
    ]  # fmt: skip
    return [{**world, **change} for change in changes]


@pytest.mark.parametrize("world", worlds(), ids=str)
def test_sessions_agree_within_four_standard_errors(world: dict[str, Any]) -> None:
    n_reads = 5
    tail = LAGS[world["law"]](0.2)
    replicas = Replicas(world["n_replicas"], tail, world["straggler"], world["together"])
    times = [0.15 + 0.3 * i for i in range(n_reads)]
    pinned = [t for t in times if t >= 0.5]

    def runs(system: str) -> list[Any]:
        return [
            simulate(
                system, first_ms=150.0, n_reads=n_reads, pin_ms=500.0, timeout_ms=400.0,
                n_sessions=N_SESSIONS, n_runs=1, seed=seed, **world,
            )
            for seed in range(N_SEEDS)
        ]  # fmt: skip

    stale = sum(replicas.stale(t) for t in times) / n_reads
    random, sticky, pin, waiting = (runs(system) for system in (RANDOM, STICKY, PINNED, WAITING))
    assert close([run.missed for run in random], replicas.misses(times))
    assert close([run.gone for run in random], replicas.goes_back(times))
    assert close([run.stale for run in random], stale)
    # Sticky: the first read decides, the last one whether it was ever seen; as many stale reads.
    assert close([run.missed for run in sticky], replicas.stale(times[0]))
    assert close([run.never for run in sticky], replicas.stale(times[-1]))
    assert close([run.stale for run in sticky], stale)
    # Pinned: at the primary it was seen, so each later miss is a step back.
    assert close([run.missed for run in pin], replicas.misses(pinned))
    assert close([run.gone for run in pin], replicas.misses(pinned))
    late = sum(replicas.stale(t + 0.4) for t in times) / n_reads
    assert close([run.at_primary for run in waiting], late)
    assert close([run.wait_mean / 1000.0 for run in waiting], replicas.wait(times, 0.4))


def test_a_pair_of_reads() -> None:
    tail = exponential_tail(0.2)
    for n in (1, 2, 5):
        pair = pair_goes_back(tail, n, 0.1, 0.3)
        assert pair == pytest.approx((1 - 1 / n) * (1 - math.exp(-0.5)) * math.exp(-1.5))
        assert Replicas(n, tail).goes_back([0.1, 0.3]) == pytest.approx(pair)


def test_a_lag_for_each_read_is_the_limit_of_many_replicas() -> None:
    times = [0.1, 0.2, 0.4]
    tail = TAO.stretched(0.2)
    missed, back = fresh_lags(tail, times)
    distance = []
    for n in (3, 30, 300):
        replicas = Replicas(n, tail)
        assert replicas.misses(times) < missed
        assert replicas.goes_back(times) < back
        distance.append(back - replicas.goes_back(times))
    assert distance[0] > 9.0 * distance[1] > 81.0 * distance[2] > 0.0


def test_one_replica_is_decided_by_its_first_read() -> None:
    alone = Replicas(1, exponential_tail(1.0))
    assert alone.misses([0.5, 1.0, 4.0]) == pytest.approx(math.exp(-0.5))
    assert alone.goes_back([0.5, 1.0, 4.0]) == pytest.approx(0.0, abs=1e-12)


def test_in_order_by_counting() -> None:
    chances = (0.2, 0.5, 0.9)
    total = 0.0
    for case in range(8):
        saw = [bool(case >> i & 1) for i in range(3)]
        weight = math.prod(p if hit else 1 - p for p, hit in zip(chances, saw, strict=True))
        total += weight * (saw == sorted(saw))
    assert in_order(chances) == pytest.approx(total)


def test_known_tails() -> None:
    assert [TAO(t) for t in (0.0, 1.0, 3.0, 10.0)] == pytest.approx([1.0, 0.15, 0.01, 0.002])
    assert TAO(2.0) == pytest.approx(math.sqrt(0.15 * 0.01))  # linear in the logarithm
    assert TAO(17.0) == pytest.approx(0.002 * 0.2)  # the last slope goes on
    steps = np.arange(0.0005, 60.0, 0.001)
    assert TAO.mean == pytest.approx(0.001 * sum(TAO(float(t)) for t in steps), rel=1e-5)
    stretched = TAO.stretched(0.2)
    assert stretched(0.2 / TAO.mean) == pytest.approx(0.15)
    # An exponential through the first point is far too hopeful at the others.
    assert 0.15**3 < 0.01 / 2
    one = KnownTails({2.0: math.exp(-1.0), 5.0: math.exp(-2.5)})
    assert one.mean == pytest.approx(2.0)
    assert one(7.0) == pytest.approx(exponential_tail(2.0)(7.0))


def test_overshoot_of_exponential_lags() -> None:
    for time, most in ((0.0, 1.0), (0.5, 1.0), (0.5, 0.1)):
        wanted = 0.2 * math.exp(-time / 0.2) * (1 - math.exp(-most / 0.2))
        assert overshoot(exponential_tail(0.2), time, most) == pytest.approx(wanted, rel=1e-5)
    assert overshoot(constant_tail(0.2), 0.05, 1.0) == pytest.approx(0.15, rel=1e-2)


def test_an_apply_queue_with_bursts_is_exponential() -> None:
    """By Lindley's recursion over transactions, which knows nothing of bursts as units."""
    rng = np.random.default_rng(1)
    arrival, apply, burst, n = 300.0, 500.0, 4.0, 400_000
    sizes = rng.geometric(1 / burst, int(1.2 * n / burst))
    starts = np.cumsum(rng.exponential(burst / arrival, sizes.size))
    commits = np.repeat(starts, sizes)[:n]
    done, lags = 0.0, np.empty(n)
    for i, (commit, work) in enumerate(zip(commits, rng.exponential(1 / apply, n), strict=True)):
        done = max(done, commit) + work
        lags[i] = done - commit
    mean = apply_queue_mean(arrival, apply, burst)
    assert mean == pytest.approx(0.02)
    blocks = lags.reshape(40, -1)
    for time in (0.5 * mean, 2.0 * mean):
        shares = (blocks > time).mean(axis=1)
        error = shares.std(ddof=1) / math.sqrt(40)
        assert abs(shares.mean() - exponential_tail(mean)(time)) < 4.0 * error
    assert apply_queue_mean(450.0, 500.0) == pytest.approx(0.02)


def test_what_others_wrote_is_seen_and_gone() -> None:
    """By dice: changes at random times, each with its own lag at each of three replicas."""
    rng = np.random.default_rng(2)
    n, mean, think, rate, most, draws = 3, 0.2, 0.1, 5.0, 4.0, 200_000
    expected = rate * (1 - 1 / n) * mean / 2 * math.exp(-think / mean)
    found = unseen_again(exponential_tail(mean), n, think, rate, most)
    assert found == pytest.approx(expected, rel=1e-4)
    age = rng.uniform(0.0, most, draws)
    lags = rng.exponential(mean, (draws, n))
    every = np.arange(draws)
    first, second = rng.integers(n, size=(2, draws))
    gone = (lags[every, first] <= age) & (lags[every, second] > age + think)
    error = gone.std() / math.sqrt(draws) * rate * most
    assert abs(gone.mean() * rate * most - expected) < 4.0 * error
