"""Alerts minute by minute: shares of slices of lists, and states in dictionaries; plain Python."""

import math
import random
from collections.abc import Sequence

Ends = tuple[float | None, float | None]  # minutes until an alert fires and until it clears


def share(failed: Sequence[float], requests: Sequence[float], end: int, window: int) -> float:
    """Of the window whose last minute is ``end``; lists are rings. 0 where no requests are."""
    minutes = [(end - k) % len(failed) for k in range(window)]
    whole = math.fsum(requests[i] for i in minutes)
    return math.fsum(failed[i] for i in minutes) / whole if whole > 0.0 else 0.0


def conditions(
    names: Sequence[str], failed: Sequence[float], requests: Sequence[float], end: int,
    factor: float, threshold: float, window: int, budget: float,
) -> dict[str, bool]:  # fmt: skip
    """Which rules are true after a minute; the second way needs to have been so for a while."""

    def beyond(minutes: int, limit: float) -> bool:
        return share(failed, requests, end, minutes) > factor * limit * (1.0 + 1e-9)

    rules = {
        "short": lambda: beyond(window, threshold),
        "burn": lambda: beyond(60, 36.0 * budget),
        "multi": lambda: (
            (beyond(60, 14.4 * budget) and beyond(5, 14.4 * budget))
            or (beyond(360, 6.0 * budget) and beyond(30, 6.0 * budget))
        ),
        "ticket": lambda: beyond(360, budget) and beyond(4320, budget),
    }
    return {name: rules[name]() for name in names}


def sums(
    failed: Sequence[float], requests: Sequence[float], good: float, bad: float, bound: float
) -> list[bool]:
    """Whether a cumulative sum fires, after each minute: from the bound until it is at zero."""
    found, total, fires = [], 0.0, False
    for bad_ones, whole in zip(failed, requests, strict=True):
        total += bad_ones * math.log(bad / good) - whole * (bad - good)
        total = min(max(total, 0.0), bound)
        if total >= bound * (1.0 - 1e-9):
            fires = True
        elif total == 0.0:
            fires = False
        found.append(fires)
    return found


def held(true: Sequence[bool], minutes: int) -> list[bool]:
    """Prometheus' ``for``: fires when it has been true at every evaluation since then."""
    found, since = [], None
    for now, each in enumerate(true):
        since = (now if since is None else since) if each else None
        found.append(since is not None and now - since >= minutes)
    return found


def begins(fires: Sequence[bool], before: bool) -> int:
    return sum(now and not last for last, now in zip([before, *fires], fires, strict=False))


def held_starts(
    rate: float, base: float, window: int, limit: float, minutes: int, months: int, seed: int
) -> list[int]:
    """Pages in quiet months of a window that is held, by requests that fail one by one."""
    chance = random.Random(seed)
    found = []
    for _ in range(months):
        each = [0] * 43_200
        at = chance.expovariate(rate * base)
        while at < 43_200:
            each[int(at)] += 1
            at += chance.expovariate(rate * base)
        now = sum(each[-window:])
        true = []
        for i in range(43_200):
            now += each[i] - each[i - window]
            true.append(now > limit * rate * window)
        fires = held(true, minutes)
        found.append(begins(fires, fires[0]))
    return found


def incident(
    rate: float, base: float, error_rate: float, length: int, after: int, what: str,
    threshold: float, window: int, minutes: int, budget: float,
) -> Ends:  # fmt: skip
    """When a way fires and clears if each minute has its mean; None if it does not fire."""
    past = 4320
    failed = [rate * base] * past + [rate * error_rate] * length + [rate * base] * after
    requests = [rate] * len(failed)
    ends = range(past, len(failed))
    if what == "sums":
        good = max(base, 0.1 * budget)
        fires = sums(
            failed[past:], requests[past:], good, max(threshold, 2 * good), math.log(43_200)
        )
    else:
        name = "short" if what == "for" else what
        true = [
            conditions([name], failed, requests, i, 1.0, threshold, window, budget)[name]
            for i in ends
        ]
        fires = held(true, minutes) if what == "for" else true
    if True not in fires[:length]:
        return None, None
    first = fires.index(True)
    last = max(i for i, each in enumerate(fires) if each)
    return first + 1.0, last + 2.0
