"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.theory.patterns import cqrs
from scalelab.theory.patterns.cqrs import (
    break_even,
    erlang_later,
    fewest,
    mean_lag,
    missing,
    polled_bounds,
    polled_mean,
    waiting,
)

ONE = [Fraction(1, 2)]
THREE = [Fraction(1), Fraction(1, 2), Fraction(1, 10)]


def test_a_station_that_is_idle_takes_its_work() -> None:
    assert mean_lag([Fraction(3), Fraction(4)], Fraction(0)) == 7
    # At 90% it takes ten times as long as its work, at 95% twenty times.
    assert mean_lag([Fraction(1)], Fraction(9, 10)) == 10
    assert mean_lag([Fraction(1)], Fraction(19, 20)) == 20


def test_one_exponential_time() -> None:
    assert missing(ONE, Fraction(0), Fraction(4)) == pytest.approx(math.exp(-2.0), rel=1e-14)
    assert erlang_later(1, 0.5, 4.0) == pytest.approx(math.exp(-2.0), rel=1e-14)
    assert waiting(ONE, Fraction(0), Fraction(4)) == pytest.approx(2.0 * math.exp(-2.0), rel=1e-6)


def test_at_first_nobody_sees_it_and_at_last_all_do() -> None:
    for every in (Fraction(0), Fraction(7)):
        assert missing(THREE, every, Fraction(0)) == 1.0
        assert missing(THREE, every, Fraction(1000)) < 1e-30


def test_rates_far_above_the_tick_leave_the_uniform_time() -> None:
    fast = [Fraction(10**6), Fraction(10**6 + 1)]
    for t in (0, 3, 7):
        assert missing(fast, Fraction(10), Fraction(t)) == pytest.approx(1.0 - t / 10.0, abs=1e-5)


def test_nearly_equal_rates_are_nearly_erlang() -> None:
    near = [Fraction(1), 1 + Fraction(1, 10**9), 1 - Fraction(1, 10**9)]
    found = missing(near, Fraction(0), Fraction(4))
    assert found == pytest.approx(erlang_later(3, 1.0, 4.0), rel=1e-8)


def test_the_area_from_the_beginning_is_the_mean() -> None:
    assert waiting(THREE, Fraction(0), Fraction(0)) == pytest.approx(13.0, rel=1e-6)
    assert waiting(THREE, Fraction(20), Fraction(0)) == pytest.approx(23.0, rel=1e-6)


def test_an_idle_pipeline_is_polled_evenly() -> None:
    assert polled_bounds(500.0, 0.0) == (0.0, 500.0)
    assert polled_mean(500.0, 0.0) == 250.0
    assert polled_mean(500.0, 1.0) == 500.0


def test_machines_and_shares() -> None:
    assert fewest(Fraction(0), Fraction(0), Fraction(5)) == 1
    assert fewest(Fraction(10), Fraction(0), Fraction(5)) == 2
    assert fewest(Fraction(10), Fraction(5), Fraction(5)) is None
    assert break_even(Fraction(0), Fraction(3)) == 1
    assert break_even(Fraction(3), Fraction(0)) == 0


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(cqrs).failed == 0
