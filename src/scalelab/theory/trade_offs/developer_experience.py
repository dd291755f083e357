"""Learning, reruns and break-even by other ways than the kernel's: integrals, fractions, bisection.

A power law of practice over a career of geometric length is a Lerch transcendent (A. Erdelyi et
al., "Higher transcendental functions" 1, 1953, section 1.11), and has an integral. The longest of
several geometric numbers follows from inclusion and exclusion (W. Feller, "An introduction to
probability theory and its applications" 1, 1968, chapter IV).
"""

import math
from collections.abc import Callable
from fractions import Fraction


def career(practice: float, leaves: float, steps: int = 100_000) -> float:
    """First tasks that a career's tasks are worth, the i-th being worth ``i ** -practice``.

    The integral of ``t ** (practice - 1) exp(-t) / (1 - (1 - leaves) exp(-t))`` over
    ``gamma(practice)``, by Simpson's rule, with t as a power of the variable.

    >>> round(career(0.5, 0.999999), 4), round(career(1e-9, 0.25), 4)
    (1.0, 4.0)
    """
    if practice < 1e-6:
        return 1.0 / leaves
    stays = 1.0 - leaves
    # t = u ** power leaves a smooth function of u, both near 0 and near ``leaves``.
    power = 4.0 / practice
    end = math.pow(45.0, 1.0 / power)

    def at(u: float) -> float:
        t: float = math.pow(u, power)
        return power * u * u * u * math.exp(-t) / (1.0 - stays * math.exp(-t)) if u else 0.0

    width = end / steps
    inner = (at(i * width) * (4.0 if i % 2 else 2.0) for i in range(1, steps))
    return (at(0.0) + math.fsum(inner) + at(end)) * width / 3.0 / math.gamma(practice)


def red(suites: int, flaky: Fraction) -> Fraction:
    """Chance that a run of a right change is red.

    >>> f"{float(red(30, Fraction(1, 50))):.4f}"
    '0.4545'
    """
    return 1 - (1 - flaky) ** suites


def rounds(suites: int, flaky: Fraction) -> Fraction:
    """Mean number of rounds if only what failed is run again: the longest of geometric numbers.

    >>> rounds(1, Fraction(1, 2)), rounds(2, Fraction(1, 2))
    (Fraction(2, 1), Fraction(8, 3))
    """
    return sum(
        ((-1) ** (i + 1) * math.comb(suites, i) / (1 - flaky**i) for i in range(1, suites + 1)),
        Fraction(0),
    )


def executions(suites: int, flaky: Fraction) -> Fraction:
    """Mean number of suites that are run, if only what failed is run again.

    >>> executions(10, Fraction(1, 11))
    Fraction(11, 1)
    """
    return suites / (1 - flaky)


def pays_from(people: Fraction, each: Fraction, with_platform: Fraction) -> Fraction:
    """Developers from which a company with a platform delivers more, whatever it costs.

    ``n each = (n - people) with_platform``, where the latter two are changes of a developer.

    >>> pays_from(Fraction(4), Fraction(3), Fraction(4))
    Fraction(16, 1)
    """
    return people * with_platform / (with_platform - each)


def usd_of_a_change(
    developers: float, people: float, each: float, usd_per_developer: float, rent: float
) -> float:
    """A month's money over a month's changes, where ``people`` of the developers make none.

    >>> usd_of_a_change(12.0, 2.0, 10.0, 100.0, 300.0)
    15.0
    """
    return (developers * usd_per_developer + rent) / ((developers - people) * each)


def crossing(difference: Callable[[float], float], low: float, high: float) -> float:
    """Where a function changes its sign, by bisection.

    >>> round(crossing(lambda x: x * x - 2.0, 0.0, 2.0), 9)
    1.414213562
    """
    below = difference(low) < 0.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if (difference(middle) < 0.0) == below:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
