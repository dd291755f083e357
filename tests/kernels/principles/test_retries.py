"""Retries against two references in plain Python, closed forms, and what always holds."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.principles.retries_reference import World, events, parcels

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.principles import retries as kernels
from scalelab.kernels.principles.retries import BREAKER, BUDGET, NONE, PLAIN, SHED
from scalelab.theory.principles import retries as theory

STORY: dict[str, Any] = {
    "load": 280.0, "outage_s": 10.0, "timeout_s": 1.0, "tries": 3, "backoff": 0, "share": 0.1,
    "counts": 0, "open_s": 60.0, "shed": 0, "capacity": 300.0,
}  # fmt: skip


def world_of(way: int, **changed: Any) -> World:
    s = {**STORY, **changed}
    limit = float("inf")
    if way == SHED and s["shed"] <= kernels.LONG:
        limit = (0.5, 2.0)[s["shed"]] * s["timeout_s"]
    return World(
        way, s["load"], s["capacity"], s["outage_s"], s["timeout_s"], s["tries"], s["backoff"],
        s["share"], s["counts"] == 1, s["open_s"], limit, way == SHED and s["shed"] == 2,
        way == SHED and s["shed"] == 3,
    )  # fmt: skip


def played(way: int, steps: int, **changed: Any) -> Floats:
    s = {**STORY, **changed}
    lead = kernels.steps_of(6.0)
    plan = kernels.plan_of(
        way, s["load"], s["capacity"], s["timeout_s"], s["tries"], s["backoff"], s["share"],
        s["counts"], s["open_s"], s["shed"], lead, lead + kernels.steps_of(s["outage_s"]),
    )  # fmt: skip
    log = np.zeros((steps, 4))
    assert kernels.play(steps, steps, 0.0, np.inf, log, plan) == steps
    return log


def rows_of(way: int, kind: int, **changed: Any) -> Table:
    table = kernels.retries(*{**STORY, **changed}.values())
    found: Table = table[(table[:, kernels.WAY] == way) & (table[:, kernels.KIND] == kind)]
    return found


def state(way: int, **changed: Any) -> Floats:
    (row,) = rows_of(way, kernels.STATE, **changed)
    found: Floats = row
    return found


# Even loads and times that are not whole steps apart would put a breaker's half right at a half.
worlds = st.fixed_dictionaries({
    "load": st.sampled_from([37.0, 173.0, 281.0, 333.0]),
    "outage_s": st.sampled_from([0.0, 0.7, 3.0, 8.0]),
    "timeout_s": st.sampled_from([0.2, 1.0, 2.5]), "tries": st.integers(0, 5),
    "backoff": st.integers(0, 2), "share": st.sampled_from([0.0, 0.1, 0.5]),
    "counts": st.integers(0, 1), "open_s": st.sampled_from([1.0, 5.0, 60.0]),
    "shed": st.integers(0, 3), "capacity": st.sampled_from([61.0, 300.0]),
})  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(worlds, st.integers(0, 4))
def test_parcels_in_lists_do_the_same(world: dict[str, Any], way: int) -> None:
    found = played(way, 900, **world)
    expected = np.array(parcels(world_of(way, **world), 900))
    assert np.abs(found - expected).max() < 1e-6 * world["load"]


@pytest.mark.parametrize("way", range(5))
@pytest.mark.parametrize(
    "changed",
    [
        {}, {"tries": 1, "backoff": 2}, {"counts": 1, "backoff": 1, "open_s": 5.0}, {"shed": 1},
        {"shed": 2}, {"shed": 3, "load": 333.0}, {"load": 320.0, "backoff": 2},
        {"load": 70.0, "outage_s": 3.0},
    ],
)  # fmt: skip
def test_requests_one_by_one_do_the_same(way: int, changed: dict[str, Any]) -> None:
    """In bins of 2 s. The steps have refusals and time-outs 20 ms apart, which shifts a little."""
    bins = played(way, 2000, **changed).reshape(20, 100, 4).sum(axis=1)
    seen = events(world_of(way, **changed), 2.0, 20)
    answered, sent = bins[:, kernels.ANSWERED].sum(), bins[:, kernels.ATTEMPTS].sum()
    assert sum(seen.answered) == pytest.approx(answered, rel=0.03, abs=2.0)
    assert sum(seen.sent) == pytest.approx(sent, rel=0.15 if way == SHED else 0.01, abs=4.0)
    assert seen.given_up == pytest.approx(bins[:, kernels.GIVEN_UP].sum(), rel=0.1, abs=10.0)
    assert np.abs(bins[:, kernels.ANSWERED] - seen.answered).max() < 0.1 * 600.0


def test_random_arrivals_do_much_the_same() -> None:
    """At a load where chance does not tip it by itself; the thresholds are on the right sides."""
    for way, load, outage, back in (
        (PLAIN, 60.0, 3.0, True), (PLAIN, 90.0, 10.0, False), (BUDGET, 255.0, 2.0, True),
        (BUDGET, 290.0, 10.0, False), (NONE, 250.0, 3.0, True),
    ):  # fmt: skip
        world = world_of(way, load=load, outage_s=outage)
        ends = [events(world, 10.0, 12, True, seed).answered[-1] / 10.0 for seed in range(3)]
        assert np.mean(ends) == pytest.approx(load if back else 0.0, rel=0.1, abs=2.0)
        ours = rows_of(way, kernels.TIME, load=load, outage_s=outage)
        there = ours[np.abs(ours[:, kernels.AT_S] - 109.0) < 1.0][0, kernels.GOODPUT]
        assert there == pytest.approx(load if back else 0.0)


@pytest.mark.parametrize("load", [20.0, 140.0, 147.0])
def test_the_published_case_is_stable_below_150(load: float) -> None:
    """Given time: close to 150 it takes minutes to work off what has come."""
    log = played(PLAIN, 60_000, load=load, tries=1)
    assert log[-1, kernels.ANSWERED] == pytest.approx(load * kernels.STEP_S)
    assert log[-1, kernels.ATTEMPTS] == pytest.approx(load * kernels.STEP_S)


@pytest.mark.parametrize("load", [151.0, 200.0, 280.0, 299.0])
def test_the_published_case_is_vulnerable_from_150_to_300(load: float) -> None:
    log = played(PLAIN, 60_000, load=load, tries=1)
    assert log[-1, kernels.ANSWERED] == 0.0
    assert log[-50:, kernels.ATTEMPTS].sum() == pytest.approx(2.0 * load)
    calm = played(PLAIN, 60_000, load=load, tries=1, outage_s=0.0)
    assert calm[-1, kernels.ANSWERED] == pytest.approx(load * kernels.STEP_S)


def test_the_published_case_at_280_is_left_at_560() -> None:
    moments = rows_of(PLAIN, kernels.TIME, tries=1)
    assert moments[-1, kernels.SENT] == pytest.approx(560.0, rel=1e-9)
    assert moments[-1, kernels.GOODPUT] == 0.0
    # And turning retries off, or fewer requests, is what helps.
    assert state(NONE)[kernels.BACK] == 1.0
    assert state(PLAIN, tries=1, load=140.0, outage_s=5.0)[kernels.BACK] == 1.0


@pytest.mark.parametrize("backoff", [0, 1, 2])
@pytest.mark.parametrize("tries", [1, 2, 3, 5])
def test_it_recovers_below_the_capacity_over_the_attempts(tries: int, backoff: int) -> None:
    row = state(PLAIN, tries=tries, backoff=backoff)
    assert row[kernels.RECOVERS] == pytest.approx(theory.recovers_below(300.0, tries), abs=0.16)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 1.0])
def test_a_budget_of_requests_is_a_small_retry(share: float) -> None:
    row = state(BUDGET, share=share)
    assert row[kernels.RECOVERS] == pytest.approx(theory.recovers_below(300.0, share), abs=0.16)
    assert state(BUDGET, share=share, counts=1)[kernels.RECOVERS] == 300.0


@pytest.mark.parametrize(("load", "outage"), [(280.0, 10.0), (200.0, 30.0), (100.0, 2.0)])
def test_without_retries_it_works_off_the_line(load: float, outage: float) -> None:
    row = state(NONE, load=load, outage_s=outage)
    assert row[kernels.BACK] == 1.0
    expected = theory.without_retries(load, 300.0, outage, 1.0)
    assert row[kernels.DOWN_S] == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize(("load", "open_s"), [(280.0, 60.0), (100.0, 30.0), (50.0, 12.0)])
def test_a_breaker_opens_at_half_of_its_window(load: float, open_s: float) -> None:
    row = state(BREAKER, load=load, open_s=open_s)
    expected = theory.with_breaker(load, 1.0, 100.0, 0.5, open_s)
    assert row[kernels.DOWN_S] == pytest.approx(expected, abs=0.1)


def test_probes_that_fail_open_it_again() -> None:
    """Open for 5 s: probed at 6.2 s, in the outage; given up at 7.2 s, and probed again at 12.2."""
    assert state(BREAKER, open_s=5.0)[kernels.DOWN_S] == pytest.approx(12.2, abs=0.1)


def test_nothing_is_lost_from_sight() -> None:
    """What came was answered, was given up, or may still be tried for."""
    for way in range(5):
        for changed in ({}, {"backoff": 2}, {"shed": 1}, {"shed": 2}, {"counts": 1}):
            log = played(way, 5000, **changed)
            came = 280.0 * 5000 * kernels.STEP_S
            done = log[:, kernels.ANSWERED].sum() + log[:, kernels.GIVEN_UP].sum()
            # Under way for four time-outs and three waits of 4 s together at most.
            assert came - 280.0 * 12.0 <= done <= came + 1e-6


def test_without_retries_all_ways_but_breaker_and_shedding_are_one() -> None:
    table = kernels.retries(*{**STORY, "tries": 0}.values())
    table = table.reshape(5, kernels.BINS + 1, kernels.WIDTH)
    for way in (PLAIN, BUDGET):
        assert table[way, :, 1:] == pytest.approx(table[NONE, :, 1:])


def test_more_retries_are_never_better_for_recovering() -> None:
    found = [state(PLAIN, tries=tries)[kernels.RECOVERS] for tries in range(6)]
    assert (np.diff(found) < 0.0).all()


def test_a_short_queue_is_short_against_the_time_out() -> None:
    """One of half a time-out keeps answering at any load; one of two time-outs never does."""
    short, long = state(SHED), state(SHED, shed=kernels.LONG)
    assert short[kernels.OVERLOADED] == pytest.approx(300.0)
    assert (long[kernels.OVERLOADED], long[kernels.BACK]) == (0.0, 0.0)
    waits = rows_of(SHED, kernels.TIME)[:, kernels.WAIT_S]
    assert waits.max() <= 0.5 + 1e-9
    for shed in (kernels.NEWEST, kernels.DROP):
        assert state(SHED, shed=shed)[kernels.OVERLOADED] == pytest.approx(300.0)


odd = st.fixed_dictionaries({
    "load": st.sampled_from([1.0, 20.0, 280.0, 400.0, 5000.0]),
    "outage_s": st.sampled_from([0.0, 0.01, 5.0, 60.0, 1e6]),
    "timeout_s": st.sampled_from([0.001, 0.1, 1.0, 30.0]), "tries": st.sampled_from([0, 1, 10]),
    "backoff": st.integers(0, 2), "share": st.sampled_from([0.0, 0.1, 1.0]),
    "counts": st.integers(0, 1), "open_s": st.sampled_from([1.0, 60.0, 300.0]),
    "shed": st.integers(0, 3), "capacity": st.sampled_from([10.0, 300.0, 1e5]),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(odd)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = kernels.retries(*{**STORY, **world}.values())
    assert table.shape == (5 * (kernels.BINS + 1), kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (np.delete(table, kernels.AT_S, axis=1) >= 0.0).all()
    moments = table[table[:, kernels.KIND] == kernels.TIME]
    # All that a queue holds of its time can be answered at once, no more than the service does.
    assert (moments[:, kernels.GOODPUT] <= world["capacity"] * (1.0 + 1e-9)).all()
    most = world["load"] * (1 + world["tries"])
    assert (moments[moments[:, kernels.WAY] == NONE][:, kernels.SENT] <= world["load"] + 1e-6).all()
    plain = moments[moments[:, kernels.WAY] == PLAIN][:, kernels.SENT]
    assert (plain <= most * (1.0 + 1e-6)).all()
    states = table[table[:, kernels.KIND] == kernels.STATE]
    assert (states[:, kernels.RECOVERS] <= states[:, kernels.TIPS]).all()
    assert np.isin(states[:, kernels.BACK], (0.0, 1.0)).all()


# --- By chance ---


def one_client(
    failing: float, tries: int, way: int, share: float, bucket: float, most: float,
    chance: random.Random,
) -> tuple[int, int, int]:  # fmt: skip
    """Requests of 10 s, about ten in each, attempts and answers."""
    tokens, failures, attempts, good = bucket, 0, 0, 0
    call, now = 0, chance.expovariate(10.0)
    while now < 10.0:
        call, now = call + 1, now + chance.expovariate(10.0)
        tokens = min(tokens + share, bucket)
        left = tries
        while True:
            attempts += 1
            if chance.random() >= failing:
                good += 1
                break
            failures += 1
            if way == BUDGET and tokens <= 1.0:
                break
            if way == BUDGET:
                tokens -= 1.0
            elif left == 0 or (way == BREAKER and failures > most * call):
                break
            left -= 1
    return call, attempts, good


@pytest.mark.parametrize("way", [NONE, PLAIN, BUDGET, BREAKER])
@pytest.mark.parametrize("failing", [0.03, 0.1, 0.5])
def test_clients_in_plain_python_try_as_often(failing: float, way: int) -> None:
    tries = 0 if way == NONE else 3
    ours = np.array([
        kernels.by_chance(failing, tries, way, 0.1, 5.0, 0.1, 100, 10.0, 10.0, seed)[0]
        for seed in range(40)
    ])  # fmt: skip
    chance = random.Random(1)
    theirs = np.array([
        np.sum([one_client(failing, tries, way, 0.1, 5.0, 0.1, chance) for _ in range(100)], axis=0)
        for _ in range(40)
    ])  # fmt: skip
    for column in (kernels.SENDS, kernels.GOOD):
        mine = ours[:, column] / ours[:, kernels.CALLS]
        other = theirs[:, column] / theirs[:, kernels.CALLS]
        error = np.sqrt((mine.var(ddof=1) + other.var(ddof=1)) / 40.0)
        assert mine.mean() == pytest.approx(other.mean(), abs=4.0 * error + 1e-6)


def test_retries_by_chance_are_a_geometric_series() -> None:
    for failing in (0.1, 0.5, 0.9):
        calls, sends, good = np.sum([
            kernels.by_chance(failing, 3, PLAIN, 0.1, 5.0, 0.1, 100, 10.0, 100.0, seed)[0]
            for seed in range(5)
        ], axis=0)  # fmt: skip
        assert sends / calls == pytest.approx(theory.attempts(failing, 3), rel=0.01)
        assert good / calls == pytest.approx(theory.answered(failing, 3), rel=0.01)
