"""A policy that looks at its servers before it chooses, as a Markov chain that is simulated.

Requests come at random and take an exponential time, so that nothing but the next event has to be
drawn: it is an arrival, or the end of a service at one of the servers, which is nothing where there
is no work (A. Jensen, "Markoff chains as an aid in the study of Markoff processes", Scandinavian
Actuarial Journal 36, 1953). How long it is until then is drawn only where a policy depends on the
clock. Who finds k others takes k + 1 services, so that response times need not be drawn either:
they follow from the numbers that were found.

The choice itself is that of `scalelab.kernels.queueing.dispatching`.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.queueing import dispatching
from scalelab.kernels.random import below, exponential, generator, uniform

NEWEST = 0.05  # weight of the last answer in the average of a server's response times
LONGEST = 1024  # who finds more others is counted as if they were so many
PLACES = LONGEST + 2  # then how many were counted, and the sum of all that they found
STREAMS = 2  # of chance: events, and the policy's own
NOT_LISTED = 1  # in place of a length, where only idle servers are known; they have 0


class Servers(NamedTuple):
    """The first ``odd`` of ``n`` are not as the others. Rates are in 1/ms."""

    arrivals: float
    n: int
    odd: int
    speed: float
    odd_speed: float
    odd_weight: float  # what the balancer was told of their speed; of the others it is 1
    fails: int


class Balancer(NamedTuple):
    """What its policy is and what it can know; ``age``: how old, at most, counts are, in ms."""

    rule: int
    choices: int
    age: float
    many: int


class Farm(NamedTuple):
    """What is where. A row of a table belongs to a balancer, a column to a server.

    Requests are numbered as they come; those at a server are linked, first to last.
    """

    lengths: Ints
    own: Ints  # requests under way, as each balancer counts its own
    seen: Ints  # what it sees of that; who is idle, by the servers' own word, for that policy
    answers: Floats  # in a ms, by the average of the response times
    listed: Ints  # 1 for a server that is on some list of idle ones
    first: Ints
    last: Ints
    after: Ints
    sent_by: Ints
    came: Floats


@kernel
def speed_of(servers: Servers, i: int) -> float:
    return servers.odd_speed if i < servers.odd else servers.speed


@kernel
def weight_of(servers: Servers, i: int) -> float:
    return servers.odd_weight if i < servers.odd else 1.0


@kernel
def empty(servers: Servers, balancer: Balancer, requests: int, chance: Words) -> Farm:
    """Nobody is there; all servers are as fast as the balancers were told."""
    n, many = servers.n, balancer.many
    own = np.zeros((many, n), np.int64)
    seen = np.zeros((many, n), np.int64) if balancer.age > 0.0 else own
    listed = np.zeros(n, np.int64)
    if balancer.rule == dispatching.IDLE:
        seen = np.full((many, n), NOT_LISTED)
        for i in range(n):
            seen[below(chance, many), i] = 0
            listed[i] = 1
    answers = np.empty((many, n))
    for b in range(many):
        for i in range(n):
            answers[b, i] = servers.speed * weight_of(servers, i)
    return Farm(
        np.zeros(n, np.int64), own, seen, answers, listed, np.zeros(n, np.int64),
        np.zeros(n, np.int64), np.empty(requests, np.int64), np.empty(requests, np.int64),
        np.empty(requests),
    )  # fmt: skip


@kernel
def send(farm: Farm, request: int, b: int, server: int, clock: float) -> None:
    """Balancer ``b`` sends a request to the end of the server's line."""
    if farm.lengths[server] == 0:
        farm.first[server] = request
    else:
        farm.after[farm.last[server]] = request
    farm.last[server] = request
    farm.came[request] = clock
    farm.sent_by[request] = b
    farm.lengths[server] += 1
    farm.own[b, server] += 1


@kernel
def answer(farm: Farm, server: int, clock: float) -> None:
    """The request that the server works on is done, and its balancer learns how long it took."""
    done = farm.first[server]
    farm.first[server] = farm.after[done]
    farm.lengths[server] -= 1
    b = farm.sent_by[done]
    farm.own[b, server] -= 1
    average = (1.0 - NEWEST) / farm.answers[b, server] + NEWEST * (clock - farm.came[done])
    farm.answers[b, server] = 1.0 / average


