"""Retries in plain Python, twice: request by request, event after event; and as parcels in steps.

The events know no steps: a request is at its place in line, has its own number of tries and its own
back-off. The parcels follow the kernel's rules, kept as lists of small records, with no rings, no
differences and no windows that slide.
"""

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from itertools import count

NONE, PLAIN, BUDGET, BREAKER, SHED = range(5)
SHORT, LONG, NEWEST, DROP = range(4)


@dataclass
class World:
    """Rates in 1/s, times in s. ``limit``: of the queue, in seconds of work."""

    way: int
    load: float = 280.0
    capacity: float = 300.0
    outage: float = 10.0
    timeout: float = 1.0
    tries: int = 3
    backoff: int = 0
    share: float = 0.1
    of_answers: bool = False
    open: float = 60.0
    limit: float = float("inf")
    newest: bool = False
    drop: bool = False
    lead: float = 6.0

    @property
    def retries(self) -> int:
        return 0 if self.way == NONE else self.tries

    @property
    def most_tokens(self) -> float:
        return self.share * self.load * 10.0


def back_off(retry: int, kind: int) -> tuple[float, float]:
    """From and to when a retry comes, in seconds."""
    return ((0.0, 0.0), (1.0, 1.0), (0.0, min(2.0 ** (retry - 1), 20.0)))[kind]


# --- Request by request ---


@dataclass
class Breaker:
    """Of attempts one by one: a list of the last 100 outcomes."""

    pause: float
    mode: str = "closed"
    until: float = 0.0
    last: deque[bool] = field(default_factory=lambda: deque(maxlen=100))
    probes: int = 0
    seen: int = 0
    bad: int = 0

    def lets_through(self, now: float) -> bool:
        if self.mode == "open" and now >= self.until:
            self.mode, self.probes, self.seen, self.bad = "half", 10, 0, 0
        if self.mode == "half":
            self.probes -= 1
            return self.probes >= 0
        return self.mode == "closed"

    def learns(self, failed: bool, now: float) -> None:
        if self.mode == "closed":
            self.last.append(failed)
            if len(self.last) == 100 and sum(self.last) >= 50:
                self.mode, self.until = "open", now + self.pause
                self.last.clear()
        elif self.mode == "half":
            self.seen, self.bad = self.seen + 1, self.bad + failed
            if self.seen == 10:
                self.mode = "open" if self.bad >= 5 else "closed"
                self.until = now + self.pause


@dataclass
class Seen:
    """In each bin: answered in time, and attempts sent. And how many requests were given up."""

    answered: list[int]
    sent: list[int]
    given_up: int = 0


def events(w: World, width: float, bins: int, at_random: bool = False, seed: int = 1) -> Seen:
    """A list of events; every attempt takes the server as long as every other."""
    chance = random.Random(seed)
    seen = Seen([0] * bins, [0] * bins)
    number = count()
    todo: list[tuple[float, int, str, int, int]] = []
    waiting: deque[tuple[int, float]] = deque()
    open_: dict[int, tuple[int, int]] = {}  # attempts somebody waits for: request, tries before
    breaker, tokens = Breaker(w.open), w.most_tokens
    end = width * bins
    busy = False

    def after(now: float, what: str, request: int, tries: int) -> None:
        heapq.heappush(todo, (now, next(number), what, request, tries))

    def up(now: float) -> bool:
        return not w.lead <= now < w.lead + w.outage

    def fails(now: float, request: int, tries: int) -> None:
        nonlocal tokens
        breaker.learns(True, now)
        again = tries < w.retries
        if again and w.way == BUDGET:
            again = tokens >= 1.0
            tokens -= again
        if again:
            low, high = back_off(tries + 1, w.backoff)
            after(now + chance.uniform(low, high), "send", request, tries + 1)
        elif now < end:
            seen.given_up += 1

    def serve(now: float) -> None:
        nonlocal busy
        while waiting and not busy and up(now):
            attempt, came = waiting.pop() if w.newest else waiting.popleft()
            if w.drop and now - came + 1.0 / w.capacity > w.timeout:
                continue
            busy = True
            after(now + 1.0 / w.capacity, "done", attempt, 0)

    after(0.5 / w.load, "new", 0, 0)
    after(w.lead + w.outage, "up", 0, 0)
    while todo:
        now, _, what, request, tries = heapq.heappop(todo)
        if now >= end:
            break
        if what == "new":
            gap = chance.expovariate(w.load) if at_random else 1.0 / w.load
            after(now + gap, "new", 0, 0)
            if not w.of_answers:
                tokens = min(tokens + w.share, w.most_tokens)
            request, what = next(number), "send"
        if what == "send":
            if w.way == BREAKER and not breaker.lets_through(now):
                seen.given_up += 1
                continue
            seen.sent[int(now / width)] += 1
            if len(waiting) >= w.limit * w.capacity:
                # It is sent again after as long as a step of the kernel takes.
                after(now + 0.02, "refused", request, tries)
                continue
            attempt = next(number)
            open_[attempt] = (request, tries)
            waiting.append((attempt, now))
            after(now + w.timeout, "out", attempt, 0)
            serve(now)
        elif what == "refused":
            fails(now, request, tries)
        elif what == "out" and request in open_:
            fails(now, *open_.pop(request))
        elif what == "done":
            busy = False
            if open_.pop(request, None) is not None:
                seen.answered[int(now / width)] += 1
                breaker.learns(False, now)
                if w.of_answers:
                    tokens = min(tokens + w.share, w.most_tokens)
            serve(now)
        elif what == "up":
            serve(now)
    return seen


