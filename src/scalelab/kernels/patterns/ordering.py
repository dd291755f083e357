"""Two events of one order, "placed" and "cancelled": which of them is handled last, and when.

Events come at random and are handled by workers. An attempt fails before its effect, or it has one
and is handled again all the same (the acknowledgement is lost), or it is done. The next attempt is
due a back-off later; after the last one the event is a dead letter, and is sent again by hand when
somebody has mended what ailed it, hours later. An effect overwrites the state of the order, unless
the event's key is still kept from its first effect. Ways:

- `ANY`: one queue, any worker takes the next event.
- `VERSIONS`: the same; who is not newer than the state is ignored.
- `IN_PLACE`: a partition for each worker, by the order's number; an event that is tried again
  blocks its partition.
- `ASIDE`: the same, but what is tried again waits aside, and the partition goes on.
- `GROUPS`: any worker, but an order's second event waits until the first is done or a dead letter.

Handling times are exponential and independent, so that sums of them are Erlang's and their races
are tosses of a coin. Only the waits behind a blocked partition are simulated, in several runs.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Floats, Table, Words, kernel, step
from scalelab.kernels.queueing.erlang import erlang_c, mean_wait
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

ANY, VERSIONS, IN_PLACE, ASIDE, GROUPS = range(5)
WAYS = 5
ATTEMPTS = 5
EVENTS = 20_000  # of one partition, in a run
WARM_UP = 4000  # of them, that are not counted
RUNS = 5
MILLION = 1e6

GAPS = 30  # of a curve, from the shortest to the longest
SHORTEST_S = 0.01
LONGEST_S = 1000.0
TIMES_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0)
TIMES = len(TIMES_S)

WAY, GAP, TIME = range(3)  # kinds of rows
KIND, WHICH, GAP_S, WRONG, TWICE, LATE, LATE_LOW, LATE_HIGH, P99_S, P99_LOW, P99_HIGH = range(11)
CAPACITY, KEEPS_UP, WAIT_S, AT_S, OPEN, OPEN_LOW, OPEN_HIGH, BLOCKED_S, BLOCKED = range(11, 20)
WIDTH = 20
CURVES = (ANY, ASIDE)  # the others do not depend on the gap: their ends are enough
ROWS = WAYS + 2 * GAPS + 3 * 2 + WAYS * TIMES

# Of one event, chances by the number of the attempt: the first with an effect, the last with one,
# and the one that is acknowledged.
FIRST, LAST, DONE = range(3)


class World(NamedTuple):
    """Chances are those of an attempt, ``poison`` is that of an event; rates in 1/s, times in s."""

    fails: float
    repeated: float
    poison: float
    service: float
    backoff: float
    kept: float
    workers: int
    rate: float


class Event(NamedTuple):
    """What becomes of one event: chances, and its mean number of attempts.

    ``undone``: a dead letter without an effect. ``dead``: a dead letter at all. ``twice``: more
    than one effect, the one of the dead letter that is sent again included.
    """

    undone: float
    dead: float
    twice: float
    attempts: float


@kernel
def fates(chances: Floats, w: World) -> Event:
    """Fills ``chances`` by kind and attempt, shape (3, ATTEMPTS + 1)."""
    done = max(1.0 - w.fails - w.repeated, 0.0)
    healthy = 1.0 - w.poison
    twice, dead, attempts = 0.0, 0.0, 0.0
    unacknowledged = healthy
    for k in range(1, ATTEMPTS + 1):
        attempts += unacknowledged + w.poison
        chances[DONE, k] = unacknowledged * done
        unacknowledged *= w.fails + w.repeated
    without = healthy
    for first in range(1, ATTEMPTS + 1):
        chances[FIRST, first] = without * (done + w.repeated)
        chances[LAST, first] += without * done
        last = np.zeros(ATTEMPTS + 1)  # chance to be tried again, by the last effect so far
        last[first] = without * w.repeated
        for k in range(first + 1, ATTEMPTS + 1):
            forgotten = (k - first) * w.backoff >= w.kept
            moved = 0.0
            for j in range(first, k):
                now = k if forgotten else j
                chances[LAST, now] += last[j] * done
                twice += last[j] * done if now > first else 0.0
                if forgotten:
                    moved += last[j] * w.repeated
                    last[j] *= w.fails
                else:
                    last[j] *= w.fails + w.repeated
            last[k] = moved
        for j in range(first, ATTEMPTS + 1):
            dead += last[j]
        without *= w.fails
    undone = without + w.poison
    return Event(undone, undone + dead, twice + dead, attempts)


@kernel
def erlang_tail(phases: int, x: float) -> float:
    """Chance that so many exponential times of mean 1 are longer than ``x`` together."""
    if x <= 0.0:
        return 1.0 if phases > 0 or x < 0.0 else 0.0
    term = exp(-x)
    total = 0.0
    for k in range(phases):
        total += term
        term *= x / (k + 1)
    return total


@kernel
def longer(mine: int, lead: float, others: int) -> float:
    """Chance that ``mine`` exponential times are longer than ``others`` and the ``lead``; mean 1.

    After the lead some of mine are left, and the next to end is mine or not as a coin falls.
    """
    if lead < 0.0:
        return 1.0 - longer_after(others, -lead, mine)
    return longer_after(mine, lead, others)


@kernel
def longer_after(mine: int, lead: float, others: int) -> float:
    """`longer`, for a ``lead`` that is not negative."""
    total = 0.0
    ended = exp(-lead)
    for k in range(mine):
        heads = power(0.5, float(others))
        before = 0.0
        for i in range(mine - k):
            before += heads
            heads *= 0.5 * (others + i) / (i + 1)
        total += ended * before
        ended *= lead / (k + 1)
    return total


@kernel
def wrong(way: int, gap: float, chances: Floats, event: Event, w: World) -> float:
    """Chance that the order's first event is the last to take effect; nobody waits for a worker."""
    if way == VERSIONS:
        return 0.0
    total = event.dead * (1.0 - event.dead)
    if way in (IN_PLACE, GROUPS):
        return total
    for m in range(1, ATTEMPTS + 1):
        for n in range(1, ATTEMPTS + 1):
            lead = (gap + (n - m) * w.backoff) / w.service
            if way == ANY:
                overtaken = longer(m, lead, n)
            else:  # one worker: who starts first ends first
                overtaken = longer(m - 1, lead, n - 1) if m > n else 0.0
            total += chances[LAST, m] * chances[LAST, n] * overtaken
    return total


