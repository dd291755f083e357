"""How long writes and reads take across regions, and when a write is seen where.

A message between two regions takes half of their round trip, at random a little more, and what
the machines at its ends need: a steady time, or one drawn from a mixture of a Pareto and an
exponential law, which differs for the writes on their way (they end on a disk) and for all other
messages. The four messages of a write and a read (write, acknowledgement, read request, response)
are the WARS model of Bailis et al., PVLDB 5(8) 2012.
"""

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.storage.consistency import REGIONS, quantile, replicas_of

LEADER, LEADERLESS, LOCAL = 0, 1, 2
COPIES = 3  # in each region, with local quorums
STEADY, SSD, DISK, YMMR = 0, 1, 2, 3
# Share of the Pareto part, its least value (ms), 1/shape, mean of the exponential part (ms).
FAST = (0.9122, 0.235, 1.0 / 10.0, 1.0 / 1.66)
DISK_WRITE = (0.38, 1.05, 1.0 / 1.51, 1.0 / 0.183)
YMMR_WRITE = (0.939, 3.0, 1.0 / 3.35, 1.0 / 0.0028)
YMMR_OTHER = (0.982, 1.5, 1.0 / 3.8, 1.0 / 0.0217)
WRITE_LAW, OTHER_LAW = 0, 4
TIMES = (
    0.0, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0,
    120.0, 150.0, 200.0, 300.0, 500.0, 1000.0, 1500.0, 2000.0, 3000.0,
)  # fmt: skip
N_TIMES = 26


@kernel
def published_laws(law: int, local_ms: float) -> Floats:
    """Parameters of the writes' law, then those of the other messages'."""
    laws = np.zeros(8)
    for at in (WRITE_LAW, OTHER_LAW):
        laws[at] = 1.0
        laws[at + 1] = 0.5 * local_ms
    if law != STEADY:
        for i in range(4):
            laws[WRITE_LAW + i] = FAST[i]
            laws[OTHER_LAW + i] = FAST[i]
            if law == DISK:
                laws[WRITE_LAW + i] = DISK_WRITE[i]
            if law == YMMR:
                laws[WRITE_LAW + i] = YMMR_WRITE[i]
                laws[OTHER_LAW + i] = YMMR_OTHER[i]
    return laws


@step
def message(state: Words, way: float, jitter: float, laws: Floats, at: int) -> float:
    """Time that one message takes over a ``way`` of so many ms."""
    time = way
    if way > 0.0 and jitter > 0.0:
        time += exponential(state, way * jitter)
    share = laws[at]
    if share < 1.0 and uniform(state) >= share:
        return float(time + exponential(state, laws[at + 3]))
    if laws[at + 2] > 0.0:
        return float(time + laws[at + 1] * power(uniform(state), -laws[at + 2]))
    return float(time + laws[at + 1])


@kernel
def one_way(
    together: int, round_trip_01: float, round_trip_02: float, round_trip_03: float,
    round_trip_04: float, round_trip_12: float, round_trip_13: float, round_trip_14: float,
    round_trip_23: float, round_trip_24: float, round_trip_34: float,
) -> Table:  # fmt: skip
    """Halves of the round trips; all 0 in one data centre."""
    ways = np.zeros((REGIONS, REGIONS))
    if together == 1:
        return ways
    given = (
        round_trip_01, round_trip_02, round_trip_03, round_trip_04, round_trip_12, round_trip_13,
        round_trip_14, round_trip_23, round_trip_24, round_trip_34,
    )  # fmt: skip
    pair = 0
    for a in range(REGIONS):
        for b in range(a + 1, REGIONS):
            ways[a, b] = 0.5 * given[pair]
            ways[b, a] = ways[a, b]
            pair += 1
    return ways


