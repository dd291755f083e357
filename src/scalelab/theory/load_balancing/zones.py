"""Zones and spare machines by other ways: exact fractions, chains and the arithmetic of a line.

How many machines are up is binomial if each fails and is repaired by itself: R. E. Barlow and F.
Proschan, "Statistical theory of reliability and life testing", 1975.
"""

import math
from fractions import Fraction

from scalelab.theory.queueing.processor_sharing import stretch


def reserve(zones: int, lost: int = 1) -> Fraction:
    """Machines to have over machines needed, so that ``lost`` of the zones may be.

    >>> [str(reserve(z)) for z in (2, 3, 4)]
    ['2', '3/2', '4/3']
    """
    return Fraction(zones, zones - lost)


def part_down(up: Fraction, repair: Fraction) -> Fraction:
    """Part of the time, of what is up for so long on average and then down.

    >>> part_down(Fraction(99), Fraction(1))
    Fraction(1, 100)
    """
    return repair / (up + repair)


def enough(n: int, needed: int, down: Fraction) -> Fraction:
    """Chance that ``needed`` of ``n`` machines are up.

    >>> enough(3, 2, Fraction(1, 10))
    Fraction(243, 250)
    """
    up = 1 - down
    return sum(
        (math.comb(n, k) * up**k * down ** (n - k) for k in range(needed, n + 1)), Fraction(0)
    )


def too_few(zones: int, per_zone: int, needed: int, machine: Fraction, zone: Fraction) -> Fraction:
    """Chance that too few machines are up: what is left of one by all good cases.

    >>> too_few(2, 1, 1, Fraction(1, 10), Fraction(1, 10))
    Fraction(361, 10000)
    """
    good = Fraction(0)
    for up in range(zones + 1):
        of_zones = math.comb(zones, up) * (1 - zone) ** up * zone ** (zones - up)
        good += of_zones * enough(up * per_zone, needed, machine)
    return 1 - good


def one_spare(needed: int, up: float, repair: float) -> float:
    """About the same for N + 1 machines in one place, if two seldom fail at once: square of repair.

    >>> f"{one_spare(4, 365 * 1440.0, 10.0):.3e}"
    '3.620e-09'
    """
    return math.comb(needed + 1, 2) * (repair / up) ** 2


def any_of(*parts: Fraction) -> Fraction:
    """Part of the time for which at least one of independent things is down."""
    return 1 - math.prod((1 - part for part in parts), start=Fraction(1))


def pair_down(up: Fraction, repair: Fraction, switch: Fraction) -> Fraction:
    """Part of the time without a balancer, of a pair: the chain of its states, solved.

    "Both are up", "the one with the address is down", "one has it", "both are down". Equations of
    balance for the second and the fourth, and for the number that is up, which is binomial.

    >>> f"{float(pair_down(Fraction(1000), Fraction(1), Fraction(1, 100))):.4e}"
    '1.0879e-05'
    """
    fails, mended, taken = 1 / up, 1 / repair, 1 / switch
    q = part_down(up, repair)
    both = (1 - q) ** 2
    switching = both * fails / (taken + fails + mended)
    return switching + q**2


def longest_wait(left: Fraction, rate: Fraction, lost: Fraction) -> Fraction:
    """Of those who come while a zone is lost: served when it is back, first come, first served.

    >>> longest_wait(Fraction(3), Fraction(4), Fraction(60))
    Fraction(15, 1)
    """
    return lost * (1 - left / rate)


def line_gone(left: Fraction, whole: Fraction, rate: Fraction, lost: Fraction) -> Fraction:
    """When the line is gone: what is left over has been worked off.

    >>> line_gone(Fraction(3), Fraction(6), Fraction(4), Fraction(60))
    Fraction(90, 1)
    """
    return lost + lost * (rate - left) / (whole - rate)


def response(work: float, rate: float, machines: int, vcpus: int) -> float:
    """Mean, on machines that share their vCPUs and the requests, which come at random.

    >>> round(response(7.0, 2.0, 6, 4), 3)
    8.118
    """
    return work * stretch(rate * work / machines / vcpus, vcpus)
