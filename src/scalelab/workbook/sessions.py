"""Five minutes of customers at a primary with three replicas, drawn from a seed.

The primary commits at a steady rate, and a position in its log is the number of commits until
there. A replica follows a little later. Now and then one of them stalls for some seconds and then
catches up, faster than it would have come. Replicas report how far they are every so often, so that
a router knows a position that has been passed already.

Customers come at random; each makes some requests, one after the other, and some of them write.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats, Ints

DURATION_S = 300.0
COMMITS_PER_S = 200.0
REPLICAS = 3
STEP_S = 0.05
REPORT_S = 0.2
DELAY_S = 0.1
STALLS_EVERY_S = 40.0
STALL_S = 5.0
CATCH_UP = 4.0  # seconds of the log in a second
CUSTOMERS = 600
REQUESTS = 12
THINK_S = 1.5
WRITE_SHARE = 0.2


@dataclass(frozen=True)
class Request:
    """A customer's read or write, at a time in seconds."""

    time: float
    customer: int
    writes: bool


@dataclass(frozen=True)
class Traffic:
    """``requests`` in order of time, and how far each replica is at the end of each step."""

    requests: list[Request]
    applied: Ints

    def head(self, time: float) -> int:
        """The primary's position."""
        return int(time * COMMITS_PER_S)

    def position(self, replica: int, time: float) -> int:
        """How far a replica is."""
        return int(self.applied[replica, int(time / STEP_S)])

    def reports(self, time: float) -> list[int]:
        """What the replicas have last said of how far they are."""
        said = int(time / REPORT_S) * REPORT_S
        return [self.position(replica, said) for replica in range(REPLICAS)]


def traffic(seed: int) -> Traffic:
    """The requests of all customers, and the replicas that they meet."""
    chance = np.random.default_rng(seed)
    start = chance.uniform(10.0, DURATION_S - 3.0 * REQUESTS * THINK_S, CUSTOMERS)
    times = start[:, None] + np.cumsum(chance.exponential(THINK_S, (CUSTOMERS, REQUESTS)), axis=1)
    writes = chance.random((CUSTOMERS, REQUESTS)) < WRITE_SHARE
    requests = [
        Request(float(times[customer, i]), customer, bool(writes[customer, i]))
        for customer in range(CUSTOMERS)
        for i in range(REQUESTS)
        if times[customer, i] < DURATION_S
    ]
    requests.sort(key=lambda request: request.time)
    applied = np.array([_followed(chance) for _ in range(REPLICAS)])
    return Traffic(requests, applied)


def _followed(chance: np.random.Generator) -> Floats:
    """Positions of one replica."""
    steps = round(DURATION_S / STEP_S) + 1
    stalled = np.zeros(steps, bool)
    now = chance.exponential(STALLS_EVERY_S)
    while now < DURATION_S:
        until = now + chance.exponential(STALL_S)
        stalled[int(now / STEP_S) : int(until / STEP_S)] = True
        now = until + chance.exponential(STALLS_EVERY_S)
    reached = 0.0  # the second of the log that it has applied
    positions = np.empty(steps)
    for step in range(steps):
        if not stalled[step]:
            reached = max(reached, min(step * STEP_S - DELAY_S, reached + CATCH_UP * STEP_S))
        positions[step] = int(reached * COMMITS_PER_S)
    return positions
