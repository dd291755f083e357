"""The choice against a search through machines and plans, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.separate_database import choice_reference as reference
from tests.kernels.separate_database.choice_reference import Asked

from scalelab.facts import choice as facts
from scalelab.facts import machines
from scalelab.kernels.jit import Table
from scalelab.kernels.separate_database import choice as kernels

SHOP: dict[str, Any] = {
    "data_gb": 100.0, "reads": 400.0, "writes": 20.0, "growth": 2.0, "several": 0.2, "regions": 1,
    "cut": 0, "day_rate": 800.0, "extra": 1.0, "agreement": kernels.AGREEMENT,
}  # fmt: skip


def table(**changed: Any) -> Table:
    return kernels.choice(*{**SHOP, **changed}.values())


def of_kind(rows: Table, kind: int) -> Table:
    return rows[rows[:, kernels.KIND] == kind]


def asked_of(world: dict[str, Any]) -> Asked:
    return Asked(*{**SHOP, **world}.values())


def uneven(low: float, high: float) -> st.SearchStrategy[float]:
    """No round numbers: those are on the edge between n machines and n + 1."""
    return st.floats(0.0, 1.0).map(lambda x: low * (high / low) ** (0.0123 + 0.973 * x))


worlds = st.fixed_dictionaries({
    "data_gb": uneven(1.0, 20_000.0), "reads": uneven(1.0, 50_000.0),
    "writes": uneven(0.1, 9000.0), "growth": uneven(1.0, 5.0),
    "several": st.sampled_from([0.0, 0.171, 0.93]), "regions": st.integers(1, 3),
    "cut": st.sampled_from([0, 0, 0, 1]), "day_rate": uneven(50.0, 2000.0),
    "extra": st.sampled_from([0.0, 0.31, 1.0, 3.7]), "agreement": uneven(1.0, 20.0),
})  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(worlds)
def test_totals_and_winner_are_those_of_the_best_plan(world: dict[str, Any]) -> None:
    found = of_kind(table(**world), kernels.FIVE_YEARS)
    plans = reference.plans(asked_of(world))
    for row in found:
        mine = [plan for plan in plans if plan.start == row[kernels.OPTION]]
        if not mine:
            assert row[kernels.TOTAL] == 0.0
            assert row[kernels.FATE] == kernels.NOT_AT_ALL
            continue
        best = min(mine, key=lambda plan: plan.total)
        assert row[kernels.TOTAL] == pytest.approx(best.total, rel=1e-9)
        assert row[kernels.STOPS] == best.stop
        assert row[kernels.THEN] == best.then
    if plans:
        ordered = sorted({plan.start: plan.total for plan in sorted(plans, key=lambda p: -p.total)}
                         .items(), key=lambda pair: pair[1])  # fmt: skip
        assert found[0, kernels.WINNER] == ordered[0][0]
        if len(ordered) > 1:
            assert found[0, kernels.NEXT] == ordered[1][0]
            more = ordered[1][1] / ordered[0][1] - 1.0
            assert found[0, kernels.MORE] == pytest.approx(more, abs=1e-9)
    else:
        assert (found[:, kernels.WINNER] == kernels.NONE).all()


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_months_cost_what_the_cheapest_machines_do(world: dict[str, Any]) -> None:
    asked = asked_of(world)
    for row in of_kind(table(**world), kernels.OF_MONTH):
        load = asked.growth ** (row[kernels.MONTH] / 12)
        expected = reference.cost(int(row[kernels.OPTION]), asked, load)
        if expected is None:
            assert row[kernels.REASON] != kernels.CAN
            assert row[kernels.COST] == 0.0
        else:
            assert row[kernels.REASON] == kernels.CAN
            assert row[kernels.COST] == pytest.approx(expected, rel=1e-9)


@settings(max_examples=8, deadline=None)
@given(worlds)
def test_a_changed_answer_is_the_verdict_with_that_answer(world: dict[str, Any]) -> None:
    found = table(**world)
    winner = of_kind(found, kernels.FIVE_YEARS)[0, kernels.WINNER]
    changed = of_kind(found, kernels.CHANGED)
    names = list(SHOP)
    for row in changed:
        name = names[int(row[kernels.INPUT])]
        value = type(SHOP[name])(row[kernels.SETTING])
        plans = reference.plans(asked_of({**world, name: value}))
        wins = int(row[kernels.WINNER])
        if not plans:
            assert wins == kernels.NONE
            continue
        # The grid has round numbers, for which a machine more or less is a matter of rounding.
        best = min(plan.total for plan in plans)
        assert min(plan.total for plan in plans if plan.start == wins) <= 1.001 * best
    flips = (changed[:, kernels.WINNER] != winner).sum()
    assert (of_kind(found, kernels.FIVE_YEARS)[:, kernels.FLIPS] == flips).all()


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    assert found.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    last = of_kind(found, kernels.FIVE_YEARS)
    able = last[last[:, kernels.TOTAL] > 0.0]
    assert last[:, kernels.BEST].sum() == min(len(able), 1)
    for row in last[last[:, kernels.BEST] == 1.0]:
        assert row[kernels.TOTAL] == able[:, kernels.TOTAL].min()
    months = of_kind(found, kernels.OF_MONTH)
    for option in range(kernels.OPTIONS):
        mine = months[months[:, kernels.OPTION] == option]
        can = mine[:, kernels.REASON] == kernels.CAN
        # What cannot any more, cannot later; and more load is never cheaper.
        assert (np.diff(can.astype(int)) <= 0).all()
        assert (np.diff(mine[can, kernels.COST]) >= -1e-6).all()


@settings(max_examples=40, deadline=None)
@given(worlds, st.sampled_from(["data_gb", "reads", "writes", "growth"]), st.floats(1.0, 4.0))
def test_more_never_lasts_longer_nor_costs_less(
    world: dict[str, Any], name: str, times: float
) -> None:
    less, more = (
        of_kind(table(**{**world, name: world[name] * factor}), kernels.FIVE_YEARS)
        for factor in (1.0, times)
    )
    assert (more[:, kernels.STOPS] <= less[:, kernels.STOPS]).all()
    stays = more[:, kernels.FATE] == kernels.TO_THE_END
    assert (more[stays, kernels.TOTAL] >= less[stays, kernels.TOTAL] * (1 - 1e-12)).all()


def test_without_growth_nothing_changes() -> None:
    months = of_kind(table(growth=1.0), kernels.OF_MONTH)
    for option in range(kernels.OPTIONS):
        assert len(set(months[months[:, kernels.OPTION] == option, kernels.COST])) == 1


def test_the_grid_has_the_shop_in_it_once() -> None:
    changed = of_kind(table(), kernels.CHANGED)
    assert len(changed) == sum(kernels.VALUES) == kernels.CELLS
    chosen = changed[changed[:, kernels.CHOSEN] == 1.0]
    assert chosen[:, kernels.INPUT].tolist() == list(range(kernels.INPUTS))
    winner = of_kind(table(), kernels.FIVE_YEARS)[0, kernels.WINNER]
    assert (chosen[:, kernels.WINNER] == winner).all()


def test_the_constants_are_the_facts() -> None:
    assert tuple(machine.vcpus for machine in machines.FAMILY) == kernels.SIZES
    for machine in machines.FAMILY:
        month = machine.price.value * machines.HOURS_PER_MONTH
        assert machine.vcpus * kernels.VCPU_MONTH == pytest.approx(month)
        assert machine.vcpus * kernels.MEMORY == pytest.approx(machine.memory_gib * 2**30 / 1e9)
    assert reference.write_in_reads() == (kernels.AGREEMENT, kernels.KEY_WRITE)
    assert facts.DISK_PRICE.value == kernels.GB_MONTH
    gib = 2**30 / 1e9
    assert pytest.approx(facts.COCKROACHDB_STORAGE.value * gib) == kernels.NODE_GB
    assert pytest.approx(facts.COCKROACHDB_MEMORY.value * gib) == kernels.MEMORY
    assert facts.AURORA_REPLICAS.value == kernels.MOST_REPLICAS
    assert pytest.approx(reference.FULL_TABLE) == kernels.TABLE_GB
    assert pytest.approx(reference.LIMIT) == kernels.LOG_WRITES