@kernel
def first_attempt(way: int, x: float, event: Event, w: World) -> float:
    """Chance that an event that fails never is handled later than ``x``: M/M/c, M/M/1."""
    load = w.rate * event.attempts * w.service / w.workers
    if way == ASIDE:
        return exp(-(1.0 - load) * x / w.service)
    waits = erlang_c(w.workers * load, w.workers)
    spare = w.workers * (1.0 - load)  # services that the workers could do more in a service time
    at = x / w.service
    if abs(spare - 1.0) < 1e-6:
        both = (1.0 + at) * exp(-at)
    else:
        both = (exp(-spare * at) - spare * exp(-at)) / (1.0 - spare)
    return (1.0 - waits) * exp(-at) + waits * both


@kernel
def tail(way: int, x: float, gap: float, chances: Floats, event: Event, w: World) -> float:
    """Chance that an event takes its first effect later than ``x``; of all ways but `IN_PLACE`."""
    total = event.undone
    for j in range(1, ATTEMPTS + 1):
        left = (x - (j - 1) * w.backoff) / w.service
        alone = first_attempt(way, x, event, w) if j == 1 else erlang_tail(j, left)
        if way != GROUPS:
            total += chances[FIRST, j] * alone
            continue
        # The second event waits for the first, which may need more attempts.
        second = 0.0
        for m in range(1, ATTEMPTS + 1):
            held = chances[DONE, m] + (event.dead if m == ATTEMPTS else 0.0)
            spare = (gap - (m - 1) * w.backoff) / w.service
            if spare < 0.0:
                second += held * erlang_tail(m + j, left + spare)
                continue
            free = 1.0
            ended = exp(-spare)
            for k in range(m):
                second += held * ended * erlang_tail(m - k + j, left)
                free -= ended
                ended *= spare / (k + 1)
            second += held * max(free, 0.0) * alone
        total += 0.5 * chances[FIRST, j] * (alone + second)
    return total


