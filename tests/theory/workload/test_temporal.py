"""The closed forms against numbers worked out in another way."""

import numpy as np
import pytest
from scipy import stats

from scalelab.theory.workload.temporal import (
    busiest,
    expected,
    first_minute_over_hour,
    load_factor,
    rescaled,
    two_regions,
    with_a_special_day,
)


def test_expected() -> None:
    assert expected([1.0, 2.0, 0.5], 3600.0) == 12_600.0


def test_rescaled_is_the_integral() -> None:
    rates = np.array([1.0, 0.0, 4.0])
    times = np.array([0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0])
    assert rescaled(times, rates, 10.0).tolist() == [0.0, 5.0, 10.0, 10.0, 10.0, 30.0, 50.0]


def test_load_factor() -> None:
    assert load_factor([1.0, 3.0]) == pytest.approx(2 / 3)
    assert load_factor([1.0, 3.0], 8.0) == 0.25
    # 500 servers at noon, 100 at midnight, 300 on average: three fifths are used.
    day = 300 + 200 * np.sin(2 * np.pi * np.arange(24) / 24)
    assert load_factor(day) == pytest.approx(0.6)


def test_a_special_day() -> None:
    year = np.full(364, 10.0)
    year[100] = 12.0
    mean = float(year.mean())
    year[100] *= 3.0
    assert with_a_special_day(mean, 12.0, 3.0, 364) == pytest.approx(year.mean())


@pytest.mark.parametrize("swing", [0.2, 0.9])
@pytest.mark.parametrize("hours", [0.0, 3.0, 9.0, 12.0])
@pytest.mark.parametrize("second", [0.0, 0.5, 1.0])
def test_two_regions(swing: float, hours: float, second: float) -> None:
    t = np.linspace(0.0, 2 * np.pi, 200_001)
    both = 1 + swing * np.sin(t) + second * (1 + swing * np.sin(t - 2 * np.pi * hours / 24))
    assert two_regions(swing, hours, second) == pytest.approx(both.max() / (1 + second), abs=1e-6)


def test_two_regions_opposite_each_other_have_no_peak() -> None:
    assert two_regions(0.8, 12.0) == pytest.approx(1.0)


def test_first_minute() -> None:
    assert first_minute_over_hour(0.0) == pytest.approx(1.0)
    assert first_minute_over_hour(1.0) == pytest.approx(60.0)
    assert first_minute_over_hour(0.02) == pytest.approx(2.18)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_the_busiest_window(share: float) -> None:
    means, numbers = np.array([0.3, 40.0, 2500.0]), np.array([1e6, 5000.0, 3.0])
    k = busiest(means, numbers, share)
    for at, wanted in ((k, True), (k - 1, False)):
        product = np.dot(numbers, stats.poisson.logcdf(at, means))
        assert (product >= np.log(share)) == wanted
    assert busiest(np.array([3.0]), np.array([1.0]), share) == stats.poisson.ppf(share, 3.0)
