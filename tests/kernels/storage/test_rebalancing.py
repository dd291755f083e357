"""The queue against an event-by-event simulation, and the move against small steps of time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage.rebalancing_reference import request_times as by_events

from scalelab.kernels.jit import Floats
from scalelab.kernels.random import generator
from scalelab.kernels.storage.rebalancing import (
    IN_TURN,
    SHOP_FIRST,
    draw_moments,
    draw_needs,
    move,
    moved_by,
    rebalancing,
    request_times,
    settled_work,
)

CASES = [
    # requests/s, service (s), chunks/s, chunk (s), work that waits at the start (s)
    (120.0, 0.005, 2.0, 0.1, 0.0),
    (120.0, 0.005, 2.0, 0.1, 0.78),
    (180.0, 0.005, 10.0, 0.008, 0.05),
    (60.0, 0.005, 100.0, 0.005, 0.021),
    (120.0, 0.005, 0.0, 0.1, 0.04),  # no copy
    (120.0, 0.005, 0.5, 1.0, 2.4),
]


def drawn(n: int, seed: int) -> tuple[Floats, Floats, Floats]:
    arrivals, needs, chunks = np.empty(n), np.empty(n), np.empty(3 * n)
    draw_moments(arrivals, seed)
    draw_needs(needs, seed + 1)
    draw_moments(chunks, seed + 2)
    return arrivals, needs, chunks


@pytest.mark.parametrize("order", [SHOP_FIRST, IN_TURN])
@pytest.mark.parametrize(("rate", "service", "chunk_rate", "chunk", "work"), CASES)
def test_each_request_takes_as_long_as_event_by_event(
    rate: float, service: float, chunk_rate: float, chunk: float, work: float, order: int
) -> None:
    arrivals, needs, chunks = drawn(1000, 5)
    times = np.empty(800)
    request_times(times, arrivals, needs, chunks, order, rate, service, chunk_rate, chunk, work)
    copied = order == SHOP_FIRST and chunk_rate > 0.0
    expected = by_events(
        (arrivals / rate).tolist(),
        (needs * service).tolist(),
        (chunks / chunk_rate).tolist() if chunk_rate > 0.0 else [],
        chunk,
        shop_first=order == SHOP_FIRST,
        busy_until=0.0 if copied else work,
        waiting_chunks=round(work / chunk) if copied else 0,
    )
    # The same sums in another order: a billionth of a second apart at most.
    np.testing.assert_allclose(times, expected[200:], rtol=0, atol=1e-9)


def test_moments_and_needs_are_those_of_a_poisson_process() -> None:
    n = 200_000
    arrivals, needs, _ = drawn(n, 1)
    for numbers in (np.diff(arrivals), needs):
        assert numbers.mean() == pytest.approx(1.0, abs=4 / n**0.5)
        # The variance of the square of an exponential deviation: 8.
        assert numbers.var() == pytest.approx(1.0, abs=4 * (8 / n) ** 0.5)
    assert (np.diff(arrivals) > 0).all()


@pytest.mark.parametrize(("utilisation", "copy"), [(0.6, 0.0), (0.6, 0.2), (0.3, 0.65)])
def test_settled_work_has_the_mean_of_pollaczek_and_khinchine(
    utilisation: float, copy: float
) -> None:
    state = generator(1)
    n = 40_000
    work = [settled_work(state, utilisation, copy, 0.005, 0.1) for _ in range(n)]
    expected = (utilisation * 0.005 + copy * 0.05) / (1.0 - utilisation - copy)
    assert np.mean(work) == pytest.approx(expected, abs=4 * np.std(work) / n**0.5)
    busy = np.mean(np.array(work) > 0.0)
    assert busy == pytest.approx(utilisation + copy, abs=4 * (0.25 / n) ** 0.5)


@settings(max_examples=25, deadline=None)
@given(st.floats(1.0, 190.0), st.floats(0.0, 20.0), st.floats(0.001, 0.05), st.integers(0, 10**6))
def test_the_shop_first_is_never_worse_for_the_shop(
    rate: float, chunk_rate: float, chunk: float, seed: int
) -> None:
    """Request by request it can be, by a chunk that begins a little later; on average not."""
    arrivals, needs, chunks = drawn(600, seed)
    first, turn, alone = np.empty(600), np.empty(600), np.empty(600)
    for times, order, per_s in (
        (first, SHOP_FIRST, chunk_rate), (turn, IN_TURN, chunk_rate), (alone, IN_TURN, 0.0),
    ):  # fmt: skip
        request_times(times, arrivals, needs, chunks, order, rate, 0.005, per_s, chunk, 0.0)
    assert (alone <= turn + 1e-9).all()
    assert (alone <= first + 1e-9).all()
    # A request that goes first waits for at most one chunk more than those in turn have done.
    assert (first <= turn + chunk + 1e-9).all()
    assert (first >= needs * 0.005 - 1e-9).all()


@pytest.mark.parametrize(
    ("size", "utilisation", "growth", "share"),
    [(3.0, 0.6, 0.1, 0.5), (7.0, 0.9, 0.1, 0.9), (7.0, 0.9, 0.5, 0.5), (1.0, 0.3, 0.0, 0.05)],
)
def test_the_move_hour_by_hour(
    size: float, utilisation: float, growth: float, share: float
) -> None:
    step, now, copied, load = 0.002, 0.0, 0.0, utilisation
    while copied < size and load < 1.0:
        load = utilisation * (1.0 + growth) ** ((now + 0.5 * step) / 168.0)
        copied += share * (1.0 - load) * step
        now += step
    hours, moved, reached = move(size, utilisation, growth, share)
    assert hours == pytest.approx(now, rel=1e-3)
    assert moved == pytest.approx(min(copied / size, 1.0), abs=1e-3)
    assert reached == pytest.approx(load, abs=1e-3)


def test_no_growth_is_the_limit_of_little_growth() -> None:
    still, slow = move(3.0, 0.6, 0.0, 0.5), move(3.0, 0.6, 1e-12, 0.5)
    assert slow == pytest.approx(still)
    assert moved_by(15.0, 0.6, 1e-12, 0.5) == pytest.approx(3.0)
    assert still == (pytest.approx(15.0), 1.0, 0.6)


def test_no_copy_moves_nothing() -> None:
    assert move(3.0, 0.6, 0.1, 0.0) == (0.0, 0.0, 0.6)


controls = st.tuples(
    st.floats(0.0, 0.99), st.floats(5.0, 1000.0), st.floats(0.3, 0.95), st.floats(0.1, 20.0),
    st.floats(0.0, 0.5), st.integers(0, 2**40),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(controls)
def test_what_always_holds(control: tuple[float, float, float, float, float, int]) -> None:
    spare, chunk, utilisation, data, growth, seed = control
    table = rebalancing(3, spare, chunk, utilisation, 5.0, data, growth, 200.0, 200, 2, 6, seed)
    assert table.shape == (14, 13)
    assert np.isfinite(table).all()
    order, share, rate, mean, mean_low, mean_high, p99, low, high, hours, moved, reached, chosen = (
        table.T
    )
    assert order.tolist() == [SHOP_FIRST] * 7 + [IN_TURN] * 7
    assert chosen.tolist() == [0.0, 0, 0, 0, 0, 0, 1] * 2
    assert share[0] == share[7] == 0.0
    assert share[6] == spare
    np.testing.assert_allclose(rate, share * (1.0 - utilisation) * 200.0)
    assert (mean_low <= mean * (1 + 1e-12)).all()
    assert (mean <= mean_high * (1 + 1e-12)).all()
    assert (low <= p99).all()
    assert (p99 <= high).all()
    assert ((moved >= 0.0) & (moved <= 1.0)).all()
    assert ((reached >= utilisation) & (reached <= 1.0)).all()
    # The same without a copy, whatever goes first; and both orders move as fast.
    assert table[0, 2:].tolist() == table[7, 2:].tolist()
    assert table[:7, 9:12].tolist() == table[7:, 9:12].tolist()
    # What the copy gets more of ends sooner, or further.
    assert (np.diff(moved[1:6]) >= -1e-9).all()
    done = moved[1:6] == 1.0
    assert (np.diff(hours[1:6][done]) <= 1e-9).all()


def test_only_what_is_chosen_is_computed() -> None:
    one = rebalancing(2, 0.5, 100.0, 0.6, 5.0, 2.0, 0.1, 200.0, 200, 2, 3, 1)
    both = rebalancing(3, 0.5, 100.0, 0.6, 5.0, 2.0, 0.1, 200.0, 200, 2, 3, 1)
    np.testing.assert_array_equal(one, both[4:])
    assert len(rebalancing(0, 0.5, 100.0, 0.6, 5.0, 2.0, 0.1, 200.0, 200, 2, 3, 1)) == 0
