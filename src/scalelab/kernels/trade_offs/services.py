"""One program, the same in modules, and services: what teams deliver, requests pay, machines cost.

Each of the parts of a program lies in one of ``k`` services, at random and evenly. So of two parts
that a change, a write or a call has to do with, both are in the same one with probability 1/k.

Changes come at random to a merge queue. It tests up to a batch of them at once; if that fails,
each by itself, and the bad ones come again: group testing (R. Dorfman, "The detection of defective
members of large populations", Annals of Mathematical Statistics 14(4), 1943). What is left behind
by a batch is a Markov chain, solved by elimination without subtractions (W. K. Grassmann, M. I.
Taksar and D. P. Heyman, Operations Research 33(5), 1985); the time in it follows by Little's law.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Table, kernel

MOST_BATCH = 10  # Shopify deployed about so many changes at once
MOST_LEFT = 1000  # changes that a batch leaves behind, in the chain
MOST_BUSY = 0.9  # of a pipeline; beyond that the chain would have to be longer
LAST = 400  # developers
HEADS = 24  # points of the first view, for each way
SPLITS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40)
RATES = (50.0, 100.0, 200.0, 400.0, 700.0, 1000.0, 2000.0, 3000.0, 5000.0, 7000.0, 10_000.0,
         20_000.0)  # fmt: skip
MONOLITH, MODULAR, SERVICES, FALLBACKS = range(4)
TEAM, SPLIT, COST, SET = range(4)
ROWS = 3 * HEADS + 3 * len(SPLITS) + 2 * len(RATES) + 3

KIND, WAY, DEVELOPERS, CHANGES, EACH, FULL, LEAD_H, KNOWN, BATCH = range(9)
NUMBER, MINUTES, ADDED_MS, RATE, MACHINES, RENT = range(9, 15)
CROSS, TAX, HALF_DONE, FROM, FOUND, BEATS, BEATS_FOUND, BUSY = range(15, 23)
WIDTH = 23

MINUTES_A_MONTH = 365.25 * 24.0 * 60.0 / 12.0


class Queue(NamedTuple):
    """A pipeline. Tests of a batch take ``fixed`` and, of ``rest``, what it has to do with.

    A part of the ``rest`` has nothing to do with a change with probability ``spared``.
    """

    bad: float
    fixed: float
    rest: float
    spared: float


class World(NamedTuple):
    """What the ways have in common; times in minutes, ``talk`` a part of the week."""

    services: int
    tests: float
    bad: float
    pairs: float
    operation: float
    each: float
    week: float
    fixed: float
    talk: float
    twice: float
    review: float
    upkeep: float


class Load(NamedTuple):
    """Work and memory (GiB) of a request's parts; a worker is a process with a vCPU of its own."""

    calls: int
    cpu_ms: float
    call_cpu_ms: float
    most_busy: float
    heavy_share: float
    heavy_gib: float
    runtime_gib: float
    code_gib: float
    vcpus: int
    machine_gib: float


@kernel
def crossing(share: float, services: int) -> float:
    """Of things that touch two parts with probability ``share``, those in two services."""
    return share * (1.0 - 1.0 / services)


@kernel
def tests(m: int, q: Queue) -> float:
    """Minutes to test ``m`` changes together."""
    untouched = 1.0
    for _ in range(m):
        untouched *= q.spared
    return q.fixed + q.rest * (1.0 - untouched)


@kernel
def all_good(m: int, bad: float) -> float:
    chance = 1.0
    for _ in range(m):
        chance *= 1.0 - bad
    return chance


@kernel
def batch_min(m: int, q: Queue) -> float:
    """Mean minutes of a batch: tested together, and one by one if that fails."""
    if m == 1:
        return tests(1, q)
    return tests(m, q) + (1.0 - all_good(m, q.bad)) * m * tests(1, q)


@kernel
def best_batch(q: Queue) -> int:
    """The most changes to test at once, so that most are merged."""
    best = 1
    for m in range(2, MOST_BATCH + 1):
        if m / batch_min(m, q) > best / batch_min(best, q):
            best = m
    return best


@kernel
def most_merged(q: Queue, m: int) -> float:
    """Good changes a minute, of a pipeline that always has a full batch."""
    return (1.0 - q.bad) * m / batch_min(m, q)


@kernel
def put_arrivals(chances: Floats, mean: float) -> None:
    """Poisson chances of 0, 1, ... arrivals; the last is of so many or more."""
    last = len(chances) - 1
    chances[0] = exp(-mean)
    left = 1.0 - chances[0]
    for i in range(1, last):
        chances[i] = chances[i - 1] * mean / i
        left -= chances[i]
    chances[last] = max(left, 0.0)


