"""A spike of tasks before a pool of workers: five ways to take it, as a fluid and task by task.

As a fluid, tasks come and are taken at their rates, without chance; time goes in steps that end
where the spike begins and ends. What chance adds to the plain queue is shown by runs of a walk: in
each step a Poisson number comes, and as many go as a Poisson number allows, which is exact while
all workers are busy. `path` goes through one run task by task, and is exact throughout.

The ways:

- `SYNC`: customers wait in the web servers' threads until the work is done; when all threads are
  taken, they are refused.
- `QUEUE`: without a limit, the oldest first.
- `LIMITED`: the oldest first; when full it refuses the new or drops the oldest.
- `NEWEST`: without a limit, the newest first.
- `SCALED`: as `QUEUE`, with workers by the backlog.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.heap import pop, push, replace
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.select import kth_smallest

SYNC, QUEUE, LIMITED, NEWEST, SCALED = range(5)
WAYS = 5
REFUSE, DROP = range(2)  # what a full queue does: refuse the new, drop the oldest

LEAD_S = 600.0
LEAST_TAIL_S, MOST_TAIL_S, ENDLESS_TAIL_S = 1800.0, 43_200.0, 14_400.0
STEPS = 1500
LONGEST_STEP_S = 60.0
NOTHING = 1e-9  # of a task: less is rounding
KEEP_S = 300.0  # for which workers stay that are not wanted any more
LEAD_POINTS, SPIKE_POINTS, TAIL_POINTS = 4, 16, 44
POINTS = LEAD_POINTS + SPIKE_POINTS + TAIL_POINTS + 1
RUNS = 11
LOW, HIGH = 1, 9  # ranks among them, from 0

POINT, WAY = range(2)  # kinds of rows
KIND, MINUTE = range(2)
BACKLOG = 2  # of each way
AGE = BACKLOG + WAYS
BACKLOG_LOW = AGE + WAYS
BACKLOG_HIGH, WORKERS, NAME, MOST, OLDEST_MIN, LATE, LOST, IN_TIME = range(
    BACKLOG_LOW + 1, BACKLOG_LOW + 9
)
ANSWER_S, DONE_MIN, FULL_MIN, LATE_UNTIL_MIN, DRAINED_MIN, ENDS = range(IN_TIME + 1, IN_TIME + 7)
DRAINED_LOW, DRAINED_HIGH, SEEN, CAME, BUSY, EXTRA_H, DUE_MIN = range(ENDS + 1, ENDS + 8)
WIDTH = DUE_MIN + 1
ROWS = POINTS + WAYS

# Of a way over the steps: so many admitted and gone until a step, and in it served, dropped,
# refused, and how many workers there are; how many wait, and for how long the oldest has.
ADMITTED, GONE, SERVED, DROPPED, REFUSED, AT_WORK, WAITING, OLDEST_S = range(8)
FIELDS = 8
# Of a task of `path`.
ARRIVES, TAKEN, BEGINS, LEAVES = range(4)


class World(NamedTuple):
    """Rates in 1/s, times in s. ``slack``: how long a task may wait to be done by its deadline."""

    usual: float
    spike: float
    workers: int
    service: float
    slack: float
    target: float
    boot: float
    most: int


class Grid(NamedTuple):
    """Length of a step, and how many there are before, in and after the spike."""

    step: float
    lead: int
    during: int
    after: int


@kernel
def grid(spike_s: float, w: World) -> Grid:
    """Steps to the time at which the plain queue is empty, and a while more."""
    capacity = w.workers / w.service
    tail = ENDLESS_TAIL_S
    if w.usual < capacity:
        backlog = max(w.spike - capacity, 0.0) * spike_s
        tail = 1.25 * backlog / (capacity - w.usual) + 600.0
        tail = min(max(tail, LEAST_TAIL_S), MOST_TAIL_S)
    step = min((LEAD_S + spike_s + tail) / STEPS, LONGEST_STEP_S)
    during = max(int(np.ceil(spike_s / step)), SPIKE_POINTS)
    step = spike_s / during
    return Grid(step, int(np.ceil(LEAD_S / step)), during, int(np.ceil(tail / step)))


@kernel
def rate_of(i: int, w: World, g: Grid) -> float:
    """How many tasks come in a second of step ``i``."""
    return w.spike if g.lead <= i < g.lead + g.during else w.usual


@kernel
def wanted(backlog: float, service: float, target: float) -> float:
    """Workers that have a backlog done within ``target``: backlog per worker, as Amazon has it."""
    workers: float = np.ceil(backlog * service / target)
    return workers


@kernel
def workers_at(i: int, orders: Floats, w: World, g: Grid) -> float:
    """The most that were wanted lately, those aside that still boot."""
    last = i - int(np.ceil(w.boot / g.step))
    first = i - int(np.ceil((w.boot + KEEP_S) / g.step))
    there = float(w.workers)
    for k in range(max(first, 0), last + 1):
        there = max(there, orders[k])
    return there


@kernel
def in_order(places: float, full: int, scaled: bool, steps: Floats, w: World, g: Grid) -> None:
    """Fills the steps of a queue that takes the oldest first."""
    n = g.lead + g.during + g.after
    orders = np.zeros(n)
    waiting = 0.0
    for i in range(n):
        workers = float(w.workers)
        if scaled:
            orders[i] = min(wanted(waiting, w.service, w.target), max(w.most, w.workers))
            workers = workers_at(i, orders, w, g)
        came = rate_of(i, w, g) * g.step
        served = min(waiting + came, workers / w.service * g.step)
        left = waiting + came - served
        over = max(left - places, 0.0)
        waiting = left - over
        row = steps[i]
        row[AT_WORK] = workers
        row[SERVED] = served
        row[DROPPED] = over if full == DROP else 0.0
        row[REFUSED] = over if full == REFUSE else 0.0
        steps[i + 1, ADMITTED] = row[ADMITTED] + came - row[REFUSED]
        # An empty queue is one from which all have gone, to the last bit.
        gone = row[GONE] + served + row[DROPPED]
        steps[i + 1, GONE] = steps[i + 1, ADMITTED] if waiting == 0.0 else gone
        steps[i + 1, WAITING] = waiting
    steps[n, AT_WORK] = steps[n - 1, AT_WORK]


@kernel
def part_within(first: float, last: float, slack: float) -> float:
    """Part of the waits, evenly from ``first`` to ``last``, that are at most ``slack``."""
    low, high = min(first, last), max(first, last)
    if high <= slack:
        return 1.0
    if low > slack:
        return 0.0
    return (slack - low) / (high - low)


@kernel
def note(served: float, first: float, last: float, end: float, row: Floats, w: World) -> None:
    """Adds tasks that have waited from ``first`` to ``last`` to what a way comes to."""
    part = part_within(first, last, w.slack)
    row[IN_TIME] += served * part
    row[DONE_MIN] = max(row[DONE_MIN], (max(first, last) + w.service) / 60.0)
    if part < 1.0:
        row[LATE_UNTIL_MIN] = end / 60.0


@kernel
def score_in_order(steps: Floats, row: Floats, w: World, g: Grid) -> float:
    """Waits of the oldest first: how long before its going each task had come.

    How many wait at the end that may still be in time.
    """
    n = g.lead + g.during + g.after
    came = 0  # the step in which the task came that goes
    first = 0.0
    for i in range(n):
        gone = steps[i + 1, GONE]
        while came < i and steps[came + 1, ADMITTED] < gone:
            came += 1
        admitted = steps[came + 1, ADMITTED] - steps[came, ADMITTED]
        part = (gone - steps[came, ADMITTED]) / admitted if admitted > 0.0 else 1.0
        last = max((i + 1 - came - part) * g.step, 0.0)
        steps[i + 1, OLDEST_S] = last
        end = (i + 1 - g.lead - g.during) * g.step
        note(steps[i, SERVED], first, last, end, row, w)
        first = last
    old = max(n - int(np.floor(max(w.slack, 0.0) / g.step)), 0)
    young: float = max(steps[n, ADMITTED] - max(steps[n, GONE], steps[old, ADMITTED]), 0.0)
    return young


@kernel
def newest_first(steps: Floats, row: Floats, w: World, g: Grid) -> float:
    """Fills the steps of a queue that takes the newest first, and scores it like the other.

    What cannot be taken at once goes onto a pile: how many there are of a step, and the times
    between which they came.
    """
    n = g.lead + g.during + g.after
    pile = np.empty((n, 3))
    height = 0
    waiting = 0.0
    can = w.workers / w.service * g.step
    for i in range(n):
        begins, ends = i * g.step, (i + 1) * g.step
        since = ends - (g.lead + g.during) * g.step
        came = rate_of(i, w, g) * g.step
        fresh = min(came, can)
        note(fresh, 0.0, 0.0, since, row, w)
        spare = can - fresh
        done = 0.0
        while height > 0 and done < spare:
            top = pile[height - 1]
            takes = min(top[0], spare - done)
            now = begins + done / spare * g.step
            later = begins + (done + takes) / spare * g.step
            came_last = top[2]
            top[2] -= (top[2] - top[1]) * takes / top[0]
            note(takes, now - came_last, later - top[2], since, row, w)
            top[0] -= takes
            done += takes
            if top[0] <= NOTHING:
                height -= 1
        if came > fresh:
            pile[height, 0] = came - fresh
            pile[height, 1] = begins
            pile[height, 2] = ends
            height += 1
        waiting = max(waiting + came - fresh - done, 0.0) if height > 0 else 0.0
        steps[i, AT_WORK] = w.workers
        steps[i, SERVED] = fresh + done
        steps[i + 1, WAITING] = waiting
        steps[i + 1, OLDEST_S] = ends - pile[0, 1] if height > 0 else 0.0
    steps[n, AT_WORK] = w.workers
    young = 0.0
    for k in range(height):
        if pile[k, 1] >= n * g.step - w.slack:
            young += pile[k, 0]
    return young


@kernel
def sum_up(way: int, young: float, steps: Floats, row: Floats, w: World, g: Grid) -> None:
    """What a way comes to, from its steps; `note` has been called for all that was served."""
    n = g.lead + g.during + g.after
    row[KIND] = WAY
    row[NAME] = way
    end = g.lead + g.during
    over = -1
    for i in range(n + 1):
        row[MOST] = max(row[MOST], steps[i, WAITING])
        row[OLDEST_MIN] = max(row[OLDEST_MIN], steps[i, OLDEST_S] / 60.0)
        if i == n:
            break
        row[CAME] += rate_of(i, w, g) * g.step
        row[LOST] += steps[i, DROPPED] + steps[i, REFUSED]
        row[EXTRA_H] += (steps[i, AT_WORK] - w.workers) * g.step / 3600.0
        if steps[i, DROPPED] + steps[i, REFUSED] > 0.0:
            row[FULL_MIN] += g.step / 60.0
        if i >= end and over < 0 and steps[i + 1, WAITING] == 0.0:
            over = i
    late = row[CAME] - row[LOST] - row[IN_TIME] - young
    row[LATE] = late if late > 1e-6 else 0.0  # less is rounding
    row[IN_TIME] /= row[CAME]
    row[BUSY] = w.usual * w.service / w.workers
    row[SEEN] = 1.0 if over >= 0 else 0.0
    row[ENDS] = row[SEEN]
    if over >= 0:
        part = 0.0
        if steps[over, WAITING] > 0.0:
            net = steps[over, AT_WORK] / w.service - w.usual
            part = min(steps[over, WAITING] / net, g.step)
        row[DRAINED_MIN] = ((over - end) * g.step + part) / 60.0
    else:
        net = steps[n, AT_WORK] / w.service - w.usual
        if net > 0.0:
            row[ENDS] = 1.0
            row[DRAINED_MIN] = (g.after * g.step + steps[n, WAITING] / net) / 60.0


@kernel
def step_of(point: int, g: Grid) -> int:
    """At the end of how many steps a point of the picture is; the spike's ends are points."""
    if point <= LEAD_POINTS:
        return point * g.lead // LEAD_POINTS
    point -= LEAD_POINTS
    if point <= SPIKE_POINTS:
        return g.lead + point * g.during // SPIKE_POINTS
    return g.lead + g.during + (point - SPIKE_POINTS) * g.after // TAIL_POINTS


