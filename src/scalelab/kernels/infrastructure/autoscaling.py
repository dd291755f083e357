"""A day of demand with a flash crowd, and five ways to have machines for it.

Target tracking goes by the rules of Kubernetes' HorizontalPodAutoscaler as its documentation
("Horizontal Pod Autoscaling", algorithm details) and its code have them; step scaling by those of
Amazon EC2 Auto Scaling ("Step and simple scaling policies"). Here a pod is a machine.

Time goes in steps of 15 s, in which demand and machines stay as they are. What comes while machines
are too few waits: a fluid, first come, first served. Otherwise each machine is a queue of its own
whose vCPUs are shared, M/G/c with processor sharing (F. P. Kelly, "Reversibility and stochastic
networks", 1979, section 3.3).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.queueing.erlang import mean_wait
from scalelab.kernels.sphere import PI, sine

FIXED, TRACKING, STEPPED, SCHEDULED, PREDICTIVE = range(5)
WAYS = 5
CPU, REQUESTS = range(2)  # what is measured: how busy, at most 100 %, or what comes
WAY, DAY_POINT, FLASH_POINT = range(3)  # kinds of rows
STEP_S = 15
MINUTE = 60 // STEP_S
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BEFORE = 3 * HOUR  # the evening before, so that the day begins as any day does
STEPS = BEFORE + DAY
# The crowd comes along a ramp, stays, and goes along another.
RISE, STAY, FALL = 4, 20 * MINUTE, 10 * MINUTE
SHIFT = 4 * HOUR  # of a schedule
DAY_POINTS = 48
FLASH_POINTS = 91  # minutes, of which 10 before the crowd comes
AHEAD = 10
ROWS = WAYS + DAY_POINTS + FLASH_POINTS
HAIR = 1e-9

KIND, WHO, MACHINE_HOURS, USD, SLOW_MIN, LATE, SCALINGS, TURNS, WAIT_S, MOST = range(10)
AT_PEAK, OTHERS, LEFT_BUSY, AT_H, AT_MIN, NEEDED, FIRST = range(10, 17)
WIDTH = FIRST + WAYS

PODS, PERCENT = range(2)  # kinds of policies: in an array a kind, a value, a period (s) of each
MOST_CHANGE, LEAST_CHANGE, DISABLED = range(3)  # which policy is chosen
NOTHING = -1  # in place of a recommendation, at a time without one


class Rules(NamedTuple):
    """``boot``, ``delay`` and ``window`` in steps; ``per_s``: what one machine can do.

    ``most_busy``: from there on answers are too slow.
    """

    per_s: float
    target: float
    most_busy: float
    boot: int
    delay: int
    window: int
    least: int
    most: int
    metric: int


# --- Kubernetes' rules ---


@kernel
def whole(metric: float) -> float:
    """Kubernetes takes whole percents of a CPU, rounded down; a hair less is nothing."""
    return float(np.floor(metric + HAIR))


@kernel
def within_tolerance(ratio: float, up: float, down: float) -> bool:
    return 1.0 - down <= ratio <= 1.0 + up


@kernel
def wanted(
    metric: float, target: float, counted: int, current: int, up: float, down: float, percent: int
) -> int:
    """Replicas for a metric that is the mean of those ``counted``, whose figures count.

    The others are set aside: not ready yet, or not for long enough to have been measured. When
    that alone would scale up, they are taken to use nothing, which may end it but not turn it.
    ``up`` and ``down`` are tolerances. ``percent`` is 1 if the metric is one.
    """
    ratio = (whole(metric) if percent == 1 else metric) / target
    if counted < current and ratio > 1.0:
        damped = metric * counted / current
        ratio = (whole(damped) if percent == 1 else damped) / target
        if ratio <= 1.0 or within_tolerance(ratio, up, down):
            return current
        return max(int(np.ceil(ratio * current)), current)
    if within_tolerance(ratio, up, down):
        return current
    return int(np.ceil(ratio * counted))


@kernel
def stabilised(current: int, i: int, recommended: Ints, start: int, up: float, down: float) -> int:
    """The recommendation ``i`` within the least of the window ``up``, and the most of ``down``.

    Windows in syncs. What is as old as a window is no longer in it. ``start`` is what was there at
    the beginning.
    """
    low = high = recommended[i]
    k = 1
    while k < max(up, down) and k <= i:
        earlier = recommended[i - k]
        if earlier != NOTHING:
            if k < up:
                low = min(low, earlier)
            if k < down:
                high = max(high, earlier)
        k += 1
    if i < up:
        low = min(low, start)
    if i < down:
        high = max(high, start)
    return int(min(max(current, low), high))


@kernel
def limit(
    current: int, i: int, changes: Ints, policies: Floats, select: int, way: int, sync_s: float
) -> int:
    """As far as policies let the replicas go in one direction, ``way``: 1 is up, -1 down.

    A policy counts from what was there at the beginning of its period.
    """
    if select == DISABLED:
        return current
    found = 0
    for p in range(policies.size // 3):
        kind, value, period = policies[3 * p], policies[3 * p + 1], policies[3 * p + 2]
        begin = current
        k = 1
        while k * sync_s < period and k <= i:
            begin -= changes[i - k]
            k += 1
        if kind == PODS:
            end = begin + way * int(value)
        elif way == 1:
            end = int(np.ceil(begin * (1.0 + value / 100.0)))
        else:
            end = int(begin * (1.0 - value / 100.0))
        if p == 0:
            found = end
        elif (select == MOST_CHANGE) == (way == 1):
            found = max(found, end)
        else:
            found = min(found, end)
    return found


@kernel
def bounded(current: int, to: int, up_to: int, down_to: int, least: int, most: int) -> int:
    """The next number of replicas: ``to``, as far as limits and policies let it."""
    if to > current:
        return min(to, most, max(up_to, current))
    if to < current:
        return max(to, least, min(down_to, current))
    return to


@kernel
def recommended(
    metrics: Floats, ready: Floats, up_policies: Floats, down_policies: Floats, target: float,
    start: int, least: int, most: int, up_tolerance: float, down_tolerance: float,
    up_window_s: float, down_window_s: float, up_select: int, down_select: int, sync_s: float,
    percent: int,
) -> Table:  # fmt: skip
    """Replicas that Kubernetes would set, for a metric that was recorded at each of its syncs.

    ``ready``: how many replicas count then; empty if all do.

    Columns: what the metric asks for, that within the windows, replicas from this sync on.
    """
    n = metrics.size
    table = np.zeros((n, 3))
    recommendations = np.empty(n, np.int64)
    changes = np.zeros(n, np.int64)
    current = start
    for i in range(n):
        counted = current if ready.size == 0 else min(int(ready[i]), current)
        if current > most or current < least:  # before any metric
            recommendations[i] = NOTHING
            to = min(max(current, least), most)
            table[i, 0] = table[i, 1] = to
        else:
            recommendations[i] = wanted(
                metrics[i], target, counted, current, up_tolerance, down_tolerance, percent
            )
            steady = stabilised(
                current, i, recommendations, start, up_window_s / sync_s, down_window_s / sync_s
            )
            to = bounded(
                current, steady,
                limit(current, i, changes, up_policies, up_select, 1, sync_s),
                limit(current, i, changes, down_policies, down_select, -1, sync_s), least, most,
            )  # fmt: skip
            table[i, 0] = recommendations[i]
            table[i, 1] = steady
        changes[i] = to - current
        current = to
        table[i, 2] = current
    return table


# --- Amazon's rules ---


@kernel
def adjusted(capacity: int, points: float, first: float, second: float) -> int:
    """Machines to add (or to take, if less than 0) when the metric is so far from its threshold.

    ``first`` per cent from 10 points on, ``second`` from 20 on; rounded towards none, but for one.
    """
    away = abs(points)
    if away < 10.0 - HAIR:
        return 0
    share = second if away >= 20.0 - HAIR else first
    by = max(int(np.floor(share / 100.0 * capacity + HAIR)), 1)
    return by if points > 0.0 else -by


# --- demand and machines ---


@kernel
def planned(peak: float, peak_to_trough: float) -> Floats:
    """Requests/s of a day without a crowd, least at six in the morning, most at six at night."""
    swing = (peak_to_trough - 1.0) / (peak_to_trough + 1.0)
    rate = np.empty(STEPS)
    for i in range(STEPS):
        of_day = (i - BEFORE + DAY) % DAY + 0.5
        rate[i] = peak / (1.0 + swing) * (1.0 + swing * sine(PI * (2.0 * of_day / DAY - 1.0)))
    return rate


@kernel
def crowd(step: int) -> float:
    """Part of a crowd that is there in a step since it began to come."""
    middle = step + 0.5
    if middle < 0.0:
        return 0.0
    return max(min(middle / RISE, 1.0, (RISE + STAY + FALL - middle) / FALL), 0.0)


@kernel
def machines_for(rate: float, r: Rules) -> int:
    """So many that none is busier than the target; a hair more than a whole one is nothing."""
    need = int(np.ceil(rate / (r.target * r.per_s) - HAIR))
    return min(max(need, r.least), r.most)


@kernel
def least_of(paid: Ints, i: int, back: int) -> int:
    """Machines that have been there all the time since ``back`` steps before.

    Those that go are the youngest.
    """
    least = paid[i]
    for k in range(max(i - back, 0), i):
        least = min(least, paid[k])
    return int(least)


@kernel
def busy_limit(work_ms: float, vcpus: int, limit_ms: float) -> float:
    """How busy a machine may be before the mean response is over the limit; bisection."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if work_ms + mean_wait(middle * vcpus / work_ms, work_ms, vcpus) > limit_ms:
            high = middle
        else:
            low = middle
    return low


