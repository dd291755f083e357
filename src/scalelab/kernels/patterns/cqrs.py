"""One model, or one for writing and several for reading: machines, and how far reads are behind.

*One model* keeps normalised tables and an index for each kind of query; a query looks into several
tables. It is sharded by a key, and queries that do not know the key ask every shard; each shard can
have copies, which share its reads, and each of which applies its writes. With *CQRS* (G. Young,
"CQRS Documents", 2010) a write changes the tables and leaves an event, and each read model changes
its rows for it, so that a query finds what it needs in one row, in one place.

An event waits for a relay, for the log and for a projector: queues in tandem, and with Poisson
writes and exponential work the times at each are independent and exponential (P. J. Burke, "The
output of a queuing system", Operations Research 4(6), 1956; E. Reich, "Waiting times when queues
are in tandem", Annals of Mathematical Statistics 28(3), 1957). If rows are made visible at a tick,
whose phase is independent of them, a uniform time comes on top. If the *outbox* is polled at a tick
events come in batches, which is no such tandem any more, and is simulated.

All times in ms, rates in events per ms or, where it is said, per second.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.exceedance import add_up, count_later
from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.random import exponential, generator

SHARDS, COPIED, ONE_STORE, STORES = range(4)
DESIGNS = 4
NOTHING, PAUSE, VERSION, PIN, ANSWER = range(5)
REMEDIES = 5
CURVE, TIME, REMEDY, HERE = range(4)
LEAST_RATE, MOST_RATE, RATES = 200.0, 500_000.0, 42
TIMES = 48
ROWS = RATES + TIMES + REMEDIES + 1
RUNS = 4

KIND, RATE, MACHINES = 0, 1, 2  # and three more columns
AT, STREAMED, TICKED, POLLED, POLLED_LOW, POLLED_HIGH = range(6, 12)
WAY, MISSED, WAIT, WAIT_99, EXTRA = range(12, 17)
STEADY, BUSY, NEEDED, LAG, LAG_99, QUEUED, POLL_LAG = range(17, 24)
PROJECTING, ONE_WORK, CQRS_WORK, ONE_WRITE, CQRS_WRITE = range(24, 29)
BREAK_EVEN, CROSSES, CROSSING, PINNED_LOAD, SHARDS_DO = range(29, 34)
WIDTH = 34

MOST_BUSY_PROJECTOR = 0.999  # beyond that it is taken as unable to keep up
PROJECTOR_TARGET = 0.8  # for the number that is called enough
LEAST_CHANCE = 1e-9
MOST_CHECKS = 2000
TRIED = 400  # numbers of shards, with copies
PERIODS, MOST_EVENTS = 8.0, 20_000.0  # ticks that a run sees at least, if these events are enough


class Work(NamedTuple):
    """Of a vCPU (ms), and the shape of the data; ``capacity``: ms/s of one machine."""

    models: int
    tables: int
    no_key: float
    rows: int
    lookup: float
    write: float
    entry: float
    outbox: float
    capacity: float
    log_machines: int


class Pipe(NamedTuple):
    """Rates (1/ms) of the exponential times in relay, log, projector; and the tick, 0 if none."""

    relay: float
    log: float
    projector: float
    every: float


@kernel
def phases(pipe: Pipe, t: float) -> tuple[float, float, float]:
    """Chances that after ``t`` an event is still at the relay, at the log, at the projector.

    The first row of exp(At), by Taylor's series for a short time that is then doubled. It is made
    uniform first, so that no term is negative, and equal rates are nothing special.
    """
    if t <= 0.0:
        return 1.0, 0.0, 0.0
    r = max(pipe.relay, pipe.log, pipe.projector)
    doublings = 0
    h = t
    while r * h > 0.5 and doublings < 60:
        h *= 0.5
        doublings += 1
    qa, qb, qc = (r - pipe.relay) * h, (r - pipe.log) * h, (r - pipe.projector) * h
    qd, qe = pipe.relay * h, pipe.log * h
    ta = tb = tc = 1.0
    d = e = f = td = te = tf = 0.0
    for k in range(1, 19):
        td, te, tf = (qa * td + qd * tb) / k, (qb * te + qe * tc) / k, (qa * tf + qd * te) / k
        ta, tb, tc = qa * ta / k, qb * tb / k, qc * tc / k
        d, e, f = d + td, e + te, f + tf
    scale = exp(-r * h)
    d, e, f = d * scale, e * scale, f * scale
    a, b, c = exp(-pipe.relay * h), exp(-pipe.log * h), exp(-pipe.projector * h)
    for _ in range(doublings):
        f, d, e = a * f + d * e + f * c, a * d + d * b, b * e + e * c
        h *= 2.0
        # Squares of squares would double their errors each time.
        a, b, c = exp(-pipe.relay * h), exp(-pipe.log * h), exp(-pipe.projector * h)
    return a, d, f


@kernel
def later(pipe: Pipe, t: float) -> float:
    """Chance that relay, log and projector together take longer than ``t``."""
    a, b, c = phases(pipe, t)
    return min(a + b + c, 1.0)


@kernel
def over(pipe: Pipe, t: float) -> float:
    """Mean of what they take beyond ``t``, nothing if they take less: the integral of `later`."""
    a, b, c = phases(pipe, t)
    third = 1.0 / pipe.projector
    second = 1.0 / pipe.log + third
    return a * (1.0 / pipe.relay + second) + b * second + c * third


@kernel
def over_all(pipe: Pipe, t: float) -> float:
    """The integral of `over` from ``t`` on: half the mean square of what is beyond."""
    a, b, c = phases(pipe, t)
    third = 1.0 / pipe.projector
    second = 1.0 / pipe.log + third
    first = 1.0 / pipe.relay + second
    squares = 1.0 / (pipe.projector * pipe.projector)
    half_c = 0.5 * (squares + third * third)
    squares += 1.0 / (pipe.log * pipe.log)
    half_b = 0.5 * (squares + second * second)
    squares += 1.0 / (pipe.relay * pipe.relay)
    return a * 0.5 * (squares + first * first) + b * half_b + c * half_c


@kernel
def missing(pipe: Pipe, t: float) -> float:
    """Chance that a write is not visible ``t`` after it: `later`, and a uniform wait for a tick."""
    every = pipe.every
    if every <= 0.0:
        return later(pipe, t)
    if t >= every:
        chance = (over(pipe, t - every) - over(pipe, t)) / every
    else:
        chance = (every - t + over(pipe, 0.0) - over(pipe, t)) / every
    return min(max(chance, 0.0), 1.0)


@kernel
def left(pipe: Pipe, t: float) -> float:
    """Mean time until a write is visible, from ``t`` after it on; nothing if it is by then."""
    every = pipe.every
    if every <= 0.0:
        return over(pipe, t)
    if t >= every:
        return max((over_all(pipe, t - every) - over_all(pipe, t)) / every, 0.0)
    short = every - t
    more = over_all(pipe, 0.0) - over_all(pipe, t)
    return (short * over(pipe, 0.0) + 0.5 * short * short + more) / every


@kernel
def quantile(pipe: Pipe, beyond: float) -> float:
    """The time after which only ``beyond`` of the writes are not visible yet."""
    low = 0.0
    high = pipe.every + over(pipe, 0.0)
    for _ in range(60):
        if missing(pipe, high) <= beyond:
            break
        high *= 2.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if missing(pipe, middle) > beyond:
            low = middle
        else:
            high = middle
    return high


@kernel
def polled(
    state: Words, rate: float, services: Floats, every: float, events: int, times: Floats,
    counts: Floats,
) -> float:  # fmt: skip
    """Mean lag of events that a relay fetches at each tick; ``counts`` gets how many are later.

    ``times`` ascend. A tenth of the events comes first and is not counted.
    """
    now = relay = log = projector = total = 0.0
    warm_up = events // 10
    for i in range(warm_up + events):
        now += exponential(state, 1.0 / rate)
        fetched = (np.floor(now / every) + 1.0) * every if every > 0.0 else now
        relay = max(relay, fetched) + exponential(state, services[0])
        log = max(log, relay) + exponential(state, services[1])
        projector = max(projector, log) + exponential(state, services[2])
        if i < warm_up:
            continue
        lag = projector - now
        total += lag
        count_later(times, lag, counts)
    add_up(counts)
    for j in range(times.size):
        counts[j] /= events
    return total / events


@kernel
def whole(work: float, capacity: float) -> int:
    """Machines for some work, and one more; a hair less than a whole one is nothing."""
    return max(int(np.ceil(work / capacity - 1e-9)), 1) + 1


@kernel
def copied(writes: float, reads: float, again: float, w: Work) -> int:
    """Machines for that much work (ms/s), if shards have as many copies each as is best.

    Each shard has its part of the writes on each of its copies; ``again`` is the work of asking one
    more shard, which one of its copies does. One machine is to spare.
    """
    best = 0
    least = int(writes / w.capacity) + 1
    for shards in range(least, least + TRIED):
        room = w.capacity - writes / shards
        if room <= 1e-9 * w.capacity:
            continue
        asked = (reads + again * (shards - 1)) / shards
        needed = shards * max(int(np.ceil(min(asked / room, 1e9) - 1e-9)), 1)
        if best == 0 or needed < best:
            best = needed
    return best + 1


@kernel
def machines(design: int, reads: float, writes: float, w: Work) -> int:
    """Machines that a design needs for so many a second; 0 if no number is enough."""
    one_write = writes * (w.write + w.models * w.entry)
    projected = writes * w.rows * w.lookup
    if design == SHARDS:
        asked = reads * w.no_key * w.lookup  # each further shard that such queries ask in vain
        if asked >= w.capacity * (1.0 - 1e-9):
            return 0
        return whole(one_write + reads * w.tables * w.lookup - asked, w.capacity - asked)
    if design == COPIED:
        return copied(one_write, reads * w.tables * w.lookup, reads * w.no_key * w.lookup, w)
    needed = whole(writes * (w.write + w.outbox), w.capacity) + w.log_machines
    if design == ONE_STORE:
        return needed + whole(reads * w.lookup + w.models * projected, w.capacity)
    return needed + w.models * whole(reads * w.lookup / w.models + projected, w.capacity)


@kernel
def put_machines(row: Floats, rate: float, read_share: float, w: Work) -> float:
    """Machines of each design; returns whether a store for each read model takes fewest."""
    row[RATE] = rate
    best = np.inf
    for design in range(DESIGNS):
        needed = machines(design, rate * read_share, rate * (1.0 - read_share), w)
        row[MACHINES + design] = needed
        if design <= COPIED and needed > 0:
            best = min(best, float(needed))
    row[SHARDS_DO] = 1.0 if row[MACHINES + SHARDS] > 0.0 else 0.0
    return 1.0 if row[MACHINES + STORES] < best else 0.0


@kernel
def put_work(here: Floats, rate: float, read_share: float, w: Work) -> None:
    """vCPUs' work without regard to whole machines or further shards, and where both are equal."""
    one = w.write + w.models * w.entry
    many = w.write + w.outbox + w.models * w.rows * w.lookup
    reads, writes = rate * read_share, rate * (1.0 - read_share)
    here[ONE_WRITE] = one
    here[CQRS_WRITE] = many
    here[ONE_WORK] = (writes * one + reads * w.tables * w.lookup) / 1000.0
    here[CQRS_WORK] = (writes * many + reads * w.lookup) / 1000.0
    more = max(many - one, 0.0)
    saved = (w.tables - 1) * w.lookup
    here[BREAK_EVEN] = more / (more + saved) if more + saved > 0.0 else 0.0


