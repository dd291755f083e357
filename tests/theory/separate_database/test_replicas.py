"""Limits, and the examples."""

import doctest
from fractions import Fraction

import pytest

from scalelab.theory.separate_database import replicas
from scalelab.theory.separate_database.replicas import (
    all_together,
    best_of_two,
    carried,
    one_machine,
    pinned,
    pinned_in_visits,
)


def test_short_windows_and_long_ones() -> None:
    assert pinned(0.1, 0.05, 0.0) == 0.0
    assert pinned(0.1, 0.05, 1e-6) == pytest.approx(5e-9, rel=1e-6)
    assert pinned(0.1, 0.05, 1e6) == 1.0


def test_a_visit_that_ends_pins_less() -> None:
    assert pinned_in_visits(0.1, 0.05, 0.0, 600.0) == 0.0
    for window in (2.0, 60.0, 600.0):
        endless = pinned(0.1, 0.05, window)
        assert pinned_in_visits(0.1, 0.05, window, 600.0) < endless
        assert pinned_in_visits(0.1, 0.05, window, 1e8) == pytest.approx(endless, rel=1e-3)
    # No window is longer than the visit.
    assert pinned_in_visits(0.1, 0.05, 1e4, 600.0) == pinned_in_visits(0.1, 0.05, 600.0, 600.0)


def test_without_writes_machines_add_up() -> None:
    nothing, read = Fraction(0), Fraction(3)
    one = one_machine(nothing, read, Fraction(2))
    for replicas_ in (1, 2, 5):
        together = all_together(nothing, read, Fraction(2), Fraction(1), replicas_)
        ratio = carried(Fraction(4), together, Fraction(1, 2)) / carried(
            Fraction(4), one, Fraction(1, 2)
        )
        assert ratio == replicas_ + 1


def test_writes_are_everywhere_if_they_are_repeated_whole() -> None:
    """Nothing but writes: replicas carry nothing."""
    one = one_machine(Fraction(1), Fraction(3), Fraction(2))
    assert all_together(Fraction(1), Fraction(3), Fraction(2), Fraction(1), 3) == one


def test_one_pool_is_never_slower_than_two() -> None:
    for load in (0.5, 3.0, 7.5):
        one, two = best_of_two(3.0, load, 4)
        assert 3.0 <= one < two


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(replicas).failed == 0
