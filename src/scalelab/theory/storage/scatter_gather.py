"""Queries to many shards in closed form.

Rates are per second, times in seconds. ``rate`` is that of a shard, which serves ``service_rate``.
"""

import math

from scalelab.theory.harmonic import harmonic


def shard_rate(total_rate: float, scatter_share: float, shards: int) -> float:
    """Sub-queries a second at each shard if a share of the queries asks all shards.

    Only the rest is divided among the shards.
    """
    return total_rate * (scatter_share + (1.0 - scatter_share) / shards)


def shard_rate_global_index(total_rate: float, scatter_share: float, shards: int) -> float:
    """The same if those queries ask two shards, each chosen at random."""
    return total_rate * (1.0 + scatter_share) / shards


def ceiling(service_rate: float, scatter_share: float, shards: int) -> float:
    """Queries a second at which the shards are busy all the time.

    Divided by ``service_rate`` it is the speed-up of G. M. Amdahl, "Validity of the single
    processor approach to achieving large scale computing capabilities", AFIPS 1967, with the share
    of queries that scatter for the serial part.
    """
    return service_rate / shard_rate(1.0, scatter_share, shards)


def ceiling_global_index(service_rate: float, scatter_share: float, shards: int) -> float:
    return service_rate / shard_rate_global_index(1.0, scatter_share, shards)


def shards_needed(total_rate: float, service_rate: float, scatter_share: float) -> float:
    """The least whole number of shards that can do ``total_rate``; infinite if none can."""
    spare = service_rate - total_rate * scatter_share
    if spare <= 0.0:
        return math.inf
    return math.floor(total_rate * (1.0 - scatter_share) / spare) + 1.0


def sojourn_quantile(probability: float, rate: float, service_rate: float) -> float:
    """Of the time at one shard, M/M/1: exponential with rate ``service_rate - rate``."""
    return -math.log1p(-probability) / (service_rate - rate)


def mean_sojourn(rate: float, mean_work: float, mean_square_work: float) -> float:
    """Of the time at one shard, M/G/1 (formula of Pollaczek and Khinchine)."""
    return mean_work + rate * mean_square_work / (2.0 * (1.0 - rate * mean_work))


def work_moments(service: float, slow_share: float, slower: float = 10.0) -> tuple[float, float]:
    """Mean and mean square of an exponential time that is ``slower`` times longer at times."""
    mean = service * (1.0 - slow_share + slow_share * slower)
    return mean, 2.0 * service**2 * (1.0 - slow_share + slow_share * slower**2)


def mean_of_two(rate: float, service_rate: float) -> float:
    """Of the slower of two, if every query asks both shards: exact.

    L. Flatto and S. Hahn, "Two parallel queues created by arrivals with two demands I", SIAM
    Journal on Applied Mathematics 44(5), 1984; in this form R. Nelson and A. N. Tantawi,
    "Approximate analysis of fork/join synchronization in parallel queues", IEEE Transactions on
    Computers 37(6), 1988.
    """
    return (12.0 - rate / service_rate) / 8.0 / (service_rate - rate)


def mean_of_slowest(shards: int, rate: float, service_rate: float) -> float:
    """Of the slowest of n, if every query asks all shards: approximation of Nelson and Tantawi.

    Scaled from two shards on, with a coefficient that they fitted to simulations. They state a
    relative error below 5 % for up to 32 shards.
    """
    if shards == 1:
        return 1.0 / (service_rate - rate)
    growth = harmonic(shards) / harmonic(2)
    load = rate / service_rate
    return (growth + (1.0 - growth) * 4.0 * load / 11.0) * mean_of_two(rate, service_rate)


def highest_mean_of_slowest(shards: int, rate: float, service_rate: float) -> float:
    """At most: as if the shards were independent (Nelson and Tantawi).

    Sub-queries that come together make the shards' lines alike, which makes the slowest of them
    faster. With many queries by key between those that scatter the lines are nearly independent.
    """
    return harmonic(shards) / (service_rate - rate)


def slowest_quantile(probability: float, shards: int, rate: float, service_rate: float) -> float:
    """Of the slowest of n independent shards: each must reach the n-th root of ``probability``.

    Exact for shards that have nothing else to do (``rate`` 0), else an upper bound.
    """
    return sojourn_quantile(leaf_probability(probability, shards), rate, service_rate)


def leaf_probability(probability: float, shards: int) -> float:
    """Quantile that each of n leaves must meet so that all meet it with ``probability``."""
    return math.exp(math.log(probability) / shards)


def fan_out_probability(slow_share: float, leaves: int) -> float:
    """That at least one of the leaves is slow: J. Dean and L. A. Barroso, "The tail at scale",
    Communications of the ACM 56(2), 2013."""
    return -math.expm1(leaves * math.log1p(-slow_share))


def mean_of_two_steps(rate: float, service_rate: float) -> float:
    """Of a query that asks one shard after another: exact.

    Shards that pass queries on at random are a network of J. R. Jackson, "Networks of waiting
    lines", Operations Research 5(4), 1957: each alone is like an M/M/1 queue.
    """
    return 2.0 / (service_rate - rate)


def two_steps_quantile(probability: float, rate: float, service_rate: float) -> float:
    """Of the same if the two times are independent, as at two queues in a row (P. J. Burke, "The
    output of a queuing system", Operations Research 4(6), 1956; E. Reich, 1957).

    Here a query may come to the same shard twice, and finds a long line again if it found one. At
    60 % utilisation that makes the 99th percentile a tenth longer on two shards, 3 % on 16.
    """
    # The sum of two exponential times of mean 1 is longer than x with probability (1 + x) exp(-x).
    low, high = 0.0, 2.0 * -math.log1p(-probability) + 10.0
    while high - low > 1e-13 * high:
        middle = 0.5 * (low + high)
        if (1.0 + middle) * math.exp(-middle) > 1.0 - probability:
            low = middle
        else:
            high = middle
    return high / (service_rate - rate)