@kernel
def put_left(row: Floats, rest: int, chance: float, arrivals: Floats) -> None:
    """Add what a batch leaves behind: ``rest`` and those who came; the last state takes more."""
    last = len(row) - 1
    for i in range(len(arrivals)):
        row[min(rest + i, last)] += chance * arrivals[i]


@kernel
def put_after(row: Floats, m: int, rest: int, q: Queue, quick: Floats, slow: Floats) -> None:
    """What is left after a batch of ``m`` with ``rest`` behind it; bad ones come again."""
    term = all_good(m, q.bad)
    put_left(row, rest, term, quick)
    for bad in range(1, m + 1):
        term *= (m - bad + 1.0) / bad * q.bad / (1.0 - q.bad)
        put_left(row, rest + bad, term, quick if m == 1 else slow)


@kernel
def stationary(chain: Table, down: int, up: int) -> Floats:
    """Stationary chances of a chain that falls by at most ``down`` and rises by at most ``up``.

    Destroys ``chain``.
    """
    n = len(chain)
    for s in range(n - 1, 0, -1):
        least = max(s - down, 0)
        out = 0.0
        for j in range(least, s):
            out += chain[s, j]
        for i in range(max(s - up, 0), s):
            chain[i, s] /= out
            for j in range(least, s):
                chain[i, j] += chain[i, s] * chain[s, j]
    found = np.zeros(n)
    found[0] = 1.0
    total = 1.0
    for s in range(1, n):
        for i in range(max(s - up, 0), s):
            found[s] += found[i] * chain[i, s]
        total += found[s]
    for s in range(n):
        found[s] /= total
    return found


@kernel
def in_queue_min(rate: float, q: Queue, most: int) -> float:
    """Mean minutes from a change's first arrival to its merge; ``rate`` new ones a minute.

    The pipeline is less than full: see `MOST_BUSY`.
    """
    busy = rate / most_merged(q, most)
    states = min(4 * most + 30 + int(12.0 * most * busy / (1.0 - busy)), MOST_LEFT)
    one = tests(1, q)
    # So many or more come during the longest batch with a chance that is nothing.
    mean = rate * (tests(most, q) + most * one)
    come = int(mean + 9.0 * np.sqrt(mean)) + 20
    chain = np.zeros((states, states))
    quick = np.zeros(come)
    slow = np.zeros(come)
    for m in range(1, most + 1):
        together = tests(m, q)
        put_arrivals(quick, rate * together)
        put_arrivals(slow, rate * (together + m * one))
        if m == 1:  # the first that comes to an empty queue is tested at once
            put_after(chain[0], 1, 0, q, quick, slow)
        if m < most:
            put_after(chain[m], m, 0, q, quick, slow)
        else:
            for left in range(most, states):
                put_after(chain[left], most, left - most, q, quick, slow)
    chances = stationary(chain, most, come + most)
    area = 0.0
    length = chances[0] / rate
    for left in range(states):
        n = max(left, 1)
        m = min(n, most)
        together = tests(m, q)
        good = all_good(m, q.bad)
        longer = 0.0 if m == 1 else m * one
        failed = 0.0 if m == 1 else 1.0 - good
        lasts = together + failed * longer
        square = together**2 + failed * (2.0 * together + longer) * longer
        # Good ones of a failed batch leave it one by one.
        early = 0.5 * longer * (m - 1.0) * ((1.0 - q.bad) - good)
        area += chances[left] * (n * lasts + 0.5 * rate * square - early)
        length += chances[left] * lasts
    found: float = area / length / rate
    return found


@kernel
def pipeline(way: int, w: World) -> Queue:
    """Of one program all is tested, of modules what a change touches, of a service its own."""
    rest = max(w.tests - w.fixed, 0.0)
    fixed = min(w.fixed, w.tests)
    k = w.services
    if way == MODULAR:
        return Queue(w.bad, fixed, rest, (1.0 - 1.0 / k) * (1.0 - w.pairs / k))
    if way == SERVICES:
        return Queue(w.bad, fixed, rest / k, 0.0)
    return Queue(w.bad, fixed, rest, 0.0)


@kernel
def made(way: int, developers: float, w: World) -> float:
    """Changes a week that the developers make: less what running, talk and boundaries take."""
    k = w.services
    cross = crossing(w.pairs, k)
    busy_with = w.operation
    known = developers - 1.0
    work = 1.0
    if way == MODULAR:
        busy_with += w.upkeep * k
        known = developers / k - 1.0
        work += w.review * cross
    elif way == SERVICES:
        busy_with *= k
        known = developers / k - 1.0
        work += w.twice * cross
    left = max(developers - busy_with, 0.0) * max(1.0 - w.talk * max(known, 0.0), 0.0)
    return w.each * left / work


