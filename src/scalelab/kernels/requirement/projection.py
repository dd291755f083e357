"""Projects a load from its history, and holds the projection against days that it was not shown.

The logarithm of a day's load is a level, a trend, an effect of the weekday (seven that add up to
zero) and, with two years of history or more, a yearly season (two harmonics); what is left over
follows an autoregression of first order. The coefficients are those of generalised least squares:
rows are transformed as by S. J. Prais and C. B. Winsten ("Trend estimators and serial correlation",
Cowles Commission, 1954), also over gaps, so that ordinary least squares fits them; the
autocorrelation is estimated from what is left over, twice. Days that are far off the rest (spikes,
holidays, campaigns) are set aside from the fit.

The forecast adds what is still left of the last day's difference, and its variance is that of the
best linear unbiased predictor (A. S. Goldberger, JASA 57(298), 1962): the autoregression's noise
and the coefficients' uncertainty, with Student's t.

Backtest: the same is done from earlier days, each with the days before it only. The share of the
days after it that lie in a band is that band's coverage. What the 95 % band has to be multiplied by
to have held 95 % of the days that were known then gives a third band (split conformal prediction:
J. Lei et al., JASA 113(523), 2018, section 2.2).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.facts.history import (
    PAGE_VIEWS,
    PAGE_VIEWS_FROM,
    TAXI_RIDES,
    TAXI_RIDES_FROM,
)
from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.requirement.timing import normals
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.student import NORMAL_900, NORMAL_975, t_quantile

SHOP, ARTICLE, TAXIS = 0, 1, 2
# The article's days, then the taxis'. Frozen into the compiled kernel.
MEASURED = np.array(PAGE_VIEWS + TAXI_RIDES, np.int32)
N_ARTICLE = len(PAGE_VIEWS)
# Days since 1970: 1 January 2022 for the shop.
SHOP_FROM = 18993
ARTICLE_FROM = PAGE_VIEWS_FROM.toordinal() - 719163
TAXIS_FROM = TAXI_RIDES_FROM.toordinal() - 719163

# The shop, of which the truth is known.
SHOP_SEED = 1
SHOP_DAYS = 1461
SHOP_LOAD = 20_000.0
SHOP_GROWTH = 0.03  # a month: a twelfth of a year
SHOP_WEEK = (0.05, -0.05, -0.08, -0.02, 0.08, 0.12, -0.10)  # Monday to Sunday
SHOP_YEAR = 0.15  # amplitude of the yearly season
SHOP_NOISE = 0.08
SHOP_MEMORY = 0.5
SHOP_CAMPAIGN = 2.5
SHOP_BETWEEN = 60.0  # mean number of days from one campaign to the next

YEAR = 365.25
# Cosine and sine of the angle of one day.
COS_DAY = 0.9998520419557735
SIN_DAY = 0.017201575418260506
LONGEST = 3653
TWO_YEARS = 730
LEVEL, TREND, WEEKDAY, SEASON = 0, 1, 2, 8
SHORT, LONG = 8, 12  # coefficients without and with a yearly season
FEWEST_DEGREES = 10
FAR_OFF = 4.0  # robust standard deviations
MOST_MEMORY = 0.98
SINGULAR = 1e-9
# A load of e to this power is out of any range.
HIGHEST = 80.0
LOG_2 = 0.6931471805599453

ORIGINS = 20
FEWEST_ORIGINS = 3
DRAWN_WEEKS = 78
MILLISECONDS = 86_400_000.0

# Rows of the table, by their first column.
PAST, AHEAD, BACKTEST = 0, 1, 2
# What can be had from the history.
NOTHING, NO_BACKTEST, ALL = 0, 1, 2

# What a backtest finds of each day.
IN_80, IN_95, IN_WIDENED, OF_MODEL, OF_LAST_WEEK, OF_DRIFT = 0, 1, 2, 3, 4, 5

# Columns; what is of the whole result is in the first row.
LOAD, BY_MODEL = 3, 5  # each with whether there is one in the next column
BANDS = 7  # two for each, then whether there is a widened one
NAIVE = 14  # last week's same day, with drift
WEEK = 16  # then what the backtest found, and whether there was a widened band
STATE, DAYS, HELD_BACK = 24, 25, 26
# Each with whether there is one in the next column.
SHARES, FACTOR, DOUBLING, REACHED = 27, 33, 35, 37
N_ORIGINS, ERRORS, PEAK = 43, 44, 47
GROWTH = 48  # then its interval
MEMORY, ASIDE, CAPACITY = 51, 52, 53
COLUMNS = 54


class Series(NamedTuple):
    """A load day by day: number of the first day, logarithms, and 1 where there is a day."""

    first: int
    logs: Floats
    present: Ints


class Fit(NamedTuple):
    """What is known from the days before ``origin``.

    root: the Cholesky factor of the normal equations' matrix
    variance: of the autoregression's innovations
    last, left: the last day that was fitted, and what is left over there
    kept: 1 for days that were fitted, from day 0 of the series
    narrow, wide: half of the 80 % and of the 95 % band, in standard errors
    """

    possible: bool
    origin: int
    beta: Floats
    root: Table
    variance: float
    memory: float
    last: int
    left: float
    kept: Ints
    narrow: float
    wide: float


class Scores(NamedTuple):
    """The backtest, by origin and day ahead; -1 where there is no day to compare with.

    origins: the first day that was forecast, -1 where there was no fit
    distance: from the forecast to the truth over half of the 95 % band
    found: by `IN_80` to `OF_DRIFT`: 1 if the day is in the band, 0 if not; errors as a share of the
        truth
    peak: the busiest day over the busiest day of the forecast
    """

    origins: Ints
    distance: Table
    found: NDArray[np.float64]
    peak: Floats


@kernel
def weekday(day: int) -> int:
    """0 for Monday; day 0 was a Thursday."""
    return (day + 3) % 7


@kernel
def load(logarithm: float) -> float:
    return exp(min(max(logarithm, -HIGHEST), HIGHEST))


@kernel
def to_the(base: float, exponent: int) -> float:
    """``base`` to a whole power."""
    result = 1.0
    while exponent > 0:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


# --- series ----------------------------------------------------------------------------------


@kernel
def own(pairs: Floats) -> tuple[int, Floats]:
    """From (day, load, day, load, ...) in any order: the first day and all loads from then on.

    Of the last ten years.
    """
    last = 0
    first = 1 << 40
    for i in range(0, pairs.size - 1, 2):
        last = max(last, int(pairs[i]))
        first = min(first, int(pairs[i]))
    first = max(first, last - LONGEST + 1)
    loads = np.zeros(last - first + 1)
    for i in range(0, pairs.size - 1, 2):
        if pairs[i] >= first:
            loads[int(pairs[i]) - first] += pairs[i + 1]
    return first, loads


@kernel
def shop(seed: int, n: int, between: float) -> Floats:
    """A shop of which the truth is known; ``between``: mean days between campaigns, 0 for none."""
    state = generator(seed)
    noise = np.empty(n)
    normals(state, noise)
    waves = harmonics(n)
    loads = np.empty(n)
    left = SHOP_NOISE * noise[0]
    new = SHOP_NOISE * np.sqrt(1.0 - SHOP_MEMORY * SHOP_MEMORY)
    daily = 12.0 / YEAR * log(1.0 + SHOP_GROWTH)
    for i in range(n):
        if i > 0:
            left = SHOP_MEMORY * left + new * noise[i]
        # The yearly season is at its height when the series begins, at the turn of the year.
        season = SHOP_WEEK[weekday(SHOP_FROM + i)] + SHOP_YEAR * waves[i, 0]
        loads[i] = SHOP_LOAD * load(daily * i + season + left)
        if between > 0.0 and uniform(state) < 1.0 / between:
            loads[i] *= SHOP_CAMPAIGN
    return loads


@kernel
def series_of(first: int, loads: Floats) -> Series:
    """Days with no load, or less, count as missing: they have no logarithm."""
    logs = np.zeros(loads.size)
    present = np.zeros(loads.size, np.int64)
    for i in range(loads.size):
        if loads[i] > 0.0:
            logs[i] = log(loads[i])
            present[i] = 1
    return Series(first, logs, present)


@kernel
def chosen(which: int, pairs: Floats) -> Series:
    first = SHOP_FROM
    if pairs.size >= 2:
        first, loads = own(pairs)
    elif which == SHOP:
        loads = shop(SHOP_SEED, SHOP_DAYS, SHOP_BETWEEN)
    elif which == ARTICLE:
        first = ARTICLE_FROM
        loads = MEASURED[:N_ARTICLE].astype(np.float64)
    else:
        first = TAXIS_FROM
        loads = MEASURED[N_ARTICLE:].astype(np.float64)
    return series_of(first, loads)


# --- fit and forecast ------------------------------------------------------------------------


@kernel
def harmonics(n: int) -> Table:
    """Cosine and sine of the year's angle and of twice that, from the first day on."""
    waves = np.empty((n, 4))
    c = 1.0
    s = 0.0
    for i in range(n):
        waves[i, 0] = c
        waves[i, 1] = s
        waves[i, 2] = c * c - s * s
        waves[i, 3] = 2.0 * c * s
        c, s = c * COS_DAY - s * SIN_DAY, s * COS_DAY + c * SIN_DAY
    return waves


