"""Limits that are written down once: a pool of workers, a pool of connections, one machine.

Requests come at random and wait for one of the workers, in the order in which they come; if the
line is full they are refused. With its worker a request has work for a vCPU, a wait for other
services, during which the worker does nothing else, then a connection to the database, work for a
vCPU there, a wait for the disk, and work for a vCPU again. Connections are waited for in order too,
and who waits too long gives up and has failed. Whoever has work for a vCPU shares them with all
others who do. Times in milliseconds, all drawn from exponential laws.

All that is chance is drawn before: each pool size is tried with the same requests. On the vCPUs all
go on at one speed, so that a virtual clock and a heap find who is done first, as in
`scalelab.kernels.queueing.processor_sharing`.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.heap import pop, push
from scalelab.kernels.jit import Floats, Table, kernel, step
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.select import kth_smallest

# Which of the limits the sizes are for.
OF_WORKERS, OF_CONNECTIONS, OF_VCPUS = range(3)
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
# Columns of `requests`.
GAP, FIRST, AWAY, QUERY, IO, LAST = range(6)
# What a request is about to do.
HOLD, WORK_FIRST, GO_AWAY, CONNECT, WORK_QUERY, WAIT_IO, RELEASE, WORK_LAST, LEAVE = range(9)
# Instead of a response time.
REFUSED_ONE, TIMED_OUT_ONE, STILL_THERE = -1.0, -2.0, -3.0
NEVER = 1e300
# Integrals over the time that is looked at, that time and when it begins; and of the whole run how
# many found no worker, and no connection, free.
RUNNING, BUSY_VCPUS, WORKING, CONNECTED, IDLE, SPAN, BEGIN, NO_WORKER, NO_CONNECTION = range(9)
# What is full first: what comes itself, the vCPUs, the workers, the connections.
NOTHING, VCPUS_FULL, WORKERS_FULL, CONNECTIONS_FULL = range(4)

SIZE, WORKERS, CONNECTIONS, VCPUS, DONE, MEAN, P99, REFUSED, TIMED_OUT = range(9)
BUSY, IDLE_WHILE_WAITED, RUNNABLE, WORKERS_USED, CONNECTIONS_USED = range(9, 14)
FOR_WORKER, FOR_CONNECTION, LIMIT, FULL_FIRST, HERE = range(14, 19)
WIDTH = 19


class Limits(NamedTuple):
    """The machine and what is written down; ``timeout`` in milliseconds, or `NEVER`."""

    vcpus: int
    workers: int
    backlog: int
    connections: int
    whole: bool  # a connection is held from begin to end
    timeout: float
    switching: float  # what each one more than there are vCPUs adds to all work


class Means(NamedTuple):
    """Of a request, milliseconds."""

    first: float
    away: float
    query: float
    io: float
    last: float


@kernel
def requests(rate: float, means: Means, n: int, seed: int) -> Table:
    """``n`` of them: time since the one before, and each one's work and waits."""
    drawn = np.zeros((n, 6))
    chance = generator(seed)
    for i in range(n):
        drawn[i, GAP] = exponential(chance, 1000.0 / rate)
        drawn[i, FIRST] = exponential(chance, means.first)
        drawn[i, AWAY] = exponential(chance, means.away)
        drawn[i, QUERY] = exponential(chance, means.query)
        drawn[i, IO] = exponential(chance, means.io)
        drawn[i, LAST] = exponential(chance, means.last)
    return drawn


@step
def speed_of(running: int, vcpus: int, switching: float) -> float:
    """How fast each goes on, of those that have work for a vCPU."""
    if running <= vcpus:
        return 1.0
    return vcpus / (running * (1.0 + switching * (running - vcpus)))


