"""State against sessions and requests one by one, closed forms, and what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.principles import state_reference as reference

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.principles import state as kernels
from scalelab.kernels.principles.state import CACHED, DRAINED, MEMORY, STORE, TOKEN
from scalelab.theory.principles import state as theory

STORY: dict[str, Any] = {
    "ratio": 4.0, "ripple": 0.1, "window_min": 5, "goes": kernels.NEWEST, "long_min": 240.0,
    "drain_min": 60, "ttl_s": 10.0, "at_once": 6, "request_ms": 100.0, "peak_per_s": 2000.0,
    "machine_per_s": 4000.0 / 7.0, "target": 0.7, "least": 2, "short_min": 10.0,
    "long_share": 0.1, "requests": 60.0, "machine_years": 1.0, "store_per_year": 2.0,
    "store_min": 5.0, "think_s": 10.0, "writes": 0.05, "fields": 5,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.state(*{**STORY, **changed}.values())


def hit(way: int, cause: int, table: Table) -> Floats:
    rows = table[(table[:, kernels.KIND] == kernels.HIT) & (table[:, kernels.WAY] == way)]
    found: Floats = rows[rows[:, kernels.CAUSE] == cause][0]
    return found


def points(table: Table) -> Table:
    return table[table[:, kernels.KIND] == kernels.POINT]


def near(value: float, found: list[float], least: float = 0.0) -> None:
    """Within four standard errors, or ``least``."""
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(value - mean) < max(4.0 * error, least)


# --- The day ---


@pytest.mark.parametrize(("goes", "drain"), [(0, 0), (1, 30)])
def test_a_day_of_sessions_one_by_one(goes: int, drain: int) -> None:
    """Two sessions a minute at the peak, on machines that are as small."""
    world = {"peak_per_s": 2.0, "machine_per_s": 0.5, "goes": goes, "drain_min": drain}
    world |= {"long_min": 60.0, "long_share": 0.3, "window_min": 10}
    begun = reference.rates(2.0, 4.0, 0.1)
    machines = reference.fleet(begun, (0.7, 0.3), (10.0, 60.0), 60.0, 0.35, 10, 2)
    row = hit(DRAINED, kernels.SCALING, table_of(**world))
    runs = [
        reference.simulate(begun, machines, (0.7, 0.3), (10.0, 60.0), goes == 1, drain, seed)
        for seed in range(8)
    ]
    serving = sum(machines) / 60.0
    near(row[kernels.HOURS], [run["hours"] + serving for run in runs], 0.01)
    began = sum(begun)
    near(row[kernels.LOST], [run["first"] / began for run in runs])
    near(row[kernels.LOSSES], [run["losses"] / began for run in runs])
    near(row[kernels.LOST_LONG], [run["long"] / (0.3 * began) for run in runs])


def test_the_fleet_is_that_of_a_sum_over_all_that_began() -> None:
    begun = reference.rates(2000.0, 4.0, 0.1)
    machines = reference.fleet(begun, (0.9, 0.1), (10.0, 240.0), 60.0, 400.0, 5, 2)
    rows = points(table_of())
    assert rows[:-1, kernels.SERVING].tolist() == machines[:: kernels.EVERY]


@pytest.mark.parametrize("mean", [1.0, 10.0, 240.0, 1440.0])
def test_sessions_that_are_there_follow_the_sine(mean: float) -> None:
    rates, present = np.empty(kernels.DAY), np.empty(kernels.DAY)
    kernels.fill_begun(rates, 2000.0, 4.0, 0.0)
    average = kernels.fill_present(present, rates, mean)
    level = 2000.0 / 1.6
    for minute in range(0, kernels.DAY, 97):
        there = theory.present(minute, level, 0.6, 1200.0, 1440.0, mean)
        assert present[minute] == pytest.approx(there, rel=3e-4)
    assert average == pytest.approx(level * mean, rel=1e-9)


def test_small_machines_lose_what_the_load_falls_by() -> None:
    """With short sessions and hundreds of machines, none of which is older than its sessions."""
    table = table_of(ripple=0.0, window_min=0, long_min=1.0, short_min=1.0, machine_per_s=10.0,
                     goes=kernels.OLDEST)  # fmt: skip
    peak, trough = (theory.present(t, 1250.0, 0.6, 1200.0, 1440.0, 1.0) for t in (1201.0, 481.0))
    lost = theory.lost_in_descent(peak, trough) / (1250.0 * kernels.DAY)
    assert hit(MEMORY, 0, table)[kernels.LOSSES] == pytest.approx(lost, rel=0.05)


def test_nothing_is_lost_by_a_fleet_that_stays() -> None:
    row = hit(MEMORY, kernels.SCALING, table_of(ratio=1.0, ripple=0.0))
    assert row[kernels.LOSSES] == 0.0
    assert row[kernels.WORST] == pytest.approx(1.0)
    assert row[kernels.HOURS] == pytest.approx(24.0 * 5.0)


def test_a_machine_that_drains_waits_for_the_last_of_a_poisson_number() -> None:
    sessions = kernels.Sessions(
        np.array([[5.0, 0.0], [500.0, 0.0]]), np.array([[5.0, 0.0], [500.0, 0.0]]),
        np.array([1, 2]), np.array([0, 0]),
    )  # fmt: skip
    means = np.array([10.0, 240.0])
    keep = np.exp(-1.0 / means)
    lost, waited = np.zeros(3), 0.0
    for step in range(400):
        waited += kernels.drain(sessions, 2, step, 10_000, 1, keep, lost)
        kernels.pass_minute(sessions, 2, np.zeros(2), keep, means, 1)
    assert waited == pytest.approx(theory.draining(500.0, 10.0, 400.0, 20_000), rel=1e-4)
    assert lost[0] == 0.0


def test_sessions_that_are_thrown_out_go_on_elsewhere() -> None:
    sessions = kernels.Sessions(
        np.array([[5.0, 1.0], [7.0, 2.0], [0.0, 4.0]]),
        np.array([[5.0, 1.0], [3.0, 1.0], [0.0, 0.0]]),
        np.array([1, 2, 1]), np.array([0, 0, 0]),
    )  # fmt: skip
    lost = np.zeros(3)
    kernels.throw_out(sessions, 3, 1, 2, lost)
    assert lost.tolist() == [9.0, 4.0, 1.0]
    assert sessions.present.tolist() == [[8.5, 2.0], [0.0, 0.0], [3.5, 5.0]]
    assert sessions.intact.tolist() == [[5.0, 1.0], [0.0, 0.0], [0.0, 0.0]]


def test_a_third_machine_is_empty_beside_two() -> None:
    """So each of the two has half in place of a third."""
    assert hit(MEMORY, 0, table_of())[kernels.WORST] == pytest.approx(1.5)


# --- Failures ---


def test_failures_hit_what_is_there() -> None:
    table = table_of()
    year = 365.25 * kernels.DAY
    machine = hit(MEMORY, kernels.MACHINE, table)[kernels.HIT_OF_MILLION]
    assert machine == pytest.approx(1e6 * 33.0 / year, rel=1e-9)
    store = hit(STORE, kernels.STORE_DOWN, table)[kernels.HIT_OF_MILLION]
    assert store < 2e6 * (33.0 + 5.0) / year
    forever = hit(STORE, kernels.STORE_DOWN, table_of(store_min=1e5))[kernels.HIT_OF_MILLION]
    assert forever == pytest.approx(2e6 * (33.0 * 60.0 / 61.0 + 1e5) / year, rel=1e-9)
    for cause in range(kernels.CAUSES):
        assert hit(TOKEN, cause, table)[kernels.HIT_OF_MILLION] == 0.0


@pytest.mark.parametrize(("machines", "ttl", "writes"), [(1, 20.0, 0.3), (4, 60.0, 0.2)])
def test_copies_of_a_session_request_by_request(machines: int, ttl: float, writes: float) -> None:
    look_ups, stale, fails = kernels.cache(0.1, writes, machines, ttl, 90.0)
    runs = [reference.copies(0.1, writes, machines, ttl, 20_000, seed) for seed in range(8)]
    near(look_ups, [run[0] for run in runs])
    near(stale, [run[1] for run in runs], 1e-12)
    near(fails, [reference.outage(0.1, writes, machines, ttl, 90.0, 150, s) for s in range(8)])


def test_copies_without_writes_of_their_own() -> None:
    for ttl in (1.0, 10.0, 60.0):
        look_ups, stale, _ = kernels.cache(0.1, 1e-4, 6, ttl, 300.0)
        bound = theory.stale(0.1, 1e-5, 6, ttl)
        assert look_ups == pytest.approx(bound[0], rel=1e-3)
        assert stale == pytest.approx(bound[1] * 5.0 / 6.0, rel=2e-3)


def test_no_copies() -> None:
    table = table_of(ttl_s=0.0)
    row = hit(CACHED, 0, table)
    assert (row[kernels.FAILS], row[kernels.STALE]) == (1.0, 0.0)
    assert row[kernels.LOOK_UPS] == pytest.approx(hit(STORE, 0, table)[kernels.LOOK_UPS])


# --- Races ---


@pytest.mark.parametrize(("at_once", "conflicting"), [(1, 1.0), (3, 0.4), (6, 0.05)])
def test_overwritten_request_by_request(at_once: int, conflicting: float) -> None:
    found = kernels.overwritten(at_once, conflicting, 2.0, 150.0)
    runs = [
        float(np.mean(list(reference.bursts(at_once, conflicting, 2.0, 0.15, 900, seed))))
        for seed in range(8)
    ]
    near(found, runs)


@pytest.mark.parametrize("at_once", [1, 2, 5, 8])
def test_overwritten_in_closed_form(at_once: int) -> None:
    for conflicting in (Fraction(1), Fraction(1, 20), Fraction(1, 100)):
        alone = kernels.overwritten(at_once, float(conflicting), 1e-12, 1.0)
        exact = theory.overwritten_in_burst(at_once, conflicting)
        assert alone == pytest.approx(float(exact), abs=1e-9)
    single = kernels.overwritten(1, 0.3, 0.1, 500.0)
    assert single == pytest.approx(theory.overwritten(0.03, 0.5), rel=1e-9)


@pytest.mark.parametrize("writers", range(1, 9))
def test_attempts_that_fail(writers: int) -> None:
    assert kernels.retries_of(writers) == pytest.approx(float(theory.failures(writers)), rel=1e-12)
    runs = [float(reference.compared(writers, seed)) for seed in range(400)]
    near(kernels.retries_of(writers), runs, 1e-12)


def test_retries_of_some_writers() -> None:
    assert kernels.retries(2, 0.5) == pytest.approx(0.25)  # both write: one fails once
    assert kernels.retries(1, 0.5) == 0.0
    assert kernels.retries(6, 0.9999) == pytest.approx(float(theory.failures(6)) / 6, rel=1e-3)


worlds = st.fixed_dictionaries({
    "ratio": st.sampled_from([1.0, 4.0, 100.0]), "ripple": st.sampled_from([0.0, 0.1, 0.9]),
    "window_min": st.sampled_from([0, 5, 720]), "goes": st.integers(0, 1),
    "long_min": st.sampled_from([1.0, 10.0, 480.0, 1440.0]),
    "drain_min": st.sampled_from([0, 5, 60, 1440]), "ttl_s": st.sampled_from([0.0, 1.0, 3600.0]),
    "at_once": st.integers(1, 64), "request_ms": st.sampled_from([0.01, 100.0, 60_000.0]),
    "machine_per_s": st.sampled_from([100.0, 571.0, 1e6]), "writes": st.sampled_from([1e-3, 0.9]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.POINTS + 15 + kernels.RULES, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    rows = points(table)
    assert (np.diff(rows[:, kernels.SO_FAR]) >= -1e-15).all()
    assert (rows[:, kernels.ALL_MACHINES] >= rows[:, kernels.SERVING]).all()
    assert (rows[:, kernels.IMBALANCE] >= 1.0 - 1e-9).all()
    memory, drained = hit(MEMORY, 0, table), hit(DRAINED, 0, table)
    for row in (memory, drained):
        assert row[kernels.LOST] <= min(1.0, row[kernels.LOSSES] * (1.0 + 1e-9))
        assert row[kernels.LOST_LONG] <= 1.0
    assert drained[kernels.LOST] <= memory[kernels.LOST] * (1.0 + 1e-9) + 1e-12
    assert drained[kernels.HOURS] >= memory[kernels.HOURS]
    assert rows[-1, kernels.SO_FAR] == pytest.approx(memory[kernels.LOST])
    cached, store = hit(CACHED, 0, table), hit(STORE, 0, table)
    assert cached[kernels.FAILS] <= store[kernels.FAILS] == 1.0
    assert cached[kernels.LOOK_UPS] <= store[kernels.LOOK_UPS] * (1.0 + 1e-9)
    races = table[-kernels.RULES :, kernels.OVERWRITTEN]
    assert (np.diff(races) <= 1e-12).all()
    assert races[0] < 1.0 + 1e-12
