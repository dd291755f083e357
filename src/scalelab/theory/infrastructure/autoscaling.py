"""Automatic scaling by other ways: the documented rule, and what follows from it in closed form.

The rule is that of the Kubernetes documentation, "Horizontal Pod Autoscaling", algorithm details.
"""

import math
from fractions import Fraction

from scalelab.theory.queueing.processor_sharing import stretch


def desired(current: int, metric: Fraction, target: Fraction, tolerance: Fraction) -> int:
    """Replicas for a metric, with all of them ready.

    >>> desired(5, Fraction(200), Fraction(100), Fraction(1, 10))
    10
    >>> desired(50, Fraction(90), Fraction(75), Fraction(1, 10))
    60
    """
    ratio = metric / target
    return current if abs(ratio - 1) <= tolerance else math.ceil(current * ratio)


def doubling_s(begin: int, end: int, sync_s: float = 15.0) -> float:
    """Time to get from ``begin``, 4 or more, to ``end`` if each sync may double them.

    >>> doubling_s(4, 100)
    75.0
    """
    return sync_s * math.ceil(math.log2(Fraction(end, begin)))


def busiest_target(tolerance: Fraction) -> Fraction:
    """Above this target no machine can be busy enough to be outside of the tolerance.

    >>> busiest_target(Fraction(1, 10))
    Fraction(10, 11)
    """
    return 1 / (1 + tolerance)


def generation_s(boot_s: float, delay_s: float, sync_s: float = 15.0) -> float:
    """From an order until what was ordered has served for a sync and that has been seen.

    >>> generation_s(120.0, 30.0)
    165.0
    """
    return boot_s + sync_s + delay_s


def generations(begin: int, end: int, target: Fraction) -> int:
    """Orders from ``begin`` to ``end`` machines, all of them full, and seen as just that.

    >>> generations(3, 9, Fraction(7, 10))
    3
    """
    orders = 0
    while begin < end:
        begin = math.ceil(begin / target)
        orders += 1
    return orders


def cuts(delay_s: float, window_s: float, sync_s: float = 15.0) -> int:
    """How often one fall of the load is answered, as what is measured is of before the answer.

    Once if the window is longer than the delay. All three are whole numbers of syncs.

    >>> [cuts(60.0, window) for window in (0.0, 30.0, 60.0, 75.0, 300.0)]
    [5, 3, 2, 1, 1]
    """
    return 1 + int(delay_s // max(window_s, sync_s))


def fallen(machines: int, ratio: Fraction, times: int) -> int:
    """What is left of the machines after so many cuts.

    >>> fallen(10, Fraction(3, 5), 1), fallen(10, Fraction(3, 5), 5)
    (6, 2)
    """
    for _ in range(times):
        machines = math.ceil(machines * ratio)
    return machines


def backlog(over: Fraction, lasts: Fraction) -> Fraction:
    """Requests that wait after an overload by ``over`` requests/s for so long.

    >>> backlog(Fraction(100), Fraction(60))
    Fraction(6000, 1)
    """
    return over * lasts


def drains_s(waiting: Fraction, can: Fraction, rate: Fraction) -> Fraction:
    """Time until they are gone, if machines can do more than comes.

    >>> drains_s(Fraction(6000), Fraction(1500), Fraction(1000))
    Fraction(12, 1)
    """
    return waiting / (can - rate)


def response_ms(work_ms: float, busy: float, vcpus: int) -> float:
    """Mean on a machine that shares its vCPUs among requests which come at random.

    >>> round(response_ms(7.0, 0.8952469, 4), 3)
    20.0
    """
    return work_ms * stretch(busy, vcpus)


def step(capacity: int, metric: Fraction, threshold: Fraction) -> int:
    """Machines that Amazon's example of step scaling adds or takes.

    >>> [step(n, Fraction(m), Fraction(50)) for n, m in ((10, 60), (11, 70), (14, 40), (13, 30))]
    [1, 3, -1, -3]
    """
    away = metric - threshold
    share = Fraction(3, 10) if abs(away) >= 20 else Fraction(1, 10)
    if abs(away) < 10:
        return 0
    by = max(math.floor(share * capacity), 1)
    return by if away > 0 else -by
