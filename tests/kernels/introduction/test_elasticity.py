"""The table against a day that is gone through machine by machine, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.introduction.elasticity_reference import SECONDS, Day, Shop, day, demand, elastic

from scalelab.kernels.introduction.elasticity import (
    COLUMNS,
    DAY,
    DAY_POINTS,
    ELASTIC,
    FIXED_MEAN,
    FIXED_PEAK,
    ROUNDING,
    SALE_POINTS,
    STEPS,
    STRATEGIES,
    TIMELINE,
    TOLD,
    add_bursts,
    elasticity,
    extreme,
)
from scalelab.kernels.jit import Table
from scalelab.kernels.random import generator, uniform

HOUR, DEMAND, ELASTIC_NOW, TOLD_NOW, FIXED, HOURS, REFUSED, SHARE = 2, 4, 7, 10, 11, 12, 15, 18
USED, WORST, SHORT, WORST_MACHINES, SPARE = 19, 20, 21, 22, 23

STORY: dict[str, Any] = {
    "peak_to_trough": 4.0, "sale": 3.0, "rise_s": 60.0, "boot_s": 300.0, "target": 0.7,
    "hold_min": 10.0, "burst": 0.2, "most": 60, "measure_s": 60.0, "mean_rate": 1000.0,
    "per_machine": 100.0, "bursts_a_day": 12.0,
}  # fmt: skip


def table(n_runs: int = 1, seed: int = 1, **changed: Any) -> Table:
    return elasticity(*{**STORY, **changed}.values(), n_runs, seed)


worlds = st.fixed_dictionaries({
    "peak_to_trough": st.sampled_from([1.0, 1.5, 4.0, 10.0]),
    "sale": st.sampled_from([1.0, 1.5, 3.0, 10.0]),
    "rise_s": st.sampled_from([0.0, 15.0, 60.0, 1800.0, 3600.0]),
    "boot_s": st.sampled_from([0.0, 30.0, 300.0, 810.0, 3600.0]),
    "target": st.sampled_from([0.3, 0.7, 1.0]),
    "hold_min": st.sampled_from([0.0, 5.0, 60.0]),
    "burst": st.sampled_from([0.0, 0.2, 1.0]), "most": st.sampled_from([1, 10, 40]),
    "measure_s": st.sampled_from([0.0, 60.0, 600.0]), "mean_rate": st.sampled_from([997.0, 1e3]),
    "per_machine": st.sampled_from([70.0, 100.0]), "bursts_a_day": st.sampled_from([0.0, 12.0]),
})  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(worlds, st.integers(0, 2**40))
@example(STORY, 1)
# Bursts that come and go within a boot: what is still on its way is given back first.
@example({**STORY, "boot_s": 810.0, "hold_min": 0.0, "burst": 1.0, "most": 40}, 2)
def test_the_table_is_that_of_the_reference(world: dict[str, Any], seed: int) -> None:
    # Not 1,000: at just ten machines' worth a last bit decides on the eleventh.
    world = {**world, "mean_rate": 997.0}
    shop = Shop(
        world["peak_to_trough"], world["sale"], int(world["rise_s"]), int(world["boot_s"]),
        world["target"], int(60 * world["hold_min"]), world["burst"], world["most"],
        int(world["measure_s"]), world["mean_rate"], world["per_machine"], world["bursts_a_day"],
    )  # fmt: skip
    state = generator(seed)
    n_runs = 2
    today = [shop.expected(t) for t in SECONDS if t >= 0]
    fixed = [shop.machines(sum(today) / len(today)), shop.machines(max(today))]
    days: list[list[Day]] = []
    lines = []
    for _ in range(n_runs):
        rates = demand(shop, lambda: uniform(state))
        always = [[n] * len(rates) for n in fixed]
        capacities = [(a, a) for a in always]
        capacities += [elastic(shop, rates, told) for told in (False, True)]
        days.append([day(shop, rates, *capacity) for capacity in capacities])
        lines.append((rates, capacities[2][1], capacities[3][1]))

    rows = table(n_runs, seed, **world)
    for strategy in range(STRATEGIES):
        runs = np.array([list(vars(of[strategy]).values()) for of in days])
        for column, at in ((HOURS, 0), (REFUSED, 1)):
            wanted = [runs[:, at].mean(), runs[:, at].min(), runs[:, at].max()]
            np.testing.assert_allclose(
                rows[strategy, column : column + 3], wanted, rtol=1e-9, atol=1e-4
            )
        np.testing.assert_allclose(
            rows[strategy, SHARE:], runs[:, 2:].mean(axis=0), rtol=1e-9, atol=1e-9
        )
        assert rows[strategy, FIXED] == (fixed[strategy] if strategy < ELASTIC else 0)
    for row in rows[STRATEGIES:]:
        at = SECONDS.index(round(row[HOUR] * 3600))
        for column, which in ((DEMAND, 0), (ELASTIC_NOW, 1)):
            seen = np.array([line[which][at] for line in lines], float)
            seen /= shop.per_machine if which == 0 else 1.0
            wanted = [seen.mean(), seen.min(), seen.max()]
            np.testing.assert_allclose(row[column : column + 3], wanted, rtol=1e-9)
        assert row[TOLD_NOW] == pytest.approx(np.mean([line[2][at] for line in lines]))


@settings(max_examples=80, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_what_always_holds(world: dict[str, Any], seed: int) -> None:
    rows = table(2, seed, **world)
    assert rows.shape == (STRATEGIES + DAY_POINTS + SALE_POINTS, COLUMNS)
    assert np.isfinite(rows).all()
    of = rows[:STRATEGIES]
    assert (of >= 0.0).all()
    for column in (HOURS, REFUSED):
        assert (of[:, column + 1] <= of[:, column] * (1 + 1e-12)).all()
        assert (of[:, column] <= of[:, column + 2] * (1 + 1e-12)).all()
    # What is less than the rounding above what machines can take is not counted as refused.
    assert (of[:, [SHARE, USED, WORST]] <= 1.0 + ROUNDING).all()
    assert (of[:, SHARE] <= of[:, WORST] + 1e-12).all()
    assert (of[:, SHORT] <= 1440.0).all()
    # Who is told has all that elastic has, and the peak all that the mean has.
    assert of[TOLD, HOURS] >= of[ELASTIC, HOURS]
    assert of[TOLD, REFUSED] <= of[ELASTIC, REFUSED]
    assert of[FIXED_PEAK, REFUSED] <= of[FIXED_MEAN, REFUSED]
    assert (of[:, HOURS] <= 24.0 * world["most"]).all()


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_each_request_is_served_or_refused(world: dict[str, Any], seed: int) -> None:
    """Whatever the machines, the same requests come."""
    of = table(1, seed, **world)[:STRATEGIES]
    served = of[:, USED] * of[:, HOURS] * 3600.0 * world["per_machine"]
    np.testing.assert_allclose(served + of[:, REFUSED], served[0] + of[0, REFUSED], rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_more_of_it_is_no_worse(world: dict[str, Any], seed: int) -> None:
    base = table(1, seed, **world)[ELASTIC]
    slow = table(1, seed, **{**world, "boot_s": world["boot_s"] + 300.0})[ELASTIC]
    assert slow[REFUSED] >= base[REFUSED]
    assert slow[HOURS] == base[HOURS]  # paid for from the order
    held = table(1, seed, **{**world, "hold_min": world["hold_min"] + 5.0})[ELASTIC]
    assert held[REFUSED] <= base[REFUSED]
    assert held[HOURS] >= base[HOURS]
    roomy = table(1, seed, **{**world, "target": 0.9 * world["target"]})[ELASTIC]
    assert roomy[REFUSED] <= base[REFUSED]
    assert roomy[HOURS] >= base[HOURS]
    limited = table(1, seed, **{**world, "most": 1})[ELASTIC]
    assert limited[REFUSED] >= base[REFUSED]
    assert limited[HOURS] == 24.0


def test_a_day_of_which_nothing_is_to_be_said() -> None:
    flat = table(peak_to_trough=1.0, sale=1.0, burst=0.0)[:STRATEGIES]
    assert (flat[:, HOURS] == 24.0 * 15).all()  # 1,000 / 70 is 14.3
    assert (flat[:, [REFUSED, SHARE, WORST, SHORT]] == 0.0).all()
    np.testing.assert_allclose(flat[:, SPARE], 5.0)


def test_without_chance_all_days_are_one() -> None:
    rows = table(5, burst=0.0)
    np.testing.assert_allclose(rows, table(1, seed=9, burst=0.0), rtol=1e-12)
    np.testing.assert_array_equal(rows, table(5, bursts_a_day=0.0))


def test_the_points_of_the_time_line() -> None:
    rows = table()
    assert (rows[STRATEGIES:, 0] == TIMELINE).all()
    of_day = rows[STRATEGIES : STRATEGIES + DAY_POINTS]
    np.testing.assert_allclose(of_day[:, HOUR], np.arange(96) / 4.0)
    of_sale = rows[STRATEGIES + DAY_POINTS :]
    assert 0.0 in of_sale[:, 3]
    assert of_sale[0, 3] < 0.0 < of_sale[-1, 3]
    assert of_sale[-1, 3] >= 2.0 * (1.0 + 5.0 + 1.0)
    np.testing.assert_allclose(of_sale[:, 3], 60.0 * (of_sale[:, HOUR] - 10.0), atol=1e-9)


def test_bursts_come_as_often_and_as_high_as_said() -> None:
    """Campbell: a mean of rate x height x lifetime, here 12 x 0.2 x 600 s a day."""
    runs = []
    for seed in range(300):
        rate = np.ones(STEPS)
        add_bursts(generator(seed), 0.2, 12.0, rate)
        runs.append(rate[-DAY:].mean() - 1.0)
    fades = np.exp(-15.0 / 600.0)
    wanted = 12.0 / DAY * 0.2 / (1.0 - fades)
    assert wanted == pytest.approx(12.0 * 0.2 * 600.0 / 86_400.0, rel=0.02)
    error = float(np.std(runs, ddof=1)) / np.sqrt(len(runs))
    assert abs(np.mean(runs) - wanted) < 4.0 * error


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(0, 70))
def test_extremes_of_a_sliding_window(values: list[int], window: int) -> None:
    for sign, best in ((1, max), (-1, min)):
        found = np.empty(len(values), np.int64)
        extreme(np.array(values), window, sign, np.empty(len(values), np.int64), found)
        wanted = [best(values[max(0, i - window) : i + 1]) for i in range(len(values))]
        assert found.tolist() == wanted
