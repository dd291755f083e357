"""Processors that share their time between the jobs that are there, simulated job by job.

``n`` jobs on ``processors`` each go on at the speed ``min(1, processors / n)``. At most ``limit``
are served at once; the others wait, first come, first served. So a limit of as many as there are
processors is first come, first served without sharing, and a very high one is processor sharing.

All jobs in service go on at one speed, so a *virtual clock* that runs at this speed shows for each
of them, from the moment it begins, when it will be done. A heap has the first of them on top: an
event takes time in the logarithm of those who are there. Kept are only these, so that the memory
does not grow with the length of the run.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.heap import pop, push
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.queueing.erlang import erlang_c
from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import generator

# Of the clock: time, virtual time, next arrival; number present and busy processors, times time.
NOW, VIRTUAL, NEXT, AREA, BUSY = range(5)
# Of the counts: in service, waiting, first of these in the ring, places ever used, free ones of
# these, jobs read, blocked.
SERVING, WAITING, HEAD, USED, SPARE, READ, BLOCKED = range(7)
BLOCK = 1024
# Sums of one batch over the jobs of one size class that left in it.
SERVED, WAIT, RESPONSE, WORK, SLOWDOWN = range(5)
SUMS = 5
# Of one batch as a whole; from `FIRST_NUMBER` on, how long 0, 1, 2, ... jobs were there.
ELAPSED, NUMBER, IN_USE, CAME, REFUSED, FIRST_NUMBER = range(6)


class Queue(NamedTuple):
    """Made by `empty`. ``done`` and ``serves``: the heap; ``came`` to ``began``: by place."""

    processors: int
    limit: int
    done: Floats
    serves: Ints
    came: Floats
    size: Floats
    began: Floats
    ring: Ints
    spare: Ints
    clock: Floats
    counts: Ints
    lasted: Floats


@kernel
def empty(processors: int, limit: int, places: int, numbers: int) -> Queue:
    """Nobody is there; who comes when ``places`` are is turned away.

    numbers: how many numbers present are told apart, the last of them for all above, too.
    """
    served = min(limit, places)
    return Queue(
        processors, served, np.empty(served), np.empty(served, np.int64), np.empty(places),
        np.empty(places), np.empty(places), np.empty(places, np.int64),
        np.empty(places, np.int64), np.zeros(5), np.zeros(7, np.int64), np.zeros(numbers),
    )  # fmt: skip


@kernel
def run(
    queue: Queue, gaps: Floats, sizes: Floats, size: Floats, waited: Floats, took: Floats
) -> int:
    """Goes on until all jobs have come or all places for results are taken; departures.

    ``gaps`` from the last arrival to each job, and their ``sizes``: read from where the last call
    stopped (``counts[READ]``, for the caller to put back to 0). Of each that leaves: its size, wait
    before it begins, and response time.
    """
    processors, limit = queue.processors, queue.limit
    done, serves = queue.done, queue.serves
    came, needs, began = queue.came, queue.size, queue.began
    ring, spare, lasted = queue.ring, queue.spare, queue.lasted
    clock, count = queue.clock, queue.counts
    places = came.size
    now, virtual, follows = clock[NOW], clock[VIRTUAL], clock[NEXT]
    area, busy = clock[AREA], clock[BUSY]
    serving, waiting, head = count[SERVING], count[WAITING], count[HEAD]
    used, free, read = count[USED], count[SPARE], count[READ]
    gone = 0
    while gone < size.size and read < gaps.size:
        due = follows + gaps[read]
        speed = 1.0
        if serving > processors:
            speed = processors / serving
        ends = due
        if serving > 0:
            ends = now + max(done[0] - virtual, 0.0) / speed
        leaves = serving > 0 and ends <= due
        then = ends if leaves else due
        here = serving + waiting
        lasted[min(here, lasted.size - 1)] += then - now
        area += here * (then - now)
        busy += min(serving, processors) * (then - now)
        virtual += speed * (then - now)
        now = then
        begins = -1
        if leaves:
            virtual = done[0]
            who = serves[0]
            pop(done, serves, serving)
            serving -= 1
            size[gone] = needs[who]
            waited[gone] = began[who] - came[who]
            took[gone] = now - came[who]
            gone += 1
            spare[free] = who
            free += 1
            if waiting > 0:
                begins = ring[head]
                head = head + 1 if head + 1 < places else 0
                waiting -= 1
        else:
            follows = due
            if here == places:
                count[BLOCKED] += 1
            else:
                if free > 0:
                    free -= 1
                    who = spare[free]
                else:
                    who = used
                    used += 1
                came[who] = now
                needs[who] = sizes[read]
                if serving < limit:
                    begins = who
                else:
                    at = head + waiting
                    ring[at if at < places else at - places] = who
                    waiting += 1
            read += 1
        if begins >= 0:
            if serving == 0:
                virtual = 0.0
            began[begins] = now
            push(done, serves, serving, virtual + needs[begins], begins)
            serving += 1
    clock[NOW], clock[VIRTUAL], clock[NEXT], clock[AREA], clock[BUSY] = (
        now, virtual, follows, area, busy,
    )  # fmt: skip
    count[SERVING], count[WAITING], count[HEAD] = serving, waiting, head
    count[USED], count[SPARE], count[READ] = used, free, read
    return gone


@kernel
def put_batch(queue: Queue, since: float, came: int, row: Floats) -> None:
    """What the queue has added up over a batch, and back to nothing."""
    row[ELAPSED] = queue.clock[NOW] - since
    row[NUMBER] = queue.clock[AREA]
    row[IN_USE] = queue.clock[BUSY]
    row[CAME] = came
    row[REFUSED] = queue.counts[BLOCKED]
    for n in range(queue.lasted.size):
        row[FIRST_NUMBER + n] = queue.lasted[n]
        queue.lasted[n] = 0.0
    queue.clock[AREA] = 0.0
    queue.clock[BUSY] = 0.0
    queue.counts[BLOCKED] = 0


@kernel
def simulate(
    arrivals: Law, service: Law, processors: int, limit: int, places: int, edges: Floats,
    numbers: int, warm_up: int, batches: int, batch_size: int, seed: int,
) -> tuple[Table, Table]:  # fmt: skip
    """Sums by batch and size class (row b K + k, of K classes), and by batch alone.

    A batch is ``batch_size`` departures, after ``warm_up`` of them. Class k has the sizes from
    ``edges[k - 1]`` to below ``edges[k]``, so that there is one class more than there are edges.
    """
    classes = edges.size + 1
    sums = np.zeros((batches * classes, SUMS))
    whole = np.zeros((batches + 1, FIRST_NUMBER + numbers))
    queue = empty(processors, limit, places, numbers)
    comes, takes = generator(2 * seed), generator(2 * seed + 1)
    gaps, sizes = np.empty(BLOCK), np.empty(BLOCK)
    size, waited, took = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    queue.counts[READ] = BLOCK
    came = 0
    # The warm-up is a batch before the others, whose sums nobody sees.
    for batch in range(-1, batches):
        since = queue.clock[NOW]
        left = warm_up if batch < 0 else batch_size
        came = 0
        while left > 0:
            if queue.counts[READ] == BLOCK:
                for i in range(BLOCK):
                    gaps[i] = draw(arrivals, comes)
                    sizes[i] = draw(service, takes)
                queue.counts[READ] = 0
            before = queue.counts[READ]
            n = run(queue, gaps, sizes, size[: min(left, BLOCK)], waited, took)
            came += queue.counts[READ] - before
            left -= n
            if batch < 0:
                continue
            for i in range(n):
                k = 0
                while k < edges.size and size[i] >= edges[k]:
                    k += 1
                row = sums[batch * classes + k]
                row[SERVED] += 1.0
                row[WAIT] += waited[i]
                row[RESPONSE] += took[i]
                row[WORK] += size[i]
                row[SLOWDOWN] += took[i] / size[i] if size[i] > 0.0 else 1.0
        put_batch(queue, since, came, whole[batch + 1])
    return sums, whole[1:]


@kernel
def wait_and_stretch(
    rate: float, mean: float, cv2: float, processors: int, limit: int
) -> tuple[float, float]:
    """Mean wait before a job begins, and how many times its size it takes from then on.

    Poisson arrivals; ``rate * mean`` is below the processors, and below ``limit``. Exact without a
    limit, for one processor with a limit of 1, and on average for exponential sizes; in between the
    approximation that has this in common (`scalelab.theory.queueing.processor_sharing`).
    """
    used = min(processors, limit)
    load = rate * mean
    delayed = erlang_c(load, used)
    apart = mean / (used - load)
    waits = delayed * power(load / used, limit - used) * apart
    return 0.5 * (1.0 + cv2) * waits, 1.0 + (delayed * apart - waits) / mean
