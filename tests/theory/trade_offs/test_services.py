"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.theory.trade_offs import services
from scalelab.theory.trade_offs.services import (
    all_up,
    bad_for,
    delivered,
    half_done,
    in_series,
    pairs,
    reaches,
    runs_each,
    team_for,
    unlimited_wait,
)


def test_pairs_are_counted() -> None:
    assert [pairs(n) for n in (0, 1, 2, 3, 4)] == [0, 0, 1, 3, 6]


def test_a_request_that_calls_nothing_or_everything() -> None:
    up, other = Fraction(9, 10), Fraction(4, 5)
    assert all_up(0, 7, up, other) == up
    assert all_up(5, 1, up, other) == up
    assert float(all_up(500, 4, up, up)) == pytest.approx(in_series(0.9, 4), rel=1e-12)
    # Two calls in three services by hand: none, one or two of the others.
    by_hand = up * (Fraction(1, 9) + Fraction(6, 9) * other + Fraction(2, 9) * other**2)
    assert all_up(2, 3, up, other) == by_hand


def test_group_testing() -> None:
    assert runs_each(1, Fraction(1, 2)) == 1
    assert runs_each(4, Fraction(0)) == Fraction(1, 4)
    assert runs_each(4, Fraction(1)) == Fraction(5, 4)
    # With few bad ones the best batch is near the root of one in how many.
    best = min(range(1, 200), key=lambda m: runs_each(m, Fraction(1, 2500)))
    assert best == pytest.approx(50, abs=2)


def test_bad_ones_and_failing_batches() -> None:
    assert 1.0 - (1.0 - bad_for(0.25, 7)) ** 7 == pytest.approx(0.25)


def test_a_wait_without_limit() -> None:
    assert unlimited_wait(1e-6, 1.0) == pytest.approx(0.5e-6, rel=1e-5)
    assert unlimited_wait(50.0, 1.0) == pytest.approx(0.5)


@pytest.mark.parametrize("teams", [1, 8])
def test_a_team_for_so_many_changes(teams: int) -> None:
    def makes(n: float) -> float:
        return delivered(n, 2.0, n / teams - 1.0, 1.0 / 1200.0, 1.175, 3.2)

    n = team_for(250.0, 2.0, teams, 1.0 / 1200.0, 1.175, 3.2)
    assert makes(n) == pytest.approx(250.0)
    assert reaches(250.0, makes, 1.0, 400.0) == pytest.approx(n)


def test_half_done() -> None:
    assert math.isclose(half_done(5.0, 1.0, 60.0), 300.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(services).failed == 0
