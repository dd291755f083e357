"""log, exp and power against the same functions in 80-bit arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.elementary import exp, log, log_of_normal, power

EXACT = np.longdouble


def ulps(value: float, exact: np.longdouble) -> float:
    """The error of ``value`` in units in the last place of a double."""
    return float(abs(EXACT(value) - exact) / EXACT(np.spacing(abs(float(exact)))))


@given(st.floats(min_value=5e-324, max_value=1.7e308))
def test_log(x: float) -> None:
    assert ulps(log(x), np.log(EXACT(x))) < 1.5


@given(st.floats(min_value=5e-324, max_value=1.7e308), st.integers(-300, 300))
def test_log_of_powers_of_two(x: float, n: int) -> None:
    """What is left of a number without its powers of two is between the roots of a half and two."""
    m, twos = math.frexp(x)
    if m < math.sqrt(0.5):
        m, twos = 2.0 * m, twos - 1
    assert log(x) == log_of_normal(m, twos)
    assert log_of_normal(m, n) == pytest.approx(math.log(m) + n * math.log(2.0), rel=1e-14)


@given(st.floats(min_value=0.7, max_value=1.5).filter(lambda x: x != 1.0))
def test_log_near_one(x: float) -> None:
    assert ulps(log(x), np.log(EXACT(x))) < 1.5


@given(st.floats(min_value=-708.0, max_value=709.7))
def test_exp(x: float) -> None:
    assert ulps(exp(x), np.exp(EXACT(x))) < 1.5


def test_special_values() -> None:
    assert log(1.0) == 0.0
    assert log(0.0) == -np.inf
    assert log(np.inf) == np.inf
    assert np.isnan(log(-1.0))
    assert np.isnan(log(np.nan))
    assert exp(0.0) == 1.0
    assert exp(-800.0) == 0.0
    assert exp(710.0) == np.inf
    assert np.isnan(exp(np.nan))
    assert 0.0 < exp(-740.0) < 1e-300
    assert power(5.0, 0.0) == 1.0
    assert power(1.0, 7.5) == 1.0


@given(st.floats(0.001, 1000.0), st.floats(-5.0, 5.0))
def test_power(x: float, y: float) -> None:
    assert power(x, y) == pytest.approx(float(EXACT(x) ** EXACT(y)), rel=2e-14)
