"""Mean value analysis of the machines' queue, against its balance equations and its bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.introduction.speedup import on_their_own
from scalelab.theory.introduction.usl import throughput

N, SIGMA, KAPPA = st.integers(1, 60), st.floats(0.001, 0.5), st.floats(0.0, 0.02)


def balanced(n: int, sigma: float, kappa: float) -> float:
    """From the probabilities of 0 ... n machines in the queue."""
    shared = sigma + kappa * (n - 1)
    weights = [1.0]
    for waiting in range(n):
        weights.append(weights[-1] * (n - waiting) * shared / (1.0 - sigma))
    return (1.0 - weights[0] / sum(weights)) / shared


@given(N, SIGMA, KAPPA)
def test_balance_equations(n: int, sigma: float, kappa: float) -> None:
    assert on_their_own(n, sigma, kappa, 1.0) == pytest.approx(balanced(n, sigma, kappa), rel=1e-8)


@given(N, SIGMA, KAPPA)
def test_between_all_at_once_and_never_waiting(n: int, sigma: float, kappa: float) -> None:
    shared = sigma + kappa * (n - 1)
    rate = on_their_own(n, sigma, kappa, 1.0)
    assert rate >= throughput(n, sigma, kappa, 1.0) * (1.0 - 1e-9)
    assert rate <= min(n / (1.0 - sigma + shared), 1.0 / shared) * (1.0 + 1e-9)


def test_one_machine_does_what_it_does() -> None:
    assert on_their_own(1, 0.3, 0.01, 250.0) == pytest.approx(250.0)
