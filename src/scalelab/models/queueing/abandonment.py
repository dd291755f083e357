"""Queues whose customers lose patience: who has waited too long leaves without being served.

A help desk of 50 people gets 48 calls a minute of a minute each, and callers hang up after two
minutes on average. Erlang C lets them wait for ever, and is far off:

    >>> desk = poisson(48 / 60, 60.0, servers=50, patience_s=120.0)
    >>> print(f"{desk.abandoned:.1%} leave, mean wait {desk.wait_s:.1f} s")
    3.1% leave, mean wait 3.7 s
    >>> endless = poisson(48 / 60, 60.0, servers=50, patience_s=None)
    >>> print(f"mean wait {endless.wait_s:.1f} s")
    mean wait 20.8 s

The closed forms are in `scalelab.theory.queueing.abandonment`.
"""

import math
from dataclasses import dataclass

from scalelab.kernels.queueing import abandonment as kernel
from scalelab.kernels.queueing import law as laws
from scalelab.models.check import offered_load, places_for, run_length, within
from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.queueing.law import Law
from scalelab.theory.queueing import abandonment as theory

MOST_SERVERS = 100_000
BATCHES = 32
# Longer than any run: a patience that never ends.
FOR_EVER = 1e300


@dataclass(frozen=True)
class Queue:
    """A queue with patience in the long run.

    blocked, abandoned: shares of all arrivals that find no place, and that leave unserved
    throughput_per_s: how many are served
    utilisation: share of the time for which one server is busy
    waiting: mean number that wait
    waits: share of the admitted that cannot begin at once
    wait_s: mean time in the queue of all who are admitted, until they begin or leave
    served_wait_s, response_s: of those who are served, mean wait, and with the service
    """

    blocked: float
    abandoned: float
    throughput_per_s: float
    utilisation: float
    waiting: float
    waits: float
    wait_s: float
    served_wait_s: float
    response_s: float


@dataclass(frozen=True)
class Simulated:
    """A queue with patience as simulated; names as in `Queue`."""

    blocked: Estimate
    abandoned: Estimate
    throughput_per_s: Estimate
    utilisation: Estimate
    waiting: Estimate
    waits: Estimate
    wait_s: Estimate
    served_wait_s: Estimate
    response_s: Estimate


def poisson(
    arrival_rate_per_s: float, service_time_s: float, servers: int, patience_s: float | None,
    places: int | None = None,
) -> Queue:  # fmt: skip
    """M/M/c+M, Erlang A, exact.

    Parameters
    ----------
    arrival_rate_per_s : 1e-9 to 1e9, at random (Poisson).
    service_time_s, patience_s : means, exponential, 1e-9 to 1e9; None for patience without end.
        Patience is until service begins: who is served stays.
    servers : 1 to 100,000.
    places : in service and waiting together, ``servers`` to 1,000,000; None: room for all.

    Returns
    -------
    Queue

    Raises
    ------
    ValueError
        For a number outside the ranges above, and where neither patience nor places nor the load
        bounds the queue, or patience so hardly that more than 10,000,000 would wait.

    Notes
    -----
    Birth and death: with k there, one leaves at the rate min(k, c) / S + max(k - c, 0) / patience
    (Palm 1957; Garnett, Mandelbaum and Reiman 2002). With patience without end it is Erlang C, with
    as many places as servers Erlang B.

    Leaves out: that those who left come back, and that those who are told how long it takes do not
    wait at all.
    """
    _check(servers, places)
    load = offered_load(arrival_rate_per_s, service_time_s)
    if patience_s is not None:
        within("patience_s", patience_s, 1e-9, 1e9, "s")
        if places is None:
            most = (load - servers) / service_time_s * patience_s
            within("mean number that would wait", max(most, 0.0), 0.0, 1e7, advice="limit places")
    elif places is None and not load < servers:
        raise ValueError(
            f"utilisation is {load / servers:.3f}, allowed is below 1 where nobody leaves and all "
            "have room; give patience_s or places"
        )
    found = theory.erlang_a(
        arrival_rate_per_s, service_time_s, servers,
        math.inf if patience_s is None else patience_s, math.inf if places is None else places,
    )  # fmt: skip
    return Queue(
        blocked=found.blocked,
        abandoned=found.abandoned,
        throughput_per_s=arrival_rate_per_s * (1.0 - found.blocked - found.abandoned),
        utilisation=found.utilisation,
        waiting=found.waiting,
        waits=found.delayed,
        wait_s=found.wait,
        served_wait_s=found.served_wait,
        response_s=found.served_wait + service_time_s,
    )


def simulate(
    arrival: Law, service: Law, servers: int, patience: Law | None, places: int | None = None,
    n_customers: int = 1_000_000, warm_up: int = 100_000, seed: int = 1,
) -> Simulated:  # fmt: skip
    """G/G/c+G, first come, first served, by simulation.

    Parameters
    ----------
    arrival, service, patience : laws of the time between two arrivals, of the service time and of
        the time for which one waits at most, as `scalelab.models.queueing.law` makes them.
        ``patience`` None: without end.
    servers, places : as for `poisson`.
    n_customers : 3,200 to 1e9; they are cut into 32 batches of equal length, what is left over is
        not simulated.
    warm_up : arrivals before those, from an empty queue on, that are not counted; 0 to 1e9.
    seed : 0 to 2**31 - 1. Who comes when is the same for all numbers of servers and places.

    Returns
    -------
    Simulated
        Standard errors are from batch means.

    Raises
    ------
    ValueError
        For a number outside the ranges above, and where nothing bounds the queue.

    Notes
    -----
    Leaves out: what `poisson` leaves out, but for the laws.
    """
    _check(servers, places)
    run_length(n_customers, warm_up, BATCHES, seed)
    load = service.mean_s / arrival.mean_s
    if patience is None and places is None and not load < servers:
        raise ValueError(
            f"utilisation is {load / servers:.3f}, allowed is below 1 where nobody leaves and all "
            "have room; give patience or places"
        )
    stays = laws.law(FOR_EVER, 0.0) if patience is None else patience.kernel
    sums = kernel.simulate(
        arrival.kernel, service.kernel, stays, servers, places or 0, warm_up, BATCHES,
        n_customers // BATCHES, seed,
    ).T  # fmt: skip
    arrived, elapsed = sums[kernel.ARRIVED], sums[kernel.ELAPSED]
    admitted = arrived - sums[kernel.REFUSED]
    served = admitted - sums[kernel.ABANDONED]
    return Simulated(
        blocked=ratio(sums[kernel.REFUSED], arrived),
        abandoned=ratio(sums[kernel.ABANDONED], arrived),
        throughput_per_s=ratio(served, elapsed),
        utilisation=ratio(sums[kernel.WORK] / servers, elapsed),
        waiting=ratio(sums[kernel.WAIT], elapsed),
        waits=ratio(sums[kernel.DELAYED], admitted),
        wait_s=ratio(sums[kernel.WAIT], admitted),
        served_wait_s=ratio(sums[kernel.SERVED_WAIT], served),
        response_s=ratio(sums[kernel.RESPONSE], served),
    )


def _check(servers: int, places: int | None) -> None:
    within("servers", servers, 1, MOST_SERVERS)
    if places is not None:
        places_for(places, servers)
