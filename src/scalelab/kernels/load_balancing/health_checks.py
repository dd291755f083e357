"""What different health checks see of a broken machine, how soon, and what they break themselves.

Five machines behind load balancers, each of which checks each machine every so many seconds, and
takes it out after so many failures in a row. Four kinds of check: a connection, which the operating
system answers; an empty page, which waits in the machine's line and does next to nothing; a real
page, which does what a request does, the database included; and none at all, where customers'
requests are counted instead (passive: so many errors in a row).

Two questions, answered apart. What happens after something breaks, by the second: lines of waiting
requests grow and shrink as a fluid, without chance, on average over the moments of the checks.
And how often a healthy machine is taken out by chance, or as it is busy: runs of failures (W.
Feller, "An Introduction to Probability Theory and Its Applications", volume I, section XIII.7), for
pages with the line that they stand in (`late_checks`).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels import shop
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.load_balancing.late_checks import Line, until_late
from scalelab.kernels.random import generator, uniform

CONNECTION, EMPTY, REAL, PASSIVE = range(4)
KINDS = 4
DEAD, HANGS, SLOW, ERRORS, NO_DATABASE = range(5)
NEVER, NONE_LEFT, UNDER_HALF = range(3)
TIMELINE, TRADE, HERE = range(3)

MACHINES = 5
BROKEN = 0  # the machine that breaks
EMPTY_S = shop.WEB_MS / 1000.0
REQUEST_S = shop.MACHINE_MS / 1000.0

WINDOW_S = 300.0
STEPS = 3000
STEP_S = WINDOW_S / STEPS
PHASES = 16  # moments at which it breaks, each as one balancer sees it
MOST_VIEWS = 8  # balancers with an opinion of their own
BINS = 32
THRESHOLDS = 6
MOST_H = 1e9  # longer times between false alarms are this
ALL = 0.999  # of the requests fail: nobody is answered

CHECK, PART, TIME, FAILING, THRESHOLD, FALSE_H, FAILED, SEES, OUT_S, WORST_S = range(10)
LEAST_S, LATE, BUSY, CHECKS, CHECK_SHARE, PEAK, DARK_S = range(10, 17)
WIDTH = 17


class World(NamedTuple):
    """Times in s. ``limit``: the longest wait in a machine's line, others are refused."""

    trouble: int
    rate: float
    interval: float
    timeout: float
    unhealthy: int
    healthy: int
    fallback: int
    balancers: int
    limit: float
    slow: float
    away: float
    needs: float
    errors: int
    ejection: float
    connecting: float
    waiting: float


@kernel
def until_run(failing: float, run: int) -> float:
    """Mean number of tries until so many in a row have failed; 1e300 if that is out of sight.

    Feller's (1 - p^k) / ((1 - p) p^k), as the sum of p^-1 ... p^-k.
    """
    total = 0.0
    term = 1.0
    for _ in range(run):
        term /= max(failing, 1e-300)
        total += term
        if total > 1e300:
            return 1e300
    return total


@kernel
def fails(kind: int, machine: int, time: float, backlog: float, w: World) -> bool:
    """Whether a check that is sent at ``time`` fails, without chance."""
    if machine == BROKEN and w.trouble != NO_DATABASE:
        if w.trouble == DEAD or (w.trouble == HANGS and kind != CONNECTION):
            return True
        # Its requests keep no vCPU busy, so that an empty page has nothing to wait for.
        return kind == REAL and (w.trouble == ERRORS or w.slow > w.timeout)
    if kind == CONNECTION:
        return False
    if w.trouble == NO_DATABASE and kind == REAL and time < w.away:
        return True
    return backlog + (EMPTY_S if kind == EMPTY else REQUEST_S) > w.timeout


@kernel
def at_once(machine: int, w: World) -> bool:
    """Whether a failed check has an answer, an error, and does not wait for its timeout."""
    return machine == BROKEN and w.trouble == ERRORS


