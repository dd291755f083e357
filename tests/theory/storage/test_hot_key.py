"""The closed forms against enumeration, known special cases and each other."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.storage.hot_key import (
    cached,
    cached_limit,
    copied,
    expected_most,
    linear_limit,
    probability_of_at_most,
    split,
    untreated,
    weighted,
)


@pytest.mark.parametrize(("balls", "bins"), [(1, 1), (3, 2), (5, 3), (6, 4), (4, 7)])
def test_the_fullest_bin_by_enumeration(balls: int, bins: int) -> None:
    fullest = [
        max(map(places.count, places)) for places in itertools.product(range(bins), repeat=balls)
    ]
    assert expected_most(balls, bins) == pytest.approx(sum(fullest) / len(fullest))
    for most in range(balls + 1):
        share = sum(held <= most for held in fullest) / len(fullest)
        assert probability_of_at_most(most, balls, bins) == pytest.approx(share, abs=1e-12)


def test_birthdays() -> None:
    assert 1.0 - probability_of_at_most(1, 23, 365) == pytest.approx(0.507297, abs=1e-6)
    assert 1.0 - probability_of_at_most(1, 22, 365) < 0.5


@given(st.integers(1, 120), st.integers(1, 120))
def test_the_fullest_bin_is_at_least_the_mean(balls: int, bins: int) -> None:
    found = expected_most(balls, bins)
    assert math.ceil(balls / bins) - 1e-9 <= found <= balls + 1e-9
    assert probability_of_at_most(balls, balls, bins) == pytest.approx(1.0)


def test_a_tenth_of_the_requests_on_ten_shards() -> None:
    assert untreated(0.1, 10) == pytest.approx(1.9)
    assert weighted(0.1, 10) == 1.0
    assert weighted(0.2, 10) == 2.0
    # 90 % small keys, and a part that serves a tenth of the reads and all writes: 0.19 of 10 %.
    assert copied(0.1, 10, 0.9, 10, 1.0) == pytest.approx(0.9 + 10 * 0.1 * 0.19)
    assert split(0.1, 10, 0.9, 10, 1.0) == pytest.approx(0.9 + 10 * 0.1 * 0.91)


@given(st.floats(0.0, 1.0), st.integers(1, 50), st.floats(0.0, 1.0))
def test_one_part_is_no_remedy(share: float, shards: int, read_share: float) -> None:
    for remedy in (split, copied):
        assert remedy(share, shards, read_share, 1, 1.0) == pytest.approx(untreated(share, shards))
    # Nor is a cache that keeps nothing.
    assert cached(share, shards, read_share, 0.0) == pytest.approx(untreated(share, shards))


@given(
    st.integers(1, 100), st.floats(0.0, 1.0), st.floats(0.0, 1e5), st.floats(0.05, 0.95),
)  # fmt: skip
def test_the_cached_limit_fills_the_shard_and_nothing_less_does(
    shards: int, read_share: float, per_lifetime: float, utilisation: float
) -> None:
    limit = cached_limit(shards, read_share, per_lifetime, utilisation)
    assert 0.0 < limit <= 1.0
    if limit < 1.0:
        full = cached(limit, shards, read_share, per_lifetime)
        assert full * utilisation == pytest.approx(1.0, rel=1e-6)
    for part in (0.1, 0.5, 0.9):
        load = cached(part * limit, shards, read_share, per_lifetime)
        assert load * utilisation <= 1.0 + 1e-9


def test_the_largest_share() -> None:
    # 1 + 9 x = 1 / 0.6.
    assert linear_limit(9.0, 0.6) == pytest.approx(2.0 / 27.0)
    assert linear_limit(0.5, 0.6) == 1.0
    assert linear_limit(-1.0, 0.6) == 1.0
