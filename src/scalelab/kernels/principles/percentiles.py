"""A percentile of a fleet's latencies, as averages, buckets and samples have it.

Twenty machines answer requests. The time of a request has a median of its own for hits and misses
of the cache and is lognormal around it; on one machine all times are longer by a factor. No request
is drawn: shares of the requests are exact, and so are the buckets that many of them would fill.
What a few requests say is a matter of chance: the k-th smallest of m has the share of the law that
is before it from a beta distribution, whatever the law (H. A. David and H. N. Nagaraja, "Order
Statistics", 3rd ed. 2003, section 2.3).

Times are ms; bounds of exponential buckets are powers counted from one second, as their makers do.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log, power_of_two
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.normal import normal_tail

MACHINES = 20  # one of them is slow
ONE_IN = 100  # requests of which a sample has one

GO, ADVICE, GOAL, DOUBLING = range(4)
LAYOUTS = 4
# Upper bounds of fixed buckets in ms, the last of these first; the bucket above them has no bound.
EDGES = (
    (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0, 0.0, 0.0, 0.0),
    (5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0,
     10000.0),
    (5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 250.0, 300.0, 350.0, 400.0, 500.0, 1000.0, 2500.0,
     10000.0),
    (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0, 8192.0),
)  # fmt: skip
MOST_EDGES = 14

# What a bucket has to be kept for: from a millisecond to a minute.
LEAST_MS, MOST_MS = 1.0, 60_000.0
LARGEST_SCALE = 8
ACCURACIES = (0.05, 0.02, 0.01, 0.005)
SKETCH = 0.01  # accuracy of the one whose answer is shown
MOST_DIGITS = 3
DIGITS = 2
BYTES = 8

TRUE, MEAN, AVERAGE, HIGHEST, FIXED, EXPONENTIAL, SKETCHED, DIGITAL, SAMPLED = range(9)
METHODS = 9
MERGED, AVERAGED, BY_BOUNDS, BY_POWERS, BY_CHANCE = range(5)  # kinds of method

METHOD, CURVE, STEP, SIZE = range(4)
KIND, SERIES, NAME, VALUE, LOW, HIGH, ERROR, SLOWER = range(8)
SHOWN, EDGE, BUCKETS, MEMORY, PROMISE, ENDLESS, WANTED = range(8, 15)
WIDTH = 15

POINTS = 48  # of the curve
PARTS = 4  # of a bucket
SIZES = LAYOUTS + LARGEST_SCALE + 1 + 4 + MOST_DIGITS
ROWS = METHODS + POINTS + PARTS * MOST_EDGES + SIZES

LN2 = 0.6931471805599453
HALVINGS = 56  # of the interval that holds a percentile
GRID = 400  # cells of the law of what a few requests say
POINTS_OF_MEAN = 200
LEAST_SHOWN = 1e-4  # part of the requests, and error


class World(NamedTuple):
    """Latencies of all requests: a part comes from the slow machine, a part misses the cache."""

    slow: float
    factor: float
    misses: float
    hit_ms: float
    miss_ms: float
    spread: float


@kernel
def slower(t: float, w: World) -> float:
    """Part of the requests that take longer than ``t`` ms."""
    x = log(t)
    hit = (x - log(w.hit_ms)) / w.spread
    miss = (x - log(w.miss_ms)) / w.spread
    shift = log(w.factor) / w.spread
    fast = (1.0 - w.misses) * normal_tail(hit) + w.misses * normal_tail(miss)
    slow = (1.0 - w.misses) * normal_tail(hit - shift) + w.misses * normal_tail(miss - shift)
    return (1.0 - w.slow) * fast + w.slow * slow


@kernel
def fastest(w: World) -> float:
    """Logarithm of a time that nearly all requests exceed."""
    return log(min(w.hit_ms, w.miss_ms)) - 9.0 * w.spread


@kernel
def slowest(w: World) -> float:
    """Logarithm of a time that hardly a request exceeds."""
    return log(max(w.hit_ms, w.miss_ms) * w.factor) + 9.0 * w.spread


@kernel
def exceeded(part: float, w: World) -> float:
    """The time (ms) that a ``part`` of the requests takes longer than."""
    low = fastest(w)
    high = slowest(w)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if slower(exp(middle), w) > part:
            low = middle
        else:
            high = middle
    return exp(0.5 * (low + high))


@kernel
def mean_ms(w: World) -> float:
    middle = (1.0 - w.misses) * w.hit_ms + w.misses * w.miss_ms
    return (1.0 - w.slow + w.slow * w.factor) * middle * exp(0.5 * w.spread * w.spread)


@kernel
def of_one(slow: bool, w: World) -> World:
    """The requests of one machine."""
    return World(1.0 if slow else 0.0, w.factor, w.misses, w.hit_ms, w.miss_ms, w.spread)


@kernel
def of_few(quantile: float, requests: int, w: World) -> tuple[float, float, float]:
    """The percentile of so many requests: its mean, and where it is in 95 of 100 cases.

    It is the k-th smallest, the least with ``quantile`` of them not above it. The part of the law
    that is slower is then e**-v, and v has the density (1 - e**-v)**(k - 1) e**-(m - k + 1)v but
    for a constant: smooth, wherever times have gaps.
    """
    k = max(int(np.ceil(quantile * requests - 1e-9)), 1)
    rest = requests - k + 1.0
    middle = log((requests + 1.0) / rest)
    width = np.sqrt(k / (rest * requests))
    nearest = max(middle - 8.0 * width, 0.0)
    cell = (min(middle + 8.0 * width + 12.0 / rest, 33.0) - nearest) / GRID
    chances = np.empty(GRID + 1)  # that v is not above that
    largest = -1e300
    for i in range(GRID):
        v = nearest + (i + 0.5) * cell
        chances[i + 1] = (k - 1.0) * log(1.0 - exp(-v)) - rest * v
        largest = max(largest, chances[i + 1])
    chances[0] = 0.0
    for i in range(GRID):
        chances[i + 1] = chances[i] + exp(chances[i + 1] - largest)
    for i in range(GRID + 1):
        chances[i] /= chances[GRID]
    # Its mean is the integral of the chance that it is longer.
    first = log(exceeded(exp(-nearest), w))
    step = (log(exceeded(exp(-nearest - cell * GRID), w)) - first) / POINTS_OF_MEAN
    mean = exp(first)
    for i in range(POINTS_OF_MEAN):
        t = exp(first + (i + 0.5) * step)
        v = -log(max(slower(t, w), 1e-300))
        longer = 1.0 - chance_of((v - nearest) / cell, chances)
        mean += longer * t * (exp(0.5 * step) - exp(-0.5 * step))
    low = nearest + cell * cell_of(0.025, chances)
    high = nearest + cell * cell_of(0.975, chances)
    return mean, exceeded(exp(-low), w), exceeded(exp(-high), w)


@kernel
def chance_of(cells: float, chances: Floats) -> float:
    """So many cells along, on straight lines."""
    cells = min(max(cells, 0.0), float(GRID))
    i = min(int(cells), GRID - 1)
    return float(chances[i] + (cells - i) * (chances[i + 1] - chances[i]))


@kernel
def cell_of(chance: float, chances: Floats) -> float:
    """How many cells along that chance is."""
    i = 0
    while i < GRID - 1 and chances[i + 1] < chance:
        i += 1
    return float(i + (chance - chances[i]) / (chances[i + 1] - chances[i]))


@kernel
def edges_of(bucketing: int) -> Floats:
    """Upper bounds (ms) of one of `EDGES`."""
    n = 0
    for i in range(MOST_EDGES):
        if EDGES[bucketing][i] > 0.0:
            n += 1
    edges = np.empty(n)
    for i in range(n):
        edges[i] = EDGES[bucketing][i]
    return edges


@kernel
def bucket_of(rank: float, counts: Floats) -> int:
    """The first bucket up to which ``rank`` of what was counted has come."""
    total = 0.0
    for i in range(counts.size - 1):
        total += counts[i]
        if total >= rank:
            return i
    return counts.size - 1


@kernel
def histogram_quantile(quantile: float, edges: Floats, counts: Floats) -> float:
    """A straight line within the bucket; the last bound for what is above it, 0 below the first.

    ``counts`` has one entry more than ``edges``: what is above all of them.
    """
    total = 0.0
    for i in range(counts.size):
        total += counts[i]
    rank = quantile * total
    found = bucket_of(rank, counts)
    if found == edges.size:
        return float(edges[found - 1])
    before = 0.0
    for i in range(found):
        before += counts[i]
    start = edges[found - 1] if found > 0 else 0.0
    if counts[found] <= 0.0:
        return float(start)
    line = start + (edges[found] - start) * (rank - before) / counts[found]
    return float(min(line, edges[found]))  # not a rounding beyond the bucket


@kernel
def counted(edges: Floats, w: World) -> Floats:
    """Parts of the requests in fixed buckets."""
    counts = np.empty(edges.size + 1)
    before = 1.0
    for i in range(edges.size):
        after = slower(edges[i], w)
        counts[i] = max(before - after, 0.0)
        before = after
    counts[edges.size] = before
    return counts


@kernel
def power_bucket(t: float, step: float) -> int:
    """Which bucket has ``t`` ms: number i is from exp((i - 1) step) to exp(i step) seconds."""
    return int(np.ceil(log(t / 1000.0) / step - 1e-9))


@kernel
def between(t: float, part: float, step: float, w: World) -> float:
    """The percentile at ``t`` ms as exponential buckets have it, if each has finer ones within."""
    i = power_bucket(t, step)
    low = 1000.0 * exp((i - 1) * step)
    high = 1000.0 * exp(i * step)
    before = slower(low, w)
    after = slower(high, w)
    share = (before - part) / max(before - after, 1e-300)
    return low * exp(step * min(max(share, 0.0), 1.0))


@kernel
def sketch_step(accuracy: float) -> float:
    """Logarithm of a sketch's gamma."""
    return log((1.0 + accuracy) / (1.0 - accuracy))


