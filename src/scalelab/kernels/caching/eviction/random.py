"""Random: a key drawn uniformly leaves. Its own generator always starts from the same seed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, Words, kernel, step
from scalelab.kernels.random import below, generator


class State(NamedTuple):
    held: NDArray[np.uint8]  # 1 for a key in the cache
    slots: NDArray[np.int32]
    counts: Ints  # [keys in the cache]
    random: Words


@kernel
def new(cache_size: int, n_keys: int) -> State:
    return State(
        np.zeros(n_keys, np.uint8),
        np.zeros(cache_size, np.int32),
        np.zeros(1, np.int64),
        generator(1),
    )


@step
def access(state: State, key: int) -> bool:
    if state.held[key] != 0:
        return True
    place = state.counts[0]
    if place < state.slots.size:
        state.counts[0] += 1
    else:
        place = below(state.random, state.slots.size)
        state.held[state.slots[place]] = 0
    state.slots[place] = key
    state.held[key] = 1
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
