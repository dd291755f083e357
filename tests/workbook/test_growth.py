"""The growth workbook: other answers that are right, constants that must not do, its worlds."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.growth import plan as kernels
from scalelab.kernels.growth.path import Shop as Figures
from scalelab.models.growth import plan as models
from scalelab.models.growth.path import path
from scalelab.theory.growth.plan import customers
from scalelab.workbook import futures
from scalelab.workbook import growth as check
from scalelab.workbook.futures import LIMITS, MONTHS, Future, future, play
from scalelab.workbook.hint import NotYet
from scalelab.workbook.means import shop


def earliest(full: Callable[[Any, Any], float]) -> Callable[[Any, Any], float]:
    return lambda rates, busy: float(min(full(rates, each) for each in busy))


def ends(rates: Any, busy: Any) -> float:
    return float(rates[0] + (1 - busy[0]) * (rates[-1] - rates[0]) / (busy[-1] - busy[0]))


def weighted(rates: Any, busy: Any) -> float:
    slope, idle = np.polyfit(rates, busy, 1, w=1 / busy)
    return float((1 - idle) / slope)


def median_slope(rates: Any, busy: Any) -> float:
    i, j = np.triu_indices(len(rates), 1)
    slope = np.median((busy[j] - busy[i]) / (rates[j] - rates[i]))
    return float((1 - np.median(busy - slope * rates)) / slope)


@pytest.mark.parametrize("line", [ends, weighted, median_slope])
def test_other_lines_pass(line: Callable[[Any, Any], float]) -> None:
    check.task_4(earliest(line))


@pytest.mark.parametrize("part", np.arange(0.3, 0.81, 0.02).tolist())
def test_no_multiple_of_the_largest_rate_passes(part: float) -> None:
    with pytest.raises(NotYet):
        check.task_4(lambda rates, _: rates[-1] / part)


def test_what_is_busiest_in_the_measurements_is_often_not_what_is_full_first() -> None:
    led = 0
    for seed in check.SEEDS:
        rates, busy, most = check.measured(seed)
        lines = check._lines(rates, busy)
        assert lines.min() == pytest.approx(most, rel=0.8 * check.NEAR)
        led += lines[int(np.argmax(busy[:, -1]))] > most * (1.0 + check.NEAR)
    assert len(check.SEEDS) // 5 <= led <= len(check.SEEDS) * 4 // 5


def test_counting_months_one_by_one_passes() -> None:
    def begin(load: float, limit: float, growth: float, build: int) -> tuple[float, int]:
        months = 0
        while load * (1 + growth) ** (months + build + 1) <= limit:
            months += 1
        return 1 / (1 + growth) ** build, months

    check.task_5(begin)


def test_costs_a_month_choose_as_costs_of_all_months_do() -> None:
    def choose(of: Any) -> Any:
        good = [each for each in of.means if check._carries(each.after, of.target) >= of.rate]
        return min(good, key=lambda m: m.once / of.months + m.monthly).name if good else None

    check.task_6(choose)


def test_each_means_is_the_cheapest_somewhere_and_none_is_a_close_call() -> None:
    shops = [shop(seed) for seed in check.SHOPS]
    best = {check._cheapest(of) for of in shops}
    assert best == {None, *(means.name for means in shops[0].means)}
    for of in shops:
        carried = [check._carries(means.after, of.target) for means in of.means]
        assert all(abs(each / of.rate - 1.0) > 1e-3 for each in carried)


@pytest.mark.parametrize("months", range(1, 37))
def test_no_number_of_months_is_right_for_all_shops(months: int) -> None:
    def choose(of: Any) -> Any:
        return check._cheapest(of._replace(months=months))

    with pytest.raises(NotYet, match="not the cheapest"):
        check.task_6(choose)


def straight_logarithms(loads: Sequence[float], limit: float, build_months: int) -> bool:
    last = np.log(loads[-8:])
    if len(last) < 3:
        return False
    slope, start = np.polyfit(np.arange(len(last)), last, 1)
    return bool(start + slope * (len(last) + build_months + 2) >= np.log(limit))


def growth_of_two_months(loads: Sequence[float], limit: float, build_months: int) -> bool:
    if len(loads) < 3:
        return False
    return bool(loads[-1] * (loads[-1] / loads[-3]) ** ((build_months + 3) / 2) >= limit)


@pytest.mark.parametrize("rule", [straight_logarithms, growth_of_two_months])
def test_other_forecasts_pass(rule: futures.Rule) -> None:
    check.task_7(rule)


@pytest.mark.parametrize("first", [2000, 3000, 4000, 5000])
def test_a_forecast_is_worth_as_much_in_other_futures(first: int) -> None:
    others = [future(seed) for seed in range(first, first + len(check.FUTURES))]

    def mean(rule: futures.Rule) -> float:
        return float(np.mean([play(rule, of).total for of in others]))

    fixed = min(mean(check._fixed(trigger)) for trigger in check.TRIGGERS)
    assert mean(straight_logarithms) < check.BETTER * fixed


@pytest.mark.parametrize("growth", [1.2, 1.4, 1.6, 1.8, 2.0, 2.5])
@pytest.mark.parametrize("spare", [-2, -1, 0, 1, 3])
def test_no_growth_that_is_the_same_for_all_shops_passes(growth: float, spare: int) -> None:
    with pytest.raises(NotYet):
        check.task_7(
            lambda loads, limit, build: bool(loads[-1] * growth ** (build + spare) >= limit)
        )


@pytest.mark.parametrize("trigger", np.arange(0.02, 0.3, 0.02).tolist())
def test_no_trigger_between_those_of_the_check_passes(trigger: float) -> None:
    with pytest.raises(NotYet):
        check.task_7(lambda loads, limit, _: bool(loads[-1] >= trigger * limit))


@pytest.mark.parametrize("build_months", [2, 5])
@pytest.mark.parametrize("trigger", [0.2, 0.7, 1.0])
@pytest.mark.parametrize(("market", "growth"), [(8e4, 0.1), (3e6, 0.2), (2e7, 0.35)])
def test_without_noise_costs_are_those_of_the_chapter(
    market: float, growth: float, trigger: float, build_months: int
) -> None:
    """What the kernel of the chapter's second lab reckons for one market, step by step."""
    terms = kernels.Terms(
        growth, trigger, build_months, 1, 0, 0.0, models.MARGIN_USD, models.FIXED["build_usd"],
        models.FIXED["care_usd"], 0.0, 0.0, 0.002,
    )  # fmt: skip
    figures = Figures(4, 0.6, 7.0, 3.0, 1.0, 0.05, 0.9, 0.1)
    row = np.zeros(kernels.WIDTH)
    kernels.future(
        kernels.STEP_BY_STEP, market, terms, figures, np.array(LIMITS), row, np.zeros((1, 1)), -1
    )
    loads = tuple(float(customers(market, growth, month)) for month in range(MONTHS))
    cost = play(check._fixed(trigger), Future(loads, build_months))
    assert cost.engineers == pytest.approx(row[kernels.BUILD] + row[kernels.CARE])
    assert cost.turned_away == pytest.approx(row[kernels.TURNED])
    assert cost.overloaded == row[kernels.OVERLOADED]


