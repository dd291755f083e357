"""A replica's stream and its apply: against workers one by one, by hand, and what must hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.replication import apply_reference as reference

from scalelab.kernels.random import generator
from scalelab.kernels.replication.apply import arrivals, visible_times

NEVER = (0.0, 0.0)

streams = st.lists(
    st.tuples(st.floats(0.0, 5.0), st.floats(0.0, 20.0)), min_size=1, max_size=40
).map(lambda drawn: (np.cumsum([gap for gap, _ in drawn]), np.array([work for _, work in drawn])))
workers = st.integers(1, 6)


@given(streams, workers, st.floats(-5.0, 60.0), st.floats(0.0, 60.0))
@settings(deadline=None)
def test_as_workers_one_by_one(stream, n_workers, blocked_from, blocked_for):
    arrived, work = stream
    blocked = (blocked_from, blocked_from + blocked_for)
    ours = visible_times(arrived, work, n_workers, *blocked)
    expected = reference.visible_times(list(arrived), list(work), n_workers, *blocked)
    np.testing.assert_array_equal(ours, expected)


def test_by_hand():
    """The second is done at 3, but the first only at 10: its worker waits, and so does the third
    transaction, which two workers cannot take before 10."""
    arrived = np.array([0.0, 1.0, 2.0, 30.0])
    work = np.array([10.0, 2.0, 4.0, 1.0])
    assert visible_times(arrived, work, 1, *NEVER).tolist() == [10.0, 12.0, 16.0, 31.0]
    assert visible_times(arrived, work, 2, *NEVER).tolist() == [10.0, 10.0, 14.0, 31.0]
    assert visible_times(arrived, work, 3, *NEVER).tolist() == [10.0, 10.0, 10.0, 31.0]


def test_blocked_by_hand():
    """What has begun before the block is finished; what comes in it begins at its end."""
    arrived = np.array([0.0, 5.0, 6.0, 9.0])
    work = np.array([4.0, 1.0, 1.0, 1.0])
    assert visible_times(arrived, work, 1, 2.0, 8.0).tolist() == [4.0, 9.0, 10.0, 11.0]


@given(streams, workers)
@settings(deadline=None)
def test_more_workers_never_later_and_none_before_its_own_work(stream, n_workers):
    arrived, work = stream
    few = visible_times(arrived, work, n_workers, *NEVER)
    more = visible_times(arrived, work, n_workers + 1, *NEVER)
    assert (more <= few).all()
    assert (more >= arrived + work).all()
    assert (np.diff(few) >= 0.0).all()


@given(st.integers(0, 2**40), st.floats(0.0, 3.0), st.floats(0.0, 3.0))
@settings(deadline=None)
def test_the_stream_keeps_its_order_and_takes_its_delay(seed, delay, jitter):
    commits = np.cumsum(np.full(50, 0.5))
    arrived = arrivals(generator(seed), commits, delay, jitter)
    assert (np.diff(arrived) >= 0.0).all()
    assert (arrived >= commits + delay).all()


def test_jitter_of_the_stream():
    """Far apart, nothing overtakes: what the network adds is an exponential time."""
    jitter = 0.02
    commits = np.arange(20_000) * 10.0
    added = arrivals(generator(5), commits, 0.1, jitter) - commits - 0.1
    assert added.mean() == pytest.approx(jitter, abs=4.0 * jitter / added.size**0.5)