@kernel
def sketch_value(t: float, accuracy: float) -> float:
    """What a sketch says of anything in the bucket of ``t`` ms: as far from both ends."""
    step = sketch_step(accuracy)
    return 2000.0 * exp(power_bucket(t, step) * step) / (exp(step) + 1.0)


@kernel
def sub_buckets(digits: int) -> int:
    """Of HdrHistogram: a power of two that is at least twice ten to the digits."""
    wanted = 2
    for _ in range(digits):
        wanted *= 10
    found = 1
    while found < wanted:
        found *= 2
    return found


@kernel
def digital_width(t: float, digits: int) -> float:
    """Width (us) of the bucket of ``t`` ms, which is recorded in whole microseconds."""
    width = 1.0
    while np.floor(1000.0 * t) >= sub_buckets(digits) * width:
        width *= 2.0
    return width


@kernel
def digital_low(t: float, digits: int) -> float:
    """Least time (ms) in the same bucket as ``t``."""
    width = digital_width(t, digits)
    return float(np.floor(np.floor(1000.0 * t) / width) * width / 1000.0)


@kernel
def digital_value(t: float, digits: int) -> float:
    """What HdrHistogram says of all in that bucket: the highest of them."""
    return digital_low(t, digits) + (digital_width(t, digits) - 1.0) / 1000.0