@kernel
def walk(seed: int, backlog: Floats, w: World, g: Grid) -> float:
    """One run by chance: how many wait at each point; s from the spike to empty, or to the end."""
    n = g.lead + g.during + g.after
    state = generator(seed)
    can = w.workers / w.service * g.step
    waiting, empty, point = 0, -1, 0
    for i in range(n + 1):
        while point < POINTS and step_of(point, g) == i:
            backlog[point] = waiting
            point += 1
        if i >= g.lead + g.during and waiting == 0 and empty < 0:
            empty = i
        if i < n:
            waiting += poisson(state, rate_of(i, w, g) * g.step)
            waiting = max(waiting - poisson(state, can), 0)
    return ((empty if empty >= 0 else n) - g.lead - g.during) * g.step


@kernel
def band(table: Table, seed: int, w: World, g: Grid) -> None:
    """Runs of the plain queue by chance: between which numbers most of them are."""
    runs = np.empty((RUNS, POINTS))
    emptied = np.empty(RUNS)
    for run in range(RUNS):
        emptied[run] = walk(seed * RUNS + run, runs[run], w, g) / 60.0
    values = np.empty(RUNS)
    for point in range(POINTS):
        for run in range(RUNS):
            values[run] = runs[run, point]
        table[point, BACKLOG_LOW] = kth_smallest(values, LOW)
        table[point, BACKLOG_HIGH] = kth_smallest(values, HIGH)
    table[POINTS + QUEUE, DRAINED_LOW] = kth_smallest(emptied, LOW)
    table[POINTS + QUEUE, DRAINED_HIGH] = kth_smallest(emptied, HIGH)


