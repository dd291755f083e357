"""A queue whose customers lose patience: who has waited too long leaves without being served.

First come, first served, any laws (G/G/c+G), with room for a limited number if wanted. Who comes
will begin when all before are served who stay, so the time to wait is known on arrival; if it is
longer than the own patience, that one never reaches a server, and leaves when the patience is over.
Of the servers only the times have to be kept at which they are free, so that the memory does not
grow with the length of the run.
"""

import numpy as np

from scalelab.kernels.heap import pop, push, replace
from scalelab.kernels.jit import Table, kernel
from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import generator

# What a batch is summed up in. Those who are served are those who neither were refused nor left.
ARRIVED, REFUSED, ABANDONED, DELAYED, WAIT, SERVED_WAIT, RESPONSE, WORK, ELAPSED = range(9)
SUMS = 9


@kernel
def simulate(
    arrival: Law, service: Law, patience: Law, servers: int, places: int, warm_up: int,
    batches: int, batch_size: int, seed: int,
) -> Table:  # fmt: skip
    """A row of sums for each batch of ``batch_size`` arrivals, after ``warm_up`` of them.

    ``places`` counts those who are served and those who wait; 0: room for all. ``DELAYED`` counts
    the admitted who could not begin at once, ``WAIT`` sums their waits, ``SERVED_WAIT`` and
    ``RESPONSE`` those of the served, ``WORK`` their service times.
    """
    state = generator(seed)
    sums = np.zeros((batches, SUMS))
    free = np.zeros(servers)
    # Heap of the times at which the admitted leave the system; empty where there is room for all.
    leaves = np.empty(places)
    items = np.zeros(places, np.int64)
    there = 0
    now = 0.0
    for n in range(warm_up + batches * batch_size):
        row = sums[max(n - warm_up, 0) // batch_size]
        if n == warm_up:
            for i in range(SUMS):
                row[i] = 0.0
        gap = draw(arrival, state)
        # Drawn for all, so that queues of all sizes meet the same customers.
        takes = draw(service, state)
        stays = draw(patience, state)
        now += gap
        row[ELAPSED] += gap
        row[ARRIVED] += 1.0
        if places > 0:
            while there > 0 and leaves[0] <= now:
                pop(leaves, items, there)
                there -= 1
            if there == places:
                row[REFUSED] += 1.0
                continue
        wait = max(free[0] - now, 0.0)
        row[DELAYED] += wait > 0.0
        until = now + wait
        if wait > stays:
            row[ABANDONED] += 1.0
            row[WAIT] += stays
            until = now + stays
        else:
            until = now + wait + takes
            replace(free, until)
            row[WAIT] += wait
            row[SERVED_WAIT] += wait
            row[RESPONSE] += wait + takes
            row[WORK] += takes
        if places > 0:
            push(leaves, items, there, until, 0)
            there += 1
    return sums
