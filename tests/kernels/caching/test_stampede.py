"""The expiry against a simulation that writes everything out, and against what always holds."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.caching import stampede_reference as reference

from scalelab.kernels.caching.stampede import (
    EARLY,
    LEASE,
    NONE,
    PER_SERVER,
    PROTECTIONS,
    STALE,
    WATCHED,
    expiry,
    next_request,
    stampede,
    window,
)
from scalelab.kernels.random import below, exponential, generator

NAMES = {NONE: "none", PER_SERVER: "server", LEASE: "lease", STALE: "stale"}
RATE, WORK, PARALLEL, SERVERS = 120.0, 0.2, 15, 6
# Columns of the table.
TIME, MEAN, LOWEST, HIGHEST = 1, 2, 3, 4
COUNT, FEWEST, MOST, PEAK, WAITING, WAIT_MS, LONGEST_MS = range(5, 12)


def one_expiry(protection: int, seed: int) -> tuple[int, int, int, float, float]:
    places = int(RATE * WATCHED * 2)
    return expiry(
        generator(seed), protection, RATE, WORK, PARALLEL, SERVERS, WORK, 50.0, np.zeros(0),
        np.zeros(0, np.int64), np.empty(places), np.empty(places),
    )  # fmt: skip


def drawn(protection: int, seed: int) -> Iterator[tuple[float, int, bool]]:
    """The kernel's own requests, drawn in its order."""
    state = generator(seed)
    time = 0.0
    while True:
        time += exponential(state, 1.0) / RATE
        yield time, below(state, SERVERS) if protection == PER_SERVER else 0, False


