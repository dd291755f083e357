"""Real-time requests and batch jobs on the same machines, shared in four ways.

Requests are short, and somebody waits for each. A job is long; it is cut into equal pieces, all of
which are there when it is released. A machine does one thing at a time.

*One queue*: first come, first served; the pieces of a job stand in it one behind the other.
*Requests first*: a machine that becomes free takes a request if one waits, else a piece. What has
begun is finished. *Requests interrupt*: a request that finds no free machine takes one away from
the piece that began last; that goes on later from where it was. *Separate machines*: some for
requests only, the others for batch only. Where there is one machine, each gets half of it.

A run is a day in fast motion, from 6:00 to 6:00; it is night from 22:00 on. All four ways meet the
same requests and jobs, and work until all is done.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.access_log import TIME_S, in_order
from scalelab.kernels.heap import pop, push, replace
from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

FIRST_COME, PRIORITY, PREEMPTIVE, POOLS = range(4)
POLICIES = 4
ALL_DAY, NIGHTLY = 0, 1
CONSTANT, EXPONENTIAL = 0, 1
PERCENTILE, WHOLE = 0, 1  # kinds of rows
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
N_QUANTILES = len(QUANTILES)
P99 = 5
ROWS = N_QUANTILES + 1  # of each way
COLUMNS = 24

DAY_S = 86_400.0
NIGHT_S = 28_800.0
NIGHT_BEGINS_S = 79_200.0  # 22:00
MORNING_S = 21_600.0  # 6:00
DAYLIGHT = (DAY_S - NIGHT_S) / DAY_S
# A long log is played in fewer runs, and against jobs in fewer pieces.
LOG_REQUESTS = 200_000
MOST_PIECES = 500_000
# A run is lengthened so many times at most to have jobs enough.
LONGER = 3.0


class Clock(NamedTuple):
    """Simulated time 0 is ``begins_s`` on the clock; a simulated second is ``faster`` of them."""

    begins_s: float
    faster: float


@kernel
def night_before(clock_s: float) -> float:
    """Seconds of night from the first 22:00 of all until ``clock_s``."""
    since = clock_s - NIGHT_BEGINS_S
    days = np.floor(since / DAY_S)
    return float(days * NIGHT_S + min(since - days * DAY_S, NIGHT_S))


@kernel
def at_night(clock: Clock, t: float) -> bool:
    since = clock.begins_s + t * clock.faster - NIGHT_BEGINS_S
    return bool(since - np.floor(since / DAY_S) * DAY_S < NIGHT_S)


@kernel
def of_night(clock: Clock, until: float) -> float:
    """How much of the time until then is night."""
    ends = night_before(clock.begins_s + until * clock.faster)
    return float((ends - night_before(clock.begins_s)) / clock.faster)


@kernel
def time_of_night(clock: Clock, passed: float) -> float:
    """The time by which so much of the night has passed."""
    nights = night_before(clock.begins_s) + passed * clock.faster
    whole = np.floor(nights / NIGHT_S)
    at = NIGHT_BEGINS_S + whole * DAY_S + (nights - whole * NIGHT_S)
    return float((at - clock.begins_s) / clock.faster)


@kernel
def random_requests(
    state: Words, clock: Clock, rate: float, night_traffic: float, until: float, comes: Floats
) -> int:
    """Poisson, at ``rate`` by day and ``night_traffic`` of that at night; how many there are."""
    n = 0
    t = 0.0
    evening = until - of_night(clock, until)
    while n < comes.size:
        gap = exponential(state, 1.0)
        if t < evening:
            t += gap / rate
            if t >= evening:
                # What is left of the gap takes longer at night.
                t = evening + (t - evening) / night_traffic
        else:
            t += gap / (rate * night_traffic)
        if t >= until:
            break
        comes[n] = t
        n += 1
    return n


@kernel
def logged_requests(
    state: Words, times: Floats, span_s: float, whole_seconds: bool, until: float, comes: Floats
) -> None:
    """When the log's requests come, with ``span_s`` of the log played in the time ``until``.

    A log of whole seconds does not say when within the second: at random, so that n requests cut
    it into n + 1 exponential gaps over their sum.
    """
    first = times[0]
    i = 0
    while i < times.size:
        n = 1
        while whole_seconds and i + n < times.size and times[i + n] == times[i]:
            n += 1
        total = 0.0
        if whole_seconds:
            for k in range(i, i + n):
                total += exponential(state, 1.0)
                comes[k] = total
            total += exponential(state, 1.0)
            for k in range(i, i + n):
                comes[k] = (times[i] - first + comes[k] / total) / span_s * until
        else:
            comes[i] = (times[i] - first) / span_s * until
        i += n


@kernel
def released_jobs(state: Words, clock: Clock, number: float, when: int, until: float) -> Floats:
    """When jobs are released: at random, ``number`` of them (on average, if it is broken).

    That a day has its number makes its load what it is said to be; where in the day they are is as
    for a Poisson stream that happens to have that number. Without a night, they are at any time.
    """
    n = int(number + uniform(state))
    night = of_night(clock, until)
    nightly = when == NIGHTLY and night > 0.0
    length = night if nightly else until
    released = np.empty(n)
    total = 0.0
    for job in range(n):
        total += exponential(state, 1.0)
        released[job] = total
    total += exponential(state, 1.0)
    for job in range(n):
        passed = released[job] / total * length
        released[job] = time_of_night(clock, passed) if nightly else passed
    return released


@kernel
def put_work(state: Words, law: int, mean: float, works: Floats) -> None:
    for i in range(works.size):
        works[i] = exponential(state, mean) if law == EXPONENTIAL else mean


class Work(NamedTuple):
    """Requests by the time they come, and what they take; jobs by their release, and what each of
    their ``pieces`` takes, job by job. ``until``: the morning."""

    comes: Floats
    takes: Floats
    released: Floats
    works: Floats
    pieces: int
    until: float


@kernel
def uninterrupted(
    work: Work, machines: int, slower: float, first_come: bool, waited: Floats, done: Floats
) -> float:
    """Serves all; ``waited`` by request, when each job is ``done``; batch done by the morning.

    The next to begin is known whenever a machine becomes free, so one step is one start.
    """
    free = np.zeros(machines)
    n, m = work.comes.size, work.works.size
    by_morning = 0.0
    i = j = 0
    while i < n or j < m:
        now = free[0]
        request = work.comes[i] if i < n else np.inf
        piece = work.released[j // work.pieces] if j < m else np.inf
        # Who could begin first; as early as each other, the request, or who came first.
        request_next = request <= piece if first_come else max(now, request) <= max(now, piece)
        if request_next:
            begins = max(now, request)
            waited[i] = begins - request
            replace(free, begins + work.takes[i] * slower)
            i += 1
        else:
            begins = max(now, piece)
            ends = begins + work.works[j] * slower
            job = j // work.pieces
            done[job] = max(done[job], ends)
            by_morning += min(max(work.until - begins, 0.0), ends - begins) / slower
            replace(free, ends)
            j += 1
    return by_morning


@kernel
def interrupting(work: Work, machines: int, waited: Floats, done: Floats) -> float:
    """The same, with requests that interrupt pieces.

    Pieces that run are in order of their release, the last is interrupted. Those interrupted are
    behind all that run and before all that have not begun: a stack, the earliest on top.
    """
    n, m = work.comes.size, work.works.size
    leaves = np.empty(machines)  # a heap: when the requests that are served are finished
    items = np.zeros(machines, np.int64)
    ends = np.empty(machines)
    runs = np.empty(machines, np.int64)
    left = np.empty(machines)
    held = np.empty(machines, np.int64)
    busy = running = holding = 0
    i = s = j = 0  # the next request to come, to be served, and the next piece to begin
    t = 0.0
    by_morning = 0.0
    while i < n or busy > 0 or running > 0 or j < m:
        comes = work.comes[i] if i < n else np.inf
        leave = leaves[0] if busy > 0 else np.inf
        room = running < machines - busy
        release = work.released[j // work.pieces] if room and holding == 0 and j < m else np.inf
        end = np.inf
        which = 0
        for k in range(running):
            if ends[k] < end:
                end = ends[k]
                which = k
        before = t
        t = max(t, min(min(comes, leave), min(release, end)))
        by_morning += running * (min(t, work.until) - min(before, work.until))
        if end <= t:
            job = runs[which] // work.pieces
            done[job] = max(done[job], t)
            running -= 1
            for k in range(which, running):
                ends[k] = ends[k + 1]
                runs[k] = runs[k + 1]
        elif leave <= t:
            pop(leaves, items, busy)
            busy -= 1
            if s < i:
                waited[s] = t - work.comes[s]
                push(leaves, items, busy, t + work.takes[s], 0)
                busy += 1
                s += 1
        elif comes <= t:
            i += 1
            if busy < machines:
                waited[s] = 0.0
                push(leaves, items, busy, t + work.takes[s], 0)
                busy += 1
                s += 1
        if running > machines - busy:
            running -= 1
            left[holding] = ends[running] - t
            held[holding] = runs[running]
            holding += 1
        while running < machines - busy:
            if holding > 0:
                holding -= 1
                ends[running] = t + left[holding]
                runs[running] = held[holding]
            elif j < m and work.released[j // work.pieces] <= t:
                ends[running] = t + work.works[j]
                runs[running] = j
                j += 1
            else:
                break
            running += 1
    return by_morning


@kernel
def served(
    policy: int, work: Work, machines: int, reserved: int, waited: Floats, done: Floats
) -> float:
    """One of the four ways; ``reserved`` machines are for requests only where they are separate."""
    for job in range(done.size):
        done[job] = 0.0
    if policy == PREEMPTIVE:
        return interrupting(work, machines, waited, done)
    if policy != POOLS:
        return uninterrupted(work, machines, 1.0, policy == FIRST_COME, waited, done)
    for_requests = max(1, min(reserved, machines - 1))
    slower = 2.0 if machines == 1 else 1.0
    requests = Work(
        work.comes, work.takes, work.released[:0], work.works[:0], work.pieces, work.until
    )
    jobs = Work(work.comes[:0], work.takes[:0], work.released, work.works, work.pieces, work.until)
    uninterrupted(requests, for_requests, slower, True, waited, done)
    return uninterrupted(jobs, max(1, machines - for_requests), slower, True, waited, done)


@kernel
def quantile(values: Floats, first: int, q: float) -> int:
    """Where the least value is that a share ``q`` of them do not exceed, not before ``first``."""
    return max(int(np.ceil(q * values.size - 1e-6)) - 1, first)


@kernel
def put_quantiles(values: Floats, into: Floats) -> None:
    """Those of `QUANTILES`; zeros of no values. Reorders ``values``."""
    first = 0
    for i in range(N_QUANTILES):
        into[i] = 0.0
        if values.size > 0:
            k = quantile(values, first, QUANTILES[i])
            into[i] = kth_smallest(values[first:], k - first)
            first = k


@kernel
def one_quantile(values: Floats, q: float) -> float:
    """One of them; 0 of no values. Reorders ``values``."""
    return kth_smallest(values, quantile(values, 0, q)) if values.size > 0 else 0.0


@kernel
def stream(seed: int, run: int, which: int) -> Words:
    """The chance of one run: of its requests (0), of its jobs (1)."""
    return generator((seed * 1000 + run) * 2 + which)


@kernel
def room(mean: float) -> int:
    """More than come by chance where ``mean`` come on average."""
    return int(mean + 10.0 * np.sqrt(mean)) + 20


class Log(NamedTuple):
    """Times of a reader's own requests in order, ``span_s`` long; none: requests are drawn."""

    times: Floats
    span_s: float
    whole_seconds: bool


