"""Every design of the shop from six things that can be bought: rent, waiting, and minutes down.

Spare machines in each zone, a cache, spare copies of the database, zones, a content delivery
network (CDN), and jobs that no customer waits for. What a design needs at least, it has: machines
and copies that are not busier than a limit. So a cache that takes reads off the database also saves
copies.

A machine is an M/M/c, a database server one and then a disk, M/M/1. Of a kind of request the time
in all of them is taken as a constant and an exponential with the same mean and variance; over it
lie the customer's distance and the connection. Their mixture has the p99. Machines, copies and
zones are up or down by themselves (`scalelab.kernels.load_balancing.zones`).

A design is on the Pareto front if no other is as cheap and better, or as good and cheaper.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.load_balancing.zones import down, either, enough, too_few
from scalelab.kernels.queueing.erlang import erlang_c
from scalelab.kernels.separate_database.memory import PAGES_PER_GIB, grouped, hit_ratio

CACHES_GIB = (0.0, 8.0, 16.0, 32.0)
MACHINES, CACHE, COPIES, ZONES, CDN, ASYNC = range(6)
LEVERS = 6
LEVELS = (5, 4, 4, 3, 2, 2)  # of each
DESIGNS = 960
MOST_COPIES = 24
KINDS_OF_REQUEST = 4  # answered at the edge, by the cache, by a database; a write
HOURS_PER_MONTH = 730.0
MINUTES_A_DAY = 24.0 * 60.0
MINUTES_A_YEAR = 365.25 * MINUTES_A_DAY
PEAK_OVER_MEAN = 2.4  # the busiest hour has a tenth of the day's requests
BEYOND = 0.01  # p99

CLOUD, FRONT, NEXT_MS, NEXT_NINE, GREEDY, EVEN, FOUND = range(7)
# Designs that are found: as few machines as keep up; least rent. Of those not down too long: least
# p99, least rent within the objective, least p99 within the budget. Least minutes; least in all.
PLAIN, CHEAPEST, FASTEST, MEETS, AFFORDS, SAFEST, LEAST = range(7)
OF_CLOUD, MOST_FRONT, MOST_STEPS, PATH, NAMED = 53, 40, 8, 15, 7
ROWS = OF_CLOUD + MOST_FRONT + 2 * MOST_STEPS + 2 * PATH + NAMED
LEAST_MS, LEAST_NINES = 0.1, 0.005  # a smaller step is not shown
NEAR_LEAST = 1.05

KIND, WHICH, N_MACHINES, GIB, N_COPIES, N_ZONES, HAS_CDN, HAS_ASYNC = range(8)
RENT, P99, MEAN, DOWN, LOST, TOTAL, ORDER, EACH, PER_MILLION = range(8, 17)
NEAR, NEAR_LOW, NEAR_HIGH, BOUGHT = range(17, 21)
WIDTH = BOUGHT + LEVERS  # BOUGHT and on: what a step changes


class World(NamedTuple):
    """Times in ms, rates in requests/s, prices in USD; shares of the requests or of the time."""

    rate: float
    reads: float
    vcpus: int
    most_busy: float
    application: float
    job: float  # of a vCPU, by every write
    others: float  # what a write waits for that is not the shop's
    database: float
    disk: float
    lookup: float
    trip: float
    between: float  # a trip between zones takes so much longer
    queries: float
    near: float
    far: float
    far_share: float
    opens: float  # of the requests, those that open a connection
    set_up: float  # round trips for that
    edge: float  # from a customer to the next point of presence and back
    edge_share: float  # of the reads, those that it answers
    machine: float  # part of the time for which it is down
    zone: float
    change: float
    moves: float  # part of the time for which the primary moves, after its machine failed
    moves_zone: float  # and after its zone was lost
    machine_usd: float
    worker_usd: float
    copy_usd: float
    gib_usd: float
    balancer_usd: float
    zone_gb_usd: float
    request_kb: float
    cdn_usd: float  # a request
    income: float  # USD an hour
    lost_100_ms: float


class Classes(NamedTuple):
    """Requests of a kind: share of all, and the law of their times, a constant + an exponential."""

    share: Floats
    constant: Floats
    spread: Floats


class Designs(NamedTuple):
    """What each costs and does; ``there`` is False where the database cannot keep up."""

    there: Floats
    rent: Floats
    p99: Floats
    mean: Floats
    down: Floats
    lost: Floats
    total: Floats


@kernel
def lever(design: int, which: int) -> int:
    """Level of one of the six."""
    for i in range(which):
        design //= LEVELS[i]
    return design % LEVELS[which]


@kernel
def stride(which: int) -> int:
    """From a design to the one with one more of that."""
    step = 1
    for i in range(which):
        step *= LEVELS[i]
    return step


@kernel
def station(rate: float, service: float, servers: int) -> tuple[float, float]:
    """Mean and variance of the time in M/M/c; the rate per ms, and not too high."""
    ends = servers / service - rate
    waits = erlang_c(rate * service, servers)
    return service + waits / ends, service * service + waits * (2.0 - waits) / (ends * ends)


@kernel
def enough_copies(reads: float, writes: float, w: World) -> int:
    """The fewest copies that are not too busy with so many requests/s; 0 if none are enough.

    Each works on all writes and on its part of the reads.
    """
    work = max(w.database / w.vcpus, w.disk) / 1000.0
    for copies in range(1, MOST_COPIES + 1):
        if (writes + reads / copies) * work <= w.most_busy * (1.0 + 1e-9):
            return copies
    return 0


@kernel
def beyond(t: float, c: Classes) -> float:
    """Share of the requests that take longer than ``t``."""
    share = 0.0
    for i in range(c.share.size):
        over = t - c.constant[i]
        if c.share[i] == 0.0:
            continue
        if over < 0.0:
            share += c.share[i]
        elif over < 40.0 * c.spread[i]:
            share += c.share[i] * exp(-over / c.spread[i])
    return share


@kernel
def p99(c: Classes) -> float:
    """The time that a hundredth of the requests exceeds; no more than `BEYOND` of them do."""
    low, high = 0.0, 0.0
    for i in range(c.share.size):
        high = max(high, c.constant[i] + c.spread[i] * log(1.0 / BEYOND))
    at_low, at_high = log(beyond(low, c) / BEYOND), -1.0
    found = beyond(high, c)
    if found > 0.0:
        at_high = log(found / BEYOND)
    for step in range(100):
        if high - low <= 1e-9 * high:
            break
        t = 0.5 * (low + high)
        if step % 3 != 2:  # regula falsi, and halving where that is slow
            t = high - (high - low) * at_high / (at_high - at_low)
            t = min(max(t, low + 1e-3 * (high - low)), high - 1e-3 * (high - low))
        found = beyond(t, c)
        if found > BEYOND:
            low, at_low = t, log(found / BEYOND)
        else:
            high = t
            at_high = log(found / BEYOND) if found > 0.0 else -40.0
    return high


@kernel
def mean_of(c: Classes) -> float:
    total = 0.0
    for i in range(c.share.size):
        total += c.share[i] * (c.constant[i] + c.spread[i])
    return total


@kernel
def add(c: Classes, i: int, share: float, lag: float, mean: float, variance: float) -> None:
    """One class; the spread is no more than the mean, so that no time is below ``lag``."""
    c.share[i] = share
    c.spread[i] = min(np.sqrt(variance), mean)
    c.constant[i] = lag + mean - c.spread[i]


class Size(NamedTuple):
    """What a design has; ``needed`` machines and copies are not too busy."""

    zones: int
    machines: int
    needed: int
    copies: int
    needed_copies: int
    cache_gib: float
    hits: float
    cdn: int
    later: int


@kernel
def size_of(design: int, hits: Floats, w: World) -> Size:
    """``needed_copies`` is 0 where no number of copies is enough."""
    zones = lever(design, ZONES) + 1
    cdn = lever(design, CDN)
    later = lever(design, ASYNC)
    cache = lever(design, CACHE)
    writes = 1.0 - w.reads
    inside = w.rate * (writes + w.reads * (1.0 - cdn * w.edge_share))
    work = w.application + (0.0 if later == 1 else writes * w.rate / inside * w.job)
    needed = enough(inside, 1000.0 * w.vcpus / work, w.most_busy)
    per_zone = (needed + zones - 1) // zones + lever(design, MACHINES)
    missed = w.rate * w.reads * (1.0 - cdn * w.edge_share) * (1.0 - hits[cache])
    copies = enough_copies(missed, w.rate * writes, w)
    return Size(
        zones, zones * per_zone, needed, copies + lever(design, COPIES), copies,
        CACHES_GIB[cache], hits[cache], cdn, later,
    )  # fmt: skip


@kernel
def classes(s: Size, w: World) -> Classes:
    """All kinds of requests, from a customer to the answer."""
    c = Classes(np.zeros(14), np.zeros(14), np.zeros(14))
    writes = 1.0 - w.reads
    at_edge = s.cdn * w.edge_share * w.reads
    inside = 1.0 - at_edge
    rate = w.rate / 1000.0
    work = w.application + (0.0 if s.later == 1 else writes / inside * w.job)
    app, app_var = station(rate * inside / s.machines, work, w.vcpus)
    at_copy = rate * (writes + (w.reads - at_edge) * (1.0 - s.hits) / s.copies)
    cpu, cpu_var = station(at_copy, w.database, w.vcpus)
    disk, disk_var = station(at_copy, w.disk, 1)
    trip = w.trip + (1.0 - 1.0 / s.zones) * w.between
    look = trip + w.lookup if s.cache_gib > 0.0 else 0.0
    data, data_var = w.queries * trip + cpu + disk, cpu_var + disk_var
    others = 0.0 if s.later == 1 else w.others
    hit = (w.reads - at_edge) * s.hits
    miss = (w.reads - at_edge) * (1.0 - s.hits)
    for opened in range(2):
        of_these = w.opens if opened == 1 else 1.0 - w.opens
        i = 7 * opened
        add(c, i, of_these * at_edge, w.edge * (1.0 + opened * w.set_up), 0.0, 0.0)
        for far in range(2):
            share = of_these * (w.far_share if far == 1 else 1.0 - w.far_share)
            way = w.far if far == 1 else w.near
            lag = way + opened * w.set_up * (w.edge if s.cdn == 1 else way)
            j = i + 1 + 3 * far
            add(c, j, share * hit, lag + look, app, app_var)
            add(c, j + 1, share * miss, lag + look, app + data, app_var + data_var)
            add(
                c, j + 2, share * writes, lag, app + data + others,
                app_var + data_var + others * others,
            )  # fmt: skip
    return c


@kernel
def rent_of(s: Size, w: World) -> float:
    """USD a month, without what all designs pay alike: what is sent to customers."""
    a_month = w.rate / PEAK_OVER_MEAN * HOURS_PER_MONTH * 3600.0
    inside = 1.0 - s.cdn * w.edge_share * w.reads
    usd = s.machines * w.machine_usd + s.copies * w.copy_usd + s.cache_gib * w.gib_usd
    usd += w.balancer_usd
    usd += a_month * inside * w.request_kb / 1e6 * (1.0 - 1.0 / s.zones) * w.zone_gb_usd
    if s.cdn == 1:
        usd += a_month * w.cdn_usd
    if s.later == 1:
        # Jobs wait for the night: as many workers of two vCPUs as the mean of the day takes.
        jobs = w.rate / PEAK_OVER_MEAN * (1.0 - w.reads)
        usd += enough(jobs, 1000.0 * 2.0 / w.job, w.most_busy) * w.worker_usd
    # Two workers cost what a machine does, to the last digit: equal rents have to be equal.
    return float(np.floor(usd * 1e6 + 0.5) / 1e6)


@kernel
def part_down(s: Size, w: World) -> float:
    """Part of the time without enough machines or copies, over all sets of zones that are up.

    Copies are dealt out to the zones in turn.
    """
    chance = 0.0
    for there in range(1 << s.zones):
        of_zones, up, copies = 1.0, 0, 0
        for z in range(s.zones):
            if there >> z & 1 == 1:
                of_zones *= 1.0 - w.zone
                up += 1
                copies += (s.copies + s.zones - 1 - z) // s.zones
            else:
                of_zones *= w.zone
        few = too_few(up * (s.machines // s.zones), s.needed, w.machine)
        few_copies = too_few(copies, s.needed_copies, w.machine)
        chance += of_zones * either(few, few_copies)
    if s.copies > 1:
        chance = either(chance, w.moves + (w.moves_zone if s.zones > 1 else 0.0))
    return min(either(chance, w.change), 1.0)


@kernel
def evaluated(hits: Floats, w: World) -> Designs:
    """All designs."""
    d = Designs(
        np.zeros(DESIGNS), np.zeros(DESIGNS), np.zeros(DESIGNS), np.zeros(DESIGNS),
        np.zeros(DESIGNS), np.zeros(DESIGNS), np.zeros(DESIGNS),
    )  # fmt: skip
    for i in range(DESIGNS):
        s = size_of(i, hits, w)
        if s.needed_copies == 0:
            continue
        c = classes(s, w)
        d.there[i] = 1.0
        d.rent[i] = rent_of(s, w)
        d.p99[i] = p99(c)
        d.mean[i] = mean_of(c)
        d.down[i] = MINUTES_A_YEAR * part_down(s, w)
        share = min(w.lost_100_ms * d.mean[i] / 100.0 + d.down[i] / MINUTES_A_YEAR, 1.0)
        d.lost[i] = w.income * HOURS_PER_MONTH * share
        d.total[i] = d.rent[i] + d.lost[i]
    return d


@kernel
def front(rent: Floats, bad: Floats, there: Floats, found: Ints) -> int:
    """Fill ``found`` with the designs that none is as cheap as and better; cheapest first.

    Of equals the first. Where there is no room for all, the dearest are left out.
    """
    n = 0
    least = np.inf
    while n < found.size:
        best = -1
        for i in range(rent.size):
            if there[i] == 0.0 or bad[i] >= least:
                continue
            if best < 0 or rent[i] < rent[best] or (rent[i] == rent[best] and bad[i] < bad[best]):
                best = i
        if best < 0:
            break
        found[n] = best
        n += 1
        least = bad[best]
    return n


@kernel
def hull(x: Floats, y: Floats, n: int, kept: Ints) -> int:
    """Of a front, the points at which one more unit of ``x`` buys less and less of ``y``."""
    m = 0
    for i in range(n):
        while m > 1:
            a, b = kept[m - 2], kept[m - 1]
            if (y[a] - y[b]) * (x[i] - x[b]) > (y[b] - y[i]) * (x[b] - x[a]):
                break
            m -= 1
        kept[m] = i
        m += 1
    return m


@kernel
def put(row: Floats, kind: int, i: int, d: Designs, hits: Floats, w: World) -> None:
    """What a design has, costs and does."""
    s = size_of(i, hits, w)
    row[KIND] = kind
    row[N_MACHINES] = s.machines
    row[GIB] = s.cache_gib
    row[N_COPIES] = s.copies
    row[N_ZONES] = s.zones
    row[HAS_CDN] = s.cdn
    row[HAS_ASYNC] = s.later
    row[RENT] = d.rent[i]
    row[P99] = d.p99[i]
    row[MEAN] = d.mean[i]
    row[DOWN] = d.down[i]
    row[LOST] = d.lost[i]
    row[TOTAL] = d.total[i]
    row[PER_MILLION] = d.rent[i] * 1e6 * PEAK_OVER_MEAN / (w.rate * HOURS_PER_MONTH * 3600.0)


@kernel
def put_steps(
    rows: Table, kind: int, least: float, bad: Floats, there: Floats, d: Designs, hits: Floats,
    w: World,
) -> int:  # fmt: skip
    """Steps of the front's hull, each with what one unit less of ``bad`` costs in it."""
    found = np.zeros(DESIGNS, np.int64)
    n = front(d.rent, bad, there, found)
    x, y = np.zeros(n), np.zeros(n)
    for i in range(n):
        x[i] = d.rent[found[i]]
        y[i] = bad[found[i]]
    kept = np.zeros(max(n, 1), np.int64)
    m = hull(x, y, n, kept)
    put_in = 0
    for i in range(1, m):
        a, b = kept[i - 1], kept[i]
        if put_in == MOST_STEPS or y[a] - y[b] < least:
            break
        row = rows[put_in]
        put(row, kind, found[b], d, hits, w)
        row[ORDER] = put_in + 1
        row[EACH] = (x[b] - x[a]) / (y[a] - y[b])
        put_bought(row, found[a], hits, w)
        put_in += 1
    return put_in


