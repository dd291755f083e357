"""One program or services by other ways: fractions, polynomials and limits of the merge queue."""

import math
from collections.abc import Callable
from fractions import Fraction

from scalelab.theory.bisection import last


def pairs(people: int) -> int:
    """Pairs of people: F. P. Brooks, "The mythical man-month", 1975, chapter 2.

    >>> pairs(10), pairs(100)
    (45, 4950)
    """
    return people * (people - 1) // 2


def in_series(up: float, services: int) -> float:
    """Part of the time in which all of some services are up, independently of each other.

    >>> round(in_series(0.999, 30), 4)
    0.9704
    """
    return up**services


def all_up(calls: int, services: int, up: Fraction, other: Fraction) -> Fraction:
    """A request touches some of the services; the first is ``up``, each of the others ``other``.

    By inclusion and exclusion over the sets of services that it stays within: the mean of
    ``other`` to the power of how many there are but the first.

    >>> all_up(1, 2, Fraction(9, 10), Fraction(9, 10))
    Fraction(171, 200)
    """
    # As if each other service were up by itself: all calls stay within those that are.
    total = Fraction(0)
    for inside in range(services):
        weight = math.comb(services - 1, inside) * (1 - other) ** (services - 1 - inside)
        within = Fraction(inside + 1, services) ** calls
        total += weight * other**inside * within
    return up * total


def runs_each(m: int, bad: Fraction) -> Fraction:
    """Test runs for each of ``m`` items that are tested together, and singly if one is bad.

    R. Dorfman, "The detection of defective members of large populations", Annals of Mathematical
    Statistics 14(4), 1943.

    >>> float(round(runs_each(11, Fraction(1, 100)), 2))
    0.2
    """
    if m == 1:
        return Fraction(1)
    return Fraction(1, m) + 1 - (1 - bad) ** m


def bad_for(failing: float, m: int) -> float:
    """Share of bad items with which a part ``failing`` of batches of ``m`` fail.

    >>> round(bad_for(0.4, 16), 4)
    0.0314
    """
    return float(1.0 - (1.0 - failing) ** (1.0 / m))


def unlimited_wait(rate: float, service: float) -> float:
    """Mean wait for a server that takes all who wait at once, for the same time each.

    It is free again with a chance of exp(-rate service) after each batch; who comes while it is
    busy waits for half a service.

    >>> round(unlimited_wait(1.0, 1.0), 4)
    0.3655
    """
    load = rate * service
    return service / 2.0 * load / (load + math.exp(-load))


def delivered(
    developers: float, busy: float, known: float, talk: float, work: float, each: float
) -> float:
    """Changes a week: of those who are not ``busy`` running things, less talk with ``known``.

    >>> delivered(101.0, 1.0, 100.0, 0.001, 1.25, 2.0)
    144.0
    """
    return each * (developers - busy) * (1.0 - talk * known) / work


def reaches(goal: float, makes: Callable[[float], float], low: float, high: float) -> float:
    """Developers that make as many changes as ``goal``, to the last digit: bisection.

    >>> round(reaches(144.0, lambda n: 3.0 * n, 1.0, 100.0), 9)
    48.0
    """
    return last(lambda n: makes(n) < goal, low, high)


def team_for(
    goal: float, busy: float, teams: int, talk: float, work: float, each: float
) -> float:  # fmt: skip
    """The same in closed form, of teams of equal size in which all talk: a square equation.

    >>> round(team_for(144.0, 1.0, 1, 0.001, 1.25, 2.0), 6)
    101.0
    """
    # each (n - busy) (1 + talk - talk n / teams) = goal work
    a = -talk / teams
    b = 1.0 + talk + busy * talk / teams
    c = -busy * (1.0 + talk) - goal * work / each
    return (-b + math.sqrt(b * b - 4.0 * a * c)) / (2.0 * a)


def half_done(writes_per_s: float, crossing: float, open_s: float) -> float:
    """Writes that some services have seen and others have not, at any time: Little's law.

    >>> half_done(100.0, 0.175, 1.0)
    17.5
    """
    return writes_per_s * crossing * open_s
