"""Judges the result of a load test against a promise, and says how sure that is.

A *percentile* of n requests is one of the sorted latencies. Which two of them enclose the true
percentile with 95 % confidence is a matter of counting, whatever the latencies' law: the number of
requests below the truth is binomial (W. Q. Meeker, G. J. Hahn and L. A. Escobar, "Statistical
Intervals", Wiley, 2017, section 5.2). That holds for independent requests. Those of a load test
stand in one queue and are slow together, so that they tell less than their number.

*How much less* is taken from 20 batches of successive requests: how much more the share of slow
ones varies between batches than it would if all were independent. The number of requests divided
by this factor, and by what it costs to estimate it from so few batches, is the number of
independent requests that would tell as much, as in E. L. Korn and B. I. Graubard, "Confidence
intervals for proportions with small expected number of positive counts estimated from survey
data", Survey Methodology 24, 1998. Their interval for the share below a percentile is an interval
for the percentile itself (R. S. Woodruff, JASA 47(260), 1952).

The built-in test is one server that takes requests one at a time (M/M/1): slow while its caches are
cold, standing still once, and failing now and then.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.student import NORMAL_975, t_975

# The built-in test.
RATE, SERVICE_MS, FAILING = 20.0, 35.0, 0.003
# Cold caches: the first request takes so many times more than usual, and this fades (s).
COLD, FADES_S, FADED_S = 1.0, 10.0, 200.0
STALL_AT = 0.6  # of the test
OTHER_DAYS = 4

VERDICT, OVER_TIME, PERCENTILE, ANOTHER_DAY = 0, 1, 2, 3
MET, NOT_MET, CANNOT_TELL = 0, 1, 2
INTERVALS = 48
# What is slower than the percentiles of the curve.
BEYOND = (
    0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.075, 0.05, 0.04, 0.03, 0.025, 0.02, 0.015, 0.01, 0.0075,
    0.005, 0.0035, 0.002, 0.0015, 0.001,
)  # fmt: skip
CURVE = len(BEYOND)
COLUMNS = 34

TAIL = 0.025
BATCHES = 20
FEWEST_PER_BATCH = 10
# Binomial weights below this, relative to the largest, change nothing.
NEGLIGIBLE = 1e-18
MOST_NEEDED = 1e12


class Test(NamedTuple):
    """Requests in the order of their start (s), with latency (ms) and 1 for a success."""

    start: Floats
    ms: Floats
    ok: Floats


class Estimate(NamedTuple):
    """A percentile: its rank's value, and the ranks that enclose it (0, n + 1: none)."""

    value: float
    naive_low: int
    naive_high: int
    low: int
    high: int
    independent: int


# --- where requests come from --------------------------------------------------------------------


@kernel
def built_in(minutes: int, stall_s: float, seed: int) -> Test:
    """The built-in test on the day ``seed``."""
    chance = generator(seed)
    until = 60.0 * minutes
    mean = RATE * until
    most = int(mean + 10.0 * np.sqrt(mean)) + 100
    start, ms, ok = np.empty(most), np.empty(most), np.empty(most)
    stall_at = STALL_AT * until
    free = 0.0
    n = 0
    t = exponential(chance, 1.0 / RATE)
    while t < until and n < most:
        service = exponential(chance, SERVICE_MS / 1e3)
        if t < FADED_S:
            service *= 1.0 + COLD * exp(-t / FADES_S)
        begin = max(free, t)
        if stall_at <= begin < stall_at + stall_s:
            begin = stall_at + stall_s
        free = begin + service
        if begin < stall_at < free:
            free += stall_s
        start[n] = t
        ms[n] = (free - t) * 1e3
        ok[n] = 0.0 if uniform(chance) < FAILING else 1.0
        n += 1
        t += exponential(chance, 1.0 / RATE)
    return Test(start[:n], ms[:n], ok[:n])