@kernel
def run(drawn: Table, limits: Limits, warm_up: int, took: Floats, waits: Table) -> Floats:
    """Until the last request comes. Integrals from request ``warm_up`` on.

    ``took``: of each request its response time, or `REFUSED_ONE` and so on. ``waits``: its waits
    for a worker and for a connection.
    """
    n = took.size
    done, doing = np.empty(n), np.empty(n, np.int64)  # at the vCPUs, by virtual time
    back, waiting = np.empty(n), np.empty(n, np.int64)  # elsewhere, by time
    running, elsewhere = 0, 0
    line, line_head, line_tail = np.empty(n, np.int64), 0, 0
    asks, asks_head, asks_tail = np.empty(n, np.int64), 0, 0
    came, stage = np.empty(n), np.zeros(n, np.int64)
    todo, left = np.empty(n, np.int64), 0
    free_workers, free_connections = limits.workers, limits.connections
    sums = np.zeros(9)
    now, virtual = 0.0, 0.0
    took[:] = STILL_THERE
    waits[:] = 0.0
    read = 0
    due = drawn[0, GAP]
    while read < n:
        speed = speed_of(running, limits.vcpus, limits.switching)
        ends = now + max(done[0] - virtual, 0.0) / speed if running > 0 else NEVER
        returns = back[0] if elsewhere > 0 else NEVER
        gives_up = NEVER
        if asks_head < asks_tail:
            # Who asked first gives up first.
            gives_up = waits[asks[asks_head], 1] + limits.timeout
        then = min(min(ends, returns), min(gives_up, due))
        if read > warm_up:
            span = then - now
            busy = min(running, limits.vcpus)
            sums[SPAN] += span
            sums[RUNNING] += running * span
            sums[BUSY_VCPUS] += busy * span
            sums[WORKING] += (limits.workers - free_workers) * span
            sums[CONNECTED] += (limits.connections - free_connections) * span
            if line_tail > line_head or asks_tail > asks_head:
                sums[IDLE] += (limits.vcpus - busy) * span
        virtual += speed * (then - now)
        now = then
        if then == ends:
            todo[left] = doing[0]
            left += 1
            virtual = done[0]
            pop(done, doing, running)
            running -= 1
        elif then == returns:
            todo[left] = waiting[0]
            left += 1
            pop(back, waiting, elsewhere)
            elsewhere -= 1
        elif then == gives_up:
            who = asks[asks_head]
            asks_head += 1
            waits[who, 1] = now - waits[who, 1]
            took[who] = TIMED_OUT_ONE
            free_workers += 1
        else:
            who = read
            came[who] = now
            read += 1
            if read == warm_up + 1:
                sums[BEGIN] = now
            if read < n:
                due = now + drawn[read, GAP]
            if free_workers == 0:
                sums[NO_WORKER] += 1.0
            if free_workers == 0 and line_tail - line_head >= limits.backlog:
                took[who] = REFUSED_ONE
            else:
                line[line_tail] = who
                line_tail += 1
        while True:
            if left == 0:
                if free_workers == 0 or line_head == line_tail:
                    break
                free_workers -= 1
                who = line[line_head]
                line_head += 1
                waits[who, 0] = now - came[who]
            else:
                left -= 1
                who = todo[left]
            # On until it has to wait for something.
            while True:
                at = stage[who]
                stage[who] = at + 1
                if at in (WORK_FIRST, WORK_QUERY, WORK_LAST):
                    size = drawn[who, FIRST]
                    if at == WORK_QUERY:
                        size = drawn[who, QUERY]
                    elif at == WORK_LAST:
                        size = drawn[who, LAST]
                    if size > 0.0:
                        if running == 0:
                            virtual = 0.0
                        push(done, doing, running, virtual + size, who)
                        running += 1
                        break
                elif at in (GO_AWAY, WAIT_IO):
                    time = drawn[who, AWAY if at == GO_AWAY else IO]
                    if time > 0.0:
                        push(back, waiting, elsewhere, now + time, who)
                        elsewhere += 1
                        break
                elif at in (HOLD, CONNECT):
                    if limits.whole == (at == HOLD):
                        if free_connections == 0:
                            sums[NO_CONNECTION] += 1.0
                            waits[who, 1] = now  # when it asks, until it is known how long it waits
                            asks[asks_tail] = who
                            asks_tail += 1
                            break
                        free_connections -= 1
                else:
                    if limits.whole == (at == LEAVE):
                        if asks_head < asks_tail:
                            following = asks[asks_head]
                            asks_head += 1
                            waits[following, 1] = now - waits[following, 1]
                            todo[left] = following
                            left += 1
                        else:
                            free_connections += 1
                    if at == LEAVE:
                        free_workers += 1
                        took[who] = now - came[who]
                        break
    return sums


@kernel
def bound(rate: float, means: Means, limits: Limits) -> tuple[float, int]:
    """(requests/s that can be done at most, which limit it is that is reached first)."""
    work = means.first + means.query + means.last
    held = means.query + means.io
    all_of_it = work + means.away + means.io
    found, which = rate, NOTHING
    if limits.vcpus * 1000.0 < found * work:
        found, which = limits.vcpus * 1000.0 / work, VCPUS_FULL
    if limits.workers * 1000.0 < found * all_of_it:
        found, which = limits.workers * 1000.0 / all_of_it, WORKERS_FULL
    if limits.connections * 1000.0 < found * (all_of_it if limits.whole else held):
        found = limits.connections * 1000.0 / (all_of_it if limits.whole else held)
        which = CONNECTIONS_FULL
    return found, which