def test_a_future_is_its_curve_but_for_noise() -> None:
    loads = np.array([future(seed).loads for seed in range(400)])
    assert loads[:, 0].mean() == pytest.approx(1000.0, rel=0.01)
    wobble = np.diff(np.log(loads[:, -12:]), axis=1)  # most have come to their market by then
    assert np.median(np.abs(wobble)) == pytest.approx(0.6745 * 2**0.5 * futures.NOISE, rel=0.15)
    assert {future(seed).build_months for seed in range(400)} == {2, 3, 4, 5}
    assert future(7) == future(7)
    assert future(7) != future(8)


def test_all_designs_are_there_to_be_compared() -> None:
    """Goals of task 8 end in different stages and sizes, and one in none."""
    found = set()
    for goal in check.GOALS:
        designs = [
            (stage.rent_usd, name, vcpus)
            for vcpus in check.SIZES
            for name, stage in path(goal["customers"], vcpus=vcpus, **check._shop(goal)).items()
            if stage.carries and stage.response_ms <= goal["response_ms"]
        ]
        found.add(min(designs)[1:] if designs else None)
    assert None in found
    sure = [one for one in found if one is not None]
    assert len({name for name, _ in sure}) >= 4
    assert len({vcpus for _, vcpus in sure}) >= 4
