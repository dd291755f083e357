"""Users at once: cut out of a log as sessions, and how many of them a server can have.

From the log: sessions, think time, users who are there at each moment. *There* is who has clicked
and may click again: until one mean think time after the last click, so that on average there are as
many as clicks a second times the think time (Little's law). *Open* is a session until its timeout
has run out, which is what a session store holds, and what a dashboard of active users counts.

Then the same users in front of servers (`scalelab.kernels.workload.finite_source`): from how many
on do they wait for one another?
"""

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.random import generator
from scalelab.kernels.workload.finite_source import (
    closed,
    opened,
    running_total,
    simulated,
)
from scalelab.kernels.workload.sessions import (
    Sessions,
    at_once,
    by_client,
    clicks_of,
    cut,
    pauses_within,
    present,
)
from scalelab.kernels.workload.visits import LOGNORMAL, Shop, visits

TIME, TIMEOUT, CURVE, OUTSIDE, SIMULATED, HERE = 0, 1, 2, 3, 4, 5  # kinds of rows
N_TIMES, MOMENTS = 48, 30  # rows for the log's length, and moments looked at in each
TIMEOUTS_MIN = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0)
N_CURVE = 36
# How busy the servers are at the points of the curve for clicks from outside.
BUSY = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99,
        0.993, 0.995, 0.997, 0.998, 0.999)  # fmt: skip
FRACTIONS = (0.5, 1.0, 1.5, 2.0)  # of the knee, where it is simulated
MOST_SIMULATED = 1000
COUNTED = 800
FIRST_TIMEOUT = N_TIMES
FIRST_CURVE = FIRST_TIMEOUT + len(TIMEOUTS_MIN)
FIRST_OUTSIDE = FIRST_CURVE + N_CURVE
FIRST_SIMULATED = FIRST_OUTSIDE + len(BUSY)
LAST = FIRST_SIMULATED + len(FRACTIONS)
ROWS = LAST + 1
OF_ALL = 14  # from this column on: of the whole result, the same in each row
COLUMNS = OF_ALL + 35
WHOLE, NO_PAUSES, ONE_CLIENT, SINGLE = 0, 1, 2, 3


@kernel
def built_in(seed: int) -> tuple[Floats, Ints]:
    """The shop's day: 900 clients who think for 38 s on average, half of the time less than 20."""
    return visits(Shop(900.0, LOGNORMAL, 38.0, 1.133, 20.0, 0.25, 7200.0, 0.3, True, True), seed)


@kernel
def put_times(
    when: Floats, who: Ints, timeout: float, think: float, begin: float, length: float, table: Table
) -> tuple[float, float]:
    """Rows for the length of the log; (most there, most open) at a moment."""
    moments = N_TIMES * MOMENTS
    step = length / moments
    there = at_once(when, who, timeout, think, begin, step, moments)
    opens = at_once(when, who, timeout, timeout, begin, step, moments)
    most_there, most_open = 0.0, 0.0
    for i in range(N_TIMES):
        row = table[i]
        row[0] = TIME
        row[1] = (i + 0.5) * length / N_TIMES / 3600.0
        for j in range(i * MOMENTS, (i + 1) * MOMENTS):
            row[2] += there[j] / MOMENTS
            row[3] = max(row[3], there[j])
            row[4] += opens[j] / MOMENTS
            row[5] = max(row[5], opens[j])
        row[13] = 1.0
        most_there = max(most_there, row[3])
        most_open = max(most_open, row[5])
    return most_there, most_open


