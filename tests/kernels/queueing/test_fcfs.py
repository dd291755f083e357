"""The queue customer by customer against plain Python, and what must hold for any run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.queueing import fcfs_reference as plain

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.queueing.fcfs import (
    BINS,
    BLOCK,
    ELAPSED,
    LANES,
    PER_OCTAVE,
    SERVED,
    SORTED_MOST,
    UNIT,
    WAIT,
    WAITED,
    WORK,
    count,
    keep_heap,
    keep_sorted,
    simulate,
)
from scalelab.kernels.queueing.law import Law, law, lognormal, pareto

LAWS = [law(1.0, 0.0), law(1.0, 0.4), law(1.0, 1.0), law(1.0, 6.0), lognormal(1.0, 2.0),
        pareto(1.0, 1.5, 1000.0)]  # fmt: skip
MANY = SORTED_MOST + 1


def run(
    arrival: Law, service: Law, servers: int, seed: int, warm_up: int = 100, size: int = 150
) -> tuple[Table, Floats]:
    counts = np.zeros(BINS)
    sums = simulate(arrival, service, servers, warm_up, 2, size, 1.0, seed, counts)
    return sums.reshape(2, LANES, -1), counts


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([0, 1, 2, 3, 4]), st.sampled_from(LAWS), st.floats(0.3, 0.98),
    st.sampled_from([1, 2, 5, MANY]), st.integers(0, 2**31 - 1),
)  # fmt: skip
def test_as_in_plain_python(
    gaps_like: int, service: Law, load: float, servers: int, seed: int
) -> None:
    """Every batch of every lane; neither warm-up nor batch is a whole number of blocks."""
    mean = 1.0 / (load * servers)
    laws = (law(mean, 0.0), law(mean, 0.4), law(mean, 1.0), law(mean, 6.0), lognormal(mean, 2.0))
    arrival = laws[gaps_like]
    sums, counts = run(arrival, service, servers, seed)
    for lane in (0, 1, LANES - 1):
        gaps = plain.times(arrival, seed, lane, 0, 400)
        takes = plain.times(service, seed, lane, 1, 400)
        waits = plain.waits(gaps, takes, servers)
        for batch in (0, 1):
            part = slice(100 + 150 * batch, 250 + 150 * batch)
            row = sums[batch, lane]
            assert row[SERVED] == 150
            assert row[WAIT] == pytest.approx(sum(waits[part]), rel=1e-9, abs=1e-9)
            assert row[WORK] == pytest.approx(sum(takes[part]))
            assert row[ELAPSED] == pytest.approx(sum(gaps[part]))
            # Constant gaps and times: who comes just when a server is free may be 1e-16 early.
            if service != LAWS[0] or gaps_like != 0:
                assert row[WAITED] == sum(wait > 1e-9 for wait in waits[part])
    assert counts.sum() == 2 * LANES * 150


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 20), st.floats(0.5, 1.1), st.integers(0, 2**32 - 1))
def test_the_heap_as_the_sorted_work(servers: int, load: float, seed: int) -> None:
    """Wait by wait, also where more comes than can be served."""
    chance = np.random.default_rng(seed)
    takes = chance.exponential(1.0, (BLOCK, 3))
    gaps = chance.exponential(1.0 / (load * servers), (BLOCK, 3))
    waits, other = np.empty((2, BLOCK, 3))
    keep_sorted(gaps, takes, BLOCK, np.zeros((servers, 3)), waits)
    keep_heap(gaps, takes, BLOCK, np.zeros((3, servers)), np.zeros(3), other)
    np.testing.assert_allclose(waits, other, atol=1e-9)
    assert (waits >= 0.0).all()


@pytest.mark.parametrize("servers", [1, 3])
def test_left_is_in_order_and_goes_on(servers: int) -> None:
    """A block in two parts is the block."""
    chance = np.random.default_rng(1)
    gaps, takes = chance.exponential(1.0 / servers, (BLOCK, 2)), chance.exponential(0.9, (BLOCK, 2))
    whole, parts = np.empty((2, BLOCK, 2))
    left, again = np.zeros((2, servers, 2))
    keep_sorted(gaps, takes, BLOCK, left, whole)
    keep_sorted(gaps[:20], takes[:20], 20, again, parts[:20])
    keep_sorted(gaps[20:], takes[20:], BLOCK - 20, again, parts[20:])
    np.testing.assert_array_equal(whole, parts)
    np.testing.assert_array_equal(left, again)
    assert (np.diff(left, axis=0) >= 0.0).all()


@pytest.mark.parametrize("servers", [1, 4])
def test_more_servers_or_fewer_arrivals_and_nobody_waits_longer(servers: int) -> None:
    """The same customers meet both queues."""
    arrival, service = law(1.0 / (0.9 * servers), 1.0), law(1.0, 4.0)
    waits = run(arrival, service, servers, 3)[0][:, :, WAIT]
    assert (run(arrival, service, servers + 1, 3)[0][:, :, WAIT] <= waits).all()
    # Twice the time between them.
    rare = law(2.0 / (0.9 * servers), 1.0)
    assert (run(rare, service, servers, 3)[0][:, :, WAIT] <= waits).all()


def test_bins() -> None:
    """Shorter than the unit, at edges, between them, and longer than all."""
    values = np.array([[0.0, 0.5, 0.999], [1.0, 1.0 + 0.99 / PER_OCTAVE, 1.0 + 1.0 / PER_OCTAVE],
                       [2.0, 3.0, 1e300]]) * UNIT  # fmt: skip
    counts = np.zeros(BINS)
    count(3, values, 1.0 / UNIT, counts)
    expected = {0: 3, 1: 2, 2: 1, 1 + PER_OCTAVE: 1, 1 + PER_OCTAVE + PER_OCTAVE // 2: 1,
                BINS - 1: 1}  # fmt: skip
    assert {int(k): int(counts[k]) for k in np.flatnonzero(counts)} == expected


def test_the_same_again() -> None:
    one, two = law(1.3, 1.0), law(1.0, 1.0)
    assert (run(one, two, 1, 1)[0] == run(one, two, 1, 1)[0]).all()
    assert (run(one, two, 1, 1)[0] != run(one, two, 1, 2)[0]).any()


def test_without_a_warm_up_a_run_begins_empty() -> None:
    sums, _ = run(law(1.0, 0.0), law(1.0, 0.0), 1, 1, warm_up=0, size=1)
    assert not sums[0, :, WAIT].any()
