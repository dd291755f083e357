"""Patience again, in plain Python: a queue in which people really stand, and from which they leave.

Only the random numbers are those of the kernel.
"""

import math

from scalelab.kernels.queueing.law import draw
from scalelab.kernels.random import generator


def customers(arrival, service, patience, seed, n):  # type: ignore[no-untyped-def]
    state = generator(seed)
    t, found = 0.0, []
    for _ in range(n):
        t += draw(arrival, state)
        takes = draw(service, state)
        found.append({"came": t, "takes": takes, "patience": draw(patience, state)})
    return found


def served(everyone, servers, places):  # type: ignore[no-untyped-def]
    """Tells each what became of it: ``fate``, ``wait`` and, if served, ``leaves``."""
    coming, queue, busy = list(everyone), [], []
    while coming or queue or busy:
        comes = coming[0]["came"] if coming else math.inf
        ends = min((one["leaves"] for one in busy), default=math.inf)
        gives_up = min((one["came"] + one["patience"] for one in queue), default=math.inf)
        now = min(comes, ends, gives_up)
        if ends == now:
            busy.remove(next(one for one in busy if one["leaves"] == now))
        elif gives_up == now:
            one = next(one for one in queue if one["came"] + one["patience"] == now)
            queue.remove(one)
            one.update(fate="abandoned", wait=one["patience"])
        else:
            one = coming.pop(0)
            if places and len(queue) + len(busy) == places:
                one.update(fate="refused", wait=0.0)
            else:
                queue.append(one)
        while queue and len(busy) < servers:
            one = queue.pop(0)
            one.update(fate="served", wait=now - one["came"], leaves=now + one["takes"])
            busy.append(one)
    return everyone
