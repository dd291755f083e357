"""Queues where the first to come is the first to be served: exact, and simulated for any laws.

A clinic has three doctors, who take 10 minutes for a patient, and 16 patients an hour come:

>>> clinic = poisson(arrival_rate_per_s=16 / 3600, service_time_s=600.0, servers=3)
>>> print(f"{clinic.waits:.0%} wait, {clinic.wait_s / 60:.0f} minutes on average over all")
80% wait, 24 minutes on average over all
>>> print(f"one in ten waits longer than {clinic.wait_quantile_s(0.9) / 60:.0f} minutes")
one in ten waits longer than 62 minutes

Were they to come by appointment, one every 3.75 minutes, how long each takes would still differ.
For that there is no short formula:

>>> from scalelab.models.queueing.law import constant, exponential
>>> found = simulate(constant(225.0), exponential(600.0), servers=3, n_customers=20_000_000)
>>> print(f"{found.waits.mean:.0%} wait, {found.wait_s.mean / 60:.0f} minutes on average")
67% wait, 10 minutes on average
"""

from dataclasses import dataclass, field

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing import fcfs as kernel
from scalelab.models.check import offered_load, stable, within
from scalelab.models.queueing.estimate import Estimate, quantile, ratio
from scalelab.models.queueing.law import Law
from scalelab.theory.queueing import erlang

MOST_SERVERS = 10_000
MOST_CUSTOMERS = 100_000_000_000
BATCHES = 2  # of each of the independent runs
LEAST_CUSTOMERS = 100 * BATCHES * kernel.LANES


@dataclass(frozen=True)
class Queue:
    """M/M/c in the long run; names as in `Simulated`."""

    utilisation: float
    waits: float
    wait_s: float
    response_s: float
    waiting: float
    _ends_per_s: float = field(repr=False)

    def waits_longer(self, time_s: float) -> float:
        """Share of all who wait longer than ``time_s``, 0 to 1e9 s."""
        within("time_s", time_s, 0.0, 1e9, "s")
        return erlang.waits_longer(self.waits, self._ends_per_s, time_s)

    def wait_quantile_s(self, q: float) -> float:
        """The wait that a share ``q`` of all do not exceed; q from 0 to 0.999999."""
        within("q", q, 0.0, 0.999999)
        return erlang.wait_quantile(self.waits, self._ends_per_s, q)


@dataclass(frozen=True)
class Simulated:
    """A queue as simulated.

    utilisation: share of all servers' time that is taken
    waits: share of the customers that wait at all
    wait_s, response_s: mean over all customers, without and with the service
    waiting: mean number that wait, at any time
    n_customers: how many were counted
    """

    utilisation: Estimate
    waits: Estimate
    wait_s: Estimate
    response_s: Estimate
    waiting: Estimate
    n_customers: int
    _counts: Floats = field(repr=False)
    _unit_s: float = field(repr=False)

    def wait_quantile_s(self, q: float) -> float:
        """The wait that a share ``q`` of all do not exceed; q from 0 to 0.999999.

        From counts in bins that are at most 1/64 of the wait wide, so that it is off by no more
        than 1.6 % besides what chance does: within a bin it goes in a straight line. A wait below a
        millionth of the mean service time counts as none.
        """
        within("q", q, 0.0, 0.999999)
        return quantile(self._counts, self._unit_s, q)


def poisson(arrival_rate_per_s: float, service_time_s: float, servers: int = 1) -> Queue:
    """M/M/c, exact.

    Parameters
    ----------
    arrival_rate_per_s : 1e-9 to 1e9, at random (Poisson).
    service_time_s : mean, exponential, 1e-9 to 1e9.
    servers : 1 to 10,000; all together they are busy less than all the time.

    Returns
    -------
    Queue

    Raises
    ------
    ValueError
        For a number outside the ranges above.

    Notes
    -----
    Erlang's formula C; see `scalelab.theory.queueing.erlang`.

    Leaves out: arrivals in bursts, room that ends, and customers who give up.
    """
    load = offered_load(arrival_rate_per_s, service_time_s)
    _check(load, servers)
    wait = erlang.mean_wait(load, servers) * service_time_s
    return Queue(
        utilisation=load / servers,
        waits=erlang.waits(load, servers),
        wait_s=wait,
        response_s=wait + service_time_s,
        waiting=arrival_rate_per_s * wait,
        _ends_per_s=(servers - load) / service_time_s,
    )


def simulate(
    arrival: Law, service: Law, servers: int = 1, n_customers: int = 10_000_000,
    warm_up: int = 10_000, seed: int = 1,
) -> Simulated:  # fmt: skip
    """G/G/c by simulation.

    Parameters
    ----------
    arrival, service : laws of the time between two arrivals and of the service time, as
        `scalelab.models.queueing.law` makes them.
    servers : 1 to 10,000; all together they are busy less than all the time.
    n_customers : 3,200 to 1e11. They are shared out among 16 independent runs of two batches each;
        what is left over is not simulated.
    warm_up : customers of each of these runs before those, from an empty queue on, that are not
        counted; 0 to 1e9.
    seed : 0 to 2**31 - 1. Arrivals and services have chances of their own: with the same arrivals,
        two laws of service or numbers of servers meet the same customers.

    Returns
    -------
    Simulated
        Standard errors are from the 32 batches.

    Raises
    ------
    ValueError
        For a number outside the ranges above.

    Notes
    -----
    The runs advance together, so that the processor works on several at once
    (`scalelab.kernels.queueing.fcfs`). Memory does not grow with ``n_customers``; how many it takes
    is in `scalelab.theory.queueing.precision`.

    Leaves out: gaps or times that depend on each other, room that ends, customers who give up,
    servers that differ or break.
    """
    _check(service.mean_s / arrival.mean_s, servers)
    within("n_customers", n_customers, LEAST_CUSTOMERS, MOST_CUSTOMERS)
    within("warm_up", warm_up, 0, 1_000_000_000)
    within("seed", seed, 0, 2**31 - 1)
    size = n_customers // (BATCHES * kernel.LANES)
    counts = np.zeros(kernel.BINS)
    sums = kernel.simulate(
        arrival.kernel, service.kernel, servers, warm_up, BATCHES, size, service.mean_s, seed,
        counts,
    ).T  # fmt: skip
    served, elapsed = sums[kernel.SERVED], sums[kernel.ELAPSED]
    wait, work = sums[kernel.WAIT], sums[kernel.WORK]
    return Simulated(
        utilisation=ratio(work / servers, elapsed),
        waits=ratio(sums[kernel.WAITED], served),
        wait_s=ratio(wait, served),
        response_s=ratio(wait + work, served),
        waiting=ratio(wait, elapsed),
        n_customers=size * BATCHES * kernel.LANES,
        _counts=counts,
        _unit_s=kernel.UNIT * service.mean_s,
    )


def _check(load: float, servers: int) -> None:
    within("servers", servers, 1, MOST_SERVERS)
    stable(load, servers)
