"""A week of load, hour by hour, and what its busiest moments ask of the machines.

Requests are a Poisson process whose rate changes with the hour of the week (non-homogeneous). Three
shapes of a week are built in; a second region adds its users, who live some hours behind. A share
of each hour's requests comes in its first minute, where clocks and jobs send them. Days differ: the
whole day is multiplied by a random number (log-normal, mean 1). One Friday of the year is special
and brings several times the load.

A year is 52 weeks. Its peak over windows of a second, a minute, an hour ... is drawn: the largest
of ``n`` Poisson numbers of one mean is the quantile at ``u**(1/n)``, u uniform. Hours that cannot
hold the peak are passed over.

The shape of a reader's own log is fitted: see `fit`.
"""

from typing import NamedTuple

import numpy as np

from scalelab.facts.week import TAXI_WEEK
from scalelab.kernels.access_log import FIELDS, TIME_S, in_order
from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.normal import normal_quantile
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.requirement.timing import normals
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.student import NORMAL_975, t_975

SHOP, HR, TAXIS, OWN = 0, 1, 2, 3
BUILT_IN = 3
DAYS, HOURS = 7, 168
WEEKS = 52
FRIDAY = 4
HOUR_S = 3600.0
DAY_S = 86400.0

# By hour of the clock, in no unit. Assumptions: a shop has people at lunch and in the evening, and
# at the weekend all day; an internal system has those who work.
SHOP_WEEKDAY = (30, 16, 10, 8, 8, 12, 25, 45, 60, 68, 75, 88, 110, 104, 82, 78, 80, 90, 112, 150,
                175, 165, 110, 60)  # fmt: skip
SHOP_WEEKEND = (40, 25, 15, 10, 8, 8, 14, 28, 50, 80, 100, 108, 105, 100, 105, 108, 110, 112, 115,
                130, 150, 140, 100, 60)  # fmt: skip
SHOP_DAYS = (105, 100, 98, 97, 92, 95, 115)
HR_WEEKDAY = (1, 1, 1, 1, 1, 1, 5, 30, 100, 150, 130, 110, 60, 90, 110, 100, 80, 40, 12, 5, 3, 2, 2,
              2)  # fmt: skip
HR_WEEKEND = (1,) * 24
HR_DAYS = (120, 105, 100, 95, 80, 100, 100)


def _week(weekday: tuple[int, ...], weekend: tuple[int, ...], days: tuple[int, ...]) -> list[int]:
    return [days[d] * x for d in range(DAYS) for x in (weekday if d < 5 else weekend)]


# One week after the other; frozen into the compiled kernel.
SHAPES = np.array(
    _week(SHOP_WEEKDAY, SHOP_WEEKEND, SHOP_DAYS)
    + _week(HR_WEEKDAY, HR_WEEKEND, HR_DAYS)
    + [x for day in TAXI_WEEK for x in day],
    np.int32,
)

WIDTHS = 5
WIDTH_S = (1, 60, 600, 3600, 86400)
SECOND, MINUTE, TEN_MINUTES, HOUR, DAY = 0, 1, 2, 3, 4
# From this mean on a quantile by its expansion is off by less than a tenth of a request.
EXPANDED_FROM = 100.0
MOST_DAYS = 400
ENOUGH_HOURS = 0.25
# What may be missing of a complete day at either end: nobody asks all the time.
MISSING_S = 1800.0
ROUNDS = 1e-9
# Logarithm of a probability that is passed over.
NEVER = -15.0

# Rows of the table, by their first column.
CLOCK, WIDTH = 0, 1
# Columns; what is of the whole result is in every row.
SYSTEM, OF_DAY, LOAD, LOW, HIGH, SPECIAL, KNOWN = 1, 2, 3, 10, 17, 24, 25
WHICH_WIDTH, PEAK, OVER_MEAN, OBSERVED = 26, 27, 30, 33
MEAN, CAPACITY, TIMES, IDLE, ABOVE_HALF = 35, 36, 37, 38, 39
QUIET_DAY, QUIET_HOUR, QUIET_LOAD, QUIET_KNOWN = 40, 41, 42, 43
PEAK_HOUR, ALONE_MEAN, ALONE_PEAK = 44, 45, 46
STATE, COMPLETE, SEEN = 47, 48, 49
# Each with its interval and whether it is known.
BUSIEST, FIRST, SPREAD = 50, 54, 58
TROUGH = 62  # busiest hour of the day over the quietest; then whether it is known
QUIET_H, HOUR_TIMES, SECOND_TIMES = 64, 65, 66
COLUMNS = 67

