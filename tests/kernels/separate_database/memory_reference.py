"""Memory for pages, request by request, in plain Python: last used, last to leave."""

import random
from collections import OrderedDict
from itertools import accumulate


def drawn(pages: int, skew: float, requests: int, seed: int) -> list[int]:
    chance = random.Random(seed)
    weights = list(accumulate((rank + 1.0) ** -skew for rank in range(pages)))
    return chance.choices(range(pages), cum_weights=weights, k=requests)


def hits(asked: list[int], in_memory: int, count_from: int) -> int:
    memory: OrderedDict[int, None] = OrderedDict()
    found = 0
    for i, page in enumerate(asked):
        if page in memory:
            found += i >= count_from
            memory.move_to_end(page)
        else:
            if len(memory) == in_memory:
                memory.popitem(last=False)
            memory[page] = None
    return found


def disk(rate_per_s: float, iops: float, reads: int, seed: int) -> float:
    """Mean time (ms) of a read at a disk with one queue, reads coming at random."""
    chance = random.Random(seed)
    arrives, free, total = 0.0, 0.0, 0.0
    for _ in range(reads):
        arrives += chance.expovariate(rate_per_s)
        free = max(arrives, free) + chance.expovariate(iops)
        total += free - arrives
    return 1000.0 * total / reads
