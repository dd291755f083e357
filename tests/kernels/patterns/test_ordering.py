"""Orders and their events against events in time, histories, integrals, and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.ordering_reference import simulate

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.patterns import ordering as kernels
from scalelab.theory.patterns import ordering as theory

STORY: dict[str, Any] = {
    "gap_s": 10.0, "fails": 0.001, "repeated": 0.001, "poison": 0.0001, "backoff_s": 30.0,
    "kept_s": 300.0, "workers": 20, "rate": 100.0, "service_ms": 50.0, "late_s": 10.0, "seed": 1,
}  # fmt: skip
# So much goes wrong that a short simulation sees all of it, and workers are idle nearly always.
ROUGH: dict[str, Any] = {
    **STORY, "fails": 0.2, "repeated": 0.1, "poison": 0.05, "rate": 2.0, "service_ms": 100.0,
    "late_s": 3.0,
}  # fmt: skip


def table_of(world: dict[str, Any]) -> Table:
    return kernels.ordering(*{**STORY, **world}.values())  # in the order of the parameters


def head(table: Table, way: int) -> Floats:
    (row,) = table[(table[:, kernels.KIND] == kernels.WAY) & (table[:, kernels.WHICH] == way)]
    found: Floats = row
    return found


def world_of(world: dict[str, Any]) -> kernels.World:
    return kernels.World(
        world["fails"], world["repeated"], world["poison"], world["service_ms"] / 1000.0,
        world["backoff_s"], world["kept_s"], world["workers"], world["rate"],
    )  # fmt: skip


def near(found: float, share: float, n: int) -> bool:
    """Five standard errors, of a mean over ``n``; and what waits and the rest of it leave out."""
    p = min(max(found, share, 2.0 / n), 0.99)
    return abs(found - share) < 5.0 * math.sqrt(p * (1.0 - p) / n) + 0.004


@pytest.mark.parametrize("way", range(kernels.WAYS))
@pytest.mark.parametrize(
    "changed",
    [
        {"gap_s": 0.1, "backoff_s": 1.0, "kept_s": 0.0},
        {"gap_s": 0.5, "backoff_s": 1.0, "kept_s": 1.5},
        {"gap_s": 1.5, "backoff_s": 1.0, "kept_s": 1e4},
        {"gap_s": 0.2, "backoff_s": 0.1, "kept_s": 0.0, "late_s": 0.3},
        {"gap_s": 4.0, "backoff_s": 5.0, "kept_s": 3.0, "workers": 40},
    ],
)
def test_events_in_time_say_the_same(way: int, changed: dict[str, Any]) -> None:
    world = {**ROUGH, **changed}
    n = 4000
    found = simulate(way, world, n, seed=11)
    table = table_of(world)
    row = head(table, way)
    assert near(found["wrong"], row[kernels.WRONG] / 1e6, n)
    assert near(found["twice"], row[kernels.TWICE] / 1e6, n)
    times = table[(table[:, kernels.KIND] == kernels.TIME) & (table[:, kernels.WHICH] == way)]
    (at_one,) = times[times[:, kernels.AT_S] == 1.0]
    # Events behind a blocked partition are late together: fewer of them tell as much.
    m = n // 20 if way == kernels.IN_PLACE else n
    assert near(found["late"], row[kernels.LATE] / 1e6, m)
    assert near(found["open"], at_one[kernels.OPEN] / 1e6, m)
    attempts = theory.mean_attempts(0.3, 0.05, kernels.ATTEMPTS)
    assert found["attempts"] == pytest.approx(attempts, rel=0.03)


@pytest.mark.parametrize("kept_s", [0.0, 1.5, 2.5, 100.0])
def test_all_histories_say_the_same(kept_s: float) -> None:
    world = {**ROUGH, "backoff_s": 1.0, "kept_s": kept_s}
    chances = np.zeros((3, kernels.ATTEMPTS + 1))
    event = kernels.fates(chances, world_of(world))
    wanted = np.zeros_like(chances)
    undone, dead, twice, attempts = 0.05, 0.05, 0.0, 0.05 * kernels.ATTEMPTS
    for each in theory.histories(0.2, 0.1, kernels.ATTEMPTS, 1.0, kept_s):
        chance = 0.95 * each.chance
        wanted[kernels.FIRST, each.first] += chance
        if each.dead:
            dead += chance
            undone += chance if each.first == 0 else 0.0
        else:
            wanted[kernels.LAST, each.last] += chance
            wanted[kernels.DONE, each.attempts] += chance
        twice += chance if each.twice and each.first > 0 else 0.0
        attempts += chance * each.attempts
    np.testing.assert_allclose(chances[:, 1:], wanted[:, 1:], rtol=1e-12)
    assert event == pytest.approx((undone, dead, twice, attempts), rel=1e-12)


@pytest.mark.parametrize("mine", [0, 1, 2, 5])
@pytest.mark.parametrize("others", [0, 1, 3])
@pytest.mark.parametrize("lead", [-3.0, -0.4, 0.0, 0.7, 6.0])
def test_races_by_integrals(mine: int, lead: float, others: int) -> None:
    if lead == 0.0 and mine == others == 0:
        return
    found = kernels.longer(mine, lead, others)
    assert found == pytest.approx(theory.longer(mine, lead, others), abs=1e-8)


@pytest.mark.parametrize("gap_s", [0.02, 0.1, 5.0, 40.0, 70.0])
def test_wrong_states_from_all_histories(gap_s: float) -> None:
    world = {**STORY, "gap_s": gap_s, "fails": 0.1, "repeated": 0.05, "poison": 0.01,
             "kept_s": 20.0}  # fmt: skip
    found = head(table_of(world), kernels.ANY)[kernels.WRONG] / 1e6
    wanted = theory.wrong_at_any_worker(gap_s, 0.05, 0.1, 0.05, 0.01, 5, 30.0, 20.0)
    assert found == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("gap_s", [0.0, 0.05, 0.3])
def test_without_faults_it_is_the_race_of_the_textbook(gap_s: float) -> None:
    world = {**STORY, "gap_s": gap_s, "fails": 0.0, "repeated": 0.0, "poison": 0.0}
    table = table_of(world)
    found = head(table, kernels.ANY)[kernels.WRONG] / 1e6
    assert found == pytest.approx(theory.overtakes(gap_s, 20.0), rel=1e-12)
    for way in (kernels.VERSIONS, kernels.IN_PLACE, kernels.ASIDE, kernels.GROUPS):
        assert head(table, way)[kernels.WRONG] == 0.0


def test_gaps_at_random_average_as_published() -> None:
    """Gaps exponential with the rate 2, handling with 3: a fifth of the events is overtaken."""
    mean = theory.integral(lambda t: 2.0 * math.exp(-2.0 * t) * kernels.longer(1, 3.0 * t, 1), 20.0)
    assert mean == pytest.approx(theory.overtakes_at_random(2.0, 3.0), abs=1e-9)
    assert mean == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize("world", [{**STORY, "backoff_s": 0.2}, {**STORY, "backoff_s": 1.0}])
def test_waits_behind_a_blocked_partition(world: dict[str, Any]) -> None:
    found = head(table_of(world), kernels.IN_PLACE)[kernels.WAIT_S]
    wanted = theory.mean_wait_in_place(5.0, 0.05, 0.002, 0.0001, 5, world["backoff_s"])
    assert found == pytest.approx(wanted, rel=0.15)


def test_waits_where_two_formulas_meet() -> None:
    """With 380 events a second as much is free as one worker does: waits are Erlang's."""
    quiet = {**STORY, "fails": 0.0, "repeated": 0.0, "poison": 0.0}
    times = [
        head(table_of({**quiet, "rate": rate}), kernels.ANY)[kernels.P99_S]
        for rate in (379.9, 380.0, 380.1)
    ]
    assert times[1] == pytest.approx(0.5 * (times[0] + times[2]), rel=1e-3)
    assert times[0] < times[1] < times[2]


