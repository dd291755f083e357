"""Priorities again, in plain Python: at each event, who is served is worked out from nothing.

Only the random numbers are those of the kernel.
"""

import math

from scalelab.kernels.queueing.law import draw
from scalelab.kernels.queueing.priority import streams
from scalelab.kernels.random import exponential


def customers(rates, services, seed, n):  # type: ignore[no-untyped-def]
    """``n`` of each class, by the time they come."""
    found = []
    for k, state in enumerate(streams(seed, len(rates))):
        t = exponential(state, 1.0 / rates[k])
        for _ in range(n):
            following = t + exponential(state, 1.0 / rates[k])
            takes = draw(services[k], state)
            found.append({"class": k, "came": t, "takes": takes, "left": takes, "delayed": False,
                          "interrupted": 0})  # fmt: skip
            t = following
    return sorted(found, key=lambda one: one["came"])


def departures(everyone, servers, interrupt):  # type: ignore[no-untyped-def]
    """All of them in the order in which they leave, with the time."""

    def rank(one):  # type: ignore[no-untyped-def]
        return one["class"], one["came"]

    now, at, here, serving, left = 0.0, 0, [], [], []
    while at < len(everyone) or here:
        comes = everyone[at]["came"] if at < len(everyone) else math.inf
        ends = min((now + one["left"] for one in serving), default=math.inf)
        then = min(comes, ends)
        done = [one for one in serving if now + one["left"] <= then]
        for one in serving:
            one["left"] = 0.0 if one in done else one["left"] - (then - now)
        now = then
        for one in done:
            one["leaves"] = now
            left.append(one)
            here.remove(one)
            serving.remove(one)
        if not done:
            here.append(everyone[at])
            at += 1
        before = serving
        first = [] if interrupt else list(serving)
        waiting = sorted((one for one in here if one not in first), key=rank)
        serving = first + waiting[: servers - len(first)]
        for one in here:
            if one not in serving:
                one["delayed"] = True
                one["interrupted"] += one in before
    return left
