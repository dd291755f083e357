"""The entry against a simulation of every read, and against what always holds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.caching.freshness_reference import Shop

from scalelab.kernels.caching.freshness import (
    ASIDE,
    ASIDE_LEASE,
    STRATEGIES,
    TTL_ONLY,
    WRITE_BEHIND,
    WRITE_THROUGH,
    freshness,
    run,
)
from scalelab.models.caching.freshness import STRATEGIES as NAMES
from scalelab.theory.caching.freshness import cache_aside

# read rate, write rate, ttl, fetch, delay, flush: the fetch longer and shorter than the delay,
# messages that come when a newer value has been fetched, flushes that outlast the time to live.
CASES = [
    (2.0, 0.2, 8.0, 0.4, 0.1, 3.0),
    (2.0, 0.2, 8.0, 0.3, 1.5, 20.0),
    (3.0, 0.7, 0.6, 0.05, 1.5, 3.0),
    (3.0, 0.3, 0.5, 2.0, 0.2, 12.0),
]
SECONDS, SEEDS = 1500.0, 12


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("strategy", range(STRATEGIES))
def test_agrees_with_every_read_simulated_within_four_standard_errors(
    strategy: int, case: tuple[float, float, float, float, float, float]
) -> None:
    read_rate, write_rate, ttl, fetch, delay, flush = case
    ours = np.array([
        run(strategy, read_rate, write_rate, ttl, fetch, delay, flush, 2000, 2 * seed)
        for seed in range(SEEDS)
    ])  # fmt: skip
    theirs = []
    for seed in range(SEEDS):
        shop = Shop(NAMES[strategy], ttl, read_rate, write_rate, fetch, delay, flush, seed)
        shop.run(100.0 + 50.0 * seed / SEEDS)  # so that counting starts anywhere in a cycle
        counts = shop.run(SECONDS)
        reads = counts.hits + counts.misses
        theirs.append([
            counts.hits / reads, counts.old / reads, counts.fetches / SECONDS,
            counts.stores / SECONDS, counts.unsafe / SECONDS,
        ])  # fmt: skip
    for mine, other in zip(ours.T, np.array(theirs).T, strict=True):
        error = math.sqrt((mine.var(ddof=1) + other.var(ddof=1)) / SEEDS)
        assert abs(mine.mean() - other.mean()) <= 4 * error + 1e-12


controls = st.tuples(
    st.floats(1 / 60, 100.0), st.floats(0.0, 1.0), st.floats(1.0, 86_400.0), st.floats(0.0, 2.0),
    st.floats(0.0, 100.0), st.floats(1.0, 500.0), st.integers(0, 10**6),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(0, STRATEGIES - 1), controls)
def test_what_always_holds(
    strategy: int, control: tuple[float, float, float, float, float, float, int]
) -> None:
    *rates_and_times, seed = control
    hit_ratio, old, fetches, stores, at_risk = run(strategy, *rates_and_times, 300, seed)
    assert 0.0 <= hit_ratio <= 1.0
    assert 0.0 <= old <= 1.0
    assert fetches >= 0.0
    assert stores >= 0.0
    if strategy == WRITE_BEHIND:
        _, _, ttl, fetch, _, flush = rates_and_times
        # A fetch that takes longer may come back after what was written meanwhile has expired.
        assert old == 0.0 or fetch >= ttl
        assert stores <= 1.0 / flush * (1.0 + 2.0 / 300) + 1.0
    else:
        assert at_risk == 0.0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, STRATEGIES - 1), controls)
def test_what_never_changes_is_never_old(
    strategy: int, control: tuple[float, float, float, float, float, float, int]
) -> None:
    read_rate, _, ttl, fetch, delay, flush, seed = control
    _, old, _, stores, at_risk = run(
        strategy, read_rate, 0.0, ttl, fetch, delay, flush, 100, seed
    )  # fmt: skip
    assert (old, stores, at_risk) == (0.0, 0.0, 0.0)


def test_deletes_and_stores_that_come_at_once_leave_nothing_old() -> None:
    for strategy in (ASIDE, ASIDE_LEASE, WRITE_THROUGH):
        assert run(strategy, 2.0, 0.5, 10.0, 0.0, 0.0, 5.0, 2000, 1)[1] == 0.0


def test_a_lease_closes_the_race_and_costs_hits() -> None:
    """Deletes come at once, fetches take long: without a lease the old value stays for its TTL."""
    race, lease = (run(s, 2.0, 0.5, 600.0, 1.0, 0.0, 5.0, 4000, 1) for s in (ASIDE, ASIDE_LEASE))
    assert race[1] == pytest.approx(cache_aside(2.0, 0.5, 600.0, 1.0, 0.0)[1], rel=0.05)
    assert lease[1] < 0.5 * race[1]
    assert lease[0] < race[0]


def test_a_missing_entry_is_stored_by_the_write_itself() -> None:
    """Written far more often than read: write-through has the entry, cache-aside never does."""
    through, aside = (run(s, 0.01, 1.0, 60.0, 0.0, 0.0, 5.0, 4000, 1)
                      for s in (WRITE_THROUGH, ASIDE))  # fmt: skip
    assert through[0] > 0.99
    assert aside[0] < 0.02


def test_what_nobody_asks_for_is_neither_found_nor_old() -> None:
    found = run(ASIDE, 1e-6, 1e6, 60.0, 0.0, 0.0, 5.0, 100, 1)
    assert found[:3] == (0.0, 0.0, 0.0)
    assert found[3] == pytest.approx(1e6, rel=0.5)


@pytest.mark.parametrize("mask", [0, 0b00001, 0b10110, 0b11111])
def test_table_has_each_chosen_strategy(mask: int) -> None:
    table = freshness(mask, 300.0, 100.0, 10.0, 20.0, 100.0, 10.0, 300, 2, 6, 1)
    chosen = [s for s in range(STRATEGIES) if mask >> s & 1]
    assert table.shape == (7 * len(chosen), 10)
    assert np.isfinite(table).all()
    for rows, strategy in zip(table.reshape(-1, 7, 10), chosen, strict=True):
        assert (rows[:, 0] == strategy).all()
        np.testing.assert_allclose(rows[:6, 1], np.geomspace(1.0, 86_400.0, 6))
        assert rows[6, 1] == 300.0
        assert rows[:, 9].tolist() == [0.0] * 6 + [1.0]
        assert (rows[:, 4] <= rows[:, 3] + 1e-12).all()
        assert (rows[:, 3] <= rows[:, 5] + 1e-12).all()
        values = [
            run(strategy, 100 / 60, 10 / 3600, 300.0, 0.02, 0.1, 10.0, 300, s) for s in (1, 3)
        ]
        np.testing.assert_allclose(rows[6, [2, 3, 6, 7, 8]], np.mean(values, axis=0))


def test_longer_lives_mean_more_hits_and_older_answers() -> None:
    rows = freshness(1 << TTL_ONLY, 300.0, 100.0, 60.0, 0.0, 0.0, 10.0, 3000, 4, 12, 1)[:12]
    assert (np.diff(rows[:, 2]) > 0).all()
    assert (np.diff(rows[:, 3]) > 0).all()
