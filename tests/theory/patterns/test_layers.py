"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.theory.patterns import layers
from scalelab.theory.patterns.layers import (
    all_changed,
    below,
    between_misses,
    bottleneck,
    hits_of,
    left,
    over_pages,
    valid,
    zipf,
)


def test_inclusion_and_exclusion_is_the_first_event_of_all() -> None:
    """Whatever changes first: as if all parts were one that changes as often as all together."""
    for rate, change in ((Fraction(2), Fraction(1, 3)), (Fraction(1, 50), Fraction(7))):
        for parts in range(13):
            assert valid(rate, change, parts) == rate / (rate + parts * change)


def test_nothing_changes_or_nobody_asks() -> None:
    assert all_changed(Fraction(1), Fraction(0), 3) == 0
    assert all_changed(Fraction(0), Fraction(1), 3) == 1
    assert valid(Fraction(0), Fraction(1), 3) == 0
    assert valid(Fraction(1), Fraction(0), 3) == 1


def test_caches_in_a_row() -> None:
    assert below(Fraction(1, 2), Fraction(0)) == Fraction(1, 2)
    assert below(Fraction(1, 2), Fraction(1, 2)) == 0
    shares = [Fraction(1, 2), Fraction(0), Fraction(1, 8)]
    assert left(hits_of(shares)) == 1 - sum(shares)
    assert left([]) == 1
    # As one cache would leave that has all that the lower one has.
    high, low = Fraction(3, 5), Fraction(9, 10)
    assert left([high, below(low, high)]) == 1 - low


def test_popularity() -> None:
    assert zipf(4, 0.0) == [0.25] * 4
    assert math.fsum(zipf(1000, 0.8)) == pytest.approx(1.0)
    assert over_pages(10, 0.8, 5.0, 0.0) == 1.0
    assert over_pages(1, 0.8, 9.0, 1.0) == pytest.approx(0.9)
    # The same requests for more pages.
    ratios = [over_pages(n, 0.8, 100.0, 0.1) for n in (1, 10, 100, 1000)]
    assert ratios == sorted(ratios, reverse=True)


def test_the_gap_between_misses() -> None:
    for rate, ttl, change in ((1.0, 3.0, 0.1), (20.0, 1.0, 0.02), (0.1, 0.0, 1.0)):
        exact = math.exp(-change * ttl) * rate / (rate + change)
        assert between_misses(rate, ttl, change) == pytest.approx(exact, rel=2e-3)


def test_the_first_that_is_full() -> None:
    assert bottleneck([1, 1], 1, [1.0, 4.0]) == (1, 250.0)
    assert bottleneck([4, 1], 1, [1.0, 4.0]) == (1, 250.0)
    assert bottleneck([1, 8], 1, [1.0, 4.0]) == (0, 1000.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(layers).failed == 0
