"""How far a replica is behind: transactions at random, a flash sale, a batch job, a long query.

Transactions commit on the primary at random (Poisson). Time 0 is when something happens: a sale
begins, during which there are more of them; a batch job commits, one transaction with much work; a
query begins on the replica that apply must wait for. The lag of a transaction is the time from its
commit until it is visible at the replica.

The *fluid* forecast forgets chance: work comes and is done as water does.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.replication.apply import arrivals, visible_times
from scalelab.kernels.select import kth_smallest

EXPONENTIAL, ALIKE = 0, 1
DISTRIBUTION, WHOLE = 1, 2  # and 0: the time line
NOTHING, SALE, BATCH, QUERY, SEVERAL = 0, 1, 2, 3, 4
# What 1, 2, ... 16 workers apply, in what one applies, if work is exponential and they wait for
# each other's commits; see `theory.replication.lag.in_order_ceiling`.
IN_ORDER = (
    1.0, 1.5, 1.9285714285714286, 2.319253438113946, 2.685174292039218, 3.0331505151481597,
    3.367281354860883, 3.6902692458497484, 4.004012326513946, 4.309907255669722, 4.60901896266892,
    4.902182649076176, 5.190068498754608, 5.473224561494929, 5.7521062111439445, 6.027096999312844,
)  # fmt: skip
MOST_WORKERS = 16


class Load(NamedTuple):
    """What the primary commits; times in seconds, ``rate`` a second, ``work`` of one worker.

    From 0 for ``sale`` the rate is ``factor`` times as high. ``batch``: work of the transaction
    that commits at 0, none if that is 0.
    """

    begin: float
    end: float
    rate: float
    work: float
    law: int
    factor: float
    sale: float
    batch: float


class Forecast(NamedTuple):
    """As a fluid: the largest lag, when there is none any more (s), and whether that ever is."""

    peak: float
    behind: float
    ever: bool


@kernel
def expected(load: Load) -> float:
    """How many transactions a run has on average."""
    return load.rate * (load.end - load.begin + (load.factor - 1.0) * load.sale) + 1.0


@kernel
def committed(state: Words, load: Load, commits: Floats) -> tuple[int, int]:
    """Fill in the moments of the commits. Returns how many, and which one is the batch (or -1)."""
    n = 0
    batch = -1
    for part in range(3):
        begin = load.begin if part == 0 else (0.0 if part == 1 else load.sale)
        end = 0.0 if part == 0 else (load.sale if part == 1 else load.end)
        rate = load.rate * load.factor if part == 1 else load.rate
        if part == 1 and load.batch > 0.0:
            batch = n
            commits[n] = 0.0
            n += 1
        now = begin + exponential(state, 1.0 / rate)
        while now < end and n < commits.size:
            commits[n] = now
            n += 1
            now += exponential(state, 1.0 / rate)
    return n, batch


@kernel
def fluid(load: Load, capacity: float, blocked: float) -> Forecast:
    """Forecast for a replica that applies ``capacity`` transactions a second."""
    used = load.rate / capacity
    at_once = load.batch + blocked
    grows = used * load.factor - 1.0
    peak = max(at_once, at_once + grows * load.sale)
    if grows < 0.0 and at_once <= -grows * load.sale:
        return Forecast(peak, at_once / -grows, True)
    if used >= 1.0:
        return Forecast(peak, 0.0, False)
    left = at_once + used * (load.factor - 1.0) * load.sale
    return Forecast(peak, left / (1.0 - used), True)


@kernel
def caught_up(
    commits: Floats, arrived: Floats, work: Floats, visible: Floats, since: float
) -> float:
    """Commit of the first transaction after ``since`` that waits for nothing; -1 if none does.

    It finds a worker free, and no transaction before it is visible later than it could be itself.
    """
    for i in range(commits.size):
        if commits[i] > since and visible[i] == arrived[i] + work[i]:
            return float(commits[i])
    return -1.0


@kernel
def timeline(commits: Floats, visible: Floats, load: Load, sums: Floats, counts: Ints) -> None:
    """Add up the lags of what becomes visible in each part of the time from begin to end.

    Where nothing becomes visible: the age of the oldest that is missing, in the middle of the part.
    """
    width = (load.end - load.begin) / sums.size
    for part in range(sums.size):
        sums[part] = 0.0
        counts[part] = 0
    for i in range(commits.size):
        part = int((visible[i] - load.begin) / width)
        if part >= sums.size:
            break
        sums[part] += visible[i] - commits[i]
        counts[part] += 1
    missing = 0
    for part in range(sums.size):
        if counts[part] == 0:
            age = 0.0
            if missing < commits.size:
                age = load.begin + (part + 0.5) * width - commits[missing]
            if age > 0.0:
                sums[part] = age
                counts[part] = 1
        else:
            missing += counts[part]


@step
def add_tail(lag: Floats, thresholds: Floats, counts: Ints) -> None:
    """How many of ``lag`` are above each of the rising ``thresholds``, cumulatively from the end.

    One lag is close to the one before, so its place is sought from there.
    """
    place = 0
    for i in range(lag.size):
        while place > 0 and lag[i] <= thresholds[place - 1]:
            place -= 1
        while place < thresholds.size and lag[i] > thresholds[place]:
            place += 1
        counts[place] += 1


@kernel
def event(sale: bool, batch: bool, query: bool) -> int:
    """Which one it is of `NOTHING`, `SALE`, `BATCH`, `QUERY` and `SEVERAL`."""
    if sale + batch + query > 1:
        return SEVERAL
    return SALE if sale else (BATCH if batch else (QUERY if query else NOTHING))


@kernel
def lag(
    write_rate: float,
    size: int,
    apply_ms: float,
    law: int,
    n_workers: int,
    round_trip_ms: float,
    jitter_ms: float,
    factor: float,
    sale_s: float,
    batch_s: float,
    blocked_s: float,
    before_s: float,
    after_s: float,
    n_points: int,
    n_tail: int,
    n_transactions: int,
    n_runs: int,
    seed: int,
) -> Table:
    """``n_points`` rows of the time line, ``n_tail`` of the distribution, one for the whole.

    There are ``n_runs`` runs, or as few as have ``n_transactions`` in all, but one at least. All
    transactions that commit in them count.

    Columns: view; time since 0 (s); lag (s): mean, lowest and highest run of what becomes visible
    in this part of the time, in the distribution the threshold; 1 if there is such a lag; share of
    transactions whose lag is larger (mean, lowest, highest run). Then of the whole: p50, p99 and
    largest lag (s); seconds from 0, or from the end of a sale that is more than can be applied,
    until a transaction waits for nothing (counted from 0; mean, lowest, highest run; 0 if it never
    is), 1 if that is so in every run; transactions a second without the sale; how many can be
    applied at most, the share of that which is used; largest lag and seconds until there is none as
    a fluid, 1 if that is ever so; p50 (ms) of what commits before 0; mean
    lag (s); how long sale, batch or query last at most (s), and
    which of them it is.
    """
    rate = write_rate / size
    work_s = apply_ms * size / 1e3
    load = Load(-before_s, after_s, rate, work_s, law, factor, min(sale_s, after_s), batch_s)
    n_workers = min(max(n_workers, 1), MOST_WORKERS)
    capacity = (n_workers if law == ALIKE else IN_ORDER[n_workers - 1]) / work_s
    mean_number = expected(load)
    runs = int(min(max(n_transactions / mean_number, 1.0), n_runs))
    most = int(mean_number + 8.0 * np.sqrt(mean_number)) + 20

    table = np.zeros((n_points + n_tail + 1, 26))
    line = table[:n_points]
    whole = table[n_points + n_tail]
    whole[13] = np.inf
    whole[15] = 1.0
    lags = np.empty(most * runs)
    before = np.empty(most * runs)
    n_before = 0
    ends = np.empty(runs + 1, np.int64)
    ends[0] = 0
    coming = generator(seed)
    working = generator(seed + 1)
    network = generator(seed + 2)
    commits = np.empty(most)
    work = np.empty(most)
    sums = np.empty(n_points)
    counts = np.empty(n_points, np.int64)
    # A sale that the replica keeps up with leaves nothing to catch up with.
    since = load.sale if factor * rate > capacity else 0.0
    for run in range(runs):
        n, batch = committed(coming, load, commits)
        for i in range(n):
            work[i] = work_s if law == ALIKE else exponential(working, work_s)
        if batch >= 0:
            work[batch] = batch_s
        arrived = arrivals(network, commits[:n], round_trip_ms / 2e3, jitter_ms / 1e3)
        visible = visible_times(arrived, work[:n], n_workers, 0.0, blocked_s)
        timeline(commits[:n], visible, load, sums, counts)
        for part in range(n_points):
            if counts[part] > 0:
                mean = sums[part] / counts[part]
                line[part, 3] = mean if line[part, 5] == 0.0 else min(line[part, 3], mean)
                line[part, 4] = max(line[part, 4], mean)
                line[part, 2] += mean
                line[part, 5] += 1.0
        behind = caught_up(commits[:n], arrived, work[:n], visible, since)
        if behind < 0.0:
            whole[15] = 0.0
        whole[12] += behind / runs
        whole[13] = min(whole[13], behind)
        whole[14] = max(whole[14], behind)
        for i in range(n):
            lags[ends[run] + i] = visible[i] - commits[i]
            if commits[i] < 0.0:
                before[n_before] = visible[i] - commits[i]
                n_before += 1
        ends[run + 1] = ends[run] + n
    if whole[15] == 0.0:
        whole[12] = whole[13] = whole[14] = 0.0
    for part in range(n_points):
        line[part, 1] = -before_s + (part + 0.5) * (before_s + after_s) / n_points
        line[part, 2] /= max(line[part, 5], 1.0)
        line[part, 5] = min(line[part, 5], 1.0)

    total = ends[runs]
    if total == 0:
        # Nothing has committed: as if one thing had, and lagged by nothing.
        lags[0] = 0.0
        total = 1
    smallest = np.inf
    largest = 0.0
    summed = 0.0
    for i in range(total):
        summed += lags[i]
        smallest = min(smallest, lags[i])
        largest = max(largest, lags[i])
    smallest = max(smallest, 1e-9)
    largest = max(largest, smallest)
    thresholds = np.empty(n_tail)
    rise = log(largest / smallest) / (n_tail - 1)
    for i in range(n_tail):
        thresholds[i] = smallest * exp(rise * i)
    above = np.empty(n_tail + 1, np.int64)
    for run in range(runs):
        for i in range(n_tail + 1):
            above[i] = 0
        add_tail(lags[ends[run] : ends[run + 1]], thresholds, above)
        n = ends[run + 1] - ends[run]
        later = 0
        for i in range(n_tail - 1, -1, -1):
            later += above[i + 1]
            share = later / max(n, 1)
            row = table[n_points + i]
            row[6] += share / runs
            row[7] = share if run == 0 else min(row[7], share)
            row[8] = max(row[8], share)
    for i in range(n_tail):
        row = table[n_points + i]
        row[0] = DISTRIBUTION
        row[2] = row[3] = row[4] = thresholds[i]

    whole[0] = WHOLE
    whole[23] = summed / total
    whole[25] = event(factor > 1.0 and load.sale > 0.0, batch_s > 0.0, blocked_s > 0.0)
    whole[24] = max(load.sale if factor > 1.0 else 0.0, batch_s, blocked_s)
    middle = total // 2
    whole[9] = kth_smallest(lags[:total], middle)
    # What is above the median stands behind it now.
    whole[10] = kth_smallest(lags[middle:total], int(0.99 * total) - middle)
    whole[11] = largest
    forecast = fluid(load, capacity, blocked_s)
    whole[16] = rate
    whole[17] = capacity
    whole[18] = rate / capacity
    whole[19] = forecast.peak
    whole[20] = forecast.behind
    whole[21] = forecast.ever
    if n_before > 0:
        whole[22] = 1e3 * kth_smallest(before[:n_before], n_before // 2)
    return table
