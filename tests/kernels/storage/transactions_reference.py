"""Rows, locks and clients, event by event: a try, the end of a lock."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

FREE, TRY = 0, 1  # of two events at the same time the lock ends first


@dataclass
class Fate:
    committed: bool
    attempts: int
    latency: float


@dataclass
class Order:
    """A transaction: when it comes, its rows, and how its commit would go (ms)."""

    comes: float
    rows: Sequence[int]
    answered: float  # after it has its locks
    held: float
    in_doubt: bool
    pauses: Sequence[float]


def two_phases(
    execution: float, log: float, trips: Sequence[float], later: Sequence[float]
) -> tuple[float, float]:
    """When the client has its answer and when the rows are free; round trips of the two rounds."""
    prepared = execution + max(trip + log for trip in trips)
    answered = prepared + log
    return answered, answered + max(trip + log for trip in later)


def fates(orders: Sequence[Order]) -> list[Fate]:
    events = [(order.comes, TRY, number) for number, order in enumerate(orders)]
    heapq.heapify(events)
    locked: set[int] = set()
    found = [Fate(False, 0, 0.0) for _ in orders]
    while events:
        now, what, number = heapq.heappop(events)
        order, fate = orders[number], found[number]
        if what == FREE:
            locked -= set(order.rows)
            continue
        fate.attempts += 1
        if locked.isdisjoint(order.rows):
            locked |= set(order.rows)
            heapq.heappush(events, (now + order.held, FREE, number))
            fate.committed = not order.in_doubt
            fate.latency = now + order.answered - order.comes
        elif fate.attempts <= len(order.pauses):
            heapq.heappush(events, (now + order.pauses[fate.attempts - 1], TRY, number))
    return found
