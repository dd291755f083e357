"""A region dies, and its users are led to another one: how soon, to which, and is there room?

Three ways to lead users. DNS answers with the region nearest to the user's resolver, which for
some is far away; after the health checks have failed the answer changes, and each resolver keeps
the old one until it expires, some for longer. Anycast: the network takes users to a region, for
some the second nearest; a dead one's route is withdrawn, and each network learns it after a while.
The app measures, goes to the nearest, and tries the next after a time-out.

Resolvers are asked at random (Poisson) and ask anew at the first question after the expiry, so
that their fetches are a renewal process (J. Jung, A. Berger, H. Balakrishnan, INFOCOM 2003).
"""

import numpy as np

from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.multi_region.latency import (
    AREA_CONTINENTS,
    FIBRE_KM_PER_MS,
    N_AREAS,
    N_CONTINENTS,
    N_REGIONS,
    N_SETS,
    distances,
    nearest_of,
    quantile,
    user_shares,
)
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

DNS, ANYCAST, APP = 0, 1, 2
N_ROUTINGS = 3
NEAREST, SPREAD = 0, 1  # where the users of the dead region go
AT_USERS, IN_REGIONS = 0, 1  # where the cache is
OFF, ON, DEAD = 0, 1, 2

HORIZON = 3600.0  # s
N_TIMES = 37
TIMES = tuple(round(HORIZON ** (i / (N_TIMES - 1)), 1) for i in range(N_TIMES))
N_BINS = 360
N_ALL = N_CONTINENTS + 1  # continents, and everybody
BIN = HORIZON / N_BINS
WARM_UP = 8  # answers that a resolver has fetched before it matters
LEAST = 0.001  # capacity, of all users' requests, that the smallest region has

TIMELINE, REGION, CONTINENT, ROUTING, PLAN = 0, 1, 2, 3, 4  # kinds of rows
N_PLANS = 4
COLUMNS = 26


@kernel
def routed(
    way: int, on: int, far: Table, shares: Floats, far_resolvers: float, detours: float
) -> Table:
    """Share of all users that goes from each area to each region."""
    at_home = np.zeros(N_REGIONS)
    for a in range(N_AREAS):
        at_home[nearest_of(far, a, on)] += shares[a]
    flows = np.zeros((N_AREAS, N_REGIONS))
    for a in range(N_AREAS):
        home = nearest_of(far, a, on)
        stay = 1.0
        if way == DNS:
            # A far resolver is anywhere, in proportion to the users there.
            stay = 1.0 - far_resolvers
            for r in range(N_REGIONS):
                flows[a, r] += shares[a] * far_resolvers * at_home[r]
        second = nearest_of(far, a, on ^ (1 << home))
        if way == ANYCAST and second >= 0:
            stay = 1.0 - detours
            flows[a, second] += shares[a] * detours
        flows[a, home] += shares[a] * stay
    return flows


@kernel
def rerouted(
    flows: Table, way: int, reroute: int, dead: int, on: int, far: Table, shares: Floats,
    far_resolvers: float,
) -> Table:  # fmt: skip
    """``flows`` after the region ``dead`` is gone; if it was the last, its users go nowhere."""
    left = on & ~(1 << dead)
    after = np.zeros((N_AREAS, N_REGIONS))
    staying = np.zeros(N_REGIONS)
    gained = np.zeros(N_REGIONS)
    for a in range(N_AREAS):
        if left > 0 and nearest_of(far, a, on) == dead:
            gained[nearest_of(far, a, left)] += shares[a]
        for r in range(N_REGIONS):
            if r != dead:
                after[a, r] = flows[a, r]
                staying[r] += flows[a, r]
    if left == 0:
        return after
    for a in range(N_AREAS):
        moving = flows[a, dead]
        if reroute == SPREAD and staying.sum() > 0.0:
            for r in range(N_REGIONS):
                after[a, r] += moving * staying[r] / staying.sum()
            continue
        if way == DNS:
            # Those with a far resolver follow it to the region that is then nearest to it.
            astray = shares[a] * far_resolvers * gained.sum()
            for r in range(N_REGIONS):
                after[a, r] += shares[a] * far_resolvers * gained[r]
            moving = max(0.0, moving - astray)
        after[a, nearest_of(far, a, left)] += moving
    return after


@kernel
def loads(flows: Table) -> Floats:
    """Share of all users that each region has."""
    total = np.zeros(N_REGIONS)
    for a in range(N_AREAS):
        for r in range(N_REGIONS):
            total[r] += flows[a, r]
    return total


@kernel
def detection(state: Words, interval: float, checks: int) -> float:
    """When the last of ``checks`` checks has failed; the region dies between two checks."""
    return (uniform(state) + checks - 1.0) * interval