@kernel
def full(way: int, w: World, q: Queue, most: int) -> float:
    """Changes a week that all pipelines can merge; one that crosses a boundary goes through two."""
    a_week = w.week * most_merged(q, most)
    if way == SERVICES:
        return a_week * w.services / (1.0 + crossing(w.pairs, w.services))
    return a_week


@kernel
def put_team(row: Floats, way: int, developers: float, w: World, most: float) -> None:
    row[WAY] = way
    row[DEVELOPERS] = developers
    row[FULL] = most
    row[CHANGES] = min(made(way, developers, w), most)
    row[EACH] = row[CHANGES] / developers


@kernel
def put_lead(row: Floats, way: int, w: World, q: Queue, most: int, wait_h: float) -> None:
    """The line, and for changes in two services a second one after the other team's turn."""
    row[BATCH] = most
    wanted = made(way, row[DEVELOPERS], w)
    row[BUSY] = wanted / row[FULL]
    if wanted <= 0.0 or row[BUSY] > MOST_BUSY:
        return
    row[KNOWN] = 1.0
    cross = crossing(w.pairs, w.services) if way == SERVICES else 0.0
    rate = row[BUSY] * most_merged(q, most)
    hours = in_queue_min(rate, q, most) / 60.0
    row[LEAD_H] = hours + cross * (hours + wait_h)


@kernel
def answered(calls: int, services: int, up: float, fallback: float) -> float:
    """Chance that a request finds all up that it needs, by the number of services it touches.

    It begins in one part and calls others, each in a service at random. A part of the services but
    the first can be done without.
    """
    chances = np.zeros(services + 1)
    chances[1] = 1.0
    for _ in range(calls):
        for j in range(services, 0, -1):
            new = chances[j - 1] * (services - j + 1.0) / services
            chances[j] = chances[j] * j / services + new
    other = fallback + (1.0 - fallback) * up
    total = 0.0
    product = up
    for j in range(1, services + 1):
        total += chances[j] * product
        product *= other
    return total


@kernel
def whole(x: float) -> int:
    """Rounded up; a hair more than a whole one is nothing."""
    return int(np.ceil(x - 1e-9))


@kernel
def workers(rate: float, work_ms: float, load: Load) -> int:
    """Processes that are not too busy, two of them at least: one may fail."""
    return max(whole(rate * work_ms / 1000.0 / load.most_busy), 2)


@kernel
def of_one(rate: float, load: Load) -> int:
    """Machines for one program: every worker holds all."""
    gib = load.runtime_gib + load.code_gib + load.heavy_gib
    fit = min(load.vcpus, max(int(load.machine_gib / gib + 1e-9), 1))
    return max(whole(workers(rate, load.cpu_ms, load) / fit), 2)


@kernel
def of_services(rate: float, services: int, load: Load) -> int:
    """Machines that workers of all services share, packed without gaps; one service is heavy."""
    if services == 1:
        return of_one(rate, load)
    work = load.cpu_ms + load.calls * (1.0 - 1.0 / services) * load.call_cpu_ms
    heavy = workers(rate, work * load.heavy_share, load)
    light = (services - 1) * workers(rate, work * (1.0 - load.heavy_share) / (services - 1), load)
    light_gib = load.runtime_gib + load.code_gib / services
    heavy_gib = light_gib + load.heavy_gib
    fit = max(int(load.machine_gib / heavy_gib + 1e-9), 1)
    by_memory = whole((heavy * heavy_gib + light * light_gib) / load.machine_gib)
    by_cpu = whole((heavy + light) / load.vcpus)
    return max(max(by_memory, by_cpu), max(whole(heavy / fit), 2))


@kernel
def machines(way: int, rate: float, services: int, load: Load) -> int:
    return of_services(rate, services, load) if way == SERVICES else of_one(rate, load)


@kernel
def head(i: int) -> int:
    """Developers at the points of the first view: from 4 to `LAST` in equal ratios, nearly."""
    return int(4.0 * exp(4.605170185988092 * i / (HEADS - 1)) + 0.5)


@kernel
def put_crossings(rows: Table, w: World, most: Floats) -> None:
    """From how many developers on one way delivers more than those before it, and than the first.

    Searched by whole developers: the curves may cross more than once.
    """
    for n in range(2, LAST + 1):
        one = min(made(MONOLITH, n, w), most[MONOLITH])
        modular = min(made(MODULAR, n, w), most[MODULAR])
        many = min(made(SERVICES, n, w), most[SERVICES])
        hair = 1.0 + 1e-9
        if rows[MODULAR, FOUND] == 0.0 and modular > one * hair:
            rows[MODULAR, FOUND] = 1.0
            rows[MODULAR, FROM] = n
        if rows[SERVICES, FOUND] == 0.0 and many > max(one, modular) * hair:
            rows[SERVICES, FOUND] = 1.0
            rows[SERVICES, FROM] = n
        if rows[SERVICES, BEATS_FOUND] == 0.0 and many > one * hair:
            rows[SERVICES, BEATS_FOUND] = 1.0
            rows[SERVICES, BEATS] = n


