"""Clients that stay: exact deals, clients one by one, closed forms, and what always holds."""

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.connections_reference import (
    dealt_at_random,
    dealt_in_turn,
    responses,
    return_of,
    rolled,
)

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.patterns import connections as kernels
from scalelab.theory.patterns import connections as theory

STORY: dict[str, Any] = {
    "machines": 6, "heavy": 10, "share": 0.5, "event": 0, "clients": 20_000.0, "cost_ms": 50.0,
    "timeout_s": 5.0, "cap_s": 30.0, "base_s": 1.0, "target": 0.6, "rate_per_s": 2000.0,
    "work_ms": 7.0, "vcpus": 4,
}  # fmt: skip
NAMES = ("at once", "doubled", "jitter", "refused")


def table_of(**changed: Any) -> Table:
    return kernels.connections(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def as_set(**changed: Any) -> Floats:
    (row,) = of(kernels.SET, table_of(**changed))
    found: Floats = row
    return found


def a_storm(**changed: float) -> kernels.Storm:
    """Few clients that are dear, so that they can be followed one by one."""
    given = {
        "clients": 6000.0, "cut": 1000.0, "can": 20.0, "work": 14.0, "cost": 1.0 / 6.0,
        "timeout": 5.0, "base": 1.0, "cap": 30.0, **changed,
    }  # fmt: skip
    return kernels.Storm(**given)


def back_after(run: Table, cut: float, share: float = 0.99) -> float:
    """Seconds until so many are back."""
    found: float = kernels.STEP_S * (1 + int(np.argmax(run[:, 0] >= share * cut)))
    return found


# --- heavy clients ---


@pytest.mark.parametrize("heavy", [1, 2, 5, 10, 40])
def test_every_deal_is_counted(heavy: int) -> None:
    found = kernels.fullest(heavy)
    for machines in (4, 5, 6, 12, 30):
        row = found[machines - kernels.FEWEST]
        mean = float(theory.fullest(machines, heavy))
        assert row[0] == pytest.approx(mean, rel=1e-9), machines
        for place, share in ((1, Fraction(1, 10)), (2, Fraction(9, 10))):
            most = int(row[place])
            deals = machines**heavy
            assert Fraction(theory.deals(machines, heavy, most), deals) >= share
            assert Fraction(theory.deals(machines, heavy, most - 1), deals) < share


@pytest.mark.parametrize(("machines", "heavy"), [(6, 10), (12, 20), (4, 50)])
def test_turns_are_no_better_than_chance(machines: int, heavy: int) -> None:
    """Machines that take turns have equally many clients, but not equally many heavy ones."""
    rng = random.Random(machines * heavy)
    expected = kernels.fullest(heavy)[machines - kernels.FEWEST, 0]
    runs = 20_000
    for found in (
        [dealt_at_random(machines, heavy, rng) for _ in range(runs)],
        [dealt_in_turn(machines, heavy, 20_000, rng) for _ in range(runs)],
    ):
        error = np.std(found) / np.sqrt(runs)
        # Turns deal without putting back, which is a little more even.
        assert abs(np.mean(found) - expected) < 4.0 * error + 0.002


def test_shares_and_loads_of_machines() -> None:
    for share, heavy in ((0.5, 10), (0.0, 10), (1.0, 1), (0.8, 25)):
        placed = kernels.place(heavy, share, 14.0, 4)
        for i, machines in enumerate(range(4, 31)):
            assert placed[i, 0] == pytest.approx(14.0 / 4 / machines)
            assert placed[i, 1] == pytest.approx(
                float(theory.busiest(machines, heavy, Fraction(share), Fraction(14), 4))
            )
    assert kernels.place(10, 0.0, 14.0, 4)[:, 1:] == pytest.approx(
        np.repeat(14.0 / 4 / np.arange(4, 31)[:, None], 4, axis=1)
    )


@pytest.mark.parametrize("busy", [0.001, 0.3, 0.5, 0.9, 0.99])
def test_the_slow_hundredth_of_one_vcpu(busy: float) -> None:
    assert kernels.p99_ms(busy, 7.0, 1) == pytest.approx(theory.single_p99_ms(busy, 7.0), rel=1e-6)


@pytest.mark.parametrize("busy", [0.58, 0.75, 0.89])
def test_the_slow_hundredth_of_four_vcpus(busy: float) -> None:
    """0.75 is where line and work are as fast as each other."""
    found = np.array([np.quantile(responses(busy, 7.0, 4, 60_000, s), 0.99) for s in range(8)])
    error = found.std(ddof=1) / np.sqrt(len(found))
    assert abs(found.mean() - kernels.p99_ms(busy, 7.0, 4)) < 4.0 * error + 0.3


# --- all back at once ---


@pytest.mark.parametrize("way", range(kernels.WAYS))
@pytest.mark.parametrize(
    "changed",
    [
        {}, {"timeout": 10.0}, {"cap": 120.0}, {"cost": 0.06}, {"cut": 6000.0, "can": 24.0},
        {"work": 0.0, "can": 3.0}, {"timeout": 20.0, "cut": 6000.0, "can": 24.0, "cap": 120.0},
    ],
)  # fmt: skip
def test_clients_one_by_one(way: int, changed: dict[str, float]) -> None:
    s = a_storm(**changed)
    until = 197.0  # not when a round of them begins
    times, attempts = return_of(
        NAMES[way], int(s.cut), int(s.clients), s.can, s.work, s.cost, s.timeout, s.base, s.cap,
        until, 0,
    )  # fmt: skip
    run = kernels.storm(way, s)
    # The same curve, but for a few seconds and a few clients.
    for share in (0.1, 0.2, 0.5, 0.8, 0.95):
        count = int(share * s.cut)
        fluid = back_after(run, s.cut, share) if run[-1, 0] >= share * s.cut else np.inf
        if len(times) >= count:
            assert fluid == pytest.approx(times[count - 1], rel=0.03, abs=2.5), share
        else:
            assert fluid > 0.95 * until
    if len(times) < s.cut:  # both went on until then
        found = run[int(until / kernels.STEP_S) - 1, 1]
        assert found == pytest.approx(attempts, rel=0.05)


@pytest.mark.parametrize("cost", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("cut", [1000.0, 6000.0])
def test_with_patience_no_work_is_in_vain(cost: float, cut: float) -> None:
    s = a_storm(cost=cost, cut=cut, timeout=500.0, can=24.0)
    expected = theory.back_s(s.clients, s.cut, s.can, s.work, s.cost)
    for way in (kernels.AT_ONCE, kernels.DOUBLED, kernels.JITTER):
        run = kernels.storm(way, s)
        assert back_after(run, s.cut) == pytest.approx(expected, rel=0.005, abs=0.11)
        assert run[-1, 1] == pytest.approx(s.cut)
        assert run[-1, 2] == pytest.approx(s.cut)


@pytest.mark.parametrize(("way", "jitter"), [(kernels.DOUBLED, False), (kernels.JITTER, True)])
def test_a_cap_that_is_too_short_is_too_short_for_good(way: int, jitter: bool) -> None:
    """Machines that take 50 a second; the first second and those that are away then."""
    s = a_storm(work=0.0, can=1.0, cost=0.02, cut=1000.0, timeout=1.0)
    cap = theory.least_cap_s(s.cut - 50.0, 50.0, s.timeout, jitter)
    short = kernels.storm(way, s._replace(cap=0.9 * cap))
    assert short[-1, 0] < 0.1 * s.cut
    assert kernels.storm(way, s._replace(cap=1.6 * cap))[-1, 0] > 0.5 * s.cut


def test_refusing_wastes_nothing_and_helps_whatever_the_cap() -> None:
    for cap in (2.0, 5.0, 30.0, 120.0):
        s = a_storm(cut=6000.0, can=24.0, cap=cap)
        run = kernels.storm(kernels.REFUSED, s)
        assert run[:, 2] == pytest.approx(run[:, 0], abs=1e-6)
        least = theory.back_s(s.clients, s.cut, s.can, s.work, s.cost)
        assert least <= back_after(run, s.cut) + 0.1 < least + 0.75 * cap + 5.0


# --- a rolling deploy ---


@pytest.mark.parametrize("machines", [4, 6, 11, 30])
def test_a_deploy_is_a_geometric_series(machines: int) -> None:
    turns = kernels.roll(machines)
    for column, new_first in ((0, False), (4, True)):
        for i in range(machines):
            before = theory.has_when_restarted(i + 1, machines, new_first)
            after = theory.has_afterwards(i + 1, machines, new_first)
            assert turns[i, column] == pytest.approx(float(before))
            assert turns[i, column + 1] == pytest.approx(float(after))
        moves = turns[:, column].sum() / machines
        assert moves == pytest.approx(float(theory.moves(machines, new_first)))
    moves = turns[:, 2].sum() / machines
    assert moves == pytest.approx(float(theory.moves_to_emptiest(machines)))
    # Nobody is lost.
    assert turns[:, 1::2].sum(axis=0) == pytest.approx(machines)


@pytest.mark.parametrize(("column", "way"), [(0, "any"), (2, "emptiest"), (4, "new first")])
@pytest.mark.parametrize("machines", [4, 7])
def test_a_deploy_client_by_client(column: int, way: str, machines: int) -> None:
    each = 2000
    moves, before, after = rolled(machines, each * machines, way, 1)
    turns = kernels.roll(machines)
    assert turns[:, column] == pytest.approx(np.array(before) / each, abs=0.15)
    assert turns[:, column + 1] == pytest.approx(np.array(after) / each, abs=0.15)
    assert turns[:, column].sum() / machines == pytest.approx(moves, rel=0.02)


# --- all of it ---


def test_who_is_cut_off() -> None:
    turns = kernels.roll(6)
    assert kernels.cut_off(kernels.DIES, 6, 6000.0, turns) == 1000.0
    assert kernels.cut_off(kernels.LAST_OF_DEPLOY, 6, 6000.0, turns) == pytest.approx(2488.32)
    assert kernels.cut_off(kernels.BALANCER, 6, 6000.0, turns) == 6000.0


def test_the_least_group_whose_busiest_is_at_the_target() -> None:
    row = as_set()
    groups = of(kernels.GROUP, table_of())
    enough = groups[groups[:, kernels.HOTTEST] <= 0.6][0]
    assert row[kernels.ENOUGH] == enough[kernels.MACHINES] == 12
    assert as_set(heavy=1, share=0.8)[kernels.FOUND] == 0.0


worlds = st.fixed_dictionaries({
    "machines": st.sampled_from([4, 5, 6, 30]), "heavy": st.sampled_from([1, 2, 3, 17, 100]),
    "share": st.sampled_from([0.0, 0.01, 0.5, 1.0]), "event": st.integers(0, 2),
    "clients": st.sampled_from([1.0, 20_000.0, 1e7]),
    "cost_ms": st.sampled_from([0.1, 50.0, 10_000.0]),
    "timeout_s": st.sampled_from([0.1, 1.0, 5.0, 60.0, 300.0]),
    "cap_s": st.sampled_from([0.1, 1.0, 30.0, 600.0]),
    "base_s": st.sampled_from([0.1, 1.0, 600.0]), "target": st.sampled_from([0.01, 0.6, 1.0]),
    "rate_per_s": st.sampled_from([0.001, 500.0, 2000.0, 2280.0]),
    "work_ms": st.sampled_from([0.01, 7.0]), "vcpus": st.sampled_from([4, 5, 128]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape[1] == kernels.WIDTH
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    groups = of(kernels.GROUP, table)
    tiny = 1.0 + 1e-9
    assert (groups[:, kernels.MEAN] <= groups[:, kernels.BY_LOAD] * tiny).all()
    # Whoever deals by load has the fewest heavy ones that there can be on the fullest.
    assert (groups[:, kernels.BY_LOAD] <= groups[:, kernels.HOTTEST] * tiny).all()
    assert (groups[:, kernels.LOW] <= groups[:, kernels.HIGH]).all()
    moments = of(kernels.MOMENT, table)
    back = moments[:, kernels.BACK_ONCE : kernels.BACK_REFUSED + 1]
    assert (np.diff(back, axis=0) >= -1e-9).all()
    assert (back <= tiny).all()
    ways = of(kernels.WAY_KIND, table)
    assert (ways[:, kernels.WASTED] <= 1.0).all()
    assert (ways[:, kernels.ATTEMPTS] >= 0.99 * ways[:, kernels.IN_TIME]).all()


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(range(4)), st.floats(1.0, 6000.0), st.floats(14.0, 30.0),
    st.floats(0.001, 2.0), st.floats(0.1, 60.0), st.floats(0.1, 120.0),
)  # fmt: skip
def test_nobody_comes_back_twice_and_machines_do_not_do_more_than_they_can(
    way: int, cut: float, can: float, cost: float, timeout: float, cap: float
) -> None:
    s = a_storm(cut=cut, can=can, cost=cost, timeout=timeout, cap=cap)
    run = kernels.storm(way, s)
    assert (np.diff(run, axis=0) >= -1e-9 * cut).all()
    assert (run[:, 0] <= cut * (1.0 + 1e-9)).all()
    assert (run[:, 0] <= run[:, 2] * (1.0 + 1e-9) + 1e-9).all()
    seconds = kernels.STEP_S * np.arange(1, kernels.STEPS + 1)
    assert (run[:, 2] <= can / cost * seconds * (1.0 + 1e-9) + 1e-9).all()
    # Who is not back yet makes attempts as long as there is time: none is forgotten.
    if way == kernels.AT_ONCE and run[-1, 0] < 0.5 * cut:
        assert run[-1, 1] >= 0.5 * cut * (600.0 / (timeout + 0.2) - 2.0)
