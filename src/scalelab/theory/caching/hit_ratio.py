"""Hit ratios in closed form, for independent requests of fixed popularity.

LRU: the approximation of Che, Tung & Wang (IEEE JSAC 20(7), 2002). An object stays in the cache
until a characteristic time has passed without a request for it, the same time for all objects.
FIFO and random eviction: the same idea with a time that starts at the insertion, after Fricker,
Robert & Roberts (ITC 24, 2012, arXiv:1202.3974); both policies have the same hit ratio under
independent requests (Gelenbe, IEEE Transactions on Computers C-22(6), 1973). Fixed contents: no
policy without knowledge of the future beats holding the most popular objects.
"""

from collections.abc import Callable

import numpy as np

from scalelab.kernels.jit import Floats

Expected = Callable[[Floats], float]


def checked(popularity: Floats, cache_size: int) -> None:
    """Raise ValueError unless ``popularity`` sums to 1 and some but not all objects fit."""
    if abs(popularity.sum() - 1.0) > 1e-9 or popularity.min() < 0.0:
        raise ValueError(
            f"popularity sums to {popularity.sum()} with least entry {popularity.min()}; "
            "it must be probabilities that sum to 1"
        )
    if not 1 <= cache_size < popularity.size:
        raise ValueError(
            f"cache_size is {cache_size}; it must be 1 to {popularity.size - 1}, "
            "one less than there are objects"
        )


def time_at_which(expected_size: Expected, popularity: Floats, cache_size: int) -> float:
    """The time, in requests, after which ``expected_size`` objects are in the cache: bisection."""
    low, high = 0.0, 1.0
    while expected_size(popularity * high) < cache_size:
        low, high = high, 2.0 * high
    while high - low > 1e-12 * high:
        middle = 0.5 * (low + high)
        if expected_size(popularity * middle) < cache_size:
            low = middle
        else:
            high = middle
    return high


def che_characteristic_time(popularity: Floats, cache_size: int) -> float:
    """How many requests an object that is never asked for again spends in an LRU cache.

    Solves ``sum(1 - exp(-p T)) = cache_size`` for ``T``.

    Examples
    --------
    >>> round(che_characteristic_time(np.full(100, 0.01), 50), 2)
    69.31
    """
    checked(popularity, cache_size)
    return time_at_which(lambda x: float(-np.expm1(-x).sum()), popularity, cache_size)


def che_lru(popularity: Floats, cache_size: int) -> float:
    """Hit ratio of LRU: ``sum(p (1 - exp(-p T)))``.

    Examples
    --------
    >>> round(che_lru(np.full(100, 0.01), 50), 6)
    0.5
    """
    time = che_characteristic_time(popularity, cache_size)
    return float((popularity * -np.expm1(-popularity * time)).sum())


def che_fifo(popularity: Floats, cache_size: int) -> float:
    """Hit ratio of FIFO and of random eviction: ``sum(p * p T / (1 + p T))``.

    Here ``T`` solves ``sum(p T / (1 + p T)) = cache_size``.

    Examples
    --------
    >>> round(che_fifo(np.full(100, 0.01), 50), 6)
    0.5
    """
    checked(popularity, cache_size)
    time = time_at_which(lambda x: float((x / (1.0 + x)).sum()), popularity, cache_size)
    odds = popularity * time
    return float((popularity * odds / (1.0 + odds)).sum())


def most_popular(popularity: Floats, cache_size: int) -> float:
    """Hit ratio of a cache that always holds the most popular objects (perfect LFU).

    Examples
    --------
    >>> round(most_popular(np.array([0.5, 0.3, 0.2]), 2), 6)
    0.8
    """
    checked(popularity, cache_size)
    return float(np.sort(popularity)[-cache_size:].sum())
