"""From customers to machines: a day of visits, how many are there at once, what they ask for.

A share of the registered customers comes on a day. Visits begin at random (Poisson) at a rate
that follows the hour: a hump (von Mises) around the evening, as high as the busiest hour's share
of the day says. A campaign brings several times the visits, over the day or after a message. A
visit lasts for a random time, whose law is one of three with the same mean, and the customer
asks at a steady pace while it lasts.

Visits do not wait for one another, so that those under way are an M_t/G/infinity queue: their
number at any moment is Poisson, with the mean that `expected` works out. `simulated` draws whole
days. A day is like the one before: who is still there at midnight comes from its own evening.

The day is cut into `BINS` of equal length, within which the rate is constant. Hours everywhere.
"""

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import exponential, generator, uniform

BINS = 288
PER_HOUR = 12
WIDTH = 24.0 / BINS
STEP = 4  # bins from one row of the table to the next
SHOWN = BINS // STEP

CONSTANT, EXPONENTIAL, FEW_STAY = 0, 1, 2
# Most glance and few stay: shares, and their means over the mean of all. Standard deviation and
# median over the mean are 1.55 and 0.51; in 12,330 measured visits they were 1.56 and 0.52.
GLANCE_SHARE, GLANCE, STAY = 0.8, 0.58, 2.68
ALL_DAY, MESSAGE = 0, 1
PEAK_H, MESSAGE_H = 20.0, 19.0

HOUR, CHAIN = 0, 1
(REGISTERED, ACTIVE, VISITS, BUSIEST_HOUR, MEAN_AT_ONCE, PEAK_AT_ONCE, MEAN_RATE, PEAK_RATE,
 IN_WORK, SERVERS, BANDWIDTH, STORED) = range(12)  # fmt: skip
LINKS = 12
COLUMNS = 9
# Fewer visits than this, still there, are not worth following: they leave.
NEGLIGIBLE = 1e-3


@kernel
def hump(concentration: float, shares: Floats) -> float:
    """Fills in each bin's share of a day's visits; gives that of the hour around the peak."""
    total = 0.0
    for i in range(BINS):
        angle = 2.0 * np.pi * ((i + 0.5) * WIDTH - PEAK_H) / 24.0
        shares[i] = exp(concentration * (cosine(angle) - 1.0))
        total += shares[i]
    hour = 0.0
    first = int(PEAK_H * PER_HOUR) - PER_HOUR // 2
    for i in range(BINS):
        shares[i] /= total
        if first <= i < first + PER_HOUR:
            hour += shares[i]
    return hour


@kernel
def cosine(angle: float) -> float:
    """Cosine for -2 pi to 2 pi, of a quarter of the angle by its series and doubled twice."""
    quarter = 0.25 * angle
    squared = quarter * quarter
    series = 1.0
    for k in range(12, 0, -1):
        series = 1.0 - squared / ((2 * k - 1) * (2 * k)) * series
    half = 2.0 * series * series - 1.0
    return 2.0 * half * half - 1.0


@kernel
def ordinary_day(visits: float, busiest: float) -> Floats:
    """Visits that begin in each bin; the hour around the peak has the share ``busiest``."""
    shares = np.empty(BINS)
    low = 0.0
    high = 100.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        if hump(middle, shares) < busiest:
            low = middle
        else:
            high = middle
    hump(low, shares)
    return visits * shares


@kernel
def campaign_day(ordinary: Floats, times: float, way: int, fade: float) -> Floats:
    """The visits of a day that has ``times`` as many.

    Those in addition come as on any day, or after a message: most at once, and fewer and fewer,
    exponentially with mean ``fade``.
    """
    if way == ALL_DAY:
        return times * ordinary
    more = (times - 1.0) * ordinary.sum()
    within = 1.0 - exp(-24.0 / fade)
    first = int(MESSAGE_H * PER_HOUR)
    day = ordinary.copy()
    for i in range(BINS):
        share = exp(-i * WIDTH / fade) * (1.0 - exp(-WIDTH / fade)) / within
        day[(first + i) % BINS] += more * share
    return day


@kernel
def still_there(length: float, law: int) -> Floats:
    """Probability that who came in a bin is there when it ends, and 1, 2, ... bins after that."""
    there = np.empty(BINS)
    for i in range(BINS):
        if law == CONSTANT:
            there[i] = min(max(length / WIDTH - i, 0.0), 1.0)
        elif law == EXPONENTIAL:
            there[i] = memoryless(length, i)
        else:
            there[i] = GLANCE_SHARE * memoryless(GLANCE * length, i)
            there[i] += (1.0 - GLANCE_SHARE) * memoryless(STAY * length, i)
    return there


@kernel
def memoryless(mean: float, i: int) -> float:
    return mean / WIDTH * (1.0 - exp(-WIDTH / mean)) * exp(-i * WIDTH / mean)


@kernel
def expected(visits: Floats, there: Floats) -> Floats:
    """Mean number of visits under way when each bin begins."""
    at_once = np.zeros(BINS)
    for j in range(BINS):
        for age in range(BINS):
            at_once[j] += visits[(j - 1 - age) % BINS] * there[age]
    return at_once


