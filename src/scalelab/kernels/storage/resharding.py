"""What moves when shards are added or lost, for any set of methods that place keys.

Every run has other hash functions and other keys. A key that goes to a new shard, or comes off a
lost one, has to move; whatever moves between two shards that stay is wasted.
"""

import numpy as np

from scalelab.kernels.jit import Ints, Table, kernel
from scalelab.kernels.storage.placement import key_range, slots
from scalelab.kernels.storage.sharding import KEY_RANGE, METHODS, SLOTS, placed, ranges

ADD, LOSE, DOUBLE = 0, 1, 2


@kernel
def alive_after(n_shards: int, change: int) -> Ints:
    """The shards after ``change`` of 0 .. n_shards - 1; the one in the middle is lost."""
    if change == ADD:
        return np.arange(n_shards + 1)
    if change == DOUBLE:
        return np.arange(2 * n_shards)
    alive = np.empty(n_shards - 1, np.int64)
    for i in range(n_shards - 1):
        alive[i] = i if i < n_shards // 2 else i + 1
    return alive


@kernel
def least_moved(n_shards: int, change: int) -> float:
    """Share of the keys that have to move if all shards are to hold equally many."""
    if change == ADD:
        return 1.0 / (n_shards + 1)
    return 1.0 / n_shards if change == LOSE else 0.5


@kernel
def placed_again(
    method: int,
    n_shards: int,
    change: int,
    keys: Ints,
    virtual_nodes: int,
    balance: float,
    maglev_size: int,
    seed: int,
) -> Ints:
    """The shard of each of ``keys`` after ``change``."""
    alive = alive_after(n_shards, change)
    if method != KEY_RANGE and method != SLOTS:
        return placed(method, alive, keys, virtual_nodes, balance, maglev_size, seed)
    # These two remember what was: the change is made to the table that there is.
    out = np.empty(keys.size, np.int64)
    before = np.arange(n_shards)
    lost = n_shards // 2
    if method == KEY_RANGE:
        borders = ranges(before, keys)
        if change == LOSE:
            borders = key_range.without(borders, lost)
        for shard in range(n_shards, alive.size):
            borders = key_range.added(borders, shard)
        key_range.run(borders, keys, out)
    else:
        table = slots.new(before)
        if change == LOSE:
            table = slots.without(table, lost)
        for shard in range(n_shards, alive.size):
            table = slots.added(table, shard)
        slots.run(table, keys, out)
    return out


@kernel
def resharding(
    methods: int,
    change: int,
    n_shards: int,
    virtual_nodes: int,
    n_keys: int,
    balance: float,
    data_gb: float,
    copy_mb_s: float,
    maglev_size: int,
    n_runs: int,
    seed: int,
) -> Table:
    """A row for each method of the bit mask ``methods``; ``n_shards`` is 2 or more.

    Columns: method; share of the keys that go to a new shard or come off a lost one, share that
    moves between shards that stay, both together (means of ``n_runs``; lowest and highest of both
    together); the share that has to move if all shards are to hold equally many; keys of the
    fullest shard afterwards over the mean (mean); hours that it takes to copy what moves.
    """
    n_methods = 0
    for method in range(len(METHODS)):
        n_methods += methods >> method & 1
    table = np.zeros((n_methods, 9))
    keys = np.empty(n_keys, np.int64)
    before = np.arange(n_shards)
    n_after = alive_after(n_shards, change).size
    row = 0
    for method in range(len(METHODS)):
        if methods >> method & 1:
            table[row, 0] = method
            table[row, 4] = np.inf
            for run in range(n_runs):
                for i in range(n_keys):
                    keys[i] = run * n_keys + i
                salt = seed * n_runs + run
                old = placed(method, before, keys, virtual_nodes, balance, maglev_size, salt)
                new = placed_again(
                    method, n_shards, change, keys, virtual_nodes, balance, maglev_size, salt
                )
                lost = n_shards // 2 if change == LOSE else -1
                had_to = 0
                wasted = 0
                held = np.zeros(2 * n_shards, np.int64)
                for i in range(n_keys):
                    held[new[i]] += 1
                    if old[i] != new[i]:
                        if new[i] >= n_shards or old[i] == lost:
                            had_to += 1
                        else:
                            wasted += 1
                moved = (had_to + wasted) / n_keys
                table[row, 1] += had_to / n_keys / n_runs
                table[row, 2] += wasted / n_keys / n_runs
                table[row, 4] = min(table[row, 4], moved)
                table[row, 5] = max(table[row, 5], moved)
                fullest = 0
                for count in held:
                    fullest = max(fullest, int(count))
                table[row, 7] += fullest * n_after / n_keys / n_runs
            table[row, 3] = table[row, 1] + table[row, 2]
            table[row, 6] = least_moved(n_shards, change)
            table[row, 8] = table[row, 3] * data_gb * 1000.0 / copy_mb_s / 3600.0
            row += 1
    return table
