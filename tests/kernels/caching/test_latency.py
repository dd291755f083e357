"""The queue against an event-by-event simulation, and the table against its definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.caching.latency_reference import query_times as by_events

from scalelab.kernels.caching.latency import draws, latency, quantile, query_times
from scalelab.kernels.select import kth_smallest

CASES = [
    # queries/s, service (s), connections, timeout (s)
    (200.0, 0.02, 10, 1.0),
    (480.0, 0.02, 10, 1.0),
    (700.0, 0.02, 10, 0.3),  # overloaded: many give up
    (40.0, 0.02, 1, 0.01),
    (900.0, 0.02, 10, 0.0),  # nobody waits
    (0.01, 5.0, 3, 60.0),
]


@pytest.mark.parametrize(("rate", "service", "connections", "timeout"), CASES)
def test_each_query_takes_as_long_as_event_by_event(
    rate: float, service: float, connections: int, timeout: float
) -> None:
    gaps, holds = draws(1500, 1), draws(1500, 2)
    times = np.empty(1200)
    timed_out = query_times(times, gaps, holds, rate, service, connections, timeout)
    expected, _ = by_events(gaps.tolist(), holds.tolist(), rate, service, connections, timeout)
    # The same sums in another order: a billionth of a second apart at most.
    np.testing.assert_allclose(times, expected[300:], rtol=0, atol=1e-9)
    # Every query ends here one way or the other, and those that give up took the timeout.
    assert timed_out == sum(abs(time - timeout) < 1e-9 for time in expected[300:])


def test_whoever_gives_up_is_counted_once() -> None:
    gaps, holds = draws(2000, 3), draws(2000, 4)
    times = np.empty(2000)
    timed_out = query_times(times, gaps, holds, 700.0, 0.02, 10, 0.3)
    _, left = by_events(gaps.tolist(), holds.tolist(), 700.0, 0.02, 10, 0.3)
    assert timed_out == left > 400


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=60), st.integers(-5, 70))
def test_kth_smallest_is_that_of_sorting(values: list[float], k: int) -> None:
    inside = min(max(k, 0), len(values) - 1)
    assert kth_smallest(np.array(values), k) == sorted(values)[inside]


@given(
    st.lists(st.floats(0.001, 10), min_size=100, max_size=100, unique=True),
    st.floats(0.001, 1.0),
    st.sampled_from([0.5, 0.01, 0.001]),
)
def test_quantile_is_exceeded_by_no_more_than_asked(
    values: list[float], miss_ratio: float, beyond: float
) -> None:
    times = np.array(values)
    found = quantile(times.copy(), miss_ratio, beyond)
    assert miss_ratio * (times > found).mean() <= beyond + 1e-9
    if found > 0.0:  # and anything smaller would be exceeded by as much as asked, or more
        assert miss_ratio * (times >= found).mean() >= beyond - 1e-9


controls = st.tuples(
    st.floats(0.0, 1.0), st.floats(1.0, 20_000.0), st.floats(1.0, 200.0), st.integers(1, 100),
    st.floats(0.0, 10_000.0), st.integers(0, 2**40),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(controls)
def test_what_always_holds(control: tuple[float, float, float, int, float, int]) -> None:
    hit_ratio, rate, database_ms, connections, timeout_ms, seed = control
    table = latency(hit_ratio, rate, 0.5, database_ms, connections, timeout_ms, 200, 2, seed, 20)
    assert np.isfinite(table).all()
    hits, misses, mean, p50, p99, low, high, p999, reach, utilisation, timed_out = table.T[:11]
    np.testing.assert_allclose(hits + misses, 1.0, atol=1e-12)
    np.testing.assert_allclose(reach, rate * misses)
    np.testing.assert_allclose(utilisation, reach * database_ms / 1e3 / connections)
    assert (mean >= 0.5).all()
    assert (p50 <= p99).all()
    assert (p99 <= p999).all()
    assert (low <= high).all()
    assert (timed_out <= misses + 1e-12).all()
    assert table[:, 11].tolist() == [0.0] * 20 + [1.0]
    assert table[-1, 0] == pytest.approx(hit_ratio)


@settings(max_examples=20, deadline=None)
@given(st.floats(10.0, 480.0), st.integers(1, 10**6))
def test_fewer_misses_never_make_the_database_slower(rate: float, seed: int) -> None:
    """With nobody giving up, each query waits at most as long when all come further apart."""
    gaps, holds = draws(500, seed), draws(500, seed + 1)
    slow, fast = np.empty(400), np.empty(400)
    query_times(slow, gaps, holds, rate, 0.02, 10, 1e9)
    query_times(fast, gaps, holds, rate * 0.8, 0.02, 10, 1e9)
    assert (fast <= slow + 1e-9).all()


def test_no_misses_leave_only_the_cache() -> None:
    row = latency(1.0, 2000.0, 0.5, 20.0, 10, 1000.0, 100, 1, 1, 0)[0]
    assert row[2:8].tolist() == [0.5] * 6
    assert row[8:11].tolist() == [0.0, 0.0, 0.0]
