"""Nine policies of a load balancer side by side, with servers that are alike, slow, or fail.

Requests come at random, and a server works on one at a time for an exponential time. What a policy
that does not look at the servers does is exact (`policies_blind`), a policy that looks is simulated
(`policies_chain`), some runs for each. All of them meet the same chance.
"""

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.load_balancing.policies_blind import (
    ENDLESS,
    HALVINGS,
    LATE,
    Summary,
    blind,
    by_address,
)
from scalelab.kernels.load_balancing.policies_chain import (
    LONGEST,
    PLACES,
    Balancer,
    Servers,
    run,
)
from scalelab.kernels.queueing import dispatching

(
    RANDOM, WEIGHTED_RANDOM, ADDRESS, ROUND_ROBIN, WEIGHTED_ROUND_ROBIN, CONNECTIONS, RESPONSE,
    CHOICES, IDLE,
) = range(9)  # fmt: skip
POLICIES = 9
# What `dispatching` calls them; those that are never simulated have any.
RULES = (
    dispatching.RANDOM, dispatching.WEIGHTED_RANDOM, dispatching.RANDOM, dispatching.ROUND_ROBIN,
    dispatching.WEIGHTED_ROUND_ROBIN, dispatching.SHORTEST, dispatching.LEAST_RESPONSE,
    dispatching.CHOICES, dispatching.IDLE,
)  # fmt: skip

WELL, FAILS, SLOW, HALF = range(4)
SLOWER = 10.0  # times, the one server that is slow
HALF_SPEED = 0.5

# A run is longer where counts are old, as it takes some updates, and warmer where each of several
# balancers learns how fast each server answers.
LONGER_PER_MS = 0.03
LEARNS_FROM = 10  # answers of each server
CLEARLY_OVERRUN = 1.25  # times what a server can do: more than chance makes of 1
FEW = 2  # runs for a point of the curve

AGES = (1.0, 3.0, 10.0, 30.0, 100.0)  # ms, along the curve
SEEING = (CONNECTIONS, CHOICES)  # who looks at counts that can be old
LEVEL = (RANDOM, ROUND_ROBIN, IDLE)  # for whom their age is all the same
ROWS = POLICIES + 2 * 5 + 3 * 2

POLICY, AGE, HERE, KEEPS_UP, MEAN, P99, LOW, HIGH, EVERY, ODD_SHARE, ERRORS, BUSIEST = range(12)
OVERRUN, EXACT, RATE, FAIR = range(12, 16)
WIDTH = 16


@kernel
def servers_of(busy: float, n: int, oddity: int, fail_ms: float, service_ms: float) -> Servers:
    """So many requests that all would be as ``busy`` if none failed or had become slow."""
    speed = 1.0 / service_ms
    arrivals = busy * n * speed
    if oddity == FAILS:
        return Servers(arrivals, n, 1, speed, 1.0 / fail_ms, 1.0, 1)
    if oddity == SLOW:
        return Servers(arrivals, n, 1, speed, speed / SLOWER, 1.0, 0)
    if oddity == HALF:
        slow = n // 2
        capacity = (n - slow * (1.0 - HALF_SPEED)) * speed
        return Servers(busy * capacity, n, slow, speed, HALF_SPEED * speed, HALF_SPEED, 0)
    return Servers(arrivals, n, 0, speed, speed, 1.0, 0)


@kernel
def later_than(time: float, speed: float, beyond: Floats, log_factorials: Floats) -> float:
    """Of the requests that found k others or more (``beyond``), how many take longer than ``time``.

    Who found k is still there if no more than k services would have ended by then.
    """
    expected = speed * time
    if expected <= 0.0:
        return float(beyond[0])
    # Beyond twelve standard deviations there is nothing.
    width = 12.0 * np.sqrt(expected) + 12.0
    k = max(int(expected - width), 0)
    most = min(int(expected + width), beyond.size - 1)
    if k > most:
        return 0.0
    term = exp(k * log(expected) - expected - log_factorials[k])
    late = 0.0
    while k <= most:
        late += term * beyond[k]
        k += 1
        term *= expected / k
    return late


