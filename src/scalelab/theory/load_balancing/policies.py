"""What policies of a load balancer do, where it can be computed in another way.

Requests come at random and take an exponential time; rates are of any one unit.

- A server that gets requests at random, or every n-th, is a queue of its own (`gim1`), and its
  response is exponential: L. Kleinrock, "Queueing Systems, Volume 1", Wiley, 1975, 3.2 and 6.4.
- A few servers, whatever they are and however they are chosen among by who is there, are a Markov
  chain on the numbers at each, whose equations are solved here.
- Any one server is among ``choices`` of n with a probability of choices / n, which is the most that
  the power of choices can send to a server that fails.

>>> round(in_turn(14.0, 20, 1.0), 5)
0.51338
>>> odd, mean = few_servers(1.4, (5.0, 1.0), 1, shortest)
>>> round(odd, 4)
0.6556
"""

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np

from scalelab.theory.bisection import last
from scalelab.theory.queueing import gim1

# The probability of each server, by how many are at each.
Rule = Callable[[tuple[int, ...]], list[float]]


def in_turn(arrivals: float, servers: int, speed: float) -> float:
    """Rate of decay of the response where every n-th request comes."""
    return speed * (1.0 - gim1.sigma(gim1.erlang(servers * speed / arrivals, servers)))


def exceeded(q: float, shares: Sequence[float], decays: Sequence[float]) -> float:
    """The time that a share ``q`` exceeds of exponential responses of several rates.

    >>> round(exceeded(0.01, (1.0,), (0.3,)), 4)
    15.3506
    """
    most = -math.log(q) / min(decays)
    total = sum(shares)

    def later(time: float) -> float:
        return sum(s * math.exp(-d * time) for s, d in zip(shares, decays, strict=True)) / total

    return last(lambda time: later(time) >= q, 0.0, most * (1.0 + 1e-12))


def at_most(choices: int, servers: int) -> float:
    """Share of the requests in whose choice one server is.

    >>> at_most(2, 20)
    0.1
    """
    return math.comb(servers - 1, choices - 1) / math.comb(servers, choices)


def shortest(there: tuple[int, ...]) -> list[float]:
    """Least connections."""
    least = there.count(min(there))
    return [1.0 / least if n == min(there) else 0.0 for n in there]


def idle(there: tuple[int, ...]) -> list[float]:
    """An idle server if there is one, else any."""
    return shortest(there) if 0 in there else [1.0 / len(there)] * len(there)


def of_choices(choices: int) -> Rule:
    """The shortest of some different ones; of equals, each as likely."""

    def rule(there: tuple[int, ...]) -> list[float]:
        found = [0.0] * len(there)
        drawn = list(itertools.combinations(range(len(there)), choices))
        for some in drawn:
            for i, share in zip(some, shortest(tuple(there[j] for j in some)), strict=True):
                found[i] += share / len(drawn)
        return found

    return rule


def few_servers(
    arrivals: float, speeds: Sequence[float], good_from: int, rule: Rule, most: int = 40
) -> tuple[float, float]:
    """Share of the requests that goes to the first server; mean response at those of good ones.

    Servers from ``good_from`` on are good. Nobody comes to a server with ``most``.
    """
    states = list(itertools.product(range(most + 1), repeat=len(speeds)))
    number = {state: i for i, state in enumerate(states)}
    flows = np.zeros((len(states), len(states)))
    to_first, to_good, takes = np.zeros((3, len(states)))
    for i, state in enumerate(states):
        for server, share in enumerate(rule(state)):
            if share > 0.0 and state[server] < most:
                flows[i, number[_changed(state, server, 1)]] += arrivals * share
                to_first[i] += share if server == 0 else 0.0
                if server >= good_from:
                    to_good[i] += share
                    takes[i] += share * (state[server] + 1) / speeds[server]
            if state[server] > 0:
                flows[i, number[_changed(state, server, -1)]] += speeds[server]
    equations = flows.T - np.diag(flows.sum(axis=1))
    # One of them follows from the others; instead of it, all probabilities together are 1.
    equations[-1] = 1.0
    right = np.zeros(len(states))
    right[-1] = 1.0
    shares = np.linalg.solve(equations, right)
    return float(shares @ to_first), float(shares @ takes / (shares @ to_good))


def _changed(state: tuple[int, ...], server: int, by: int) -> tuple[int, ...]:
    return (*state[:server], state[server] + by, *state[server + 1 :])
