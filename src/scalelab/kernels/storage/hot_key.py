"""One key takes a share of all requests: how busy is the busiest shard, and what helps?

The work of a request is the unit, so all loads are shares of the requests that come. The other keys
are many and small, and spread evenly. Loads are expected values; chance decides only where the
parts of the hot key are: each goes where its hash says, and two can land on the same shard.
"""

import numpy as np

from scalelab.kernels.hashing import hashed
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.select import kth_smallest

NOTHING, WEIGHT, SPLIT, COPY, CACHE = 0, 1, 2, 3, 4
REMEDIES = 5
BY_HASH, APART = 0, 1
LARGEST_SHARE = 0.5  # of the curve
RARE = 0.05  # of the placements are above the band, and as many below
SCANNED, HALVINGS = 400, 40  # steps of the search for the share that a remedy can carry


@kernel
def most_on_one_shard(parts: int, shards: int, salt: int) -> int:
    """Parts of the key on the shard that has the most of them, placed by their hash."""
    held = np.zeros(shards, np.int64)
    most = 0
    for part in range(parts):
        shard = int(hashed(part, salt) % np.uint64(shards))
        held[shard] += 1
        most = max(most, held[shard])
    return most


@kernel
def crowding(parts: int, shards: int, placement: int, n_runs: int, seed: int) -> Floats:
    """The most parts on one shard, in each of ``n_runs`` placements."""
    most = np.empty(n_runs)
    for run in range(n_runs):
        if placement == APART:
            most[run] = (parts + shards - 1) // shards
        else:
            most[run] = most_on_one_shard(parts, shards, seed * n_runs + run)
    return most


@kernel
def misses(reads: float, servers: int, cache_s: float, request_rate: float) -> float:
    """Share of all requests that are reads of the key which no server's cache answers.

    ``reads`` is the share that are reads of the key. Each server keeps the value for ``cache_s``
    after it has fetched it, then the next read fetches it again.
    """
    return reads / (1.0 + reads * request_rate / servers * cache_s)


@kernel
def busiest(
    remedy: int,
    share: float,
    shards: int,
    read_share: float,
    parts: int,
    most: float,
    missed: float,
) -> float:
    """Load of the busiest shard as a share of the requests that come.

    ``most`` parts of the key are on one shard; ``missed`` is what `misses` says.
    """
    others = (1.0 - share) / shards
    reads = share * read_share
    writes = share - reads
    if remedy == WEIGHT:
        return max(1.0 / shards, share)
    if remedy == SPLIT:
        return others + most * (writes / parts + reads)
    if remedy == COPY:
        return others + most * (reads / parts + writes)
    if remedy == CACHE:
        return others + writes + missed
    return others + share


@kernel
def work(remedy: int, share: float, read_share: float, parts: int, missed: float) -> float:
    """Load of all shards together as a multiple of the requests that come."""
    reads = share * read_share
    if remedy == SPLIT:
        return 1.0 + reads * (parts - 1)
    if remedy == COPY:
        return 1.0 + (share - reads) * (parts - 1)
    if remedy == CACHE:
        return 1.0 - reads + missed
    return 1.0


@kernel
def carries(
    remedy: int,
    shards: int,
    read_share: float,
    utilisation: float,
    parts: int,
    most: float,
    cache_s: float,
    servers: int,
    request_rate: float,
) -> float:
    """The share that the key can have until the busiest shard has more to do than it can.

    ``most`` may be a mean: the load is linear in it.
    """
    capacity = 1.0 / (utilisation * shards)
    low = 0.0
    high = 1.0
    # With a cache the load can fall again later on: so the first crossing is bracketed first.
    for i in range(1, SCANNED + 1):
        high = i / SCANNED
        missed = misses(high * read_share, servers, cache_s, request_rate)
        if busiest(remedy, high, shards, read_share, parts, most, missed) > capacity:
            break
        low = high
    if low == 1.0:
        return 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        missed = misses(middle * read_share, servers, cache_s, request_rate)
        if busiest(remedy, middle, shards, read_share, parts, most, missed) > capacity:
            high = middle
        else:
            low = middle
    return low


@kernel
def hot_key(
    remedies: int,
    share: float,
    shards: int,
    read_share: float,
    utilisation: float,
    parts: int,
    placement: int,
    cache_s: float,
    servers: int,
    request_rate: float,
    n_runs: int,
    n_points: int,
    seed: int,
) -> Table:
    """For each remedy whose bit is set in ``remedies``: ``n_points`` rows over the share of the hot
    key, then one row for ``share``.

    Columns: remedy, share, utilisation of the busiest shard (mean over the placements, and the
    values that one placement in twenty is below and above), its load as a multiple of the mean
    load of a shard without remedy, work of all shards as a multiple of that without remedy,
    utilisation of all shards, the share that the remedy can carry, 1 in the row of ``share``.
    """
    chosen = 0
    for remedy in range(REMEDIES):
        chosen += remedies >> remedy & 1
    table = np.zeros((chosen * (n_points + 1), 10))
    crowds = crowding(parts, shards, placement, n_runs, seed)
    mean = crowds.mean()
    low = kth_smallest(crowds, int(RARE * n_runs))
    high = kth_smallest(crowds, n_runs - 1 - int(RARE * n_runs))
    row = 0
    for remedy in range(REMEDIES):
        if not remedies >> remedy & 1:
            continue
        carried = carries(
            remedy, shards, read_share, utilisation, parts, mean, cache_s, servers, request_rate
        )
        for i in range(n_points + 1):
            x = share
            if i < n_points:
                x = LARGEST_SHARE * i / max(n_points - 1, 1)
            missed = misses(x * read_share, servers, cache_s, request_rate)
            table[row, 0] = remedy
            table[row, 1] = x
            for column, most in ((2, mean), (3, low), (4, high)):
                load = busiest(remedy, x, shards, read_share, parts, most, missed)
                table[row, column] = utilisation * shards * load
            table[row, 5] = table[row, 2] / utilisation
            table[row, 6] = work(remedy, x, read_share, parts, missed)
            table[row, 7] = utilisation * table[row, 6]
            table[row, 8] = carried
            table[row, 9] = i == n_points
            row += 1
    return table
