"""Fan-out and hedging by other ways: transforms inverted, integrals, and binomials by their terms.

J. Dean and L. A. Barroso, "The tail at scale", Communications of the ACM 56(2), 2013.
"""

import math
from collections.abc import Callable
from statistics import NormalDist

Tail = Callable[[float], float]  # P(time > t)
NORMAL = NormalDist()


def any_slow(p: float, leaves: int) -> float:
    """Chance that one of the leaves is slow, each with chance ``p``: figure 1 of the paper.

    >>> [round(any_slow(p, n), 5) for p, n in ((0.01, 100), (0.0001, 2000))]
    [0.63397, 0.18128]
    """
    return -math.expm1(leaves * math.log1p(-p))


def leaf_quantile(page: float, leaves: int) -> float:
    """The quantile of a leaf that is the ``page`` quantile of the slowest of so many.

    >>> [round(leaf_quantile(0.99, n), 7) for n in (10, 100)]
    [0.9989955, 0.9998995]
    >>> round(leaf_quantile(0.5, 69), 3)
    0.99
    """
    return math.exp(math.log(page) / leaves)


def in_time(s: float, leaves: int, missing: int) -> float:
    """Chance that at most ``missing`` of the leaves are late, each with chance ``s``.

    >>> in_time(0.5, 3, 1)
    0.5
    """
    return math.fsum(
        math.comb(leaves, k) * math.pow(s, k) * math.pow(1.0 - s, leaves - k)
        for k in range(missing + 1)
    )


def hedged(tail: Tail, delay: float) -> Tail:
    """Two copies whose times are independent, the second sent after ``delay`` if need be.

    >>> f"{hedged(lambda t: math.exp(-t), 1.0)(3.0):.6f}"  # 3 of the first, 2 of the second
    '0.006738'
    """
    return lambda t: tail(t) * (tail(t - delay) if t > delay else 1.0)


def exponential_hedged(s: float, delay: float) -> float:
    """What the share ``s`` exceeds, times exponential with mean 1, if it is beyond the delay.

    >>> late = -math.log(0.05)  # the 95th percentile
    >>> [round(exponential_hedged(s, late), 4) for s in (0.01, 0.001)]
    [3.8005, 4.9517]
    """
    return (delay - math.log(s)) / 2.0


def lognormal(at: tuple[float, float], late: tuple[float, float]) -> Tail:
    """The lognormal tail through two points (time, share that is slower).

    >>> f"{lognormal((10.0, 0.02), (1800.0, 0.000001))(1800.0):.6f}"
    '0.000001'
    """
    z = [NORMAL.inv_cdf(1.0 - share) for _, share in (at, late)]
    spread = math.log(late[0] / at[0]) / (z[1] - z[0])
    centre = math.log(at[0]) - spread * z[0]
    return lambda t: 1.0 if t <= 0.0 else NORMAL.cdf((centre - math.log(t)) / spread)


def time_at(tail: Tail, s: float, longest: float = 1e6) -> float:
    """What the share ``s`` exceeds, by bisection.

    >>> round(time_at(lambda t: math.exp(-t), math.exp(-3)), 6)
    3.0
    """
    low, high = 0.0, longest
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if tail(middle) > s else (low, middle)
    return 0.5 * (low + high)


def wait_transform(rate: float, slow_share: float, fast: float, slow: float, s: complex) -> complex:
    """E exp(-s wait) in M/G/1 (Pollaczek, Khinchine); the service time is one of two exponentials.

    >>> abs(wait_transform(0.5, 0.0, 1.0, 0.1, 1e-9) - 1) < 1e-6
    True
    """
    service = (1.0 - slow_share) * fast / (s + fast) + slow_share * slow / (s + slow)
    rho = rate * ((1.0 - slow_share) / fast + slow_share / slow)
    return (1.0 - rho) * s / (s - rate + rate * service)


