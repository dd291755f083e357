"""Health checks against events without steps, chance, closed forms, and what always holds."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.load_balancing.health_checks_reference import (
    Shop,
    dead_until_out,
    passive_until_out,
)

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.load_balancing import health_checks as kernels
from scalelab.kernels.load_balancing.health_checks import (
    CONNECTION,
    DEAD,
    EMPTY,
    ERRORS,
    FALSE_H,
    HANGS,
    NEVER,
    NO_DATABASE,
    NONE_LEFT,
    PASSIVE,
    REAL,
    SLOW,
    UNDER_HALF,
)
from scalelab.theory.load_balancing import health_checks as theory

STORY: dict[str, Any] = {
    "trouble": DEAD, "rate_per_s": 2000.0, "interval_s": 30.0, "timeout_s": 5.0, "unhealthy": 2,
    "healthy": 5, "lost": 0.001, "fallback": NONE_LEFT, "balancers": 2, "limit_s": 2.0,
    "slow_s": 3.0, "away_s": 60.0, "needs": 0.5, "errors": 5, "ejection_s": 30.0,
    "connecting_s": 5.0, "waiting_s": 15.0,
}  # fmt: skip
HAPROXY = {"interval_s": 2.0, "timeout_s": 2.0, "unhealthy": 3, "healthy": 2}
KUBERNETES = {"interval_s": 10.0, "timeout_s": 1.0, "unhealthy": 3, "healthy": 1}
NAMES = ("connection", "empty", "real")
TROUBLES = ("Dead", "Hangs", "Slow", "Errors", "No database")
FALLBACKS = ("Never", "None is left", "Under half")


def table_of(**changed: Any) -> Table:
    return kernels.health_checks(*{**STORY, **changed}.values())


def here(kind: int, **changed: Any) -> Floats:
    table = table_of(**changed)
    (row,) = table[(table[:, 0] == kind) & (table[:, kernels.PART] == kernels.HERE)]
    found: Floats = row
    return found


def shop_of(kind: int, **changed: Any) -> Shop:
    w = {**STORY, **changed}
    return Shop(
        NAMES[kind], TROUBLES[w["trouble"]], w["rate_per_s"], w["interval_s"],
        min(w["timeout_s"], w["interval_s"]), w["unhealthy"], w["healthy"],
        FALLBACKS[w["fallback"]], w["balancers"],
    )  # fmt: skip


def event_by_event(kind: int, **changed: Any) -> float:
    """With the same phases."""
    shop = shop_of(kind, **changed)
    runs = kernels.courses(shop.balancers)
    found = []
    for i in range(runs):
        phases = kernels.phases(i, runs).reshape(-1, kernels.MACHINES).tolist()
        found.append(shop.run(phases, kernels.WINDOW_S))
    return sum(found) / runs


@pytest.mark.parametrize("kind", [CONNECTION, EMPTY, REAL])
@pytest.mark.parametrize("trouble", [DEAD, HANGS, SLOW, ERRORS, NO_DATABASE])
def test_what_fails_is_what_events_without_steps_say(kind: int, trouble: int) -> None:
    worlds: list[dict[str, Any]] = [
        {"fallback": NEVER}, {"fallback": UNDER_HALF, **HAPROXY}, {"balancers": 1, **KUBERNETES},
        {"balancers": 8, "interval_s": 5.0, "timeout_s": 0.5, "unhealthy": 1, "healthy": 1},
    ]  # fmt: skip
    for world in worlds:
        expected = event_by_event(kind, trouble=trouble, **world)
        # Half a step for each time that somebody changes his mind.
        assert here(kind, trouble=trouble, **world)[kernels.FAILED] == pytest.approx(
            expected, rel=0.01
        )


@pytest.mark.parametrize("kind", [EMPTY, REAL])
@pytest.mark.parametrize("fallback", [NEVER, UNDER_HALF])
@pytest.mark.parametrize("times", [HAPROXY, KUBERNETES])
def test_machines_that_are_pulled_down(kind: int, fallback: int, times: dict[str, Any]) -> None:
    """One of five dies, and four are too few. The least delay changes who is next: means only."""
    world = {"rate_per_s": 2400.0, "fallback": fallback, **times}
    chance, shop = random.Random(kind), shop_of(kind, **world)
    found = [
        shop.run([[chance.random() for _ in range(5)] for _ in range(2)], kernels.WINDOW_S)
        for _ in range(24)
    ]
    # Ours is the mean of eight courses.
    error = np.std(found, ddof=1) * np.sqrt(1 / 24 + 1 / 8)
    assert abs(here(kind, **world)[kernels.FAILED] - np.mean(found)) < 4.0 * error
    assert error < 0.1 * np.mean(found)


@pytest.mark.parametrize("rate", [2200.0, 2400.0, 2800.0])
@pytest.mark.parametrize("balancers", [1, 4, 20])
def test_connections_refuse_what_is_too_much(rate: float, balancers: int) -> None:
    """In closed form, for a balancer that knows at once."""
    for unhealthy in (1, 3):
        row = here(
            CONNECTION, rate_per_s=rate, unhealthy=unhealthy, balancers=balancers, interval_s=1.0,
            timeout_s=0.5,
        )  # fmt: skip
        expected = theory.overloaded(rate, 5, 4 / 0.007, 2.0, row[kernels.OUT_S], kernels.WINDOW_S)
        assert row[kernels.FAILED] == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize("times", [HAPROXY, KUBERNETES, {}])
def test_a_dead_machine_is_out(times: dict[str, Any]) -> None:
    w = {**STORY, **times}
    row = here(CONNECTION, **times)
    found = (row[kernels.LEAST_S], row[kernels.OUT_S], row[kernels.WORST_S])
    assert found == theory.detection(w["interval_s"], w["unhealthy"], w["timeout_s"])
    chance = dead_until_out(w["interval_s"], w["timeout_s"], w["unhealthy"], 4000, 1)
    assert found == pytest.approx(chance, abs=0.02 * w["interval_s"])
    # A fifth of the requests for so long.
    assert row[kernels.FAILED] == pytest.approx(400.0 * row[kernels.OUT_S], rel=1e-9)


def test_who_sees_what() -> None:
    seen = {
        trouble: [here(kind, trouble=trouble)[kernels.SEES] for kind in range(4)]
        for trouble in range(5)
    }
    assert seen == {
        DEAD: [1, 1, 1, 1], HANGS: [0, 1, 1, 1], SLOW: [0, 0, 0, 0], ERRORS: [0, 0, 1, 1],
        NO_DATABASE: [0, 0, 1, 1],
    }  # fmt: skip
    assert here(REAL, trouble=SLOW, timeout_s=2.0)[kernels.SEES] == 1.0
    # Three checks do not fit into a minute for certain.
    assert here(REAL, trouble=NO_DATABASE, unhealthy=3)[kernels.SEES] == 0.0
    # A quick error needs no timeout.
    assert here(REAL, trouble=ERRORS)[kernels.OUT_S] == 45.0


@pytest.mark.parametrize(("failing", "trouble"), [(1.0, ERRORS), (0.5, NO_DATABASE)])
def test_errors_in_a_row_take_their_time(failing: float, trouble: int) -> None:
    found = [passive_until_out(failing, 5, 2000.0, 2, 2000, seed) for seed in range(8)]
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(here(PASSIVE, trouble=trouble)[kernels.OUT_S] - mean) < 4.0 * error
    assert error < 0.03 * mean


def test_customers_are_the_probes_of_passive_checks() -> None:
    """Out after five errors at each balancer, and tried again after 30, 60, 90 s."""
    for balancers in (1, 2, 8):
        row = here(PASSIVE, trouble=ERRORS, balancers=balancers)
        assert row[kernels.FAILED] == pytest.approx(4 * 5 * balancers, rel=1e-6)
    # No connection: for five seconds all that are sent fail, each time.
    assert here(PASSIVE)[kernels.FAILED] == pytest.approx(4 * (2000 + 10), rel=1e-3)


def test_a_database_that_is_away() -> None:
    shallow = here(CONNECTION, trouble=NO_DATABASE)
    assert shallow[kernels.FAILED] == pytest.approx(0.5 * 2000.0 * 60.0, rel=1e-9)
    deep = [here(REAL, trouble=NO_DATABASE, fallback=f) for f in (NEVER, NONE_LEFT, UNDER_HALF)]
    assert deep[NEVER][kernels.PEAK] == 1.0
    # Back after five checks that succeed.
    assert deep[NEVER][kernels.DARK_S] > 100.0
    assert deep[NONE_LEFT][kernels.DARK_S] == deep[UNDER_HALF][kernels.DARK_S] == 0.0
    failed = [row[kernels.FAILED] for row in deep]
    assert failed[NEVER] > 4.0 * failed[NONE_LEFT] > 4.0 * failed[UNDER_HALF]


@pytest.mark.parametrize(("lost", "run"), [(0.001, 2), (0.05, 4), (0.5, 3)])
def test_false_alarms_by_chance(lost: float, run: int) -> None:
    row = here(CONNECTION, lost=lost, unhealthy=run)
    expected = (1 - lost**run) / ((1 - lost) * lost**run) * 30.0 / 10.0 / 3600.0
    assert row[FALSE_H] == pytest.approx(expected, rel=1e-9)
    assert row[kernels.LATE] == lost


def test_the_load_of_checks() -> None:
    row = here(REAL, balancers=100, interval_s=1.0)
    assert row[kernels.CHECKS] == 500.0
    assert row[kernels.CHECK_SHARE] == pytest.approx(100 * 0.007 / 4)
    assert here(EMPTY, balancers=100, interval_s=1.0)[kernels.CHECK_SHARE] == pytest.approx(0.0125)


def test_a_longer_timeout_than_the_line_pulls_nobody_down() -> None:
    calm = {"rate_per_s": 2600.0, "interval_s": 5.0, "unhealthy": 2, "healthy": 2}
    patient = here(EMPTY, timeout_s=5.0, **calm)[kernels.FAILED]
    hasty = here(EMPTY, timeout_s=1.0, **calm)[kernels.FAILED]
    assert patient == pytest.approx(here(CONNECTION, **calm)[kernels.FAILED], rel=0.01)
    assert hasty > 1.2 * patient


worlds = st.fixed_dictionaries({
    "trouble": st.integers(0, 4), "rate_per_s": st.sampled_from([1.0, 2000.0, 2900.0, 1e5]),
    "interval_s": st.sampled_from([0.5, 2.0, 60.0, 300.0]),
    "timeout_s": st.sampled_from([0.01, 0.05, 0.5, 2.0, 120.0]),
    "unhealthy": st.integers(1, 10), "healthy": st.integers(1, 10),
    "lost": st.sampled_from([1e-6, 0.001, 0.5]), "fallback": st.integers(0, 2),
    "balancers": st.sampled_from([1, 3, 100, 1000]),
})  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (150, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= -1e-12).all()
    assert (table[:, kernels.FAILING] <= 1.0 + 1e-9).all()
    rows = table[table[:, kernels.PART] == kernels.HERE]
    assert (rows[:, kernels.FAILED] <= world["rate_per_s"] * kernels.WINDOW_S * 1.0001).all()
    for row in rows:
        mine = table[(table[:, 0] == row[0]) & (table[:, kernels.PART] == kernels.TIMELINE)]
        ends = np.array([kernels.edge(i) for i in range(kernels.BINS + 1)])
        summed = mine[:, kernels.FAILING] @ np.diff(ends) * kernels.WINDOW_S
        # Bins end with a step.
        assert summed * world["rate_per_s"] == pytest.approx(
            row[kernels.FAILED], rel=0.05, abs=world["rate_per_s"]
        )
        if row[0] != PASSIVE:
            trade = table[(table[:, 0] == row[0]) & (table[:, kernels.PART] == kernels.TRADE)]
            assert (np.diff(trade[:, FALSE_H]) >= 0.0).all()
            assert world["lost"] * (1.0 - 1e-9) <= row[kernels.LATE] <= 1.0 + 1e-9
            assert row[kernels.LEAST_S] <= row[kernels.OUT_S] <= row[kernels.WORST_S]