@kernel
def digital_buckets(digits: int, most_us: float) -> int:
    """As its README estimates them."""
    sub = sub_buckets(digits)
    doublings = 0
    reach = float(sub)
    while reach < most_us:
        reach *= 2.0
        doublings += 1
    return (doublings + 2) * sub // 2


@kernel
def power_buckets(step: float) -> int:
    """Exponential buckets from a millisecond to a minute."""
    return int(np.ceil(log(MOST_MS / LEAST_MS) / step - 1e-9))


@kernel
def put_method(row: Floats, name: int, series: int, value: float, truth: float) -> None:
    row[KIND] = METHOD
    row[NAME] = name
    row[SERIES] = series
    row[VALUE] = value
    row[LOW] = value
    row[HIGH] = value
    row[ERROR] = value / truth - 1.0
    row[WANTED] = truth
    row[SHOWN] = 1.0


@kernel
def put_size(row: Floats, name: int, series: int, buckets: int, promise: float, error: float,
             shown: bool) -> None:  # fmt: skip
    row[KIND] = SIZE
    row[NAME] = name
    row[SERIES] = series
    row[BUCKETS] = buckets
    row[MEMORY] = BYTES * buckets
    row[PROMISE] = promise
    row[ERROR] = error
    row[SHOWN] = 1.0 if shown else 0.0


