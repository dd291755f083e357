"""Load balancing: which of several servers, each with a queue of its own, a customer is sent to.

Ten servers, 90 % busy. Whoever looks at two of them before choosing has most of what there is to be
had by looking at all ten:

>>> from scalelab.models.queueing.law import exponential
>>> gap, service = exponential(0.010 / 9.0), exponential(0.010)
>>> for policy in ("random", "power of choices", "least connections"):
...     run = simulate(gap, service, 10, policy)
...     late = run.response_quantile_s(0.99)
...     print(f"{policy:17} {1e3 * run.response_s.mean:3.0f} ms, 1 in 100 over {1e3 * late:.0f} ms")
random             99 ms, 1 in 100 over 454 ms
power of choices   30 ms, 1 in 100 over 104 ms
least connections  19 ms, 1 in 100 over 79 ms

Where the mean can be computed, `scalelab.theory.queueing.dispatching` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing import dispatching as kernel
from scalelab.kernels.queueing import fcfs
from scalelab.models.check import one_of, run_length, within
from scalelab.models.queueing.estimate import Estimate, quantile, ratio
from scalelab.models.queueing.law import Law

# In the order of the kernel's numbers for them.
POLICIES = (
    "random",
    "round robin",
    "weighted random",
    "weighted round robin",
    "least connections",
    "least work",
    "least response time",
    "power of choices",
    "join idle queue",
)
EQUAL_SHARES = ("random", "round robin")
BATCHES = 32
MOST_SERVERS = 10_000


@dataclass(frozen=True)
class Simulated:
    """Queues behind a load balancer, as simulated.

    utilisation: share of each server's time that the customers sent to it take; above 1 the policy
        overruns it, and means depend on how long the run was
    waits: share of the customers who cannot begin at once
    wait_s, response_s: mean over all customers, without and with the service
    longer: shares of the servers that have 1, 2, ... 20 customers or more, as an arrival finds them
    n_customers: how many were counted
    """

    utilisation: tuple[Estimate, ...]
    waits: Estimate
    wait_s: Estimate
    response_s: Estimate
    longer: tuple[Estimate, ...]
    n_customers: int
    _counts: Floats = field(repr=False)
    _unit_s: float = field(repr=False)

    def response_quantile_s(self, q: float) -> float:
        """The response time that a share ``q`` of all do not exceed; q from 0 to 0.999999.

        Off by no more than 1.6 % besides what chance does: see the same of `fcfs`.
        """
        within("q", q, 0.0, 0.999999)
        return quantile(self._counts, self._unit_s, q)


def simulate(
    arrival: Law, service: Law, servers: int | Sequence[float] | Floats, policy: str,
    choices: int = 2, age_s: float = 0.0, n_customers: int = 1_000_000, warm_up: int = 100_000,
    seed: int = 1,
) -> Simulated:  # fmt: skip
    """Queues of G/G/1, and a policy that fills them.

    Parameters
    ----------
    arrival, service : laws of the time between two arrivals at the balancer, and of the service
        time on a server of speed 1, as `scalelab.models.queueing.law` makes them.
    servers : how many, 1 to 10,000, all of speed 1; or the speed of each, 1e-6 to 1e6.
    policy : one of `POLICIES`. Ties are broken at random if nothing else is said.

        - "random", "round robin": the same for every server.
        - "weighted random", "weighted round robin": in proportion to the speeds; in turn it is
          smooth, as in nginx: with speeds of 5, 1 and 1 the order is a a b a c a a, and of equals
          the first in the list goes first.
        - "least connections": the shortest queue, whoever is served included.
        - "least work": the server that is first done with all it has. With equal servers, one
          queue for all does the same.
        - "least response time": the least of the queue's length and one, over the speed.
        - "power of choices": the shortest queue of ``choices`` different servers, drawn at random
          (without replacement); of equals the first drawn.
        - "join idle queue": a server with nobody there, if there is one, else any.
    choices : for "power of choices", 1 to the number of servers.
    age_s : above 0, up to 1e9, who looks at lengths sees them as they were at the last multiple of
        it, without whom has been sent since (M. Mitzenmacher, "How useful is old information?",
        IEEE Transactions on Parallel and Distributed Systems 11(1), 2000). It changes nothing for
        "least work" and for the policies that do not look.
    n_customers : 3,200 to 1e9, cut into 32 batches of equal length; what is left over is not
        simulated.
    warm_up : customers before those, from empty queues on, that are not counted; 0 to 1e9.
    seed : 0 to 2**31 - 1. Arrivals, services and policy have chances of their own: all policies
        meet the same customers.

    Returns
    -------
    Simulated
        Standard errors are from the 32 batches.

    Raises
    ------
    ValueError
        For an unknown policy or a number outside the ranges above; where more comes than all the
        servers, or by a policy that does not look at them, than the slowest can do; and where
        another policy overruns a server so far that ten million customers are there.

    Notes
    -----
    Memory grows with who is there, not with the length of the run. Time for each customer: see
    `scalelab.kernels.queueing.dispatching`; with 10 servers it takes a sixth of a microsecond for
    any policy, with 1,000 one to four microseconds for those that look at all.

    Leaves out: servers that fail, several balancers that do not know of each other, what it takes
    to ask a server, customers who return to the same server or change queues.
    """
    speeds = np.ones(servers) if isinstance(servers, int) else np.array(servers, dtype=float)
    within("number of servers", speeds.size, 1, MOST_SERVERS)
    for speed in speeds:
        within("speed", float(speed), 1e-6, 1e6)
    one_of("policy", policy, POLICIES)
    if policy == "power of choices":
        within("choices", choices, 1, speeds.size, advice="they are different servers")
    within("age_s", age_s, 0.0, 1e9, "s")
    run_length(n_customers, warm_up, BATCHES, seed)
    load = service.mean_s / arrival.mean_s
    _keeps_up("all servers", load / float(speeds.sum()))
    if policy in EQUAL_SHARES:
        _keeps_up("the slowest server", load / (speeds.size * float(speeds.min())))
    size = n_customers // BATCHES
    counts, work = np.zeros(fcfs.BINS), np.zeros((BATCHES, speeds.size))
    sums = kernel.simulate(
        arrival.kernel, service.kernel, speeds, POLICIES.index(policy), int(choices), float(age_s),
        warm_up, BATCHES, size, service.mean_s, seed, counts, work,
    ).T  # fmt: skip
    arrived, elapsed = sums[kernel.ARRIVED], sums[kernel.ELAPSED]
    if arrived[-1] < size:
        raise ValueError(
            f"policy is {policy!r}, which overruns a server: {kernel.MOST_PRESENT:,} customers are "
            "there at once; take another or other servers"
        )
    return Simulated(
        utilisation=tuple(ratio(each, elapsed) for each in work.T),
        waits=ratio(sums[kernel.DELAYED], arrived),
        wait_s=ratio(sums[kernel.WAIT], arrived),
        response_s=ratio(sums[kernel.RESPONSE], arrived),
        longer=tuple(ratio(each / speeds.size, arrived) for each in sums[kernel.LONGER :]),
        n_customers=size * BATCHES,
        _counts=counts,
        _unit_s=fcfs.UNIT * service.mean_s,
    )


def _keeps_up(who: str, busy: float) -> None:
    if not busy < 1.0:
        raise ValueError(
            f"utilisation of {who} is {busy:.3f}, allowed is below 1: the queues would grow for "
            "ever; take more servers, another policy or less work"
        )
