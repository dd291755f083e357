"""Fits the Universal Scalability Law to measurements, and says how sure it is.

X(n) = X_1 n / (1 + sigma (n - 1) + kappa n (n - 1)), with 0 <= sigma <= 1 and 0 <= kappa <= 1, and
the least sum of squared differences in throughput. The way: Newton's steps, damped as in
D. W. Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", Journal of
SIAM 11(2), 1963; a parameter that the data would push over its bound stays on it. Standard errors
and bands are those of the law made linear at the fit (G. A. F. Seber and C. J. Wild, "Nonlinear
Regression", Wiley, 1989, section 5.1), with Student's t for n - 3 degrees of freedom.

Inside, throughput is in units of the largest one measured, so that nothing overflows.
"""

import numpy as np

from scalelab.facts.scaling import CISCO_MYSQL, RAY_TRACER, SPEC_SDM91, THE_LAW_ITSELF
from scalelab.kernels.jit import Floats, Table, kernel, step
from scalelab.kernels.student import t_975

DATA = RAY_TRACER + SPEC_SDM91 + CISCO_MYSQL + THE_LAW_ITSELF
# Where each set begins, and the end of the last.
STARTS = (
    0,
    len(RAY_TRACER),
    len(RAY_TRACER + SPEC_SDM91),
    len(RAY_TRACER + SPEC_SDM91 + CISCO_MYSQL),
    len(DATA),
)

# Rows of the lab's table, by their first column.
USED = 0
HELD_BACK = 1
CURVE = 2
LOOK_AHEAD = 3
PEAK = 4
COLUMNS = 33
# Where the fit's numbers are, in the first row: estimate, ends of the interval, whether it has one.
OF_SIGMA = 10
OF_KAPPA = 14
OF_ONE = 18
OF_PEAK = 22
PEAK_ENDS = 26
OUTSIDE = 27
STATE = 28
N_USED = 29
N_HELD_BACK = 30
HAS_LAW = 31
END = 32

# What can be had from the measurements.
NO_LAW = 0
NO_SPREAD = 1
ALL_FREE = 2
SIGMA_HELD = 3
KAPPA_HELD = 4
BOTH_HELD = 5

# Of the parameters: sigma, kappa, throughput of one machine.
SIGMA = 0
KAPPA = 1
ONE = 2
LEAST = (0.0, 0.0, 1e-300)
MOST = (1.0, 1.0, 1e300)
# Measurements that have little to do with the law make several valleys: the way down starts in each
# valley of this grid, too.
SIGMAS = (0.0, 0.003, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.35, 0.6, 1.0)
KAPPAS = (0.0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)

MAX_STEPS = 200
# A pivot this small, of a matrix with ones on its diagonal: the data do not tell these apart.
SINGULAR = 1e-13
# Four measurements are the fewest from which three parameters and a spread can be had.
FEWEST = 4
CURVE_POINTS = 48
# More of a reader's own measurements are fitted, but not drawn.
MAX_DRAWN = 300


@step
def slowed(n: float, sigma: float, kappa: float) -> float:
    """By what n of something are divided: 1 when nothing is shared and nothing agreed upon."""
    return 1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0)


@step
def relative(n: float, sigma: float, kappa: float) -> float:
    """Throughput of ``n`` machines in machines."""
    return n / slowed(n, sigma, kappa)


@step
def slopes(n: float, p: Floats, slope: Floats) -> float:
    """Throughput at ``n``; ``slope`` becomes what it changes by for each parameter."""
    unit = relative(n, p[SIGMA], p[KAPPA])
    slope[SIGMA] = -p[ONE] * unit * unit * (n - 1.0) / n
    slope[KAPPA] = -p[ONE] * unit * unit * (n - 1.0)
    slope[ONE] = unit
    return float(p[ONE] * unit)


@kernel
def squares(n: Floats, x: Floats, p: Floats) -> float:
    """Sum of squared differences from the measurements."""
    total = 0.0
    for i in range(n.size):
        difference = x[i] - p[ONE] * relative(n[i], p[SIGMA], p[KAPPA])
        total += difference * difference
    return total


@kernel
def best_one(n: Floats, x: Floats, p: Floats) -> None:
    """Sets the throughput of one machine to the best for this sigma and kappa."""
    product = 0.0
    square = 0.0
    for i in range(n.size):
        unit = relative(n[i], p[SIGMA], p[KAPPA])
        product += x[i] * unit
        square += unit * unit
    p[ONE] = product / square


