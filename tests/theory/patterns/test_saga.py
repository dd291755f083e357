"""Limits, and the examples."""

import doctest
from fractions import Fraction

import pytest

from scalelab.theory.patterns import saga
from scalelab.theory.patterns.saga import (
    all_up,
    best_order,
    cheapest,
    long_saga,
    payers,
    poisson,
    refunds,
    sold_at_best,
    sold_if_kept,
    undone,
)

HALF = Fraction(1, 2)


def test_one_step_has_nothing_to_undo() -> None:
    assert undone([HALF], [Fraction(9)]) == (0, 0)
    # What cannot fail, first, is undone whenever the second does.
    assert undone([Fraction(0), HALF], [Fraction(4), Fraction(0)]) == (HALF, 2)


def test_the_rule_at_its_edges() -> None:
    # What never fails comes last, what always does first.
    assert best_order([0.0, 1.0, 0.5], [1.0, 1.0, 1.0]) == [1, 2, 0]
    assert cheapest([Fraction(1), HALF], [Fraction(1), Fraction(1)]) == 0


def test_with_equal_costs_the_likeliest_to_fail_comes_first() -> None:
    assert best_order([0.1, 0.3, 0.2], [1.0] * 3) == [1, 2, 0]


def test_long_sagas_and_many_parts() -> None:
    assert long_saga(1, HALF) == HALF
    assert all_up(HALF, 3) == Fraction(1, 8)


def test_chances_add_up() -> None:
    assert sum(poisson(5.0, k) for k in range(60)) == pytest.approx(1.0)
    assert sum(payers(20, k, 0.3) for k in range(21)) == pytest.approx(1.0)


def test_sales_at_their_limits() -> None:
    assert sold_at_best(5, 3, 0.0) == pytest.approx(3.0)
    assert sold_at_best(5, 100, 0.1) == pytest.approx(5.0)
    assert sold_if_kept(5, 3, 0.5) == 1.5
    # As many pieces as customers: nobody pays for nothing.
    assert refunds(30, 30, 20.0, 3.0, 0.0) == 0.0
    assert refunds(30, 20, 20.0, 3.0, 0.1) == 0.0
    assert refunds(1, 2, 1000.0, 3.0, 0.0) == pytest.approx(1.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(saga).failed == 0