@kernel
def checks(pipe: Pipe, delay: float, again: float) -> float:
    """Mean number of lookups of a read that asks again and again until the write is there."""
    total = 1.0
    for j in range(MOST_CHECKS):
        chance = missing(pipe, delay + j * again)
        if chance < LEAST_CHANCE:
            break
        total += chance
    return total


@kernel
def cqrs(
    rate_per_s: float, read_share: float, models: int, tables: int, no_key: float, rows: int,
    projectors: int, every_ms: float, delay_ms: float, lookup_ms: float, write_ms: float,
    index_ms: float, outbox_ms: float, vcpus: int, most_busy: float, log_machines: int,
    relay_ms: float, log_ms: float, row_ms: float, pause_ms: float, pin_ms: float,
    think_ms: float, again_ms: float, events: int, seed: int,
) -> Table:  # fmt: skip
    """`RATES` rows of machines over the rate, `TIMES` after a write, the remedies, all as set.

    A query looks into ``tables`` tables of one model, ``lookup_ms`` of a vCPU each, and ``no_key``
    of them into each further shard; into one row of a read model. A write costs ``write_ms``, and
    ``index_ms`` for each kind of query; or ``outbox_ms`` and ``rows`` rows in each of ``models``
    read models. A projector takes ``row_ms`` for a row, one after the other. A customer reads
    ``delay_ms`` after their write.

    Columns: kind of row; requests/s; machines of one model in shards, in shards with copies, of
    CQRS with one read store and with one each (0: no number is enough). Of a time: ms since the
    write, shares that miss it if it is streamed, if rows are made visible each ``every_ms``, if the
    outbox is polled as often, with lowest and highest run. Of a remedy: which, share that misses
    the write, mean wait and its p99 (ms), work that comes on top over all work. As set: 1 if
    projectors keep up, how busy they are, how many are enough (at 80%), mean lag and p99 with the
    tick, mean without, mean if polled, mean at the projector (ms); vCPUs of one model and of CQRS,
    of a write in each (ms); share of reads from which CQRS is less work; 1 if there is a rate from
    which on it takes fewer machines, and that; load of the write model with a pin, over that
    without; 1 if shards alone can do it. In this row the columns of a time are those of the read
    at ``delay_ms``.
    """
    w = Work(
        models, tables, no_key, rows, lookup_ms, write_ms, index_ms, outbox_ms,
        1000.0 * vcpus * most_busy, log_machines,
    )  # fmt: skip
    table = np.zeros((ROWS, WIDTH))
    here = table[ROWS - 1]
    here[KIND] = HERE
    put_machines(here, rate_per_s, read_share, w)
    put_work(here, rate_per_s, read_share, w)
    still = 1.0
    for i in range(RATES - 1, -1, -1):
        table[i, KIND] = CURVE
        ratio = MOST_RATE / LEAST_RATE
        still *= put_machines(table[i], LEAST_RATE * power(ratio, i / (RATES - 1.0)), read_share, w)
        if still == 1.0:
            here[CROSSES] = 1.0
            here[CROSSING] = table[i, RATE]
    writes = rate_per_s * (1.0 - read_share)
    services = np.array([relay_ms, log_ms, rows * row_ms])
    rate = writes / 1000.0 / projectors
    busiest = max(relay_ms, log_ms, services[2])
    here[BUSY] = rate * services[2]
    here[NEEDED] = np.ceil(writes / 1000.0 * busiest / PROJECTOR_TARGET - 1e-9)
    steady = rate * busiest < MOST_BUSY_PROJECTOR
    pipe = Pipe(1.0, 1.0, 1.0, every_ms)
    if steady:
        pipe = Pipe(1.0 / relay_ms - rate, 1.0 / log_ms - rate, 1.0 / services[2] - rate, every_ms)
    stream = Pipe(pipe.relay, pipe.log, pipe.projector, 0.0)
    last = 2.0 * delay_ms
    if steady:
        here[STEADY] = 1.0
        here[QUEUED] = over(pipe, 0.0)
        here[PROJECTING] = 1.0 / pipe.projector
        here[LAG] = here[QUEUED] + 0.5 * every_ms
        here[LAG_99] = quantile(pipe, 0.01)
        last = max(1.25 * here[LAG_99], 1.2 * delay_ms)
    put_times(
        table[RATES:], here, pipe, stream, steady, last, delay_ms, rate, services, events, seed
    )
    put_remedies(
        table[RATES + TIMES :], here, pipe, steady, writes, delay_ms, w, pause_ms, pin_ms, think_ms,
        again_ms,
    )  # fmt: skip
    return table


