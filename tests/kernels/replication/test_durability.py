"""The table against one failover after another, and against what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.kernels.replication.durability_reference import World, failover

from scalelab.kernels.jit import Table
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.replication.durability import (
    ALL,
    ANY,
    ASYNCHRONOUS,
    COLUMNS,
    DOWN,
    FIRST,
    FIRST_NEAR,
    MODES,
    MOST_ADVANCED,
    NAMED,
    OTHER_REGION,
    OTHER_ZONES,
    SAME_ZONE,
    SEMI_SYNCHRONOUS,
    SLOW,
    durability,
    poisson,
)

(
    MODE, P50, P99, P99_LOW, P99_HIGH, LOST, LOST_P50, LOST_P99, LOST_LOW, LOST_HIGH, NOTHING, KEPT,
    STOPPED,
) = range(COLUMNS)  # fmt: skip
NAMES = ("asynchronous", "semi", "one", "any", "all")
NEAR, ZONE, REGION, SLOW_MS, DOWN_S = 0.5, 0.83, 87.0, 50.0, 60.0

STORY: dict[str, Any] = {
    "commit_rate": 1000.0, "n_replicas": 2, "k": 1, "placement": OTHER_ZONES, "flush_ms": 1.0,
    "jitter": 0.2, "stall_share": 0.02, "stall_ms": 100.0, "timeout_s": 10.0, "trouble": 0,
    "die_with": 0, "promotion": MOST_ADVANCED,
}  # fmt: skip


def table(n_trials: int = 300, n_runs: int = 1, seed: int = 1, **changed: Any) -> Table:
    given = {**STORY, **changed}
    return durability(*given.values(), NEAR, ZONE, REGION, SLOW_MS, DOWN_S, n_trials, n_runs, seed)


worlds = st.fixed_dictionaries({
    "commit_rate": st.sampled_from([10.0, 1000.0, 20_000.0]), "n_replicas": st.integers(1, 5),
    "k": st.integers(1, 5), "placement": st.integers(0, 3),
    "flush_ms": st.sampled_from([0.0, 1.0, 20.0]), "jitter": st.sampled_from([0.0, 0.2, 2.0]),
    "stall_share": st.sampled_from([0.0, 0.1, 1.0]), "stall_ms": st.sampled_from([1.0, 1000.0]),
    "timeout_s": st.sampled_from([0.01, 0.1, 10.0]), "trouble": st.integers(0, 2),
    "die_with": st.integers(0, 4), "promotion": st.integers(0, 1),
})  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(worlds, st.integers(0, 2**40))
# Round trip and stalls around the time-out: some wait for less, some give up, some have long done.
@example({**STORY, "placement": OTHER_REGION, "stall_share": 1.0, "timeout_s": 0.1}, 1)
def test_the_table_is_that_of_the_reference(world: dict[str, Any], seed: int) -> None:
    n_trials, n_runs, n = 100, 2, world["n_replicas"]
    near = (SAME_ZONE, FIRST_NEAR)
    first = NEAR if world["placement"] in near else (REGION, ZONE)[world["placement"] == 1]
    others = {SAME_ZONE: NEAR, OTHER_ZONES: ZONE}.get(world["placement"], REGION)
    reference = World(
        world["commit_rate"] / 1000.0, [first, *[others] * (n - 1)], min(world["k"], n),
        world["flush_ms"], world["jitter"], world["stall_share"], world["stall_ms"],
        1000.0 * world["timeout_s"], SLOW_MS if world["trouble"] == SLOW else 0.0,
        1000.0 * DOWN_S if world["trouble"] == DOWN else 0.0, min(world["die_with"], n - 1),
        world["promotion"] == MOST_ADVANCED,
    )  # fmt: skip
    state = generator(seed)
    trials = [failover(reference, lambda: uniform(state)) for _ in range(n_trials * n_runs)]
    for row in table(n_trials, n_runs, seed, **world):
        outcomes = [of[NAMES[int(row[MODE])]] for _, of in trials]
        latency = [one.latency for one in outcomes]
        # A difference of two equal sums may come out as 1e-13.
        expected = [one.expected if one.expected > 1e-9 else 0.0 for one in outcomes]
        lost = [poisson(mean, share) for mean, (share, _) in zip(expected, trials, strict=True)]
        runs = [sorted(latency[part : part + n_trials])[99] for part in (0, n_trials)]
        worst = [sorted(lost[part : part + n_trials])[99] for part in (0, n_trials)]
        wanted = [
            sorted(latency)[100], sorted(latency)[198], min(runs), max(runs), np.mean(expected),
            sorted(lost)[100], sorted(lost)[198], min(worst), max(worst),
            np.mean(np.exp(-np.array(expected))), np.mean([one.kept for one in outcomes]),
        ]  # fmt: skip
        np.testing.assert_allclose(row[P50:STOPPED], wanted, rtol=1e-7, atol=1e-7)


@settings(max_examples=60, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_what_always_holds(world: dict[str, Any], seed: int) -> None:
    rows = table(200, 2, seed, **world)
    assert rows.shape == (MODES, COLUMNS)
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    assert (rows[:, P50] <= rows[:, P99]).all()
    assert (rows[:, P99_LOW] <= rows[:, P99]).all()
    assert (rows[:, P99] <= rows[:, P99_HIGH]).all()
    assert (rows[:, LOST_LOW] <= rows[:, LOST_P99]).all()
    assert (rows[:, LOST_P99] <= rows[:, LOST_HIGH]).all()
    assert (rows[:, NOTHING] <= 1.0).all()
    # Who waits for nobody is the fastest and loses the most; who waits for all, the reverse.
    for column in (P50, P99):
        assert (rows[ASYNCHRONOUS, column] <= rows[:, column]).all()
        assert (rows[ALL, column] >= rows[:, column]).all()
    assert (rows[ASYNCHRONOUS, LOST] >= rows[:, LOST]).all()
    assert (rows[ASYNCHRONOUS, NOTHING] <= rows[:, NOTHING]).all()
    assert rows[ASYNCHRONOUS, KEPT] == 0.0
    assert rows[ALL, LOST] == 0.0
    assert rows[SEMI_SYNCHRONOUS, LOST] >= rows[ANY, LOST]
    assert rows[SEMI_SYNCHRONOUS, P99] <= rows[ANY, P99]


@settings(max_examples=60, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_fewer_deaths_than_acknowledgements_lose_nothing(world: dict[str, Any], seed: int) -> None:
    """Somebody who has acknowledged is left, and the most advanced one has at least as much."""
    n = world["n_replicas"]
    k, dead = min(world["k"], n), min(world["die_with"], n - 1)
    rows = table(200, 1, seed, **{**world, "promotion": MOST_ADVANCED})
    if dead < k:
        assert rows[ANY, LOST] == 0.0
        assert rows[ANY, NOTHING] == 1.0


def test_as_many_deaths_as_acknowledgements_lose_some() -> None:
    rows = table(5000, n_replicas=3, k=2, die_with=2)
    assert rows[ANY, LOST] > 0.1
    assert rows[ALL, LOST] == 0.0


def test_the_named_standby_has_to_be_the_heir() -> None:
    safe = table(5000, n_replicas=3, promotion=FIRST)
    assert safe[NAMED, LOST] == 0.0 < safe[ANY, LOST]
    dead = table(5000, n_replicas=3, promotion=FIRST, die_with=1)
    assert dead[NAMED, LOST] > 0.1


def test_a_time_out_trades_the_wait_for_the_loss() -> None:
    """A single replica stalls for 1 s now and then; without a time-out nothing is lost."""
    stalls = {"n_replicas": 1, "stall_share": 0.1, "stall_ms": 1000.0}
    lost = [table(5000, timeout_s=s, **stalls)[SEMI_SYNCHRONOUS, LOST] for s in (0.05, 0.5, 2, 100)]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > 50.0 > lost[-1] == 0.0
    short = table(5000, timeout_s=0.05, **stalls)
    assert short[SEMI_SYNCHRONOUS, P99] < 60.0 < short[ANY, P99]


@pytest.mark.parametrize(
    ("n", "k", "stop"),
    [(1, 1, {NAMED, ANY, ALL}), (2, 1, {ALL}), (2, 2, {ANY, ALL}), (3, 2, {ALL})],
)
def test_who_stops_when_one_is_down(n: int, k: int, stop: set[int]) -> None:
    rows = table(n_replicas=n, k=k, trouble=DOWN, stall_share=0.0)
    assert {mode for mode in range(MODES) if rows[mode, STOPPED] > 0.0} == stop
    for mode in range(MODES):
        assert (rows[mode, P50] > 1000.0 * DOWN_S) == (mode in stop)
    # Semi-synchronous has given up waiting, and loses what any k would have stopped for.
    silent = ANY in stop
    assert (rows[SEMI_SYNCHRONOUS, KEPT] == 0.0) == silent
    if n == 1:
        assert rows[SEMI_SYNCHRONOUS, LOST] == pytest.approx(1000.0 * DOWN_S, rel=0.01)
    assert table(n_replicas=n, k=k, trouble=SLOW)[:, STOPPED].sum() == 0.0


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 5.0, 29.9])
def test_small_poisson_numbers_are_exact(mean: float) -> None:
    shares = np.linspace(0.0005, 0.9995, 400)
    ours = [poisson(mean, share) for share in shares]
    np.testing.assert_array_equal(ours, stats.poisson.ppf(shares, mean))


@pytest.mark.parametrize("mean", [30.0, 200.0, 60_000.0])
def test_great_poisson_numbers_are_one_off_at_most(mean: float) -> None:
    shares = np.linspace(0.0005, 0.9995, 400)
    ours = np.array([poisson(mean, share) for share in shares])
    assert np.abs(ours - stats.poisson.ppf(shares, mean)).max() <= 1.0
    assert abs(ours.mean() - mean) < 0.02 * np.sqrt(mean) + 0.1


def test_extreme_shares() -> None:
    nearly_one = 1.0 - 2.0**-53
    for mean in (0.0, 1e-12, 1.0, 29.99, 30.0, 1e9):
        assert np.isfinite([poisson(mean, 2.0**-53), poisson(mean, nearly_one)]).all()