@kernel
def put_bought(row: Floats, before: int, hits: Floats, w: World) -> None:
    """What a step changes."""
    s = size_of(before, hits, w)
    row[BOUGHT + MACHINES] = row[N_MACHINES] - s.machines
    row[BOUGHT + CACHE] = row[GIB] - s.cache_gib
    row[BOUGHT + COPIES] = row[N_COPIES] - s.copies
    row[BOUGHT + ZONES] = row[N_ZONES] - s.zones
    row[BOUGHT + CDN] = row[HAS_CDN] - s.cdn
    row[BOUGHT + ASYNC] = row[HAS_ASYNC] - s.later


@kernel
def can_buy(design: int, which: int, d: Designs) -> bool:
    if lever(design, which) + 1 == LEVELS[which]:
        return False
    return bool(d.there[design + stride(which)] == 1.0)


@kernel
def best_buy(design: int, d: Designs) -> int:
    """What brings most for each USD of rent; what needs no more rent comes first; -1 if nothing.

    Of two that need no more rent, the one that saves more in all.
    """
    best, most, free = -1, 0.0, False
    for which in range(LEVERS):
        if not can_buy(design, which, d):
            continue
        there = design + stride(which)
        more = d.rent[there] - d.rent[design]
        gain = d.lost[design] - d.lost[there]
        if more <= 0.0:
            if not free or gain - more > most:
                best, most, free = which, gain - more, True
        elif not free and (best < 0 or gain / more > most):
            best, most = which, gain / more
    return best


