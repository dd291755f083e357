"""Queues with room for a limited number: who finds it full is refused.

    >>> full = poisson(arrival_rate_per_s=1.2, service_time_s=1.0, servers=1, places=10)
    >>> print(f"{full.blocked:.4f} refused, {full.throughput_per_s:.4f}/s answered")
    0.1926 refused, 0.9689/s answered

More room refuses hardly fewer of a load that is too high, and everybody who is admitted pays:

    >>> roomy = poisson(1.2, 1.0, servers=1, places=1000)
    >>> print(f"{roomy.blocked:.4f} refused, wait {full.wait_s:.1f} s and {roomy.wait_s:.0f} s")
    0.1667 refused, wait 5.9 s and 994 s

Telephone lines, Erlang's own case: no room to wait, ``places = servers``.

    >>> print(f"{poisson(4.4612, 1.0, servers=10, places=10).blocked:.4f}")
    0.0100
"""

from dataclasses import dataclass, field

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing import finite_buffer as kernel
from scalelab.models.check import offered_load, places_for, run_length, within
from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.queueing.law import Law

MOST_SERVERS = 100_000
BATCHES = 32


@dataclass(frozen=True)
class Queue:
    """A finite queue in the long run.

    blocked: share of the arrivals that are refused
    throughput_per_s: arrivals that are admitted, and leave served
    utilisation: share of the time for which one server is busy
    waiting, there: mean number that wait, and that are in the system
    wait_s, response_s: mean of the admitted, without and with the service
    waits: share of the admitted that wait at all
    """

    blocked: float
    throughput_per_s: float
    utilisation: float
    waiting: float
    there: float
    wait_s: float
    response_s: float
    waits: float
    probabilities: Floats = field(repr=False)
    _ahead: Floats = field(repr=False)
    _ends_per_s: float = field(repr=False)

    def waits_longer(self, time_s: float) -> float:
        """Share of the admitted that wait longer than ``time_s``, 0 to 1e9 s."""
        within("time_s", time_s, 0.0, 1e9, "s")
        ends = time_s * self._ends_per_s
        # So many services have ended by then that nobody can be waiting.
        if ends > 2.0 * self._ahead.size + 1000.0:
            return 0.0
        return float(kernel.wait_beyond(self._ahead, ends))

    def wait_quantile_s(self, q: float) -> float:
        """The wait that a share ``q`` of the admitted do not exceed; q from 0 to 0.999999."""
        within("q", q, 0.0, 0.999999)
        return float(kernel.wait_quantile(self._ahead, q) / self._ends_per_s)


@dataclass(frozen=True)
class Simulated:
    """A finite queue as simulated; names as in `Queue`.

    late: share of the admitted that waited longer than ``late_after_s``
    """

    blocked: Estimate
    throughput_per_s: Estimate
    utilisation: Estimate
    there: Estimate
    wait_s: Estimate
    response_s: Estimate
    waits: Estimate
    late: Estimate


@dataclass(frozen=True)
class Path:
    """Arrivals one by one, from an empty queue on; times of the refused are those of arrival."""

    arrives_s: Floats
    admitted: np.ndarray
    begins_s: Floats
    leaves_s: Floats


def poisson(
    arrival_rate_per_s: float, service_time_s: float, servers: int = 1, places: int = 10
) -> Queue:
    """M/M/c/K, exact.

    Parameters
    ----------
    arrival_rate_per_s : 1e-9 to 1e9, at random (Poisson).
    service_time_s : mean, exponential, 1e-9 to 1e9.
    servers : 1 to 100,000.
    places : in service and waiting together, ``servers`` to 1,000,000. As many as servers: nobody
        waits (Erlang's loss system), and `Queue.blocked` holds for any law of the service time.

    Returns
    -------
    Queue

    Raises
    ------
    ValueError
        For a number outside the ranges above.

    Notes
    -----
    Birth and death: p(k+1) / p(k) = a / min(k+1, c), with the load a = rate times service. The
    admitted find the queue as it is on average, given that it is not full.

    Leaves out: that the refused come back, that those who wait give up, and arrivals in bursts.
    """
    _check(servers, places)
    load = offered_load(arrival_rate_per_s, service_time_s)
    p = kernel.distribution(load, servers, places)
    served, waiting = kernel.numbers(p, servers)
    shares = kernel.ahead(p, servers)
    # Little's law at the servers: exact where nearly all are refused, too.
    admitted = served / service_time_s
    wait = waiting / admitted
    return Queue(
        blocked=float(p[places]),
        throughput_per_s=admitted,
        utilisation=served / servers,
        waiting=waiting,
        there=served + waiting,
        wait_s=wait,
        response_s=wait + service_time_s,
        waits=float(shares[0]) if shares.size else 0.0,
        probabilities=p,
        _ahead=shares,
        _ends_per_s=servers / service_time_s,
    )


