"""The table against one trouble after another, and against what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.replication.failover_reference import World, beat_by_beat, run

from scalelab.kernels.jit import Table
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.replication.failover import (
    COLUMNS,
    LEASE,
    MAJORITY_OF_3,
    NO_FENCING,
    ROWS,
    STONITH,
    TIMEOUTS_S,
    failover,
    lost_for,
    mean_failure,
    overlap,
    until_run,
)

(
    TIMEOUT, CHOSEN, CRASH, PAUSE, BEATS, MINUTES, LOWEST, HIGHEST, FALSE, FALSE_PAUSES,
    FALSE_BEATS, WRONG, DETECTION, ELECTION, PROMOTION, REPLAY, RECONNECTION, RTO, AVAILABILITY,
    BEST,
) = range(COLUMNS)  # fmt: skip

STORY: dict[str, Any] = {
    "timeout_s": 3.0, "heartbeat_s": 1.0, "loss": 0.01, "pauses": 200.0, "pause_s": 0.5,
    "crashes": 2.0, "promotion_s": 10.0, "replay_s": 5.0, "voting": 0, "write_rate": 1000.0,
    "fencing": NO_FENCING, "lease_s": 10.0, "clock_error_s": 0.5, "reconnect_s": 5.0, "tail": 1.5,
    "wait_s": 0.15, "broadcast_s": 0.01, "years": 3.0, "n_runs": 2, "most_runs": 50, "seed": 1,
}  # fmt: skip


def table(**changed: Any) -> Table:
    return failover(*{**STORY, **changed}.values())


worlds = st.fixed_dictionaries({
    "timeout_s": st.sampled_from([0.5, 3.0, 30.0]),
    "heartbeat_s": st.sampled_from([0.1, 1.0, 10.0]), "loss": st.sampled_from([0.0, 0.01, 0.3]),
    "pauses": st.sampled_from([0.0, 20.0, 200.0]), "pause_s": st.sampled_from([0.05, 0.5, 20.0]),
    "crashes": st.sampled_from([0.0, 2.0, 20.0]), "promotion_s": st.sampled_from([0.5, 60.0]),
    "replay_s": st.sampled_from([0.0, 5.0]), "voting": st.integers(0, 2),
    "fencing": st.integers(0, 2), "lease_s": st.sampled_from([0.5, 10.0]),
})  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_crashes_and_pauses_are_those_of_the_reference(world: dict[str, Any], seed: int) -> None:
    world = {**STORY, **world}
    reference = World(
        world["timeout_s"], world["heartbeat_s"], world["loss"], world["pauses"], world["pause_s"],
        world["crashes"], world["promotion_s"], world["replay_s"], (1, 3, 5)[world["voting"]],
        ("none", "lease", "stonith")[world["fencing"]], world["lease_s"] + 0.5, 5.0, 1.5, 0.15,
        0.01, 3.0,
    )  # fmt: skip
    # What heartbeats add is kept out of the sums: it has other random numbers.
    chosen = table(**{**world, "seed": seed})[-1]
    state = generator(seed)
    runs = [run(reference, lambda: uniform(state)) for _ in range(2)]
    for column, wanted in (
        (CRASH, sum(r.crash for r in runs) / 360.0),
        (PAUSE, sum(r.pause for r in runs) / 360.0),
        (FALSE_PAUSES, sum(r.false_failovers for r in runs) / 6.0),
    ):
        assert chosen[column] == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    # Wrong writes need a world without losses, in which only pauses have any.
    if world["loss"] == 0.0:
        wrong = 1000.0 * sum(r.wrong for r in runs) / 6.0
        assert chosen[WRONG] == pytest.approx(wrong, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("lost", "timeout", "heartbeat"),
    [(0.3, 3.0, 1.0), (0.3, 3.5, 1.0), (0.5, 2.0, 0.5), (0.2, 1.0, 1.0), (0.9, 6.0, 1.0)],
)
def test_runs_that_are_skipped_to_are_those_found_beat_by_beat(
    lost: float, timeout: float, heartbeat: float
) -> None:
    n = 3000
    state = generator(7)
    slow = [beat_by_beat(lost, timeout, heartbeat, lambda: uniform(state)) for _ in range(n)]
    length = math.floor(timeout / heartbeat + 1e-9)
    failure = mean_failure(lost, length) if length > 1 else 0.0
    fast = [
        until_run(state, lost, length, failure) * heartbeat + timeout - length * heartbeat
        for _ in range(n)
    ]
    # The moment of the last heartbeat and the time-out after it.
    error = math.hypot(float(np.std(slow)), float(np.std(fast))) / math.sqrt(n)
    assert abs(np.mean(slow) - np.mean(fast)) < 4.0 * error
    assert np.std(fast) == pytest.approx(np.std(slow), rel=0.15)


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 2**40))
def test_what_always_holds(world: dict[str, Any], seed: int) -> None:
    rows = table(**world, seed=seed)
    assert rows.shape == (ROWS, COLUMNS)
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    np.testing.assert_array_equal(rows[:-1, TIMEOUT], TIMEOUTS_S)
    np.testing.assert_allclose(rows[:, MINUTES], rows[:, CRASH : BEATS + 1].sum(1), rtol=1e-12)
    np.testing.assert_allclose(rows[:, FALSE], rows[:, FALSE_PAUSES] + rows[:, FALSE_BEATS])
    assert (rows[:, LOWEST] <= rows[:, MINUTES] * (1 + 1e-12)).all()
    assert (rows[:, MINUTES] <= rows[:, HIGHEST] * (1 + 1e-12)).all()
    np.testing.assert_allclose(
        rows[:, RTO], rows[:, DETECTION : RECONNECTION + 1].sum(1), rtol=1e-12
    )
    grid = rows[:-1]
    # The same crashes and pauses for all: patience takes longer and is less often wrong.
    assert (np.diff(grid[:, CRASH]) >= 0.0).all()
    assert (np.diff(grid[:, DETECTION]) >= 0.0).all()
    assert (np.diff(grid[:, FALSE_PAUSES]) <= 1e-9).all()
    # A year has so many minutes, and heartbeats alone cannot take more of them.
    assert (rows[:, BEATS] < 365.25 * 1440.0).all()
    assert rows[np.argmin(rows[:, MINUTES]), MINUTES] == rows[rows[:, TIMEOUT] == rows[0, BEST],
                                                             MINUTES].min()  # fmt: skip
    if world["fencing"] == STONITH:
        assert rows[:, WRONG].sum() == 0.0


def test_a_time_out_that_outlasts_the_lease_has_one_primary_at_a_time() -> None:
    rows = table(fencing=LEASE, lease_s=10.0, pauses=500.0, pause_s=5.0)
    assert (rows[rows[:, TIMEOUT] >= 10.5, WRONG] == 0.0).all()
    assert (rows[rows[:, TIMEOUT] <= 5.0, WRONG] > 0.0).all()
    none = table(fencing=NO_FENCING, pauses=500.0, pause_s=5.0)
    assert (rows[:, WRONG] <= none[:, WRONG]).all()
    assert none[-1, WRONG] > rows[-1, WRONG]
    # Fencing changes what is written where, not how long nobody writes.
    np.testing.assert_array_equal(rows[:, MINUTES], none[:, MINUTES])


@pytest.mark.parametrize(
    ("fencing", "alive", "seconds"),
    [
        (NO_FENCING, 0.0, 20.0), (NO_FENCING, 10.0, 13.0), (NO_FENCING, 30.0, 0.0),
        (LEASE, 0.0, 7.0), (LEASE, 8.0, 2.0), (LEASE, 12.0, 0.0), (STONITH, 0.0, 0.0),
    ],
)  # fmt: skip
def test_overlap_by_hand(fencing: int, alive: float, seconds: float) -> None:
    """Declared after 3 s, clients moved after 23 s, the lease ends after 10 s."""
    assert overlap(fencing, 3.0, alive, 23.0, 10.0) == seconds


def test_orders_at_the_wrong_primary_after_lost_heartbeats() -> None:
    """The primary is well: all of the switch without fencing, with a lease what is left of it."""
    losses: dict[str, Any] = {"pauses": 0.0, "crashes": 0.0}
    none = table(fencing=NO_FENCING, **losses)
    np.testing.assert_allclose(none[:, WRONG], 1000.0 * 60.0 * none[:, BEATS], rtol=1e-9)
    # It ends 2.5 s after the time-out of 3 s, long before another is promoted.
    lease = table(fencing=LEASE, lease_s=5.0, **losses)[-1]
    assert lease[WRONG] == pytest.approx(1000.0 * 2.5 * lease[FALSE_BEATS]) != 0.0


def test_a_majority_hears_what_one_misses() -> None:
    assert lost_for(3, 0.01) == pytest.approx(3 * 0.01**2 * 0.99 + 0.01**3)
    assert lost_for(5, 0.5) == pytest.approx(0.5)
    assert lost_for(1, 0.2) == 0.2
    one, three = table(), table(voting=MAJORITY_OF_3)
    assert three[-1, FALSE_BEATS] == 0.0 < one[-1, FALSE_BEATS]
    assert three[-1, FALSE_PAUSES] == pytest.approx(one[-1, FALSE_PAUSES], rel=0.5)


def test_the_chosen_time_out_is_one_of_the_grid_and_moves_no_other() -> None:
    first, second = table(timeout_s=3.0), table(timeout_s=60.0)
    np.testing.assert_array_equal(first[:-1], second[:-1])
    same = first[:-1][first[:-1, TIMEOUT] == 3.0][0]
    np.testing.assert_array_equal(np.delete(first[-1], CHOSEN), np.delete(same, CHOSEN))


def test_losses_leave_crashes_alone() -> None:
    few, many = table(loss=0.01), table(loss=0.02)
    np.testing.assert_array_equal(few[:, PROMOTION:RTO], many[:, PROMOTION:RTO])
    assert many[-1, FALSE_BEATS] > 4.0 * few[-1, FALSE_BEATS]


def test_without_trouble_nothing_happens() -> None:
    rows = table(crashes=0.0, pauses=0.0, loss=0.0)
    assert rows[:, CRASH:AVAILABILITY].sum() == 0.0
    assert (rows[:, AVAILABILITY] == 1.0).all()


def test_one_seed_gives_one_table() -> None:
    np.testing.assert_array_equal(table(seed=5), table(seed=5))
    assert (table(seed=5)[-1] != table(seed=6)[-1]).any()