# What a log can tell.
NO_LOG, HOURS_ONLY, ONE_DAY, SOME_DAYS, WEEKDAYS = 0, 1, 2, 3, 4


class Estimate(NamedTuple):
    """A number with its 95 % interval; without ``known`` it means nothing."""

    value: float
    low: float
    high: float
    known: bool


class Fit(NamedTuple):
    """A week fitted to a log.

    state: `HOURS_ONLY` to `WEEKDAYS`
    complete: days of which the log has all 24 hours
    seen: hours of the day of which it has a part
    rate: requests a second by hour of the day, with the 95 % interval, each of 24
    exposure: hours that were seen, by hour of the day
    weekday: factor of each day of the week, with its interval; 1 where that is not known
    busiest_hour: of the whole days, and ``busiest`` its share of the day's requests
    first: of each hour's requests, the share that comes in its first minute on top of the rest
    spread: of the days, standard deviation over mean
    """

    state: int
    complete: int
    seen: int
    rate: Floats
    low: Floats
    high: Floats
    exposure: Floats
    weekday: Floats
    weekday_low: Floats
    weekday_high: Floats
    busiest_hour: int
    busiest: Estimate
    first: Estimate
    spread: Estimate


@kernel
def greatest(values: Floats | Ints) -> float:
    """numpy's own needs more than a module for the page has."""
    found = values[0]
    for value in values:
        found = max(found, value)
    return float(found)


@kernel
def least(values: Floats | Ints) -> float:
    found = values[0]
    for value in values:
        found = min(found, value)
    return float(found)


# --- the process -----------------------------------------------------------------------------


@kernel
def rates(system: int, requests_a_day: float) -> Floats:
    """Requests a second by hour of the week, Monday 0:00 first."""
    shape = SHAPES[HOURS * system : HOURS * (system + 1)].astype(np.float64)
    scaled: Floats = requests_a_day / DAY_S * HOURS / shape.sum() * shape
    return scaled


@kernel
def with_second(home: Floats, second: float, hours_behind: int) -> Floats:
    """The home region's rates and ``second`` times as many users, who live as it does, later."""
    both = np.empty(HOURS)
    for i in range(HOURS):
        both[i] = home[i] + second * home[(i - hours_behind) % HOURS]
    return both


@kernel
def day_factors(state: Words, spread: float, n: int) -> Floats:
    """Log-normal with mean 1 and standard deviation ``spread``."""
    factors = np.ones(n)
    if spread > 0.0:
        normals(state, factors)
        variance = log(1.0 + spread * spread)
        for i in range(n):
            factors[i] = exp(np.sqrt(variance) * factors[i] - 0.5 * variance)
    return factors


@kernel
def arrivals(hourly: Floats, first: float, seed: int) -> Floats:
    """Times (s) of the requests of hours with the given rates, by change of time.

    Sums of unit exponential gaps, taken back through the integral of the rate: E. Cinlar,
    "Introduction to Stochastic Processes", 1975. The first minute of an hour has the
    share ``first`` on top.
    """
    state = generator(seed)
    expected = HOUR_S * hourly.sum()
    times = np.empty(int(expected + 10.0 * np.sqrt(expected) + 20.0))
    n = 0
    done = 0.0
    target = exponential(state, 1.0)
    for i in range(hourly.size):
        in_hour = HOUR_S * hourly[i]
        in_minute = in_hour * first_minute(first)
        while target < done + in_hour and n < times.size:
            left = target - done
            if left < in_minute:
                times[n] = HOUR_S * i + 60.0 * left / in_minute
            else:
                rest = (left - in_minute) / (in_hour - in_minute)
                times[n] = HOUR_S * i + 60.0 + (HOUR_S - 60.0) * rest
            n += 1
            target += exponential(state, 1.0)
        done += in_hour
    return times[:n]


