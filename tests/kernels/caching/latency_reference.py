"""A database with a few connections, event by event: arrivals, ends of queries, lost patience."""

import heapq
from collections import deque
from collections.abc import Sequence

ARRIVES, ENDS, LEAVES = "arrives", "ends", "leaves"


def query_times(
    gaps: Sequence[float],
    holds: Sequence[float],
    rate: float,
    service: float,
    connections: int,
    timeout: float,
) -> tuple[list[float], int]:
    """Time that each query takes, and how many left without a connection.

    An overloaded database starts with every connection taken until the timeout.
    """
    taken = connections if rate * service >= connections else 0
    events = [(timeout, number, ENDS, -1) for number in range(taken)]
    now = 0.0
    for query, gap in enumerate(gaps):
        now += gap / rate
        events.append((now, connections + query, ARRIVES, query))
    heapq.heapify(events)
    number = len(gaps) + connections
    line: deque[int] = deque()
    arrived: dict[int, float] = {}
    took = [float("nan")] * len(gaps)
    left = 0
    while events:
        now, _, what, query = heapq.heappop(events)
        if what == ARRIVES:
            arrived[query] = now
            line.append(query)
            heapq.heappush(events, (now + timeout, number, LEAVES, query))
        elif what == ENDS:
            taken -= 1
        elif query in line:
            line.remove(query)
            took[query] = timeout
            left += 1
        number += 1
        while line and taken < connections:
            query = line.popleft()
            taken += 1
            took[query] = now + holds[query] * service - arrived[query]
            heapq.heappush(events, (now + holds[query] * service, number, ENDS, query))
            number += 1
    return took, left