class Served(NamedTuple):
    """Of one step: who still waits, how busy the machines were, for how long answers were slow."""

    backlog: float
    busy: float
    slow_s: float


@kernel
def serve(backlog: float, rate: float, can: float, most_busy: float) -> Served:
    """One step of demand at ``rate`` on machines that ``can`` do so much a second."""
    if rate >= can or backlog > (can - rate) * STEP_S:
        if backlog <= 0.0 and rate <= can:
            return Served(0.0, 1.0, float(STEP_S))
        return Served(backlog + (rate - can) * STEP_S, 1.0, float(STEP_S))
    drains = backlog / (can - rate)
    busy = (drains + (STEP_S - drains) * rate / can) / STEP_S
    return Served(0.0, busy, float(STEP_S) if rate > most_busy * can else drains)


@kernel
def measured(rate: float, busy: float, can: float, metric: int) -> float:
    """What a monitor sees, in per cent of what the machines can do."""
    return 100.0 * (busy if metric == CPU else rate / can)


class World(NamedTuple):
    """What happens to one way: of each step machines paid for, serving, what is seen of them."""

    paid: Ints
    ready: Ints
    seen: Floats
    slow_s: Floats
    waits_s: Floats


@kernel
def track(i: int, w: World, floor: Ints, recommendations: Ints, up: Floats, down: Floats,
          changes: Ints, r: Rules) -> int:  # fmt: skip
    """Target tracking by Kubernetes' rules, at the beginning of step ``i``.

    What it sees is the mean of a step, ``delay`` after that ended. A machine counts that served in
    the whole of it. ``floor`` is the least that there may be.
    """
    current = w.paid[i - 1]
    least = max(r.least, floor[i])
    recommendations[i] = NOTHING
    if current < least or current > r.most:
        return int(min(max(current, least), r.most))
    j = max(i - 1 - r.delay, 0)
    counted = min(w.ready[j], current)
    recommendations[i] = wanted(w.seen[j], 100.0 * r.target, counted, current, 0.1, 0.1, 1)
    to = stabilised(current, i, recommendations, w.paid[0], 0.0, float(r.window))
    up_to = limit(current, i, changes, up, MOST_CHANGE, 1, float(STEP_S))
    down_to = limit(current, i, changes, down, MOST_CHANGE, -1, float(STEP_S))
    return bounded(current, to, up_to, down_to, least, r.most)