@kernel
def first_minute(first: float) -> float:
    """Share of an hour's requests in its first minute: ``first``, and a sixtieth of the rest."""
    return first + (1.0 - first) / 60.0


@kernel
def quantile(mean: float, tail: float) -> float:
    """The smallest number that a Poisson number exceeds with probability ``tail`` at most."""
    if mean >= EXPANDED_FROM:
        z = -normal_quantile(tail)
        root = np.sqrt(mean)
        # Cornish and Fisher's expansion (Handbook, 26.2.49) of a distribution with skewness
        # 1/root and excess 1/mean; half a request because it is one of whole numbers.
        more = (z * z - 1.0) / 6.0 + (z - z * z * z) / (72.0 * root)
        return float(np.floor(mean + z * root + more + 0.5))
    term = exp(-mean)
    left = 1.0 - term
    k = 0
    while left > tail and k < 10 * EXPANDED_FROM:
        k += 1
        term *= mean / k
        left -= term
        # Beyond here the terms are what is left, and the difference is rounding.
        if k > mean and term < ROUNDS * tail:
            break
    return float(k)


@kernel
def hopeless_below(so_far: float, n: int) -> float:
    """Of smaller means none of ``n`` Poisson numbers exceeds ``so_far``.

    H. Chernoff's bound of that probability (Annals of Mathematical Statistics 23(4), 1952) is less
    than that of `NEVER`.
    """
    k = so_far + 1.0
    low = 0.0
    high = k
    for _ in range(30):
        mean = 0.5 * (low + high)
        if k - mean + k * log(mean / k) + log(float(n)) < NEVER:
            low = mean
        else:
            high = mean
    return low


@kernel
def largest(state: Words, mean: float, n: int) -> float:
    """The largest of ``n`` Poisson numbers."""
    if n == 1:
        return float(poisson(state, mean))
    tail = 1.0 - exp(log(uniform(state)) / n)
    return quantile(mean, max(tail, 1e-15))


@kernel
def windows(width: int, first: float, part: int) -> tuple[int, float]:
    """How many windows of an hour are alike, and the share of its requests in each of them.

    Windows begin with the clock's. ``part`` 0: with the first minute or within it; 1: the others.
    """
    share = first_minute(first)
    rest = (1.0 - share) / 59.0
    if width == HOUR:
        return 1 - part, 1.0 if part == 0 else 0.0
    if width == TEN_MINUTES:
        return (1, share + 9.0 * rest) if part == 0 else (5, 10.0 * rest)
    n = 60 // WIDTH_S[width]
    return (n, share / n) if part == 0 else (59 * n, rest / n)


@kernel
def busiest_day(rate: Floats, factors: Floats, width: int) -> int:
    """The day that is likeliest to hold the peak."""
    best = 0
    highest = -1.0
    for day in range(factors.size):
        hours = rate[24 * (day % DAYS) : 24 * (day % DAYS) + 24]
        top = factors[day] * (hours.sum() if width == DAY else greatest(hours))
        if top > highest:
            highest = top
            best = day
    return best


@kernel
def peak(state: Words, rate: Floats, factors: Floats, first: float, width: int) -> float:
    """Requests a second in the busiest window of a year, of which each day has a factor.

    The likeliest day is drawn first, so that most others can be passed over.
    """
    best = busiest_day(rate, factors, width)
    # A window of a day is one hour that has all of it.
    per_day = 1 if width == DAY else 24
    means = np.empty(DAYS * per_day)
    top = np.empty(DAYS)
    for i in range(means.size):
        means[i] = rate[24 * i : 24 * i + 24].sum() if width == DAY else rate[i]
    for d in range(DAYS):
        top[d] = greatest(means[per_day * d : per_day * (d + 1)])
    so_far = 0.0
    for part in range(2):
        n, share = (1 - part, 1.0) if width == DAY else windows(width, first, part)
        if n == 0:
            continue
        hopeless = hopeless_below(so_far, n)
        for turn in range(-1, factors.size):
            day = best if turn < 0 else turn
            scale = HOUR_S * share * factors[day]
            d = day % DAYS
            if turn == best or scale * top[d] < hopeless:
                continue
            for i in range(per_day * d, per_day * (d + 1)):
                if scale * means[i] >= hopeless:
                    found = largest(state, scale * means[i], n)
                    if found > so_far:
                        so_far = found
                        hopeless = hopeless_below(so_far, n)
    return so_far / WIDTH_S[width]


