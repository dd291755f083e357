"""The server and the generators again, in plain Python: pauses one by one, requests one by one.

Only the random numbers are those of the kernels, so that the same draws give the same times.
"""

import heapq
import math
from dataclasses import dataclass

from scalelab.kernels.random import exponential, uniform


@dataclass
class Paused:
    """A server that stands still from ``period/4 + k period`` on, for ``pause``."""

    service: float
    law: int
    pause: float
    period: float

    def service_time(self, chance) -> float:  # type: ignore[no-untyped-def]
        if self.law == 1:
            return exponential(chance, self.service)
        if self.law == 2:
            fast = self.service / (0.95 + 0.05 * 10.0)
            return fast * 10.0 if uniform(chance) < 0.05 else fast
        return self.service

    def done(self, begins: float, work: float) -> float:
        """When ``work`` begun then is done, by walking from pause to pause."""
        k = max(0, math.floor((begins - 0.25 * self.period) / self.period) - 1)
        now = begins
        while True:
            stops = (k + 0.25) * self.period
            goes_on = stops + self.pause
            if now < stops:
                if now + work <= stops:
                    return now + work
                work -= stops - now
                now = stops
            if now < goes_on:
                now = goes_on
            k += 1


def open_loop(server: Paused, rate: float, even: bool, until: float, chance):  # type: ignore[no-untyped-def]
    sent, took, free = [], [], 0.0
    t = 0.0 if even else exponential(chance, 1.0 / rate)
    while t < until:
        free = server.done(max(t, free), server.service_time(chance))
        sent.append(t)
        took.append(free - t)
        t = len(sent) / rate if even else t + exponential(chance, 1.0 / rate)
    return sent, took


def closed_loop(server: Paused, users: int, think: float, until: float, chance):  # type: ignore[no-untyped-def]
    events = [(exponential(chance, think), i) for i in range(users)]
    heapq.heapify(events)
    sent, took, free = [], [], 0.0
    while events[0][0] < until:
        t, user = heapq.heappop(events)
        free = server.done(max(t, free), server.service_time(chance))
        sent.append(t)
        took.append(free - t)
        heapq.heappush(events, (free + exponential(chance, think), user))
    return sent, took


def one_connection(server: Paused, rate: float, until: float, chance):  # type: ignore[no-untyped-def]
    sent, took = [], []
    t = 0.0
    while t < until:
        answered = server.done(t, server.service_time(chance))
        sent.append(t)
        took.append(answered - t)
        t = max(t + 1.0 / rate, answered)
    return sent, took


def expected_interval(values: list[float], interval: float) -> list[float]:
    """What HdrHistogram's documentation says that it records: from each value down, in steps."""
    recorded = []
    for value in values:
        step = 0
        while step == 0 or value - step * interval >= interval:
            recorded.append(value - step * interval)
            step += 1
    return recorded


def nearest_rank(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[max(math.ceil(round(q * len(ordered), 6)) - 1, 0)] if ordered else 0.0
