"""SIEVE: like CLOCK, but what the hand spares stays where it is in the queue.

Zhang et al., "SIEVE is simpler than LRU", NSDI 2024. The queue is an array in order of arrival;
the hand moves from old to new. Keys that it spares are moved down behind it, so the array is
always spared keys, a gap as wide as the number of evictions in this round, and the keys that
the hand has yet to meet. New keys go to the end; when the array is full the gap is closed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step

ABSENT, UNUSED, USED = 0, 1, 2
SPARED, HAND, END, FREE = 0, 1, 2, 3


class State(NamedTuple):
    mark: NDArray[np.uint8]  # ABSENT, UNUSED or USED
    queue: NDArray[np.int32]
    at: Ints  # [end of the spared, hand, end of the queue, free places]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    at = np.zeros(4, np.int64)
    at[FREE] = cache_size
    return State(np.zeros(n_keys, np.uint8), np.zeros(2 * cache_size + 1, np.int32), at)


@step
def access(state: State, key: int) -> bool:
    mark, queue, at = state
    if mark[key] != ABSENT:
        mark[key] = USED
        return True
    if at[FREE] > 0:
        at[FREE] -= 1
    else:
        spared, hand, end = at[SPARED], at[HAND], at[END]
        while mark[queue[hand]] == USED:
            mark[queue[hand]] = UNUSED
            queue[spared] = queue[hand]
            spared += 1
            hand += 1
            if hand == end:
                spared, hand, end = 0, 0, spared
        mark[queue[hand]] = ABSENT
        hand += 1
        if hand == end:
            spared, hand, end = 0, 0, spared
        at[SPARED], at[HAND], at[END] = spared, hand, end
    if at[END] == queue.size:
        gap = at[HAND] - at[SPARED]
        for place in range(at[HAND], at[END]):
            queue[place - gap] = queue[place]
        at[HAND] -= gap
        at[END] -= gap
    queue[at[END]] = key
    at[END] += 1
    mark[key] = UNUSED
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