@kernel
def simulated(visits: Floats, there: Floats, n_runs: int, seed: int) -> Table:
    """Visits under way at each of `SHOWN` moments, a row for each of ``n_runs`` days.

    Those who come between two moments and leave between two others are a Poisson number, and all
    these numbers are independent (the visits are marked with their lengths), so that none has to
    be followed on its own, however many they are.
    """
    state = generator(seed)
    # Changes from moment to moment; what goes on beyond midnight is folded back.
    change = np.zeros((n_runs, 2 * SHOWN + 1))
    for i in range(SHOWN):
        present = seen(visits, there, i, 0)
        for stay in range(SHOWN):
            later = seen(visits, there, i, stay + 1) if stay + 1 < SHOWN else 0.0
            last = later < NEGLIGIBLE
            leave = present if last else max(present - later, 0.0)
            for run in range(n_runs):
                n = poisson(state, leave)
                change[run, i + 1] += n
                change[run, i + 2 + stay] -= n
            if last:
                break
            present = later
    at_once = np.zeros((n_runs, SHOWN))
    for run in range(n_runs):
        n_there = 0.0
        for j in range(2 * SHOWN):
            n_there += change[run, j]
            at_once[run, j % SHOWN] += n_there
    return at_once


@kernel
def seen(visits: Floats, there: Floats, i: int, stay: int) -> float:
    """Mean number who came before moment ``i + 1`` and are there ``stay`` moments after it."""
    mean = 0.0
    for r in range(STEP):
        mean += visits[STEP * i + r] * there[STEP * (stay + 1) - 1 - r]
    return mean


@kernel
def record(visits: Floats, length: float, law: int, seed: int) -> Table:
    """One day visit by visit, from an empty site: when each begins and ends."""
    state = generator(seed)
    begun = np.empty(BINS, np.int64)
    for i in range(BINS):
        begun[i] = poisson(state, visits[i])
    table = np.empty((begun.sum(), 2))
    n = 0
    for i in range(BINS):
        for _ in range(begun[i]):
            mean = length
            if law == FEW_STAY:
                mean *= GLANCE if uniform(state) < GLANCE_SHARE else STAY
            table[n, 0] = (i + uniform(state)) * WIDTH
            lasts = length if law == CONSTANT else exponential(state, mean)
            table[n, 1] = table[n, 0] + lasts
            n += 1
    return table


@kernel
def busiest_hour(visits: Floats) -> float:
    """Visits that begin in the hour that has most of them."""
    hour = 0.0
    for i in range(PER_HOUR):
        hour += visits[i]
    most = hour
    for i in range(BINS):
        hour += visits[(i + PER_HOUR) % BINS] - visits[i]
        most = max(most, hour)
    return most


@kernel
def largest(values: Floats) -> float:
    """As numpy's own, which needs more than WebAssembly has."""
    most = values[0]
    for value in values:
        most = max(most, value)
    return float(most)


@kernel
def add_runs(runs: Table, at_once: Floats, left: int, table: Table) -> None:
    """Fills in, from column ``left``: mean, fewest and most at each moment, and of the peaks."""
    peaks = np.zeros(runs.shape[0])
    for j in range(SHOWN):
        fewest = runs[0, j]
        most = runs[0, j]
        for run in range(runs.shape[0]):
            fewest = min(fewest, runs[run, j])
            most = max(most, runs[run, j])
            peaks[run] = max(peaks[run], runs[run, j])
        table[j, left] = at_once[STEP * j]
        table[j, left + 1] = fewest
        table[j, left + 2] = most
    table[SHOWN + PEAK_AT_ONCE, left + 1] = -largest(-peaks)
    table[SHOWN + PEAK_AT_ONCE, left + 2] = largest(peaks)


@kernel
def sizing(
    customers: int, active: float, visits_per_active: float, session_min: float, law: int,
    requests: float, busiest: float, campaign: float, way: int, fade_min: float,
    response_ms: float, server_rate: float, utilisation: float, response_kb: float,
    write_share: float, write_kb: float, copies: int, n_runs: int, seed: int,
) -> Table:  # fmt: skip
    """Rows for the hours of a day, then one for each link of the chain.

    Columns: number of the row; kind of row; hour; then for an ordinary day and for one with a
    campaign: visits under way on average, fewest and most of the runs. In the rows of the chain:
    its number, three times, but for the most at once, which has that of the runs.
    """
    there = still_there(session_min / 60.0, law)
    pace = requests / (session_min * 60.0)  # of one customer, in 1/s
    visits = ordinary_day(customers * active * visits_per_active, busiest)
    table = np.zeros((SHOWN + LINKS, COLUMNS))
    for row in range(SHOWN + LINKS):
        table[row, 0] = row
        table[row, 1] = HOUR if row < SHOWN else CHAIN
        table[row, 2] = row * STEP * WIDTH if row < SHOWN else 0.0
    for day in range(2):
        if day == 1:
            visits = campaign_day(visits, campaign, way, fade_min / 60.0)
        at_once = expected(visits, there)
        runs = simulated(visits, there, n_runs, seed + day)
        left = 3 + 3 * day
        total = visits.sum()
        peak = largest(at_once)
        rate = peak * pace
        chain = np.empty(LINKS)
        chain[REGISTERED] = customers
        chain[ACTIVE] = total / visits_per_active
        chain[VISITS] = total
        chain[BUSIEST_HOUR] = busiest_hour(visits)
        chain[MEAN_AT_ONCE] = at_once.sum() / BINS
        chain[PEAK_AT_ONCE] = peak
        chain[MEAN_RATE] = total * requests / 86_400.0
        chain[PEAK_RATE] = rate
        chain[IN_WORK] = rate * response_ms / 1000.0
        chain[SERVERS] = np.ceil(rate / (server_rate * utilisation))
        chain[BANDWIDTH] = rate * response_kb * 8.0 / 1000.0
        chain[STORED] = total * requests * write_share * write_kb * copies / 1e6
        for link in range(LINKS):
            for column in range(left, left + 3):
                table[SHOWN + link, column] = chain[link]
        add_runs(runs, at_once, left, table)
    return table
