"""Rolling deploys against a simulation, closed forms, and what always holds."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.load_balancing.rollout_reference import (
    FEWEST,
    TURN,
    Machine,
    World,
    poisson,
    simulate,
)

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.load_balancing import rollout as kernels
from scalelab.kernels.load_balancing.rollout import COUNTS, RAMP, TURNS
from scalelab.theory.load_balancing import rollout as theory

STORY: dict[str, Any] = {
    "utilisation": 0.7, "at_once": 1, "first": 1, "cold": 3.0, "warm_up": 5000.0,
    "slow_start_s": 60.0, "long_s": 30.0, "drain_s": 30.0, "removal_s": 0.0, "machines": 5,
    "vcpus": 4, "service_ms": 7.0, "long_share": 0.01, "boot_s": 60.0, "slow_ms": 100.0,
}  # fmt: skip
# A small fleet of slow machines, whose requests can be simulated one by one.
SMALL: dict[str, Any] = {
    **STORY, "machines": 3, "vcpus": 2, "service_ms": 50.0, "warm_up": 300.0, "long_share": 0.02,
    "long_s": 20.0, "drain_s": 10.0, "boot_s": 30.0, "slow_start_s": 30.0, "removal_s": 1.0,
}  # fmt: skip

# Of which so many stay open that chance has little part in their number.
MEDIUM: dict[str, Any] = {
    **STORY, "machines": 3, "service_ms": 20.0, "warm_up": 500.0, "long_share": 0.02,
    "long_s": 20.0, "drain_s": 10.0, "boot_s": 10.0,
}  # fmt: skip


def within_errors(value: float, found: list[float], near: float) -> None:
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(value - mean) < 4.0 * error + near * mean
    assert error < 0.12 * mean


def rows_of(balancer: int, kind: int, **changed: Any) -> Table:
    table = kernels.rollout(*{**STORY, **changed}.values())
    found: Table = table[(table[:, 0] == balancer) & (table[:, kernels.KIND] == kind)]
    return found


def here(balancer: int, **changed: Any) -> Floats:
    (row,) = rows_of(balancer, kernels.HERE, **changed)
    found: Floats = row
    return found


def fleet(balancer: int, world: dict[str, Any], seed: int) -> tuple[list[Machine], World]:
    """The old machines, and the new ones of each batch, with the kernel's times."""
    chance = random.Random(seed)
    n, first = world["machines"], world["first"] == 1
    row = here(balancer, **world)
    rate, drained = row[kernels.RATE], row[kernels.EMPTY_S]
    ramp = world["slow_start_s"] if balancer == RAMP else 0.0
    period = drained + world["boot_s"] + ramp
    w = World(
        rate, world["vcpus"], world["service_ms"] / 1000.0, world["cold"], world["warm_up"], ramp,
        world["long_share"], world["long_s"], world["removal_s"], world["drain_s"],
    )  # fmt: skip
    machines = []
    for j in range(n):
        begins = j // world["at_once"] * period
        still_open = poisson(rate / n * w.long_share * w.long, chance)
        stops = begins + (ramp if first else 0.0)
        comes = begins + (0.0 if first else drained + world["boot_s"])
        machines += [Machine(-1e9, stops, False, 1, still_open), Machine(comes, 1e9, True)]
    return machines, w


@pytest.mark.parametrize(("balancer", "first"), [(TURNS, 1), (TURNS, 0), (RAMP, 1), (RAMP, 0)])
def test_requests_one_by_one_take_as_long(balancer: int, first: int) -> None:
    """Time in work and answers of the whole first batch; the model is close, and not exact."""
    world = {**SMALL, "first": first}
    found = rows_of(balancer, kernels.TIME, **world)
    width = found[1, kernels.AT_S] - found[0, kernels.AT_S]
    means = []
    for seed in range(12):
        machines, w = fleet(balancer, world, seed)
        seen = simulate(machines, TURN, w, -10.0, width, kernels.BINS, seed)
        means.append(1000.0 * np.sum(seen.waiting) / np.sum(seen.answered))
    # The bins' means, weighted alike: almost as many answers fall into each of them.
    within_errors(float(np.mean(found[:, kernels.RESPONSE_MS])), means, 0.1)


