"""M/M/1: one server, random arrivals, exponential times. Times in mean service times.

L. Kleinrock, "Queueing Systems, Volume 1", Wiley, 1975, sections 3.2 and 5.6. ``rho`` is below 1.
Waits are those of M/M/c for one server (`scalelab.theory.queueing.erlang`); the response time is
exponential, whatever the load.
"""

import math


def number(rho: float, n: int) -> float:
    """Probability that ``n`` are there, in service or waiting: geometric."""
    return (1.0 - rho) * rho**n


def mean_number(rho: float) -> float:
    return rho / (1.0 - rho)


def mean_response(rho: float) -> float:
    """Of wait and service.

    >>> [round(mean_response(rho), 6) for rho in (0.5, 0.8, 0.9)]
    [2.0, 5.0, 10.0]
    """
    return 1.0 / (1.0 - rho)


def response_quantile(rho: float, q: float) -> float:
    """The response time that a share ``q`` does not exceed: -ln(1 - q) times the mean.

    >>> print(f"{response_quantile(0.8, 0.99):.3f}")
    23.026
    """
    return -math.log1p(-q) * mean_response(rho)
