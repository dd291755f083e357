"""The service told by events: a list of what waits, worked off from one moment to the next."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

ORDER_S, LOOK_S = 10.0, 300.0


@dataclass
class Service:
    """Work is in seconds of the first capacity; ``works`` gives that of each accepted request."""

    capacity: float
    most: int
    extra: float
    start: float
    works: Iterator[float]
    now: float = 0.0
    comes: float = math.inf
    queue: list[tuple[int, float]] = field(default_factory=list)
    waits: dict[int, float] = field(default_factory=dict)

    @property
    def speed(self) -> float:
        return 1.0 + self.extra if self.now >= self.comes else 1.0

    def work_until(self, t: float, times: list[float]) -> None:
        """Serve whatever is at the head, event by event."""
        while self.now < t:
            stop = min(t, self.comes) if self.now < self.comes else t
            if not self.queue:
                self.now = stop
                continue
            who, left = self.queue[0]
            self.waits.setdefault(who, self.now - times[who])
            if self.now + left / self.speed <= stop:
                self.now += left / self.speed
                self.queue.pop(0)
                if self.queue:
                    self.waits.setdefault(self.queue[0][0], self.now - times[self.queue[0][0]])
            else:
                self.queue[0] = (who, left - (stop - self.now) * self.speed)
                self.now = stop

    def arrival(self, who: int, times: list[float]) -> None:
        t = times[who]
        recent = sum(1 for other in times[:who] if other >= t - LOOK_S)
        if not self.queue and recent < LOOK_S * self.capacity:
            self.comes = math.inf
        full = self.most > 0 and len(self.queue) >= self.most
        work = 0.0 if full else next(self.works)
        late = sum(left for _, left in self.queue) + work > ORDER_S
        if self.extra > 0.0 and self.comes == math.inf and (full or late):
            self.comes = t + self.start
        if full:
            self.waits[who] = -1.0
            return
        self.queue.append((who, work))
        if len(self.queue) == 1:
            self.waits[who] = 0.0


def serve(times: list[float], service: Service) -> list[float]:
    """The wait of each request, -1 for one that is refused."""
    for who, t in enumerate(times):
        service.work_until(t, times)
        service.now = t
        service.arrival(who, times)
    service.work_until(times[-1] + 1e7 if times else 0.0, times)
    return [service.waits[who] for who in range(len(times))]
