"""How sure a percentile is, in closed form.

Of n independent requests, the number of those below the true p-quantile is binomial, whatever the
law of the latencies. So the chance that two of the sorted latencies enclose it is a sum of binomial
probabilities (W. Q. Meeker, G. J. Hahn and L. A. Escobar, "Statistical Intervals", Wiley, 2017,
section 5.2; S. S. Wilks, "Determination of sample sizes for setting tolerance limits", Annals of
Mathematical Statistics 12(1), 1941).
"""

import math
from statistics import NormalDist


def binomial(n: int, p: float, k: int) -> float:
    """Chance of exactly ``k`` out of ``n``, 0 < p < 1."""
    if not 0 <= k <= n:
        return 0.0
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))


def at_most(n: int, p: float, k: int) -> float:
    """Chance of no more than ``k`` out of ``n``."""
    return math.fsum(binomial(n, p, i) for i in range(k + 1))


def coverage(n: int, p: float, low: int, high: int) -> float:
    """Chance that the p-quantile is between the ``low``-th and the ``high``-th of n sorted values.

    Ranks count from 1; 0 and n + 1 stand for an end that does not exist. Meeker, Hahn and Escobar,
    section 5.2.1.
    """
    return math.fsum(binomial(n, p, k) for k in range(low, high))


def ranks(n: int, p: float, confidence: float = 0.95) -> tuple[int, int]:
    """The nearest ranks beyond each of which is no more than half of the rest of ``confidence``."""
    tail = 0.5 * (1.0 - confidence)
    low = 0
    below = binomial(n, p, 0)
    while below <= tail:
        low += 1
        below += binomial(n, p, low)
    high = n + 1
    above = binomial(n, p, n)
    while above <= tail:
        high -= 1
        above += binomial(n, p, high - 1)
    return low, high


def fewest(p: float, confidence: float = 0.95) -> int:
    """Independent requests of which the slowest is above the p-quantile with this confidence.

    The least n with p**n <= 1 - confidence (Wilks 1941). For one end of a two-sided 95 % interval
    take 0.975.
    """
    return math.ceil(math.log(1.0 - confidence) / math.log(p))


def wilson(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval for a share seen in ``n`` independent tries.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA
    22(158), 1927: the shares p from which the one seen is no more than z standard errors away, with
    the standard error that p itself would have.
    """
    z = NormalDist().inv_cdf(0.5 * (1.0 + confidence))
    middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * math.sqrt(share * (1.0 - share) / n + (z / (2.0 * n)) ** 2)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def needed(
    p: float, within: float, independent: float, n: float, confidence: float = 0.95
) -> float:
    """Requests after which a share ``within`` is surely not the share ``p``.

    The normal approximation of the binomial, with ``n`` requests that tell as much as
    ``independent`` ones.
    """
    z = NormalDist().inv_cdf(0.5 * (1.0 + confidence))
    return p * (1.0 - p) * (z / (within - p)) ** 2 * n / independent
