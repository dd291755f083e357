import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from scalelab.models.introduction.elasticity import STRATEGIES, simulate
from scalelab.theory.introduction.elasticity import (
    held,
    largest_gap_of_sale,
    peak_over_mean,
    ramp_shortfall,
    refused_by_fixed,
    refused_by_sale,
    swing,
    target_that_follows,
)

MEAN, PEAK, ELASTIC, TOLD = STRATEGIES
LARGE: dict[str, Any] = {
    "burst": 0.0, "mean_rate": 1e6, "most": 10_000_000, "measure_s": 0.0, "n_runs": 1,
}  # fmt: skip
TURN = np.linspace(0.0, 2.0 * math.pi, 200_001)[:-1]


def test_four_to_one_by_hand() -> None:
    """Between 0.4 and 1.6 of the mean."""
    assert swing(4.0) == pytest.approx(0.6)
    assert peak_over_mean(4.0) == pytest.approx(1.6)
    assert swing(1.0) == 0.0
    assert peak_over_mean(1.0) == 1.0
    # Nothing is saved beyond half: a sine spends as much time high as low.
    assert peak_over_mean(1e9) == pytest.approx(2.0)


@pytest.mark.parametrize("capacity", [0.2, 0.5, 1.0, 1.3, 1.6, 2.0])
def test_what_is_above_a_fixed_capacity(capacity: float) -> None:
    above = np.maximum(1.0 + 0.6 * np.sin(TURN) - capacity, 0.0).mean()
    assert refused_by_fixed(capacity, 0.6) == pytest.approx(above, abs=1e-8)


def test_capacity_for_the_mean_refuses_the_swing_over_pi() -> None:
    assert refused_by_fixed(1.0, 0.6) == pytest.approx(0.6 / math.pi)


@pytest.mark.parametrize("hold_h", [0.0, 0.5, 6.0, 24.0])
def test_what_is_held(hold_h: float) -> None:
    w = 2.0 * math.pi * hold_h / 24.0
    # The greatest within the window is at one of its ends, or the top is within.
    ends = np.maximum(np.cos(TURN), np.cos(TURN - w))
    top = np.where((TURN % (2.0 * math.pi)) <= w, 1.0, ends)
    assert held(0.6, hold_h) == pytest.approx(1.0 + 0.6 * top.mean(), abs=1e-4)


def test_without_a_hold_what_is_needed_is_paid_and_for_a_day_the_peak() -> None:
    assert held(0.6, 0.0) == pytest.approx(1.0)
    assert held(0.6, 24.0) == pytest.approx(1.6)


@pytest.mark.parametrize("lag_h", [0.0, 0.1, 2.0, 12.0])
def test_the_target_that_follows(lag_h: float) -> None:
    d = 2.0 * math.pi * lag_h / 24.0
    least = ((1.0 + 0.6 * np.sin(TURN - d)) / (1.0 + 0.6 * np.sin(TURN))).min()
    assert target_that_follows(0.6, lag_h) == pytest.approx(least, abs=1e-6)


def test_twelve_hours_late_is_the_whole_ratio() -> None:
    assert target_that_follows(0.6, 12.0) == pytest.approx(0.25)


def test_a_ramp_by_hand() -> None:
    """Ten more a minute for six minutes, room for twenty: forty are missing."""
    assert ramp_shortfall(10.0, 6.0, 20.0) == 40.0
    assert ramp_shortfall(10.0, 6.0, 70.0) == 0.0


def test_a_jump_by_hand() -> None:
    """From 100 to 300 at once; busy to half there is room for 200. 60 s late."""
    assert refused_by_sale(100.0, 300.0, 0.0, 60.0, 0.5) == pytest.approx(100.0 * 60.0)
    assert largest_gap_of_sale(100.0, 300.0, 0.0, 60.0, 0.5) == pytest.approx(100.0)
    assert refused_by_sale(100.0, 200.0, 0.0, 60.0, 0.5) == 0.0
    assert largest_gap_of_sale(100.0, 150.0, 0.0, 60.0, 0.5) == 0.0


CASES = [
    (1.0, 3.0, 60.0, 360.0, 0.7), (1.0, 3.0, 600.0, 360.0, 0.7), (1.0, 3.0, 360.0, 360.0, 1.0),
    (1.0, 1.2, 60.0, 360.0, 0.7), (1.0, 10.0, 1800.0, 900.0, 0.3),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_areas_are_those_of_numerical_integration(case: tuple[float, ...]) -> None:
    before, during, rise, lag, target = case

    def demand(t: float) -> float:
        return before + (during - before) * min(max(t / rise, 0.0), 1.0)

    def gap(t: float) -> float:
        return max(0.0, demand(t) - demand(t - lag) / target)

    corners = sorted({rise, lag})
    area, _ = quad(gap, 0.0, lag + rise, points=corners, limit=400)
    assert refused_by_sale(before, during, rise, lag, target) == pytest.approx(area, rel=1e-4)
    most = max(gap(t) for t in np.linspace(0.0, lag + rise, 20_001))
    assert largest_gap_of_sale(before, during, rise, lag, target) == pytest.approx(most, rel=1e-3)


def test_the_gap_of_a_long_ramp_is_slope_times_lag_less_head_room() -> None:
    gap = largest_gap_of_sale(100.0, 400.0, 600.0, 120.0, 0.8)
    assert gap == pytest.approx(ramp_shortfall(0.5, 120.0, 25.0))


@pytest.mark.parametrize("ratio", [1.0, 2.0, 4.0, 10.0])
def test_the_model_on_a_day(ratio: float) -> None:
    """Steps of 15 s and 10,000 machines: both are off by less than one in a thousand."""
    day: dict[str, Any] = {"peak_to_trough": ratio, "sale": 1.0, "boot_s": 0.0, "target": 0.8}
    paid = simulate(ELASTIC, hold_min=60.0, **day, **LARGE).machine_hours * 0.8 / 24.0 / 1e4
    assert paid == pytest.approx(held(swing(ratio), 1.0), rel=1e-3)
    refused = simulate(MEAN, **day, **LARGE).refused_share
    assert refused == pytest.approx(refused_by_fixed(1.25, swing(ratio)), abs=2e-4)


@pytest.mark.parametrize(("rise_s", "boot_s"), [(60.0, 300.0), (600.0, 300.0), (60.0, 15.0)])
@pytest.mark.parametrize("target", [0.5, 0.7, 1.0])
def test_the_model_in_a_sale(rise_s: float, boot_s: float, target: float) -> None:
    """A step of 15 s, in which two means come in addition, is what may be missed."""
    found = simulate(
        ELASTIC, peak_to_trough=1.0, sale=3.0, rise_s=rise_s, boot_s=boot_s, target=target,
        **LARGE,
    )  # fmt: skip
    wanted = refused_by_sale(1.0, 3.0, rise_s, boot_s, target)
    assert found.refused / 1e6 == pytest.approx(wanted, abs=15.0 * 2.0 * 0.25)
    gap = largest_gap_of_sale(1.0, 3.0, rise_s, boot_s, target)
    assert found.worst_machines / 1e4 == pytest.approx(gap, abs=1e-3)