@kernel
def terms(i: int, first: int, origin: int, waves: Table, x: Floats) -> None:
    """``x`` becomes what the coefficients are multiplied by on day ``i``; as many as fit in it."""
    x[LEVEL] = 1.0
    x[TREND] = (i - origin) / YEAR
    day = weekday(first + i)
    for k in range(6):
        x[WEEKDAY + k] = 0.0
        if day == 6:
            x[WEEKDAY + k] = -1.0
    if day < 6:
        x[WEEKDAY + day] = 1.0
    for k in range(SEASON, x.size):
        x[k] = waves[i, k - SEASON]


@kernel
def product(x: Floats, beta: Floats) -> float:
    total = 0.0
    for k in range(x.size):
        total += x[k] * beta[k]
    return total


@kernel
def factored(matrix: Table) -> bool:
    """Puts the Cholesky factor in the lower half of ``matrix``; False if there is none."""
    p = matrix.shape[0]
    for j in range(p):
        diagonal = matrix[j, j]
        left = diagonal
        for k in range(j):
            left -= matrix[j, k] * matrix[j, k]
        if not left > SINGULAR * diagonal:
            return False
        matrix[j, j] = np.sqrt(left)
        for i in range(j + 1, p):
            value = matrix[i, j]
            for k in range(j):
                value -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = value / matrix[j, j]
    return True


