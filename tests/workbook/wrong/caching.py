"""Wrong answers to the caching workbook's tasks, and the hint that each has to get."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scalelab.models.caching.latency import simulate
from scalelab.models.caching.miss_ratio_curve import lru_curve
from scalelab.theory.caching.freshness import ttl_only
from scalelab.workbook import caching as check


def hits_of(keys: Any) -> Any:
    return 1.0 - lru_curve(keys)[1]


def on_mean(keys: Any, rate: float, slo_ms: float, budget: float) -> int:
    hits = hits_of(keys)
    for size in check.SIZES:
        if simulate(hits[size - 1], rate).mean <= slo_ms:
            return size
    return 0


def steady(time: Any, product: Any) -> int:
    return int(np.bincount(product).argmax())


def busiest_second(time: Any, product: Any) -> int:
    second = time.astype(int)
    return int(product[second == np.bincount(second).argmax()][0])


def best_seller(time: Any, product: Any) -> int:
    from scalelab.workbook.incident import roles

    return roles(check.SEEDS[0]).best_seller


def right_ttl(reads: float, writes: float, allowed: float) -> int:
    ttl = 0
    while ttl_only(reads, writes, ttl + 1.0, 0.0)[1] <= allowed:
        ttl += 1
    return ttl


def mixed_units(rate: float, service_ms: float, connections: int) -> float:
    return 1 + connections / service_ms / rate


def new(cache_size: int, n_keys: int) -> Any:
    held = np.zeros(n_keys, np.bool_)
    stamp = np.zeros(n_keys, np.int64)
    ring = np.full(cache_size, -1)
    clock = np.zeros(1, np.int64)
    return held, stamp, ring, clock


def fifo(state: Any, key: int) -> bool:
    held, _stamp, ring, clock = state
    if held[key]:
        return True
    place = clock[0] % ring.size
    clock[0] += 1
    if ring[place] >= 0:
        held[ring[place]] = False
    ring[place] = key
    held[key] = True
    return False


def lru_renamed(state: Any, key: int) -> bool:
    held, stamp, ring, clock = state
    clock[0] += 1
    stamp[key] = clock[0]
    if held[key]:
        return True
    place = 0
    for i in range(ring.size):
        if ring[i] < 0:
            place = i
            break
        if stamp[ring[i]] < stamp[ring[place]]:
            place = i
    if ring[place] >= 0:
        held[ring[place]] = False
    ring[place] = key
    held[key] = True
    return False


def keeps_everything(state: Any, key: int) -> bool:
    found = state[0][key]
    state[0][key] = True
    return bool(found)


def always_a_hit(state: Any, key: int) -> bool:
    return True


def second_chance(state: Any, key: int) -> bool:
    """CLOCK: better than LRU, and not by four points."""
    held, stamp, ring, clock = state
    if held[key]:
        stamp[key] = 1
        return True
    while ring[clock[0]] >= 0 and stamp[ring[clock[0]]] > 0:
        stamp[ring[clock[0]]] = 0
        clock[0] = (clock[0] + 1) % ring.size
    if ring[clock[0]] >= 0:
        held[ring[clock[0]]] = False
    ring[clock[0]] = key
    held[key] = True
    clock[0] = (clock[0] + 1) % ring.size
    return False


# What is wrong, the check, what it is given, a part of its hint.
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("percent", check.task_1, (40, 0.456, 0.307), "percentage"),
    ("miss ratio", check.task_1, (0.4, 0.544, 0.307), "share that misses"),
    ("another policy", check.task_1, (0.4, 0.413, 0.307), "what FIFO reaches"),
    ("no crawler", check.task_1, (0.4, 0.456, 0.456), "crawler at 30%"),
    (
        "one too few",
        check.task_2,
        (lambda k, s: np.argmax(hits_of(k) >= s * hits_of(k)[-1]),),
        "one object too few",
    ),
    ("share of products", check.task_2, (lambda k, s: int(s * hits_of(k).size),), "of the hits"),
    (
        "all hits",
        check.task_2,
        (lambda k, s: np.argmax(hits_of(k) >= hits_of(k)[-1]) + 1,),
        "every",
    ),
    ("constant", check.task_2, (lambda k, s: 700,), "objects"),
    ("misses", check.task_3, (lambda r, s, c: c / (s / 1000) / r,), "may miss"),
    (
        "one connection",
        check.task_3,
        (lambda r, s, c: 1 - 1 / (s / 1000) / r,),
        "one query at a time",
    ),
    ("units", check.task_3, (mixed_units,), "seconds mixed"),
    ("constant", check.task_3, (lambda r, s, c: 0.75,), "not it"),
    ("by the mean", check.task_4, (on_mean,), "the mean is"),
    ("largest", check.task_4, (lambda k, r, s, b: 10_000,), "so does a cheaper"),
    ("between steps", check.task_4, (lambda k, r, s, b: 2501,), "steps of 500"),
    ("give up", check.task_4, (lambda k, r, s, b: 0,), "there is a cache"),
    ("too long", check.task_5, (lambda r, w, a: right_ttl(r, w, a) + 1,), "too long"),
    ("too short", check.task_5, (lambda r, w, a: max(0, right_ttl(r, w, a) - 1),), "is safe"),
    ("not whole", check.task_5, (lambda r, w, a: a / w * 2 - 0.5,), "whole seconds"),
    ("read most", check.task_6, (steady,), "read most often"),
    ("asked most", check.task_6, (best_seller,), "asked for most"),
    ("tallest peak", check.task_6, (busiest_second,), "busiest second"),
    ("usual beta", check.task_7, (lambda r, d, t, c: 1.0,), "leaves a chance"),
    ("generous beta", check.task_7, (lambda r, d, t, c: 20.0,), "a smaller one"),
    ("off the grid", check.task_7, (lambda r, d, t, c: 1.23,), "steps of 0.1"),
    ("FIFO", check.task_8, (new, fifo), "exactly the hits of FIFO"),
    ("LRU", check.task_8, (new, lru_renamed), "exactly the hits of LRU"),
    ("no limit", check.task_8, (new, keeps_everything), "give one up"),
    ("all hits", check.task_8, (new, always_a_hit), "different ones"),
    ("CLOCK", check.task_8, (new, second_chance), "asked for everywhere"),
]