@kernel
def take_steps(i: int, w: World, first: float, second: float, r: Rules) -> int:
    """Step scaling by Amazon's rules: once a minute, by the mean of a minute.

    Machines that serve for less than ``window`` warm up and are not counted, so that the same
    breach adds them once only; none is taken while some of them do.
    """
    current = w.paid[i - 1]
    if i % MINUTE != 0 or i < MINUTE:
        return int(current)
    seen = 0.0
    for k in range(MINUTE):
        seen += w.seen[max(i - 1 - r.delay - k, 0)] / MINUTE
    warm = least_of(w.paid, i - 1, r.boot + r.window)
    by = adjusted(warm, seen - 100.0 * r.target, first, second)
    if by > 0:
        return int(min(max(current, warm + by), r.most))
    if by < 0 and warm == current:
        return int(max(current + by, r.least))
    return int(current)


@kernel
def run(
    way: int, w: World, rate: Floats, plan: Ints, up: Floats, down: Floats, first: float,
    second: float, r: Rules, recommendations: Ints, changes: Ints,
) -> None:  # fmt: skip
    """A day of one way; ``plan`` is what is had by the clock, and for tracking the least."""
    backlog = 0.0
    for i in range(STEPS):
        if i == 0:
            w.paid[0] = max(machines_for(rate[0], r), plan[0])
            recommendations[0] = w.paid[0]
        elif way in (FIXED, SCHEDULED):
            w.paid[i] = plan[i]
        elif way == STEPPED:
            w.paid[i] = take_steps(i, w, first, second, r)
        else:
            w.paid[i] = track(i, w, plan, recommendations, up, down, changes, r)
        changes[i] = w.paid[i] - w.paid[max(i - 1, 0)]
        w.ready[i] = least_of(w.paid, i, r.boot)
        can = w.ready[i] * r.per_s
        s = serve(backlog, rate[i], can, r.most_busy)
        backlog = s.backlog
        w.seen[i] = measured(rate[i], s.busy, can, r.metric)
        w.slow_s[i] = s.slow_s
        w.waits_s[i] = backlog / can


