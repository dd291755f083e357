"""Limits, two ways to the same number, and the examples."""

import doctest
import math
from fractions import Fraction

import numpy as np
import pytest

from scalelab.theory.load_balancing import health_checks
from scalelab.theory.load_balancing.health_checks import (
    detection,
    late,
    late_in_line,
    overloaded,
    pause,
    recurrence,
    recurrence_by_steps,
    seen_every,
)


@pytest.mark.parametrize("p", [Fraction(1, 1000), Fraction(1, 2), Fraction(9, 10)])
@pytest.mark.parametrize("run", [1, 2, 7])
def test_runs_by_two_ways(p: Fraction, run: int) -> None:
    assert recurrence(p, run) == recurrence_by_steps(p, run)


def test_one_failure_is_enough() -> None:
    assert recurrence(Fraction(1, 1000), 1) == 1000
    assert detection(10.0, 1, 0.0) == (0.0, 5.0, 10.0)


def test_a_pause_that_is_as_long_as_a_death() -> None:
    """What is shorter than the quickest detection does no harm, what is longer than the slowest
    always."""
    least, mean, most = detection(10.0, 3, 1.0)
    assert pause(least, 10.0, 3, 1.0) == 0.0
    assert pause(mean, 10.0, 3, 1.0) == 0.5
    assert pause(most, 10.0, 3, 1.0) == 1.0


def test_a_line_that_has_forgotten() -> None:
    p = late(0.8, 4, 0.007, 0.0, 0.03)
    far = late_in_line(0.8, 4, 0.007, 0.0, 0.03, 60.0, 3, most=150)
    assert far == pytest.approx(sum(p**-i for i in (1, 2, 3)), rel=1e-4)
    assert late_in_line(0.8, 4, 0.007, 0.0, 0.03, 0.1, 3, most=150) < 0.5 * far


def test_a_line_seen_at_once_and_much_later() -> None:
    law, step = seen_every(np.full(30, 0.5), np.ones(30), 1e-9)
    assert step == pytest.approx(np.eye(31), abs=1e-8)
    assert law[1:] / law[:-1] == pytest.approx(np.full(30, 0.5))
    _, step = seen_every(np.full(30, 0.5), np.ones(30), 1e4)
    assert step[20] == pytest.approx(law, abs=1e-6)


def test_who_is_late_on_one_processor() -> None:
    assert late(0.5, 1, 1.0, 0.0, 2.0) == pytest.approx(0.5 * math.exp(-1.0))


def test_enough_machines_refuse_nothing() -> None:
    assert overloaded(2000.0, 5, 571.4, 2.0, 50.0, 300.0) == pytest.approx(20_000.0)
    # Four of five do 400: 100 too many, once a line of 2 s has grown for 8 s.
    assert overloaded(500.0, 5, 100.0, 2.0, 10.0, 300.0) == pytest.approx(1000.0 + 282.0 * 100.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(health_checks).failed == 0
