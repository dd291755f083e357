"""Every way to place keys in plain Python: lists, dictionaries, unbounded integers."""

import binascii
import bisect
import math
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from scalelab.kernels.hashing import hashed, mix

WORD = 2**64
Place = Callable[[int], int]


def key_word(key: int, seed: int) -> int:
    return int(hashed(key, 2 * seed))


def shard_word(shard: int, number: int, seed: int) -> int:
    return int(mix(np.uint64((int(hashed(shard, 2 * seed + 1)) + number) % WORD)))


def modulo(shards: Sequence[int], seed: int) -> Place:
    return lambda key: shards[key_word(key, seed) % len(shards)]


def points(shards: Sequence[int], counts: Sequence[int], seed: int) -> list[tuple[int, int]]:
    return sorted(
        (shard_word(shard, number, seed), shard)
        for shard, count in zip(shards, counts, strict=True)
        for number in range(count)
    )


def ring(shards: Sequence[int], counts: Sequence[int], seed: int) -> Place:
    circle = points(shards, counts, seed)
    words = [word for word, _ in circle]
    return lambda key: circle[bisect.bisect_left(words, key_word(key, seed)) % len(circle)][1]


def rendezvous(shards: Sequence[int], seed: int) -> Place:
    def place(key: int) -> int:
        def weight(shard: int) -> int:
            return int(mix(np.uint64((key_word(key, seed) + shard_word(shard, 0, seed)) % WORD)))

        return max(shards, key=weight)

    return place


def jump_bucket(word: int, n_buckets: int) -> int:
    bucket, following = -1, 0
    while following < n_buckets:
        bucket = following
        word = (word * 2862933555777941757 + 1) % WORD
        following = int((bucket + 1) * (float(1 << 31) / float((word >> 33) + 1)))
    return bucket


def jump(shards: Sequence[int], seed: int) -> Place:
    return lambda key: shards[jump_bucket(key_word(key, seed), len(shards))]


def maglev_table(preferences: Sequence[Sequence[int]]) -> list[int]:
    """Shards take turns; each takes the first entry on its list that nobody has."""
    size = len(preferences[0])
    entries: dict[int, int] = {}
    while True:
        for shard, liked in enumerate(preferences):
            entries[next(entry for entry in liked if entry not in entries)] = shard
            if len(entries) == size:
                return [entries[entry] for entry in range(size)]


def maglev(shards: Sequence[int], size: int, seed: int) -> Place:
    preferences = []
    for shard in shards:
        offset = shard_word(shard, 0, seed) % size
        skip = shard_word(shard, 1, seed) % (size - 1) + 1
        preferences.append([(offset + j * skip) % size for j in range(size)])
    table = maglev_table(preferences)
    return lambda key: shards[table[key_word(key, seed) % size]]


def bounded(
    shards: Sequence[int], virtual_nodes: int, balance: str, n_keys: int, seed: int
) -> Place:
    circle = points(shards, [virtual_nodes] * len(shards), seed)
    words = [word for word, _ in circle]
    capacity = math.ceil(Fraction(balance) * n_keys / len(shards))
    held: Counter[int] = Counter()

    def place(key: int) -> int:
        at = bisect.bisect_left(words, key_word(key, seed))
        while held[circle[at % len(circle)][1]] >= capacity:
            at += 1
        shard = circle[at % len(circle)][1]
        held[shard] += 1
        return shard

    return place


class Ranges:
    """Every key's owner, written out."""

    def __init__(self, shards: Sequence[int], low: int, high: int) -> None:
        n, width = len(shards), high - low
        starts = [low + width // n * i + width % n * i // n for i in range(n + 1)]
        self.held = [
            (shard, list(range(starts[i], starts[i + 1]))) for i, shard in enumerate(shards)
        ]

    def add(self, shard: int) -> None:
        sizes = [len(keys) for _, keys in self.held]
        at = sizes.index(max(sizes))
        owner, keys = self.held[at]
        begin = keys[0] if keys else 0
        half = (begin + begin + len(keys)) // 2 - begin
        self.held[at : at + 1] = [(owner, keys[:half]), (shard, keys[half:])]

    def remove(self, shard: int) -> None:
        at = [owner for owner, _ in self.held].index(shard)
        around = [i for i in (at - 1, at + 1) if 0 <= i < len(self.held)]
        if not around:
            return
        to = min(around, key=lambda i: (len(self.held[i][1]), i))
        owner, keys = self.held[to]
        self.held[to] = (owner, sorted(keys + self.held[at][1]))
        del self.held[at]

    def place(self, key: int) -> int:
        return next(owner for owner, keys in self.held if key in keys)


def slot(key: int) -> int:
    return binascii.crc_hqx(str(key).encode(), 0) % 16384


def created(n: int) -> list[int]:
    """Owner of each slot as `redis-cli --cluster create` deals them: single precision, lround."""
    size, cursor, owner = np.float32(16384) / np.float32(n), np.float32(0), []
    for i in range(n):
        last = math.floor(float(cursor + size - np.float32(1)) + 0.5)
        if i == n - 1:
            last = 16383
        owner += [i] * (last + 1 - len(owner))
        cursor = np.float32(cursor + size)
    return owner
