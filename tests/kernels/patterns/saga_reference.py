"""Orders on a line of time with parts that go down, and a sale event by event: plain Python."""

import bisect
import heapq
import random
from collections import Counter, deque
from collections.abc import Sequence


class Part:
    """Up for an exponential time, down for a fixed one, and so on."""

    def __init__(self, up: float, outage: float, ends: float, chance: random.Random) -> None:
        self.begins: list[float] = []
        self.outage = outage
        now = chance.expovariate(1.0 / up)
        while now < ends:
            self.begins.append(now)
            now += outage + chance.expovariate(1.0 / up)

    def back_at(self, now: float) -> float:
        """When it is up again: now, if it is up."""
        i = bisect.bisect_right(self.begins, now) - 1
        return max(now, self.begins[i] + self.outage) if i >= 0 else now

    def goes_down(self, begins: float, ends: float) -> bool:
        i = bisect.bisect_right(self.begins, begins)
        return i < len(self.begins) and self.begins[i] <= ends


def day(
    fails: Sequence[float], takes: Sequence[float], up: float, outage: float, tries: float,
    lock: float, rate: float, ends: float, seed: int,
) -> dict[str, float]:  # fmt: skip
    """Per order: what a saga of these steps and a two-phase commit over the same parts do.

    ``up`` and ``outage``: mean time up and time down of each part and of who takes the order.
    """
    chance = random.Random(seed)
    parts = [Part(up, outage, ends + 10.0 * outage, chance) for _ in range(len(fails) + 1)]
    found: Counter[str] = Counter()
    now = chance.expovariate(rate)
    orders = 0
    while now < ends:
        orders += 1
        at_once = [part.back_at(now) == now for part in parts]
        if all(at_once):
            found["in doubt"] += parts[-1].goes_down(now, now + lock)
        else:
            found["locked away"] += 1
        if at_once[-1]:
            _saga(fails, takes, parts, tries, now, chance, found)
        else:
            found["away"] += 1
        now += chance.expovariate(rate)
    return {name: count / orders for name, count in found.items()}


def _saga(
    fails: Sequence[float], takes: Sequence[float], parts: list[Part], tries: float, now: float,
    chance: random.Random, found: Counter[str],
) -> None:  # fmt: skip
    done: list[int] = []
    delayed = False
    for i, says_no in enumerate(fails):
        back = parts[i].back_at(now)
        if back - now > tries:
            found["away"] += 1
            now += tries
            break
        delayed = delayed or back > now
        now = back + takes[i]
        if chance.random() < says_no:
            break
        done.append(i)
    else:
        done.clear()
    found["delayed"] += delayed
    found["undone"] += len(done)
    for i in reversed(done):
        wait = parts[i].back_at(now) - now
        found["half"] += wait > tries
        now += min(wait, tries)


def held_in_turn(
    at: Sequence[float], pays: Sequence[float], pieces: int, lock: float, patience: float
) -> float:
    """Pieces sold under a lock: arrivals and releases as events, customers wait in a line."""
    waiting: deque[int] = deque()
    events = [(t, 1, i) for i, t in enumerate(at)]
    heapq.heapify(events)
    busy, sold = False, 0.0
    while events:
        now, kind, i = heapq.heappop(events)
        if kind == 0:
            busy = False
            sold += pays[i]
        else:
            waiting.append(i)
        while waiting and not busy:
            first = waiting.popleft()
            if now - at[first] <= patience and sold < pieces:
                busy = True
                heapq.heappush(events, (now + lock, 0, first))
    return sold


def reserved(at: Sequence[float], pays: Sequence[float], pieces: int, hold: float) -> float:
    """Pieces sold if they are reserved: each reservation has an event at which it ends."""
    events = [(t, 1, i) for i, t in enumerate(at)]
    heapq.heapify(events)
    free, sold = pieces, 0.0
    while events:
        now, kind, i = heapq.heappop(events)
        if kind == 0:
            free += 1
        elif free > 0:
            free -= 1
            if pays[i]:
                sold += 1
            else:
                heapq.heappush(events, (now + hold, 0, i))
    return sold


def paid(
    at: Sequence[float], pays: Sequence[float], pieces: int, takes: float
) -> tuple[float, float]:
    """Pieces sold and payments returned if payment comes first."""
    events = [(t, 1, i) for i, t in enumerate(at)]
    heapq.heapify(events)
    free, sold, back = pieces, 0.0, 0.0
    while events:
        now, kind, i = heapq.heappop(events)
        if kind == 1:
            if free > 0:
                heapq.heappush(events, (now + takes, 0, i))
        elif pays[i] and free > 0:
            free -= 1
            sold += 1
        elif pays[i]:
            back += 1
    return sold, back
