"""A catalogue read from all over the world: how many points of presence, and what is behind them.

Each of the points of presence (PoPs) has an equal part of the requests, which come at random
(Poisson), each for an object of its own popularity. A copy is valid for the time to live after the
origin gave it, wherever it has been since: a cache that passes a copy on says how old it is
(`Age`, RFC 9111). So behind one *root*, a cache that alone asks the origin, all copies expire at
the same time, and an object has cycles: from the first request after that, which is fetched, over
the time to live, to the next first request. At each PoP at most one request of a cycle goes on to
the root. Without a shield every PoP is a root of its own (J. Jung, A. W. Berger, H. Balakrishnan,
"Modeling TTL-based Internet caches", INFOCOM 2003).

PoPs are placed one by one, each where it brings the users nearest, in the areas of
`scalelab.facts.places`. An area is a disc: its users are some way from its middle, and with more
PoPs in it that way falls with the root of their number.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.load_balancing.zones import enough
from scalelab.kernels.multi_region.latency import (
    AREA_CONTINENTS,
    AREA_LATITUDES,
    AREA_LONGITUDES,
    FIBRE_KM_PER_MS,
    N_AREAS,
    N_REGIONS,
    RADIUS,
    REGION_LATITUDES,
    REGION_LONGITUDES,
    distances,
    nearest_of,
    quantile,
    user_shares,
)
from scalelab.kernels.sphere import great_circle
from scalelab.kernels.zipf import popularity

GRID = (0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300)  # numbers of PoPs that the curves have
MOST_POPS = 300
ALONE, SHIELD, CODE = range(3)  # ways: PoPs, with a shield, with code at the edge as well
WAYS = 3
ONE_SHIELD, REGIONAL = range(2)
ORIGIN = 0  # of the regions: Virginia
CROWDED = 2  # of the continents: Europe
BARS = 5  # of a crowd: no CDN; PoPs that do not collapse, and do; a shield that does not, and does
ROWS = len(GRID) * WAYS + WAYS + BARS

LINE, SET, CROWD = range(3)
KIND, POPS, WAY, MEAN_MS, P95_MS, EDGE_HITS, SHIELD_HITS, TO_ORIGIN, BEST = range(9)
KM, UNUSED, MACHINES, EGRESS, FEES, RENT, TOTAL, BREAK_EVEN, THERE, BAR, BAR_RATE = range(9, 20)
WIDTH = 20

SINGLE_RANKS = 64  # the most popular objects are counted one by one, the others in groups
GROUP = 1.06  # whose last rank is so many times the first
GROUPS = 400
HOURS_A_MONTH = 730.0
PEAK_OVER_MEAN = 2.4  # the busiest hour has a tenth of the day's requests


class World(NamedTuple):
    """Rates in requests/s, times in seconds or as named, prices in USD."""

    rate: float
    dynamic: float
    ttl: float
    fetch: float
    tier: int
    calls: float  # round trips of a request over the users' way: set-up and the request itself
    edge_share: float
    trips: float
    stretch: float
    last_mile_ms: float
    server_ms: float
    edge_ms: float
    metro_km: float
    answer_kb: float
    speed: float
    most_busy: float
    usd_per_machine: float
    origin_usd_gb: float
    cdn_usd_gb: float
    request_usd: float
    shield_usd: float
    function_usd: float


@kernel
def grouped(n_objects: int, skew: float) -> tuple[Floats, Floats]:
    """(mean popularity, number of objects) of groups of neighbours in popularity."""
    each = popularity(n_objects, skew)
    mean = np.zeros(GROUPS)
    count = np.zeros(GROUPS)
    groups = 0
    first = 0
    while first < n_objects and groups < GROUPS:
        after = first + 1
        if first >= SINGLE_RANKS:
            after = min(int(first * GROUP) + 1, n_objects)
        if groups == GROUPS - 1:
            after = n_objects
        total = 0.0
        for i in range(first, after):
            total += each[i]
        count[groups] = after - first
        mean[groups] = total / (after - first)
        groups += 1
        first = after
    return mean[:groups], count[:groups]


@kernel
def answered(
    rate: float, ttl: float, fetch: float, pops: float, roots: float
) -> tuple[float, float, float]:
    """Shares of one object's requests: answered at a PoP, at a root, and not before the origin.

    A cycle of a root begins with a fetch. Who comes during the fetch waits for it, and is counted
    with the last. Then a PoP that nobody asked meanwhile has its copy from the root.
    """
    of_root = rate / roots
    of_pop = rate / pops
    asked = 1.0 + of_root * (fetch + ttl)
    late = exp(-of_pop * fetch) * (1.0 - exp(-of_pop * ttl))
    from_root = (pops / roots - 1.0) * late
    return (of_root * ttl - from_root) / asked, from_root / asked, (1.0 + of_root * fetch) / asked


@kernel
def fetched(rate: float, ttl: float, fetch: float, roots: float, collapse: bool) -> float:
    """Requests/s for one object that come to the origin.

    With ``collapse`` one of a cycle does; otherwise all that come before the copy is there.
    """
    of_root = rate / roots
    per_cycle = 1.0 if collapse else 1.0 + of_root * fetch
    return rate * per_cycle / (1.0 + of_root * (fetch + ttl))


@kernel
def copies(rate: float, life: float, pops: float, roots: float) -> tuple[float, float]:
    """Copies of one object that PoPs get in a cycle of a root, and those that are used once.

    ``life`` begins with the fetch. The PoP that began it uses its copy once if nobody asks there
    again; each of the others if just one does.
    """
    asked = rate / pops * life
    nobody = exp(-asked)
    others = pops / roots - 1.0
    return 1.0 + others * (1.0 - nobody), nobody * (1.0 + others * asked)


@kernel
def gaps(metro_km: float) -> Table:
    """Kilometres from the users of each area to the middle of each other one."""
    table = np.zeros((N_AREAS, N_AREAS))
    for a in range(N_AREAS):
        for b in range(N_AREAS):
            km = great_circle(
                AREA_LATITUDES[a], AREA_LONGITUDES[a], AREA_LATITUDES[b], AREA_LONGITUDES[b], RADIUS
            )
            table[a, b] = np.sqrt(km * km + metro_km * metro_km)
    return table


@kernel
def add_pop(placed: Ints, near: Floats, where: Ints, gap: Table, shares: Floats) -> None:
    """One more PoP, in the area where it saves the users most of their way."""
    best, most = 0, -1.0
    for b in range(N_AREAS):
        own = gap[b, b] / np.sqrt(placed[b] + 1.0)
        saved = 0.0
        for a in range(N_AREAS):
            km = own if a == b else gap[a, b]
            if km < near[a]:
                saved += shares[a] * (near[a] - km)
        if saved > most * (1.0 + 1e-12):
            best, most = b, saved
    placed[best] += 1
    for a in range(N_AREAS):
        km = gap[a, a] / np.sqrt(1.0 * placed[a]) if a == best else gap[a, best]
        if km < near[a]:
            near[a] = km
            where[a] = best


@kernel
def between(region: int) -> float:
    """Kilometres from a region to the origin's."""
    return great_circle(
        REGION_LATITUDES[region], REGION_LONGITUDES[region],
        REGION_LATITUDES[ORIGIN], REGION_LONGITUDES[ORIGIN], RADIUS,
    )  # fmt: skip


