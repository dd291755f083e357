"""The week against plain Python and exact distributions; the table against what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.kernels.workload import temporal_reference as reference

from scalelab.kernels.access_log import FIELDS
from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.random import generator
from scalelab.kernels.workload import temporal as k
from scalelab.theory.workload.temporal import rescaled

NONE = np.empty(0)
STORY: dict[str, Any] = {
    "system": k.SHOP, "requests_a_day": 1e6, "special": 3.0, "second": 0.0, "hours_behind": 9,
    "first_minute": 0.02, "spread": 0.1, "sized_for": k.MINUTE, "quiet_h": 4, "log_rows": NONE,
    "n_runs": 5, "seed": 1,
}  # fmt: skip
MONDAY_S = 4 * 86_400.0  # 5 January 1970


def table(**changed: Any) -> Table:
    return k.temporal(*{**STORY, **changed}.values())


def rows_of(times: Floats) -> Floats:
    """A log with these times, in whole seconds as logs have them."""
    rows = np.zeros((len(times), FIELDS))
    rows[:, 0] = np.floor(times)
    return rows.ravel()


@pytest.mark.parametrize("first", [0.0, 0.05])
def test_arrivals_as_in_the_reference(first: float) -> None:
    hourly = [0.01, 0.0, 0.05, 0.002]
    expected = reference.times(hourly, first, generator(7))
    np.testing.assert_allclose(k.arrivals(np.array(hourly), first, 7), expected, rtol=1e-12)


@pytest.mark.parametrize("system", range(k.BUILT_IN))
def test_the_rescaled_gaps_are_exponential(system: int) -> None:
    """Kolmogorov and Smirnov's test, at one in a thousand, and the mean by hour of the day."""
    rate = k.rates(system, 5000.0)
    times = k.arrivals(rate, 0.0, 3)
    gaps = np.diff(rescaled(times, rate, 3600.0))
    assert stats.kstest(gaps, "expon").pvalue > 0.001
    assert stats.kstest(np.diff(times), "expon", (0, np.diff(times).mean())).pvalue < 1e-9
    counted = np.bincount((times // 3600).astype(int), minlength=168)
    off = (counted - 3600 * rate) / np.sqrt(3600 * rate)
    assert np.sum(off**2) < stats.chi2.ppf(0.9999, 168)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 1e6), st.floats(1e-9, 0.4))
def test_quantile(mean: float, tail: float) -> None:
    """That of the exact distribution; a tenth of a request off where it is by expansion."""
    found = k.quantile(mean, tail)
    assert found == math.floor(found)
    exact = stats.poisson.isf(tail, mean)
    assert abs(found - exact) <= (0 if mean < k.EXPANDED_FROM else 1 + 2e-3 * math.sqrt(mean))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 300), st.integers(1, 4000))
def test_nothing_that_could_be_the_peak_is_passed_over(so_far: int, n: int) -> None:
    mean = k.hopeless_below(float(so_far), n)
    assert 0.0 <= mean <= so_far + 1.0
    assert n * stats.poisson.sf(so_far, mean) < 1.01 * math.exp(k.NEVER)


@pytest.mark.parametrize("width", range(k.WIDTHS))
@pytest.mark.parametrize("requests_a_day", [2e4, 2e6])
def test_peaks_are_distributed_as_they_should_be(width: int, requests_a_day: float) -> None:
    """The share of years below the exact quartiles, four standard errors off at most."""
    rate = k.rates(k.SHOP, requests_a_day)
    factors = np.exp(0.1 * np.random.default_rng(1).normal(size=28))
    runs = 600
    seconds = k.WIDTH_S[width]
    state = generator(5)
    found = [k.peak(state, rate, factors, 0.02, width) * seconds for _ in range(runs)]
    for share in (0.25, 0.5, 0.75):
        most = reference.most_of_a_year(
            rate.tolist(), factors.tolist(), 0.02, seconds, share
        )  # fmt: skip
        below = np.mean(np.array(found) <= most + 1e-6)
        # One number may hold much of the probability, and no other has as much below it.
        before = np.mean(np.array(found) <= most - 1 + 1e-6)
        error = 4 * math.sqrt(share * (1 - share) / runs)
        assert before - error < share < below + error


def test_day_factors_have_mean_one_and_the_spread() -> None:
    for spread in (0.05, 0.3, 0.5):
        factors = k.day_factors(generator(3), spread, 200_000)
        assert np.mean(factors) == pytest.approx(1.0, abs=4 * spread / math.sqrt(200_000))
        assert np.std(factors) == pytest.approx(spread, rel=0.02)
    assert (k.day_factors(generator(3), 0.0, 10) == 1.0).all()


