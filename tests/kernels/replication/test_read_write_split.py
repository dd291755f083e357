"""A server against an event-by-event simulation, and the table against its definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.replication import read_write_split_reference as reference

from scalelab.kernels.replication.read_write_split import (
    AFTER_FAILURE,
    ALL_UP,
    NEARLY_FULL,
    Costs,
    ceiling,
    drawn,
    read_times,
    read_write_split,
    reads_at_primary,
)


@pytest.mark.parametrize(
    ("reads", "writes", "read_ms", "write_ms", "cores"),
    [
        (400.0, 100.0, 1.0, 2.0, 1),
        (4500.0, 1000.0, 1.0, 1.0, 8),
        (100.0, 900.0, 5.0, 0.1, 2),
        (2000.0, 500.0, 1.0, 2.0, 2),  # more than it can do
        (50.0, 50.0, 1.0, 0.0, 32),
    ],
)
def test_each_read_takes_as_long_as_event_by_event(
    reads: float, writes: float, read_ms: float, write_ms: float, cores: int
) -> None:
    n, first = 2000, 300
    draws = drawn(n + first, 7)
    times = np.zeros(n + 5)
    end = read_times(times, 5, draws, first, n, reads, writes, read_ms, write_ms, cores)
    share = reads / (reads + writes)
    requests = [
        reference.Request(
            gap / (reads + writes) * 1e3, work * (read_ms if kind < share else write_ms),
            kind < share,
        )
        for gap, work, kind in zip(*(part[first:].tolist() for part in draws), strict=True)
    ]  # fmt: skip
    expected = reference.read_times(requests, cores, n // 5)
    assert end - 5 == len(expected)
    assert len(expected) > 50
    np.testing.assert_allclose(times[5:end], expected, rtol=1e-9, atol=1e-9)
    assert (times[:5] == 0.0).all()


costs = st.builds(
    lambda read, write, share: Costs(read, write, share * write),
    st.floats(0.01, 100.0), st.floats(0.01, 100.0), st.floats(0.0, 1.0),
)  # fmt: skip
shares = st.floats(0.001, 0.99)


@settings(max_examples=150, deadline=None)
@given(costs, shares, st.integers(0, 40), st.booleans(), st.floats(50.0, 1e5))
def test_the_ceiling_is_the_largest_rate_for_which_reads_can_be_divided(
    cost: Costs, share: float, serving: int, primary_reads: bool, capacity: float
) -> None:
    ours = ceiling(serving, share, cost, capacity, int(primary_reads))
    best = reference.ceiling(serving, share, *cost, capacity, primary_reads)
    assert ours == pytest.approx(best, rel=1e-9)


@settings(max_examples=150, deadline=None)
@given(costs, shares, st.integers(0, 40), st.floats(50.0, 1e5))
def test_more_replicas_never_carry_less_nor_more_than_the_writes_allow(
    cost: Costs, share: float, serving: int, capacity: float
) -> None:
    for primary_reads in (0, 1):
        now = ceiling(serving, share, cost, capacity, primary_reads)
        more = ceiling(serving + 1, share, cost, capacity, primary_reads)
        assert more >= now * (1.0 - 1e-12)
        assert more <= capacity / (share * cost.write) * (1.0 + 1e-12)
    without = ceiling(serving, share, cost, capacity, 0)
    assert ceiling(serving, share, cost, capacity, 1) >= without * (1.0 - 1e-12)


@settings(max_examples=150, deadline=None)
@given(costs, shares, st.integers(1, 40))
def test_a_primary_that_reads_is_as_busy_as_the_replicas_or_reads_nothing(
    cost: Costs, share: float, serving: int
) -> None:
    part = reads_at_primary(serving, share, cost, 1)
    assert 0.0 <= part < 1.0
    reads = (1.0 - share) * cost.read
    primary = part * reads + share * cost.write
    replica = (1.0 - part) * reads / serving + share * cost.apply
    if part > 0.0:
        assert primary == pytest.approx(replica, rel=1e-9)
    else:
        assert primary >= replica * (1.0 - 1e-9)
    assert reads_at_primary(serving, share, cost, 0) == 0.0
    assert reads_at_primary(0, share, cost, 0) == 1.0


controls = st.tuples(
    st.floats(1.0, 50_000.0), shares, st.integers(0, 6), st.integers(0, 8), st.integers(0, 1),
    st.floats(0.01, 5.0), st.floats(0.01, 10.0), st.floats(0.0, 1.0), st.integers(1, 32),
    st.floats(0.05, 1.0), st.just(0.0) | st.floats(0.001, 10.0),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(controls, st.integers(0, 2**40))
def test_what_always_holds(
    control: tuple[float, float, int, int, int, float, float, float, int, float, float], seed: int
) -> None:
    rate, share, replicas, failed, _, read_ms, write_ms, apply_share, cores, target, growth = (
        control
    )
    table = read_write_split(*control, 0, 6, 200, 2, seed)
    assert np.isfinite(table).all()
    assert (table >= -1e-9).all()
    (
        state, number, serving, carried, added, gain, primary, replica, at_primary, mean, p99,
        low,
        high, chosen, carries, queues, writes, months, comes, shards, comes_rate, shown, busy,
        applying,
    ) = table.T  # fmt: skip
    assert state.tolist() == [ALL_UP] * 7 + [AFTER_FAILURE] * 7
    assert number.tolist() == [*range(7), *range(7)]
    assert serving.tolist() == [*range(7), *(max(n - failed, 0) for n in range(7))]
    assert chosen.tolist() == (number == replicas).tolist()
    assert (comes_rate == rate).all()
    assert (shown == target).all()
    # All work is done by somebody.
    work = rate * ((1.0 - share) * read_ms + share * write_ms * (1.0 + serving * apply_share))
    np.testing.assert_allclose((primary + serving * replica) * cores * 1e3, work)
    assert (applying <= replica + 1e-12).all()
    np.testing.assert_allclose(
        primary * cores * 1e3, rate * (at_primary * (1.0 - share) * read_ms + share * write_ms)
    )
    # A rate is carried where no server is busier than the target.
    at_most = target * (1.0 + 1e-9)
    for row in range(14):
        busiest = max(primary[row], replica[row])
        if abs(busiest - target) > 1e-9 * target:
            assert carries[row] == (busiest <= at_most)
    np.testing.assert_allclose(np.cumsum(added[:7]), carried[:7])
    np.testing.assert_allclose(gain * carried[0], carried)
    assert (carried <= writes * (1.0 + 1e-12)).all()
    assert (low <= p99).all()
    assert (p99 <= high).all()
    assert (mean[queues == 1] <= p99[queues == 1]).all()
    assert (busy[queues == 1] <= NEARLY_FULL).all()
    assert (p99[busy > NEARLY_FULL] == 0.0).all()
    assert (busy <= np.maximum(primary, replica)).all()
    # The same servers are the same system, whatever has failed.
    for row in range(7, 14):
        np.testing.assert_array_equal(table[row, 2:13], table[int(serving[row]), 2:13])
    # The date at which the writes are as many as the primary may take.
    if rate >= writes[0]:
        assert months[0] == 0.0
    elif growth > 0.0:
        assert rate * (1.0 + growth) ** (months[0] / 12.0) == pytest.approx(writes[0], rel=1e-6)
    assert (comes == (growth > 0.0 or rate >= writes[0])).all()
    in_five_years = rate * (1.0 + growth) ** 5
    assert shards[0] * writes[0] >= in_five_years * (1.0 - 1e-6)
    assert shards[0] == 1.0 or (shards[0] - 1.0) * writes[0] < in_five_years


def test_a_row_does_not_depend_on_how_many_rows_there_are() -> None:
    def table(fewest: int, most: int) -> np.ndarray:
        return read_write_split(
            10_000.0, 0.1, 3, 1, 1, 1.0, 2.0, 0.5, 8, 0.7, 0.5, fewest, most, 500, 3, 4
        )

    whole, part = table(0, 9), table(3, 5)
    np.testing.assert_array_equal(whole[3:6], part[:3])
    np.testing.assert_array_equal(whole[13:16], part[3:])


def test_the_first_fifth_of_a_run_does_not_count() -> None:
    """At the start nobody waits, so these reads would be too fast."""
    draws = drawn(5000, 1)
    times = np.zeros(5000)
    args = (2300.0, 0.0, 1.0, 1.0, 2)  # 15 % more than it can do: the line grows all the time
    end = read_times(times, 0, draws, 0, 5000, *args)
    assert end == 4000
    whole = np.zeros(5000)
    assert read_times(whole, 0, drawn(5000, 1), 0, 4, *args) == 4  # a fifth of four is none
    assert times[:end].mean() > 100.0
    assert whole[:4].mean() < 10.0


@pytest.mark.parametrize("serving", [1, 2, 5])
def test_beyond_the_ceiling_the_line_grows_and_below_it_does_not(serving: int) -> None:
    """Of a replica, simulated at 10 % more and 10 % less than the arithmetic says it carries."""
    cost, share, cores = Costs(1.0, 2.0, 1.0), 0.1, 4
    carried = ceiling(serving, share, cost, cores * 1e3, 0)
    n = 20_000
    slowest = []
    for rate in (0.9 * carried, 1.1 * carried):
        times = np.zeros(n)
        reads, writes = rate * (1.0 - share) / serving, rate * share
        end = read_times(
            times, 0, drawn(n, 2), 0, n, reads, writes, cost.read, cost.apply, cores
        )  # fmt: skip
        tail = times[end - end // 10 : end].mean()
        slowest.append(tail)
        over = 0.1 * 0.95 * n / (reads + writes) * 1e3  # what a tenth too much has left over, ms
    assert slowest[0] < 20.0
    assert slowest[1] == pytest.approx(over, rel=0.35)
