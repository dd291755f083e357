"""Several regions and an incident: what four ways to replicate answer, refuse and lose.

Each region has a copy of the data and customers, who read and write keys at random (Poisson). At
one moment a region is lost for good, or it and its customers are cut off from the others for a
time, or all its round trips become several times as long.

*One leader, asynchronous*: writes go to the leader, which acknowledges at once and sends them to
the others after a lag; reads are the own region's. If the others do not hear from the leader for
long enough, they promote another.
*One leader, majority*: it acknowledges a write when most copies have it; reads are the leader's.
*Leaderless*: the own region asks all copies and waits for the first ``k_w`` or ``k_r`` of them.
*Local*: each region acknowledges its customers' writes and sends them to the others after a lag.

Moments and what they do to whom are the same in all runs; chance is in the requests alone.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.multi_region.consistency import one_way
from scalelab.kernels.random import below, exponential, generator, uniform
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.storage.consistency import REGIONS
from scalelab.kernels.zipf import alias_table, draw, popularity

LOST_REGION, CUT, SLOW = 0, 1, 2
ASYNC, MAJORITY, LEADERLESS, LOCAL = 0, 1, 2, 3
STRATEGIES = 4
READ, WRITE = 0, 1
SERVED, STALE, LOST, REFUSED = 0, 1, 2, 3
OUTCOMES = 4
NOBODY = -1
# Writes are kept by the region that took them, those that will be lost apart from the others.
DOOMED = REGIONS
SLOTS = REGIONS + 1
PART, WHOLE, REGION = 0, 1, 2
BEFORE, DURING, AFTER = 0, 1, 2
MOMENTS = 6


class World(NamedTuple):
    """The regions and the incident. Moments and ``lag`` in s, ``ways`` (one way) in ms.

    ``heir``: the region nearest to the leader. ``noticed``: the others know that something is
    wrong. ``takes_over``, ``elected``: the heir leads, if the leader is not back before.
    """

    n: int
    leader: int
    heir: int
    incident: int
    hit: int
    begins: float
    ends: float
    noticed: float
    takes_over: float
    elected: float
    fencing: int
    lag: float
    slower: float
    timeout_ms: float
    local_ms: float
    ways: Table


class Kept(NamedTuple):
    """By way to replicate, key and slot: when the newest write was made, and acknowledged."""

    made: Floats
    acknowledged: Floats


@kernel
def nearest(region: int, n: int, ways: Table) -> int:
    """The nearest other region."""
    best = NOBODY
    for r in range(n):
        if r != region and (best == NOBODY or ways[region, r] < ways[region, best]):
            best = r
    return best


@step
def way(w: World, a: int, b: int, t: float) -> float:
    """From region a to region b; within a region, from its customers (ms)."""
    time = 0.5 * w.local_ms if a == b else w.ways[a, b]
    if w.incident == SLOW and w.begins <= t < w.ends and (a == w.hit or b == w.hit):
        time *= w.slower
    return time


@step
def reaches(w: World, a: int, b: int, t: float) -> bool:
    if w.incident == LOST_REGION and t >= w.begins:
        return a != w.hit and b != w.hit
    if w.incident == CUT and w.begins <= t < w.ends:
        return (a == w.hit) == (b == w.hit)
    return True


@kernel
def entry(w: World, client: int, t: float) -> int:
    """The region that takes a customer's requests."""
    if w.incident == LOST_REGION and client == w.hit and t >= w.begins:
        return nearest(client, w.n, w.ways) if t >= w.noticed else NOBODY
    return client


@kernel
def leader_of(w: World, strategy: int, at: int, t: float) -> int:
    """The region that region ``at`` takes for the leader, and reaches."""
    since = w.takes_over if strategy == ASYNC else w.elected
    if w.leader != w.hit or w.incident == SLOW or t < w.begins:
        return w.leader if reaches(w, at, w.leader, t) else NOBODY
    if w.incident == LOST_REGION:
        return w.heir if t >= since else NOBODY
    if t >= w.ends:
        return w.heir if since < w.ends else w.leader
    if at != w.hit:
        return w.heir if t >= since else NOBODY
    # Cut off, the old leader cannot know whether there is a new one.
    goes_on = strategy == ASYNC and (w.fencing == 0 or t < w.noticed)
    return w.leader if goes_on else NOBODY


@step
def between(w: World, a: int, b: int, t: float) -> float:
    """Round trip between the copies of two regions; a region's own answers at once (ms)."""
    return 0.0 if a == b else 2.0 * way(w, a, b, t)


@kernel
def kth_answer(w: World, at: int, k: int, t: float) -> float:
    """Time until ``k`` copies have answered region ``at`` (ms); negative if too few are there."""
    answers = np.empty(REGIONS)
    n = 0
    for r in range(w.n):
        if reaches(w, at, r, t):
            answers[n] = between(w, at, r, t)
            n += 1
    return kth_smallest(answers[:n], k - 1) if k <= n else -1.0


