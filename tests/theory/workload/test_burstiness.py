"""Closed forms against sums, integrals and known special cases."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from scalelab.theory.workload import burstiness as theory
from scalelab.theory.workload.mmpp import Mmpp, dispersion, dispersion_limit


def test_a_golden_limit() -> None:
    """Rates of 10 and 100 a second, which end 0.1 and 1 times a second."""
    assert dispersion_limit(Mmpp(10.0, 100.0, 10.0, 1.0)) == pytest.approx(67.942, abs=5e-4)
    assert dispersion_limit(Mmpp(100.0, 1000.0, 600.0, 60.0)) == pytest.approx(40_166.3, abs=0.05)


@pytest.mark.parametrize("tail", [1.1, 1.4, 1.9, 2.5])
@pytest.mark.parametrize("t", [1.0, 30.0, 3000.0])
def test_long_tails_are_the_integral_of_their_covariance(tail: float, t: float) -> None:
    on_s, rate = 60.0, 2.0
    b = on_s * (tail - 1.0) / tail

    def covariance(u: float) -> float:
        """Over the number on: the integral of P(X > x) from u on, over the mean."""
        rest = on_s - u if u < b else b**tail * u ** (1.0 - tail) / (tail - 1.0)
        return rest / on_s

    area, _ = quad(lambda u: (t - u) * covariance(u), 0.0, t, points=[min(b, t)], limit=200)
    wanted = 1.0 + 2.0 * rate * area / t
    assert theory.long_tails(t, rate, on_s, tail) == pytest.approx(wanted, rel=1e-7)


def test_long_tails_grow_with_the_power_that_hurst_says() -> None:
    for tail in (1.2, 1.5, 1.8):
        more = [theory.long_tails(t, 1.0, 60.0, tail) - 1.0 for t in (1e10, 2e10)]
        slope = math.log2(more[1] / more[0])
        assert slope == pytest.approx(2.0 * theory.hurst(tail) - 1.0, abs=0.02)


def test_sessions_within_one_second_are_batches() -> None:
    """A Poisson number of mean m has the mean square m (m + 1)."""
    for t in (1.0, 7.0, 600.0):
        assert theory.sessions(t, 6.0, 0.0) == pytest.approx(theory.batches(6.0, 42.0))


def test_sessions_are_batches_in_long_windows() -> None:
    assert theory.sessions(20_000.0, 6.0, 4.0) == pytest.approx(theory.batches(6.0, 42.0), rel=1e-3)
    curve = [theory.sessions(t, 6.0, 4.0) for t in (1.0, 2.0, 10.0, 100.0)]
    assert curve == sorted(curve)


def test_trend_removed_is_the_variance_of_second_differences() -> None:
    """From the covariance matrix of three windows."""
    law = Mmpp(2.0, 20.0, 50.0, 10.0)

    def of(t: float) -> float:
        return dispersion(law, t)

    for t in (1.0, 10.0, 300.0):
        variance = [law.mean * k * t * of(k * t) for k in (1, 2, 3)]
        one_apart = (variance[1] - 2.0 * variance[0]) / 2.0
        two_apart = (variance[2] - 2.0 * variance[1] + variance[0]) / 2.0
        matrix = np.array(
            [[variance[0], one_apart, two_apart], [one_apart, variance[0], one_apart],
             [two_apart, one_apart, variance[0]]]
        )  # fmt: skip
        weights = np.array([-0.5, 1.0, -0.5])
        wanted = 2.0 / 3.0 * weights @ matrix @ weights / (law.mean * t)
        assert theory.trend_removed(of, t) == pytest.approx(wanted, rel=1e-8)
    assert theory.trend_removed(lambda _: 1.0, 5.0) == 1.0


def test_a_log_s_own_mean_hides_some() -> None:
    assert theory.expected(lambda _: 1.0, 10.0, 7) == pytest.approx(1.0)
    law = Mmpp(2.0, 20.0, 500.0, 100.0)
    short = theory.expected(lambda t: dispersion(law, t), 60.0, 10)
    long = theory.expected(lambda t: dispersion(law, t), 60.0, 100_000)
    assert short < long == pytest.approx(dispersion(law, 60.0), rel=1e-3)


def test_streams_together() -> None:
    assert theory.together([(5.0, 3.0)]) == 3.0
    assert theory.together([(1.0, 1.0), (1.0, 9.0)]) == 5.0


def test_capacity_and_band() -> None:
    assert theory.capacity(100.0, 1.0) == pytest.approx(100.0 + 23.26347874)
    assert theory.capacity(100.0, 4.0) - 100.0 == pytest.approx(46.52695748)
    assert theory.poisson_band(3) == pytest.approx(2.0)
