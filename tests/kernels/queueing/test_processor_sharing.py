"""The kernel against plain Python, and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.queueing import processor_sharing_reference as plain

from scalelab.kernels.queueing.erlang import mean_wait
from scalelab.kernels.queueing.law import draw, law
from scalelab.kernels.queueing.processor_sharing import (
    AREA,
    BLOCKED,
    BUSY,
    CAME,
    ELAPSED,
    FIRST_NUMBER,
    IN_USE,
    NOW,
    NUMBER,
    READ,
    REFUSED,
    RESPONSE,
    SERVED,
    SLOWDOWN,
    SUMS,
    WAIT,
    WORK,
    empty,
    run,
    simulate,
    wait_and_stretch,
)
from scalelab.kernels.random import generator
from scalelab.theory.queueing import processor_sharing as theory

NUMBERS = 8
NO_LIMIT = 10**6


@st.composite
def some_jobs(pick: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Gaps and sizes with as many digits as fit: nobody leaves just when another one comes."""
    chance = np.random.default_rng(pick(st.integers(0, 10**6)))
    n = pick(st.integers(1, 60))
    gaps = chance.uniform(0.0, 3.0, n) * (chance.random(n) < pick(st.floats(0.1, 1.0)))
    return gaps, chance.uniform(0.001, pick(st.floats(0.1, 8.0)), n)


jobs = some_jobs()
machines = st.tuples(st.sampled_from([1, 2, 5]), st.sampled_from([1, 2, 3, 100]),
                     st.sampled_from([1, 3, 200]))  # fmt: skip


