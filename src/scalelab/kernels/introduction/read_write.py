"""What a number of servers carries when they are used as replicas, as caches or as shards.

The work of a request divides differently under each. Replicas share the reads, but each of them
applies all writes. A cache answers a share of the reads, and none of the writes. Shards share
both, but some reads lack the key that says where the row is, and ask every shard. Caches can stand
in front of replicas or of shards: then the servers are divided so that most is carried.

This is arithmetic, not a simulation: the rate at which the first server has no time left. The two
laws that it joins are those of the labs on replication and on storage, and are imported.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.replication.read_write_split import Costs, ceiling
from scalelab.kernels.storage.scatter_gather import SCATTER, busy_share

REPLICAS, CACHE, SHARDS, CACHE_AND_REPLICAS, CACHE_AND_SHARDS = 0, 1, 2, 3, 4
MEANS = 5
# Of these one is chosen first; the others join them.
SINGLE = 3
BY_SERVERS, BY_WRITES = 0, 1
# A server works for this many ms in a second, and a read takes one.
CAPACITY, READ_MS = 1000.0, 1.0
# The axis of the write share: from all requests down to one in a thousand.
DECADES = 3.0


class Mix(NamedTuple):
    """What comes, and what it costs; ``lookup_ms`` of a cache, the rest of a database."""

    write_share: float
    write_ms: float
    apply_share: float
    hit_ratio: float
    lookup_ms: float
    scatter_share: float


@kernel
def databases_carry(kind: int, databases: int, hit_ratio: float, mix: Mix) -> float:
    """Requests/s at which the first database is full, when ``hit_ratio`` of the reads do not come.

    All that are not shards are a primary and its replicas, and all of them read.
    """
    read_ms = (1.0 - hit_ratio) * READ_MS
    if kind in (SHARDS, CACHE_AND_SHARDS):
        reads = (1.0 - mix.write_share) * read_ms
        work = reads + mix.write_share * mix.write_ms
        return 1.0 / busy_share(SCATTER, databases, 1.0, mix.scatter_share * reads / work, work)
    costs = Costs(read_ms, mix.write_ms, mix.apply_share * mix.write_ms)
    return ceiling(databases - 1, mix.write_share, costs, CAPACITY, 1)


@kernel
def caches_carry(caches: int, mix: Mix) -> float:
    """Requests/s at which they are full.

    A read looks up, and stores what it did not find; a write removes what it made old.
    """
    reads = (1.0 - mix.write_share) * (2.0 - mix.hit_ratio)
    return caches * CAPACITY / ((reads + mix.write_share) * mix.lookup_ms)


@kernel
def carry(kind: int, servers: int, mix: Mix) -> tuple[float, int]:
    """Requests/s that all of them carry, and how many are caches.

    Of several ways to divide the servers the one that carries most, and then the fewest caches.
    """
    if kind == CACHE:
        best = databases_carry(kind, 1, 0.0, mix)
    else:
        best = databases_carry(kind, servers, 0.0, mix)
    chosen = 0
    if kind in (REPLICAS, SHARDS):
        return best, chosen
    for caches in range(1, servers):
        databases = 1 if kind == CACHE else servers - caches
        behind = databases_carry(kind, databases, mix.hit_ratio, mix)
        rate = min(caches_carry(caches, mix), behind)
        if rate > best:
            best = rate
            chosen = caches
    return best, chosen


@kernel
def most_gain(kind: int, mix: Mix) -> float:
    """Times one server that no number of servers exceeds; 0 if there is no such ceiling."""
    reads = (1.0 - mix.write_share) * READ_MS
    writes = mix.write_share * mix.write_ms
    if kind in (REPLICAS, CACHE_AND_REPLICAS):
        undivided = writes
    elif kind == CACHE:
        undivided = (1.0 - mix.hit_ratio) * reads + writes
    else:
        missed = 1.0 - mix.hit_ratio if kind == CACHE_AND_SHARDS else 1.0
        undivided = mix.scatter_share * missed * reads
    return (reads + writes) / undivided if undivided > 0.0 else 0.0


@kernel
def fill(rows: Table, view: int, servers: int, mix: Mix) -> None:
    """One row for each of the means."""
    alone = databases_carry(REPLICAS, 1, 0.0, mix)
    best = 0
    for kind in range(MEANS):
        row: Floats = rows[kind]
        rate, caches = carry(kind, servers, mix)
        row[0] = kind
        row[1] = view
        row[2] = servers
        row[3] = mix.write_share
        row[4] = rate
        row[5] = rate / alone
        row[6] = caches
        row[7] = most_gain(kind, mix)
        row[8] = row[7] > 0.0
        if kind < SINGLE and row[4] > rows[best, 4]:
            best = kind
    rows[best, 9] = 1.0


@kernel
def read_write(
    write_share: float,
    servers: int,
    target: float,
    write_cost: float,
    apply_share: float,
    hit_ratio: float,
    lookup_cost: float,
    scatter_share: float,
    fewest: int,
    most: int,
    n_shares: int,
) -> Table:
    """Five rows, one for each of the means, for ``fewest`` to ``most`` servers, then for
    ``servers`` over ``n_shares`` shares of writes.

    ``write_cost`` and ``lookup_cost`` are in reads of a database; ``target`` is how many times one
    server the shop needs.

    Columns: means, what varies (0 the servers, 1 the share of writes), servers, share of writes,
    requests/s carried, times what one server carries, servers that are caches, times one server
    that no number of servers exceeds (0: there is no such ceiling), 1 if there is one, 1 for the
    best of the three that are not joined, 1 in the rows of ``servers`` and ``write_share``, 1 if
    ``target`` is carried, ``target`` again.
    """
    points = most - fewest + 1
    table = np.zeros(((points + n_shares) * MEANS, 13))
    for point in range(points + n_shares):
        view = BY_SERVERS
        number = fewest + point
        share = write_share
        if point >= points:
            view = BY_WRITES
            number = servers
            share = power(10.0, -DECADES * (point - points) / max(n_shares - 1, 1))
        mix = Mix(
            share, write_cost * READ_MS, apply_share, hit_ratio, lookup_cost * READ_MS,
            scatter_share,
        )  # fmt: skip
        rows = table[point * MEANS : (point + 1) * MEANS]
        fill(rows, view, number, mix)
        for kind in range(MEANS):
            row = rows[kind]
            row[10] = view == BY_SERVERS and number == servers
            row[11] = row[5] >= target * (1.0 - 1e-9)
            row[12] = target
    return table
