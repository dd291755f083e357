"""Policies that do not look at the servers: each server is a queue of its own, and exact.

Requests that come at random make it an M/M/1, every n-th of them an E_n/M/1 (L. Kleinrock,
"Queueing Systems, Volume 1", Wiley, 1975, sections 3.2 and 6.4). In both a response is exponential;
its rate of decay is 0 or less where the queue has no end.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.hashing import hashed
from scalelab.kernels.jit import Floats, kernel
from scalelab.kernels.load_balancing.policies_chain import Servers, speed_of, weight_of
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.zipf import popularity

ADDRESSES = 2000
HASHINGS = 16
LOWER, MEDIAN, UPPER = 1, 7, 14  # of the hashings, in order
LATE = 0.01  # p99 is what so many exceed
HALVINGS = 45
ENDLESS = 1e12  # ms, in place of a time that has no end


class Summary(NamedTuple):
    """Of one policy, in ms and shares. A mean of `ENDLESS`: it overruns a server."""

    mean: float  # of the good answers
    late: float  # what one in a hundred of them exceeds
    low: float  # the mean in one run or hashing, or in another
    high: float
    every: float  # mean of all answers, errors too
    odd: float  # share of the requests that goes to the servers that are not as the others
    busy: float  # utilisation of the busiest server
    overrun: float  # share of the hashings that overrun a server; 1 or 0 for other policies


@kernel
def in_turn(arrivals: float, n: int, speed: float) -> float:
    """Rate of decay of the response of a server that gets every n-th request.

    ``speed`` times 1 less the root below 1 of sigma = (a / (a + speed (1 - sigma)))^n.
    """
    if arrivals >= n * speed:
        return speed - arrivals / n
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        sigma = 0.5 * (low + high)
        if power(arrivals / (arrivals + speed * (1.0 - sigma)), float(n)) > sigma:
            low = sigma
        else:
            high = sigma
    return speed * (1.0 - high)


@kernel
def at_random(servers: Servers, weighted: int, shares: Floats, decays: Floats) -> None:
    """Share of the requests and rate of decay, by server."""
    total = servers.n - servers.odd * (1.0 - servers.odd_weight)
    for i in range(servers.n):
        shares[i] = weight_of(servers, i) / total if weighted == 1 else 1.0 / servers.n
        decays[i] = speed_of(servers, i) - servers.arrivals * shares[i]


@kernel
def one_after_the_other(servers: Servers, shares: Floats, decays: Floats) -> None:
    odd = in_turn(servers.arrivals, servers.n, servers.odd_speed)
    usual = in_turn(servers.arrivals, servers.n, servers.speed)
    for i in range(servers.n):
        shares[i] = 1.0 / servers.n
        decays[i] = odd if i < servers.odd else usual


@kernel
def exceeded(first: int, shares: Floats, decays: Floats, good: float, slowest: float) -> float:
    """The time that a share `LATE` of the requests to the servers from ``first`` on exceeds."""
    low, high = 0.0, -log(LATE) / slowest
    for _ in range(HALVINGS):
        time = 0.5 * (low + high)
        late = 0.0
        for i in range(first, shares.size):
            late += shares[i] * exp(-decays[i] * time)
        if late > LATE * good:
            low = time
        else:
            high = time
    return high


@kernel
def response(servers: Servers, shares: Floats, decays: Floats) -> tuple[float, float, float]:
    """Mean and p99 of the good answers, and the mean of all; `ENDLESS` where a queue has no end."""
    first = servers.odd if servers.fails == 1 else 0
    good = mean = every = 0.0
    slowest = slowest_of_all = ENDLESS
    for i in range(servers.n):
        if shares[i] == 0.0:
            continue
        slowest_of_all = min(slowest_of_all, decays[i])
        every += shares[i] / decays[i]
        if i >= first:
            good += shares[i]
            mean += shares[i] / decays[i]
            slowest = min(slowest, decays[i])
    if slowest <= 0.0:
        return ENDLESS, ENDLESS, ENDLESS
    late = exceeded(first, shares, decays, good, slowest)
    return mean / good, late, every if slowest_of_all > 0.0 else ENDLESS


@kernel
def busiest(servers: Servers, shares: Floats) -> float:
    """Utilisation of the busiest server; above 1 it is overrun."""
    most = 0.0
    for i in range(servers.n):
        most = max(most, servers.arrivals * shares[i] / speed_of(servers, i))
    return most


@kernel
def odd_share(servers: Servers, shares: Floats) -> float:
    share = 0.0
    for i in range(servers.odd):
        share += shares[i]
    return share


@kernel
def summed_up(servers: Servers, shares: Floats, decays: Floats) -> Summary:
    """Of servers that do not depend on each other."""
    mean, late, every = response(servers, shares, decays)
    overrun = 1.0 if mean >= ENDLESS else 0.0
    odd, most = odd_share(servers, shares), busiest(servers, shares)
    return Summary(mean, late, mean, mean, every, odd, most, overrun)


@kernel
def blind(servers: Servers, weighted: int, in_order: int) -> Summary:
    """At random, or one after the other."""
    shares, decays = np.empty(servers.n), np.empty(servers.n)
    if in_order == 1:
        one_after_the_other(servers, shares, decays)
    else:
        at_random(servers, weighted, shares, decays)
    return summed_up(servers, shares, decays)


@kernel
def by_address(servers: Servers, skew: float) -> Summary:
    """Each address is hashed to a server. The medians of some hash functions.

    The spread is of those that overrun no server. An address asks at random, the k-th busiest of
    them in proportion to k**-skew.
    """
    weights = popularity(ADDRESSES, skew)
    shares, decays = np.empty(servers.n), np.empty(servers.n)
    means, p99s, every = np.empty(HASHINGS), np.empty(HASHINGS), np.empty(HASHINGS)
    most = np.empty(HASHINGS)
    odd = overrun = 0.0
    for salt in range(HASHINGS):
        shares[:] = 0.0
        for address in range(ADDRESSES):
            shares[int(hashed(address, salt) % np.uint64(servers.n))] += weights[address]
        for i in range(servers.n):
            decays[i] = speed_of(servers, i) - servers.arrivals * shares[i]
        one = summed_up(servers, shares, decays)
        means[salt], p99s[salt], every[salt], most[salt] = one.mean, one.late, one.every, one.busy
        odd += one.odd / HASHINGS
        overrun += one.overrun / HASHINGS
    last = int((1.0 - overrun) * HASHINGS + 0.5) - 1  # of those that keep up
    mean, late = kth_smallest(means, MEDIAN), kth_smallest(p99s, MEDIAN)
    low, high = kth_smallest(means, min(LOWER, last)), kth_smallest(means, min(UPPER, last))
    return Summary(
        mean, late, low, high, kth_smallest(every, MEDIAN), odd, kth_smallest(most, MEDIAN), overrun
    )
