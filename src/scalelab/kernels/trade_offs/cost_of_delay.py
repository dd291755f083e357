"""Three ways to bring a product out while nobody knows whether anybody will want it.

*Quick* is out first and lives within a limit: more customers need a rewrite, which takes longer the
older the code is, and meanwhile nobody new comes. *Bounded* is as simple, behind boundaries: half
of the team replaces what is behind them before the limit is reached, and customers grow half as
fast meanwhile. *Scalable* has everything built before it opens. The last two rest on a guess of
what will have to grow; if it is wrong they are rewritten too.

Either the product fails, or its customers grow exponentially up to a market. The logarithm of the
market is normally distributed; `FUTURES` equally likely ones stand for all. Everything in a
future is an integral of exponentials, so the values are exact, discounted continuously (I. Fisher,
"The theory of interest", 1930). Expected values are straight lines over the chance of success.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.normal import normal_quantile

QUICK, BOUNDED, SCALABLE = range(3)
WAYS = 3
TIME, DEADLINE, SHARE = range(3)  # what it costs to be late
FUTURES = 25
STEPS = 10  # of the chance of success
MARKETS = 16  # of the curve over the market
SMALLEST_MARKET, LARGEST_MARKET = 1e4, 3e6
HALVINGS = 40
TENTH, NINE_TENTHS = 0.1, 0.9  # of the futures, for the band
NONE = 1e-12

# Assumptions that are tried low and high, as the kernel's parameters are called.
(SUCCESS, GROWTH, MARKET, SPREAD, LIMIT, MARGIN, EXTRA, REWRITE, CHANGE, RIGHT, LOST, REPLACE,
 DISCOUNT, HORIZON) = range(14)  # fmt: skip
ASSUMPTIONS = 14
MORE = 14  # not tried, but solved for
# Where ways cross: three chances of success; the delay, the rewrite and its growth at which bounded
# is as good as quick; the delay at which scalable is as good as bounded.
OF_QUICK, OF_BOUNDED, SCALABLE_OF_QUICK, MOST_EXTRA, LEAST_REWRITE, LEAST_CHANGE, MOST_MORE = range(
    7
)
CROSSINGS = 7
MOST_REWRITE, MOST_CHANGE = 60.0, 2.0

CURVE, SET, BY_MARKET, TORNADO, CROSSING = range(5)
KIND, WAY, CHANCE, GAIN, VALUE, CUSTOMERS, GUESS, WHAT, END, FROM = range(10)
BEST, REGRET, WORST, LAUNCH, LOW, HIGH, OPTION, PRICE, FOUND, ANSWER, WHICH = range(10, 21)
WIDTH = 21
CURVES = WAYS * (STEPS + 1)
ROWS = CURVES + WAYS + 3 * MARKETS + 2 * ASSUMPTIONS + CROSSINGS


class World(NamedTuple):
    """The parameters of the kernel, months and thousand USD; ``rate`` discounts a month."""

    success: float
    growth: float
    market: float
    late: int
    extra: float
    more: float
    rewrite: float
    change: float
    right: float
    spread: float
    limit: float
    margin: float
    lost: float
    replace: float
    rate: float
    horizon: float
    first: float
    build: float
    deadline: float
    judged: float
    team: float
    care: float


@kernel
def stream(level: float, growth: float, start: float, end: float, rate: float) -> float:
    """Present value of ``level`` a month that grows from ``start`` to ``end``."""
    if end <= start:
        return 0.0
    months = end - start
    x = (growth - rate) * months
    # Near zero the difference from one would have no digits left.
    mean = 1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0))
    if abs(x) > 1e-4:
        mean = (exp(x) - 1.0) / x
    return level * exp(-rate * start) * months * mean


@kernel
def launch(way: int, w: World) -> float:
    """Month in which it is out."""
    if way == BOUNDED:
        return w.build + w.extra
    return w.build + w.more if way == SCALABLE else w.build


@kernel
def kept(way: int, w: World) -> float:
    """Share of the market that is left for one who comes so late."""
    late = launch(way, w) - w.build
    if w.late == SHARE:
        return max(1.0 - w.lost * late / 12.0, 0.0)
    if w.late == DEADLINE and launch(way, w) > w.deadline:
        return 1.0 - w.lost
    return 1.0


@kernel
def failed(way: int, w: World) -> float:
    """Value of a product that nobody wants: closed after a while."""
    out = min(launch(way, w), w.horizon)
    closed = min(out + w.judged, w.horizon)
    value = stream(w.margin * w.first, 0.0, out, closed, w.rate)
    value -= stream(w.team, 0.0, 0.0, closed, w.rate)
    if way == SCALABLE:
        value -= stream(w.care, 0.0, out, closed, w.rate)
    return value


@kernel
def to_limit(way: int, first: float, ready: bool, w: World) -> tuple[float, float, float]:
    """Month in which customers are at the limit and may go on, and their months until then.

    The months are discounted. The third is the month in which what scales has to be looked after.
    """
    out = launch(way, w)
    full = out + max(log(w.limit / first), 0.0) / w.growth
    if way != BOUNDED or not ready:
        full = min(full, w.horizon)
        months = stream(first, w.growth, out, full, w.rate)
        if ready:
            return full, months, out
        takes = w.rewrite * power(1.0 + w.change, (full - out) / 12.0)
        again = min(full + takes, w.horizon)
        return again, months + stream(w.limit, 0.0, full, again, w.rate), again
    # Half of the team begins early enough, if there is time for it.
    begins = min(max(out, full - w.replace), w.horizon)
    months = stream(first, w.growth, out, begins, w.rate)
    slow = 0.5 * w.growth
    level = first * exp(w.growth * (begins - out))
    full = min(begins + max(log(w.limit / level), 0.0) / slow, w.horizon)
    done = min(max(begins + 2.0 * w.replace, full), w.horizon)
    months += stream(level, slow, begins, full, w.rate)
    return done, months + stream(w.limit, 0.0, full, done, w.rate), done


@kernel
def succeeded(way: int, market: float, right: bool, w: World) -> float:
    """Value of a product that reaches its market, if it may."""
    value = -stream(w.team, 0.0, 0.0, w.horizon, w.rate)
    out = launch(way, w)
    if out >= w.horizon:
        return value
    market *= kept(way, w)
    first = min(w.first, min(market, w.limit))
    cares_from = out if way == SCALABLE else w.horizon
    if market > w.limit:
        again, customers, ready = to_limit(way, first, right and way != QUICK, w)
        there = min(again + log(market / w.limit) / w.growth, w.horizon)
        customers += stream(w.limit, w.growth, again, there, w.rate)
        cares_from = min(cares_from, ready)
    else:
        there = out
        if market > first:
            there = min(out + log(market / first) / w.growth, w.horizon)
        customers = stream(first, w.growth, out, there, w.rate)
    customers += stream(market, 0.0, there, w.horizon, w.rate)
    return w.margin * customers + value - stream(w.care, 0.0, cares_from, w.horizon, w.rate)


@kernel
def a_market(i: int, w: World) -> float:
    """One of the equally likely ones."""
    return w.market * exp(w.spread * normal_quantile((i + 0.5) / FUTURES))


@kernel
def if_success(way: int, w: World) -> float:
    """Mean over the markets and the guess."""
    total = 0.0
    for i in range(FUTURES):
        market = a_market(i, w)
        wrong = succeeded(way, market, False, w)
        total += wrong
        if way != QUICK and market > w.limit:
            total += w.right * (succeeded(way, market, True, w) - wrong)
    return total / FUTURES


@kernel
def expected(way: int, w: World) -> float:
    """Expected net present value."""
    return w.success * if_success(way, w) + (1.0 - w.success) * failed(way, w)


@kernel
def gain(way: int, w: World) -> float:
    """What a way is worth more than the one before it."""
    return expected(way, w) - expected(way - 1, w)


@kernel
def changed(w: World, what: int, to: float) -> World:
    """The same world but for one assumption."""
    return World(
        to if what == SUCCESS else w.success, to if what == GROWTH else w.growth,
        to if what == MARKET else w.market, w.late, to if what == EXTRA else w.extra,
        to if what == MORE else w.more,
        to if what == REWRITE else w.rewrite, to if what == CHANGE else w.change,
        to if what == RIGHT else w.right, to if what == SPREAD else w.spread,
        to if what == LIMIT else w.limit, to if what == MARGIN else w.margin,
        to if what == LOST else w.lost, to if what == REPLACE else w.replace,
        to if what == DISCOUNT else w.rate, to if what == HORIZON else w.horizon, w.first, w.build,
        w.deadline, w.judged, w.team, w.care,
    )  # fmt: skip


@kernel
def tried(what: int, end: int) -> float:
    """Low and high of an assumption; a discount comes as a rate a month."""
    if what == SUCCESS:
        return (0.1, 0.5)[end]
    if what == GROWTH:
        return (0.1, 0.2)[end]
    if what == MARKET:
        return (30_000.0, 300_000.0)[end]
    if what == SPREAD:
        return (0.5, 1.5)[end]
    if what == LIMIT:
        return (60_000.0, 240_000.0)[end]
    if what == MARGIN:
        return (0.0025, 0.01)[end]
    if what == EXTRA:
        return (0.5, 3.0)[end]
    if what == REWRITE:
        return (3.0, 12.0)[end]
    if what == CHANGE:
        return (0.0, 0.5)[end]
    if what == RIGHT:
        return (0.5, 1.0)[end]
    if what == LOST:
        return (0.0, 0.5)[end]
    if what == REPLACE:
        return (1.0, 6.0)[end]
    if what == DISCOUNT:
        return log((1.05, 1.4)[end]) / 12.0
    return (48.0, 72.0)[end]


@kernel
def meets(row: Floats, one: float, other: float, one_fails: float, other_fails: float) -> None:
    """Chance of success from which on ``one`` is better: two straight lines."""
    better, dearer = one - other, other_fails - one_fails
    if better > NONE and dearer > NONE:
        row[FOUND] = 1.0
        row[ANSWER] = dearer / (dearer + better)


@kernel
def turns(row: Floats, way: int, what: int, most: float, w: World) -> None:
    """Where a way and the one before it are alike, for an assumption from 0 to ``most``."""
    low, high = 0.0, most
    begins = gain(way, changed(w, what, low)) > 0.0
    if begins == (gain(way, changed(w, what, high)) > 0.0):
        return
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if (gain(way, changed(w, what, middle)) > 0.0) == begins:
            low = middle
        else:
            high = middle
    row[FOUND] = 1.0
    row[ANSWER] = 0.5 * (low + high)


@kernel
def outcomes(w: World) -> Table:
    """Every future: its chance, then the value of each way in it."""
    table = np.empty((2 * FUTURES + 1, 1 + WAYS))
    for i in range(FUTURES):
        for right in range(2):
            row = table[2 * i + right]
            row[0] = w.success / FUTURES * (w.right if right == 1 else 1.0 - w.right)
            for way in range(WAYS):
                row[1 + way] = succeeded(way, a_market(i, w), right == 1, w)
    last = table[2 * FUTURES]
    last[0] = 1.0 - w.success
    for way in range(WAYS):
        last[1 + way] = failed(way, w)
    return table


@kernel
def at_share(found: Table, way: int, share: float) -> float:
    """The value that so large a part of the futures does not exceed."""
    least = np.inf
    most = -np.inf
    for i in range(found.shape[0]):
        value = found[i, 1 + way]
        if found[i, 0] <= 0.0:
            continue
        most = max(most, value)
        below = 0.0
        for j in range(found.shape[0]):
            if found[j, 1 + way] <= value:
                below += found[j, 0]
        if below >= share - NONE:
            least = min(least, value)
    return min(least, most)


@kernel
def judge(rows: Table, found: Table) -> None:
    """How often each way is the best, and what one misses with it; of equals the first is."""
    for i in range(found.shape[0]):
        best = 0
        for way in range(1, WAYS):
            if found[i, 1 + way] > found[i, 1 + best]:
                best = way
        rows[best, BEST] += found[i, 0]
        for way in range(WAYS):
            missed = found[i, 1 + best] - found[i, 1 + way]
            rows[way, REGRET] += found[i, 0] * missed
            if found[i, 0] > 0.0:
                rows[way, WORST] = max(rows[way, WORST], missed)


@kernel
def put_tornado(rows: Table, base: float, w: World) -> None:
    """Bounded less quick for low and high assumptions, those that matter most first."""
    ends = np.empty((ASSUMPTIONS, 2))
    for what in range(ASSUMPTIONS):
        for end in range(2):
            ends[what, end] = gain(BOUNDED, changed(w, what, tried(what, end)))
    for what in range(ASSUMPTIONS):
        place = 0
        for other in range(ASSUMPTIONS):
            mine = abs(ends[what, 1] - ends[what, 0])
            theirs = abs(ends[other, 1] - ends[other, 0])
            if theirs > mine or (theirs == mine and other < what):
                place += 1
        for end in range(2):
            row = rows[2 * place + end]
            row[KIND] = TORNADO
            row[WHAT] = what
            row[END] = end
            row[FROM] = base
            row[GAIN] = ends[what, end]
            row[WAY] = BOUNDED
            row[VALUE] = place  # of the bar, from the top


@kernel
def cost_of_delay(
    success: float, growth: float, market: float, late: int, extra: float, more: float,
    rewrite: float, change: float, right: float, spread: float, limit: float, margin: float,
    lost: float, replace: float, discount: float, horizon: float, first: float, build: float,
    deadline: float, judged: float, team: float, care: float,
) -> Table:  # fmt: skip
    """Over the chance of success, as set, over the market, by assumption, and where ways cross.

    With chance ``success`` customers grow from ``first`` by ``growth`` a month to a market of
    median ``market`` and ``spread``; else it is closed ``judged`` months after its launch. Each
    customer is worth ``margin`` thousand USD a month. Quick is out after ``build`` months,
    bounded ``extra`` and scalable ``more`` months later; ``late`` is what that costs beyond time:
    nothing, ``lost`` of the market after the ``deadline``, or so much of it for each year. A
    rewrite takes ``rewrite`` months and ``change`` more for each year since the launch, what is
    behind a boundary ``replace`` months of the team's work, at any age. The guess is right with
    chance ``right``. The team costs ``team`` a month and the care of what scales ``care``.
    ``discount`` is a year's. After ``horizon`` months nothing counts.

    Columns: kind of row; way; chance of success; gain over quick; expected value (thousand USD),
    or a bar's place; market (customers a day); 1 if the guess is right; assumption; 0 low, 1 high;
    gain as set. Then as set: how often it is the best; mean and worst regret; month of the launch;
    values that a tenth and nine tenths of the futures do not exceed; of bounded, what boundaries
    save and what the wait for them costs, and of quick, what one more month costs. Of a
    crossing: 1 if there is one; where; which.
    """
    w = World(
        success, growth, market, late, extra, more, rewrite, change, right, spread, limit, margin,
        lost, replace, log(1.0 + discount) / 12.0, horizon, first, build, deadline, judged, team,
        care,
    )  # fmt: skip
    table = np.zeros((ROWS, WIDTH))
    good = np.empty(WAYS)
    bad = np.empty(WAYS)
    value = np.empty(WAYS)
    for way in range(WAYS):
        good[way] = if_success(way, w)
        bad[way] = failed(way, w)
        value[way] = success * good[way] + (1.0 - success) * bad[way]
    row = 0
    for way in range(WAYS):
        for i in range(STEPS + 1):
            chance = i / STEPS
            here = table[row]
            here[KIND] = CURVE
            here[WAY] = way
            here[CHANCE] = chance
            here[VALUE] = chance * good[way] + (1.0 - chance) * bad[way]
            here[GAIN] = here[VALUE] - chance * good[0] - (1.0 - chance) * bad[0]
            row += 1
    found = outcomes(w)
    rows = table[row : row + WAYS]
    judge(rows, found)
    for way in range(WAYS):
        rows[way, KIND] = SET
        rows[way, WAY] = way
        rows[way, CHANCE] = success
        rows[way, VALUE] = value[way]
        rows[way, GAIN] = value[way] - value[QUICK]
        rows[way, LAUNCH] = launch(way, w)
        rows[way, LOW] = at_share(found, way, TENTH)
        rows[way, HIGH] = at_share(found, way, NINE_TENTHS)
    without = expected(BOUNDED, changed(w, RIGHT, 0.0))
    rows[BOUNDED, OPTION] = value[BOUNDED] - without
    rows[BOUNDED, PRICE] = value[QUICK] - without
    # One who does not draw a boundary and takes a month longer is as late as that.
    later = changed(changed(w, RIGHT, 0.0), EXTRA, 1.0)
    rows[QUICK, PRICE] = value[QUICK] - expected(BOUNDED, later)
    row += WAYS
    for curve in range(3):  # bounded right and wrong, scalable right
        way = SCALABLE if curve == 2 else BOUNDED
        for i in range(MARKETS):
            size = SMALLEST_MARKET * power(LARGEST_MARKET / SMALLEST_MARKET, i / (MARKETS - 1.0))
            here = table[row]
            here[KIND] = BY_MARKET
            here[WAY] = way
            here[CUSTOMERS] = size
            here[GUESS] = 0.0 if curve == 1 else 1.0
            here[VALUE] = succeeded(way, size, curve != 1, w)
            here[GAIN] = here[VALUE] - succeeded(QUICK, size, False, w)
            row += 1
    put_tornado(table[row : row + 2 * ASSUMPTIONS], value[BOUNDED] - value[QUICK], w)
    row += 2 * ASSUMPTIONS
    for i in range(CROSSINGS):
        table[row + i, KIND] = CROSSING
        table[row + i, WHICH] = i
    meets(table[row + OF_QUICK], good[1], good[0], bad[1], bad[0])
    meets(table[row + OF_BOUNDED], good[2], good[1], bad[2], bad[1])
    meets(table[row + SCALABLE_OF_QUICK], good[2], good[0], bad[2], bad[0])
    turns(table[row + MOST_EXTRA], BOUNDED, EXTRA, horizon, w)
    turns(table[row + LEAST_REWRITE], BOUNDED, REWRITE, MOST_REWRITE, w)
    turns(table[row + LEAST_CHANGE], BOUNDED, CHANGE, MOST_CHANGE, w)
    turns(table[row + MOST_MORE], SCALABLE, MORE, horizon, w)
    return table
