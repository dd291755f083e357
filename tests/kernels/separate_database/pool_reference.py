"""A database behind a pool of connections, request by request, in plain Python."""

import random
from collections import deque


def response(
    rate: float, vcpus: int, work: float, hold: float, switching: float, connections: int,
    requests: int, seed: int,
) -> float:  # fmt: skip
    """Mean time from coming to leaving, of so many requests after the first tenth of them."""
    chance = random.Random(seed)
    line: deque[float] = deque()
    working: list[float] = []
    holding: list[float] = []
    now, total, done, counted = 0.0, 0.0, 0, 0
    while done < requests:
        while line and len(working) + len(holding) < connections:
            working.append(line.popleft())
        slower = 1.0 + switching * max(len(working) - vcpus, 0)
        works = min(len(working), vcpus) / (work * slower)
        leaves = len(holding) / hold
        every = rate + works + leaves
        now += chance.expovariate(every)
        which = chance.random() * every
        if which < rate:
            line.append(now)
        elif which < rate + works:
            holding.append(working.pop(chance.randrange(len(working))))
        else:
            came = holding.pop(chance.randrange(len(holding)))
            done += 1
            if done > requests // 10:
                counted += 1
                total += now - came
    return total / counted
