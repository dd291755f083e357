"""Caches in series: what shares of requests and hit ratios of levels say about each other."""

from collections.abc import Sequence


def level_hit_ratios(shares: Sequence[float]) -> list[float]:
    """Hit ratio of each level among the requests that come to it, from its share of them all."""
    left = 1.0
    ratios = []
    for share in shares:
        ratios.append(share / left)
        left -= share
    return ratios


def passed_on(hit_ratios: Sequence[float]) -> float:
    """Share of requests that no level answers: the product of the miss ratios."""
    left = 1.0
    for ratio in hit_ratios:
        left *= 1.0 - ratio
    return left