@kernel
def services(
    developers: int, services: int, tests_min: float, bad: float, pairs: float, operation: float,
    calls: int, rate_per_s: float, heavy_gib: float, each: float, week_min: float,
    fixed_min: float, talk_min: float, twice: float, review: float, upkeep: float, wait_h: float,
    up: float, fallback: float, call_ms: float, call_cpu_ms: float, cpu_ms: float,
    most_busy: float, heavy_share: float, runtime_gib: float, code_gib: float, vcpus: int,
    machine_gib: float, usd_per_month: float, write_share: float, saga_s: float,
) -> Table:  # fmt: skip
    """What a team delivers, over its size; a request's risk, over services; rent, over requests.

    ``pairs`` of the changes, and of the writes, touch two parts of the program; a request makes
    ``calls`` from part to part. All tests take ``tests_min``, of which ``fixed_min`` for anything.
    A developer makes ``each`` changes a week but for ``talk_min`` with each colleague who has to
    know; to run a program or a service takes ``operation`` of a developer, a module's boundary
    ``upkeep``. A change in two services is ``twice`` its work more and waits ``wait_h`` for the
    other team; one in two modules is ``review`` more. Anything is ``up`` for that part of the
    time; ``fallback`` of the services are not needed.

    Columns: kind of row; way; developers; changes a week of all, of each, and that pipelines could
    merge; hours in the queue, 1 if they are known; changes in a batch. Services; minutes a month
    in which a request fails; ms that calls add. Requests/s, machines, USD a month. Share that
    crosses a boundary; of the processor's work, share that calls are; writes that are half done at
    any time; developers from which on a way delivers most, 1 if there are any; and from which on
    more than one program, 1 if there are any; how busy the pipelines are (more than 1: too slow).
    """
    w = World(services, tests_min, bad, pairs, operation, each, week_min, fixed_min,
              talk_min / week_min, twice, review, upkeep)  # fmt: skip
    load = Load(calls, cpu_ms, call_cpu_ms, most_busy, heavy_share, heavy_gib, runtime_gib,
                code_gib, vcpus, machine_gib)  # fmt: skip
    table = np.zeros((ROWS, WIDTH))
    most = np.zeros(3)
    sets = table[ROWS - 3 :]
    row = 0
    for way in range(3):
        q = pipeline(way, w)
        batch = best_batch(q)
        most[way] = full(way, w, q, batch)
        for i in range(HEADS):
            table[row, KIND] = TEAM
            put_team(table[row], way, head(i), w, most[way])
            row += 1
        mine = sets[way]
        mine[KIND] = SET
        put_team(mine, way, developers, w, most[way])
        put_lead(mine, way, w, q, batch, wait_h)
        k = services if way == SERVICES else 1
        mine[NUMBER] = k
        mine[MINUTES] = MINUTES_A_MONTH * (1.0 - answered(calls, k, up, 0.0))
        across = calls * (1.0 - 1.0 / k)
        mine[ADDED_MS] = across * (call_ms + call_cpu_ms)
        mine[TAX] = across * call_cpu_ms / (cpu_ms + across * call_cpu_ms)
        mine[RATE] = rate_per_s
        mine[MACHINES] = machines(way, rate_per_s, services, load)
        mine[RENT] = mine[MACHINES] * usd_per_month
        mine[CROSS] = crossing(pairs, k)
        mine[HALF_DONE] = rate_per_s * write_share * mine[CROSS] * saga_s
    put_crossings(sets, w, most)
    for way in (MONOLITH, SERVICES, FALLBACKS):
        for k in SPLITS:
            table[row, KIND] = SPLIT
            table[row, WAY] = way
            table[row, NUMBER] = k
            without = fallback if way == FALLBACKS else 0.0
            ready = answered(calls, 1 if way == MONOLITH else k, up, without)
            table[row, MINUTES] = MINUTES_A_MONTH * (1.0 - ready)
            row += 1
    for way in (MONOLITH, SERVICES):
        for rate in RATES:
            table[row, KIND] = COST
            table[row, WAY] = way
            table[row, RATE] = rate
            table[row, MACHINES] = machines(way, rate, services, load)
            table[row, RENT] = table[row, MACHINES] * usd_per_month
            row += 1
    return table