@kernel
def places(mode: int, leader: int, n_replicas: int, ways: Table) -> Ints:
    """The region of each replica: the leader's, then those nearest to it."""
    order = replicas_of(leader, ways)
    copies = COPIES if mode == LOCAL else 1
    where = np.empty(n_replicas * copies, np.int64)
    for i in range(where.size):
        where[i] = order[i // copies]
    return where


@kernel
def homes(mode: int, where: Ints, ways: Table) -> Ints:
    """For the clients of each region, the region whose replicas count; -1 for all of them."""
    home = np.full(REGIONS, -1)
    if mode == LOCAL:
        for c in range(REGIONS):
            home[c] = where[0]
            for i in range(where.size):
                # At the same distance, a client's own region before another's.
                if ways[c, where[i]] < ways[c, home[c]] or where[i] == c:
                    home[c] = where[i]
    return home


@kernel
def write(
    state: Words, mode: int, client: int, home: int, where: Ints, ways: Table, k_w: int,
    jitter: float, laws: Floats, followed: bool, arrived: Floats, scratch: Floats,
) -> float:  # fmt: skip
    """Time until a write is acknowledged; ``arrived`` gets when each replica has it.

    A write that is not ``followed`` is drawn only as far as its acknowledgement needs.
    """
    source = client
    start = 0.0
    if mode == LEADER:
        source = where[0]
        start = message(state, ways[client, source], jitter, laws, WRITE_LAW)
    asked = 0
    for i in range(where.size):
        way = ways[source, where[i]]
        if mode == LEADER and i == 0:
            arrived[0] = start  # and no acknowledgement is on its way
            scratch[asked] = start
            asked += 1
            continue
        counts = home < 0 or where[i] == home
        if counts or followed:
            arrived[i] = start + message(state, way, jitter, laws, WRITE_LAW)
        if counts:
            scratch[asked] = arrived[i] + message(state, way, jitter, laws, OTHER_LAW)
            asked += 1
    done = kth_smallest(scratch[:asked], min(k_w, asked) - 1)
    if mode == LEADER:
        done += message(state, ways[source, client], jitter, laws, OTHER_LAW)
    return done


@kernel
def read(
    state: Words, client: int, home: int, where: Ints, ways: Table, k_r: int, jitter: float,
    laws: Floats, reached: Floats, answered: Floats, scratch: Floats,
) -> float:  # fmt: skip
    """Time until ``k_r`` replicas have answered.

    ``reached`` gets when the request is at each replica, ``answered`` when the answer is back
    (infinity for one that is not asked).
    """
    asked = 0
    for i in range(where.size):
        answered[i] = np.inf
        if home < 0 or where[i] == home:
            way = ways[client, where[i]]
            reached[i] = message(state, way, jitter, laws, OTHER_LAW)
            answered[i] = reached[i] + message(state, way, jitter, laws, OTHER_LAW)
            scratch[asked] = answered[i]
            asked += 1
    return kth_smallest(scratch[:asked], min(k_r, asked) - 1)


@kernel
def unseen(
    arrived: Floats, written: float, reached: Floats, answered: Floats, until: float
) -> float:
    """For how long after its acknowledgement this read would not see this write; 0 if not at all.

    A read that starts t after it sees the write if one of the answers that are there ``until``
    then is from a replica that the request reached later than the write did.
    """
    least = np.inf
    for i in range(arrived.size):
        if answered[i] <= until:
            least = min(least, arrived[i] - reached[i] - written)
    return max(0.0, least)


@kernel
def trials(
    mode: int, place: int, leader: int, n_replicas: int, k_w: int, k_r: int, writer: int,
    reader: int, jitter: float, laws: Floats, round_trip_01: float, round_trip_02: float,
    round_trip_03: float, round_trip_04: float, round_trip_12: float, round_trip_13: float,
    round_trip_14: float, round_trip_23: float, round_trip_24: float, round_trip_34: float,
    n_trials: int, seed: int,
) -> Table:  # fmt: skip
    """For each trial: time of the write, time of the read, and for how long it is not seen (ms)."""
    ways = one_way(
        place, round_trip_01, round_trip_02, round_trip_03, round_trip_04, round_trip_12,
        round_trip_13, round_trip_14, round_trip_23, round_trip_24, round_trip_34,
    )  # fmt: skip
    where = places(mode, leader, n_replicas, ways)
    home = homes(mode, where, ways)
    arrived, reached = np.zeros(where.size), np.zeros(where.size)
    answered, scratch = np.zeros(where.size), np.zeros(where.size)
    table = np.zeros((n_trials, 3))
    state = generator(seed)
    for i in range(n_trials):
        table[i, 0] = write(
            state,
            mode,
            writer,
            home[writer],
            where,
            ways,
            k_w,
            jitter,
            laws,
            True,
            arrived,
            scratch,
        )
        table[i, 1] = read(
            state, reader, home[reader], where, ways, k_r, jitter, laws, reached, answered, scratch
        )
        table[i, 2] = unseen(arrived, table[i, 0], reached, answered, table[i, 1])
    return table


@kernel
def missed(rate: float, newest: float) -> float:
    """Probability that the newest write, of a Poisson stream, is younger than ``newest`` ms."""
    return 1.0 - exp(-rate * newest)


@kernel
def missed_two(rate: float, newest: float, second: float) -> float:
    """And that the one before it is younger than ``second`` ms."""
    both = min(newest, second)
    return max(0.0, 1.0 - exp(-rate * both) - rate * both * exp(-rate * second))


@kernel
def consistency(
    mode: int, place: int, leader: int, n_replicas: int, k_w: int, k_r: int, writer: int,
    reader: int, jitter: float, law: int, changes: float, local_ms: float, round_trip_01: float,
    round_trip_02: float, round_trip_03: float, round_trip_04: float, round_trip_12: float,
    round_trip_13: float, round_trip_14: float, round_trip_23: float, round_trip_24: float,
    round_trip_34: float, n_trials: int, n_runs: int, seed: int,
) -> Table:  # fmt: skip
    """For the clients of each region, a row for each of `TIMES` since a write from ``writer``.

    Columns: region, time since the acknowledgement (ms), share of reads that see the write, that
    of the lowest and of the highest run, p50 and p99 of reads and then of writes from the region
    (ms), time after which 99 % of reads see the write (ms), share of reads that miss the newest
    of ``changes`` a second at random moments, share that miss the newest two, 1 for ``reader``.
    """
    ways = one_way(
        place, round_trip_01, round_trip_02, round_trip_03, round_trip_04, round_trip_12,
        round_trip_13, round_trip_14, round_trip_23, round_trip_24, round_trip_34,
    )  # fmt: skip
    laws = published_laws(law, local_ms)
    where = places(mode, leader, n_replicas, ways)
    home = homes(mode, where, ways)
    size = where.size
    n = n_trials * n_runs
    writes, reads, hidden = np.zeros((REGIONS, n)), np.zeros((REGIONS, n)), np.zeros((REGIONS, n))
    stale, staler = np.zeros(REGIONS), np.zeros(REGIONS)
    arrived = np.zeros((2, size))  # of this write and of the one before it
    elsewhere, reached = np.zeros(size), np.zeros(size)
    answered, scratch = np.zeros(size), np.zeros(size)
    state = generator(seed)
    rate = changes / 1000.0
    before = write(
        state,
        mode,
        writer,
        home[writer],
        where,
        ways,
        k_w,
        jitter,
        laws,
        True,
        arrived[1],
        scratch,
    )
    for i in range(n):
        now = i % 2
        for c in range(REGIONS):
            followed = c == writer
            into = arrived[now] if followed else elsewhere
            writes[c, i] = write(
                state,
                mode,
                c,
                home[c],
                where,
                ways,
                k_w,
                jitter,
                laws,
                followed,
                into,
                scratch,
            )
        written = writes[writer, i]
        for c in range(REGIONS):
            until = read(
                state, c, home[c], where, ways, k_r, jitter, laws, reached, answered, scratch
            )
            reads[c, i] = until
            newest = unseen(arrived[now], written, reached, answered, until)
            second = unseen(arrived[1 - now], before, reached, answered, until)
            hidden[c, i] = newest
            if newest > 0.0:
                stale[c] += missed(rate, newest)
                staler[c] += missed_two(rate, newest, second)
        before = written
    table = np.zeros((REGIONS * N_TIMES, 13))
    for c in range(REGIONS):
        read_p50, read_p99 = quantile(reads[c], 0.5), quantile(reads[c], 0.99)
        write_p50, write_p99 = quantile(writes[c], 0.5), quantile(writes[c], 0.99)
        for j in range(N_TIMES):
            row = c * N_TIMES + j
            total, lowest, highest = 0, n_trials, 0
            for run in range(n_runs):
                seen = 0
                for i in range(run * n_trials, (run + 1) * n_trials):
                    seen += hidden[c, i] <= TIMES[j]
                total += seen
                lowest = min(lowest, seen)
                highest = max(highest, seen)
            table[row, 0] = c
            table[row, 1] = TIMES[j]
            table[row, 2] = total / n
            table[row, 3] = lowest / n_trials
            table[row, 4] = highest / n_trials
            table[row, 5] = read_p50
            table[row, 6] = read_p99
            table[row, 7] = write_p50
            table[row, 8] = write_p99
            table[row, 10] = stale[c] / n
            table[row, 11] = staler[c] / n
            table[row, 12] = c == reader
        # Last, since it reorders the trials of all runs.
        visible = quantile(hidden[c], 0.99)
        for j in range(N_TIMES):
            table[c * N_TIMES + j, 9] = visible
    return table