@kernel
def task_queue(
    usual: float, spike: float, minutes: float, workers: int, deadline_min: float, limit: int,
    full: int, boot_s: float, service_s: float, threads: int, target_s: float, most: int,
    answer_ms: float, seed: int,
) -> Table:  # fmt: skip
    """`POINTS` rows over time, then one for each way.

    Parameters: tasks that come in a second as usual and in the spike, length of the spike, workers,
    until when a task is to be done, how many the limited queue holds and what it does when full
    (`REFUSE`, `DROP`), how long a worker takes to boot; seconds of a task, threads that may be held
    by customers who wait, the time within which autoscaling wants the backlog done, the most
    workers, ms in which a queue confirms a task.

    Columns: `KIND` of the row. In `POINT` rows: `MINUTE` since the spike's end; how many wait, from
    column `BACKLOG` on, and the age of the oldest of them in minutes, from `AGE` on, for each way;
    `BACKLOG_LOW` and `BACKLOG_HIGH` of runs by chance of the plain queue; `WORKERS` with
    autoscaling. In `WAY` rows: `NAME` of the way; `MOST` who waited; `OLDEST_MIN`, the highest age;
    tasks that were `LATE` and that were `LOST`, as they were refused or dropped; share that was
    done `IN_TIME`; `ANSWER_S`, the longest time for which a customer waits for the answer, and
    `DONE_MIN` until the work is done; `FULL_MIN`, how long it refused or dropped;
    `LATE_UNTIL_MIN`, when the last late one was taken, since the spike's end, 0 without;
    `DRAINED_MIN`, from the spike's end until nothing waits, where that `ENDS`; of runs by chance
    `DRAINED_LOW` and `DRAINED_HIGH`, if that is `SEEN` in the time that is gone through; tasks that
    `CAME` in it; how `BUSY` the workers are as usual; `EXTRA_H`, hours of workers that
    were added; `DUE_MIN`, the deadline.
    """
    w = World(
        usual, spike, workers, service_s, deadline_min * 60.0 - service_s, target_s, boot_s, most
    )  # fmt: skip
    g = grid(minutes * 60.0, w)
    n = g.lead + g.during + g.after
    table = np.zeros((ROWS, WIDTH))
    for point in range(POINTS):
        table[point, KIND] = POINT
        table[point, MINUTE] = (step_of(point, g) - g.lead - g.during) * g.step / 60.0
    for way in range(WAYS):
        row = table[POINTS + way]
        steps = np.zeros((n + 1, FIELDS))
        places = np.inf
        if way == SYNC:
            places = float(max(threads - workers, 0))
        elif way == LIMITED:
            places = float(limit)
        if way == NEWEST:
            young = newest_first(steps, row, w, g)
        else:
            in_order(places, full if way == LIMITED else REFUSE, way == SCALED, steps, w, g)
            young = score_in_order(steps, row, w, g)
        sum_up(way, young, steps, row, w, g)
        row[DUE_MIN] = deadline_min
        row[ANSWER_S] = row[DONE_MIN] * 60.0 if way == SYNC else answer_ms / 1000.0
        for point in range(POINTS):
            i = step_of(point, g)
            table[point, BACKLOG + way] = steps[i, WAITING]
            table[point, AGE + way] = steps[i, OLDEST_S] / 60.0
            if way == SCALED:
                table[point, WORKERS] = steps[i, AT_WORK]
    band(table, seed, w, g)
    return table


