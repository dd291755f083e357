"""Hash slots, as in Redis Cluster: the key gives one of 16,384 slots, a table gives its shard.

Slots are moved by hand or by a tool, so that exactly as many move as are wanted. A new cluster
gets contiguous blocks. A new shard takes slots from whoever has the most, one at a time, which is
an even share from everybody; a lost shard's slots go one by one to whoever has the fewest.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.hashing import crc16
from scalelab.kernels.jit import Ints, kernel, step
from scalelab.kernels.storage.placement.fill import fill

SLOTS = 16384


class State(NamedTuple):
    owner: Ints  # of each slot


@kernel
def new(shards: Ints) -> State:
    """Blocks that end where Redis's own command for a new cluster ends them; up to 16,384."""
    owner = np.empty(SLOTS, np.int64)
    # In single precision, as there, which moves a border by one slot now and then.
    size = np.float32(SLOTS) / np.float32(shards.size)
    border = np.float32(0.0)
    begin = 0
    for i in range(shards.size):
        border += size
        last = border - np.float32(1.0)
        end = min(max(int(np.floor(np.float64(last) + 0.5)) + 1, begin), SLOTS)
        if i == shards.size - 1:
            end = SLOTS
        for slot in range(begin, end):
            owner[slot] = shards[i]
        begin = end
    return State(owner)


@kernel
def held(state: State, n: int) -> Ints:
    """How many slots each of the shards 0 .. n-1 has."""
    count = np.zeros(n, np.int64)
    for shard in state.owner:
        count[shard] += 1
    return count


@kernel
def added(state: State, shard: int) -> State:
    """``shard``, which has no slot yet, takes one share of them from all others."""
    largest = shard
    for other in state.owner:
        largest = max(largest, other)
    count = held(state, largest + 1)
    alive = 1
    for other in count:
        if other > 0:
            alive += 1
    # How many each of the others gives.
    give = np.zeros(largest + 1, np.int64)
    for _ in range(SLOTS // alive):
        richest = 0
        for other in range(largest + 1):
            if count[other] > count[richest]:
                richest = other
        count[richest] -= 1
        give[richest] += 1
    owner = state.owner.copy()
    for slot in range(SLOTS):
        if give[owner[slot]] > 0:
            give[owner[slot]] -= 1
            owner[slot] = shard
    return State(owner)


@kernel
def without(state: State, shard: int) -> State:
    """The slots of ``shard`` go to the others; a shard that is alone keeps them."""
    largest = shard
    for other in state.owner:
        largest = max(largest, other)
    count = held(state, largest + 1)
    owner = state.owner.copy()
    for slot in range(SLOTS):
        if owner[slot] == shard:
            poorest = -1
            for other in range(largest + 1):
                is_alive = count[other] > 0 and other != shard
                if is_alive and (poorest < 0 or count[other] < count[poorest]):
                    poorest = other
            if poorest < 0:
                break
            owner[slot] = poorest
            count[poorest] += 1
    return State(owner)


@step
def slot_of(key: int) -> int:
    return crc16(key) % SLOTS


@step
def place(state: State, key: int) -> int:
    return int(state.owner[slot_of(key)])


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    fill(place, state, keys, out)
