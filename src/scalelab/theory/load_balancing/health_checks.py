"""Health checks in closed form: when they find a dead machine, and when they take a healthy one.

Runs of failures: W. Feller, "An Introduction to Probability Theory and Its Applications", volume I,
3rd edition, 1968, section XIII.7. Waits: D. Gross, J. F. Shortle, J. M. Thompson and C. M. Harris,
"Fundamentals of Queueing Theory", 4th edition, 2008, section 2.3. Any unit of time.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scalelab.theory.queueing.erlang import waits, waits_longer


def detection(interval: float, failures: int, timeout: float) -> tuple[float, float, float]:
    """Time until a machine that gives no answer is out: at least, on average, at most.

    It breaks at a moment that is uniform between two checks; the last of the failures has to come,
    and to time out.

    >>> detection(30.0, 2, 5.0)
    (35.0, 50.0, 65.0)
    """
    least = (failures - 1) * interval + timeout
    return least, least + interval / 2.0, least + interval


def pause(length: float, interval: float, failures: int, timeout: float) -> float:
    """Chance that a healthy machine is out because it gave no answer for so long.

    A check fails if the pause outlasts its timeout; so many have to lie in what is left.

    >>> [pause(length, 2.0, 3, 2.0) for length in (6.0, 7.0, 8.0)]
    [0.0, 0.5, 1.0]
    """
    left = length - timeout - (failures - 1) * interval
    return min(max(left / interval, 0.0), 1.0)


def recurrence(p: Fraction, run: int) -> Fraction:
    """Mean number of trials until a run of so many failures (Feller, XIII.7, equation 7.7).

    >>> recurrence(Fraction(1, 2), 5)
    Fraction(62, 1)
    """
    return (1 - p**run) / ((1 - p) * p**run)


def recurrence_by_steps(p: Fraction, run: int) -> Fraction:
    """The same by first steps: with j failures in a row, E_j = 1 + p E_{j+1} + (1 - p) E_0.

    Each E_j is ``a + b E_0``, from E_run = 0 downwards.

    >>> recurrence_by_steps(Fraction(1, 2), 5)
    Fraction(62, 1)
    """
    a, b = Fraction(0), Fraction(0)
    for _ in range(run):
        a, b = 1 + p * a, p * b + 1 - p
    return a / (1 - b)


def late(busy: float, servers: int, service: float, work: float, timeout: float) -> float:
    """Share of checks with so much work that are late: the wait in M/M/c (Gross and others, 2.3).

    >>> round(late(0.9, 4, 0.007, 0.0005, 0.1), 6)
    0.002674
    """
    waiting = waits(busy * servers, servers)
    return waits_longer(waiting, servers * (1.0 - busy) / service, timeout - work)


def overloaded(
    rate: float, machines: int, each: float, limit: float, out: float, until: float
) -> float:
    """Requests that fail until then if a machine is dead, is out after ``out``, and the rest full.

    ``each``: requests/s that a machine can do. What the others cannot do makes lines, and is
    refused once these are ``limit`` long.
    """
    left = (machines - 1) * each
    fills = limit / (rate / left - 1.0) if rate > left else math.inf
    return rate / machines * out + max(until - out - fills, 0.0) * max(rate - left, 0.0)


def late_in_line(
    busy: float, servers: int, service: float, work: float, timeout: float, interval: float,
    run: int, most: int = 250,
) -> float:  # fmt: skip
    """Mean number of checks for each run of so many late ones, as the line remembers.

    M/M/c with at most ``most`` there, seen every ``interval``. A check that finds n there waits for
    n - c + 1 ends of service: it is late with the chance that fewer come in time. Counted are the
    checks that have fewer late ones in a row before and with them, by dense matrices.
    """
    arrive, end = busy * servers / service, 1.0 / service
    up = np.full(most, arrive)
    down = np.minimum(np.arange(1, most + 1), servers) * end
    late = np.array([_waits(n, servers, servers * end, timeout - work) for n in range(most + 1)])
    law, step = seen_every(up, down, interval)
    in_row = law * (1.0 - late)
    checks = 0.0
    for _ in range(run):
        checks += float(in_row.sum())
        in_row = (in_row @ step) * late
    return checks / float(in_row.sum())


def _waits(n: int, servers: int, ends: float, time: float) -> float:
    """Chance that fewer than n - c + 1 services end in time."""
    ahead = n - servers + 1
    if ahead <= 0:
        return 0.0 if time > 0.0 else 1.0
    term = total = math.exp(-ends * time)
    for k in range(1, ahead):
        term *= ends * time / k
        total += term
    return min(total, 1.0)


def seen_every(
    up: NDArray[np.float64], down: NDArray[np.float64], interval: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stationary law of a birth-and-death process, and its steps: exp(Q t) by symmetry."""
    logs = np.concatenate(([0.0], np.cumsum(np.log(up / down))))
    law = np.exp(logs - logs.max())
    law /= law.sum()
    out = np.append(up, 0.0) + np.append(0.0, down)
    off = np.sqrt(up * down)
    values, vectors = np.linalg.eigh(np.diag(-out) + np.diag(off, 1) + np.diag(off, -1))
    root = np.sqrt(np.maximum(law, 1e-300))
    step = (vectors * np.exp(values * interval)) @ vectors.T
    return law, np.maximum(step / root[:, None] * root[None, :], 0.0)
