"""The law: its special cases, and its peak found by looking."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.introduction.usl import limit, peak, throughput


def test_nothing_shared_is_linear() -> None:
    assert throughput(8, 0.0, 0.0, 20.0) == 160.0


def test_one_machine_is_one_machine() -> None:
    assert throughput(1, 0.3, 0.2, 17.0) == 17.0


def test_no_coherency_is_amdahl() -> None:
    """Speed-up 9.1429 of 16 machines with 5 % that cannot be divided."""
    assert throughput(16, 0.05, 0.0, 1.0) == pytest.approx(1 / (0.05 + 0.95 / 16))
    assert throughput(1e9, 0.05, 0.0, 1.0) == pytest.approx(limit(0.05, 1.0), rel=1e-7)


def test_without_a_cause_there_is_no_limit() -> None:
    assert peak(0.1, 0.0) == math.inf
    assert limit(0.0, 5.0) == math.inf


def test_published_peak() -> None:
    """The example in the manual of the R package usl."""
    assert peak(0.001, 1e-5) == pytest.approx(316.0696, abs=1e-4)


@given(st.floats(0.0, 0.9), st.floats(1e-4, 0.5))
def test_peak_is_the_highest_point(sigma: float, kappa: float) -> None:
    top = peak(sigma, kappa)
    best = throughput(top, sigma, kappa, 1.0)
    assert best >= throughput(top * 1.01, sigma, kappa, 1.0)
    assert best >= throughput(top * 0.99, sigma, kappa, 1.0)
