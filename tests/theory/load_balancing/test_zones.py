"""Limits, and the examples."""

import doctest
from fractions import Fraction

import pytest

from scalelab.theory.load_balancing import zones
from scalelab.theory.load_balancing.zones import (
    any_of,
    enough,
    line_gone,
    longest_wait,
    one_spare,
    pair_down,
    part_down,
    reserve,
    too_few,
)


def test_more_zones_need_less_reserve() -> None:
    assert [reserve(z) for z in (2, 3, 4)] == [2, Fraction(3, 2), Fraction(4, 3)]
    assert reserve(3, lost=2) == 3
    assert reserve(3, lost=0) == 1


def test_simple_fleets() -> None:
    q, away = Fraction(1, 10), Fraction(1, 5)
    assert enough(3, 0, q) == 1
    assert enough(3, 3, q) == Fraction(9, 10) ** 3
    assert enough(2, 3, q) == 0
    assert too_few(1, 1, 1, q, away) == 1 - Fraction(9, 10) * Fraction(4, 5)
    # Machines that never fail: the zones alone.
    assert too_few(3, 2, 4, Fraction(0), away) == 1 - enough(3, 2, away)
    # Zones that never fail: as if there were one.
    assert too_few(3, 2, 4, q, Fraction(0)) == too_few(1, 6, 4, q, Fraction(0))


def test_none_to_spare_is_worse_in_more_zones() -> None:
    q, away = Fraction(1, 1000), Fraction(1, 100)
    chances = [too_few(z, 4 // z, 4, q, away) for z in (1, 2, 4)]
    assert chances == sorted(chances)


def test_one_spare_is_nearly_exact_for_rare_failures() -> None:
    exact = 1 - enough(5, 4, part_down(Fraction(1_000_000), Fraction(10)))
    assert one_spare(4, 1e6, 10.0) == pytest.approx(float(exact), rel=1e-3)


def test_a_pair() -> None:
    up, repair = Fraction(1000), Fraction(1)
    q = part_down(up, repair)
    # At once: both have to be down. Never: also whenever the one that has the address is.
    assert float(pair_down(up, repair, Fraction(1, 10**9))) == pytest.approx(float(q**2), rel=1e-6)
    assert float(pair_down(up, repair, Fraction(10**9))) == pytest.approx(float(q), rel=1e-2)


def test_independent_things() -> None:
    assert any_of() == 0
    assert any_of(Fraction(1, 2), Fraction(1, 2)) == Fraction(3, 4)
    assert any_of(Fraction(1, 3), Fraction(1)) == 1


def test_a_line_that_does_not_grow() -> None:
    rate, lost = Fraction(2), Fraction(30)
    assert longest_wait(rate, rate, lost) == 0
    assert line_gone(rate, Fraction(3), rate, lost) == lost
    assert longest_wait(Fraction(0), rate, lost) == lost


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(zones).failed == 0
