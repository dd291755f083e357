"""A pipeline event by event, and machines filled one by one: plain Python, no formula."""

import heapq
import math
import random
from collections import deque


def lags(
    rate: float, services: list[float], n: int, seed: int, *, tick: float = 0.0, poll: float = 0.0
) -> list[float]:
    """Time from each write until it is visible, through stations with one server each.

    With ``poll`` events come to the first station at multiples of it, with ``tick`` they become
    visible at multiples of it after the last, shifted at random.
    """
    rng = random.Random(seed)
    phase = rng.random() * tick
    written: list[float] = []
    calendar: list[tuple[float, int, int]] = []  # when, number, station that it comes to
    now = 0.0
    for number in range(n):
        now += rng.expovariate(rate)
        written.append(now)
        begin = (math.floor(now / poll) + 1) * poll if poll else now
        heapq.heappush(calendar, (begin, number, 0))
    lines: list[deque[int]] = [deque() for _ in services]
    seen = [0.0] * n
    while calendar:
        now, number, station = heapq.heappop(calendar)
        if station > 0:  # it has left the one before, where the next begins
            line = lines[station - 1]
            assert line.popleft() == number
            if line:
                work = rng.expovariate(1.0 / services[station - 1])
                heapq.heappush(calendar, (now + work, line[0], station))
        if station == len(services):
            seen[number] = math.ceil((now - phase) / tick) * tick + phase if tick else now
            continue
        lines[station].append(number)
        if len(lines[station]) == 1:
            work = rng.expovariate(1.0 / services[station])
            heapq.heappush(calendar, (now + work, number, station + 1))
    skip = n // 10
    return [s - w for s, w in zip(seen[skip:], written[skip:], strict=True)]


def fewest_shards(
    writes: float, reads: float, per_write: float, tables: int, no_key: float, capacity: float
) -> int | None:
    """Shards are added until none has more to do than it may; None if that does not help."""
    before = math.inf
    for shards in range(1, 20_000):
        on_one = writes / shards * per_write
        on_one += reads * (1.0 - no_key) / shards * tables  # those that know where to go
        # One of the shards finds it in all tables, the others look once.
        on_one += reads * no_key * (tables / shards + (shards - 1) / shards)
        if on_one <= capacity * (1.0 + 1e-9):
            return shards
        if on_one >= before and shards > 1:
            return None
        before = on_one
    return None


def fewest_copied(
    writes: float, reads: float, per_write: float, tables: int, no_key: float, capacity: float,
    most: int = 400,
) -> int | None:  # fmt: skip
    """The same with copies of each shard, all pairs of numbers in ascending order of machines."""
    for total in range(1, 3000):
        for shards in range(1, min(total, most) + 1):
            if total % shards:
                continue
            copies = total // shards
            on_one = writes / shards * per_write
            per_shard = reads * tables / shards + reads * no_key * (shards - 1) / shards
            if on_one + per_shard / copies <= capacity * (1.0 + 1e-9) and on_one < capacity:
                return total
    return None