@kernel
def exceeded(servers: Servers, first: int, found: Table) -> float:
    """The time that a share `LATE` of the answers of the kinds from ``first`` on exceeds."""
    beyond, log_factorials = np.zeros((2, LONGEST)), np.zeros(LONGEST)
    good, longest = 0.0, 0
    for kind in range(first, 2):
        many = 0.0
        for k in range(LONGEST - 1, -1, -1):
            if many == 0.0 and found[kind, k] > 0.0:
                longest = max(longest, k)
            many += found[kind, k]
            beyond[kind, k] = many
        good += many
    for k in range(2, LONGEST):
        log_factorials[k] = log_factorials[k - 1] + log(float(k))
    slowest = servers.speed if first == 1 else min(servers.speed, servers.odd_speed)
    low, high = 0.0, (longest + 1.0 + 10.0 * np.sqrt(longest + 1.0)) / slowest
    for _ in range(HALVINGS):
        time = 0.5 * (low + high)
        late = later_than(time, servers.speed, beyond[1], log_factorials)
        if first == 0:
            late += later_than(time, servers.odd_speed, beyond[0], log_factorials)
        if late > LATE * good:
            low = time
        else:
            high = time
    return float(high)


@kernel
def took(servers: Servers, first: int, many: Floats, found: Floats) -> float:
    """Mean response, by kind, of so ``many`` who ``found`` so many others in all."""
    good = total = 0.0
    for kind in range(first, 2):
        speed = servers.odd_speed if kind == 0 else servers.speed
        good += many[kind]
        total += (many[kind] + found[kind]) / speed
    return float(total / good) if good > 0.0 else ENDLESS


@kernel
def simulated(
    servers: Servers, balancer: Balancer, requests: int, runs: int, seed: int, quantiles: int
) -> Summary:
    """All runs together, and the least and the greatest mean of one."""
    first = 1 if servers.fails == 1 else 0
    warm_up = requests // 3
    if balancer.rule == dispatching.LEAST_RESPONSE:
        warm_up += LEARNS_FROM * servers.n * (balancer.many - 1)
    found = np.zeros((2, PLACES))
    before, one = np.zeros((2, 2)), np.zeros((2, 2))
    low, high = ENDLESS, 0.0
    for i in range(runs):
        run(servers, balancer, warm_up, requests, seed * runs + i, found)
        for kind in range(2):
            for j in range(2):
                one[j, kind] = found[kind, LONGEST + j] - before[j, kind]
                before[j, kind] = found[kind, LONGEST + j]
        mean = took(servers, first, one[0], one[1])
        low, high = min(low, mean), max(high, mean)
    odd = before[0, 0] / (before[0, 0] + before[0, 1])
    busy = (1.0 - odd) * servers.arrivals / ((servers.n - servers.odd) * servers.speed)
    capacity = (servers.n - servers.odd) * servers.speed
    if servers.odd > 0:
        busy = max(busy, odd * servers.arrivals / (servers.odd * servers.odd_speed))
        capacity += servers.odd * servers.odd_speed
    late = exceeded(servers, first, found) if quantiles == 1 else 0.0
    mean = took(servers, first, before[0], before[1])
    every = took(servers, 0, before[0], before[1])
    # Only idle servers can be known and a slow one be sent too much all the same, at random.
    lost = balancer.rule == dispatching.IDLE and first == 0 and busy > CLEARLY_OVERRUN
    if servers.arrivals >= capacity or lost:
        return Summary(ENDLESS, ENDLESS, ENDLESS, ENDLESS, ENDLESS, odd, busy, 1.0)
    return Summary(mean, late, low, high, every, odd, min(busy, 1.0), 0.0)


@kernel
def looks(policy: int, servers: Servers, choices: int, balancers: int) -> bool:
    """Whether it has to be simulated: it looks, or several balancers take turns on their own."""
    if policy == ROUND_ROBIN:
        return balancers > 1
    if policy == WEIGHTED_ROUND_ROBIN:
        return balancers > 1 or servers.odd_weight != 1.0
    if policy == CHOICES:
        return choices > 1
    return policy >= CONNECTIONS


