"""Is it Poisson? Counts of requests, by windows from a second to an hour.

Of a stream that is made up here, or of the requests in a reader's own log: the traffic itself, the
index of dispersion with and without the trend, autocorrelation, what capacity 99 % of the seconds
need, and a Markov-modulated Poisson process with the same curve.
"""

import numpy as np

from scalelab.kernels.access_log import FIELDS, TIME_S
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.random import generator
from scalelab.kernels.student import NORMAL_975
from scalelab.kernels.workload.dispersion import (
    INTERVAL,
    NONE,
    WINDOWS,
    autocorrelation,
    batch_sums,
    busiest,
    enough_for,
    index,
    index_without,
    poisson_error,
    sums,
)
from scalelab.kernels.workload.mmpp_fit import fit
from scalelab.kernels.workload.streams import DAY, Stream, count, dispersion, phi

# Rows of the table, by their first column.
TRAFFIC, WINDOW, LAG, WHOLE = 0, 1, 2, 3
# What the counts look like.
TOO_SHORT, LIKE_POISSON, TREND, BURSTS, EVEN = 0, 1, 2, 3, 4
SHORTEST_S = 60
FEWEST_REQUESTS = 30
# So many standard errors from 1, at one of ten windows, are no accident.
FAR_OFF = 4.0
FEWEST_WINDOWS = 30
# Over three longer windows a day is no straight line any more, and would pass for a burst.
LONGEST_JUDGED = 600
BINS = 72
# Autocorrelation is that of counts over ten seconds.
LAG_WINDOW = 10
LAGS = (1, 2, 3, 6, 12, 30, 60, 120, 180, 360)
N_LAGS = len(LAGS)
N_WINDOWS = len(WINDOWS)
# Of a longer log, the first two weeks.
MOST_S = 14 * 86_400
NORMAL_99 = 2.3263478740408408
ROWS = BINS + N_WINDOWS + N_LAGS + 1
(
    KIND, HOUR, MEAN, BUSIEST, SPAN, NUMBER, IDC, IDC_LOW, IDC_HIGH, HAS_IDC, FREE, FREE_LOW,
    FREE_HIGH, HAS_FREE, TRUE, HAS_TRUE, FITTED, HAS_FIT, NOISE, DELAY, CORRELATION, STATE,
    SECONDS, REQUESTS, LEFT_OUT, FOR_POISSON, BY_RULE, NEEDED, STEADIER, CALM_RATE, CROWD_RATE,
    CALM_MIN, CROWD_MIN,
) = range(33)  # fmt: skip
FIT_LOW, FIT_HIGH = 33, 37  # of the four before, in that order
RATIO, N_CROWDS, MISFIT = 41, 42, 43
# 1 if there is a value, whether or not there is an interval.
KNOWN_IDC, KNOWN_FREE, KNOWN_FIT = 44, 45, 46
# 1 if the fit is worth handing on: it misses the longest windows by no more than a factor of two,
# and the length of a crowd is known to a factor of ten.
FIT_HOLDS = 47
WIDEST = 10.0
COLUMNS = 48


@kernel
def counts_of(log: Floats) -> tuple[Floats, int]:
    """Requests second by second, from the earliest on; and how many came too late to be counted."""
    n = log.size // FIELDS
    first = np.floor(log[TIME_S])
    last = first
    for i in range(n):
        second = np.floor(log[i * FIELDS + TIME_S])
        first = min(first, second)
        last = max(last, second)
    counts = np.zeros(int(min(last - first + 1.0, float(MOST_S))))
    left_out = 0
    for i in range(n):
        at = np.floor(log[i * FIELDS + TIME_S]) - first
        if at < counts.size:
            counts[int(at)] += 1.0
        else:
            left_out += 1
    return counts, left_out


