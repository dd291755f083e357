"""One cached entry with every read, write, message, fetch and flush an event of its own."""

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass
class Counts:
    hits: int = 0
    misses: int = 0  # reads that start a fetch or wait for one
    old: int = 0
    fetches: int = 0
    stores: int = 0
    unsafe: float = 0.0  # sum over the writes of the time that the cache alone held each


class Shop:
    """``value`` counts the writes; an answer is old if a write has come since it was the value."""

    def __init__(
        self, strategy: str, ttl: float, read_rate: float, write_rate: float, fetch: float,
        delay: float, flush: float, seed: int,
    ) -> None:  # fmt: skip
        self.strategy, self.ttl, self.fetch = strategy, ttl, fetch
        self.delay, self.flush = delay, flush
        self.random = Random(seed)
        self.now = self.ended = 0.0
        self.order = itertools.count()
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.value = 0
        self.cached: int | None = None
        self.until = -1.0
        self.fetched: int | None = None  # the value that a fetch under way will bring
        self.leases_void = False
        self.unflushed: list[float] = []
        self.counts = Counts()
        self.again(read_rate, self.read)
        if write_rate > 0.0:
            self.again(write_rate, self.write)
        if strategy == "Write-behind":
            self.at(flush, self.flush_now)

    def at(self, delay: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.events, (self.now + delay, next(self.order), what))

    def again(self, rate: float, what: Callable[[], None]) -> None:
        def happens() -> None:
            what()
            self.at(self.random.expovariate(rate), happens)

        self.at(self.random.expovariate(rate), happens)

    def run(self, seconds: float) -> Counts:
        """Counts of the next ``seconds``."""
        self.counts = Counts()
        end = self.ended + seconds
        while self.events[0][0] < end:
            self.now, _, what = heapq.heappop(self.events)
            what()
        self.ended = end
        return self.counts

    def valid(self) -> bool:
        return self.cached is not None and self.now < self.until

    def keep(self, value: int, seconds: float) -> None:
        self.cached, self.until = value, self.now + seconds

    def read(self) -> None:
        if self.valid():
            self.counts.hits += 1
            answer = self.cached
        else:
            self.counts.misses += 1
            if self.fetched is None:
                self.fetched = self.value
                self.leases_void = False
                self.counts.fetches += 1
                self.at(self.fetch, self.fetch_ends)
            answer = self.fetched
        self.counts.old += answer != self.value

    def fetch_ends(self) -> None:
        value, self.fetched = self.fetched, None
        assert value is not None
        if self.strategy == "Cache-aside + lease" and self.leases_void:
            return
        newer = self.strategy.startswith("Write") and self.valid() and (self.cached or 0) > value
        if newer:
            self.until = max(self.until, self.now + self.ttl)
        else:
            self.keep(value, self.ttl)

    def write(self) -> None:
        self.value += 1
        if self.strategy == "Write-behind":
            to_flush = self.flush - math.fmod(self.now, self.flush)
            self.unflushed.append(self.now)
            self.keep(self.value, max(self.ttl, to_flush))
            return
        self.counts.stores += 1
        if self.strategy != "TTL only":
            value = self.value
            self.at(self.delay, lambda: self.hears(value))

    def hears(self, value: int) -> None:
        if self.strategy == "Write-through":
            self.keep(max(self.cached or 0, value) if self.valid() else value, self.ttl)
        else:
            self.cached = None
            self.leases_void = True

    def flush_now(self) -> None:
        self.counts.stores += bool(self.unflushed)
        self.counts.unsafe += sum(self.now - time for time in self.unflushed)
        self.unflushed.clear()
        self.at(self.flush, self.flush_now)