def test_requests_one_by_one_take_as_long_if_they_go_to_the_fewest() -> None:
    """While the new machine is behind. In calm they are spread more evenly than here."""
    found = rows_of(COUNTS, kernels.TIME, **MEDIUM)[:9]
    width = found[1, kernels.AT_S] - found[0, kernels.AT_S]
    behind = found[:, kernels.AT_S] > 0.0
    means = []
    for seed in range(6):
        machines, w = fleet(COUNTS, MEDIUM, seed)
        seen = simulate(machines, FEWEST, w, -10.0, width, behind.size, seed)
        ratios = np.array(seen.waiting) / np.array(seen.answered)
        means.append(1000.0 * float(np.mean(ratios[behind])))
    within_errors(float(np.mean(found[behind, kernels.RESPONSE_MS])), means, 0.03)


def test_requests_one_by_one_fail_as_often() -> None:
    world = {**MEDIUM, "cold": 1.0, "removal_s": 1.0}
    row = here(TURNS, **world)
    width = 3.0 * (row[kernels.EMPTY_S] + world["boot_s"]) + 5.0
    cut, refused = [], []
    for seed in range(6):
        machines, w = fleet(TURNS, world, seed)
        seen = simulate(machines, TURN, w, -5.0, width, 1, seed)
        cut.append(float(seen.cut))
        refused.append(float(seen.refused))
    within_errors(row[kernels.CUT], cut, 0.0)
    within_errors(row[kernels.REFUSED], refused, 0.0)


def test_a_machine_that_refuses_gets_more_if_requests_go_to_the_fewest() -> None:
    """Less than here: by chance others have fewer open than it has, and are preferred then."""
    world = {**STORY, "removal_s": 2.0}
    ours = here(COUNTS, **world)[kernels.REFUSED] / 5.0
    refused = []
    for seed in range(4):
        machines, w = fleet(COUNTS, world, seed)
        refused.append(float(simulate(machines, FEWEST, w, -1.0, 4.0, 1, seed).refused))
    assert 0.4 * ours < np.mean(refused) < ours
    assert np.mean(refused) > 2.0 * here(TURNS, **world)[kernels.REFUSED] / 5.0


@pytest.mark.parametrize("utilisation", [0.4, 0.7, 0.9])
def test_in_calm_it_is_a_shared_machine(utilisation: float) -> None:
    for balancer in range(kernels.BALANCERS):
        rows = rows_of(balancer, kernels.TIME, utilisation=utilisation)
        calm = rows[rows[:, kernels.AT_S] < -5.0][:, kernels.RESPONSE_MS]
        expected = theory.calm(7.0, utilisation, 4)
        assert calm == pytest.approx(np.full(calm.size, expected), rel=2e-4)


@pytest.mark.parametrize("warm_up", [2000.0, 5000.0, 10_000.0])
def test_a_machine_that_gets_its_share_at_once_is_a_fluid(warm_up: float) -> None:
    row = here(TURNS, warm_up=warm_up, boot_s=120.0)
    expected = 1000.0 * theory.slowest(400.0, 4, 0.007, 3.0, warm_up)
    assert row[kernels.NEW_WORST_MS] == pytest.approx(expected, rel=0.04)


def test_it_has_caught_up_when_its_work_is_done() -> None:
    rows = rows_of(TURNS, kernels.TIME)
    after = theory.caught_up(400.0, 4, 0.007, 3.0, 5000.0)
    width = rows[1, kernels.AT_S] - rows[0, kernels.AT_S]
    calm = theory.calm(7.0, 0.7, 4)
    near = rows[np.abs(rows[:, kernels.AT_S] - after) < 3.0 * width]
    before = near[near[:, kernels.AT_S] < after - width]
    later = near[near[:, kernels.AT_S] > after + width]
    assert (before[:, kernels.RESPONSE_MS] > 10.0 * calm).all()
    assert (later[:, kernels.RESPONSE_MS] < 1.1 * calm).all()


@pytest.mark.parametrize(("first", "share"), [(1, 1 / 6), (0, 1 / 5)])
@pytest.mark.parametrize("removal", [0.7, 2.0, 5.0])
def test_refused_is_what_comes_before_the_balancer_knows(
    first: int, share: float, removal: float
) -> None:
    row = here(TURNS, first=first, removal_s=removal)
    assert row[kernels.REFUSED] == pytest.approx(2000.0 * share * removal * 5, rel=1e-9)


