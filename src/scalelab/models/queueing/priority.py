"""Classes of customers with priorities on the same servers.

Requests of a tenth of a second, 60 % of the time, and reports of ten seconds, 20 %. The urgent come
first in the list:

    >>> from scalelab.models.queueing.law import exponential
    >>> shop = [Stream(6.0, exponential(0.1)), Stream(0.02, exponential(10.0))]
    >>> for way in (False, True):
    ...     requests, reports = poisson(shop, interrupt=way)
    ...     print(f"{requests.wait_s:.2f} s, {reports.response_s:.1f} s")
    5.15 s, 35.8 s
    0.15 s, 50.8 s

Requests that go first still find a report that has begun. Only where they may interrupt it do they
not notice the reports, which then take 15 s longer.

The closed forms are in `scalelab.theory.queueing.priority`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.kernels.queueing import priority as kernel
from scalelab.models.check import run_length, stable, within
from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.queueing.law import Law, exponential
from scalelab.theory.queueing import priority as theory

MOST_CLASSES, MOST_SERVERS = 100, 10_000
BATCHES = 32


@dataclass(frozen=True)
class Stream:
    """A class of customers: Poisson arrivals, 1e-9 to 1e9 a second, and the law of service."""

    arrival_rate_per_s: float
    service: Law


@dataclass(frozen=True)
class Served:
    """One class in the long run; names as in `Simulated`."""

    utilisation: float
    wait_s: float
    response_s: float


@dataclass(frozen=True)
class Simulated:
    """One class as simulated.

    utilisation: share of all servers' time that it takes
    wait_s, response_s: mean time without a server, and from arrival to departure
    waits: share of the class that is without a server at any time
    interruptions: how often one of the class is interrupted, on average
    """

    utilisation: Estimate
    wait_s: Estimate
    response_s: Estimate
    waits: Estimate
    interruptions: Estimate


def poisson(
    streams: Sequence[Stream], servers: int = 1, interrupt: bool = False
) -> tuple[Served, ...]:
    """Mean waits by class, where there is a closed form.

    That is for one server and any law (M/G/1), and for several if all service times are exponential
    with the same mean (M/M/c).

    Parameters
    ----------
    streams : 1 to 100 classes, the most urgent first; together they load the servers below 1.
    servers : 1 to 10,000.
    interrupt : whether who is more urgent interrupts; who is interrupted goes on later from where
        it was.

    Returns
    -------
    tuple of Served
        In the order of ``streams``.

    Raises
    ------
    ValueError
        For a number outside the ranges above, and where there is no closed form.

    Notes
    -----
    Cobham (1954) without interruptions; Conway, Maxwell and Miller (1967) for one server and Buzen
    and Bondi (1983) for several with them.

    Leaves out: what an interruption costs, waiting that makes more urgent, customers who give up,
    and arrivals in bursts.
    """
    _check(streams, servers)
    rates = [one.arrival_rate_per_s for one in streams]
    means = [one.service.mean_s for one in streams]
    cv2s = [one.service.cv2 for one in streams]
    if servers == 1:
        waits = (theory.interrupting_waits if interrupt else theory.waits)(rates, means, cv2s)
    else:
        if any(one.service != streams[0].service for one in streams) or not _exponential(streams):
            raise ValueError(
                f"servers is {servers} and service times are not all of one exponential law: "
                "there is no closed form; use simulate()"
            )
        pooled = theory.pooled_interrupting_waits if interrupt else theory.pooled_waits
        waits = pooled(rates, means[0], servers)
    return tuple(
        Served(rate * mean / servers, wait, wait + mean)
        for rate, mean, wait in zip(rates, means, waits, strict=True)
    )


def simulate(
    streams: Sequence[Stream], servers: int = 1, interrupt: bool = False,
    n_customers: int = 1_000_000, warm_up: int = 100_000, seed: int = 1,
) -> tuple[Simulated, ...]:  # fmt: skip
    """The same by simulation, for any laws and number of servers (M/G/c).

    Parameters
    ----------
    streams, servers, interrupt : as for `poisson`.
    n_customers : departures of all classes together, 3,200 to 1e9; they are cut into 32 batches of
        equal length, what is left over is not simulated.
    warm_up : departures before those, from an empty queue on, that are not counted; 0 to 1e9.
    seed : 0 to 2**31 - 1. Who comes when and takes how long is the same for all ways to serve.

    Returns
    -------
    tuple of Simulated
        In the order of ``streams``. Standard errors are from batch means.

    Raises
    ------
    ValueError
        For a number outside the ranges above.

    Notes
    -----
    First come, first served within a class. An urgent one that finds all servers busy takes the
    place of the least urgent that is served, of these the one that came last.

    Leaves out: as `poisson`.
    """
    _check(streams, servers)
    run_length(n_customers, warm_up, BATCHES, seed)
    sums = kernel.simulate(
        np.array([one.arrival_rate_per_s for one in streams], np.float64),
        tuple(one.service.kernel for one in streams),
        servers, bool(interrupt), warm_up, BATCHES, n_customers // BATCHES, seed,
    ).reshape(BATCHES, len(streams), kernel.SUMS)  # fmt: skip
    return tuple(
        Simulated(
            utilisation=ratio(each[kernel.WORK] / servers, each[kernel.ELAPSED]),
            wait_s=ratio(each[kernel.WAIT], each[kernel.SERVED]),
            response_s=ratio(each[kernel.RESPONSE], each[kernel.SERVED]),
            waits=ratio(each[kernel.DELAYED], each[kernel.SERVED]),
            interruptions=ratio(each[kernel.INTERRUPTED], each[kernel.SERVED]),
        )
        for each in sums.transpose(1, 2, 0)
    )


def _exponential(streams: Sequence[Stream]) -> bool:
    return all(one.service == exponential(one.service.mean_s) for one in streams)


def _check(streams: Sequence[Stream], servers: int) -> None:
    within("number of streams", len(streams), 1, MOST_CLASSES)
    within("servers", servers, 1, MOST_SERVERS)
    for one in streams:
        within("arrival_rate_per_s", one.arrival_rate_per_s, 1e-9, 1e9, "1/s")
    stable(sum(one.arrival_rate_per_s * one.service.mean_s for one in streams), servers)
