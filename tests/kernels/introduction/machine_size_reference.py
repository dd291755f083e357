"""The sizes again in plain Python: every number of machines is tried, every state is counted."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

MOST = 10_000


@dataclass(frozen=True)
class Law:
    sigma: float
    kappa: float

    def of(self, one: float, n: float) -> float:
        """Throughput of n that do ``one`` each when alone."""
        return one * n / (1.0 + self.sigma * (n - 1) + self.kappa * n * (n - 1))


def first_that_carries(load: float, one: float, law: Law) -> int | None:
    return next((m for m in range(1, MOST + 1) if law.of(one, m) >= load), None)


def best_of_all(one: float, law: Law) -> float:
    return max(law.of(one, m) for m in range(1, MOST + 1))


@cache
def number_up(n: int, up: Fraction) -> list[float]:
    """Probability of each number of machines that are up, exact before it is rounded."""
    return [
        float(Fraction(math.comb(n, k)) * up**k * (1 - up) ** (n - k)) for k in range(n + 1)
    ]  # fmt: skip


def too_few(working: int, spares: int, up: Fraction) -> float:
    return math.fsum(number_up(working + spares, up)[:working])


def refused(load: float, one: float, law: Law, working: int, spares: int, up: Fraction) -> float:
    carried = (
        p * min(load, law.of(one, min(k, working)))
        for k, p in enumerate(number_up(working + spares, up))
    )
    return 1.0 - math.fsum(carried) / load


def spares_for(working: int, up: Fraction, allowed: float) -> int:
    return next(k for k in range(working + 65) if too_few(working, k, up) <= allowed)
