"""The table against whole arrays of numpy, and against what always holds."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.kernels.requirement.timing_reference import World, costs, loads

from scalelab.kernels.jit import Table
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.requirement.timing import (
    COLUMNS,
    MONTH,
    POLICIES,
    POLICY,
    normals,
    position,
    timing,
)

(
    ROW, KIND, POSITION, NEEDED, EARLY, NOTHING, FAILING, TOTAL, LOW, HIGH, BUILT, LATE, BEST, P10,
    P50, P90, NEVER_NEEDED,
) = range(COLUMNS)  # fmt: skip
PARTS = slice(NEEDED, FAILING + 1)

STORY: dict[str, Any] = {
    "takes_off": 0.5, "growth": 0.08, "uncertainty": 0.1, "lead_months": 6, "build": 300.0,
    "carrying": 20.0, "loss": 200.0, "capacity": 10.0, "horizon_months": 48,
}  # fmt: skip


def table(n_paths: int = 200, n_runs: int = 2, seed: int = 1, **changed: Any) -> Table:
    return timing(*{**STORY, **changed}.values(), n_paths, n_runs, seed)


def at(percent: int) -> int:
    """The policy with this trigger."""
    (found,) = [policy for policy in range(POLICIES) if position(policy) == percent]
    return found


worlds = st.fixed_dictionaries({
    "takes_off": st.sampled_from([0.0, 0.35, 1.0]), "growth": st.sampled_from([0.0, 0.05, 0.2]),
    "uncertainty": st.sampled_from([0.0, 0.1, 0.5]), "lead_months": st.sampled_from([0, 1, 6, 60]),
    "build": st.sampled_from([0.0, 300.0]), "carrying": st.sampled_from([0.0, 20.0]),
    "loss": st.sampled_from([0.0, 200.0]), "capacity": st.sampled_from([1.3, 2.0, 10.0]),
    "horizon_months": st.sampled_from([2, 7, 48]),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 2**40))
@example(STORY, 1)
def test_the_table_is_that_of_the_reference(world: dict[str, Any], seed: int) -> None:
    n_paths, n_runs = 30, 2
    state = generator(seed)
    reference = World(*{**STORY, **world}.values())
    load = loads(reference, lambda: uniform(state), n_paths, n_runs)
    found = table(n_paths, n_runs, seed, **world)
    for policy in range(POLICIES):
        percent = position(policy)
        trigger = np.inf if policy == POLICIES - 1 else max(percent / 100, load[0, 0, 0])
        wanted = costs(reference, load, trigger)
        row = found[policy]
        parts = [wanted[name] for name in ("needed", "early", "nothing", "failing")]
        np.testing.assert_allclose(row[PARTS], [part.mean() for part in parts], atol=1e-9)
        runs = sum(parts).mean(axis=1)
        np.testing.assert_allclose(
            row[[TOTAL, LOW, HIGH]], [runs.mean(), runs.min(), runs.max()], atol=1e-9
        )
        names = ("built", "late", "never_needed")
        np.testing.assert_allclose(
            row[[BUILT, LATE, NEVER_NEEDED]], [wanted[name].mean() for name in names], atol=1e-9
        )
    months = load.reshape(-1, world["horizon_months"])[:, ::2].T
    for row, of_month in zip(found[POLICIES:], months, strict=True):
        ranked = np.sort(of_month)
        quantiles = [ranked[int(share * (ranked.size - 1))] for share in (0.1, 0.5, 0.9)]
        np.testing.assert_allclose(row[P10 : P90 + 1], quantiles, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_what_always_holds(world: dict[str, Any], seed: int) -> None:
    found = table(60, 2, seed, **world)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    rows = found[:POLICIES]
    np.testing.assert_array_equal(rows[:, KIND], POLICY)
    np.testing.assert_array_equal(found[POLICIES:, KIND], MONTH)
    np.testing.assert_allclose(rows[:, PARTS].sum(axis=1), rows[:, TOTAL], atol=1e-9)
    assert (rows[:, LOW] <= rows[:, TOTAL] + 1e-9).all()
    assert (rows[:, TOTAL] <= rows[:, HIGH] + 1e-9).all()
    # Who starts later pays less for the system, wastes less on it, and fails more, never less.
    system = rows[:, NEEDED] + rows[:, EARLY] + rows[:, NOTHING]
    assert (np.diff(system) <= 1e-9).all()
    for column in (EARLY, NOTHING, BUILT):
        assert (np.diff(rows[:, column]) <= 1e-9).all()
    for column in (FAILING, LATE):
        assert (np.diff(rows[:, column]) >= -1e-9).all()
    assert rows[0, BUILT] == 1.0
    assert rows[-1, BUILT] == 0.0
    assert (rows[-1, [NEEDED, EARLY, NOTHING]] == 0.0).all()
    # Nobody starts before it broke and finds that it was for nothing, if it broke first.
    broke = rows[at(100) : -1]
    assert (broke[:, [EARLY, NOTHING]] == 0.0).all()
    np.testing.assert_allclose(broke[0, BUILT], 1.0 - broke[0, NEVER_NEEDED], atol=1e-9)
    assert rows[:, BEST].sum() == 1.0
    assert rows[rows[:, BEST] == 1.0, TOTAL] == rows[:, TOTAL].min()


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_more_time_to_build_fails_more_and_carries_less(world: dict[str, Any], seed: int) -> None:
    leads = [table(60, 1, seed, **{**world, "lead_months": lead}) for lead in (0, 1, 6, 12)]
    for sooner, later in pairwise(leads):
        assert (later[:, FAILING] >= sooner[:, FAILING]).all()
        carried = (NEEDED, EARLY, NOTHING)
        assert (later[:, carried].sum(axis=1) <= sooner[:, carried].sum(axis=1) + 1e-9).all()


@pytest.mark.parametrize("name", ["build", "carrying", "loss"])
def test_money_is_proportional(name: str) -> None:
    """Three times every price is three times the cost, and the best moment is the same."""
    dear = {each: 3.0 * STORY[each] for each in ("build", "carrying", "loss")}
    one, three = table(), table(**dear)
    np.testing.assert_allclose(three[:, TOTAL], 3.0 * one[:, TOTAL])
    np.testing.assert_array_equal(three[:, BEST], one[:, BEST])
    assert table(**{name: dear[name]})[at(50), TOTAL] > one[at(50), TOTAL]


def test_a_trigger_below_today_s_load_is_day_one() -> None:
    rows = table(capacity=2.0)
    for percent in (10, 25, 50):
        np.testing.assert_array_equal(rows[at(percent), PARTS], rows[0, PARTS])
    assert rows[at(55), TOTAL] < rows[0, TOTAL]


def test_of_equals_the_latest_is_best() -> None:
    """Nothing grows and nothing moves: every trigger costs nothing, and so does never."""
    rows = table(growth=0.0, uncertainty=0.0)
    assert (rows[at(15) : POLICIES, TOTAL] == 0.0).all()
    assert rows[POLICIES - 1, BEST] == 1.0


def test_one_future_by_hand() -> None:
    """It doubles every month from an eighth: full in month 3. Two months to build, six in all."""
    steady = {"takes_off": 1.0, "growth": 1.0, "uncertainty": 0.0, "lead_months": 2,
              "capacity": 8.0, "horizon_months": 6}  # fmt: skip
    rows = table(10, 1, **steady)
    # At 25 %, in month 1: ready in month 3, when it is needed; carried for three months.
    np.testing.assert_allclose(rows[at(25), PARTS], [360.0, 0.0, 0.0, 0.0])
    # At 100 %, in month 3: ready in month 5; two months of overload.
    np.testing.assert_allclose(rows[at(100), PARTS], [320.0, 0.0, 0.0, 400.0])
    # On day one: ready in month 2, a month too early.
    np.testing.assert_allclose(rows[0, PARTS], [360.0, 20.0, 0.0, 0.0])
    np.testing.assert_allclose(rows[POLICIES - 1, PARTS], [0.0, 0.0, 0.0, 600.0])
    assert rows[at(25), BEST] == 1.0
    np.testing.assert_allclose(rows[POLICIES:, P50], [0.125, 0.5, 2.0])


@pytest.mark.parametrize("size", [1, 2, 47, 10_000])
def test_normal_numbers(size: int) -> None:
    state = generator(7)
    found = np.zeros(size)
    normals(state, found)
    assert np.isfinite(found).all()
    if size > 1000:
        assert stats.kstest(found, "norm").pvalue > 1e-4
        assert abs(float(np.corrcoef(found[::2], found[1::2])[0, 1])) < 4.0 / math.sqrt(size / 2)


def test_who_takes_off() -> None:
    for share, wanted in ((0.0, 0), (0.25, 50), (0.5, 100), (1.0, 200)):
        rows = table(takes_off=share, uncertainty=0.0, growth=0.2)
        assert rows[0, NEVER_NEEDED] == pytest.approx(1.0 - wanted / 200)


def test_one_seed_gives_one_table() -> None:
    np.testing.assert_array_equal(table(seed=3), table(seed=3))
    assert (table(seed=3)[at(50)] != table(seed=4)[at(50)]).any()
