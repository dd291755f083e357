"""Pools that fill, calls that hang, and services in series, in closed form.

Little's law (J. D. C. Little, Operations Research 9(3), 1961) says how many workers a rate of calls
holds; Erlang's loss formula who finds none, whatever the law of the times (A. K. Erlang, 1917, and
B. A. Sevastyanov, 1957). Loss at two places in turn: the fixed point of F. P. Kelly, "Blocking
probabilities in large circuit-switched networks", Advances in Applied Probability 18(2), 1986.
"""

import math
from fractions import Fraction

from scalelab.theory.queueing.erlang import lost

MINUTES_PER_YEAR = 365 * 24 * 60


def full_after(workers: float, busy: float, calls_per_s: float) -> float:
    """Seconds until calls that never end have taken all workers, without chance.

    >>> full_after(200, 10.0, 10.0)
    19.0
    """
    return max(workers - busy, 0.0) / calls_per_s


def longest_time_out(workers: float, busy: float, calls_per_s: float) -> float:
    """The longest that calls may hang while a pool still serves the others: Little's law.

    It is `full_after`: the first call has to be given up before the last worker is taken.
    """
    return full_after(workers, busy, calls_per_s)


def held(slow_s: float, limit_s: float) -> float:
    """Mean of an exponential time, cut off at a limit; integrated piece by piece.

    >>> round(held(5.0, 10.0), 4), held(math.inf, 3.0)
    (4.3233, 3.0)
    """
    if math.isinf(slow_s):
        return limit_s
    n = 20_000
    width = limit_s / n
    return width * math.fsum(math.exp(-(i + 0.5) * width / slow_s) for i in range(n))


def served(
    rate_per_s: float, work_s: float, share: float, hold_s: float, workers: int
) -> tuple[float, float]:
    """In the long run: requests that find a worker, as a share, and workers that are busy.

    The example of chapter 22 of "Site Reliability Engineering", for which its authors give 19.6 %:

    >>> found, busy = served(1000.0, 0.1, 0.05, 100.0 - 0.1, 1000)
    >>> f"{found:.3f} {busy:.0f}"
    '0.196 1000'
    """
    load = rate_per_s * (work_s + share * hold_s)
    found = 1.0 - lost(load, workers)
    return found, load * found


def bulkhead(
    rate_per_s: float, work_s: float, share: float, hold_s: float, workers: int, own: int
) -> tuple[float, float]:
    """In the long run: requests that find a worker, and calls that the bulkhead lets pass.

    By repeated substitution.

    >>> found, passes = bulkhead(200.0, 0.05, 0.05, 30.0, 200, 25)
    >>> f"{found:.3f} {passes:.3f}"
    '1.000 0.083'
    """
    found = passes = 1.0
    for _ in range(500):
        passes = 0.5 * (passes + 1.0 - lost(rate_per_s * found * share * hold_s, own))
        load = rate_per_s * (work_s + share * passes * hold_s)
        found = 0.5 * (found + 1.0 - lost(load, workers))
    return found, passes


def opens_after(threshold: float, window: float, calls_per_s: float, limit_s: float) -> float:
    """Seconds until a breaker opens whose window was full of good calls, without chance.

    >>> opens_after(0.5, 100.0, 10.0, 1.0)
    6.0
    """
    return threshold * window / calls_per_s + limit_s


def cycle(wait_s: float, probes: float, calls_per_s: float, limit_s: float) -> float:
    """Seconds from one opening to the next while the service hangs.

    >>> cycle(60.0, 10.0, 10.0, 1.0)
    62.0
    """
    return wait_s + probes / calls_per_s + limit_s


def series(each: Fraction, n: int) -> Fraction:
    """Availability of n services that are all needed and fail independently.

    >>> float(series(Fraction(999, 1000), 30))  # doctest: +ELLIPSIS
    0.97043...
    """
    return each**n


def minutes_down(available: Fraction) -> float:
    """Minutes a year without an answer.

    >>> round(minutes_down(series(Fraction(999, 1000), 10)))
    5232
    """
    return float((1 - available) * MINUTES_PER_YEAR)


def needed(target: float, n: int) -> float:
    """Availability that each of n services in series needs for a target: its n-th root.

    For ten of them it is one more nine, as B. Treynor, M. Dahlin, V. Rau and B. Beyer have it for
    every critical dependency ("The calculus of service availability", ACM Queue 15(2), 2017).

    >>> f"{needed(0.999, 10):.6f}"
    '0.999900'
    """
    return math.pow(target, 1.0 / n)