@kernel
def p99(way: int, gap: float, chances: Floats, event: Event, w: World) -> float:
    """The time that one event in 100 exceeds; a day at most."""
    low, high = 0.0, 86_400.0
    for _ in range(48):
        middle = 0.5 * (low + high)
        if tail(way, middle, gap, chances, event, w) > 0.01:
            low = middle
        else:
            high = middle
    return high


@step
def handle(wait: float, chance: float, state: Words, w: World) -> tuple[float, float]:
    """When the first effect and the last attempt of an event end that is tried in place.

    ``chance`` decides the first attempt. No effect is infinity.
    """
    end, effect = wait, np.inf
    poison = chance < w.poison
    chance = (chance - w.poison) / max(1.0 - w.poison, 1e-300)
    for k in range(ATTEMPTS):
        end += exponential(state, w.service)
        if not poison and chance >= w.fails:
            effect = min(effect, end)
            if chance >= w.fails + w.repeated:
                break
        if k < ATTEMPTS - 1:
            end += w.backoff
            chance = uniform(state)
    return effect, end


@kernel
def put_blocked(rows: Floats, seed: int, late: float, w: World) -> None:
    """Fills what is simulated of `IN_PLACE`: the mean, least and most of the runs.

    Of the first of ``rows`` the late ones and the 99th percentile, of the others those that are
    not done by their times.
    """
    head = rows[0]
    apart = w.workers / w.rate
    counted = EVENTS - WARM_UP
    took = np.empty(counted)
    head[LATE_LOW] = head[P99_LOW] = np.inf
    for k in range(1, TIMES + 1):
        rows[k, OPEN_LOW] = np.inf
    for r in range(RUNS):
        state = generator(seed + r)
        wait = 0.0
        overdue = 0
        behind = np.zeros(TIMES)
        for i in range(EVENTS):
            before = wait
            effect, end = handle(wait, uniform(state), state, w)
            wait = max(end - exponential(state, apart), 0.0)
            if i < WARM_UP:
                continue
            head[WAIT_S] += before / (RUNS * counted)
            took[i - WARM_UP] = effect
            overdue += 1 if effect > late else 0
            for k in range(TIMES):
                if effect <= TIMES_S[k]:
                    break
                behind[k] += 1.0
        share = MILLION * overdue / counted
        slowest = min(kth_smallest(took, int(0.99 * counted)), 86_400.0)
        head[LATE] += share / RUNS
        head[LATE_LOW] = min(head[LATE_LOW], share)
        head[LATE_HIGH] = max(head[LATE_HIGH], share)
        head[P99_S] += slowest / RUNS
        head[P99_LOW] = min(head[P99_LOW], slowest)
        head[P99_HIGH] = max(head[P99_HIGH], slowest)
        for k in range(TIMES):
            row = rows[k + 1]
            share = MILLION * behind[k] / counted
            row[OPEN] += share / RUNS
            row[OPEN_LOW] = min(row[OPEN_LOW], share)
            row[OPEN_HIGH] = max(row[OPEN_HIGH], share)


@kernel
def put_expected(
    rows: Floats, way: int, gap: float, late: float, chances: Floats, event: Event, w: World
) -> None:
    """The same of the other ways, exactly."""
    head = rows[0]
    for column in (LATE, LATE_LOW, LATE_HIGH):
        head[column] = MILLION * tail(way, late, gap, chances, event, w)
    rate = w.rate * event.attempts
    if way == ASIDE:
        head[WAIT_S] = mean_wait(rate / w.workers, w.service, 1)
    else:
        head[WAIT_S] = mean_wait(rate, w.service, w.workers)
    slowest = p99(way, gap, chances, event, w)
    for column in (P99_S, P99_LOW, P99_HIGH):
        head[column] = slowest
    for k in range(TIMES):
        share = MILLION * tail(way, TIMES_S[k], gap, chances, event, w)
        for column in (OPEN, OPEN_LOW, OPEN_HIGH):
            rows[k + 1, column] = share


