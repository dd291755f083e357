"""Keys on shards, in closed form.

n shards, K keys. The coefficient of variation (CV) is the standard deviation over the mean, taken
over the shards; "root mean square" is over hash functions.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scalelab.theory.harmonic import harmonic


def ring_cv(n_shards: int, virtual_nodes: int) -> float:
    """CV of the shares of a ring, root mean square: sqrt((n - 1) / (n V + 1)).

    n V points at random cut the circle into n V arcs that are Dirichlet(1, ..., 1); V of them make
    a share, which is Beta(V, V (n - 1)) with mean 1/n and variance (n - 1) / (n^2 (n V + 1)).
    (Johnson, Kotz & Balakrishnan, "Continuous Multivariate Distributions", 2000, chapter 49.)
    """
    return math.sqrt((n_shards - 1) / (n_shards * virtual_nodes + 1))


def one_point_peak(n_shards: int) -> float:
    """Largest share over the mean share with one point a shard, on average: 1 + 1/2 + ... + 1/n.

    The longest of n arcs (L. Holst, "On the lengths of the pieces of a stick broken at random",
    Journal of Applied Probability 17(3), 1980).
    """
    return harmonic(n_shards)


def counting_cv(n_shards: int, n_keys: int) -> float:
    """CV of the numbers of keys if each is put on a shard at random (multinomial): the floor."""
    return math.sqrt((n_shards - 1) / n_keys)


def counted_cv(n_shards: int, n_keys: int, share_cv: float) -> float:
    """CV of the numbers of ``n_keys`` put at random on shards whose shares have CV ``share_cv``.

    The variance of the count is K E[s (1 - s)] + K^2 Var(s), by the law of total variance.
    """
    noise = (n_shards - 1 - share_cv**2) / n_keys
    return math.sqrt(share_cv**2 + noise)


def load_cv(n_shards: int, popularity: Sequence[float]) -> float:
    """CV of the loads if each key is put on a shard at random: sqrt((n - 1) sum of p^2).

    ``popularity`` sums to 1. A sum of independent p_i times Bernoulli(1/n), over its mean 1/n.
    """
    return math.sqrt((n_shards - 1) * math.fsum(p * p for p in popularity))


def hot_key_share(n_keys: int, skew: float) -> float:
    """Share of the requests for the most popular key: 1 / sum of k^-skew."""
    return 1.0 / math.fsum(k**-skew for k in range(1, n_keys + 1))


def least_peak(n_shards: int, hottest_share: float) -> float:
    """No placement has a smaller peak-to-mean load: the hottest key lives on one shard."""
    return max(1.0, n_shards * hottest_share)


def bounded_capacity(balance: float, n_keys: int, n_shards: int) -> int:
    """Most keys on one shard with bounded loads: ceil(c m / n).

    V. Mirrokni, M. Thorup & M. Zadimoghaddam, "Consistent hashing with bounded loads", SODA 2018.
    ``balance`` is taken as the decimal number that it is written as.
    """
    return math.ceil(Fraction(repr(balance)) * n_keys / n_shards)


def p99(utilisation: float, service: float) -> float:
    """99th percentile of the time spent in an M/M/1 queue: it is exponential."""
    if utilisation >= 1.0:
        return math.inf
    return math.log(100.0) * service / (1.0 - utilisation)


def fullest_bin(n_bins: int, n_balls: int) -> NDArray[np.float64]:
    """P(the fullest of ``n_bins`` holds k of ``n_balls`` put at random), k = 0, 1, ...; exact.

    Loads are independent Poisson numbers given their sum (Kolchin, Sevast'yanov & Chistyakov,
    "Random Allocations", 1978), so that P(none above k) is a coefficient of the n-th power of a
    truncated Poisson series, over the chance of the sum. Up to some 10,000 balls.
    """
    rate = n_balls / n_bins
    weight = np.array([_poisson(rate, k) for k in range(n_balls + 1)])
    of_sum = _poisson(float(n_balls), n_balls)
    none_above = []
    for most in range(n_balls + 1):
        none_above.append(_power(weight[: most + 1], n_bins, n_balls)[n_balls] / of_sum)
        if none_above[-1] > 1.0 - 1e-12:
            break
    probability: NDArray[np.float64] = np.diff([0.0, *none_above])
    return probability


def _poisson(mean: float, k: int) -> float:
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) if mean > 0 else float(k == 0)


def _power(series: NDArray[np.float64], exponent: int, degree: int) -> NDArray[np.float64]:
    """``series`` to the ``exponent``, up to x**degree."""
    result = np.zeros(degree + 1)
    result[0] = 1.0
    base = np.zeros(degree + 1)
    base[: series.size] = series
    while exponent:
        if exponent & 1:
            result = np.convolve(result, base)[: degree + 1]
        base = np.convolve(base, base)[: degree + 1]
        exponent >>= 1
    return result


def fullest_of_many(n_bins: int, rate: float, most: int) -> float:
    """P(no bin holds more than ``most``) for many bins with ``rate`` balls each on average.

    As if the loads were independent Poisson numbers, which they nearly are.
    """
    return math.fsum(_poisson(rate, k) for k in range(most + 1)) ** n_bins
