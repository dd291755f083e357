"""A hot key, shard by shard: a list of loads, and requests that are sent one at a time."""

import random
from collections.abc import Sequence

WORD = 2**64
GOLDEN = 0x9E3779B97F4A7C15


def mix(word: int) -> int:
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) % WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) % WORD
    return word ^ (word >> 31)


def homes(parts: int, shards: int, salt: int) -> list[int]:
    """The shard of each part, by its hash."""
    return [mix((part + mix((salt + GOLDEN) % WORD)) % WORD) % shards for part in range(parts)]


def spread_out(parts: int, shards: int) -> list[int]:
    """The shard of each part, as even as can be."""
    return [part % shards for part in range(parts)]


def loads(
    remedy: int, share: float, shards: int, read_share: float, where: Sequence[int], missed: float
) -> list[float]:
    """Load of every shard for the remedies nothing, weigh, split, copy, cache (0 to 4).

    The hot key itself is on shard 0.
    """
    load = [(1.0 - share) / shards] * shards
    reads, writes = share * read_share, share * (1.0 - read_share)
    if remedy == 0:
        load[0] += share
    elif remedy == 1:
        # Small keys leave shard 0 until it is as busy as the others, or there are none left.
        keeps = min(max(1.0 / shards - share, 0.0), 1.0)
        load = [keeps + share] + [(1.0 - share - keeps) / (shards - 1)] * (shards - 1)
    elif remedy == 4:
        load[0] += writes + missed
    else:
        one, every = (writes, reads) if remedy == 2 else (reads, writes)
        for shard in where:
            load[shard] += one / len(where) + every
    return load


def served(
    split: bool,
    share: float,
    shards: int,
    read_share: float,
    where: Sequence[int],
    n: int,
    seed: int,
) -> list[float]:
    """Requests that each shard serves, over ``n`` that come, sent one at a time."""  # fmt: skip
    chance = random.Random(seed)
    count = [0] * shards
    for _ in range(n):
        if chance.random() >= share:
            count[chance.randrange(shards)] += 1
        elif (chance.random() < read_share) == split:
            for shard in where:
                count[shard] += 1
        else:
            count[chance.choice(where)] += 1
    return [each / n for each in count]


def fetched(reads_per_s: float, servers: int, cache_s: float, seconds: float, seed: int) -> float:
    """Share of the reads that no server's cache answers, read by read."""
    chance = random.Random(seed)
    until = [0.0] * servers
    now, reads, fetches = 0.0, 0, 0
    while now < seconds:
        now += chance.expovariate(reads_per_s)
        server = chance.randrange(servers)
        reads += 1
        if now >= until[server]:
            fetches += 1
            until[server] = now + cache_s
    return fetches / reads
