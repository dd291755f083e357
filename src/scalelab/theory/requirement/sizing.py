"""Customers on a site at once, in closed form.

On average, whatever the law of the times, L = lambda W (J. D. C. Little, "A proof for the
queuing formula L = λW", Operations Research 9(3), 1961).

When the rate changes with the hour: visits that begin as a Poisson process and do not wait for
one another are an M_t/G/infinity queue, whose mean number in the system is the integral of
lambda(t - u) P(S > u) over u (S. G. Eick, W. A. Massey, W. Whitt, "The physics of the M_t/G/∞
queue", Operations Research 41(4), 1993, theorem 1). For a sinusoidal rate the same authors solve
it ("M_t/G/∞ queues with sinusoidal arrival rates", Management Science 39(2), 1993). Both need the
law of S_e, how long somebody who is there has been there: its density is P(S > u) / E[S].

Any unit of time that is the same throughout.
"""

import cmath
import math
from collections.abc import Sequence


def at_once(rate: float, time: float) -> float:
    """Little's law: the mean number there, of those who come at ``rate`` and stay for ``time``."""
    return rate * time


def mean_excess(mean: float, variation: float) -> float:
    """Mean of S_e, E[S^2] / (2 E[S]): how far the crowd lags behind the rate if it moves slowly."""
    return 0.5 * mean * (1.0 + variation**2)


def response(
    frequency: float, shares: Sequence[float], means: Sequence[float]
) -> tuple[float, float]:
    """How much of a sinusoidal swing is left in the number at once, and its lag.

    ``frequency`` in radians. Times are a mixture of exponentials. Of a swing of ``a`` in the rate,
    ``a E[S]`` times the first result is left.
    """
    mean = sum(share * m for share, m in zip(shares, means, strict=True))
    swing = sum(
        share * m / mean / (1.0 + 1j * frequency * m)
        for share, m in zip(shares, means, strict=True)
    )
    return abs(swing), -cmath.phase(swing) / frequency


def response_constant(frequency: float, time: float) -> tuple[float, float]:
    """The same, for times that are all equal; ``frequency * time`` below 2 pi."""
    half = 0.5 * frequency * time
    return math.sin(half) / half, 0.5 * time


def after_message(t: float, visits: float, fade: float, mean: float) -> float:
    """Those at once at time ``t`` after a message.

    Visits begin at the rate ``visits / fade * exp(-t / fade)`` and last for exponential times: the
    integral over the past, done.
    """
    return visits * mean / (fade - mean) * (math.exp(-t / fade) - math.exp(-t / mean))


def crowd_after_message(visits: float, fade: float, mean: float) -> tuple[float, float]:
    """The most at once, and when: where the derivative of `after_message` is zero."""
    t = math.log(fade / mean) / (1.0 / mean - 1.0 / fade)
    return after_message(t, visits, fade, mean), t


def accumulated(first_year: float, growth: float, years: int) -> float:
    """What is stored after some ``years`` when each adds ``growth`` more than the one before."""
    if growth == 0.0:
        return first_year * years
    return first_year * ((1.0 + growth) ** years - 1.0) / growth
