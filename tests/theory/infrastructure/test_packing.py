"""Limits, Kubernetes' own examples, and the examples."""

import doctest
from fractions import Fraction

import pytest

from scalelab.theory.infrastructure import packing
from scalelab.theory.infrastructure.packing import (
    decreasing_at_most,
    first_fit_at_most,
    hard_for_decreasing,
    hard_for_first_fit,
    least_allocated,
    margin_for,
    mean_at_speed,
    most_allocated,
    over_limit,
    over_machine,
    percentile_at_speed,
    reserved_m,
    sharper_bound,
    total_bound,
)


def test_bounds_of_a_best_of_one() -> None:
    assert first_fit_at_most(1) == 1
    assert decreasing_at_most(1) == 1
    assert [decreasing_at_most(n) for n in (2, 3, 9)] == [3, 4, 11]


def test_lower_bounds() -> None:
    assert total_bound([100], 100) == 1
    assert total_bound([100, 1], 100) == 2
    assert sharper_bound([51] * 5, 100) == 5
    assert sharper_bound([51, 49, 51, 49], 100) == 2


def test_hard_cases_fill_the_best_bins() -> None:
    sizes, capacity, best = hard_for_first_fit(2)
    assert capacity >= 601 + 1401 + 2101
    assert len(sizes) == 3 * best
    sizes, capacity, best = hard_for_decreasing(2)
    assert 201 + 101 + 98 == capacity == 102 + 102 + 98 + 98
    # 6 of the first and 3 of the second kind.
    assert best == 2 * (6 + 3)
    assert sum(sizes) == best * capacity


def test_reserves() -> None:
    assert reserved_m(2) == 70
    assert reserved_m(128) == 390
    assert reserved_m(16) - reserved_m(8) == 20


def test_scores() -> None:
    assert least_allocated([Fraction(0), Fraction(0)]) == 100
    assert most_allocated([Fraction(1), Fraction(1)]) == 100
    # Of the documentation's second node: three quarters of the memory and all CPU.
    assert most_allocated([Fraction(768, 1024), Fraction(8, 8)]) == 87
    assert least_allocated([Fraction(1, 3)]) + most_allocated([Fraction(1, 3)]) == 99


def test_chances() -> None:
    assert over_limit(1.0, 0.3) == 0.5
    assert over_machine([2.0], 3.0, 0.2, 0.0) == pytest.approx(over_limit(1.5, 0.2))
    assert over_machine([1.0, 1.0], 3.0, 0.2, 1.0) == pytest.approx(over_limit(1.5, 0.2))
    assert over_machine([1.0, 1.0], 3.0, 0.2, 0.0) < over_limit(1.5, 0.2)
    margin = margin_for(16, 0.01, 0.2)
    assert over_machine([1.0] * 16, 16.0 * margin, 0.2, 0.0) == pytest.approx(0.01)


def test_limits_as_speeds() -> None:
    assert mean_at_speed(6.0, 0.5, 1.0) == 12.0
    assert percentile_at_speed(6.0, 0.5, 1.0, 0.5) == pytest.approx(12.0 * 0.693147, rel=1e-5)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(packing).failed == 0