@kernel
def special_day(days: int) -> int:
    """A Friday late in the year."""
    return days - 5 * DAYS + FRIDAY


# --- a log -----------------------------------------------------------------------------------


@kernel
def weekday(day: int) -> int:
    """0 for Monday; day 0 was a Thursday."""
    return (day + 3) % DAYS


@kernel
def times_of(rows: Floats) -> Floats:
    """The times of a log in order, of the last `MOST_DAYS` days."""
    n = rows.size // FIELDS
    ordered = in_order(rows)
    times = np.empty(n)
    for i in range(n):
        times[i] = ordered[i, TIME_S]
    start = 0
    while times[n - 1] - times[start] > MOST_DAYS * DAY_S:
        start += 1
    return times[start:]


@kernel
def largest_count(times: Floats, width: int) -> float:
    """Most requests a second in a window of a log; windows begin with the clock's."""
    most = 0
    count = 0
    window = -1.0
    for t in times:
        this = np.floor(t / WIDTH_S[width])
        count = count + 1 if this == window else 1
        window = this
        most = max(most, count)
    return most / WIDTH_S[width]


@kernel
def chi_square(z: float, degrees: int) -> float:
    """Quantile of the chi-square distribution where that of the normal one is ``z``.

    E. B. Wilson and M. M. Hilferty, PNAS 17(12), 1931.
    """
    part = 2.0 / (9.0 * degrees)
    root = 1.0 - part + z * np.sqrt(part)
    return float(degrees * root * root * root)


@kernel
def spread_of(totals: Floats, expected: Floats, degrees: int) -> Estimate:
    """Standard deviation over mean of days, without what chance adds to their totals.

    What is left of the totals over what is expected; the interval is that of a normal variance.
    """
    if degrees < 1:
        return Estimate(0.0, 0.0, 0.0, False)
    squares = 0.0
    chance = 0.0
    for i in range(totals.size):
        off = totals[i] / expected[i] - 1.0
        squares += off * off
        chance += 1.0 / expected[i]
    chance /= totals.size
    low = squares / chi_square(NORMAL_975, degrees)
    # With one degree of freedom the lower quantile is about 0.001.
    high = squares / max(chi_square(-NORMAL_975, degrees), 0.001)
    return Estimate(
        np.sqrt(max(squares / degrees - chance, 0.0)), np.sqrt(max(low - chance, 0.0)),
        np.sqrt(max(high - chance, 0.0)), True,
    )  # fmt: skip


@kernel
def ratio(parts: Floats, wholes: Floats) -> Estimate:
    """Sum of parts over sum of wholes; the interval from how the pairs differ.

    W. G. Cochran, "Sampling Techniques", 3rd ed., 1977; not below what chance alone
    gives, which is also all there is of one pair.
    """
    n = parts.size
    whole = wholes.sum()
    if not whole > 0.0:
        return Estimate(0.0, 0.0, 0.0, False)
    share = parts.sum() / whole
    variance = 0.0
    for i in range(n):
        off = parts[i] - share * wholes[i]
        variance += off * off
    chance = share * (1.0 - share) / whole
    half = NORMAL_975 * np.sqrt(chance)
    if n > 1:
        variance *= n / (n - 1.0) / (whole * whole)
        half = max(half, t_975(n - 1) * np.sqrt(variance))
    return Estimate(share, max(share - half, 0.0), min(share + half, 1.0), True)


