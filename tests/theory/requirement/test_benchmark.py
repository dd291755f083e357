"""The closed forms against scipy, published numbers and each other."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scalelab.theory.requirement import benchmark as theory

shares = st.floats(0.01, 0.99)


@settings(deadline=None)
@given(st.integers(1, 3000), shares)
def test_binomial_is_scipy_s(n: int, p: float) -> None:
    k = int(n * p)
    assert theory.binomial(n, p, k) == pytest.approx(stats.binom.pmf(k, n, p), rel=1e-8)
    assert theory.at_most(n, p, k) == pytest.approx(stats.binom.cdf(k, n, p), rel=1e-8)
    assert theory.binomial(n, p, n + 1) == 0.0


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 2000), shares)
def test_ranks_cover_what_they_promise_and_nearer_ones_do_not(n: int, p: float) -> None:
    low, high = theory.ranks(n, p)
    assert theory.coverage(n, p, low, high) >= 0.95 - 1e-9
    assert theory.at_most(n, p, low - 1) <= 0.025 + 1e-9 or low == 0
    assert theory.at_most(n, p, low) > 0.025 - 1e-9
    assert 1.0 - theory.at_most(n, p, high - 2) > 0.025 - 1e-9


def test_coverage_by_hand() -> None:
    """The median of five is between the smallest and the largest but for 2 of 32 ways."""
    assert theory.coverage(5, 0.5, 1, 5) == pytest.approx(30 / 32)
    assert theory.coverage(5, 0.5, 0, 6) == pytest.approx(1.0)


def test_fewest_as_everybody_knows_them() -> None:
    """59 for 95/95 and 299 for 99/95: Wilks's numbers."""
    assert theory.fewest(0.95) == 59
    assert theory.fewest(0.99) == 299
    assert theory.fewest(0.99, 0.975) == 368
    assert theory.fewest(0.999) == 2995
    for p in (0.9, 0.99):
        n = theory.fewest(p)
        assert p**n <= 0.05 < p ** (n - 1)


@pytest.mark.parametrize(
    ("failed", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_as_newcombe_printed_it(failed: int, n: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3."""
    assert theory.wilson(failed / n, n) == pytest.approx((low, high), abs=5e-5)


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_is_scipy_s(failed: int, n: int) -> None:
    failed = min(failed, n)
    found = stats.binomtest(failed, n).proportion_ci(method="wilson")
    assert theory.wilson(failed / n, n) == pytest.approx((found.low, found.high), abs=1e-9)


def test_needed_is_where_the_interval_ends_at_the_share() -> None:
    n = theory.needed(0.99, 0.993, 1.0, 1.0)
    half = 1.959964 * math.sqrt(0.99 * 0.01 / n)
    assert half == pytest.approx(0.003, rel=1e-5)
    assert theory.needed(0.99, 0.993, 50.0, 1000.0) == pytest.approx(20 * n)
