"""Caches at many places by other ways: cycles, trees, and the arithmetic of a way.

A rate is in requests/s for one object, times are in seconds unless named otherwise.
"""

import math
from collections.abc import Sequence

from scalelab.theory.caching import freshness, stampede
from scalelab.theory.caching.multi_level import level_hit_ratios, passed_on


def hit_ratio_alone(rate: float, ttl: float, pops: int, fetch: float = 0.0) -> float:
    """At each of some equal PoPs without a shield: r T hits in a cycle of 1 + r (d + T) requests.

    With ``fetch`` 0, 1 - 1 / (1 + r T): J. Jung, A. W. Berger, H. Balakrishnan, "Modeling TTL-based
    Internet caches", INFOCOM 2003.

    >>> round(hit_ratio_alone(1.0, 60.0, 1), 4), round(hit_ratio_alone(1.0, 60.0, 30), 4)
    (0.9836, 0.6667)
    """
    return freshness.ttl_only(rate / pops, 0.0, ttl, fetch)[0]


def to_origin_alone(rate: float, ttl: float, pops: int) -> float:
    """Requests/s that reach the origin: each PoP lets one of 1 + r T / k through.

    >>> round(to_origin_alone(1.0, 60.0, 1), 4), round(to_origin_alone(1.0, 60.0, 30), 4)
    (0.0164, 0.3333)
    """
    return rate * (1.0 - hit_ratio_alone(rate, ttl, pops))


def hit_ratio_before_shield(rate: float, ttl: float, pops: int) -> float:
    """At PoPs whose copies all expire with the shield's, fetches taking no time.

    A cycle has 1 + r T requests. Of the k PoPs one began it, and each other one misses if anybody
    asks it within T.

    >>> round(hit_ratio_before_shield(1.0, 60.0, 30), 4)
    0.5725
    """
    missed = 1.0 - (pops - 1) * math.expm1(-rate * ttl / pops)
    return 1.0 - missed / (1.0 + rate * ttl)


def to_origin_shielded(rate: float, ttl: float) -> float:
    """Requests/s from one shield: those of a single cache that all users share."""
    return to_origin_alone(rate, ttl, 1)


def poisson_tree(rate: float, ttl: float, pops: int) -> float:
    """Requests/s to the origin if a shield counts its time to live anew, and misses were Poisson.

    What PoPs let through is taken for a Poisson stream, as is usual for trees of caches. (N.
    Choungmo Fofack, P. Nain, G. Neglia, D. Towsley, "Performance evaluation of hierarchical
    TTL-based cache networks", Computer Networks 65, 2014, do better with renewal processes.) Good
    behind many PoPs; behind one it is wrong, as a PoP that has just missed will not ask again
    within T.

    >>> round(poisson_tree(1.0, 60.0, 1), 5), round(poisson_tree(1.0, 60.0, 100), 5)
    (0.00826, 0.01623)
    """
    to_shield = to_origin_alone(rate, ttl, pops)
    return to_origin_alone(to_shield, ttl, 1)


def crowd(rate: float, ttl: float, fetch: float, roots: float, collapse: bool) -> float:
    """Requests/s to the origin for one page: per cycle one, or all of a stampede.

    >>> round(crowd(1000.0, 1.0, 0.25, 1, True), 2), round(crowd(1000.0, 1.0, 0.25, 1, False), 1)
    (0.8, 200.6)
    """
    each = rate / roots
    per_cycle = 1.0 if collapse else stampede.unprotected_recomputations(each, fetch)
    return roots * per_cycle / (1.0 / each + fetch + ttl)


def break_even_trips(edge_share: float, core_ms: float, server_ms: float) -> float:
    """Round trips to the core with which code at the edge takes as long as code at the origin.

    A share e of the requests ends at the edge, the others make n trips of C and take S there:
    (1 - e) (n C + S) = C + S.

    >>> round(break_even_trips(0.5, 150.0, 50.0), 2), break_even_trips(0.0, 150.0, 50.0)
    (2.33, 1.0)
    """
    return ((core_ms + server_ms) / (1.0 - edge_share) - server_ms) / core_ms


def first_request_ms(
    to_pop_ms: float, to_origin_ms: float, server_ms: float, setup: int = 2
) -> tuple[float, float]:
    """(straight to the origin, by a PoP that has a connection to it): nothing is cached.

    TCP and TLS 1.3 take a round trip each before the request; both end at the PoP.

    >>> first_request_ms(20.0, 220.0, 50.0)
    (710.0, 330.0)
    """
    straight = (setup + 1) * to_origin_ms + server_ms
    return straight, (setup + 1) * to_pop_ms + to_origin_ms + server_ms


def stack(shares: Sequence[float]) -> tuple[list[float], float]:
    """(hit ratio of each level, product of all miss ratios), of the shares that levels answered.

    The last share is that of what is behind all caches.

    >>> ratios, left = stack((0.655, 0.200, 0.046, 0.099))
    >>> [round(ratio, 3) for ratio in ratios], round(left, 3)
    ([0.655, 0.58, 0.317], 0.099)
    """
    ratios = level_hit_ratios(shares)[:-1]
    return ratios, passed_on(ratios)
