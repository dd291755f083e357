"""Rendezvous hashing: key and shard are hashed together, and the shard with the highest wins.

D. Thaler and C. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
Transactions on Networking 6(1), 1998. No shard's hash depends on which others there are, so that
a key moves only to a shard that is new, or off one that is lost. Each look-up asks every shard.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.hashing import mix
from scalelab.kernels.jit import Ints, Words, kernel, step
from scalelab.kernels.storage.placement.fill import fill
from scalelab.kernels.storage.placement.words import key_word, shard_word


class State(NamedTuple):
    shards: Ints
    words: Words  # a hash of each shard
    seed: int


@kernel
def new(shards: Ints, seed: int) -> State:
    words = np.empty(shards.size, np.uint64)
    for i in range(shards.size):
        words[i] = shard_word(shards[i], 0, seed)
    return State(shards, words, seed)


@step
def place(state: State, key: int) -> int:
    word = key_word(key, state.seed)
    best = 0
    highest = mix(word + state.words[0])
    for i in range(1, state.words.size):
        weight = mix(word + state.words[i])
        if weight > highest:
            highest = weight
            best = i
    return int(state.shards[best])


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    fill(place, state, keys, out)
