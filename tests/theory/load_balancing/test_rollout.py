"""Limits, sums of small steps, and the examples."""

import doctest
import math
import random

import pytest

from scalelab.theory.load_balancing import rollout
from scalelab.theory.load_balancing.rollout import (
    alike,
    caught_up,
    drained,
    ein,
    exponential,
    extra_work,
    pareto,
    slowest,
    takes,
    unfinished,
)


def test_extra_work_is_a_sum_over_requests() -> None:
    total = sum(2.0 * 0.007 * math.exp(-(n + 0.5) / 5000.0) for n in range(12_000))
    assert extra_work(3.0, 5000.0, 0.007, 12_000) == pytest.approx(total, rel=1e-6)
    assert extra_work(1.0, 5000.0, 0.007) == 0.0


def test_a_fluid_in_small_steps() -> None:
    """Time to catch up, and the slowest moment, of a machine that is stepped through."""
    there, done, t, worst, step = 0.0, 0.0, 0.0, 0.0, 0.002
    while True:
        speed = 4.0 / (0.007 * (1.0 + 2.0 * math.exp(-done / 5000.0)))
        there += step * (400.0 - speed)
        done += step * speed
        t += step
        if there <= 0.0:
            break
        worst = max(worst, there / speed)
    assert caught_up(400.0, 4, 0.007, 3.0, 5000.0) == pytest.approx(t, rel=1e-3)
    assert slowest(400.0, 4, 0.007, 3.0, 5000.0) == pytest.approx(worst, rel=1e-3)


def test_a_machine_that_is_fast_enough_when_cold_is_never_behind() -> None:
    assert caught_up(190.0, 4, 0.007, 3.0, 5000.0) == 0.0
    assert slowest(190.0, 4, 0.007, 3.0, 5000.0) == 0.0
    assert caught_up(200.0, 4, 0.007, 3.0, 5000.0) > 0.0


@pytest.mark.parametrize("after", [0.0, 5.0, 30.0, 200.0])
def test_what_is_left_is_the_tail_of_the_law(after: float) -> None:
    """E(max(X - after, 0)) of drawn times; the Pareto law has no variance: its tail is summed."""
    chance = random.Random(1)
    drawn = [chance.expovariate(1 / 30.0) for _ in range(200_000)]
    mean = sum(max(x - after, 0.0) for x in drawn) / len(drawn)
    assert exponential(30.0, after) == pytest.approx(mean, rel=0.05, abs=0.01)
    assert alike(30.0, after) == max(30.0 - after, 0.0)
    tail = sum((1.0 + (after + u + 0.5) / 30.0) ** -2 for u in range(300_000))
    tail += 30.0 / (1.0 + (after + 300_000) / 30.0)
    assert pareto(30.0, after) == pytest.approx(tail, rel=1e-3)


def test_the_longer_the_tail_the_more_is_left() -> None:
    assert [law(30.0, 0.0) for law in (alike, exponential, pareto)] == [30.0, 30.0, 30.0]
    assert unfinished(4.0, 30.0, 300.0, alike) == 0.0
    assert unfinished(4.0, 30.0, 300.0) < 0.01
    assert unfinished(4.0, 30.0, 300.0, pareto) == pytest.approx(120.0 / 11.0)


def test_the_exponential_integral_in_small_steps() -> None:
    for z in (0.5, 1.99, 2.01, 15.0):
        n = 20_000
        total = sum(-math.expm1(-z * (i + 0.5) / n) / (i + 0.5) for i in range(n))
        assert ein(z) == pytest.approx(total, rel=1e-7)


def test_the_last_of_many_that_are_drawn() -> None:
    """Of a Poisson number with mean 5, each exponential with mean 2; at most 3."""
    chance = random.Random(2)
    total, runs = 0.0, 40_000
    for _ in range(runs):
        n, t = 0, chance.expovariate(5.0)
        while t < 1.0:
            n, t = n + 1, t + chance.expovariate(5.0)
        total += min(max((chance.expovariate(0.5) for _ in range(n)), default=0.0), 3.0)
    assert drained(5.0, 2.0, 3.0) == pytest.approx(total / runs, rel=0.01)
    assert drained(1e-12, 2.0, 3.0) == pytest.approx(0.0, abs=1e-11)
    assert drained(1e9, 2.0, 3.0) == pytest.approx(3.0)


def test_a_last_batch_that_is_not_full_takes_as_long() -> None:
    assert takes(5, 2, 10.0) == takes(6, 2, 10.0) == 30.0


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(rollout).failed == 0