@pytest.mark.parametrize("drain", [0.0, 10.0, 30.0, 300.0])
def test_cut_is_what_lasts_longer_than_the_time_out(drain: float) -> None:
    row = here(TURNS, cold=1.0, drain_s=drain)
    expected = 5.0 * theory.unfinished(4.0, 30.0, drain)
    if drain == 0.0:
        expected += 5.0 * 0.4 * theory.calm(7.0, 0.7, 4)
    assert row[kernels.CUT] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("long", [0.1, 5.0, 30.0, 3600.0])
def test_a_batch_is_drained_when_its_last_request_is_done(long: float) -> None:
    for at_once in (1, 3):
        row = here(TURNS, long_s=long, at_once=at_once)
        expected = theory.drained(at_once * 4.0 * long, long, 30.0)
        assert row[kernels.EMPTY_S] == pytest.approx(expected, rel=1e-4)
        takes = theory.takes(5, at_once, expected + 60.0) / 60.0
        assert row[kernels.TAKES_MIN] == pytest.approx(takes, rel=1e-4)


def test_other_time_outs_are_as_if_they_were_set() -> None:
    rows = rows_of(TURNS, kernels.DRAIN, cold=1.0)
    for row in rows:
        alone = here(TURNS, cold=1.0, drain_s=row[kernels.DRAIN_S])
        assert row[kernels.TAKES_MIN] == pytest.approx(alone[kernels.TAKES_MIN], rel=1e-9)
        assert row[kernels.FAILED] == pytest.approx(alone[kernels.FAILED], rel=1e-4, abs=1e-6)


def test_without_slow_start_it_is_round_robin() -> None:
    for kind in (kernels.TIME, kernels.DRAIN, kernels.HERE):
        turns = rows_of(TURNS, kind, slow_start_s=0.0)
        ramp = rows_of(RAMP, kind, slow_start_s=0.0)
        assert (turns[:, 1:] == ramp[:, 1:]).all()


def test_nobody_is_there_when_all_go_first() -> None:
    """A minute of starting and half of draining: all that comes is refused."""
    for balancer in range(kernels.BALANCERS):
        row = here(balancer, first=0, at_once=5)
        assert row[kernels.LEAST] == 0.0
        expected = 2000.0 * (60.0 + row[kernels.EMPTY_S])
        assert row[kernels.REFUSED] == pytest.approx(expected, rel=5e-3)
    rows = rows_of(TURNS, kernels.TIME, first=0, at_once=5)
    assert (rows[:, kernels.ANSWERS] == 0.0).any()


worlds = st.fixed_dictionaries({
    "utilisation": st.floats(0.01, 0.99), "at_once": st.integers(1, 7),
    "first": st.integers(0, 1), "cold": st.sampled_from([1.0, 3.0, 100.0]),
    "warm_up": st.sampled_from([1.0, 5000.0, 1e7]),
    "slow_start_s": st.sampled_from([0.0, 1.0, 60.0, 3600.0]),
    "long_s": st.sampled_from([0.01, 0.1, 30.0, 36_000.0]),
    "drain_s": st.sampled_from([0.0, 1.0, 30.0, 36_000.0]),
    "removal_s": st.sampled_from([0.0, 0.05, 2.0, 600.0]), "machines": st.integers(1, 9),
    "vcpus": st.sampled_from([1, 4, 64]), "service_ms": st.sampled_from([0.1, 7.0, 1e4]),
    "long_share": st.sampled_from([0.0, 0.01, 1.0]), "boot_s": st.sampled_from([0.0, 60.0, 3600.0]),
})  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = kernels.rollout(*{**STORY, **world}.values())
    assert table.shape == (kernels.BALANCERS * kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (np.delete(table, kernels.AT_S, axis=1) >= 0.0).all()
    batch = table[table[:, kernels.KIND] == kernels.TIME]
    assert (np.diff(batch[: kernels.BINS, kernels.AT_S]) > 0.0).all()
    for balancer in range(kernels.BALANCERS):
        tried = table[(table[:, 0] == balancer) & (table[:, kernels.KIND] == kernels.DRAIN)]
        # A longer time-out cuts no more, and takes no less time.
        assert (np.diff(tried[:, kernels.CUT]) <= 1e-9).all()
        assert (np.diff(tried[:, kernels.TAKES_MIN]) >= -1e-4).all()
    set_ = table[table[:, kernels.KIND] == kernels.HERE]
    assert set_[:, kernels.FAILED] == pytest.approx(set_[:, kernels.CUT] + set_[:, kernels.REFUSED])
    assert set_[RAMP, kernels.TAKES_MIN] >= set_[TURNS, kernels.TAKES_MIN]
