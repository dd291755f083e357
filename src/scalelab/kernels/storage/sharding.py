"""How the load spreads over shards, for any set of methods that place keys.

Every run has other hash functions, other keys and another order of popularity. A shard's load is
the share of requests that go to its keys; shards are then ranked, the hottest first. A key may have
replicas on the shards that follow its own and share the requests with them, as in chained
declustering (H. Hsiao and D. DeWitt, ICDE 1990).
"""

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.random import generator, shuffle
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.storage.placement import (
    bounded,
    jump,
    key_range,
    maglev,
    modulo,
    rendezvous,
    ring,
    slots,
)
from scalelab.kernels.zipf import popularity

METHODS = (
    "Modulo",
    "Consistent hashing",
    "Rendezvous",
    "Jump",
    "Maglev",
    "Bounded loads",
    "Key range",
    "Hash slots",
)
MODULO, RING, RENDEZVOUS, JUMP, MAGLEV, BOUNDED, KEY_RANGE, SLOTS = range(8)
# Consistent hashing once more, whatever the number of virtual nodes is: each shard at one point.
ONE_POINT = 8
SPREAD, NEWEST = 0, 1
RANKS = 12
LOG_100 = 4.605170185988092


@kernel
def placed(
    method: int,
    shards: Ints,
    keys: Ints,
    virtual_nodes: int,
    balance: float,
    maglev_size: int,
    seed: int,
) -> Ints:
    """The shard of each of ``keys`` (one or more); ranges divide what lies between the outermost.

    Keys that are bounded are placed in the order given.
    """
    out = np.empty(keys.size, np.int64)
    if method == MODULO:
        modulo.run(modulo.new(shards, seed), keys, out)
    elif method == RING:
        ring.run(ring.new(shards, virtual_nodes, seed), keys, out)
    elif method == RENDEZVOUS:
        rendezvous.run(rendezvous.new(shards, seed), keys, out)
    elif method == JUMP:
        jump.run(jump.new(shards, seed), keys, out)
    elif method == MAGLEV:
        maglev.run(maglev.new(shards, maglev_size, seed), keys, out)
    elif method == BOUNDED:
        state = bounded.new(shards, virtual_nodes, balance, keys.size, seed)
        bounded.run(state, keys, out)
    elif method == KEY_RANGE:
        key_range.run(ranges(shards, keys), keys, out)
    elif method == SLOTS:
        slots.run(slots.new(shards), keys, out)
    else:
        ring.run(ring.new(shards, 1, seed), keys, out)
    return out


@kernel
def ranges(shards: Ints, keys: Ints) -> key_range.State:
    """Equal ranges from the smallest of ``keys`` to the largest."""
    low = keys[0]
    high = keys[0]
    for key in keys:
        low = min(low, key)
        high = max(high, key)
    return key_range.new(shards, low, high + 1)


@kernel
def variation(values: Floats) -> float:
    """Standard deviation over mean, 0 if all are 0."""
    mean = 0.0
    for value in values:
        mean += value / values.size
    squares = 0.0
    for value in values:
        squares += (value - mean) * (value - mean)
    return float(np.sqrt(squares / values.size) / mean) if mean > 0.0 else 0.0


@kernel
def shown_ranks(n: int) -> Ints:
    """Every rank from 1 to ``n``, or `RANKS` of them: the first and the last, further and further
    apart."""
    if n <= RANKS:
        return np.arange(1, n + 1)
    ranks = np.empty(RANKS, np.int64)
    for i in range(RANKS):
        wanted = int(power(float(n), i / (RANKS - 1)) + 0.5)
        ranks[i] = wanted if i == 0 else max(wanted, ranks[i - 1] + 1)
    return ranks


@kernel
def in_order_of_age(weight: Floats) -> Floats:
    """Weights of keys that were made one after the other, the last the most popular."""
    n = weight.size
    of_key = np.empty(n)
    for i in range(n):
        of_key[i] = weight[n - 1 - i]
    return of_key


@kernel
def shuffled(weight: Floats, state: Words) -> Floats:
    of_key = weight.copy()
    shuffle(state, of_key)
    return of_key