def test_the_special_day_s_factors_are_spread_over_their_distribution() -> None:
    """One in each ninth of it; the other days, and all of them together, are log-normal."""
    spread, runs = 0.3, 9
    variance = math.log1p(spread**2)
    law = stats.lognorm(math.sqrt(variance), scale=math.exp(-variance / 2))
    day = k.special_day(364)
    assert day % 7 == k.FRIDAY
    found = [k.years_drawn(generator(seed), spread, runs) for seed in range(300)]
    special = np.array([years[:, day] for years in found])
    for years in special[:20]:
        assert (law.cdf(years) * runs).astype(int).tolist() == list(range(runs))
    assert stats.kstest(special.ravel(), law.cdf).pvalue > 0.001
    others = np.delete(found[0], day, axis=1).ravel()
    assert stats.kstest(others, law.cdf).pvalue > 0.001
    assert (k.years_drawn(generator(1), 0.0, 3) == 1.0).all()


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries({
    "system": st.integers(0, k.BUILT_IN - 1),
    "requests_a_day": st.sampled_from([1e4, 1e5, 5e7]),
    "special": st.sampled_from([1.0, 3.0, 20.0]),
    "second": st.sampled_from([0.0, 0.5, 3.0]),
    "hours_behind": st.integers(0, 23),
    "first_minute": st.sampled_from([0.0, 0.02, 0.2]),
    "spread": st.sampled_from([0.0, 0.1, 0.5]),
    "sized_for": st.integers(0, k.WIDTHS - 1),
    "quiet_h": st.integers(1, 12),
    "seed": st.integers(0, 2**40),
}))  # fmt: skip
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    assert found.shape == (24 + k.BUILT_IN * k.WIDTHS, k.COLUMNS)
    assert np.isfinite(found).all()
    whole = found[0]
    week = found[:24, k.LOAD : k.LOAD + 7].T.ravel()
    both = 1.0 + world["second"]
    assert week.sum() / 168 * 86_400 == pytest.approx(world["requests_a_day"] * both)
    assert whole[k.ALONE_MEAN] * both == pytest.approx(week.mean())
    assert whole[k.ALONE_PEAK] - 1e-9 <= whole[k.PEAK_HOUR] <= both * whole[k.ALONE_PEAK] + 1e-9
    extra = (world["special"] - 1.0) * week[96:120].mean() / 364
    assert whole[k.MEAN] == pytest.approx(week.mean() + extra)
    # The mean of the drawn load needs not be below its peak in windows of a day by much.
    assert 0.0 <= whole[k.IDLE] < 1.0
    assert whole[k.TIMES] == pytest.approx(whole[k.CAPACITY] / whole[k.MEAN])
    assert 0 <= whole[k.ABOVE_HALF] <= 8736
    for row in found[24:]:
        assert row[k.PEAK + 1] <= row[k.PEAK] <= row[k.PEAK + 2]
    # The quietest hours, looked for in another way.
    n = world["quiet_h"]
    sums = [np.roll(week, -i)[:n].mean() for i in range(168)]
    assert whole[k.QUIET_LOAD] == pytest.approx(min(sums) / week.mean())
    at = int(24 * whole[k.QUIET_DAY] + whole[k.QUIET_HOUR])
    assert sums[at] == pytest.approx(min(sums))


def test_a_narrower_window_has_the_higher_peak() -> None:
    for first in (0.0, 0.05):
        found = table(first_minute=first, spread=0.0, n_runs=30)
        for system in range(k.BUILT_IN):
            mine = found[24 + k.WIDTHS * system : 24 + k.WIDTHS * (system + 1), k.PEAK]
            assert (np.diff(mine) < 0).all()


def test_a_second_region_just_as_the_first_doubles_everything() -> None:
    one, two = table(spread=0.0), table(spread=0.0, second=1.0, hours_behind=0)
    np.testing.assert_allclose(two[:24, 3:10], 2 * one[:24, 3:10])
    assert two[0, k.QUIET_LOAD] == pytest.approx(one[0, k.QUIET_LOAD])


def test_counting_a_log() -> None:
    times = np.sort(np.random.default_rng(1).uniform(0, 4000, 500).round())
    for width in range(k.WIDTHS):
        seconds = k.WIDTH_S[width]
        counted = reference.counts(times.tolist(), seconds)
        assert k.largest_count(times, width) == counted / seconds


def test_hours_of_a_log_are_counted_with_what_was_seen_of_them() -> None:
    """From 10:30 to 12:30, one request a second: half hours count as half hours."""
    found = k.fit(MONDAY_S + np.arange(37_800.0, 45_000.0), 0.1)
    np.testing.assert_allclose(found.rate[10:13], 1.0)
    np.testing.assert_allclose(found.exposure[10:13], [0.5, 1.0, 0.5])
    assert found.seen == 3
    assert found.complete == 0
    assert found.state == k.HOURS_ONLY
    assert not found.busiest.known
    assert not found.spread.known
    assert (found.low[10:13] < 1.0).all()
    assert (found.high[10:13] > 1.0).all()


def test_a_log_out_of_order_is_the_same_log() -> None:
    times = MONDAY_S + k.arrivals(k.rates(k.SHOP, 500.0), 0.0, 3)
    mixed = times.copy()
    np.random.default_rng(1).shuffle(mixed)
    np.testing.assert_array_equal(
        table(log_rows=rows_of(times)), table(log_rows=rows_of(mixed))
    )  # fmt: skip


@pytest.mark.parametrize(
    "times",
    [[0.0], [1.7e9], [1.7e9, 1.7e9], [1.7e9] * 1000, [0.0, 4e9], [86_399.0, 86_400.0],
     [1.7e9 + 3600.0 * i for i in range(48)], [1.7e9 + 0.01 * i for i in range(100)]],
)  # fmt: skip
def test_odd_logs_give_a_finite_table(times: list[float]) -> None:
    found = table(log_rows=rows_of(np.array(times)), special=1.0)
    assert np.isfinite(found).all()
    assert found.shape == (24 + 4 * k.WIDTHS, k.COLUMNS)
    assert found[0, k.SYSTEM] == k.OWN


def test_only_the_last_days_of_a_long_log() -> None:
    times = np.array([0.0, 500.0 * 86_400.0, 500.5 * 86_400.0])
    assert k.times_of(rows_of(times)).tolist() == times[1:].tolist()
