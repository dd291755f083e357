"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.theory.principles import delivery
from scalelab.theory.principles.delivery import (
    buried_though_done,
    copy_once,
    deliveries,
    key_fails,
    mean_receives,
    not_done_by,
    once_at_most,
    order_never,
    order_twice,
    overruns,
    overtakes,
    receive,
)

HALF, NONE = Fraction(1, 2), Fraction(0)


def test_overruns() -> None:
    assert overruns(0.0, 10.0, 0.5) == 1.0
    assert overruns(30.0, 10.0, 1.0) == pytest.approx(math.exp(-3.0))
    # Nearly always as long.
    assert overruns(9.0, 10.0, 1000.0) == pytest.approx(1.0)
    assert overruns(11.0, 10.0, 1000.0) == pytest.approx(0.0)
    assert overruns(120.0, 10.0, 0.5) > 1000.0 * overruns(120.0, 10.0, 1.0)


def test_without_losses_everything_happens_once() -> None:
    each = receive(NONE, NONE, NONE)
    assert deliveries(NONE) == once_at_most() == copy_once(each, 5) == 1
    assert order_never(each, 5, NONE) == order_twice(each, 5, NONE) == 0
    assert buried_though_done(each, 5, NONE) == 0
    assert mean_receives(each, 5, NONE) == 1


def test_the_parts_of_a_receive_are_all_of_it() -> None:
    assert sum(receive(HALF, Fraction(1, 3), Fraction(1, 7))) == 1


def test_one_receive() -> None:
    each = receive(HALF, NONE, HALF)
    assert order_never(each, 1, NONE) == HALF
    assert order_twice(each, 1, NONE) == 0
    assert buried_though_done(each, 1, NONE) == Fraction(1, 4)


def test_all_cases_of_two_receives() -> None:
    each = receive(Fraction(1, 5), Fraction(1, 4), NONE)
    nothing, again, done = each
    assert order_never(each, 2, NONE) == nothing * nothing
    assert order_twice(each, 2, NONE) == again * (again + done)
    buried = (nothing + again) ** 2 - nothing**2
    assert buried_though_done(each, 2, NONE) == buried
    assert mean_receives(each, 2, NONE) == 1 + nothing + again


def test_a_key_that_is_kept_for_long_never_fails() -> None:
    tenth = Fraction(1, 10)
    args = tenth, 3, Fraction(60), Fraction(30)
    fails = [float(key_fails(*args, Fraction(w), copies=12)) for w in (1, 31, 61, 121, 10**6)]
    assert fails == sorted(fails, reverse=True)
    assert fails[0] == pytest.approx(0.19)
    assert fails[-1] == pytest.approx(0.0, abs=1e-11)


def test_a_dead_worker_costs_a_lease() -> None:
    assert not_done_by(9.9, 10.0, 30.0, 0.0) == 1.0
    assert not_done_by(10.0, 10.0, 30.0, 0.0) == 0.0
    assert not_done_by(1e4, 10.0, 30.0, 1.0) == 1.0


def test_overtaking_averages_as_published() -> None:
    """Gaps exponential with the rate 2, delays with 3: a fifth overtakes."""
    step = 1e-3
    mean = sum(
        2.0 * math.exp(-2.0 * (i + 0.5) * step) * overtakes((i + 0.5) * step, 3.0) * step
        for i in range(20_000)
    )
    assert mean == pytest.approx(0.2, abs=1e-6)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(delivery).failed == 0
