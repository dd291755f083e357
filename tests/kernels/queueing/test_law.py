"""What is drawn has the moments and the shape that were asked for."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from scalelab.kernels.jit import Floats, Words
from scalelab.kernels.queueing.law import Law, bounded_moment, draw, law, lognormal, pareto
from scalelab.kernels.random import generator

N = 400_000
means = st.floats(1e-6, 1e6)


@njit  # type: ignore[untyped-decorator]
def fill(one: Law, state: Words, into: Floats) -> None:
    for i in range(into.size):
        into[i] = draw(one, state)


def drawn(one: Law, seed: int = 1) -> Floats:
    values = np.empty(N)
    fill(one, generator(seed), values)
    return values


CV2S = [0.02, 0.2, 0.25, 0.5, 0.7, 0.999, 1.0, 1.001, 2.0, 9.0]


@pytest.mark.parametrize(
    ("make", "cv2"), [(law, 0.0), *((make, cv2) for make in (law, lognormal) for cv2 in CV2S)]
)
def test_moments(make, cv2: float) -> None:  # type: ignore[no-untyped-def]
    values = drawn(make(3.0, cv2))
    assert (values > 0.0).all()
    assert values.mean() == pytest.approx(3.0, abs=4.0 * values.std() / math.sqrt(N) + 1e-12)
    squares = values**2
    error = 4.0 * squares.std() / math.sqrt(N) + 1e-9
    assert squares.mean() == pytest.approx(9.0 * (1.0 + cv2), abs=error)


@given(means, st.floats(0.001, 1e4))
def test_the_two_laws_have_the_moments(mean: float, cv2: float) -> None:
    """Exactly, from the numbers that a law is made of."""
    one = law(mean, cv2)
    if cv2 < 1.0:
        k, p, stage = one.stages, one.share, one.first
        assert 0.0 <= p <= 1.0
        first = (k - p) * stage
        second = (p * (k - 1) * k + (1.0 - p) * k * (k + 1)) * stage**2
    else:
        p, a, b = (one.share, one.first, one.second) if cv2 > 1.0 else (1.0, one.first, 0.0)
        first = p * a + (1.0 - p) * b
        second = 2.0 * (p * a * a + (1.0 - p) * b * b)
    assert first == pytest.approx(mean, rel=1e-9)
    assert second == pytest.approx(mean**2 * (1.0 + cv2), rel=1e-6)


def test_shapes() -> None:
    """By shares beyond a time, each of a law that is known."""
    for one, share in (
        (law(2.0, 1.0), lambda x: math.exp(-x / 2.0)),
        (law(2.0, 0.25), lambda x: math.exp(-2.0 * x) * sum((2.0 * x) ** i / math.factorial(i)
                                                            for i in range(4))),
        (lognormal(2.0, 3.0), lambda x: 0.5 * math.erfc(
            (math.log(x / 2.0) + 0.5 * math.log(4.0)) / math.sqrt(2.0 * math.log(4.0)))),
    ):  # fmt: skip
        values = drawn(one)
        for x in (0.3, 1.0, 2.0, 5.0):
            expected = share(x)
            error = 4.0 * math.sqrt(expected * (1.0 - expected) / N)
            assert np.mean(values > x) == pytest.approx(expected, abs=error)


@given(st.floats(0.1, 100.0), st.floats(1.01, 1e6))
def test_pareto_has_the_mean(shape: float, most: float) -> None:
    one = pareto(5.0, shape, 5.0 * most)
    assert 0.0 < one.first <= 5.0
    assert bounded_moment(one.first, 5.0 * most, shape, 1.0) == pytest.approx(5.0, rel=1e-6)


@pytest.mark.parametrize("shape", [0.5, 1.0, 1.5, 2.0, 3.0])
def test_pareto_is_as_drawn(shape: float) -> None:
    one = pareto(2.0, shape, 200.0)
    values = drawn(one)
    assert values.min() >= one.first * (1.0 - 1e-12)
    assert values.max() <= 200.0 * (1.0 + 1e-9)
    for order in (1.0, 2.0):
        powers = values**order
        error = 4.0 * powers.std() / math.sqrt(N)
        found = bounded_moment(one.first, 200.0, shape, order)
        assert powers.mean() == pytest.approx(found, abs=error)
    # A straight line on a log-log chart, but for the cut.
    cut = (one.first / 200.0) ** shape
    for x in (3.0 * one.first, 10.0 * one.first):
        expected = ((one.first / x) ** shape - cut) / (1.0 - cut)
        error = 4.0 * math.sqrt(expected * (1.0 - expected) / N)
        assert np.mean(values > x) == pytest.approx(expected, abs=error)


def test_the_same_again() -> None:
    assert (drawn(law(1.0, 4.0)) == drawn(law(1.0, 4.0))).all()
    assert (drawn(law(1.0, 4.0)) != drawn(law(1.0, 4.0), 2)).any()