@kernel
def by_the_clock(way: int, expected: Floats, part: float, r: Rules, plan: Ints) -> None:
    """Machines of each step that are had whatever is measured, ordered a boot time ahead.

    For ``part`` of what is expected: the most of the day, of four hours, or of one.
    """
    lasts = DAY if way == FIXED else (SHIFT if way == SCHEDULED else HOUR)
    for begin in range(0, DAY, lasts):
        highest = 0.0
        for k in range(begin, begin + lasts):
            highest = max(highest, expected[BEFORE + k])
        need = machines_for(part * highest, r)
        for i in range(STEPS):
            now = (i - BEFORE + DAY) % DAY
            soon = (now + r.boot) % DAY
            if begin <= now < begin + lasts or begin <= soon < begin + lasts:
                plan[i] = max(plan[i], need)


@kernel
def put(row: Floats, rate: Floats, peak: float, w: World, usd_per_hour: float, r: Rules) -> None:
    """Sums of a day."""
    last = 0
    for i in range(BEFORE, STEPS):
        row[MACHINE_HOURS] += w.paid[i]
        row[SLOW_MIN] += w.slow_s[i] / 60.0
        row[LATE] += w.slow_s[i] * rate[i]
        row[WAIT_S] = max(row[WAIT_S], w.waits_s[i])
        row[MOST] = max(row[MOST], w.paid[i])
        change = w.paid[i] - w.paid[i - 1]
        if change != 0:
            row[SCALINGS] += 1.0
            sign = 1 if change > 0 else -1
            if last == -sign:
                row[TURNS] += 1.0
            last = sign
    row[MACHINE_HOURS] /= HOUR
    row[USD] = row[MACHINE_HOURS] * usd_per_hour
    n = w.ready[BEFORE + 18 * HOUR]
    row[AT_PEAK] = n
    if n > 1:
        row[OTHERS] = 1.0
        row[LEFT_BUSY] = peak / ((n - 1) * r.per_s)


