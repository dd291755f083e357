"""Maglev hashing: a table that the shards fill in turn, each in its own random order.

D. Eisenbud et al., "Maglev: a fast and reliable software network load balancer", NSDI 2016,
section 3.4. All shards get the same number of entries, give or take one. When the shards change,
a few entries change hands that need not.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.jit import Ints, kernel, step
from scalelab.kernels.storage.placement.fill import fill
from scalelab.kernels.storage.placement.words import key_word, shard_word

SIZE = 65537  # the paper's smaller table; a prime, so that every step visits every entry


class State(NamedTuple):
    table: NDArray[np.uint32]
    seed: int


@kernel
def populated(offsets: Ints, skips: Ints, size: int) -> Ints:
    """Which of the shards owns each of ``size`` entries.

    Shard i prefers entries ``offsets[i]``, ``offsets[i] + skips[i]``, ... round and round
    (0 <= offset < size, 1 <= skip < size). In turn, each takes the first that is still free.
    ``size`` is a prime.
    """
    owner = np.full(size, -1)
    wanted = offsets.copy()
    taken = 0
    while True:
        for i in range(offsets.size):
            while owner[wanted[i]] >= 0:
                wanted[i] += skips[i]
                if wanted[i] >= size:
                    wanted[i] -= size
            owner[wanted[i]] = i
            taken += 1
            if taken == size:
                return owner


@kernel
def new(shards: Ints, size: int, seed: int) -> State:
    """``size`` is a prime; with 100 times as many entries as shards the load is even to 1 %."""
    offsets = np.empty(shards.size, np.int64)
    skips = np.empty(shards.size, np.int64)
    for i in range(shards.size):
        offsets[i] = shard_word(shards[i], 0, seed) % np.uint64(size)
        skips[i] = shard_word(shards[i], 1, seed) % np.uint64(size - 1) + np.uint64(1)
    owner = populated(offsets, skips, size)
    table = np.empty(size, np.uint32)
    for entry in range(size):
        table[entry] = shards[owner[entry]]
    return State(table, seed)


@step
def place(state: State, key: int) -> int:
    return int(state.table[key_word(key, state.seed) % np.uint64(state.table.size)])


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    fill(place, state, keys, out)