@kernel
def forwards(root: Table, x: Floats) -> None:
    """Solves root u = x; ``x`` becomes u."""
    for i in range(x.size):
        value = x[i]
        for k in range(i):
            value -= root[i, k] * x[k]
        x[i] = value / root[i, i]


@kernel
def backwards(root: Table, x: Floats) -> None:
    """Solves root' u = x; ``x`` becomes u."""
    for i in range(x.size - 1, -1, -1):
        value = x[i]
        for k in range(i + 1, x.size):
            value -= root[k, i] * x[k]
        x[i] = value / root[i, i]


@kernel
def solve(
    series: Series, waves: Table, start: int, origin: int, kept: Ints, memory: float,
    root: Table, beta: Floats,
) -> tuple[bool, int, float]:  # fmt: skip
    """Least squares on the transformed days; fills ``root`` and ``beta``.

    Returns whether there is a solution, the number of days, and the sum of squares left over.
    """
    p = beta.size
    x = np.zeros(p)
    before = np.zeros(p)
    row = np.empty(p)
    root[:, :] = 0.0
    beta[:] = 0.0
    last = -1
    count = 0
    total = 0.0
    for i in range(start, origin):
        if kept[i] == 0:
            continue
        terms(i, series.first, origin, waves, x)
        carried = 0.0
        scale = np.sqrt(1.0 - memory * memory)
        y = series.logs[i]
        if last >= 0:
            carried = to_the(memory, i - last)
            scale /= np.sqrt(1.0 - carried * carried)
            y -= carried * series.logs[last]
        y *= scale
        for j in range(p):
            row[j] = scale * (x[j] - carried * before[j])
            before[j] = x[j]
        for j in range(p):
            beta[j] += row[j] * y
            for k in range(j + 1):
                root[j, k] += row[j] * row[k]
        total += y * y
        last = i
        count += 1
    if count < p + FEWEST_DEGREES or not factored(root):
        return False, count, 0.0
    forwards(root, beta)
    for j in range(p):
        total -= beta[j] * beta[j]
    backwards(root, beta)
    return True, count, max(total, 0.0)


@kernel
def leftovers(
    series: Series, waves: Table, start: int, origin: int, beta: Floats, into: Floats
) -> None:
    """What the coefficients do not explain of each day; 0 for days that are missing."""
    x = np.empty(beta.size)
    for i in range(start, origin):
        into[i] = 0.0
        if series.present[i] > 0:
            terms(i, series.first, origin, waves, x)
            into[i] = series.logs[i] - product(x, beta)


