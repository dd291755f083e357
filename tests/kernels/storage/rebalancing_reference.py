"""A shard with two lines, event by event: arrivals, a server that is free or not."""

import heapq
from collections import deque
from collections.abc import Sequence

REQUEST, CHUNK, DONE = "request", "chunk", "done"


def request_times(
    arrivals: Sequence[float],
    needs: Sequence[float],
    chunks: Sequence[float],
    chunk: float,
    shop_first: bool,
    busy_until: float = 0.0,
    waiting_chunks: int = 0,
) -> list[float]:
    """Time that each request takes. All in seconds, ``arrivals`` and ``chunks`` in order.

    The shard is busy until ``busy_until``, and some chunks wait from the beginning.
    """
    events = [(at, 1, REQUEST, i) for i, at in enumerate(arrivals)]
    events += [(at, 2, CHUNK, i) for i, at in enumerate(chunks)]
    events += [(0.0, 2, CHUNK, -1)] * waiting_chunks
    if busy_until > 0.0:
        events.append((busy_until, 0, DONE, -1))
    heapq.heapify(events)
    free = busy_until == 0.0
    line: deque[tuple[str, int]] = deque()
    took = [float("nan")] * len(arrivals)
    while events:
        now, _, what, number = heapq.heappop(events)
        if what == DONE:
            free = True
        else:
            line.append((what, number))
        if not free or not line:
            continue
        waiting_requests = [one for one in line if one[0] == REQUEST]
        following = waiting_requests[0] if shop_first and waiting_requests else line[0]
        line.remove(following)
        what, number = following
        end = now + (needs[number] if what == REQUEST else chunk)
        if what == REQUEST:
            took[number] = end - arrivals[number]
        heapq.heappush(events, (end, 0, DONE, number))
        free = False
    return took
