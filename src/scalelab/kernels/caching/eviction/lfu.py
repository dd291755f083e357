"""LFU: the object used least often while cached leaves; among equals, who reached the count first.

Keys of equal count share a list; the lists form a chain of rising counts, so that a use moves a
key one list up (Shah, Mitra & Matani, "An O(1) algorithm for implementing the LFU cache", 2010).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.lists import Links, append, empty_lists, oldest, unlink
from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step

LAST_FREED, FREE_PLACES = 0, 1


class State(NamedTuple):
    group: NDArray[np.int32]  # the list that a key is in, -1 for a key out of the cache
    link: Links  # keys within the lists
    chain: Links  # lists in order of count; list 0 closes the ring
    uses: Ints  # of the keys in each list, 0 for list 0
    at: Ints  # [the list freed last, free places]


@kernel
def new(cache_size: int, n_keys: int) -> State:
    n_lists = min(cache_size, n_keys) + 2
    chain = empty_lists(0, n_lists)
    # Unused lists form a stack through the second entry of each.
    for queue in range(1, n_lists):
        chain[2 * queue + 1] = queue - 1
    at = np.zeros(2, np.int64)
    at[LAST_FREED] = n_lists - 1
    at[FREE_PLACES] = cache_size
    return State(
        np.full(n_keys, -1, np.int32),
        empty_lists(n_keys, n_lists),
        chain,
        np.zeros(n_lists, np.int64),
        at,
    )


@step
def list_after(state: State, queue: int, uses: int) -> int:
    """A list of keys used ``uses`` times right after ``queue``, made if it is not there."""
    _, _, chain, counts, at = state
    following = chain[2 * queue + 1]
    if counts[following] == uses:
        return int(following)
    made = at[LAST_FREED]
    at[LAST_FREED] = chain[2 * made + 1]
    counts[made] = uses
    chain[2 * made] = queue
    chain[2 * made + 1] = following
    chain[2 * queue + 1] = made
    chain[2 * following] = made
    return int(made)


@step
def leave(state: State, queue: int, key: int) -> None:
    """Take ``key`` out of ``queue``, and ``queue`` out of the chain if it is empty then."""
    group, link, chain, _, at = state
    unlink(link, key)
    node = group.size + queue
    if link[2 * node] == node:
        unlink(chain, queue)
        chain[2 * queue + 1] = at[LAST_FREED]
        at[LAST_FREED] = queue


@step
def access(state: State, key: int) -> bool:
    group, link, chain, uses, at = state
    n_keys = group.size
    queue = group[key]
    if queue >= 0:
        node = n_keys + queue
        alone = link[2 * node] == link[2 * node + 1]
        if alone and uses[chain[2 * queue + 1]] != uses[queue] + 1:
            uses[queue] += 1
            return True
        higher = list_after(state, queue, uses[queue] + 1)
        leave(state, queue, key)
        group[key] = higher
        append(link, n_keys + higher, key)
        return True
    if at[FREE_PLACES] > 0:
        at[FREE_PLACES] -= 1
    else:
        lowest = chain[1]
        victim = oldest(link, n_keys + lowest)
        leave(state, lowest, victim)
        group[victim] = -1
    first = list_after(state, 0, 1)
    group[key] = first
    append(link, n_keys + first, key)
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
