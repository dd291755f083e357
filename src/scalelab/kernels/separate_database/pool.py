"""How many connections to a database: who waits for one, and who is in whose way with all in use.

Requests come at random and wait in one line for one of the connections. With its connection a
request needs the database's vCPUs, which all share, and then keeps the connection for a while
without them: for the disk, the network, or the application's own work between two queries. Work
and keeping are exponential. Each request at the vCPUs beyond their number adds to everybody's work.

Who is in the database, and how many of them are past the vCPUs, is a chain of Markov. Above the
number of connections all its levels are alike, so that each is the one below times a matrix R (M.
F. Neuts, "Matrix-geometric solutions in stochastic models", 1981), which is found by logarithmic
reduction (G. Latouche and V. Ramaswami, Journal of Applied Probability 30(3) 1993). Exact.

After a stall, in which nothing is done, all who came meanwhile are there. From then on the line is
taken to shrink by what is done more than comes, without chance.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.matrix import inverse, product

SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64)
MOST = 64
PRECISION = 1e-14
PATIENCE_S = 600.0

SIZE, MOST_PER_S, KEEPS_UP, RESPONSE, WAIT, IN_DATABASE, MUST_WAIT = range(7)
IN_USE, CPU_BUSY, CPU_QUEUE, RECOVERS, RECOVERY_S, ARRIVING, HERE = range(7, 14)
WIDTH = 14


class Database(NamedTuple):
    """Milliseconds of a request, and what each one too many at the vCPUs adds to its work."""

    vcpus: int
    cpu_ms: float
    hold_ms: float
    switching: float


@kernel
def work_rate(working: int, database: Database) -> float:
    """Requests a millisecond that the vCPUs finish with so many there."""
    slower = 1.0 + database.switching * max(working - database.vcpus, 0)
    return min(working, database.vcpus) / (database.cpu_ms * slower)


@kernel
def most_rate(size: int, database: Database) -> float:
    """Requests a millisecond with ``size`` connections that are never free.

    The mean rate of leaving of a birth and death process, the requests past the vCPUs.
    """
    chance, total, past = 1.0, 1.0, 0.0
    for kept in range(1, size + 1):
        chance *= work_rate(size - kept + 1, database) * database.hold_ms / kept
        total += chance
        past += kept * chance
        if total > 1e100:
            chance, total, past = chance / total, 1.0, past / total
    return past / total / database.hold_ms


@kernel
def held_back(level: int, rate: float, database: Database) -> Table:
    """Minus the rates within a level of so many requests in the database, row by row.

    A state is the number of them past the vCPUs: 0 to ``level``.
    """
    rates = np.zeros((level + 1, level + 1))
    for kept in range(level + 1):
        works = work_rate(level - kept, database)
        rates[kept, kept] = rate + works + kept / database.hold_ms
        if kept < level:
            rates[kept, kept + 1] = -works
    return rates


@kernel
def after_leaving(level: int, times: Table, hold_ms: float) -> Table:
    """Rates at which requests leave, row by row, times a matrix of the level below."""
    result = np.zeros((level + 1, times.shape[1]))
    for kept in range(1, level + 1):
        for j in range(times.shape[1]):
            result[kept, j] = kept / hold_ms * times[kept - 1, j]
    return result


@kernel
def first_passage(size: int, rate: float, database: Database) -> Table:
    """G: from each state with a request in the line, in which state the line is first one shorter.

    By logarithmic reduction; each round looks twice as far.
    """
    n = size + 1
    stays = inverse(held_back(size, rate, database))
    up = np.empty((n, n))
    down = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            up[i, j] = rate * stays[i, j]
            if j < size:
                down[i, j] = stays[i, j + 1] * (j + 1) / database.hold_ms
    found = down.copy()
    reach = up.copy()
    for _ in range(60):
        middle = product(up, down)
        other = product(down, up)
        for i in range(n):
            for j in range(n):
                middle[i, j] = -middle[i, j] - other[i, j]
            middle[i, i] += 1.0
        middle = inverse(middle)
        up = product(middle, product(up, up))
        down = product(middle, product(down, down))
        more = product(reach, down)
        reach = product(reach, up)
        most = 0.0
        for i in range(n):
            for j in range(n):
                found[i, j] += more[i, j]
                most = max(most, more[i, j])
        if most < PRECISION:
            break
    return found


class Steady(NamedTuple):
    """Mean numbers in the line, in the database, and at its vCPUs; share who find no connection."""

    waiting: float
    in_use: float
    working: float
    must_wait: float


@kernel
def steady(size: int, rate: float, database: Database) -> Steady:
    """With ``size`` connections, which do more than come."""
    n = size + 1
    # R = rate (held back - rate G)^-1
    passage = first_passage(size, rate, database)
    growth = held_back(size, rate, database)
    for i in range(n):
        for j in range(n):
            growth[i, j] -= rate * passage[i, j]
    growth = inverse(growth)
    for i in range(n):
        for j in range(n):
            growth[i, j] *= rate

    # Chances of a level's states are those of the next level's times `below` of the level.
    below = np.zeros((size, n, n))
    inner = held_back(0, rate, database)
    for level in range(size):
        inner = inverse(inner)
        step = after_leaving(level + 1, inner, database.hold_ms)
        inner = held_back(level + 1, rate, database)
        for i in range(level + 2):
            for j in range(level + 1):
                below[level, i, j] = step[i, j]
                inner[i, j] -= rate * step[i, j]
            # Who does not go up comes back: the row's sum is known better than by adding it up.
            inner[i, i] = rate
            for j in range(level + 2):
                if j != i:
                    inner[i, i] -= inner[i, j]
    # What is left is the balance of the states with all connections in use and nobody in the line.
    for i in range(n):
        for j in range(size):
            inner[i, j] -= growth[i, j + 1] * (j + 1) / database.hold_ms
    chances = balanced(inner)

    for i in range(n):
        for j in range(n):
            growth[i, j] = -growth[i, j]
        growth[i, i] += 1.0
    longer = inverse(growth)  # 1 + R + R^2 + ...
    beyond = np.zeros(n)
    for i in range(n):
        for j in range(n):
            beyond[j] += chances[i] * longer[i, j]
    total, line, working = 0.0, 0.0, 0.0
    for i in range(n):
        total += beyond[i]
        working += (size - i) * beyond[i]
        for j in range(n):
            line += beyond[i] * longer[i, j]
    line -= total
    full = total
    in_use = size * total
    for level in range(size - 1, -1, -1):
        # Of what is hardly ever full, the chances below are too large to go on with.
        scale = 1.0 / total if total > 1e100 else 1.0
        line, full, in_use = line * scale, full * scale, in_use * scale
        working, total = working * scale, total * scale
        lower = np.zeros(n)
        for i in range(level + 2):
            for j in range(level + 1):
                lower[j] += scale * chances[i] * below[level, i, j]
        chances = lower
        for j in range(level + 1):
            total += chances[j]
            in_use += level * chances[j]
            working += (level - j) * chances[j]
    return Steady(line / total, in_use / total, working / total, full / total)


@kernel
def balanced(rates: Table) -> Floats:
    """Chances, but for a factor, with which what flows into each state flows out of it.

    Eliminates state by state from the last, without a difference of what is nearly equal (W. K.
    Grassmann, M. I. Taksar and D. P. Heyman, Operations Research 33(5) 1985). ``rates`` are minus
    those from a row's to a column's state, and are overwritten.
    """
    n = rates.shape[0]
    for last in range(n - 1, 0, -1):
        out = 0.0
        for j in range(last):
            out -= rates[last, j]
        for i in range(last):
            rates[i, last] /= out
        for i in range(last):
            for j in range(last):
                if i != j:
                    rates[i, j] -= rates[i, last] * rates[last, j]
    chances = np.zeros(n)
    chances[0] = 1.0
    for state in range(1, n):
        for i in range(state):
            chances[state] -= chances[i] * rates[i, state]
        # Where states are hardly ever left, the next is too likely to go on with.
        if chances[state] > 1e100:
            for i in range(state):
                chances[i] /= chances[state]
            chances[state] = 1.0
    return chances


@kernel
def put(row: Floats, size: int, rate_per_s: float, database: Database, stalled: float) -> None:
    """All that is known of so many connections; ``stalled`` requests are there after a stall."""
    rate = rate_per_s / 1000.0
    most = most_rate(size, database)
    row[SIZE] = size
    row[MOST_PER_S] = 1000.0 * most
    row[ARRIVING] = rate_per_s
    row[CPU_BUSY] = min(rate, most) * database.cpu_ms / database.vcpus
    if rate >= most:
        return
    found = steady(size, rate, database)
    row[KEEPS_UP] = 1.0
    row[WAIT] = found.waiting / rate
    row[IN_DATABASE] = found.in_use / rate
    row[RESPONSE] = row[WAIT] + row[IN_DATABASE]
    row[MUST_WAIT] = found.must_wait
    row[IN_USE] = found.in_use
    row[CPU_QUEUE] = found.working
    # As many as on any day are no backlog.
    backlog = max(stalled - found.waiting - found.in_use, 0.0)
    row[RECOVERY_S] = backlog / (row[MOST_PER_S] - rate_per_s)
    row[RECOVERS] = 1.0 if row[RECOVERY_S] <= PATIENCE_S else 0.0


@kernel
def pool(
    rate_per_s: float, vcpus: int, cpu_ms: float, hold_ms: float, switching: float, stall_s: float,
    connections: int,
) -> Table:  # fmt: skip
    """A row for each of `SIZES`, and one for ``connections``, at most `MOST`.

    Columns: connections; most requests/s with all of them in use; 1 if these are more than come
    (else what follows is 0, but for how busy); mean response (ms), of it the wait for a connection
    and the time with it; share of the requests that wait; connections in use on average; how busy
    the vCPUs are with requests' own work; requests at the vCPUs; 1 if the line of a stall of
    ``stall_s`` is gone within `PATIENCE_S`, and after how many seconds; requests/s that come; 1 for
    the row that was asked for.
    """
    database = Database(vcpus, cpu_ms, hold_ms, switching)
    table = np.zeros((len(SIZES) + 1, WIDTH))
    for i in range(len(SIZES) + 1):
        size = connections
        if i < len(SIZES):
            size = SIZES[i]
        put(table[i], size, rate_per_s, database, rate_per_s * stall_s)
        table[i, HERE] = 1.0 if i == len(SIZES) else 0.0
    return table