@kernel
def put_timeouts(when: Floats, who: Ints, begin: float, length: float, table: Table) -> None:
    """For each timeout: sessions, and how many of them are there and open on average."""
    end = begin + length
    for i in range(len(TIMEOUTS_MIN)):
        timeout = TIMEOUTS_MIN[i] * 60.0
        n_sessions, pauses, total = 0, 0, 0.0
        for j in range(when.size):
            if j > 0 and who[j] == who[j - 1] and when[j] - when[j - 1] <= timeout:
                pauses += 1
                total += when[j] - when[j - 1]
            else:
                n_sessions += 1
        think = total / pauses if pauses > 0 else 0.0
        row = table[FIRST_TIMEOUT + i]
        row[0] = TIMEOUT
        row[2] = present(when, who, timeout, think, end) / length
        row[4] = present(when, who, timeout, timeout, end) / length
        row[6] = TIMEOUTS_MIN[i]
        row[7] = n_sessions
        row[12] = think
        row[13] = 1.0


@kernel
def put_curve(
    last: float, think: float, service: float, servers: int, known: bool, table: Table
) -> float:
    """Users who wait for their answers, up to ``last`` of them; the longest response time."""
    response = service
    for i in range(N_CURVE):
        users = max(1, int(np.floor(1.0 + i * (last - 1.0) / (N_CURVE - 1.0) + 0.5)))
        throughput, response = closed(users, think, service, servers)
        row = table[FIRST_CURVE + i]
        row[0] = CURVE
        row[8] = users
        row[9] = response
        row[10] = max(service, users * service / servers - think)
        row[12] = throughput
        row[13] = known
    return response


@kernel
def put_outside(
    longest: float, think: float, service: float, servers: int, known: bool, table: Table
) -> None:
    """As many clicks as so many users would make on an idle server, but from outside."""
    for i in range(len(BUSY)):
        rate = BUSY[i] * servers / service
        response = opened(rate, service, servers)
        row = table[FIRST_OUTSIDE + i]
        row[0] = OUTSIDE
        row[8] = rate * (think + service)
        row[9] = response
        row[12] = rate
        row[13] = known and response <= max(longest, 5.0 * service)


@kernel
def put_simulated(
    knee: float, thinks: Floats, pace: float, service: float, servers: int, n_runs: int, seed: int,
    table: Table,
) -> None:  # fmt: skip
    """Runs with the think times of the log: mean of the runs, lowest and highest."""
    totals = running_total(thinks)
    for i in range(len(FRACTIONS)):
        users = max(1, int(np.floor(FRACTIONS[i] * knee + 0.5)))
        row = table[FIRST_SIMULATED + i]
        row[0] = SIMULATED
        row[8] = users
        if thinks.size == 0 or users > MOST_SIMULATED:
            continue
        for run in range(n_runs):
            chance = generator((seed * 100 + run) * len(FRACTIONS) + i)
            throughput, response = simulated(
                users, thinks, totals, pace, service, servers, 4 * users, COUNTED + 2 * users,
                chance,
            )  # fmt: skip
            row[9] += response / n_runs
            row[10] = min(row[10], response) if run > 0 else response
            row[11] = max(row[11], response)
            row[12] += throughput / n_runs
        row[13] = 1.0


@kernel
def busiest_share(who: Ints) -> float:
    """Share of the requests that come from the client with most of them."""
    most, of_this = 0, 0
    for i in range(who.size):
        of_this = of_this + 1 if i > 0 and who[i] == who[i - 1] else 1
        most = max(most, of_this)
    return most / max(who.size, 1)


@kernel
def put_of_all(found: Sessions, row: Floats) -> None:
    """What the log says, from column `OF_ALL` on."""
    row[OF_ALL] = WHOLE if found.interval_known else ONE_CLIENT
    if found.sessions > found.pauses:
        row[OF_ALL] = SINGLE
    if found.pauses == 0:
        row[OF_ALL] = NO_PAUSES
    row[OF_ALL + 2] = found.clicks
    row[OF_ALL + 3] = found.clients
    row[OF_ALL + 4] = found.sessions
    at = OF_ALL + 5
    for estimate in (found.clicks_a_session, found.think, found.median):
        row[at] = estimate.value
        row[at + 1] = estimate.low
        row[at + 2] = estimate.high
        at += 3
    row[OF_ALL + 14] = found.spread
    row[OF_ALL + 15] = found.law
    row[OF_ALL + 16] = found.pauses > 0
    row[OF_ALL + 17] = found.pauses > 0 and found.interval_known