@kernel
def log_of(log: Floats) -> Log:
    rows = in_order(log)
    times = rows[:, TIME_S].copy()
    whole = True
    for i in range(times.size):
        whole = whole and times[i] == np.floor(times[i])
    span = 0.0
    if times.size > 0:
        span = times[times.size - 1] - times[0]
        if whole or span == 0.0:
            span += 1.0
    return Log(times, span, whole)


@kernel
def work_of_day(
    log: Log, clock: Clock, rate: float, night_traffic: float, request_s: float, request_law: int,
    jobs: float, pieces: int, piece_s: float, piece_law: int, when: int, until: float, seed: int,
    run: int,
) -> Work:  # fmt: skip
    """The requests and jobs of one run; ``rate`` by day, ``jobs`` on average."""
    chance = stream(seed, run, 0)
    if log.times.size > 0:
        comes = np.empty(log.times.size)
        logged_requests(chance, log.times, log.span_s, log.whole_seconds, until, comes)
    else:
        drawn = np.empty(room(rate * until))
        comes = drawn[: random_requests(chance, clock, rate, night_traffic, until, drawn)]
    takes = np.empty(comes.size)
    put_work(chance, request_law, request_s, takes)
    chance = stream(seed, run, 1)
    released = released_jobs(chance, clock, jobs, when, until)
    works = np.empty(released.size * pieces)
    put_work(chance, piece_law, piece_s, works)
    return Work(comes, takes, released, works, pieces, until)


