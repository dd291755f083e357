"""The two sites against a simulation that keeps sets, and the table against what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage.partition_reference import Outcome, Request, every_replica

from scalelab.kernels.jit import Table
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.storage.partition import (
    AP,
    CP,
    LAST_WRITER,
    LINK,
    MERGED,
    SERVER,
    SINGLE,
    SITE,
    SYSTEMS,
    partition,
)
from scalelab.kernels.zipf import alias_table, draw, popularity

SHARES = slice(4, 9)
FRESH, STALE, KEPT, LOST, REFUSED = range(4, 9)
REQUESTS, WRITES, WRITES_LOST, FEWEST, MOST, TURNED_AWAY = range(9, 15)
CONFLICTS, DIFFERING, AGREED, PRICE, PRICED, BROKEN_NOW = range(15, 21)

STORY: dict[str, Any] = {
    "broken": LINK, "minority": 0.3, "break_s": 20.0, "request_rate": 40.0, "write_share": 0.3,
    "n_keys": 50, "skew": 0.8, "delay_ms": 500.0, "replay_rate": 30.0, "merge": LAST_WRITER,
    "before_s": 10.0, "duration_s": 40.0, "n_runs": 1, "n_parts": 1, "seed": 1,
}  # fmt: skip


def table(**changed: Any) -> Table:
    return partition(*{**STORY, **changed}.values())


def whole(system: int, **changed: Any) -> list[float]:
    """The row of a whole run."""
    (row,) = [r for r in table(**changed) if r[0] == system and r[1] == 1.0]
    return [float(x) for x in row]


def drawn(
    minority: float, request_rate: float, write_share: float, n_keys: int, skew: float,
    duration_s: float, seed: int, **_: Any,
) -> list[Request]:  # fmt: skip
    """The kernel's own requests, drawn in its order."""
    state = generator(seed)
    threshold, alias = alias_table(popularity(n_keys, skew))
    requests: list[Request] = []
    now = 0.0
    while True:
        now += exponential(state, 1.0) / request_rate
        if now >= duration_s:
            return requests
        west = uniform(state) < minority
        writes = uniform(state) < write_share
        requests.append((now, west, writes, draw(state, threshold, alias)))


def reference(setting: dict[str, Any]) -> Outcome:
    return every_replica(
        drawn(**setting), setting["before_s"], setting["before_s"] + setting["break_s"],
        setting["broken"] != SERVER, setting["broken"] == SITE, setting["delay_ms"] / 1e3,
        1.0 / setting["replay_rate"],
    )  # fmt: skip


