"""LRU: the object that was used longest ago leaves."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.lists import Links, append, empty_lists, oldest, unlink
from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step


class State(NamedTuple):
    held: NDArray[np.uint8]  # 1 for a key in the cache
    link: Links
    counts: Ints  # [free places]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    return State(
        np.zeros(n_keys, np.uint8), empty_lists(n_keys, 1), np.full(1, cache_size, np.int64)
    )


@step
def access(state: State, key: int) -> bool:
    queue = state.held.size
    hit = bool(state.held[key] != 0)
    if hit:
        unlink(state.link, key)
    else:
        if state.counts[0] > 0:
            state.counts[0] -= 1
        else:
            victim = oldest(state.link, queue)
            unlink(state.link, victim)
            state.held[victim] = 0
        state.held[key] = 1
    append(state.link, queue, key)
    return hit


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