@kernel
def normal_equations(
    n: Floats, x: Floats, p: Floats, matrix: Table, curvature: Table, downhill: Floats
) -> None:
    """Half of the sum's slope, downhill, and of its curvature, for each parameter.

    ``matrix``, the products of the law's slopes, is the curvature without the bend of the law
    itself. Where the law is far from the measurements, steps without it hardly get anywhere.
    """
    slope = np.empty(3)
    matrix[:, :] = 0.0
    curvature[:, :] = 0.0
    downhill[:] = 0.0
    for i in range(n.size):
        left = x[i] - slopes(n[i], p, slope)
        for j in range(3):
            downhill[j] += slope[j] * left
            for k in range(3):
                matrix[j, k] += slope[j] * slope[k]
        # The law is one over a sum that is linear in sigma and kappa, times the third.
        unit = slope[ONE]
        by_sigma = unit * (n[i] - 1.0) / n[i]
        by_kappa = unit * (n[i] - 1.0)
        bend = 2.0 * left * p[ONE] * unit
        curvature[SIGMA, SIGMA] -= bend * by_sigma * by_sigma
        curvature[SIGMA, KAPPA] -= bend * by_sigma * by_kappa
        curvature[KAPPA, KAPPA] -= bend * by_kappa * by_kappa
        curvature[SIGMA, ONE] += left * unit * by_sigma
        curvature[KAPPA, ONE] += left * unit * by_kappa
    for j in range(3):
        for k in range(j, 3):
            curvature[j, k] += matrix[j, k]
            curvature[k, j] = curvature[j, k]


@kernel
def inverse(matrix: Table, free: Floats) -> tuple[Table, bool]:
    """(inverse of the rows and columns that are free and 0 elsewhere, whether there is one).

    By Gauss and Jordan on the matrix scaled to a diagonal of ones: its entries differ by many
    powers of ten.
    """
    scale = np.empty(3)
    work = np.zeros((3, 3))
    result = np.zeros((3, 3))
    for j in range(3):
        scale[j] = 0.0
        if free[j] > 0.0 and matrix[j, j] > 0.0:
            scale[j] = 1.0 / np.sqrt(matrix[j, j])
        elif free[j] > 0.0:
            return result, False
    for j in range(3):
        for k in range(3):
            work[j, k] = scale[j] * matrix[j, k] * scale[k]
        if free[j] == 0.0:
            work[j, j] = 1.0
        result[j, j] = 1.0
    for j in range(3):
        pivot = work[j, j]
        if not pivot > SINGULAR:
            return result, False
        for k in range(3):
            work[j, k] /= pivot
            result[j, k] /= pivot
        for i in range(3):
            if i != j:
                factor = work[i, j]
                for k in range(3):
                    work[i, k] -= factor * work[j, k]
                    result[i, k] -= factor * result[j, k]
    for j in range(3):
        for k in range(3):
            result[j, k] *= scale[j] * scale[k]
    return result, True


@kernel
def descended(n: Floats, x: Floats, p: Floats) -> float:
    """Moves ``p`` downhill to a least sum of squares within the bounds; returns that sum."""
    matrix = np.empty((3, 3))
    curvature = np.empty((3, 3))
    damped = np.empty((3, 3))
    downhill = np.empty(3)
    free = np.ones(3)
    trial = np.empty(3)
    damping = 1e-3
    least = squares(n, x, p)
    normal_equations(n, x, p, matrix, curvature, downhill)
    for _ in range(MAX_STEPS):
        for j in range(3):
            blocked = (p[j] <= LEAST[j] and downhill[j] <= 0.0) or (
                p[j] >= MOST[j] and downhill[j] >= 0.0
            )
            free[j] = 0.0 if blocked else 1.0
            for k in range(3):
                damped[j, k] = curvature[j, k]
            damped[j, j] += damping * matrix[j, j]
        step_matrix, possible = inverse(damped, free)
        moved = 0.0
        if possible:
            for j in range(3):
                change = 0.0
                for k in range(3):
                    change += step_matrix[j, k] * downhill[k]
                trial[j] = min(max(p[j] + change, LEAST[j]), MOST[j])
                moved = max(moved, abs(trial[j] - p[j]) / (abs(p[j]) + 1e-12))
        if possible and moved == 0.0:
            break
        reached = squares(n, x, trial) if possible else np.inf
        if reached < least:
            least = reached
            for j in range(3):
                p[j] = trial[j]
            normal_equations(n, x, p, matrix, curvature, downhill)
            damping = max(0.1 * damping, 1e-12)
            if moved < 1e-13:
                break
        else:
            damping *= 10.0
            if damping > 1e12:
                break
    return least


