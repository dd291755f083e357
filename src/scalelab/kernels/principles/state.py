"""Sessions while the fleet follows the day, when something fails, and when requests overlap.

Sessions begin at random, at a rate that follows the day, and are short or long: a mixture of two
exponential laws. Those that are there are an M_t/G/infinity queue, so that their number on each
machine is Poisson around a mean that obeys one linear equation (S. G. Eick, W. A. Massey, W. Whitt,
"The physics of the Mt/G/infinity queue", Operations Research 41(4) 1993). The fleet is a whole
number of machines for the mean load, and is the same for all ways.

Requests of one session that overlap read it, work, and write it back: what another has written
meanwhile is overwritten (J. Gray, A. Reuter, "Transaction Processing", 1993, on the lost update).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.sphere import PI, sine

MEMORY, DRAINED, STORE, CACHED, TOKEN = range(5)
WAYS = 5
SCALING, MACHINE, STORE_DOWN = range(3)  # what hits a session
CAUSES = 3
ALWAYS, CHANGED, FIELD, COMPARED, LOCKED, ATOMIC = range(6)  # how a session is written back
RULES = 6
NEWEST, OLDEST = range(2)  # which machine goes

DAY = 1440  # steps of a minute
RIPPLE = 60
PEAK_AT = 20 * 60
BEFORE = 2 * DAY  # so that nothing is left of the beginning
STEPS = BEFORE + DAY
EVERY = 20
POINTS = DAY // EVERY + 1
SHORT, LONG = range(2)
YEAR_MIN = 365.25 * DAY
MILLION = 1e6
NOBODY = 1e-9

POINT, HIT, RACE = range(3)  # kinds of rows
KIND, HOUR, SERVING, ALL_MACHINES, SO_FAR, IMBALANCE = range(6)
WAY, CAUSE, HIT_OF_MILLION, HOURS, LOST, LOST_LONG, LOSSES, WORST, FAILS, LOOK_UPS, STALE = range(
    6, 17
)
RULE, OVERWRITTEN, RETRIES, LONGER_MS = range(17, 21)
WIDTH = 21


class Sessions(NamedTuple):
    """Means on each machine by kind, of all sessions and of those that have never been lost.

    ``state``: 0 if there is no machine, 1 if it serves, 2 if it drains; ``since``: when it came or
    began to drain, in steps.
    """

    present: Table
    intact: Table
    state: Ints
    since: Ints


# --- The day ---


@kernel
def cosine_of_turns(turns: float) -> float:
    angle = 2.0 * PI * (turns - np.floor(turns + 0.5))  # -pi to pi
    return sine(0.5 * PI - angle) if angle >= 0.0 else sine(0.5 * PI + angle)


@kernel
def begun(minute: float, ratio: float, ripple: float) -> float:
    """Sessions that begin a minute, over those at the peak without a ripple."""
    swing = (ratio - 1.0) / (ratio + 1.0)
    day = (1.0 + swing * cosine_of_turns((minute - PEAK_AT) / DAY)) / (1.0 + swing)
    return float(day * (1.0 + ripple * cosine_of_turns(minute / RIPPLE)))


@kernel
def fill_begun(rates: Floats, peak_per_min: float, ratio: float, ripple: float) -> None:
    for i in range(DAY):
        rates[i] = peak_per_min * begun(i + 0.5, ratio, ripple)


@kernel
def fill_present(present: Floats, rates: Floats, mean_min: float) -> float:
    """Sessions of one kind at the beginning of each minute, the same every day; their mean.

    ``rates``: of those that begin. They stay as they are within a minute, so this is exact.
    """
    keep = exp(-1.0 / mean_min)
    last = 0.0
    for i in range(DAY):
        last = last * keep + rates[i] * mean_min * (1.0 - keep)
    present[0] = last / (1.0 - exp(-DAY / mean_min))
    total = 0.0
    for i in range(DAY):
        # The mean within the minute, as begun minus ended sessions are what it changes by.
        after = present[i] * keep + rates[i] * mean_min * (1.0 - keep)
        total += mean_min * (rates[i] - (after - present[i]))
        if i + 1 < DAY:
            present[i + 1] = after
    return total / DAY


@kernel
def fill_fleet(fleet: Ints, load: Floats, per_machine: float, window_min: int, least: int) -> int:
    """Machines in each minute, the same every day: as many as were wanted at most in the window.

    Returns by how many they are reduced in a day, all reductions together.
    """
    wanted = np.empty(DAY, np.int64)
    for i in range(DAY):
        wanted[i] = max(int(np.ceil(load[i] / per_machine - NOBODY)), least)
    for i in range(DAY):
        most = wanted[i]
        for k in range(1, min(window_min, DAY - 1) + 1):
            most = max(most, wanted[i - k])  # before the day began: its end
        fleet[i] = most
    removed = 0
    for i in range(DAY):
        removed += max(fleet[i - 1] - fleet[i], 0)
    return removed


# --- Machines with sessions ---


@kernel
def throw_out(sessions: Sessions, used: int, machine: int, serving: int, lost: Floats) -> None:
    """A machine stops: its sessions are lost, and go on as new ones, evenly on those that serve.

    Adds to ``lost``: all, those lost for the first time, and of these the long ones.
    """
    sessions.state[machine] = 0
    for k in range(2):
        gone = sessions.present[machine, k]
        lost[0] += gone
        lost[1] += sessions.intact[machine, k]
        if k == LONG:
            lost[2] += sessions.intact[machine, k]
        sessions.present[machine, k] = 0.0
        sessions.intact[machine, k] = 0.0
        for i in range(used):
            if sessions.state[i] == 1:
                sessions.present[i, k] += gone / serving


@kernel
def chosen(sessions: Sessions, used: int, goes: int) -> int:
    """The machine that is taken away; of those that came together, the last."""
    best = -1
    score = 0
    for i in range(used):
        if sessions.state[i] == 1:
            age = -sessions.since[i] if goes == OLDEST else sessions.since[i]
            if best < 0 or age >= score:
                best = i
                score = age
    return best


@kernel
def free_place(sessions: Sessions) -> int:
    place = 0
    while sessions.state[place] != 0:
        place += 1
    return place


@kernel
def grow(sessions: Sessions, used: int, now: int) -> int:
    """One machine more, empty; places in use after that."""
    place = free_place(sessions)
    sessions.state[place] = 1
    sessions.since[place] = now
    return max(used, place + 1)


@kernel
def pass_minute(
    sessions: Sessions, used: int, began: Floats, keep: Floats, means: Floats, serving: int
) -> None:
    """Sessions end, and new ones are dealt out evenly. ``began``: in this minute, by kind."""
    for k in range(2):
        new = began[k] * means[k] * (1.0 - keep[k]) / serving
        for i in range(used):
            if sessions.state[i] == 0:
                continue
            more = new if sessions.state[i] == 1 else 0.0
            sessions.present[i, k] = sessions.present[i, k] * keep[k] + more
            sessions.intact[i, k] = sessions.intact[i, k] * keep[k] + more


@kernel
def drain(
    sessions: Sessions, used: int, now: int, limit: int, serving: int, keep: Floats, lost: Floats
) -> float:
    """Draining machines that reach the limit stop; how many there are in the minute that follows.

    A machine with Poisson sessions is still there with the probability that there is any; it is
    taken in the middle of the minute.
    """
    count = 0.0
    for i in range(used):
        if sessions.state[i] != 2:
            continue
        if now - sessions.since[i] >= limit:
            throw_out(sessions, used, i, serving, lost)
            continue
        there = 0.0
        for k in range(2):
            there += sessions.present[i, k] * np.sqrt(keep[k])
        if there < NOBODY:
            sessions.state[i] = 0
            continue
        count += 1.0 - exp(-there)
    return count


@kernel
def imbalance(sessions: Sessions, used: int, means: Floats, serving: int) -> float:
    """Requests to the busiest machine that serves, over the mean of all that serve."""
    most = 0.0
    total = 0.0
    for i in range(used):
        if sessions.state[i] == 1:
            busy = 0.0
            for k in range(2):
                busy += sessions.present[i, k] / means[k]
            most = max(most, busy)
            total += busy
    return most * serving / total


@kernel
def run_day(
    points: Table, fleet: Ints, begun_by_kind: Table, means: Floats, goes: int, drain_min: int,
    places: int,
) -> Floats:  # fmt: skip
    """Hours of draining, worst imbalance, sessions lost, for the first time, and long ones.

    Of the last day, whose `POINTS` go into ``points``.
    """
    sessions = Sessions(
        np.zeros((places, 2)), np.zeros((places, 2)), np.zeros(places, np.int64),
        np.zeros(places, np.int64),
    )  # fmt: skip
    keep = np.empty(2)
    for k in range(2):
        keep[k] = exp(-1.0 / means[k])
    used = 0
    serving = 0
    uneven = 1.0
    draining = 0.0
    lost = np.zeros(3)
    result = np.zeros(5)
    began = np.empty(2)
    for step in range(STEPS):
        minute = step % DAY
        if step == BEFORE:
            for j in range(3):
                lost[j] = 0.0
        while serving < fleet[minute]:
            used = grow(sessions, used, step)
            serving += 1
        while serving > fleet[minute]:
            gone = chosen(sessions, used, goes)
            serving -= 1
            sessions.state[gone] = 2
            sessions.since[gone] = step
        draining = drain(sessions, used, step, drain_min, serving, keep, lost)
        for k in range(2):
            began[k] = begun_by_kind[minute, k]
        if step >= BEFORE:
            uneven = imbalance(sessions, used, means, serving)
            result[0] += draining / 60.0
            result[1] = max(result[1], uneven)
            if minute % EVERY == 0:
                put_point(points[minute // EVERY], minute, serving, draining, lost[1], uneven)
        pass_minute(sessions, used, began, keep, means, serving)
    put_point(points[POINTS - 1], DAY, serving, draining, lost[1], uneven)
    for j in range(3):
        result[2 + j] = lost[j]
    return result


@kernel
def put_point(
    row: Floats, minute: int, serving: int, draining: float, lost: float, uneven: float
) -> None:
    row[HOUR] = minute / 60.0
    row[SERVING] = serving
    row[ALL_MACHINES] = serving + draining
    row[SO_FAR] = lost
    row[IMBALANCE] = uneven


# --- A store that fails, and a cache before it ---


@kernel
def hit_by_outage(
    present: float, rate: float, mean_min: float, requests: float, outage_min: float
) -> float:
    """Sessions of one kind that want something in an outage: of those there, and all that begin."""
    asks = requests / mean_min
    first = asks + 1.0 / mean_min
    share = asks / first * (1.0 - exp(-first * outage_min))
    return present * share + rate * outage_min


@kernel
def age_integral(rate: float, age: float) -> float:
    """Integral of exp(-rate x) from 0 to ``age``."""
    return (1.0 - exp(-rate * age)) / rate


@kernel
def cache(
    click_per_s: float, writes: float, machines: int, ttl_s: float, outage_s: float
) -> tuple[float, float, float]:
    """Look-ups of a read, share of reads that are stale, share of requests that an outage fails.

    A session asks each of the machines at random; a write renews the entry of its own machine, and
    an entry lives for ``ttl_s``. From one renewal to the next is a cycle (renewal-reward).
    """
    if ttl_s <= 0.0:
        return 1.0, 0.0, 1.0
    asked = click_per_s / machines
    own = asked * writes
    live = age_integral(own, ttl_s)
    expires = exp(-own * ttl_s)
    hits = asked * (1.0 - writes) * live
    misses = expires * (1.0 - writes)
    fresh = asked * (1.0 - writes) * age_integral(click_per_s * writes, ttl_s)
    span = min(ttl_s, outage_s)
    served = (span - (exp(-own * (ttl_s - span)) - expires) / own) / own
    served *= (1.0 - writes) / ((live + expires / asked) * outage_s)
    reads = hits + misses
    return misses / reads, max(hits - fresh, 0.0) / reads, 1.0 - served


# --- Requests that overlap ---


@kernel
def overwritten(at_once: int, conflicting: float, bursts_per_s: float, request_ms: float) -> float:
    """Share of the changes that another request overwrites which did not know of them.

    Each of the others writes over it with probability ``conflicting``. Of those that began with it
    the last one wins, whatever the law of their times; the other bursts are Poisson, and times
    exponential.
    """
    others = 1.0 - conflicting
    last = (1.0 - power(others, float(at_once))) / (at_once * conflicting)
    meanwhile = 0.0
    for j in range(1, at_once + 1):
        meanwhile += (1.0 - power(others, float(j))) / j
    return 1.0 - last * exp(-bursts_per_s * request_ms / 1000.0 * meanwhile)


@kernel
def retries_of(writers: int) -> float:
    """Attempts that fail, in all, when so many begin at once and compare before they set.

    Times are exponential, so that the next to finish is any of those at work. ``fails[j]``: that
    are still to come with ``n`` at work, ``j`` of which have read something old. Who has is to read
    again; who has not is done, and what all others have read is old.
    """
    before = 0.0  # of n - 1, all of them old
    result = 0.0
    for n in range(1, writers + 1):
        fails = np.zeros(n + 1)
        fails[0] = before
        for j in range(1, n + 1):
            fails[j] = (n - j) / n * before + j / n * (1.0 + fails[j - 1])
        result = fails[0]
        before = fails[n]
    return result


@kernel
def retries(at_once: int, writes: float) -> float:
    """Attempts that fail for each change, of ``at_once`` requests that write with ``writes``."""
    total = 0.0
    chance = power(1.0 - writes, float(at_once))  # of no writer
    for m in range(1, at_once + 1):
        chance *= (at_once - m + 1) / m * writes / (1.0 - writes)
        total += chance * retries_of(m)
    return total / (at_once * writes)


@kernel
def fill_races(
    table: Table, at_once: int, request_ms: float, writes: float, fields: int, think_s: float
) -> None:
    for rule in range(RULES):
        row = table[rule]
        row[KIND] = RACE
        row[RULE] = rule
        if rule <= FIELD:
            conflicting = 1.0 if rule == ALWAYS else writes
            if rule == FIELD:
                conflicting /= fields
            row[OVERWRITTEN] = overwritten(at_once, conflicting, 1.0 / think_s, request_ms)
        if rule == COMPARED:
            row[RETRIES] = retries(at_once, writes)
            row[LONGER_MS] = row[RETRIES] * writes * request_ms  # of any request, writer or not
        if rule == LOCKED:
            row[LONGER_MS] = 0.5 * (at_once - 1) * request_ms


# --- All of it ---


@kernel
def state(
    ratio: float, ripple: float, window_min: int, goes: int, long_min: float, drain_min: int,
    ttl_s: float, at_once: int, request_ms: float, peak_per_s: float, machine_per_s: float,
    target: float, least: int, short_min: float, long_share: float, requests: float,
    machine_years: float, store_per_year: float, store_min: float, think_s: float,
    writes: float, fields: int,
) -> Table:  # fmt: skip
    """`POINTS` rows of a day, one for each way and cause, one for each rule of writing back.

    ``ratio``: sessions begun at the peak of the day over its trough, which also go up and down by
    ``ripple`` every hour. A machine goes when none in the last ``window_min`` wanted it. A share
    ``long_share`` of the sessions lasts ``long_min`` on average, the others ``short_min``; each has
    ``requests``. ``at_once`` requests of a session come together.

    Columns: kind of row. Of the day: hour; machines that serve; with those that drain; sessions
    lost so far for the first time, over those of the day; busiest machine over the mean, in memory.
    Of a way and a cause: way; cause; sessions of a year's million that it hits; machine-hours a
    day; share of the sessions that scaling in loses, of the long ones; losses for each session;
    worst imbalance; share of the requests that fail while the store is down; look-ups a second at
    the peak; share of the reads that are stale. Of a rule: rule; share of the changes that are
    overwritten; attempts that fail for each change; ms that a request takes longer, on average.
    """
    means = np.empty(2)
    means[SHORT] = short_min
    means[LONG] = long_min
    shares = np.empty(2)
    shares[SHORT] = 1.0 - long_share
    shares[LONG] = long_share
    rates = np.empty(DAY)
    fill_begun(rates, peak_per_s * 60.0 / requests, ratio, ripple)
    by_kind = np.empty((DAY, 2))
    load = np.zeros(DAY)
    kind_rates = np.empty(DAY)
    kind_present = np.empty(DAY)
    present = np.empty(2)
    total = 0.0
    for k in range(2):
        for i in range(DAY):
            kind_rates[i] = rates[i] * shares[k]
            by_kind[i, k] = kind_rates[i]
            total += kind_rates[i]
        present[k] = fill_present(kind_present, kind_rates, means[k])
        for i in range(DAY):
            load[i] += kind_present[i] / means[k] * requests / 60.0
    fleet = np.empty(DAY, np.int64)
    removed = fill_fleet(fleet, load, machine_per_s * target, window_min, least)
    serving_hours = 0.0
    most = 0
    top = 0.0
    for i in range(DAY):
        serving_hours += fleet[i] / 60.0
        most = max(most, fleet[i])
        top = max(top, load[i])
    places = most + 4 * (removed + 1)
    table = np.zeros((POINTS + WAYS * CAUSES + RULES, WIDTH))
    memory_points = np.zeros((POINTS, WIDTH))
    memory = run_day(memory_points, fleet, by_kind, means, goes, 0, places)
    drained = run_day(table[:POINTS], fleet, by_kind, means, goes, drain_min, places)
    for i in range(POINTS):  # the machines of draining; imbalance and losses of memory
        table[i, KIND] = POINT
        table[i, SO_FAR] = memory_points[i, SO_FAR] / total
        table[i, IMBALANCE] = memory_points[i, IMBALANCE]
    look_up, stale, fails = cache(1.0 / think_s, writes, most, ttl_s, store_min * 60.0)
    sessions_there = present[SHORT] + present[LONG]
    struck = 0.0  # sessions, by one outage of the store
    for k in range(2):
        struck += hit_by_outage(present[k], total / DAY * shares[k], means[k], requests, store_min)
    year = total / DAY * YEAR_MIN
    for way in range(WAYS):
        lost = memory if way == MEMORY else drained
        for cause in range(CAUSES):
            row = table[POINTS + way * CAUSES + cause]
            row[KIND] = HIT
            row[WAY] = way
            row[CAUSE] = cause
            row[HOURS] = serving_hours
            row[WORST] = 1.0
            if way <= DRAINED:
                row[HOURS] += lost[0]
                row[WORST] = lost[1]
                row[LOSSES] = lost[2] / total
                row[LOST] = lost[3] / total
                row[LOST_LONG] = lost[4] / (total * shares[LONG])
                if cause == SCALING:
                    row[HIT_OF_MILLION] = MILLION * row[LOST]
                elif cause == MACHINE:
                    row[HIT_OF_MILLION] = MILLION * sessions_there / (machine_years * year)
            elif way <= CACHED:
                row[FAILS] = 1.0
                row[LOOK_UPS] = top * (1.0 + writes)
                if way == CACHED:
                    row[FAILS] = fails
                    row[STALE] = stale
                    row[LOOK_UPS] = top * ((1.0 - writes) * look_up + 2.0 * writes)
                if cause == STORE_DOWN:
                    row[HIT_OF_MILLION] = MILLION * store_per_year * struck / year
    fill_races(table[POINTS + WAYS * CAUSES :], at_once, request_ms, writes, fields, think_s)
    return table
