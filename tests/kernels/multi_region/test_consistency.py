"""The table against lists that are sorted, and against what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.multi_region.consistency_reference import World, hidden

from scalelab.kernels.jit import Table
from scalelab.kernels.multi_region.consistency import (
    DISK,
    LEADER,
    LEADERLESS,
    LOCAL,
    N_TIMES,
    STEADY,
    TIMES,
    YMMR,
    consistency,
    homes,
    missed,
    missed_two,
    one_way,
    places,
    published_laws,
    trials,
)
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.storage.consistency import REGIONS

PAIRS = (86.98, 80.55, 145.3, 230.0, 137.0, 89.1, 162.2, 212.4, 309.6, 103.9)
NAMES = ("leader", "leaderless", "local")
(REGION, TIME, SEEN, LOW, HIGH, READ_50, READ_99, WRITE_50, WRITE_99, VISIBLE, STALE, STALER,
 CHOSEN) = range(13)  # fmt: skip
STORY: dict[str, Any] = {
    "mode": LOCAL, "place": 0, "leader": 0, "n_replicas": 5, "k_w": 2, "k_r": 2, "writer": 0,
    "reader": 4, "jitter": 0.1, "law": STEADY, "changes": 1.0, "local_ms": 0.5,
}  # fmt: skip

worlds = st.fixed_dictionaries({
    "mode": st.integers(0, 2), "leader": st.integers(0, 4), "n_replicas": st.integers(1, 5),
    "k_w": st.integers(1, 5), "k_r": st.integers(1, 5), "writer": st.integers(0, 4),
    "reader": st.integers(0, 4), "jitter": st.sampled_from([0.0, 0.1, 0.5]),
    "law": st.integers(0, 3), "changes": st.sampled_from([0.01, 1.0, 100.0]),
    "seed": st.integers(0, 2**40),
})  # fmt: skip


def table(n_trials: int = 50, n_runs: int = 2, seed: int = 1, **changed: Any) -> Table:
    return consistency(*{**STORY, **changed}.values(), *PAIRS, n_trials, n_runs, seed)


def reference(world: dict[str, Any], state: Any) -> World:
    laws = published_laws(world["law"], 0.5).tolist()
    return World(
        lambda: uniform(state), one_way(0, *PAIRS).tolist(), world["leader"],
        world["n_replicas"], world["jitter"], tuple(laws[:4]), tuple(laws[4:]),
        NAMES[world["mode"]], world["k_w"], world["k_r"],
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_the_table_is_that_of_the_reference(world: dict[str, Any]) -> None:
    n_trials, n_runs = 20, 3
    ours = table(n_trials, n_runs, **world)
    plain = reference(world, generator(world["seed"]))
    rate = world["changes"] / 1000.0
    before = plain.write(world["writer"])
    writes: list[list[float]] = [[] for _ in range(REGIONS)]
    reads: list[list[float]] = [[] for _ in range(REGIONS)]
    unseen: list[list[float]] = [[] for _ in range(REGIONS)]
    stale, staler = np.zeros(REGIONS), np.zeros(REGIONS)
    for _ in range(n_trials * n_runs):
        drawn = [plain.write(c, c == world["writer"]) for c in range(REGIONS)]
        now = drawn[world["writer"]]
        for c in range(REGIONS):
            until, reached = plain.read(c)
            newest, second = hidden(*now, reached), hidden(*before, reached)
            writes[c].append(drawn[c][0])
            reads[c].append(until)
            unseen[c].append(newest)
            both = min(newest, second)
            stale[c] += -math.expm1(-rate * newest)
            staler[c] += -math.expm1(-rate * both) - rate * both * math.exp(-rate * second)
        before = now
    n = n_trials * n_runs
    assert ours.shape == (REGIONS * N_TIMES, 13)
    for row in ours:
        c = int(row[REGION])
        runs = [
            np.mean(np.array(unseen[c][r * n_trials : (r + 1) * n_trials]) <= row[TIME])
            for r in range(n_runs)
        ]
        wanted = [
            np.mean(runs), min(runs), max(runs), sorted(reads[c])[n // 2],
            sorted(reads[c])[int(0.99 * n)], sorted(writes[c])[n // 2],
            sorted(writes[c])[int(0.99 * n)], sorted(unseen[c])[int(0.99 * n)], stale[c] / n,
            staler[c] / n, c == world["reader"],
        ]  # fmt: skip
        np.testing.assert_allclose(row[SEEN:], wanted, rtol=1e-9, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(worlds)
def test_trials_are_those_of_the_reference(world: dict[str, Any]) -> None:
    plain = reference(world, generator(world["seed"]))
    ours = trials(
        *(world.get(k, 0) for k in (
            "mode", "place", "leader", "n_replicas", "k_w", "k_r", "writer", "reader")),
        world["jitter"], published_laws(world["law"], 0.5), *PAIRS, 60, world["seed"],
    )  # fmt: skip
    for row in ours:
        now = plain.write(world["writer"])
        until, reached = plain.read(world["reader"])
        np.testing.assert_allclose(row, [now[0], until, hidden(*now, reached)], atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 1))
def test_what_always_holds(world: dict[str, Any], place: int) -> None:
    rows = table(**world, place=place)
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    assert (rows[:, TIME] == np.tile(TIMES, REGIONS)).all()
    for c in range(REGIONS):
        of = rows[rows[:, REGION] == c]
        assert (np.diff(of[:, SEEN]) >= 0.0).all()
    assert (rows[:, LOW] <= rows[:, SEEN] + 1e-12).all()
    assert (rows[:, SEEN] <= rows[:, HIGH] + 1e-12).all()
    assert (rows[:, STALER] <= rows[:, STALE]).all()
    assert (rows[:, STALE] <= 1.0).all()
    assert (rows[:, READ_50] <= rows[:, READ_99]).all()
    assert (rows[:, WRITE_50] <= rows[:, WRITE_99]).all()
    if world["mode"] != LOCAL and world["k_w"] + world["k_r"] > world["n_replicas"]:
        # Any two such sets have a member in common.
        assert (rows[:, SEEN] == 1.0).all()
        assert (rows[:, STALE] == 0.0).all()


def test_local_quorums_overlap_at_home_only() -> None:
    rows = table(law=YMMR)
    first = rows[rows[:, TIME] == 0.0]
    assert first[0, SEEN] == 1.0
    assert (first[1:, SEEN] < 0.5).all()


@pytest.mark.parametrize(("k_w", "waits"), [(1, 0.0), (2, 80.55), (3, 86.98), (4, 145.3), (5, 230)])
def test_without_chance_it_is_the_round_trip_that_decides(k_w: int, waits: float) -> None:
    rows = table(mode=LEADER, k_w=k_w, k_r=1, jitter=0.0)
    assert rows[0, WRITE_50] == pytest.approx(waits + (1.0 if waits else 0.5))
    sydney = rows[(rows[:, REGION] == 4) & (rows[:, TIME] == 0.0)][0]
    assert sydney[WRITE_50] == pytest.approx(230.0 + waits + (1.0 if waits else 0.5))
    # It is there half a round trip after the leader has it; the leader answers k_w later.
    there = 115.0 + 0.25 - 0.25 - (waits + 0.25 + (0.25 + 0.25 if waits else 0.0) - 0.25) - 0.25
    assert sydney[VISIBLE] == pytest.approx(max(0.0, there), abs=0.51)


def test_places_and_homes() -> None:
    ways = one_way(0, *PAIRS)
    assert places(LEADERLESS, 4, 3, ways).tolist() == [4, 3, 1]
    where = places(LOCAL, 0, 2, ways)
    assert where.tolist() == [0, 0, 0, 2, 2, 2]
    assert homes(LOCAL, where, ways).tolist() == [0, 0, 2, 0, 0]
    assert homes(LEADER, where, ways).tolist() == [-1] * 5
    together = one_way(1, *PAIRS)
    assert not together.any()
    assert homes(LOCAL, places(LOCAL, 1, 5, together), together).tolist() == [0, 1, 2, 3, 4]


def test_disk_writes_are_slower_than_other_messages() -> None:
    disk = published_laws(DISK, 0.5)
    assert disk[:2].tolist() == [0.38, 1.05]
    assert disk[4:6].tolist() == [0.9122, 0.235]
    assert published_laws(STEADY, 0.5)[1] == 0.25


@given(st.floats(1e-6, 0.1), st.floats(0.0, 5000.0), st.floats(0.0, 5000.0))
def test_shares_missed_are_probabilities(rate: float, newest: float, second: float) -> None:
    one, two = missed(rate, newest), missed_two(rate, newest, second)
    assert 0.0 <= two <= one + 1e-12 <= 1.0 + 1e-12