chance = st.sampled_from([0.0, 0.0001, 0.001, 0.01, 0.05, 0.3])
worlds = st.fixed_dictionaries({
    "gap_s": st.sampled_from([0.0, 0.02, 0.1, 1.0, 10.0, 30.0, 600.0]), "fails": chance,
    "repeated": chance, "poison": st.sampled_from([0.0, 0.00001, 0.001, 0.1, 1.0]),
    "backoff_s": st.sampled_from([0.0, 0.1, 1.0, 30.0, 300.0]),
    "kept_s": st.sampled_from([0.0, 10.0, 30.0, 300.0, 3600.0]),
    "workers": st.sampled_from([1, 2, 20, 100]),
    "rate": st.sampled_from([0.1, 10.0, 100.0, 390.0, 1000.0]),
    "service_ms": st.sampled_from([5.0, 50.0, 500.0]), "late_s": st.just(10.0),
    "seed": st.integers(0, 2**31 - 1),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
@example({**STORY, "poison": 1.0})
@example({**STORY, "workers": 1, "rate": 19.0})
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= -1e-6).all()
    shares = [kernels.WRONG, kernels.TWICE, kernels.LATE, kernels.OPEN]
    assert (table[:, shares] <= 1e6 + 1e-3).all()
    heads = [head(table, way) for way in range(kernels.WAYS)]
    wrong = [row[kernels.WRONG] for row in heads]
    assert wrong[kernels.VERSIONS] == 0.0
    assert wrong[kernels.IN_PLACE] == wrong[kernels.GROUPS]
    assert wrong[kernels.IN_PLACE] <= wrong[kernels.ASIDE] + 1e-6
    for way, row in enumerate(heads):
        times = table[(table[:, kernels.KIND] == kernels.TIME) & (table[:, kernels.WHICH] == way)]
        for low, mean, high in (
            (kernels.LATE_LOW, kernels.LATE, kernels.LATE_HIGH),
            (kernels.P99_LOW, kernels.P99_S, kernels.P99_HIGH),
        ):
            assert row[low] <= row[mean] * (1 + 1e-9) <= row[high] * (1 + 1e-8) + 1e-9
        assert (np.diff(times[:, kernels.OPEN]) <= 1e-6).all()
        (ten,) = times[times[:, kernels.AT_S] == 10.0]
        assert ten[kernels.OPEN] == pytest.approx(row[kernels.LATE], rel=1e-9, abs=1e-6)
        gaps = table[(table[:, kernels.KIND] == kernels.GAP) & (table[:, kernels.WHICH] == way)]
        assert (np.diff(gaps[:, kernels.WRONG]) <= 1e-3).all()
    assert heads[kernels.IN_PLACE][kernels.CAPACITY] <= heads[kernels.ANY][kernels.CAPACITY] + 1e-9
    if heads[kernels.IN_PLACE][kernels.KEEPS_UP] == 1.0:
        blocked = heads[kernels.IN_PLACE][kernels.BLOCKED_S]
        assert blocked >= 4.0 * world["backoff_s"]


def test_keys_that_are_kept_for_long_leave_nothing_to_apply_twice() -> None:
    """Exactly nothing; only what failed five times though it was done comes again."""
    for kept_s, twice in ((300.0, False), (20.0, True)):
        found = head(table_of({**STORY, "kept_s": kept_s}), kernels.ANY)[kernels.TWICE]
        assert (found > 1000.0) == twice
        assert found > 1000.0 or found < 1e-6


def test_one_seed_is_one_result() -> None:
    assert (table_of({**STORY, "seed": 5}) == table_of({**STORY, "seed": 5})).all()
    assert (table_of({**STORY, "seed": 5}) != table_of({**STORY, "seed": 6})).any()
