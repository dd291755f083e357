"""A Markov-modulated Poisson process fitted to counts: two rates and two lengths from four numbers.

The mean; the variance of the rate and how soon it is forgotten, from the curve of the index of
dispersion without the trend; and how lopsided the rate is, from the third central moment of counts.
Matching the dispersion curve and a third moment is the way of H. Heffes and D. M. Lucantoni (IEEE
Journal on Selected Areas in Communications 4(6) 1986, section III); theirs takes single windows,
this one all windows together.

Of a rate with two values, variance v and lopsidedness s (third central moment over v^1.5), the
covariance is v exp(-r u), and three moments, the first and the last u apart, have the joint moment
s v^1.5 exp(-r u).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.student import t_975
from scalelab.kernels.workload.dispersion import (
    BATCHES,
    FEWEST_BATCHES,
    INTERVAL,
    N_WINDOWS,
    NONE,
    VALUE,
    WINDOWS,
    batch_sums,
    index_without,
    spread_of,
)
from scalelab.kernels.workload.streams import phi

# Windows that a point of the curve takes at least, so that its error says something.
FEWEST_WINDOWS = 30
# Memory is sought between half a second and half a day, by steps of the logarithm.
SHORTEST_S, LONGEST_S = 0.5, 43_200.0
STEPS = 48
GOLDEN = 0.3819660112501051
# A point of the curve is never taken to be more certain than this.
LEAST_ERROR = 0.02
# Length of a block in which third moments are taken, in memories.
MEMORIES = 20.0
CALM, CROWD, CALM_S, CROWD_S = 0, 1, 2, 3


class Fit(NamedTuple):
    """values, low, high: by `CALM` (1/s), `CROWD` (1/s), `CALM_S` and `CROWD_S` (s).

    limit, fades: the curve of the index is 1 + limit phi(fades t)
    """

    has: int
    values: Floats
    low: Floats
    high: Floats
    limit: float
    fades: float


@kernel
def psi(x: float) -> float:
    """What is left of `phi` without the trend: (5 phi(x) - 4 phi(2 x) + phi(3 x)) / 2."""
    return 0.5 * (5.0 * phi(x) - 4.0 * phi(2.0 * x) + phi(3.0 * x))


@kernel
def third(x: float) -> float:
    """Mean of exp(-x (greatest - least)) over three moments in the unit interval."""
    if x < 0.02:
        return 1.0 - x * (0.5 - x * 0.15)
    e = exp(-x)
    return 6.0 / (x * x) * (1.0 + e - 2.0 * (1.0 - e) / x)


@kernel
def curve_for(fades: float, curve: Floats, errors: Floats) -> tuple[float, float]:
    """The limit that suits the curve best with this memory, and how far off the curve is then.

    Weighted least squares; errors are shares of the curve that is fitted, not of the one that was
    measured, which would favour points that happen to be low.
    """
    limit = 0.0
    shapes = np.empty(N_WINDOWS)
    for k in range(N_WINDOWS):
        shapes[k] = psi(fades * WINDOWS[k])
    for turn in range(4):
        upper = 0.0
        lower = 0.0
        for k in range(N_WINDOWS):
            if errors[k] > 0.0:
                shape = shapes[k]
                scale = errors[k] * (1.0 + limit * shape if turn > 0 else curve[k])
                upper += shape * (curve[k] - 1.0) / (scale * scale)
                lower += shape * shape / (scale * scale)
        limit = max(upper / lower, 0.0) if lower > 0.0 else 0.0
    off = 0.0
    for k in range(N_WINDOWS):
        if errors[k] > 0.0:
            apart = log(curve[k] / (1.0 + limit * shapes[k])) / errors[k]
            off += apart * apart
    return limit, off


@kernel
def best_memory(curve: Floats, errors: Floats, low: float, high: float, steps: int) -> float:
    """The memory (its rate, 1/s) between ``low`` and ``high`` that suits the curve best."""
    step = log(high / low) / steps
    best = low
    least = np.inf
    for i in range(steps + 1):
        fades = low * exp(i * step)
        off = curve_for(fades, curve, errors)[1]
        if off < least:
            least = off
            best = fades
    # Golden section between its neighbours.
    left = log(best) - step
    right = log(best) + step
    lower = left + GOLDEN * (right - left)
    upper = right - GOLDEN * (right - left)
    off_lower = curve_for(exp(lower), curve, errors)[1]
    off_upper = curve_for(exp(upper), curve, errors)[1]
    for _ in range(16):
        if off_lower < off_upper:
            right = upper
            upper = lower
            off_upper = off_lower
            lower = left + GOLDEN * (right - left)
            off_lower = curve_for(exp(lower), curve, errors)[1]
        else:
            left = lower
            lower = upper
            off_lower = off_upper
            upper = right - GOLDEN * (right - left)
            off_upper = curve_for(exp(upper), curve, errors)[1]
    return exp(0.5 * (left + right))


@kernel
def third_moments(total: Floats, window: int, block: int, batches: int) -> Table:
    """By batch of time: number of blocks of windows, sum of their third central moments."""
    n = (total.size - 1) // window
    found = np.zeros((batches, 2))
    blocks = n // block
    for b in range(blocks):
        start = b * block
        mean = (total[(start + block) * window] - total[start * window]) / block
        cubes = 0.0
        for i in range(start, start + block):
            off = total[(i + 1) * window] - total[i * window] - mean
            cubes += off * off * off
        batch = found[b * batches // blocks]
        batch[0] += 1.0
        batch[1] += cubes / block
    return found


@kernel
def put_values(
    mean: float, limit: float, fades: float, cubes: float, window: int, block: int, values: Floats
) -> None:
    """The rates and lengths that have these moments, or come nearest with no rate below 0."""
    variance = 0.5 * limit * mean * fades
    x = fades * window
    of_window = variance * window * window * (2.0 * phi(x) / x if x > 1e-12 else 1.0)
    # The mean of a block is not the mean of all, and takes some of each moment away.
    y = x * block
    away = 2.0 * phi(y) / y
    left = max(1.0 - 3.0 * away + 2.0 * third(y), 0.1)
    cubed = (cubes - 3.0 * of_window * (1.0 - away) - mean * window) / left
    scale = np.sqrt(variance)
    lopsided = cubed / max(variance * scale * window * window * window * third(x), 1e-300)
    share = 0.5 * (1.0 - lopsided / np.sqrt(4.0 + lopsided * lopsided))
    share = min(max(share, 1e-6), mean * mean / (mean * mean + variance))
    values[CALM] = max(mean - scale * np.sqrt(share / (1.0 - share)), 0.0)
    values[CROWD] = mean + scale * np.sqrt((1.0 - share) / share)
    values[CALM_S] = 1.0 / (share * fades)
    values[CROWD_S] = 1.0 / ((1.0 - share) * fades)


@kernel
def put_curve(
    of_windows: NDArray[np.float64], left_out: int, curve: Floats, errors: Floats
) -> None:
    """The curve by all batches but one."""
    for k in range(N_WINDOWS):
        if errors[k] > 0.0:
            curve[k] = max(index_without(of_windows[k], left_out, True), 1e-9)


@kernel
def fit(total: Floats) -> Fit:
    """By the counts whose `sums` are given; ``has`` is `NONE` if nothing varies beyond Poisson."""
    seconds = total.size - 1
    values, low, high = np.zeros(4), np.zeros(4), np.zeros(4)
    nothing = Fit(NONE, values, low, high, 0.0, 1.0)
    if seconds < FEWEST_WINDOWS or total[seconds] <= 0.0:
        return nothing
    mean = total[seconds] / seconds
    curve, errors = np.zeros(N_WINDOWS), np.zeros(N_WINDOWS)
    logs = np.empty(BATCHES)
    for k in range(N_WINDOWS):
        if seconds // WINDOWS[k] >= FEWEST_WINDOWS:
            found = batch_sums(total, WINDOWS[k], True, BATCHES)
            curve[k] = index_without(found, -1, True)
            usable = curve[k] > 0.0
            for b in range(BATCHES):
                without = index_without(found, b, True)
                usable = usable and without > 0.0
                logs[b] = log(without) if without > 0.0 else 0.0
            if usable:
                errors[k] = max(spread_of(logs), LEAST_ERROR)
    if errors.sum() == 0.0:
        return nothing
    fades = best_memory(curve, errors, 1.0 / LONGEST_S, 1.0 / SHORTEST_S, STEPS)
    limit = curve_for(fades, curve, errors)[0]
    if limit <= 1e-9:
        return nothing
    window = 1
    for k in range(N_WINDOWS):
        if errors[k] > 0.0 and fades * WINDOWS[k] <= 0.5:
            window = WINDOWS[k]
    n = seconds // window
    block = min(max(int(MEMORIES / (fades * window)), 20), n)
    batches = min(BATCHES, n // block)
    cubes = third_moments(total, window, block, batches)
    put_values(mean, limit, fades, cubes[:, 1].sum() / cubes[:, 0].sum(), window, block, values)
    if batches < FEWEST_BATCHES:
        return Fit(VALUE, values, low, high, limit, fades)
    of_windows = np.zeros((N_WINDOWS, batches, 4))
    # The same with one batch left out, and nothing chosen anew but the numbers.
    for k in range(N_WINDOWS):
        if errors[k] > 0.0:
            found = batch_sums(total, WINDOWS[k], True, batches)
            for b in range(batches):
                for j in range(4):
                    of_windows[k, b, j] = found[b, j]
    others = np.empty((4, batches))
    one = np.empty(4)
    for b in range(batches):
        put_curve(of_windows, b, curve, errors)
        again = best_memory(curve, errors, 0.5 * fades, 2.0 * fades, 4)
        height = curve_for(again, curve, errors)[0]
        first = seconds * b // batches
        last = seconds * (b + 1) // batches
        kept = seconds - last + first
        rest = (total[seconds] - total[last] + total[first]) / max(kept, 1)
        third_of = (cubes[:, 1].sum() - cubes[b, 1]) / (cubes[:, 0].sum() - cubes[b, 0])
        put_values(max(rest, 1e-9), max(height, 1e-9), again, third_of, window, block, one)
        for j in range(4):
            others[j, b] = one[j] if j == CALM else log(one[j])
    t = t_975(batches - 1)
    for j in range(4):
        reach = t * spread_of(others[j])
        if j == CALM:
            low[j] = max(values[j] - reach, 0.0)
            high[j] = values[j] + reach
        else:
            grown = exp(min(reach, 300.0))
            low[j] = values[j] / grown
            high[j] = values[j] * grown
    return Fit(INTERVAL, values, low, high, limit, fades)