@kernel
def autoscaling(
    flash: float, flash_at_h: int, boot_s: float, delay_s: float, metric: int, window_s: float,
    target: float, vcpus: int, least: int, peak: float, peak_to_trough: float, yesterday: float,
    work_ms: float, limit_ms: float, most_vcpus: int, usd_per_vcpu_hour: float, first: float,
    second: float,
) -> Table:  # fmt: skip
    """A row for each way, then `DAY_POINTS` of the day and `FLASH_POINTS` around the crowd.

    The crowd brings ``flash`` requests/s more. A machine serves ``boot_s`` after its order; what is
    seen (``metric``: CPU or requests) is ``delay_s`` old. ``window_s``: of target tracking for
    scaling down, and step scaling's warm-up. Forecasts are for ``yesterday`` times this day. Steps
    add ``first`` or ``second`` per cent. Answers are slow if the mean is over ``limit_ms``.

    Columns: kind of row; way; then of a way machine-hours, USD, minutes with slow answers, requests
    in them, changes of the number of machines, turns of its direction, longest wait (s), most
    machines; machines at the planned peak, 1 if there is more than one, and how busy the others are
    without one. Of a time: hour of the day; minutes since the crowd came; the most machines needed
    in it so that answers are not slow, in fractions; machines that serve, of each way: the most.
    """
    r = Rules(
        1000.0 * vcpus / work_ms, target, busy_limit(work_ms, vcpus, limit_ms),
        int(boot_s) // STEP_S, int(delay_s) // STEP_S, int(window_s) // STEP_S, least,
        max(most_vcpus // vcpus, least), metric,
    )  # fmt: skip
    rate = planned(peak, peak_to_trough)
    expected = rate.copy()
    comes = BEFORE + flash_at_h * HOUR
    for i in range(STEPS):
        rate[i] += flash * crowd(i - comes)
    up = np.empty(6)
    up[0], up[1], up[2] = PERCENT, 100.0, 15.0
    up[3], up[4], up[5] = PODS, 4.0, 15.0
    down = np.empty(3)
    down[0], down[1], down[2] = PERCENT, 100.0, 15.0
    w = World(
        np.empty(STEPS, np.int64), np.empty(STEPS, np.int64), np.empty(STEPS), np.empty(STEPS),
        np.empty(STEPS),
    )  # fmt: skip
    recommendations = np.empty(STEPS, np.int64)
    changes = np.empty(STEPS, np.int64)
    table = np.zeros((ROWS, WIDTH))
    for way in range(WAYS):
        plan = np.zeros(STEPS, np.int64)
        if way in (FIXED, SCHEDULED, PREDICTIVE):
            by_the_clock(way, expected, yesterday if way == PREDICTIVE else 1.0, r, plan)
        run(way, w, rate, plan, up, down, first, second, r, recommendations, changes)
        table[way, WHO] = way
        put(table[way], rate, peak, w, usd_per_vcpu_hour * vcpus, r)
        for point in range(DAY_POINTS + FLASH_POINTS):
            row = table[WAYS + point]
            at = BEFORE + point * (DAY // DAY_POINTS)
            lasts = DAY // DAY_POINTS
            row[KIND] = DAY_POINT
            if point >= DAY_POINTS:
                row[KIND] = FLASH_POINT
                at = comes + (point - DAY_POINTS - AHEAD) * MINUTE
                lasts = MINUTE
            row[AT_H] = (at - BEFORE) / float(HOUR)
            row[AT_MIN] = (at - comes) / float(MINUTE)
            for i in range(at, at + lasts):
                row[NEEDED] = max(row[NEEDED], rate[i] / (r.most_busy * r.per_s))
                row[FIRST + way] = max(row[FIRST + way], w.ready[i])
    return table
