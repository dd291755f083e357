"""The regions against a simulation by messages, and the table against what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.multi_region.outage_reference import Case, Outcome, Request, play

from scalelab.kernels.jit import Table
from scalelab.kernels.multi_region.outage import (
    ASYNC,
    CUT,
    LEADERLESS,
    LOCAL,
    LOST_REGION,
    MAJORITY,
    PART,
    REGION,
    SLOW,
    STRATEGIES,
    WHOLE,
    outage,
)
from scalelab.kernels.random import below, exponential, generator, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity
from scalelab.models.storage.consistency import AWS

SHARES = slice(5, 9)
SERVED, STALE, LOST, REFUSED, ANSWER = range(5, 10)
REQUESTS, WRITES_LOST, FEWEST, MOST, TURNED_AWAY, OLD, CONFLICTS, KEYS = range(10, 18)
BEFORE, DURING, AFTER, BROKEN = range(18, 22)
NAMES = ("async", "majority", "leaderless", "local")
PAIRS = [(a, b) for a in range(5) for b in range(a + 1, 5)]

STORY: dict[str, Any] = {
    "incident": CUT, "break_s": 20.0, "hit": 0, "leader": 0, "n_regions": 5, "request_rate": 8.0,
    "write_share": 0.3, "n_keys": 40, "lag_ms": 800.0, "detection_s": 4.0, "promotion_s": 3.0,
    "fencing": 0, "k_w": 3, "k_r": 3, "election_s": 2.0, "slower": 10.0, "timeout_ms": 1000.0,
    "skew": 0.8, "local_ms": 0.5, **{f"round_trip_{a}{b}": AWS.pairs[i]
    for i, (a, b) in enumerate(PAIRS)}, "before_s": 10.0, "duration_s": 45.0, "n_runs": 1,
    "n_parts": 1, "seed": 1,
}  # fmt: skip


def table(**changed: Any) -> Table:
    return outage(*{**STORY, **changed}.values())


def whole(strategy: int, **changed: Any) -> list[float]:
    (row,) = [r for r in table(**changed) if r[0] == strategy and r[1] == WHOLE]
    return [float(x) for x in row]


def drawn(setting: dict[str, Any]) -> list[Request]:
    """The kernel's own requests, drawn in its order."""
    state = generator(setting["seed"])
    threshold, alias = alias_table(popularity(setting["n_keys"], setting["skew"]))
    requests: list[Request] = []
    now = 0.0
    while True:
        now += exponential(state, 1.0 / (setting["request_rate"] * setting["n_regions"]))
        if now >= setting["duration_s"]:
            return requests
        client = below(state, setting["n_regions"])
        writes = uniform(state) < setting["write_share"]
        requests.append((now, client, writes, draw(state, threshold, alias)))


def reference(setting: dict[str, Any], strategy: int) -> Outcome:
    n = setting["n_regions"]
    case = Case(
        n, {LOST_REGION: "lost", CUT: "cut", SLOW: "slow"}[setting["incident"]],
        min(setting["hit"], n - 1), min(setting["leader"], n - 1), setting["before_s"],
        setting["before_s"] + setting["break_s"] if setting["incident"] != LOST_REGION
        else math.inf,
        setting["detection_s"], setting["promotion_s"], setting["election_s"],
        setting["fencing"] == 1, min(setting["k_w"], n), min(setting["k_r"], n),
        setting["lag_ms"] / 1e3, setting["slower"], setting["timeout_ms"], setting["local_ms"],
        {(a, b): setting[f"round_trip_{a}{b}"] for a, b in PAIRS},
    )  # fmt: skip
    return play(case, NAMES[strategy], drawn(setting))


