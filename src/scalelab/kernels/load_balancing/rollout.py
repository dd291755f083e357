"""A rolling deploy: machines that come cold, and machines that go with requests in work.

The machines of a fleet are replaced in batches. A new one needs more work for a request, until it
has served some thousands. How much it is sent at first depends on the balancer: its full share in
turn, all that come until it has as many in work as the others, or a share that grows (slow start).

Of a machine the mean number in work is known, and from it how busy it is, as if this were its mean
for good: that of a shared machine with so many vCPUs. So it has chance's part in calm and works off
a backlog at full speed (W.-P. Wang, D. Tipper, S. Banerjee, "A simple approximation for modeling
nonstationary queues", 1996). Time goes in steps that are implicit, so that they may be longer than
a request. A share of the requests stays open for an exponential time without work.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.erlang import erlang_c

TURNS, COUNTS, RAMP = range(3)  # in turn, fewest in work, in turn with slow start
BALANCERS = 3
LEAST_WEIGHT = 0.1  # of slow start, Envoy's default
LEAD_S = 10.0  # that are shown before anything happens
AFTER_S = 60.0  # that are computed after a deploy
BINS = 40
MOST_STEPS = 2400
LONGEST_STEP_S = 0.1  # where that is not more than `MOST_STEPS`
NODES = 512  # of the curve of numbers in work
FULL = 1e-5  # of a machine's time: what is free at the end of that curve
TRIED_S = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
DRAINS = len(TRIED_S)
ROWS = BINS + DRAINS + 1  # of each balancer

TIME, DRAIN, HERE = range(3)  # kinds of rows
BALANCER, KIND, AT_S, ANSWERS, RESPONSE_MS, CAPACITY, DRAIN_S, FAILED, CUT, REFUSED = range(10)
TAKES_MIN, WORST_MS, NEW_WORST_MS, SLOW, MEAN_MS, EMPTY_S, LEAST, RATE = range(10, 18)
WIDTH = 18

# Of a cohort, machines that are alike: how many, 0 before they come or go and when they are gone;
# since when. Of each of them: requests in work, requests that only stay open, served so far, served
# in the last step, sent in this one, and how many it can serve in this one. The first cohort are
# the old machines in rotation; then comes each batch as it goes, and then each as it comes.
SIZE, SINCE, IN_WORK, OPEN, DONE, SERVED, SENT, CAN = range(8)
FIELDS = 8


class Fleet(NamedTuple):
    """Rates in 1/s, times in s. ``stays``: share of the open requests that is still open a step on.

    ``left_open``: how many each that is served leaves open at the end of its step.
    """

    rate: float
    vcpus: int
    service: float
    cold: float
    warm_up: float
    ramp: float
    removal: float
    drain: float
    long: float
    stays: float
    left_open: float
    step: float


@kernel
def number_in_work(rho: float, vcpus: int) -> float:
    """Mean number on a machine that is so busy."""
    return vcpus * rho + erlang_c(vcpus * rho, vcpus) * rho / (1.0 - rho)


@kernel
def number_curve(vcpus: int) -> Floats:
    """How busy a machine is, and the mean number in work, denser and denser towards full."""
    curve = np.empty((2, NODES))
    for k in range(NODES):
        rho = 1.0 - power(FULL, k / (NODES - 1.0))
        curve[0, k] = rho
        curve[1, k] = number_in_work(rho, vcpus)
    return curve


@kernel
def busy(curve: Floats, target: float, can: float) -> float:
    """How busy a machine is so that its number, and ``can`` times that, make ``target``."""
    low, high = 0, NODES - 1
    while high - low > 1:
        middle = (low + high) // 2
        if curve[1, middle] + can * curve[0, middle] <= target:
            low = middle
        else:
            high = middle
    before = curve[1, low] + can * curve[0, low]
    after = curve[1, high] + can * curve[0, high]
    part = min(max((target - before) / (after - before), 0.0), 1.0)
    rho: float = curve[0, low] + part * (curve[0, high] - curve[0, low])
    return rho


@kernel
def drained_after(still_open: float, long: float, drain: float) -> float:
    """Mean time until the last of a Poisson number of open requests is done, or the time-out (s).

    The integral of the chance that one is left; Simpson's rule.
    """
    n = 200
    end = min(drain, long * (30.0 + log(1.0 + still_open)))
    total = 0.0
    for i in range(n + 1):
        left = 1.0 - exp(-still_open * exp(-end * i / (n * long)))
        total += left * (1.0 if i == 0 or i == n else (4.0 if i % 2 == 1 else 2.0))
    return total * end / (3.0 * n)


@kernel
def at_level(level: float, cohorts: Floats, curve: Floats) -> float:
    """Requests that bring all who have fewer in work to ``level``; sets what each is sent."""
    total = 0.0
    for j in range(cohorts.shape[0]):
        cohorts[j, SENT] = 0.0
        if cohorts[j, SIZE] > 0.0 and not goes(j, cohorts):
            number = max(level - cohorts[j, OPEN], 0.0)
            served = cohorts[j, CAN] * busy(curve, number, 0.0)
            cohorts[j, SENT] = max(number - cohorts[j, IN_WORK] + served, 0.0)
            total += cohorts[j, SIZE] * cohorts[j, SENT]
    return total


@kernel
def level_for(wanted: float, near: float, cohorts: Floats, curve: Floats) -> float:
    """The level to which so many requests bring those that have fewer; regula falsi (Illinois)."""
    low, high, width = near, near, 0.01 * near + 0.1
    below = at_level(low, cohorts, curve) - wanted
    above = below
    while below > 0.0:
        high, above = low, below
        low, width = max(low - width, 0.0), 4.0 * width
        below = at_level(low, cohorts, curve) - wanted
    while above < 0.0:
        low, below = high, above
        high, width = high + width, 4.0 * width
        above = at_level(high, cohorts, curve) - wanted
    level = high
    for _ in range(60):
        if above <= 1e-6 * wanted or high - low <= 1e-12 * high:
            break
        level = (low * above - high * below) / (above - below)
        off = at_level(level, cohorts, curve) - wanted
        if off > 0.0:
            high, above, below = level, off, 0.5 * below
        elif off > -1e-6 * wanted:
            return level
        else:
            low, below, above = level, off, 0.5 * above
    return high


@kernel
def goes(j: int, cohorts: Floats) -> bool:
    """Whether these are machines that have stopped."""
    batches: int = cohorts.shape[0] // 2
    return 1 <= j <= batches


@kernel
def refuses(j: int, cohorts: Floats, now: float, f: Fleet) -> float:
    """Part of the step for which the balancer still sends to machines that have stopped."""
    part: float = min(max((cohorts[j, SINCE] + f.removal - now) / f.step, 0.0), 1.0)
    return part


@kernel
def send_to_fewest(now: float, near: float, cohorts: Floats, curve: Floats, f: Fleet) -> float:
    """Sends to those with the fewest in work or open; the level that they have afterwards.

    A machine that refuses has nothing in work for long. So it gets all that come, as long as fewer
    requests are open there than the others would have.
    """
    wanted, cap, part, there = f.rate * f.step, np.inf, 0.0, False
    for j in range(cohorts.shape[0]):
        if cohorts[j, SIZE] == 0.0:
            continue
        if not goes(j, cohorts):
            there = True
        elif refuses(j, cohorts, now, f) > 0.0 and cohorts[j, OPEN] < cap:
            cap, part = cohorts[j, OPEN], refuses(j, cohorts, now, f)
    if not there:
        return near
    level = level_for(wanted, near, cohorts, curve)
    if level > cap:
        accepted = at_level(cap, cohorts, curve)
        if part == 1.0:
            return cap
        wanted -= part * (wanted - accepted)
        level = level_for(wanted, near, cohorts, curve)
    scale = wanted / at_level(level, cohorts, curve)
    for j in range(cohorts.shape[0]):
        cohorts[j, SENT] *= scale
    return level


@kernel
def send_in_turn(now: float, cohorts: Floats, f: Fleet) -> None:
    """Sends by weight to all in rotation, those included that refuse; they may for a part only."""
    begins, ends, part = 0.0, 0.0, 1.0
    for j in range(cohorts.shape[0]):
        weight = 1.0
        if goes(j, cohorts):
            refusing = refuses(j, cohorts, now, f)
            weight = 1.0 if refusing > 0.0 else 0.0
            begins += cohorts[j, SIZE] * weight
            if refusing == 1.0:
                ends += cohorts[j, SIZE]
            elif cohorts[j, SIZE] * refusing > 0.0:
                part = refusing
            weight = 0.0
        elif j > 0 and f.ramp > 0.0:
            weight = min(max((now + f.step - cohorts[j, SINCE]) / f.ramp, LEAST_WEIGHT), 1.0)
        begins += cohorts[j, SIZE] * weight
        ends += cohorts[j, SIZE] * weight
        cohorts[j, SENT] = f.rate * f.step * weight
    scale = part / max(begins, 1e-300) + (1.0 - part) / max(ends, 1e-300)
    for j in range(cohorts.shape[0]):
        cohorts[j, SENT] *= scale


@kernel
def serve(j: int, cohorts: Floats, curve: Floats, f: Fleet) -> None:
    """One step of a machine that has been sent its requests."""
    there = cohorts[j, IN_WORK] + cohorts[j, SENT]
    cohorts[j, SERVED] = min(cohorts[j, CAN] * busy(curve, there, cohorts[j, CAN]), there)
    cohorts[j, IN_WORK] = there - cohorts[j, SERVED]
    cohorts[j, OPEN] = cohorts[j, OPEN] * f.stays + f.left_open * cohorts[j, SERVED]
    cohorts[j, DONE] += cohorts[j, SERVED]


@kernel
def come_and_go(now: float, at_once: int, machines: int, cohorts: Floats) -> None:
    """Starts the cohorts whose time has come; one that goes leaves the old machines."""
    batches = cohorts.shape[0] // 2
    for j in range(1, 2 * batches + 1):
        if cohorts[j, SIZE] > 0.0 or cohorts[j, SINCE] > now or cohorts[j, SINCE] < -LEAD_S:
            continue
        cohorts[j, SIZE] = min(at_once, machines - (j - 1) % batches * at_once)
        cohorts[j, SINCE] = now
        if j <= batches:
            cohorts[0, SIZE] -= cohorts[j, SIZE]
            for field in (IN_WORK, OPEN, DONE, SERVED):
                cohorts[j, field] = cohorts[0, field]


@kernel
def set_speeds(cohorts: Floats, f: Fleet) -> None:
    """How many requests a machine can serve in a step.

    Their work is that half way through the step, if as many are served as in the last one.
    """
    for j in range(cohorts.shape[0]):
        factor = 1.0
        if j > cohorts.shape[0] // 2 and cohorts[j, SIZE] > 0.0:
            served = cohorts[j, DONE] + 0.5 * cohorts[j, SERVED]
            factor += (f.cold - 1.0) * exp(-served / f.warm_up)
        cohorts[j, CAN] = f.step * f.vcpus / (f.service * factor)


@kernel
def plan(
    batches: int, first: int, period: float, ramp: float, delay: float, in_work: float, open_: float
) -> Floats:
    """The cohorts, and when each comes or goes; 0 is when the first of them does.

    A batch comes ``delay`` after one goes if ``first`` is 0; else it goes when another has had
    ``ramp``.
    """
    cohorts = np.zeros((2 * batches + 1, FIELDS))
    cohorts[0, IN_WORK] = in_work
    cohorts[0, OPEN] = open_
    for j in range(batches):
        cohorts[1 + j, SINCE] = j * period + (ramp if first == 1 else 0.0)
        cohorts[1 + batches + j, SINCE] = j * period + (0.0 if first == 1 else delay)
    return cohorts


@kernel
def run(
    rows: Floats, cohorts: Floats, curve: Floats, balancer: int, machines: int, at_once: int,
    steps: int, of_bin: int, slow_s: float, f: Fleet,
) -> None:  # fmt: skip
    """Fills the rows of one balancer."""
    here = rows[ROWS - 1]
    here[LEAST] = 1.0
    cohorts[0, SIZE] = machines
    level = cohorts[0, IN_WORK] + cohorts[0, OPEN]
    usual = machines * f.vcpus * f.step / f.service
    waiting = answers = all_waiting = all_answers = still_open = left = 0.0
    for step in range(steps):
        now = step * f.step - LEAD_S
        come_and_go(now, at_once, machines, cohorts)
        set_speeds(cohorts, f)
        if balancer == COUNTS:
            level = send_to_fewest(now, level, cohorts, curve, f)
        else:
            send_in_turn(now, cohorts, f)
        can, refused = 0.0, f.rate * f.step
        for j in range(cohorts.shape[0]):
            if cohorts[j, SIZE] == 0.0:
                continue
            if goes(j, cohorts):
                if cohorts[j, SINCE] == now:
                    still_open += cohorts[j, SIZE] * cohorts[j, OPEN]
                if now - cohorts[j, SINCE] >= f.drain:
                    left += cohorts[j, SIZE] * cohorts[j, IN_WORK]
                    cohorts[j, IN_WORK] = cohorts[j, OPEN] = 0.0
                    if now - cohorts[j, SINCE] >= f.removal:
                        cohorts[j, SIZE], cohorts[j, SINCE] = 0.0, -np.inf
                    continue
            else:
                can += cohorts[j, SIZE] * cohorts[j, CAN]
                refused -= cohorts[j, SIZE] * cohorts[j, SENT]
            before = cohorts[j, IN_WORK]
            serve(j, cohorts, curve, f)
            number, served = cohorts[j, IN_WORK], cohorts[j, SERVED]
            # The mean of the step; who gets no more is done with most at once.
            if cohorts[j, SENT] > 0.0:
                number = 0.5 * (before + number)
            waiting += cohorts[j, SIZE] * number * f.step
            answers += cohorts[j, SIZE] * served
            if number * f.step > slow_s * served:
                here[SLOW] += cohorts[j, SIZE] * served
            if j > cohorts.shape[0] // 2:
                response_ms = 1000.0 * number * f.step / max(served, 1e-300)
                here[NEW_WORST_MS] = max(here[NEW_WORST_MS], response_ms)
        here[REFUSED] += max(refused, 0.0)
        here[LEAST] = min(here[LEAST], can / usual)
        if (step + 1) % of_bin == 0:
            k = step // of_bin
            if k < BINS:
                row = rows[k]
                row[KIND] = TIME
                row[AT_S] = (step + 1 - 0.5 * of_bin) * f.step - LEAD_S
                row[CAPACITY] = can / f.step
                if answers > 1e-9:
                    row[ANSWERS] = 1.0
                    row[RESPONSE_MS] = 1000.0 * waiting / answers
                here[WORST_MS] = max(here[WORST_MS], row[RESPONSE_MS])
            all_waiting += waiting
            all_answers += answers
            waiting = answers = 0.0
    here[KIND] = HERE
    here[MEAN_MS] = 1000.0 * all_waiting / max(all_answers, 1e-9)
    here[DRAIN_S] = f.drain
    for i in range(DRAINS + 1):
        row = rows[BINS + i]
        if i < DRAINS:
            row[KIND] = DRAIN
            row[DRAIN_S] = TRIED_S[i]
        row[CUT] = still_open * exp(-row[DRAIN_S] / f.long) + left
        row[REFUSED] = here[REFUSED]
        row[FAILED] = row[CUT] + row[REFUSED]


@kernel
def rollout(
    utilisation: float, at_once: int, first: int, cold: float, warm_up: float, slow_start_s: float,
    long_s: float, drain_s: float, removal_s: float, machines: int, vcpus: int, service_ms: float,
    long_share: float, boot_s: float, slow_ms: float,
) -> Table:  # fmt: skip
    """For each balancer `BINS` rows of the first batch, `DRAINS` of other time-outs, and one.

    ``first``: 1 if new machines come before as many old ones go, 0 if after. A request's work is
    ``cold`` times as much on a new machine, and what it is more falls by 1/e in ``warm_up``
    requests. A share ``long_share`` stays open for ``long_s`` on average. A machine goes when the
    last of those is done, after ``drain_s`` at the latest; the balancer goes on sending for
    ``removal_s``. The next batch begins when the last one has its full share: after
    ``slow_start_s`` with slow start, at once without.

    Columns: balancer; kind of row. Of the first batch: second; 1 if there are answers, their mean
    response (ms), and what the fleet can do (1/s). Of time-outs and of the deploy: time-out (s),
    requests that fail, of them cut and refused, and how long the deploy takes (min). Of the deploy:
    the largest mean response of the first batch's rows, and that of any new machine (ms); requests
    answered by a machine whose mean is above ``slow_ms``; mean response (ms); time until a batch is
    drained (s); least capacity, as a share of the usual; requests/s.
    """
    table = np.zeros((BALANCERS * ROWS, WIDTH))
    curve = number_curve(vcpus)
    service = service_ms / 1000.0
    rate = utilisation * machines * vcpus / service
    at_once = min(at_once, machines)
    batches = (machines + at_once - 1) // at_once
    usual_open = rate / machines * long_share * long_s
    drained = drained_after(at_once * usual_open, long_s, drain_s)
    tried = np.empty(DRAINS)
    for i in range(DRAINS):
        tried[i] = drained_after(at_once * usual_open, long_s, TRIED_S[i])
    shown = LEAD_S + drained + boot_s + max(slow_start_s, AFTER_S) + 0.5 * AFTER_S
    for balancer in range(BALANCERS):
        ramp = slow_start_s if balancer == RAMP else 0.0
        period = drained + boot_s + ramp
        until = max(LEAD_S + batches * period + AFTER_S, shown)
        of_bin = int(np.ceil(shown / BINS / max(LONGEST_STEP_S, until / MOST_STEPS)))
        step = shown / BINS / of_bin
        stays = exp(-step / long_s)
        f = Fleet(
            rate, vcpus, service, cold, warm_up, ramp, removal_s, drain_s, long_s, stays,
            long_share * (1.0 - stays) * long_s / step, step,
        )  # fmt: skip
        rows = table[balancer * ROWS : (balancer + 1) * ROWS]
        cohorts = plan(
            batches, first, period, ramp, drained + boot_s, number_in_work(utilisation, vcpus),
            usual_open,
        )  # fmt: skip
        steps = int(np.ceil(until / step / of_bin)) * of_bin
        run(rows, cohorts, curve, balancer, machines, at_once, steps, of_bin, slow_ms / 1000.0, f)
        for i in range(ROWS):
            rows[i, BALANCER] = balancer
            rows[i, RATE] = rate
            rows[i, EMPTY_S] = drained
            of_batch = period
            if rows[i, KIND] == DRAIN:
                of_batch += tried[i - BINS] - drained
            rows[i, TAKES_MIN] = batches * of_batch / 60.0
    return table
