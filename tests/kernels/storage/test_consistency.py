"""The table against lists that are sorted, and against what always holds."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage.consistency_reference import latencies

from scalelab.kernels.jit import Table
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.storage.consistency import (
    ALL,
    ANY,
    LEADER,
    LEVELS,
    MAJORITY,
    QUORUM,
    READ,
    REGIONS,
    WRITE,
    consistency,
    replicas_of,
)

NAMES = ("any", "leader", "majority", "quorum", "all")
PAIRS = (86.98, 80.55, 145.3, 230.0, 137.0, 89.1, 162.2, 212.4, 309.6, 103.9)
LEVEL, OPERATION, CLIENT, MEAN, P50, P99, LOW, HIGH, MIXED, CHOSEN = range(10)

STORY: dict[str, Any] = {
    "client": 0, "leader": 0, "n_replicas": 5, "jitter": 0.1, "slow_share": 0.01,
    "read_share": 0.9, "local_ms": 0.5, "pause_ms": 200.0,
}  # fmt: skip


def table(n_trials: int = 200, n_runs: int = 1, seed: int = 1, **changed: Any) -> Table:
    pairs = changed.pop("pairs", PAIRS)
    return consistency(*{**STORY, **changed}.values(), *pairs, n_trials, n_runs, seed)


def distances(pairs: tuple[float, ...], local: float) -> list[list[float]]:
    matrix = [[local] * REGIONS for _ in range(REGIONS)]
    given = iter(pairs)
    for a in range(REGIONS):
        for b in range(a + 1, REGIONS):
            matrix[a][b] = matrix[b][a] = next(given)
    return matrix


def of(rows: Table, level: int, operation: int, client: int = 0) -> Any:
    (row,) = rows[
        (rows[:, LEVEL] == level) & (rows[:, OPERATION] == operation) & (rows[:, CLIENT] == client)
    ]
    return row


worlds = st.fixed_dictionaries({
    "client": st.integers(0, 4), "leader": st.integers(0, 4), "n_replicas": st.integers(1, 5),
    "jitter": st.sampled_from([0.0, 0.1, 2.0]), "slow_share": st.sampled_from([0.0, 0.05, 1.0]),
    "read_share": st.sampled_from([0.0, 0.3, 1.0]), "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(worlds)
def test_the_table_is_that_of_the_reference(world: dict[str, Any]) -> None:
    n_trials, n_runs = 100, 3
    state = generator(world["seed"])
    expected = latencies(
        lambda: uniform(state), distances(PAIRS, 0.5), world["leader"], world["n_replicas"],
        world["jitter"], world["slow_share"], 200.0, n_trials * n_runs,
    )  # fmt: skip
    rows = table(n_trials, n_runs, **world)
    for row in rows:
        level, operation, client = (int(x) for x in row[:3])
        times = expected[NAMES[level], ("read", "write")[operation], client]
        runs = [sorted(times[run * n_trials : (run + 1) * n_trials])[99] for run in range(n_runs)]
        reads, writes = (
            np.mean(expected[NAMES[level], name, client]) for name in ("read", "write")
        )
        mixed = world["read_share"] * reads + (1.0 - world["read_share"]) * writes
        wanted = [
            np.mean(times), sorted(times)[150], sorted(times)[297], min(runs), max(runs), mixed,
        ]  # fmt: skip
        np.testing.assert_allclose(row[MEAN:CHOSEN], wanted, rtol=1e-9)
        assert row[CHOSEN] == (client == world["client"])


def test_replicas_are_the_nearest_to_the_leader() -> None:
    matrix = np.array(distances(PAIRS, 0.5))
    assert replicas_of(0, matrix).tolist() == [0, 2, 1, 3, 4]
    assert replicas_of(4, matrix).tolist() == [4, 3, 1, 0, 2]
    for leader in range(REGIONS):
        order = replicas_of(leader, matrix).tolist()
        assert sorted(order) == list(range(REGIONS))
        away = [matrix[leader, r] for r in order]
        assert away == sorted(away)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.0, 500.0), min_size=10, max_size=10),
    st.floats(0.0, 10.0), st.floats(0.0, 5.0), st.floats(0.0, 1.0), st.integers(0, 4),
    st.integers(0, 2**40),
)  # fmt: skip
def test_what_always_holds(
    pairs: list[float], local: float, jitter: float, slow: float, leader: int, seed: int
) -> None:
    before = None
    for n_replicas in range(1, REGIONS + 1):
        rows = table(
            100, 2, seed, pairs=tuple(pairs), local_ms=local, jitter=jitter, slow_share=slow,
            leader=leader, n_replicas=n_replicas,
        )  # fmt: skip
        assert rows.shape == (LEVELS * 2 * REGIONS, 10)
        assert np.isfinite(rows).all()
        assert (rows >= 0.0).all()
        assert (rows[:, P50] <= rows[:, P99]).all()
        assert (rows[:, LOW] <= rows[:, P99]).all()
        assert (rows[:, P99] <= rows[:, HIGH]).all()
        for c in range(REGIONS):
            leads, most, whole = (of(rows, level, WRITE, c) for level in (LEADER, MAJORITY, ALL))
            # Draw by draw, waiting for more takes longer.
            for column in (MEAN, P50, P99):
                assert leads[column] <= most[column] <= whole[column]
            np.testing.assert_array_equal(
                of(rows, LEADER, READ, c)[3:8], of(rows, MAJORITY, READ, c)[3:8]
            )
            np.testing.assert_array_equal(of(rows, ANY, READ, c)[3:8], of(rows, ALL, READ, c)[3:8])
        if before is not None:
            # With one more replica, all are there no sooner, and the leader is where it was.
            more, fewer = rows, before
            assert of(more, ALL, WRITE)[P99] >= of(fewer, ALL, WRITE)[P99]
            np.testing.assert_array_equal(
                of(more, LEADER, WRITE)[3:8], of(fewer, LEADER, WRITE)[3:8]
            )
        before = rows


def test_one_replica_makes_all_levels_the_same() -> None:
    rows = table(n_replicas=1)
    for client in range(REGIONS):
        times = [of(rows, level, op, client)[3:9] for level in range(LEVELS) for op in range(2)]
        for one, other in pairwise(times):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("n", "waits"), [(1, 0.0), (2, 80.55), (3, 80.55), (4, 86.98), (5, 86.98)])
def test_without_chance_it_is_the_round_trip_that_decides(n: int, waits: float) -> None:
    rows = table(n_replicas=n, jitter=0.0, slow_share=0.0)
    write = of(rows, MAJORITY, WRITE)
    assert write[MEAN:MIXED].tolist() == pytest.approx([0.5 + waits] * 5)
    assert of(rows, QUORUM, READ)[P50] == pytest.approx(max(waits, 0.5))
    furthest = [0.0, 80.55, 86.98, 145.3, 230.0][n - 1]
    assert of(rows, ALL, WRITE)[P50] == pytest.approx(0.5 + furthest)
