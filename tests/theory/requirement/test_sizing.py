"""The closed forms against integrals done numerically, and against each other."""

import math
from collections.abc import Callable

import pytest
from scipy import integrate, optimize

from scalelab.theory.requirement.sizing import (
    accumulated,
    after_message,
    at_once,
    crowd_after_message,
    mean_excess,
    response,
    response_constant,
)


def swing(survives: Callable[[float], float], frequency: float) -> complex:
    """Of a rate exp(i w t): the integral of exp(-i w u) P(S > u)."""
    real, _ = integrate.quad(survives, 0.0, math.inf, weight="cos", wvar=frequency)
    turned, _ = integrate.quad(survives, 0.0, math.inf, weight="sin", wvar=frequency)
    return complex(real, -turned)


@pytest.mark.parametrize("frequency", [0.1, 1.0, 4.0])
def test_a_swing_is_the_integral_of_the_past(frequency: float) -> None:
    shares, means = (0.8, 0.2), (0.58, 2.68)

    def survives(u: float) -> float:
        return sum(s * math.exp(-u / m) for s, m in zip(shares, means, strict=True))

    left, late = response(frequency, shares, means)
    found = swing(survives, frequency)
    assert left == pytest.approx(abs(found), rel=1e-6)
    assert late == pytest.approx(-math.atan2(found.imag, found.real) / frequency, rel=1e-6)


def test_one_exponential() -> None:
    left, late = response(2.0, (1.0,), (0.5,))
    assert left == pytest.approx(1.0 / math.sqrt(2.0))
    assert late == pytest.approx(math.atan(1.0) / 2.0)


def test_visits_that_are_all_equal() -> None:
    left, late = response_constant(2.0, 1.5)
    real, _ = integrate.quad(lambda u: math.cos(2.0 * u), 0.0, 1.5)
    turned, _ = integrate.quad(lambda u: math.sin(2.0 * u), 0.0, 1.5)
    assert left == pytest.approx(math.hypot(real, turned) / 1.5)
    assert late == pytest.approx(math.atan2(turned, real) / 2.0)


def test_slow_swings_are_late_by_the_mean_excess() -> None:
    variation = math.sqrt(2.0 * (0.8 * 0.58**2 + 0.2 * 2.68**2) - 1.0)
    slow = 1e-4
    assert response(slow, (0.8, 0.2), (0.58, 2.68))[1] == pytest.approx(mean_excess(1.0, variation))
    assert response_constant(slow, 3.0)[1] == mean_excess(3.0, 0.0) == 1.5
    assert mean_excess(3.0, 1.0) == 3.0


def test_after_a_message() -> None:
    visits, fade, mean = 240_000.0, 1.0, 1 / 6

    def number(t: float) -> float:
        def still(u: float) -> float:
            return visits / fade * math.exp(-(t - u) / fade) * math.exp(-u / mean)

        return float(integrate.quad(still, 0.0, t)[0])

    for t in (0.1, 0.5, 3.0):
        assert after_message(t, visits, fade, mean) == pytest.approx(number(t))
    most, when = crowd_after_message(visits, fade, mean)
    best = optimize.minimize_scalar(lambda t: -number(t), bounds=(0.0, 2.0), method="bounded")
    assert most == pytest.approx(-best.fun)
    assert when == pytest.approx(best.x, abs=1e-4)


def test_sums() -> None:
    assert at_once(120_000 / 1440, 10.0) == pytest.approx(833.3, abs=0.1)
    assert accumulated(2.0, 0.0, 5) == 10.0
    assert accumulated(2.0, 0.5, 3) == pytest.approx(2 + 3 + 4.5)
    assert accumulated(2.0, -0.5, 2) == pytest.approx(3.0)
