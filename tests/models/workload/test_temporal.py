"""What is refused, and that a fit finds the truth as often as its intervals say."""

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from scalelab.facts.week import (
    CYBER_MONDAY,
    CYBER_MONDAY_PEAK_MINUTE,
    NOVEMBER_TO_THE_29TH,
    SHOPIFY_PEAK_MINUTE,
    SHOPIFY_WEEKEND,
    TAXI_WEEK,
)
from scalelab.kernels.workload import temporal as kernel
from scalelab.models import access_log
from scalelab.models.workload.temporal import (
    STATES,
    SYSTEMS,
    WEEK,
    WIDTHS,
    Estimate,
    arrivals,
    fit,
    simulate,
    week,
)
from scalelab.samples.week import CROWD_START_H, DAY_WEIGHTS, DAYS, FILE, HOUR_WEIGHTS

MONDAY = datetime(2026, 11, 2)
REQUESTS = 4000.0
FIRST, SPREAD = 0.03, 0.15


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"system": "Bank"}, "system is 'Bank', allowed are Shop, HR system, Taxis in New York"),
        ({"sized_for": "month"}, "sized_for is 'month', allowed are second, minute"),
        ({"requests_a_day": 999.0}, "requests_a_day is 999.0, allowed is 1000.0 to"),
        ({"special": 0.9}, "special is 0.9, allowed is 1.0 to 100.0"),
        ({"second": -0.1}, "second is -0.1, allowed is 0.0 to 10.0"),
        ({"hours_behind": 24}, "hours_behind is 24 h, allowed is 0 to 23 h"),
        ({"first_minute": 1.0}, "first_minute is 1.0, allowed is 0.0 to 0.9"),
        ({"spread": math.nan}, "spread is nan, allowed is 0.0 to 2.0"),
        ({"quiet_h": 0}, "quiet_h is 0 h, allowed is 1 to 24 h"),
        ({"n_runs": 0}, "n_runs is 0, allowed is 1 to 1000"),
    ],
)
def test_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(**changed)


def test_arrivals_and_weeks_refused() -> None:
    with pytest.raises(ValueError, match=r"lowest rate is -1.0 requests/s, allowed is 0.0 to"):
        arrivals([1.0, -1.0])
    with pytest.raises(ValueError, match=r"rates has the shape \(1, 2\); give one list"):
        arrivals([[1.0, 2.0]])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"expected requests is 36000000.0, allowed is 0.0 to"):
        arrivals([1e4])
    with pytest.raises(ValueError, match=r"first_minute is 0.95"):
        arrivals([1.0], 0.95)
    with pytest.raises(ValueError, match=r"requests_a_day is 0.5"):
        week("Shop", 0.5)
    with pytest.raises(ValueError, match=r"assumed_spread is 3.0, allowed is 0.0 to 2.0"):
        fit(log([0.0]), 3.0)


def log(times: list[float] | NDArray[np.float64], zone: str = "+0100") -> access_log.AccessLog:
    """As a server writes it, from a Monday on."""
    lines = [
        f'192.0.2.1 - - [{MONDAY + timedelta(seconds=int(t)):%d/%b/%Y:%H:%M:%S} {zone}] "GET / '
        'HTTP/1.1" 200 5\n'
        for t in times
    ]
    return access_log.read("".join(lines).encode())


