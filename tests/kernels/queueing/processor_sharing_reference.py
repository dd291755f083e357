"""Shared processors again, in plain Python: what is left of each job is reduced at each event."""

import math


def departures(gaps, sizes, processors, limit, places):  # type: ignore[no-untyped-def]
    """Of each that leaves: size, wait, response time; how many are blocked; time by number there.

    Ends with the last arrival, as the kernel does.
    """
    now, comes_at, here, left, blocked, lasted = 0.0, 0.0, [], [], 0, {}
    for gap, size in zip(gaps, sizes, strict=True):
        comes_at += gap
        while True:
            serving = here[:limit]
            speed = min(1.0, processors / len(serving)) if serving else 1.0
            ends = min((now + one["left"] / speed for one in serving), default=math.inf)
            then = min(ends, comes_at)
            lasted[len(here)] = lasted.get(len(here), 0.0) + then - now
            first = min(serving, key=lambda one: one["left"], default=None)
            for one in serving:
                one["left"] -= speed * (then - now)
            now = then
            if ends > comes_at:
                break
            here.remove(first)
            left.append((first["size"], first["began"] - first["came"], now - first["came"]))
            for one in here[:limit]:
                one.setdefault("began", now)
        if len(here) == places:
            blocked += 1
            continue
        here.append({"size": size, "left": size, "came": now})
        for one in here[:limit]:
            one.setdefault("began", now)
    return left, blocked, lasted