@kernel
def expiry(state: Words, change: float, ttl: float, lookups: float) -> float:
    """When a resolver is rid of the answer that it had before ``change``.

    It is asked ``lookups`` times a second. Between two fetches pass the time to live and then the
    time to the next question.
    """
    fetch = change - (WARM_UP + uniform(state)) * (ttl + 1.0 / lookups)
    following = fetch
    while following <= change:
        fetch = following
        following = fetch + ttl + exponential(state, 1.0 / lookups)
    return max(change, fetch + ttl)


@kernel
def reached(
    state: Words, way: int, change: float, ttl: float, lookups: float, holders: float,
    hold: float, convergence: float, timeout: float,
) -> float:  # fmt: skip
    """When one resolver's users, one network's or one app's are led to a region that lives."""
    if way == ANYCAST:
        return change + exponential(state, convergence)
    if way == APP:
        return timeout
    if uniform(state) < holders:
        return change + exponential(state, hold)
    return expiry(state, change, ttl, lookups)


@kernel
def refused(own: Floats, arrived: Floats, miss: float, arriving_miss: float, spare: float) -> float:
    """Share of all requests for which the regions have no room."""
    total = 0.0
    for r in range(N_REGIONS):
        room = (1.0 + spare) * miss * max(own[r], LEAST)
        total += max(0.0, miss * own[r] + arriving_miss * arrived[r] - room)
    return total


@kernel
def failures(
    stuck: float, warmth: float, own: Floats, moved: Floats, gone: float, hit_ratio: float,
    cache: int, spare: float,
) -> tuple[float, float]:  # fmt: skip
    """Shares of all requests that go to the dead region, and that find no room elsewhere.

    A share ``stuck`` of the dead region's users, ``gone``, is still led to it. ``own`` are the
    users of each other region, ``moved`` those who come to it in the end. The regions' caches know
    a share ``warmth`` of what those who have come ask for.
    """
    miss = 1.0 - hit_ratio
    arrived = moved * (1.0 - stuck)
    if cache == AT_USERS:
        return miss * gone * stuck, refused(own, arrived, miss, miss, spare)
    return gone * stuck, refused(own, arrived, miss, 1.0 - hit_ratio * warmth, spare)


@kernel
def put_waits(
    row: Floats, column: int, flows: Table, far: Table, continent: int, hit_ratio: float,
    cache: int, round_trips: float, stretch: float, last_mile: float, server: float,
) -> None:  # fmt: skip
    """p50 and p99 of a page for the users of a continent, of all if there is no such continent."""
    fixed = np.zeros(2 * N_AREAS * N_REGIONS + 1)
    weight = np.zeros(fixed.size)
    n = 1  # what is answered next to the user comes first
    for a in range(N_AREAS):
        if continent < N_CONTINENTS and AREA_CONTINENTS[a] != continent:
            continue
        for r in range(N_REGIONS):
            if flows[a, r] <= 0.0:
                continue
            way = round_trips * stretch * far[a, r] / FIBRE_KM_PER_MS
            fixed[n] = way + server
            weight[n] = flows[a, r] * (1.0 - hit_ratio)
            n += 1
            if hit_ratio > 0.0 and cache == AT_USERS:
                weight[0] += flows[a, r] * hit_ratio
            if hit_ratio > 0.0 and cache == IN_REGIONS:
                fixed[n] = way
                weight[n] = flows[a, r] * hit_ratio
                n += 1
    if weight.sum() > 0.0:
        # A weight of nothing at the front would count as a start: leave it out.
        first = 0 if weight[0] > 0.0 else 1
        spread = round_trips * last_mile
        row[column] = quantile(0.50, fixed[first:n], weight[first:n], spread)
        row[column + 1] = quantile(0.99, fixed[first:n], weight[first:n], spread)


@kernel
def ends(
    way: int, survivors: bool, n_runs: int, n_resolvers: int, seed: int, check: float, checks: int,
    ttl: float, lookups: float, holders: float, hold: float, convergence: float, timeout: float,
) -> tuple[Floats, Table]:  # fmt: skip
    """For each run, when the region is declared dead, and when each resolver's users are led on.

    The declarations are the same for all ways. Without ``survivors`` nobody is led on.
    """
    state = generator(seed)
    changes = np.zeros(n_runs)
    led = np.zeros((n_runs, n_resolvers))
    for run in range(n_runs):
        changes[run] = detection(state, check, checks)
        if way == APP:
            changes[run] = timeout
    for run in range(n_runs):
        for i in range(n_resolvers):
            led[run, i] = reached(
                state, way, changes[run], ttl, lookups, holders, hold, convergence, timeout
            )
            if not survivors:
                led[run, i] = HORIZON + BIN
    return changes, led


