"""LRU misses at every cache size from one pass (Mattson et al., IBM Systems Journal 9(2) 1970).

A request hits in every LRU cache larger than its stack distance: the number of different keys
asked for since the same key was last asked for. Distances are counted with a Fenwick tree over
time that holds a 1 at each key's latest request, so a pass takes O(n log n). Time is renumbered
when the tree is full: memory depends on the number of keys, not on the length of the trace.
"""

import numpy as np

from scalelab.kernels.jit import Ints, kernel, step


@step
def add(tree: Ints, time: int, change: int) -> None:
    while time < tree.size:
        tree[time] += change
        time += time & -time


@step
def total(tree: Ints, time: int) -> int:
    """How many latest requests lie at ``time`` or before."""
    result = 0
    while time > 0:
        result += tree[time]
        time -= time & -time
    return result


@kernel
def renumber(tree: Ints, last: Ints, owner: Ints, now: int) -> int:
    """Move the latest requests to times 1, 2, ...; returns the next free time."""
    count = 0
    for time in range(1, now):
        key = owner[time]
        if last[key] == time:
            count += 1
            last[key] = count
            owner[count] = key
    tree[:] = 0
    for time in range(1, count + 1):
        tree[time] = 1
    for time in range(1, tree.size):
        parent = time + (time & -time)
        if parent < tree.size:
            tree[parent] += tree[time]
    return count + 1


@kernel
def distances(keys: Ints, n_keys: int) -> Ints:
    """How many requests have each stack distance: entry ``d`` for ``0 <= d < n_keys``.

    The last entry, ``n_keys``, counts the first request of each key. An LRU cache of size ``c``
    hits the sum of the first ``c`` entries.
    """
    counts = np.zeros(n_keys + 1, np.int64)
    last = np.zeros(n_keys, np.int64)
    tree = np.zeros(4 * n_keys + 64, np.int64)
    owner = np.zeros(tree.size, np.int64)
    seen = 0
    now = 1
    for key in keys:
        if now == tree.size:
            now = renumber(tree, last, owner, now)
        before = last[key]
        if before == 0:
            counts[n_keys] += 1
            seen += 1
        else:
            counts[seen - total(tree, before)] += 1
            add(tree, before, -1)
        add(tree, now, 1)
        last[key] = now
        owner[now] = key
        now += 1
    return counts