@kernel
def think_time(
    log: Floats, timeout_min: float, click_s: float, service_ms: float, servers: int, pace: float,
    crowd: float, n_runs: int, seed: int,
) -> Table:  # fmt: skip
    """Rows for the log's length, for timeouts, for numbers of users, and for the users as they are.

    Columns: kind; hours since the log begins; there, most there; open, most open; timeout (min),
    sessions; users, response time (s), from and to (the bound; lowest and highest run), clicks a
    second (think time in the rows of timeouts), whether the row is drawn. Then, in each row: state,
    requests, clicks, clients, sessions, clicks a session, think time and its median with their
    intervals, spread, law, whether there are a think time and an interval, share of the busiest
    client, hours; there on average and at most, open on average and at most; knee with its
    interval; and for ``crowd`` times as many users as were there at most: users, response time,
    clicks a second, how busy the servers are, response time if they came from outside, whether
    there is one; and of a session: how long it is there (min), and its requests.
    """
    if log.size == 0:
        when, who = built_in(seed)
    else:
        when, who = by_client(log)
    requests = when.size
    busiest = busiest_share(who)
    when, who = clicks_of(when, who, click_s)
    begin, end = when[0], when[0]
    for time in when:
        begin = min(begin, time)
        end = max(end, time)
    length = max(end - begin, 1.0)
    timeout = timeout_min * 60.0
    service = service_ms / 1e3
    found = cut(when, who, timeout, click_s)
    table = np.zeros((ROWS, COLUMNS))
    most_there, most_open = put_times(
        when, who, timeout, found.think.value, begin, length, table
    )  # fmt: skip
    put_timeouts(when, who, begin, length, table)

    known = found.pauses > 0
    think = pace * found.think.value
    knee = servers * (think + service) / service
    users = max(1, int(np.floor(crowd * most_there + 0.5)))
    longest = put_curve(
        max(2.5 * knee, 1.25 * users, 10.0), think, service, servers, known, table
    )  # fmt: skip
    put_outside(longest, think, service, servers, known, table)
    thinks = pauses_within(when, who, timeout)
    put_simulated(knee, thinks, pace, service, servers, n_runs, seed, table)
    throughput, response = closed(users, think, service, servers)
    from_outside = users / (think + service)
    alone = opened(from_outside, service, servers)

    row = table[LAST]
    row[0] = HERE
    row[6] = timeout_min
    row[8] = users
    row[9] = response
    row[12] = throughput
    row[13] = known
    put_of_all(found, row)
    row[OF_ALL + 1] = requests
    row[OF_ALL + 18] = busiest
    row[OF_ALL + 19] = length / 3600.0
    row[OF_ALL + 20] = present(when, who, timeout, found.think.value, begin + length) / length
    row[OF_ALL + 21] = most_there
    row[OF_ALL + 22] = present(when, who, timeout, timeout, begin + length) / length
    row[OF_ALL + 23] = most_open
    row[OF_ALL + 24] = knee
    row[OF_ALL + 25] = servers * (pace * found.think.low + service) / service
    row[OF_ALL + 26] = servers * (pace * found.think.high + service) / service
    row[OF_ALL + 27] = users
    row[OF_ALL + 28] = response
    row[OF_ALL + 29] = throughput
    row[OF_ALL + 30] = throughput * service / servers
    row[OF_ALL + 31] = alone
    row[OF_ALL + 32] = known and alone > 0.0
    row[OF_ALL + 33] = row[OF_ALL + 20] * length / 60.0 / found.sessions
    row[OF_ALL + 34] = requests / found.sessions
    for i in range(LAST):
        for j in range(OF_ALL, COLUMNS):
            table[i, j] = row[j]
    return table
