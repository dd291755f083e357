"""Reads go to replicas, writes to the primary: what a number of replicas carries, and how fast.

A primary and its replicas are equal servers with some cores. A request that writes is executed by
the primary and then applied by *every* replica, at a share of the cost of executing it. A request
that reads goes to one replica at random. If the primary takes reads as well, they are divided so
that all servers are equally busy, or as nearly as can be. Without a replica it does everything.

What the servers carry is arithmetic. How long a read takes is simulated: on each server, reads and
writes come at random (Poisson), wait in one line and take the first core that is free, for an
exponential time.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import log, power
from scalelab.kernels.heap import replace
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

ALL_UP, AFTER_FAILURE = 0, 1
STATES = 2
# Nearer to its limit than this a line grows for longer than any run here lasts.
NEARLY_FULL = 0.97
HORIZON_YEARS = 5.0


class Costs(NamedTuple):
    """Work of one request in ms of a core; ``apply`` is what a write costs each replica."""

    read: float
    write: float
    apply: float


class Draws(NamedTuple):
    """What chance decides on one server, the same for every number of replicas.

    Of each request: the time since the one before and its work (in means), and a number from 0 to 1
    that decides if it reads.
    """

    gap: Floats
    work: Floats
    kind: Floats


@kernel
def drawn(n: int, seed: int) -> Draws:
    state = generator(seed)
    gap = np.empty(n)
    work = np.empty(n)
    kind = np.empty(n)
    for i in range(n):
        gap[i] = exponential(state, 1.0)
        work[i] = exponential(state, 1.0)
        kind[i] = uniform(state)
    return Draws(gap, work, kind)


@kernel
def ceiling(
    serving: int, write_share: float, costs: Costs, capacity: float, primary_reads: int
) -> float:
    """Requests/s at which the first server has ``capacity`` to do (ms of its cores a second)."""
    reads = (1.0 - write_share) * costs.read
    writes = write_share * costs.write
    applies = write_share * costs.apply
    if serving == 0:
        return capacity / (reads + writes)
    if primary_reads == 1:
        spread = (serving + 1) * capacity / (reads + writes + serving * applies)
    else:
        spread = serving * capacity / (reads + serving * applies)
    return min(spread, capacity / writes)


@kernel
def reads_at_primary(serving: int, write_share: float, costs: Costs, primary_reads: int) -> float:
    """Share of the reads that the primary takes."""
    if serving == 0:
        return 1.0
    if primary_reads == 0:
        return 0.0
    reads = (1.0 - write_share) * costs.read
    spare = reads / serving - write_share * (costs.write - costs.apply)
    return max(spare / (reads * (1.0 + 1.0 / serving)), 0.0)


@kernel
def read_times(
    times: Floats,
    begin: int,
    draws: Draws,
    first: int,
    n: int,
    read_rate: float,
    write_rate: float,
    read_ms: float,
    write_ms: float,
    cores: int,
) -> int:
    """Requests ``first`` to ``first + n`` on one server: what each read took, from ``begin`` on.

    Rates a second. The first fifth does not count. Returns where the filled part of ``times`` ends.
    """
    free = np.zeros(cores)
    rate = (read_rate + write_rate) * 1e-3
    read_share = read_rate / (read_rate + write_rate)
    warm_up = first + n // 5
    now = 0.0
    end = begin
    for i in range(first, first + n):
        now += draws.gap[i] / rate
        wait = max(free[0] - now, 0.0)
        reads = draws.kind[i] < read_share
        time = wait + draws.work[i] * (read_ms if reads else write_ms)
        replace(free, now + time)
        if reads and i >= warm_up:
            times[end] = time
            end += 1
    return end


@kernel
def response(
    row: Floats,
    times: Floats,
    replica: Draws,
    primary: Draws,
    serving: int,
    at_primary: float,
    read_rate: float,
    write_rate: float,
    costs: Costs,
    cores: int,
    n_requests: int,
    n_runs: int,
) -> None:
    """Mean and p99 of all reads, p99 of the lowest and of the highest run (ms), into ``row``.

    The replicas are alike, so one of them stands for all. The runs of replica and primary are as
    long as their shares of the reads make them.
    """
    # Requests that come to a server while one read comes to all of them.
    of_replica = 0.0
    if serving > 0:
        of_replica = 1.0 - at_primary + serving * write_rate / read_rate
    of_primary = 0.0
    if at_primary > 0.0:
        of_primary = at_primary + write_rate / read_rate
    reads = n_requests / (of_replica + of_primary)
    end = 0
    row[2] = np.inf
    for run in range(n_runs):
        begin = end
        first = run * n_requests
        if serving > 0:
            end = read_times(
                times, end, replica, first, int(reads * of_replica),
                read_rate * (1.0 - at_primary) / serving, write_rate, costs.read, costs.apply,
                cores,
            )  # fmt: skip
        if at_primary > 0.0:
            end = read_times(
                times, end, primary, first, int(reads * of_primary), read_rate * at_primary,
                write_rate, costs.read, costs.write, cores,
            )  # fmt: skip
        of_run = 0.0
        if end > begin:
            of_run = kth_smallest(times[begin:end], int(0.99 * (end - begin)))
        row[2] = min(row[2], of_run)
        row[3] = max(row[3], of_run)
    if end == 0:
        return
    for i in range(end):
        row[0] += times[i] / end
    row[1] = kth_smallest(times[:end], int(0.99 * end))


@kernel
def read_write_split(
    request_rate: float,
    write_share: float,
    replicas: int,
    failed: int,
    primary_reads: int,
    read_ms: float,
    write_ms: float,
    apply_share: float,
    cores: int,
    target: float,
    growth: float,
    fewest: int,
    most: int,
    n_requests: int,
    n_runs: int,
    seed: int,
) -> Table:
    """For ``fewest`` to ``most`` replicas one row while all are up, then the same with ``failed``.

    ``target`` is the utilisation that no server shall exceed, ``growth`` of the requests in a year.
    A run has ``n_requests`` on one server.

    Columns: state, replicas, those of them that serve, requests/s carried, what the last replica
    added to them, times what one server carries, utilisation of the primary and of a replica (0
    without one; over 1: more than it can do), share of the reads that go to the primary, mean and
    p99 of a read, p99 of the lowest and of the highest run (ms), 1 in the rows of ``replicas``, 1
    if ``request_rate`` is carried, 1 if reads have a p99, requests/s that the writes alone allow,
    months until then, 1 if that time comes, shards after five years, ``request_rate`` and
    ``target`` again, utilisation of the busiest server that reads, and that of a replica by
    applying writes alone.
    """
    costs = Costs(read_ms, write_ms, apply_share * write_ms)
    available = cores * 1e3
    capacity = target * available
    write_rate = write_share * request_rate
    read_rate = request_rate - write_rate
    written = write_rate * write_ms / available
    most_written = capacity / (write_share * write_ms)
    factor = power(1.0 + growth, HORIZON_YEARS)
    months = 0.0
    yearly = log(1.0 + growth)
    if written < target and yearly > 0.0:
        months = 12.0 * log(target / written) / yearly
    comes = written >= target or yearly > 0.0

    replica = drawn(n_requests * n_runs, seed)
    primary = drawn(n_requests * n_runs, seed + 1)
    times = np.empty(n_requests * n_runs)
    known = np.zeros((most + 1, 4))
    done = np.zeros(most + 1)
    rows = most - fewest + 1
    table = np.zeros((STATES * rows, 24))
    alone = ceiling(0, write_share, costs, capacity, primary_reads)
    for state in range(STATES):
        for n in range(fewest, most + 1):
            row = table[state * rows + n - fewest]
            serving = max(n - failed, 0) if state == AFTER_FAILURE else n
            row[0] = state
            row[1] = n
            row[2] = serving
            row[3] = ceiling(serving, write_share, costs, capacity, primary_reads)
            row[4] = row[3]
            if serving > 0:
                row[4] -= ceiling(serving - 1, write_share, costs, capacity, primary_reads)
            row[5] = row[3] / alone
            at_primary = reads_at_primary(serving, write_share, costs, primary_reads)
            row[6] = written + at_primary * read_rate * read_ms / available
            if serving > 0:
                of_reads = (1.0 - at_primary) * read_rate * read_ms / serving
                row[7] = (of_reads + write_rate * costs.apply) / available
            row[8] = at_primary
            read_by = row[7] if serving > 0 else 0.0
            if at_primary > 0.0:
                read_by = max(read_by, row[6])
            if read_by <= NEARLY_FULL:
                if done[serving] == 0:
                    response(
                        known[serving], times, replica, primary, serving, at_primary, read_rate,
                        write_rate, costs, cores, n_requests, n_runs,
                    )  # fmt: skip
                    done[serving] = 1
                for i in range(4):
                    row[9 + i] = known[serving, i]
            row[13] = n == replicas
            row[14] = row[3] >= request_rate
            row[15] = row[10] > 0.0
            row[16] = most_written
            row[17] = months
            row[18] = comes
            row[19] = max(np.ceil(written * factor / target - 1e-9), 1.0)
            row[20] = request_rate
            row[21] = target
            row[22] = read_by
            row[23] = write_rate * costs.apply / available if serving > 0 else 0.0
    return table