@kernel
def given(requests: Floats) -> Test:
    """The reader's own, (start, latency, ok, start, ...), in the order of their start."""
    n = requests.size // 3
    start, ms, ok = np.empty(n), np.empty(n), np.empty(n)
    in_order = True
    for i in range(n):
        start[i] = requests[3 * i]
        ms[i] = requests[3 * i + 1]
        ok[i] = requests[3 * i + 2]
        in_order = in_order and (i == 0 or start[i] >= start[i - 1])
    if in_order:
        return Test(start, ms, ok)
    order = np.argsort(start, kind="mergesort")
    return Test(start[order], ms[order], ok[order])


@kernel
def counted(test: Test, skip_s: float) -> tuple[Floats, Floats]:
    """(latencies that succeeded, 1 for each request that failed) from ``skip_s`` on."""
    first = 0
    while first < test.start.size and test.start[first] < skip_s:
        first += 1
    n = test.start.size - first
    values, failed = np.empty(n), np.empty(n)
    kept = 0
    for i in range(n):
        failed[i] = 1.0 - test.ok[first + i]
        if test.ok[first + i] > 0.0:
            values[kept] = test.ms[first + i]
            kept += 1
    return values[:kept], failed


@kernel
def in_order(values: Floats) -> Floats:
    """A sorted copy. By merging: what numba compiles for `np.sort` is not for WebAssembly."""
    return values[np.argsort(values, kind="mergesort")]


# --- how sure ------------------------------------------------------------------------------------


@kernel
def ranks(n: int, p: float) -> tuple[int, int]:
    """Ranks of ``n`` independent values between which the p-quantile is with 95 % confidence.

    Counted from 1; 0 or n + 1 where no value is low or high enough. No more than 2.5 % is beyond
    either end, exactly: binomial weights relative to the largest one.
    """
    middle = min(int((n + 1) * p), n)
    odds = p / (1.0 - p)
    reach = int(10.0 * np.sqrt(n * p * (1.0 - p))) + 50
    first = max(middle - reach, 0)
    last = min(middle + reach, n)
    weights = np.zeros(last - first + 1)
    total = 1.0
    weights[middle - first] = 1.0
    weight = 1.0
    for k in range(middle, last):
        weight *= (n - k) / (k + 1.0) * odds
        weights[k + 1 - first] = weight
        total += weight
        if weight < NEGLIGIBLE:
            break
    weight = 1.0
    for k in range(middle, first, -1):
        weight *= k / ((n - k + 1.0) * odds)
        weights[k - 1 - first] = weight
        total += weight
        if weight < NEGLIGIBLE:
            break
    low = first
    below = weights[0]
    while below <= TAIL * total:
        low += 1
        below += weights[low - first]
    high = last
    above = weights[last - first]
    while above <= TAIL * total:
        high -= 1
        above += weights[high - first]
    return low, high + 1


