"""Cost against performance by other ways: fronts by definition, staffing, memory, spare machines.

Staffing: S. Borst, A. Mandelbaum and M. I. Reiman, "Dimensioning large call centers", Operations
Research 52(1), 2004. Memory against disk: J. Gray and G. R. Putzolu, "The 5 minute rule for trading
memory for disk accesses", SIGMOD 1987.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

from scalelab.theory.load_balancing.zones import enough
from scalelab.theory.queueing.approximations import halfin_whitt
from scalelab.theory.queueing.erlang import waits

Point = tuple[float, float]


def dominated(point: Point, by: Point) -> bool:
    """``by`` is as good in both and better in one; less is better.

    >>> dominated((2.0, 3.0), (2.0, 2.0)), dominated((2.0, 3.0), (2.0, 3.0))
    (True, False)
    """
    return by[0] <= point[0] and by[1] <= point[1] and by != point


def front(points: Sequence[Point]) -> list[Point]:
    """Points that none dominates, each against each, without repeats and in order.

    >>> front([(3.0, 1.0), (1.0, 3.0), (2.0, 2.0), (2.0, 4.0), (3.0, 2.0)])
    [(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]
    """
    different = set(points)
    return sorted(p for p in different if not any(dominated(p, other) for other in different))


def corners(points: Sequence[Point]) -> list[Point]:
    """Of a front in order, those that lie below the line between any two others.

    >>> corners([(0.0, 10.0), (1.0, 9.0), (2.0, 2.0), (3.0, 1.9)])
    [(0.0, 10.0), (2.0, 2.0), (3.0, 1.9)]
    """

    def below(i: int) -> bool:
        x, y = points[i]
        return all(
            y < a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
            for a in points[:i]
            for b in points[i + 1 :]
        )

    return [points[i] for i in range(len(points)) if below(i)]


def waiting_cost(spare: float, ratio: float) -> float:
    """Of ``spare`` times the root of the load in servers more than the load, over that root.

    ``ratio``: what a customer's wait costs, over what a server does, for the same time.
    """
    return spare + ratio * halfin_whitt(spare) / spare


def best_spare(ratio: float) -> float:
    """The spare that costs least, by golden section: y* of Borst, Mandelbaum and Reiman.

    >>> [round(best_spare(ratio), 3) for ratio in (0.1, 1.0, 10.0)]
    [0.308, 0.842, 1.667]
    """
    low, high = 1e-6, 10.0
    golden = (math.sqrt(5.0) - 1.0) / 2.0
    while high - low > 1e-10:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if waiting_cost(left, ratio) < waiting_cost(right, ratio):
            high = right
        else:
            low = left
    return 0.5 * (low + high)


def staffing(load: float, ratio: float) -> float:
    """Servers that cost least with the waits of their customers: a + y* times the root of a."""
    return load + best_spare(ratio) * math.sqrt(load)


def staffing_exactly(load: float, ratio: float) -> int:
    """The same by trying all: servers, and as many more as wait on average, at ``ratio`` each.

    >>> staffing_exactly(100.0, 1.0), round(staffing(100.0, 1.0), 1)
    (108, 108.4)
    """
    least = math.floor(load) + 1
    cost = {
        n: n + ratio * waits(load, n) * load / (n - load)
        for n in range(least, least + 20 + 10 * math.ceil(math.sqrt(load * (1.0 + ratio))))
    }
    return min(cost, key=lambda n: cost[n])


def break_even_s(
    page_kb: float, reads_per_s: float, disk_usd: float, memory_usd_mb: float
) -> float:
    """Keep a page in memory that is read at least once in so many seconds.

    The disk for one read a second costs as much as the memory of a page that is read so often.

    >>> round(break_even_s(1.0, 15.0, 15_000.0, 5_000.0), 1)
    204.8
    """
    return 1024.0 / page_kb / reads_per_s * disk_usd / memory_usd_mb


def break_even_use(reserved: float, on_demand: float) -> float:
    """Part of the time from which on a machine is cheaper reserved than rented when needed."""
    return reserved / on_demand


def spares(needed: int, part_down: Fraction, machine_usd: Fraction, down_usd: Fraction) -> int:
    """Machines to spare that cost least with the time in which too few are up, by trying all.

    >>> spares(4, Fraction(1, 1000), Fraction(150), Fraction(730_000))
    1
    """
    cost = [
        n * machine_usd + (1 - enough(needed + n, needed, part_down)) * down_usd for n in range(20)
    ]
    return cost.index(min(cost))