@kernel
def put_waits(
    row: Floats, near: Floats, where: Ints, far: Table, shares: Floats, w: World
) -> None:  # fmt: skip
    """Mean and p95 of a request's wait, over users and requests."""
    way = int(row[WAY])
    cached = 1.0 - w.dynamic
    code = w.dynamic * w.edge_share if way == CODE else 0.0
    personal = w.dynamic - code
    at_pop = cached * row[EDGE_HITS] + code
    at_root = cached * row[SHIELD_HITS]
    missed = max(cached - cached * row[EDGE_HITS] - at_root, 0.0)
    fixed = np.zeros(4 * N_AREAS)
    weight = np.zeros(4 * N_AREAS)
    n = 0
    per_km = w.stretch / FIBRE_KM_PER_MS
    for a in range(N_AREAS):
        pop = where[a]
        here = w.calls * per_km * near[a] + w.edge_ms
        core = per_km * far[pop, ORIGIN]
        root, behind = core, 0.0  # the one shield stands next to the origin
        if way != ALONE and w.tier == REGIONAL:
            region = nearest_of(far, pop, (1 << N_REGIONS) - 1)
            root, behind = per_km * far[pop, region], per_km * between(region)
        trips = w.trips if way == CODE else 1.0
        parts = (at_pop, at_root, missed, personal)
        waits = (
            here, here + root, here + root + behind + w.server_ms,
            here + trips * core + w.server_ms,
        )  # fmt: skip
        for i in range(4):
            if parts[i] > 0.0:
                fixed[n] = waits[i]
                weight[n] = shares[a] * parts[i]
                n += 1
    spread = w.calls * w.last_mile_ms
    row[MEAN_MS] = (fixed * weight).sum() / weight.sum() + spread
    row[P95_MS] = quantile(0.95, fixed[:n], weight[:n], spread)


