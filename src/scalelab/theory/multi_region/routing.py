"""Failing over and the room that it takes, in closed form. Times in seconds.

A resolver that is asked at random ``lookups`` times a second fetches at the first question after
an answer has expired: a renewal process with a mean cycle of ``ttl + 1 / lookups`` (J. Jung,
A. Berger, H. Balakrishnan, "Modeling TTL-based Internet caches", INFOCOM 2003, section III).
"""

import math
from collections.abc import Mapping

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.theory.caching.hit_ratio import che_lru

YEAR = 365.0 * 24.0 * 3600.0


def detection(interval: float, checks: int) -> float:
    """Mean time until ``checks`` checks in a row have failed; death comes between two checks."""
    return (checks - 0.5) * interval


def stale_share(time: float, ttl: float, lookups: float) -> float:
    """Share of resolvers that, ``time`` after a change, still hold the answer from before.

    That is so if a fetch fell into the last ``ttl - time`` before the change: there is at most
    one, and fetches come at the rate lookups / (1 + lookups ttl). For a busy resolver it is
    1 - time / ttl.
    """
    return lookups * max(0.0, ttl - time) / (1.0 + lookups * ttl)


def mean_stale(ttl: float, lookups: float) -> float:
    """Mean time that a resolver keeps the old answer: the area below `stale_share`."""
    return lookups * ttl * ttl / (2.0 * (1.0 + lookups * ttl))


def stale_area(time: float, ttl: float, lookups: float) -> float:
    """The area below `stale_share` up to ``time``."""
    time = min(max(time, 0.0), ttl)
    return lookups * (ttl * time - 0.5 * time * time) / (1.0 + lookups * ttl)


def dns_stuck_after(time: float, ttl: float, lookups: float, holders: float, hold: float) -> float:
    """Share of users still led to the old region, ``time`` after the answer has changed.

    A share ``holders`` keeps what it has for an exponential time with mean ``hold``.
    """
    return (1.0 - holders) * stale_share(time, ttl, lookups) + holders * math.exp(-time / hold)


def dns_stuck(
    time: float, interval: float, checks: int, ttl: float, lookups: float, holders: float,
    hold: float,
) -> float:  # fmt: skip
    """The same, ``time`` after the death: averaged over the moment of the declaration."""
    first = (checks - 1) * interval
    undeclared = min(1.0, max(0.0, (first + interval - time) / interval))
    ends = [max(0.0, time - first - interval), max(0.0, time - first)]
    areas = [
        (1.0 - holders) * stale_area(x, ttl, lookups) - holders * hold * math.expm1(-x / hold)
        for x in ends
    ]
    return undeclared + (areas[1] - areas[0]) / interval


def dns_failed(
    interval: float, checks: int, ttl: float, lookups: float, holders: float, hold: float
) -> float:
    """Mean time that a user of the dead region is without another."""
    return detection(interval, checks) + (1.0 - holders) * mean_stale(ttl, lookups) + holders * hold


def availability(deaths_a_year: float, share: float, failed: float) -> float:
    """Of all users' time: each death takes ``failed`` seconds from a ``share`` of the users."""
    return 1.0 - deaths_a_year * share * failed / YEAR


def equal_spare(n: int) -> float:
    """Spare capacity, over the need, of ``n`` equal regions one of which may die: 1 / (n - 1)."""
    return 1.0 / (n - 1)


def spread_spare(own: Mapping[str, float]) -> float:
    """If the users of any dead region are spread over all others in proportion to their size."""
    return max(load / (1.0 - load) for load in own.values())


def nearest_spare(own: Mapping[str, float], after: Mapping[str, Mapping[str, float]]) -> float:
    """If each region holds the most that any one death brings; ``after[dead][region]``."""
    return sum(max(own[r], *(after[dead].get(r, 0.0) for dead in after)) for r in own) - 1.0


def cold_load(own: float, moved: float, hit_ratio: float) -> float:
    """Requests past a region's cache over what they were, when ``moved`` users have just come.

    They ask for what the cache does not hold: all of their requests miss.
    """
    return 1.0 + moved / (own * (1.0 - hit_ratio))


def shared_hit_ratio(popularity: Floats, cache_size: int, guests: float) -> float:
    """One LRU cache for two groups with catalogues of their own; a share ``guests`` is the second.

    Che's approximation (`scalelab.theory.caching.hit_ratio`) for the mixture.
    """
    return che_lru(np.concatenate([popularity * (1.0 - guests), popularity * guests]), cache_size)


def warming(popularity: Floats, requests: float) -> float:
    """Hit ratio of the next request of a cache that was empty ``requests`` requests ago.

    Exact for requests at random times, as long as nothing has been evicted.
    """
    return float(np.dot(popularity, -np.expm1(-popularity * requests)))
