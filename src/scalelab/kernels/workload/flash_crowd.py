"""Crowds at a service of fixed capacity, beside a stream that comes at random with the same mean.

Requests wait in one queue, first come first served, for a service that works through them one at a
time, each for an exponential time. As many machines as there may be work like one of their joint
speed.

The queue may be limited: a request that finds it full is refused. And capacity may be added: it is
ordered as soon as a request will not be done within `ORDER_S`, or is refused, and serves after
a delay. It is given back when nobody waits and the requests of the last `LOOK_S` are no more than
the service does alone.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.access_log import FIELDS, TIME_S, in_order
from scalelab.kernels.jit import Floats, Table, Words, kernel, step
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.workload.episodes import Episodes, find_episodes, length_of, rate_of
from scalelab.kernels.workload.mmpp import (
    CALM,
    CROWD,
    KEPT,
    Mmpp,
    draw_arrivals,
)

ORDER_S = 10.0
LOOK_S = 300.0
REFUSED = -1.0  # in place of a wait

RANDOM, CROWDS, TIMELINE = 0, 1, 2
STREAMS = 2
MOST_RUNS = 100
N_BINS = 90
(
    STREAM, FROM_MIN, TO_MIN, LOAD, ACCEPTED, CAPACITY, WAIT, RANDOM_LOAD, RANDOM_WAIT, CROWDED,
    IN_TIME, IN_TIME_LOW, IN_TIME_HIGH, LATE, TURNED_AWAY, MEAN_WAIT, MEAN_WAIT_LOW,
    MEAN_WAIT_HIGH, LONGEST, MEAN_LOAD, BASE_CAPACITY, CALM_RATE, CROWD_RATE, CALM_MIN, CROWD_MIN,
    N_CROWDS, BACKLOG, FLUID_WAIT, DRAIN_MIN,
) = range(29)  # fmt: skip
COLUMNS = 29
# Of a log that is longer, the time line shows what lies around the longest wait.
SHOWN_S = 6.0 * 3600.0


class Service(NamedTuple):
    """What does the work: ``capacity`` (requests a second), at ``most`` in it (0: no limit).

    ``extra``: capacity that is added, over the first; it serves ``start`` seconds after it was
    ordered, at least `ORDER_S`, so that nobody who came before has his answer from it.
    """

    capacity: float
    most: int
    extra: float
    start: float


@step
def takes(work: float, t: float, added: float, extra: float) -> float:
    """How long ``work`` (s of the first capacity) takes from ``t`` on, with more from ``added``."""
    alone = max(added - t, 0.0)
    return work if work <= alone else alone + (work - alone) / (1.0 + extra)


@step
def done_between(a: float, b: float, added: float, extra: float) -> float:
    """Work that is done from ``a`` to ``b`` if there is enough."""
    return b - a + extra * max(b - max(a, added), 0.0)


@kernel
def serve(
    times: Floats, s: Service, chance: Words, done: Floats, waits: Floats, speeds: Floats
) -> None:
    """For each of ``times``, in order: the wait until it is served (s), or `REFUSED`.

    ``speeds``: capacity then, over the first. ``done`` is a place to work in, as long as the rest.
    """
    backlog, now, added = 0.0, 0.0, np.inf
    accepted = gone = recent = 0
    for i in range(times.size):
        t = times[i]
        backlog = max(backlog - done_between(now, t, added, s.extra), 0.0)
        now = t
        if s.most > 0:
            while gone < accepted and done[gone] <= t:
                gone += 1
        if added < np.inf:
            while times[recent] < t - LOOK_S:
                recent += 1
            if backlog == 0.0 and i - recent < LOOK_S * s.capacity:
                added = np.inf
        speeds[i] = 1.0 + s.extra if t >= added else 1.0
        full = s.most > 0 and accepted - gone >= s.most
        work = 0.0 if full else exponential(chance, 1.0 / s.capacity)
        if s.extra > 0.0 and added == np.inf and (full or backlog + work > ORDER_S):
            added = t + s.start
        if full:
            waits[i] = REFUSED
            continue
        waits[i] = takes(backlog, t, added, s.extra)
        backlog += work
        if s.most > 0:
            done[accepted] = t + takes(backlog, t, added, s.extra)
        accepted += 1


class Outcome(NamedTuple):
    """Of one run: shares of the requests that are served in time, too late, and refused; waits."""

    in_time: float
    late: float
    refused: float
    mean: float
    longest: float
    at: float


@kernel
def outcome(times: Floats, waits: Floats, patience: float) -> Outcome:
    in_time = late = refused = 0
    total, longest, at = 0.0, 0.0, 0.0
    for i in range(times.size):
        if waits[i] < 0.0:
            refused += 1
        else:
            total += waits[i]
            if waits[i] > patience:
                late += 1
            else:
                in_time += 1
            if waits[i] > longest:
                longest, at = waits[i], times[i]
    n = max(times.size, 1)
    answered = max(in_time + late, 1)
    return Outcome(in_time / n, late / n, refused / n, total / answered, longest, at)


@kernel
def draw_at_random(rate: float, until: float, chance: Words, times: Floats) -> int:
    """A Poisson stream, into ``times`` as far as it goes; the number of requests."""
    n = 0
    t = exponential(chance, 1.0 / rate)
    while t < until and n < times.size:
        times[n] = t
        n += 1
        t += exponential(chance, 1.0 / rate)
    return n


@kernel
def room(rate: float, until: float) -> int:
    """Requests that come at this rate, and more than can be by chance."""
    mean = rate * until
    return int(mean + 10.0 * np.sqrt(mean)) + 100


@kernel
def spread(times: Floats, chance: Words) -> bool:
    """Puts requests of the same whole second at random moments of it; whether all are whole.

    A log that counts in whole seconds says no more. Gaps between uniform moments in order are
    exponential numbers over their sum (L. Devroye, "Non-Uniform Random Variate Generation", 1986,
    section V.3.1).
    """
    for t in times:
        if t != np.floor(t):
            return False
    gaps = np.empty(times.size + 1)
    first = 0
    while first < times.size:
        last = first + 1
        while last < times.size and times[last] == times[first]:
            last += 1
        total = 0.0
        for i in range(last - first + 1):
            gaps[i] = exponential(chance, 1.0)
            total += gaps[i]
        passed = 0.0
        for i in range(first, last):
            passed += gaps[i - first]
            times[i] += passed / total
        first = last
    return True


@kernel
def moments_of(log: Floats, chance: Words) -> Floats:
    """When the requests of a log came, in order, from 0; last, how long they went on for (s)."""
    rows = in_order(log)
    n = rows.shape[0]
    times = np.empty(n + 1)
    for i in range(n):
        times[i] = rows[i, TIME_S] - rows[0, TIME_S]
    span = times[n - 1]
    if spread(times[:n], chance):
        span += 1.0
    else:
        # After the last one comes another such gap.
        span *= n / (n - 1.0)
    times[n] = span
    return times


@kernel
def note(table: Table, row: int, column: int, value: float, first: bool, share: float) -> None:
    """The mean over the runs, the lowest and the highest, in three columns."""
    table[row, column] += value * share
    table[row, column + 1] = value if first else min(table[row, column + 1], value)
    table[row, column + 2] = value if first else max(table[row, column + 2], value)


@kernel
def note_run(table: Table, row: int, found: Outcome, first: bool, share: float) -> None:
    note(table, row, IN_TIME, found.in_time, first, share)
    note(table, row, MEAN_WAIT, found.mean, first, share)
    table[row, LATE] += found.late * share
    table[row, TURNED_AWAY] += found.refused * share
    table[row, LONGEST] = max(table[row, LONGEST], found.longest)


@kernel
def draw_line(
    table: Table, times: Floats, waits: Floats, begins: float, width: float, load: int, wait: int
) -> None:
    """Requests a second and mean wait in each bin of the time line, into two columns."""
    came, answered = np.zeros(N_BINS), np.zeros(N_BINS)
    for i in range(times.size):
        place = (times[i] - begins) / width
        if 0.0 <= place < N_BINS:
            came[int(place)] += 1.0
            if waits[i] >= 0.0:
                answered[int(place)] += 1.0
                table[STREAMS + int(place), wait] += waits[i]
    for k in range(N_BINS):
        row = STREAMS + k
        table[row, load] = came[k] / width
        if answered[k] > 0.0:
            table[row, wait] /= answered[k]
        elif came[k] > 0.0 and k > 0:
            # All are refused: the queue is as long as before.
            table[row, wait] = table[row - 1, wait]
        if load == LOAD:
            table[row, ACCEPTED] = answered[k] / width


@kernel
def draw_capacity(
    table: Table, times: Floats, speeds: Floats, begins: float, width: float, capacity: float
) -> None:
    """Capacity in each bin: the mean of what the requests found, or what the last one found."""
    found, count = np.zeros(N_BINS), np.zeros(N_BINS)
    for i in range(times.size):
        place = (times[i] - begins) / width
        if 0.0 <= place < N_BINS:
            found[int(place)] += speeds[i]
            count[int(place)] += 1.0
    speed = 1.0
    for k in range(N_BINS):
        if count[k] > 0.0:
            speed = found[k] / count[k]
        table[STREAMS + k, CAPACITY] = capacity * speed


@kernel
def draw_episodes(table: Table, found: Episodes, begins: float, width: float) -> None:
    """How much of each bin is crowded."""
    for i in range(found.states.size):
        if found.states[i] != CROWD:
            continue
        first = (i * found.width - begins) / width
        last = first + found.width / width
        for k in range(max(int(first), 0), min(int(np.ceil(last)), N_BINS)):
            overlap = min(last, k + 1.0) - max(first, float(k))
            table[STREAMS + k, CROWDED] += max(overlap, 0.0)


@kernel
def crowds_in(found: Episodes) -> int:
    """How many crowded stretches there are, whole or not."""
    return int(found.ended[CALM]) + (1 if found.states[0] == CROWD else 0)


@kernel
def note_stream(table: Table, row: int, stream: Mmpp, capacity: float) -> None:
    """What is known of the stream, and what a crowd of mean length leaves, as a fluid."""
    left = max(stream.crowd - capacity, 0.0) * stream.crowd_s
    table[row, CALM_RATE] = stream.calm
    table[row, CROWD_RATE] = stream.crowd
    table[row, CALM_MIN] = stream.calm_s / 60.0
    table[row, CROWD_MIN] = stream.crowd_s / 60.0
    table[row, BACKLOG] = left
    table[row, FLUID_WAIT] = left / capacity
    if capacity > stream.calm:
        table[row, DRAIN_MIN] = left / (capacity - stream.calm) / 60.0


@kernel
def with_mean(mean: float, height: float, calm_s: float, crowd_s: float) -> Mmpp:
    """The stream whose crowds are ``height`` times the calm, with this mean over all time."""
    calm = mean * (calm_s + crowd_s) / (calm_s + height * crowd_s)
    return Mmpp(calm, height * calm, calm_s, crowd_s)


@kernel
def flash_crowd(
    utilisation: float, height: float, crowd_min: float, calm_min: float, patience_s: float,
    limit_s: float, extra: float, start_s: float, mean_rate: float, hours: float, n_runs: int,
    seed: int, log: Floats,
) -> Table:  # fmt: skip
    """A row for the stream at random, one for the one in crowds, and the time line of a run.

    ``log``: a record of requests in place of the crowds that are drawn (see
    `scalelab.kernels.access_log`); empty for none. Capacity is the mean load over ``utilisation``.
    ``limit_s``: how long the service needs for all that the queue may hold, 0 for no limit.

    Columns: which stream, or `TIMELINE`. Of the time line: minute from and to, requests a second,
    of them not refused, capacity, mean wait (s); the same requests and wait at random; share that
    is crowded. Of the streams: share of requests served within ``patience_s`` (mean, lowest,
    highest of the runs), served later, refused; mean wait (s; mean, lowest, highest), longest;
    requests a second, capacity; requests a second while calm and in a crowd, mean length of both
    (min); crowds in the record; and for a crowd of mean length, as a fluid: requests left when it
    ends, wait then (s), minutes until they are worked off.
    """
    table = np.zeros((STREAMS + N_BINS, COLUMNS))
    own = log.size >= FIELDS
    until, mean = hours * 3600.0, mean_rate
    stream = with_mean(mean, height, calm_min * 60.0, crowd_min * 60.0)
    chance = generator(seed * STREAMS * MOST_RUNS)
    recorded = np.empty(0)
    if own:
        recorded = moments_of(log, chance)
        until = recorded[recorded.size - 1]
        recorded = recorded[: recorded.size - 1]
        mean = recorded.size / until
    capacity = mean / utilisation
    most = max(int(np.floor(limit_s * capacity + 0.5)), 1) if limit_s > 0.0 else 0
    service = Service(capacity, most, extra, start_s)
    size = room(mean, until) if own else room(min(stream.crowd, 10.0 * mean), until)
    times, done = np.empty(max(size, recorded.size)), np.empty(max(size, recorded.size))
    waits, speeds = np.empty(times.size), np.empty(times.size)

    begins, shown = 0.0, until
    for which in (CROWDS, RANDOM):
        # A single run says it all of a stream at random.
        runs = 1 if own or which == RANDOM else n_runs
        for run in range(runs):
            chance = generator((seed * STREAMS + which) * MOST_RUNS + run)
            if which == RANDOM:
                n = draw_at_random(mean, until, chance, times)
            elif own:
                n = recorded.size
                for i in range(n):
                    times[i] = recorded[i]
            else:
                n = draw_arrivals(stream, until, chance, np.empty(KEPT), times)
            serve(times[:n], service, chance, done, waits, speeds)
            found = outcome(times[:n], waits[:n], patience_s)
            note_run(table, which, found, run == 0, 1.0 / runs)
            if run > 0:
                continue
            if which == RANDOM:
                draw_line(table, times[:n], waits[:n], begins, shown / N_BINS, RANDOM_LOAD,
                          RANDOM_WAIT)  # fmt: skip
                continue
            shown = min(until, SHOWN_S)
            begins = min(max(found.at - 0.5 * shown, 0.0), until - shown)
            width = shown / N_BINS
            draw_line(table, times[:n], waits[:n], begins, width, LOAD, WAIT)
            draw_capacity(table, times[:n], speeds[:n], begins, width, capacity)
            episodes = find_episodes(times[:n], 0.0, until)
            draw_episodes(table, episodes, begins, width)
            table[CROWDS, N_CROWDS] = crowds_in(episodes)
            if own:
                stream = Mmpp(
                    rate_of(episodes, CALM), rate_of(episodes, CROWD),
                    length_of(episodes, CALM), length_of(episodes, CROWD),
                )  # fmt: skip
    note_stream(table, CROWDS, stream, capacity)
    for which in (RANDOM, CROWDS):
        table[which, STREAM] = which
        table[which, MEAN_LOAD] = mean
        table[which, BASE_CAPACITY] = capacity
    for k in range(N_BINS):
        row = STREAMS + k
        table[row, STREAM] = TIMELINE
        table[row, FROM_MIN] = (begins + k * shown / N_BINS) / 60.0
        table[row, TO_MIN] = (begins + (k + 1) * shown / N_BINS) / 60.0
    return table
