"""Modulo: the hash of the key, divided by the number of shards; the remainder is the shard.

The shards are a list. When one in the middle is lost the list closes up.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Ints, kernel, step
from scalelab.kernels.storage.placement.fill import fill
from scalelab.kernels.storage.placement.words import key_word


class State(NamedTuple):
    shards: Ints
    seed: int


@kernel
def new(shards: Ints, seed: int) -> State:
    return State(shards, seed)


@step
def place(state: State, key: int) -> int:
    return int(state.shards[key_word(key, state.seed) % np.uint64(state.shards.size)])


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    fill(place, state, keys, out)