@kernel
def put_costs(row: Floats, w: World) -> None:
    """A month: what is sent, what the network charges for requests, machines at the origin."""
    a_month = w.rate / PEAK_OVER_MEAN * HOURS_A_MONTH * 3600.0
    gigabytes = a_month * w.answer_kb / 1e6
    row[MACHINES] = enough(row[TO_ORIGIN], w.speed, w.most_busy)
    row[RENT] = row[MACHINES] * w.usd_per_machine
    row[EGRESS] = gigabytes * w.origin_usd_gb
    row[FEES] = 0.0
    if row[POPS] > 0.0:
        row[EGRESS] = gigabytes * w.cdn_usd_gb
        row[FEES] = a_month * w.request_usd
        if row[WAY] != ALONE and w.tier == ONE_SHIELD:
            to_shield = (1.0 - w.dynamic) * (1.0 - row[EDGE_HITS])
            row[FEES] += a_month * to_shield * w.shield_usd
        if row[WAY] == CODE:
            row[FEES] += a_month * w.dynamic * w.function_usd
    row[TOTAL] = row[RENT] + row[EGRESS] + row[FEES]


@kernel
def put_origin_alone(row: Floats, to_origin: Floats, shares: Floats, w: World) -> None:
    spread = w.calls * w.last_mile_ms
    fixed = w.calls * w.stretch / FIBRE_KM_PER_MS * to_origin + w.server_ms
    row[MEAN_MS] = (fixed * shares).sum() + spread
    row[P95_MS] = quantile(0.95, fixed, shares, spread)
    row[KM] = (to_origin * shares).sum()
    row[TO_ORIGIN] = w.rate


@kernel
def put_hits(row: Floats, mean: Floats, count: Floats, w: World) -> None:
    """Who answers the requests that can be cached, and what is left for the origin."""
    pops = row[POPS]
    roots = pops
    if row[WAY] != ALONE:
        roots = min(roots, 1.0 if w.tier == ONE_SHIELD else 1.0 * N_REGIONS)
    made = 0.0
    for i in range(mean.size):
        rate = w.rate * (1.0 - w.dynamic) * mean[i]
        at_pop, at_root, _ = answered(rate, w.ttl, w.fetch, pops, roots)
        share = mean[i] * count[i]
        row[EDGE_HITS] += share * at_pop
        row[SHIELD_HITS] += share * at_root
        cycles = count[i] * fetched(rate, w.ttl, w.fetch, roots, True)
        row[TO_ORIGIN] += cycles
        of_cycle, once = copies(rate, w.fetch + w.ttl, pops, roots)
        made += cycles * of_cycle
        row[UNUSED] += cycles * once
    row[UNUSED] /= made
    row[TO_ORIGIN] += w.rate * w.dynamic


@kernel
def put_ways(
    rows: Table, pops: int, near: Floats, where: Ints, mean: Floats, count: Floats,
    to_origin: Floats, far: Table, shares: Floats, w: World,
) -> None:  # fmt: skip
    """One row for each way, with as many PoPs; without any, the origin alone in all of them."""
    for way in range(WAYS):
        row = rows[way]
        row[POPS] = pops
        row[WAY] = way
        if pops == 0:
            put_origin_alone(row, to_origin, shares, w)
            put_costs(row, w)
            continue
        if way == CODE:  # caches as the way before
            for column in (EDGE_HITS, SHIELD_HITS, TO_ORIGIN, UNUSED):
                row[column] = rows[SHIELD, column]
            row[TO_ORIGIN] -= w.rate * w.dynamic * w.edge_share
        else:
            put_hits(row, mean, count, w)
        row[THERE] = 1.0
        row[KM] = (near * shares).sum()
        put_waits(row, near, where, far, shares, w)
        put_costs(row, w)
        core = 0.0
        for a in range(N_AREAS):
            core += shares[a] * w.stretch * far[where[a], ORIGIN] / FIBRE_KM_PER_MS
        row[BREAK_EVEN] = 1.0 + w.edge_share / (1.0 - w.edge_share) * (1.0 + w.server_ms / core)


