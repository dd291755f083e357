"""A day of a shop's demand, and four ways to have machines for it.

Demand is a sine over the day, lowest at six in the morning, highest at six in the evening. A sale
multiplies it: up along a ramp, down along one an hour later. On top there are bursts at random
moments (Poisson): each adds a random share (exponential) that dies away (exponential, too).

*Fixed for the mean* and *fixed for the peak* are sized by the plan, which is all of this but the
bursts. *Elastic* looks, late, at what is asked for, and wants enough machines to be busy to the
target at most. A machine is given back when it has not been wanted for the whole hold, and a new
one serves when it has booted; given back are those that still boot, first. So what is paid for is
the greatest wish of the last hold, and what serves is the least that was paid for during the last
boot. *Elastic and told* knows the plan of the sale and orders a boot time ahead.

What finds no room is refused. Four steps make a minute.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.sphere import PI, sine

FIXED_MEAN, FIXED_PEAK, ELASTIC, TOLD, TIMELINE = 0, 1, 2, 3, 4
STRATEGIES = 4
WHOLE_DAY, DAY_POINT, SALE_POINT = 0, 1, 2
COLUMNS = 24
STEP_S = 15
DAY = 24 * 3600 // STEP_S
# The evening before, so that the day begins as any day does. Longer than all delays together.
BEFORE = 3 * 3600 // STEP_S
STEPS = BEFORE + DAY
SALE_AT_H = 10
SALE_BEGINS = BEFORE + SALE_AT_H * 3600 // STEP_S
SALE_LASTS = 3600 // STEP_S
BURST_LASTS_S = 600.0
DAY_POINTS = 96
SALE_POINTS = 48
AHEAD = 10  # points before the sale begins
ROUNDING = 1e-9


@kernel
def planned(peak_to_trough: float, sale: float, rise_s: float, mean_rate: float) -> Floats:
    """Requests a second that are expected; the sale is on the day itself only."""
    swing = (peak_to_trough - 1.0) / (peak_to_trough + 1.0)
    rate = np.empty(STEPS)
    for i in range(STEPS):
        # Whole numbers, so that a day that has gone round is the same day.
        of_day = (i - BEFORE + DAY) % DAY
        rate[i] = mean_rate * (1.0 + swing * sine(PI * (2.0 * of_day / DAY - 1.0)))
        since_s = (i - SALE_BEGINS) * STEP_S
        left_s = since_s - SALE_LASTS * STEP_S
        if since_s >= 0 and left_s < rise_s:
            share = min(1.0, since_s / rise_s) if rise_s > 0.0 else 1.0
            if left_s > 0:
                share -= left_s / rise_s
            rate[i] *= 1.0 + (sale - 1.0) * share
    return rate


@kernel
def add_bursts(state: Words, burst: float, bursts_a_day: float, rate: Floats) -> None:
    """Multiplies what is expected by what chance adds; no burst draws nothing."""
    if burst <= 0.0 or bursts_a_day <= 0.0:
        return
    gap = DAY / bursts_a_day
    fades = exp(-STEP_S / BURST_LASTS_S)
    above = 0.0
    comes = exponential(state, gap)
    for i in range(STEPS):
        above *= fades
        while comes <= i:
            above += exponential(state, burst)
            comes += exponential(state, gap)
        rate[i] *= 1.0 + above


@kernel
def machines_for(rate: float, target: float, per_machine: float, most: int) -> int:
    """So many that none is busier than the target; one at least, ``most`` at most."""
    wanted = np.ceil(rate / (target * per_machine) * (1.0 - ROUNDING))
    return int(min(max(wanted, 1.0), float(most)))


@kernel
def extreme(values: Ints, window: int, sign: int, queue: Ints, into: Ints) -> None:
    """Greatest (``sign`` 1) or least (-1) of each value and the ``window`` before it.

    The queue holds those that can still become it, in order (D. Lemire, "Streaming maximum-minimum
    filter using no more than three comparisons per element", Nordic J. Computing 13(4), 2006).
    """
    head = tail = 0
    for i in range(values.size):
        while tail > head and sign * values[queue[tail - 1]] <= sign * values[i]:
            tail -= 1
        queue[tail] = i
        tail += 1
        if queue[head] < i - window:
            head += 1
        into[i] = values[queue[head]]


class Rules(NamedTuple):
    """How machines are had; ``measure``, ``boot`` and ``hold`` in steps."""

    target: float
    per_machine: float
    most: int
    measure: int
    boot: int
    hold: int


@kernel
def follow(rate: Floats, floor: Ints, r: Rules, queue: Ints, paid: Ints, ready: Ints) -> None:
    """Machines that are paid for, and that serve; ``floor`` is wanted whatever is measured."""
    wanted = ready  # its place until the machines that serve are known
    for i in range(STEPS):
        seen = max(0, i - r.measure)
        wanted[i] = max(floor[i], machines_for(rate[seen], r.target, r.per_machine, r.most))
    extreme(wanted, r.hold, 1, queue, paid)
    extreme(paid, r.boot, -1, queue, ready)


class Sums(NamedTuple):
    """Of one strategy and run, over the day: in machines, requests, steps."""

    paid: float
    refused: float
    asked: float
    short: int
    worst_share: float
    worst_machines: float
    spare: float


@kernel
def summed(rate: Floats, paid: Ints, ready: Ints, per_machine: float) -> Sums:
    machines = refused = asked = worst_share = worst_machines = spare = 0.0
    short = 0
    for i in range(BEFORE, STEPS):
        machines += paid[i]
        asked += rate[i] * STEP_S
        missing = rate[i] - ready[i] * per_machine
        spare += max(0.0, -missing) / per_machine
        # A machine that is full to the last request is not short of anything.
        if missing > ROUNDING * rate[i]:
            short += 1
            refused += missing * STEP_S
            worst_share = max(worst_share, missing / rate[i])
            worst_machines = max(worst_machines, missing / per_machine)
    return Sums(machines, refused, asked, short, worst_share, worst_machines, spare)


@kernel
def told_of_sale(plan: Floats, sale: float, rise_s: float, r: Rules, floor: Ints) -> None:
    """What the sale needs, from a boot time before it until it is over."""
    ends = SALE_BEGINS + SALE_LASTS + int(rise_s) // STEP_S
    highest = 0.0
    for i in range(SALE_BEGINS, ends + 1):
        highest = max(highest, plan[i])
    need = machines_for(highest, r.target, r.per_machine, r.most)
    for i in range(STEPS):
        floor[i] = need if sale > 1.0 and SALE_BEGINS - r.boot <= i <= ends else 0


@kernel
def moment_of(point: int, rise_s: float, boot_s: float, measure_s: float) -> int:
    """The step that a point of the time line shows: of the day first, then of the sale.

    The picture of the sale goes on for ten minutes or more, until elastic has caught up.
    """
    if point < DAY_POINTS:
        return BEFORE + point * (DAY // DAY_POINTS)
    window_s = max(600.0, 2.0 * (rise_s + boot_s + measure_s))
    apart = int(np.ceil(window_s / (SALE_POINTS - AHEAD) / STEP_S))
    return SALE_BEGINS + (point - DAY_POINTS - AHEAD) * apart


@kernel
def note(table: Table, row: int, column: int, value: float, first: bool, share: float) -> None:
    """The mean over the runs, the lowest and the highest, in three columns."""
    table[row, column] += value * share
    table[row, column + 1] = value if first else min(table[row, column + 1], value)
    table[row, column + 2] = value if first else max(table[row, column + 2], value)


@kernel
def elasticity(
    peak_to_trough: float, sale: float, rise_s: float, boot_s: float, target: float,
    hold_min: float, burst: float, most: int, measure_s: float, mean_rate: float,
    per_machine: float, bursts_a_day: float, n_runs: int, seed: int,
) -> Table:  # fmt: skip
    """A row for each strategy, then the time lines of the day and of the sale.

    Columns: strategy (`TIMELINE` for points), kind of row, hour of the day, minutes since the sale
    began; then of points, as mean, lowest and highest of the runs: demand in machines that it
    would fill, machines of *elastic* that serve; of *elastic and told*, the mean. Of strategies:
    machines, where fixed; machine-hours, requests refused (both mean, lowest, highest); share of
    the requests refused, share used of what the machines paid for could do, largest share refused
    at one time, minutes in which some are refused, largest number of machines missing, mean number
    to spare.
    """
    r = Rules(
        target, per_machine, most, int(measure_s) // STEP_S, int(boot_s) // STEP_S,
        int(hold_min * 60.0) // STEP_S,
    )  # fmt: skip
    plan = planned(peak_to_trough, sale, rise_s, mean_rate)
    total = highest = 0.0
    for i in range(BEFORE, STEPS):
        total += plan[i]
        highest = max(highest, plan[i])
    mean = machines_for(total / DAY, target, per_machine, most)
    peak = machines_for(highest, target, per_machine, most)
    fixed = np.empty((2, STEPS), np.int64)
    for i in range(STEPS):
        fixed[FIXED_MEAN, i] = mean
        fixed[FIXED_PEAK, i] = peak
    floor = np.zeros((2, STEPS), np.int64)
    told_of_sale(plan, sale, rise_s, r, floor[1])

    table = np.zeros((STRATEGIES + DAY_POINTS + SALE_POINTS, COLUMNS))
    queue = np.empty(STEPS, np.int64)
    paid = np.empty(STEPS, np.int64)
    ready = np.empty((2, STEPS), np.int64)
    rate = np.empty(STEPS)
    state = generator(seed)
    share = 1.0 / n_runs
    for run in range(n_runs):
        for i in range(STEPS):
            rate[i] = plan[i]
        add_bursts(state, burst, bursts_a_day, rate)
        for strategy in range(STRATEGIES):
            if strategy < ELASTIC:
                sums = summed(rate, fixed[strategy], fixed[strategy], per_machine)
            else:
                of = strategy - ELASTIC
                follow(rate, floor[of], r, queue, paid, ready[of])
                sums = summed(rate, paid, ready[of], per_machine)
            note(table, strategy, 12, sums.paid * STEP_S / 3600.0, run == 0, share)
            note(table, strategy, 15, sums.refused, run == 0, share)
            table[strategy, 18] += share * sums.refused / sums.asked
            served = sums.asked - sums.refused
            table[strategy, 19] += share * served / (sums.paid * STEP_S * per_machine)
            table[strategy, 20] += share * sums.worst_share
            table[strategy, 21] += share * sums.short * STEP_S / 60.0
            table[strategy, 22] += share * sums.worst_machines
            table[strategy, 23] += share * sums.spare / DAY
        for point in range(DAY_POINTS + SALE_POINTS):
            at = moment_of(point, rise_s, boot_s, measure_s)
            row = STRATEGIES + point
            note(table, row, 4, rate[at] / per_machine, run == 0, share)
            note(table, row, 7, float(ready[0, at]), run == 0, share)
            table[row, 10] += share * ready[1, at]
    for strategy in range(STRATEGIES):
        table[strategy, 0] = strategy
        table[strategy, 1] = WHOLE_DAY
        if strategy < ELASTIC:
            table[strategy, 11] = fixed[strategy, 0]
    for point in range(DAY_POINTS + SALE_POINTS):
        row = STRATEGIES + point
        at = moment_of(point, rise_s, boot_s, measure_s)
        table[row, 0] = TIMELINE
        table[row, 1] = DAY_POINT if point < DAY_POINTS else SALE_POINT
        table[row, 2] = (at - BEFORE) * STEP_S / 3600.0
        table[row, 3] = (table[row, 2] - SALE_AT_H) * 60.0
    return table