@kernel
def answered(
    share: Floats, backlog: Floats, refused: Floats, checks: float, time: float, w: World
) -> float:
    """One step of every machine's line; the share of all requests that fail.

    ``share``: of all requests, by machine. ``refused``: of a machine's own requests, those that
    fail. ``checks``: part of a machine that they keep busy.
    """
    total = 0.0
    for machine in range(MACHINES):
        if machine == BROKEN and w.trouble != NO_DATABASE:
            refused[machine] = 0.0 if w.trouble == SLOW and w.slow <= w.limit else 1.0
        else:
            load = share[machine] * w.rate * REQUEST_S / shop.VCPUS + checks
            line = max(backlog[machine] + (load - 1.0) * STEP_S, 0.0)
            backlog[machine] = min(line, w.limit)
            over = 1.0 - 1.0 / load if line >= w.limit and load > 1.0 else 0.0
            without = w.needs if w.trouble == NO_DATABASE and time < w.away else 0.0
            refused[machine] = over + (1.0 - over) * without
        total += share[machine] * refused[machine]
    return total


@kernel
def spread(up: Ints, first: int, part: float, w: World, share: Floats) -> float:
    """Where a balancer sends its ``part`` of the requests; what it can send nowhere."""
    there = 0
    for machine in range(MACHINES):
        there += up[first + machine]
    everywhere = there == 0 and w.fallback != NEVER
    if w.fallback == UNDER_HALF and 2 * there < MACHINES:
        everywhere = True
    if there == 0 and not everywhere:
        return part
    for machine in range(MACHINES):
        if everywhere:
            share[machine] += part / MACHINES
        elif up[first + machine] == 1:
            share[machine] += part / there
    return 0.0


@kernel
def counted(up: Ints, streak: Ints, pair: int, failed: bool, w: World) -> None:
    """One more result of a balancer's checks of a machine."""
    against = failed if up[pair] == 1 else not failed
    streak[pair] = streak[pair] + 1 if against else 0
    if streak[pair] >= (w.unhealthy if up[pair] == 1 else w.healthy):
        up[pair] = 1 - up[pair]
        streak[pair] = 0


@kernel
def phases(run: int, runs: int) -> Floats:
    """When each balancer first checks each machine, as a part of an interval.

    The machine that breaks, at moments that are evenly spread over all balancers and courses; the
    others at any time.
    """
    views = PHASES // runs
    state = generator(run)
    first = np.empty(views * MACHINES)
    for view in range(views):
        for machine in range(MACHINES):
            part = uniform(state)
            if machine == BROKEN:
                part = (view * runs + run + 0.5) / PHASES
            first[view * MACHINES + machine] = part
    return first


@kernel
def checked(kind: int, run: int, runs: int, w: World, checks: float, failing: Floats) -> float:
    """One course of events with active checks, added to ``failing``; seconds in the dark.

    Every balancer checks at moments of its own, and has its own opinion.
    """
    due = phases(run, runs) * w.interval
    pairs = due.size
    views = pairs // MACHINES
    up = np.ones(pairs, np.int64)
    streak = np.zeros(pairs, np.int64)
    noticed = np.full(pairs, np.inf)  # when a check that is under way has failed
    share = np.empty(MACHINES)
    backlog = np.zeros(MACHINES)
    refused = np.zeros(MACHINES)
    dark = 0.0
    for i in range(STEPS):
        # What happens within half a step of its beginning happens there.
        soon = (i + 0.5) * STEP_S
        for pair in range(pairs):
            while min(due[pair], noticed[pair]) < soon:
                if noticed[pair] <= due[pair]:
                    noticed[pair] = np.inf
                    counted(up, streak, pair, True, w)
                    continue
                machine = pair % MACHINES
                if not fails(kind, machine, due[pair], backlog[machine], w):
                    counted(up, streak, pair, False, w)
                elif at_once(machine, w):
                    counted(up, streak, pair, True, w)
                else:
                    noticed[pair] = due[pair] + w.timeout
                due[pair] += w.interval
        nowhere = 0.0
        for machine in range(MACHINES):
            share[machine] = 0.0
        for view in range(views):
            nowhere += spread(up, view * MACHINES, 1.0 / views, w, share)
        total = nowhere + answered(share, backlog, refused, checks, i * STEP_S, w)
        failing[i] += total / runs
        dark += STEP_S / runs if total > ALL else 0.0
    return dark


@kernel
def unanswered_for(w: World) -> float:
    """How long a request to the broken machine takes to fail."""
    if w.trouble == DEAD:
        return w.connecting
    return w.waiting if w.trouble == HANGS else 0.0


