"""What the next machine adds: the kernel against the laws, a second program and its own table."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.kernels.introduction.speedup import (
    ALONE,
    APART,
    COLUMNS,
    CURVE_POINTS,
    MOST_IS_DONE,
    NOW,
    SIMULATED,
    TOGETHER,
    WAIT,
    WAIT_AND_TALK,
    best_number,
    in_rounds,
    on_their_own,
    simulated,
    speedup,
)
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.theory.introduction import speedup as theory
from scalelab.theory.introduction.usl import peak, throughput

SIGMA = st.floats(0.0, 0.3)
KAPPA = st.floats(0.0, 0.02)


def table(**given: float) -> np.ndarray:
    defaults = {
        "one_machine": 100.0, "machines": 8, "contention": 0.03, "coherency": 0.0005, "most": 64,
        "order": TOGETHER, "requests": 60, "runs": 2,
    }  # fmt: skip
    return speedup(**{**defaults, **given})


def rounds_again(seed: int, n: int, requests: int, sigma: float, kappa: float) -> float:
    """Each machine by itself: when it is ready, when it may pass, when it is through."""
    state = generator(seed)
    now = 0.0
    passed = 0
    for _ in range(max(1, requests // n)):
        ready = [now + 1.0 - sigma] * n
        for machine in range(n):
            now = max(now, ready[machine]) + exponential(state, sigma + kappa * (n - 1))
            passed += 1
    return passed / now


def own_times_again(seed: int, n: int, requests: int, sigma: float, kappa: float) -> float:
    """The queue with the machines in it by name; the same draws."""
    state = generator(seed)
    working, queue = list(range(n)), []
    shared = sigma + kappa * (n - 1)
    now, begun, passed = 0.0, 0.0, 0
    while passed < 2 * requests:
        coming = len(working) / (1.0 - sigma)
        going = 1.0 / shared if queue else 0.0
        now += exponential(state, 1.0 / (coming + going))
        if uniform(state) * (coming + going) < coming:
            queue.append(working.pop())
        else:
            working.append(queue.pop(0))
            passed += 1
            begun = now if passed == requests else begun
    return requests / (now - begun)


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_same_draws_same_throughput_as_a_second_program(n: int) -> None:
    for seed, (sigma, kappa) in enumerate([(0.03, 0.0005), (0.2, 0.0), (0.0, 0.01), (0.1, 0.02)]):
        case = (n, 300, sigma, kappa)
        ours = in_rounds(generator(seed), *case)
        assert ours == pytest.approx(rounds_again(seed, *case), rel=1e-9)
        if sigma + kappa * (n - 1) > 0.0:
            ours = on_their_own(generator(seed), *case)
            assert ours == pytest.approx(own_times_again(seed, *case), rel=1e-9)


@pytest.mark.parametrize(("sigma", "kappa"), [(0.05, 0.001), (0.2, 0.0), (0.0, 0.01)])
def test_each_order_has_its_exact_law(sigma: float, kappa: float) -> None:
    n, requests, runs = 20, 2000, 60
    for simulate, law in ((in_rounds, throughput), (on_their_own, theory.on_their_own)):
        found = [simulate(generator(seed), n, requests, sigma, kappa) for seed in range(runs)]
        error = np.std(found, ddof=1) / math.sqrt(runs)
        exact = law(n, sigma, kappa, 1.0)
        # A mean of ratios is off by less than a part in 2,000 requests.
        assert abs(np.mean(found) - exact) < 4.0 * error + exact / requests


@settings(max_examples=60, deadline=None)
@given(SIGMA, KAPPA, st.integers(1, 256), st.floats(1.0, 1000.0))
def test_lines_are_the_laws(sigma: float, kappa: float, most: int, one: float) -> None:
    rows = table(contention=sigma, coherency=kappa, most=most, one_machine=one)
    assert np.isfinite(rows).all()
    for series, s, k in ((ALONE, 0.0, 0.0), (WAIT, sigma, 0.0), (WAIT_AND_TALK, sigma, kappa)):
        for row in rows[rows[:, 0] == series]:
            assert row[2] == pytest.approx(throughput(row[1], s, k, one), rel=1e-12)
    ends = rows[rows[:, 0] == WAIT_AND_TALK][:, 1]
    assert ends.min() == 1
    assert ends.max() == most


@settings(max_examples=60, deadline=None)
@given(SIGMA, KAPPA, st.integers(1, 256))
def test_best_number_is_beside_the_peak_of_the_law(sigma: float, kappa: float, most: int) -> None:
    best = best_number(most, sigma, kappa)
    by_law = [throughput(n, sigma, kappa, 1.0) for n in range(1, most + 1)]
    assert by_law[best - 1] == pytest.approx(max(by_law), rel=1e-11)
    if kappa > 1e-6 and peak(sigma, kappa) < most:
        assert abs(best - peak(sigma, kappa)) <= 1.0


@settings(max_examples=40, deadline=None)
@given(SIGMA, KAPPA, st.integers(16, 256))
def test_free_line_is_as_long_as_the_picture_is_high(sigma: float, kappa: float, most: int) -> None:
    rows = table(contention=sigma, coherency=kappa, most=most)
    free, waiting = (rows[rows[:, 0] == series][:, 2] for series in (ALONE, WAIT))
    assert len(set(free)) > 1
    room = 1.25 * waiting.max() * (1.0 + 1e-12)
    assert free.max() <= room
    assert free.max() > min(100.0 * most, room) - 100.0 - 1e-6


def test_curves_have_a_point_at_each_number_or_at_small_ones_more_than_at_large_ones() -> None:
    for most in (16, 32, 64, 256):
        rows = table(most=most)
        points = min(most, CURVE_POINTS)
        drawn = rows[(rows[:, 0] == WAIT_AND_TALK) & (rows[:, 10] == 0.0)][:, 1]
        steps = np.diff(drawn)
        assert len(drawn) == points
        assert steps.min() == steps[0] == 1.0
        assert (np.diff(steps) >= -1.0).all()
        assert steps.max() <= 2 * math.ceil((most - 1) / (points - 1))


def test_of_two_numbers_that_do_the_same_the_smaller_is_the_best() -> None:
    # n and n + 1 do the same if n (n + 1) kappa = 1 - sigma; rounding puts the larger first.
    assert best_number(64, 0.13, 0.001) == 29
    assert best_number(256, 0.01, 0.0001) == 99
    # Everything is shared: all numbers do the same.
    assert best_number(256, 1.0, 0.0) == 1


def test_marks_and_readings() -> None:
    rows = table(machines=16, most=64)
    np.testing.assert_allclose(rows[:, 5], throughput(16, 0.03, 0.0005, 100.0), rtol=1e-12)
    np.testing.assert_allclose(rows[:, 6], throughput(32, 0.03, 0.0005, 100.0), rtol=1e-12)
    assert rows[0, 7] == pytest.approx(rows[0, 6] / rows[0, 5] - 1.0)
    assert set(rows[:, 8]) == {44.0}
    marked = rows[rows[:, 10] > 0.0]
    np.testing.assert_array_equal(
        marked[:, [0, 1, 10]], [[WAIT_AND_TALK, 44, MOST_IS_DONE], [WAIT_AND_TALK, 16, NOW]]
    )
    np.testing.assert_allclose(marked[:, 2], [rows[0, 9], rows[0, 5]], rtol=1e-12)
    outside = table(machines=128, most=64)
    assert set(outside[:, 10]) == {0.0, MOST_IS_DONE}


@pytest.mark.parametrize("order", [TOGETHER, APART])
def test_simulated_rows_hold_their_runs(order: int) -> None:
    rows = table(order=order)
    found = rows[rows[:, 0] == SIMULATED]
    assert len(found) == 10
    assert (found[:, 3] <= found[:, 2]).all()
    assert (found[:, 2] <= found[:, 4]).all()
    assert table(order=order, most=4).shape[0] < rows.shape[0]


@pytest.mark.parametrize(("order", "one_run"), [(TOGETHER, in_rounds), (APART, on_their_own)])
def test_runs_differ_and_the_mean_is_of_all(order: int, one_run: Callable[..., float]) -> None:
    n, runs, case = 20, 5, (0.05, 0.001)
    row = np.zeros(COLUMNS)
    simulated(row, order, 200, runs, n, *case)
    each = [one_run(generator(1 + 1000 * run + n), n, 200, *case) for run in range(runs)]
    assert len(set(each)) == runs
    assert row[2] == pytest.approx(np.mean(each), rel=1e-12)
    assert (row[3], row[4]) == (min(each), max(each))


def test_numbers_of_machines_do_not_share_their_draws() -> None:
    # With kappa 0 and the same draws, the mean time at what is shared would be the same for all.
    means = []
    for n in (10, 20, 40):
        rate = np.zeros(COLUMNS)
        simulated(rate, TOGETHER, 400, 1, n, 0.1, 0.0)
        means.append((n / rate[2] - 0.9) / n)
    assert len(np.unique(np.round(means, 9))) == 3


def test_nothing_shared_is_linear() -> None:
    for order in (TOGETHER, APART):
        rows = table(contention=0.0, coherency=0.0, order=order)
        np.testing.assert_allclose(rows[:, 2], 100.0 * rows[:, 1], rtol=1e-12)