@kernel
def start(n: Floats, x: Floats, p: Floats) -> None:
    """A first guess: n / X(n) is linear in n - 1 and n (n - 1), so least squares can be solved.

    Each measurement weighs as much as its share in the differences of throughput.
    """
    matrix = np.zeros((3, 3))
    right = np.zeros(3)
    terms = np.empty(3)
    for i in range(n.size):
        weight = x[i] * x[i] / n[i]
        terms[0] = weight * (n[i] - 1.0)
        terms[1] = weight * n[i] * (n[i] - 1.0)
        terms[2] = weight
        for j in range(3):
            right[j] += terms[j] * x[i]
            for k in range(3):
                matrix[j, k] += terms[j] * terms[k]
    solver, possible = inverse(matrix, np.ones(3))
    p[SIGMA] = 0.0
    p[KAPPA] = 0.0
    if possible:
        solved = np.zeros(3)
        for j in range(3):
            for k in range(3):
                solved[j] += solver[j, k] * right[k]
        if solved[2] > 0.0:
            p[SIGMA] = min(max(solved[0] / solved[2], 0.0), 1.0)
            p[KAPPA] = min(max(solved[1] / solved[2], 0.0), 1.0)
    best_one(n, x, p)


@kernel
def to_grid(n: Floats, x: Floats, i: int, j: int, p: Floats) -> float:
    """Sum of squares at a point of the grid, which ``p`` becomes."""
    p[SIGMA] = SIGMAS[i]
    p[KAPPA] = KAPPAS[j]
    best_one(n, x, p)
    return squares(n, x, p)


@kernel
def is_valley(heights: Table, i: int, j: int) -> bool:
    """Whether no neighbour on the grid is lower."""
    for a in range(max(i - 1, 0), min(i + 2, heights.shape[0])):
        for b in range(max(j - 1, 0), min(j + 2, heights.shape[1])):
            if heights[a, b] < heights[i, j]:
                return False
    return True


@kernel
def lowest_valley(n: Floats, x: Floats, p: Floats, least: float) -> float:
    """Sum of squares after going down from each valley of the grid; ``p`` moves if it is lower."""
    heights = np.empty((len(SIGMAS), len(KAPPAS)))
    trial = np.empty(3)
    for i in range(len(SIGMAS)):
        for j in range(len(KAPPAS)):
            heights[i, j] = to_grid(n, x, i, j, trial)
    for i in range(len(SIGMAS)):
        for j in range(len(KAPPAS)):
            if not is_valley(heights, i, j):
                continue
            to_grid(n, x, i, j, trial)
            reached = descended(n, x, trial)
            if reached < least * (1.0 - 1e-9):
                least = reached
                for k in range(3):
                    p[k] = trial[k]
    return least


@kernel
def sizes(n: Floats) -> int:
    """How many different ones, up to three, in ascending ``n``."""
    different = 0
    for i in range(n.size):
        if different < 3 and (i == 0 or n[i] != n[i - 1]):
            different += 1
    return different


@kernel
def state(free: Floats) -> int:
    """Which parameters are at their bounds, as one of the states."""
    if free[SIGMA] > 0.0:
        return ALL_FREE if free[KAPPA] > 0.0 else KAPPA_HELD
    return SIGMA_HELD if free[KAPPA] > 0.0 else BOTH_HELD