@kernel
def passive(w: World, failing: Floats) -> float:
    """The same where each balancer counts its customers' errors, and has one machine out at most.

    Errors come at random among a machine's requests, and the mean time until a run is taken. A
    machine is back after a time that grows with each ejection, and is tried by customers.
    """
    up = np.ones(MACHINES, np.int64)
    ejected = np.zeros(MACHINES)
    back = np.zeros(MACHINES)
    since = np.zeros(MACHINES)
    run = np.zeros(MACHINES)  # part of the way to a run of errors
    share = np.empty(MACHINES)
    backlog = np.zeros(MACHINES)
    refused = np.zeros(MACHINES)
    out = 0
    dark = 0.0
    for i in range(STEPS):
        time = i * STEP_S
        for machine in range(MACHINES):
            share[machine] = 0.0
            if up[machine] == 0 and time >= back[machine] - 0.5 * STEP_S:
                up[machine] = 1
                since[machine] = time
                run[machine] = 0.0
                out -= 1
        spread(up, 0, 1.0, w, share)
        total = answered(share, backlog, refused, 0.0, time, w)
        failing[i] += total
        dark += STEP_S if total > ALL else 0.0
        for machine in range(MACHINES):
            seen = refused[machine]
            if machine == BROKEN and w.trouble == SLOW:
                seen = 0.0  # late is no error
            delay = unanswered_for(w) if machine == BROKEN else 0.0
            if up[machine] == 0 or seen == 0.0 or time < since[machine] + delay - 0.5 * STEP_S:
                continue
            ahead = share[machine] * w.rate / w.balancers * STEP_S / until_run(seen, w.errors)
            if out == 0 and run[machine] + ahead >= 1.0:
                # Within the step: what comes after it goes elsewhere.
                part = max(1.0 - run[machine], 0.0) / ahead
                others = refused[(machine + 1) % MACHINES]
                failing[i] -= share[machine] * (refused[machine] - others) * (1.0 - part)
                out += 1
                up[machine] = 0
                ejected[machine] += 1.0
                back[machine] = time + part * STEP_S + w.ejection * ejected[machine]
            run[machine] += ahead
    return dark


@kernel
def sees(kind: int, w: World) -> bool:
    """Whether the broken machine is taken out, if this has time enough."""
    if kind == PASSIVE:
        return w.trouble != SLOW
    if w.trouble == NO_DATABASE:
        # So many checks are sent for certain before it is back.
        return kind == REAL and w.unhealthy * w.interval <= w.away
    return fails(kind, BROKEN, 0.0, 0.0, w)


@kernel
def checking(kind: int, w: World) -> float:
    """How busy its checks keep a machine."""
    work = 0.0
    if kind == EMPTY:
        work = EMPTY_S
    elif kind == REAL:
        work = REQUEST_S
    return w.balancers / w.interval * work / shop.VCPUS


@kernel
def alarms(kind: int, lost: float, w: World, tries: Floats) -> float:
    """Checks of a healthy machine until 1, 2, 3, ... fail in a row; how many fail."""
    if kind == CONNECTION:
        for k in range(tries.size):
            tries[k] = until_run(lost, k + 1)
        return lost
    load = busy(w) + checking(kind, w)
    line = Line(load * shop.VCPUS / REQUEST_S, 1.0 / REQUEST_S, shop.VCPUS)
    work = EMPTY_S if kind == EMPTY else REQUEST_S
    return until_late(line, w.timeout - work, w.interval, lost, w.limit, tries)


@kernel
def busy(w: World) -> float:
    """How busy each machine is, of the requests, while all are there."""
    return w.rate * REQUEST_S / (MACHINES * shop.VCPUS)


@kernel
def traded(row: Floats, threshold: int, tries: Floats, w: World) -> None:
    """Time until a dead machine is out, against hours between two false alarms of all checks."""
    row[THRESHOLD] = threshold
    row[TIME] = (threshold - 0.5) * w.interval + w.timeout
    pairs = MACHINES * w.balancers
    row[FALSE_H] = min(tries[threshold - 1] * w.interval / pairs / 3600.0, MOST_H)


