"""A front end and a failing service request by request, in plain Python: a heap of events."""

import heapq
import random
from collections import deque
from dataclasses import dataclass, field

NONE, TIME_OUT, BREAKER, BULKHEAD, BROKER = range(5)
HANG, SLOW_100, SLOW_10, ERROR = range(4)
COMES, CALLS, ANSWERED, LATE, TIMED_OUT = range(5)


@dataclass
class CircuitBreaker:
    """As the manual of Resilience4j has it: a window of results that is emptied on each change."""

    window: int = 100
    least: int = 100
    threshold: float = 0.5
    wait: float = 60.0
    permitted: int = 10
    state: str = "closed"
    since: float = 0.0
    sent: int = 0
    results: deque[bool] = field(default_factory=deque)

    def change(self, state: str, now: float) -> None:
        self.state, self.since, self.sent = state, now, 0
        self.results.clear()

    def lets_pass(self, now: float) -> bool:
        if self.state == "open" and now - self.since >= self.wait:
            self.change("half-open", now)
        if self.state == "half-open":
            self.sent += 1
            return self.sent <= self.permitted
        return self.state == "closed"

    def result(self, failed: bool, begun: float, now: float) -> None:
        if self.state == "open" or begun < self.since:
            return
        self.results.append(failed)
        half_open = self.state == "half-open"
        size = self.permitted if half_open else self.window
        while len(self.results) > size:
            self.results.popleft()
        if len(self.results) < (self.permitted if half_open else self.least):
            return
        if sum(self.results) / len(self.results) >= self.threshold:
            self.change("open", now)
        elif half_open:
            self.change("closed", now)


@dataclass
class World:
    """Times in s, rates in 1/s; ``limit`` is a time-out."""

    fault: int = HANG
    seconds: float = 60.0
    share: float = 0.1
    rate: float = 20.0
    workers: int = 20
    limit: float = 5.0
    own: int = 5
    fallback: bool = False
    work: float = 0.1
    call: float = 0.1
    hand_over: float = 0.01
    patience: float = 10.0
    lead: float = 30.0
    after: float = 150.0


@dataclass
class Seen:
    """Requests by outcome, and answers by when they were given."""

    came: int = 0
    answered: int = 0
    refused: int = 0
    failed: int = 0
    left: int = 0
    in_fault: int = 0
    came_in_fault: int = 0
    opened: float | None = None
    times: list[float] = field(default_factory=list)


def simulate(way: int, w: World, seed: int) -> Seen:
    """One run from an empty front end, which fills within a second of the lead."""
    chance = random.Random(seed)
    begins, ends = w.lead, w.lead + w.seconds
    seen, breaker = Seen(), CircuitBreaker()
    breaker.results.extend([False] * breaker.window)
    busy = under_way = 0
    events: list[tuple[float, int, int, float]] = []
    number = 0

    def push(at: float, kind: int, begun: float) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (at, number, kind, begun))

    def good(now: float) -> None:
        seen.answered += 1
        seen.times.append(now)
        seen.in_fault += begins < now <= ends

    def without(now: float, soon: bool = True) -> None:
        if w.fallback and soon:
            good(now)
        else:
            seen.failed += 1

    def lasts(now: float) -> float:
        """A call's time; one that begins in a slow service goes on at its usual speed later."""
        unit = chance.expovariate(1.0)
        if way == BROKER:
            return unit * w.hand_over
        if now >= ends:
            return unit * w.call
        slower = {HANG: float("inf"), SLOW_100: 100.0, SLOW_10: 10.0, ERROR: 1.0}[w.fault]
        if now < begins:
            if unit * w.call <= begins - now:
                return unit * w.call
            left = unit - (begins - now) / w.call
            spent = begins - now
        else:
            left, spent = unit, 0.0
        start = max(now, begins)
        if slower == float("inf"):
            return float("inf")
        if left * w.call * slower <= ends - start:
            return spent + left * w.call * slower
        left -= (ends - start) / (w.call * slower)
        return spent + (ends - start) + left * w.call

    push(chance.expovariate(w.rate), COMES, 0.0)
    stop = ends + w.after
    while events and events[0][0] < stop:
        now, _, kind, begun = heapq.heappop(events)
        if kind == COMES:
            push(now + chance.expovariate(w.rate), COMES, 0.0)
            seen.came += 1
            seen.came_in_fault += begins < now <= ends
            if busy == w.workers:
                seen.refused += 1
            else:
                busy += 1
                push(now + chance.expovariate(1.0 / w.work), CALLS, 0.0)
        elif kind == CALLS:
            if chance.random() >= w.share:
                busy -= 1
                good(now)
            elif way == BREAKER and not breaker.lets_pass(now):
                busy -= 1
                without(now)
            elif way != BROKER and w.fault == ERROR and begins <= now < ends:
                busy -= 1
                without(now)
                if way == BREAKER:
                    breaker.result(True, now, now)
            elif way == BULKHEAD and under_way == w.own:
                busy -= 1
                without(now)
            else:
                under_way += 1
                needs = lasts(now)
                # What hangs is broken off when the service is well again.
                broken = ends - now if needs == float("inf") else float("inf")
                limit = w.limit if way in (TIME_OUT, BREAKER, BULKHEAD) else float("inf")
                first = min(needs, limit, broken)
                kind = ANSWERED if needs == first else TIMED_OUT
                if kind == ANSWERED and needs > w.patience:
                    kind = LATE
                push(now + first, kind, now)
        else:
            busy -= 1
            under_way -= 1
            if kind == ANSWERED:
                good(now)
            elif kind == LATE:
                seen.failed += 1
            else:
                without(now, now - begun <= w.patience)
            if way == BREAKER:
                breaker.result(kind == TIMED_OUT, begun, now)
        if breaker.state == "open" and seen.opened is None:
            seen.opened = now - begins
    seen.left = busy
    return seen
