"""How long a database lasts, and when replicas pay, in closed form.

Growth by the same factor every year, as Malthus had it (T. R. Malthus, "An Essay on the Principle
of Population", 1798); machines that can be had in any size.
"""

import math


def years_until(now: float, limit: float, growth: float) -> float:
    """From today's load until the limit; without growth never, beyond it at once.

    >>> round(years_until(20.0, 6000.0, 2.0), 2), round(years_until(20.0, 6000.0, 4.0), 2)
    (8.23, 4.11)
    """
    if now > limit:
        return 0.0
    if growth <= 1.0:
        return math.inf
    return math.log(limit / now) / math.log(growth)


def most_growth(now: float, limit: float, years: float) -> float:
    """The growth in a year at which the limit is reached after so many years.

    >>> round(most_growth(20.0, 6000.0, 5.0), 2)
    3.13
    """
    return float((limit / now) ** (1.0 / years))


def months_added_up(growth: float, months: int) -> float:
    """The loads at the ends of so many months, in today's: a geometric series.

    >>> round(months_added_up(2.0, 60), 1), months_added_up(1.0, 60)
    (552.3, 60.0)
    """
    if growth == 1.0:
        return float(months)
    ratio = growth ** (1.0 / 12.0)
    return float(ratio * (growth ** (months / 12.0) - 1.0) / (ratio - 1.0))


def vcpus(
    reads: float, writes: float, replay: float, work: float, busy: float, others: int
) -> float:  # fmt: skip
    """Of a primary and ``others``, all alike, any of which can be lost: in all.

    Each request is ``work`` seconds of a vCPU, which is busy for a share of the time at most. A
    write is repeated on all machines but the primary, for a share of its work.

    >>> vcpus(400.0, 20.0, 0.3, 0.003, 0.6, 1)
    4.2
    >>> round(vcpus(400.0, 20.0, 0.3, 0.003, 0.6, 3), 3)
    2.88
    """
    load = reads + writes + (others - 1) * replay * writes
    return (others + 1) / others * load * work / busy


def pays_from(extra: float, price: float, work: float, busy: float, others: int) -> float:
    """Reads/s from which replicas are cheaper than a standby that does nothing, writes left out.

    ``extra``: their additional work in a month, in money; ``price`` of a vCPU in a month. A standby
    doubles the machines, ``others`` make them (others + 1) / others times as many.

    >>> round(pays_from(800.0, 38.63, 0.003, 0.6, 3))
    6213
    """
    saved = 2.0 - (others + 1) / others
    return extra * busy / (price * work * saved)