@kernel
def in_turn(design: int, last: int, d: Designs) -> int:
    """The next after the last one bought of which there is more; -1 if there is none."""
    for i in range(1, LEVERS + 1):
        which = (last + i) % LEVERS
        if can_buy(design, which, d):
            return which
    return -1


@kernel
def put_path(rows: Table, kind: int, d: Designs, hits: Floats, w: World) -> int:
    """From the plain design one thing after the other, until all is bought."""
    design, last = 0, LEVERS - 1
    put(rows[0], kind, design, d, hits, w)
    for step in range(1, PATH):
        which = best_buy(design, d) if kind == GREEDY else in_turn(design, last, d)
        if which < 0:
            return step
        before = design
        design += stride(which)
        last = which
        put(rows[step], kind, design, d, hits, w)
        rows[step, ORDER] = step
        put_bought(rows[step], before, hits, w)
        more = d.rent[design] - d.rent[before]
        if more > 0.0:
            rows[step, EACH] = (d.lost[before] - d.lost[design]) / more
    return PATH


@kernel
def least(of: Floats, there: Floats, then: Floats) -> int:
    """The design with the least; of equals the one with least of ``then``; -1 if there is none."""
    best = -1
    for i in range(of.size):
        if there[i] == 0.0:
            continue
        if best < 0 or of[i] < of[best] or (of[i] == of[best] and then[i] < then[best]):
            best = i
    return best