@kernel
def warm(time: float, change: float, warm_up: float) -> float:
    """Share of its later hits that a cache has for users who have come since ``change``."""
    if time <= change:
        return 0.0
    return (time - change) / (time - change + warm_up)


@kernel
def put_moments(
    rows: Table, way: int, led: Table, changes: Floats, own: Floats, moved: Floats, gone: float,
    hit_ratio: float, cache: int, spare: float, warm_up: float,
) -> None:  # fmt: skip
    """Shares of requests that fail at each of the `TIMES`, over the runs."""
    n_runs, n_resolvers = led.shape
    for i in range(N_TIMES):
        row = rows[i]
        row[0] = TIMELINE
        row[1] = way
        row[2] = TIMES[i]
        row[4] = 1.0
        for run in range(n_runs):
            waiting = 0
            for j in range(n_resolvers):
                if led[run, j] > TIMES[i]:
                    waiting += 1
            stuck, full = failures(
                waiting / n_resolvers, warm(TIMES[i], changes[run], warm_up), own, moved, gone,
                hit_ratio, cache, spare,
            )  # fmt: skip
            row[3] += stuck / n_runs
            row[4] = min(row[4], stuck)
            row[5] = max(row[5], stuck)
            row[6] += full / n_runs
        # Adding rounds; a mean lies between the least and the most.
        row[3] = min(max(row[3], row[4]), row[5])


