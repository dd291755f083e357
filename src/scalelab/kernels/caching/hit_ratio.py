"""Hit ratio of any set of eviction policies, at sizes from a few places to most of the catalogue.

The keys are a reader's trace or made here: Zipf popularity, plus objects that are asked for once
and never again, plus sweeps that read the catalogue from end to end, a stretch at a time.
"""

import numpy as np

from scalelab.kernels.caching.eviction import (
    arc,
    belady,
    clock,
    fifo,
    lfu,
    lru,
    random,
    s3_fifo,
    sieve,
    two_q,
    w_tinylfu,
)
from scalelab.kernels.jit import Ints, Table, kernel
from scalelab.kernels.random import generator, shuffle, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity

POLICIES = (
    "FIFO",
    "LRU",
    "LFU",
    "CLOCK",
    "2Q",
    "SIEVE",
    "S3-FIFO",
    "ARC",
    "W-TinyLFU",
    "Random",
    "Belady",
)
# The sizes of a curve: the number of objects halved once, twice, ..., this many times.
HALVINGS = 8


@kernel
def misses(policy: int, keys: Ints, cache_size: int, n_keys: int) -> int:
    """Misses of policy number ``policy`` (of `POLICIES`) on dense ``keys``."""
    if policy == 0:
        return fifo.run(fifo.new(cache_size, n_keys), keys)
    if policy == 1:
        return lru.run(lru.new(cache_size, n_keys), keys)
    if policy == 2:
        return lfu.run(lfu.new(cache_size, n_keys), keys)
    if policy == 3:
        return clock.run(clock.new(cache_size, n_keys), keys)
    if policy == 4:
        return two_q.run(two_q.new(cache_size, n_keys), keys)
    if policy == 5:
        return sieve.run(sieve.new(cache_size, n_keys), keys)
    if policy == 6:
        return s3_fifo.run(s3_fifo.new(cache_size, n_keys), keys)
    if policy == 7:
        return arc.run(arc.new(cache_size, n_keys), keys)
    if policy == 8:
        return w_tinylfu.run(w_tinylfu.new(cache_size, n_keys), keys)
    if policy == 9:
        return random.run(random.new(cache_size, n_keys), keys)
    return belady.run(belady.new(cache_size, n_keys), keys)


@kernel
def shop_keys(
    n_objects: int,
    skew: float,
    n_requests: int,
    one_hit_share: float,
    scan_share: float,
    scan_length: int,
    seed: int,
) -> Ints:
    """Keys of ``n_requests`` requests: 0 .. n_objects - 1 the catalogue, above it one-hit wonders.

    ``one_hit_share`` of the requests ask for an object of their own. ``scan_share`` belong to
    sweeps of ``scan_length`` neighbours in the catalogue, each from where the last one ended.
    """
    state = generator(seed)
    threshold, alias = alias_table(popularity(n_objects, skew))
    # Neighbours in the catalogue are not neighbours in popularity: a random order of the ranks.
    shelf = np.arange(n_objects)
    if scan_share > 0.0:
        shuffle(state, shelf)
    # A sweep starts often enough that sweeps make up scan_share of all requests.
    start = scan_share / (scan_length * (1.0 - scan_share) + scan_share)
    keys = np.empty(n_requests, np.int64)
    fresh = n_objects
    swept = 0
    left = 0
    for i in range(n_requests):
        if left == 0 and scan_share > 0.0 and uniform(state) < start:
            left = scan_length
        if left > 0:
            keys[i] = shelf[swept]
            swept = swept + 1 if swept + 1 < n_objects else 0
            left -= 1
        elif one_hit_share > 0.0 and uniform(state) < one_hit_share:
            keys[i] = fresh
            fresh += 1
        else:
            keys[i] = draw(state, threshold, alias)
    return keys


@kernel
def curve_sizes(n_objects: int, chosen: int) -> Ints:
    """Rising sizes without repeats: ``n_objects`` halved over and over, and ``chosen``."""
    sizes = np.empty(HALVINGS + 1, np.int64)
    count = 0
    placed = False
    for halving in range(HALVINGS, 0, -1):
        size = n_objects >> halving
        if size > chosen and not placed:
            sizes[count] = chosen
            count += 1
            placed = True
        placed = placed or size == chosen
        if size > 0 and (count == 0 or size > sizes[count - 1]):
            sizes[count] = size
            count += 1
    if not placed:
        sizes[count] = chosen
        count += 1
    return sizes[:count]


@kernel
def count_keys(keys: Ints) -> int:
    """One more than the largest key."""
    largest = -1
    for key in keys:
        largest = max(largest, key)
    return largest + 1


@kernel
def hit_ratio(
    keys: Ints,
    policies: int,
    cache_size: int,
    n_objects: int,
    skew: float,
    n_requests: int,
    one_hit_share: float,
    scan_share: float,
    scan_length: int,
    seed: int,
) -> Table:
    """Rows (policy, size, hit ratio, 1 where the size is ``cache_size``).

    ``policies`` is a bit mask over `POLICIES`. ``keys`` that are not empty (dense, from 0) take
    the place of the made ones, and their number of objects that of ``n_objects``.
    """
    if keys.size > 0:
        requested = keys
        n_objects = count_keys(keys)
        n_keys = n_objects
    else:
        requested = shop_keys(
            n_objects, skew, n_requests, one_hit_share, scan_share, scan_length, seed
        )
        n_keys = max(n_objects, count_keys(requested))
    chosen = max(1, min(cache_size, n_objects))
    sizes = curve_sizes(n_objects, chosen)
    n_policies = 0
    for policy in range(len(POLICIES)):
        n_policies += policies >> policy & 1
    table = np.empty((n_policies * sizes.size, 4))
    row = 0
    for policy in range(len(POLICIES)):
        if policies >> policy & 1:
            for size in sizes:
                missed = misses(policy, requested, size, n_keys)
                table[row, 0] = policy
                table[row, 1] = size
                table[row, 2] = 1.0 - missed / requested.size
                table[row, 3] = 1.0 if size == chosen else 0.0
                row += 1
    return table
