"""Updates and failures against replicas followed second by second, and what always holds."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.infrastructure.orchestration_reference import (
    Cluster,
    Moment,
    after_crashes,
    after_drain,
    after_node_loss,
    rounded,
)

from scalelab.kernels.infrastructure import orchestration as kernels
from scalelab.kernels.infrastructure.orchestration import (
    CRASHES,
    DIES,
    DRAINED,
    GOOD,
    LOOKS_READY,
    NEVER_READY,
    RECREATE,
    SURGE_ONLY,
    UNAVAILABLE_ONLY,
    WAYS,
)
from scalelab.kernels.jit import Floats, Table
from scalelab.theory.infrastructure import orchestration as theory

STORY: dict[str, Any] = {
    "replicas": 10, "per_node": 2, "room": 5, "surge": 25, "unavailable": 25, "start_s": 60.0,
    "min_ready_s": 0.0, "version": GOOD, "toleration_s": 300.0, "grace_s": 30.0,
    "rate_per_s": 2000.0, "vcpus": 2, "work_ms": 7.0, "late_s": 1.0, "known_s": 50.0,
    "node_s": 100.0, "away_s": 180.0, "boot_share": 0.2, "first_back_off_s": 10.0,
    "longest_back_off_s": 300.0, "deadline_s": 600.0, "notice_s": 300.0,
}  # fmt: skip
SPEED = 2 / 0.007


def table_of(**changed: Any) -> Table:
    table: Table = kernels.orchestration(*{**STORY, **changed}.values())
    return table


def rows_of(table: Table, way: int) -> Table:
    found: Table = table[(table[:, 0] == way) & (table[:, kernels.KIND] != kernels.RESULT)]
    return found


def result_of(table: Table, way: int) -> Floats:
    (row,) = table[(table[:, 0] == way) & (table[:, kernels.KIND] == kernels.RESULT)]
    found: Floats = row
    return found


def percents(way: int, world: dict[str, Any]) -> tuple[int, int]:
    up = 0 if way == UNAVAILABLE_ONLY else world["surge"]
    down = 0 if way == SURGE_ONLY else world["unavailable"]
    return up, down


def followed(way: int, world: dict[str, Any], until: int) -> Iterator[Moment]:
    n = world["replicas"]
    up, down = rounded(n, *percents(way, world))
    cluster = Cluster(
        n, up, down, way == RECREATE, world["room"], int(world["start_s"]),
        int(world["min_ready_s"]), int(world["grace_s"]), world["version"] != NEVER_READY,
    )  # fmt: skip
    return cluster.seconds(until)


worlds = st.fixed_dictionaries({
    "replicas": st.integers(1, 23), "per_node": st.integers(1, 12), "room": st.integers(0, 15),
    "surge": st.sampled_from([0, 1, 10, 25, 34, 50, 100]),
    "unavailable": st.sampled_from([0, 1, 10, 25, 34, 50, 100]),
    "start_s": st.integers(1, 40).map(float), "min_ready_s": st.integers(0, 40).map(float),
    "version": st.sampled_from([GOOD, NEVER_READY, LOOKS_READY]),
    "toleration_s": st.integers(0, 90).map(float), "grace_s": st.integers(0, 40).map(float),
    "known_s": st.integers(0, 50).map(float), "node_s": st.integers(0, 200).map(float),
    "away_s": st.integers(0, 2000).map(float), "notice_s": st.integers(0, 200).map(float),
    "rate_per_s": st.sampled_from([1.0, 700.0, 2000.0, 9000.0]),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_an_update_is_what_each_replica_does_second_by_second(changed: dict[str, Any]) -> None:
    world = {**STORY, **changed}
    table = table_of(**changed)
    n, late = world["replicas"], world["notice_s"]
    for way in range(WAYS):
        rows, result = rows_of(table, way), result_of(table, way)
        if way != RECREATE and percents(way, world) == (0, 0):
            assert rows.size == 0
            assert result[kernels.ALLOWED] == 0.0
            continue
        ends = round(result[kernels.TAKES_MIN] * 60.0)
        shown = np.round(rows[:, kernels.AT_MIN] * 60.0, 6)
        rate, speed = world["rate_per_s"], SPEED
        refused = over = extra = met = stray = 0.0
        done, before, least, first = None, n, n, 0.0
        for second, moment in enumerate(followed(way, world, ends + int(world["grace_s"]) + 250)):
            ready = moment.ready_old + moment.ready_new
            share = moment.ready_new / max(ready, 1)
            least = min(least, ready)
            first = first or share
            at = int(np.searchsorted(shown, second, side="right")) - 1
            if second <= ends:
                assert rows[at, kernels.READY] == ready
                assert rows[at, kernels.NEW_SHARE] == pytest.approx(share)
            went = before - moment.old
            if went:
                stray += rate * went / (moment.ready_old + went + moment.ready_new)
            before = moment.old
            if done is None and moment.old == 0 and moment.available == n:
                done = second
            too_many = max(rate - ready * speed, 0.0)
            # It is followed until all has ended, or until it is reported.
            if done is not None or second < ends:
                refused += too_many if done is None else 0.0
                over += (too_many > 0.0) / 60.0 if done is None else 0.0
                extra += max(moment.held - n, 0) / 60.0
                if world["version"] == LOOKS_READY and second < late:
                    met += min(rate, ready * speed) * share
        assert (done is not None) == (result[kernels.DONE] == 1.0)
        if done is not None:
            assert done == ends
        assert result[kernels.LEAST] == least
        if done is not None:
            assert result[kernels.STRAY] == pytest.approx(stray)
        if done is not None:
            assert result[kernels.EXTRA] == pytest.approx(extra)
            assert result[kernels.FIRST_SHARE] == pytest.approx(first)
            assert result[kernels.MET] == pytest.approx(met, rel=1e-9, abs=1e-6)
        assert result[kernels.REFUSED] == pytest.approx(refused, rel=1e-9, abs=1e-6)
        assert result[kernels.OVER_MIN] == pytest.approx(over, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_the_rule_promises(changed: dict[str, Any]) -> None:
    """Never more in all, never fewer available; and old ones only go, new ones only come."""
    world = {**STORY, **changed}
    n = world["replicas"]
    for way in range(WAYS - 1):
        if percents(way, world) == (0, 0):
            continue
        up, down = rounded(n, *percents(way, world))
        before = Moment(n, 0, n, 0, n, n)
        for moment in followed(way, world, 400):
            assert moment.old + moment.new <= n + up
            assert moment.available >= n - down
            assert moment.held <= n + world["room"]
            assert moment.old <= before.old
            assert moment.new >= before.new
            before = moment


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_what_always_holds(changed: dict[str, Any]) -> None:
    world = {**STORY, **changed}
    table = table_of(**changed)
    n = world["replicas"]
    assert np.isfinite(table).all()
    assert (np.delete(table, kernels.AT_MIN, axis=1) >= 0.0).all()
    assert (table[:, kernels.NEW_SHARE] <= 1.0).all()
    for way in range(kernels.SERIES):
        rows, result = rows_of(table, way), result_of(table, way)
        if rows.size == 0:
            continue
        assert rows[0, kernels.AT_MIN] == -0.5
        assert (np.diff(rows[:, kernels.AT_MIN]) >= 0.0).all()
        assert rows[:, kernels.READY].min() == result[kernels.LEAST]
        assert rows[:, kernels.READY].max() <= n + result[kernels.SURGE]
        if way < WAYS - 1:
            assert result[kernels.LEAST] >= n - result[kernels.UNAVAILABLE]
        if result[kernels.DONE] == 1.0:
            assert rows[-1, kernels.READY] == n
        if way < WAYS and world["version"] == NEVER_READY:
            assert result[kernels.DONE] == 0.0
            assert result[kernels.REPORTED] == 1.0


@pytest.mark.parametrize(("surge", "unavailable"), [(25, 25), (10, 0), (0, 10), (50, 34), (100, 0)])
@pytest.mark.parametrize("n", [3, 7, 10, 20])
@pytest.mark.parametrize("min_ready", [0.0, 45.0])
def test_with_room_an_update_goes_in_waves(
    surge: int, unavailable: int, n: int, min_ready: float
) -> None:
    up, down = theory.fenceposts(n, Fraction(surge, 100), Fraction(unavailable, 100))
    table = table_of(
        replicas=n, surge=surge, unavailable=unavailable, min_ready_s=min_ready,
        room=theory.enough_room(up, down),
    )  # fmt: skip
    result = result_of(table, 0)
    assert (result[kernels.SURGE], result[kernels.UNAVAILABLE]) == (up, down)
    assert 60.0 * result[kernels.TAKES_MIN] == theory.takes(n, up, down, 60.0, min_ready)
    first = theory.first_share(n, up, down, min_ready > 0.0)
    assert result[kernels.FIRST_SHARE] == pytest.approx(float(first))
    assert 60.0 * result_of(table, RECREATE)[kernels.TAKES_MIN] == theory.recreated(
        30.0, 60.0, min_ready
    )


def test_a_version_that_is_never_ready_costs_what_may_be_missing() -> None:
    table = table_of(version=NEVER_READY)
    for way in (0, SURGE_ONLY, UNAVAILABLE_ONLY, RECREATE):
        result = result_of(table, way)
        assert result[kernels.LEAST] == theory.stands_at(10, int(result[kernels.UNAVAILABLE]))
    assert result_of(table, 0)[kernels.REPORT_MIN] == 10.0
    assert result_of(table, RECREATE)[kernels.REPORT_MIN] == 10.5


def test_without_room_and_with_nothing_missing_it_stands_until_one_has_room() -> None:
    full = result_of(table_of(room=0, unavailable=0), 0)
    assert full[kernels.DONE] == 0.0
    assert full[kernels.REPORT_MIN] == 10.0
    one = result_of(table_of(room=1, unavailable=0), 0)
    # One after the other: each ends and starts; the last ends unseen.
    assert 60.0 * one[kernels.TAKES_MIN] == 10 * 60.0 + 9 * 30.0


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_is_lost_comes_back_as_if_followed(changed: dict[str, Any]) -> None:
    world = {**STORY, **changed}
    table = table_of(**changed)
    n, lost = world["replicas"], min(world["per_node"], world["replicas"])
    times = [int(world[k]) for k in ("known_s", "toleration_s", "start_s", "node_s")]
    back = after_node_loss(lost, world["room"], *times)
    dies = result_of(table, DIES)
    assert 60.0 * dies[kernels.TAKES_MIN] == pytest.approx(max(back))
    if world["rate_per_s"] <= n * SPEED:
        failed = theory.in_vain(world["rate_per_s"], Fraction(lost, n), world["known_s"])
        for second in range(times[0], max(back)):
            ready = n - lost + sum(each <= second for each in back)
            failed += max(world["rate_per_s"] - ready * SPEED, 0.0)
        assert dies[kernels.REFUSED] == pytest.approx(failed, abs=1e-6)
    drained = after_drain(lost, world["room"], int(world["start_s"]), int(world["node_s"]))
    assert 60.0 * result_of(table, DRAINED)[kernels.TAKES_MIN] == pytest.approx(drained)
    tried = after_crashes(int(world["away_s"]), 10, 300)
    crashes = result_of(table, CRASHES)
    assert 60.0 * crashes[kernels.TAKES_MIN] == pytest.approx(tried + 0.2 * world["start_s"])


@pytest.mark.parametrize("least", [8, 9, 10])
def test_the_response_of_a_shared_machine_with_two_vcpus(least: int) -> None:
    result = result_of(table_of(unavailable=10 * (10 - least), surge=10), 0)
    assert result[kernels.LEAST] == least
    expected = theory.of_two(7.0, 7.0 / least)
    assert result[kernels.WORST_MS] == pytest.approx(expected)


def test_seven_of_ten_are_just_too_few_for_an_answer() -> None:
    result = result_of(table_of(unavailable=34), 0)
    assert result[kernels.LEAST] == 7.0
    assert result[kernels.KEEPS_UP] == 0.0
    assert result[kernels.REFUSED] == 0.0


def test_more_room_more_toleration_and_more_surge_do_what_they_should() -> None:
    takes = [result_of(table_of(room=r), 0)[kernels.TAKES_MIN] for r in range(16)]
    assert (np.diff(takes) <= 0.0).all()
    gone = [
        result_of(table_of(toleration_s=t), DIES)[kernels.TAKES_MIN] for t in (0.0, 60.0, 300.0)
    ]
    assert (np.diff(gone) > 0.0).all()
    faster = [
        result_of(table_of(surge=s, room=40), 0)[kernels.TAKES_MIN] for s in range(0, 101, 10)
    ]
    assert (np.diff(faster) <= 0.0).all()
