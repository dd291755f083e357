"""ARC: two LRU lists, once and more than once used, whose shares follow the ghosts' hits.

Megiddo & Modha, FAST 2003, figure 4, with the real-valued target of the figure.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.lists import Links, append, empty_lists, oldest, unlink
from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Floats, Ints, kernel, step

# In the paper: T1, B1, T2, B2.
ABSENT, RECENT, RECENT_GHOST, FREQUENT, FREQUENT_GHOST = 0, 1, 2, 3, 4


class State(NamedTuple):
    where: NDArray[np.uint8]
    link: Links
    counts: Ints  # [cache size, keys in each list]
    target: Floats  # [wanted size of RECENT]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    count = np.zeros(5, np.int64)
    count[0] = cache_size
    return State(np.zeros(n_keys, np.uint8), empty_lists(n_keys, 5), count, np.zeros(1))


@step
def dropped(state: State, place: int) -> int:
    """Take the oldest key out of list ``place``."""
    key = oldest(state.link, state.where.size + place)
    unlink(state.link, key)
    state.where[key] = ABSENT
    state.counts[place] -= 1
    return key


@step
def added(state: State, place: int, key: int) -> None:
    append(state.link, state.where.size + place, key)
    state.where[key] = place
    state.counts[place] += 1


@step
def replace(state: State, from_frequent_ghost: bool) -> None:
    count = state.counts
    wanted = state.target[0]
    recent = count[RECENT]
    if (recent > 0 and (recent > wanted or (recent == wanted and from_frequent_ghost))) or count[
        FREQUENT
    ] == 0:
        added(state, RECENT_GHOST, dropped(state, RECENT))
    else:
        added(state, FREQUENT_GHOST, dropped(state, FREQUENT))


@step
def make_room(state: State) -> None:
    """Case IV of the paper: the key is in none of the four lists and the cache is full."""
    count = state.counts
    size = count[0]
    if count[RECENT] + count[RECENT_GHOST] >= size:
        if count[RECENT_GHOST] == 0:
            dropped(state, RECENT)
            return
        dropped(state, RECENT_GHOST)
    elif count[1] + count[2] + count[3] + count[4] >= 2 * size:
        dropped(state, FREQUENT_GHOST)
    replace(state, False)


@step
def access(state: State, key: int) -> bool:
    where, link, count, target = state
    place = where[key]
    if place == ABSENT:
        if count[RECENT] + count[FREQUENT] == count[0]:
            make_room(state)
        added(state, RECENT, key)
        return False
    unlink(link, key)
    hit = bool(place % 2 == 1)  # RECENT or FREQUENT, not a ghost
    if place == RECENT_GHOST:
        step_up = max(count[FREQUENT_GHOST] / count[RECENT_GHOST], 1.0)
        target[0] = min(target[0] + step_up, np.float64(count[0]))
    elif place == FREQUENT_GHOST:
        step_down = max(count[RECENT_GHOST] / count[FREQUENT_GHOST], 1.0)
        target[0] = max(target[0] - step_down, 0.0)
    count[place] -= 1
    if not hit:
        replace(state, place == FREQUENT_GHOST)
    added(state, FREQUENT, key)
    return hit


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
