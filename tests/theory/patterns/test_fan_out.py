"""Limits, and the examples."""

import doctest
import math

import pytest

from scalelab.theory.patterns import fan_out
from scalelab.theory.patterns.fan_out import (
    any_slow,
    exponential_hedged,
    hedged,
    hedges,
    in_time,
    inverted,
    leaf_quantile,
    lognormal,
    mean_slowest,
    same_work,
    time_at,
    time_tail,
    wait_tail,
)


def test_one_leaf_is_a_leaf() -> None:
    assert any_slow(0.01, 1) == pytest.approx(0.01)
    assert leaf_quantile(0.99, 1) == pytest.approx(0.99)
    assert any_slow(1.0 - leaf_quantile(0.99, 50), 50) == pytest.approx(0.01)
    assert any_slow(0.001, 2000) == pytest.approx(0.8648, abs=5e-5)


def test_pages_in_time() -> None:
    assert in_time(0.3, 5, 5) == pytest.approx(1.0)
    assert in_time(0.01, 100, 0) == pytest.approx(1.0 - any_slow(0.01, 100))
    assert in_time(0.0, 10, 0) == 1.0


def test_hedges_at_once_and_never() -> None:
    def tail(t: float) -> float:
        return math.exp(-t) if t > 0.0 else 1.0

    assert hedged(tail, 0.0)(2.0) == pytest.approx(math.exp(-4.0))
    assert hedged(tail, 9.0)(2.0) == tail(2.0)
    assert time_at(hedged(tail, 1.0), 0.01) == pytest.approx(exponential_hedged(0.01, 1.0))


def test_the_slowest_of_exponentials() -> None:
    assert mean_slowest(1) == 1.0
    n = 1000
    assert mean_slowest(n) == pytest.approx(math.log(n) + 0.5772156649 + 0.5 / n, abs=1e-6)


def test_a_lognormal_goes_through_its_points() -> None:
    tail = lognormal((10.0, 0.02), (1800.0, 1e-6))
    assert tail(10.0) == pytest.approx(0.02)
    assert tail(1800.0) == pytest.approx(1e-6, rel=1e-4)
    assert tail(0.0) == 1.0


def test_inverted_transforms() -> None:
    for t in (0.1, 1.0, 10.0):
        assert inverted(lambda s: 1.0 / (s + 2.0) ** 2, t) == pytest.approx(
            t * math.exp(-2.0 * t), abs=1e-7
        )


def test_simple_queues() -> None:
    assert time_tail(0.0, 0.0, 1.0, 0.1, 0.0, 2.0) == pytest.approx(math.exp(-2.0), abs=1e-7)
    assert time_tail(0.5, 0.0, 1.0, 0.1, 0.0, 0.0) == 1.0
    assert wait_tail(0.5, 0.0, 1.0, 0.1, -1.0) == 1.0
    assert wait_tail(0.5, 0.0, 1.0, 0.1, 0.0) == 0.5
    assert wait_tail(0.5, 0.0, 1.0, 0.1, 1e-6) == pytest.approx(0.5, abs=1e-5)


def test_the_same_work_gains_only_the_wait() -> None:
    def wait(t: float) -> float:
        return 0.5 * math.exp(-0.5 * t) if t >= 0.0 else 1.0

    once = time_tail(0.5, 0.0, 1.0, 0.1, 0.0, 5.0)
    assert same_work(wait, 1.0, 100.0, 5.0) == pytest.approx(once, abs=1e-6)
    assert math.exp(-5.0) < same_work(wait, 1.0, 0.0, 5.0) < once


def test_no_number_of_hedges_is_enough() -> None:
    assert hedges(lambda x: 0.1 + 2.0 * x, 1.0) is None
    assert hedges(lambda x: 0.0, 1.0) == pytest.approx(0.0, abs=1e-9)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(fan_out).failed == 0
