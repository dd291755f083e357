"""Shards with lines of sub-queries, event by event: one comes, one is served, patience ends."""

import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(order=True)
class Event:
    time: float
    number: int
    what: str = field(compare=False)
    part: "Part" = field(compare=False)


@dataclass(eq=False)
class Part:
    """A sub-query: whose it is, where it goes, how long it takes there, and what comes after it."""

    query: int
    shard: int
    work: float
    then: "Part | None" = None


class Table:
    """Shards that serve one part at a time; whoever waits longer than patience lasts leaves."""

    def __init__(self, shards: int, patience: float, busy_until: float) -> None:
        self.lines: list[deque[Part]] = [deque() for _ in range(shards)]
        self.serving = [busy_until > 0.0] * shards
        self.patience = patience
        self.events: list[Event] = []
        self.number = 0
        self.ended: dict[int, float] = {}
        self.left: set[int] = set()
        self.busy = 0.0
        for shard in range(shards if busy_until > 0.0 else 0):
            self.at(busy_until, "served", Part(-1, shard, 0.0))

    def at(self, time: float, what: str, part: Part) -> None:
        heapq.heappush(self.events, Event(time, self.number, what, part))
        self.number += 1

    def end(self, part: Part, now: float) -> None:
        self.ended[part.query] = max(now, self.ended.get(part.query, -math.inf))

    def serve_next(self, shard: int, now: float) -> None:
        if self.lines[shard] and not self.serving[shard]:
            part = self.lines[shard].popleft()
            self.serving[shard] = True
            self.busy += part.work
            self.at(now + part.work, "served", part)

    def run(self) -> None:
        while self.events:
            event = heapq.heappop(self.events)
            now, part = event.time, event.part
            if event.what == "comes":
                self.lines[part.shard].append(part)
                self.at(now + self.patience, "leaves", part)
            elif event.what == "served":
                self.serving[part.shard] = False
                if part.query >= 0 and part.then:
                    self.at(now, "comes", part.then)
                elif part.query >= 0:
                    self.end(part, now)
            elif part in self.lines[part.shard]:
                self.lines[part.shard].remove(part)
                self.left.add(part.query)
                self.end(part, now)
            self.serve_next(part.shard, now)


def spent(
    gaps: Sequence[float],
    scatters: Sequence[bool],
    work: Sequence[Sequence[float]],
    places: Sequence[tuple[float, float]],
    shards: int,
    patience: float,
    busy_until: float,
    global_index: bool,
) -> tuple[list[float], list[bool], float]:
    """Time that each query spends, whether it gave up, and how long the shards served in all."""
    table = Table(shards, patience, busy_until)
    came = []
    now = 0.0
    for query, gap in enumerate(gaps):
        now += gap
        came.append(now)
        row = int(places[query][0] * shards)
        if not scatters[query]:
            table.at(now, "comes", Part(query, row, work[query][0]))
        elif global_index:
            then = Part(query, row, work[query][0])
            entry = int(places[query][1] * shards)
            table.at(now, "comes", Part(query, entry, work[query][1], then))
        else:
            for shard in range(shards):
                table.at(now, "comes", Part(query, shard, work[query][shard]))
    table.run()
    times = [table.ended[query] - came[query] for query in range(len(gaps))]
    return times, [query in table.left for query in range(len(gaps))], table.busy