@kernel
def put_index(row: Floats, total: Floats, window: int) -> None:
    n = (total.size - 1) // window
    row[KIND] = WINDOW
    row[SPAN] = window
    row[NUMBER] = n
    row[BUSIEST] = busiest(total, window)
    found = index(total, window, False)
    row[IDC], row[IDC_LOW], row[IDC_HIGH], row[HAS_IDC] = found
    found = index(total, window, True)
    row[FREE], row[FREE_LOW], row[FREE_HIGH], row[HAS_FREE] = found
    row[KNOWN_IDC] = row[HAS_IDC] > NONE
    row[KNOWN_FREE] = row[HAS_FREE] > NONE
    row[NOISE] = min(2.0 * poisson_error(n, False), 1.0)


@kernel
def state_of(table: Table, total: Floats) -> int:
    """What the windows say, where there are enough of them."""
    seconds = total.size - 1
    if seconds < SHORTEST_S or total[seconds] < FEWEST_REQUESTS:
        return TOO_SHORT
    trend = bursts = even = False
    for k in range(N_WINDOWS):
        n = seconds // WINDOWS[k]
        row = table[BINS + k]
        if n >= FEWEST_WINDOWS and WINDOWS[k] <= LONGEST_JUDGED and row[HAS_FREE] > NONE:
            of_raw = FAR_OFF * poisson_error(n, False)
            of_free = FAR_OFF * poisson_error(n, True)
            trend = trend or row[IDC] > 1.0 + of_raw
            bursts = bursts or row[FREE] > 1.0 + of_free
            even = even or row[IDC] < 1.0 - of_raw
    if bursts:
        return BURSTS
    if trend:
        return TREND
    return EVEN if even else LIKE_POISSON