@kernel
def put_crowd(rows: Table, pops: int, share: float, crowd: float, ttl: float, w: World) -> None:
    """What one page brings the origin, if a continent asks for it ``crowd`` - 1 times all else."""
    rate = w.rate * share * max(crowd - 1.0, 0.0)
    shields = 1.0 if w.tier == ONE_SHIELD else 1.0 * N_REGIONS
    for bar in range(BARS):
        rows[bar, KIND] = CROWD
        rows[bar, POPS] = pops
        rows[bar, BAR] = bar
        rows[bar, BAR_RATE] = rate
        if pops == 0 or bar == 0 or rate <= 0.0:
            continue
        there = max(1.0, share * (pops if bar < 3 else min(1.0 * pops, shields)))
        rows[bar, BAR_RATE] = fetched(rate, ttl, w.fetch, there, bar % 2 == 0)


@kernel
def edge(
    pops: int, ttl_s: float, rate_per_s: float, tier: int, setup: int, edge_share: float,
    trips: int, crowd: float, hot_ttl_s: float, n_objects: int, skew: float, dynamic: float,
    customers: int, stretch: float, last_mile_ms: float, server_ms: float, edge_ms: float,
    metro_km: float, answer_kb: float, work_ms: float, vcpus: int, most_busy: float,
    usd_per_machine: float, origin_usd_gb: float, cdn_usd_gb: float, request_usd: float,
    shield_usd: float, function_usd: float,
) -> Table:  # fmt: skip
    """For each number of PoPs in `GRID` a row for each way, then those for ``pops``, then a crowd.

    ``tier``: one shield next to the origin, or one in each of the regions. ``setup`` round trips
    come before a request. Of the requests that cannot be cached (``dynamic``), ``edge_share`` need
    nothing of the core; with code at the edge they end there, and each of the others makes
    ``trips`` round trips to the core.

    Columns: kind of the row, PoPs, way, mean wait and p95 (ms), shares of the cacheable requests
    that are answered at a PoP and at a shield, requests/s to the origin, 1 for the number of PoPs
    with the least mean wait of its way; mean way of the users to a PoP (km), share of the copies
    at PoPs that expire before anybody else asks, machines at the origin; USD a month for what is
    sent, for requests, for machines, and in all; round trips at which code at the edge is as quick
    as code at the origin, 1 if there are PoPs; which bar of the crowd, and its requests/s to the
    origin.
    """
    far = distances()
    shares = user_shares(customers)
    mean, count = grouped(n_objects, skew)
    to_origin = np.zeros(N_AREAS)
    trip = 0.0
    for a in range(N_AREAS):
        km = far[a, ORIGIN]
        to_origin[a] = np.sqrt(km * km + metro_km * metro_km)
        trip += shares[a] * stretch * to_origin[a] / FIBRE_KM_PER_MS
    w = World(
        rate_per_s, dynamic, ttl_s, (trip + server_ms) / 1000.0, tier, setup + 1.0, edge_share,
        1.0 * trips, stretch, last_mile_ms, server_ms, edge_ms, metro_km, answer_kb,
        1000.0 * vcpus / work_ms, most_busy, usd_per_machine, origin_usd_gb, cdn_usd_gb,
        request_usd, shield_usd, function_usd,
    )  # fmt: skip
    table = np.zeros((ROWS, WIDTH))
    first_set = len(GRID) * WAYS
    gap = gaps(metro_km)
    near = np.full(N_AREAS, 1e9)
    where = np.zeros(N_AREAS, np.int64)
    placed = np.zeros(N_AREAS, np.int64)
    g = 0
    for n in range(MOST_POPS + 1):
        if n > 0:
            add_pop(placed, near, where, gap, shares)
        on_grid = GRID[g] == n
        if on_grid or n == pops:
            some = np.zeros((WAYS, WIDTH))
            put_ways(some, n, near, where, mean, count, to_origin, far, shares, w)
            for way in range(WAYS):
                for column in range(WIDTH):
                    if on_grid:
                        table[g * WAYS + way, column] = some[way, column]
                    if n == pops:
                        table[first_set + way, column] = some[way, column]
        if on_grid:
            g += 1
    for way in range(WAYS):
        table[first_set + way, KIND] = SET
    for way in range(WAYS):
        best = way
        for i in range(len(GRID)):
            if table[i * WAYS + way, MEAN_MS] < table[best, MEAN_MS]:
                best = i * WAYS + way
        table[best, BEST] = 1.0
    there = 0.0
    for a in range(N_AREAS):
        if AREA_CONTINENTS[a] == CROWDED:
            there += shares[a]
    put_crowd(table[first_set + WAYS :], pops, there, crowd, hot_ttl_s, w)
    return table