worlds = st.fixed_dictionaries({
    "broken": st.sampled_from([LINK, SERVER, SITE]),
    "minority": st.sampled_from([0.0, 0.1, 0.5, 0.8, 1.0]),
    "break_s": st.sampled_from([0.0, 0.5, 10.0, 30.0]),
    "write_share": st.sampled_from([0.0, 0.3, 1.0]),
    "n_keys": st.sampled_from([1, 3, 60]),
    "delay_ms": st.sampled_from([0.0, 1.0, 300.0, 15_000.0]),
    "replay_rate": st.sampled_from([2.0, 30.0, 1e6]),
    "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_every_request_ends_as_in_the_reference(world: dict[str, Any]) -> None:
    setting = {**STORY, **world}
    row = whole(AP, **world)
    expected = reference(setting)
    n = len(expected.reads) + len(expected.writes)
    assert row[REQUESTS] == n
    assert [round(row[i] * n) for i in (FRESH, STALE, KEPT, LOST, REFUSED)] == [
        sum(not old for old in expected.reads.values()),
        sum(expected.reads.values()),
        sum(not lost for lost in expected.writes.values()),
        sum(expected.writes.values()),
        0,
    ]
    assert row[WRITES_LOST] == row[FEWEST] == row[MOST] == sum(expected.writes.values())
    assert row[CONFLICTS] == len(expected.conflicts)
    assert row[DIFFERING] == len(expected.differing)
    assert row[AGREED] == pytest.approx(max(expected.agreed, 0.0), abs=1e-8)


@pytest.mark.parametrize("broken", [LINK, SITE])
def test_each_part_of_the_run_ends_as_in_the_reference(broken: int) -> None:
    """What is lost later counts when it was acknowledged."""
    setting = {**STORY, "broken": broken}
    requests, expected = drawn(**setting), reference(setting)
    rows = [r for r in table(broken=broken, n_parts=8) if r[0] == AP and r[1] == 0.0]
    for part, row in enumerate(rows):
        assert row[2:4].tolist() == [5.0 * part, 5.0 * (part + 1)]
        inside = [i for i, r in enumerate(requests) if row[2] <= r[0] < row[3]]
        n = len(inside)
        assert round(row[STALE] * n) == sum(expected.reads.get(i, False) for i in inside)
        assert round(row[LOST] * n) == sum(expected.writes.get(i, False) for i in inside)
        assert row[BROKEN_NOW] == (10.0 <= 5.0 * part < 30.0)


@pytest.mark.parametrize(
    ("broken", "system", "turned_away"),
    [
        (LINK, CP, "west"), (SERVER, CP, "nobody"), (SITE, CP, "all"),
        (LINK, SINGLE, "west"), (SERVER, SINGLE, "all"), (SITE, SINGLE, "all"),
        (LINK, AP, "nobody"), (SERVER, AP, "nobody"), (SITE, AP, "nobody"),
    ],
)  # fmt: skip
def test_who_is_turned_away(broken: int, system: int, turned_away: str) -> None:
    requests = drawn(**STORY)
    refused = [
        10.0 <= time < 30.0 and turned_away != "nobody" and (turned_away == "all" or west)
        for time, west, _, _ in requests
    ]
    row = whole(system, broken=broken)
    assert row[TURNED_AWAY] == sum(refused)
    acknowledged = [w for (_, _, w, _), no in zip(requests, refused, strict=True) if not no]
    assert row[WRITES] == sum(acknowledged)
    if system != AP:
        assert row[STALE] == row[LOST] == row[WRITES_LOST] == 0.0


def test_runs_are_put_together() -> None:
    """Five runs of one generator: the means of what each of them gives."""
    rows = table(n_runs=5, n_parts=4)
    for system in range(SYSTEMS):
        parts = rows[(rows[:, 0] == system) & (rows[:, 1] == 0.0)]
        (total,) = rows[(rows[:, 0] == system) & (rows[:, 1] == 1.0)]
        np.testing.assert_allclose(parts[:, SHARES].sum(axis=1), 1.0)
        assert total[SHARES].sum() == pytest.approx(1.0)
        n = total[REQUESTS]
        assert total[WRITES] == pytest.approx(n * (total[KEPT] + total[LOST]))
        assert total[TURNED_AWAY] == pytest.approx(n * total[REFUSED])
        assert total[WRITES_LOST] == pytest.approx(n * total[LOST])
        assert n == pytest.approx(1600, rel=0.1)
    (ap,) = rows[(rows[:, 0] == AP) & (rows[:, 1] == 1.0)]
    assert ap[FEWEST] < ap[WRITES_LOST] < ap[MOST]
    (cp,) = rows[(rows[:, 0] == CP) & (rows[:, 1] == 1.0)]
    assert ap[PRICED] == 1.0
    assert ap[PRICE] == pytest.approx(cp[TURNED_AWAY] / ap[WRITES_LOST])


controls = st.fixed_dictionaries({
    "broken": st.integers(0, 2), "minority": st.floats(0, 1), "break_s": st.floats(0, 200),
    "request_rate": st.floats(0.01, 200.0), "write_share": st.floats(0, 1),
    "n_keys": st.integers(1, 500), "skew": st.floats(0, 2), "delay_ms": st.floats(0, 60_000),
    "replay_rate": st.floats(0.1, 1e9), "merge": st.integers(0, 1), "before_s": st.floats(0, 50),
    "n_runs": st.integers(1, 3), "n_parts": st.integers(1, 20), "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(controls)
def test_what_always_holds(control: dict[str, Any]) -> None:
    rows = table(**control)
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    totals = rows[:, SHARES].sum(axis=1)
    assert ((np.abs(totals - 1.0) < 1e-9) | (totals == 0.0)).all()
    cp, ap, single = rows[rows[:, 1] == 1.0]
    assert cp[REQUESTS] == ap[REQUESTS] == single[REQUESTS]
    assert ap[REFUSED] == 0.0
    assert cp[REFUSED] <= single[REFUSED]
    assert (cp[[STALE, LOST]] == 0.0).all()
    assert (single[[STALE, LOST]] == 0.0).all()
    assert ap[FEWEST] <= ap[WRITES_LOST] + 1e-9 <= ap[MOST] + 2e-9
    assert ap[CONFLICTS] <= control["n_keys"]
    assert ap[DIFFERING] <= control["n_keys"]
    if control["merge"] == MERGED or control["write_share"] == 0.0:
        assert ap[LOST] == 0.0
    if ap[CONFLICTS] == 0.0:
        assert ap[LOST] == 0.0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([LINK, SITE]))
def test_a_longer_break_refuses_more_and_a_shorter_one_is_part_of_it(
    seed: int, broken: int
) -> None:
    refused = [whole(CP, broken=broken, break_s=b, seed=seed)[TURNED_AWAY] for b in (0, 5, 10, 30)]
    assert refused == sorted(refused)
    assert refused[0] == 0.0


def test_without_delay_and_break_nothing_is_stale_or_lost() -> None:
    row = whole(AP, delay_ms=0.0, break_s=0.0)
    assert row[STALE] == row[LOST] == row[CONFLICTS] == row[DIFFERING] == row[AGREED] == 0.0


def test_one_side_alone_never_conflicts() -> None:
    for minority in (0.0, 1.0):
        row = whole(AP, minority=minority)
        assert row[CONFLICTS] == row[WRITES_LOST] == row[STALE] == 0.0
        assert row[DIFFERING] > 0.0
