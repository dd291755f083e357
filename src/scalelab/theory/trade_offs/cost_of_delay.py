"""Delay and boundaries by other ways: what is left where money now and later are the same.

Without discount a product that reaches its market loses by each month of delay a month of that
market, at the end; by each month of a rewrite a month of what is beyond the limit.
"""

import math
from fractions import Fraction


def annuity(level: float, months: float, discount: float) -> float:
    """Present value of so much a month; ``discount`` is a year's.

    >>> round(annuity(1.0, 12.0, 0.0), 6), round(annuity(1.0, 1e6, 0.1), 3)
    (12.0, 125.905)
    """
    if discount == 0.0:
        return level * months
    years = months / 12.0
    return 12.0 * level * -math.expm1(-years * math.log1p(discount)) / math.log1p(discount)


def growing(level: float, ratio: float, months: int, discount: float) -> float:
    """Present value of what grows by ``ratio`` each month: a geometric series of months.

    Each month of continuous growth is worth the same integral, times powers of growth and discount
    (J. B. Williams, "The theory of investment value", 1938).

    >>> round(growing(1.0, 2.0, 3, 0.0), 6) == round(7.0 / math.log(2.0), 6)
    True
    """
    each = float(ratio * (1.0 + discount) ** (-1.0 / 12.0))
    first = (each - 1.0) / math.log(each) if each != 1.0 else 1.0
    return level * first * sum(each**month for month in range(months))


def months_to(customers: float, first: float, growth: float) -> float:
    """Until so many customers come, at a rate of growth.

    >>> round(months_to(120_000.0, 1000.0, 0.15), 1)
    31.9
    """
    return math.log(customers / first) / growth


def delay_costs(months: float, market: float, margin: float) -> float:
    """Of a product that reaches its market either way, without discount.

    >>> delay_costs(2.0, 100.0, 5.0)
    1000.0
    """
    return months * market * margin


def rewrite_costs(months: float, market: float, limit: float, margin: float) -> float:
    """The same for months at the limit.

    >>> rewrite_costs(2.0, 100.0, 40.0, 5.0)
    600.0
    """
    return months * (market - limit) * margin


def replacing_costs(
    months: float, market: float, limit: float, growth: float, margin: float
) -> float:
    """The same for twice as many months of half the growth, up to the limit.

    They are as long as it takes, and half of that is lost at the end; what comes at the slower
    speed comes twice as long.

    >>> round(replacing_costs(2.0, 100.0, 40.0, 0.5, 1.0), 3)
    149.43
    """
    gained = limit * (1.0 - math.exp(-growth * months)) / growth
    return (months * market - gained) * margin


def least_rewrite(
    extra: float, replace: float, market: float, limit: float, growth: float
) -> float:
    """Months of a rewrite from which on a boundary pays that costs ``extra`` months.

    One market, certain, reached by all ways; no discount, no care, changes that do not grow dearer.

    >>> round(least_rewrite(1.0, 2.0, 500_000.0, 120_000.0, 0.15), 3)
    3.402
    """
    lost = delay_costs(extra, market, 1.0) + replacing_costs(replace, market, limit, growth, 1.0)
    return lost / (market - limit)


def least_chance(costs: Fraction, gains: Fraction) -> Fraction:
    """Of success, from which on it pays to give ``costs`` if it fails for ``gains`` if not.

    >>> least_chance(Fraction(36), Fraction(864))
    Fraction(1, 25)
    """
    return costs / (costs + gains)


def best_of_two() -> float:
    """Expected best of two independent designs and the old one, for a standard deviation of one.

    Integrated by parts; C. Y. Baldwin and K. B. Clark, "Design rules", 2000, call it Q(2).

    >>> round(best_of_two(), 4)
    0.681
    """
    return 1.0 / math.sqrt(2.0 * math.pi) + 0.5 / math.sqrt(math.pi)


def splitting(parts: int) -> float:
    """Worth of ``parts`` that may be replaced one by one over that of one whole: a square root.

    Each has a part of the variance, and each is replaced only if that is better (Baldwin and Clark,
    "Design rules", 2000, chapter 10).

    >>> splitting(4)
    2.0
    """
    return math.sqrt(parts)
