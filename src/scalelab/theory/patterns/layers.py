"""Caches in layers by other ways: sets of changes, fractions, and the arithmetic of what is left.

Requests and changes are Poisson; so is what is cached valid if the last event was a request. That
what a cache keeps is made of parts, and is valid only with all of them, is inclusion and exclusion
over the parts that have changed (W. Feller, "An introduction to probability theory and its
applications", vol. 1, 1968, chapter IV).
"""

import math
from collections.abc import Sequence
from fractions import Fraction


def all_changed(rate: Fraction, change: Fraction, parts: int) -> Fraction:
    """Chance that each of so many parts has changed between two requests.

    They change one after another, in any order: first one of all, then one of the rest.

    >>> all_changed(Fraction(1), Fraction(1), 2)
    Fraction(1, 3)
    """
    return math.prod(
        (left * change / (rate + left * change) for left in range(1, parts + 1)), start=Fraction(1)
    )


def valid(rate: Fraction, change: Fraction, parts: int) -> Fraction:
    """Chance that none of the parts has changed: inclusion and exclusion.

    >>> [str(valid(Fraction(9), Fraction(1), k)) for k in (0, 1, 3, 9)]
    ['1', '9/10', '3/4', '1/2']
    """
    return sum(
        ((-1) ** k * math.comb(parts, k) * all_changed(rate, change, k) for k in range(parts + 1)),
        Fraction(0),
    )


def below(alone: Fraction, above: Fraction) -> Fraction:
    """Hit ratio of a cache behind another that has all hits that it has not.

    ``above``: share that the upper one answers; ``alone``: share that the lower one would answer.
    What the upper one answers the lower one would have answered, too.

    >>> below(Fraction(99, 100), Fraction(98, 100))
    Fraction(1, 2)
    """
    return (alone - above) / (1 - above)


def left(hits: Sequence[Fraction]) -> Fraction:
    """Share of the requests that no cache in a row answers; each hit ratio is of what reaches it.

    >>> left([Fraction(1, 2), Fraction(1, 2), Fraction(0)])
    Fraction(1, 4)
    """
    return math.prod((1 - hit for hit in hits), start=Fraction(1))


def hits_of(answered: Sequence[Fraction]) -> list[Fraction]:
    """Hit ratio of each cache in a row, from the shares of all requests that each answers.

    >>> [str(h) for h in hits_of([Fraction(1, 2), Fraction(1, 4)])]
    ['1/2', '1/2']
    """
    reach = Fraction(1)
    found = []
    for share in answered:
        found.append(share / reach)
        reach -= share
    return found


def zipf(pages: int, skew: float) -> list[float]:
    """Share of the requests for each page.

    >>> [round(p, 3) for p in zipf(3, 1.0)]
    [0.545, 0.273, 0.182]
    """
    weights = [k**-skew for k in range(1, pages + 1)]
    return [w / math.fsum(weights) for w in weights]


def over_pages(pages: int, skew: float, rate: float, changes: float) -> float:
    """Hit ratio over all pages, each kept until a change at the rate ``changes``.

    One less the sum of the misses: a page is made at most once for each of its changes.

    >>> round(over_pages(1000, 0.8, 2000.0, 0.02), 4)
    0.9902
    """
    misses = [
        (1.0 / (1.0 / (rate * p) + 1.0 / changes)) if changes > 0.0 else 0.0
        for p in zipf(pages, skew)
    ]
    return 1.0 - math.fsum(misses) / rate


def between_misses(rate: float, ttl: float, change: float, steps: int = 20_000) -> float:
    """Chance that nothing changes from one miss to the next of a page that is kept for ``ttl``.

    The integral over the gap, ``ttl`` and an exponential time, by the midpoint rule over the
    quantiles of that time.

    >>> round(between_misses(1.0, 0.0, 1.0), 3)
    0.5
    """
    gaps = (ttl - math.log1p(-(k + 0.5) / steps) / rate for k in range(steps))
    return math.fsum(math.exp(-change * gap) for gap in gaps) / steps


def bottleneck(machines: Sequence[int], vcpus: int, work_ms: Sequence[float]) -> tuple[int, float]:
    """The layer that is full first, and the requests/s at which it is.

    >>> bottleneck([4, 1], 4, [1.0, 2.0])
    (1, 2000.0)
    """
    takes = [n * vcpus * 1000.0 / work for n, work in zip(machines, work_ms, strict=True)]
    return takes.index(min(takes)), min(takes)
