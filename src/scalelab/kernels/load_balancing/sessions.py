"""Where a customer's session is kept, and what that costs when machines come and go.

Three ways. Sticky: in the memory of one machine, to which all requests of the visit go. Store: in a
store of its own that every machine asks. Token: with the customer, signed, in every request.

Visits begin at random and last independently of each other, so that those who are there are an
M/G/infinity queue (S. G. Eick, W. A. Massey, W. Whitt, "The physics of the Mt/G/infinity queue",
Operations Research 41(4) 1993). Of those who are there at one time a share is left later that
depends on the law of the visits alone. So customers are kept in groups by when they came, and of
each group only its shares on the machines have to be known: they change when a machine stops and at
no other time. These are means; the number on a machine is a Poisson number around them.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.erlang import mean_wait

STICKY, STORE, TOKEN = range(3)
WAYS = 3
DEPLOY, ADDED, LOST, STORE_LOST, NOTHING = range(5)  # what happens at time 0
ALIKE, EXPONENTIAL, HEAVY = range(3)  # laws of the length of a visit
IN_TURN, EMPTIEST = range(2)  # where customers go who have no machine yet, or none any more
ALONE, LOGGED, REPLICATED = range(3)  # kinds of store

RESTART_MIN = 1.0
REPAIR_MIN = 5.0  # of a machine, or of a store without a replica
SHOWN_MIN = 30.0  # after an event that takes no time itself
AFTER_MIN = 15.0  # that are shown after a deploy
LAG_S = 0.01  # by which the store's replica is behind
STEPS = 4  # between two rows
HEAVY_SHARE = 0.2  # of the customers, those behind addresses with many
ID_BYTES = 32.0  # of a session's or a machine's name: 128 bits, as hexadecimal digits
HEADER_CHARS = 36.0  # of a token: {"alg":"RS256","typ":"JWT"}, encoded
SPREAD_ROWS = 5
DRAIN_ROWS = 4  # of a machine's
AFTER_ROWS = 6  # of `AFTER_MIN`
LIFE_ROWS = 14
LIVES_MIN = np.array(
    [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 720.0, 1440.0]
)

TIME, LIFE, HERE = range(3)  # kinds of rows: at a time; for a token's life, and for the one set
WAY, KIND, MINUTE, BUSIEST, EMPTY, THROWN = range(6)
THROWN_ALL, WORST, KEEPS_UP, TAKES, CHANCE, MORE_MS, WORK, UP, DOWN, FITS = range(6, 16)
LIFETIME, LOOK_UPS, VALID = range(16, 19)
WIDTH = 19


class Crowd(NamedTuple):
    """Groups of customers by when they came (minutes), with their shares on the machines.

    Of the machines: share of all customers now, whether new ones are sent there, whether it is up,
    and a place to note where a group goes.
    """

    began: Floats
    ended: Floats
    where: Table
    here: Floats
    taking: Floats
    up: Floats
    goes: Floats


class World(NamedTuple):
    """Of the visits and of the machines; ``all_busy``: machines that all requests keep busy."""

    visits: int
    visit_min: float
    placement: int
    all_busy: float


@kernel
def left(visits: int, minutes: float, visit_min: float) -> float:
    """Share of those who are there that are still there so much later.

    The law is of visits that begin: all as long, exponential, or Pareto of the second kind with
    index 2, P(longer than t) = (1 + t/m)^-2. What is left of a visit that is seen under way has
    the integral of that, over the mean.
    """
    t = minutes / visit_min
    if visits == ALIKE:
        return max(1.0 - t, 0.0)
    if visits == EXPONENTIAL:
        return exp(-t)
    return 1.0 / (1.0 + t)


@kernel
def count_at(crowd: Crowd, groups: int, now: float, world: World) -> None:
    """Share of all customers on each machine. The first group are those of time 0."""
    for i in range(crowd.here.size):
        crowd.here[i] = 0.0
    for g in range(groups):
        there = left(world.visits, now - crowd.ended[g], world.visit_min)
        if g > 0:
            there -= left(world.visits, now - crowd.began[g], world.visit_min)
        for i in range(crowd.here.size):
            crowd.here[i] += there * crowd.where[g, i]


@kernel
def choose(crowd: Crowd, amount: float, placement: int) -> None:
    """Where ``amount`` customers go: a share for each machine, in ``goes``.

    Evenly; or to the emptiest machines, so that these are filled up to one level.
    """
    machines = crowd.here.size
    level = np.inf
    if placement == EMPTIEST and amount > 1e-9:
        while True:
            filled = amount
            n = 0
            for i in range(machines):
                if crowd.taking[i] == 1.0 and crowd.here[i] < level:
                    filled += crowd.here[i]
                    n += 1
            lower = filled / n
            if not lower < level:
                break
            level = lower
        for i in range(machines):
            room = max(level - crowd.here[i], 0.0) if crowd.taking[i] == 1.0 else 0.0
            crowd.goes[i] = room / amount
        return
    takers = 0.0
    for i in range(machines):
        takers += crowd.taking[i]
    for i in range(machines):
        crowd.goes[i] = crowd.taking[i] / takers


@kernel
def pass_time(crowd: Crowd, groups: int, now: float, minutes: float, world: World) -> int:
    """`STEPS` groups come, each placed at its end; the number of groups after that."""
    for k in range(STEPS):
        began = now + minutes * k / STEPS
        ended = now + minutes * (k + 1) / STEPS
        crowd.began[groups] = began
        crowd.ended[groups] = ended
        count_at(crowd, groups, ended, world)
        came = 1.0 - left(world.visits, ended - began, world.visit_min)
        choose(crowd, came, world.placement)
        for i in range(crowd.here.size):
            crowd.where[groups, i] = crowd.goes[i]
            crowd.here[i] += came * crowd.goes[i]
        groups += 1
    return groups


@kernel
def stop(crowd: Crowd, groups: int, machine: int, world: World) -> float:
    """A machine stops, and its customers are sent to others; their share of all customers."""
    crowd.up[machine] = 0.0
    crowd.taking[machine] = 0.0
    gone = crowd.here[machine]
    crowd.here[machine] = 0.0
    choose(crowd, gone, world.placement)
    for g in range(groups):
        moved = crowd.where[g, machine]
        crowd.where[g, machine] = 0.0
        for i in range(crowd.here.size):
            crowd.where[g, i] += moved * crowd.goes[i]
    for i in range(crowd.here.size):
        crowd.here[i] += gone * crowd.goes[i]
    return float(gone)


@kernel
def start(crowd: Crowd, machine: int) -> None:
    crowd.up[machine] = 1.0
    crowd.taking[machine] = 1.0


@kernel
def put(row: Floats, crowd: Crowd, now: float, thrown: float, world: World) -> None:
    """How busy the busiest and the emptiest machine are, of those that are up."""
    most = 0.0
    least = np.inf
    for i in range(crowd.here.size):
        if crowd.up[i] == 1.0:
            most = max(most, crowd.here[i])
            least = min(least, crowd.here[i])
    row[MINUTE] = now
    row[BUSIEST] = most * world.all_busy
    row[EMPTY] = least * world.all_busy
    row[THROWN] = thrown


@kernel
def sticky_rows(event: int, machines: int, drain_min: float) -> int:
    if event == DEPLOY:
        return 1 + machines * (3 + (DRAIN_ROWS if drain_min > 0.0 else 0)) + AFTER_ROWS
    if event == ADDED:
        return 12
    return 13 if event == LOST else 2


@kernel
def deploy(table: Table, crowd: Crowd, drain_min: float, world: World) -> tuple[int, float, float]:
    """Restart one machine after the other; groups, minutes and sessions lost after that."""
    groups, row, now, thrown = 1, 1, 0.0, 0.0
    for i in range(crowd.here.size - 1):
        if drain_min > 0.0:
            crowd.taking[i] = 0.0
            pause = drain_min / DRAIN_ROWS
            for _ in range(DRAIN_ROWS):
                groups = pass_time(crowd, groups, now, pause, world)
                now += pause
                put(table[row], crowd, now, thrown, world)
                row += 1
        thrown += stop(crowd, groups, i, world)
        put(table[row], crowd, now, thrown, world)
        groups = pass_time(crowd, groups, now, RESTART_MIN, world)
        now += RESTART_MIN
        put(table[row + 1], crowd, now, thrown, world)
        start(crowd, i)
        put(table[row + 2], crowd, now, thrown, world)
        row += 3
    return groups, now, thrown


@kernel
def lose(table: Table, crowd: Crowd, world: World) -> tuple[int, float, float]:
    """A machine fails and is back, empty, after `REPAIR_MIN`."""
    thrown = stop(crowd, 1, 0, world)
    put(table[1], crowd, 0.0, thrown, world)
    groups = pass_time(crowd, 1, 0.0, REPAIR_MIN, world)
    put(table[2], crowd, REPAIR_MIN, thrown, world)
    start(crowd, 0)
    put(table[3], crowd, REPAIR_MIN, thrown, world)
    return groups, REPAIR_MIN, thrown


@kernel
def fill_sticky(table: Table, event: int, machines: int, drain_min: float, world: World) -> float:
    """The rows of `sticky_rows`; minutes from the first to the last."""
    rows = sticky_rows(event, machines, drain_min)
    most = rows * STEPS + 1
    size = machines + 1  # the last is not there, unless it is added
    crowd = Crowd(
        np.zeros(most), np.zeros(most), np.zeros((most, size)),
        np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size),
    )  # fmt: skip
    for i in range(machines):
        start(crowd, i)
        crowd.where[0, i] = 1.0 / machines
        crowd.here[i] = 1.0 / machines
    put(table[0], crowd, 0.0, 0.0, world)
    groups, now, thrown, end = 1, 0.0, 0.0, SHOWN_MIN
    row = 1
    if event == DEPLOY:
        groups, now, thrown = deploy(table, crowd, drain_min, world)
        end = now + AFTER_MIN
        row = rows - AFTER_ROWS
    elif event == ADDED:
        start(crowd, machines)
        put(table[1], crowd, now, thrown, world)
        row = 2
    elif event == LOST:
        groups, now, thrown = lose(table, crowd, world)
        row = 4
    pause = (end - now) / (rows - row)
    while row < rows:
        groups = pass_time(crowd, groups, now, pause, world)
        now += pause
        put(table[row], crowd, now, thrown, world)
        row += 1
    return end


@kernel
def fill_spread(
    table: Table, event: int, machines: int, end: float, all_busy: float, outage: float,
    thrown: float,
) -> None:  # fmt: skip
    """Any machine answers anybody: before, during, after. ``outage``: minutes without answers."""
    before = all_busy / machines
    during = before
    minutes = 0.0
    after = before
    if event in (DEPLOY, LOST):
        during = all_busy / (machines - 1)
        minutes = machines * RESTART_MIN if event == DEPLOY else REPAIR_MIN
    elif event == ADDED:
        after = all_busy / (machines + 1)
        during = after
    if outage > 0.0:
        during = 0.0
        minutes = outage
    for i in range(SPREAD_ROWS):
        busy = before if i == 0 else during if i < 3 else after
        table[i, MINUTE] = 0.0 if i < 2 else minutes if i < 4 else end
        table[i, BUSIEST] = busy
        table[i, EMPTY] = busy
        table[i, THROWN] = 0.0 if i == 0 else thrown


@kernel
def poisson_terms(mean: float) -> tuple[int, Floats]:
    """Probabilities of a Poisson number from ``first`` on, where they are not negligible."""
    spread = int(9.0 * np.sqrt(mean)) + 20
    mode = int(mean)
    first = max(mode - spread, 0)
    terms = np.zeros(mode + spread - first + 1)
    terms[mode - first] = 1.0
    for k in range(mode + 1, mode + spread + 1):
        terms[k - first] = terms[k - 1 - first] * mean / k
    for k in range(mode - 1, first - 1, -1):
        terms[k - first] = terms[k + 1 - first] * (k + 1) / mean
    total = 0.0
    for k in range(terms.size):
        total += terms[k]
    for k in range(terms.size):
        terms[k] /= total
    return first, terms


@kernel
def extremes(customers: float, machines: int, shared: int) -> tuple[float, float]:
    """Customers on the busiest and on the emptiest of ``machines``, on average.

    Those who come go to any machine at random. A share `HEAVY_SHARE` of them is behind addresses
    with ``shared`` customers each, who stay together; the others are alone. Both are Poisson
    numbers, so that the machines are independent and their law is one sum.
    """
    heavy = HEAVY_SHARE if shared > 1 else 0.0
    first, alone = poisson_terms((1.0 - heavy) * customers / machines)
    base, packs = poisson_terms(heavy * customers / (machines * shared))
    below = np.empty(alone.size)  # or equal
    total = 0.0
    for k in range(alone.size):
        total += alone[k]
        below[k] = total
    low = first + base * shared
    high = first + alone.size - 1 + (base + packs.size - 1) * shared
    most = float(low)
    least = float(low)
    for x in range(low, high):
        p = 0.0
        for k in range(packs.size):
            rest = x - (base + k) * shared - first
            if rest < 0:
                break
            p += packs[k] * below[min(rest, below.size - 1)]
        p = min(p, 1.0)
        all_below = 1.0
        all_above = 1.0
        for _ in range(machines):
            all_below *= p
            all_above *= 1.0 - p
        most += 1.0 - all_below
        least += all_above
        if 1.0 - p < 1e-13:
            break
    return most, least


@kernel
def longer_ms(
    rate_per_s: float, work_ms: float, more_ms: float, trips_ms: float, vcpus: int
) -> float:
    """By how much trips and ``more_ms`` of work make a request longer; 0 on a machine that is full.

    Requests come to the machine at random and share its vCPUs, each at most one of them.
    """
    rate = rate_per_s / 1000.0
    total = work_ms + more_ms
    if rate * total >= vcpus:
        return 0.0
    without = work_ms * (1.0 + mean_wait(rate * work_ms, 1.0, vcpus))
    return trips_ms + total * (1.0 + mean_wait(rate * total, 1.0, vcpus)) - without


@kernel
def token_bytes(payload_bytes: float, signature_chars: float) -> float:
    """Of a signed token: header, payload and signature in base64url, two dots between them."""
    return float(HEADER_CHARS + np.ceil(payload_bytes * 4.0 / 3.0) + signature_chars + 2.0)


@kernel
def renewals(customers: float, life_min: float, think_s: float) -> float:
    """Tokens renewed in a second: each with the first click after it has expired."""
    return customers / (60.0 * life_min + think_s)


@kernel
def store_loss(
    store: int, change_rate: float, failover_min: float, flush_s: float
) -> tuple[float, float]:
    """Share of the sessions of which something is lost with the store, and minutes without it."""
    if store == ALONE:
        return 1.0, REPAIR_MIN
    if store == LOGGED:
        return 1.0 - exp(-change_rate * flush_s), REPAIR_MIN
    return 1.0 - exp(-change_rate * LAG_S), failover_min


@kernel
def finish(table: Table, first: int, rows: int, costs: Floats) -> None:
    """Write what belongs to a way into each of its rows, in which the times are already."""
    for i in range(first, first + rows):
        costs[WORST] = max(costs[WORST], table[i, BUSIEST])
        costs[THROWN_ALL] = max(costs[THROWN_ALL], table[i, THROWN])
    costs[KEEPS_UP] = 1.0 if costs[WORST] < 1.0 else 0.0
    for i in range(first, first + rows):
        table[i, WAY] = costs[WAY]
        for column in range(THROWN_ALL, WIDTH):
            table[i, column] = costs[column]


@kernel
def sessions(
    event: int, machines: int, visits: int, placement: int, drain_min: float, shared: int,
    store: int, payload_bytes: float, token_min: float, customers: float, think_s: float,
    visit_min: float, work_ms: float, vcpus: int, write_share: float, trip_ms: float,
    store_ms: float, verify_ms: float, signature_chars: float, failover_min: float,
    flush_s: float, cookie_bytes: float,
) -> Table:  # fmt: skip
    """Rows over time for each way, then `LIFE_ROWS` for other lives of a token, and one as set.

    ``customers`` are there at once, each asks again ``think_s`` after an answer. ``drain_min``:
    before its restart a machine gets no new customers for so long. ``shared``: of a fifth of the
    customers, behind one address (1: each is known by a cookie). ``store_ms``, ``verify_ms``: work
    for a look-up in the store, and for checking a token.

    Columns: way; kind of row; minute; how busy the busiest machine is, and the emptiest; sessions
    lost so far, as a share of the customers. The same in all rows of a way: sessions lost in all;
    the busiest at its worst, and 1 if that is below 1; minutes that the event takes; the busiest
    by chance, without any event; ms that a request takes longer (0 if the machines do not keep
    up), and vCPUs busy with it; bytes more of a request, and of an answer on average; 1 if a
    cookie takes them; minutes that a token lives; look-ups a second in the store, or with who
    renews tokens; minutes that a dismissed session stays good, on average.
    """
    rate = customers / think_s
    all_busy = rate * work_ms / (1000.0 * vcpus)
    most, least = extremes(customers, machines, shared)
    most *= all_busy / customers
    least *= all_busy / customers
    count = sticky_rows(event, machines, drain_min)
    table = np.zeros((count + 2 * SPREAD_ROWS + LIFE_ROWS + 1, WIDTH))
    world = World(visits, visit_min, placement, all_busy)
    end = fill_sticky(table, event, machines, drain_min, world)
    if event == NOTHING:  # then chance is all that there is to see
        for i in range(count):
            table[i, BUSIEST] = most
            table[i, EMPTY] = least
    costs = np.zeros(WIDTH)
    costs[TAKES] = machines * (drain_min + RESTART_MIN) if event == DEPLOY else 0.0
    costs[CHANCE] = most
    costs[UP] = 2.0 * ID_BYTES
    costs[FITS] = 1.0
    finish(table, 0, count, costs)
    token = token_bytes(payload_bytes, signature_chars)
    renewed = renewals(customers, token_min, think_s)
    for way in range(STORE, WAYS):
        lost, outage = 0.0, 0.0
        if way == STORE and event == STORE_LOST:
            lost, outage = store_loss(store, write_share / think_s, failover_min, flush_s)
        look_ups = 1.0 + write_share if way == STORE else 0.0  # of a request
        more_ms = look_ups * store_ms if way == STORE else verify_ms
        busy = all_busy * (1.0 + more_ms / work_ms)
        first = count + (way - STORE) * SPREAD_ROWS
        fill_spread(table[first:], event, machines, end, busy, outage, lost)
        costs = np.zeros(WIDTH)
        costs[WAY] = way
        costs[TAKES] = machines * RESTART_MIN if event == DEPLOY else outage
        costs[CHANCE] = busy / machines
        costs[MORE_MS] = longer_ms(rate / machines, work_ms, more_ms, look_ups * trip_ms, vcpus)
        costs[WORK] = rate * more_ms / 1000.0
        costs[UP] = ID_BYTES if way == STORE else token
        costs[DOWN] = 0.0 if way == STORE else token * (write_share + renewed / rate)
        costs[FITS] = 1.0 if costs[UP] <= cookie_bytes else 0.0
        costs[LIFETIME] = 0.0 if way == STORE else token_min
        costs[LOOK_UPS] = rate * look_ups if way == STORE else renewed
        costs[VALID] = costs[LIFETIME] / 2.0
        finish(table, first, SPREAD_ROWS, costs)
    for i in range(LIFE_ROWS + 1):
        row = table[count + 2 * SPREAD_ROWS + i]
        for column in range(WIDTH):
            row[column] = costs[column]
        row[KIND] = HERE if i == LIFE_ROWS else LIFE
        row[LIFETIME] = token_min if i == LIFE_ROWS else LIVES_MIN[i]
        row[LOOK_UPS] = renewals(customers, row[LIFETIME], think_s)
        row[VALID] = row[LIFETIME] / 2.0
    return table
