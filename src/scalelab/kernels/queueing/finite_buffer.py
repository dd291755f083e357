"""A queue with room for a limited number: who finds it full is refused.

``servers`` serve from one queue, first come, first served; ``places`` counts those in service and
those who wait. Exact for Poisson arrivals and exponential service (M/M/c/K: L. Kleinrock, "Queueing
Systems, Volume 1", Wiley, 1975, chapter 3), by simulation for any laws (G/G/c/K).

The simulation takes one arrival after the other and keeps only those who are there, so that its
memory does not grow with its length.
"""

import numpy as np

from scalelab.kernels.heap import pop, push, replace
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import generator

# Terms this much smaller than the largest are left out of sums.
NEGLIGIBLE = 1e-18

# What a batch of the simulation is summed up in.
ARRIVED, REFUSED, WAITED, LONG, WAIT, RESPONSE, IN_SYSTEM, IN_SERVICE, ELAPSED = range(9)
SUMS = 9
# Of each arrival of a recorded path.
ARRIVES, ADMITTED, BEGINS, LEAVES = range(4)


@kernel
def distribution(load: float, servers: int, places: int) -> Floats:
    """Probabilities of 0, 1, ... ``places`` there; ``load`` is arrival rate times mean service.

    Summed outwards from the likeliest number, so that nothing overflows.
    """
    p = np.zeros(places + 1)
    likeliest = places if load >= servers else min(int(load), places)
    p[likeliest] = 1.0
    total = 1.0
    for k in range(likeliest, places):
        p[k + 1] = p[k] * load / min(k + 1, servers)
        total += p[k + 1]
    for k in range(likeliest, 0, -1):
        p[k - 1] = p[k] * min(k, servers) / load
        total += p[k - 1]
    for k in range(places + 1):
        p[k] /= total
    return p


@kernel
def numbers(p: Floats, servers: int) -> tuple[float, float]:
    """Mean numbers that are served and that wait."""
    served = 0.0
    waiting = 0.0
    for k in range(p.size):
        served += min(k, servers) * p[k]
        waiting += max(k - servers, 0) * p[k]
    return served, waiting


@kernel
def ahead(p: Floats, servers: int) -> Floats:
    """Of those admitted: the share that wait for more than 0, 1, 2, ... services to end.

    The first is the share that wait at all. An arrival sees the queue as it is on average.
    """
    places = p.size - 1
    shares = np.zeros(places - servers)
    total = 0.0
    for k in range(places - 1, servers - 1, -1):
        total += p[k]
        shares[k - servers] = total
    for k in range(servers):
        total += p[k]
    # One less the refused is nothing at all where nearly all are refused.
    for k in range(shares.size):
        shares[k] /= total
    return shares


@kernel
def wait_beyond(shares: Floats, ends: float) -> float:
    """Probability that an admitted one still waits when ``ends`` services should have ended.

    ``ends`` is the mean number of services that all servers end in the time; how many do is a
    Poisson number, of which as many as are ``ahead`` are too few.
    """
    if shares.size == 0:
        return 0.0
    if ends <= 0.0:
        return float(shares[0])
    mode = int(ends)
    found = 0.0
    total = 0.0
    weight = 1.0
    j = mode
    while weight > NEGLIGIBLE:
        total += weight
        if j < shares.size:
            found += weight * shares[j]
        j += 1
        weight *= ends / j
    weight = 1.0
    j = mode
    while j > 0 and weight > NEGLIGIBLE:
        weight *= j / ends
        j -= 1
        total += weight
        if j < shares.size:
            found += weight * shares[j]
    return found / total


@kernel
def wait_quantile(shares: Floats, q: float) -> float:
    """Time, in mean services of all servers together, that a share ``q`` of waits do not exceed."""
    if shares.size == 0 or shares[0] <= 1.0 - q:
        return 0.0
    high = 1.0
    while wait_beyond(shares, high) > 1.0 - q:
        high *= 2.0
    low = 0.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        if wait_beyond(shares, middle) > 1.0 - q:
            low = middle
        else:
            high = middle
    return high


@kernel
def simulate(
    arrival: Law, service: Law, servers: int, places: int, patience: float, warm_up: int,
    batches: int, batch_size: int, seed: int,
) -> Table:  # fmt: skip
    """A row of sums for each batch of ``batch_size`` arrivals, after ``warm_up`` of them.

    ``LONG`` counts the admitted that wait longer than ``patience``. Waits and responses are those
    of a batch's arrivals; the times that requests spend there are those of its span of time.
    """
    state = generator(seed)
    sums = np.zeros((batches, SUMS))
    leaves = np.empty(places)  # heaps: when those who are there leave, when servers are free
    free = np.zeros(min(servers, places))
    items = np.zeros(places, np.int64)
    there = 0
    now = 0.0
    for n in range(warm_up + batches * batch_size):
        row = sums[max(n - warm_up, 0) // batch_size]
        if n == warm_up:
            for i in range(SUMS):
                row[i] = 0.0
        arrives = now + draw(arrival, state)
        row[ELAPSED] += arrives - now
        while there > 0 and leaves[0] <= arrives:
            row[IN_SYSTEM] += there * (leaves[0] - now)
            row[IN_SERVICE] += min(there, servers) * (leaves[0] - now)
            now = leaves[0]
            pop(leaves, items, there)
            there -= 1
        row[IN_SYSTEM] += there * (arrives - now)
        row[IN_SERVICE] += min(there, servers) * (arrives - now)
        now = arrives
        row[ARRIVED] += 1.0
        # Drawn for the refused, too, so that all sizes of the buffer meet the same requests.
        takes = draw(service, state)
        if there == places:
            row[REFUSED] += 1.0
            continue
        begins = max(now, free[0])
        replace(free, begins + takes)
        push(leaves, items, there, begins + takes, 0)
        there += 1
        row[WAITED] += begins > now
        row[LONG] += begins - now > patience
        row[WAIT] += begins - now
        row[RESPONSE] += begins + takes - now
    return sums


@kernel
def record(
    arrival: Law, service: Law, servers: int, places: int, n_arrivals: int, seed: int
) -> Table:
    """The first arrivals one by one: when each arrives, whether it is admitted, begins, leaves.

    The queue is empty at time 0. The same draws as `simulate` makes.
    """
    state = generator(seed)
    path = np.zeros((n_arrivals, 4))
    leaves = np.empty(places)
    free = np.zeros(min(servers, places))
    items = np.zeros(places, np.int64)
    there = 0
    now = 0.0
    for n in range(n_arrivals):
        now += draw(arrival, state)
        takes = draw(service, state)
        while there > 0 and leaves[0] <= now:
            pop(leaves, items, there)
            there -= 1
        path[n, ARRIVES] = now
        path[n, BEGINS] = now
        path[n, LEAVES] = now
        if there == places:
            continue
        begins = max(now, free[0])
        replace(free, begins + takes)
        push(leaves, items, there, begins + takes, 0)
        there += 1
        path[n, ADMITTED] = 1.0
        path[n, BEGINS] = begins
        path[n, LEAVES] = begins + takes
    return path
