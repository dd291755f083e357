"""Eviction policies written for reading: dictionaries and lists, one request at a time.

Each takes (keys, cache size) and returns the requests that miss.
"""

from collections import OrderedDict
from collections.abc import Sequence

Misses = list[bool]


def fifo(keys: Sequence[int], size: int) -> Misses:
    cache: list[int] = []
    missed = []
    for key in keys:
        missed.append(key not in cache)
        if key not in cache:
            cache = [*cache, key][-size:]
    return missed


def lru(keys: Sequence[int], size: int) -> Misses:
    cache: OrderedDict[int, None] = OrderedDict()
    missed = []
    for key in keys:
        missed.append(key not in cache)
        cache[key] = None
        cache.move_to_end(key)
        if len(cache) > size:
            cache.popitem(last=False)
    return missed


def lfu(keys: Sequence[int], size: int) -> Misses:
    uses: dict[int, tuple[int, int]] = {}  # (uses, time when that count was reached)
    missed = []
    for time, key in enumerate(keys):
        missed.append(key not in uses)
        if key not in uses and len(uses) == size:
            del uses[min(uses, key=lambda k: uses[k])]
        uses[key] = (uses[key][0] + 1 if key in uses else 1, time)
    return missed


def clock(keys: Sequence[int], size: int) -> Misses:
    queue: list[int] = []  # oldest first
    used: set[int] = set()
    missed = []
    for key in keys:
        missed.append(key not in queue)
        if key in queue:
            used.add(key)
            continue
        if len(queue) == size:
            while queue[0] in used:
                used.remove(queue[0])
                queue.append(queue.pop(0))
            queue.pop(0)
        queue.append(key)
    return missed


def sieve(keys: Sequence[int], size: int) -> Misses:
    queue: list[int] = []  # oldest first
    used: set[int] = set()
    hand = 0
    missed = []
    for key in keys:
        missed.append(key not in queue)
        if key in queue:
            used.add(key)
            continue
        if len(queue) == size:
            while queue[hand] in used:
                used.remove(queue[hand])
                hand = (hand + 1) % size
            queue.pop(hand)
            if hand == len(queue):
                hand = 0
        queue.append(key)
    return missed


def two_q(keys: Sequence[int], size: int) -> Misses:
    trial: list[int] = []
    ghost: list[int] = []
    main: list[int] = []
    missed = []
    for key in keys:
        hit = key in trial or key in main
        missed.append(not hit)
        if key in main:
            main.remove(key)
            main.append(key)
        if hit:
            continue
        remembered = key in ghost
        if remembered:
            ghost.remove(key)
        if len(trial) + len(main) == size:
            if len(trial) > max(1, size // 4) or not main:
                ghost.append(trial.pop(0))
                if len(ghost) > size // 2:
                    ghost.pop(0)
            else:
                main.pop(0)
        (main if remembered else trial).append(key)
    return missed


def s3_fifo(keys: Sequence[int], size: int) -> Misses:
    small_size, ghost_size = max(1, size // 10), size * 9 // 10
    small: list[int] = []
    main: list[int] = []
    ghost: list[int] = []
    uses: dict[int, int] = {}
    evicted = False

    def evict() -> None:
        while True:
            if len(main) > size - small_size or not small:
                key = main.pop(0)
                if uses[key] == 0:
                    return
                uses[key] = min(uses[key], 3) - 1
                main.append(key)
            else:
                key = small.pop(0)
                if uses[key] < 2:
                    if ghost_size:
                        ghost.append(key)
                        del ghost[:-ghost_size]
                    return
                uses[key] = 0
                main.append(key)

    missed = []
    for key in keys:
        hit = key in small or key in main
        missed.append(not hit)
        if hit:
            uses[key] += 1
            continue
        remembered = key in ghost
        if remembered:
            ghost.remove(key)
        if len(small) + len(main) == size:
            evicted = True
            evict()
        straight = remembered or (not evicted and len(small) >= small_size)
        (main if straight else small).append(key)
        uses[key] = 0
    return missed


def arc(keys: Sequence[int], size: int) -> Misses:
    """Megiddo & Modha, FAST 2003, figure 4, in its own letters."""
    t1: list[int] = []
    t2: list[int] = []
    b1: list[int] = []
    b2: list[int] = []
    p = 0.0

    def replace(in_b2: bool) -> None:
        if (t1 and (len(t1) > p or (in_b2 and len(t1) == p))) or not t2:
            b1.append(t1.pop(0))
        else:
            b2.append(t2.pop(0))

    missed = []
    for x in keys:
        missed.append(x not in t1 and x not in t2)
        if x in t1 or x in t2:
            (t1 if x in t1 else t2).remove(x)
            t2.append(x)
        elif x in b1:
            p = min(float(size), p + max(len(b2) / len(b1), 1.0))
            b1.remove(x)
            replace(False)
            t2.append(x)
        elif x in b2:
            p = max(0.0, p - max(len(b1) / len(b2), 1.0))
            b2.remove(x)
            replace(True)
            t2.append(x)
        else:
            if len(t1) + len(b1) == size:
                if len(t1) < size:
                    b1.pop(0)
                    replace(False)
                else:
                    t1.pop(0)
            elif len(t1) + len(t2) + len(b1) + len(b2) >= size:
                if len(t1) + len(t2) + len(b1) + len(b2) == 2 * size:
                    b2.pop(0)
                if len(t1) + len(t2) == size:
                    replace(False)
            t1.append(x)
    return missed


def belady(keys: Sequence[int], size: int) -> Misses:
    cache: set[int] = set()
    missed = []
    for time, key in enumerate(keys):
        missed.append(key not in cache)
        if key not in cache and len(cache) == size:
            later = list(keys[time + 1 :])
            cache.remove(max(cache, key=lambda k: later.index(k) if k in later else len(keys)))
        cache.add(key)
    return missed