@kernel
def fit(n: Floats, x: Floats) -> Table:
    """The law that is nearest to the throughputs ``x`` of ``n`` machines, ``n`` ascending.

    Returns
    -------
    Table of shape (6, 3)
        The parameters sigma, kappa and throughput of one machine; 1 for each that is free, 0 for
        each at its bound; then their covariances in three rows; and last (degrees of freedom,
        standard deviation of a measurement, `NO_LAW`, `NO_SPREAD` or another state).
    """
    result = np.zeros((6, 3))
    if sizes(n) < 3:
        return result
    most = 0.0
    for i in range(n.size):
        most = max(most, x[i])
    scaled = x / most
    best = np.empty(3)
    start(n, scaled, best)
    least = descended(n, scaled, best)
    least = lowest_valley(n, scaled, best, least)
    unit = (1.0, 1.0, most)
    for j in range(3):
        result[0, j] = best[j] * unit[j]
        result[1, j] = 1.0 if best[j] > LEAST[j] and best[j] < MOST[j] else 0.0
    degrees = n.size - 3
    result[5, 0] = max(degrees, 0)
    result[5, 2] = NO_SPREAD
    if degrees < 1:
        return result
    variance = least / degrees
    matrix = np.empty((3, 3))
    normal_equations(n, scaled, best, matrix, np.empty((3, 3)), np.empty(3))
    covariance, possible = inverse(matrix, result[1])
    if possible:
        for j in range(3):
            for k in range(3):
                if result[1, j] > 0.0 and result[1, k] > 0.0:
                    result[2 + j, k] = variance * covariance[j, k] * unit[j] * unit[k]
        result[5, 1] = np.sqrt(variance) * most
        result[5, 2] = state(result[1])
    return result


@kernel
def band(fitted: Table, n: float) -> tuple[float, float, float]:
    """(throughput at ``n``, half of its 95 % confidence interval, of that of a new measurement)."""
    slope = np.empty(3)
    throughput = slopes(n, fitted[0], slope)
    variance = 0.0
    for j in range(3):
        for k in range(3):
            variance += slope[j] * fitted[2 + j, k] * slope[k]
    variance = max(variance, 0.0)
    t = t_975(int(fitted[5, 0]))
    spread = fitted[5, 1]
    return throughput, t * np.sqrt(variance), t * np.sqrt(variance + spread * spread)


@kernel
def peak_interval(fitted: Table) -> tuple[float, float, float]:
    """(size with the highest throughput, ends of its 95 % confidence interval); 0 for: none.

    The interval is that of kappa / (1 - sigma), which is one over the square of the peak: this one
    can be zero, and then the peak's has no upper end.
    """
    sigma = fitted[0, SIGMA]
    kappa = fitted[0, KAPPA]
    if kappa <= 0.0 or sigma >= 1.0:
        return 0.0, 0.0, 0.0
    steepness = kappa / (1.0 - sigma)
    by_sigma = kappa / ((1.0 - sigma) * (1.0 - sigma))
    by_kappa = 1.0 / (1.0 - sigma)
    variance = (
        by_sigma * by_sigma * fitted[2 + SIGMA, SIGMA]
        + 2.0 * by_sigma * by_kappa * fitted[2 + SIGMA, KAPPA]
        + by_kappa * by_kappa * fitted[2 + KAPPA, KAPPA]
    )
    half = t_975(int(fitted[5, 0])) * np.sqrt(max(variance, 0.0))
    high = 1.0 / np.sqrt(steepness - half) if steepness > half else 0.0
    return 1.0 / np.sqrt(steepness), 1.0 / np.sqrt(steepness + half), high


@kernel
def ascending(pairs: Floats) -> tuple[Floats, Floats]:
    """(sizes, throughputs) with the sizes in ascending order; equal ones stay in theirs."""
    m = pairs.size // 2
    keys = np.empty(m)
    for i in range(m):
        keys[i] = pairs[2 * i]
    order = np.argsort(keys, kind="mergesort")
    n = np.empty(m)
    x = np.empty(m)
    for i in range(m):
        n[i] = pairs[2 * order[i]]
        x[i] = pairs[2 * order[i] + 1]
    return n, x


@kernel
def built_in(which: int) -> Floats:
    """One of the sets of measurements in `scalelab.facts.scaling`."""
    first = STARTS[which]
    pairs = np.empty(STARTS[which + 1] - first)
    for i in range(pairs.size):
        pairs[i] = DATA[first + i]
    return pairs


@kernel
def has_bands(fitted: Table) -> bool:
    return bool(fitted[5, 2] > NO_SPREAD)


