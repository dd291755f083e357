"""Packing by other ways: bounds that are proven, reserves in fractions, and the normal law.

First fit never takes more than 1.7 times the best (G. Dósa and J. Sgall, "First fit bin packing: a
tight analysis", STACS 2013), with the largest first 11/9 of it and 6/9 (G. Dósa, "The tight bound
of first fit decreasing bin-packing algorithm is FFD(I) <= 11/9 OPT(I) + 6/9", ESCAPE 2007).
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from statistics import NormalDist


def first_fit_at_most(best: int) -> int:
    """Bins that first fit takes at most, whatever the order, where ``best`` would do.

    >>> first_fit_at_most(10)
    17
    """
    return 17 * best // 10


def decreasing_at_most(best: int) -> int:
    """Bins that first fit takes at most, the largest first.

    >>> decreasing_at_most(9)
    11
    """
    return (11 * best + 6) // 9


def total_bound(sizes: Sequence[int], capacity: int) -> int:
    """No way needs fewer bins than all sizes together fill.

    >>> total_bound([60, 60, 60], 100)
    2
    """
    return -(-sum(sizes) // capacity)


def sharper_bound(sizes: Sequence[int], capacity: int) -> int:
    """Large pieces that cannot share count one each (S. Martello and P. Toth, 1990, bound L2).

    >>> sharper_bound([60, 60, 60], 100)
    3
    """
    best = 0
    for least in {0, *(size for size in sizes if 2 * size <= capacity)}:
        alone = [size for size in sizes if size > capacity - least]
        half = [size for size in sizes if capacity - least >= size > capacity / 2]
        rest = [size for size in sizes if capacity / 2 >= size >= least]
        over = sum(rest) - (len(half) * capacity - sum(half))
        best = max(best, len(alone) + len(half) + max(0, math.ceil(Fraction(over, capacity))))
    return best


def hard_for_first_fit(times: int) -> tuple[list[int], int, int]:
    """Sizes, capacity and best for which first fit takes 5/3 of the best: the small come first.

    A little over 1/7, 1/3 and 1/2: one of each fills a bin, but six, two and one of a kind do too.

    >>> hard_for_first_fit(1)[2]
    6
    """
    count = 6 * times
    return [601] * count + [1401] * count + [2101] * count, 4200, count


def hard_for_decreasing(times: int) -> tuple[list[int], int, int]:
    """Sizes, capacity and best for which first fit decreasing takes 11/9 of it (D. S. Johnson).

    >>> hard_for_decreasing(1)[2]
    9
    """
    count = 6 * times
    sizes = [201] * count + [102] * count + [101] * count + [98] * (2 * count)
    return sizes, 400, 9 * times


def reserved_m(vcpus: int) -> Fraction:
    """Thousandths of a vCPU kept for the system: 6 % of the first, 1 % of the second, and so on.

    >>> [int(reserved_m(n)) for n in (1, 2, 4, 8)]
    [60, 70, 80, 90]
    """
    shares = (Fraction(6, 100), Fraction(1, 100), Fraction(5, 1000), Fraction(5, 1000))
    first = sum(shares[:vcpus], Fraction(0))
    return 1000 * (first + Fraction(25, 10_000) * max(vcpus - 4, 0))


def least_allocated(asked: Sequence[Fraction]) -> int:
    """Kubernetes' score of a machine of whose resources such shares are asked for, this one's too.

    >>> least_allocated([Fraction(1, 3), Fraction(1, 2)])
    58
    """
    scores = [math.floor(100 * (1 - share)) for share in asked]
    return sum(scores) // len(scores)


def most_allocated(asked: Sequence[Fraction]) -> int:
    """The same the other way about.

    >>> most_allocated([Fraction(1, 3), Fraction(1, 2)])
    41
    """
    scores = [math.floor(100 * share) for share in asked]
    return sum(scores) // len(scores)


def over_limit(margin: float, swing: float) -> float:
    """Chance that a container needs more than ``margin`` times its mean.

    >>> f"{over_limit(1.5, 0.2):.6f}"
    '0.006210'
    """
    return 0.5 * math.erfc((margin - 1.0) / swing / math.sqrt(2.0))


def over_machine(means: Sequence[float], memory: float, swing: float, together: float) -> float:
    """Chance that all of a machine need more than it has: variances and covariances, added up.

    >>> f"{over_machine([1.0] * 4, 5.0, 0.2, 0.0):.6f}"
    '0.006210'
    """
    variance = sum(
        swing * swing * a * b * (1.0 if i == j else together)
        for i, a in enumerate(means)
        for j, b in enumerate(means)
    )
    return 0.5 * math.erfc((memory - sum(means)) / math.sqrt(2.0 * variance))


def margin_for(count: int, chance: float, swing: float) -> float:
    """Margin with which ``count`` alike need more than they ask for with such a chance, together.

    >>> [round(margin_for(n, 0.001, 0.2), 2) for n in (1, 10, 100)]
    [1.62, 1.2, 1.06]
    """
    return 1.0 - NormalDist().inv_cdf(chance) * swing / math.sqrt(count)


def mean_at_speed(service: float, load: float, limit: float) -> float:
    """Mean response if a limit were an even speed, which it is for very short periods: M/M/1.

    >>> round(mean_at_speed(6.0, 0.5, 0.75), 6)
    24.0
    """
    return service / (limit - load)


def percentile_at_speed(service: float, load: float, limit: float, share: float) -> float:
    """The same for a percentile: the response is exponential.

    >>> round(percentile_at_speed(6.0, 0.5, 1.0, 0.99), 2)
    55.26
    """
    return -math.log(1.0 - share) * mean_at_speed(service, load, limit)
