"""Closed forms by hand, against each other, and against the simulated futures."""

import math
from statistics import fmean, stdev

import pytest
from scipy import stats

from scalelab.models.requirement.timing import Timing, simulate
from scalelab.theory.requirement.timing import (
    MONTHLY,
    mean_months_until,
    months_until,
    overloaded_months,
    reached,
    steady_costs,
    system_cost,
    trigger_by_newsvendor,
    trigger_just_in_time,
)

FULL = math.log(10.0)


def runs(n: int = 20, **settings: float) -> list[Timing]:
    given = {"takes_off": 1.0, "n_paths": 2000, "n_runs": 1, **settings}
    return [simulate(seed=seed, **given) for seed in range(n)]  # type: ignore[arg-type]


def close(measured: list[float], wanted: float, more: float = 0.0) -> bool:
    """Within four standard errors of the runs' mean, and ``more`` of what is wanted."""
    error = stdev(measured) / math.sqrt(len(measured))
    return abs(fmean(measured) - wanted) < 4.0 * error + more * abs(wanted) + 1e-9


def test_compound_growth_by_hand() -> None:
    assert months_until(8.0, 1.0) == pytest.approx(3.0)
    assert months_until(10.0, 0.08) == pytest.approx(29.92, abs=0.01)
    assert trigger_just_in_time(0.08, 6) == pytest.approx(0.630, abs=0.001)
    assert trigger_just_in_time(0.08, 12) == pytest.approx(trigger_just_in_time(0.08, 6) ** 2)
    assert trigger_just_in_time(0.08, 0) == trigger_just_in_time(0.0, 12) == 1.0


def test_what_is_started_in_time_is_ready_when_it_is_full() -> None:
    start = months_until(trigger_just_in_time(0.05, 7) * 10.0, 0.05)
    assert start + 7 == pytest.approx(months_until(10.0, 0.05))


@pytest.mark.parametrize("trigger", [0.0, 0.2, 0.5, 0.6, 0.65, 0.9, 1.0, 1.5])
@pytest.mark.parametrize("lead", [1, 6, 12])
def test_without_chance_the_costs_are_those_of_the_simulation(trigger: float, lead: int) -> None:
    found = simulate(takes_off=1, uncertainty=0, lead_months=lead, n_paths=10, n_runs=1).at(trigger)
    wanted = steady_costs(trigger, 0.08, lead, 300.0, 20.0, 200.0, 10.0, 48)
    assert (found.needed, found.early, found.failing) == pytest.approx(wanted)


def test_the_first_passage_is_inverse_gaussian() -> None:
    """scipy's law of it: mean b / mu and shape (b / sigma)^2; the level is the corrected one."""
    drift, sigma = 0.05, 0.2
    b = FULL + MONTHLY * sigma
    mean, shape = b / drift, (b / sigma) ** 2
    for months in (5, 24, 60, 120):
        wanted = stats.invgauss.cdf(months, mean / shape, scale=shape)
        assert reached(FULL, drift, sigma, months) == pytest.approx(wanted, abs=1e-9)
    assert mean_months_until(FULL, drift, sigma) == pytest.approx(mean)
    assert pytest.approx(0.5826, abs=5e-5) == MONTHLY
    assert reached(0.0, drift, sigma, 0) == 1.0
    assert reached(FULL, drift, sigma, 0) == 0.0


def test_without_drift_reflection_doubles() -> None:
    b = FULL + MONTHLY * 0.3
    assert reached(FULL, 0.0, 0.3, 48) == pytest.approx(
        2 * stats.norm.sf(b / (0.3 * math.sqrt(48)))
    )


@pytest.mark.parametrize(("growth", "sigma"), [(0.0, 0.2), (0.0, 0.3), (0.02, 0.2), (0.05, 0.3)])
def test_how_often_it_is_never_needed(growth: float, sigma: float) -> None:
    found = [run.never_needed for run in runs(growth=growth, uncertainty=sigma)]
    wanted = 1.0 - reached(FULL, math.log1p(growth), sigma, 47)
    # The correction's own error is of the order of a per cent of what is left.
    assert close(found, wanted, more=0.01)


@pytest.mark.parametrize("trigger", [0.2, 0.5, 1.0, 1.3])
def test_the_cost_of_the_system_is_that_of_the_simulation(trigger: float) -> None:
    found = [run.at(trigger) for run in runs(growth=0.03, uncertainty=0.3)]
    wanted = system_cost(math.log(trigger * 10.0), math.log1p(0.03), 0.3, 6, 300.0, 20.0, 48)
    assert close([each.total - each.failing for each in found], wanted, more=0.02)


def test_on_day_one_the_system_costs_what_it_costs() -> None:
    assert system_cost(0.0, 0.05, 0.2, 6, 300.0, 20.0, 48) == pytest.approx(300.0 + 42 * 20.0)


@pytest.mark.parametrize(("growth", "sigma"), [(0.0, 0.3), (0.08, 0.1), (0.2, 0.3)])
def test_overloaded_months_agree_within_four_standard_errors(growth: float, sigma: float) -> None:
    found = [run.never.failing / 200.0 for run in runs(growth=growth, uncertainty=sigma)]
    assert close(found, overloaded_months(FULL, math.log1p(growth), sigma, 48))


def test_the_newsvendor_by_hand() -> None:
    """A loss twice the carrying is a fair coin: no margin for chance in either direction."""
    assert trigger_by_newsvendor(0.08, 0.1, 6, 20.0, 40.0) == pytest.approx(
        trigger_just_in_time(0.08, 6)
    )
    assert trigger_by_newsvendor(0.08, 0.0, 6, 20.0, 200.0) == pytest.approx(
        trigger_just_in_time(0.08, 6)
    )
    # One in ten, 1.2816 standard deviations of six months' chance: earlier by a quarter.
    margin = math.exp(-1.2816 * 0.1 * math.sqrt(6))
    assert trigger_by_newsvendor(0.08, 0.1, 6, 20.0, 200.0) == pytest.approx(
        margin * trigger_just_in_time(0.08, 6), rel=1e-4
    )
    assert trigger_by_newsvendor(0.08, 0.1, 6, 200.0, 200.0) == math.inf


@pytest.mark.parametrize("lead", [1, 6, 12])
@pytest.mark.parametrize("loss", [50.0, 200.0, 1000.0])
def test_the_newsvendor_finds_the_best_trigger(lead: int, loss: float) -> None:
    """Within a step of the triggers, if building is free."""
    found = simulate(takes_off=1, lead_months=lead, loss=loss, build=0, n_paths=10_000).best
    assert found.trigger == pytest.approx(
        trigger_by_newsvendor(0.08, 0.1, lead, 20.0, loss), abs=0.05
    )
