"""Jump consistent hash: no table at all, a few multiplications give the shard.

J. Lamping and E. Veach, "A fast, minimal memory, consistent hash algorithm", arXiv:1406.2294,
2014. Shards are numbered without gaps, and only the last can be added or lost. When one in the
middle is lost the list closes up: every shard behind it takes over the keys of another.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Ints, kernel, step
from scalelab.kernels.storage.placement.fill import fill
from scalelab.kernels.storage.placement.words import key_word

# The published linear congruential generator, so that the values are the published ones.
MULTIPLIER = 2862933555777941757


class State(NamedTuple):
    shards: Ints
    seed: int


@kernel
def new(shards: Ints, seed: int) -> State:
    return State(shards, seed)


@step
def bucket(word: np.uint64, n_buckets: int) -> int:
    """Which of ``n_buckets`` >= 1 the hash ``word`` belongs to.

    As buckets are added one by one, a key jumps to the newest now and then. Each random number
    gives the next such jump at once; the last that is not beyond ``n_buckets`` counts.
    """
    here = 0
    following = 0
    while following < n_buckets:
        here = following
        word = word * np.uint64(MULTIPLIER) + np.uint64(1)
        following = int((here + 1) * (2147483648.0 / float((word >> np.uint64(33)) + np.uint64(1))))
    return here


@step
def place(state: State, key: int) -> int:
    return int(state.shards[bucket(key_word(key, state.seed), state.shards.size)])


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    fill(place, state, keys, out)
