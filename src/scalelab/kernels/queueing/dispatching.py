"""Customers who are sent to one of several servers when they come, each with a queue of its own.

First come, first served at each server; the servers need not be equally fast. The policy decides
where a customer goes, by what it sees: the queues as they are, or as they were at the last of some
updates. Nobody changes queues afterwards.

As each server takes its customers in turn, it is known on arrival when one will leave. These
moments stand in a heap, which grows with who is there and not with the length of the run: a
customer costs the logarithm of their number, and the policy's look at the servers. That look is at
all of them, in proportion to their number, for weighted round robin, the shortest queue, the least
work, the least response time and an idle queue; at as many as there are choices for the shortest
of some; and at none, but for a search by halves, where the weights are chances.
"""

import numpy as np

from scalelab.kernels.heap import pop, push
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.queueing.fcfs import UNIT, count
from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import below, generator, uniform

(
    RANDOM, ROUND_ROBIN, WEIGHTED_RANDOM, WEIGHTED_ROUND_ROBIN, SHORTEST, LEAST_WORK,
    LEAST_RESPONSE, CHOICES, IDLE,
) = range(9)  # fmt: skip

# What a batch is summed up in; from `LONGER` on the number of servers with 1, 2, ... customers or
# more, as an arrival finds them, summed over the arrivals.
ARRIVED, ELAPSED, DELAYED, WAIT, RESPONSE, LONGER = range(6)
TAIL = 20
SUMS = LONGER + TAIL

STREAMS = 3  # of chance: gaps, services, and the policy's own
FEWEST_PLACES = 1024
# A policy that overruns a server would fill any memory.
MOST_PRESENT = 10_000_000
BLOCK = 64  # response times that are counted together


@step
def least(values: Floats | Ints, chance: Words) -> int:
    """Where the least is; of several, each as likely, by one draw."""
    lowest = values[0]
    for i in range(1, values.size):
        lowest = min(lowest, values[i])
    ties = 0
    for i in range(values.size):
        ties += values[i] == lowest
    skip = below(chance, ties)
    for i in range(values.size):
        if values[i] == lowest:
            if skip == 0:
                return i
            skip -= 1
    return 0


@step
def by_weight(up_to: Floats, chance: Words) -> int:
    """A server at random; ``up_to`` sums the weights up to each, its own included."""
    point = uniform(chance) * up_to[-1]
    low, high = 0, up_to.size - 1
    while low < high:
        middle = (low + high) // 2
        if up_to[middle] > point:
            high = middle
        else:
            low = middle + 1
    return low


@step
def in_turn_by_weight(speeds: Floats, credit: Floats, total: float) -> int:
    """Smooth weighted round robin, as in nginx: all gain their weight, the richest pays for all."""
    richest = 0
    for i in range(speeds.size):
        credit[i] += speeds[i]
        if credit[i] > credit[richest]:
            richest = i
    credit[richest] -= total
    return richest


@step
def shortest_of_some(seen: Ints, choices: int, order: Ints, chance: Words) -> int:
    """Of ``choices`` different servers drawn at random the one with fewest; of several, the first.

    ``order`` holds all servers in any order, and is shuffled a little further.
    """
    found = -1
    for i in range(choices):
        j = i + below(chance, order.size - i)
        order[i], order[j] = order[j], order[i]
        if found < 0 or seen[order[i]] < seen[found]:
            found = order[i]
    return found


@step
def chosen(
    policy: int, choices: int, turn: int, now: float, seen: Ints, free: Floats, speeds: Floats,
    up_to: Floats, credit: Floats, order: Ints, costs: Floats, chance: Words,
) -> int:  # fmt: skip
    """The server to which this customer goes.

    ``free``: when each is done with all it has; ``credit`` and ``order`` go from one customer to
    the next, ``costs`` is room to work in.
    """
    servers = speeds.size
    if policy == RANDOM:
        return below(chance, servers)
    if policy == ROUND_ROBIN:
        return turn % servers
    if policy == WEIGHTED_RANDOM:
        return by_weight(up_to, chance)
    if policy == WEIGHTED_ROUND_ROBIN:
        return in_turn_by_weight(speeds, credit, up_to[-1])
    if policy == SHORTEST:
        return least(seen, chance)
    if policy == CHOICES:
        return shortest_of_some(seen, choices, order, chance)
    if policy == IDLE:
        for i in range(servers):
            if seen[i] == 0:
                return least(seen, chance)
        return below(chance, servers)
    if policy == LEAST_WORK:
        for i in range(servers):
            costs[i] = max(free[i], now)
    else:
        for i in range(servers):
            costs[i] = (seen[i] + 1.0) / speeds[i]
    return least(costs, chance)


