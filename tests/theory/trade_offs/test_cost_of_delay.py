"""Limits, numerical integrals, and the examples."""

import doctest
import math
import random
from fractions import Fraction

import pytest
from tests.kernels.trade_offs.cost_of_delay_reference import best_by_chance

from scalelab.theory.trade_offs import cost_of_delay as theory


def integral(flow: list[float], months: float) -> float:
    """By the trapezoidal rule."""
    return months / (len(flow) - 1) * (sum(flow) - 0.5 * (flow[0] + flow[-1]))


@pytest.mark.parametrize("discount", [0.0, 0.15, 1.0])
def test_present_values_are_integrals(discount: float) -> None:
    times = [24.0 * i / 20_000 for i in range(20_001)]
    worth = [(1.0 + discount) ** (-t / 12.0) for t in times]
    flat = integral([3.0 * each for each in worth], 24.0)
    assert theory.annuity(3.0, 24.0, discount) == pytest.approx(flat, rel=1e-7)
    grows = integral([1.1**t * each for t, each in zip(times, worth, strict=True)], 24.0)
    assert theory.growing(1.0, 1.1, 24, discount) == pytest.approx(grows, rel=1e-7)


def test_a_level_that_neither_grows_nor_shrinks() -> None:
    assert theory.growing(2.0, 1.0, 10, 0.0) == pytest.approx(theory.annuity(2.0, 10.0, 0.0))


def test_replacing_is_half_of_a_delay_for_twice_the_time() -> None:
    # At a limit far below the market all that counts is the months at the end.
    assert theory.replacing_costs(2.0, 1e9, 1.0, 0.15, 1.0) == pytest.approx(2e9, rel=1e-8)
    assert theory.replacing_costs(0.0, 100.0, 40.0, 0.15, 1.0) == 0.0
    slow = [40.0 * math.exp(0.075 * (t / 1000.0 - 4.0)) for t in range(4001)]
    fast = [40.0 * math.exp(0.15 * (t / 1000.0 - 2.0)) for t in range(2001)]
    lost = 2.0 * 100.0 - (integral(slow, 4.0) - integral(fast, 2.0))
    assert theory.replacing_costs(2.0, 100.0, 40.0, 0.15, 1.0) == pytest.approx(lost, rel=1e-6)


def test_the_least_rewrite_costs_what_boundaries_cost() -> None:
    least = theory.least_rewrite(1.0, 2.0, 5e5, 1.2e5, 0.15)
    delay = theory.delay_costs(1.0, 5e5, 1.0)
    replacing = theory.replacing_costs(2.0, 5e5, 1.2e5, 0.15, 1.0)
    assert theory.rewrite_costs(least, 5e5, 1.2e5, 1.0) == pytest.approx(delay + replacing)


def test_the_least_chance_is_where_both_are_worth_the_same() -> None:
    chance = theory.least_chance(Fraction(3), Fraction(17))
    assert chance * 17 == (1 - chance) * 3
    assert theory.least_chance(Fraction(0), Fraction(1)) == 0


@pytest.mark.parametrize("parts", [1, 4, 9])
def test_the_square_root_of_the_parts(parts: int) -> None:
    found = best_by_chance(2, parts, 20_000, seed=parts)
    mean = sum(found) / len(found)
    error = math.sqrt(sum((each - mean) ** 2 for each in found)) / len(found)
    assert abs(mean - theory.splitting(parts) * theory.best_of_two()) < 4.0 * error


def test_months_to_a_limit() -> None:
    growth = random.Random(1).uniform(0.05, 0.5)
    months = theory.months_to(5000.0, 1000.0, growth)
    assert 1000.0 * math.exp(growth * months) == pytest.approx(5000.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(theory).failed == 0
