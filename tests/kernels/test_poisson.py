"""Poisson numbers against their distribution."""

import math

import numpy as np
import pytest
from scipy import stats

from scalelab.kernels.poisson import INVERTED_BELOW, log_factorial, poisson
from scalelab.kernels.random import generator


def drawn(mean: float, n: int, seed: int = 1) -> list[int]:
    state = generator(seed)
    return [poisson(state, mean) for _ in range(n)]


@pytest.mark.parametrize("k", [0, 1, 2, 9, 10, 11, 170, 10_000, 10**9])
def test_log_factorial(k: int) -> None:
    assert log_factorial(k) == pytest.approx(math.lgamma(k + 1), rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("mean", [1e-4, 0.3, 2.0, 9.99, 10.0, 12.5, 40.0, 1e3, 1e6, 1e10])
def test_mean_and_variance(mean: float) -> None:
    n = 20_000
    numbers = np.array(drawn(mean, n), float)
    assert numbers.mean() == pytest.approx(mean, abs=4.0 * math.sqrt(mean / n))
    # The variance of a sample variance, for a Poisson law.
    error = math.sqrt((mean + 2.0 * mean**2) / n)
    assert numbers.var() == pytest.approx(mean, abs=4.0 * error)


@pytest.mark.parametrize("mean", [0.5, 4.0, 9.99, 10.0, 11.0, 60.0])
def test_every_number_is_as_frequent_as_it_should_be(mean: float) -> None:
    """Chi-square over all numbers that are likely enough, the rest in the tails."""
    n = 1_000_000
    numbers = np.array(drawn(mean, n, seed=3))
    low, high = (int(q) for q in stats.poisson.interval(1.0 - 4e-4, mean))
    seen = np.bincount(np.clip(numbers, low, high), minlength=high + 1)[low:]
    law = stats.poisson(mean)
    share = law.pmf(np.arange(low, high + 1))
    share[0], share[-1] = law.cdf(low), law.sf(high - 1)
    assert stats.chisquare(seen, n * share).pvalue > 1e-4


def test_none_of_nothing() -> None:
    assert set(drawn(0.0, 100)) == {0}
    assert INVERTED_BELOW == 10.0
