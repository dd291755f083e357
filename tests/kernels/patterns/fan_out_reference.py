"""Calls of one leaf as events in plain Python: news travel as events, and remove what waits."""

import heapq
from collections import deque
from collections.abc import Sequence

NEWS, FINISH, ARRIVE, SECOND = range(4)  # of events at the same moment the first goes first
ALL, HEDGED, CANCELLED, TIED = "all", "hedged", "cancelled", "tied"


class Service:
    """Servers with a queue each; a copy is (call, which of its two)."""

    def __init__(
        self, gaps: Sequence[float], work: Sequence[float], server: Sequence[int], servers: int,
        means: str, delay: float, budget: float, message: float,
    ) -> None:  # fmt: skip
        self.work, self.server, self.means = work, server, means
        self.delay = 2.0 * message if means == TIED else delay
        self.budget, self.message, self.tokens = budget, message, 10.0
        self.queues: list[deque[tuple[int, int]]] = [deque() for _ in range(servers)]
        self.serving: list[tuple[int, int] | None] = [None] * servers
        self.events: list[tuple[float, int, tuple[int, int]]] = []
        self.done: dict[int, float] = {}
        self.unwanted: set[tuple[int, int]] = set()
        self.begun = 0.0
        self.came: list[float] = []
        now = 0.0
        for call, gap in enumerate(gaps):
            now += gap
            self.came.append(now)
            heapq.heappush(self.events, (now, ARRIVE, (call, 0)))

    def place(self, copy: tuple[int, int]) -> int:
        return self.server[2 * copy[0] + copy[1]]

    def start_next(self, s: int, now: float) -> None:
        if self.serving[s] is not None or not self.queues[s]:
            return
        copy = self.queues[s].popleft()
        self.serving[s] = copy
        took = self.work[2 * copy[0] + copy[1]]
        self.begun += took
        heapq.heappush(self.events, (now + took, FINISH, copy))
        if self.means == TIED:
            heapq.heappush(self.events, (now + self.message, NEWS, (copy[0], 1 - copy[1])))

    def join(self, copy: tuple[int, int], now: float) -> None:
        if copy not in self.unwanted:
            self.queues[self.place(copy)].append(copy)
            self.start_next(self.place(copy), now)

    def happens(self, now: float, kind: int, copy: tuple[int, int]) -> None:
        call = copy[0]
        if kind == NEWS:
            self.unwanted.add(copy)
            if copy in self.queues[self.place(copy)]:
                self.queues[self.place(copy)].remove(copy)
        elif kind == FINISH:
            s = self.place(copy)
            self.serving[s] = None
            if call not in self.done:
                self.done[call] = now
                if self.means == CANCELLED:
                    heapq.heappush(self.events, (now + self.message, NEWS, (call, 1 - copy[1])))
            self.start_next(s, now)
        elif kind == ARRIVE:
            self.tokens = min(self.tokens + self.budget, 10.0)
            if self.means != ALL:
                heapq.heappush(self.events, (now + self.delay, SECOND, (call, 1)))
            self.join(copy, now)
        elif self.means == TIED:
            self.join(copy, now)
        elif call not in self.done and (self.budget >= 1.0 or self.tokens >= 1.0):
            self.tokens -= 1.0
            self.join(copy, now)

    def run(self) -> tuple[list[float], float]:
        """Time of each call, and work that was begun over the work of all first copies."""
        while self.events:
            self.happens(*heapq.heappop(self.events))
        times = [self.done[call] - came for call, came in enumerate(self.came)]
        return times, self.begun / sum(self.work[::2])
