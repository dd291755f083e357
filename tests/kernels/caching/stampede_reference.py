"""The expiry of one entry with every request and every share of the database written out."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

Episode = tuple[int, int, list[float]]  # recomputations, most at a time, waits


@dataclass
class Database:
    """Works on its jobs in equal shares; ``left`` is the work that each still needs."""

    work: float
    parallel: int
    left: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)

    def speed(self) -> float:
        return min(1.0, self.parallel / len(self.left))

    def next_end(self, now: float) -> float:
        return now + min(self.left) / self.speed() if self.left else math.inf

    def run(self, span: float) -> None:
        if self.left:
            done = span * self.speed()
            self.left = [work - done for work in self.left]

    def start(self, now: float) -> None:
        self.left.append(self.work)
        self.begun.append(now)

    def end(self) -> float:
        """Take out the job with the least left; returns when it began."""
        place = self.left.index(min(self.left))
        del self.left[place]
        return self.begun.pop(place)


def expiry(
    protection: str, requests: Iterator[tuple[float, int, bool]], work: float, parallel: int
) -> Episode:
    """``requests``: time since the expiry, server, and whether it recomputes before it is due.

    Only as many are taken as come before the first recomputation is done.
    """
    database = Database(work, parallel)
    waiting: list[float] = []
    waits: list[float] = []
    locked: set[object] = set()
    recomputations = most = 0
    now = 0.0
    done = False
    request = next(requests)
    while not done or database.left:
        comes = math.inf if done else request[0]
        ends = database.next_end(now)
        database.run(min(comes, ends) - now)
        now = min(comes, ends)
        if ends <= comes:
            began = database.end()
            if protection != "stale":
                waits.append(now - began)
            if not done:
                waits += [now - time for time in waiting]
            done = True
            continue
        _, server, volunteers = request
        lock = {"server": server, "lease": "all", "stale": "all"}.get(protection)
        if now >= 0.0 or volunteers:
            if lock is None or lock not in locked:
                locked.add(lock)
                database.start(now)
                recomputations += 1
                most = max(most, len(database.left))
            elif protection != "stale":
                waiting.append(now)
        request = next(requests)
    return recomputations, most, waits


def early(rate: float, work: float, parallel: int, beta: float, ttl: float, seed: int) -> Episode:
    """XFetch as its authors write it: each request throws its own die."""
    random = Random(seed)

    def requests() -> Iterator[tuple[float, int, bool]]:
        time = -ttl
        while True:
            time += random.expovariate(rate)
            yield time, 0, time - work * beta * math.log(1.0 - random.random()) >= 0.0

    return expiry("early", requests(), work, parallel)