@kernel
def add_day(
    whole: Floats, work: Work, waited: Floats, done: Floats, by_morning: float, slower: float,
    goal_s: float, answered: Floats,
) -> None:  # fmt: skip
    """Adds one run's sums to the row of the ``whole`` day; puts when each request is answered."""
    in_time = 0
    for i in range(waited.size):
        takes = work.takes[i] * slower
        answered[i] = waited[i] + takes
        in_time += answered[i] <= goal_s
        whole[15] += min(max(work.until - work.comes[i] - waited[i], 0.0), takes) / slower
    whole[7] += waited.sum()
    whole[8] += in_time
    took = 0.0
    for job in range(done.size):
        took += done[job] - work.released[job]
    whole[11] += took
    # Runs without a job say nothing about how long one takes.
    if done.size > 0:
        mean = took / done.size
        whole[12] = mean if whole[12] == 0.0 else min(whole[12], mean)
        whole[13] = max(whole[13], mean)
    whole[14] += by_morning


@kernel
def p99_where(answered: Floats, nightly: NDArray[np.bool_], night: bool) -> float:
    """Of the requests by day, or of those at night; 0 of none."""
    chosen = np.empty(answered.size)
    n = 0
    for i in range(answered.size):
        if nightly[i] == night:
            chosen[n] = answered[i]
            n += 1
    return one_quantile(chosen[:n], QUANTILES[P99])


