"""The table against sessions that are played as lists, and against what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.replication.stale_reads_reference import SYSTEMS as NAMES
from tests.kernels.replication.stale_reads_reference import lag, sessions

from scalelab.kernels.jit import Table
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.replication.stale_reads import (
    CONSTANT,
    EXPONENTIAL,
    HEAVY,
    ONE_READ,
    PINNED,
    PRIMARY,
    RANDOM,
    STICKY,
    SYSTEMS,
    WAITING,
    hazard_knots,
    heavy_mean,
    lag_at,
    stale_reads,
    still_missing,
)

TAILS = (0.15, 0.01, 0.002)
(SYSTEM, TIME, MISSED, LOW, HIGH, EXPECTED, SAME_MEAN, GONE, GONE_LOW, GONE_HIGH, NEVER, STALE,
 AT_PRIMARY, WAIT, P99, PIN, FIRST) = range(17)  # fmt: skip
STORY: dict[str, Any] = {
    "n_replicas": 3, "law": HEAVY, "mean_lag": 200.0, "straggler": 1.0, "together": 0.0,
    "first": 500.0, "think": 1000.0, "n_reads": 10, "pin": 2000.0, "timeout": 1000.0,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "n_replicas": st.integers(1, 6), "law": st.sampled_from([CONSTANT, EXPONENTIAL, HEAVY]),
    "mean_lag": st.sampled_from([5.0, 200.0, 3000.0]), "straggler": st.sampled_from([1.0, 7.0]),
    "together": st.sampled_from([0.0, 0.4, 1.0]), "first": st.sampled_from([0.0, 300.0, 2000.0]),
    "think": st.sampled_from([0.0, 70.0, 1000.0]), "n_reads": st.integers(1, 7),
    "pin": st.sampled_from([0.0, 300.0, 1500.0]), "timeout": st.sampled_from([0.0, 100.0, 1e4]),
    "seed": st.integers(0, 2**40),
})  # fmt: skip


def table(
    n_points: int = 9, n_sessions: int = 100, n_runs: int = 3, seed: int = 1, **changed: Any
) -> Table:
    given = {**STORY, **changed}
    return stale_reads(*given.values(), *TAILS, n_points, n_sessions, n_runs, seed)


@settings(max_examples=30, deadline=None)
@given(worlds)
def test_the_table_is_that_of_the_reference(world: dict[str, Any]) -> None:
    n_sessions, n_runs = 40, 3
    state = generator(world["seed"])
    knots = hazard_knots(*TAILS)
    scale = heavy_mean(knots)
    rest = {name: value for name, value in world.items() if name not in ("law", "seed")}
    played, drawn = sessions(
        lambda: uniform(state), lambda h: lag_at(world["law"], h, knots, scale),
        n_sessions=n_sessions * n_runs, **rest,
    )  # fmt: skip
    rows = table(n_sessions=n_sessions, n_runs=n_runs, **world)
    for row, name in zip(rows, NAMES, strict=False):
        all_of = played[name]
        missed = np.array([not all(one.saw) for one in all_of]).reshape(n_runs, -1).mean(axis=1)
        gone = np.array([one.gone for one in all_of]).reshape(n_runs, -1).mean(axis=1)
        first_waits = sorted(one.waits[0] for one in all_of)
        wanted = [
            missed.mean(), missed.min(), missed.max(), 0.0, 0.0, gone.mean(), gone.min(),
            gone.max(), np.mean([not any(one.saw) for one in all_of]),
            1.0 - np.mean([one.saw for one in all_of]), np.mean([one.at_primary for one in all_of]),
            np.mean([one.waits for one in all_of]), first_waits[int(0.99 * len(first_waits))],
            world["pin"] / 1000.0, world["first"] / 1000.0,
        ]  # fmt: skip
        np.testing.assert_allclose(row[MISSED:], wanted, rtol=1e-9, atol=1e-12)
    lags = np.array(drawn).reshape(n_runs, -1)
    for row in rows[SYSTEMS:]:
        later = (lags > row[TIME] * 1000.0 * (1.0 + 1e-12)).mean(axis=1)
        if world["law"] != CONSTANT:  # whose one lag may be a point of the curve
            wanted = [later.mean(), later.min(), later.max()]
            np.testing.assert_allclose(row[MISSED : HIGH + 1], wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("hazard", [0.0, 0.5, 1.9, 3.0, 4.7, 6.0, 6.3, 20.0])
def test_the_heavy_law_is_that_of_its_tails(hazard: float) -> None:
    knots = hazard_knots(*TAILS)
    scale = heavy_mean(knots)
    found = lag_at(HEAVY, hazard, knots, scale)
    assert found == pytest.approx(lag(HEAVY, hazard, TAILS), rel=1e-5)
    # The tail undoes it.
    assert still_missing(HEAVY, found, knots, scale) == pytest.approx(np.exp(-hazard), rel=1e-9)


def test_the_heavy_law_goes_through_its_three_points() -> None:
    knots = hazard_knots(*TAILS)
    scale = heavy_mean(knots)
    for seconds, tail in zip((1.0, 3.0, 10.0), TAILS, strict=True):
        assert still_missing(HEAVY, seconds / scale, knots, scale) == pytest.approx(tail)


def test_the_constant_law_is_a_step() -> None:
    knots = hazard_knots(*TAILS)
    assert [still_missing(CONSTANT, t, knots, 1.0) for t in (0.0, 0.99, 1.0, 2.0)] == [1, 1, 0, 0]
    rows = table(law=CONSTANT, mean_lag=200.0, first=200.0)
    assert rows[RANDOM, MISSED] == 0.0
    rows = table(law=CONSTANT, mean_lag=200.0, first=199.0, think=1.0, pin=0.0)
    # Everybody misses the write once, and sees it ever after.
    assert rows[[RANDOM, STICKY, PINNED], MISSED].tolist() == [1.0, 1.0, 1.0]
    assert rows[RANDOM, STALE] == pytest.approx(0.1)
    assert rows[:SYSTEMS, GONE].max() == 0.0
    assert rows[WAITING, P99] == pytest.approx(1.0)
    assert rows[WAITING, WAIT] == pytest.approx(0.1)


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    rows = table(n_points=6, **world)
    assert rows.shape == (SYSTEMS + 6, 17)
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    shares = rows[:, [MISSED, LOW, HIGH, EXPECTED, SAME_MEAN, GONE, NEVER, STALE, AT_PRIMARY]]
    assert (shares <= 1.0 + 1e-12).all()
    assert (rows[:, LOW] <= rows[:, MISSED] + 1e-12).all()
    assert (rows[:, MISSED] <= rows[:, HIGH] + 1e-12).all()
    # Who sees and loses it has missed it; who never sees it has missed it in every read.
    assert (rows[:SYSTEMS, GONE] <= rows[:SYSTEMS, MISSED] + 1e-12).all()
    assert (rows[:SYSTEMS, NEVER] <= rows[:SYSTEMS, STALE] + 1e-12).all()
    assert (rows[:SYSTEMS, STALE] <= rows[:SYSTEMS, MISSED] + 1e-12).all()
    # What each protection promises.
    assert rows[STICKY, GONE] == 0.0
    assert rows[[WAITING, PRIMARY]][:, [MISSED, GONE, NEVER, STALE]].max() == 0.0
    assert rows[PRIMARY, AT_PRIMARY] == 1.0
    assert rows[[RANDOM, STICKY], AT_PRIMARY].max() == 0.0
    assert rows[PINNED, MISSED] <= rows[RANDOM, MISSED]
    early = sum(world["first"] + i * world["think"] < world["pin"] for i in range(world["n_reads"]))
    assert rows[PINNED, AT_PRIMARY] == pytest.approx(early / world["n_reads"])
    if early:
        # At the primary they have seen it: all misses afterwards are of what was there before.
        assert rows[PINNED, GONE] == rows[PINNED, MISSED]
    assert rows[WAITING, P99] <= world["timeout"]
    assert rows[WAITING, AT_PRIMARY] <= rows[RANDOM, STALE] + 1e-12
    # One read is no likelier to miss it later.
    curve = rows[SYSTEMS:]
    assert (curve[:, SYSTEM] == ONE_READ).all()
    assert (np.diff(curve[:, TIME]) > 0.0).all()
    for column in (MISSED, LOW, HIGH, EXPECTED, SAME_MEAN):
        assert (np.diff(curve[:, column]) <= 1e-12).all()


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_one_replica_or_one_lag_shows_nothing_twice(world: dict[str, Any]) -> None:
    for change in ({"n_replicas": 1}, {"together": 1.0, "straggler": 1.0}):
        rows = table(**{**world, **change})
        assert rows[RANDOM, GONE] == 0.0
        np.testing.assert_array_equal(rows[RANDOM, MISSED:GONE], rows[STICKY, MISSED:GONE])


def test_longer_protection_protects_more() -> None:
    misses = [table(pin=pin, mean_lag=1000.0)[PINNED, MISSED] for pin in (0.0, 1e3, 3e3, 1e4)]
    assert misses == sorted(misses, reverse=True)
    assert misses[0] == table(mean_lag=1000.0)[RANDOM, MISSED]
    assert misses[-1] == 0.0
    waits = [table(timeout=t, mean_lag=1000.0)[WAITING] for t in (0.0, 100.0, 1e3, 1e5)]
    assert [row[WAIT] for row in waits] == sorted(row[WAIT] for row in waits)
    assert waits[0][WAIT] == 0.0
    assert waits[0][AT_PRIMARY] == table(mean_lag=1000.0)[RANDOM, STALE]
    assert waits[-1][AT_PRIMARY] == 0.0


def test_one_point_of_the_curve() -> None:
    rows = table(n_points=1, mean_lag=100.0)
    assert rows[SYSTEMS, TIME] == pytest.approx(0.01)