@kernel
def report(farm: Farm, server: int, chance: Words) -> None:
    """An idle server has itself put on a list, if it is on none."""
    if farm.listed[server] == 0:
        farm.seen[below(chance, farm.seen.shape[0]), server] = 0
        farm.listed[server] = 1


@kernel
def run(
    servers: Servers, balancer: Balancer, warm_up: int, requests: int, seed: int, found: Table
) -> None:
    """Adds to ``found`` how many requests found k others (column) at odd servers and at the rest.

    Two rows, of `PLACES`; the first ``warm_up`` requests are not counted. Each balancer sees the
    counts of its own requests as of the last multiple of ``age``. Servers that become idle say so
    to one of the balancers, at random and at once.
    """
    events, chance = generator(STREAMS * seed), generator(STREAMS * seed + 1)
    n, rule = servers.n, balancer.rule
    farm = empty(servers, balancer, warm_up + requests, chance)
    weights, up_to, total = np.empty(n), np.empty(n), 0.0
    for i in range(n):
        weights[i] = weight_of(servers, i)
        total += weights[i]
        up_to[i] = total
    free, costs, order = np.zeros(n), np.empty(n), np.arange(n)
    credits, turns = np.zeros((balancer.many, n)), np.empty(balancer.many, np.int64)
    for b in range(balancer.many):
        turns[b] = below(chance, n)
    # A single odd server that is idle has no events: it may be very fast, and all would be its.
    serving = servers.arrivals + (n - servers.odd) * servers.speed
    rates, steps = np.empty(2), np.empty(2)
    for working in range(2):
        odd = 0 if servers.odd == 1 and working == 0 else servers.odd
        rates[working] = serving + odd * servers.odd_speed
        steps[working] = 1.0 / rates[working]
    service, odd_service = 1.0 / servers.speed, 1.0 / servers.odd_speed
    ages = balancer.age > 0.0 and rule != dispatching.IDLE
    learns = rule == dispatching.LEAST_RESPONSE
    timed = ages or learns
    b = 0
    seen, credit, speeds = farm.seen[0], credits[0], weights
    if learns:
        speeds = farm.answers[0]
    clock = updated = 0.0
    request = 0
    while request < warm_up + requests:
        working = 1 if farm.lengths[0] > 0 else 0
        point = uniform(events) * rates[working]
        if timed:
            clock += exponential(events, steps[working])
        if ages and clock >= updated + balancer.age:
            updated = np.floor(clock / balancer.age) * balancer.age
            for each in range(balancer.many):
                for i in range(n):
                    farm.seen[each, i] = farm.own[each, i]
        if point >= servers.arrivals:
            if point < serving:
                server = min(servers.odd + int((point - servers.arrivals) * service), n - 1)
            else:
                server = min(int((point - serving) * odd_service), servers.odd - 1)
            if farm.lengths[server] > 0:
                answer(farm, server, clock)
                if rule == dispatching.IDLE and farm.lengths[server] == 0:
                    report(farm, server, chance)
            continue
        if balancer.many > 1:
            b = below(chance, balancer.many)
            seen, credit = farm.seen[b], credits[b]
            if learns:
                speeds = farm.answers[b]
        server = dispatching.chosen(
            rule, balancer.choices, turns[b], clock, seen, free, speeds, up_to, credit, order,
            costs, chance,
        )  # fmt: skip
        turns[b] += 1
        if rule == dispatching.IDLE and seen[server] == 0:
            seen[server] = NOT_LISTED
            farm.listed[server] = 0
        if request >= warm_up:
            kind = 0 if server < servers.odd else 1
            length = farm.lengths[server]
            found[kind, min(length, LONGEST - 1)] += 1.0
            found[kind, LONGEST] += 1.0
            found[kind, LONGEST + 1] += length
        send(farm, request, b, server, clock)
        request += 1