@kernel
def summed_up(row: Floats, kind: int, w: World, dark: float, failing: Floats) -> None:
    """What happened after it broke."""
    row[CHECK] = kind
    row[PART] = HERE
    row[DARK_S] = dark
    row[BUSY] = busy(w)
    for i in range(STEPS):
        row[FAILED] += failing[i] * w.rate * STEP_S
        row[PEAK] = max(row[PEAK], failing[i])
    if not sees(kind, w):
        return
    row[SEES] = 1.0
    if kind == PASSIVE:
        requests = until_run(w.needs if w.trouble == NO_DATABASE else 1.0, w.errors)
        row[OUT_S] = unanswered_for(w) + requests * MACHINES * w.balancers / w.rate
        row[LEAST_S] = row[OUT_S]
        row[WORST_S] = row[OUT_S]
        return
    wait = 0.0 if w.trouble == ERRORS else w.timeout
    row[LEAST_S] = (w.unhealthy - 1) * w.interval + wait
    row[OUT_S] = (w.unhealthy - 0.5) * w.interval + wait
    row[WORST_S] = w.unhealthy * w.interval + wait


@kernel
def edge(i: int) -> float:
    """The end of a bin, as a part of the window: short ones first."""
    part = i / BINS
    return float(part * np.sqrt(part))


@kernel
def binned(table: Table, first: int, kind: int, failing: Floats) -> None:
    """The course of events, as means over bins."""
    step = 0
    for i in range(BINS):
        row = table[first + i]
        row[CHECK] = kind
        row[PART] = TIMELINE
        row[TIME] = 0.5 * (edge(i) + edge(i + 1)) * WINDOW_S
        end = max(int(np.rint(edge(i + 1) * STEPS)), step + 1)
        for j in range(step, end):
            row[FAILING] += failing[j] / (end - step)
        step = end


@kernel
def courses(balancers: int) -> int:
    """Courses of events over which to take the mean, so that there are `PHASES` phases in all."""
    views = 1
    while 2 * views <= min(balancers, MOST_VIEWS):
        views *= 2
    return PHASES // views


@kernel
def health_checks(
    trouble: int, rate_per_s: float, interval_s: float, timeout_s: float, unhealthy: int,
    healthy: int, lost: float, fallback: int, balancers: int, limit_s: float, slow_s: float,
    away_s: float, needs: float, errors: int, ejection_s: float, connecting_s: float,
    waiting_s: float,
) -> Table:  # fmt: skip
    """For each kind of check `BINS` rows of what happens, one for each threshold, and one of all.

    A timeout longer than the interval is cut to it. ``lost``: share of checks that fail for no
    reason. A machine's line is ``limit_s`` long at most, and later answers are of no use; a slow
    one takes ``slow_s``. The database is ``away_s`` away, and a part ``needs`` of the requests
    fails without it. Passive: ``errors`` in a row, out for ``ejection_s``, then twice, three times
    as long; no connection after ``connecting_s``, no answer after ``waiting_s``.

    Columns: kind of check; part of the table; time (s): of a bin, or until a dead machine is out;
    share of requests that fail; failures in a row until out; hours between false alarms (at most
    `MOST_H`); requests that fail in `WINDOW_S`; 1 if the broken machine is taken out (else the next
    are 0), after how many s on average and at the latest; at the earliest; share of checks of a
    healthy machine that fail; how busy machines are; checks/s; how busy those keep a machine;
    largest share that fails; s in which nobody is answered.
    """
    w = World(
        trouble, rate_per_s, interval_s, min(timeout_s, interval_s), unhealthy, healthy, fallback,
        balancers, limit_s, slow_s, away_s, needs, errors, ejection_s, connecting_s, waiting_s,
    )  # fmt: skip
    table = np.zeros((KINDS * BINS + PASSIVE * THRESHOLDS + KINDS, WIDTH))
    runs = courses(balancers)
    for kind in range(KINDS):
        failing = np.zeros(STEPS)
        dark = 0.0
        if kind == PASSIVE:
            dark = passive(w, failing)
        else:
            for run in range(runs):
                dark += checked(kind, run, runs, w, checking(kind, w), failing)
        binned(table, kind * BINS, kind, failing)
        here = table[table.shape[0] - KINDS + kind]
        summed_up(here, kind, w, dark, failing)
        if kind == PASSIVE:
            continue
        tries = np.empty(max(THRESHOLDS, unhealthy))
        here[LATE] = alarms(kind, lost, w, tries)
        here[CHECKS] = balancers * MACHINES / w.interval
        here[CHECK_SHARE] = checking(kind, w)
        traded(here, unhealthy, tries, w)
        for i in range(THRESHOLDS):
            row = table[KINDS * BINS + kind * THRESHOLDS + i]
            row[CHECK] = kind
            row[PART] = TRADE
            traded(row, i + 1, tries, w)
    return table