@kernel
def put_times(
    table: Table, here: Floats, pipe: Pipe, stream: Pipe, steady: bool, last: float, delay: float,
    rate: float, services: Floats, events: int, seed: int,
) -> None:  # fmt: skip
    """Who misses a write, over the time since it, and one read ``delay`` after it."""
    times = np.empty(TIMES + 1)
    at = TIMES  # where the one read is, among the times in their order
    for j in range(TIMES):
        part = j / (TIMES - 1.0)
        t = last * part * part
        if at == TIMES and t > delay:
            at = j
        times[j if at == TIMES else j + 1] = t
    times[at] = delay
    counts = np.ones((RUNS, TIMES + 1))
    sampled = steady and rate > 0.0 and pipe.every > 0.0
    if sampled:
        enough = int(min(max(float(events), PERIODS * rate * pipe.every), MOST_EVENTS))
        for run in range(RUNS):
            for j in range(TIMES + 1):
                counts[run, j] = 0.0
            state = generator(seed + run)
            lag = polled(state, rate, services, pipe.every, enough, times, counts[run])
            here[POLL_LAG] += lag / RUNS
    elif steady:  # all are the same
        here[POLL_LAG] = here[LAG]
    for j in range(TIMES + 1):
        row = here if j == at else table[j if j < at else j - 1]
        if j != at:
            row[KIND] = TIME
        t = times[j]
        row[AT] = t
        row[STREAMED] = later(stream, t) if steady else 1.0
        row[TICKED] = missing(pipe, t) if steady else 1.0
        row[POLLED_LOW] = 1.0
        for run in range(RUNS):
            share = row[TICKED] if steady and not sampled else counts[run, j]
            row[POLLED] += share / RUNS
            row[POLLED_LOW] = min(row[POLLED_LOW], share)
            row[POLLED_HIGH] = max(row[POLLED_HIGH], share)


