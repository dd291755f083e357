"""How long it takes until k of n replicas have answered, in closed form.

The replicas answer independently, each by its own law. The time until the k-th answer is an order
statistic of variables that are not identically distributed (H. A. David and H. N. Nagaraja, "Order
Statistics", 3rd edition, Wiley 2003, chapter 5): it is at most t if at least k of them are, and
their number is a sum of independent trials with different probabilities. Times in milliseconds.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


def kth_round_trip(round_trips: Sequence[float], k: int) -> float:
    """The time until ``k`` have answered if nothing is left to chance; 0 for none."""
    return sorted(round_trips)[k - 1] if k > 0 else 0.0


def kth_exponential(n: int, k: int, mean: float = 1.0) -> float:
    """Mean time until ``k`` of ``n`` independent exponential answers are there.

    With j still missing the next comes after mean / j (A. Rényi, "On the theory of order
    statistics", Acta Mathematica Academiae Scientiarum Hungaricae 4, 1953).
    """
    return mean * sum(1.0 / missing for missing in range(n - k + 1, n + 1))


@dataclass(frozen=True)
class Reply:
    """Answer of one replica: round trip, an exponential part, and for some a pause.

    ``jitter`` is the mean of the exponential part as a share of the round trip; a share
    ``slow_share`` of answers is late by ``pause``.
    """

    round_trip: float
    jitter: float
    slow_share: float
    pause: float

    def by(self, time: float) -> float:
        """Probability that the answer is there by ``time``."""
        return (1.0 - self.slow_share) * self._without_pause(time) + (
            self.slow_share * self._without_pause(time - self.pause)
        )

    def _without_pause(self, time: float) -> float:
        over = time - self.round_trip
        scale = self.jitter * self.round_trip
        if over < 0.0:
            return 0.0
        return -math.expm1(-over / scale) if scale > 0.0 else 1.0


def at_least(k: int, probabilities: Sequence[float]) -> float:
    """Probability that ``k`` or more of independent trials succeed."""
    distribution = [1.0]
    for p in probabilities:
        distribution = [
            (distribution[i] * (1.0 - p) if i < len(distribution) else 0.0)
            + (distribution[i - 1] * p if i > 0 else 0.0)
            for i in range(len(distribution) + 1)
        ]
    return sum(distribution[k:])


def kth_reply_by(time: float, replies: Sequence[Reply], k: int) -> float:
    """Probability that ``k`` of ``replies`` are there by ``time``."""
    return at_least(k, [reply.by(time) for reply in replies]) if time >= 0.0 else 0.0


def after_by(
    time: float, first: Reply, replies: Sequence[Reply], k: int, steps: int = 2000
) -> float:
    """Probability of ``first`` and then ``k`` of ``replies``, one after the other, by ``time``.

    The integral over the exponential part of ``first``, by the midpoint rule over its quantiles.
    """
    scale = first.jitter * first.round_trip
    middles = (np.arange(steps) + 0.5) / steps
    parts = -np.log1p(-middles) * scale if scale > 0.0 else np.zeros(1)
    total = 0.0
    for pause, share in ((0.0, 1.0 - first.slow_share), (first.pause, first.slow_share)):
        if share > 0.0:
            left = time - first.round_trip - pause - parts
            total += share * float(np.mean([kth_reply_by(t, replies, k) for t in left.tolist()]))
    return total


def quantile(by: Callable[[float], float], share: float, most: float = 1e5) -> float:
    """The time by which a ``share`` is done, for a distribution function ``by``."""
    low, high = 0.0, most
    for _ in range(60):
        middle = 0.5 * (low + high)
        if by(middle) < share:
            low = middle
        else:
            high = middle
    return high


def mean(by: Callable[[float], float], most: float, steps: int = 20_000) -> float:
    """The mean of a distribution on 0 to ``most``, as the integral of what is not done yet."""
    middles = (np.arange(steps) + 0.5) / steps * most
    return most * float(np.mean([1.0 - by(t) for t in middles.tolist()]))
