"""Users who think, click and wait: a closed system of servers and a given number of users.

``users`` each think for a while, then need one of ``servers``, first come first served, wait for
the answer and think again: the machine repair model, M/M/c//N. Times in s.
"""

import numpy as np

from scalelab.kernels.heap import replace
from scalelab.kernels.jit import Floats, Words, kernel
from scalelab.kernels.queueing.erlang import mean_wait
from scalelab.kernels.random import below, exponential, uniform

# Numbers of clicks at the servers that are less likely than this, against the likeliest, are left
# out.
NEGLIGIBLE = 1e-18


@kernel
def more(k: int, users: int, think: float, service: float, servers: int) -> float:
    """Probability of ``k + 1`` clicks at the servers over that of ``k``."""
    return (users - k) * service / (think * min(k + 1, servers))


@kernel
def likeliest(users: int, think: float, service: float, servers: int) -> int:
    """The number of clicks at the servers from which on each further one is less likely."""
    low, high = 0, users
    while low < high:
        middle = (low + high) // 2
        if more(middle, users, think, service, servers) > 1.0:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def closed(users: int, think: float, service: float, servers: int) -> tuple[float, float]:
    """(clicks a second, mean response time), exact for exponential service.

    The law of the think time does not matter, only its mean. The sum runs from the likeliest state
    to both sides, so that no weight is too large and few of them count.
    """
    if think <= 0.0:
        throughput = min(users, servers) / service
        return throughput, users / throughput
    mode = likeliest(users, think, service, servers)
    total, there, busy = 1.0, float(mode), float(min(mode, servers))
    weight = 1.0
    for k in range(mode, users):
        weight *= more(k, users, think, service, servers)
        if weight < NEGLIGIBLE:
            break
        total += weight
        there += weight * (k + 1)
        busy += weight * min(k + 1, servers)
    weight = 1.0
    for k in range(mode - 1, -1, -1):
        weight /= more(k, users, think, service, servers)
        if weight < NEGLIGIBLE:
            break
        total += weight
        there += weight * k
        busy += weight * min(k, servers)
    throughput = busy / total / service
    return throughput, there / total / throughput


@kernel
def opened(rate: float, service: float, servers: int) -> float:
    """Mean response time where clicks come from outside at ``rate``: M/M/c; 0 if it has none."""
    if rate * service >= servers:
        return 0.0
    return service + mean_wait(rate, service, servers)


@kernel
def running_total(values: Floats) -> Floats:
    totals = np.empty(values.size)
    total = 0.0
    for i in range(values.size):
        total += values[i]
        totals[i] = total
    return totals


@kernel
def rest(totals: Floats, chance: Words) -> float:
    """What is left of a think time at a random moment: long ones are likelier to be met."""
    spot = uniform(chance) * totals[totals.size - 1]
    low, high = 0, totals.size - 1
    while low < high:
        middle = (low + high) // 2
        if totals[middle] < spot:
            low = middle + 1
        else:
            high = middle
    return float(max(0.0, totals[low] - spot))


@kernel
def simulated(
    users: int, thinks: Floats, totals: Floats, pace: float, service: float, servers: int,
    skipped: int, counted: int, chance: Words,
) -> tuple[float, float]:  # fmt: skip
    """(clicks a second, mean response time) of a run: think times drawn from ``thinks``.

    ``totals`` is their `running_total`. They last ``pace`` times as long as those; service is
    exponential. To begin with, as many users as keep the servers busy are in the middle of
    thinking, and all others click at once, which is nearly how they are for good; the first
    ``skipped`` clicks are not counted.
    """
    clicks = np.full(users, -1.0)
    thinking = servers * pace * totals[totals.size - 1] / thinks.size / service
    for i in range(users):
        replace(clicks, rest(totals, chance) * pace if i < thinking else 0.0)
    free = np.zeros(servers)
    total = 0.0
    begun, done = 0.0, 0.0
    for n in range(skipped + counted):
        clicked = clicks[0]
        done = max(clicked, free[0]) + exponential(chance, service)
        replace(free, done)
        replace(clicks, done + thinks[below(chance, thinks.size)] * pace)
        if n == skipped:
            begun = clicked
        if n >= skipped:
            total += done - clicked
    return counted / max(clicks[0] - begun, 1e-9), total / counted
