"""Zones against every state of small fleets, simulations, fractions, and what always holds."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.load_balancing.zones_reference import (
    every_state,
    line,
    pair_without,
    short_of,
)

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.load_balancing import zones as kernels
from scalelab.theory.load_balancing import zones as theory

YEAR = kernels.MINUTES_A_YEAR
STORY: dict[str, Any] = {
    "zones": 3, "per_zone": 2, "rate_per_s": 2000.0, "most_busy": 0.9, "mtbf_days": 365.0,
    "repair_min": 10.0, "zone_years": 5.0, "zone_min": 360.0, "changes_per_year": 2.0,
    "change_min": 60.0, "switch_s": 3.609375, "work_ms": 7.0, "vcpus": 4, "usd_per_month": 150.0,
}  # fmt: skip
# Everything fails so often that a simulation sees it.
WEAK = {
    "mtbf_days": 1.0, "repair_min": 120.0, "zone_years": 0.01, "zone_min": 600.0,
    "changes_per_year": 20.0, "change_min": 300.0, "switch_s": 60.0,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.zones(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def as_set(**changed: Any) -> Floats:
    (row,) = of(kernels.SET, table_of(**changed))
    found: Floats = row
    return found


def causes(**changed: Any) -> list[float]:
    minutes: list[float] = of(kernels.CAUSE, table_of(**changed))[:, kernels.WHY_MINUTES].tolist()
    return minutes


def within_errors(value: float, run: Callable[[int], float], runs: int = 8) -> None:
    found = [run(seed) for seed in range(runs)]
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(runs)
    assert abs(value - mean) < 4.0 * error
    assert error < 0.05 * mean


@pytest.mark.parametrize(("zones", "per_zone"), [(1, 5), (2, 3), (3, 2), (3, 3), (4, 1)])
@pytest.mark.parametrize("weak", [False, True])
def test_every_state_of_a_small_fleet(zones: int, per_zone: int, weak: bool) -> None:
    changed = {"zones": zones, "per_zone": per_zone, **(WEAK if weak else {})}
    world = {**STORY, **changed}
    mtbf = 1440.0 * world["mtbf_days"]
    q = world["repair_min"] / (mtbf + world["repair_min"])
    away = world["zone_min"] / (YEAR * world["zone_years"] + world["zone_min"])
    states = every_state(zones, per_zone, 4, q, away)
    found = causes(**changed)
    assert found[0] == pytest.approx(YEAR * states[0], rel=1e-9)
    assert found[1] == pytest.approx(YEAR * states[1], rel=1e-9)
    assert found[2] == pytest.approx(YEAR * sum(states[2:]), rel=1e-9)
    assert found[5] == pytest.approx(YEAR * q, rel=1e-12)


@pytest.mark.parametrize(("zones", "per_zone"), [(1, 5), (2, 4), (3, 2)])
def test_parts_of_the_time_do_not_depend_on_the_laws(zones: int, per_zone: int) -> None:
    """Repairs are even from 0 to twice their mean here."""
    found = causes(**WEAK, zones=zones, per_zone=per_zone)
    change = found[3] / YEAR
    expected = 1.0 - (1.0 - sum(found[:3]) / YEAR) * (1.0 - change)
    within_errors(
        expected,
        lambda seed: short_of(
            zones, per_zone, 4, (1440.0, 120.0), (YEAR / 100.0, 600.0), (YEAR / 20.0, 300.0),
            1.0 * YEAR, seed,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("switch_s", [3.609375, 600.0])
def test_a_pair_of_balancers(switch_s: float) -> None:
    found = causes(mtbf_days=1.0, repair_min=60.0, switch_s=switch_s)[4] / YEAR
    within_errors(found, lambda seed: pair_without(1440.0, 60.0, switch_s / 60.0, 5e7, seed))
    expected = theory.pair_down(Fraction(1440), Fraction(60), Fraction(switch_s) / 60)
    assert found == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(("zones", "per_zone"), [(1, 4), (2, 4), (3, 2), (4, 2), (4, 12)])
def test_whole_years_in_fractions(zones: int, per_zone: int) -> None:
    """Rare events to the last digits, where one less a float would have none left."""
    machine = theory.part_down(Fraction(365 * 1440), Fraction(10))
    zone = theory.part_down(5 * Fraction(YEAR), Fraction(360))
    change = Fraction(120) / (Fraction(YEAR) + 120)
    pair = theory.pair_down(
        Fraction(365 * 1440), Fraction(10), Fraction(STORY["switch_s"]) / 60
    )  # fmt: skip
    few = theory.too_few(zones, per_zone, 4, machine, zone)
    row = as_set(zones=zones, per_zone=per_zone)
    found = causes(zones=zones, per_zone=per_zone)
    assert sum(found[:3]) == pytest.approx(YEAR * float(few), rel=1e-11)
    whole = theory.any_of(few, change, pair)
    assert row[kernels.MINUTES] == pytest.approx(YEAR * float(whole), rel=1e-11)
    assert row[kernels.AVAILABILITY] == pytest.approx(float(1 - whole), rel=1e-12)


@pytest.mark.parametrize(("zones", "per_zone", "lost"), [(2, 3, 15.0), (2, 2, 5.0), (4, 1, 15.0)])
def test_a_line_of_requests_one_by_one(zones: int, per_zone: int, lost: float) -> None:
    row = as_set(zones=zones, per_zone=per_zone, zone_min=lost)
    speed = 4000.0 / 7.0
    left, whole = (zones - 1) * per_zone * speed, zones * per_zone * speed
    longest, gone = line(2000.0, left, whole, 60.0 * lost)
    assert row[kernels.WORST_MIN] == pytest.approx(longest / 60.0, rel=1e-3)
    assert row[kernels.GONE_MIN] == pytest.approx(gone / 60.0, rel=1e-3)
    exact = [Fraction(x) for x in (left, whole, 2000.0, lost)]
    assert row[kernels.WORST_MIN] == pytest.approx(
        float(theory.longest_wait(exact[0], exact[2], exact[3])), rel=1e-9
    )
    assert row[kernels.GONE_MIN] == pytest.approx(float(theory.line_gone(*exact)), rel=1e-9)
    times = of(kernels.TIME, table_of(zones=zones, per_zone=per_zone, zone_min=lost))
    assert times[:, kernels.RESPONSE_S].max() == pytest.approx(
        60.0 * row[kernels.WORST_MIN], abs=0.05
    )


@pytest.mark.parametrize(("zones", "per_zone"), [(2, 4), (3, 2), (4, 3)])
def test_without_a_line_responses_are_those_of_shared_machines(zones: int, per_zone: int) -> None:
    times = of(kernels.TIME, table_of(zones=zones, per_zone=per_zone))[:, kernels.RESPONSE_S]
    n = zones * per_zone
    assert 1000.0 * times[0] == pytest.approx(theory.response(7.0, 2.0, n, 4), rel=1e-12)
    left = theory.response(7.0, 2.0, n - per_zone, 4)
    assert 1000.0 * times[2] == pytest.approx(left, rel=1e-12)
    assert 1000.0 * times.max() == pytest.approx(left, rel=1e-12)


def test_the_reserve_is_that_of_the_formula_but_for_whole_machines() -> None:
    """With six needed: 200, 150 and 133 %."""
    curves = of(kernels.CURVE, table_of(rate_per_s=3000.0))
    for zones in (2, 3, 4):
        mine = curves[curves[:, kernels.ZONES] == zones - 1]
        least = mine[mine[:, kernels.SURVIVES] == 1.0][0]
        assert least[kernels.NEEDED] == 6
        assert Fraction(int(least[kernels.MACHINES]), 6) == theory.reserve(zones)


def test_with_one_spare_time_goes_with_the_square_of_the_repair() -> None:
    fast, slow = (causes(zones=1, per_zone=5, repair_min=r)[0] for r in (10.0, 20.0))
    assert slow / fast == pytest.approx(4.0, rel=1e-3)
    assert fast == pytest.approx(YEAR * theory.one_spare(4, 365 * 1440.0, 10.0), rel=1e-3)


def test_a_whole_machine_is_not_rounded_up() -> None:
    """2,000 requests a second are five machines at 70 % to the last digit."""
    assert kernels.enough(2000.0, 4000.0 / 7.0, 0.7) == 5
    assert kernels.enough(2001.0, 4000.0 / 7.0, 0.7) == 6


worlds = st.fixed_dictionaries({
    "zones": st.integers(1, 4), "per_zone": st.sampled_from([1, 2, 12, 100]),
    "rate_per_s": st.sampled_from([0.01, 500.0, 2000.0, 4000.0, 100_000.0]),
    "most_busy": st.sampled_from([0.6, 0.9, 1.0]), "mtbf_days": st.sampled_from([0.1, 30.0, 1e5]),
    "repair_min": st.sampled_from([0.01, 10.0, 144.0]),
    "zone_years": st.sampled_from([0.01, 5.0, 1e4]), "zone_min": st.sampled_from([0.1, 360.0, 1e5]),
    "changes_per_year": st.sampled_from([0.0, 2.0, 1000.0]),
    "change_min": st.sampled_from([0.01, 60.0, 1e5]), "switch_s": st.sampled_from([0.001, 3600.0]),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (np.delete(table, kernels.AT_MIN, axis=1) >= 0.0).all()
    assert (table[:, kernels.MINUTES] <= YEAR * (1.0 + 1e-12)).all()
    row = as_set(**world)
    minutes = causes(**world)
    assert row[kernels.MINUTES] <= sum(minutes[:5]) * (1.0 + 1e-9)
    assert row[kernels.MINUTES] >= max(minutes[:5]) * (1.0 - 1e-9)
    # One more machine in each zone never makes it worse.
    more = as_set(**{**world, "per_zone": world["per_zone"] + 1})
    assert more[kernels.MINUTES] <= row[kernels.MINUTES] * (1.0 + 1e-9)
    times = of(kernels.TIME, table)
    if row[kernels.KEEPS_UP] == 1.0:
        assert (np.diff(times[:, kernels.AT_MIN]) >= -1e-9).all()
        assert (times[:, kernels.RESPONSE_S] >= 0.007 * (1.0 - 1e-12)).all()
    else:
        assert (times[:, kernels.KEEPS_UP] == 0.0).all()
