"""Conflicts against a simulation that forgets nothing, and the table against its definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.replication.multi_primary_reference import Shop, conflicts

from scalelab.kernels.random import generator
from scalelab.kernels.replication.multi_primary import (
    CERTIFICATION,
    EACH_ITS_OWN,
    LAST_WRITER_WINS,
    ONE_AFTER_THE_OTHER,
    PRIMARIES,
    SAME_TOTAL,
    TO_ALL_AT_ONCE,
    arrives_after,
    buckets_for,
    ceiling,
    drawn_row,
    longest_delay,
    measured,
    multi_primary,
    run,
)

# primaries, orders/s, rows of each, rows, hot rows, hot share, at home, delay, spread, handling
CASES = [
    (2, 500.0, 4, 1000, 0, 0.0, 0.0, 0.04, TO_ALL_AT_ONCE, LAST_WRITER_WINS),
    (4, 500.0, 4, 1000, 0, 0.0, 0.0, 0.04, TO_ALL_AT_ONCE, CERTIFICATION),
    (5, 300.0, 3, 2003, 3, 0.1, 0.8, 0.02, ONE_AFTER_THE_OTHER, LAST_WRITER_WINS),
    (16, 400.0, 2, 503, 2, 0.05, 0.5, 0.005, ONE_AFTER_THE_OTHER, CERTIFICATION),
    (3, 2000.0, 1, 50, 0, 0.0, 0.0, 0.02, TO_ALL_AT_ONCE, CERTIFICATION),
    # Fewer rows than primaries, and a home for none of them.
    (8, 100.0, 2, 5, 1, 0.3, 1.0, 0.003, TO_ALL_AT_ONCE, LAST_WRITER_WINS),
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_conflicts_as_if_nothing_were_forgotten(
    case: tuple[int, float, int, int, int, float, float, float, int, int], seed: int
) -> None:
    n, rate, actions, rows, hot_rows, hot_share, at_home, delay, spread, handling = case
    shop = Shop(
        n, rate, actions, rows, hot_rows, hot_share, at_home, delay,
        spread == ONE_AFTER_THE_OTHER, handling == CERTIFICATION,
    )  # fmt: skip
    expected = conflicts(shop, 1200, seed)
    for uncounted in (0, 300):
        found = run(
            generator(seed), n, rate, actions, rows, hot_rows, hot_share, at_home, delay, spread,
            handling, uncounted, 1200 - uncounted,
        )  # fmt: skip
        assert found == sum(expected[uncounted:])
    # Some meet and some do not, or the comparison would say little.
    assert 20 < sum(expected) < 1180


@given(st.integers(1, 16), st.integers(1, 60), st.integers(0, 5), st.integers(0, 10**6))
def test_rows_at_home_live_there(n: int, n_cold: int, hot_rows: int, seed: int) -> None:
    state = generator(seed)
    for node in range(n):
        row = drawn_row(state, node, True, n, hot_rows + n_cold, hot_rows, 0.0) - hot_rows
        assert 0 <= row < n_cold
        # With fewer rows than primaries none has a home.
        assert row % n == node or n_cold < n


def test_the_last_one_waits_for_all_before_it() -> None:
    waits = [arrives_after(2, node, 4, ONE_AFTER_THE_OTHER, 10.0) for node in (3, 0, 1)]
    assert waits == [10.0, 20.0, 30.0]
    assert longest_delay(4, ONE_AFTER_THE_OTHER, 10.0) == 30.0
    assert {arrives_after(2, node, 4, TO_ALL_AT_ONCE, 10.0) for node in (3, 0, 1)} == {10.0}
    assert longest_delay(4, TO_ALL_AT_ONCE, 10.0) == 10.0


@pytest.mark.parametrize("updates", [0, 1, 1024, 1025, 5000])
def test_buckets_are_a_power_of_two(updates: int) -> None:
    size = buckets_for(updates)
    assert size >= updates
    assert size & (size - 1) == 0
    assert size <= max(1024, 2 * updates)


@given(st.integers(1, 100), st.floats(0.0, 1.0))
def test_no_server_does_more_than_its_work(n: int, apply_share: float) -> None:
    writes = ceiling(n, apply_share)
    # Of each primary: its own, and what it applies for the others.
    assert writes / n + apply_share * writes * (n - 1) / n == pytest.approx(1.0)
    assert 1.0 - 1e-12 <= writes <= n * (1.0 + 1e-12)


controls = st.tuples(
    st.floats(1.0, 2000.0), st.sampled_from([EACH_ITS_OWN, SAME_TOTAL]), st.integers(1, 8),
    st.integers(2, 10**7), st.floats(0.0, 30.0),
    st.sampled_from([TO_ALL_AT_ONCE, ONE_AFTER_THE_OTHER]),
    st.sampled_from([LAST_WRITER_WINS, CERTIFICATION]), st.floats(0.0, 1.0), st.floats(0.0, 1.0),
    st.integers(1, 200), st.floats(0.0, 1.0),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(controls, st.integers(0, 2**40))
def test_what_always_holds(
    control: tuple[float, int, int, int, float, int, int, float, float, int, float], seed: int
) -> None:
    table = multi_primary(*control, 400, 2, seed)
    rate, load, *_ = control
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    n, single, multi, shards, orders, found, lowest, highest, pairs, cube, share = table.T
    assert tuple(n) == PRIMARIES
    assert (shards == n).all()
    assert (single == 1.0).all()
    assert (np.diff(multi) >= -1e-12).all()
    assert (multi <= shards + 1e-12).all()
    np.testing.assert_allclose(orders, rate * (n if load == EACH_ITS_OWN else 1.0))
    assert (lowest <= found * (1 + 1e-9)).all()
    assert (found <= highest * (1 + 1e-9)).all()
    assert (share <= 1.0).all()
    np.testing.assert_allclose(found, share * orders, rtol=1e-9)
    # One primary has nobody to be in conflict with, and n - 1 others are fewer than n.
    assert found[0] == pairs[0] == 0.0
    assert (pairs[1:] <= cube[1:] * (1 + 1e-9)).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 16), st.integers(1, 5), st.integers(0, 1), st.integers(0, 10**6))
def test_no_conflict_without_delay_or_away_from_home(
    n: int, actions: int, handling: int, seed: int
) -> None:
    rows = 48 * n
    none = measured(n, 1000.0, 0, actions, rows, 1, 0.0, 0.0, 0.0, 0, handling, 300, 1, seed)
    home = measured(n, 1000.0, 0, actions, rows, 1, 0.0, 1.0, 50.0, 0, handling, 300, 1, seed)
    assert none[1] == home[1] == 0.0
    some = measured(n, 1000.0, 0, actions, rows, 1, 0.0, 0.0, 50.0, 0, handling, 300, 1, seed)
    assert some[1] > 0.0


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 10.0), st.floats(1.0, 4.0), st.integers(0, 10**6))
def test_a_longer_delay_never_has_fewer_conflicts(delay: float, longer: float, seed: int) -> None:
    """Of the same orders: whoever had not seen an update sees it still later."""
    few, more = (
        run(generator(seed), 4, 2000.0, 3, 500, 0, 0.0, 0.3, d / 1e3, 1, LAST_WRITER_WINS, 0, 400)
        for d in (delay, delay * longer)
    )
    assert few <= more


def test_without_hot_updates_there_are_no_hot_rows() -> None:
    one, ten = (
        measured(3, 500.0, 0, 2, 100, hot, 0.0, 0.0, 5.0, 0, 0, 500, 1, 3) for hot in (1, 10)
    )
    assert (one == ten).all()


def test_the_start_does_not_count() -> None:
    """At first nothing is on its way: as many orders as fill the network go before."""
    n, rate, delay = 2, 1000.0, 0.2
    late = measured(n, rate, 0, 1, 500, 1, 0.0, 0.0, delay * 1e3, 0, 0, 400, 1, 1)
    early = run(generator(1), n, n * rate, 1, 500, 0, 0.0, 0.0, delay, 0, 0, 0, 400)
    expected = -np.expm1(-rate * delay / 500)
    assert abs(late[4] - expected) < 0.1
    assert early / 400 < 0.7 * expected
