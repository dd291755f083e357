"""Consistent hashing with bounded loads: a shard that is full passes a key on to the next.

V. Mirrokni, M. Thorup and M. Zadimoghaddam, "Consistent hashing with bounded loads", SODA 2018.
No shard holds more than ``balance`` times the mean number of keys, rounded up. Keys are placed
one after the other, so that where a key lives depends on those before it.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Ints, kernel, step
from scalelab.kernels.storage.placement import ring
from scalelab.kernels.storage.placement.fill import fill
from scalelab.kernels.storage.placement.words import key_word


class State(NamedTuple):
    circle: ring.State
    room: Ints  # how many keys a shard can still take, by its identity


@kernel
def capacity(balance: float, n_keys: int, n_shards: int) -> int:
    """``balance * n_keys / n_shards`` rounded up, and room for all keys in any case."""
    # 1.1 * 1000 / 10 is 110.00000000000001 in binary, which is not meant to give 111.
    most = int(np.ceil(balance * n_keys / n_shards * (1.0 - 1e-12)))
    return max(most, (n_keys + n_shards - 1) // n_shards)


@kernel
def new(shards: Ints, virtual_nodes: int, balance: float, n_keys: int, seed: int) -> State:
    largest = 0
    for shard in shards:
        largest = max(largest, shard)
    room = np.zeros(largest + 1, np.int64)
    for shard in shards:
        room[shard] = capacity(balance, n_keys, shards.size)
    return State(ring.new(shards, virtual_nodes, seed), room)


@step
def place(state: State, key: int) -> int:
    """The shard that takes ``key``; it has room for one key less. All full: the next one takes it.

    Each key is placed once.
    """
    circle = state.circle
    at = int(np.int64(ring.next_point(circle, key_word(key, circle.seed))))
    n_points = circle.point.size - 1
    for _ in range(n_points):
        if state.room[circle.owner[at]] > 0:
            break
        at = at + 1 if at < n_points else 1
    shard = int(np.int64(circle.owner[at]))
    state.room[shard] -= 1
    return shard


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``; they are placed in this order."""
    fill(place, state, keys, out)
