"""Events, workers and what is tried again as a heap of things that happen, in plain Python.

Whoever handles an event writes into the order's row: which event it was, and when. At the end all
dead letters are sent again.
"""

import heapq
import itertools
import math
import random
from collections import deque
from typing import Any

ANY, VERSIONS, IN_PLACE, ASIDE, GROUPS = range(5)
ATTEMPTS = 5


class Event:
    """One event of an order: which of the two, and what became of it."""

    def __init__(self, order: int, which: int, at: float, poison: bool) -> None:
        self.order, self.which, self.at, self.poison = order, which, at, poison
        self.attempts, self.effects = 0, 0
        self.first, self.last = math.inf, -math.inf
        self.dead = False


class Shop:
    """Queues, idle workers and blocked orders of one way."""

    def __init__(self, way: int, world: dict[str, Any], orders: int, seed: int) -> None:
        self.way, self.world = way, world
        self.chance = random.Random(seed)
        self.tick = itertools.count()
        self.later: list[tuple[float, int, str, Event]] = []
        lanes = world["workers"] if way in (IN_PLACE, ASIDE) else 1
        self.queues: list[deque[Event]] = [deque() for _ in range(lanes)]
        self.idle = [1 if lanes > 1 else world["workers"] for _ in range(lanes)]
        self.busy_with: dict[int, Event] = {}  # of groups: the event an order is in work with
        self.held: dict[int, list[Event]] = {}
        self.state: dict[int, tuple[int, float]] = {}
        self.events: list[Event] = []
        now = 0.0
        for order in range(orders):
            now += self.chance.expovariate(world["rate"] / 2.0)
            for which in (0, 1):
                poison = self.chance.random() < world["poison"]
                event = Event(order, which, now + which * world["gap_s"], poison)
                self.events.append(event)
                self.put(event.at, "comes", event)

    def put(self, at: float, what: str, event: Event) -> None:
        heapq.heappush(self.later, (at, next(self.tick), what, event))

    def lane(self, event: Event) -> int:
        return event.order % len(self.queues)

    def run(self) -> None:
        while self.later:
            now, _, what, event = heapq.heappop(self.later)
            if what == "comes":
                self.come(now, event)
            else:
                self.end(now, event)
        for event in self.events:
            if event.dead:
                self.effect(math.inf, event, again=True)

    def come(self, now: float, event: Event) -> None:
        if self.way == GROUPS:
            other = self.busy_with.get(event.order)
            if other is not None and other is not event:
                self.held.setdefault(event.order, []).append(event)
                return
            self.busy_with[event.order] = event
        self.queues[self.lane(event)].append(event)
        self.start(now, self.lane(event))

    def start(self, now: float, lane: int) -> None:
        while self.idle[lane] and self.queues[lane]:
            event = self.queues[lane].popleft()
            self.idle[lane] -= 1
            self.put(now + self.handling(), "ends", event)

    def handling(self) -> float:
        return self.chance.expovariate(1000.0 / self.world["service_ms"])

    def effect(self, now: float, event: Event, again: bool = False) -> None:
        forgotten = again or now - event.first >= self.world["kept_s"]
        if event.effects and not forgotten:
            return
        if self.way == VERSIONS and self.state.get(event.order, (-1, 0.0))[0] >= event.which:
            event.first = min(event.first, now)
            return
        event.effects += 1
        event.first = min(event.first, now)
        self.state[event.order] = (event.which, now)

    def end(self, now: float, event: Event) -> None:
        event.attempts += 1
        drawn = self.chance.random()
        failed = event.poison or drawn < self.world["fails"]
        if not failed:
            self.effect(now, event)
        if not failed and drawn >= self.world["fails"] + self.world["repeated"]:
            self.leave(now, event)
        elif event.attempts == ATTEMPTS:
            event.dead = True
            self.leave(now, event)
        elif self.way == IN_PLACE:
            self.put(now + self.world["backoff_s"] + self.handling(), "ends", event)
        else:
            self.put(now + self.world["backoff_s"], "comes", event)
            self.free(now, event)

    def free(self, now: float, event: Event) -> None:
        self.idle[self.lane(event)] += 1
        self.start(now, self.lane(event))

    def leave(self, now: float, event: Event) -> None:
        """The event is done or a dead letter."""
        if self.way == GROUPS:
            del self.busy_with[event.order]
            for other in self.held.pop(event.order, []):
                self.come(now, other)
        self.free(now, event)


def simulate(way: int, world: dict[str, Any], orders: int, seed: int) -> dict[str, float]:
    """Shares of the orders (wrong, twice) and of the events (late, and not done by 1 s)."""
    shop = Shop(way, world, orders, seed)
    shop.run()
    doubled = {event.order for event in shop.events if event.effects > 1}
    waited = [event.first - event.at for event in shop.events]
    return {
        "wrong": sum(which == 0 for which, _ in shop.state.values()) / orders,
        "twice": len(doubled) / orders,
        "late": sum(each > world["late_s"] for each in waited) / len(waited),
        "open": sum(each > 1.0 for each in waited) / len(waited),
        "attempts": sum(event.attempts for event in shop.events) / len(waited),
    }