def served(
    gaps: np.ndarray, sizes: np.ndarray, processors: int, limit: int, places: int, block: int = 1000
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Size, wait and response time of each that leaves; the clock; the counts."""
    queue = empty(processors, limit, places, NUMBERS)
    found = []
    while queue.counts[READ] < gaps.size:
        size, waited, took = np.empty(block), np.empty(block), np.empty(block)
        n = run(queue, gaps, sizes, size, waited, took)
        found.append(np.array([size[:n], waited[:n], took[:n]]))
    return np.concatenate(found, axis=1), queue.clock, np.append(queue.counts, queue.lasted)


@settings(max_examples=60, deadline=None)
@given(jobs, machines, st.sampled_from([1, 3, 1000]))
def test_as_plain_python(
    some: tuple[np.ndarray, np.ndarray], machine: tuple[int, int, int], block: int
) -> None:
    gaps, sizes = some
    found, clock, counts = served(gaps, sizes, *machine, block=block)
    left, blocked, lasted = plain.departures(gaps, sizes, *machine)
    np.testing.assert_allclose(found.T, np.array(left).reshape(-1, 3), atol=1e-9)
    assert counts[BLOCKED] == blocked
    assert clock[NOW] == pytest.approx(gaps.sum())
    assert clock[AREA] == pytest.approx(sum(n * t for n, t in lasted.items()), abs=1e-9)
    in_use = sum(min(n, machine[1], machine[0]) * t for n, t in lasted.items())
    assert clock[BUSY] == pytest.approx(in_use, abs=1e-9)
    by_number = [lasted.get(n, 0.0) for n in range(NUMBERS - 1)]
    by_number.append(sum(t for n, t in lasted.items() if n >= NUMBERS - 1))
    np.testing.assert_allclose(counts[-NUMBERS:], by_number, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(jobs, machines)
def test_nobody_is_served_faster_than_alone(
    some: tuple[np.ndarray, np.ndarray], machine: tuple[int, int, int]
) -> None:
    gaps, sizes = some
    (size, waited, took), _, _ = served(gaps, sizes, *machine)
    assert (waited >= 0.0).all()
    assert (took - waited >= size - 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(jobs, st.sampled_from([1, 2, 5]))
def test_work_is_done_at_the_same_time_however_it_is_shared(
    some: tuple[np.ndarray, np.ndarray], limit: int
) -> None:
    """One processor is busy at the same times for every limit."""
    gaps, sizes = some
    busy = [served(gaps, sizes, 1, one, 1000)[1][BUSY] for one in (limit, NO_LIMIT)]
    assert busy[0] == pytest.approx(busy[1], abs=1e-9)


def test_by_hand() -> None:
    """A job of 3 at 0, one of 1 at 1: they share from 1 to 3, and the first ends at 4."""
    gaps, sizes = np.array([0.0, 1.0, 10.0]), np.array([3.0, 1.0, 1.0])
    found, clock, _ = served(gaps, sizes, 1, NO_LIMIT, 10)
    assert found.T.tolist() == [[1.0, 0.0, 2.0], [3.0, 0.0, 4.0]]
    assert (clock[BUSY], clock[AREA]) == (4.0, 6.0)
    found, clock, _ = served(gaps, sizes, 1, 1, 10)
    assert found.T.tolist() == [[3.0, 0.0, 3.0], [1.0, 2.0, 3.0]]
    assert (clock[BUSY], clock[AREA]) == (4.0, 6.0)
    found, _, _ = served(gaps, sizes, 2, NO_LIMIT, 10)
    assert found.T.tolist() == [[1.0, 0.0, 1.0], [3.0, 0.0, 3.0]]


def test_simulate_adds_up_what_run_finds() -> None:
    """More than a block, so that it draws anew in between."""
    arrivals, service, edges = law(1.0, 0.5), law(1.5, 4.0), np.array([0.5, 3.0])
    sums, whole = simulate(arrivals, service, 2, 4, 1000, edges, NUMBERS, 300, 3, 700, 7)
    comes, takes = generator(14), generator(15)
    gaps = np.array([draw(arrivals, comes) for _ in range(4000)])
    sizes = np.array([draw(service, takes) for _ in range(4000)])
    left, _, _ = plain.departures(gaps, sizes, 2, 4, 1000)
    assert sums.shape == (9, SUMS)
    for batch in range(3):
        these = np.array(left[300 + 700 * batch : 1000 + 700 * batch])
        classes = np.digitize(these[:, 0], edges)
        for k in range(3):
            mine = these[classes == k]
            row = sums[3 * batch + k]
            assert row[SERVED] == len(mine)
            np.testing.assert_allclose(
                row[[WORK, WAIT, RESPONSE]], mine.sum(axis=0), rtol=1e-8, atol=1e-8
            )
            assert row[SLOWDOWN] == pytest.approx((mine[:, 2] / mine[:, 0]).sum())
    np.testing.assert_allclose(whole[:, FIRST_NUMBER:].sum(axis=1), whole[:, ELAPSED])
    assert (whole[:, IN_USE] <= 2.0 * whole[:, ELAPSED]).all()
    assert (whole[:, NUMBER] >= whole[:, IN_USE]).all()
    assert not whole[:, REFUSED].any()
    # Who comes leaves, but for a few who are there at the ends.
    assert abs(whole[:, CAME].sum() - 2100) < 200


def test_an_overload_is_turned_away() -> None:
    sums, whole = simulate(
        law(1.0, 1.0), law(3.0, 1.0), 1, NO_LIMIT, 20, np.empty(0), 30, 1000, 1, 20_000, 1
    )
    assert sums[0, SERVED] == 20_000
    assert whole[0, REFUSED] / whole[0, CAME] == pytest.approx(2 / 3, abs=0.02)
    assert not whole[0, FIRST_NUMBER + 21 :].any()
    assert whole[0, FIRST_NUMBER + 20] > 0.5 * whole[0, ELAPSED]


def test_sizes_of_nothing() -> None:
    sums, whole = simulate(
        law(1.0, 1.0), law(0.0, 0.0), 1, NO_LIMIT, 20, np.empty(0), 2, 0, 1, 1000, 1
    )
    assert sums[0, RESPONSE] == sums[0, WORK] == 0.0
    assert sums[0, SLOWDOWN] == 1000.0
    assert np.isfinite(whole).all()


@given(st.floats(0.01, 0.99), st.floats(0.0, 50.0), st.integers(1, 40))
def test_waits_and_stretches_of_one_processor(rho: float, cv2: float, limit: int) -> None:
    wait, stretch = wait_and_stretch(rho, 1.0, cv2, 1, limit)
    for size in (0.1, 7.0):
        assert wait + stretch * size == pytest.approx(theory.limited(rho, 1.0, cv2, limit, size))


@given(st.floats(0.01, 0.99), st.floats(0.0, 50.0), st.integers(1, 40), st.integers(0, 40))
def test_waits_and_stretches_of_several(rho: float, cv2: float, c: int, more: int) -> None:
    wait, stretch = wait_and_stretch(rho * c, 1.0, cv2, c, c + more)
    assert wait >= 0.0
    assert 1.0 - 1e-12 <= stretch <= theory.stretch(rho, c) + 1e-9
    # The wait of exponential sizes, if nobody shares, and all the same without a limit.
    wait, stretch = wait_and_stretch(rho * c, 1.0, 1.0, c, c + more)
    assert wait + stretch == pytest.approx(1.0 + mean_wait(rho * c, 1.0, c))
    wait, stretch = wait_and_stretch(rho * c, 1.0, cv2, c, NO_LIMIT)
    assert wait == pytest.approx(0.0, abs=1e-12)
    assert stretch == pytest.approx(theory.stretch(rho, c))


def test_fewer_may_be_served_than_there_are_processors() -> None:
    """Then the others do not count."""
    for few, as_many in zip(
        wait_and_stretch(1.6, 1.0, 1.0, 8, 2), wait_and_stretch(1.6, 1.0, 1.0, 2, 2), strict=True
    ):
        assert few == as_many