@kernel
def tried(
    policy: int, servers: Servers, choices: int, age: float, balancers: int, skew: float,
    requests: int, runs: int, seed: int, quantiles: int,
) -> Summary:  # fmt: skip
    """One policy, by the way that there is for it; no p99 (0) without ``quantiles``."""
    if policy == ADDRESS:
        return by_address(servers, skew)
    if not looks(policy, servers, choices, balancers):
        in_order = policy in (ROUND_ROBIN, WEIGHTED_ROUND_ROBIN)
        return blind(servers, 1 if policy == WEIGHTED_RANDOM else 0, 1 if in_order else 0)
    if policy in (ROUND_ROBIN, WEIGHTED_ROUND_ROBIN):
        # Whoever counts the turns, each server gets its part: as much as at random.
        at_random = blind(servers, 1 if policy == WEIGHTED_ROUND_ROBIN else 0, 0)
        if at_random.overrun == 1.0:
            return at_random
    many = requests
    if policy in (CONNECTIONS, RESPONSE, CHOICES):
        many += int(requests * LONGER_PER_MS * age)
    balancer = Balancer(RULES[policy], choices, age, balancers)
    return simulated(servers, balancer, many, runs, seed, quantiles)


@kernel
def put(row: Floats, servers: Servers, summary: Summary) -> None:
    """Where a policy overruns a server all times are 0."""
    row[RATE] = 1000.0 * servers.arrivals
    row[FAIR] = servers.odd / servers.n
    row[ODD_SHARE] = summary.odd
    row[ERRORS] = summary.odd if servers.fails == 1 else 0.0
    row[BUSIEST] = summary.busy
    row[OVERRUN] = summary.overrun
    if summary.every < ENDLESS:
        row[EVERY] = summary.every
    if summary.mean < ENDLESS:
        row[KEEPS_UP] = 1.0
        row[MEAN], row[P99] = summary.mean, summary.late
        row[LOW], row[HIGH] = summary.low, summary.high


@kernel
def repeat(table: Table, policy: int, at: int, age: float) -> None:
    """What a policy does at the setting, as a point of its curve."""
    for i in range(WIDTH):
        table[at, i] = table[policy, i]
    table[at, AGE], table[at, HERE], table[at, P99] = age, 0.0, 0.0


@kernel
def policies(
    busy: float, servers: int, oddity: int, fail_ms: float, choices: int, age_ms: float,
    balancers: int, skew: float, service_ms: float, requests: int, runs: int, seed: int,
) -> Table:  # fmt: skip
    """A row for each policy at the setting, then those of some over the age of the counts.

    Columns: policy; age of the counts (ms); 1 for the rows at the setting; 1 if no server is
    overrun (else times are 0); mean and p99 of the good answers, the least and the greatest mean of
    one run or hashing, the mean of all answers (0 where one of them never comes), ms; share of the
    requests that goes to the odd servers, and of errors; utilisation of the busiest server; share
    of the hashings that overrun one; 1 for what is exact; requests/s; share of the servers that are
    odd. Along the curve there is no p99, and `FEW` runs for each point.
    """
    table = np.zeros((ROWS, WIDTH))
    some = servers_of(busy, servers, oddity, fail_ms, service_ms)
    choices = min(choices, servers)
    for policy in range(POLICIES):
        row = table[policy]
        row[POLICY], row[AGE], row[HERE] = policy, age_ms, 1.0
        row[EXACT] = 0.0 if looks(policy, some, choices, balancers) else 1.0
        found = tried(policy, some, choices, age_ms, balancers, skew, requests, runs, seed, 1)
        put(row, some, found)
    at = POLICIES
    for policy in SEEING:
        for age in AGES:
            if age == age_ms:
                repeat(table, policy, at, age)
            else:
                row = table[at]
                row[POLICY], row[AGE], row[EXACT] = policy, age, table[policy, EXACT]
                found = tried(policy, some, choices, age, balancers, skew, requests, FEW, seed, 0)
                put(row, some, found)
            at += 1
    for policy in LEVEL:
        for age in (AGES[0], AGES[-1]):
            repeat(table, policy, at, age)
            at += 1
    return table
