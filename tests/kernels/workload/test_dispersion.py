"""Indices of dispersion against their definition, and their intervals against their promise."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.workload import burstiness_reference as reference

from scalelab.kernels.random import generator
from scalelab.kernels.student import t_975
from scalelab.kernels.workload import dispersion as kernel
from scalelab.kernels.workload.streams import CROWDS, POISSON, Stream, count, dispersion
from scalelab.theory.workload import burstiness as theory

whole_counts = st.lists(st.integers(0, 30), min_size=1, max_size=130)


def drawn(kind: int, seed: int, seconds: int, rate: float = 5.0) -> np.ndarray:
    counts = np.empty(seconds)
    s = Stream(kind, rate, 1, 8.0, 10.0, 60.0, 6.0, 4.0, 1.6, 3.0)
    count(s, generator(seed), counts, np.empty(seconds))
    return counts


@settings(deadline=None)
@given(counts=whole_counts, window=st.sampled_from([1, 2, 5, 10]))
def test_the_index_is_variance_over_mean(counts: list[int], window: int) -> None:
    found = kernel.index(kernel.sums(np.array(counts, float)), window, False)
    values = reference.windows_of(counts, window)
    if len(values) < kernel.FEWEST or sum(values) == 0:
        assert found.has == kernel.NONE
    else:
        assert found.value == pytest.approx(reference.index(values), abs=1e-9)
        assert found.low <= found.value <= found.high


@settings(deadline=None)
@given(counts=whole_counts, window=st.sampled_from([1, 2, 5]))
def test_without_the_trend_it_is_of_second_differences(counts: list[int], window: int) -> None:
    found = kernel.index(kernel.sums(np.array(counts, float)), window, True)
    values = reference.windows_of(counts, window)
    if len(values) < kernel.FEWEST or sum(values[1:-1]) == 0:
        assert found.has == kernel.NONE
    else:
        assert found.value == pytest.approx(reference.trend_removed(values), abs=1e-9)


@pytest.mark.parametrize("trendless", [False, True])
@pytest.mark.parametrize("window", [1, 2, 10])
def test_the_interval_is_the_jackknife_s(trendless: bool, window: int) -> None:
    counts = drawn(CROWDS, 3, 437)
    found = kernel.index(kernel.sums(counts), window, trendless)
    values = reference.windows_of(counts.tolist(), window)
    value, error = reference.jackknife(values, trendless, kernel.BATCHES)
    reach = math.exp(t_975(kernel.BATCHES - 1) * error)
    assert found.has == kernel.INTERVAL
    assert found.value == pytest.approx(value)
    assert found.low == pytest.approx(value / reach)
    assert found.high == pytest.approx(value * reach)


def test_a_straight_line_is_no_burst() -> None:
    """A rate that grows evenly has no second difference; the plain index takes it for one."""
    total = kernel.sums(np.arange(1000.0))
    assert kernel.index(total, 10, True).value == pytest.approx(0.0, abs=1e-9)
    assert kernel.index(total, 10, False).value > 1000.0


def test_scaled_counts_scale_the_index() -> None:
    counts = drawn(POISSON, 1, 500)
    once, thrice = (kernel.index(kernel.sums(k * counts), 5, False).value for k in (1.0, 3.0))
    assert thrice == pytest.approx(3.0 * once)


def test_requests_like_clockwork_have_no_variance() -> None:
    found = kernel.index(kernel.sums(np.full(400, 7.0)), 5, False)
    assert (found.value, found.has) == (0.0, kernel.VALUE)


@pytest.mark.parametrize("kind", [POISSON, CROWDS])
def test_intervals_hold_the_truth_as_often_as_they_say(kind: int) -> None:
    """95 %, less what is lost with 60 windows: above 90 % of 400 runs with 600 windows or more."""
    s = Stream(kind, 5.0, 1, 8.0, 10.0, 60.0, 6.0, 4.0, 1.6, 3.0)

    def of(t: float) -> float:
        return dispersion(s, t)

    held = np.zeros((3, 2))
    for seed in range(400):
        total = kernel.sums(drawn(kind, seed, 6000))
        for i, window in enumerate((1, 10, 100)):
            for trendless in (False, True):
                wanted = theory.trend_removed(of, float(window)) if trendless else of(window)
                found = kernel.index(total, window, trendless)
                held[i, int(trendless)] += found.low <= wanted <= found.high
    assert (held[:2] / 400 > 0.9).all()
    assert (held[2] / 400 > 0.83).all()
    assert (held / 400 < 0.995).all()


@pytest.mark.parametrize("trendless", [False, True])
@pytest.mark.parametrize(("rate", "window"), [(0.3, 1), (5.0, 1), (5.0, 20)])
def test_the_spread_of_a_poisson_stream_s_index(trendless: bool, rate: float, window: int) -> None:
    """Standard deviation over 1,500 runs; its own error is one in sqrt(3,000)."""
    rng = np.random.default_rng(5)
    n = 200
    found = [
        kernel.index(
            kernel.sums(rng.poisson(rate, n * window).astype(float)), window, trendless
        ).value
        for _ in range(1500)
    ]
    wanted = kernel.poisson_error(n, trendless)
    assert np.std(found) == pytest.approx(wanted, rel=4.0 / math.sqrt(3000) + 0.02)
    assert abs(np.mean(found) - 1.0) < 4.0 * wanted / math.sqrt(1500)


@settings(deadline=None)
@given(counts=whole_counts, lag=st.integers(1, 20))
def test_autocorrelation(counts: list[int], lag: int) -> None:
    found = kernel.autocorrelation(kernel.sums(np.array(counts, float)), 2, lag)
    values = reference.windows_of(counts, 2)
    if len(values) <= lag + 1 or len(set(values)) < 2:
        assert found == 0.0
    else:
        assert found == pytest.approx(reference.autocorrelation(values, lag), abs=1e-9)


@settings(deadline=None)
@given(counts=whole_counts, share=st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_enough_for_a_share_of_the_seconds(counts: list[int], share: float) -> None:
    values = np.array(counts, float)
    enough = kernel.enough_for(values, share)
    assert np.sum(values <= enough) >= share * len(values)
    assert np.sum(values < enough) < share * len(values)


@settings(deadline=None)
@given(counts=whole_counts, window=st.sampled_from([1, 10, 60]))
def test_the_busiest_window(counts: list[int], window: int) -> None:
    found = kernel.busiest(kernel.sums(np.array(counts, float)), window)
    values = reference.windows_of(counts, window) or [sum(counts) * window / len(counts)]
    assert found == pytest.approx(max(values) / window)
