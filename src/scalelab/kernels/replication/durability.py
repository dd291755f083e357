"""What a commit waits for, and what is gone when the primary dies at a random moment.

The primary makes a commit durable (flushes its log) and streams the log to its replicas, in order.
A replica takes what comes, flushes it and acknowledges it. Seen from a random moment, a replica
lags: it has everything that the primary had flushed a while ago. What the primary has heard of
that is older still. A mode of commit decides which acknowledgements a client has to wait for, and
so what has been promised to clients; a failover decides which replica's log counts from now on.
Promised and not in that log is lost.

Each step takes its time and at random a little more (exponential, in proportion). Now and then a
replica stalls: it does nothing for a while (exponential), and then everything at once. All
replicas are independent. Lags are drawn for one moment at a time, as many moments as trials.
"""

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Table, Words, kernel
from scalelab.kernels.normal import normal_quantile
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.storage.consistency import kth_reply, quantile

MOST_REPLICAS = 5
ASYNCHRONOUS, SEMI_SYNCHRONOUS, NAMED, ANY, ALL = 0, 1, 2, 3, 4
MODES = 5
SAME_ZONE, OTHER_ZONES, OTHER_REGION, FIRST_NEAR = 0, 1, 2, 3
FINE, SLOW, DOWN = 0, 1, 2
MOST_ADVANCED, FIRST = 0, 1
COLUMNS = 13
SUMMED = 30.0  # Poisson numbers of a smaller mean are summed up, of a greater one approximated


@kernel
def round_trip_of(
    replica: int, placement: int, near_ms: float, zone_ms: float, region_ms: float
) -> float:
    """Between the primary and the replica, in ms."""
    if placement == SAME_ZONE or (placement == FIRST_NEAR and replica == 0):
        return near_ms
    return zone_ms if placement == OTHER_ZONES else region_ms


@kernel
def longer(state: Words, time: float, jitter: float) -> float:
    """``time`` and at random a little more."""
    return time + exponential(state, jitter * time)


@kernel
def poisson(mean: float, share: float) -> float:
    """The number that a ``share`` of Poisson numbers does not exceed.

    Exact below a mean of 30; above it by Cornish and Fisher's expansion, one off at most.
    """
    if mean >= SUMMED:
        z = normal_quantile(share)
        return float(max(0.0, np.floor(mean + z * np.sqrt(mean) + (z * z - 1.0) / 6.0 + 0.5)))
    probability = exp(-mean)
    total = probability
    count = 0.0
    # A share of all but 1e-16 may be more than the sum ever comes to.
    while total < share and count < 200.0:
        count += 1.0
        probability *= mean / count
        total += probability
    return count


@kernel
def durability(
    commit_rate: float,
    n_replicas: int,
    k: int,
    placement: int,
    flush_ms: float,
    jitter: float,
    stall_share: float,
    stall_ms: float,
    timeout_s: float,
    trouble: int,
    die_with: int,
    promotion: int,
    near_ms: float,
    zone_ms: float,
    region_ms: float,
    slow_ms: float,
    down_s: float,
    n_trials: int,
    n_runs: int,
    seed: int,
) -> Table:
    """A row for each mode of commit.

    Columns: mode; p50 and p99 of a commit, p99 of the lowest and of the highest run (ms); commits
    lost in a failover: mean, p50, p99, p99 of the lowest and of the highest run; share of
    failovers that lose nothing; commits that are kept although nobody was told, mean; 1 if commits
    stop. Mean and share are taken over the lags, given which the number lost is Poisson.

    ``k`` acknowledgements are waited for, of all replicas at most. ``trouble`` befalls the first
    replica: it takes ``slow_ms`` longer, or has been down for ``down_s``. ``die_with`` replicas,
    the first ones, die with the primary; one survives at least.
    """
    k = min(k, n_replicas)
    dead = min(die_with, n_replicas - 1)
    down_ms = 1000.0 * down_s
    timeout_ms = 1000.0 * timeout_s
    per_ms = commit_rate / 1000.0
    # The one standby that commits wait for, and the one that takes over by name: one that is up.
    without_first = trouble == DOWN and n_replicas > 1
    named = 1 if without_first else 0
    heir = max(dead, named)

    n = n_trials * n_runs
    latency = np.empty((MODES, n))
    lost = np.empty((MODES, n))
    table = np.zeros((MODES, COLUMNS))
    held = np.empty(n_replicas)  # how old what a replica lacks is
    known = np.empty(n_replicas)  # how old what the primary has not heard of is
    answer = np.empty(n_replicas)  # when the acknowledgement of a commit of now comes
    scratch = np.empty(n_replicas)
    state = generator(seed)
    for i in range(n):
        flush = longer(state, flush_ms, jitter)
        share = uniform(state)
        for r in range(n_replicas):
            one_way = 0.5 * round_trip_of(r, placement, near_ms, zone_ms, region_ms)
            delay = longer(state, one_way, jitter) + longer(state, flush_ms, jitter)
            back = longer(state, one_way, jitter)
            # How long it still lasts and how long it has lasted have the same law.
            stalled = uniform(state) < stall_share
            stall = exponential(state, stall_ms) if stalled else 0.0
            if r == 0 and trouble == SLOW:
                delay += slow_ms
            if r == 0 and trouble == DOWN:
                stall = down_ms
            held[r] = delay + stall
            known[r] = delay + max(back, stall)
            answer[r] = delay + stall + back
        lag = held[heir]
        if promotion == MOST_ADVANCED:
            lag = kth_reply(held[dead:], 1, scratch)
        kth_known = kth_reply(known, k, scratch)
        kth_answer = kth_reply(answer, k, scratch)
        for mode in range(MODES):
            promised = 0.0  # everything older has been acknowledged to its client
            wait = 0.0
            if mode == NAMED:
                promised = known[named]
                wait = answer[named]
            elif mode == ALL:
                promised = kth_reply(known, n_replicas, scratch)
                wait = kth_reply(answer, n_replicas, scratch)
            elif mode == ANY or (mode == SEMI_SYNCHRONOUS and kth_known < timeout_ms):
                promised = kth_known
                wait = kth_answer if mode == ANY else min(kth_answer, timeout_ms)
            latency[mode, i] = flush + wait
            expected = per_ms * max(0.0, lag - promised)
            lost[mode, i] = poisson(expected, share)
            table[mode, 5] += expected
            table[mode, 10] += exp(-expected)
            table[mode, 11] += per_ms * max(0.0, promised - lag)
    for mode in range(MODES):
        table[mode, 0] = mode
        for column in (5, 10, 11):
            table[mode, column] /= n
        table[mode, 3] = np.inf
        table[mode, 8] = np.inf
        for run in range(n_runs):
            part = slice(run * n_trials, (run + 1) * n_trials)
            slowest = quantile(latency[mode, part].copy(), 0.99)
            table[mode, 3] = min(table[mode, 3], slowest)
            table[mode, 4] = max(table[mode, 4], slowest)
            worst = quantile(lost[mode, part].copy(), 0.99)
            table[mode, 8] = min(table[mode, 8], worst)
            table[mode, 9] = max(table[mode, 9], worst)
        table[mode, 1] = quantile(latency[mode], 0.5)
        table[mode, 2] = quantile(latency[mode], 0.99)
        table[mode, 6] = quantile(lost[mode], 0.5)
        table[mode, 7] = quantile(lost[mode], 0.99)
    if trouble == DOWN:
        table[NAMED, 12] = n_replicas == 1
        table[ANY, 12] = k > n_replicas - 1
        table[ALL, 12] = 1
    return table
