"""One server that stands still now and then, and five ways to measure how long it takes.

The server takes requests one at a time, first come first served. Once in a period it pauses (say,
to collect garbage): whatever is in its hands then takes as much longer. All its work is reckoned
in *running time*, a clock that stands still with the server.

*Customers* come at random (Poisson), whatever the server does. *Virtual users* wait for the answer,
think, and ask again. *One connection* asks at a fixed pace, but never before it has its answer; it
measures from the moment it really sent. Its result can be *corrected* afterwards, by the values
that the requests would have had that it did not send. Or the *schedule is kept*: each request is
measured from the moment it was due.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.heap import replace
from scalelab.kernels.jit import Floats, Table, Words, kernel, step
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

CONSTANT, EXPONENTIAL, MIXED = 0, 1, 2
# Mixed: one request in twenty takes ten times as long as the others.
SLOW_SHARE, SLOWER = 0.05, 10.0
MIXED_MEAN = 1.0 - SLOW_SHARE + SLOW_SHARE * SLOWER

CUSTOMERS, USERS, CONNECTION, CORRECTED, SCHEDULE = 0, 1, 2, 3, 4
GENERATORS = 5
PERCENTILE, SENT = 0, 1  # kinds of rows
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
N_QUANTILES = len(QUANTILES)
# Moments around a pause: an eighth of it each, from half a pause before.
N_BINS, BINS_PER_PAUSE, BINS_BEFORE = 24, 8, 4
COLUMNS = 14


class Server(NamedTuple):
    """Mean ``service`` time and its law; a pause begins after a quarter of each period (s)."""

    service: float
    law: int
    pause: float
    period: float


@step
def running(server: Server, t: float) -> float:
    """How long the server has been running by the time ``t``."""
    periods = np.floor(t / server.period)
    inside = t - periods * server.period - 0.25 * server.period
    return float(t - periods * server.pause - min(max(inside, 0.0), server.pause))


@step
def clock(server: Server, u: float) -> float:
    """The time at which the server has been running for ``u``: before the pause, if it is due."""
    up = server.period - server.pause
    periods = np.floor(u / up)
    paused = u - periods * up > 0.25 * server.period
    return float(u + (periods + (1.0 if paused else 0.0)) * server.pause)


@kernel
def service_time(server: Server, chance: Words) -> float:
    if server.law == EXPONENTIAL:
        return exponential(chance, server.service)
    if server.law == MIXED:
        slower = SLOWER if uniform(chance) < SLOW_SHARE else 1.0
        return server.service * slower / MIXED_MEAN
    return server.service


@kernel
def open_loop(
    server: Server, rate: float, even: bool, until: float, chance: Words, sent: Floats,
    took: Floats,
) -> int:  # fmt: skip
    """Requests come at random, or evenly, whatever the server does; their number.

    ``sent``: when they came, or were due; ``took``: until they were answered (s).
    """
    n = 0
    free = 0.0
    t = 0.0 if even else exponential(chance, 1.0 / rate)
    while t < until and n < sent.size:
        free = max(free, running(server, t)) + service_time(server, chance)
        sent[n] = t
        took[n] = clock(server, free) - t
        n += 1
        t = n / rate if even else t + exponential(chance, 1.0 / rate)
    return n


@kernel
def closed_loop(
    server: Server, users: int, think: float, until: float, chance: Words, sent: Floats,
    took: Floats,
) -> int:  # fmt: skip
    """``users`` who each think, send, wait for the answer and think again; number of requests."""
    n = 0
    free = 0.0
    # A heap; those who have not begun are on top, and replaced first.
    sends = np.full(users, -1.0)
    for _ in range(users):
        replace(sends, exponential(chance, think))
    while sends[0] < until and n < sent.size:
        t = sends[0]
        free = max(free, running(server, t)) + service_time(server, chance)
        answered = clock(server, free)
        sent[n] = t
        took[n] = answered - t
        n += 1
        replace(sends, answered + exponential(chance, think))
    return n


@kernel
def one_connection(
    server: Server, rate: float, until: float, chance: Words, sent: Floats, took: Floats
) -> int:
    """One request in each interval, but none before the answer to the last; their number."""
    n = 0
    t = 0.0
    while t < until and n < sent.size:
        answered = clock(server, running(server, t) + service_time(server, chance))
        sent[n] = t
        took[n] = answered - t
        n += 1
        t = max(t + 1.0 / rate, answered)
    return n


@kernel
def corrected(took: Floats, interval: float) -> Floats:
    """The values, and for each longer than ``interval`` those of the requests that were not sent.

    They are shorter by one interval, by two, and so on, as long as they are not shorter than one.
    """
    n = took.size
    for i in range(took.size):
        if took[i] > interval:
            n += int(took[i] / interval) + 1
    values = np.empty(n)
    n = 0
    for i in range(took.size):
        values[n] = took[i]
        n += 1
        if took[i] > interval:
            missing = took[i] - interval
            while missing >= interval:
                values[n] = missing
                n += 1
                missing -= interval
    return values[:n]


@kernel
def put_quantiles(values: Floats, into: Floats) -> None:
    """For each of `QUANTILES` the least value that so many do not exceed; reorders ``values``."""
    first = 0
    for i in range(N_QUANTILES):
        into[i] = 0.0
        if values.size > 0:
            k = max(int(np.ceil(QUANTILES[i] * values.size - 1e-6)) - 1, first)
            into[i] = kth_smallest(values[first:], k - first)
            first = k


@kernel
def count_sent(server: Server, sent: Floats, counts: Floats) -> None:
    """Adds to ``counts`` how many requests were sent in each moment around a pause."""
    width = (server.pause if server.pause > 0.0 else 1.0) / BINS_PER_PAUSE
    start = 0.25 * server.period - BINS_BEFORE * width
    for i in range(sent.size):
        inside = sent[i] - np.floor(sent[i] / server.period) * server.period - start
        if 0.0 <= inside < N_BINS * width:
            counts[min(int(inside / width), N_BINS - 1)] += 1.0


@kernel
def stream(seed: int, run: int, which: int) -> Words:
    """The chance of one run of one way to measure."""
    return generator((seed * 1000 + run) * GENERATORS + which)


@kernel
def room(rate: float, until: float) -> int:
    """Requests that come at random in this time, and more than can be by chance."""
    mean = rate * until
    return int(mean + 10.0 * np.sqrt(mean)) + 100


@kernel
def load_test(
    rate: float, service_ms: float, law: int, pause_s: float, every_s: float, users: int,
    n_periods: int, n_runs: int, seed: int,
) -> Table:  # fmt: skip
    """By way to measure, a row for each of `QUANTILES`; then rows for what is sent around a pause.

    Virtual users think ``users / rate`` on average, so that without a server in the way all of
    them together would send as often as the customers come.

    Columns: kind of the row, way to measure, quantile, 1 less it, latency there in the middle one
    of the runs, in the lowest and in the highest (ms), time since the pause began (s), requests
    sent then (1/s), mean latency (ms), values of a run, requests sent over those intended,
    customers' latency at this quantile over this one, 1 if the server stands still then.
    """
    server = Server(service_ms / 1e3, law, pause_s, every_s)
    until = n_periods * every_s
    interval = 1.0 / rate
    table = np.zeros((GENERATORS * N_QUANTILES + 3 * N_BINS, COLUMNS))
    most = room(rate, until)
    sent, took = np.empty(most), np.empty(most)
    counts = np.zeros((3, N_BINS))
    found = np.zeros((N_QUANTILES, n_runs))
    at = np.empty(N_QUANTILES)
    for which in range(GENERATORS):
        total, n_values, n_requests = 0.0, 0, 0
        for run in range(n_runs):
            # What is corrected are the values of the one connection.
            of = CONNECTION if which == CORRECTED else which
            chance = stream(seed, run, of)
            if of == USERS:
                n = closed_loop(server, users, users / rate, until, chance, sent, took)
            elif of == CONNECTION:
                n = one_connection(server, rate, until, chance, sent, took)
            else:
                n = open_loop(server, rate, of == SCHEDULE, until, chance, sent, took)
            if which <= CONNECTION:
                count_sent(server, sent[:n], counts[which])
            values = corrected(took[:n], interval) if which == CORRECTED else took[:n]
            total += values.sum()
            n_values += values.size
            n_requests += n
            put_quantiles(values, at)
            for i in range(N_QUANTILES):
                found[i, run] = at[i] * 1e3
        for i in range(N_QUANTILES):
            row = table[which * N_QUANTILES + i]
            row[0] = PERCENTILE
            row[1] = which
            row[2] = QUANTILES[i]
            row[3] = 1.0 - QUANTILES[i]
            row[4] = kth_smallest(found[i], n_runs // 2)
            row[5] = kth_smallest(found[i], 0)
            row[6] = kth_smallest(found[i], n_runs - 1)
            row[9] = total / max(n_values, 1) * 1e3
            row[10] = n_values / n_runs
            row[11] = n_requests / n_runs / (rate * until)
            if row[4] > 0.0:
                row[12] = table[i, 4] / row[4]
    width = (pause_s if pause_s > 0.0 else 1.0) / BINS_PER_PAUSE
    for which in range(3):
        for i in range(N_BINS):
            row = table[GENERATORS * N_QUANTILES + which * N_BINS + i]
            row[0] = SENT
            row[1] = which
            row[7] = (i - BINS_BEFORE + 0.5) * width
            row[8] = counts[which, i] / (width * n_runs * n_periods)
            row[13] = pause_s > 0.0 and BINS_BEFORE <= i < BINS_BEFORE + BINS_PER_PAUSE
    return table