@kernel
def batch(
    machines: int, real_time: float, batch_load: float, job_s: float, piece_s: float, reserved: int,
    when: int, goal_s: float, request_s: float, request_law: int, piece_law: int,
    night_traffic: float, n_requests: int, n_jobs: int, n_runs: int, seed: int, log: Floats,
) -> Table:  # fmt: skip
    """By way to share, a row for each of `QUANTILES`, then one for the whole day.

    ``real_time`` and ``batch_load`` are shares of all machines' time, over the day. A run lasts for
    about ``n_requests``; for ``n_jobs``, if that is longer and not more than `LONGER` times as
    long. A log of the reader's own is played at the pace that makes its requests use ``real_time``.

    Columns: way to share; kind of row; of percentiles: quantile, 1 less it, time until answered of
    all runs together, of the lowest run and of the highest (s). Of the day: mean wait (s), share
    answered within the goal, 99th percentile by day and by night (s), mean time of a job from its
    release (s), of the lowest and the highest run, share of the batch work that is done by the
    morning, share of the machines' time that is used, and used by batch, until then. Of all rows:
    length of a piece (s), time of a job that has all machines (s), requests and jobs of a run,
    share of the requests at night, seconds of the clock that pass in one of the run, length of a
    run (s).
    """
    own_log = log_of(log)
    logged = own_log.times.size
    until = max(logged, n_requests if logged == 0 else 1) * request_s / (real_time * machines)
    if logged == 0 and batch_load > 0.0:
        until = max(until, min(n_jobs * job_s / (batch_load * machines), LONGER * until))
    clock = Clock(MORNING_S, DAY_S / until)
    if logged > 0:
        clock = Clock(own_log.times[0], own_log.span_s / until)
        n_runs = max(1, min(n_runs, LOG_REQUESTS // logged))
    jobs = batch_load * machines * until / job_s
    pieces = max(1, min(int(np.ceil(job_s / piece_s - 1e-9)), int(MOST_PIECES / (jobs + 1.0))))
    rate = real_time * machines / request_s / (DAYLIGHT + (1.0 - DAYLIGHT) * night_traffic)

    most = room(rate * until) if logged == 0 else logged
    answered = np.empty((POLICIES, n_runs * most))
    nightly = np.empty(n_runs * most, np.bool_)
    table = np.zeros((POLICIES * ROWS, COLUMNS))
    n_all = all_jobs = 0
    batch_work = 0.0
    at = np.empty(N_QUANTILES)
    for run in range(n_runs):
        work = work_of_day(
            own_log, clock, rate, night_traffic, request_s, request_law, jobs, pieces,
            job_s / pieces, piece_law, when, until, seed, run,
        )  # fmt: skip
        n = work.comes.size
        waited = np.zeros(n)
        done = np.zeros(work.released.size)
        for i in range(n):
            nightly[n_all + i] = at_night(clock, work.comes[i])
        for policy in range(POLICIES):
            by_morning = served(policy, work, machines, reserved, waited, done)
            part = answered[policy, n_all : n_all + n]
            slower = 2.0 if policy == POOLS and machines == 1 else 1.0
            rows = table[policy * ROWS : (policy + 1) * ROWS]
            add_day(rows[N_QUANTILES], work, waited, done, by_morning, slower, goal_s, part)
            put_quantiles(part.copy(), at)
            for k in range(N_QUANTILES):
                rows[k, 5] = at[k] if run == 0 else min(rows[k, 5], at[k])
                rows[k, 6] = max(rows[k, 6], at[k])
        n_all += n
        all_jobs += work.released.size
        batch_work += work.works.sum()

    for policy in range(POLICIES):
        rows = table[policy * ROWS : (policy + 1) * ROWS]
        whole = rows[N_QUANTILES]
        whole[7] /= max(n_all, 1)
        whole[8] /= max(n_all, 1)
        whole[9] = p99_where(answered[policy, :n_all], nightly, False)
        whole[10] = p99_where(answered[policy, :n_all], nightly, True)
        whole[11] /= max(all_jobs, 1)
        whole[16] = whole[14] / (machines * until * n_runs)
        whole[15] = whole[15] / (machines * until * n_runs) + whole[16]
        whole[14] = whole[14] / batch_work if batch_work > 0.0 else 1.0
        put_quantiles(answered[policy, :n_all], at)
        for k in range(ROWS):
            row = rows[k]
            row[0] = policy
            row[1] = PERCENTILE if k < N_QUANTILES else WHOLE
            if k < N_QUANTILES:
                row[2] = QUANTILES[k]
                row[3] = 1.0 - QUANTILES[k]
                row[4] = at[k]
            row[17] = job_s / pieces
            row[18] = np.ceil(pieces / machines) * job_s / pieces
            row[19] = n_all / n_runs
            row[20] = all_jobs / n_runs
            row[21] = nightly[:n_all].sum() / max(n_all, 1)
            row[22] = clock.faster
            row[23] = until
    return table
