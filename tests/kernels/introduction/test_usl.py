"""The fit against scipy and plain matrix algebra, and what holds for any measurements."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from tests.kernels.introduction import usl_reference as reference

from scalelab.facts import scaling
from scalelab.kernels.introduction import usl as kernel

Numbers = NDArray[np.float64]
NONE = np.empty(0)
SETS = (scaling.RAY_TRACER, scaling.SPEC_SDM91, scaling.CISCO_MYSQL, scaling.THE_LAW_ITSELF)
# Some with a part of the data only: there, other parameters are at their bounds.
CASES = [(which, used) for which in range(4) for used in (4, 5, 6, 8, 9, 12, 16, 32)]
CASES = [(which, used) for which, used in CASES if used <= len(SETS[which]) // 2]

SIZES = st.sampled_from([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128])
lists = st.lists(st.tuples(SIZES, st.floats(0.1, 1000.0)), min_size=3, max_size=12)
factors = st.lists(st.tuples(SIZES, st.floats(0.67, 1.33)), min_size=3, max_size=12)


def measured(which: int, used: int = 1000) -> tuple[Numbers, Numbers]:
    pairs = np.array(SETS[which]).reshape(-1, 2)[:used]
    return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])


def ascending(pairs: list[tuple[float, float]]) -> tuple[Numbers, Numbers]:
    return kernel.ascending(np.array(pairs, float).ravel())


def squares(n: Numbers, x: Numbers, p: Numbers) -> float:
    return float(np.sum((x - reference.law(n, *p)) ** 2))


@pytest.mark.parametrize(("which", "used"), CASES)
def test_nobody_finds_a_nearer_law(which: int, used: int) -> None:
    n, x = measured(which, used)
    p = kernel.fit(n, x)[0]
    assert 0.0 <= p[0] <= 1.0
    assert 0.0 <= p[1] <= 1.0
    # Where the law is exact, what is left over is rounding.
    assert squares(n, x, p) <= reference.least_squares(n, x) * (1 + 1e-7) + 1e-12 * (x @ x)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([0, 0.01, 0.05, 0.2]), st.sampled_from([0, 1e-4, 1e-3, 1e-2]), factors)
def test_nobody_finds_a_nearer_law_for_noisy_measurements(
    sigma: float, kappa: float, noise: list[tuple[float, float]]
) -> None:
    """Of those that follow a law, up to a third more or less."""
    n, x = ascending([(size, reference.law(size, sigma, kappa, 100.0) * f) for size, f in noise])
    if len(set(n.tolist())) < 3:
        return
    p = kernel.fit(n, x)[0]
    assert squares(n, x, p) <= reference.least_squares(n, x) * (1 + 1e-6) + 1e-12 * (x @ x)


@settings(max_examples=100, deadline=None)
@given(lists)
def test_any_measurements_get_a_law_nearer_than_a_grid_has(
    pairs: list[tuple[float, float]],
) -> None:
    """Those that have nothing to do with a law make many valleys, and one may be missed."""
    n, x = ascending(pairs)
    if len(set(n.tolist())) < 3:
        return
    p = kernel.fit(n, x)[0]
    grid = [reference.squares(n, x, s, k) for s in kernel.SIGMAS for k in kernel.KAPPAS]
    assert squares(n, x, p) <= (1 + 1e-9) * min(grid) + 1e-12 * (x @ x)


@pytest.mark.parametrize(("which", "used"), CASES)
def test_errors_and_bands(which: int, used: int) -> None:
    n, x = measured(which, used)
    fitted = kernel.fit(n, x)
    at = np.array([1.0, 5.0, 20.0, 100.0, 1000.0])
    wanted = reference.spread(n, x, fitted[0], at)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted[2:5])), wanted.errors, rtol=1e-5)
    ours = np.array([kernel.band(fitted, size) for size in at])
    np.testing.assert_allclose(ours[:, 1], wanted.confidence, rtol=1e-5)
    np.testing.assert_allclose(ours[:, 2], wanted.prediction, rtol=1e-5)


@given(
    st.floats(0.0, 0.5), st.floats(0.0, 0.1), st.floats(1e-6, 1e9),
    st.lists(st.integers(1, 300), min_size=4, max_size=12, unique=True),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_the_law_itself_is_found(sigma: float, kappa: float, one: float, sizes: list[int]) -> None:
    n = np.sort(np.array(sizes, float))
    x = reference.law(n, sigma, kappa, one)
    fitted = kernel.fit(n, x)
    np.testing.assert_allclose(reference.law(n, *fitted[0]), x, rtol=1e-6)


@settings(max_examples=100, deadline=None)
@given(lists, st.sampled_from([1e-6, 60.0, 3600.0, 1e12]))
def test_units_do_not_matter(pairs: list[tuple[float, float]], factor: float) -> None:
    """Operations an hour give the sigma and kappa of operations a second."""
    n, x = ascending(pairs)
    one, other = kernel.fit(n, x), kernel.fit(n, x * factor)
    assert squares(n, x * factor, other[0]) == pytest.approx(
        squares(n, x, one[0]) * factor**2, rel=1e-6, abs=1e-12 * factor**2 * (x @ x)
    )


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1.0, 1e9), st.floats(1e-9, 1e18)), min_size=1, max_size=12),
    st.integers(0, 12),
    st.floats(1.0, 1e9),
)
def test_the_table_is_finite_for_any_measurements(
    pairs: list[tuple[float, float]], hold_back: int, look_ahead: float
) -> None:
    table = kernel.usl(0, hold_back, look_ahead, np.array(pairs).ravel())
    assert np.isfinite(table).all()
    kinds = table[:, 0].astype(int)
    used = min(len(pairs), max(len(pairs) - hold_back, 4))
    assert np.sum(kinds == kernel.USED) == used
    assert np.sum(kinds == kernel.HELD_BACK) == len(pairs) - used
    assert table[0, kernel.N_USED] == used
    assert table[0, kernel.N_HELD_BACK] == len(pairs) - used


@settings(max_examples=100, deadline=None)
@given(lists, st.integers(0, 8))
def test_a_measurement_is_less_certain_than_the_curve(
    pairs: list[tuple[float, float]], hold_back: int
) -> None:
    table = kernel.usl(0, hold_back, 200.0, np.array(pairs, float).ravel())
    banded = table[table[:, 8] == 1.0]
    assert (banded[:, 6] <= banded[:, 4]).all()
    assert (banded[:, 4] <= banded[:, 3]).all()
    assert (banded[:, 3] <= banded[:, 5]).all()
    assert (banded[:, 5] <= banded[:, 7]).all()


def test_one_column_after_the_other() -> None:
    """The row of the fit holds what its pieces say."""
    fit = kernel.usl(0, 5, 64.0, NONE)[0]
    fitted = kernel.fit(*measured(0, 6))
    half = stats.t.ppf(0.975, 3) * np.sqrt(np.diag(fitted[2:5]))
    for j, at in enumerate((kernel.OF_SIGMA, kernel.OF_KAPPA, kernel.OF_ONE)):
        wanted = [fitted[0, j], fitted[0, j] - half[j], fitted[0, j] + half[j], 1.0]
        np.testing.assert_allclose(fit[at : at + 4], wanted, rtol=1e-12)
    np.testing.assert_allclose(
        fit[kernel.OF_PEAK : kernel.OF_PEAK + 3], kernel.peak_interval(fitted)
    )
    assert fit[kernel.STATE] == kernel.ALL_FREE
    assert fit[kernel.N_USED] == 6
    assert fit[kernel.N_HELD_BACK] == 5


def test_measurements_that_are_held_back_do_not_count() -> None:
    pairs = np.array(scaling.RAY_TRACER)
    changed = pairs.copy()
    changed[-1] = 1.0
    one, other = (kernel.usl(0, 3, 64.0, each)[0] for each in (pairs, changed))
    np.testing.assert_array_equal(one[: kernel.OUTSIDE], other[: kernel.OUTSIDE])
    assert one[kernel.OUTSIDE] < other[kernel.OUTSIDE]


def test_order_does_not_matter() -> None:
    pairs = np.array(scaling.RAY_TRACER).reshape(-1, 2)
    mixed = np.random.default_rng(1).permutation(pairs)
    np.testing.assert_array_equal(
        kernel.usl(0, 5, 64.0, mixed.ravel()), kernel.usl(0, 5, 64.0, NONE)
    )


@pytest.mark.parametrize("pairs", [[(1, 5)], [(4, 5), (4, 6), (4, 5)], [(1, 5), (2, 7), (2, 8)]])
def test_too_few_sizes_give_no_law(pairs: list[tuple[float, float]]) -> None:
    table = kernel.usl(0, 0, 64.0, np.array(pairs, float).ravel())
    assert table[0, kernel.STATE] == kernel.NO_LAW
    assert len(table) == len(pairs)
    assert (table[:, 3 : kernel.STATE] == 0.0).all()


def test_three_measurements_give_a_law_without_a_band() -> None:
    table = kernel.usl(0, 0, 64.0, np.array([1.0, 10.0, 2.0, 18.0, 8.0, 40.0]))
    assert table[0, kernel.STATE] == kernel.NO_SPREAD
    assert (table[:, 4:10] == 0.0).all()
    np.testing.assert_allclose(table[:3, 3], table[:3, 2], rtol=1e-9)


def test_many_measurements_are_all_fitted_and_some_drawn() -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(1, 65, 5000).astype(float)
    x = reference.law(n, 0.05, 0.001, 20.0) + rng.normal(0, 2, n.size)
    table = kernel.usl(0, 1000, 64.0, np.stack([n, x], 1).ravel())
    kinds = table[:, 0]
    assert np.sum(kinds <= kernel.HELD_BACK) == kernel.MAX_DRAWN
    assert np.sum(kinds == kernel.HELD_BACK) == pytest.approx(kernel.MAX_DRAWN / 5, abs=1)
    assert table[0, kernel.N_USED] == 4000
    assert table[0, kernel.OF_SIGMA] == pytest.approx(0.05, abs=0.01)
    # 5 % of what follows the law are outside.
    assert table[0, kernel.OUTSIDE] == pytest.approx(50, abs=40)
