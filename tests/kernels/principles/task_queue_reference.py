"""A spike task by task in plain Python: evenly spaced arrivals, and one server that is as fast.

Another method than the kernel's fluid in steps: each task has a time at which it comes and one at
which it is taken. And autoscaling in short steps of time.
"""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Seen:
    """Waits of the tasks taken, by when they came; how many were lost; how many are left."""

    waits: list[float] = field(default_factory=list)
    lost: int = 0
    left: int = 0
    most: int = 0
    empty_at: float = 0.0  # from when on nothing waits


def arrivals(usual: float, spike: float, begins: float, ends: float, end: float) -> list[float]:
    """Times from 0 on at which one more whole task has come."""
    before, during = usual * begins, spike * (ends - begins)
    times = []
    for k in range(1, int(before + during + usual * (end - ends)) + 1):
        if k <= before:
            times.append(k / usual)
        elif k <= before + during:
            times.append(begins + (k - before) / spike)
        else:
            times.append(ends + (k - before - during) / usual)
    return times


def simulate(
    times: list[float], capacity: float, end: float, places: float = math.inf,
    drop: bool = False, newest: bool = False,
) -> Seen:  # fmt: skip
    """A server that takes one task after the other, each for 1/capacity."""
    seen, line, free = Seen(), deque[float](), 0.0
    for now in [*times, end]:
        while line and max(free, line[0]) < now:
            came = line.pop() if newest else line.popleft()
            starts = max(free, came)
            if starts >= now:
                line.append(came) if newest else line.appendleft(came)
                break
            seen.waits.append(starts - came)
            free = starts + 1.0 / capacity
            if not line:
                seen.empty_at = starts
        if now == end:
            break
        if len(line) >= places:
            seen.lost += 1
            if not drop:
                continue
            line.popleft()
        line.append(now)
        seen.most = max(seen.most, len(line))
    seen.left = len(line)
    return seen


def autoscaled(
    usual: float, spike: float, begins: float, ends: float, end: float, workers: int,
    service: float, target: float, boot: float, keep: float, most: int, dt: float = 0.25,
) -> tuple[float, float]:  # fmt: skip
    """The largest backlog, and hours of workers that were added."""
    orders: deque[tuple[float, int]] = deque()
    backlog, largest, hours, now = 0.0, 0.0, 0.0, 0.0
    while now < end:
        orders.append((now, min(math.ceil(backlog * service / target), max(most, workers))))
        while orders[0][0] < now - boot - keep:
            orders.popleft()
        there = max([workers, *(n for at, n in orders if at <= now - boot)])
        rate = spike if begins <= now < ends else usual
        backlog = max(backlog + (rate - there / service) * dt, 0.0)
        largest = max(largest, backlog)
        hours += (there - workers) * dt / 3600.0
        now += dt
    return largest, hours
