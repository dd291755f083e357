import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm

from scalelab.theory.workload.mmpp import (
    Mmpp,
    count_correlation,
    count_covariance,
    count_variance,
    dispersion,
    dispersion_limit,
    rate_covariance,
)

FAST = Mmpp(10.0, 100.0, 10.0, 1.0)
SLOW = Mmpp(100.0, 1000.0, 600.0, 60.0)
RATES = st.floats(0.0, 1e3)
LENGTHS = st.floats(0.01, 1e4)
STREAMS = st.builds(Mmpp, st.floats(0.01, 1e3), RATES, LENGTHS, LENGTHS)


@pytest.mark.parametrize(
    ("stream", "mean", "limit"), [(FAST, 18.1818, 67.942), (SLOW, 181.818, 40_166.3)]
)
def test_mean_and_limit_as_computed_by_others(stream: Mmpp, mean: float, limit: float) -> None:
    assert stream.mean == pytest.approx(mean, rel=1e-5)
    assert dispersion_limit(stream) == pytest.approx(limit, rel=1e-5)
    r1, r2 = 1.0 / stream.calm_s, 1.0 / stream.crowd_s
    lucantoni = 1.0 + 2.0 * r1 * r2 * (stream.calm - stream.crowd) ** 2 / (
        (r1 + r2) ** 2 * (stream.calm * r2 + stream.crowd * r1)
    )
    assert dispersion_limit(stream) == pytest.approx(lucantoni, rel=1e-12)


@pytest.mark.parametrize("t", [1e-4, 0.1, 3.0, 50.0])
def test_variance_from_the_matrices_of_the_process(t: float) -> None:
    """Second factorial moment by a differential equation of the matrices, block upper triangular.

    d/dz and d2/dz2 of exp((D0 + z D1) t) at z = 1 stand in the upper blocks.
    """
    r1, r2 = 1.0 / FAST.calm_s, 1.0 / FAST.crowd_s
    whole = [[-r1, r1], [r2, -r2]]
    rates = [FAST.calm, FAST.crowd]
    block = [[0.0] * 6 for _ in range(6)]
    for level in range(3):
        for i in range(2):
            for j in range(2):
                block[2 * level + i][2 * level + j] = whole[i][j]
            if level < 2:
                block[2 * level + i][2 * level + 2 + i] = rates[i]
    grown = expm([[x * t for x in row] for row in block])
    start = [1.0 - FAST.crowded, FAST.crowded]
    mean = sum(start[i] * grown[i, 2 + j] for i in range(2) for j in range(2))
    factorial = 2.0 * sum(start[i] * grown[i, 4 + j] for i in range(2) for j in range(2))
    assert mean == pytest.approx(FAST.mean * t)
    assert factorial + mean - mean**2 == pytest.approx(count_variance(FAST, t), rel=1e-6)


@given(STREAMS, st.floats(1e-3, 20.0), st.integers(1, 20))
def test_covariance_is_the_integral_over_both_windows(stream: Mmpp, x: float, lag: int) -> None:
    """Of two windows a moment each: their distance has a triangular density around lag * w."""
    w = x / stream.fades
    found, _ = quad(
        lambda u: (w - abs(u - lag * w)) * rate_covariance(stream, u),
        (lag - 1) * w, (lag + 1) * w, points=[lag * w], limit=200,
    )  # fmt: skip
    scale = stream.rate_variance * w * w
    assert count_covariance(stream, w, lag) == pytest.approx(found, rel=1e-6, abs=1e-8 * scale)


@given(STREAMS, st.floats(1e-6, 1e6))
def test_dispersion_grows_from_one_to_its_limit(stream: Mmpp, t: float) -> None:
    at, limit = dispersion(stream, t), dispersion_limit(stream)
    assert 1.0 - 1e-9 <= at <= limit * (1.0 + 1e-9)
    assert at <= dispersion(stream, 2.0 * t) * (1.0 + 1e-9)


@given(STREAMS, st.floats(0.01, 100.0))
def test_two_windows_are_one_window_of_both(stream: Mmpp, w: float) -> None:
    both = 2.0 * count_variance(stream, w) + 2.0 * count_covariance(stream, w, 1)
    assert count_variance(stream, 2.0 * w) == pytest.approx(both, rel=1e-9)


@given(st.floats(0.1, 1e3), LENGTHS, LENGTHS, st.floats(1e-3, 1e3))
def test_equal_rates_are_a_poisson_stream(rate: float, a: float, b: float, t: float) -> None:
    stream = Mmpp(rate, rate, a, b)
    assert dispersion(stream, t) == pytest.approx(1.0)
    assert dispersion_limit(stream) == pytest.approx(1.0)
    assert count_correlation(stream, t, 1) == 0.0


def test_counts_far_apart_know_nothing_of_each_other() -> None:
    assert count_correlation(FAST, 1.0, 0) == 1.0
    falls = [count_correlation(FAST, 1.0, lag) for lag in range(1, 60)]
    assert falls == sorted(falls, reverse=True)
    assert falls[1] / falls[0] == pytest.approx(math.exp(-FAST.fades))
    assert falls[-1] < 1e-20
