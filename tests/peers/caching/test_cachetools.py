"""Caches in series, and time to live, against the cache classes of cachetools."""

import math
from random import Random

import cachetools
import numpy as np
import pytest
from tests.kernels.caching.multi_level_reference import requests

from scalelab.kernels.caching.multi_level import answered
from scalelab.models.caching.freshness import simulate


def started(size: int, n_objects: int) -> cachetools.LRUCache[int, bool]:
    """Holds the most popular objects, the most popular used last."""
    cache: cachetools.LRUCache[int, bool] = cachetools.LRUCache(size)
    for key in reversed(range(min(size, n_objects))):
        cache[key] = True
    return cache


def has(cache: cachetools.Cache[int, bool], key: int) -> bool:
    hit = cache.get(key) is not None
    if cache.maxsize > 0:
        cache[key] = True
    return hit


@pytest.mark.parametrize("sizes", [(16, 128, 256, 512), (0, 40, 10, 200), (8, 0, 300, 0)])
def test_levels_answer_what_a_chain_of_cachetools_caches_answers(
    sizes: tuple[int, int, int, int],
) -> None:
    n, n_objects, users, edges = 4000, 600, 12, 3
    browsers = [started(sizes[0], n_objects) for _ in range(users)]
    cdn = [started(sizes[1], n_objects) for _ in range(edges)]
    shared = [started(size, n_objects) for size in sizes[2:]]
    counts = [0] * 5
    for i, (key, user, personal) in enumerate(requests(2 * n, n_objects, 1.0, users, 0.2, 9)):
        way = [browsers[user], cdn[user % edges], *shared]
        first = 2 if personal else 0
        level = next((k for k in range(first, 4) if has(way[k], key)), 4)
        if i >= n:
            counts[level] += 1
    assert answered(n, n_objects, 1.0, users, edges, 0.2, *sizes, 9).tolist() == counts


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def share_found(read_rate: float, ttl: float, seed: int) -> float:
    random, clock, hits = Random(seed), Clock(), 0
    cache: cachetools.TTLCache[str, int] = cachetools.TTLCache(1, ttl, timer=clock)
    for _ in range(4000):
        clock.now += random.expovariate(read_rate)
        hits += "price" in cache
        if "price" not in cache:
            cache["price"] = 1
    return hits / 4000


@pytest.mark.parametrize(("read_rate", "ttl"), [(1.5, 1.0), (0.2, 10.0), (20.0, 0.4)])
def test_time_to_live_hits_as_often_as_a_ttl_cache(read_rate: float, ttl: float) -> None:
    ours = [simulate("TTL only", ttl, read_rate, 0.0, 0.0, seed=s).hit_ratio for s in range(10)]
    theirs = [share_found(read_rate, ttl, seed) for seed in range(10)]
    error = math.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / 10)
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * error
