"""Leaks against a real database, walks through the modules, exact sums, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.leaks_reference import history, loaded, measures, touched

from scalelab.kernels.jit import Table
from scalelab.kernels.patterns import leaks as kernels
from scalelab.kernels.random import generator
from scalelab.theory.patterns import leaks as theory

WAYS = ("row by row", "in batches", "join")
DIRECTIONS = ("upwards", "past a layer", "anywhere")
COSTS = kernels.Costs(5, 1, 100, 0.1, 0.1, 0.002, 0.02, 500.0, 100.0, 125_000.0, 7.0)
STORY: dict[str, Any] = {
    "rows": 200, "trip_ms": 0.5, "children": 5, "collections": 1, "batch": 100, "shortcuts": 0.05,
    "direction": 0, "ripple": 1.0, "check_month": 0, "test_rows": 5, "test_trip_ms": 0.05,
    "query_database_ms": 0.1, "query_app_ms": 0.1, "row_database_ms": 0.002, "row_app_ms": 0.02,
    "parent_bytes": 500.0, "child_bytes": 100.0, "bytes_per_ms": 125_000.0, "own_ms": 7.0,
    "app_vcpus": 4, "database_vcpus": 16, "pool": 10, "connections": 97, "at_first": 150.0,
    "per_month": 3.0, "seed": 1,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.leaks(*{**STORY, **changed}.values())


def changes(**changed: Any) -> Table:
    world = {
        "shortcuts": 0.05, "direction": 0, "ripple": 1.0, "check_month": 0, "at_first": 150.0,
        "per_month": 3.0, "seed": 1, **changed,
    }  # fmt: skip
    return kernels.changes(*world.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(WAYS), st.integers(1, 30), st.integers(1, 5), st.integers(1, 3),
    st.integers(1, 40),
)  # fmt: skip
def test_a_real_database_counts_the_same(
    way: str, rows: int, children: int, collections: int, batch: int
) -> None:
    row = np.zeros(kernels.WIDTH)
    costs = COSTS._replace(children=children, collections=collections, batch=batch)
    kernels.put_page(row, WAYS.index(way), rows, 0.5, costs)
    found = loaded(way, rows, children, collections, batch)
    assert (row[kernels.QUERIES], row[kernels.RESULT_ROWS]) == found
    assert theory.queries(way, rows, collections, batch) == found[0]
    assert theory.result_rows(way, rows, children, collections) == found[1]


modules = st.integers(0, kernels.MODULES - 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(modules, modules), max_size=250))
def test_the_matrix_is_what_walks_find(pairs: list[tuple[int, int]]) -> None:
    sees = kernels.nothing_seen()
    for on_it, used in pairs:
        kernels.depend(sees, on_it, used)
    share, everywhere, tangle = measures(pairs)
    assert kernels.visible(sees) == pytest.approx(share, abs=1e-12)
    assert kernels.through_all_layers(sees) == pytest.approx(everywhere, abs=1e-12)
    assert kernels.tangle(sees) == tangle
    for module in (0, 63, 64, 99):
        users = touched(module, pairs)
        assert {m for m in range(kernels.MODULES) if kernels.has(sees[m], module)} == users


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_bits_are_counted(word: int) -> None:
    assert kernels.count(np.uint64(word)) == word.bit_count()


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("shortcuts", "ripple", "check_month"), [(0.1, 1.0, 60), (0.3, 0.6, 36)])
def test_another_simulation_from_other_random_numbers(
    direction: str, shortcuts: float, ripple: float, check_month: int
) -> None:
    theirs = np.array([
        measures(history(shortcuts, direction, ripple, check_month, 150.0, 3.0, seed))
        for seed in range(60)
    ])  # fmt: skip
    settings = {"shortcuts": shortcuts, "direction": DIRECTIONS.index(direction)}
    ours = np.array([
        changes(**settings, ripple=ripple, check_month=check_month, seed=seed)[-1]
        for seed in range(1, 9)
    ])  # fmt: skip
    for i, column in enumerate((kernels.SHARE, kernels.ALL_LAYERS, kernels.TANGLE)):
        error = theirs[:, i].std(ddof=1) * np.sqrt(1.0 / len(theirs) + 1.0 / 320.0)
        assert abs(ours[:, column].mean() - theirs[:, i].mean()) < 4.5 * error + 1e-9


@pytest.mark.parametrize("ripple", [1.0, 0.3])
def test_layers_that_are_kept_to_the_exact_sum(ripple: float) -> None:
    pairs = 3 * kernels.PER_LAYER**2
    shares = np.array([changes(ripple=ripple, seed=s)[:, kernels.SHARE] for s in range(20)])
    checked = shares[:, kernels.POINTS : 2 * kernels.POINTS]
    for point in (0, 10, 20):
        chance = theory.passes(150.0 + 3.0 * 3 * point, pairs, ripple)
        chances = [[chance if b == a + 1 else 0.0 for b in range(4)] for a in range(4)]
        exact = theory.downward_share(kernels.PER_LAYER, chances)
        error = checked[:, point].std(ddof=1) / np.sqrt(20)
        assert abs(checked[:, point].mean() - exact) < 4.5 * error


def test_shortcuts_past_a_layer_to_the_exact_sum() -> None:
    square = kernels.PER_LAYER**2
    below = theory.passes(150.0 + 180.0 * 0.5, 3 * square, 1.0)
    past = theory.passes(180.0 * 0.5, 3 * square, 1.0)
    chances = [[0.0] * 4 for _ in range(4)]
    for a in range(4):
        for b in range(a + 1, 4):
            chances[a][b] = below if b == a + 1 else past
    found = np.array([
        changes(shortcuts=0.5, direction=kernels.PAST, seed=s)[-2, kernels.SHARE]
        for s in range(20)
    ])  # fmt: skip
    error = found.std(ddof=1) / np.sqrt(20)
    assert abs(found.mean() - theory.downward_share(kernels.PER_LAYER, chances)) < 4.5 * error


@pytest.mark.parametrize("per_month", [1.0, 2.0, 4.0])
def test_no_layers_at_all_to_the_exact_sum(per_month: float) -> None:
    found = np.array([
        changes(shortcuts=1.0, direction=kernels.ANY, at_first=0.0, per_month=per_month, seed=s)[
            -2, kernels.SHARE
        ]
        for s in range(20)
    ])  # fmt: skip
    chance = theory.passes(60.0 * per_month, kernels.MODULES * (kernels.MODULES - 1), 1.0)
    error = found.std(ddof=1) / np.sqrt(20)
    assert abs(found.mean() - theory.mixed_share(kernels.MODULES, chance)) < 4.5 * error


def test_where_shortcuts_point() -> None:
    state = generator(7)
    for direction in range(3):
        pairs = [kernels.shortcut(state, direction) for _ in range(6000)]
        steps = [used // 25 - on_it // 25 for on_it, used in pairs]
        if direction == kernels.UP:
            assert set(steps) == {1, 2, 3}
            assert steps.count(3) == pytest.approx(1000, abs=130)
        elif direction == kernels.PAST:
            assert set(steps) == {-2, -3}
            assert steps.count(-3) == pytest.approx(2000, abs=170)
        else:
            assert set(steps) == set(range(-3, 4))
        assert all(on_it != used for on_it, used in pairs)
    legal = [kernels.allowed(state) for _ in range(500)]
    assert {used // 25 - on_it // 25 for on_it, used in legal} == {-1}


worlds = st.fixed_dictionaries({
    "rows": st.sampled_from([1, 2, 200, 2000]), "trip_ms": st.sampled_from([0.0, 0.5, 1000.0]),
    "children": st.sampled_from([1, 5, 20]), "collections": st.sampled_from([0, 1, 3]),
    "batch": st.sampled_from([1, 2, 100, 2000]), "shortcuts": st.sampled_from([0.0, 0.05, 1.0]),
    "direction": st.sampled_from([0, 1, 2]), "ripple": st.sampled_from([0.0, 0.3, 1.0]),
    "check_month": st.sampled_from([0, 1, 36, 60]), "parent_bytes": st.sampled_from([0.0, 1e4]),
    "app_vcpus": st.sampled_from([1, 64]), "database_vcpus": st.sampled_from([1, 64]),
    "pool": st.sampled_from([1, 10, 200]), "connections": st.sampled_from([1, 97]),
    "at_first": st.sampled_from([0.0, 3.0, 150.0, 1000.0]),
    "per_month": st.sampled_from([0.0, 3.0, 50.0]), "seed": st.integers(0, 2**31 - 1),
})  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    ways = of(kernels.WAY, table)
    lazy, batched, joined = ways
    # Batches never need more queries, and as many rows; a join is one query.
    assert joined[kernels.QUERIES] <= batched[kernels.QUERIES] <= lazy[kernels.QUERIES]
    assert batched[kernels.PAGE_MS] <= lazy[kernels.PAGE_MS]
    assert batched[kernels.RESULT_ROWS] == lazy[kernels.RESULT_ROWS]
    if world["batch"] == 1:
        assert (batched[kernels.QUERIES :] == lazy[kernels.QUERIES :]).all()
    # Nothing does more than what there is, of anything; and one thing is used up.
    fleets = of(kernels.FLEET, table)
    per_ms = fleets[:, kernels.PER_S] / 1000.0
    used = np.array([
        per_ms * fleets[:, kernels.APP_MS] / world["app_vcpus"] / fleets[:, kernels.MACHINES],
        theory_connections(fleets) / fleets[:, kernels.CONNECTIONS],
        per_ms * fleets[:, kernels.DATABASE_MS] / world["database_vcpus"],
    ])  # fmt: skip
    assert used.max(axis=0) == pytest.approx(np.ones(len(fleets)), rel=1e-9)
    limit = fleets[:, kernels.LIMIT].astype(int)
    assert used[limit, np.arange(len(fleets))] == pytest.approx(np.ones(len(fleets)), rel=1e-9)
    assert used[2] == pytest.approx(fleets[:, kernels.BUSY], rel=1e-9)
    for way in range(kernels.WAYS):
        mine = fleets[fleets[:, kernels.SERIES] == way][:, kernels.PER_S]
        assert (np.diff(mine) >= -1e-9 * mine[-1]).all()
        assert mine[-1] <= ways[way, kernels.MOST_PER_S] * (1.0 + 1e-12)
    months = of(kernels.MONTH, table)
    for series in (kernels.FREE, kernels.CHECKED):
        mine = months[months[:, kernels.SERIES] == series]
        # Dependencies are only added, so that nothing is ever touched by less.
        assert (np.diff(mine[:, kernels.SHARE]) >= -1e-12).all()
        assert (mine[:, kernels.LOWEST] <= mine[:, kernels.HIGHEST]).all()
        assert (mine[:, kernels.SHARE] >= 1.0 / kernels.MODULES - 1e-12).all()
        assert (mine[:, kernels.SHARE] <= 1.0 + 1e-12).all()
    free, checked = of(kernels.HERE, table)
    assert checked[kernels.BROKEN] <= free[kernels.BROKEN] <= free[kernels.DEPENDENCIES]
    if world["check_month"] == 0 or world["direction"] == kernels.PAST:
        # Without cycles: at most what is at and above each layer, and no tangle.
        assert checked[kernels.SHARE] <= 0.625
        assert checked[kernels.TANGLE] == 1.0
        assert checked[kernels.ALL_LAYERS] <= 0.25
    if world["check_month"] == 60 or world["shortcuts"] == 0.0:
        assert (free[kernels.AT :] == checked[kernels.AT :]).all()
    if world["ripple"] == 0.0:
        assert free[kernels.SHARE] == pytest.approx(1.0 / kernels.MODULES)


def theory_connections(fleets: Table) -> Table:
    """By Little's law."""
    found: Table = fleets[:, kernels.PER_S] * fleets[:, kernels.HOLD_MS] / 1000.0
    return found


def test_the_same_numbers_again() -> None:
    assert (table_of() == table_of()).all()
    assert (table_of(seed=2)[-1] != table_of()[-1]).any()
