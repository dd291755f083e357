"""How much counts vary, window by window: the index of dispersion, with and without the trend.

The index of dispersion for counts is their variance over their mean (D. R. Cox and P. A. W. Lewis,
"The Statistical Analysis of Series of Events", Methuen, 1966). A rate that changes
slowly, over the day, makes it grow in the same way as bursts do. So there is a second index: each
window is held against the mean of its two neighbours. What changes along a straight line over three
windows is not in it. Two thirds of the mean square difference are the variance if windows are
independent.

Intervals are by the jackknife over batches of time, on the logarithm, with Student's t.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.student import t_975

# Seconds, up to an hour.
WINDOWS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
N_WINDOWS = len(WINDOWS)
BATCHES = 20
# A value takes so many windows, an interval a batch of one window each.
FEWEST = 4
# Batches that an interval takes at least.
FEWEST_BATCHES = 5
NONE, VALUE, INTERVAL = 0, 1, 2
# Variance of the mean square of second differences, over that of independent squares: their
# autocorrelations are -2/3 and 1/6, and 1 + 2 (4/9 + 1/36) = 35/18.
OVERLAP = 35.0 / 18.0


class Index(NamedTuple):
    """An index of dispersion at one window; ``has`` one of `NONE`, `VALUE`, `INTERVAL`."""

    value: float
    low: float
    high: float
    has: int


@kernel
def sums(counts: Floats) -> Floats:
    """Sums of the counts before each second: what a window holds is then one difference."""
    total = np.zeros(counts.size + 1)
    for i in range(counts.size):
        total[i + 1] = total[i] + counts[i]
    return total


@kernel
def batch_sums(total: Floats, window: int, trendless: bool, batches: int) -> Table:
    """By batch of time: number of terms, sum of squares, sum of deviations, sum of counts.

    A term is a window's deviation from the mean of all, or from the mean of its neighbours.
    """
    n = (total.size - 1) // window
    found = np.zeros((batches, 4))
    if n == 0:
        return found
    mean = total[n * window] / n
    for i in range(1 if trendless else 0, n - 1 if trendless else n):
        here = total[(i + 1) * window] - total[i * window]
        off = here - mean
        if trendless:
            around = total[(i + 2) * window] - total[(i - 1) * window] - here
            off = here - 0.5 * around
        batch = found[i * batches // n]
        batch[0] += 1.0
        batch[1] += off * off
        batch[2] += off
        batch[3] += here
    return found


@kernel
def index_without(found: Table, left_out: int, trendless: bool) -> float:
    """The index by all batches but one (-1: by all); below 0 if there is none."""
    n = squares = deviations = counts = 0.0
    for b in range(found.shape[0]):
        if b != left_out:
            n += found[b, 0]
            squares += found[b, 1]
            deviations += found[b, 2]
            counts += found[b, 3]
    if n < 2.0 or counts <= 0.0:
        return -1.0
    if trendless:
        return squares / 1.5 / counts
    return max(squares - deviations * deviations / n, 0.0) / (n - 1.0) * n / counts


@kernel
def spread_of(values: Floats) -> float:
    """Standard error by the jackknife: ``values``, each without one batch."""
    mean = values.sum() / values.size
    total = 0.0
    for i in range(values.size):
        total += (values[i] - mean) * (values[i] - mean)
    return float(np.sqrt(total * (values.size - 1) / values.size))


@kernel
def index(total: Floats, window: int, trendless: bool) -> Index:
    n = (total.size - 1) // window
    batches = min(BATCHES, max(n, 1))
    found = batch_sums(total, window, trendless, batches)
    value = index_without(found, -1, trendless)
    if n < FEWEST or value < 0.0:
        return Index(0.0, 0.0, 0.0, NONE)
    logs = np.empty(batches)
    known = n >= BATCHES and value > 0.0
    for b in range(batches):
        without = index_without(found, b, trendless)
        known = known and without > 0.0
        logs[b] = log(without) if without > 0.0 else 0.0
    if not known:
        return Index(value, value, value, VALUE)
    reach = exp(min(t_975(batches - 1) * spread_of(logs), 300.0))
    return Index(value, value / reach, value * reach, INTERVAL)


@kernel
def poisson_error(n: int, trendless: bool) -> float:
    """Standard error of the index of a Poisson stream, by ``n`` windows.

    The rate takes no part: where counts are small, their fourth moment makes the variance less
    certain, and their own mean, by which it is divided, makes up for it.
    """
    if n < 2:
        return 0.0
    if trendless:
        return float(np.sqrt(2.0 * OVERLAP / max(n - 2, 1)))
    return float(np.sqrt(2.0 / (n - 1)))


@kernel
def autocorrelation(total: Floats, window: int, lag: int) -> float:
    """Of the counts of two windows, the one ``lag`` windows after the other; 0 if there is none."""
    n = (total.size - 1) // window
    if n <= lag + 1:
        return 0.0
    mean = total[n * window] / n
    products = 0.0
    squares = 0.0
    for i in range(n):
        here = total[(i + 1) * window] - total[i * window] - mean
        squares += here * here
        if i + lag < n:
            j = (i + lag) * window
            products += here * (total[j + window] - total[j] - mean)
    return products / squares if squares > 0.0 else 0.0


@kernel
def busiest(total: Floats, window: int) -> float:
    """Most requests in any of the windows, per second; of the whole time if it is shorter."""
    seconds = total.size - 1
    if seconds < window:
        return float(total[seconds] / max(seconds, 1))
    most = 0.0
    for i in range(seconds // window):
        most = max(most, total[(i + 1) * window] - total[i * window])
    return float(most / window)


@kernel
def enough_for(counts: Floats, share: float) -> float:
    """The least count that this share of the seconds does not exceed."""
    most = 0
    for i in range(counts.size):
        most = max(most, int(counts[i]))
    numbers: Ints = np.zeros(most + 1, np.int64)
    for i in range(counts.size):
        numbers[int(counts[i])] += 1
    seen = 0
    for k in range(most + 1):
        seen += numbers[k]
        if seen >= share * counts.size:
            return float(k)
    return float(most)
