"""A shard that serves the shop and a copy of its data, in closed form.

The shop's requests are class 1 of an M/G/1 queue (Poisson, exponential service), the copy's chunks
class 2 (Poisson, fixed service). A chunk that has begun is finished: the priority is
non-preemptive. Mean waits are those of A. Cobham, "Priority assignment in waiting line problems",
Operations Research 2(1), 1954, equation 3; in order of arrival those of Pollaczek and Khinchine.

With the shop first, more is known. The transform of its wait (L. Kleinrock, "Queueing Systems",
volume 2, Wiley 1976, chapter 3) is the product of two: of the wait in the M/M/1 queue without a
copy, and of a delay which is what a chunk in service has left to do, uniform on (0, c), with
probability copy_share / (1 - utilisation), else 0. So a request takes what it takes without a
copy, plus, independently, that delay.
"""

import cmath
import math
from dataclasses import dataclass

HOURS_PER_WEEK = 168.0


@dataclass(frozen=True)
class Shard:
    """``utilisation`` by the shop and ``copy_share`` by the copy are shares of the shard's time.

    ``service`` (mean of a request) and ``chunk`` in any unit of time, in which all times are.
    Raises ValueError when there is more to do than time.
    """

    utilisation: float
    copy_share: float
    service: float
    chunk: float

    def __post_init__(self) -> None:
        if self.utilisation + self.copy_share >= 1.0:
            raise ValueError(
                f"the shop takes {self.utilisation:.3g} of the time and the copy "
                f"{self.copy_share:.3g}: lines grow without end unless that is below 1"
            )

    @property
    def residual(self) -> float:
        """W0: expected rest of the service that an arrival finds in progress."""
        return self.utilisation * self.service + self.copy_share * self.chunk / 2.0

    @property
    def mean_shop_first(self) -> float:
        return self.residual / (1.0 - self.utilisation) + self.service

    @property
    def mean_in_turn(self) -> float:
        return self.residual / (1.0 - self.utilisation - self.copy_share) + self.service

    @property
    def delayed(self) -> float:
        """Share of requests that a chunk holds up when the shop goes first."""
        return self.copy_share / (1.0 - self.utilisation)

    def tail_shop_first(self, time: float) -> float:
        """Probability that a request takes longer than ``time``."""
        rate = (1.0 - self.utilisation) / self.service
        undelayed = math.exp(-rate * time)
        inside = min(time, self.chunk)
        # Over delays v up to the time: exp(-rate (time - v)) / c; beyond it is certain.
        held_up = (math.exp(-rate * (time - inside)) - undelayed) / rate + self.chunk - inside
        return (1.0 - self.delayed) * undelayed + self.delayed * held_up / self.chunk

    def transform_in_turn(self, s: complex) -> complex:
        """Laplace transform of the time that a request takes (Pollaczek and Khinchine)."""
        busy = self.utilisation + self.copy_share
        served = 1.0 / (1.0 + self.service * s)
        # Transforms of the rest of a request's and of a chunk's service.
        left = self.utilisation * served
        left += self.copy_share * (1.0 - cmath.exp(-s * self.chunk)) / (s * self.chunk)
        return (1.0 - busy) / (1.0 - left) * served

    def tail_in_turn(self, time: float) -> float:
        """The same, in order of arrival: the transform inverted numerically.

        Algorithm EULER of J. Abate and W. Whitt, "Numerical inversion of Laplace transforms of
        probability distributions", ORSA Journal on Computing 7(1), 1995.
        """

        def term(k: int) -> float:
            s = complex(18.4, 2.0 * k * math.pi) / (2.0 * time)
            return ((1.0 - self.transform_in_turn(s)) / s).real

        first, averaged = 400, 12
        partial = 0.5 * term(0)
        for k in range(1, first + 1):
            partial += (-1) ** k * term(k)
        total = 0.0
        for j in range(averaged + 1):
            total += math.comb(averaged, j) * 2.0**-averaged * partial
            k = first + j + 1
            partial += (-1) ** k * term(k)
        return math.exp(9.2) / time * total

    def quantile(self, probability: float, shop_first: bool) -> float:
        """Time that a request exceeds with probability ``1 - probability``."""
        tail = self.tail_shop_first if shop_first else self.tail_in_turn
        low, high = 0.0, self.service
        while tail(high) > 1.0 - probability:
            low, high = high, 2.0 * high
        for _ in range(60):
            middle = 0.5 * (low + high)
            if tail(middle) > 1.0 - probability:
                low = middle
            else:
                high = middle
        return high


def lambert_w(x: float) -> float:
    """The larger solution w of w exp(w) = x for -1/e <= x < 0 (Newton's method)."""
    # Starts left of the solution, where the series about the branch point is accurate enough.
    w = -1.0 + math.sqrt(max(2.0 * (1.0 + math.e * x), 0.0))
    for _ in range(60):
        step = (w * math.exp(w) - x) / (math.exp(w) * max(1.0 + w, 1e-8))
        w -= step
    return w


def hours_to_move(
    size_hours: float, utilisation: float, growth_per_week: float, spare_share: float
) -> float:
    """Hours until everything is copied; infinite if the shop's load fills the shard before.

    ``size_hours`` is what an idle shard would need. The copy gets ``spare_share`` of the time that
    the shop leaves, and the shop's load is utilisation * exp(g t). The integral of what the copy
    gets is the size: with u = exp(g t), log u - utilisation u = g size / spare_share -
    utilisation, which Lambert's function solves.
    """
    needed = size_hours / spare_share
    if growth_per_week == 0.0:
        return needed / (1.0 - utilisation)
    g = math.log1p(growth_per_week) / HOURS_PER_WEEK
    x = -utilisation * math.exp(g * needed - utilisation)
    if x < -1.0 / math.e:
        return math.inf
    return math.log(-lambert_w(x) / utilisation) / g