@kernel
def path(
    usual: float, spike: float, lead_s: float, spike_s: float, after_s: float, workers: int,
    service_s: float, places: int, seed: int,
) -> Table:  # fmt: skip
    """One run, task by task: when each arrives, whether it is taken, begins, leaves.

    Poisson arrivals, exponential service, the oldest first. ``places`` counts those at work and
    those who wait; 0 is no limit. What is refused begins and leaves when it arrives.
    """
    state = generator(seed)
    mean = usual * (lead_s + after_s) + spike * spike_s
    size = int(mean + 10.0 * np.sqrt(mean) + 100.0)
    tasks = np.zeros((size, 4))
    room = places if places > 0 else size
    leaves = np.empty(room)
    items = np.zeros(room, np.int64)
    free = np.zeros(workers)
    there = 0
    now = 0.0
    count = 0
    end = lead_s + spike_s + after_s
    while count < size:
        rate, until = usual, end
        if now < lead_s:
            until = lead_s
        elif now < lead_s + spike_s:
            rate, until = spike, lead_s + spike_s
        now += exponential(state, 1.0 / rate)
        if now >= until:  # the rate changes, and the exponential law has no memory
            now = until
            if now >= end:
                break
            continue
        takes = exponential(state, service_s)
        while there > 0 and leaves[0] <= now:
            pop(leaves, items, there)
            there -= 1
        task = tasks[count]
        count += 1
        task[ARRIVES] = task[BEGINS] = task[LEAVES] = now
        if there == room:
            continue
        begins = max(now, free[0])
        replace(free, begins + takes)
        push(leaves, items, there, begins + takes, 0)
        there += 1
        task[TAKEN] = 1.0
        task[BEGINS] = begins
        task[LEAVES] = begins + takes
    kept = np.empty((count, 4))
    for k in range(count):
        for j in range(4):
            kept[k, j] = tasks[k, j]
    return kept
