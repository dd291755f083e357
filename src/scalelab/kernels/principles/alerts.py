"""Alerts on failed requests: how soon each way sees an incident, and how often it cries wolf.

Six ways look at shares of failed requests in windows, as S. Thurgood, "Alerting on SLOs", in "The
Site Reliability Workbook" (2018) has them. The seventh adds up evidence: the cumulative sum of
E. S. Page, "Continuous inspection schemes" (1954), of the logarithms of likelihood ratios.

Time goes in minutes, in which a rule is evaluated once. Requests come evenly, as many as the day
says. Those that fail by chance are a Poisson process of them. Now and then there is a bad minute,
a blip, after which all is well by itself. Quiet months have nothing else, and are closed to a ring:
their first windows reach back into their ends. An incident comes at the mean load, out of a past
without chance.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import log, power
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.sphere import PI, sine

SHORT, FOR, LONG, BURN, MULTI, TICKET, CUSUM = range(7)
WAYS = 7
HOUR = 60
DAY = 24 * HOUR
MONTH = 30 * DAY
# The workbook's windows (minutes) and burn rates.
LONG_MIN = 36 * 60
BURN_MIN, BURN_RATE = 60, 36.0
FAST_MIN, FAST_SHORT_MIN, FAST_RATE = 60, 5, 14.4
SLOW_MIN, SLOW_SHORT_MIN, SLOW_RATE = 360, 30, 6.0
TICKET_MIN, TICKET_SHORT_MIN, TICKET_RATE = 3 * DAY, 360, 1.0
PAST = TICKET_MIN  # the longest window
# Thresholds are tried at these times what they are set to: 1/8 to 8.
LEVELS, AS_SET, LEAST_FACTOR = 7, 3, 0.125
RUNS, LOW_RUN, HIGH_RUN = 21, 2, 18  # of an incident; the second of 20 and the last but one
POINTS = 13  # error rates from 0.1 % to 100 %, four in a decade
BLIP_SHARE = 0.2  # of the requests of a bad minute fail
HAIR = 1e-9

CURVE, FRONT, SET = range(3)  # kinds of rows
KIND, WAY, ERROR_RATE, FIRES_MIN, SPENT, FOUND, FACTOR = range(7)
PAGES, PAGES_LOW, PAGES_HIGH, LOW_MIN, HIGH_MIN, CAUGHT = range(7, 13)
EXPECTED_MIN, EXPECTED_SPENT, CLEARS_MIN, CLEARS, USED, COSTS, ENDS_MIN = range(13, 20)
WIDTH = 20
ROWS = WAYS * (POINTS + LEVELS + 1)


class Rules(NamedTuple):
    """What the ways go by. Rates are shares of the requests, except ``rate``, requests a minute.

    ``gain`` is what a failed request adds to the cumulative sum, ``loss`` what any takes off it.
    """

    threshold: float
    window: int
    wait: int
    budget: float
    base: float
    rate: float
    gain: float
    loss: float
    bound: float


@kernel
def rules(
    threshold: float, window: int, wait: int, budget: float, base: float, rate: float
) -> Rules:
    """The cumulative sum tells the base from the threshold; once a month at most by chance.

    A base of nothing would make the first failure proof: it is a tenth of the budget at least.
    """
    good = max(base, 0.1 * budget)
    bad = max(threshold, 2.0 * good)
    return Rules(
        threshold, window, wait, budget, base, rate, log(bad / good), bad - good, log(float(MONTH))
    )


@kernel
def beyond(failed: float, requests: float, limit: float) -> int:
    """How many of the factors times ``limit`` the share that failed is beyond; none of nothing."""
    edge = LEAST_FACTOR * limit * requests * (1.0 + HAIR)
    found = 0
    while found < LEVELS and failed > edge:
        found += 1
        edge *= 2.0
    return found


@kernel
def of_window(failed: Floats, requests: Floats, i: int, window: int, limit: float) -> int:
    """The same for the window that ends with minute ``i``, of running totals."""
    return beyond(
        failed[i + 1] - failed[i + 1 - window], requests[i + 1] - requests[i + 1 - window], limit
    )


@kernel
def of_pair(failed: Floats, requests: Floats, i: int, long: int, short: int, limit: float) -> int:
    """Both windows have to be beyond."""
    found = of_window(failed, requests, i, short, limit)
    if found > 0:
        found = min(found, of_window(failed, requests, i, long, limit))
    return found


@kernel
def look(failed: Floats, requests: Floats, i: int, r: Rules, held: Ints, now: Ints) -> None:
    """At how many of the levels each way fires in minute ``i``; all but the cumulative sum.

    ``held``: for how many evaluations the short window has been beyond each level.
    """
    now[SHORT] = now[FOR] = now[BURN] = now[MULTI] = 0
    if failed[i + 1] > failed[i + 1 - HOUR]:  # else windows up to an hour have nothing
        now[SHORT] = of_window(failed, requests, i, r.window, r.threshold)
        now[BURN] = of_window(failed, requests, i, BURN_MIN, BURN_RATE * r.budget)
        now[MULTI] = max(
            of_pair(failed, requests, i, FAST_MIN, FAST_SHORT_MIN, FAST_RATE * r.budget),
            of_pair(failed, requests, i, SLOW_MIN, SLOW_SHORT_MIN, SLOW_RATE * r.budget),
        )
    for level in range(LEVELS):
        if level < now[SHORT]:
            held[level] += 1
            if held[level] > r.wait:
                now[FOR] = level + 1
        elif held[level] == 0:
            break
        else:
            held[level] = 0
    now[LONG] = of_window(failed, requests, i, LONG_MIN, r.budget)
    now[TICKET] = of_pair(failed, requests, i, TICKET_MIN, TICKET_SHORT_MIN, TICKET_RATE * r.budget)


@kernel
def of_sums(step: float, r: Rules, sums: Floats, fires: Ints, started: Ints) -> bool:
    """One minute of the cumulative sums, one for each bound; whether one begins to fire, and which.

    It fires from the bound on until the sum is back at zero.
    """
    if sums[LEVELS - 1] == 0.0 and step <= 0.0:  # no other sum is larger
        return False
    bound, any_started = LEAST_FACTOR * r.bound, False
    for level in range(LEVELS):
        started[level] = 0
        sums[level] = min(max(sums[level] + step, 0.0), bound)  # no more than is needed
        if sums[level] >= bound * (1.0 - HAIR):
            started[level] = 1 - fires[level]
            any_started = any_started or fires[level] == 0
            fires[level] = 1
        elif sums[level] == 0.0:
            fires[level] = 0
        bound *= 2.0
    return any_started


@kernel
def demand(rate: float, peak_to_trough: float) -> Floats:
    """Requests until each minute of a past and a month: whole ones, of a day like all others."""
    swing = (peak_to_trough - 1.0) / (peak_to_trough + 1.0)
    exact = np.zeros(DAY + 1)
    for i in range(DAY):
        exact[i + 1] = exact[i] + 1.0 + swing * sine(PI * (2.0 * (i + 0.5) / DAY - 1.0))
    total = np.empty(PAST + MONTH + 1)
    a_day = rate * DAY
    for i in range(total.size):
        days = i // DAY
        total[i] = np.floor(days * a_day + a_day * exact[i - days * DAY] / exact[DAY] + HAIR)
    return total


@kernel
def some(state: Words, requests: float, share: float) -> float:
    """How many of the requests fail."""
    if share > 0.5:  # those that do not fail, as a share of all may
        return max(requests - poisson(state, requests * (1.0 - share)), 0.0)
    return min(float(poisson(state, requests * share)), requests)


@kernel
def quiet(state: Words, requests: Floats, base: float, blips: float, failed: Floats) -> None:
    """Failures until each minute of a month without an incident, and of the past before it."""
    each = np.zeros(MONTH)
    whole = requests[PAST + MONTH] - requests[PAST]
    if base * whole < 1.0 * MONTH:  # one after the other; else minute by minute
        at, i = 0.0, 0
        while base > 0.0:
            at += exponential(state, 1.0 / base)
            if at >= whole:
                break
            while requests[PAST + i + 1] - requests[PAST] <= at:
                i += 1
            each[i] += 1.0
    else:
        for i in range(MONTH):
            each[i] = some(state, requests[PAST + i + 1] - requests[PAST + i], base)
    at = 0.0
    while blips > 0.0:
        at += exponential(state, DAY / blips)
        if at >= MONTH:
            break
        i = int(at)
        each[i] += some(state, requests[PAST + i + 1] - requests[PAST + i], BLIP_SHARE)
    failed[0] = 0.0
    for i in range(PAST + MONTH):
        in_month = (i + MONTH - PAST) % MONTH
        most = requests[PAST + in_month + 1] - requests[PAST + in_month]
        failed[i + 1] = failed[i] + min(each[in_month], most)


@kernel
def count(failed: Floats, requests: Floats, r: Rules, pages: Ints) -> None:
    """How often each way begins to fire in a quiet month, at each level: ways times levels."""
    now, before = np.zeros(WAYS, np.int64), np.zeros(WAYS, np.int64)
    held, fires = np.zeros(LEVELS, np.int64), np.zeros(LEVELS, np.int64)
    started, sums = np.zeros(LEVELS, np.int64), np.zeros(LEVELS)
    for way in range(pages.size):
        pages[way] = 0
    for i in range(PAST - 1, PAST + MONTH):  # the first is as before the month
        look(failed, requests, i, r, held, now)
        step = r.gain * (failed[i + 1] - failed[i]) - r.loss * (requests[i + 1] - requests[i])
        any_started = of_sums(step, r, sums, fires, started)
        if i >= PAST:
            for way in range(CUSUM):
                for level in range(before[way], now[way]):
                    pages[way * LEVELS + level] += 1
            if any_started:
                for level in range(LEVELS):
                    pages[CUSUM * LEVELS + level] += started[level]
        for way in range(CUSUM):
            before[way] = now[way]


@kernel
def past(r: Rules, minutes: int) -> tuple[Floats, Floats]:
    """Running totals of failures and requests: a past at the base, and room for what comes."""
    failed, requests = np.zeros(PAST + minutes + 1), np.empty(PAST + minutes + 1)
    for i in range(PAST + minutes + 1):
        requests[i] = r.rate * i
        failed[i] = r.rate * r.base * i
    return failed, requests


@kernel
def first_fires(
    state: Words, failed: Floats, requests: Floats, error_rate: float, minutes: int, r: Rules,
    first: Floats,
) -> None:  # fmt: skip
    """Minutes until each way fires, at each level, in one incident; one more than all if never."""
    now, held = np.zeros(WAYS, np.int64), np.zeros(LEVELS, np.int64)
    fires, started, sums = (
        np.zeros(LEVELS, np.int64), np.zeros(LEVELS, np.int64), np.zeros(LEVELS)
    )  # fmt: skip
    for k in range(first.size):
        first[k] = minutes + 1.0
    for t in range(minutes):
        i = PAST + t
        bad = some(state, r.rate, error_rate)
        failed[i + 1] = failed[i] + bad
        look(failed, requests, i, r, held, now)
        any_started = of_sums(r.gain * bad - r.loss * r.rate, r, sums, fires, started)
        for way in range(CUSUM):
            for level in range(now[way]):
                first[way * LEVELS + level] = min(first[way * LEVELS + level], t + 1.0)
        for level in range(LEVELS):
            if any_started and started[level] == 1:
                k = CUSUM * LEVELS + level
                first[k] = min(first[k], t + 1.0)


@kernel
def clears(error_rate: float, minutes: int, r: Rules, fires: Floats, ends: Floats) -> None:
    """When each way, as set, begins and ends to fire, without chance; 0 if it does not."""
    failed, requests = past(r, minutes + PAST + r.wait + 1)
    now, held = np.zeros(WAYS, np.int64), np.zeros(LEVELS, np.int64)
    on, started, sums = (
        np.zeros(LEVELS, np.int64), np.zeros(LEVELS, np.int64), np.zeros(LEVELS)
    )  # fmt: skip
    for way in range(WAYS):
        fires[way] = ends[way] = 0.0
    for t in range(minutes + PAST):
        i = PAST + t
        bad = r.rate * (error_rate if t < minutes else r.base)
        failed[i + 1] = failed[i] + bad
        look(failed, requests, i, r, held, now)
        of_sums(r.gain * bad - r.loss * r.rate, r, sums, on, started)
        now[CUSUM] = AS_SET + on[AS_SET]
        for way in range(WAYS):
            if now[way] > AS_SET:
                if fires[way] == 0.0 and t < minutes:
                    fires[way] = t + 1.0
                if fires[way] > 0.0:
                    ends[way] = t + 2.0  # still so; the next evaluation may be the first without


@kernel
def in_window(window: int, limit: float, error_rate: float, base: float) -> float:
    """Minutes of an incident until the window is beyond the limit, without chance; -1 if never."""
    if error_rate <= limit * (1.0 + HAIR):
        return -1.0
    if base >= limit:  # it fires without an incident
        return 0.0
    return window * (limit - base) / (error_rate - base)


@kernel
def detection(way: int, error_rate: float, r: Rules) -> float:
    """Minutes until a way fires if it is evaluated all the time, without chance; -1 if never."""
    if way == SHORT:
        return in_window(r.window, r.threshold, error_rate, r.base)
    if way == FOR:
        found = in_window(r.window, r.threshold, error_rate, r.base)
        return found + r.wait if found >= 0.0 else found
    if way == LONG:
        return in_window(LONG_MIN, r.budget, error_rate, r.base)
    if way == BURN:
        return in_window(BURN_MIN, BURN_RATE * r.budget, error_rate, r.base)
    if way == TICKET:
        return in_window(TICKET_MIN, TICKET_RATE * r.budget, error_rate, r.base)
    if way == MULTI:
        fast = in_window(FAST_MIN, FAST_RATE * r.budget, error_rate, r.base)
        slow = in_window(SLOW_MIN, SLOW_RATE * r.budget, error_rate, r.base)
        return slow if fast < 0.0 else min(fast, slow)
    drift = r.rate * (r.gain * error_rate - r.loss)
    return r.bound / drift if drift > HAIR * r.rate else -1.0


@kernel
def spent(error_rate: float, minutes: float, budget: float) -> float:
    """Share of a month's budget that an incident of so many minutes takes."""
    return error_rate * minutes / (budget * MONTH)


