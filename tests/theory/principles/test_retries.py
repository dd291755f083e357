"""Closed forms against drawing, counting and following single requests."""

import doctest
import math
import random

import pytest

from scalelab.theory.principles import retries
from scalelab.theory.principles.retries import (
    answered,
    attempts,
    bucket_retries,
    layers,
    recovers_below,
    with_breaker,
    without_retries,
)


@pytest.mark.parametrize("failing", [0.1, 0.5, 0.9])
def test_attempts_that_are_drawn(failing: float) -> None:
    chance = random.Random(1)
    total, good, n = 0, 0, 40_000
    for _ in range(n):
        for _ in range(4):
            total += 1
            if chance.random() >= failing:
                good += 1
                break
    assert attempts(failing, 3) == pytest.approx(total / n, rel=0.02)
    assert answered(failing, 3) == pytest.approx(good / n, rel=0.02)
    assert attempts(failing, 3) == pytest.approx((1.0 - failing**4) / (1.0 - failing))


def test_if_all_fails_all_tries_are_made() -> None:
    assert attempts(1.0, 3) == 4.0
    assert answered(1.0, 3) == 0.0


def test_layers_are_counted() -> None:
    def below(deep: int) -> int:
        return 1 if deep == 0 else sum(below(deep - 1) for _ in range(3))

    assert [layers(3, deep) for deep in range(6)] == [below(deep) for deep in range(6)]


def test_where_dead_work_keeps_up_with_the_service() -> None:
    for extra in (0.0, 0.1, 1.0, 3.0):
        load = recovers_below(300.0, extra)
        assert load * (1.0 + extra) == pytest.approx(300.0)


@pytest.mark.parametrize(("load", "outage"), [(280.0, 10.0), (60.0, 10.0), (200.0, 1.5)])
def test_the_first_request_that_is_not_too_late(load: float, outage: float) -> None:
    """One after the other, of the service that begins when the outage is over."""
    free, n = outage, 0
    while True:
        came = (n + 0.5) / load
        free = max(free, came) + 1.0 / 300.0
        if free - came < 1.0 and free > outage + 1.0 / 300.0:
            break
        n += 1
    assert without_retries(load, 300.0, outage, 1.0) == pytest.approx(free, abs=0.3)


def test_a_line_that_is_never_worked_off() -> None:
    assert without_retries(300.0, 300.0, 10.0, 1.0) == math.inf
    assert without_retries(280.0, 300.0, 1.0, 1.0) == 1.0


def test_the_breaker_waits_for_half_of_its_window() -> None:
    for load in (50.0, 280.0):
        failures = [1.0 + n / load for n in range(1, 51)]
        assert with_breaker(load, 1.0, 100.0, 0.5, 60.0) == pytest.approx(failures[-1] + 60.0)


def test_a_bucket_gives_what_it_got() -> None:
    tokens, given, n = 5.0, 0, 1000
    for _ in range(n):
        tokens = min(tokens + 0.1, 5.0)
        while tokens > 1.0 + 1e-9:
            tokens -= 1.0
            given += 1
    assert bucket_retries(0.99, 0.1, 5.0, n) == pytest.approx(given / n, abs=2e-3)
    # Where more is saved than is wanted, all that fails is retried.
    assert bucket_retries(0.05, 0.1, 5.0, n) == pytest.approx(0.05 / 0.95)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(retries).failed == 0
