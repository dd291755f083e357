"""What an orchestrator does with replicas: an update step by step, and what it does if some go.

An update follows the rule of Kubernetes' Deployment controller (kubernetes/kubernetes,
pkg/controller/deployment/rolling.go): as many new replicas are made as the total allows, and as
many old ones are deleted as leave enough available. A replica that is deleted counts no more, but
holds its room until it has ended; a new one starts when there is room for it. Nothing is by chance:
time goes from one event to the next.

Requests are shared evenly by the replicas that are ready. What comes beyond their capacity is
refused at once. Each of them is a queue whose vCPUs are shared, M/G/c with processor sharing
(F. P. Kelly, "Reversibility and stochastic networks", 1979, section 3.3).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.queueing.erlang import mean_wait

AS_SET, SURGE_ONLY, UNAVAILABLE_ONLY, RECREATE, DIES, DRAINED, CRASHES = range(7)
WAYS = 4  # of an update
SERIES = 7
GOOD, NEVER_READY, LOOKS_READY = range(3)  # kinds of new versions
UPDATE, FAILURE, RESULT = range(3)  # kinds of rows

WAY, KIND, AT_MIN, READY, NEW_SHARE, ALLOWED, DONE, TAKES_MIN, LEAST = range(9)
KEEPS_UP, WORST_MS, REFUSED, STRAY, OVER_MIN, EXTRA, FIRST_SHARE, MET = range(9, 17)
SURGE, UNAVAILABLE, REPORTED, REPORT_MIN, NEEDED, VERSION = range(17, 23)
WIDTH = 23

BEFORE_S = 30.0  # and after, that are shown
EVER = 1e300


class World(NamedTuple):
    """Times in s, rates in 1/s. ``late``: for so long a replica that has stopped is sent to."""

    replicas: int
    room: int
    start: float
    min_ready: float
    grace: float
    version: int
    rate: float
    speed: float
    work_ms: float
    vcpus: int
    late: float
    deadline: float
    notice: float


@kernel
def surge_pods(replicas: int, percent: int) -> int:
    """Replicas that may be there beyond those wanted: rounded up."""
    return (replicas * percent + 99) // 100


@kernel
def unavailable_pods(replicas: int, percent: int, surge: int) -> int:
    """Replicas that may be missing: rounded down, but one if nothing could move otherwise."""
    pods = replicas * percent // 100
    return 1 if pods == 0 and surge == 0 else pods


@kernel
def reached(times: Floats, number: int, more: float, now: float) -> int:
    """How many of the first ``number`` times, each ``more`` later, have come."""
    count = 0
    for i in range(number):
        if times[i] + more <= now:
            count += 1
    return count


@kernel
def soonest(times: Floats, number: int, more: float, now: float) -> float:
    """The next of these times after ``now``."""
    first = EVER
    for i in range(number):
        if now < times[i] + more < first:
            first = times[i] + more
    return first


@kernel
def overload(ready: int, w: World) -> float:
    """Requests/s beyond what so many can do; a hair is none."""
    beyond = w.rate - ready * w.speed
    return beyond if beyond > 1e-9 * w.rate else 0.0


@kernel
def put(rows: Floats, used: int, way: int, kind: int, now: float, ready: int, share: float) -> int:
    """Adds a row unless nothing has changed; the number of rows."""
    if used > 0 and rows[used - 1, READY] == ready and rows[used - 1, NEW_SHARE] == share:
        return used
    row = rows[used]
    row[WAY], row[KIND], row[AT_MIN] = way, kind, now / 60.0
    row[READY], row[NEW_SHARE] = ready, share
    return used + 1


@kernel
def slowest(result: Floats, w: World) -> None:
    """Mean response with the fewest that were ready, if those keep up."""
    least = int(result[LEAST])
    result[NEEDED] = np.ceil(w.rate / w.speed - 1e-9)
    if least == 0 or w.rate >= least * w.speed * (1.0 - 1e-9):
        return
    result[KEEPS_UP] = 1.0
    result[WORST_MS] = w.work_ms + mean_wait(w.rate / least / 1000.0, w.work_ms, w.vcpus)


@kernel
def stretch(
    result: Floats, begin: float, end: float, old: int, ready: int, held: int, w: World
) -> None:
    """Counts what happens while nothing changes; once it is done nothing is refused by it."""
    there = old + ready
    beyond = overload(there, w)
    if beyond > 0.0 and result[DONE] == 0.0:
        result[OVER_MIN] += (end - begin) / 60.0
        result[REFUSED] += beyond * (end - begin)
    result[EXTRA] += max(held - w.replicas, 0) * (end - begin) / 60.0
    if w.version == LOOKS_READY and there > 0 and begin < w.notice:
        result[MET] += (w.rate - beyond) * ready / there * (min(end, w.notice) - begin)


@kernel
def update(rows: Floats, result: Floats, way: int, surge: int, unavailable: int, w: World) -> int:
    """One update; fills rows and the result, and says how many rows there are.

    An update that stands is followed until it is reported.
    """
    n = w.replicas
    ready_at, gone_at = np.empty(n), np.empty(n)
    old, made, placed = n, 0, 0
    seen_ready = seen_available = 0
    now = progress = 0.0
    result[LEAST] = n
    used = put(rows, 0, way, UPDATE, -BEFORE_S, n, 0.0)
    while True:
        ready = available = 0
        if w.version != NEVER_READY:
            ready = reached(ready_at, placed, 0.0, now)
            available = reached(ready_at, placed, w.min_ready, now)
        if ready > seen_ready or available > seen_available:
            progress = now
        seen_ready, seen_available = ready, available
        # The controller, until it has nothing left to do.
        while True:
            deleted = n - old
            gone = reached(gone_at, deleted, 0.0, now)
            up, down = 0, 0
            if way == RECREATE:
                down = old
                if gone == n:
                    up = n - made
            else:
                up = min(n + surge - old - made, n - made)
                if up <= 0:
                    down = min(old, old + available - (n - unavailable))
            if up > 0:
                made += up
            elif down > 0:
                result[STRAY] += w.rate * w.late * down / (old + ready)
                for i in range(deleted, deleted + down):
                    gone_at[i] = now + w.grace
                old -= down
            else:
                break
            progress = now
        held = n - gone + placed
        while placed < made and held < n + w.room:
            ready_at[placed] = now + w.start
            placed += 1
            held += 1
        there = old + ready
        result[LEAST] = min(result[LEAST], there)
        used = put(rows, used, way, UPDATE, now, there, ready / max(there, 1))
        if ready > 0 and result[FIRST_SHARE] == 0.0:
            result[FIRST_SHARE] = ready / there
        if available == n and old == 0 and result[DONE] == 0.0:
            result[DONE] = 1.0
            result[TAKES_MIN] = now / 60.0
        next_ = soonest(gone_at, n - old, 0.0, now)
        if w.version != NEVER_READY:
            next_ = min(next_, soonest(ready_at, placed, 0.0, now))
            next_ = min(next_, soonest(ready_at, placed, w.min_ready, now))
        if result[DONE] == 0.0 and next_ > progress + w.deadline and result[REPORTED] == 0.0:
            result[REPORTED] = 1.0
            result[REPORT_MIN] = (progress + w.deadline) / 60.0
        if next_ == EVER:
            end = max(now, progress + w.deadline if result[DONE] == 0.0 else w.notice)
            stretch(result, now, end, old, ready, held, w)
            if result[DONE] == 0.0:
                result[TAKES_MIN] = end / 60.0
            break
        stretch(result, now, next_, old, ready, held, w)
        now = next_
    slowest(result, w)
    return used


@kernel
def missing(result: Floats, ready: int, begin: float, end: float, w: World) -> None:
    """Counts what is refused while only so many are ready."""
    result[LEAST] = min(result[LEAST], ready)
    beyond = overload(ready, w)
    if end > begin and beyond > 0.0:
        result[OVER_MIN] += (end - begin) / 60.0
        result[REFUSED] += beyond * (end - begin)


@kernel
def node_dies(
    rows: Floats, result: Floats, lost: int, known: float, toleration: float, new_node: float,
    w: World,
) -> int:  # fmt: skip
    """A node with ``lost`` replicas dies: until it is known they are sent their share in vain.

    Those that have no room elsewhere wait for the new node.
    """
    n = w.replicas
    evicted = known + toleration
    moved = min(lost, w.room)
    first = evicted + w.start
    last = max(evicted, known + new_node) + w.start if moved < lost else first
    result[REFUSED] = known * (w.rate * lost / n + overload(n, w) * (n - lost) / n)
    missing(result, n - lost, known, first, w)
    missing(result, n - lost + moved, first, last, w)
    result[LEAST] = n - lost
    result[TAKES_MIN] = last / 60.0
    used = put(rows, 0, DIES, FAILURE, -BEFORE_S, n, 0.0)
    used = put(rows, used, DIES, FAILURE, 0.0, n - lost, 0.0)
    used = put(rows, used, DIES, FAILURE, first, n - lost + moved, 0.0)
    return put(rows, used, DIES, FAILURE, last, n, 0.0)


@kernel
def node_drained(rows: Floats, result: Floats, lost: int, new_node: float, w: World) -> int:
    """The same node is drained: no more than one is away at a time.

    A replica that has no room elsewhere waits for the node that comes in place of this one.
    """
    n = w.replicas
    now = 0.0
    for i in range(lost):
        if i >= w.room:
            now = max(now, new_node)
        now += w.start
    missing(result, n - 1, 0.0, now, w)
    result[STRAY] = w.rate * w.late * lost / n
    result[TAKES_MIN] = now / 60.0
    used = put(rows, 0, DRAINED, FAILURE, -BEFORE_S, n, 0.0)
    used = put(rows, used, DRAINED, FAILURE, 0.0, n - 1, 0.0)
    return put(rows, used, DRAINED, FAILURE, now, n, 0.0)


@kernel
def back_off(away: float, first: float, longest: float) -> float:
    """When a process is tried that then stays: at once, after ``first``, after twice that, ..."""
    now, delay = 0.0, first
    while now < away:
        now += delay
        delay = min(2.0 * delay, longest)
    return now


@kernel
def process_crashes(rows: Floats, result: Floats, back: float, w: World) -> int:
    """One process ends; at ``back`` it is ready again, on the same node."""
    n = w.replicas
    missing(result, n - 1, 0.0, back, w)
    result[TAKES_MIN] = back / 60.0
    used = put(rows, 0, CRASHES, FAILURE, -BEFORE_S, n, 0.0)
    used = put(rows, used, CRASHES, FAILURE, 0.0, n - 1, 0.0)
    return put(rows, used, CRASHES, FAILURE, back, n, 0.0)


@kernel
def orchestration(
    replicas: int, per_node: int, room: int, surge: int, unavailable: int, start_s: float,
    min_ready_s: float, version: int, toleration_s: float, grace_s: float, rate_per_s: float,
    vcpus: int, work_ms: float, late_s: float, known_s: float, node_s: float,
    away_s: float, boot_share: float, first_back_off_s: float, longest_back_off_s: float,
    deadline_s: float, notice_s: float,
) -> Table:  # fmt: skip
    """Four updates and three failures, each with a row for every change, and one of results.

    ``surge`` and ``unavailable`` are percentages of the ``replicas``, ``room`` is for so many more
    of them. The first update is as set, the next have one of the two only (none is made where both
    would be 0), and the last deletes all before any new one is made. Then a node with ``per_node``
    of the replicas dies, which is known after ``known_s``; is drained, with one away at a
    time; and one process crashes again and again for ``away_s``. ``boot_share`` of a start is
    not for pulling the image. A new node comes ``node_s`` after one is known to be lost, or from
    when it is drained.

    Columns: way; kind of row. Of changes: minute, how many are ready, share of the requests that
    new ones answer. Of results: 1 if such an update is allowed; 1 if it ends; minutes until all
    are new or back, or until it is reported that nothing moves; fewest ready; 1 if those keep
    up, and their mean response (ms); requests refused, or sent to a dead node; requests sent to
    replicas that have stopped, in ``late_s`` each; minutes with too few; room taken beyond the
    usual (replica-minutes); share of the requests that the first new ones answer; requests that
    a bad version answers within ``notice_s``; surge and unavailable (replicas); 1 if it is reported
    that nothing moves, and when (min); replicas that are needed; kind of
    the new version.
    """
    most = 5 * replicas + 12
    buffer = np.zeros((SERIES * most, WIDTH))
    results = np.zeros((SERIES, WIDTH))
    used = np.zeros(SERIES, np.int64)
    w = World(
        replicas, room, start_s, min_ready_s, grace_s, version, rate_per_s,
        vcpus * 1000.0 / work_ms, work_ms, vcpus, late_s, deadline_s, notice_s,
    )  # fmt: skip
    for way in range(WAYS):
        up = 0 if way == UNAVAILABLE_ONLY else surge
        down = 0 if way == SURGE_ONLY else unavailable
        result = results[way]
        result[SURGE] = surge_pods(replicas, up)
        result[UNAVAILABLE] = unavailable_pods(replicas, down, int(result[SURGE]))
        if way == RECREATE:
            result[SURGE], result[UNAVAILABLE] = 0, replicas
        elif up == 0 and down == 0:
            result[UNAVAILABLE] = 0
            continue
        result[ALLOWED] = 1.0
        used[way] = update(
            buffer[way * most : (way + 1) * most], result, way, int(result[SURGE]),
            int(result[UNAVAILABLE]), w,
        )  # fmt: skip
    lost = min(per_node, replicas)
    for way in range(WAYS, SERIES):
        rows, result = buffer[way * most : (way + 1) * most], results[way]
        result[ALLOWED] = result[DONE] = 1.0
        result[LEAST] = replicas
        if way == DIES:
            used[way] = node_dies(rows, result, lost, known_s, toleration_s, node_s, w)
        elif way == DRAINED:
            used[way] = node_drained(rows, result, lost, node_s, w)
        else:
            tried = back_off(away_s, first_back_off_s, longest_back_off_s)
            used[way] = process_crashes(rows, result, tried + boot_share * start_s, w)
        slowest(result, w)
    return gathered(buffer, results, used, most, version)


@kernel
def gathered(buffer: Floats, results: Floats, used: Ints, most: int, version: int) -> Table:
    """The rows of all, each with one more at the end of its view, and the results."""
    total = SERIES
    ends = np.zeros(2)
    for way in range(SERIES):
        if used[way] > 0:
            total += used[way] + 1
            of = 0 if way < WAYS else 1
            ends[of] = max(ends[of], results[way, TAKES_MIN] + BEFORE_S / 60.0)
    table = np.zeros((total, WIDTH))
    at = 0
    for way in range(SERIES):
        for i in range(used[way] + 1 if used[way] > 0 else 0):
            row = buffer[way * most + min(i, used[way] - 1)]
            for column in range(WIDTH):
                table[at, column] = row[column]
            if i == used[way]:
                table[at, AT_MIN] = ends[0 if way < WAYS else 1]
            at += 1
        results[way, WAY], results[way, KIND], results[way, VERSION] = way, RESULT, version
    for way in range(SERIES):
        for column in range(WIDTH):
            table[at, column] = results[way, column]
        at += 1
    return table