@kernel
def put_curve(rows: Table, r: Rules) -> None:
    """Detection over the error rate."""
    for way in range(WAYS):
        for k in range(POINTS):
            row = rows[way * POINTS + k]
            error_rate = 0.001 * power(10.0, k / 4.0)
            minutes = detection(way, error_rate, r)
            row[KIND] = CURVE
            row[WAY] = way
            row[ERROR_RATE] = error_rate
            if minutes >= 0.0:
                row[FOUND] = 1.0
                row[FIRES_MIN] = minutes
                row[SPENT] = spent(error_rate, minutes, r.budget)


@kernel
def put_pages(row: Floats, counts: Ints, months: int, of: int, k: int) -> None:
    """Mean, least and most of the months; ``of`` counters in a month."""
    low, high, total = counts[k], counts[k], 0
    for month in range(months):
        found = counts[month * of + k]
        total += found
        low, high = min(low, found), max(high, found)
    row[PAGES] = total / months
    row[PAGES_LOW] = low
    row[PAGES_HIGH] = high


@kernel
def put_runs(row: Floats, firsts: Floats, minutes: int, error_rate: float, budget: float) -> None:
    """Median of the runs, and the middle of them; found if half of them are."""
    caught = 0
    for run in range(RUNS):
        if firsts[run] <= minutes:
            caught += 1
    row[CAUGHT] = caught / RUNS
    median = kth_smallest(firsts, RUNS // 2)
    if median <= minutes:
        row[FOUND] = 1.0
        row[FIRES_MIN] = median
        row[SPENT] = spent(error_rate, median, budget)
        row[LOW_MIN] = kth_smallest(firsts, LOW_RUN)
        row[HIGH_MIN] = min(kth_smallest(firsts, HIGH_RUN), float(minutes))


@kernel
def alerts(
    rate_per_h: float, base: float, blips: float, error_rate: float, length_min: int,
    threshold: float, window_min: int, for_min: int, slo: float, peak_to_trough: float,
    months: int, seed: int,
) -> Table:  # fmt: skip
    """For each way `POINTS` error rates, its threshold at `LEVELS` levels, and one row as set.

    A share ``base`` of ``rate_per_h`` requests fails by chance, and a fifth of those of ``blips``
    minutes a day. The incident has ``error_rate`` for ``length_min``. Two ways take a window of
    ``window_min`` and a threshold, one of them for ``for_min``; the others follow from the ``slo``.

    Levels at which a window of days would fire in most quiet minutes are left without a time.

    Columns: kind of row; way; error rate of the incident; minutes until the way fires (without
    chance for a kind of curve, else the median of `RUNS`); share of the month's budget that is
    spent by then; 1 if it fires; factor of the threshold. Pages in a quiet month: mean, least and
    most of ``months``. Middle of the runs, from and to (min); share of the runs that are found.
    Without chance: minutes until it fires in a minute's evaluation, budget spent by then, minutes
    until it clears; 1 if it does fire. Shares of the budget that a quiet month takes, and that the
    incident does; its length (min).
    """
    budget = 1.0 - slo
    r = rules(threshold, window_min, for_min, budget, base, rate_per_h / 60.0)
    table = np.zeros((ROWS, WIDTH))
    put_curve(table, r)
    state = generator(seed)
    of = WAYS * LEVELS
    counts, failed = np.zeros(months * of, np.int64), np.zeros(PAST + MONTH + 1)
    requests = demand(r.rate, peak_to_trough)
    for month in range(months):
        quiet(state, requests, base, blips, failed)
        count(failed, requests, r, counts[month * of : (month + 1) * of])
    firsts, first = np.zeros((of, RUNS)), np.zeros(of)
    failed, requests = past(r, length_min)
    for run in range(RUNS):
        first_fires(state, failed, requests, error_rate, length_min, r, first)
        for k in range(of):
            firsts[k, run] = first[k]
    quiet_rate = base + blips / DAY * BLIP_SHARE
    fires, ends = np.zeros(WAYS), np.zeros(WAYS)
    clears(error_rate, length_min, r, fires, ends)
    for way in range(WAYS):
        factor = LEAST_FACTOR
        for level in range(LEVELS + 1):
            k = way * LEVELS + (level if level < LEVELS else AS_SET)
            row = table[WAYS * POINTS + way * LEVELS + level]
            if level == LEVELS:
                row = table[WAYS * (POINTS + LEVELS) + way]
                factor = 1.0
            row[KIND] = FRONT if level < LEVELS else SET
            row[WAY] = way
            row[ERROR_RATE] = error_rate
            row[FACTOR] = factor
            put_pages(row, counts, months, of, k)
            always_on = way in (LONG, TICKET) and factor * budget <= quiet_rate
            if not (always_on and level < LEVELS):
                put_runs(row, firsts[k], length_min, error_rate, budget)
            factor *= 2.0
        row = table[WAYS * (POINTS + LEVELS) + way]
        row[EXPECTED_MIN] = fires[way]
        row[EXPECTED_SPENT] = spent(error_rate, fires[way], budget)
        row[CLEARS_MIN] = ends[way]
        row[CLEARS] = 1.0 if ends[way] > 0.0 else 0.0
        row[USED] = quiet_rate / budget
        row[COSTS] = spent(error_rate, float(length_min), budget)
        row[ENDS_MIN] = length_min
    return table