@kernel
def batches(n: int) -> int:
    return min(BATCHES, max(n // FEWEST_PER_BATCH, 2))


@kernel
def independent(marks: Floats, limit: float) -> int:
    """How many independent ones tell as much about the share of ``marks`` above ``limit``."""
    n = marks.size
    if n < 2:
        return n
    b = batches(n)
    total = 0.0
    spread = 0.0
    shares = np.empty(b)
    for batch in range(b):
        first = batch * n // b
        stop = (batch + 1) * n // b
        above = 0
        for i in range(first, stop):
            above += 1 if marks[i] > limit else 0
        total += above
        shares[batch] = above / (stop - first)
    share = total / n
    if share <= 0.0 or share >= 1.0:
        return n
    mean = shares.sum() / b
    for batch in range(b):
        spread += (shares[batch] - mean) ** 2
    factor = spread / (b - 1.0) / b / (share * (1.0 - share) / n)
    price = t_975(b - 1) / NORMAL_975
    return max(min(int(n / (max(factor, 1.0) * price * price)), n), 1)


@kernel
def rank_among(rank: int, m: int, n: int) -> int:
    """Where the ``rank``-th of ``m`` independent values lies among ``n``, on average."""
    if rank <= 0:
        return 0
    if rank > m:
        return n + 1
    return int(np.ceil(rank * n / (m + 1.0) - 1e-9))


@kernel
def rank_of(n: int, p: float) -> int:
    """Rank of the least value that a share ``p`` of ``n`` does not exceed."""
    return min(max(int(np.ceil(p * n - 1e-6)), 1), n)


@kernel
def estimated(values: Floats, ascending: Floats, p: float) -> Estimate:
    """The p-quantile of ``values``, in the order of time and sorted; there is at least one."""
    n = values.size
    value = ascending[rank_of(n, p) - 1]
    m = independent(values, value)
    naive_low, naive_high = ranks(n, p)
    low, high = ranks(m, p)
    return Estimate(
        value, naive_low, naive_high,
        min(rank_among(low, m, n), naive_low), max(rank_among(high, m, n), naive_high), m,
    )  # fmt: skip


@kernel
def wilson(share: float, n: float) -> tuple[float, float]:
    """95 % interval for a share seen in ``n`` independent tries (Wilson, JASA 22(158), 1927)."""
    z2 = NORMAL_975 * NORMAL_975
    middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n)
    half = NORMAL_975 / (1.0 + z2 / n) * np.sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


@kernel
def fewest(p: float) -> float:
    """Independent requests without which no value is surely above the p-quantile."""
    return float(np.ceil(log(TAIL) / log(p)))


@kernel
def verdict(low: float, has_low: bool, high: float, has_high: bool, limit: float) -> int:
    if has_high and high <= limit:
        return MET
    return NOT_MET if has_low and low > limit else CANNOT_TELL


@kernel
def together(one: float, other: float) -> int:
    """The verdict on two promises at once."""
    if one == NOT_MET or other == NOT_MET:
        return NOT_MET
    return MET if one == MET and other == MET else CANNOT_TELL


# --- the table -----------------------------------------------------------------------------------


@kernel
def put_estimate(row: Floats, found: Estimate, ascending: Floats, p: float) -> None:
    n = ascending.size
    row[6] = p
    row[7] = 1.0 - p
    row[8] = found.value
    if found.naive_low > 0 and found.naive_high <= n:
        row[9] = ascending[found.naive_low - 1]
        row[10] = ascending[found.naive_high - 1]
        row[11] = 1.0
    if found.low > 0:
        row[12] = ascending[found.low - 1]
        row[14] = 1.0
    if found.high <= n:
        row[13] = ascending[found.high - 1]
        row[15] = 1.0
    row[16] = row[14] * row[15]
    row[26] = found.independent


@kernel
def put_verdict(
    row: Floats, values: Floats, ascending: Floats, p: float, threshold: float, seconds: float
) -> None:
    """The percentile's verdict, and how many requests would be needed for one."""
    n = values.size
    found = estimated(values, ascending, p)
    put_estimate(row, found, ascending, p)
    row[22] = verdict(
        ascending[max(found.naive_low, 1) - 1], found.naive_low > 0,
        ascending[min(found.naive_high, n) - 1], found.naive_high <= n, threshold,
    )  # fmt: skip
    row[23] = verdict(row[12], row[14] > 0.0, row[13], row[15] > 0.0, threshold)
    within = 0
    for i in range(n):
        within += 1 if values[i] <= threshold else 0
    row[17] = within / n
    apart = abs(row[17] - p)
    if row[23] == CANNOT_TELL and apart > 0.0:
        wanted = max(p * (1.0 - p) * (NORMAL_975 / apart) ** 2, fewest(p))
        needed = np.ceil(wanted * n / found.independent)
        if needed < MOST_NEEDED and seconds > 0.0:
            row[28] = needed
            row[29] = 1.0
            row[30] = needed / (n / seconds) / 60.0


@kernel
def put_errors(row: Floats, failed: Floats, allowed: float) -> None:
    n = failed.size
    share = failed.sum() / n
    m = independent(failed, 0.5)
    low, high = wilson(share, float(m))
    row[18] = failed.sum()
    row[19] = share
    row[20] = low
    row[21] = high
    row[24] = verdict(low, True, high, True, allowed)


@kernel
def put_over_time(table: Table, row: int, test: Test, skip_s: float) -> int:
    """Percentiles by interval of time, of requests that succeeded; returns the next row."""
    n = test.start.size
    width = test.start[n - 1] / INTERVALS
    inside = np.empty(n)
    i = 0
    for interval in range(INTERVALS):
        count = 0
        while i < n and (test.start[i] < (interval + 1) * width or interval == INTERVALS - 1):
            if test.ok[i] > 0.0:
                inside[count] = test.ms[i]
                count += 1
            i += 1
        if count > 0:
            table[row, 0] = OVER_TIME
            table[row, 1] = (interval + 0.5) * width
            first = 0
            for place, p in ((2, 0.5), (3, 0.95), (4, 0.99)):
                k = rank_of(count, p) - 1
                table[row, place] = kth_smallest(inside[first:count], k - first)
                first = k
            table[row, 5] = 1.0 if table[row, 1] < skip_s else 0.0
            row += 1
    return row


@kernel
def benchmark(
    percentile: float, threshold_ms: float, most_errors: float, skip_s: float, minutes: int,
    stall_s: float, seed: int, requests: Floats,
) -> Table:  # fmt: skip
    """A load test judged: is a share ``percentile`` answered within ``threshold_ms``?

    Parameters
    ----------
    percentile : as a share, above 0 and below 1
    most_errors : share of failed requests that is allowed
    skip_s : what starts earlier is warming up, and not counted
    minutes, stall_s, seed : of the built-in test: how long it is, for how long the server stands
        still once, which day
    requests : the reader's own, (start in s, latency in ms, 1 for a success, start, ...); they take
        the place of the built-in test

    Returns
    -------
    Table with `COLUMNS` columns
        A row for the `VERDICT`, one `OVER_TIME` for each interval in which a request succeeded,
        one for each `PERCENTILE` of the curve, and for the built-in test one for the percentile on
        each of the other days. Columns: kind; time (s); median, p95, p99 then (ms); whether that
        is left out; percentile; 1 less it; latency there (ms); interval as if requests were
        independent; whether both ends exist; interval; whether the lower, the upper, both ends
        exist; share within the threshold; requests that failed, their share and its interval;
        verdict as if independent, verdict, verdict on errors, on all; independent requests that
        tell as much; requests a second; requests needed for a verdict, whether that is known, how
        many minutes that is; the threshold; requests that succeeded; whether there are any.
    """
    own = requests.size >= 3
    test = given(requests) if own else built_in(minutes, stall_s, seed)
    days = 0 if own else OTHER_DAYS
    table = np.zeros((1 + INTERVALS + CURVE + days, COLUMNS))
    head = table[0]
    head[22] = CANNOT_TELL
    head[23] = CANNOT_TELL
    head[24] = CANNOT_TELL
    head[25] = CANNOT_TELL
    head[31] = threshold_ms
    if test.start.size == 0:
        return table[:1].copy()
    values, failed = counted(test, skip_s)
    seconds = test.start[test.start.size - 1] - skip_s
    row = put_over_time(table, 1, test, skip_s)
    if failed.size > 0:
        put_errors(head, failed, most_errors)
        head[27] = failed.size / seconds if seconds > 0.0 else 0.0
    if values.size > 0:
        head[32] = values.size
        head[33] = 1.0
        ascending = in_order(values)
        put_verdict(head, values, ascending, percentile, threshold_ms, seconds)
        for i in range(CURVE):
            p = 1.0 - BEYOND[i]
            table[row, 0] = PERCENTILE
            put_estimate(table[row], estimated(values, ascending, p), ascending, p)
            row += 1
    head[25] = together(head[23], head[24])
    for day in range(days):
        values, _ = counted(built_in(minutes, stall_s, seed + 1000 * (day + 1)), skip_s)
        if values.size > 0:
            table[row, 0] = ANOTHER_DAY
            table[row, 6] = percentile
            table[row, 7] = 1.0 - percentile
            table[row, 8] = kth_smallest(values, rank_of(values.size, percentile) - 1)
            row += 1
    return table[:row].copy()
