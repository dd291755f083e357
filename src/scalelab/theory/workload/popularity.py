"""Zipf's law in closed form: shares of the most popular, what a log of it holds, how well it tells.

The k-th most popular of n objects is asked for with probability ``k**-skew / H``, where H is the
generalised harmonic number. Draws from such a set are an urn scheme (S. Karlin, "Central limit
theorems for certain infinite urn schemes", Journal of Mathematics and Mechanics 17(4) 1967); that
the next request is for something new is the question of I. J. Good, "The population frequencies of
species and the estimation of population parameters", Biometrika 40(3/4) 1953.
"""

import math

import numpy as np

from scalelab.kernels.jit import Floats

SUMMED = 1000  # terms that are added one by one; the rest by Euler and Maclaurin


def generalised_harmonic(n: int, skew: float) -> float:
    """``1 + 2**-skew + ... + n**-skew``, for any n.

    The tail is its integral with the Euler-Maclaurin corrections up to the third derivative.

    Examples
    --------
    >>> round(generalised_harmonic(1000, 1.0), 6)
    7.485471
    """
    first = min(n, SUMMED)
    total = math.fsum(math.pow(k, -skew) for k in range(1, first + 1))
    if n <= SUMMED:
        return total
    low, high = float(first), float(n)
    flat = 1.0 - skew
    integral = math.log(high / low) if flat == 0.0 else (high**flat - low**flat) / flat
    ends = 0.5 * (high**-skew - low**-skew)
    slopes = -skew * (high ** (-skew - 1) - low ** (-skew - 1)) / 12.0
    thirds = skew * (skew + 1) * (skew + 2) * (high ** (-skew - 3) - low ** (-skew - 3)) / 720.0
    tail: float = integral + ends + slopes + thirds
    return total + tail


def top_share(n: int, skew: float, top: int) -> float:
    """Share of the requests that the ``top`` most popular of ``n`` get.

    Examples
    --------
    >>> round(top_share(100_000, 1.0, 1_000), 5)
    0.61914
    """
    return generalised_harmonic(top, skew) / generalised_harmonic(n, skew)


def probabilities(n: int, skew: float) -> Floats:
    """Of each object, the most popular first."""
    weights = np.arange(1.0, n + 1.0) ** -skew
    return np.asarray(weights / weights.sum())


def expected_seen(probability: Floats, requests: int) -> float:
    """Different objects in so many independent requests."""
    return float(-np.expm1(requests * np.log1p(-probability)).sum())


def expected_once(probability: Floats, requests: int) -> float:
    """Of these, how many are asked for just once."""
    rest = np.exp((requests - 1) * np.log1p(-probability))
    return float(requests * (probability * rest).sum())


def new_share(probability: Floats, requests: int) -> float:
    """Probability that the next request is for what none of ``requests`` before asked for."""
    return float((probability * np.exp(requests * np.log1p(-probability))).sum())


def fisher_error(probability: Floats, requests: int) -> float:
    """Least standard error of a skew that is fitted to so many requests of known rank.

    ``1 / sqrt(requests * Var(log rank))``: the Cramér-Rao bound, as the mean logarithm of the rank
    is all that the likelihood looks at.
    """
    logs = np.log(np.arange(1.0, probability.size + 1.0))
    mean = float((probability * logs).sum())
    return 1.0 / math.sqrt(requests * (float((probability * logs * logs).sum()) - mean * mean))


def expected_often(scale: float, skew: float, least: int) -> float:
    """How many objects of an endless catalogue are asked for ``least`` times or more.

    Their counts are Poisson with means ``scale * k**-skew``. The sum over k is an integral less
    half of its first value, so it is ``scale**s Gamma(least - s) / Gamma(least) - 1/2``, with
    ``s = 1 / skew`` and ``least > s``.
    """
    s = 1.0 / skew
    return math.exp(s * math.log(scale) + math.lgamma(least - s) - math.lgamma(least)) - 0.5


def luck(skew: float) -> float:
    """By how much the i-th largest count is above the i-th largest mean, far down the ranks.

    The ratio of gamma functions is ``c**-s (1 + s (s + 1) / (2 c))`` to the first order. So there
    are as many counts of ``c`` or more as there are means of ``c - (s + 1) / 2`` or more; that
    counts are whole takes half of one off again.
    """
    return 0.5 / skew