@kernel
def put(
    row: Floats, drawn: Table, limits: Limits, warm_up: int, took: Floats, waits: Table,
    finished: Floats,
) -> tuple[bool, bool]:  # fmt: skip
    """Runs the requests, and adds up those that are done in the time that is looked at.

    Returns whether there always was a worker, and a connection, for all that asked.
    """
    sums = run(drawn, limits, warm_up, took, waits)
    n = took.size
    count, refused, failed = 0, 0, 0
    response, for_worker, for_connection, came = 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        came += drawn[i, GAP]
        if i >= warm_up:
            if took[i] == REFUSED_ONE:
                refused += 1
            elif took[i] == TIMED_OUT_ONE:
                failed += 1
        if took[i] >= 0.0 and came + took[i] > sums[BEGIN]:
            finished[count] = took[i]
            count += 1
            response += took[i]
            for_worker += waits[i, 0]
            for_connection += waits[i, 1]
    span = sums[SPAN]
    row[WORKERS] = limits.workers
    row[CONNECTIONS] = limits.connections
    row[VCPUS] = limits.vcpus
    row[DONE] = 1000.0 * count / span
    if count > 0:
        row[MEAN] = response / count
        row[P99] = kth_smallest(finished[:count], (99 * count + 99) // 100 - 1)
        row[FOR_WORKER] = for_worker / count
        row[FOR_CONNECTION] = for_connection / count
    row[REFUSED] = refused / (n - warm_up)
    row[TIMED_OUT] = failed / (n - warm_up)
    row[BUSY] = sums[BUSY_VCPUS] / (span * limits.vcpus)
    row[IDLE_WHILE_WAITED] = sums[IDLE] / (span * limits.vcpus)
    row[RUNNABLE] = sums[RUNNING] / span
    row[WORKERS_USED] = sums[WORKING] / span
    row[CONNECTIONS_USED] = sums[CONNECTED] / span
    return sums[NO_WORKER] == 0.0, sums[NO_CONNECTION] == 0.0


@kernel
def limits(
    which: int, rate: float, vcpus: int, workers: int, connections: int, whole: int,
    timeout_ms: float, backlog: int, application_ms: float, away_ms: float, database_ms: float,
    io_ms: float, switching: float, worker_mb: float, memory_mb: float, warm_up: int, n: int,
    seed: int,
) -> Table:  # fmt: skip
    """A row for each of `SIZES` of one limit, and last one for the three as they are given.

    Columns: the size; workers, connections, vCPUs; requests/s that are done; mean response and
    99th percentile (ms; 0 where none is done); shares of those that come that are refused, and that
    wait too long for a connection; busy share of the vCPUs, and share that is idle while somebody
    waits for a worker or a connection; requests that have work for a vCPU, workers and
    connections in use; waits for a worker and for a connection (ms, of those that are done); bound
    (requests/s), and which limit sets it; 1 for the last row.

    ``which``: of the workers, the connections or the vCPUs. ``timeout_ms`` 0: nobody gives up.
    Half of ``application_ms`` comes before the database and half after it. Of each run the first
    ``warm_up`` of ``n`` requests are not looked at. There are no more workers than fit into
    ``memory_mb``.
    """
    fit = max(1, int(memory_mb / worker_mb)) if worker_mb > 0.0 else n
    means = Means(0.5 * application_ms, away_ms, database_ms, io_ms, 0.5 * application_ms)
    drawn = requests(rate, means, n, seed)
    took, waits, finished = np.empty(n), np.empty((n, 2)), np.empty(n)
    table = np.zeros((len(SIZES) + 1, WIDTH))
    enough = False
    for i in range(len(SIZES) + 1):
        of = np.array([workers, connections, vcpus])
        if i < len(SIZES):
            of[which] = SIZES[i]
        here = Limits(
            of[OF_VCPUS], min(of[OF_WORKERS], fit), backlog, of[OF_CONNECTIONS], whole == 1,
            timeout_ms if timeout_ms > 0.0 else NEVER, switching,
        )  # fmt: skip
        row = table[i]
        row[SIZE] = of[which]
        if enough and i < len(SIZES):
            # More of what nobody lacked changes nothing.
            for column in range(WORKERS, WIDTH):
                row[column] = table[i - 1, column]
            row[WORKERS] = here.workers
            row[CONNECTIONS] = here.connections
        else:
            workers_do, connections_do = put(row, drawn, here, warm_up, took, waits, finished)
            enough = workers_do if which == OF_WORKERS else connections_do
            enough = enough and which != OF_VCPUS
        row[LIMIT], row[FULL_FIRST] = bound(rate, means, here)
        row[HERE] = 1.0 if i == len(SIZES) else 0.0
    return table