@kernel
def put_methods(
    rows: Table, quantile: float, bucketing: int, scale: int, per_minute: float, w: World
) -> None:
    """What each method says, and what lies around it."""
    part = 1.0 - quantile
    truth = exceeded(part, w)
    for i in range(METHODS):
        put_method(rows[i], i, MERGED, truth, truth)
    put_method(rows[MEAN], MEAN, AVERAGED, mean_ms(w), truth)
    others = max(int(np.floor(per_minute * (1.0 - w.slow) / (MACHINES - 1) + 0.5)), 1)
    own = max(int(np.floor(per_minute * w.slow + 0.5)), 1)
    usual, _, _ = of_few(quantile, others, of_one(False, w))
    slow, _, _ = of_few(quantile, own, of_one(True, w))
    average = ((MACHINES - 1) * usual + slow) / MACHINES
    put_method(rows[AVERAGE], AVERAGE, AVERAGED, average, truth)
    rows[AVERAGE, LOW] = min(usual, slow)
    rows[AVERAGE, HIGH] = max(usual, slow)
    put_method(rows[HIGHEST], HIGHEST, AVERAGED, max(usual, slow), truth)
    edges = edges_of(bucketing)
    counts = counted(edges, w)
    put_method(rows[FIXED], FIXED, BY_BOUNDS, histogram_quantile(quantile, edges, counts), truth)
    found = bucket_of(quantile, counts)
    rows[FIXED, LOW] = edges[found - 1] if found > 0 else 0.0
    rows[FIXED, HIGH] = edges[min(found, edges.size - 1)]
    rows[FIXED, ENDLESS] = 1.0 if found == edges.size else 0.0
    step = LN2 / power_of_two(scale)
    put_method(rows[EXPONENTIAL], EXPONENTIAL, BY_POWERS, between(truth, part, step, w), truth)
    i = power_bucket(truth, step)
    rows[EXPONENTIAL, LOW] = 1000.0 * exp((i - 1) * step)
    rows[EXPONENTIAL, HIGH] = 1000.0 * exp(i * step)
    put_method(rows[SKETCHED], SKETCHED, BY_POWERS, sketch_value(truth, SKETCH), truth)
    i = power_bucket(truth, sketch_step(SKETCH))
    rows[SKETCHED, LOW] = 1000.0 * exp((i - 1) * sketch_step(SKETCH))
    rows[SKETCHED, HIGH] = 1000.0 * exp(i * sketch_step(SKETCH))
    put_method(rows[DIGITAL], DIGITAL, BY_POWERS, digital_value(truth, DIGITS), truth)
    rows[DIGITAL, LOW] = digital_low(truth, DIGITS)
    rows[DIGITAL, HIGH] = digital_value(truth, DIGITS)
    few = max(int(np.floor(per_minute / ONE_IN + 0.5)), 1)
    mean, low, high = of_few(quantile, few, w)
    put_method(rows[SAMPLED], SAMPLED, BY_CHANCE, mean, truth)
    rows[SAMPLED, LOW] = low
    rows[SAMPLED, HIGH] = high
    for i in range(METHODS):
        rows[i, SLOWER] = slower(rows[i, VALUE], w)


@kernel
def put_curve(rows: Table, w: World) -> None:
    """Parts of all requests that are slower, over time."""
    low = log(exceeded(0.995, w))
    high = log(exceeded(LEAST_SHOWN, w))
    for i in range(POINTS):
        t = exp(low + i * (high - low) / (POINTS - 1))
        rows[i, KIND] = CURVE
        rows[i, SERIES] = MERGED
        rows[i, VALUE] = t
        rows[i, SLOWER] = slower(t, w)
        rows[i, SHOWN] = 1.0 if slower(t, w) >= 0.99 * LEAST_SHOWN else 0.0


