"""2Q: first-timers wait in a FIFO queue; only those asked for again later enter an LRU list.

The full version of Johnson & Shasha, "2Q", VLDB 1994, with their advised sizes: A1in has a quarter
of the cache, A1out remembers as many departed keys as half of the cache. libCacheSim caches
nothing below 4 places, where A1in would have none; here it has one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.lists import Links, append, empty_lists, oldest, unlink
from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step

ABSENT, IN, OUT, MAIN = 0, 1, 2, 3


class State(NamedTuple):
    where: NDArray[np.uint8]  # ABSENT, IN, OUT or MAIN
    link: Links  # lists IN, OUT, MAIN
    counts: Ints  # [free places, keys IN, keys OUT, cache size]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    count = np.zeros(4, np.int64)
    count[0] = cache_size
    count[3] = cache_size
    return State(np.zeros(n_keys, np.uint8), empty_lists(n_keys, 4), count)


@step
def evict(state: State) -> None:
    where, link, count = state
    n_keys = where.size
    in_size = max(1, count[3] // 4)
    if count[IN] <= in_size and oldest(link, n_keys + MAIN) != n_keys + MAIN:
        victim = oldest(link, n_keys + MAIN)
        unlink(link, victim)
        where[victim] = ABSENT
        return
    victim = oldest(link, n_keys + IN)
    unlink(link, victim)
    where[victim] = OUT
    append(link, n_keys + OUT, victim)
    count[IN] -= 1
    count[OUT] += 1
    if count[OUT] > count[3] // 2:
        forgotten = oldest(link, n_keys + OUT)
        unlink(link, forgotten)
        where[forgotten] = ABSENT
        count[OUT] -= 1


@step
def access(state: State, key: int) -> bool:
    where, link, count = state
    n_keys = where.size
    place = where[key]
    if place == IN:
        return True
    if place == MAIN:
        unlink(link, key)
        append(link, n_keys + MAIN, key)
        return True
    if place == OUT:
        unlink(link, key)
        count[OUT] -= 1
        place = MAIN
    else:
        place = IN
    if count[0] > 0:
        count[0] -= 1
    else:
        evict(state)
    if place == IN:
        count[IN] += 1
    where[key] = place
    append(link, n_keys + place, key)
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
