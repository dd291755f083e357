import math

import numpy as np
import pytest

from scalelab.theory.requirement.projection import (
    conformal_rank,
    doubling,
    forecast_variance,
    grown,
    memory_inflation,
    memory_variance,
    reached_after,
    trend_variance,
)


def test_growth_by_hand() -> None:
    assert grown(100.0, 0.1, 2.0) == pytest.approx(121.0, rel=1e-12)
    assert grown(50.0, 0.03, doubling(0.03)) == pytest.approx(100.0, rel=1e-12)
    assert grown(50.0, 0.03, reached_after(7.0, 0.03)) == pytest.approx(350.0, rel=1e-12)
    assert doubling(1.0) == pytest.approx(1.0)
    assert doubling(0.0) == doubling(-0.1) == reached_after(2.0, 0.0) == math.inf


@pytest.mark.parametrize(("n", "ahead"), [(10, 1), (100, 30)])
def test_a_straight_line_s_variances(n: int, ahead: int) -> None:
    """Against the matrix formula."""
    x = np.stack([np.ones(n), np.arange(n)], axis=1)
    covariance = 4.0 * np.linalg.inv(x.T @ x)
    at = np.array([1.0, n - 1.0 + ahead])
    assert trend_variance(n, 2.0) == pytest.approx(covariance[1, 1])
    assert forecast_variance(n, ahead, 2.0) == pytest.approx(4.0 + at @ covariance @ at)


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.8])
def test_memory(phi: float) -> None:
    """Against whole covariance matrices: generalised least squares on a long series."""
    n = 1500
    x = np.stack([np.ones(n), np.arange(n)], axis=1)
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    correlation = np.where(apart == 0, 1.0, phi**apart)
    covariance = np.linalg.inv(x.T @ np.linalg.solve(correlation, x))
    wanted = trend_variance(n, 1.0) * memory_inflation(phi)
    assert covariance[1, 1] == pytest.approx(wanted, rel=0.03)
    # What is left of the noise of the day that was known, ahead of it.
    known, later = correlation[:50, :50], correlation[:50, 52]
    left = 1.0 - later @ np.linalg.solve(known, later)
    assert memory_variance(phi, 3, 1.0) == pytest.approx(left)


def test_conformal_rank() -> None:
    assert conformal_rank(19) == 19
    assert conformal_rank(18) == 19  # of 18: there is none
    assert conformal_rank(99) == 95
    rng = np.random.default_rng(5)
    n, runs = 39, 20_000
    distances = rng.exponential(size=(runs, n + 1))
    bound = np.sort(distances[:, :n], axis=1)[:, conformal_rank(n) - 1]
    held = np.mean(distances[:, n] <= bound)
    assert held == pytest.approx(conformal_rank(n) / (n + 1), abs=4 * np.sqrt(0.0475 / runs))