@pytest.mark.parametrize("protection", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_one_expiry_is_that_of_the_reference(protection: int, seed: int) -> None:
    found = one_expiry(protection, seed)
    recomputations, most, waits = reference.expiry(
        NAMES[protection], drawn(protection, seed), WORK, PARALLEL
    )
    assert found[:3] == (recomputations, most, len(waits))
    # Waits are the same sums in another order.
    assert found[3] == pytest.approx(sum(waits), abs=1e-8)
    assert found[4] == pytest.approx(max(waits, default=0.0), abs=1e-9)


@pytest.mark.parametrize(
    ("rate", "beta", "ttl"),
    [(200.0, 1.0, 4.0), (200.0, 0.3, 4.0), (20.0, 2.0, 4.0), (3.0, 1.0, 4.0), (20.0, 2.0, 0.4)],
)
def test_early_recomputation_agrees_with_dice_within_four_standard_errors(
    rate: float, beta: float, ttl: float
) -> None:
    work, parallel, n = 0.2, 10, 400
    dice = np.array([
        [count, most, len(waits), sum(waits)] for count, most, waits in
        (reference.early(rate, work, parallel, beta, ttl, seed) for seed in range(n))
    ])  # fmt: skip
    rows = np.array([
        stampede(1 << EARLY, rate, 1e3 * work, parallel, 1, beta, ttl, 1, 2, seed)[0]
        for seed in range(n)
    ])  # fmt: skip
    ours = rows[:, [COUNT, PEAK, WAITING]]
    waits = rows[:, WAITING] * rows[:, WAIT_MS] / 1e3
    for theirs, mine in zip(dice.T, [*ours.T, waits], strict=True):
        error = math.sqrt((theirs.var(ddof=1) + mine.var(ddof=1)) / n)
        assert abs(theirs.mean() - mine.mean()) <= 4 * error + 1e-9


def test_volunteers_come_as_often_as_the_dice_say() -> None:
    """Times of the first volunteer, by inversion, against P(none later than s before)."""
    rate, scale, n = 5.0, 0.5, 4000
    state = generator(7)
    times = np.array([next_request(state, -60.0, rate, scale) for _ in range(n)])
    for lead in (0.25, 0.5, 1.0, 2.0):
        expected = -math.expm1(-rate * scale * math.exp(-lead / scale))
        error = math.sqrt(expected * (1.0 - expected) / n)
        assert abs((times < -lead).mean() - expected) < 4 * error
    late = times[times >= 0.0]  # nobody volunteered: the next request of them all
    assert abs(late.mean() - 1.0 / rate) < 4 / rate / math.sqrt(late.size)


controls = st.tuples(
    st.floats(0.5, 300.0), st.floats(1.0, 1000.0), st.integers(1, 1000), st.integers(1, 40),
    st.floats(0.01, 10.0), st.floats(0.01, 500.0), st.integers(0, 10**6),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(controls)
def test_what_always_holds(control: tuple[float, float, int, int, float, float, int]) -> None:
    rate, recompute_ms, parallel, servers, beta, ttl, seed = control
    table = stampede(
        (1 << PROTECTIONS) - 1, rate, recompute_ms, parallel, servers, beta, ttl, 4, 30, seed
    )
    assert np.isfinite(table).all()
    assert (table >= 0.0)[:, 2:].all()
    by = table.reshape(PROTECTIONS, 30, 12)
    assert (by[:, :, 0] == np.arange(PROTECTIONS)[:, None]).all()
    times = by[0, :, TIME]
    assert times[0] >= -ttl
    assert times[-1] <= WATCHED + 1e-9
    assert (np.diff(times) > 0).all()
    assert (by[:, :, LOWEST] <= by[:, :, MEAN] + 1e-9).all()
    assert (by[:, :, MEAN] <= by[:, :, HIGHEST] + 1e-9).all()
    assert (by[:, :, HIGHEST] <= by[:, :, PEAK]).all()
    ends = by[:, 0, :]
    assert (ends[:, FEWEST] <= ends[:, COUNT] + 1e-9).all()
    assert (ends[:, COUNT] <= ends[:, MOST] + 1e-9).all()
    assert (ends[:, PEAK] <= ends[:, MOST]).all()
    assert (ends[:, WAIT_MS] <= ends[:, LONGEST_MS] * (1 + 1e-9)).all()
    # One for all is one, exactly; the old value lets nobody wait; who recomputes waits.
    assert (ends[[LEASE, STALE]][:, [COUNT, FEWEST, MOST, PEAK]] == 1.0).all()
    assert (ends[STALE, [WAITING, WAIT_MS, LONGEST_MS]] == 0.0).all()
    assert ends[PER_SERVER, MOST] <= servers
    for alone in (NONE, EARLY):
        assert ends[alone, WAITING] == pytest.approx(ends[alone, COUNT])
    assert ends[LEASE, WAITING] >= ends[LEASE, COUNT]


def test_watching_ends_after_half_a_minute() -> None:
    """4,000 s of work arrive each second: the first is never done."""
    row = stampede(1 << NONE, 2000.0, 2000.0, 1, 1, 1.0, 1.0, 1, 2, 1)[0]
    assert row[COUNT] == pytest.approx(2000 * WATCHED, rel=0.02)
    assert row[COUNT] == row[WAITING] == row[PEAK]
    assert row[LONGEST_MS] <= 1e3 * WATCHED
    lease = stampede(1 << LEASE, 20.0, 40_000.0, 1, 1, 1.0, 1.0, 1, 2, 1)[0]
    assert lease[COUNT] == 1
    assert lease[WAITING] == pytest.approx(20 * WATCHED, rel=0.2)
    stale = stampede(1 << STALE, 20.0, 40_000.0, 1, 1, 1.0, 1.0, 1, 2, 1)[0]
    assert stale[[COUNT, WAITING, LONGEST_MS]].tolist() == [1.0, 0.0, 0.0]


def test_a_work_space_that_is_too_small_ends_the_watch_instead_of_overflowing() -> None:
    grid, running = np.array([0.0, 20.0]), np.full(2, -1)
    count, peak, waited, _, longest = expiry(
        generator(1), NONE, 1000.0, 100.0, 1, 1, 1.0, 1.0, grid, running, np.empty(8), np.empty(8)
    )
    assert count == peak == waited == 7
    assert running.tolist() == [0, 7]
    assert longest <= WATCHED


def test_the_window_holds_the_episode() -> None:
    table = stampede(0b11111, 200.0, 200.0, 20, 8, 1.0, 50.0, 20, 200, 1)
    assert (table.reshape(5, 200, 12)[:, -1, MEAN] < 3.0).all()
    before, after = window(200.0, 0.2, 20, 0.2, 0.5)
    assert before == 0.5  # no earlier than the time to live
    assert 0.5 < after < WATCHED


def test_no_protection_no_rows() -> None:
    assert stampede(0, 200.0, 200.0, 20, 8, 1.0, 50.0, 20, 10, 1).shape == (0, 12)
