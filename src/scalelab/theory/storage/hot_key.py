"""A hot key in closed form: load of the busiest shard, as a multiple of the mean without remedy.

Of n shards each has 1/n of the small keys. The hot key gets a share x of all requests, r of them
reads. ``most`` is the largest number of its k parts on one shard: with parts that go where their
hash says, the fullest of n bins into which k balls are thrown. Its distribution is exact here (the
generating function of truncated exponentials: P. Flajolet and R. Sedgewick, "Analytic
Combinatorics", Cambridge 2009, chapter II).
"""

import math

import numpy as np

from scalelab.kernels.jit import Floats


def probability_of_at_most(most: int, balls: int, bins: int) -> float:
    """No bin holds more than ``most`` when ``balls`` fall into ``bins``, each equally likely.

    Bins that were filled by independent Poisson numbers with mean balls / bins, given that their
    sum is ``balls``, are filled just so. All terms are probabilities: nothing over- or underflows.
    """
    mean = balls / bins
    one = np.zeros(balls + 1)
    for held in range(min(most, balls) + 1):
        one[held] = math.exp(held * math.log(mean) - mean - math.lgamma(held + 1))
    allowed = power_of_series(one, bins, balls)[balls]
    any_at_all = math.exp(balls * math.log(balls) - balls - math.lgamma(balls + 1))
    return float(allowed) / any_at_all


def power_of_series(series: Floats, exponent: int, degree: int) -> Floats:
    """``series`` to a power, terms beyond ``degree`` left out."""
    result = np.zeros(degree + 1)
    result[0] = 1.0
    while exponent > 0:
        if exponent & 1:
            result = np.convolve(result, series)[: degree + 1]
        series = np.convolve(series, series)[: degree + 1]
        exponent >>= 1
    return result


def expected_most(balls: int, bins: int) -> float:
    """Expected number of balls in the fullest bin."""
    return sum(1.0 - probability_of_at_most(most, balls, bins) for most in range(balls))


def untreated(share: float, shards: int) -> float:
    """n ((1 - x) / n + x)."""
    return 1.0 + share * (shards - 1)


def weighted(share: float, shards: int) -> float:
    """The hot key's shard gives small keys away until it is as busy as the rest, or has none."""
    return max(1.0, share * shards)


def split(share: float, shards: int, read_share: float, parts: int, most: float) -> float:
    """A write goes to one of the k parts, a read asks all."""
    return 1.0 - share + share * shards * most * ((1.0 - read_share) / parts + read_share)


def copied(share: float, shards: int, read_share: float, parts: int, most: float) -> float:
    """A read goes to one of the k copies, a write to all."""
    return split(share, shards, 1.0 - read_share, parts, most)


def cached(share: float, shards: int, read_share: float, per_lifetime: float) -> float:
    """Servers keep the value; ``per_lifetime`` requests of all kinds reach each while it is kept.

    A server fetches, answers for the lifetime and then waits for the next read: the time between
    two fetches is the lifetime and an exponential (J. Jung, A. W. Berger, H. Balakrishnan,
    "Modeling TTL-based Internet caches", INFOCOM 2003).
    """
    reads = share * read_share
    return 1.0 - share + shards * (share - reads) + shards * reads / (1.0 + reads * per_lifetime)


def linear_limit(slope: float, utilisation: float) -> float:
    """The share at which a load of 1 + ``slope`` x fills the shard, at most 1."""
    room = 1.0 / utilisation - 1.0
    return 1.0 if slope <= room else room / slope


def cached_limit(shards: int, read_share: float, per_lifetime: float, utilisation: float) -> float:
    """The smallest share at which a shard is filled in spite of the caches, at most 1.

    (slope x - room) (1 + q x) + n r x = 0 with q = r times ``per_lifetime``.
    """
    room = 1.0 / utilisation - 1.0
    slope = shards * (1.0 - read_share) - 1.0
    q = read_share * per_lifetime
    a, b = slope * q, slope - room * q + shards * read_share
    discriminant = b * b + 4.0 * a * room
    if discriminant < 0.0:
        return 1.0
    # The smaller positive root, without the difference of nearly equal numbers.
    divisor = b + math.sqrt(discriminant)
    return min(2.0 * room / divisor, 1.0) if divisor > 2.0 * room else 1.0
