"""Queues at shards against an event-by-event simulation, and the table against its definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage.scatter_gather_reference import spent as by_events

from scalelab.kernels.storage.scatter_gather import (
    GLOBAL,
    KEY,
    KINDS,
    SCATTER,
    SLOWER,
    busy_share,
    drawn,
    global_index_run,
    mean_work,
    scatter_gather,
    scatter_gather_run,
)

CASES = [
    # shards, queries/s, share that lack the key, slow share, time-out (ms), ready at first (ms)
    (4, 500.0, 0.1, 0.0, 1000.0, 0.0),
    (8, 300.0, 0.3, 0.02, 1000.0, 0.0),
    (8, 900.0, 0.5, 0.0, 30.0, 30.0),  # overloaded: many give up
    (3, 100.0, 1.0, 0.1, 50.0, 0.0),
    (1, 120.0, 0.4, 0.0, 20.0, 0.0),
    (16, 100.0, 0.0, 0.0, 1000.0, 0.0),
]


@pytest.mark.parametrize("index", [SCATTER, GLOBAL])
@pytest.mark.parametrize(("shards", "rate", "share", "slow", "timeout", "start"), CASES)
def test_each_query_takes_as_long_as_event_by_event(
    shards: int, rate: float, share: float, slow: float, timeout: float, start: float, index: int
) -> None:
    n = 1200
    queries = drawn(n, shards, rate, share, 5.0, slow, 3)
    times, gave_up = np.empty(n), np.empty(n, np.bool_)
    run = scatter_gather_run if index == SCATTER else global_index_run
    run(queries, 0, n, shards, timeout, start, times, gave_up)
    firsts = queries.first.tolist()
    work = [
        queries.work[begin:end].tolist()
        for begin, end in zip(firsts, [*firsts[1:], queries.work.size], strict=True)
    ]
    places = [tuple(pair) for pair in queries.places.reshape(n, 2).tolist()]
    expected, left, busy = by_events(
        queries.gap.tolist(), queries.scatters.tolist(), work, places, shards, timeout, start,
        index == GLOBAL,
    )  # fmt: skip
    np.testing.assert_allclose(times, expected, rtol=0, atol=1e-7)
    assert gave_up.tolist() == left
    assert any(left) == (start > 0.0 or timeout < 100.0)
    if not any(left):
        # The shards did the work that the utilisation speaks of.
        offered = busy_share(index, shards, rate, share, mean_work(5.0, slow))
        assert busy / (queries.gap.sum() * shards) == pytest.approx(offered, rel=0.2)


def test_draws_have_their_means() -> None:
    n = 100_000
    queries = drawn(n, 4, 500.0, 0.2, 5.0, 0.05, 1)
    spread = 4.0 / np.sqrt(n)
    assert queries.gap.mean() == pytest.approx(2.0, rel=spread)
    assert queries.scatters.mean() == pytest.approx(0.2, abs=spread)
    assert queries.places.mean() == pytest.approx(0.5, abs=spread)
    work = queries.work
    assert work.size == n + 3 * queries.scatters.sum()
    assert work.mean() == pytest.approx(mean_work(5.0, 0.05), rel=4.0 * spread)
    square = 2.0 * 25.0 * (0.95 + 0.05 * SLOWER**2)
    assert (work**2).mean() == pytest.approx(square, rel=0.1)
    assert (work > 0.0).all()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_all_slow_is_all_alike(share: float) -> None:
    fast, slow = drawn(1000, 1, 1.0, 0.0, 5.0, 0.0, 7), drawn(1000, 1, 1.0, 0.0, 0.5, 1.0, 7)
    assert fast.work.mean() == pytest.approx(5.0, rel=0.15)
    assert slow.work.mean() == pytest.approx(5.0, rel=0.15)
    assert np.isfinite(drawn(1000, 2, 1.0, share, 5.0, share, 7).work).all()


controls = st.tuples(
    st.floats(1.0, 20_000.0), st.floats(0.0, 1.0), st.floats(0.1, 50.0), st.floats(0.0, 1.0),
    st.floats(0.0, 10_000.0), st.integers(0, 2**40),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(controls)
def test_what_always_holds(control: tuple[float, float, float, float, float, int]) -> None:
    rate, share, service, slow, timeout, seed = control
    table = scatter_gather(rate, share, service, slow, timeout, 1, 5, 200, 10**6, 2, seed)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    kind, shards, _, p50, p99, low, high, busy, able, lost, come, asked = table.T
    assert kind.tolist() == list(range(KINDS)) * 5
    assert shards.tolist() == [n for n in (1, 2, 4, 8, 16) for _ in range(KINDS)]
    assert (p50 <= p99).all()
    assert (low <= high).all()
    assert (lost <= 1.0).all()
    assert (come == rate).all()
    # Both kinds without the key were asked, or neither.
    assert (asked[kind == SCATTER] == asked[kind == GLOBAL]).all()
    # At the ceiling a shard is busy all the time.
    for which in (SCATTER, GLOBAL):
        np.testing.assert_allclose(busy[kind == which] * able[kind == which], rate, rtol=1e-9)
    assert (busy[kind == KEY] == busy[kind == SCATTER]).all()
    # More shards can do more; those that scatter set a limit that no number of them passes.
    assert (np.diff(able[kind == KEY]) > 0.0).all()
    assert (np.diff(able[kind == SCATTER]) >= -1e-9).all()
    limit = 1e3 / (share * mean_work(service, slow)) if share > 0.0 else np.inf
    assert (able[kind == SCATTER] <= limit * (1 + 1e-9)).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 10**6), st.floats(0.0, 0.1), st.floats(20.0, 160.0))
def test_if_all_scatter_each_is_slower_on_more_shards(seed: int, slow: float, rate: float) -> None:
    """The first shards have the same lines as before, and there are others to wait for."""
    queries = drawn(300, 16, rate, 1.0, 5.0, slow, seed)
    before = np.zeros(300)
    for shards in (1, 2, 4, 8, 16):
        times, gave_up = np.empty(300), np.empty(300, np.bool_)
        scatter_gather_run(queries, 0, 300, shards, 1e9, 0.0, times, gave_up)
        assert (times >= before).all()
        before = times


def test_runs_are_apart() -> None:
    """A run knows nothing of the one before; the longest part decides its length."""
    queries = drawn(400, 4, 300.0, 0.2, 5.0, 0.0, 9)
    times, again = np.empty(400), np.empty(400)
    gave_up = np.empty(400, np.bool_)
    for run in (scatter_gather_run, global_index_run):
        run(queries, 200, 400, 4, 1e9, 0.0, times, gave_up)
        run(queries, 0, 400, 4, 1e9, 0.0, again, gave_up)
        assert times[200] <= again[200]
        run(queries, 200, 400, 4, 1e9, 0.0, again, gave_up)
        assert (times[200:] == again[200:]).all()


def test_the_number_of_queries_is_bounded_in_both_ways() -> None:
    """As many queries as asked, and fewer where each is many sub-queries."""
    few = scatter_gather(100.0, 1.0, 5.0, 0.0, 1e6, 64, 1, 400, 6400, 1, 1)
    same = scatter_gather(100.0, 1.0, 5.0, 0.0, 1e6, 64, 1, 100, 10**6, 1, 1)
    np.testing.assert_array_equal(few, same)


def test_patience_of_nought_waits_for_nobody() -> None:
    table = scatter_gather(1000.0, 0.0, 5.0, 0.0, 0.0, 1, 1, 2000, 10**6, 5, 1)
    # Erlang's loss formula for one server: a load of 5 loses 5 in 6.
    assert table[KEY, 9] == pytest.approx(5.0 / 6.0, abs=0.02)
