"""S3-FIFO: a small queue on trial, a main queue with second chances, a list of the departed.

Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023. The small queue has a
tenth of the cache. Its oldest key moves to the main queue if it was used twice or more, else it
leaves and is remembered in the ghost queue (as many keys as nine tenths of the cache). A missed
key that the ghost remembers goes straight to the main queue, which is a CLOCK that counts uses
up to three. Until the first eviction, keys that find the small queue full go to the main queue
(so does libCacheSim since December 2024; the paper does not say).

libCacheSim caches nothing at all below 20 places, where its small queue has room for less than
two objects. Here the small queue has one place then.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.lists import Links, append, empty_lists, oldest, unlink
from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step

# A key's mark: absent, remembered by the ghost, or cached and used 0, 1, 2, 3 times or more.
ABSENT, GHOST, CACHED = 0, 1, 2
MOST = CACHED + 3
SMALL_OLDEST, SMALL_COUNT, MAIN_OLDEST, MAIN_COUNT, GHOST_COUNT, EVICTED = 0, 1, 2, 3, 4, 5


class State(NamedTuple):
    mark: NDArray[np.uint8]
    small: NDArray[np.int32]
    main: NDArray[np.int32]
    link: Links  # the ghost queue
    at: Ints  # see the constants above


@kernel
def new(cache_size: int, n_keys: int) -> State:
    return State(
        np.zeros(n_keys, np.uint8),
        np.zeros(cache_size, np.int32),
        np.zeros(cache_size, np.int32),
        empty_lists(n_keys, 1),
        np.zeros(6, np.int64),
    )


@step
def added(ring: NDArray[np.int32], at: Ints, first: int, key: int) -> None:
    """Append ``key`` to the ring whose oldest place and count are ``at[first]``, ``+ 1``."""
    place = at[first] + at[first + 1]
    ring[place if place < ring.size else place - ring.size] = key
    at[first + 1] += 1


@step
def taken(ring: NDArray[np.int32], at: Ints, first: int) -> int:
    """Take the oldest key out of that ring."""
    key = ring[at[first]]
    at[first] = at[first] + 1 if at[first] + 1 < ring.size else 0
    at[first + 1] -= 1
    return int(key)


@step
def remember(state: State, key: int) -> None:
    mark, link, at = state.mark, state.link, state.at
    most = int(0.9 * state.small.size)
    if most == 0:
        mark[key] = ABSENT
        return
    if at[GHOST_COUNT] == most:
        forgotten = oldest(link, mark.size)
        unlink(link, forgotten)
        mark[forgotten] = ABSENT
    else:
        at[GHOST_COUNT] += 1
    append(link, mark.size, key)
    mark[key] = GHOST


@step
def evict(state: State, main_size: int) -> None:
    mark, small, main, _, at = state
    while at[SMALL_COUNT] > 0 and at[MAIN_COUNT] <= main_size:
        key = taken(small, at, SMALL_OLDEST)
        while mark[key] >= CACHED + 2 and at[SMALL_COUNT] > 0:
            mark[key] = CACHED
            added(main, at, MAIN_OLDEST, key)
            key = taken(small, at, SMALL_OLDEST)
        if mark[key] < CACHED + 2:
            remember(state, key)
            return
        mark[key] = CACHED
        added(main, at, MAIN_OLDEST, key)
    key = taken(main, at, MAIN_OLDEST)
    while mark[key] > CACHED:
        mark[key] -= 1
        added(main, at, MAIN_OLDEST, key)
        key = taken(main, at, MAIN_OLDEST)
    mark[key] = ABSENT


@step
def access(state: State, key: int) -> bool:
    mark, small, main, link, at = state
    if mark[key] >= CACHED:
        if mark[key] < MOST:
            mark[key] += 1
        return True
    remembered = mark[key] == GHOST
    if remembered:
        unlink(link, key)
        at[GHOST_COUNT] -= 1
    small_size = max(1, int(0.1 * small.size))
    if at[SMALL_COUNT] + at[MAIN_COUNT] == small.size:
        at[EVICTED] = 1
        evict(state, small.size - small_size)
    if remembered or (at[EVICTED] == 0 and at[SMALL_COUNT] >= small_size):
        added(main, at, MAIN_OLDEST, key)
    else:
        added(small, at, SMALL_OLDEST, key)
    mark[key] = CACHED
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
