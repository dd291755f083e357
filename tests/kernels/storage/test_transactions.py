"""Locks against an event-by-event simulation, and the table against its definitions."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage.transactions_reference import Order, fates, two_phases

from scalelab.kernels.random import generator
from scalelab.kernels.storage.transactions import (
    COMMITTED,
    ONE_SHARD,
    REGIONS,
    SYSTEMS,
    Costs,
    answer_time,
    choose,
    drawn,
    mean_hold,
    release_time,
    slowest,
    transactions,
    transactions_run,
)

CASES = [
    # rate, share that crosses, round trip, rows, rows of each, tries, pause, crashes, recovery (ms)
    (200.0, 0.1, 80.0, 1, 1, 0, 50.0, 0.0, 0.0),
    (200.0, 0.1, 80.0, 1, 1, 3, 50.0, 0.0, 0.0),
    (500.0, 0.5, 0.5, 10, 3, 5, 1.0, 0.0, 0.0),
    (300.0, 1.0, 20.0, 20, 2, 2, 10.0, 0.1, 500.0),
    (300.0, 0.0, 20.0, 2, 2, 1, 10.0, 1.0, 500.0),
]


@pytest.mark.parametrize(
    ("rate", "share", "trip", "rows", "touched", "retries", "pause", "crashes", "recovery"), CASES
)
def test_each_transaction_ends_as_event_by_event(
    rate: float, share: float, trip: float, rows: int, touched: int, retries: int, pause: float,
    crashes: float, recovery: float,
) -> None:  # fmt: skip
    n, jitter = 1500, 0.5
    every = drawn(n, rate, rows, touched, 2, retries, 3)
    costs = Costs(1.0, 1.5, trip, jitter, recovery)
    latency, outcome, attempts = np.zeros(n), np.empty(n, np.int64), np.empty(n, np.int64)
    transactions_run(
        every, 0, n, share, crashes, costs, rows, touched, retries, pause, latency, outcome,
        attempts,
    )  # fmt: skip
    orders = []
    for i, comes in enumerate(np.cumsum(every.gap).tolist()):
        answered, held = two_phases(
            1.0, 1.5, [trip + jitter * every.prepare[i]], [trip + jitter * every.commit[i]]
        )
        in_doubt = bool(every.crosses[i] < share and every.crashes[i] < crashes)
        if every.crosses[i] >= share:
            answered = held = 2.5
        elif in_doubt:
            held = answered - 1.5 + recovery
        pauses = (pause * every.pauses[i * retries : (i + 1) * retries]).tolist()
        chosen = every.rows[i * touched : (i + 1) * touched].tolist()
        orders.append(Order(comes, chosen, answered, held, in_doubt, pauses))
    expected = fates(orders)
    assert attempts.tolist() == [fate.attempts for fate in expected]
    assert (outcome == COMMITTED).tolist() == [fate.committed for fate in expected]
    committed = [i for i, fate in enumerate(expected) if fate.committed]
    np.testing.assert_allclose(
        latency[committed], [expected[i].latency for i in committed], atol=1e-7
    )
    # Some get through and some do not, or the comparison would say little.
    assert 50 < len(committed) < n - 20


@given(st.integers(1, 30), st.data())
def test_rows_of_a_transaction_differ(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, n))
    chosen = np.empty(count, np.int64)
    choose(generator(data.draw(st.integers(0, 2**40))), n, chosen)
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] >= 0
    assert chosen[-1] < n


def test_every_set_of_rows_is_as_likely() -> None:
    state, chosen = generator(1), np.empty(3, np.int64)
    counts: Counter[tuple[int, ...]] = Counter()
    for _ in range(20_000):
        choose(state, 6, chosen)
        counts[tuple(chosen.tolist())] += 1
    sets = list(itertools.combinations(range(6), 3))
    assert set(counts) == set(sets)
    # Five standard deviations of a binomial count.
    assert max(abs(counts[one] - 1000) for one in sets) < 5 * np.sqrt(950)


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_the_slowest_takes_the_harmonic_number(n: int) -> None:
    state = generator(2)
    times = [slowest(state, n) for _ in range(40_000)]
    error = np.std(times) / 200.0
    assert abs(np.mean(times) - sum(1.0 / i for i in range(1, n + 1))) < 4.0 * error


@pytest.mark.parametrize("crashes", [0.0, 0.25])
def test_locks_last_as_long_as_their_mean_says(crashes: float) -> None:
    n, costs = 200_000, Costs(1.0, 2.0, 5.0, 3.0, 40.0)
    every = drawn(n, 100.0, 1, 1, 4, 0, 5)
    holds = np.array([
        answer_time(bool(crosses < 0.3), prepare, costs)
        + (crosses < 0.3) * (38.0 if crash < crashes else release_time(commit, costs))
        for crosses, crash, prepare, commit in zip(
            every.crosses, every.crashes, every.prepare, every.commit, strict=True
        )
    ])  # fmt: skip
    error = holds.std() / np.sqrt(n)
    assert abs(holds.mean() - mean_hold(0.3, crashes, 4, costs)) < 4.0 * error


controls = st.tuples(
    st.floats(1.0, 2000.0), st.floats(0.0, 1.0), st.floats(0.0, 300.0), st.integers(1, 10),
    st.floats(0.0, 20.0), st.integers(1, 100), st.integers(1, 5), st.integers(0, 5),
    st.floats(0.0, 1000.0), st.floats(0.0, 1.0), st.floats(0.0, 10.0),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(controls, st.integers(0, 2**40))
def test_what_always_holds(
    control: tuple[float, float, float, int, float, int, int, int, float, float, float], seed: int
) -> None:
    table = transactions(*control, 1.0, 1.0, 0.5, 6, 600, 2, seed)
    rate, _, _, _, _, _, _, retries, *_ = control
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    (
        system, share, done, lowest, highest, ceiling, aborted, bystanders, attempts, p50, p99,
        hold, come, chosen, mixed,
    ) = table.T  # fmt: skip
    assert system.tolist() == [s for s in range(SYSTEMS) for _ in range(7)]
    assert share[:7].tolist() == [0.0, *((i / 5.0) * (i / 5.0) for i in range(1, 6)), control[1]]
    assert chosen.tolist() == [0, 0, 0, 0, 0, 0, 1] * SYSTEMS
    assert (come == rate).all()
    assert (lowest <= done * (1 + 1e-9)).all()
    assert (done <= highest * (1 + 1e-9)).all()
    # What comes either commits or does not.
    np.testing.assert_allclose(done / rate + aborted, 1.0, atol=1e-9)
    assert (bystanders <= 1.0).all()
    assert (mixed[share < 0.9] == 1).all()
    assert (attempts >= 1.0).all()
    assert (attempts <= 1.0 + retries).all()
    assert (p50 <= p99).all()
    # Whoever commits takes its execution and one write to the log at least.
    assert (p50[done > 0] >= 2.0).all()
    assert (hold >= 2.0 - 1e-12).all()
    assert (ceiling * hold >= 1e3 - 1e-6).all()
    # The base line crosses nothing, at every share.
    base = table[system == ONE_SHARD]
    assert (base[:, 2:13] == base[0, 2:13]).all()
    assert (base[0, 2:13] == table[system == REGIONS][0, 2:13]).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 10**6), st.floats(20.0, 500.0), st.floats(1.0, 5.0))
def test_locks_never_overlap(seed: int, rate: float, slower: float) -> None:
    """Of one row: everybody who gets it comes after the one before has let go."""
    n = 400
    every = drawn(n, rate, 1, 1, 2, 0, seed)
    costs = Costs(1.0, 1.0, 10.0 * slower, 0.5, 0.0)
    latency, outcome, attempts = np.zeros(n), np.empty(n, np.int64), np.empty(n, np.int64)
    transactions_run(every, 0, n, 1.0, 0.0, costs, 1, 1, 0, 0.0, latency, outcome, attempts)
    came = np.cumsum(every.gap)[outcome == COMMITTED]
    assert (np.diff(came) >= 2.0 * (costs.round_trip + costs.log) + 2.0 - 1e-9).all()
    assert (attempts == 1).all()


@pytest.mark.parametrize(("rows", "touched", "sets"), [(5, 2, 2), (9, 3, 3), (1, 1, 1), (2, 5, 1)])
def test_the_ceiling_is_as_many_locks_as_there_is_room_for(
    rows: int, touched: int, sets: int
) -> None:
    table = transactions(
        50.0, 0.1, 80.0, 2, 0.5, rows, touched, 0, 50.0, 0.0, 1.0, 1.0, 1.0, 0.5, 2, 50, 1, 1
    )
    np.testing.assert_allclose(table[:, 5] * table[:, 11], 1e3 * sets)


def test_the_ends_of_a_run_do_not_count() -> None:
    """At the start no row is locked; at the end nobody new competes with those who try again."""
    n, costs = 200, Costs(1.0, 1.0, 50.0, 0.0, 1000.0)
    table = transactions(
        100.0, 1.0, 50.0, 2, 0.0, 1, 1, 1, 500.0, 0.0, 1.0, 1.0, 1.0, 0.5, 0, 2 * n, 1, 3
    )
    every = drawn(n, 100.0, 1, 1, 2, 1, 3)
    latency, outcome, attempts = np.zeros(n), np.empty(n, np.int64), np.empty(n, np.int64)
    transactions_run(
        every, 0, n, 1.0, 0.0, costs, 1, 1, 1, 500.0, latency, outcome, attempts
    )  # fmt: skip
    part = slice(40, 180)
    failed = outcome != COMMITTED
    assert table[REGIONS, 6] == pytest.approx(failed[part].mean())
    assert table[REGIONS, 8] == pytest.approx(attempts[part].mean())
    assert failed[part].mean() != pytest.approx(failed.mean())
    assert not failed[0]