@kernel
def put(table: Table, row: int, kind: int, n: float, measured: float, fitted: Table) -> int:
    """A row for the size ``n``, 0 for what there is not; returns the next row's number."""
    table[row, 0] = kind
    table[row, 1] = n
    table[row, 2] = measured
    if fitted[5, 2] == NO_LAW:
        return row + 1
    throughput, confidence, prediction = band(fitted, n)
    table[row, 3] = throughput
    if kind > HELD_BACK:
        table[row, 2] = throughput
    if has_bands(fitted):
        table[row, 4] = throughput - confidence
        table[row, 5] = throughput + confidence
        table[row, 6] = throughput - prediction
        table[row, 7] = throughput + prediction
        table[row, 8] = 1.0
        if abs(table[row, 2] - throughput) > prediction:
            table[row, 9] = 1.0
    return row + 1


@kernel
def put_fit(row: Floats, n: Floats, x: Floats, used: int, fitted: Table) -> None:
    """The fit's own numbers: parameters, peak, and how many of those held back are outside."""
    row[STATE] = fitted[5, 2]
    row[HAS_LAW] = 1.0 if fitted[5, 2] > NO_LAW else 0.0
    row[N_USED] = used
    row[N_HELD_BACK] = n.size - used
    t = t_975(int(fitted[5, 0]))
    for j in range(3):
        at = OF_SIGMA + 4 * j
        half = t * np.sqrt(max(fitted[2 + j, j], 0.0))
        row[at] = fitted[0, j]
        row[at + 1] = fitted[0, j] - half
        row[at + 2] = fitted[0, j] + half
        row[at + 3] = 1.0 if has_bands(fitted) and fitted[1, j] > 0.0 else 0.0
    peak, low, high = peak_interval(fitted)
    row[OF_PEAK] = peak
    if peak > 0.0 and has_bands(fitted):
        row[OF_PEAK + 1] = low
        row[OF_PEAK + 2] = high
        row[OF_PEAK + 3] = 1.0
        row[PEAK_ENDS] = 1.0 if high > 0.0 else 0.0
    if has_bands(fitted):
        for i in range(used, n.size):
            throughput, _, prediction = band(fitted, n[i])
            if abs(x[i] - throughput) > prediction:
                row[OUTSIDE] += 1.0


@kernel
def usl(data_set: int, hold_back: int, look_ahead: float, measurements: Floats) -> Table:
    """Fits the law to all but the last measurements, and looks beyond them.

    Parameters
    ----------
    data_set : which of the built-in sets, 0 to 3
    hold_back : how many measurements of the largest sizes to leave out; four stay in any case
    look_ahead : a size to give the throughput for, and the curve's end if nothing larger was
        measured
    measurements : the reader's own, (size, throughput, size, throughput, ...); they take the place
        of the built-in set

    Returns
    -------
    Table with `COLUMNS` columns
        A row for each measurement (no more than `MAX_DRAWN`, evenly chosen), and, but in the state
        `NO_LAW`, for each point of the `CURVE`, for `LOOK_AHEAD`, and for the `PEAK` if there is
        one: kind; size; throughput, as measured or else by the law; by the law; confidence band;
        prediction band; whether there are bands; whether the throughput is outside of the latter.
        In the first row also: estimate, interval and whether there is one for sigma, kappa, the
        throughput of one machine and the peak; whether the peak's interval has an upper end; how
        many held back are outside of the prediction band; the state; how many are used, and held
        back; whether there is a law; where the curve ends.
    """
    n, x = ascending(measurements if measurements.size >= 2 else built_in(data_set))
    m = n.size
    used = min(m, max(m - hold_back, FEWEST))
    fitted = fit(n[:used], x[:used])
    peak, _, _ = peak_interval(fitted)
    drawn = min(m, MAX_DRAWN)
    rows = drawn
    if fitted[5, 2] > NO_LAW:
        rows += CURVE_POINTS + 1 + (1 if peak > 0.0 else 0)
    table = np.zeros((rows, COLUMNS))
    table[0, END] = max(look_ahead, n[m - 1])
    row = 0
    for i in range(drawn):
        at = i * m // drawn
        row = put(table, row, USED if at < used else HELD_BACK, n[at], x[at], fitted)
    if fitted[5, 2] > NO_LAW:
        end = table[0, END]
        for i in range(CURVE_POINTS):
            at_size = 1.0 + (end - 1.0) * i / (CURVE_POINTS - 1)
            row = put(table, row, CURVE, at_size, 0.0, fitted)
        row = put(table, row, LOOK_AHEAD, look_ahead, 0.0, fitted)
        if peak > 0.0:
            row = put(table, row, PEAK, peak, 0.0, fitted)
    put_fit(table[0], n, x, used, fitted)
    return table
