import doctest
from typing import Any

import numpy as np
import pytest

from scalelab.models.requirement import sizing
from scalelab.models.requirement.sizing import (
    AFTER_A_MESSAGE,
    BINS,
    EXPONENTIAL,
    LAWS,
    OVER_THE_DAY,
    SHOWN,
    WAYS,
    at_once,
    goal,
    record,
    simulate_days,
    visits_by_time,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("customers", (0, 1_000_000_001)), ("active", (0.0, 5.0, NAN)),
        ("visits_per_active", (0.9, 101.0)), ("session_min", (0.0, 121.0, NAN)),
        ("requests_per_visit", (0.5, 10_001.0)), ("busiest_hour", (0.04, 0.51, NAN)),
        ("campaign", (0.9, 101.0)), ("fade_min", (0.5, 601.0)), ("response_ms", (0.0, 60_001.0)),
        ("server_requests_per_s", (0.0, 1e7)), ("utilisation", (0.0, 60.0)),
        ("response_kb", (0.0, 1e6)), ("write_share", (-0.1, 5.0)), ("write_kb", (-1.0, 1e6)),
        ("copies", (0, 21)), ("growth", (-1.0, 50.0)), ("years", (0, 51)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"customers": 1000, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            goal(**given)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^law is 'normal', allowed are all the same; expo"):
        goal(1000, law="normal")
    with pytest.raises(ValueError, match=r"^way is 'by post', allowed are over the day; after a"):
        goal(1000, way="by post")
    with pytest.raises(ValueError, match=r"^way is 'by post', allowed are over the day; after a"):
        visits_by_time(1000, way="by post")
    for function in (at_once, simulate_days, record):
        with pytest.raises(ValueError, match=r"^law is 'normal', allowed are all the same; expo"):
            function(visits_by_time(1000), 10.0, "normal")


def test_visits_of_the_wrong_kind() -> None:
    for function in (at_once, simulate_days, record):
        with pytest.raises(ValueError, match=r"visits has the shape \(24,\), needed is \(288,\)"):
            function(np.ones(24), 10.0)
        with pytest.raises(ValueError, match=r"^least of visits is -1.0, allowed is 0.0 to"):
            function(-np.ones(BINS), 10.0)
        with pytest.raises(ValueError, match=r"^least of visits is nan, allowed is 0.0 to"):
            function(np.full(BINS, NAN), 10.0)
        with pytest.raises(ValueError, match=r"^most of visits is inf, allowed is 0.0 to"):
            function(np.array([np.inf] + [1.0] * (BINS - 1)), 10.0)
        with pytest.raises(ValueError, match=r"^session_min is 0 min, allowed is 0.1 to 120.0"):
            function(np.ones(BINS), 0)
    with pytest.raises(ValueError, match=r"^sum of visits is .*, allowed is 0.0 to 5000000"):
        record(np.full(BINS, 1e6), 10.0)
    with pytest.raises(ValueError, match=r"^n_runs is 0, allowed is 1 to 100000"):
        simulate_days(np.ones(BINS), 10.0, n_runs=0)
    with pytest.raises(ValueError, match=r"^visits is -1, allowed is 0.0 to"):
        visits_by_time(-1)


def test_examples() -> None:
    assert doctest.testmod(sizing).failed == 0


def test_each_step_by_hand() -> None:
    """2,000,000 -> 100,000 -> 120,000 visits -> 12,000 in the hour -> 2,000 -> 200/s -> 20."""
    found = goal(2_000_000)
    assert found.active == pytest.approx(100_000)
    assert found.visits == pytest.approx(120_000)
    assert found.visits_busiest_hour == pytest.approx(12_000)
    assert found.at_once_mean == pytest.approx(120_000 * 10 / 1440)
    assert found.requests_per_s_mean == pytest.approx(120_000 * 60 / 86_400)
    # The best moment is a little above the mean of its hour.
    assert 2000 < found.at_once_peak < 2010
    assert found.requests_per_s_peak == pytest.approx(found.at_once_peak / 10)
    assert found.in_work_peak == pytest.approx(found.requests_per_s_peak * 0.1)
    assert found.servers == 4
    assert found.bandwidth_mbit_per_s_peak == pytest.approx(found.requests_per_s_peak * 0.2)
    assert found.storage_tb_per_year == pytest.approx(120_000 * 60 * 0.05 * 2e3 * 3 * 365 / 1e12)
    years = [1.5**year for year in range(5)]
    assert found.storage_tb == pytest.approx(found.storage_tb_per_year * sum(years))
    assert found.peak_to_mean == pytest.approx(2.4, abs=0.01)
    assert found.years == 5


def test_the_sentences_hold_the_numbers() -> None:
    found = goal(2_000_000)
    text = " ".join(found.sentences)
    for number in (found.at_once_peak, found.at_once_campaign, found.requests_per_s_campaign,
                   found.servers, found.servers_campaign):  # fmt: skip
        assert f" {number:,.0f}" in text
    assert f"{found.storage_tb:,.1f} TB after 5" in text


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("way", WAYS)
def test_ends_of_the_ranges(law: str, way: str) -> None:
    least = goal(1, 0.0001, 1.0, 0.1, law, 1.0, 1 / 24, 1.0, way, 1.0, 0.01, 1e6, 1.0, 0.001,
                 0.0, 0.0, 1, -0.9, 1)  # fmt: skip
    most = goal(10**9, 1.0, 100.0, 120.0, law, 1e4, 0.5, 100.0, way, 600.0, 6e4, 0.1, 0.01, 1e5,
                1.0, 1e5, 20, 10.0, 50)  # fmt: skip
    for found in (least, most):
        numbers = list(vars(found).values())
        assert np.isfinite(numbers).all()
        assert min(numbers) >= 0.0
    assert least.servers == 1
    assert most.at_once_campaign > most.at_once_peak > least.at_once_peak


def test_a_goal_and_a_day_are_the_same_world() -> None:
    for way in (OVER_THE_DAY, AFTER_A_MESSAGE):
        found = goal(2_000_000, campaign=5.0, way=way, busiest_hour=0.12)
        day = visits_by_time(120_000, 0.12, 5.0, way)
        assert day.shape == (BINS,)
        assert at_once(day, 10.0).max() == found.at_once_campaign
        assert day.sum() == pytest.approx(5 * 120_000)


def test_days_and_their_mean() -> None:
    visits = visits_by_time(5000)
    days = simulate_days(visits, 20, n_runs=400, seed=7)
    assert days.shape == (400, SHOWN)
    mean = at_once(visits, 20, EXPONENTIAL)[:: BINS // SHOWN]
    np.testing.assert_allclose(days.mean(axis=0), mean, atol=4.0 * np.sqrt(mean.max() / 400))
    assert (simulate_days(visits, 20, n_runs=2, seed=7) == simulate_days(visits, 20, n_runs=2,
            seed=7)).all()  # fmt: skip
    assert (days[0] != days[1]).any()


def test_whole_numbers_and_lists_will_do() -> None:
    ones = np.ones(BINS, int)
    np.testing.assert_array_equal(at_once(ones, 10), at_once(ones.astype(float), 10.0))
    assert len(record(np.zeros(BINS), 10.0)) == 0
    assert simulate_days(np.zeros(BINS), 10.0).max() == 0.0