@kernel
def first_of(times: Floats, begin: float, end: float) -> Estimate:
    """What the first minute of the clock's hours has on top, by hours that are complete."""
    start = np.ceil(begin / HOUR_S)
    n = int(np.floor(end / HOUR_S) - start)
    if n < 2:
        return Estimate(0.0, 0.0, 0.0, False)
    minutes = np.zeros(n)
    hours = np.zeros(n)
    for t in times:
        i = int(np.floor(t / HOUR_S) - start)
        if 0 <= i < n:
            hours[i] += 1.0
            if t - HOUR_S * np.floor(t / HOUR_S) < 60.0:
                minutes[i] += 1.0
    share = ratio(minutes, hours)
    if not share.known:
        return share
    scale = 59.0 / 60.0
    above = (share.value - 1.0 / 60.0) / scale
    half = (share.high - share.value) / scale
    # Fewer than a sixtieth is chance; the interval is then no narrower for it.
    top = max(above, 0.0)
    return Estimate(top, max(above - half, 0.0), top + half, True)


@kernel
def weekdays_of(totals: Floats, first_day: int) -> tuple[bool, Floats, Floats, Floats, Floats]:
    """Whether there are two days of each, factors that average 1 with ends, expected totals."""
    n = totals.size
    counts = np.zeros(DAYS)
    means = np.zeros(DAYS)
    for i in range(n):
        k = weekday(first_day + i)
        counts[k] += 1.0
        means[k] += totals[i]
    factors = np.ones(DAYS)
    low = np.ones(DAYS)
    high = np.ones(DAYS)
    expected = np.full(n, totals.sum() / max(n, 1))
    for k in range(DAYS):
        if counts[k] < 2.0 or means[k] <= 0.0:
            return False, factors, low, high, expected
        means[k] /= counts[k]
    middle = means.sum() / DAYS
    squares = 0.0
    shared = 0.0
    for i in range(n):
        expected[i] = means[weekday(first_day + i)]
        off = totals[i] / expected[i] - 1.0
        squares += off * off
    for k in range(DAYS):
        factors[k] = means[k] / middle
        shared += (factors[k] / DAYS) ** 2 / counts[k]
    variance = squares / (n - DAYS)
    for k in range(DAYS):
        own = (1.0 - 2.0 * factors[k] / DAYS) / counts[k]
        half = t_975(n - DAYS) * np.sqrt(variance * max(own + shared, 0.0))
        low[k] = max(factors[k] * (1.0 - half), 0.0)
        high[k] = factors[k] * (1.0 + half)
    return True, factors, low, high, expected


