"""Limits, and the examples."""

import doctest
from fractions import Fraction

import pytest

from scalelab.theory.trade_offs import developer_experience
from scalelab.theory.trade_offs.developer_experience import (
    career,
    crossing,
    executions,
    pays_from,
    red,
    rounds,
    usd_of_a_change,
)


def test_careers() -> None:
    # Without practice every task is a first one; with the law 1/i it is a logarithm.
    assert career(0.0, 0.02) == 50.0
    assert career(1.0, 0.5) == pytest.approx(2.0 * 0.6931471805599453, rel=1e-9)
    assert career(0.3, 0.02) > career(0.3, 0.05)
    assert career(0.2, 0.02) > career(0.3, 0.02)


def test_a_run_of_nothing_is_green() -> None:
    assert red(0, Fraction(1, 2)) == 0
    assert red(10, Fraction(0)) == 0
    assert red(1, Fraction(1, 3)) == Fraction(1, 3)


def test_the_longest_of_some() -> None:
    flaky = Fraction(1, 5)
    assert rounds(1, flaky) == 1 / (1 - flaky)
    assert rounds(30, Fraction(0)) == 1
    assert rounds(2, flaky) < rounds(30, flaky) < 1 / (1 - red(30, flaky))
    assert executions(30, flaky) == Fraction(75, 2)


def test_break_even() -> None:
    people, each, better = Fraction(4), Fraction(33, 10), Fraction(36, 10)
    n = pays_from(people, each, better)
    assert n * each == (n - people) * better
    assert usd_of_a_change(10.0, 0.0, 4.0, 100.0, 0.0) == 25.0
    assert crossing(lambda x: 3.0 - x, 0.0, 10.0) == pytest.approx(3.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(developer_experience).failed == 0
