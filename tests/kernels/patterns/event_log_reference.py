"""A log event by event in plain Python, and its deploys in short steps of time.

Another method than the kernel's fluid: each event has a time at which it comes, and a consumer
takes one after the other, from its partitions in turn.
"""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Seen:
    """At the times that were asked for: events unread, and the highest age in hours."""

    unread: list[int] = field(default_factory=list)
    oldest: list[float] = field(default_factory=list)
    read: int = 0
    lost: int = 0


def rate(hour: int, peak: float, swing: float) -> float:
    """Events an hour in an hour of the clock; the peak is the one from 20 h."""
    return 3600 * peak / (1 + swing) * (1 + swing * math.cos(2 * math.pi * (hour - 20) / 24))


def arrivals(begin: int, end: int, share: float, peak: float, swing: float) -> list[float]:
    """Times at which one more whole event of a partition has come."""
    times, left = [], 0.0
    for hour in range(begin, end):
        each = share * rate(hour, peak, swing)
        for k in range(1, int(left + each) + 1):
            times.append(hour + (k - left) / each)
        left = (left + each) % 1.0
    return times


def simulate(
    times: list[list[float]], consumers: int, speed: float, begins: float, retention: float,
    asked: list[float],
) -> Seen:  # fmt: skip
    """``times`` by partition, ``asked`` from ``begins`` on, in order; speed in events an hour."""
    seen = Seen([0] * len(asked), [0.0] * len(asked))
    for consumer in range(consumers):
        mine = [deque(each) for each in times[consumer::consumers]]
        if not mine:
            continue
        now, turn, k = begins, 0, 0
        while k < len(asked):
            for each in mine:
                while each and each[0] < now - retention:
                    each.popleft()
                    seen.lost += 1
            ready = [
                i % len(mine) for i in range(turn, turn + len(mine))
                if mine[i % len(mine)] and mine[i % len(mine)][0] <= now
            ]  # fmt: skip
            after = now + 1.0 / speed
            if not ready:
                after = min([each[0] for each in mine if each], default=math.inf)
            while k < len(asked) and asked[k] <= after:
                there = [each[0] for each in mine if each and each[0] <= asked[k]]
                count = sum(sum(at <= asked[k] for at in each) for each in mine)
                seen.unread[k] += count
                oldest = asked[k] - min(there) if there else 0.0
                seen.oldest[k] = max(seen.oldest[k], oldest)
                k += 1
            if ready and k < len(asked):
                mine[ready[0]].popleft()
                turn = ready[0] + 1
                seen.read += 1
            now = after
    return seen


@dataclass
class Deployed:
    stopped: float = 0.0
    oldest: float = 0.0
    takes: float = 0.0


def deployed(
    way: str, share: list[float], consumers: int, speed: float, peak: float, restart: float,
    rebalance: float, session: float, dt: float,
) -> Deployed:  # fmt: skip
    """Steps of ``dt``; a partition is read if it has a reader and is not moving."""
    found, lag = Deployed(), [0.0] * len(share)
    home = [p % consumers for p in range(len(share))]
    for gone in range(consumers):
        counts = {c: home.count(c) for c in range(consumers) if c != gone}
        guest = list(home)
        for p, owner in enumerate(home):
            if owner == gone:
                guest[p] = min(counts, key=lambda c: (counts[c], c)) if counts else -1
                if counts:
                    counts[guest[p]] += 1
        silent = 0.0 if way != "static" else min(restart, session)
        over = way == "static" and restart <= session
        back = max(restart, silent + rebalance)
        ends = restart if over else back + rebalance
        for step in range(round(ends / dt)):
            now = (step + 0.5) * dt
            reader = list(home)
            for p in range(len(share)):
                if home[p] == gone:
                    settled = silent + rebalance < now < back
                    reader[p] = guest[p] if settled and not over else -1
                elif way == "eager" and (now < rebalance or now > back):
                    reader[p] = -1
            for p, part in enumerate(share):
                lag[p] += part * peak * dt
                found.stopped += dt / len(share) * (reader[p] < 0)
            for c in range(consumers):
                budget = speed * dt
                mine = sorted((p for p, r in enumerate(reader) if r == c), key=lag.__getitem__)
                for i, p in enumerate(mine):
                    takes = min(lag[p], budget / (len(mine) - i))
                    lag[p] -= takes
                    budget -= takes
            oldest = max(each / part / peak for each, part in zip(lag, share, strict=True))
            found.oldest = max(found.oldest, oldest)
            found.takes += dt
    return found
