"""FIFO: the object that came in first leaves first; hits change nothing."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step


class State(NamedTuple):
    held: NDArray[np.uint8]  # 1 for a key in the cache
    ring: NDArray[np.int32]  # keys in order of arrival, -1 while empty
    hand: Ints  # [place of the oldest key]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    return State(
        np.zeros(n_keys, np.uint8), np.full(cache_size, -1, np.int32), np.zeros(1, np.int64)
    )


@step
def access(state: State, key: int) -> bool:
    if state.held[key] != 0:
        return True
    place = state.hand[0]
    victim = state.ring[place]
    if victim >= 0:
        state.held[victim] = 0
    state.ring[place] = key
    state.held[key] = 1
    place += 1
    state.hand[0] = place if place < state.ring.size else 0
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
