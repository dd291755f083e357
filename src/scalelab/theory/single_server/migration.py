"""Changing a table that is in use, in closed form. Any unit of time, the same for all.

The reports that are met are the customers of M/G/infinity: a Poisson number of them, each with a
rest of its length that is independent of the others' (L. Takács, "Introduction to the Theory of
Queues", Oxford University Press, 1962, chapter 3). A change of the table waits for the longest of
these rests. The series for exponential lengths, and the recursion over the tries, are ours; both
are held against simulations.

How PostgreSQL queues for a lock: `scalelab.models.single_server.migration`.
"""

import math
from collections.abc import Callable
from typing import NamedTuple


def waits_at_most(running: float, longer: float) -> float:
    """Probability that the change waits no longer than a time.

    Parameters
    ----------
    running : float
        Mean number of reports that run.
    longer : float
        Share of the reports met that have more than this time left: for lengths with distribution F
        and mean m, the integral of 1 - F from there on, over m.

    >>> round(waits_at_most(2.0, 1.0), 4), round(waits_at_most(2.0, math.exp(-1.0)), 4)
    (0.1353, 0.4791)
    """
    return math.exp(-running * longer)


def mean_longest(running: float) -> float:
    """Mean of the longest of a Poisson number of exponential times of mean 1.

    The longest of n is H_n = 1 + 1/2 + ... + 1/n on average (A. Rényi, "On the theory of order
    statistics", Acta Mathematica Academiae Scientiarum Hungaricae 4, 1953).

    >>> round(60.0 * mean_longest(2.0), 2)
    79.16
    """
    total, harmonic, n = 0.0, 0.0, 0
    term = math.exp(-running)
    # Up to a mean of some hundreds; the terms fall beyond it.
    while n < running or term > 1e-18:
        n += 1
        harmonic += 1.0 / n
        term *= running / n
        total += term * harmonic
    return total


def mean_block(running: float, length: float, time_out: float) -> float:
    """Mean of the first try: the wait, or the time-out if it is shorter. Exponential lengths.

    The integral of 1 - exp(-a exp(-t / m)) up to the time-out, by what is left of it beyond.

    >>> round(mean_block(2.0, 60.0, 5.0), 3)
    4.265
    """
    later = running * math.exp(-time_out / length)
    return length * (mean_longest(running) - mean_longest(later))


class Tries(NamedTuple):
    """Of a change: the probability to get through; mean tries, and mean time in these."""

    through: float
    tries: float
    blocked: float


def tries(running: float, length: float, time_out: float, pause: float, most: int) -> Tries:
    """Up to ``most`` tries, with exponential lengths: exact, with all that one leaves to the next.

    A try that meets a Poisson number of reports, mean a, fails unless none of them outlasts it. The
    number that do is Poisson again, mean a q with q = exp(-time_out / length), but for its zero
    taken away. Those that came meanwhile are Poisson, too, and so are those left after the pause.
    So what a try meets is a Poisson law of mean a', less one of mean z with the weight exp(-a q)
    where z is what follows an empty table. By which, for any mean of what is added up over the
    tries, X_k(a) = X_(k-1)(a') - exp(-a q) X_(k-1)(z).

    >>> [round(x, 3) for x in tries(2.0, 60.0, 5.0, 30.0, 20)]
    [0.876, 8.415, 38.154]
    >>> [round(x, 3) for x in tries(2.0, 60.0, 60.0, 30.0, 20)]
    [1.0, 2.577, 121.025]
    """
    outlasts, stays = math.exp(-time_out / length), math.exp(-pause / length)

    def following(mean: float) -> float:
        at_the_end = mean * outlasts + running * time_out / length
        return at_the_end * stays + running * (1.0 - stays)

    first, after_none = [running], [following(0.0)]
    for _ in range(most):
        first.append(following(first[-1]))
        after_none.append(following(after_none[-1]))

    def unrolled(means: list[float], own: Callable[[float], float], known: list[float]) -> float:
        """X_k for the law of mean ``means[0]``, from X_0 ... X_(k-1) of the one after none."""
        k = len(known)
        taken = (math.exp(-outlasts * means[j]) * known[k - 1 - j] for j in range(k))
        return own(means[k]) - math.fsum(taken)

    def summed(own: Callable[[float], float], number: int) -> list[float]:
        known: list[float] = []
        for _ in range(number):
            known.append(unrolled(after_none, own, known))
        return [unrolled(first, own, known[:k]) for k in range(number)]

    fails = summed(lambda _: 1.0, most + 1)
    blocked = summed(lambda mean: mean_block(mean, length, time_out), most)
    return Tries(1.0 - fails[most], math.fsum(fails[:most]), math.fsum(blocked))


def tries_apart(first: float, most: int) -> tuple[float, float]:
    """Probability to get through, and mean tries, if each meets reports anew: pauses without end.

    >>> [round(x, 4) for x in tries_apart(0.5, 3)]
    [0.875, 1.75]
    """
    through = 1.0 - (1.0 - first) ** most
    return through, through / first
