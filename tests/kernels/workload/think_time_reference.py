"""Sessions and closed systems again, in plain Python: a list for each client, moments one by one.

Only the random numbers are those of the kernels, so that the same draws give the same times.
"""

import heapq
import math
from bisect import bisect_left
from itertools import accumulate, pairwise

from scalelab.kernels.random import below, exponential, uniform

Visits = list[list[float]]


def clients_of(requests: list[tuple[float, int]]) -> Visits:
    """The moments of each client's requests, in order."""
    of: dict[int, list[float]] = {}
    for time, client in sorted(requests, key=lambda request: request[0]):
        of.setdefault(client, []).append(time)
    return [of[client] for client in sorted(of)]


def clicks_of(times: list[float], together: float) -> list[float]:
    clicks: list[float] = []
    for time in times:
        if not clicks or time - clicks[-1] > together:
            clicks.append(time)
    return clicks


def sessions_of(clicks: list[float], timeout: float) -> Visits:
    sessions: Visits = []
    for time in clicks:
        if sessions and time - sessions[-1][-1] <= timeout:
            sessions[-1].append(time)
        else:
            sessions.append([time])
    return sessions


def pauses_of(session: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(session)]


def there(sessions: Visits, stay: float, moment: float) -> int:
    """Sessions that have begun, and not ended ``stay`` before the moment."""
    return sum(s[0] <= moment < s[-1] + stay for s in sessions)


def ratio(tops: list[float], bottoms: list[float], t: float) -> tuple[float, float]:
    """A ratio of sums, and half of its interval if the pairs are what was drawn."""
    value = sum(tops) / sum(bottoms)
    n = len(tops)
    rest = [top - value * bottom for top, bottom in zip(tops, bottoms, strict=True)]
    variance = n / (n - 1) * sum(each * each for each in rest)
    return value, t * math.sqrt(variance) / sum(bottoms)


def closed_loop(  # type: ignore[no-untyped-def]
    users, thinks, pace, service, servers, skipped, counted, chance
):
    """Users who think, click and wait; all events in order."""
    totals = list(accumulate(thinks))
    thinking = servers * pace * totals[-1] / len(thinks) / service
    clicks = []
    for i in range(users):
        if i < thinking:
            spot = uniform(chance) * totals[-1]
            rest = totals[min(bisect_left(totals, spot), len(totals) - 1)] - spot
            clicks.append(rest * pace)
        else:
            clicks.append(0.0)
    heapq.heapify(clicks)
    free = [0.0] * servers
    waits = []
    begun = 0.0
    for n in range(skipped + counted):
        clicked = heapq.heappop(clicks)
        done = max(clicked, heapq.heappop(free)) + exponential(chance, service)
        heapq.heappush(free, done)
        heapq.heappush(clicks, done + thinks[below(chance, len(thinks))] * pace)
        if n == skipped:
            begun = clicked
        if n >= skipped:
            waits.append(done - clicked)
    return counted / (clicks[0] - begun), sum(waits) / counted
