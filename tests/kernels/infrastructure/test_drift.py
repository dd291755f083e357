"""Drift against sets of settings, against independent chances, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.infrastructure.drift_reference import WAYS, year

from scalelab.kernels.infrastructure import drift as kernels
from scalelab.kernels.jit import Floats, Table
from scalelab.theory.infrastructure import drift as theory

STORY: dict[str, Any] = {
    "machines": 20, "steps": 60, "wrong_step": 0.003, "changes_per_month": 0.25, "declared": 0.9,
    "every_h": 24.0, "replace_days": 7.0, "step_min": 3.0, "people": 2, "code_min": 15.0,
    "image_min": 5.0,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "machines": st.sampled_from([1, 2, 5, 20]), "steps": st.sampled_from([1, 60, 200]),
    "wrong_step": st.sampled_from([0.0, 0.003, 0.1, 1.0]),
    "changes_per_month": st.sampled_from([0.0, 0.05, 0.25, 2.0]),
    "declared": st.sampled_from([0.0, 0.5, 0.9, 1.0]),
    "every_h": st.sampled_from([1.0, 24.0, 700.0, 8760.0]),
    "replace_days": st.sampled_from([1.0, 7.0, 90.0, 365.0]),
    "step_min": st.sampled_from([0.0, 3.0]), "people": st.sampled_from([1, 2, 100]),
    "code_min": st.sampled_from([0.0, 15.0]), "image_min": st.sampled_from([0.0, 5.0]),
})  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.drift(*{**STORY, **changed}.values(), kernels.RUNS)


def years(**changed: Any) -> Table:
    table = table_of(**changed)
    found: Table = table[table[:, kernels.KIND] == kernels.YEAR]
    return found


def curve(way: int, column: int = kernels.WRONG, **changed: Any) -> Floats:
    table = table_of(**changed)
    mine = (table[:, kernels.WAY] == way) & (table[:, kernels.KIND] == kernels.TIME)
    found: Floats = table[mine][:, column]
    return found


@pytest.mark.parametrize(
    "changed",
    [
        {"machines": 4},
        {"machines": 3, "wrong_step": 0.01, "changes_per_month": 2.0, "every_h": 300.0},
        {"machines": 1, "declared": 0.5, "replace_days": 90.0, "steps": 7},
        {"machines": 2, "changes_per_month": 0.0, "wrong_step": 0.02},
        {"machines": 5, "declared": 1.0, "every_h": 8760.0, "replace_days": 365.0},
    ],
)
def test_sets_of_settings_with_the_same_draws(changed: dict[str, Any]) -> None:
    world = {**STORY, **changed}
    runs = [
        year(
            run + 1, world["machines"], world["steps"], world["wrong_step"],
            world["changes_per_month"], world["declared"],
            world["every_h"] / kernels.HOURS_A_MONTH, world["replace_days"] / kernels.DAYS_A_MONTH,
        )
        for run in range(kernels.RUNS)
    ]  # fmt: skip
    table = years(**changed)
    for number, way in enumerate(WAYS):
        wanted = {name: np.mean([run[way][name] for run in runs]) for name in runs[0][way]}
        ours = table[number]
        # The kernel adds up periods, the reference multiplies: a change may fall between the two.
        assert curve(number, **changed).mean() == pytest.approx(wanted["wrong"], abs=2e-5)
        assert ours[kernels.SPEAKS] == pytest.approx(wanted["speaks"], abs=2e-5)
        assert ours[kernels.ALIKE] == pytest.approx(wanted["alike"], abs=2e-5)
        assert ours[kernels.CONFIGS] == pytest.approx(wanted["kinds"], abs=2e-4)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_shares_are_products_of_independent_chances(world: dict[str, Any]) -> None:
    table = table_of(**world)
    left = kernels.by_hand(world["steps"], world["declared"])
    rate, known = world["changes_per_month"], world["declared"]
    for way in range(kernels.WAYS):
        made = (1.0 - world["wrong_step"]) ** (world["steps"], left, left, 0)[way]
        goes = (0.0, 0.0, known * rate, rate)[way]
        every = (
            kernels.MONTHS, kernels.MONTHS, world["every_h"] / kernels.HOURS_A_MONTH,
            world["replace_days"] / kernels.DAYS_A_MONTH,
        )[way]  # fmt: skip
        mine = table[(table[:, kernels.WAY] == way) & (table[:, kernels.KIND] == kernels.TIME)]
        chances = [
            1.0 - made * theory.mean_right(i / 2, (i + 1) / 2, rate - goes, goes, every)
            for i in range(kernels.WINDOWS)
        ]
        trials = world["machines"] * kernels.RUNS
        # With looks that all machines share, a window with a reset is seen before or after it.
        errors = np.sqrt(np.maximum(np.multiply(chances, np.subtract(1.0, chances)), 2e-4) / trials)
        errors += 0.5 / np.sqrt(kernels.RUNS * kernels.INSTANTS) * (goes > 0.0)
        assert (np.abs(mine[:, kernels.WRONG] - chances) <= 5.0 * errors).all()


@settings(max_examples=80, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    times = table[table[:, kernels.KIND] == kernels.TIME]
    low, mean, high = (times[:, c] for c in (kernels.WRONG_LOW, kernels.WRONG, kernels.WRONG_HIGH))
    assert (low <= high).all()
    assert ((mean >= 0.0) & (mean <= 1.0 + 1e-12)).all()
    by_way = times[:, kernels.WRONG].reshape(kernels.WAYS, -1)
    # All live through the same changes: what is put right is never worse than what is not.
    assert (by_way[kernels.CODE] <= by_way[kernels.HAND] + 1e-12).all()
    assert (by_way[kernels.RECONCILED] <= by_way[kernels.CODE] + 1e-12).all()
    assert (by_way[kernels.IMAGE] <= by_way[kernels.CODE] + 1e-12).all()
    # Without anything that puts it right it only gets worse.
    assert (np.diff(by_way[kernels.HAND]) >= -1e-12).all()
    whole = table[table[:, kernels.KIND] == kernels.YEAR]
    assert (whole[:, kernels.ALIKE] <= whole[:, kernels.SPEAKS] + 1e-12).all()
    kinds = whole[:, kernels.CONFIGS]
    assert ((kinds >= 1.0 - 1e-12) & (kinds <= world["machines"] + 1e-12)).all()
    assert (whole[:, kernels.MENDED] <= 1.0).all()


def test_looking_more_often_never_makes_it_worse_and_does_not_see_more() -> None:
    nightly, hourly = (years(every_h=h)[kernels.RECONCILED] for h in (24.0, 1.0))
    assert hourly[kernels.LAST_WRONG] <= nightly[kernels.LAST_WRONG]
    assert hourly[kernels.MENDED] == nightly[kernels.MENDED] == pytest.approx(0.9, abs=0.01)
    assert hourly[kernels.FOUND_H] == pytest.approx(0.5, rel=0.05)


def test_all_declared_and_applied_is_as_good_as_an_image() -> None:
    table = years(declared=1.0, every_h=168.0)
    same = [kernels.LAST_WRONG, kernels.SPEAKS, kernels.ALIKE, kernels.CONFIGS, kernels.FOUND_H]
    assert table[kernels.RECONCILED, same] == pytest.approx(table[kernels.IMAGE, same])


def test_hours() -> None:
    table = years(people=3, machines=20)
    assert table[kernels.HAND, kernels.AGAIN_H] == 7 * 3.0
    assert table[kernels.HAND, kernels.MORE_H] == 4 * 3.0
    assert table[kernels.CODE, kernels.AGAIN_H] == pytest.approx(0.25 + 7 * 0.3)
    assert table[kernels.IMAGE, kernels.AGAIN_H] == pytest.approx(5 / 60)
    assert years(people=100)[kernels.HAND, kernels.AGAIN_H] == 3.0


def test_nothing_happens_without_mistakes_and_changes() -> None:
    table = years(wrong_step=0.0, changes_per_month=0.0)
    assert (table[:, kernels.LAST_WRONG] == 0.0).all()
    assert table[:, kernels.ALIKE] == pytest.approx(1.0)
    assert table[:, kernels.CONFIGS] == pytest.approx(1.0)
    assert (table[:, kernels.FOUND] == 0.0).all()


def test_steps_by_hand_are_whole() -> None:
    assert [kernels.by_hand(60, d) for d in (0.0, 0.5, 0.9, 0.99, 1.0)] == [60, 30, 6, 1, 0]
