"""W-TinyLFU: a small LRU window in front of a segmented LRU that admits by estimated frequency.

Einziger, Friedman & Manes, "TinyLFU", ACM Transactions on Storage 13(4) 2017: what leaves the
window takes the place of the main part's next victim only if it was asked for more often, as far
as a sketch knows. The window has 1 % of the cache. The main part has a segment on trial (a
fifth) and a protected one (four fifths); a hit moves a key to the protected segment, whose oldest
then falls back.

The sketch is the one of libCacheSim, so that results can be compared to the last request: ten
XXH64-derived counters a key, 14.4 counters for each place of the main part, all halved after
32 hits per place of the main part. The paper has four-bit counters and a doorkeeper
in front of them. libCacheSim caches nothing below 100 places, where its window would be empty;
here the window has at least one place.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.caching.eviction.lists import Links, append, empty_lists, oldest, unlink
from scalelab.kernels.caching.eviction.replay import replay
from scalelab.kernels.jit import Ints, kernel, step

ABSENT, WINDOW, TRIAL, PROTECTED = 0, 1, 2, 3
HITS, WINDOW_SIZE, TRIAL_SIZE, PROTECTED_SIZE, MAIN_SIZE = 4, 5, 6, 7, 8
HASHES = 10
# -ln(0.001) / ln(2)**2: a Bloom filter's counters per key for one false answer in a thousand.
COUNTERS_PER_PLACE = 6.907755278982137 / 0.480453013918201


class State(NamedTuple):
    where: NDArray[np.uint8]
    link: Links
    counts: Ints  # [-, keys in each list, hits since the last halving, sizes]
    sketch: NDArray[np.uint32]
    cells: NDArray[np.uint32]  # HASHES cells of the sketch for each key; unsigned is a fifth faster


@step
def xxh64(word: np.uint64, seed: int) -> int:
    """The low 32 bits of XXH64 (Collet) of eight bytes."""
    mixed = word * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed = (mixed << np.uint64(31)) | (mixed >> np.uint64(33))
    mixed = (mixed * np.uint64(0x9E3779B185EBCA87)) ^ np.uint64(seed + 0x27D4EB2F165667C5 + 8)
    mixed = (mixed << np.uint64(27)) | (mixed >> np.uint64(37))
    mixed = mixed * np.uint64(0x9E3779B185EBCA87) + np.uint64(0x85EBCA77C2B2AE63)
    mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x165667B19E3779F9)
    mixed = mixed ^ (mixed >> np.uint64(32))
    return int(mixed & np.uint64(0xFFFFFFFF))


@kernel
def new(cache_size: int, n_keys: int) -> State:
    count = np.zeros(9, np.int64)
    window = max(1, int(0.01 * cache_size))
    main = cache_size - window
    count[WINDOW_SIZE] = window
    count[MAIN_SIZE] = main
    count[TRIAL_SIZE] = int(1.0 / 5.0 * main)
    count[PROTECTED_SIZE] = int(4.0 / 5.0 * main)
    n_cells = max(2 * HASHES, int(np.ceil(COUNTERS_PER_PLACE * main)))
    cells = np.empty(HASHES * n_keys, np.uint32)
    for key in range(n_keys):
        first = xxh64(np.uint64(key), 0x12345678)
        stride = xxh64(np.uint64(key), 0x12344321)
        for i in range(HASHES):
            cells[HASHES * key + i] = ((first + i * stride) & 0xFFFFFFFF) % n_cells
    return State(
        np.zeros(n_keys, np.uint8),
        empty_lists(n_keys, 4),
        count,
        np.zeros(n_cells, np.uint32),
        cells,
    )


@step
def record(state: State, key: int) -> None:
    for i in range(HASHES * key, HASHES * key + HASHES):
        state.sketch[state.cells[i]] += np.uint32(1)


@step
def estimate(state: State, key: int) -> int:
    least = state.sketch[state.cells[HASHES * key]]
    for i in range(HASHES * key + 1, HASHES * key + HASHES):
        least = min(least, state.sketch[state.cells[i]])
    return int(least)


@step
def move(state: State, key: int, place: int) -> None:
    """Make ``key``, which is in some list, the newest of ``place``."""
    state.counts[state.where[key]] -= 1
    unlink(state.link, key)
    state.where[key] = place
    state.counts[place] += 1
    append(state.link, state.where.size + place, key)


@step
def drop(state: State, key: int) -> None:
    state.counts[state.where[key]] -= 1
    unlink(state.link, key)
    state.where[key] = ABSENT


@step
def admit(state: State, key: int) -> None:
    """Move ``key`` from the window to the main part, which has room."""
    count = state.counts
    if count[TRIAL] >= count[TRIAL_SIZE] and count[PROTECTED] < count[PROTECTED_SIZE]:
        move(state, key, PROTECTED)
    else:
        move(state, key, TRIAL)


@step
def main_victim(state: State) -> int:
    place = TRIAL if state.counts[TRIAL] > 0 else PROTECTED
    return oldest(state.link, state.where.size + place)


@step
def make_room(state: State) -> None:
    """Move keys out of the window until one of them, or of the main part, has left the cache."""
    count = state.counts
    while count[WINDOW] > 0:
        candidate = oldest(state.link, state.where.size + WINDOW)
        if count[TRIAL] + count[PROTECTED] < count[MAIN_SIZE]:
            admit(state, candidate)
            record(state, candidate)
            continue
        victim = main_victim(state)
        if count[MAIN_SIZE] > 0 and estimate(state, candidate) > estimate(state, victim):
            drop(state, victim)
            admit(state, candidate)
        else:
            drop(state, candidate)
        record(state, candidate)
        return
    drop(state, main_victim(state))


@step
def hit_in_main(state: State, key: int) -> None:
    count = state.counts
    move(state, key, PROTECTED)
    while count[PROTECTED] > count[PROTECTED_SIZE]:
        move(state, oldest(state.link, state.where.size + PROTECTED), TRIAL)
        # The sizes are rounded down: a key too many may be on trial, and goes now.
        if count[TRIAL] > count[TRIAL_SIZE]:
            drop(state, oldest(state.link, state.where.size + TRIAL))
    record(state, key)
    count[HITS] += 1
    if count[HITS] >= 32 * count[MAIN_SIZE]:
        count[HITS] = 0
        for cell in range(state.sketch.size):
            state.sketch[cell] >>= np.uint32(1)


@step
def access(state: State, key: int) -> bool:
    count = state.counts
    place = state.where[key]
    if place == WINDOW:
        move(state, key, WINDOW)
        return True
    if place != ABSENT:
        hit_in_main(state, key)
        return True
    if count[WINDOW] + count[TRIAL] + count[PROTECTED] == count[MAIN_SIZE] + count[WINDOW_SIZE]:
        make_room(state)
    state.where[key] = WINDOW
    count[WINDOW] += 1
    append(state.link, state.where.size + WINDOW, key)
    record(state, key)
    return False


@kernel
def run(state: State, keys: Ints) -> int:
    """Misses among ``keys``; ``state`` is carried on."""
    return replay(access, state, keys)
