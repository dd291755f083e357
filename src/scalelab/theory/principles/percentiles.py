"""Percentiles of mixed latencies by other ways, and what averages and buckets can and cannot say.

The k-th smallest of m: H. A. David and H. N. Nagaraja, "Order Statistics", 3rd ed. 2003. Sketches:
C. Masson, J. E. Rim and H. K. Lee, "DDSketch", PVLDB 12(12), 2019.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import NormalDist

# Weight, median and spread (of the logarithm) of lognormal parts.
Part = tuple[float, float, float]
LONGEST_MS = 1e9


def parts(
    slow: float, factor: float, misses: float, hit: float, miss: float, spread: float
) -> list[Part]:
    """Hits and misses of quick machines and of a slow one."""
    return [
        ((1 - slow) * (1 - misses), hit, spread),
        ((1 - slow) * misses, miss, spread),
        (slow * (1 - misses), factor * hit, spread),
        (slow * misses, factor * miss, spread),
    ]


def slower(t: float, mix: Sequence[Part]) -> float:
    """Share that takes longer than ``t``, by the error function.

    >>> slower(10.0, [(1.0, 10.0, 0.3)])
    0.5
    """
    return sum(
        weight * 0.5 * math.erfc(math.log(t / median) / spread / math.sqrt(2.0))
        for weight, median, spread in mix
    )


def quantile(share: float, mix: Sequence[Part]) -> float:
    """Between the least and the largest of the parts' own quantiles, where it always is.

    >>> round(quantile(0.99, [(1.0, 10.0, 0.3)]), 3)
    20.095
    """
    own = [
        median * math.exp(spread * NormalDist().inv_cdf(share))
        for weight, median, spread in mix
        if weight > 0
    ]
    low, high = min(own), max(own)
    while high - low > 1e-13 * high:
        middle = math.sqrt(low * high)
        if middle in (low, high):
            break
        low, high = (middle, high) if slower(middle, mix) > 1 - share else (low, middle)
    return high


def mean(mix: Sequence[Part]) -> float:
    """Of lognormal parts."""
    return sum(weight * median * math.exp(spread**2 / 2) for weight, median, spread in mix)


def mean_of_kth(k: int, m: int, mix: Sequence[Part], steps: int = 4000) -> float:
    """Of the k-th smallest of m: the integral of the chance that it is longer.

    It is longer than t if m - k + 1 or more of the m are: a binomial tail.

    >>> round(mean_of_kth(1, 1, [(1.0, 10.0, 0.3)]), 3) == round(mean([(1.0, 10.0, 0.3)]), 3)
    True
    """

    def longer(t: float) -> float:
        p = slower(t, mix)
        if p <= 0.0:
            return 0.0
        if p >= 1.0:
            return 1.0
        fewer = sum(
            math.exp(
                math.lgamma(m + 1) - math.lgamma(j + 1) - math.lgamma(m - j + 1)
                + j * math.log(p) + (m - j) * math.log1p(-p)
            )
            for j in range(m - k + 1)
        )  # fmt: skip
        return max(1.0 - fewer, 0.0)

    return _integral(longer, mix, steps)


def _integral(longer: Callable[[float], float], mix: Sequence[Part], steps: int) -> float:
    """Over all t, in equal steps of the logarithm; below them it is certain."""
    low = min(median * math.exp(-9 * spread) for _, median, spread in mix)
    high = max(median * math.exp(9 * spread) for weight, median, spread in mix if weight > 0)
    width = math.log(high / low) / steps
    return low + sum(
        longer(t) * t * width
        for t in (low * math.exp((i + 0.5) * width) for i in range(steps))
    )  # fmt: skip


def most_understated(machines: int) -> int:
    """Times that the average of percentiles, none negative, can be too small: the truth is never
    above the highest of them, nor that above their sum. For too large there is no limit.

    >>> most_understated(20)
    20
    """
    return machines


def two_kinds(machines: int, quick: float, slow: float, share: float, level: float) -> tuple[
    float, float
]:  # fmt: skip
    """Average of the percentiles, and the truth, if each machine is always as fast as it is.

    One is slow and gets ``share`` of the requests.

    >>> two_kinds(20, 10.0, 1000.0, 0.05, 0.99)
    (59.5, 1000.0)
    >>> two_kinds(20, 10.0, 1000.0, 0.005, 0.99)
    (59.5, 10.0)
    """
    average = ((machines - 1) * quick + slow) / machines
    return average, slow if share > 1 - level else quick


def interpolated(
    level: Fraction, bounds: Sequence[Fraction], cumulative: Sequence[int]
) -> Fraction:
    """Prometheus' rules for fixed buckets, in fractions.

    ``cumulative`` counts what is at most each of the ``bounds``, then all.

    >>> interpolated(Fraction(1, 2), [Fraction(1), Fraction(2)], [0, 10, 10])
    Fraction(3, 2)
    """
    rank = level * cumulative[-1]
    if rank > cumulative[-2]:
        return bounds[-1]
    found = next(i for i, count in enumerate(cumulative) if count >= rank)
    start, before = (bounds[found - 1], cumulative[found - 1]) if found else (Fraction(0), 0)
    if cumulative[found] == before:
        return start
    return start + (bounds[found] - start) * (rank - before) / (cumulative[found] - before)


def gamma(accuracy: Fraction) -> Fraction:
    """Of a sketch: from bucket to bucket.

    >>> gamma(Fraction(1, 100))
    Fraction(101, 99)
    """
    return (1 + accuracy) / (1 - accuracy)


def worst_of_middle(growth: Fraction) -> Fraction:
    """Relative error at either end of a bucket, of 2 growth / (growth + 1) times its lower end.

    >>> worst_of_middle(gamma(Fraction(1, 100)))
    Fraction(1, 100)
    """
    return (growth - 1) / (growth + 1)


def buckets(contrast: float, growth: float) -> float:
    """Exponential buckets for values up to ``contrast`` times the least, in parts of one.

    >>> round(buckets(60_000.0, 1.02 / 0.98), 2)
    275.02
    """
    return math.log(contrast) / math.log(growth)


def base(scale: int) -> float:
    """From bucket to bucket: a doubling in 2**scale steps.

    >>> round(base(3), 6)
    1.090508
    """
    return float(2.0 ** (2.0**-scale))


def ideal_scale(contrast: float, most: int) -> int:
    """The finest with which that many buckets are enough.

    >>> ideal_scale(1e5, 160)
    3
    """
    return max(scale for scale in range(-9, 21) if buckets(contrast, base(scale)) <= most)


def hdr_bytes(digits: int, largest: float) -> int:
    """HdrHistogram's own estimate, of counts of eight bytes.

    >>> hdr_bytes(3, 3.6e9)
    188928
    """
    sub = 1 << math.ceil(math.log2(2 * 10**digits))
    return 512 + 4 * (math.ceil(math.log2(largest / sub)) + 2) * sub
