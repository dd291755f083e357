"""Machines that grow apart, in closed form: chances, their means over time, and hours of work.

A machine is as written if no step of making it went wrong and no change has touched it since it was
last put right. Changes are a Poisson process, so both are products of independent chances. Times
and rates are in one unit of time, whichever.
"""

import math
from fractions import Fraction


def as_made(wrong_step: Fraction, steps: int) -> Fraction:
    """Chance that all steps are right, as reliability engineering has it for a series of parts.

    >>> round(float(as_made(Fraction(3, 1000), 60)), 4)
    0.835
    """
    return (1 - wrong_step) ** steps


def wrong_after(rate: float, time: float) -> float:
    """Chance of a change within the time.

    >>> round(wrong_after(0.25, 12.0), 4)
    0.9502
    """
    return -math.expm1(-rate * time)


def wrong_between(rate: float, every: float) -> float:
    """Mean share of the time with a change, if all is put right ``every`` so often.

    >>> round(wrong_between(1.0, 0.02), 5)
    0.00993
    """
    return 1.0 + math.expm1(-rate * every) / (rate * every)


def _integral(rate: float, time: float) -> float:
    """Of exp(-rate t) from 0 to ``time``."""
    return time if rate == 0.0 else -math.expm1(-rate * time) / rate


def mean_right(start: float, end: float, stays: float, goes: float, every: float) -> float:
    """Mean from ``start`` to ``end`` of the chance that no change is there.

    Changes that stay come at the rate ``stays``; those that are put right at ``every``, twice that
    and so on at the rate ``goes``. With ``m`` times both rates: that ``m`` machines are all right.

    >>> round(mean_right(0.0, 1.0, 0.0, 0.5, 0.25), 6) == round(1 - wrong_between(0.5, 0.25), 6)
    True
    """
    total, at = 0.0, start
    while at < end:
        cell = math.floor(at / every + 1e-12) * every
        until = min(cell + every, end)
        chance = math.exp(-stays * at - goes * (at - cell))
        total += chance * _integral(stays + goes, until - at)
        at = until
    return total / (end - start)


def configurations(machines: int, moments: list[float]) -> float:
    """Mean number of different configurations, if no two mistakes are alike.

    Each wrong machine is one, and all that are right are one more. ``moments[j]`` is the mean over
    time of the chance that ``j`` machines are all right.

    >>> configurations(2, [1.0, 0.5, 0.25])
    1.75
    """
    none_right = math.fsum(
        math.comb(machines, j) * (-1) ** j * moments[j] for j in range(machines + 1)
    )
    return machines * (1.0 - moments[1]) + 1.0 - none_right


def delay(every: float) -> float:
    """Mean time from a change to the next of the regular looks.

    >>> delay(24.0)
    12.0
    """
    return every / 2.0


def hours(machines: int, steps: int, step_min: int, people: int) -> Fraction:
    """Until people who share the machines among them have made them all.

    >>> hours(20, 60, 3, 2)
    Fraction(30, 1)
    """
    return Fraction(-(-machines // people) * steps * step_min, 60)