@kernel
def set_aside(series: Series, start: int, origin: int, left: Floats, kept: Ints) -> None:
    """Keeps the days that are no further off than four robust standard deviations."""
    sizes = np.empty(origin - start)
    count = 0
    for i in range(start, origin):
        if series.present[i] > 0:
            sizes[count] = abs(left[i])
            count += 1
    if count == 0:
        return
    # 1.4826 times the median is the standard deviation of what is normally distributed.
    allowed = max(FAR_OFF * 1.4826 * kth_smallest(sizes[:count], count // 2), 1e-9)
    for i in range(start, origin):
        kept[i] = 1 if series.present[i] > 0 and abs(left[i]) <= allowed else 0


@kernel
def autocorrelation(start: int, origin: int, left: Floats, kept: Ints) -> float:
    """Of one day with the next, 0 to `MOST_MEMORY`."""
    products = 0.0
    squares = 0.0
    for i in range(start + 1, origin):
        if kept[i] > 0 and kept[i - 1] > 0:
            products += left[i] * left[i - 1]
            squares += 0.5 * (left[i] * left[i] + left[i - 1] * left[i - 1])
    if not squares > 1e-24:
        return 0.0
    return min(max(products / squares, 0.0), MOST_MEMORY)


@kernel
def fit(series: Series, waves: Table, start: int, origin: int) -> Fit:
    """The coefficients by the days from ``start`` to the one before ``origin``."""
    p = LONG if origin - start >= TWO_YEARS else SHORT
    beta = np.zeros(p)
    root = np.zeros((p, p))
    left = np.zeros(origin)
    kept = np.zeros(origin, np.int64)
    for i in range(start, origin):
        kept[i] = series.present[i]
    memory = 0.0
    possible = True
    squares = 0.0
    count = 0
    # Plain; then twice without the days that are far off; then twice with their memory.
    for turn in range(5):
        if possible:
            possible, count, squares = solve(series, waves, start, origin, kept, memory, root, beta)
        if possible and turn < 4:
            leftovers(series, waves, start, origin, beta, left)
            if turn < 2:
                set_aside(series, start, origin, left, kept)
            else:
                memory = autocorrelation(start, origin, left, kept)
    last = origin - 1
    while last > start and kept[last] == 0:
        last -= 1
    if not possible:
        return Fit(False, origin, beta, root, 0.0, 0.0, last, 0.0, kept, 0.0, 0.0)
    x = np.empty(p)
    terms(last, series.first, origin, waves, x)
    over = series.logs[last] - product(x, beta)
    degrees = count - p
    return Fit(
        True, origin, beta, root, squares / degrees, memory, last, over, kept,
        t_quantile(NORMAL_900, degrees), t_quantile(NORMAL_975, degrees),
    )  # fmt: skip


@kernel
def forecast(fitted: Fit, first: int, waves: Table, i: int) -> tuple[float, float]:
    """(logarithm of day ``i``'s load at the median, its standard error as a forecast)."""
    p = fitted.beta.size
    x = np.empty(p)
    known = np.empty(p)
    terms(i, first, fitted.origin, waves, x)
    terms(fitted.last, first, fitted.origin, waves, known)
    carried = to_the(fitted.memory, i - fitted.last)
    middle = product(x, fitted.beta) + carried * fitted.left
    for k in range(p):
        x[k] -= carried * known[k]
    forwards(fitted.root, x)
    noise = (1.0 - carried * carried) / (1.0 - fitted.memory * fitted.memory)
    return middle, np.sqrt(fitted.variance * (noise + product(x, x)))


@kernel
def last_week(series: Series, start: int, origin: int, i: int) -> int:
    """The last day before ``origin`` with day ``i``'s weekday, -1 if there is none."""
    day = i - 7 * ((i - origin) // 7 + 1)
    while day >= start and series.present[day] == 0:
        day -= 7
    return day if day >= start else -1


@kernel
def weekly_change(series: Series, start: int, origin: int) -> float:
    """Mean difference of the logarithms from a day to the same day of the next week."""
    total = 0.0
    count = 0
    for i in range(start + 7, origin):
        if series.present[i] > 0 and series.present[i - 7] > 0:
            total += series.logs[i] - series.logs[i - 7]
            count += 1
    return total / count if count > 0 else 0.0


# --- backtest --------------------------------------------------------------------------------


@kernel
def missed(truth: float, forecast: float) -> float:
    """How far the forecast is off, as a share of the truth; both are logarithms."""
    return abs(load(forecast - truth) - 1.0)


@kernel
def hold_against(
    series: Series, waves: Table, start: int, fitted: Fit, k: int, scores: Scores
) -> None:
    """Adds the forecasts of one fit, beside what came, as the scores' ``k``-th."""
    horizon = scores.distance.shape[1]
    change = weekly_change(series, start, fitted.origin)
    busiest = -HIGHEST
    promised = -HIGHEST
    scores.origins[k] = fitted.origin
    for j in range(horizon):
        i = fitted.origin + j
        if series.present[i] == 0:
            continue
        truth = series.logs[i]
        middle, error = forecast(fitted, series.first, waves, i)
        off = abs(truth - middle) / max(error, 1e-12)
        scores.distance[k, j] = off / fitted.wide
        scores.found[IN_80, k, j] = 1.0 if off <= fitted.narrow else 0.0
        scores.found[IN_95, k, j] = 1.0 if off <= fitted.wide else 0.0
        busiest = max(busiest, truth)
        promised = max(promised, middle)
        day = last_week(series, start, fitted.origin, i)
        naive = series.logs[max(day, 0)]
        guesses = (middle, naive, naive + change * ((i - day) // 7))
        for which in range(3):
            if which == 0 or day >= 0:
                scores.found[OF_MODEL + which, k, j] = missed(truth, guesses[which])
    scores.peak[k] = load(busiest - promised)


@kernel
def backtest(series: Series, waves: Table, history: int, horizon: int) -> Scores:
    """Forecasts from up to `ORIGINS` days, each by the ``history`` days before it."""
    room = series.logs.size - horizon - history
    count = min(ORIGINS, room + 1) if room >= 0 and history > 0 else 0
    scores = Scores(
        np.full(count, -1), np.full((count, horizon), -1.0), np.full((6, count, horizon), -1.0),
        np.zeros(count),
    )  # fmt: skip
    for k in range(count):
        origin = history + room * k // max(count - 1, 1)
        fitted = fit(series, waves, origin - history, origin)
        if fitted.possible:
            hold_against(series, waves, origin - history, fitted, k, scores)
    for k in range(count):
        factor = widening(scores, scores.origins[k])
        for j in range(horizon):
            if factor > 0.0 and scores.distance[k, j] >= 0.0:
                inside = scores.distance[k, j] <= factor
                scores.found[IN_WIDENED, k, j] = 1.0 if inside else 0.0
    return scores


@kernel
def widening(scores: Scores, origin: int) -> float:
    """What the 95 % band has to be multiplied by, by what is known at ``origin``; 0: not known.

    Of m days, the ceil(0.95 (m + 1))-th distance in ascending order.
    """
    horizon = scores.distance.shape[1]
    pool = np.empty(scores.distance.size)
    count = 0
    origins = 0
    for k in range(scores.origins.size):
        if scores.origins[k] >= 0 and scores.origins[k] + horizon <= origin:
            origins += 1
            for j in range(horizon):
                if scores.distance[k, j] >= 0.0:
                    pool[count] = scores.distance[k, j]
                    count += 1
    place = int(np.ceil(0.95 * (count + 1)))
    if origins < FEWEST_ORIGINS or place > count:
        return 0.0
    return kth_smallest(pool[:count], place - 1)


@kernel
def mean_of(scores: Scores, which: int, first: int, stop: int) -> float:
    """Mean of what there is for the days ahead ``first`` to ``stop`` - 1; -1 for: nothing."""
    total = 0.0
    count = 0
    for k in range(scores.origins.size):
        for j in range(first, stop):
            if scores.found[which, k, j] >= 0.0:
                total += scores.found[which, k, j]
                count += 1
    return total / count if count > 0 else -1.0


# --- the lab's table -------------------------------------------------------------------------


@kernel
def put_day(table: Table, row: int, series: Series, kind: int, origin: int, i: int) -> None:
    """What was measured on day ``i``, if it was."""
    table[row, 0] = kind
    table[row, 1] = i - origin + 1
    table[row, 2] = (series.first + i) * MILLISECONDS
    if i < series.logs.size and series.present[i] > 0:
        table[row, LOAD] = load(series.logs[i])
        table[row, LOAD + 1] = 1.0


@kernel
def busiest_weekday(fitted: Fit) -> int:
    best = 6
    most = 0.0
    for k in range(6):
        most -= fitted.beta[WEEKDAY + k]
    for k in range(6):
        if fitted.beta[WEEKDAY + k] > most:
            most = fitted.beta[WEEKDAY + k]
            best = k
    return best


@kernel
def put_past(table: Table, series: Series, waves: Table, fitted: Fit, weeks: int) -> None:
    """A row for each of the last ``weeks``: its day with the busiest weekday."""
    x = np.empty(fitted.beta.size)
    wanted = busiest_weekday(fitted) if fitted.possible else 0
    for week in range(weeks):
        i = fitted.origin - 7 * (weeks - week)
        i += (wanted - weekday(series.first + i) + 7) % 7
        put_day(table, week, series, PAST, fitted.origin, i)
        if fitted.possible:
            terms(i, series.first, fitted.origin, waves, x)
            table[week, BY_MODEL] = load(product(x, fitted.beta))
            table[week, BY_MODEL + 1] = 1.0


@kernel
def put_ahead(
    table: Table, first_row: int, series: Series, waves: Table, fitted: Fit, start: int,
    middle: Floats, error: Floats, factor: float,
) -> None:  # fmt: skip
    """A row for each week ahead: its day with the highest forecast."""
    change = weekly_change(series, start, fitted.origin)
    halves = (fitted.narrow, fitted.wide, factor * fitted.wide)
    for week in range(middle.size // 7):
        j = 7 * week
        for k in range(7 * week, 7 * week + 7):
            if middle[k] > middle[j]:
                j = k
        i = fitted.origin + j
        row = first_row + week
        put_day(table, row, series, AHEAD, fitted.origin, i)
        table[row, BY_MODEL] = load(middle[j])
        table[row, BY_MODEL + 1] = 1.0
        for k in range(6):
            half = (2 * (k % 2) - 1) * halves[k // 2] * error[j]
            if k < 4 or factor > 0.0:
                table[row, BANDS + k] = load(middle[j] + half)
        table[row, BANDS + 6] = 1.0 if factor > 0.0 else 0.0
        day = last_week(series, start, fitted.origin, i)
        for k in range(2):
            if day >= 0:
                naive = series.logs[day] + k * change * ((i - day) // 7)
                table[row, NAIVE + k] = load(naive)


@kernel
def put_backtest(table: Table, first_row: int, scores: Scores) -> None:
    """A row for each week ahead: shares of the days in each band, and errors."""
    for week in range(scores.distance.shape[1] // 7):
        row = first_row + week
        table[row, 0] = BACKTEST
        table[row, WEEK] = week + 1
        for k in range(6):
            mean = mean_of(scores, k, 7 * week, 7 * week + 7)
            table[row, WEEK + 1 + k] = max(mean, 0.0)
            if k == IN_WIDENED and mean >= 0.0:
                table[row, WEEK + 7] = 1.0


@kernel
def put(result: Floats, at: int, value: float, known: bool) -> None:
    """A number and whether there is one."""
    if known:
        result[at] = value
        result[at + 1] = 1.0


@kernel
def first_above(limit: float, middle: Floats, error: Floats, times: float) -> int:
    """The first day ahead, from 1, on which ``middle + times error`` reaches the limit; or 0."""
    for j in range(middle.size):
        if middle[j] + times * error[j] >= limit:
            return j + 1
    return 0


@kernel
def recent(series: Series, origin: int) -> float:
    """The mean load of the last four weeks, of the days that there are; 1 if there are none."""
    total = 0.0
    count = 0
    for i in range(max(origin - 28, 0), origin):
        if series.present[i] > 0:
            total += load(series.logs[i])
            count += 1
    return total / count if count > 0 else 1.0


@kernel
def put_growth(result: Floats, fitted: Fit) -> None:
    """The trend a month, with its 95 % interval."""
    unit = np.zeros(fitted.beta.size)
    unit[TREND] = 1.0
    forwards(fitted.root, unit)
    error = np.sqrt(fitted.variance * product(unit, unit))
    ends = (0.0, -fitted.wide, fitted.wide)
    trend = fitted.beta[TREND]
    for k in range(3):
        result[GROWTH + k] = load((trend + ends[k] * error) / 12.0) - 1.0
    put(result, DOUBLING, 12.0 * LOG_2 / max(trend, 1e-6), trend > 1e-6)


@kernel
def put_scores(result: Floats, scores: Scores) -> None:
    """The backtest as a whole."""
    for k in range(6):
        mean = mean_of(scores, k, 0, scores.distance.shape[1])
        if k < OF_MODEL:
            put(result, SHARES + 2 * k, mean, mean >= 0.0)
        else:
            result[ERRORS + k - OF_MODEL] = max(mean, 0.0)
    peaks = np.empty(scores.origins.size)
    count = 0
    for k in range(scores.origins.size):
        if scores.peak[k] > 0.0:
            peaks[count] = scores.peak[k]
            count += 1
    result[N_ORIGINS] = count
    result[PEAK] = kth_smallest(peaks[:count], count // 2)


@kernel
def projection(
    which: int, history: int, horizon: int, back: int, campaign: float, campaign_day: int,
    capacity: float, observations: Floats,
) -> Table:  # fmt: skip
    """Projects a load, and tells how well the same way of projecting it has done before.

    Parameters
    ----------
    which : `SHOP`, `ARTICLE` or `TAXIS`
    history : by how many days the model is fitted; no more than half of the series
    horizon : how many days are projected, whole weeks
    back : how many weeks before the series' end to stand
    campaign, campaign_day : what a campaign multiplies the load by, and how many days ahead it is
    capacity : in multiples of the mean load of the last four weeks
    observations : the reader's own, (day since 1970, load, day, load, ...); in place of ``which``

    Returns
    -------
    Table with `COLUMNS` columns
        A row for each week of the history (`PAST`, no more than `DRAWN_WEEKS`): its day with the
        busiest weekday; and, but in the state `NOTHING`, for each week ahead (`AHEAD`): its day
        with the highest forecast; and, in the state `ALL`, for each week ahead over the whole
        backtest (`BACKTEST`).
        Kind; days from today, which is the last day known; milliseconds since 1970; load, whether
        it is known; by the model, whether there is one; ends of the 80 %, the 95 % and the widened
        band; whether there is the latter; last week's same day; the same with drift; weeks ahead;
        shares of the days in the 80 %, the 95 % and the widened band; mean errors of the model, of
        last week's same day, of that with drift; whether there was a widened band.
        In the first row also: the state; days used; days held back; share of all days in the 80 %,
        the 95 %, the widened band; what the latter is multiplied by; months to double; days until
        the forecast, the 95 % band, the widened band reach the capacity (each of these with
        whether there is one); from how many days it was forecast; mean errors as above; the busiest
        day over the busiest forecast, median; growth a month, ends of its 95 % interval;
        autocorrelation; days set aside; the capacity.
    """
    series = chosen(which, observations)
    n = series.logs.size
    days = min(history, n // 2)
    origin = max(n - 7 * back, days)
    start = origin - days
    waves = harmonics(n + horizon)
    fitted = fit(series, waves, start, origin)
    scores = backtest(series, waves, days, horizon)
    state = NOTHING
    if fitted.possible:
        state = ALL if mean_of(scores, IN_95, 0, horizon) >= 0.0 else NO_BACKTEST
    past = min(days // 7, DRAWN_WEEKS)
    ahead = horizon // 7
    rows = max(past, 1) + ahead * state
    table = np.zeros((rows, COLUMNS))
    put_past(table, series, waves, fitted, past)
    result = table[0]
    limit = capacity * recent(series, origin)
    result[STATE] = state
    result[DAYS] = days
    result[HELD_BACK] = n - origin
    result[CAPACITY] = limit
    if state == NOTHING:
        return table
    middle = np.empty(horizon)
    error = np.empty(horizon)
    for j in range(horizon):
        middle[j], error[j] = forecast(fitted, series.first, waves, origin + j)
    if campaign_day <= horizon:
        middle[campaign_day - 1] += log(campaign)
    factor = widening(scores, origin)
    put_ahead(table, past, series, waves, fitted, start, middle, error, factor)
    put_growth(result, fitted)
    put(result, FACTOR, factor, factor > 0.0)
    times = (0.0, fitted.wide, factor * fitted.wide)
    for k in range(3):
        reached = first_above(log(limit), middle, error, times[k])
        put(result, REACHED + 2 * k, reached, reached > 0 and (k < 2 or factor > 0.0))
    result[MEMORY] = fitted.memory
    for i in range(start, origin):
        result[ASIDE] += series.present[i] - fitted.kept[i]
    if state == ALL:
        put_backtest(table, past + ahead, scores)
        put_scores(result, scores)
    return table
