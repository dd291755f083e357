"""What layers leak, by other ways: fractions, sums over all cases, and final sizes of epidemics.

A change spreads among modules as an epidemic does whose contacts are drawn beforehand: who is
touched is who can be reached. So its size follows from chains of binomials, the model of L. J. Reed
and W. H. Frost (B. von Bahr and A. Martin-Löf, "Threshold limit theorems for some epidemic
processes", Advances in Applied Probability 12(2) 1980).
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache


def queries(way: str, rows: int, collections: int, batch: int) -> int:
    """Statements for a list of ``rows`` parents and their collections.

    >>> [queries(way, 200, 2, 100) for way in ("row by row", "in batches", "join")]
    [401, 5, 1]
    """
    if way == "join":
        return 1
    if way == "row by row":
        return 1 + rows * collections
    return 1 + collections * math.ceil(Fraction(rows, batch))


def result_rows(way: str, rows: int, children: int, collections: int) -> int:
    """Rows of all results: a join combines each child of one collection with each of the others.

    >>> result_rows("join", 200, 5, 3), result_rows("in batches", 200, 5, 3)
    (25000, 3200)
    """
    if way == "join":
        return rows * math.prod([children] * collections)
    return rows * (1 + children * collections)


def hold_ms(
    statements: int, results: int, sent: Fraction, trip: Fraction, query: Fraction, row: Fraction,
    wire: Fraction,
) -> Fraction:  # fmt: skip
    """For how long a connection is held: each statement's trip and work, each row, each byte.

    >>> hold_ms(3, 10, Fraction(100), Fraction(1), Fraction(1, 2), Fraction(1, 10), Fraction(100))
    Fraction(13, 2)
    """
    return statements * (trip + query) + results * row + sent / wire


def connections(rate_per_s: Fraction, hold: Fraction) -> Fraction:
    """In use on average (J. D. C. Little, Operations Research 9(3) 1961); ``hold`` in ms.

    >>> connections(Fraction(100), Fraction(250))
    Fraction(25, 1)
    """
    return rate_per_s * hold / 1000


def passes(mean: float, pairs: int, ripple: float) -> float:
    """Chance that changes pass between two modules, if Poisson numbers fall on so many pairs.

    >>> round(passes(75.0, 75, 1.0), 4)
    0.6321
    """
    return -math.expm1(-mean * ripple / pairs)


def _binomial(n: int, k: int, p: float) -> float:
    return math.comb(n, k) * p**k * (1.0 - p) ** (n - k)


def downward_share(per_layer: int, chances: Sequence[Sequence[float]]) -> float:
    """Propagation cost of layers that depend on lower ones only, exactly.

    ``chances[a][b]``: that changes pass from a module of layer a to one of the higher layer b. How
    many are touched in a layer is binomial, given how many are in those below it.

    >>> round(downward_share(1, [[0, 0.5, 0.0], [0, 0, 0.5], [0, 0, 0]]), 6)
    0.472222
    """
    layers = len(chances)

    @cache
    def touched(counts: tuple[int, ...]) -> float:
        layer = len(counts)
        missed = math.prod(
            (1.0 - chances[a][layer]) ** number for a, number in enumerate(counts) if number
        )
        if layer == layers - 1:
            return sum(counts) + per_layer * (1.0 - missed)
        if missed == 1.0:
            return touched((*counts, 0))
        return sum(
            _binomial(per_layer, k, 1.0 - missed) * touched((*counts, k))
            for k in range(per_layer + 1)
        )

    starts = (touched((*(0 for _ in range(layer)), 1)) for layer in range(layers - 1))
    return (sum(starts) + 1.0) / (layers * layers * per_layer)


def mixed_share(modules: int, chance: float) -> float:
    """Propagation cost if changes pass from any module to any other with the same chance.

    Reed and Frost's chain: those touched last each miss each that is left, independently.

    >>> round(mixed_share(2, 0.5), 6), mixed_share(50, 1.0)
    (0.75, 1.0)
    """
    size = {(modules - 1, 1): 1.0}
    mean = 0.0
    # Who is left only becomes less, so chains of the most that are left are done first.
    for left in range(modules - 1, -1, -1):
        for new in range(modules - left, 0, -1):
            weight = size.pop((left, new), 0.0)
            if weight == 0.0:
                continue
            missed = (1.0 - chance) ** new
            mean += weight * (modules - left) * missed**left
            for k in range(1, left + 1):
                key = (left - k, k)
                size[key] = size.get(key, 0.0) + weight * _binomial(left, k, 1.0 - missed)
    return mean / modules


def endless_share(degree: float) -> float:
    """The same for many modules with ``degree`` dependencies that pass changes on, each.

    With more than one, a change reaches a share x = 1 - exp(-degree x) of all with the chance x,
    and few otherwise; with one or less, next to nothing.

    >>> [round(endless_share(d), 3) for d in (0.9, 1.5, 3.0)]
    [0.0, 0.34, 0.885]
    """
    if degree <= 1.0:
        return 0.0
    x = 1.0
    for _ in range(10_000):
        x = -math.expm1(-degree * x)
    return x * x