@kernel
def put_overloaded(rows: Floats) -> None:
    """The same where more comes than is done: in the end all are late."""
    for column in (LATE, LATE_LOW, LATE_HIGH):
        rows[0, column] = MILLION
    for column in (P99_S, P99_LOW, P99_HIGH):
        rows[0, column] = 86_400.0
    for k in range(TIMES):
        for column in (OPEN, OPEN_LOW, OPEN_HIGH):
            rows[k + 1, column] = MILLION


@kernel
def ordering(
    gap_s: float, fails: float, repeated: float, poison: float, backoff_s: float, kept_s: float,
    workers: int, rate: float, service_ms: float, late_s: float, seed: int,
) -> Table:  # fmt: skip
    """What becomes of a million orders of two events each, the second ``gap_s`` after the first.

    ``rate`` is that of all events (1/s); ``workers`` are as many as partitions. ``kept_s``: for how
    long a key is kept, 0 is no keys.

    Columns: kind of row; way. Of a way and of a gap: that gap (s) and orders whose state is that of
    the first event in the end. Of a way: orders with an event that was applied twice; events of a
    million that have no effect within ``late_s``, on average, in the run with fewest and with most;
    seconds that one event in 100 exceeds, in the same three; events/s that all workers can do;
    whether that is enough; the mean wait for a worker (s). Of a time: that time (s), and events of
    a million without an effect by then, in the same three. Of `IN_PLACE`: how long a poisoned event
    and what queues behind it take (s), and events that come meanwhile; 0 where the queue does not
    end.
    """
    w = World(
        fails, repeated, poison, service_ms / 1000.0, backoff_s, kept_s, workers, rate,
    )  # fmt: skip
    chances = np.zeros((3, ATTEMPTS + 1))
    event = fates(chances, w)
    table = np.zeros((ROWS, WIDTH))
    at = 0
    for way in range(WAYS):
        rows = table[at : at + TIMES + 1]
        at += TIMES + 1
        head = rows[0]
        head[WHICH] = way
        head[GAP_S] = gap_s
        head[WRONG] = MILLION * wrong(way, gap_s, chances, event, w)
        if way != VERSIONS:
            head[TWICE] = MILLION * event.twice * (2.0 - event.twice)
        busy = w.service * event.attempts
        if way == IN_PLACE:
            busy += w.backoff * (event.attempts - 1.0)
        head[CAPACITY] = workers / busy
        head[KEEPS_UP] = 1.0 if rate < 0.999 * head[CAPACITY] else 0.0
        for k in range(TIMES):
            rows[k + 1, KIND], rows[k + 1, WHICH] = TIME, way
            rows[k + 1, AT_S] = TIMES_S[k]
        if head[KEEPS_UP] == 0.0:
            put_overloaded(rows)
        elif way == IN_PLACE:
            put_blocked(rows, seed, late_s, w)
            blocked = ATTEMPTS * w.service + (ATTEMPTS - 1) * w.backoff
            head[BLOCKED_S] = blocked / (1.0 - rate / head[CAPACITY])
            head[BLOCKED] = head[BLOCKED_S] * rate / workers
        else:
            put_expected(rows, way, gap_s, late_s, chances, event, w)
    for way in range(WAYS):
        points = GAPS if way in CURVES else 2
        for i in range(points):
            row = table[at]
            row[KIND], row[WHICH] = GAP, way
            row[GAP_S] = SHORTEST_S * power(LONGEST_S / SHORTEST_S, i / (points - 1.0))
            row[WRONG] = MILLION * wrong(way, row[GAP_S], chances, event, w)
            at += 1
    return table
