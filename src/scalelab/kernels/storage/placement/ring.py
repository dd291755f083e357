"""Consistent hashing: shards and keys on one circle; a key belongs to the next shard clockwise.

D. Karger et al., "Consistent hashing and random trees", STOC 1997. Each shard stands at many
points of the circle (virtual nodes), a heavier shard at more of them.

The points are sorted, and an index by the first bits of a word says where to begin. It has at
least `SPREAD` times as many entries as there are points, so most look-ups pass no point at all.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.jit import Ints, Words, kernel, step
from scalelab.kernels.storage.placement.fill import fill
from scalelab.kernels.storage.placement.words import key_word, shard_word

SPREAD = 4
LAST_WORD = 0xFFFFFFFFFFFFFFFF


class State(NamedTuple):
    """After the last point the first follows again, at the largest word."""

    point: Words
    owner: NDArray[np.uint32]
    first: NDArray[np.uint32]  # by the first bits of a word: where to begin
    shift: int  # what is left of a word after these bits
    seed: int


@kernel
def new(shards: Ints, virtual_nodes: int, seed: int) -> State:
    return weighted(shards, np.full(shards.size, virtual_nodes, np.int64), seed)


@kernel
def weighted(shards: Ints, points: Ints, seed: int) -> State:
    """A ring on which ``shards[i]`` stands at ``points[i]`` places; one place or more in all."""
    total = 0
    for count in points:
        total += count
    bits = 1
    while (1 << bits) < SPREAD * total:
        bits += 1
    shift = np.uint64(64 - bits)
    # Hashes are spread evenly, so that a bucket for each value of the first bits sorts them.
    first = np.zeros((1 << bits) + 1, np.uint32)
    for i in range(shards.size):
        for number in range(points[i]):
            first[(shard_word(shards[i], number, seed) >> shift) + np.uint64(1)] += 1
    for bucket in range(1 << bits):
        first[bucket + 1] += first[bucket]
    held = np.zeros(1 << bits, np.uint32)
    point = np.empty(total + 1, np.uint64)
    owner = np.empty(total + 1, np.uint32)
    for i in range(shards.size):
        for number in range(points[i]):
            word = shard_word(shards[i], number, seed)
            bucket = int(np.int64(word >> shift))
            begin = int(np.int64(first[bucket]))
            at = begin + int(np.int64(held[bucket]))
            held[bucket] += 1
            while at > begin and point[at - 1] > word:
                point[at] = point[at - 1]
                owner[at] = owner[at - 1]
                at -= 1
            point[at] = word
            owner[at] = shards[i]
    point[total] = np.uint64(LAST_WORD)
    owner[total] = owner[0]
    return State(point, owner, first, 64 - bits, seed)


@step
def next_point(state: State, word: np.uint64) -> np.uint64:
    """Number of the first point at ``word`` or after it."""
    # Unsigned all the way: numba counts negative places from the end, which takes time.
    at = np.uint64(state.first[word >> np.uint64(state.shift)])
    while state.point[at] < word:
        at += np.uint64(1)
    return at


@step
def place(state: State, key: int) -> int:
    return int(state.owner[next_point(state, key_word(key, state.seed))])


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    fill(place, state, keys, out)