@kernel
def put_way(
    row: Floats, way: int, led: Table, changes: Floats, own: Floats, moved: Floats, gone: float,
    hit_ratio: float, cache: int, spare: float, warm_up: float,
) -> None:  # fmt: skip
    """How long the users of the dead region are without another, and what the hour loses."""
    n_runs, n_resolvers = led.shape
    pooled = np.zeros(led.size)
    lost = 0.0
    for run in range(n_runs):
        leaving = np.zeros(N_BINS + 1)
        for j in range(n_resolvers):
            pooled[run * n_resolvers + j] = min(led[run, j], HORIZON)
            leaving[min(N_BINS, int(led[run, j] / BIN + 0.5))] += 1.0
        waiting = 1.0 * n_resolvers
        for i in range(N_BINS):
            waiting -= leaving[i]
            stuck, full = failures(
                waiting / n_resolvers, warm((i + 0.5) * BIN, changes[run], warm_up), own, moved,
                gone, hit_ratio, cache, spare,
            )  # fmt: skip
            lost += BIN * (stuck + full)
    row[0] = ROUTING
    row[1] = way
    row[18] = changes.mean()
    row[22] = pooled.mean()
    row[23] = lost / n_runs * 1e6 / 3600.0
    row[19] = kth_smallest(pooled, pooled.size // 2)
    row[20] = kth_smallest(pooled, pooled.size * 9 // 10)
    row[21] = kth_smallest(pooled, pooled.size * 99 // 100)


@kernel
def fullest_of(own: Floats, after: Floats, left: int) -> int:
    """The survivor with the highest load over its capacity; N_REGIONS if there is none."""
    found = N_REGIONS
    worst = -1.0
    for r in range(N_REGIONS):
        full = after[r] / max(own[r], LEAST)
        if left >> r & 1 and full > worst:
            worst = full
            found = r
    return found


@kernel
def put_load(
    row: Floats, own: float, after: float, spare: float, hit_ratio: float, cache: int
) -> None:
    """Load over capacity of one survivor: after, and when its cache is cold to those who come."""
    room = (1.0 + spare) * max(own, LEAST)
    row[11] = after / room
    row[13] = row[11]
    if cache == IN_REGIONS:
        row[13] = (own + (after - own) / (1.0 - hit_ratio)) / room


@kernel
def put_regions(
    rows: Table, own: Floats, after: Floats, evenly: Floats, on: int, dead: int, hit_ratio: float,
    cache: int, spare: float,
) -> None:  # fmt: skip
    for r in range(N_REGIONS):
        row = rows[r]
        row[0] = REGION
        row[1] = N_ROUTINGS + r
        row[8] = ON if on >> r & 1 else OFF
        row[9] = own[r]
        row[10] = after[r]
        if r == dead:
            row[8] = DEAD
        elif on >> r & 1:
            put_load(row, own[r], after[r], spare, hit_ratio, cache)
            row[12] = evenly[r] / ((1.0 + spare) * max(own[r], LEAST))


@kernel
def put_plans(
    rows: Table, before: Table, way: int, on: int, far: Table, shares: Floats, far_resolvers: float
) -> None:
    """Spare capacity so that any one region may die, over what all users need.

    Regions of one size; users of the dead one spread over all; to the next nearest, where each
    region has what it needs; the same, where all have the same share of spare.
    """
    own = loads(before)
    most = np.zeros(N_REGIONS)
    n = 0
    for r in range(N_REGIONS):
        most[r] = own[r]
        n += on >> r & 1
    for p in range(N_PLANS):
        rows[p, 0] = PLAN
        rows[p, 1] = N_ROUTINGS + N_REGIONS + N_ALL + p
    if n < 2:
        return
    rows[0, 25] = 1.0 / (n - 1)
    for dead in range(N_REGIONS):
        if not on >> dead & 1:
            continue
        rows[1, 25] = max(rows[1, 25], own[dead] / max(1.0 - own[dead], LEAST))
        after = loads(rerouted(before, way, NEAREST, dead, on, far, shares, far_resolvers))
        for r in range(N_REGIONS):
            most[r] = max(most[r], after[r])
            if on >> r & 1:
                rows[3, 25] = max(rows[3, 25], after[r] / max(own[r], LEAST) - 1.0)
    rows[2, 25] = most.sum() - own.sum()


@kernel
def routing(
    regions: int, dead: int, way: int, ttl: float, check: float, holders: float, reroute: int,
    spare: float, hit_ratio: float, cache: int, far_resolvers: float, detours: float, checks: int,
    lookups: float, hold: float, convergence: float, timeout: float, warm_up: float,
    round_trips: float, stretch: float, last_mile: float, server: float, n_runs: int,
    n_resolvers: int, seed: int,
) -> Table:  # fmt: skip
    """Rows: moments for each way to lead users, regions, continents, ways, and plans of capacity.

    Columns: kind of the row, name, time (s), share of all requests that go to the dead region (mean
    of the runs, least, most) and that find no room elsewhere, 1 if this way is the chosen one;
    region off, on or dead, its share of the users before and after, its load over its capacity
    (for a way the fullest one's) after, if the dead one's users were spread, and when its cache is
    cold to them; p50 and p99 of a page before and after (ms); mean time to the declaration, median,
    p90, p99 and mean within the hour of the time until a user of the dead region reaches another
    (s), user hours lost for a million users within the hour, the fullest region; spare capacity.
    A dead region that is not on is taken for the one with most users.
    """
    on = max(1, regions & (N_SETS - 1))
    far = distances()
    shares = user_shares(0)
    before = routed(way, on, far, shares, far_resolvers, detours)
    own = loads(before)
    if not on >> dead & 1:
        dead = int(own.argmax())
    left = on & ~(1 << dead)
    first_region = N_ROUTINGS * N_TIMES
    first_continent = first_region + N_REGIONS
    first_way = first_continent + N_ALL
    table = np.zeros((first_way + N_ROUTINGS + N_PLANS, COLUMNS))
    for each in range(N_ROUTINGS):
        flows = routed(each, on, far, shares, far_resolvers, detours)
        there = loads(flows)
        after = loads(rerouted(flows, each, reroute, dead, on, far, shares, far_resolvers))
        gone = there[dead]
        there[dead] = 0.0
        moved = after - there
        changes, led = ends(
            each, left > 0, n_runs, n_resolvers, seed, check, checks, ttl, lookups, holders, hold,
            convergence, timeout,
        )  # fmt: skip
        moments = table[each * N_TIMES : (each + 1) * N_TIMES]
        put_moments(
            moments, each, led, changes, there, moved, gone, hit_ratio, cache, spare, warm_up
        )
        row = table[first_way + each]
        put_way(row, each, led, changes, there, moved, gone, hit_ratio, cache, spare, warm_up)
        for column in range(3, 7):
            row[column] = moments[N_TIMES - 1, column]
        for i in range(N_TIMES):
            moments[i, 7] = 1.0 if each == way else 0.0
        row[7] = 1.0 if each == way else 0.0
        fullest = fullest_of(there, after, left)
        row[24] = fullest
        if fullest < N_REGIONS:
            put_load(row, there[fullest], after[fullest], spare, hit_ratio, cache)
            row[12] = after.sum() / (max(there.sum(), LEAST) * (1.0 + spare))
    later = rerouted(before, way, reroute, dead, on, far, shares, far_resolvers)
    evenly = loads(rerouted(before, way, SPREAD, dead, on, far, shares, far_resolvers))
    put_regions(table[first_region:], own, loads(later), evenly, on, dead, hit_ratio, cache, spare)
    for c in range(N_ALL):
        row = table[first_continent + c]
        row[0] = CONTINENT
        row[1] = N_ROUTINGS + N_REGIONS + c
        put_waits(
            row, 14, before, far, c, hit_ratio, cache, round_trips, stretch, last_mile, server
        )
        put_waits(row, 16, later, far, c, hit_ratio, cache, round_trips, stretch, last_mile, server)
    put_plans(table[first_way + N_ROUTINGS :], before, way, on, far, shares, far_resolvers)
    return table
