"""Hit ratio of a cache whose entries expire, for independent requests at random times (Poisson)."""

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.theory.caching import freshness
from scalelab.theory.caching.hit_ratio import che_characteristic_time


def unlimited(popularity: Floats, request_rate: float, ttl: float) -> float:
    """Room for everything, expiry counted from the fetch: sum of p r T / (1 + r T), r = p rate.

    ``popularity`` sums to 1, ``request_rate`` per second, ``ttl`` in seconds. Each key is a
    renewal process of its own (J. Jung, A. W. Berger, H. Balakrishnan, "Modeling TTL-based
    Internet caches", INFOCOM 2003, section III).
    """
    ratios = [freshness.hit_ratio(p * request_rate, ttl) for p in popularity.tolist()]
    return float(np.dot(popularity, ratios))


def lru_renewed(popularity: Floats, request_rate: float, ttl: float, cache_size: int) -> float:
    """LRU, expiry counted from the last request: Che's approximation, cut at the time to live.

    A request hits if the one before it is younger than both the characteristic time of the LRU
    cache (H. Che, Y. Tung, Z. Wang, JSAC 20(7) 2002) and ``ttl``. An expired entry keeps its
    place, so expiry does not change the characteristic time.
    """
    characteristic = che_characteristic_time(popularity, cache_size) / request_rate
    lifetime = min(characteristic, ttl)
    return float(np.sum(popularity * -np.expm1(-popularity * request_rate * lifetime)))
