"""Limits, and the examples."""

import doctest
from fractions import Fraction

import pytest

from scalelab.theory.infrastructure import autoscaling
from scalelab.theory.infrastructure.autoscaling import (
    backlog,
    busiest_target,
    cuts,
    desired,
    doubling_s,
    drains_s,
    fallen,
    generation_s,
    generations,
    response_ms,
    step,
)

TENTH = Fraction(1, 10)


def test_examples_of_the_docstrings() -> None:
    found = doctest.testmod(autoscaling)
    assert found.attempted > 8
    assert found.failed == 0


def test_a_metric_at_its_target_changes_nothing() -> None:
    for n in range(1, 50):
        assert desired(n, Fraction(70), Fraction(70), TENTH) == n
        assert desired(n, Fraction(140), Fraction(70), TENTH) == 2 * n


def test_the_tolerance_includes_its_ends() -> None:
    assert desired(100, Fraction(110), Fraction(100), TENTH) == 100
    assert desired(100, Fraction(1101, 10), Fraction(100), TENTH) == 111


def test_doubling() -> None:
    assert doubling_s(4, 4) == 0.0
    assert doubling_s(4, 5) == 15.0
    assert doubling_s(4, 8) == 15.0
    assert doubling_s(4, 9) == 30.0


def test_a_full_cpu_is_within_the_tolerance_from_there() -> None:
    top = busiest_target(TENTH)
    assert desired(100, Fraction(1), top, TENTH) == 100
    assert desired(100, Fraction(1), top - Fraction(1, 1000), TENTH) > 100


def test_growth_by_generations_is_never_faster_than_what_is_wanted() -> None:
    assert generations(5, 5, Fraction(7, 10)) == 0
    assert generations(1, 10**6, Fraction(1, 2)) == 20
    assert generation_s(0.0, 0.0) == 15.0


def test_cuts_are_one_from_the_delay_on() -> None:
    for delay in (0.0, 15.0, 60.0, 300.0):
        assert cuts(delay, delay + 15.0) == 1
        assert cuts(delay, 0.0) == 1 + int(delay / 15.0)


def test_a_fall_ends_at_one() -> None:
    assert fallen(100, Fraction(1, 2), 0) == 100
    assert fallen(100, Fraction(1, 2), 50) == 1


def test_what_waits_is_what_was_too_much() -> None:
    waiting = backlog(Fraction(3), Fraction(100))
    assert drains_s(waiting, Fraction(8), Fraction(5)) == 100


def test_an_idle_machine_takes_the_work_alone() -> None:
    assert response_ms(7.0, 1e-9, 4) == pytest.approx(7.0)
    assert response_ms(7.0, 0.5, 1) == pytest.approx(14.0)


def test_steps_are_whole_machines_and_at_least_one() -> None:
    assert step(1, Fraction(60), Fraction(50)) == 1
    assert step(10, Fraction(55), Fraction(50)) == 0
    assert step(100, Fraction(30), Fraction(50)) == -30