worlds = st.fixed_dictionaries({
    "incident": st.sampled_from([LOST_REGION, CUT, SLOW]),
    "break_s": st.sampled_from([0.0, 3.0, 8.0, 20.0, 60.0]),
    "hit": st.integers(0, 4),
    "leader": st.integers(0, 4),
    "n_regions": st.integers(3, 5),
    "write_share": st.sampled_from([0.05, 0.3, 1.0]),
    "n_keys": st.sampled_from([1, 5, 200]),
    "lag_ms": st.sampled_from([0.0, 1.0, 800.0, 15_000.0]),
    "detection_s": st.sampled_from([0.0, 1.0, 6.0, 30.0]),
    "promotion_s": st.sampled_from([0.0, 3.0, 30.0]),
    "fencing": st.integers(0, 1),
    "k_w": st.integers(1, 5),
    "k_r": st.integers(1, 5),
    "timeout_ms": st.sampled_from([50.0, 300.0, 1000.0, 1e6]),
    "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=35, deadline=None)
@given(worlds)
def test_every_request_ends_as_in_the_reference(world: dict[str, Any]) -> None:
    setting = {**STORY, **world}
    rows = table(**world)
    for strategy in range(STRATEGIES):
        (row,) = rows[(rows[:, 0] == strategy) & (rows[:, 1] == WHOLE)]
        expected = reference(setting, strategy)
        n = sum(expected.counts)
        assert row[REQUESTS] == n
        assert [round(x * n) for x in row[SHARES]] == expected.counts, NAMES[strategy]
        assert row[WRITES_LOST] == row[FEWEST] == row[MOST] == expected.lost
        assert row[OLD] == expected.stale
        assert row[TURNED_AWAY] == expected.refused
        assert row[CONFLICTS] == expected.conflicts
        assert row[KEYS] == len(expected.keys)
        answered = max(n - expected.refused, 1)
        assert row[ANSWER] == pytest.approx(expected.waited / answered)


@pytest.mark.parametrize("strategy", range(STRATEGIES))
@pytest.mark.parametrize("incident", [LOST_REGION, CUT, SLOW])
def test_parts_and_regions_and_phases_add_up(strategy: int, incident: int) -> None:
    rows = table(incident=incident, n_parts=9, n_runs=3)
    mine = rows[rows[:, 0] == strategy]
    (total,) = mine[mine[:, 1] == WHOLE]
    parts, regions = mine[mine[:, 1] == PART], mine[mine[:, 1] == REGION]
    assert len(parts) == 9
    assert regions[:, 4].tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(parts[:, SHARES].sum(axis=1), 1.0)
    np.testing.assert_allclose(regions[:, SHARES].sum(axis=1), 1.0)
    # The run's shares lie between those of its parts.
    assert (parts[:, SHARES].min(axis=0) - 1e-12 <= total[SHARES]).all()
    assert (total[SHARES] <= parts[:, SHARES].max(axis=0) + 1e-12).all()
    assert total[REFUSED] * total[REQUESTS] == pytest.approx(total[TURNED_AWAY])
    assert total[LOST] * total[REQUESTS] == pytest.approx(total[WRITES_LOST])
    assert parts[:, BROKEN].tolist() == [
        10.0 <= 5.0 * i + 2.5 < (math.inf if incident == LOST_REGION else 30.0) for i in range(9)
    ]
    phases = total[BEFORE : AFTER + 1]
    answered = phases[phases > 0.0]
    assert answered.min() <= total[ANSWER] <= answered.max()
    assert (total[AFTER] == 0.0) == (incident == LOST_REGION)


def test_what_a_part_loses_is_what_was_acknowledged_in_it() -> None:
    """Nothing a whole lag before the cut, and nothing once the new leader is everybody's."""
    parts = [r for r in table(n_parts=45) if r[0] == ASYNC and r[1] == PART]
    for row in parts:
        if row[3] <= 9.2 or row[2] >= 30.0:
            assert row[LOST] == 0.0
    assert sum(r[LOST] > 0.0 for r in parts) > 10


controls = st.fixed_dictionaries({
    "incident": st.integers(0, 2), "break_s": st.floats(0, 100), "hit": st.integers(0, 4),
    "leader": st.integers(0, 4), "n_regions": st.integers(2, 5),
    "request_rate": st.floats(0.01, 40.0), "write_share": st.floats(0, 1),
    "n_keys": st.integers(1, 300), "lag_ms": st.floats(0, 60_000),
    "detection_s": st.floats(0, 100), "promotion_s": st.floats(0, 100),
    "fencing": st.integers(0, 1), "k_w": st.integers(1, 5), "k_r": st.integers(1, 5),
    "election_s": st.floats(0, 100), "slower": st.floats(1, 1000),
    "timeout_ms": st.floats(0.1, 1e6), "skew": st.floats(0, 2), "before_s": st.floats(0, 60),
    "n_runs": st.integers(1, 3), "n_parts": st.integers(1, 20), "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=35, deadline=None)
@given(controls)
def test_what_always_holds(control: dict[str, Any]) -> None:
    rows = table(**control)
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    totals = rows[:, SHARES].sum(axis=1)
    assert ((np.abs(totals - 1.0) < 1e-9) | (totals == 0.0)).all()
    by_async, majority, leaderless, local = rows[rows[:, 1] == WHOLE]
    for row in (by_async, majority, leaderless, local):
        assert row[REQUESTS] == by_async[REQUESTS]
        assert row[FEWEST] <= row[WRITES_LOST] + 1e-9 <= row[MOST] + 2e-9
        assert row[KEYS] <= min(row[CONFLICTS], control["n_keys"])
    assert (majority[[STALE, LOST, CONFLICTS]] == 0.0).all()
    assert leaderless[LOST] == 0.0
    # Whoever is answered by a leader is answered by the own region.
    assert local[TURNED_AWAY] <= by_async[TURNED_AWAY] <= majority[REQUESTS]
    assert local[TURNED_AWAY] <= min(majority[TURNED_AWAY], leaderless[TURNED_AWAY])
    if control["incident"] != LOST_REGION:
        assert local[LOST] == 0.0
    if control["hit"] != control["leader"] and control["n_regions"] == 5:
        assert by_async[LOST] == 0.0
    if control["write_share"] == 0.0:
        assert (rows[:, [STALE, LOST]] == 0.0).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.sampled_from([LOST_REGION, CUT, SLOW]))
def test_quorums_that_meet_are_never_old(seed: int, k_w: int, incident: int) -> None:
    for k_r in range(6 - k_w, 6):
        row = whole(LEADERLESS, k_w=k_w, k_r=k_r, incident=incident, seed=seed, n_keys=3)
        assert row[STALE] == 0.0


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_longer_is_worse(seed: int) -> None:
    cuts = (0.0, 5.0, 10.0, 30.0)
    for strategy in (MAJORITY, LEADERLESS):
        refused = [whole(strategy, break_s=b, seed=seed)[TURNED_AWAY] for b in cuts]
        assert refused == sorted(refused)
        assert refused[0] == 0.0
    lags = (0.0, 100.0, 3000.0, 20_000.0)
    for strategy in (ASYNC, LOCAL):
        lost = [
            whole(strategy, incident=LOST_REGION, lag_ms=lag, seed=seed)[WRITES_LOST]
            for lag in lags
        ]
        assert lost == sorted(lost)
        assert lost[0] == 0.0 < lost[-1]


@pytest.mark.parametrize("fencing", [0, 1])
def test_no_failover_no_loss(fencing: int) -> None:
    """A leader that is back before anybody takes over has lost nothing."""
    for break_s, loses in ((6.9, False), (7.1, True)):
        row = whole(ASYNC, break_s=break_s, fencing=fencing, request_rate=50.0)
        assert (row[WRITES_LOST] > 0.0) == loses


def test_nothing_happens() -> None:
    """An incident of no length, writes that are sent at once, copies in one place."""
    here = {f"round_trip_{a}{b}": 0.0 for a, b in PAIRS}
    for incident in (CUT, SLOW):
        rows = table(incident=incident, break_s=0.0, lag_ms=0.0, local_ms=0.0, **here)
        totals = rows[rows[:, 1] == WHOLE]
        assert (totals[:, SERVED] == 1.0).all()
        assert (totals[:, ANSWER : ANSWER + 1] == 0.0).all()
        assert (totals[:, [CONFLICTS, KEYS]] == 0.0).all()