@kernel
def put_steps(rows: Table, bucketing: int, w: World) -> None:
    """The same as fixed buckets have it: straight lines from bound to bound."""
    edges = edges_of(bucketing)
    first = exceeded(0.995, w)
    for i in range(MOST_EDGES * PARTS):
        rows[i, KIND] = STEP
        rows[i, SERIES] = BY_BOUNDS
    before = 1.0
    start = 0.0
    last = 1.0
    for i in range(edges.size):
        after = slower(edges[i], w)
        for j in range(PARTS):
            share = (j + 1.0) / PARTS
            part = before + share * (after - before)
            row = rows[PARTS * i + j]
            row[VALUE] = start + share * (edges[i] - start)
            row[SLOWER] = max(part, LEAST_SHOWN)
            row[EDGE] = 1.0 if j == PARTS - 1 else 0.0
            # The first that is too low for the chart as well, so that the line reaches its foot.
            row[SHOWN] = 1.0 if last >= LEAST_SHOWN and row[VALUE] >= first else 0.0
            last = part
        before = after
        start = edges[i]


@kernel
def put_sizes(
    rows: Table, quantile: float, bucketing: int, scale: int, truth: float, w: World
) -> None:
    """What buckets cost, promise and do."""
    part = 1.0 - quantile
    at = 0
    for i in range(LAYOUTS):
        edges = edges_of(i)
        counts = counted(edges, w)
        error = abs(histogram_quantile(quantile, edges, counts) / truth - 1.0)
        found = bucket_of(quantile, counts)
        promise = 1.0  # of what is above the last bound, less than all can be missed
        if found < edges.size:
            start = edges[found - 1] if found > 0 else min(LEAST_MS, 0.5 * edges[0])
            promise = edges[found] / start - 1.0
        put_size(rows[at], FIXED, BY_BOUNDS, edges.size + 1, promise, error, i == bucketing)
        at += 1
    for i in range(LARGEST_SCALE + 1):
        step = LN2 / power_of_two(i)
        error = abs(between(truth, part, step, w) / truth - 1.0)
        put_size(
            rows[at], EXPONENTIAL, BY_POWERS, power_buckets(step), exp(step) - 1.0, error,
            i == scale,
        )  # fmt: skip
        at += 1
    for i in range(4):
        accuracy = ACCURACIES[i]
        error = abs(sketch_value(truth, accuracy) / truth - 1.0)
        put_size(
            rows[at], SKETCHED, BY_POWERS, power_buckets(sketch_step(accuracy)), accuracy, error,
            accuracy == SKETCH,
        )  # fmt: skip
        at += 1
    for digits in range(1, MOST_DIGITS + 1):
        error = abs(digital_value(truth, digits) / truth - 1.0)
        put_size(
            rows[at], DIGITAL, BY_POWERS, digital_buckets(digits, 1000.0 * MOST_MS),
            2.0 / sub_buckets(digits), error, digits == DIGITS,
        )  # fmt: skip
        at += 1


@kernel
def percentiles(
    slow_share: float, factor: float, misses: float, hit_ms: float, miss_ms: float, spread: float,
    quantile: float, bucketing: int, scale: int, per_minute: float,
) -> Table:  # fmt: skip
    """What each method says; the curve; the curve as buckets have it; what buckets cost.

    One of twenty machines gets ``slow_share`` of the requests and is slower by ``factor``;
    ``misses`` of all have a median of ``miss_ms``, the others ``hit_ms``, and the logarithm has a
    standard deviation of ``spread``. ``bucketing`` of fixed buckets, ``scale`` of exponential ones.

    Columns: kind of row; kind of method; method; its answer, or a time (ms); between what it lies:
    machines, bounds of the bucket, or 95 of 100 samples; error, as a part of the truth; part of the
    requests that take longer; 1 if it is to be drawn, or the one that is set; 1 at a bound. Then of
    a size: buckets, bytes, the largest error that is promised. 1 if the bucket has no upper bound;
    the truth.
    """
    w = World(slow_share, factor, misses, hit_ms, miss_ms, spread)
    table = np.zeros((ROWS, WIDTH))
    put_methods(table, quantile, bucketing, scale, per_minute, w)
    at = METHODS
    put_curve(table[at : at + POINTS], w)
    at += POINTS
    put_steps(table[at : at + PARTS * MOST_EDGES], bucketing, w)
    at += PARTS * MOST_EDGES
    put_sizes(table[at:], quantile, bucketing, scale, table[TRUE, VALUE], w)
    return table
