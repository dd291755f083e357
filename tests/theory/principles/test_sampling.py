"""Limits, what is unbiased, and the examples."""

import doctest
import math
import random
from collections import Counter
from fractions import Fraction

import pytest

from scalelab.theory.principles import sampling
from scalelab.theory.principles.sampling import (
    error_of_rate,
    failed_until,
    failed_until_sure,
    first_of_second,
    longest_wait_s,
    moments_of_weighted,
    reads,
    reservoir,
    seen,
    seen_at_random,
    usd_by_spans,
    waiting,
    whole,
)


def test_coins() -> None:
    assert seen(0, 0.5) == 0.0
    assert seen(1, 0.25) == pytest.approx(0.25)
    assert seen(10, 1.0, 10) == pytest.approx(1.0)
    assert seen(2, 0.5, 3) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("needed", [1, 2, 5])
def test_a_poisson_number_of_coins_is_poisson(needed: int) -> None:
    missing = sum(math.exp(-0.9) * 0.9**j / math.factorial(j) for j in range(needed))
    assert seen_at_random(9.0, 0.1, needed, most=200) == pytest.approx(1.0 - missing, rel=1e-10)


def test_waiting_for_traces() -> None:
    """The mean from the chances to have waited for longer."""
    longer = math.fsum(1.0 - seen(n, 0.2, 2) for n in range(400))
    assert longer == pytest.approx(float(failed_until(Fraction(1, 5), 2)), rel=1e-9)
    n = failed_until_sure(0.01)
    assert seen(round(n), 0.01) == pytest.approx(0.95, abs=1e-3)
    assert n == pytest.approx(3.0 / 0.01, rel=0.01)


def test_whole_traces_are_a_power() -> None:
    p = Fraction(1, 7)
    assert whole([p] * 4) == p**4
    assert whole([]) == 1
    assert whole([p, Fraction(1)]) == p


def test_the_first_of_a_second() -> None:
    assert first_of_second(1e-6, 1) == pytest.approx(1.0, abs=1e-6)
    assert first_of_second(500.0, 1) == pytest.approx(1 / 500.0, rel=1e-9)


def test_weights_are_right_on_average_and_their_variance_is_known() -> None:
    values = [Fraction(v) for v in (3, 1, 4, 1, 5)]
    chances = [Fraction(1, n) for n in (2, 3, 5, 7, 1)]
    mean, variance = moments_of_weighted(values, chances)
    assert mean == sum(values)
    assert variance == sum((v**2 * (1 - p) / p for v, p in zip(values, chances, strict=True)))


def test_error_of_a_rate_is_that_variance() -> None:
    _, variance = moments_of_weighted([Fraction(1)] * 3 + [Fraction(0)] * 5, [Fraction(1, 4)] * 8)
    assert error_of_rate(3 / 8, 0.25, 8.0) == pytest.approx(math.sqrt(variance) / 8.0)
    assert error_of_rate(0.5, 1.0, 10.0) == 0.0


def test_what_a_tail_sampler_makes_one_see() -> None:
    errors, slow = Fraction(1, 1000), Fraction(1, 100)
    assert reads(errors, slow, Fraction(1)) == (errors, slow)
    assert sum(reads(errors, slow, Fraction(0))) == 1
    # Rare: about 1 / share times too many.
    assert float(reads(Fraction(1, 10**9), Fraction(0), Fraction(1, 100))[0]) == pytest.approx(1e-7)


def test_what_waits() -> None:
    assert waiting(Fraction(2000), longest_wait_s(Fraction(2000), 50_000)) == 50_000
    assert usd_by_spans(1.0, 1.0, 1.0) == pytest.approx(2.628)


def test_a_reservoir_is_uniform() -> None:
    """Each of the ten pairs of five is as likely: chi-squared with nine degrees of freedom."""
    chance = random.Random(7)
    runs = 20_000
    pairs = Counter(tuple(sorted(reservoir(range(5), 2, chance))) for _ in range(runs))
    assert len(pairs) == 10
    expected = runs / 10
    assert sum((n - expected) ** 2 / expected for n in pairs.values()) < 27.9  # one in a thousand


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(sampling).failed == 0
