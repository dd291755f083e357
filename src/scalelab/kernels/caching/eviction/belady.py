"""Belady's optimum: evict what is needed again last. No policy of this size misses less.

A cache that knows the future keeps an object from one request to the next if a place is free all
the while. Taking these intervals as they end, and giving each the place that was vacated last
before it began, fits in the most of them (the greedy rule for interval scheduling). Each request
is therefore decided without looking ahead, as Jain & Lin (ISCA 2016) use it to train a policy,
and the hits are those of Belady (IBM Systems Journal 5(2) 1966). One place always holds the
object just asked for, so ``cache_size - 1`` are left for the intervals.

"The place vacated last before time t" is a union-find structure over time. When its array is
full, time is renumbered so that only vacated places count: memory depends on the number of keys
and the cache size, not on the length of the trace.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step

NOW, NEVER_USED = 0, 1


class State(NamedTuple):
    last: NDArray[np.int32]  # when each key was asked for, 0 for never
    vacated: NDArray[np.int32]  # itself for a time when a place was vacated, else an earlier time
    at: Ints  # [time, places never used]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    at = np.empty(2, np.int64)
    at[NOW] = 1
    at[NEVER_USED] = cache_size - 1
    vacated = np.zeros(4 * n_keys + 64, np.int32)
    return State(np.zeros(n_keys, np.int32), vacated, at)


@step
def latest(vacated: NDArray[np.int32], time: int) -> int:
    """The latest time up to ``time`` when a place was vacated that is still empty; 0 for none."""
    while vacated[time] != time:
        vacated[time] = vacated[vacated[time]]
        time = vacated[time]
    return time


@kernel
def renumber(state: State) -> None:
    last, vacated, at = state
    now = at[NOW]
    places = 0
    for time in range(1, now):
        if vacated[time] == time:
            places += 1
        vacated[time] = places  # how many up to this time
    for key in range(last.size):
        if last[key] == now - 1:
            last[key] = places + 2
        elif last[key] > 0:
            last[key] = vacated[last[key] + 1] + 1
    vacated[1] = 0
    vacated[2] = 0
    for time in range(3, places + 3):
        vacated[time] = time
    at[NOW] = places + 3


@step
def access(state: State, key: int) -> bool:
    last, vacated, at = state
    if at[NOW] == vacated.size:
        renumber(state)
    now = at[NOW]
    before = last[key]
    last[key] = now
    at[NOW] = now + 1
    vacated[now] = now - 1
    if before == 0:
        return False
    if before == now - 1:
        return True
    place = latest(vacated, before + 1)
    if place > 0:
        vacated[place] = place - 1
    elif at[NEVER_USED] > 0:
        at[NEVER_USED] -= 1
    else:
        return False
    vacated[now] = now
    return True


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