@kernel
def p99_ms(utilisation: float, service_ms: float, timeout_ms: float) -> float:
    """99th percentile of the time in an M/M/1 queue: ln(100) service / (1 - utilisation)."""
    if utilisation >= 1.0:
        return timeout_ms
    return min(LOG_100 * service_ms / (1.0 - utilisation), timeout_ms)


@kernel
def sharding(
    methods: int,
    n_shards: int,
    virtual_nodes: int,
    n_keys: int,
    skew: float,
    order: int,
    balance: float,
    replicas: int,
    utilisation: float,
    service_ms: float,
    timeout_ms: float,
    maglev_size: int,
    n_runs: int,
    seed: int,
) -> Table:
    """For each method of the bit mask ``methods`` a row for each of the ranks shown.

    ``replicas`` shards hold a key, no more than there are, and share the requests for it.

    Columns: method, rank; the load of the shard in that rank over the mean load (mean, lowest,
    highest of ``n_runs``), its utilisation (mean), the p99 of an M/M/1 queue with it (mean of the
    runs, each ``timeout_ms`` at most). The last three are the same in all rows of a method:
    coefficient of variation of the number of keys and of the load (root mean square of the runs),
    share of all requests that are beyond what their shard can do.
    """
    ranks = shown_ranks(n_shards)
    n_methods = 0
    for method in range(len(METHODS) + 1):
        n_methods += methods >> method & 1
    table = np.zeros((n_methods * ranks.size, 10))
    for row in range(table.shape[0]):
        table[row, 3] = np.inf
    weight = popularity(n_keys, skew)
    by_age = in_order_of_age(weight)
    shards = np.arange(n_shards)
    keys = np.empty(n_keys, np.int64)
    # Whoever is chosen, all methods see the same runs.
    state = generator(seed)
    for run in range(n_runs):
        for i in range(n_keys):
            keys[i] = run * n_keys + i
        of_key = by_age if order == NEWEST else shuffled(weight, state)
        top = 0
        for method in range(len(METHODS) + 1):
            if methods >> method & 1:
                home = placed(
                    method, shards, keys, virtual_nodes, balance, maglev_size, seed * n_runs + run
                )
                add_run(
                    table, top, ranks, home, of_key, replicas, utilisation, service_ms, timeout_ms
                )
                for row in range(top, top + ranks.size):
                    table[row, 0] = method
                top += ranks.size
    for row in range(table.shape[0]):
        for column in (2, 5, 6, 9):
            table[row, column] /= n_runs
        for column in (7, 8):
            table[row, column] = np.sqrt(table[row, column] / n_runs)
    return table


@kernel
def shared(values: Floats, replicas: int) -> Floats:
    """What each shard has when each shares its own evenly with the ``replicas - 1`` after it."""
    n = values.size
    replicas = min(replicas, n)
    out = np.zeros(n)
    for shard in range(n):
        for step in range(replicas):
            out[(shard + step) % n] += values[shard] / replicas
    return out


@kernel
def add_run(
    table: Table,
    top: int,
    ranks: Ints,
    home: Ints,
    of_key: Floats,
    replicas: int,
    utilisation: float,
    service_ms: float,
    timeout_ms: float,
) -> None:
    """Adds one run of one method to its rows of ``table``, which begin at ``top``."""
    n_shards = ranks[-1]
    load = np.zeros(n_shards)
    held = np.zeros(n_shards)
    for i in range(home.size):
        load[home[i]] += n_shards * of_key[i]
        held[home[i]] += 1.0
    load = shared(load, replicas)
    keys_cv = variation(shared(held, replicas))
    load_cv = variation(load)
    beyond = 0.0
    for relative in load:
        beyond += max(relative * utilisation - 1.0, 0.0)
    beyond /= n_shards * utilisation
    for i in range(ranks.size):
        row = top + i
        relative = kth_smallest(load, n_shards - ranks[i])
        table[row, 1] = ranks[i]
        table[row, 2] += relative
        table[row, 3] = min(table[row, 3], relative)
        table[row, 4] = max(table[row, 4], relative)
        table[row, 5] += relative * utilisation
        table[row, 6] += p99_ms(relative * utilisation, service_ms, timeout_ms)
        table[row, 7] += keys_cv * keys_cv
        table[row, 8] += load_cv * load_cv
        table[row, 9] += beyond
