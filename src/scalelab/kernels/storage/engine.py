"""What an update costs a B-tree and an LSM tree in writes, a look-up in reads, the data in space.

Keys of a fixed set are updated at random. *LSM tree*: updates are collected in a memtable; when it
holds so many different keys it is flushed, and runs of sorted records lie in levels, each
``size_ratio`` times as large as the one above it. *Levelled*: a level is one run, and what arrives
is merged with it at once. *Tiered*: a level keeps what arrives as runs of its own until there are
``size_ratio`` of them. Either way a level that could not take another arrival of the same size is
merged with it into the next one, and several levels that are full become one merge. The last level
holds all the keys: levelled merges every arrival with it, tiered when it would be the
``size_ratio``-th run.

Nothing is sorted here. A run holds the newest versions from one stretch of flushes, and when it is
made the stretch reaches to the last flush. So its size is the number of keys whose last flush was
in that stretch, and it is enough to know in which flush each key was written last.

*B-tree*: an update dirties the page of its key, and the page is written when it leaves the buffer
pool, which throws out the least recently used page. All accesses are updates, so pages written are
misses, by the approximation of Che, Tung & Wang (IEEE JSAC 20(7), 2002).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.random import below, generator, shuffle
from scalelab.kernels.zipf import alias_table, draw, popularity

BTREE, LEVELLED, TIERED = 0, 1, 2
ENGINES = 3
RECORD_SIZE, SIZE_RATIO = 0, 1  # what is varied
RECORD_SIZES = (16, 32, 64, 128, 256, 512, 1024, 2048)
SIZE_RATIOS = (2, 3, 4, 6, 8, 10, 12, 16)
POINTS = 8
MOST_RUNS = 256
# A Bloom filter of b bits a key with the best number of hashes errs with exp(-b (ln 2)^2).
FILTER_RATE = 0.4804530139182014
MOST_ITERATIONS = 100
# Totals of one tree: records written, updates, flushes; sums over flushes of what was measured.
WRITTEN, UPDATES, FLUSHES, SPACE, RUNS, PASSED = 0, 1, 2, 3, 4, 5
TOTALS = 6


@kernel
def upper_levels(data: float, size_ratio: int) -> int:
    """Levels above the last one that can hold two memtables or more; ``data`` in memtables."""
    n = 0
    capacity = data / size_ratio
    while capacity >= 2.0:
        n += 1
        capacity /= size_ratio
    return n


@kernel
def capacity(data: float, size_ratio: int, below_it: int) -> float:
    """What a level can hold that has ``below_it`` more below it, in the unit of ``data``."""
    for _ in range(below_it):
        data /= size_ratio
    return data


class Trees(NamedTuple):
    """LSM trees that are fed the same updates: their runs, and what was counted.

    By tree and run, the oldest run first: the flush before the stretch of the run, its records,
    and its level, from 1 on. By tree: its runs; totals of all flushes so far, and as they were
    when all was last merged into one run, from where everything begins anew.
    """

    first: NDArray[np.int64]
    size: NDArray[np.int64]
    level: NDArray[np.int64]
    n_runs: Ints
    total: Table
    whole: Table


@kernel
def loaded(n_trees: int, n_keys: int) -> Trees:
    """Trees of which all the data are in one run; its level is yet to be told."""
    return Trees(
        np.full((n_trees, MOST_RUNS), -1),
        np.full((n_trees, MOST_RUNS), n_keys),
        np.ones((n_trees, MOST_RUNS), np.int64),
        np.ones(n_trees, np.int64),
        np.zeros((n_trees, TOTALS)),
        np.zeros((n_trees, TOTALS)),
    )


@step
def place(
    trees: Trees, tree: int, policy: int, size_ratio: int, since: Ints, flush: int
) -> None:  # fmt: skip
    """Memtable number ``flush`` finds its place; ``since[e]`` keys were last written from e on."""
    last_level = trees.level[tree, 0]
    n = trees.n_runs[tree]
    level = 1
    first = flush - 1
    arriving = since[flush]
    while True:
        oldest = n
        stored = arriving
        while oldest > 0 and trees.level[tree, oldest - 1] == level:
            oldest -= 1
            stored += trees.size[tree, oldest]
        merged_first = trees.first[tree, oldest] if oldest < n else first
        merged = since[merged_first + 1]
        enough = n - oldest + 1 >= size_ratio
        if level == last_level:
            full = policy == LEVELLED or enough
        else:
            room = capacity(since[0], size_ratio, last_level - level)
            occupied = merged if policy == LEVELLED else stored
            full = occupied + arriving > room or (policy == TIERED and enough)
        if policy == LEVELLED or full:
            n = oldest
            first = merged_first
            arriving = merged
        if level == last_level or not full:
            break
        level += 1
    trees.first[tree, n] = first
    trees.size[tree, n] = arriving
    trees.level[tree, n] = level
    trees.n_runs[tree] = n + 1
    trees.total[tree, WRITTEN] += arriving


@step
def measure(trees: Trees, tree: int, since: Ints, updates: int) -> None:
    """Adds up what the tree is like after a flush that took ``updates`` updates."""
    n = trees.n_runs[tree]
    stored = 0
    passed = 0
    for run in range(n):
        stored += trees.size[tree, run]
        # Whoever looks for a key whose newest version is older passes this run in vain.
        passed += since[0] - since[trees.first[tree, run] + 1]
    trees.total[tree, UPDATES] += updates
    trees.total[tree, FLUSHES] += 1.0
    trees.total[tree, SPACE] += stored / since[0]
    trees.total[tree, RUNS] += n
    trees.total[tree, PASSED] += passed / since[0]
    if n == 1:
        for i in range(TOTALS):
            trees.whole[tree, i] = trees.total[tree, i]


@kernel
def updated(
    state: Words, threshold: Floats, alias: Ints, memtable: int, last_flush: Ints, fresh: Ints,
    flush: int,
) -> int:  # fmt: skip
    """Fills one memtable with different keys and flushes it; the updates that it took.

    ``last_flush`` of each key and ``fresh``, the keys that were last written in each flush, are
    kept up to date.
    """
    uniform_keys = threshold.size == 0
    updates = 0
    held = 0
    while held < memtable:
        key = below(state, last_flush.size) if uniform_keys else draw(state, threshold, alias)
        updates += 1
        if last_flush[key] < flush:
            fresh[last_flush[key]] -= 1
            last_flush[key] = flush
            held += 1
    fresh[flush] = memtable
    return updates


@kernel
def shuffled(n: int, seed: int) -> Ints:
    """0 .. n-1 in random order: popular keys lie anywhere."""
    position = np.arange(n)
    shuffle(generator(seed), position)
    return position


@kernel
def page_misses(
    probability: Floats, position: Ints, records_per_page: float, pool_share: float
) -> float:
    """Share of updates whose page is not in an LRU buffer pool with room for ``pool_share``."""
    n_pages = int((position.size - 1) / records_per_page) + 1
    page = np.zeros(n_pages)
    for key in range(position.size):
        page[int(position[key] / records_per_page)] += probability[key]
    room = max(1.0, pool_share * n_pages)
    if room >= n_pages:
        return 0.0
    # Newton's method; from the left it never passes the solution of sum(1 - exp(-p t)) = room.
    time = room
    hits = 0.0
    for _ in range(MOST_ITERATIONS):
        held = 0.0
        slope = 0.0
        hits = 0.0
        for i in range(n_pages):
            absent = exp(-page[i] * time)
            held += 1.0 - absent
            slope += page[i] * absent
            hits += page[i] * (1.0 - absent)
        forward = (room - held) / slope if slope > 0.0 else 0.0
        time += forward
        if forward <= 1e-9 * time:
            break
    return 1.0 - hits


@kernel
def value_at(point: int, chosen: int, values: tuple[int, ...]) -> int:
    """What is varied at a point; -1 is the point as set."""
    return chosen if point < 0 else values[point]


@kernel
def simulated(
    size_ratios: Ints, data_ratio: int, skew: float, memtable: int, rounds: int, n_runs: int,
    seed: int,
) -> Table:  # fmt: skip
    """For each size ratio a row for levelled and one for tiered.

    The columns: records written for one update, the lowest and the highest of ``n_runs``
    simulations; records stored for one; sorted runs; runs that a look-up passes in vain.
    """
    n_keys = data_ratio * memtable
    n_flushes = rounds * data_ratio
    n_trees = 2 * size_ratios.size
    table = np.zeros((n_trees, 6))
    table[:, 1] = np.inf
    threshold = np.empty(0)
    alias = np.empty(0, np.int64)
    if skew > 0.0:
        threshold, alias = alias_table(popularity(n_keys, skew))
    state = generator(seed)
    for _ in range(n_runs):
        last_flush = np.zeros(n_keys, np.int64)
        fresh = np.zeros(n_flushes + 1, np.int64)
        fresh[0] = n_keys
        since = np.zeros(n_flushes + 2, np.int64)
        trees = loaded(n_trees, n_keys)
        for tree in range(n_trees):
            trees.level[tree, 0] = 1 + upper_levels(float(data_ratio), size_ratios[tree >> 1])
        for flush in range(1, n_flushes + 1):
            updates = updated(state, threshold, alias, memtable, last_flush, fresh, flush)
            for e in range(flush, -1, -1):
                since[e] = since[e + 1] + fresh[e]
            for tree in range(n_trees):
                place(trees, tree, LEVELLED + (tree & 1), size_ratios[tree >> 1], since, flush)
                measure(trees, tree, since, updates)
        for tree in range(n_trees):
            total = trees.whole[tree] if trees.whole[tree, FLUSHES] > 0.0 else trees.total[tree]
            written = total[WRITTEN] / total[UPDATES]
            table[tree, 0] += written / n_runs
            table[tree, 1] = min(table[tree, 1], written)
            table[tree, 2] = max(table[tree, 2], written)
            table[tree, 3] += total[SPACE] / total[FLUSHES] / n_runs
            table[tree, 4] += total[RUNS] / total[FLUSHES] / n_runs
            table[tree, 5] += total[PASSED] / total[FLUSHES] / n_runs
    return table


@kernel
def engine(
    varied: int,
    record_bytes: int,
    size_ratio: int,
    data_ratio: int,
    skew: float,
    pool_share: float,
    filter_bits: int,
    absent: int,
    page_bytes: int,
    leaf_fill: float,
    memtable: int,
    rounds: int,
    n_runs: int,
    seed: int,
) -> Table:
    """Three rows, one for each engine, as set (point -1) and at `POINTS` values of the varied.

    The columns: point, value of the varied, engine; records written for one update, the lowest and
    the highest of ``n_runs`` simulations; places read by a look-up of the kind asked about, of a
    key that exists, of one that does not; records stored for one; sorted runs. The data are
    ``data_ratio`` memtables; ``rounds`` times as much is flushed. Page misses of the B-tree are
    not simulated.
    """
    points = np.arange(-1, POINTS)
    ratios = np.full(1, size_ratio)
    if varied == SIZE_RATIO:
        ratios = np.array([value_at(i - 1, size_ratio, SIZE_RATIOS) for i in range(points.size)])
    trees = simulated(ratios, data_ratio, skew, memtable, rounds, n_runs, seed)

    n_keys = data_ratio * memtable
    probability = popularity(n_keys, skew)
    position = shuffled(n_keys, seed)
    false_positive = exp(-FILTER_RATE * filter_bits)
    table = np.empty((ENGINES * points.size, 11))
    pages = 0.0
    for i in range(points.size):
        bytes_here = record_bytes
        if varied == RECORD_SIZE:
            bytes_here = value_at(i - 1, record_bytes, RECORD_SIZES)
        if i == 0 or varied == RECORD_SIZE:
            per_page = leaf_fill * page_bytes / bytes_here
            pages = page_misses(probability, position, per_page, pool_share)
        for each in range(ENGINES):
            row = table[ENGINES * i + each]
            row[0] = points[i]
            row[1] = bytes_here if varied == RECORD_SIZE else ratios[i]
            row[2] = each
            if each == BTREE:
                row[3:6] = pages * page_bytes / bytes_here
                row[7] = row[8] = row[10] = 1.0
                row[9] = 1.0 / leaf_fill
            else:
                tree = 2 * (i if varied == SIZE_RATIO else 0) + each - LEVELLED
                for column in range(3):
                    row[3 + column] = trees[tree, column]
                row[7] = 1.0 + false_positive * trees[tree, 5]
                row[8] = false_positive * trees[tree, 4]
                row[9] = trees[tree, 3]
                row[10] = trees[tree, 4]
            row[6] = row[8] if absent == 1 else row[7]
    return table
