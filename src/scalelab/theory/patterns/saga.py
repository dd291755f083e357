"""Sagas by other ways: what survives in fractions, the best order by one number, Poisson sums.

That steps are undone in the end unless all succeed is in H. Garcia-Molina and K. Salem, "Sagas",
1987. The rule for the order is found by swapping neighbours, as L. G. Mitten did for tests, "An
analytic solution to the least cost testing sequence problem", Journal of Industrial Engineering
11(1), 1960.
"""

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction


def undone(fails: Sequence[Fraction], usd: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Mean of steps undone and of what that costs: what was done, less what stays.

    >>> [str(x) for x in undone([Fraction(1, 10), Fraction(1, 2)], [Fraction(1), Fraction(1)])]
    ['9/20', '9/20']
    """
    all_done = math.prod((1 - p for p in fails), start=Fraction(1))
    done, steps, cost = Fraction(1), Fraction(0), Fraction(0)
    for p, each in zip(fails, usd, strict=True):
        done *= 1 - p
        steps += done - all_done
        cost += each * (done - all_done)
    return steps, cost


def best_order(fails: Sequence[float], usd: Sequence[float]) -> list[int]:
    """The cheapest order: the cost of undoing times the odds of success, from low to high.

    >>> best_order([0.05, 0.005, 0.01], [1.0, 0.05, 0.05])
    [2, 1, 0]
    """

    def index(i: int) -> float:
        return math.inf if fails[i] == 0.0 else usd[i] * (1.0 - fails[i]) / fails[i]

    return sorted(range(len(fails)), key=index)


def cheapest(fails: Sequence[Fraction], usd: Sequence[Fraction]) -> Fraction:
    """The cost of the cheapest order: all are tried.

    >>> str(cheapest([Fraction(1, 2), Fraction(1, 10)], [Fraction(1), Fraction(1)]))
    '1/20'
    """
    return min(
        undone([fails[i] for i in order], [usd[i] for i in order])[1]
        for order in itertools.permutations(range(len(fails)))
    )


def long_saga(steps: int, fails: Fraction) -> Fraction:
    """Share of the sagas of so many equal steps that do not get through.

    >>> round(float(long_saga(10, Fraction(1, 1000))), 5)
    0.00996
    """
    return 1 - (1 - fails) ** steps


def left_half_done(
    undone_with: Sequence[tuple[Fraction, Fraction]], up: Fraction, outage_s: Fraction
) -> Fraction:
    """Steps left half done, of one saga that hardly tries again, by Little's law.

    For each step: the chance that it is to be undone, and how long that is after it was done. As
    many are between the two as come in that time; of those, the ones stay whose part goes down.

    >>> float(left_half_done([(Fraction(1, 20), Fraction(3))], Fraction(1, 2), Fraction(150)))
    0.001
    """
    outages_per_s = (1 - up) / up / outage_s  # while it is up
    return sum((chance * age_s for chance, age_s in undone_with), Fraction(0)) * outages_per_s


def all_up(up: Fraction, parts: int) -> Fraction:
    """Chance that all of some independent parts are up: what two-phase commit needs."""
    return up**parts


def poisson(mean: float, k: int) -> float:
    """Chance of exactly ``k``."""
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1.0))


def payers(customers: int, k: int, fails: float) -> float:
    """Chance that exactly ``k`` of the customers pay."""
    return math.comb(customers, k) * (1.0 - fails) ** k * fails ** (customers - k)


def sold_at_best(pieces: int, customers: int, fails: float) -> float:
    """Mean of pieces sold if none is kept from a customer who would pay.

    >>> round(sold_at_best(2, 2, 0.5), 3)
    1.0
    """
    return sum(min(pieces, k) * payers(customers, k, fails) for k in range(customers + 1))


def sold_if_kept(pieces: int, customers: int, fails: float) -> float:
    """The same if a reserved piece never comes back while customers do.

    >>> sold_if_kept(100, 300, 0.05)
    95.0
    """
    return min(pieces, customers) * (1.0 - fails)


def refunds(
    pieces: int, customers: int, come_per_s: float, pay_s: float, fails: float
) -> float:  # fmt: skip
    """Mean of payments for nothing, if each customer pays who sees a piece: exact.

    The last piece is sold to customer m, the one who is the ``pieces``-th to pay. All who come
    while he pays still see it.

    >>> f"{refunds(100, 10_000, 20.0, 3.0, 0.05):.6f}"
    '57.000000'
    """
    mean = come_per_s * pay_s
    most = int(mean + 12.0 * math.sqrt(mean) + 30.0)
    chances = [poisson(mean, k) for k in range(most)]
    total = 0.0
    for m in range(pieces, customers + 1):
        failed = m - pieces
        last = (
            math.comb(m - 1, pieces - 1) * (1.0 - fails) ** pieces * fails**failed
            if failed == 0 or fails > 0.0
            else 0.0
        )
        if last < 1e-18:
            if m > pieces / max(1.0 - fails, 1e-9):
                break
            continue
        left = customers - m
        total += last * sum(chance * min(k, left) for k, chance in enumerate(chances))
    return (1.0 - fails) * total
