"""How long reads and writes take at five levels of consistency, when nothing is broken.

Five regions have fixed round trips between them. The replicas are in the leader's region and in
those nearest to it. Each reply takes the round trip, and at random a little more (exponential, in
proportion to the round trip); a small share of replies is late by a long pause. All replies are
independent. Whoever waits for several asks all at once and waits for as many as it needs.
"""

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

REGIONS = 5
ANY, LEADER, MAJORITY, QUORUM, ALL = 0, 1, 2, 3, 4
LEVELS = 5
READ, WRITE = 0, 1


@kernel
def replicas_of(leader: int, round_trips: Table) -> Ints:
    """The regions by their distance from the leader, the leader's first."""
    order = np.arange(REGIONS)
    order[0] = leader
    order[leader] = 0
    for i in range(1, REGIONS):
        for j in range(i + 1, REGIONS):
            if round_trips[leader, order[j]] < round_trips[leader, order[i]]:
                order[i], order[j] = order[j], order[i]
    return order


@kernel
def reply(state: Words, round_trip: float, jitter: float, slow_share: float, pause: float) -> float:
    """Time until one replica's answer is there."""
    time = round_trip + exponential(state, jitter * round_trip)
    if uniform(state) < slow_share:
        time += pause
    return time


@kernel
def kth_reply(replies: Floats, k: int, scratch: Floats) -> float:
    """When ``k`` of the replies are there; at once if none is needed."""
    if k < 1:
        return 0.0
    for i in range(replies.size):
        scratch[i] = replies[i]
    return kth_smallest(scratch[: replies.size], k - 1)


@kernel
def quantile(times: Floats, share: float) -> float:
    """The time that a ``share`` of ``times`` does not exceed; reorders ``times``."""
    return kth_smallest(times, int(share * times.size))


@kernel
def consistency(
    client: int,
    leader: int,
    n_replicas: int,
    jitter: float,
    slow_share: float,
    read_share: float,
    local_ms: float,
    pause_ms: float,
    round_trip_01: float,
    round_trip_02: float,
    round_trip_03: float,
    round_trip_04: float,
    round_trip_12: float,
    round_trip_13: float,
    round_trip_14: float,
    round_trip_23: float,
    round_trip_24: float,
    round_trip_34: float,
    n_trials: int,
    n_runs: int,
    seed: int,
) -> Table:
    """For each level, reads and then writes, a row for the clients of each of the regions.

    Columns: level, 0 for reads and 1 for writes, region of the clients, mean, p50, p99, p99 of
    the lowest and of the highest run (ms), mean of reads and writes as they are mixed (ms), 1 for
    the region ``client``. All round trips in ms; ``round_trip_ab`` between regions a and b,
    ``local_ms`` within one.
    """
    round_trips = np.full((REGIONS, REGIONS), local_ms)
    given = (
        round_trip_01, round_trip_02, round_trip_03, round_trip_04, round_trip_12, round_trip_13,
        round_trip_14, round_trip_23, round_trip_24, round_trip_34,
    )  # fmt: skip
    pair = 0
    for a in range(REGIONS):
        for b in range(a + 1, REGIONS):
            round_trips[a, b] = given[pair]
            round_trips[b, a] = given[pair]
            pair += 1
    order = replicas_of(leader, round_trips)
    majority = n_replicas // 2 + 1
    n = n_trials * n_runs
    one = np.empty((REGIONS, n))  # an answer of the nearest replica
    first = np.empty((REGIONS, n))  # of the leader
    most = np.empty((REGIONS, n))  # of the leader, when most have a write
    quorum = np.empty((REGIONS, n))  # of a majority, without a leader
    whole = np.empty((REGIONS, n))  # of the leader, when all have a write
    acks = np.empty(REGIONS - 1)
    answers = np.empty(REGIONS)
    scratch = np.empty(REGIONS)
    state = generator(seed)
    for i in range(n):
        # Drawn for all regions, so that another number of replicas changes nothing but that.
        for r in range(1, REGIONS):
            acks[r - 1] = reply(state, round_trips[leader, order[r]], jitter, slow_share, pause_ms)
        # The leader has the write itself.
        most_have_it = kth_reply(acks[: n_replicas - 1], majority - 1, scratch)
        all_have_it = kth_reply(acks[: n_replicas - 1], n_replicas - 1, scratch)
        for c in range(REGIONS):
            nearest = 0
            for r in range(REGIONS):
                away = round_trips[c, order[r]]
                answers[r] = reply(state, away, jitter, slow_share, pause_ms)
                if r < n_replicas and away < round_trips[c, order[nearest]]:
                    nearest = r
            one[c, i] = answers[nearest]
            first[c, i] = answers[0]
            most[c, i] = answers[0] + most_have_it
            quorum[c, i] = kth_reply(answers[:n_replicas], majority, scratch)
            whole[c, i] = answers[0] + all_have_it
    table = np.zeros((LEVELS * 2 * REGIONS, 10))
    row = 0
    for level in range(LEVELS):
        for operation in range(2):
            for c in range(REGIONS):
                if level == ANY or (level == ALL and operation == READ):
                    times = one[c]
                elif level == QUORUM:
                    times = quorum[c]
                elif level == LEADER or operation == READ:
                    times = first[c]
                else:
                    times = most[c] if level == MAJORITY else whole[c]
                table[row, 0] = level
                table[row, 1] = operation
                table[row, 2] = c
                table[row, 3] = times.mean()
                table[row, 6] = np.inf
                for run in range(n_runs):
                    p99 = quantile(times[run * n_trials : (run + 1) * n_trials].copy(), 0.99)
                    table[row, 6] = min(table[row, 6], p99)
                    table[row, 7] = max(table[row, 7], p99)
                pooled = times.copy()
                table[row, 4] = quantile(pooled, 0.5)
                table[row, 5] = quantile(pooled, 0.99)
                table[row, 9] = c == client
                row += 1
        top = row - 2 * REGIONS
        for c in range(REGIONS):
            mixed = (
                read_share * table[top + c, 3] + (1.0 - read_share) * table[top + REGIONS + c, 3]
            )
            table[top + c, 8] = mixed
            table[top + REGIONS + c, 8] = mixed
    return table
