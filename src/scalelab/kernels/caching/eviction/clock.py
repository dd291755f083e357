"""CLOCK: FIFO with a second chance for what was used since the hand last passed.

One bit a key, not set on arrival (Corbató, "A paging experiment with the Multics system", 1969).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step

ABSENT, UNUSED, USED = 0, 1, 2


class State(NamedTuple):
    mark: NDArray[np.uint8]  # ABSENT, UNUSED or USED
    ring: NDArray[np.int32]  # keys in the order that the hand meets them, -1 while empty
    hand: Ints  # [place]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    return State(
        np.zeros(n_keys, np.uint8), np.full(cache_size, -1, np.int32), np.zeros(1, np.int64)
    )


@step
def access(state: State, key: int) -> bool:
    if state.mark[key] != ABSENT:
        state.mark[key] = USED
        return True
    place = state.hand[0]
    victim = state.ring[place]
    while victim >= 0 and state.mark[victim] == USED:
        state.mark[victim] = UNUSED
        place = place + 1 if place + 1 < state.ring.size else 0
        victim = state.ring[place]
    if victim >= 0:
        state.mark[victim] = ABSENT
    state.ring[place] = key
    state.mark[key] = UNUSED
    state.hand[0] = place + 1 if place + 1 < state.ring.size else 0
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