@kernel
def put_found(
    rows: Table, slo_ms: float, most_down: float, budget: float, d: Designs, hits: Floats, w: World
) -> int:  # fmt: skip
    """The designs with a name, as far as there are some."""
    allowed, meets, affords = np.zeros(DESIGNS), np.zeros(DESIGNS), np.zeros(DESIGNS)
    for i in range(DESIGNS):
        if d.there[i] == 1.0 and d.down[i] <= most_down:
            allowed[i] = 1.0
            meets[i] = 1.0 if d.p99[i] <= slo_ms else 0.0
            affords[i] = 1.0 if d.rent[i] <= budget else 0.0
    cheapest = least(d.rent, d.there, d.p99)
    designs = (
        0 if d.there[0] == 1.0 else -1, cheapest, least(d.p99, allowed, d.rent),
        least(d.rent, meets, d.p99), least(d.p99, affords, d.rent), least(d.down, d.there, d.rent),
        least(d.total, d.there, d.rent),
    )  # fmt: skip
    n = 0
    for which in range(NAMED):
        if designs[which] < 0:
            continue
        put(rows[n], FOUND, designs[which], d, hits, w)
        rows[n, WHICH] = which
        if which == LEAST:
            put_near(rows[n], d)
        n += 1
    return n


@kernel
def put_near(row: Floats, d: Designs) -> None:
    """How many designs cost nearly as little in all, and the rents between which they are."""
    row[NEAR_LOW] = row[RENT]
    row[NEAR_HIGH] = row[RENT]
    for i in range(DESIGNS):
        if d.there[i] == 1.0 and d.total[i] <= NEAR_LEAST * row[TOTAL]:
            row[NEAR] += 1.0
            row[NEAR_LOW] = min(row[NEAR_LOW], d.rent[i])
            row[NEAR_HIGH] = max(row[NEAR_HIGH], d.rent[i])