@kernel
def put_remedies(
    table: Table, here: Floats, pipe: Pipe, steady: bool, writes: float, delay: float, w: Work,
    pause: float, pin: float, think: float, again: float,
) -> None:  # fmt: skip
    """What each costs, if each write is followed by a read of the one who wrote."""
    all_work = max(1000.0 * here[CQRS_WORK], 1e-9)
    pinned = 1.0 + (pin - delay) / think if delay < pin else 0.0
    here[PINNED_LOAD] = 1.0 + pinned * w.tables * w.lookup / (w.write + w.outbox)
    for way in range(REMEDIES):
        row = table[way]
        row[KIND] = REMEDY
        row[WAY] = way
        row[STEADY] = 1.0 if steady else 0.0
        row[MISSED] = 1.0
        if way == PAUSE:
            row[WAIT] = pause
            row[WAIT_99] = pause
        if way == PIN:
            row[EXTRA] = writes * pinned * (w.tables - 1) * w.lookup / all_work
        if way == ANSWER:
            row[MISSED] = 0.0
        if not steady:
            continue
        if way == NOTHING:
            row[MISSED] = missing(pipe, delay)
        elif way == PAUSE:
            row[MISSED] = missing(pipe, delay + pause)
        elif way == PIN:
            row[MISSED] = missing(pipe, max(delay, pin))
        elif way == VERSION:
            row[MISSED] = 0.0
            row[WAIT] = left(pipe, delay)
            row[WAIT_99] = max(here[LAG_99] - delay, 0.0)
            row[EXTRA] = writes * (checks(pipe, delay, again) - 1.0) * w.lookup / all_work
