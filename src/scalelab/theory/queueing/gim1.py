"""GI/M/1: one server, any law of the time between arrivals, exponential service of mean 1.

Who comes finds the server busy with a probability sigma, the root below 1 of sigma = A*(1 - sigma),
where A* is the Laplace transform of the time between arrivals. L. Kleinrock, "Queueing Systems,
Volume 1", Wiley, 1975, section 6.4. The mean ``gap`` is above 1.

>>> [round(mean_response(constant(1.0 / rho)), 5) for rho in (0.5, 0.8, 0.9, 0.99)]
[1.255, 2.69273, 5.17866, 50.16779]
"""

import math
from collections.abc import Callable

from scalelab.theory.bisection import last

Transform = Callable[[float], float]


def constant(gap: float) -> Transform:
    """Always the same gap: D/M/1."""
    return lambda s: math.exp(-s * gap)


def exponential(gap: float) -> Transform:
    """Random arrivals: M/M/1."""
    return lambda s: 1.0 / (1.0 + s * gap)


def erlang(gap: float, stages: int) -> Transform:
    """A gap of so many exponential stages."""
    return lambda s: (1.0 + s * gap / stages) ** -stages


def hyperexponential(gap: float, cv2: float) -> Transform:
    """Two exponential laws of balanced means; ``cv2`` is above 1 (Tijms 2003, appendix B)."""
    p = 0.5 * (1.0 + math.sqrt((cv2 - 1.0) / (cv2 + 1.0)))
    first, second = 0.5 * gap / p, 0.5 * gap / (1.0 - p)
    return lambda s: p / (1.0 + s * first) + (1.0 - p) / (1.0 + s * second)


def sigma(transform: Transform) -> float:
    """Probability that who comes has to wait.

    The transform is convex, above the diagonal before the root, and below it from there to 1.
    """
    low, high = 0.0, 0.5
    while transform(1.0 - high) >= high:
        low, high = high, 0.5 * (1.0 + high)
        if high == 1.0:
            raise ValueError("arrivals are as fast as the service, or faster: no steady state")
    return last(lambda busy: transform(1.0 - busy) > busy, low, high)


def mean_response(transform: Transform) -> float:
    return 1.0 / (1.0 - sigma(transform))


def mean_wait(transform: Transform) -> float:
    """Over all who come."""
    busy = sigma(transform)
    return busy / (1.0 - busy)


def waits_longer(transform: Transform, time: float) -> float:
    """Share of all who wait longer than ``time``."""
    busy = sigma(transform)
    return busy * math.exp(-(1.0 - busy) * time)
