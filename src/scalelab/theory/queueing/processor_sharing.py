"""Processors that share their time: closed forms, Poisson arrivals. Any unit of time.

One processor (M/G/1-PS): a job of size x takes x / (1 - rho) on average, whatever the law of the
sizes; how many are there is geometric. M. Sakata, S. Noguchi and J. Oizumi, "An analysis of the
M/G/1 queue under round-robin scheduling", Operations Research 19(2), 1971; L. Kleinrock, "Queueing
Systems, Volume 2", Wiley, 1976, section 4.4.

Several: it is a symmetric queue, so that the number there is that of M/M/c for any law, and the
time in it in proportion to the size (F. P. Kelly, "Reversibility and Stochastic Networks", Wiley,
1979, section 3.3).

First come, first served on one processor: `scalelab.theory.queueing.mg1`.

In between, a limit on how many share: B. Avi-Itzhak and S. Halfin, "Expected response times in a
non-symmetric time sharing queue with a limited number of service positions", 12th International
Teletraffic Congress, 1988, for one processor; also the limit of heavy traffic, J. Zhang and B.
Zwart, "Steady state approximations of limited processor sharing queues in heavy traffic", Queueing
Systems 60, 2008. It is an approximation.
"""

from collections.abc import Iterator

from scalelab.kernels.queueing.erlang import erlang_c
from scalelab.theory.queueing import mg1


def stretch(rho: float, processors: int = 1) -> float:
    """Response time over size, on average, for every size; ``rho`` is below 1.

    >>> [round(stretch(rho), 6) for rho in (0.5, 0.8, 0.9)]
    [2.0, 5.0, 10.0]
    >>> round(stretch(0.8, 4), 4)
    1.7455
    """
    delayed = float(erlang_c(rho * processors, processors))
    return 1.0 + delayed / (processors * (1.0 - rho))


def numbers(rho: float, processors: int = 1) -> Iterator[float]:
    """Probability that 0, 1, 2, ... jobs are there, without end; ``rho`` is below 1.

    >>> from itertools import islice
    >>> [round(p, 4) for p in islice(numbers(0.8), 3)]
    [0.2, 0.16, 0.128]
    """
    load = rho * processors
    term, total = 1.0, 0.0
    for n in range(processors):
        total += term
        term *= load / (n + 1)
    probability = 1.0 / (total + term / (1.0 - rho))
    n = 0
    while True:
        yield probability
        n += 1
        probability *= load / min(n, processors)


def first_come_wait(rho: float, mean: float, cv2: float) -> float:
    """Mean wait on one processor without sharing, of sizes with this mean and ``cv2``: M/G/1.

    >>> round(first_come_wait(0.8, 1.0, 4.0), 6)
    10.0
    """
    return mg1.mean_wait(rho, mean, cv2)


def limited(rho: float, mean: float, cv2: float, limit: int, size: float) -> float:
    """Mean response time of a job of this size on one processor that at most ``limit`` share.

    The wait of first come, first served that is left with probability ``rho ** limit`` besides the
    sharing: Avi-Itzhak and Halfin for the mean over all sizes. Exact for a limit of 1 and without
    one, and over all sizes for exponential ones. For one size it takes the time from the begin of
    service to be in proportion to the size, which is ours.

    >>> round(limited(0.8, 1.0, 4.0, 1, 1.0), 6)
    11.0
    >>> round(limited(0.8, 1.0, 4.0, 1000, 2.0), 6)
    10.0
    """
    full = rho**limit
    waits = full * mean * (1.0 + cv2) / (2.0 * (1.0 - rho))
    return waits + size * (1.0 - full) / (1.0 - rho)
