"""Queries to a table on many shards: by shard key, to every shard, or through a global index.

Queries come at random (Poisson). A share of them do not know the shard key. Each shard serves one
sub-query at a time, in the order in which they come; serving takes an exponential time, of which a
few are ten times as long on average.

*Scatter-gather*: a query without the key asks all shards at once and waits for the slowest.
*Global index*: it asks the shard that holds its entry of the index, and then the shard of the row.

A query by shard key asks one shard, at random. Whoever has waited at a shard as long as the
time-out gives up there.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.elementary import log
from scalelab.kernels.heap import pop, push
from scalelab.kernels.jit import Floats, Ints, Table, kernel, step
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

KEY, SCATTER, GLOBAL = 0, 1, 2
KINDS = 3
SLOWER = 10.0
Bits = NDArray[np.bool_]


class Queries(NamedTuple):
    """What chance decides, the same for every number of shards and either kind of index.

    Of each query: when it comes after the one before (ms), whether it lacks the shard key, and
    where its sub-queries begin in ``work``, which is the time that each takes to serve (ms).
    ``places`` holds two numbers from 0 to 1 for each query, which choose the shard of its row and
    that of its entry in the index.
    """

    gap: Floats
    scatters: Bits
    first: Ints
    work: Floats
    places: Floats


@kernel
def mean_work(service_ms: float, slow_share: float) -> float:
    return service_ms * (1.0 + slow_share * (SLOWER - 1.0))


@kernel
def served(state: NDArray[np.uint64], service_ms: float, slow_share: float) -> float:
    """Time that one sub-query takes to serve; one number decides how slow it is and how long."""
    u = uniform(state)
    if u < slow_share:
        return -SLOWER * service_ms * log(u / slow_share)
    return -service_ms * log((1.0 - u) / (1.0 - slow_share))


@kernel
def drawn(
    n: int,
    most_shards: int,
    rate: float,
    scatter_share: float,
    service_ms: float,
    slow_share: float,
    seed: int,
) -> Queries:
    """``n`` queries, ``rate`` of them a second, for up to ``most_shards`` shards."""
    coming = generator(seed)
    scatters = np.empty(n, np.bool_)
    gap = np.empty(n)
    places = np.empty(2 * n)
    first = np.empty(n, np.int64)
    total = 0
    for i in range(n):
        gap[i] = exponential(coming, 1000.0 / rate)
        scatters[i] = uniform(coming) < scatter_share
        places[2 * i] = uniform(coming)
        places[2 * i + 1] = uniform(coming)
        first[i] = total
        # Through the index there are two, however few shards there are.
        total += max(most_shards, 2) if scatters[i] else 1
    work = np.empty(total)
    serving = generator(seed + 1)
    for i in range(total):
        work[i] = served(serving, service_ms, slow_share)
    return Queries(gap, scatters, first, work, places)


@step
def visit(ready: Floats, shard: int, now: float, work: float, timeout: float) -> float:
    """Time that a sub-query spends at a shard, or -1 if it gives up.

    ``ready`` is when each shard has served all that came before.
    """
    wait = max(ready[shard] - now, 0.0)
    if wait > timeout:
        return -1.0
    ready[shard] = now + wait + work
    return float(wait + work)


@kernel
def scatter_gather_run(
    queries: Queries,
    begin: int,
    end: int,
    shards: int,
    timeout: float,
    start: float,
    spent: Floats,
    gave_up: Bits,
) -> None:
    """Queries ``begin`` to ``end`` without an index: fill in what each spent, and if it gave up.

    ``start`` is when the shards are ready at first. A query of which one part gave up is
    incomplete, and counts as one that gave up; it takes as long as its longest part.
    """
    ready = np.full(shards, start)
    now = 0.0
    for i in range(begin, end):
        now += queries.gap[i]
        first = queries.first[i]
        low = int(queries.places[2 * i] * shards)
        high = low + 1
        if queries.scatters[i]:
            low = 0
            high = shards
        longest = 0.0
        lost = False
        for shard in range(low, high):
            time = visit(ready, shard, now, queries.work[first + shard - low], timeout)
            if time < 0.0:
                time = timeout
                lost = True
            longest = max(longest, time)
        spent[i] = longest
        gave_up[i] = lost


@kernel
def global_index_run(
    queries: Queries,
    begin: int,
    end: int,
    shards: int,
    timeout: float,
    start: float,
    spent: Floats,
    gave_up: Bits,
) -> None:
    """The same with a global index: whoever lacks the key asks one shard and then another."""
    ready = np.full(shards, start)
    times = np.empty(end - begin + 1)
    items = np.empty(end - begin + 1, np.int64)
    waiting = 0  # queries that have found their entry and come to the row's shard later
    now = 0.0
    i = begin
    coming = queries.gap[begin]
    while i < end or waiting > 0:
        if waiting > 0 and (i == end or times[0] <= coming):
            now = times[0]
            query = items[0]
            pop(times, items, waiting)
            waiting -= 1
            second = True
        else:
            now = coming
            query = i
            i += 1
            if i < end:
                coming += queries.gap[i]
            spent[query] = 0.0
            second = not queries.scatters[query]
        work = queries.work[queries.first[query]]
        place = queries.places[2 * query]
        if not second:
            work = queries.work[queries.first[query] + 1]
            place = queries.places[2 * query + 1]
        time = visit(ready, int(place * shards), now, work, timeout)
        gave_up[query] = time < 0.0
        if time < 0.0:
            spent[query] += timeout
            continue
        spent[query] += time
        if not second:
            push(times, items, waiting, now + time, query)
            waiting += 1


@kernel
def busy_share(kind: int, shards: int, rate: float, scatter_share: float, work_ms: float) -> float:
    """Work that comes to a shard over what it can do: over 1 it is overloaded."""
    by_key = rate * (1.0 - scatter_share) / shards
    lacking = rate * scatter_share
    if kind == GLOBAL:
        lacking = 2.0 * lacking / shards
    return (by_key + lacking) * work_ms / 1e3


@kernel
def fill(row: Floats, times: Floats, ends: Ints, lost: int) -> None:
    """Columns 2 to 6 and 9 of a row, from all queries of a kind; reorders ``times``.

    ``ends`` says where each run's queries end. Without any, all stays 0.
    """
    if times.size == 0:
        return
    row[2] = times.mean()
    row[5] = np.inf
    begin = 0
    for run in range(ends.size):
        if ends[run] > begin:
            part = times[begin : ends[run]].copy()
            p99 = kth_smallest(part, int(0.99 * part.size))
            row[5] = min(row[5], p99)
            row[6] = max(row[6], p99)
        begin = ends[run]
    row[3] = kth_smallest(times, times.size // 2)
    row[4] = kth_smallest(times, int(0.99 * times.size))
    row[9] = lost / times.size


@kernel
def scatter_gather(
    request_rate: float,
    scatter_share: float,
    service_ms: float,
    slow_share: float,
    timeout_ms: float,
    shards: int,
    n_points: int,
    n_queries: int,
    n_subqueries: int,
    n_runs: int,
    seed: int,
) -> Table:
    """Three rows, one for each kind of query, for each number of shards: ``shards`` and its
    doubles.

    A run has ``n_queries``, or as many as make ``n_subqueries`` on the largest number of shards if
    that is less; its first fifth does not count.

    Columns: kind, shards, mean, p50, p99, p99 of the lowest and of the highest run (ms),
    utilisation of a shard, queries/s that all shards can do (by shard key: if every query had
    it), share of queries that give up, queries/s that come, 1 if there were any of the kind.
    """
    most = shards << (n_points - 1)
    length = min(n_queries, int(n_subqueries / (1.0 + scatter_share * (most - 1))))
    queries = drawn(
        length * n_runs, most, request_rate, scatter_share, service_ms, slow_share, seed
    )
    spent = np.empty(length * n_runs)
    gave_up = np.empty(length * n_runs, np.bool_)
    times = np.empty((KINDS, length * n_runs))
    ends = np.zeros((KINDS, n_runs), np.int64)
    work_ms = mean_work(service_ms, slow_share)
    table = np.zeros((KINDS * n_points, 12))
    for point in range(n_points):
        n = shards << point
        counted = np.zeros(KINDS, np.int64)
        lost = np.zeros(KINDS, np.int64)
        for index in (SCATTER, GLOBAL):
            busy = busy_share(index, n, request_rate, scatter_share, work_ms)
            # An overloaded shard is started where it settles: its line as long as patience.
            start = timeout_ms if busy >= 1.0 else 0.0
            for run in range(n_runs):
                begin = run * length
                end = begin + length
                if index == SCATTER:
                    scatter_gather_run(queries, begin, end, n, timeout_ms, start, spent, gave_up)
                else:
                    global_index_run(queries, begin, end, n, timeout_ms, start, spent, gave_up)
                for i in range(begin + length // 5, end):
                    kind = index if queries.scatters[i] else KEY
                    # Look-ups by key are those beside the queries that scatter.
                    if kind == index or index == SCATTER:
                        times[kind, counted[kind]] = spent[i]
                        counted[kind] += 1
                        lost[kind] += gave_up[i]
                ends[index, run] = counted[index]
                if index == SCATTER:
                    ends[KEY, run] = counted[KEY]
        for kind in range(KINDS):
            row = table[point * KINDS + kind]
            row[0] = kind
            row[1] = n
            fill(row, times[kind, : counted[kind]], ends[kind], lost[kind])
            row[7] = busy_share(kind, n, request_rate, scatter_share, work_ms)
            lacks = 0.0 if kind == KEY else scatter_share
            row[8] = 1.0 / busy_share(kind, n, 1.0, lacks, work_ms)
            row[10] = request_rate
            row[11] = counted[kind] > 0
    return table