@kernel
def put_traffic(table: Table, counts: Floats, total: Floats) -> None:
    """By part of the time: mean rate, and that of its busiest second."""
    seconds = counts.size
    for b in range(BINS):
        first = seconds * b // BINS
        last = max(seconds * (b + 1) // BINS, first + 1)
        row = table[b]
        row[KIND] = TRAFFIC
        row[HOUR] = 0.5 * (first + last) / 3600.0
        row[MEAN] = (total[last] - total[first]) / (last - first)
        for i in range(first, last):
            row[BUSIEST] = max(row[BUSIEST], counts[i])


@kernel
def put_true(table: Table, s: Stream, means: Floats) -> None:
    """What the streams that are made up have by their formulas."""
    # Day and night: how much what is expected varies, in this log, is no matter of chance.
    expected = sums(means) if s.kind == DAY else means
    for k in range(N_WINDOWS):
        row = table[BINS + k]
        row[HAS_TRUE] = 1.0
        row[TRUE] = dispersion(s, float(WINDOWS[k]))
        if s.kind == DAY:
            of_means = batch_sums(expected, WINDOWS[k], False, 1)
            more = index_without(of_means, -1, False)
            row[HAS_TRUE] = 1.0 if more >= 0.0 else 0.0
            row[TRUE] = 1.0 + max(more, 0.0)


@kernel
def put_fit(table: Table, total: Floats) -> None:
    found = fit(total)
    row = table[ROWS - 1]
    row[HAS_FIT] = found.has
    if found.has == NONE:
        return
    row[KNOWN_FIT] = 1.0
    for j in range(4):
        scale = 1.0 if j < 2 else 1.0 / 60.0
        row[CALM_RATE + j] = found.values[j] * scale
        # Beyond these nothing is known, and nothing is worth reading.
        row[FIT_LOW + j] = found.low[j] * scale
        row[FIT_HIGH + j] = min(found.high[j] * scale, 1e9)
    row[N_CROWDS] = row[SECONDS] / (found.values[2] + found.values[3])
    row[RATIO] = row[CROWD_RATE] / max(row[CALM_RATE], 1e-3 * row[MEAN])
    row[MISFIT] = 1.0
    for k in range(N_WINDOWS):
        of_window = table[BINS + k]
        of_window[HAS_FIT] = found.has
        of_window[FITTED] = 1.0 + found.limit * phi(found.fades * WINDOWS[k])
        if of_window[HAS_FREE] > NONE and of_window[NUMBER] >= FEWEST_WINDOWS:
            # The longest windows that there are enough of.
            row[MISFIT] = of_window[IDC] / of_window[FITTED]
    is_narrow = found.has == INTERVAL and found.high[3] <= WIDEST * found.low[3]
    row[FIT_HOLDS] = 1.0 if is_narrow and 0.5 <= row[MISFIT] <= 2.0 else 0.0


@kernel
def put_whole(row: Floats, table: Table, counts: Floats, total: Floats) -> None:
    seconds = counts.size
    mean = total[seconds] / seconds
    first = table[BINS]
    row[KIND] = WHOLE
    row[MEAN] = mean
    row[SECONDS] = seconds
    row[REQUESTS] = total[seconds]
    row[FOR_POISSON] = mean + NORMAL_99 * np.sqrt(mean)
    row[BY_RULE] = mean + NORMAL_99 * np.sqrt(first[IDC] * mean)
    row[NEEDED] = enough_for(counts, 0.99)
    row[STEADIER] = 1.0
    for k in range(N_WINDOWS):
        of_window = table[BINS + k]
        if WINDOWS[k] == 60 and of_window[HAS_IDC] > NONE and of_window[IDC] > 0.0:
            row[STEADIER] = np.sqrt(60.0 * first[IDC] / of_window[IDC])


@kernel
def measured(counts: Floats, total: Floats) -> Table:
    """All of the table that counts tell, second by second; ``total``: their `sums`."""
    table = np.zeros((ROWS, COLUMNS))
    put_traffic(table, counts, total)
    for k in range(N_WINDOWS):
        put_index(table[BINS + k], total, WINDOWS[k])
    for k in range(N_LAGS):
        row = table[BINS + N_WINDOWS + k]
        n = counts.size // LAG_WINDOW
        row[KIND] = LAG
        row[DELAY] = LAGS[k] * LAG_WINDOW
        row[CORRELATION] = autocorrelation(total, LAG_WINDOW, LAGS[k])
        row[NUMBER] = max(n - LAGS[k], 0)
        row[NOISE] = min(NORMAL_975 / np.sqrt(max(n, 1)), 1.0)
    whole = table[ROWS - 1]
    put_whole(whole, table, counts, total)
    whole[STATE] = state_of(table, total)
    if whole[STATE] == BURSTS:
        put_fit(table, total)
    return table


@kernel
def burstiness(
    workload: int, mean_rate: float, shops: int, hours: float, height: float, crowd_min: float,
    calm_min: float, per_session: float, spread_s: float, tail: float, swing: float, seed: int,
    log: Floats,
) -> Table:  # fmt: skip
    """Counts what a stream sends in ``hours``, or what is in a log, and says how it varies.

    ``log``: a record of requests (see `scalelab.kernels.access_log`) in place of the stream. The
    other parameters are those of `scalelab.kernels.workload.streams.Stream`.

    Rows: `BINS` of the traffic, one for each window, one for each lag, one for the whole.

    Columns: kind of the row; hour since the beginning; requests a second, in the busiest second
    (of windows: the busiest window, per second); window (s), how many there are; index of
    dispersion, ends of its interval, whether there is one (0: none, 1: no interval); the same
    without the trend; index by the formula and whether there is one; by the fit and whether there
    is one (as above); two standard errors of a Poisson stream; lag (s), autocorrelation; state;
    seconds, requests, requests too late to be counted; capacity for 99 % of the seconds if it were
    Poisson, by the index of a second, in fact; how much steadier minutes are than seconds; the fit:
    rates (1/s), lengths (min), their lower and upper ends; crowd over calm; crowds in the log;
    index at the longest windows over that of the fit; whether there is an index, one without the
    trend, a fit.
    """
    left_out = 0
    s = Stream(
        workload, mean_rate, shops, height, 60.0 * crowd_min, 60.0 * calm_min, per_session,
        spread_s, tail, swing,
    )  # fmt: skip
    own = log.size >= FIELDS
    if own:
        counts, left_out = counts_of(log)
        means = np.empty(0)
    else:
        counts = np.empty(int(hours * 3600.0))
        means = np.empty(counts.size)
        count(s, generator(seed), counts, means)
    table = measured(counts, sums(counts))
    table[ROWS - 1, LEFT_OUT] = left_out
    if not own:
        put_true(table, s, means)
    return table
