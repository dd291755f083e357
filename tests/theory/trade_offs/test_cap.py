"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.theory.storage.partition import conflict_probability, lost_writes
from scalelab.theory.trade_offs import cap
from scalelab.theory.trade_offs.cap import (
    conflict,
    exposed,
    forgotten,
    majority_up,
    not_sold,
    oversold,
    set_aside,
)


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (0.01, 0.5), (3.0, 2.0), (20.0, 7.0)])
def test_the_formulas_of_the_storage_chapter(a: float, b: float) -> None:
    assert conflict(a, b) == pytest.approx(conflict_probability(a, b), abs=1e-12)
    assert forgotten(a, b) == pytest.approx(lost_writes(a, b), rel=1e-9, abs=1e-12)


def test_one_piece_is_sold_twice_if_both_sides_want_it() -> None:
    assert oversold(1.5, 0.7, 1) == pytest.approx(conflict(1.5, 0.7))
    assert forgotten(1.5, 0.7, 1) == pytest.approx(conflict(1.5, 0.7))


def test_one_side_alone_loses_nothing_that_diverges() -> None:
    assert oversold(5.0, 0.0, 3) == 0.0
    assert forgotten(5.0, 0.0) == 0.0
    assert exposed(5.0, 0.0, 3, 2) == (0.0, 0.0)


def test_a_limit_between_its_ends() -> None:
    # None is to refuse; all of a balance is to merge.
    assert set_aside(4.0, 3.0, 5, 0) == pytest.approx(not_sold(4.0, 3.0, 5))
    assert exposed(4.0, 3.0, 5, 0) == pytest.approx((not_sold(4.0, 3.0, 5), 0.0))
    refused, over = exposed(4.0, 3.0, 5, 5)
    assert refused == pytest.approx(0.0, abs=1e-12)
    assert over == pytest.approx(oversold(4.0, 3.0, 5))


def test_plenty_is_never_oversold() -> None:
    assert oversold(4.0, 3.0, 100) == pytest.approx(0.0, abs=1e-12)
    assert not_sold(4.0, 3.0, 100) == pytest.approx(3.0)


def test_majorities() -> None:
    a = Fraction(9, 10)
    assert majority_up(1, a) == a
    assert float(majority_up(5, a)) == 0.99144
    # An even number is no better than one less, and two need both.
    assert majority_up(2, a) == a**2
    assert majority_up(4, a) < majority_up(3, a)
    assert math.isclose(float(majority_up(7, Fraction(99, 100))), 0.999999658, abs_tol=1e-9)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(cap).failed == 0
