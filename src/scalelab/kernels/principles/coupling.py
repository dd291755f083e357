"""One service of several fails: how far it spreads, by what the caller does about it.

A front end has a pool of workers. A request takes one, works for an exponential time, and some then
call the service that is going to fail. Who finds no worker is refused. Five ways: wait without a
*time-out*; with one; with one and a *circuit breaker* (Resilience4j's rules); with one and a
*bulkhead*, which bounds the calls that wait at once; or hand over to a *broker* and not wait.

No chance is drawn. Of the workers the mean number that is busy is known; with it goes the share of
requests that find one, as if that mean were for good: Erlang's loss formula, whatever the law of
the times (W.-P. Wang, D. Tipper, S. Banerjee, "A simple approximation for modeling nonstationary
queues", 1996). Pool and bulkhead lose independently (F. P. Kelly, "Blocking probabilities in large
circuit-switched networks", 1986). Steps are implicit, so that they may be longer than a request.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.erlang import erlang_b

NONE, TIME_OUT, BREAKER, BULKHEAD, BROKER = range(5)
WAYS = 5
HANG, SLOW_100, SLOW_10, ERROR = range(4)
FAULTS = 4
LATE, INSTEAD = range(2)  # without the service a request fails, or is answered without it
SLOWER = (0.0, 100.0, 10.0, 1.0)  # times; 0: no end

STEP_S = 0.1
LEAD_S = 30.0  # that are shown before anything happens
AFTER_S = 150.0  # and after the service is well again
BINS = 100
NODES = 400  # of the curves of Erlang's formula
FULL = 1e-4  # share that still finds a worker at the end of a curve
ALL_DONE = 0.95  # of the probes: as long as the last of ten exponential times, on average
WELL = 0.995  # of the requests are answered: as before
REFUSES = 0.1  # of the requests: a pool that is full

TIME, WAY, HERE, SERIES = range(4)
KIND, AT_S = range(2)
OK = 2  # and four more, by way
BUSY = OK + WAYS  # likewise
WHICH, SHARE, LOST, INNOCENT, MOST, FULL_S, HAS_FULL, BACK_S, OPEN_S, HAS_OPEN = range(12, 22)
MIDDLE_S, BEARS_S, NEEDS, BACKLOG, SERVICES, ALL_MIN, HALF_MIN, BROKER_MIN = range(22, 30)
ARRIVED, ANSWERED, REFUSED, FAILED, LEFT, HAS_BACK = range(30, 36)
WIDTH = 36

NUMBERS = (1, 2, 3, 5, 10, 20, 30)  # of services in series
ROWS = BINS + WAYS + 1 + len(NUMBERS)
MINUTES_PER_YEAR = 365.0 * 24 * 60

CLOSED, OPEN, HALF_OPEN = range(3)


class World(NamedTuple):
    """Rates in 1/s, times in s; a ``limit`` of 0 is none. Steps: of the time-out and patience."""

    rate: float
    share: float
    workers: int
    fault: int
    begins: int
    ends: int
    steps: int
    limit: int
    patience: int
    fallback: int
    work: float
    call: float
    hand_over: float
    threshold: float
    window: float
    wait: int
    probes: float


class Breaker(NamedTuple):
    """Results that the closed state has seen, and failures among them, at the end of each step."""

    results: Floats
    failures: Floats
    state: Floats


# Of a breaker: its state and the step of its last change; results before it closed; probes that may
# still be sent, those with a result and failures among them; the step at which the window begins.
STATE, CHANGED, BEFORE, PERMITS, SEEN, BAD, POINTER = range(7)


@kernel
def curve(places: int) -> Floats:
    """Mean number of busy places, and the share that finds one, for loads up to far too many."""
    found = np.empty((2, NODES))
    half = NODES // 2
    for k in range(NODES):
        if k < half:
            load = 1.2 * places * k / half
        else:
            load = 1.2 * places * power(1.0 / (1.2 * FULL), (k - half) / (half - 1.0))
        found[1, k] = 1.0 - erlang_b(load, places)
        found[0, k] = load * found[1, k]
    return found


@kernel
def admitted(known: Floats, places: int, base: float, gain: float) -> float:
    """Share that finds a place if ``base`` are busy in any case, and ``gain`` more if all do."""
    if gain <= 0.0:
        return 1.0
    low, high = 0, NODES - 1
    over = base + known[1, high] * gain - known[0, high]
    if over >= 0.0:
        least: float = min(known[1, high], max(places - base, 0.0) / gain)
        return least
    while high - low > 1:
        middle = (low + high) // 2
        if base + known[1, middle] * gain >= known[0, middle]:
            low = middle
        else:
            high = middle
    before = base + known[1, low] * gain - known[0, low]
    after = base + known[1, high] * gain - known[0, high]
    part = min(max(before / (before - after), 0.0), 1.0)
    share: float = known[1, low] + part * (known[1, high] - known[1, low])
    return share


@kernel
def in_fault(way: int, step: int, w: World) -> bool:
    """Whether calls of this way meet the failing service in this step."""
    return way != BROKER and w.begins < step <= w.ends


@kernel
def ends_at(way: int, step: int, w: World) -> float:
    """Rate at which a call ends in a step, times the step; a call that fails at once is not one."""
    if way == BROKER:
        return STEP_S / w.hand_over
    if not in_fault(way, step, w):
        return STEP_S / w.call
    return 0.0 if w.fault == HANG else STEP_S / (w.call * SLOWER[w.fault])


@kernel
def survivors(calls: Table, step: int, age: int, dead: int, kept: float) -> tuple[float, float]:
    """Calls of so many steps ago that are under way: when they are so old, and after the step.

    ``calls``: of each step those begun, those under way at its end, and decay up to its end;
    ``kept``: the share that this step leaves.
    """
    first = step - age
    if age == 0 or first < dead or calls[first, 1] == 0.0:
        return 0.0, 0.0
    passed = exp(calls[first, 2] - calls[step, 2])
    # No more than were under way before the step.
    at = min(calls[first, 0] * passed, calls[first, 1] * passed / kept)
    return at, calls[first, 1] * passed


@kernel
def may_call(breaker: Breaker, step: int, wanted: float, w: World) -> float:
    """Share of the calls that a breaker lets pass; after its wait it lets some probes pass."""
    state = breaker.state
    if state[STATE] == OPEN and step - state[CHANGED] >= w.wait:
        state[STATE], state[CHANGED], state[PERMITS] = HALF_OPEN, step, w.probes
        state[SEEN] = state[BAD] = 0.0
    if state[STATE] == CLOSED:
        return 1.0
    if state[STATE] == OPEN or wanted <= 0.0:
        return 0.0
    share: float = min(state[PERMITS] / wanted, 1.0)
    return share


@kernel
def observe(breaker: Breaker, step: int, sent: float, good: float, bad: float, w: World) -> None:
    """Counts the results of a step and changes the state."""
    state, results, failures = breaker.state, breaker.results, breaker.failures
    results[step] = results[step - 1]
    failures[step] = failures[step - 1]
    if state[STATE] == CLOSED:
        results[step] += good + bad
        failures[step] += bad
        if results[step] - state[BEFORE] < w.window:
            return
        pointer = int(state[POINTER])
        while results[pointer + 1] <= results[step] - w.window:
            pointer += 1
        state[POINTER] = pointer
        in_step = results[pointer + 1] - results[pointer]
        part = (results[step] - w.window - results[pointer]) / in_step if in_step > 0.0 else 0.0
        old = failures[pointer] + min(max(part, 0.0), 1.0) * (
            failures[pointer + 1] - failures[pointer]
        )
        if failures[step] - old >= w.threshold * w.window - 1e-9:
            state[STATE], state[CHANGED] = OPEN, step
    elif state[STATE] == HALF_OPEN:
        state[PERMITS] = max(state[PERMITS] - sent, 0.0)
        state[SEEN] += good + bad
        state[BAD] += bad
        if state[SEEN] >= ALL_DONE * w.probes:
            state[CHANGED] = step
            if state[BAD] >= w.threshold * state[SEEN]:
                state[STATE] = OPEN
            else:
                state[STATE], state[BEFORE], state[POINTER] = CLOSED, results[step], step - 1


@kernel
def put_bin(table: Table, way: int, step: int, ok: float, busy: float, w: World) -> None:
    """Means of the bin that ends with this step."""
    of_bin = w.steps // BINS
    line = table[step // of_bin - 1]
    line[KIND] = TIME
    line[AT_S] = (step - 0.5 * of_bin - w.begins) * STEP_S
    line[OK + way] = min(ok / (w.rate * STEP_S * of_bin), 1.0)
    line[BUSY + way] = busy / of_bin


@kernel
def run(table: Table, way: int, pool: Floats, own: Floats, places: int, w: World) -> None:
    """Fills one way's columns of the bins, and its row."""
    calls = np.zeros((w.steps + 1, 3))
    breaker = Breaker(np.zeros(w.steps + 1), np.zeros(w.steps + 1), np.zeros(7))
    # Before anything happens the window is full of good results.
    breaker.state[BEFORE] = -w.window
    row = table[BINS + way]
    arrive = w.rate * STEP_S
    limit = 0 if way in (NONE, BROKER) else w.limit
    too_old = w.patience if limit == 0 else min(w.patience, limit)
    in_patience = 0 < limit <= w.patience
    stays = exp(-STEP_S / w.work)
    still = arrive * (1.0 - stays) * w.work / STEP_S  # of those who come, at the end of the step
    working = w.rate * w.work
    young = w.rate * w.share * STEP_S / ends_at(way, 0, w)  # calls that may be answered in time
    old = 0.0
    found = 1.0
    ok = busy = 0.0
    dead = 1  # calls that were begun before this step are broken off
    decay, kept, within = 0.0, 1.0, 1.0
    for step in range(1, w.steps + 1):
        if ends_at(way, step, w) != decay:
            decay = ends_at(way, step, w)
            kept = exp(-decay)
            within = (1.0 - kept) / decay if decay > 0.0 else 1.0
        calls[step, 2] = calls[step - 1, 2] + decay
        at_once = in_fault(way, step, w) and w.fault == ERROR
        good = bad = reset = 0.0
        if way != BROKER and w.fault == HANG and step == w.ends + 1:
            # The service starts anew, and what hung is broken off.
            reset = young + old
            good = young if w.fallback == INSTEAD else 0.0
            bad = reset - good
            young = old = 0.0
            dead = step
        aged, aged_left = survivors(calls, step, too_old, dead, kept)
        timed_out, gone = aged, aged_left
        if limit != too_old:
            timed_out, gone = survivors(calls, step, limit, dead, kept)
        young_base = max(young * kept - aged_left, 0.0)
        old_base = 0.0 if limit == too_old else max(old * kept + aged_left - gone, 0.0)
        work_base = working * stays
        wanted = w.share * (working - work_base + found * (arrive - still))
        passes = 1.0
        if way == BREAKER:
            passes = may_call(breaker, step, wanted, w)
        elif way == BULKHEAD and not at_once and places < w.workers:
            passes = admitted(own, places, young_base + old_base, wanted * within)
        hold = 0.0 if at_once else w.share * passes * within
        base = young_base + old_base + work_base + hold * (working - work_base)
        found = admitted(pool, w.workers, base, still + hold * (arrive - still))
        done = working - work_base + found * (arrive - still)
        working = work_base + found * still
        begun = w.share * done * passes
        stopped = w.share * done - begun
        errors = begun if at_once else 0.0
        calls[step, 0] = begun - errors
        calls[step, 1] = calls[step, 0] * within
        # What is no longer there and did not grow too old has been answered.
        in_time = max(young + begun - errors - young_base - calls[step, 1] - aged, 0.0)
        late = 0.0 if limit == too_old else max(old + aged - old_base - timed_out, 0.0)
        young, old = young_base + calls[step, 1], old_base
        if way == BREAKER:
            observe(breaker, step, begun, in_time + late, timed_out + errors + reset, w)
            if breaker.state[STATE] == OPEN and row[HAS_OPEN] == 0.0:
                row[OPEN_S], row[HAS_OPEN] = (step - w.begins) * STEP_S, 1.0
        good += (1.0 - w.share) * done + in_time
        bad += late
        instead = stopped + errors if w.fallback == INSTEAD else 0.0
        if w.fallback == INSTEAD and in_patience:
            instead += timed_out
        good += instead
        bad += stopped + errors + timed_out - instead
        number = working + young + old
        row[ARRIVED] += arrive
        row[ANSWERED] += good
        row[REFUSED] += (1.0 - found) * arrive
        row[FAILED] += bad
        row[MOST] = max(row[MOST], number)
        if w.begins < step <= w.ends:
            row[SHARE] += good
            if row[HAS_FULL] == 0.0 and found < 1.0 - REFUSES:
                row[FULL_S], row[HAS_FULL] = (step - w.begins) * STEP_S, 1.0
        elif step > w.ends and good < WELL * arrive:
            row[BACK_S] = (step - w.ends) * STEP_S
        ok += good
        busy += number
        if step % (w.steps // BINS) == 0:
            put_bin(table, way, step, ok, busy, w)
            ok = busy = 0.0
    row[KIND] = WAY
    row[WHICH] = way
    row[SHARE] = min(row[SHARE] / (arrive * (w.ends - w.begins)), 1.0)
    row[INNOCENT] = (1.0 - w.share) * row[REFUSED]
    row[LOST] = row[REFUSED] + row[FAILED]
    row[MIDDLE_S] = 0.5 * (w.ends - w.begins) * STEP_S
    row[LEFT] = working + young + old
    row[HAS_BACK] = 1.0 if row[BACK_S] < (w.steps - w.ends) * STEP_S - 0.5 * STEP_S else 0.0


@kernel
def held(fault: int, call: float, limit: float) -> float:
    """For how long a call to the failing service holds its worker on average."""
    if fault == HANG:
        return limit
    if fault == ERROR:
        return 0.0
    slow = call * SLOWER[fault]
    return slow * (1.0 - exp(-limit / slow))


@kernel
def put_series(rows: Table, each: float) -> None:
    """Minutes a year without an answer, by number of services that are asked in turn."""
    for i in range(len(NUMBERS)):
        n = NUMBERS[i]
        rows[i, KIND] = SERIES
        rows[i, SERVICES] = n
        up = half = 1.0
        for k in range(n):
            up *= each
            half *= each if k % 2 == 0 else 1.0
        rows[i, ALL_MIN] = (1.0 - up) * MINUTES_PER_YEAR
        rows[i, HALF_MIN] = (1.0 - half) * MINUTES_PER_YEAR
        rows[i, BROKER_MIN] = 0.1 * (1.0 - each) * MINUTES_PER_YEAR


@kernel
def coupling(
    fault: int, minutes: float, share: float, rate: float, workers: int, limit_s: float,
    own_calls: int, fallback: int, each: float, work_ms: float, call_ms: float, hand_over_ms: float,
    patience_s: float, threshold: float, window: float, wait_s: float, probes: float,
) -> Table:  # fmt: skip
    """Requests around a fault: `BINS` bins, `WAYS` ways, what a pool bears, and services in series.

    ``rate`` requests/s come to ``workers``; each works for ``work_ms``, and a ``share`` then calls
    a service that takes ``call_ms``, and for ``minutes`` hangs, is slower or fails at once
    (``fault``). Answers after ``patience_s`` do not count. A breaker opens when the ``threshold``
    of the last ``window`` calls has failed, for ``wait_s``, and then tries ``probes``; a bulkhead
    lets ``own_calls`` wait. With ``fallback`` 1 a request is answered without the call, if soon.
    Services in the series are up for ``each`` of the time.

    Columns: kind of row; s since the fault began, the middle of a bin. In a bin by way: answered in
    time, over requests that came; workers busy. Of a way: which; answered in time over those who
    came during the fault; lost in all; lost of those that do not need the service; most busy
    workers; s until one in ten is refused, and 1 if it is; s after the fault until as before; s
    until the breaker opens, and 1 if it does; the middle of the fault (s). As set: the longest
    time-out that the pool bears if the service hangs (s); workers that the time-out needs; messages
    that wait at the broker in the end. Of a series: services; minutes a year without an answer if
    all are needed, if every second has a fallback, if only a broker with one more nine is. Then, of
    a way: requests that came, were answered in time, were refused, failed, and are left; and 1 if
    all is as before in the end.
    """
    table = np.zeros((ROWS, WIDTH))
    begins = int(LEAD_S / STEP_S + 0.5)
    ends = begins + int(60.0 * minutes / STEP_S + 0.5)
    # Bins are of so many whole steps, and the last one is full.
    steps = (ends + int(AFTER_S / STEP_S + 0.5) + BINS - 1) // BINS * BINS
    w = World(
        rate, share, workers, fault, begins, ends, steps, max(int(limit_s / STEP_S + 0.5), 1),
        int(patience_s / STEP_S + 0.5), fallback, work_ms / 1000.0, call_ms / 1000.0,
        hand_over_ms / 1000.0, threshold, window, int(wait_s / STEP_S + 0.5), probes,
    )  # fmt: skip
    places = min(own_calls, workers)
    pool, mine = curve(workers), curve(places)
    for way in range(WAYS):
        run(table, way, pool, mine, places, w)
    here = table[BINS + WAYS]
    here[KIND] = HERE
    here[BEARS_S] = max(workers - rate * w.work, 0.0) / (rate * share)
    here[NEEDS] = rate * w.work + rate * share * held(fault, w.call, limit_s)
    here[BACKLOG] = rate * share * 60.0 * minutes
    put_series(table[BINS + WAYS + 1 :], each)
    return table
