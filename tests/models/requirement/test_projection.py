"""What is refused, that a known truth is found, and how often the bands hold it."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from scalelab.facts.history import PAGE_VIEWS, PAGE_VIEWS_FROM, TAXI_RIDES, TAXI_RIDES_FROM
from scalelab.kernels.requirement import projection as kernel
from scalelab.models.requirement.projection import SERIES, STATES, backtest, project

FIRST = date(2022, 1, 1)  # of the shop
VIEWS = np.array(PAGE_VIEWS, float)


def shop(seed: int, n: int) -> NDArray[np.float64]:
    return kernel.shop(seed, n, 0.0)


@pytest.mark.parametrize(
    ("loads", "more", "message"),
    [
        ([5.0] * 27, {}, "number of loads is 27, allowed is 28 to 100000"),
        ([[5.0] * 30], {}, r"loads has the shape \(1, 30\); give one list"),
        ([5.0] * 40 + [-1.0], {}, "load is -1.0, allowed is 0.0 to"),
        ([5.0] * 40 + [math.nan], {}, "load is nan"),
        ([5.0] * 40 + [math.inf], {}, "load is inf"),
        ([5.0] * 40, {"horizon_days": 0}, "horizon_days is 0 days, allowed is 1 to 3650"),
        ([5.0] * 40, {"history_days": 27}, "history_days is 27 days, allowed is 28 to 40 days"),
        ([5.0] * 40, {"history_days": 41}, "the history has no more"),
        ([5.0] * 40, {"first": date(1969, 12, 31)}, "first is 1969-12-31, allowed is 1970-01-01"),
        ([5.0] * 10 + [0.0] * 30, {}, "too few of the 40 days are known, or none of some weekday"),
        ([5.0, 5.0, 5.0, 5.0, 5.0, 0.0, 0.0] * 10, {}, "none of some weekday"),
    ],
)
def test_refused(loads: list[float], more: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        project(loads, **({"first": FIRST} | more))


@pytest.mark.parametrize(
    ("history", "horizon", "message"),
    [
        (27, 14, "history_days is 27 days"),
        (84, 0, "horizon_days is 0 days"),
        (84, 17, r"history_days \+ horizon_days is 101 days, allowed is 29 to 100 days; what is"),
    ],
)
def test_backtest_refused(history: int, horizon: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        backtest(shop(1, 100), FIRST, history, horizon)


def test_nothing_to_compare_with() -> None:
    loads = np.r_[shop(1, 60), np.zeros(30)]
    with pytest.raises(ValueError, match="no day could be compared: 60 days"):
        backtest(loads, FIRST, 60, 30)


def test_a_load_without_noise_is_projected_exactly() -> None:
    days = np.arange(1000)
    week = np.array(kernel.SHOP_WEEK)[(kernel.SHOP_FROM + 3 + days) % 7]
    angle = 2 * np.pi * days / 365.25
    season = 0.3 * np.cos(angle) - 0.1 * np.sin(angle) + 0.05 * np.sin(2 * angle)
    loads = 500.0 * 1.02 ** (days * 12 / 365.25) * np.exp(week + season)
    found = project(loads[:800], FIRST, 200)
    np.testing.assert_allclose(found.median, loads[800:], rtol=1e-8)
    assert found.growth_a_month == pytest.approx(0.02, abs=1e-9)
    assert found.doubling_months == pytest.approx(math.log(2) / math.log(1.02))
    np.testing.assert_allclose(found.coefficients[8:], [0.3, -0.1, 0.0, 0.05], atol=1e-8)


def test_a_load_that_falls_never_doubles() -> None:
    loads = 100.0 * 0.99 ** np.arange(100)
    found = project(loads, FIRST, 7)
    assert found.doubling_months == math.inf
    assert found.growth_interval[1] < 0.0


def test_days_far_off_are_set_aside_and_change_nothing() -> None:
    loads = shop(5, 400)
    spiked = loads.copy()
    spiked[[100, 250]] *= 10.0
    found = project(spiked, FIRST, 28)
    assert {100, 250} <= set(found.set_aside)
    missing = loads.copy()
    missing[[100, 250]] = 0.0
    np.testing.assert_allclose(found.median, project(missing, FIRST, 28).median, rtol=0.01)


def test_bands_of_days_to_come() -> None:
    """400 shops: 95 % of the bands hold the day, and 80 % of the narrow ones; likewise the trend.

    Four standard errors of a share of 400. The truth has what the model has.
    """
    runs, days = 400, 730
    held = np.zeros(5)
    growth = []
    for seed in range(runs):
        loads = shop(seed, days + 91)
        found = project(loads[:days], FIRST, 91)
        to_come = loads[days:]
        in_95 = (found.band_95[0] <= to_come) & (to_come <= found.band_95[1])
        in_80 = (found.band_80[0] <= to_come) & (to_come <= found.band_80[1])
        low, high = found.growth_interval
        held += [in_95[0], in_95[27], in_95[90], in_80[90], low <= 0.03 <= high]
        growth.append(found.growth_a_month)
    wanted = np.array([0.95, 0.95, 0.95, 0.8, 0.95])
    error = 4 * np.sqrt(wanted * (1 - wanted) / runs)
    assert (abs(held / runs - wanted) < error).all(), held / runs
    assert np.mean(growth) == pytest.approx(0.03, abs=4 * np.std(growth) / np.sqrt(runs))


def test_a_real_series_does_not_keep_the_promise() -> None:
    year = backtest(VIEWS, PAGE_VIEWS_FROM, 364, 91)
    assert year.n_origins == 20
    assert year.in_95 < 0.75
    assert year.in_80 < year.in_95
    assert year.widening is not None
    assert year.widening > 1.5
    assert year.in_widened is not None
    assert year.in_widened > year.in_95 + 0.15
    two = backtest(VIEWS, PAGE_VIEWS_FROM, 730, 91)
    assert two.in_95 > 0.88
    assert two.error < year.error


def test_it_is_the_season_that_breaks_the_promise() -> None:
    """What the validation page says of the shop: without its season, a year is enough."""
    days = np.arange(kernel.SHOP_DAYS)
    season = np.exp(kernel.SHOP_YEAR * np.cos(2 * np.pi * days / 365.25))
    runs = [shop(seed, kernel.SHOP_DAYS) for seed in range(1, 9)]
    found = [backtest(loads / season, FIRST, 364, 91).in_95 for loads in runs]
    assert 0.93 < np.mean(found) < 0.96
    assert backtest(runs[0], FIRST, 364, 91).in_95 < 0.75
    assert backtest(runs[0], FIRST, 730, 91).in_95 > 0.93


def test_the_taxis_days_outside_are_holidays_and_a_storm() -> None:
    loads = np.array(TAXI_RIDES, float)
    first = kernel.TAXIS_FROM
    scores = kernel.backtest(kernel.series_of(first, loads), kernel.harmonics(215), 107, 28)
    outside = [
        TAXI_RIDES_FROM + timedelta(int(scores.origins[k]) + j)
        for k, j in np.argwhere(scores.distance > 1.0).tolist()
    ]
    special = [
        date(2014, 11, 27) <= day <= date(2014, 11, 30)
        or date(2014, 12, 23) <= day <= date(2015, 1, 9)
        or date(2015, 1, 26) <= day <= date(2015, 1, 27)
        for day in outside
    ]
    assert np.mean(special) > 0.9


def test_few_forecasts_widen_nothing() -> None:
    found = backtest(shop(1, 100), FIRST, 84, 15)
    assert found.n_origins == 2
    assert found.widening is None
    assert found.in_widened is None


def test_names_are_the_kernel_s() -> None:
    assert SERIES[kernel.ARTICLE] == "Views of an article"
    assert SERIES[kernel.TAXIS].startswith("Taxi")
    assert "Too little history for a forecast" in STATES[kernel.NOTHING]
    assert "too little history for a backtest" in STATES[kernel.NO_BACKTEST]