def simulate(
    arrival: Law, service: Law, servers: int = 1, places: int = 10, n_customers: int = 1_000_000,
    warm_up: int = 100_000, late_after_s: float = 1.0, seed: int = 1,
) -> Simulated:  # fmt: skip
    """G/G/c/K, first come, first served, by simulation.

    Parameters
    ----------
    arrival, service : laws of the time between two arrivals and of the service time, as
        `scalelab.models.queueing.law` makes them.
    servers, places : as for `poisson`.
    n_customers : 3,200 to 1e9; they are cut into 32 batches of equal length, what is left over is
        not simulated.
    warm_up : arrivals before those, from an empty queue, that are not counted; 0 to 1e9.
    late_after_s : what counts as a long wait, 0 to 1e9.
    seed : 0 to 2**31 - 1.

    Returns
    -------
    Simulated

    Raises
    ------
    ValueError
        For a number outside the ranges above.

    Notes
    -----
    Standard errors are those of ratios of sums over batches: each batch counts as independent of
    the others (A. M. Law, "Simulation Modeling and Analysis", 5th edition, McGraw-Hill, 2015,
    section 9.5.3), which needs batches much longer than it takes the queue to forget.

    Leaves out: what `poisson` leaves out, but for the laws.
    """
    _check(servers, places)
    run_length(n_customers, warm_up, BATCHES, seed)
    within("late_after_s", late_after_s, 0.0, 1e9, "s")
    sums = kernel.simulate(
        arrival.kernel, service.kernel, servers, places, float(late_after_s), warm_up, BATCHES,
        n_customers // BATCHES, seed,
    ).T  # fmt: skip
    arrived, elapsed = sums[kernel.ARRIVED], sums[kernel.ELAPSED]
    admitted = arrived - sums[kernel.REFUSED]
    return Simulated(
        blocked=ratio(sums[kernel.REFUSED], arrived),
        throughput_per_s=ratio(admitted, elapsed),
        utilisation=ratio(sums[kernel.IN_SERVICE] / servers, elapsed),
        there=ratio(sums[kernel.IN_SYSTEM], elapsed),
        wait_s=ratio(sums[kernel.WAIT], admitted),
        response_s=ratio(sums[kernel.RESPONSE], admitted),
        waits=ratio(sums[kernel.WAITED], admitted),
        late=ratio(sums[kernel.LONG], admitted),
    )


def record(
    arrival: Law, service: Law, servers: int = 1, places: int = 10, n_customers: int = 1000,
    seed: int = 1,
) -> Path:  # fmt: skip
    """The first arrivals of such a queue one by one; 1 to 10,000,000 of them.

    Parameters as for `simulate`, whose draws these are. Raises ValueError as that does.
    """
    _check(servers, places)
    within("n_customers", n_customers, 1, 10_000_000)
    within("seed", seed, 0, 2**31 - 1)
    table = kernel.record(arrival.kernel, service.kernel, servers, places, n_customers, seed)
    return Path(
        arrives_s=table[:, kernel.ARRIVES].copy(),
        admitted=table[:, kernel.ADMITTED] == 1.0,
        begins_s=table[:, kernel.BEGINS].copy(),
        leaves_s=table[:, kernel.LEAVES].copy(),
    )


def _check(servers: int, places: int) -> None:
    within("servers", servers, 1, MOST_SERVERS)
    places_for(places, servers)
