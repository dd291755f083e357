"""Processors that share their time between the jobs that are there, and how that compares.

One processor, 80 % busy, with jobs of 10 ms of which now and then one takes very much longer:

    >>> from scalelab.models.queueing.law import exponential, two_moments
    >>> jobs = two_moments(mean_s=0.010, cv2=25.0)
    >>> for limit in (1, 8, NO_LIMIT):
    ...     found = poisson(80.0, jobs, limit=limit)
    ...     print(f"{found.response_of(0.010) * 1000:.0f} ms")
    530 ms
    151 ms
    50 ms

Shared, it is the 50 ms of any other law with this mean. The same, simulated:

    >>> found = simulate(exponential(1 / 80.0), jobs, n_customers=3_000_000)
    >>> abs(found.response_s.mean - 0.050) < 4 * found.response_s.se
    True

The closed forms are in `scalelab.theory.queueing.processor_sharing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scalelab.kernels.queueing import processor_sharing as kernel
from scalelab.models.check import run_length, stable, within
from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.queueing.law import Law

NO_LIMIT = 10_000_000
MOST_SERVERS, MOST_PLACES = 10_000, NO_LIMIT
MOST_EDGES, MOST_NUMBERS = 100, 10_000
BATCHES = 32


@dataclass(frozen=True)
class Queue:
    """In the long run.

    wait_s: mean time before a job begins, of any size
    stretch: time from then on over the size, on average
    response_s: mean over all sizes; there: mean number of jobs there
    """

    utilisation: float
    wait_s: float
    stretch: float
    response_s: float
    there: float

    def response_of(self, size_s: float) -> float:
        """Mean response time (s) of the jobs of this size."""
        return self.wait_s + self.stretch * size_s


@dataclass(frozen=True)
class SizeClass:
    """The jobs of one range of sizes: their share of all, mean size, wait and response time."""

    share: float
    size_s: Estimate
    wait_s: Estimate
    response_s: Estimate


@dataclass(frozen=True)
class Simulated:
    """A run. Names as in `Queue`, and:

    slowdown: mean of response time over size, job by job
    blocked: share of the jobs that find all places taken
    by_size: the jobs by size, one class more than edges
    numbers: share of the time with 0, 1, 2, ... jobs there, the last with all above
    """

    utilisation: Estimate
    wait_s: Estimate
    response_s: Estimate
    slowdown: Estimate
    there: Estimate
    blocked: Estimate
    by_size: tuple[SizeClass, ...]
    numbers: tuple[Estimate, ...]


def poisson(
    arrival_rate_per_s: float, service: Law, servers: int = 1, limit: int = NO_LIMIT
) -> Queue:
    """Mean times for Poisson arrivals (M/G/c).

    Parameters
    ----------
    arrival_rate_per_s : 1e-9 to 1e9.
    service : law of the sizes: how long each job takes alone.
    servers : 1 to 10,000; ``n`` jobs in service go on at ``min(1, servers / n)`` each.
    limit : so many are served at once, the others wait, first come first served; from
        ``servers``, which is first come first served without sharing, to 10,000,000, no limit.

    Raises
    ------
    ValueError
        For a number outside the ranges above, and for a utilisation of 1 or more.

    Notes
    -----
    Exact without a limit (M/G/c-PS), on one processor also for a limit of 1 (M/G/1), and over all
    sizes for exponential ones. Between them after Avi-Itzhak and Halfin (1988), and for several
    processors the waits of exponential sizes times (1 + cv2) / 2: approximations; the validation
    page has how far off they are. Use `simulate` where that matters.

    Leaves out: what switching costs, memory, and weights other than equal ones.
    """
    within("arrival_rate_per_s", arrival_rate_per_s, 1e-9, 1e9, "1/s")
    within("servers", servers, 1, MOST_SERVERS)
    within("limit", limit, servers, NO_LIMIT, advice="simulate() takes fewer than servers")
    load = arrival_rate_per_s * service.mean_s
    stable(load, servers)
    wait, stretch = kernel.wait_and_stretch(
        float(arrival_rate_per_s), service.mean_s, service.cv2, servers, limit
    )
    response = wait + stretch * service.mean_s
    return Queue(load / servers, wait, stretch, response, arrival_rate_per_s * response)


def simulate(
    arrival: Law, service: Law, servers: int = 1, limit: int = NO_LIMIT,
    places: int = 1_000_000, edges_s: Sequence[float] = (), numbers: int = 10,
    n_customers: int = 1_000_000, warm_up: int = 100_000, seed: int = 1,
) -> Simulated:  # fmt: skip
    """The same job by job, for any laws (G/G/c).

    Parameters
    ----------
    arrival : law of the times between two arrivals.
    service, servers : as for `poisson`.
    limit : as for `poisson`, but from 1 on.
    places : most that are there, 1 to 10,000,000; who comes then is turned away, so that an
        overload cannot fill the memory.
    edges_s : sizes, rising, at which the classes of `Simulated.by_size` are cut; up to 100.
    numbers : how many numbers of jobs are told apart, 1 to 10,000.
    n_customers : departures, 3,200 to 1e9, cut into 32 batches of equal length; what is left over
        is not simulated.
    warm_up : departures before those, from an empty queue on, that are not counted; 0 to 1e9.
    seed : 0 to 2**31 - 1. Who comes when and how large does not depend on how they are served.

    Returns
    -------
    Simulated
        Standard errors are from batch means.

    Raises
    ------
    ValueError
        For a number outside the ranges above.

    Notes
    -----
    Events on a virtual clock with a heap: time in the logarithm of the jobs there, and memory for
    ``places`` of them at most, whatever the length of the run.

    Leaves out: as `poisson`.
    """
    within("servers", servers, 1, MOST_SERVERS)
    within("limit", limit, 1, NO_LIMIT)
    within("places", places, 1, MOST_PLACES)
    within("number of edges", len(edges_s), 0, MOST_EDGES)
    if any(high <= low for low, high in pairwise(edges_s)):
        raise ValueError(f"edges_s is {tuple(edges_s)}, allowed are rising numbers")
    within("numbers", numbers, 1, MOST_NUMBERS)
    run_length(n_customers, warm_up, BATCHES, seed)
    sums, whole = kernel.simulate(
        arrival.kernel, service.kernel, servers, limit, places,
        np.array(edges_s, np.float64), numbers, warm_up, BATCHES, n_customers // BATCHES, seed,
    )  # fmt: skip
    by_size = sums.reshape(BATCHES, len(edges_s) + 1, kernel.SUMS)
    served = by_size[:, :, kernel.SERVED]
    elapsed = whole[:, kernel.ELAPSED]
    total = by_size.sum(axis=1)
    everybody = total[:, kernel.SERVED]
    return Simulated(
        utilisation=ratio(whole[:, kernel.IN_USE] / servers, elapsed),
        wait_s=ratio(total[:, kernel.WAIT], everybody),
        response_s=ratio(total[:, kernel.RESPONSE], everybody),
        slowdown=ratio(total[:, kernel.SLOWDOWN], everybody),
        there=ratio(whole[:, kernel.NUMBER], elapsed),
        blocked=ratio(whole[:, kernel.REFUSED], whole[:, kernel.CAME]),
        by_size=tuple(
            SizeClass(
                share=float(served[:, k].sum() / served.sum()),
                size_s=ratio(by_size[:, k, kernel.WORK], served[:, k]),
                wait_s=ratio(by_size[:, k, kernel.WAIT], served[:, k]),
                response_s=ratio(by_size[:, k, kernel.RESPONSE], served[:, k]),
            )
            for k in range(len(edges_s) + 1)
        ),
        numbers=tuple(ratio(whole[:, kernel.FIRST_NUMBER + n], elapsed) for n in range(numbers)),
    )
