"""What a key loses in a partition, by adding up all numbers of writes that the two sides can have.

The writes of the sides are independent Poisson numbers N1 and N2. That some request must go without
an answer, or some answer be inconsistent, is theorem 1 of S. Gilbert and N. Lynch, "Brewer's
conjecture and the feasibility of consistent, available, partition-tolerant web services", SIGACT
News 33(2), 2002. Setting pieces aside for each side is P. E. O'Neil, "The escrow transactional
method", ACM TODS 11(4), 1986.
"""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction


def numbers(mean: float) -> Iterator[tuple[int, float]]:
    """The numbers that a Poisson number can reasonably be, and their chances.

    >>> round(sum(chance for _, chance in numbers(7.0)), 12)
    1.0
    """
    last = int(mean + 12.0 * math.sqrt(mean) + 30.0)
    for n in range(last + 1):
        yield n, math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) if mean else float(n == 0)


def on_average(a: float, b: float, of: Callable[[int, int], float]) -> float:
    """Mean of a function of both numbers of writes."""
    other = list(numbers(b))
    return math.fsum(p * q * of(i, j) for i, p in numbers(a) for j, q in other)


def conflict(a: float, b: float) -> float:
    """Chance that both sides write the key: (1 - exp(-a)) (1 - exp(-b)).

    >>> f"{conflict(1.0, 1.0):.4f}"
    '0.3996'
    """
    return on_average(a, b, lambda i, j: float(i > 0 and j > 0))


def oversold(a: float, b: float, left: int) -> float:
    """Pieces sold beyond those ``left``, if each side stops when it has sold them all.

    >>> f"{oversold(3.0, 3.0, 1):.3f}"
    '0.903'
    """
    return on_average(a, b, lambda i, j: max(min(i, left) + min(j, left) - left, 0))


def not_sold(a: float, b: float, left: int) -> float:
    """Sales that are lost if the second side refuses: customers of the first may buy instead."""
    return on_average(a, b, lambda i, j: min(i + j, left) - min(i, left))


def forgotten(a: float, b: float, most: float = math.inf) -> float:
    """What the side that does not write last has taken, at most ``most``.

    Of i and j writes in random order the last is the first side's in i of i + j cases.

    >>> f"{forgotten(1.0, 1.0):.4f}"
    '0.5677'
    """

    def lost(i: int, j: int) -> float:
        return (i * min(j, most) + j * min(i, most)) / (i + j) if i and j else 0.0

    return on_average(a, b, lost)


def set_aside(a: float, b: float, left: int, limit: int) -> float:
    """Sales that are lost with ``limit`` of the pieces for the second side, the rest for the first.

    >>> set_aside(5.0, 0.0, 10, 0) == not_sold(5.0, 0.0, 10) == 0.0
    True
    """
    return on_average(
        a, b, lambda i, j: min(i + j, left) - min(i, left - limit) - min(j, limit)
    )  # fmt: skip


def exposed(a: float, b: float, left: int, limit: int) -> tuple[float, float]:
    """Payments refused and overdrawn with a ``limit`` for the second side on top of a balance.

    The first side goes on up to the whole balance.
    """
    refused = on_average(
        a, b, lambda i, j: min(i + j, left) - min(min(i, left) + min(j, limit), left)
    )
    over = on_average(a, b, lambda i, j: max(min(i, left) + min(j, limit) - left, 0))
    return refused, over


def majority_up(n: int, availability: Fraction) -> Fraction:
    """Chance that more than half are up.

    >>> float(majority_up(3, Fraction(99, 100)))
    0.999702
    """
    return sum(
        (
            math.comb(n, up) * availability**up * (1 - availability) ** (n - up)
            for up in range(n // 2 + 1, n + 1)
        ),
        Fraction(0),
    )