@kernel
def first_to_answer(w: World, at: int, t: float, into: Ints) -> None:
    """The regions that answer ``at``, in the order of their answers; then `NOBODY`."""
    for i in range(REGIONS):
        into[i] = NOBODY
    n = 0
    for r in range(w.n):
        if reaches(w, at, r, t):
            i = n
            while i > 0 and between(w, at, into[i - 1], t) > between(w, at, r, t):
                into[i] = into[i - 1]
                i -= 1
            into[i] = r
            n += 1


@kernel
def answer_ms(w: World, strategy: int, operation: int, k: int, client: int, t: float) -> float:
    """How long a request takes (ms); negative if it is refused or nobody waits so long."""
    at = entry(w, client, t)
    if at == NOBODY:
        return -1.0
    time = 2.0 * way(w, client, at, t)
    led = strategy == MAJORITY or (strategy == ASYNC and operation == WRITE)
    if led:
        leader = leader_of(w, strategy, at, t)
        if leader == NOBODY:
            return -1.0
        time += between(w, at, leader, t)
        if strategy == MAJORITY and operation == WRITE:
            time += kth_answer(w, leader, w.n // 2 + 1, t)
    if strategy == LEADERLESS:
        answered = kth_answer(w, at, k, t)
        if answered < 0.0:
            return -1.0
        time += answered
    return time if time <= w.timeout_ms else -1.0


@step
def arrives(w: World, origin: int, at: int, made: float, lag: float) -> float:
    """When a write is known in another region: what has left a region arrives (s)."""
    if origin == at:
        return made
    leaves = made + lag
    if w.begins <= leaves < w.ends and not reaches(w, origin, at, leaves):
        leaves = w.ends
    return leaves + way(w, origin, at, leaves) / 1e3


@step
def is_doomed(w: World, strategy: int, origin: int, made: float) -> bool:
    """Whether a write is gone for good with the region that took it, or thrown away by the heir."""
    if origin != w.hit or made + w.lag < w.begins:
        return False
    if strategy == ASYNC and origin == w.leader:
        return w.incident == LOST_REGION or (w.incident == CUT and w.takes_over < w.ends)
    return strategy == LOCAL and w.incident == LOST_REGION


@step
def misses(w: World, slot: int, at: int, made: float, t: float, lag: float) -> bool:
    """Whether region ``at`` does not know a write, at time ``t``; nobody misses what is gone."""
    if made < 0.0:
        return False
    if slot == DOOMED:
        return at != w.hit and t < (w.begins if w.incident == LOST_REGION else w.ends)
    return arrives(w, slot, at, made, lag) > t


@step
def is_stale(
    w: World, kept: Kept, strategy: int, key: int, at: int, asked: Ints, k_r: int, t: float
) -> bool:
    """A read misses the newest write that one of the regions has acknowledged."""
    for slot in range(SLOTS):
        made = kept.made[strategy, key, slot]
        if made < 0.0 or kept.acknowledged[strategy, key, slot] > t:
            continue
        if strategy != LEADERLESS:
            if misses(w, slot, at, made, t, w.lag):
                return True
            continue
        unknown = True
        for i in range(k_r):
            r = asked[i]
            there = t + 0.5e-3 * between(w, at, r, t)
            if not misses(w, slot, r, made, there, 0.0):
                unknown = False
                break
        if unknown:
            return True
    return False


@step
def in_conflict(w: World, kept: Kept, strategy: int, key: int, origin: int, t: float) -> bool:
    """Whether a write is made without knowledge of one to the same key in another region."""
    lag = 0.0 if strategy == LEADERLESS else w.lag
    for slot in range(SLOTS):
        if misses(w, slot, origin, kept.made[strategy, key, slot], t, lag):
            return True
    return False


class Plan(NamedTuple):
    """What each stretch of time between two of the ``moments`` does, worked out beforehand.

    ``cost`` (ms, negative if refused) by stretch, way to replicate, operation and customers;
    ``place``: the region that takes the customers' requests; ``leader``: where an asynchronous
    leader takes their writes; ``asked``: the regions in the order in which they answer.
    """

    moments: Floats
    cost: Floats
    place: Ints
    leader: Ints
    asked: Ints


@kernel
def planned(w: World, k_w: int, k_r: int) -> Plan:
    moments = np.zeros(MOMENTS)
    for n, moment in enumerate((0.0, w.begins, w.noticed, w.takes_over, w.elected, w.ends)):
        i = n
        while i > 0 and moments[i - 1] > moment:
            moments[i] = moments[i - 1]
            i -= 1
        moments[i] = moment
    cost = np.zeros((MOMENTS, STRATEGIES, 2, REGIONS))
    place = np.full((MOMENTS, REGIONS), NOBODY)
    leader = np.full((MOMENTS, REGIONS), NOBODY)
    asked = np.full((MOMENTS, REGIONS, REGIONS), NOBODY)
    for i in range(MOMENTS):
        t = moments[i]
        for c in range(w.n):
            place[i, c] = entry(w, c, t)
            if place[i, c] != NOBODY:
                leader[i, c] = leader_of(w, ASYNC, place[i, c], t)
                first_to_answer(w, place[i, c], t, asked[i, c])
            for strategy in range(STRATEGIES):
                cost[i, strategy, READ, c] = answer_ms(w, strategy, READ, k_r, c, t)
                cost[i, strategy, WRITE, c] = answer_ms(w, strategy, WRITE, k_w, c, t)
    return Plan(moments, cost, place, leader, asked)


class Found(NamedTuple):
    """Sums over all runs.

    ``parts``: requests by way to replicate, part of the run and outcome; ``regions``: during the
    incident, by way to replicate, customers and outcome; ``waited`` and ``answered``: ms and
    number of answers by way to replicate and part; ``phases``: both before, during and after the
    incident. Then by way to replicate: writes made in conflict and keys that have such writes.
    """

    parts: Ints
    regions: Ints
    waited: Floats
    answered: Ints
    phases: Floats
    conflicts: Ints
    keys: Ints


@step
def phase_of(begins: float, ends: float, t: float) -> int:
    if t < begins:
        return BEFORE
    return DURING if t < ends else AFTER


@kernel
def run(
    state: Words, w: World, plan: Plan, threshold: Floats, alias: Ints, k_r: int,
    request_rate: float, write_share: float, duration: float, found: Found,
) -> None:  # fmt: skip
    """One run. Adds to ``found``."""
    n_keys = threshold.size
    n_parts = found.parts.shape[1]
    kept = Kept(
        np.full((STRATEGIES, n_keys, SLOTS), -1.0), np.full((STRATEGIES, n_keys, SLOTS), -1.0)
    )
    conflicting = np.zeros((STRATEGIES, n_keys), np.bool_)
    mean = 1.0 / (request_rate * w.n)
    stretch = 0
    now = 0.0
    while True:
        now += exponential(state, mean)
        if now >= duration:
            break
        client = below(state, w.n)
        operation = WRITE if uniform(state) < write_share else READ
        key = draw(state, threshold, alias)
        while stretch + 1 < MOMENTS and plan.moments[stretch + 1] <= now:
            stretch += 1
        part = min(int(now / duration * n_parts), n_parts - 1)
        phase = phase_of(w.begins, w.ends, now)
        at = plan.place[stretch, client]
        for strategy in range(STRATEGIES):
            time = plan.cost[stretch, strategy, operation, client]
            outcome = SERVED
            if time < 0.0:
                outcome = REFUSED
            elif strategy != MAJORITY and operation == READ:
                if is_stale(w, kept, strategy, key, at, plan.asked[stretch, client], k_r, now):
                    outcome = STALE
            elif strategy != MAJORITY:
                origin = plan.leader[stretch, client] if strategy == ASYNC else at
                if in_conflict(w, kept, strategy, key, origin, now):
                    found.conflicts[strategy] += 1
                    conflicting[strategy, key] = True
                slot = origin
                if is_doomed(w, strategy, origin, now):
                    slot = DOOMED
                    outcome = LOST
                kept.made[strategy, key, slot] = now
                kept.acknowledged[strategy, key, slot] = now + time / 1e3
            found.parts[strategy, part, outcome] += 1
            if phase == DURING:
                found.regions[strategy, client, outcome] += 1
            if time >= 0.0:
                found.waited[strategy, part] += time
                found.answered[strategy, part] += 1
                found.phases[strategy, phase, 0] += time
                found.phases[strategy, phase, 1] += 1.0
    for strategy in range(STRATEGIES):
        for key in range(n_keys):
            found.keys[strategy] += conflicting[strategy, key]


@kernel
def shares(counts: Ints, table: Table, row: int, at: int) -> None:
    """The outcomes' shares of all requests counted."""
    total = max(counts.sum(), 1)
    for outcome in range(OUTCOMES):
        table[row, at + outcome] = counts[outcome] / total


@kernel
def outage(
    incident: int, break_s: float, hit: int, leader: int, n_regions: int, request_rate: float,
    write_share: float, n_keys: int, lag_ms: float, detection_s: float, promotion_s: float,
    fencing: int, k_w: int, k_r: int, election_s: float, slower: float, timeout_ms: float,
    skew: float, local_ms: float, round_trip_01: float, round_trip_02: float,
    round_trip_03: float, round_trip_04: float, round_trip_12: float, round_trip_13: float,
    round_trip_14: float, round_trip_23: float, round_trip_24: float, round_trip_34: float,
    before_s: float, duration_s: float, n_runs: int, n_parts: int, seed: int,
) -> Table:  # fmt: skip
    """For each way to replicate: a row for the whole run, its parts, and the customers of a region.

    Columns: way to replicate, kind of row, from and to (s), region (`REGIONS` for all), shares of
    the requests (of a region: of those during the incident): served, reads of something old,
    writes that are lost later, refused; ms until an answer. Then in the row for the whole run, 0 in
    others, numbers per run: requests, writes lost (mean, fewest, most), requests refused, stale
    reads, writes made in conflict, keys that have such; ms until an answer before, during and after
    the incident. Last, 1 for the parts in which something is broken.
    """
    ways = one_way(
        0, round_trip_01, round_trip_02, round_trip_03, round_trip_04, round_trip_12,
        round_trip_13, round_trip_14, round_trip_23, round_trip_24, round_trip_34,
    )  # fmt: skip
    n = n_regions
    leads = min(leader, n - 1)
    ends = np.inf if incident == LOST_REGION else before_s + break_s
    noticed = before_s + detection_s
    w = World(
        n, leads, nearest(leads, n, ways), incident, min(hit, n - 1), before_s, ends, noticed,
        noticed + promotion_s, before_s + election_s, fencing, lag_ms / 1e3, slower, timeout_ms,
        local_ms, ways,
    )  # fmt: skip
    wait_r = min(k_r, n)
    plan = planned(w, min(k_w, n), wait_r)
    threshold, alias = alias_table(popularity(n_keys, skew))
    found = Found(
        np.zeros((STRATEGIES, n_parts, OUTCOMES), np.int64),
        np.zeros((STRATEGIES, REGIONS, OUTCOMES), np.int64),
        np.zeros((STRATEGIES, n_parts)),
        np.zeros((STRATEGIES, n_parts), np.int64),
        np.zeros((STRATEGIES, 3, 2)),
        np.zeros(STRATEGIES, np.int64),
        np.zeros(STRATEGIES, np.int64),
    )
    lost_before = np.zeros(STRATEGIES, np.int64)
    fewest = np.full(STRATEGIES, np.inf)
    most = np.zeros(STRATEGIES)
    state = generator(seed)
    for _ in range(n_runs):
        run(state, w, plan, threshold, alias, wait_r, request_rate, write_share, duration_s, found)
        for strategy in range(STRATEGIES):
            lost = found.parts[strategy, :, LOST].sum()
            fewest[strategy] = min(fewest[strategy], float(lost - lost_before[strategy]))
            most[strategy] = max(most[strategy], float(lost - lost_before[strategy]))
            lost_before[strategy] = lost
    height = 1 + n_parts + n
    table = np.zeros((STRATEGIES * height, 22))
    for strategy in range(STRATEGIES):
        top = strategy * height
        for row in range(top, top + height):
            table[row, 0] = strategy
            table[row, 4] = REGIONS
        whole = np.zeros(OUTCOMES, np.int64)
        for part in range(n_parts):
            row = top + 1 + part
            table[row, 1] = PART
            table[row, 2] = part * duration_s / n_parts
            table[row, 3] = (part + 1) * duration_s / n_parts
            shares(found.parts[strategy, part], table, row, 5)
            answered = max(found.answered[strategy, part], 1)
            table[row, 9] = found.waited[strategy, part] / answered
            table[row, 21] = w.begins <= 0.5 * (table[row, 2] + table[row, 3]) < w.ends
            for outcome in range(OUTCOMES):
                whole[outcome] += found.parts[strategy, part, outcome]
        for region in range(n):
            row = top + 1 + n_parts + region
            table[row, 1] = REGION
            table[row, 2] = min(w.begins, duration_s)
            table[row, 3] = min(w.ends, duration_s)
            table[row, 4] = region
            shares(found.regions[strategy, region], table, row, 5)
        table[top, 1] = WHOLE
        table[top, 3] = duration_s
        shares(whole, table, top, 5)
        table[top, 9] = found.waited[strategy].sum() / max(found.answered[strategy].sum(), 1)
        table[top, 10] = whole.sum() / n_runs
        table[top, 11] = whole[LOST] / n_runs
        table[top, 12] = fewest[strategy]
        table[top, 13] = most[strategy]
        table[top, 14] = whole[REFUSED] / n_runs
        table[top, 15] = whole[STALE] / n_runs
        table[top, 16] = found.conflicts[strategy] / n_runs
        table[top, 17] = found.keys[strategy] / n_runs
        for phase in range(3):
            answers = max(found.phases[strategy, phase, 1], 1.0)
            table[top, 18 + phase] = found.phases[strategy, phase, 0] / answers
    return table
