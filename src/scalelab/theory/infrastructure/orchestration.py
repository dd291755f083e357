"""Updates in waves, what each wave shows to customers, and how long what was lost is away.

The rule that the waves follow from is Kubernetes' (kubernetes/kubernetes,
pkg/controller/deployment/rolling.go): no more than n + s replicas in all, no fewer than n - u
available. So as long as old ones are left s + u new ones are on their way. That is exact if all
starts take the same time and there is room for all.
"""

import math
from fractions import Fraction


def fenceposts(replicas: int, surge: Fraction, unavailable: Fraction) -> tuple[int, int]:
    """Replicas of the two shares: surge is rounded up, unavailable down, and one of them is 1.

    >>> [fenceposts(n, Fraction(1, 4), Fraction(1, 4)) for n in (10, 3)]
    [(3, 2), (1, 0)]
    >>> fenceposts(3, Fraction(0), Fraction(1, 4))
    (0, 1)
    """
    up, down = math.ceil(replicas * surge), math.floor(replicas * unavailable)
    return (up, down) if up or down else (0, 1)


def waves(replicas: int, surge: int, unavailable: int) -> int:
    """How often new replicas are started until all are new.

    >>> waves(10, 3, 2)
    2
    """
    return math.ceil(replicas / (surge + unavailable))


def enough_room(surge: int, unavailable: int) -> int:
    """Room with which no start waits, if what is deleted has ended before the next wave.

    s + u that start, and s + u that end, of which u were not more than usual before.
    """
    return 2 * surge + unavailable


def takes(replicas: int, surge: int, unavailable: int, start: float, min_ready: float) -> float:
    """How long an update takes.

    >>> takes(10, 3, 2, 60.0, 10.0)
    140.0
    """
    return waves(replicas, surge, unavailable) * (start + min_ready)


def first_share(replicas: int, surge: int, unavailable: int, waits: bool) -> Fraction:
    """Share of the requests that the first wave answers.

    ``waits``: while it is ready but not yet counted as available. If it counts at once, as many old
    ones go.

    >>> first_share(10, 3, 2, False), first_share(10, 3, 2, True)
    (Fraction(5, 8), Fraction(5, 13))
    """
    wave = min(surge + unavailable, replicas)
    old = replicas - unavailable if waits else max(replicas - unavailable - wave, 0)
    return Fraction(wave, old + wave)


def stands_at(replicas: int, unavailable: int) -> int:
    """Replicas that are left if no new one ever becomes ready."""
    return replicas - unavailable


def recreated(grace: float, start: float, min_ready: float) -> float:
    """How long it takes to delete all, and then to make all."""
    return grace + start + min_ready


def moved(known: float, toleration: float, start: float) -> float:
    """When what was on a dead node is back, if there is room elsewhere.

    >>> moved(50.0, 300.0, 60.0)
    410.0
    """
    return known + toleration + start


def in_vain(rate: float, lost: Fraction, known: float) -> float:
    """Requests sent to a dead node."""
    return rate * float(lost) * known


def tries(count: int, first: float = 10.0, longest: float = 300.0) -> list[float]:
    """When a process that ends at once is started again, since it first ended.

    The sum of delays that double is ``first`` times a power of two less one.

    >>> tries(8)
    [0.0, 10.0, 30.0, 70.0, 150.0, 310.0, 610.0, 910.0]
    """
    doubled = 0
    while first * 2**doubled < longest:
        doubled += 1
    return [
        first * (2 ** min(k, doubled) - 1) + max(k - doubled, 0) * longest for k in range(count)
    ]


def of_two(work: float, busy: float) -> float:
    """Mean response of a shared machine with two vCPUs.

    >>> round(of_two(7.0, 0.875), 2)
    29.87
    """
    return work / (1.0 - busy * busy)