# --- As parcels ---


@dataclass
class Parcel:
    """What was sent in one step, by number of tries, and what of all is left to do."""

    step: int
    sent: dict[int, float]
    left: float

    @property
    def total(self) -> float:
        return sum(self.sent.values())


def parcels(w: World, steps: int, step_s: float = 0.02) -> list[tuple[float, float, float, float]]:
    """Of each step: answered in time, sent, in the queue, given up."""
    rounded = [round(x / step_s) for x in (w.lead, w.lead + w.outage, w.timeout, w.open)]
    down_from, down_to, timeout, pause = rounded
    timeout = max(timeout, 1)
    load, capacity = w.load * step_s, w.capacity * step_s
    limit = w.limit * w.capacity
    most_tokens = w.share * load * round(10.0 / step_s)
    tokens = most_tokens
    line: list[Parcel] = []
    sent_in: dict[int, Parcel] = {}
    retries: dict[int, dict[int, float]] = {}
    mode, until, probes = "closed", 0, 0.0
    outcomes: list[tuple[float, float]] = []
    result = []
    for t in range(steps):
        given_up = ok = bad = 0.0

        def fails(tries: int, amount: float, at: int) -> float:
            """What of it is not tried again."""
            nonlocal tokens
            again = amount if tries < w.retries else 0.0
            if w.way == BUDGET:
                again = min(again, tokens)
                tokens -= again
            if again == 0.0:
                return amount
            low, high = (round(x / step_s) for x in back_off(tries + 1, w.backoff))
            for wait in range(low, max(high, low + 1)):
                then = retries.setdefault(at + wait, {})
                then[tries + 1] = then.get(tries + 1, 0.0) + again / max(high - low, 1)
            return amount - again

        old = sent_in.pop(t - timeout, None)
        if old is not None and old.left > 0.0:
            for tries, amount in old.sent.items():
                lost = amount * old.left / old.total
                bad += lost
                given_up += fails(tries, lost, t)
        if not w.of_answers:
            tokens = min(tokens + w.share * load, most_tokens)
        wanted = {0: load, **dict(sorted(retries.pop(t, {}).items()))}
        if w.way == BREAKER:
            if mode == "open" and t >= until:
                mode, probes, outcomes = "half", 10.0, []
            total = sum(wanted.values())
            part = 1.0 if mode == "closed" else 0.0
            if mode == "half":
                part = min(1.0, probes / total)
                probes -= part * total
            given_up += total * (1.0 - part)
            wanted = {tries: part * amount for tries, amount in wanted.items()}
        attempts = sum(wanted.values())
        room = limit - sum(each.left for each in line)
        if attempts > room:
            part = max(room, 0.0) / attempts
            for tries, amount in wanted.items():
                bad += amount * (1.0 - part)
                given_up += fails(tries, amount * (1.0 - part), t + 1)
            wanted = {tries: part * amount for tries, amount in wanted.items()}
        parcel = Parcel(t, wanted, sum(wanted.values()))
        sent_in[t] = parcel
        line.append(parcel)
        if w.drop:
            for each in line:
                each.left = each.left if t - each.step < timeout else 0.0
        can = 0.0 if down_from <= t < down_to else capacity
        for each in reversed(line) if w.newest else line:
            work = min(can, each.left)
            each.left -= work
            can -= work
            ok += work if t - each.step < timeout else 0.0
        line = [each for each in line if each.left > 0.0]
        if w.of_answers:
            tokens = min(tokens + w.share * ok, most_tokens)
        if w.way == BREAKER and mode != "open":
            outcomes.append((ok, bad))
            failed, window = 0.0, 0.0
            for good, wrong in reversed(outcomes):
                if mode == "closed" and window + good + wrong >= 100.0:
                    failed += wrong * (100.0 - window) / (good + wrong)
                    window = 100.0
                    break
                failed, window = failed + wrong, window + good + wrong
            if mode == "closed" and window >= 100.0 and failed >= 0.5 * window - 1e-7:
                mode, until = "open", t + 1 + pause
            elif mode == "half" and window >= 10.0 - 1e-6:
                if failed >= 0.5 * window - 1e-9:
                    mode, until = "open", t + 1 + pause
                else:
                    mode, outcomes = "closed", []
        result.append((ok, attempts, sum(each.left for each in line), given_up))
    return result