@kernel
def pareto(
    rate_per_s: float, reads: float, skew: float, slo_ms: float, most_down: float, budget: float,
    hour_usd: float, slow: float, changes_min: float, data_gib: float, vcpus: int,
    most_busy: float, application_ms: float, job_ms: float, others_ms: float, database_ms: float,
    disk_ms: float, lookup_ms: float, trip_ms: float, between_ms: float, queries: float,
    near_ms: float, far_ms: float, far_share: float, opens: float, set_up: float, edge_ms: float,
    edge_share: float, mtbf_days: float, repair_min: float, zone_years: float, zone_min: float,
    failover_min: float, machine_usd: float, worker_usd: float, copy_usd: float, gib_usd: float,
    balancer_usd: float, zone_gb_usd: float, request_kb: float, cdn_usd: float,
) -> Table:  # fmt: skip
    """Some of all designs, the front, its steps, two ways to buy, and the designs with a name.

    The front is that of rent and p99, of the designs that are down for ``most_down`` minutes a year
    at most; no more than `MOST_FRONT` of it. An hour down costs ``hour_usd``, and each 100 ms of
    the mean ``slow`` of that in every hour. ``changes_min`` a year all designs are down alike.

    Columns: kind of row; which of the named; machines, GiB of cache, copies of the database, zones,
    1 with a CDN, 1 if jobs are done later; rent (USD a month); p99 and mean (ms); minutes down in a
    year; what is lost by both, and that with the rent (USD a month); number of the step; of a step
    of the hull USD a month for each ms or nine, of a path USD not lost for each USD of rent (0 if
    it needs no more rent); rent of a million requests; then, of the least in all, how many designs
    come within 5 %, and the least and the most of their rents; what a step changes, in the order of
    the six.
    """
    n_pages = np.floor(data_gib * PAGES_PER_GIB)
    data = grouped(n_pages, skew)
    hits = np.zeros(len(CACHES_GIB))
    for i in range(1, len(CACHES_GIB)):
        hits[i] = hit_ratio(CACHES_GIB[i] * PAGES_PER_GIB, data)
    mtbf, zone_up = mtbf_days * MINUTES_A_DAY, zone_years * MINUTES_A_YEAR
    w = World(
        rate_per_s, reads, vcpus, most_busy, application_ms, job_ms, others_ms, database_ms,
        disk_ms, lookup_ms, trip_ms, between_ms, queries, near_ms, far_ms, far_share, opens, set_up,
        edge_ms, edge_share, down(mtbf, repair_min), down(zone_up, zone_min),
        changes_min / MINUTES_A_YEAR, failover_min / mtbf, failover_min / zone_up, machine_usd,
        worker_usd, copy_usd, gib_usd, balancer_usd, zone_gb_usd, request_kb, cdn_usd, hour_usd,
        slow,
    )  # fmt: skip
    d = evaluated(hits, w)
    table = np.zeros((ROWS, WIDTH))
    row = 0
    for i in range(OF_CLOUD):
        design = i * 181 % DESIGNS  # no common factor: levels of all six are mixed
        if d.there[design] == 1.0:
            put(table[row], CLOUD, design, d, hits, w)
            row += 1
    allowed = np.zeros(DESIGNS)
    nines = np.zeros(DESIGNS)
    for i in range(DESIGNS):
        if d.there[i] == 1.0:
            allowed[i] = 1.0 if d.down[i] <= most_down else 0.0
            nines[i] = log(d.down[i] / MINUTES_A_YEAR) / log(10.0)
    found = np.zeros(MOST_FRONT, np.int64)
    n = front(d.rent, d.p99, allowed, found)
    for i in range(n):
        put(table[row], FRONT, found[i], d, hits, w)
        table[row, ORDER] = i + 1
        row += 1
    row += put_steps(table[row:], NEXT_MS, LEAST_MS, d.p99, allowed, d, hits, w)
    row += put_steps(table[row:], NEXT_NINE, LEAST_NINES, nines, d.there, d, hits, w)
    if d.there[0] == 1.0:
        row += put_path(table[row:], GREEDY, d, hits, w)
        row += put_path(table[row:], EVEN, d, hits, w)
    row += put_found(table[row:], slo_ms, most_down, budget, d, hits, w)
    return table[:row].copy()
