"""What the next machine adds: two laws, and a simulation of what they are about.

Each request has a part that a machine does alone, and a part for which all machines queue: it holds
something that they share, and settles it with each of the other machines. Two ways to come there:
all at once, in rounds, which is the case of the Universal Scalability Law (N. J. Gunther, "A
General Theory of Computational Scalability Based on Rational Functions", arXiv:0808.1431, 2008),
and each at a time of its own, which is the machine repairman's queue.
"""

import numpy as np

from scalelab.kernels.introduction.usl import relative
from scalelab.kernels.jit import Floats, Table, Words, kernel, step
from scalelab.kernels.random import exponential, generator, uniform

# Rows, by their first column.
ALONE, WAIT, WAIT_AND_TALK, SIMULATED = 0, 1, 2, 3
# What a row is there for besides the curve, by its last column.
MOST_IS_DONE, NOW = 1, 2
# How the machines come to what they share.
TOGETHER, APART = 0, 1
# The line of machines that share nothing ends where it would leave the picture.
ROOM = 1.25
CURVE_POINTS = 40
SIMULATED_POINTS = 10
COLUMNS = 11


@step
def shared_time(n: int, sigma: float, kappa: float) -> float:
    """Mean time of a request at what is shared; a request alone takes 1 in all."""
    return sigma + kappa * (n - 1.0)


@kernel
def in_rounds(state: Words, n: int, requests: int, sigma: float, kappa: float) -> float:
    """Throughput when in each round all work alone first and then pass one after the other.

    Nobody begins the next round before the last has passed.
    """
    rounds = max(1, requests // n)
    mean = shared_time(n, sigma, kappa)
    time = rounds * (1.0 - sigma)
    for _ in range(rounds * n):
        time += exponential(state, mean)
    return rounds * n / time


@kernel
def on_their_own(state: Words, n: int, requests: int, sigma: float, kappa: float) -> float:
    """Throughput when each goes on as soon as it has passed; both parts take random times.

    The first half of the time is left out, since at its beginning nobody waits.
    """
    mean = shared_time(n, sigma, kappa)
    if mean == 0.0:
        return n / (1.0 - sigma)
    waiting = 0
    begun = 0.0
    time = 0.0
    passed = 0
    while passed < 2 * requests:
        coming = (n - waiting) / (1.0 - sigma)
        going = 1.0 / mean if waiting > 0 else 0.0
        time += exponential(state, 1.0 / (coming + going))
        if uniform(state) * (coming + going) < coming:
            waiting += 1
            continue
        waiting -= 1
        passed += 1
        if passed == requests:
            begun = time
    return requests / (time - begun)


@kernel
def simulated(row: Floats, order: int, requests: int, runs: int, n: int, sigma: float,
              kappa: float) -> None:  # fmt: skip
    """Mean, lowest and highest throughput of ``runs`` runs, in columns 2 to 4."""
    row[3] = np.inf
    for run in range(runs):
        state = generator(1 + 1000 * run + n)
        if order == TOGETHER:
            found = in_rounds(state, n, requests, sigma, kappa)
        else:
            found = on_their_own(state, n, requests, sigma, kappa)
        row[2] += found / runs
        row[3] = min(row[3], found)
        row[4] = max(row[4], found)


@kernel
def best_number(most: int, sigma: float, kappa: float) -> int:
    """Of 1 to ``most`` machines, how many do most; the fewest of those that do."""
    best = 1
    for n in range(2, most + 1):
        if relative(n, sigma, kappa) > relative(best, sigma, kappa) * (1.0 + 1e-12):
            best = n
    return best


@kernel
def spaced(point: int, points: int, most: int) -> int:
    """The ``point``-th of ``points`` whole numbers from 1 to ``most``, evenly spaced."""
    return 1 + (most - 1) * point // (points - 1)


@kernel
def crowded(point: int, points: int, most: int) -> int:
    """As `spaced`, but closer together among the small numbers, where the curves bend."""
    last = points - 1
    return max(1 + point, 1 + (most - 1) * point * point // (last * last))


@kernel
def speedup(
    one_machine: float, machines: int, contention: float, coherency: float, most: int, order: int,
    requests: int, runs: int,
) -> Table:  # fmt: skip
    """Throughput of 1 to ``most`` machines, of which one alone does ``one_machine`` requests/s.

    Columns: series, machines, requests/s, lowest and highest of the runs, then in every row:
    requests/s of ``machines``, of twice as many, what doubling them adds (share), the number that
    does most of up to ``most``, requests/s of that, and whether the row is that of this number or
    of ``machines`` (if they are in the picture).
    """
    points = min(CURVE_POINTS, most)
    tried = min(SIMULATED_POINTS, most)
    table = np.zeros((3 * points + tried + 3, COLUMNS))
    end = min(most, int(ROOM * relative(most, contention, 0.0)))
    best = best_number(most, contention, coherency)
    used = 0
    for point in range(points):
        n = crowded(point, points, most)
        for series in (ALONE, WAIT, WAIT_AND_TALK):
            if series == ALONE and n > end:
                continue
            row = table[used]
            row[0] = series
            row[1] = n
            row[2] = relative(
                n, contention if series != ALONE else 0.0, coherency if series == WAIT_AND_TALK
                else 0.0,
            )  # fmt: skip
            row[3] = row[2]
            row[4] = row[2]
            used += 1
    for column in range(1, 5):
        table[used, column] = end
    used += 1
    for mark, n in ((MOST_IS_DONE, best), (NOW, machines)):
        if n <= most:
            row = table[used]
            row[0] = WAIT_AND_TALK
            row[1] = n
            row[2] = relative(n, contention, coherency)
            row[3] = row[2]
            row[4] = row[2]
            row[10] = mark
            used += 1
    for point in range(tried):
        row = table[used]
        row[0] = SIMULATED
        row[1] = spaced(point, tried, most)
        simulated(row, order, requests, runs, int(row[1]), contention, coherency)
        used += 1
    now = relative(machines, contention, coherency)
    twice = relative(2 * machines, contention, coherency)
    for i in range(used):
        row = table[i]
        for column in range(2, 5):
            row[column] *= one_machine
        row[5] = now * one_machine
        row[6] = twice * one_machine
        row[7] = twice / now - 1.0
        row[8] = best
        row[9] = one_machine * relative(best, contention, coherency)
    return table[:used]