def inverted(transform: Callable[[complex], complex], t: float) -> float:
    """f(t) of its Laplace transform (J. Abate and W. Whitt, ORSA J. Comput. 7(1), 1995: Euler).

    >>> round(inverted(lambda s: 1 / (s + 1), 2.0), 7) == round(math.exp(-2), 7)
    True
    """
    a, terms, extra = 18.4, 40, 12
    at = a / (2.0 * t)
    total = 0.5 * transform(complex(at)).real
    sums = []
    for k in range(1, terms + extra + 1):
        total += (1.0 if k % 2 == 0 else -1.0) * transform(complex(at, k * math.pi / t)).real
        sums.append(total)
    weighted = math.fsum(math.comb(extra, k) * sums[terms - 1 + k] for k in range(extra + 1))
    return math.exp(a / 2.0) / t * math.ldexp(weighted, -extra)


def time_tail(
    rate: float, slow_share: float, fast: float, slow: float, own: float, t: float
) -> float:
    """P(wait + work > t): work is slow with chance ``own``, of those that wait ``slow_share`` is.

    >>> f"{time_tail(0.5, 0.0, 1.0, 0.1, 0.0, 2.0):.6f}"  # M/M/1: exp(-(1 - 0.5) 2)
    '0.367879'
    """
    if t <= 0.0:
        return 1.0

    def transform(s: complex) -> complex:
        work = (1.0 - own) * fast / (s + fast) + own * slow / (s + slow)
        wait = wait_transform(rate, slow_share, fast, slow, s)
        return (1.0 - wait * work) / s

    return inverted(transform, t)


def wait_tail(rate: float, slow_share: float, fast: float, slow: float, t: float) -> float:
    """P(wait > t); before 0 it is certain.

    >>> f"{wait_tail(0.5, 0.0, 1.0, 0.1, 2.0):.6f}"  # M/M/1: 0.5 exp(-(1 - 0.5) 2)
    '0.183940'
    """
    if t < 0.0:
        return 1.0
    if t == 0.0:
        return rate * ((1.0 - slow_share) / fast + slow_share / slow)
    return inverted(lambda s: (1.0 - wait_transform(rate, slow_share, fast, slow, s)) / s, t)


def same_work(wait: Tail, slow: float, delay: float, t: float, steps: int = 400) -> float:
    """P(time > t) of a call with the same work at both servers: the shorter of two waits, then it.

    An integral over the work, by Simpson's rule on either side of where the second copy comes in.

    >>> f"{same_work(lambda t: 0.0 if t >= 0 else 1.0, 1.0, 1.0, 2.0):.6f}"  # nobody waits
    '0.135335'
    """

    def integrand(x: float) -> float:
        both = wait(x) * (wait(x - delay) if x > delay else 1.0)
        return slow * math.exp(-slow * (t - x)) * both

    total = math.exp(-slow * t)
    for begin, end in ((0.0, min(t, delay)), (delay, t)):
        if end <= begin:
            continue
        h = (end - begin) / steps
        # The wait has a jump at 0: the second copy's as well, at the delay.
        points = [
            integrand(begin + i * h + (1e-9 * h if i == 0 else 0.0)) for i in range(steps + 1)
        ]
        weights = [1, *([4, 2] * (steps // 2 - 1)), 4, 1]
        total += h / 3.0 * math.fsum(w * p for w, p in zip(weights, points, strict=True))
    return total


def hedges(late_at: Callable[[float], float], highest: float, steps: int = 2000) -> float | None:
    """The least share of hedges x for which x = late_at(x), or None: calls late if x are sent.

    >>> hedges(lambda x: 0.1 + 0.5 * x, 1.0)
    0.2
    """
    before = 0.0
    for i in range(1, steps + 1):
        x = highest * i / steps
        if late_at(x) <= x:
            low, high = before, x
            for _ in range(60):
                middle = 0.5 * (low + high)
                low, high = (low, middle) if late_at(middle) <= middle else (middle, high)
            return round(0.5 * (low + high), 12)
        before = x
    return None


def mean_slowest(leaves: int) -> float:
    """Mean of the slowest of so many exponential times with mean 1: 1 + 1/2 + 1/3 + ...

    >>> [round(mean_slowest(n), 5) for n in (10, 100, 1000)]
    [2.92897, 5.18738, 7.48547]
    """
    return math.fsum(1.0 / k for k in range(1, leaves + 1))