def drawn(days: int, seed: int, system: str = "Shop") -> NDArray[np.float64]:
    """Times of a log of which the truth is known."""
    dice = np.random.default_rng(seed)
    variance = math.log1p(SPREAD**2)
    factors = np.exp(math.sqrt(variance) * dice.normal(size=days) - variance / 2)
    rates = np.tile(week(system, REQUESTS), days // 7 + 1)[: 24 * days]
    return np.floor(arrivals(rates * np.repeat(factors, 24), FIRST, seed))


def test_a_fit_reads_the_server_s_clock() -> None:
    """Four weeks through the parser: the day's shape, the weekdays, in the log's own zone."""
    found = fit(log(drawn(28, 1), zone="-0800"))
    assert found.days == 28
    assert found.known == STATES[kernel.WEEKDAYS]
    assert found.busiest_hour == 20
    truth = week("Shop", REQUESTS).reshape(7, 24)
    low, high = found.rate_low, found.rate_high
    inside = (low <= truth.mean(axis=0)) & (truth.mean(axis=0) <= high)
    assert inside.sum() >= 18
    assert found.first_minute is not None
    assert found.first_minute.value == pytest.approx(FIRST, abs=0.004)
    assert found.weekday is not None
    assert np.mean([each.value for each in found.weekday]) == pytest.approx(1.0)
    assert found.spread is not None
    assert found.spread.low < SPREAD < found.spread.high
    assert found.peak_over_mean == pytest.approx(
        truth.mean(axis=0).max() / truth.mean(), rel=0.05
    )  # fmt: skip


def holds(one: kernel.Estimate, truth: float) -> bool:
    return bool(one.known and one.low <= truth <= one.high)


@pytest.mark.parametrize("days", [2, 3, 14, 28])
def test_intervals_hold_the_truth_as_often_as_they_say(days: int) -> None:
    """95 of 100, less four standard errors; the estimates are right on average."""
    runs = 400
    monday_s = 4 * 86_400.0
    truth = week("Shop", REQUESTS).reshape(7, 24)
    own_days = truth[np.arange(days) % 7]
    share = own_days.sum(axis=0).max() / own_days.sum()
    of_weekday = truth.mean(axis=1) / truth.mean()
    held = dict.fromkeys(("rate", "busiest", "first", "spread", "weekday"), 0.0)
    firsts, spreads, rates = [], [], []
    for seed in range(runs):
        found = kernel.fit(monday_s + drawn(days, seed), 0.1)
        mean = own_days.mean(axis=0) if found.state != kernel.WEEKDAYS else truth.mean(axis=0)
        held["rate"] += np.mean((found.low <= mean) & (mean <= found.high)) / runs
        held["busiest"] += holds(found.busiest, share) / runs
        held["first"] += holds(found.first, FIRST) / runs
        held["spread"] += holds(found.spread, SPREAD) / runs
        inside = (found.weekday_low <= of_weekday) & (of_weekday <= found.weekday_high)
        held["weekday"] += np.mean(inside) / runs
        firsts.append(found.first.value)
        spreads.append(found.spread.value)
        rates.append(found.rate.mean() / mean.mean())
    enough = 0.95 - 4 * math.sqrt(0.95 * 0.05 / runs)
    assert found.state == (kernel.WEEKDAYS if days >= 14 else kernel.SOME_DAYS)
    for name in ("rate", "busiest", "first", "spread", *(["weekday"] if days >= 14 else [])):
        assert held[name] > enough, (name, held)
    error = 4 / math.sqrt(runs)
    assert np.mean(firsts) == pytest.approx(FIRST, abs=error * np.std(firsts) + 1e-9)
    assert np.mean(rates) == pytest.approx(1.0, abs=error * np.std(rates))
    if days >= 14:
        # A standard deviation is a little too small on average, and the more so of fewer days.
        assert np.mean(spreads) == pytest.approx(SPREAD, rel=0.08)


def test_chance_alone_would_be_far_too_sure() -> None:
    """Intervals that take days for alike hold fewer of the hours' rates than they say."""
    truth = week("HR system", 2e4)[:24]
    held = 0.0
    for seed in range(25):
        factors = np.exp(0.15 * np.random.default_rng(seed).normal(size=14))
        times = 4 * 86_400.0 + arrivals(np.tile(truth, 14) * np.repeat(factors, 24), 0.0, seed)
        counts = np.bincount(((times // 3600) % 24).astype(int), minlength=24)
        half = 1.96 * np.sqrt(counts) / 14 / 3600
        held += np.mean(abs(counts / 14 / 3600 - truth) < half) / 25
    assert held < 0.8


def test_what_a_few_hours_do_not_tell() -> None:
    times = drawn(1, 1)
    found = fit(log(times[(times >= 10 * 3600) & (times < 14 * 3600)]))
    assert found.known == STATES[kernel.HOURS_ONLY]
    assert found.days == 0
    assert found.busiest_hour is None
    assert found.busiest is found.spread is found.weekday is None
    assert np.isfinite(found.rate[10:14]).all()
    assert np.isnan(np.delete(found.rate, [10, 11, 12, 13])).all()
    one = fit(log(times))
    assert one.known == STATES[kernel.ONE_DAY]
    assert isinstance(one.busiest, Estimate)
    assert one.spread is None
    # What one day cannot tell is taken as assumed.
    wider = fit(log(times), assumed_spread=0.5)
    assert (wider.rate_high - wider.rate_low > one.rate_high - one.rate_low).all()


def test_a_week_of_the_shop_with_a_crowd_on_one_evening() -> None:
    """The crowd moves the estimate of the busiest hour; the interval is as wide as that takes."""
    found = fit(access_log.read(FILE))
    weights = np.array(HOUR_WEIGHTS)
    assert found.days == DAYS
    assert found.busiest_hour == int(CROWD_START_H)
    assert found.busiest is not None
    assert found.busiest.value > 1.2 * weights.max() / weights.sum()
    assert found.busiest.low < weights.max() / weights.sum() < found.busiest.high
    assert found.spread is not None
    assert found.spread.low < float(np.std(DAY_WEIGHTS, ddof=1)) < found.spread.high
    assert found.first_minute is not None
    assert found.first_minute.low == 0.0
    assert 0.0 < found.first_minute.high < 0.02
    # The crawler's hour stands out of the night.
    assert found.rate[2] > 3 * max(found.rate[1], found.rate[3])


def test_a_single_request() -> None:
    found = fit(log([5.0]))
    assert found.first_minute is None
    assert np.nanmax(found.rate_high) > np.nanmax(found.rate) > 0.0


def test_the_same_requests_want_different_capacities() -> None:
    shop, hr = (simulate(system, special=1.0, spread=0.0) for system in SYSTEMS[:2])
    assert shop.mean == pytest.approx(hr.mean)
    assert hr.capacity > 2.0 * shop.capacity
    assert set(shop.peak) == set(WIDTHS)
    assert shop.idle == pytest.approx(1.0 - shop.mean / shop.capacity)
    assert shop.quiet_from[0] in WEEK
    assert 0.0 < shop.quiet_load < 0.2


def test_measured_figures() -> None:
    """Those of the taxis as another program has them, and what the chapter says of shops."""
    taxis = np.array(TAXI_WEEK, float)
    assert taxis.shape == (7, 24)
    by_hour = taxis.mean(axis=0)
    assert by_hour.max() / by_hour.min() == pytest.approx(6.39, abs=0.02)
    np.testing.assert_allclose(
        week("Taxis in New York", 86_400.0), taxis.ravel() / taxis.mean(), rtol=1e-12
    )
    mean_day = NOVEMBER_TO_THE_29TH.value / 29
    assert CYBER_MONDAY.value / mean_day == pytest.approx(2.83, abs=0.01)
    hour = 60 * CYBER_MONDAY_PEAK_MINUTE.value
    assert hour / (CYBER_MONDAY.value / 24) == pytest.approx(1.61, abs=0.01)
    assert hour / (mean_day / 24) == pytest.approx(4.56, abs=0.01)
    assert SHOPIFY_PEAK_MINUTE.value / (SHOPIFY_WEEKEND.value / 4 / 1440) == pytest.approx(
        1.37, abs=0.01
    )  # fmt: skip