@kernel
def fit(times: Floats, assumed: float) -> Fit:
    """The shape of a day, and of a week from two weeks on, fitted to times in order (s, local).

    A day's load is the rate of the hour times a factor of the day (of the weekday, if that is
    known, and random). The interval of an hour's rate has what chance does to its count (the
    score interval: F. Garwood's problem, solved as by E. B. Wilson) and how the same hour differs
    between days, estimated over all hours, with Student's t for the number of days. What one day
    cannot tell is taken as ``assumed`` (standard deviation over mean).
    """
    begin = times[0]
    end = times[times.size - 1] + 1.0
    first_hour = int(np.floor(begin / HOUR_S))
    n_hours = int(np.ceil(end / HOUR_S)) - first_hour
    counts = np.zeros(n_hours)
    exposure = np.ones(n_hours)
    for t in times:
        counts[int(np.floor(t / HOUR_S)) - first_hour] += 1.0
    exposure[0] -= begin / HOUR_S - first_hour
    exposure[n_hours - 1] -= first_hour + n_hours - end / HOUR_S
    # Days that are there from midnight to midnight.
    begins = int(np.ceil((begin - MISSING_S) / DAY_S))
    complete = max(int(np.floor((end + MISSING_S) / DAY_S)) - begins, 0)
    totals = np.zeros(complete)
    hourly = np.zeros((24, complete))
    for i in range(complete):
        for h in range(24):
            at = 24 * (begins + i) + h - first_hour
            if 0 <= at < n_hours:
                hourly[h, i] = counts[at]
                totals[i] += counts[at]
    by_weekday, factors, factor_low, factor_high, expected = weekdays_of(totals, begins)

    weight = np.zeros(24)
    squared = np.zeros(24)
    sums = np.zeros(24)
    cells = np.zeros(24, np.int64)
    for i in range(n_hours):
        h = (first_hour + i) % 24
        a = exposure[i] * factors[weekday((first_hour + i) // 24)]
        weight[h] += a
        squared[h] += a * a
        sums[h] += counts[i]
        cells[h] += 1
    # How the same hour differs between days, beyond chance: by moments, over all hours.
    over = 0.0
    scale = 0.0
    for i in range(n_hours):
        h = (first_hour + i) % 24
        if cells[h] > 1:
            mean = exposure[i] * factors[weekday((first_hour + i) // 24)] * sums[h] / weight[h]
            off = counts[i] - mean
            over += off * off * cells[h] / (cells[h] - 1.0) - mean
            scale += mean * mean
    between = max(over, 0.0) / scale if scale > 0.0 else assumed * assumed
    most = 1
    seen = 0
    # A few seconds of an hour say nothing of it, unless there is nothing else.
    enough = ENOUGH_HOURS if greatest(weight) >= ENOUGH_HOURS else 0.0
    for h in range(24):
        most = max(most, cells[h])
        if weight[h] < enough:
            weight[h] = 0.0
        seen += 1 if weight[h] > 0.0 else 0
    t = t_975(most - 1) if most > 1 else NORMAL_975
    rate = np.zeros(24)
    low = np.zeros(24)
    high = np.zeros(24)
    z = NORMAL_975
    for h in range(24):
        if weight[h] > 0.0:
            r = sums[h] / weight[h]
            middle = r + 0.5 * z * z / weight[h]
            by_chance = z * z * (r / weight[h] + 0.25 * z * z / (weight[h] * weight[h]))
            by_day = t * t * between * r * r * squared[h] / (weight[h] * weight[h])
            half = np.sqrt(by_chance + by_day)
            rate[h] = r / HOUR_S
            low[h] = max(middle - half, 0.0) / HOUR_S
            high[h] = (middle + half) / HOUR_S
    state = HOURS_ONLY
    busiest = Estimate(0.0, 0.0, 0.0, False)
    best = 0
    if complete > 0:
        state = ONE_DAY if complete == 1 else (WEEKDAYS if by_weekday else SOME_DAYS)
        for h in range(24):
            if hourly[h].sum() > hourly[best].sum():
                best = h
        busiest = ratio(hourly[best], totals)
    degrees = complete - (DAYS if by_weekday else 1)
    spread = Estimate(0.0, 0.0, 0.0, False)
    if complete > 1 and least(expected) > 0.0:
        spread = spread_of(totals, expected, degrees)
    return Fit(
        state, complete, seen, rate, low, high, weight, factors, factor_low, factor_high,
        best, busiest, first_of(times, begin, end), spread,
    )  # fmt: skip


@kernel
def fitted_week(found: Fit) -> tuple[Floats, Ints]:
    """Rates by hour of the week, and which hours the log has seen.

    The others get the mean of those that were seen, so that they change no mean; they are not
    shown.
    """
    total = 0.0
    for h in range(24):
        total += found.rate[h]
    week = np.empty(HOURS)
    known = np.zeros(HOURS, np.int64)
    for i in range(HOURS):
        h = i % 24
        known[i] = 1 if found.exposure[h] > 0.0 else 0
        rate = found.rate[h] if known[i] else total / max(found.seen, 1)
        week[i] = rate * found.weekday[i // 24]
    return week, known


# --- the lab ---------------------------------------------------------------------------------


@kernel
def quietest(rate: Floats, known: Ints, hours: int) -> tuple[int, float]:
    """Where the ``hours`` with the least load begin (-1: nowhere), and their mean rate."""
    best = -1
    lowest = np.inf
    for i in range(HOURS):
        total = 0.0
        all_known = True
        for k in range(hours):
            total += rate[(i + k) % HOURS]
            all_known = all_known and known[(i + k) % HOURS] > 0
        if all_known and total < lowest * (1.0 - ROUNDS):
            lowest = total
            best = i
    return best, lowest / hours if best >= 0 else 0.0


@kernel
def weeks_drawn(state: Words, rate: Floats, factors: Floats, low: Floats, high: Floats) -> None:
    """Of the year's weeks, hour by hour the third lowest and the third highest (requests/s)."""
    weeks = factors.size // DAYS
    drawn = np.empty(weeks)
    for i in range(HOURS):
        for w in range(weeks):
            mean = HOUR_S * rate[i] * factors[DAYS * w + i // 24]
            drawn[w] = poisson(state, mean) / HOUR_S
        low[i] = kth_smallest(drawn, 2)
        high[i] = kth_smallest(drawn, weeks - 3)


@kernel
def put(row: Floats, at: int, found: Estimate) -> None:
    row[at] = found.value
    row[at + 1] = found.low
    row[at + 2] = found.high
    row[at + 3] = 1.0 if found.known else 0.0


@kernel
def years_drawn(state: Words, spread: float, n_runs: int) -> Table:
    """Factors of the days of each year.

    One day decides the peak, the special one. Its factors are spread evenly over their distribution
    (stratified sampling), so that a few years are no matter of luck.
    """
    days = WEEKS * DAYS
    years = np.ones((n_runs, days))
    if spread <= 0.0:
        return years
    variance = log(1.0 + spread * spread)
    for run in range(n_runs):
        factors = day_factors(state, spread, days)
        for day in range(days):
            years[run, day] = factors[day]
        below = (run + uniform(state)) / n_runs
        z = normal_quantile(below)
        years[run, special_day(days)] = exp(np.sqrt(variance) * z - 0.5 * variance)
    return years


@kernel
def peak_rows(
    state: Words, rate: Floats, years: Table, special: float, first: float, rows: Table
) -> float:
    """A row for each width: median, lowest and highest year; gives the mean of the year.

    ``years``: of each year the factors of its days.
    """
    n_runs, days = years.shape
    friday = special_day(days)
    extra = (special - 1.0) * rate[24 * FRIDAY : 24 * FRIDAY + 24].sum() / (24 * days)
    mean = rate.sum() / HOURS + extra
    peaks = np.empty((WIDTHS, n_runs))
    for run in range(n_runs):
        factors = years[run].copy()
        factors[friday] *= special
        for width in range(WIDTHS):
            peaks[width, run] = peak(state, rate, factors, first, width)
    for width in range(WIDTHS):
        row = rows[width]
        row[0] = WIDTH
        row[WHICH_WIDTH] = width
        row[PEAK + 1] = least(peaks[width])
        row[PEAK + 2] = greatest(peaks[width])
        row[PEAK] = kth_smallest(peaks[width], n_runs // 2)
        for k in range(3):
            row[OVER_MEAN + k] = row[PEAK + k] / mean
    return float(mean)


@kernel
def put_idle(
    rate: Floats, mean: float, capacity: float, special: float, rows: Table, whole: Floats
) -> None:
    """What capacity for the peak leaves idle; ``rows``: those of the system's widths."""
    whole[MEAN] = mean
    whole[CAPACITY] = capacity
    whole[TIMES] = capacity / mean
    # Below it is the mean of an even load by chance alone.
    whole[IDLE] = max(1.0 - mean / capacity, 0.0)
    whole[HOUR_TIMES] = rows[HOUR, OVER_MEAN]
    whole[SECOND_TIMES] = rows[SECOND, OVER_MEAN]
    for i in range(HOURS):
        of_the_special = 1 if i // 24 == FRIDAY else 0
        if rate[i] > 0.5 * capacity:
            whole[ABOVE_HALF] += WEEKS - of_the_special
        if special * rate[i] > 0.5 * capacity:
            whole[ABOVE_HALF] += of_the_special


@kernel
def put_week(rate: Floats, home: Floats, known: Ints, quiet_h: int, whole: Floats) -> None:
    """What the ordinary week tells: its quietest hours, its peak, that of the home region."""
    whole[QUIET_H] = quiet_h
    start, quiet = quietest(rate, known, quiet_h)
    if start >= 0:
        whole[QUIET_DAY] = start // 24
        whole[QUIET_HOUR] = start % 24
        whole[QUIET_LOAD] = quiet / (rate.sum() / HOURS)
        whole[QUIET_KNOWN] = 1.0
    whole[PEAK_HOUR] = greatest(rate)
    whole[ALONE_MEAN] = home.sum() / HOURS
    whole[ALONE_PEAK] = greatest(home)
    of_day = np.zeros(24)
    for i in range(HOURS):
        of_day[i % 24] += rate[i]
    if least(of_day) > 0.0 and least(known) > 0:
        whole[TROUGH] = greatest(of_day) / least(of_day)
        whole[TROUGH + 1] = 1.0
    if whole[STATE] == NO_LOG:
        share = greatest(of_day) / of_day.sum()
        put(whole, BUSIEST, Estimate(share, share, share, True))


@kernel
def clock_rows(
    state: Words, rate: Floats, known: Ints, special: float, factors: Floats, rows: Table
) -> None:
    """A row for each hour of the day, a column for each day of the week."""
    low = np.empty(HOURS)
    high = np.empty(HOURS)
    weeks_drawn(state, rate, factors, low, high)
    for h in range(24):
        row = rows[h]
        row[OF_DAY] = h
        row[KNOWN] = known[h]
        row[SPECIAL] = special * rate[24 * FRIDAY + h] if special > 1.0 else 0.0
        for d in range(DAYS):
            i = 24 * d + h
            row[LOAD + d] = rate[i]
            row[LOW + d] = low[i]
            row[HIGH + d] = high[i]


@kernel
def temporal(
    system: int, requests_a_day: float, special: float, second: float, hours_behind: int,
    first_minute: float, spread: float, sized_for: int, quiet_h: int, log_rows: Floats,
    n_runs: int, seed: int,
) -> Table:  # fmt: skip
    """24 rows by hour of the day with a column for each day, then rows by system and width.

    A log takes the place of the system, the requests a day, and what it tells of first minutes and
    of the spread of days.
    """
    own = log_rows.size >= FIELDS
    n_systems = BUILT_IN + 1 if own else BUILT_IN
    chosen = OWN if own else system
    home = rates(system, requests_a_day)
    known = np.ones(HOURS, np.int64)
    times = np.zeros(1)
    table = np.zeros((24 + n_systems * WIDTHS, COLUMNS))
    whole = np.zeros(COLUMNS)
    if own:
        times = times_of(log_rows)
        found = fit(times, spread)
        home, known = fitted_week(found)
        requests_a_day = home.sum() / HOURS * DAY_S
        if found.first.known:
            first_minute = found.first.value
        if found.spread.known:
            spread = found.spread.value
        whole[STATE] = found.state
        whole[COMPLETE] = found.complete
        whole[SEEN] = found.seen
        put(whole, BUSIEST, found.busiest)
        put(whole, FIRST, found.first)
        put(whole, SPREAD, found.spread)
    rate = with_second(home, second, hours_behind)
    put_week(rate, home, known, quiet_h, whole)
    state = generator(seed)
    # The same years for every system and setting, so that what differs is not the years.
    years = years_drawn(state, spread, n_runs)
    clock_rows(state, rate, known, special, years[0], table[:24])
    for s in range(n_systems):
        here = rate if s == chosen else with_second(rates(s, requests_a_day), second, hours_behind)
        rows = table[24 + s * WIDTHS : 24 + (s + 1) * WIDTHS]
        mean = peak_rows(state, here, years, special, first_minute, rows)
        for row in rows:
            row[SYSTEM] = s
        if s == chosen:
            put_idle(rate, mean, rows[sized_for, PEAK], special, rows, whole)
            if own:
                for width in range(WIDTHS):
                    rows[width, OBSERVED] = largest_count(times, width) / mean
                    rows[width, OBSERVED + 1] = 1.0
    for row in table[:24]:
        row[SYSTEM] = chosen
    for row in table:
        for k in range(MEAN, COLUMNS):
            row[k] = whole[k]
    return table