@step
def until(
    moment: float, there: int, leaves: Floats, where: Ints, lengths: Ints, longer: Floats
) -> int:
    """Lets all leave who do so by then; how many are left."""
    while there > 0 and leaves[0] <= moment:
        server = where[0]
        pop(leaves, where, there)
        there -= 1
        if lengths[server] <= TAIL:
            longer[lengths[server] - 1] -= 1.0
        lengths[server] -= 1
    return there


@kernel
def simulate(
    arrival: Law, service: Law, speeds: Floats, policy: int, choices: int, age: float,
    warm_up: int, batches: int, batch_size: int, mean_service: float, seed: int, counts: Floats,
    work: Table,
) -> Table:  # fmt: skip
    """A row of sums for each batch of ``batch_size`` arrivals, after ``warm_up`` of them.

    Adds response times to ``counts``, in the bins of `fcfs`, and to ``work`` how long the services
    take of each server (column) by batch. A service is divided by the server's speed. With an
    ``age`` above 0, who looks at lengths sees those of the last moment that is a multiple of it.
    Ends early, a batch not full, where more than `MOST_PRESENT` are there at once.
    """
    arriving = generator(STREAMS * seed)
    serving = generator(STREAMS * seed + 1)
    chance = generator(STREAMS * seed + 2)
    servers = speeds.size
    sums = np.zeros((batches, SUMS))
    unseen = np.zeros(SUMS)  # of the warm-up
    free = np.zeros(servers)
    costs, credit, up_to = np.empty(servers), np.zeros(servers), np.empty(servers)
    total = 0.0
    for i in range(servers):
        total += speeds[i]
        up_to[i] = total
    lengths = np.zeros(servers, np.int64)
    seen = np.zeros(servers, np.int64) if age > 0.0 else lengths
    order = np.arange(servers)
    longer = np.zeros(TAIL)
    leaves = np.empty(FEWEST_PLACES)
    where = np.empty(FEWEST_PLACES, np.int64)
    responses = np.empty((BLOCK, 1))
    held = 0
    units = 1.0 / (mean_service * UNIT)
    there = 0
    turn = 0
    now = updated = 0.0
    for batch in range(-1, batches):
        row = sums[batch] if batch >= 0 else unseen
        for _ in range(batch_size if batch >= 0 else warm_up):
            gap = draw(arrival, arriving)
            takes = draw(service, serving)
            now += gap
            if age > 0.0 and now >= updated + age:
                updated = min(np.floor(now / age) * age, now)
                there = until(updated, there, leaves, where, lengths, longer)
                for i in range(servers):
                    seen[i] = lengths[i]
            there = until(now, there, leaves, where, lengths, longer)
            for k in range(TAIL):
                row[LONGER + k] += longer[k]
            server = chosen(policy, choices, turn, now, seen, free, speeds, up_to, credit, order,
                            costs, chance)  # fmt: skip
            turn += 1
            takes /= speeds[server]
            begins = max(free[server], now)
            wait = begins - now
            free[server] = begins + takes
            lengths[server] += 1
            if lengths[server] <= TAIL:
                longer[lengths[server] - 1] += 1.0
            if there == leaves.size:
                if there >= MOST_PRESENT:
                    return sums
                more_leaves, more_where = np.empty(2 * there), np.empty(2 * there, np.int64)
                for i in range(there):
                    more_leaves[i], more_where[i] = leaves[i], where[i]
                leaves, where = more_leaves, more_where
            push(leaves, where, there, free[server], server)
            there += 1
            row[ARRIVED] += 1.0
            row[ELAPSED] += gap
            row[DELAYED] += wait > 0.0
            row[WAIT] += wait
            row[RESPONSE] += wait + takes
            if batch < 0:
                continue
            work[batch, server] += takes
            responses[held, 0] = wait + takes
            held += 1
            if held == BLOCK:
                count(held, responses, units, counts)
                held = 0
    count(held, responses, units, counts)
    return sums
