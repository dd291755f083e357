"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.theory.patterns import call_graph
from scalelab.theory.patterns.call_graph import (
    all_up,
    erlang_later,
    erlang_quantile,
    excess,
    extra_nine,
    fan_mean,
    fan_quantile,
    inverted,
    kept,
    later,
    two_copies,
)


def test_transforms_that_are_known() -> None:
    for at in (0.3, 1.0, 4.0):
        assert inverted(lambda s: 1 / (s + 2), at) == pytest.approx(math.exp(-2 * at), abs=1e-7)
        assert inverted(lambda s: 1 / s**2, at) == pytest.approx(at, rel=1e-6)


def test_only_fast_or_only_slow_calls_are_erlangs() -> None:
    for at in (10.0, 40.0, 200.0):
        fast = erlang_later(6, 5.0, at)
        assert later(6, 0.0, 5.0, 50.0, at) == pytest.approx(fast, abs=1e-7)
        slow = erlang_later(6, 50.0, at)
        assert later(6, 1.0, 5.0, 50.0, at) == pytest.approx(slow, abs=1e-7)


def test_what_is_left_falls_at_the_rate_of_the_tail() -> None:
    step = 0.01
    slope = excess(5, 0.02, 5.0, 50.0, 40.0 + step) - excess(5, 0.02, 5.0, 50.0, 40.0 - step)
    assert -slope / (2 * step) == pytest.approx(later(5, 0.02, 5.0, 50.0, 40.0), abs=1e-4)


def test_one_is_a_chain_and_a_fan() -> None:
    assert erlang_quantile(1, 2.0, 0.99) == pytest.approx(fan_quantile(1, 2.0, 0.99))
    assert fan_mean(1, 2.0) == 2.0
    assert fan_mean(2, 1.0) == 1.5


def test_availability() -> None:
    up = Fraction(9, 10)
    assert all_up(0, up) == 1
    assert all_up(2, up) == Fraction(81, 100)
    assert kept(2, 3, up, Fraction(0)) == all_up(6, up)
    assert kept(2, 3, up, Fraction(1)) == 1
    assert two_copies(3, up, Fraction(1)) == all_up(3, up)
    assert two_copies(1, up, Fraction(0)) == Fraction(99, 100)
    assert extra_nine(up) == Fraction(99, 100)
    # Ten with a nine more are about as good as one.
    assert float(all_up(10, extra_nine(Fraction(999, 1000)))) == pytest.approx(0.999, abs=1e-6)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(call_graph).failed == 0
