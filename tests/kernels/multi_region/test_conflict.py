"""Carts against regions that merge whole states, and the table against what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.multi_region.conflict_reference import NAMES, Setting, play

from scalelab.kernels.jit import Table
from scalelab.kernels.multi_region.conflict import (
    ADD,
    CART,
    CHANGE,
    HYBRID,
    ITEM,
    KEPT,
    LOST,
    OR_SET,
    PN,
    REMOVE,
    STRATEGIES,
    UNION,
    WALL,
    WHOLE,
    conflict,
)

KEPT_OF, LOST_OF, UNDONE_OF, WRONG, FEWEST, MOST, CARTS, ENTRIES, SIBLINGS, UNAWARE = range(2, 12)
BEGINS, ENDS, TIME, REGION, KIND, PRODUCT, FATE = range(12, 19)

STORY: dict[str, Any] = {
    "n_regions": 3, "elsewhere": 0.5, "gap_s": 2.0, "n_changes": 12, "removes": 0.3,
    "products": 4, "delay_ms": 300.0, "cut_s": 8.0, "skew_ms": 1000.0, "clock": WALL,
    "run_changes": 120, "n_runs": 1, "seed": 1,
}  # fmt: skip


def table(**changed: Any) -> Table:
    return conflict(*{**STORY, **changed}.values())


def whole(**changed: Any) -> Table:
    rows = table(**changed)
    return rows[rows[:, 1] == WHOLE]


worlds = st.fixed_dictionaries({
    "n_regions": st.integers(2, 5),
    "elsewhere": st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
    "n_changes": st.integers(1, 14),
    "removes": st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
    "products": st.sampled_from([1, 2, 5, 50]),
    "delay_ms": st.sampled_from([0.0, 100.0, 2000.0, 60_000.0]),
    "cut_s": st.sampled_from([0.0, 3.0, 12.0, 100.0]),
    "skew_ms": st.sampled_from([-5000.0, -100.0, 0.0, 100.0, 3000.0]),
    "clock": st.sampled_from([WALL, HYBRID]),
    "seed": st.integers(0, 2**40),
})  # fmt: skip


def as_in_the_reference(world: dict[str, Any], n_carts: int) -> None:
    setting = {**STORY, **world}
    m = setting["n_changes"]
    rows = whole(**world, run_changes=n_carts * m)
    expected = play(Setting(
        setting["n_regions"], setting["elsewhere"], setting["gap_s"], m, setting["removes"],
        setting["products"], setting["delay_ms"], setting["cut_s"], setting["skew_ms"],
        setting["clock"] == HYBRID, n_carts, setting["seed"],
    ))  # fmt: skip
    changes = n_carts * m
    for row, name in zip(rows, NAMES, strict=True):
        assert round(row[LOST_OF] * changes / 1e3) == expected.lost[name], name
        assert round(row[UNDONE_OF] * changes / 1e3) == expected.undone[name], name
        assert round(row[CARTS] * n_carts) == expected.wrong_carts[name], name
        assert round(row[ENTRIES] * n_carts) == expected.entries[name], name
        assert round(row[UNAWARE] * changes / 1e3) == expected.unaware
    assert round(rows[UNION, SIBLINGS] * changes / 1e3) == expected.to_siblings


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_every_change_ends_as_in_the_reference(world: dict[str, Any]) -> None:
    """Also that all regions agree in the end: the reference looks at each."""
    as_in_the_reference(world, 8)


@pytest.mark.parametrize(
    "world",
    [
        # Two regions step past the same time from the future: equal times.
        {"clock": HYBRID, "skew_ms": 20_000.0, "delay_ms": 1500.0, "cut_s": 0.0, "elsewhere": 0.9},
        # Counters below zero, removals that find nothing there, and pieces that come back.
        {"products": 1, "removes": 0.5, "delay_ms": 3000.0, "cut_s": 10.0, "n_regions": 4},
    ],
    ids=["equal times", "counters below zero"],
)
def test_what_is_rare_is_as_in_the_reference(world: dict[str, Any]) -> None:
    as_in_the_reference(world, 600)


controls = st.fixed_dictionaries({
    "n_regions": st.integers(2, 5), "elsewhere": st.floats(0, 1), "gap_s": st.floats(0.001, 100),
    "n_changes": st.integers(1, 30), "removes": st.floats(0, 1), "products": st.integers(1, 100),
    "delay_ms": st.floats(0, 600_000), "cut_s": st.floats(0, 1000),
    "skew_ms": st.floats(-600_000, 600_000), "clock": st.integers(0, 1),
    "run_changes": st.integers(1, 200), "n_runs": st.integers(1, 3), "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(controls)
def test_what_always_holds(control: dict[str, Any]) -> None:
    rows = table(**control)
    m = control["n_changes"]
    assert rows.shape == (STRATEGIES * (1 + m), 19)
    assert np.isfinite(rows).all()
    total, changes = rows[:STRATEGIES], rows[STRATEGIES:]
    assert (total[:, 1] == WHOLE).all()
    assert (changes[:, 1] == CHANGE).all()
    np.testing.assert_allclose(total[:, KEPT_OF : UNDONE_OF + 1].sum(axis=1), 1000.0)
    np.testing.assert_allclose(total[:, WRONG], total[:, LOST_OF] + total[:, UNDONE_OF])
    assert (total[:, FEWEST] <= total[:, WRONG] + 1e-9).all()
    assert (total[:, WRONG] <= total[:, MOST] + 1e-9).all()
    assert ((total[:, CARTS] >= 0.0) & (total[:, CARTS] <= 1.0)).all()
    # A union forgets nothing, and the OR-set is what the others are measured by.
    assert total[UNION, LOST_OF] == total[OR_SET, WRONG] == 0.0
    assert total[CART, ENTRIES] == 1.0
    assert total[ITEM, ENTRIES] <= min(control["products"], m)
    assert total[UNION, ENTRIES] <= control["n_regions"] ** 2
    assert total[OR_SET, ENTRIES] <= m
    for strategy in range(STRATEGIES):
        mine = changes[changes[:, 0] == strategy]
        assert len(mine) == m
        np.testing.assert_array_equal(mine[:, TIME:FATE], changes[:m, TIME:FATE])
        assert (np.diff(mine[:, TIME]) >= 0.0).all()
        assert ((mine[:, FATE] != LOST) | (mine[:, KIND] == ADD)).all()
        assert ((mine[:, FATE] <= LOST) | (mine[:, KIND] == REMOVE)).all()


@pytest.mark.parametrize("alone", [{"elsewhere": 0.0}, {"elsewhere": 1.0, "n_regions": 2}])
def test_one_region_alone_has_no_conflicts(alone: dict[str, Any]) -> None:
    rows = whole(**alone)
    assert (rows[:, WRONG] == 0.0).all()
    assert (rows[:, UNAWARE] == 0.0).all()


def test_without_delay_and_skew_there_is_nothing_to_settle() -> None:
    rows = whole(delay_ms=0.0, cut_s=0.0, skew_ms=0.0, run_changes=1200)
    assert (rows[:, WRONG] == 0.0).all()
    # The clock alone is enough to lose, unless it is never behind what it has seen.
    skewed = whole(delay_ms=0.0, cut_s=0.0, run_changes=1200)
    assert skewed[CART, LOST_OF] > 0.0 == skewed[UNION, WRONG]
    assert (skewed[:, UNAWARE] == 0.0).all()
    hybrid = whole(delay_ms=0.0, cut_s=0.0, clock=HYBRID, run_changes=1200)
    assert (hybrid[:, WRONG] == 0.0).all()


def test_clocks_are_nothing_to_those_who_do_not_ask() -> None:
    right, wrong = whole(skew_ms=0.0, run_changes=600), whole(skew_ms=90_000.0, run_changes=600)
    for strategy in (UNION, PN, OR_SET):
        np.testing.assert_array_equal(right[strategy], wrong[strategy])
    assert wrong[CART, WRONG] > right[CART, WRONG]


def test_counters_can_take_a_piece_twice_and_bring_one_back() -> None:
    """Both at once take what both see: that is one too many, and the next addition is gone."""
    rows = whole(products=1, removes=0.5, cut_s=20.0, run_changes=12_000)
    assert rows[PN, LOST_OF] > 0.0
    assert rows[PN, UNDONE_OF] < 0.1 * rows[PN, LOST_OF]


def test_the_example_is_the_worst_cart() -> None:
    rows = table(run_changes=1200)
    example = rows[(rows[:, 0] == CART) & (rows[:, 1] == CHANGE)]
    bad = (example[:, FATE] != KEPT).sum()
    assert bad * 1000.0 / 1200 >= rows[CART, WRONG] / 100
    single = table(run_changes=12)
    example = single[(single[:, 0] == CART) & (single[:, 1] == CHANGE)]
    assert (example[:, FATE] != KEPT).sum() * 1000.0 / 12 == pytest.approx(single[CART, WRONG])
    np.testing.assert_allclose(rows[0, [BEGINS, ENDS]], [8.0, 16.0])


def test_more_runs_are_the_same_world() -> None:
    one, many = whole(run_changes=1200), whole(run_changes=1200, n_runs=6)
    assert (many[:, FEWEST] <= one[:, WRONG]).all()
    assert (one[:, WRONG] <= many[:, MOST]).all()
    assert many[CART, FEWEST] < many[CART, MOST]


def test_one_seed_gives_one_table() -> None:
    np.testing.assert_array_equal(table(), table())
    assert not np.array_equal(table(), table(seed=2))
