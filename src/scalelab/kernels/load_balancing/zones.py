"""Machines in several zones: when they are too few, why, and what a lost zone does to the rest.

A machine, a zone and a pair of balancers fail and are repaired independently of each other, and as
many at once as have failed. So each is up or down by itself, and the number that is up is binomial
(R. E. Barlow and F. Proschan, "Statistical theory of reliability and life testing", 1975). From
time to time a change stops all machines at once, whatever their number.

While a zone is lost the others have its requests. If they are too slow for them a line grows,
first come, first served, at the rate of what is left over: a fluid, without chance. Otherwise each
machine is a queue of its own whose vCPUs are shared, M/G/c with processor sharing (F. P. Kelly,
"Reversibility and stochastic networks", 1979, section 3.3).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.erlang import mean_wait

MOST_ZONES = 4
SIZES = 12  # of each curve: so many numbers of machines in a zone
CAUSES = 6  # no zone is out, one is, more are; a change; the balancers; one of them alone
STEPS = 16  # of each half of the time from a zone's failure to the end of the line
TIMES = 2 * STEPS + 6
ROWS = MOST_ZONES * SIZES + 1 + CAUSES + TIMES

CURVE, SET, CAUSE, TIME = range(4)
KIND, ZONES, PER_ZONE, MACHINES, RENT, MINUTES, SURVIVES, SHOWN = range(8)
WHY, WHY_MINUTES, AT_MIN, RESPONSE_S, KEEPS_UP, NEEDED, BUSY, LEFT = range(8, 16)
LEFT_BUSY, WAITS, WORST_MIN, GONE_MIN, AVAILABILITY = range(16, 21)
WIDTH = 21

MINUTES_A_DAY = 24.0 * 60.0
MINUTES_A_YEAR = 365.25 * MINUTES_A_DAY


class World(NamedTuple):
    """Parts of the time for which a machine, a zone, all machines and the balancers are down.

    ``needed`` machines are enough. ``speed``: requests/s of one machine, ``rate``: of all.
    """

    machine: float
    zone: float
    change: float
    pair: float
    needed: int
    rate: float
    speed: float
    work_ms: float
    vcpus: int
    lost_s: float


@kernel
def down(up: float, repair: float) -> float:
    """Part of the time, of something that is up for so long on average, then down."""
    return repair / (up + repair)


@kernel
def pair_down(up: float, repair: float, switch: float) -> float:
    """Part of the time for which nobody has the address of a pair of balancers.

    Both are down, or the one that had it is and the other has not taken it yet. Exact if all times
    are exponential: the number that is up is binomial, and from "both are up" there is one way into
    the switch and three out of it (it ends, or one of the two fails or is repaired).
    """
    q = down(up, repair)
    return q * q + (1.0 - q) * (1.0 - q) / up / (1.0 / switch + 1.0 / up + 1.0 / repair)


@kernel
def too_few(n: int, needed: int, q: float) -> float:
    """Chance that fewer than ``needed`` of ``n`` machines are up, each down with chance ``q``."""
    if n < needed:
        return 1.0
    if needed <= 0:
        return 0.0
    least = n - needed + 1  # so many down are too many
    term = 1.0
    for i in range(1, n + 1):
        term *= (n - i + 1) / i * q if i <= least else 1.0 - q
    chance = term
    for k in range(least, n):
        term *= (n - k) / (k + 1.0) * q / (1.0 - q)
        chance += term
    return min(chance, 1.0)


@kernel
def out(zones: int, k: int, q: float) -> float:
    """Chance that ``k`` of the zones are out."""
    chance = 1.0
    for i in range(1, zones + 1):
        chance *= (zones - i + 1) / i * q if i <= k else 1.0 - q
    return chance


@kernel
def short(zones: int, per_zone: int, k: int, w: World) -> float:
    """Chance that ``k`` zones are out and the machines of the others are too few."""
    return out(zones, k, w.zone) * too_few((zones - k) * per_zone, w.needed, w.machine)


@kernel
def either(a: float, b: float) -> float:
    """Chance of one of two independent things or both, without loss of digits."""
    return a + b - a * b


@kernel
def all_short(zones: int, per_zone: int, w: World) -> float:
    """Part of the time without enough machines, for whatever reason."""
    chance = 0.0
    for k in range(zones + 1):
        chance += short(zones, per_zone, k, w)
    return min(either(chance, either(w.change, w.pair)), 1.0)


@kernel
def enough(rate: float, speed: float, most_busy: float) -> int:
    """Machines with which none is busier than that; a hair less than a whole one is nothing."""
    return max(int(np.ceil(rate / (speed * most_busy) - 1e-9)), 1)


@kernel
def settled_s(machines: int, w: World) -> float:
    """Mean response when as many machines keep up with the requests; of work alone if not."""
    rate = w.rate / max(machines, 1) / 1000.0
    if rate * w.work_ms >= w.vcpus * (1.0 - 1e-9):
        return w.work_ms / 1000.0
    return (w.work_ms + mean_wait(rate, w.work_ms, w.vcpus)) / 1000.0


@kernel
def wait_s(t: float, left: float, whole: float, w: World) -> float:
    """Wait of what comes ``t`` after a zone is lost: until all before it are done."""
    if left >= w.rate:
        return 0.0
    came = w.rate * t
    if left > 0.0 and came <= left * w.lost_s:
        return max(came / left - t, 0.0)
    return max(w.lost_s + (came - left * w.lost_s) / whole - t, 0.0)


@kernel
def put(row: Floats, zones: int, per_zone: int, usd_per_month: float, w: World) -> None:
    """What an arrangement costs and does in a year."""
    n = zones * per_zone
    row[ZONES] = zones - 1
    row[PER_ZONE] = per_zone
    row[MACHINES] = n
    row[RENT] = n * usd_per_month
    chance = all_short(zones, per_zone, w)
    row[MINUTES] = MINUTES_A_YEAR * chance
    row[AVAILABILITY] = 1.0 - chance
    row[SURVIVES] = 1.0 if n - per_zone >= w.needed else 0.0
    row[NEEDED] = w.needed
    row[BUSY] = w.rate / (n * w.speed)
    row[KEEPS_UP] = 1.0 if row[BUSY] < 1.0 - 1e-9 else 0.0
    if zones > 1:
        row[LEFT] = 1.0
        row[LEFT_BUSY] = w.rate / ((n - per_zone) * w.speed)


@kernel
def put_times(rows: Table, set_row: Floats, zones: int, per_zone: int, w: World) -> None:
    """Responses before, while and after a zone is lost; nothing if all machines are too few."""
    left = (zones - 1) * per_zone * w.speed
    whole = zones * per_zone * w.speed
    for i in range(TIMES):
        rows[i, KIND] = TIME
        rows[i, ZONES] = zones - 1
    if set_row[KEEPS_UP] == 0.0:
        return
    line = left < w.rate * (1.0 + 1e-9)
    turn = w.lost_s  # who comes then waits longest
    gone = w.lost_s
    if line:
        turn = min(w.lost_s * left / w.rate, w.lost_s)
        gone = max(w.lost_s * (whole - left) / (whole - w.rate), w.lost_s)
        set_row[WAITS] = 1.0
        set_row[WORST_MIN] = (w.lost_s - turn) / 60.0
        set_row[GONE_MIN] = gone / 60.0
    last = min(gone, 6.0 * w.lost_s)
    after = settled_s(zones * per_zone, w)
    meanwhile = max(settled_s((zones - 1) * per_zone, w), after)
    for i in range(TIMES):
        rows[i, KEEPS_UP] = 1.0
        if i < 2:  # before it
            at = (i - 1) * 0.15 * last
            response = after
        elif i < STEPS + 3:  # more points where the line is short, at its beginning
            at = turn * ((i - 2.0) / STEPS) ** 3
            response = meanwhile + wait_s(at, left, whole, w)
        elif i < 2 * STEPS + 4:  # and at its end
            at = last - (last - turn) * ((2.0 * STEPS + 3.0 - i) / STEPS) ** 3
            response = meanwhile + wait_s(at, left, whole, w)
        else:
            at = last * (1.0 if i == 2 * STEPS + 4 else 1.15)
            response = after + wait_s(at, left, whole, w)
        rows[i, AT_MIN] = at / 60.0
        rows[i, RESPONSE_S] = response


@kernel
def zones(
    zones: int, per_zone: int, rate_per_s: float, most_busy: float, mtbf_days: float,
    repair_min: float, zone_years: float, zone_min: float, changes_per_year: float,
    change_min: float, switch_s: float, work_ms: float, vcpus: int, usd_per_month: float,
) -> Table:  # fmt: skip
    """For 1 to 4 zones `SIZES` rows, one as set, its causes, and the time after a zone is lost.

    A machine with ``vcpus`` for requests of ``work_ms`` is down for ``repair_min`` once in
    ``mtbf_days`` of being up, a balancer as well, a zone for ``zone_min`` once in ``zone_years``.
    So often a year a change stops all for ``change_min``. A pair's address moves in ``switch_s``.

    Columns: kind of row; zones less one; machines in each, and in all; USD a month; minutes a year
    with fewer than are needed; 1 if enough are left without one zone; 1 if it is to be drawn. Then
    of a cause: which, and its minutes a year. Of a time: minutes since the zone was lost, and a
    response then (s). 1 if all machines keep up; how many are needed; how busy all are; 1 if there
    is another zone, and how busy those left are; 1 if a line grows, the longest wait in it
    and when it is gone (min); the part of the time with enough.
    """
    mtbf = mtbf_days * MINUTES_A_DAY
    speed = 1000.0 * vcpus / work_ms
    needed = enough(rate_per_s, speed, most_busy)
    change = changes_per_year * change_min
    w = World(
        down(mtbf, repair_min), down(zone_years * MINUTES_A_YEAR, zone_min),
        change / (MINUTES_A_YEAR + change), pair_down(mtbf, repair_min, switch_s / 60.0), needed,
        rate_per_s, speed, work_ms, vcpus, 60.0 * zone_min,
    )  # fmt: skip
    table = np.zeros((ROWS, WIDTH))
    row = 0
    for z in range(1, MOST_ZONES + 1):
        least = (needed + z - 1) // z
        for i in range(SIZES):
            put(table[row], z, least + i, usd_per_month, w)
            table[row, KIND] = CURVE
            table[row, SHOWN] = 1.0 if z * (least + i) <= max(3 * needed, 6) else 0.0
            row += 1
    set_row = table[row]
    put(set_row, zones, per_zone, usd_per_month, w)
    set_row[KIND] = SET
    row += 1
    for why in range(CAUSES):
        chance = 0.0
        if why == 0:
            chance = short(zones, per_zone, 0, w)
        elif why == 1:
            chance = short(zones, per_zone, 1, w)
        elif why == 2:
            for k in range(2, zones + 1):
                chance += short(zones, per_zone, k, w)
        elif why == 3:
            chance = w.change
        elif why == 4:
            chance = w.pair
        else:
            chance = w.machine
        table[row, KIND] = CAUSE
        table[row, ZONES] = zones - 1
        table[row, WHY] = why
        table[row, WHY_MINUTES] = MINUTES_A_YEAR * chance
        row += 1
    put_times(table[row:], set_row, zones, per_zone, w)
    return table
