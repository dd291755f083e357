"""Closed forms of users who think, click and wait, and of sessions that a timeout cuts.

N users, Z mean think time, S mean service time, c servers. Times and rates in any one unit.
For one server see also `scalelab.theory.requirement.load_test`.
"""

import math

from scalelab.theory.requirement.load_test import Closed, interactive_response


def throughput(users: float, response: float, think: float) -> float:
    """Interactive response time law: X = N/(R + Z) (Denning and Buzen 1978)."""
    return users / (response + think)


def throughput_bound(users: float, think: float, service: float, servers: int = 1) -> float:
    """Neither more than users who never wait, nor more than the servers can do."""
    return min(users / (think + service), servers / service)


def response_bound(users: float, think: float, service: float, servers: int = 1) -> float:
    """R is at least S, and at least N S/c - Z."""
    return max(service, users * service / servers - think)


def knee(think: float, service: float, servers: int = 1) -> float:
    """N* = c (Z + S)/S, where the two bounds meet."""
    return servers * (think + service) / service


def machine_repair(users: int, think: float, service: float, servers: int = 1) -> Closed:
    """M/M/c//N (Kleinrock 1975, section 3.8, machines and repairmen).

    p_k/p_0 = C(N, k) a^k for k <= c, and N!/((N-k)! c! c^(k-c)) a^k beyond, a = S/Z; by logarithms,
    so that no number of users is too large.
    """
    logs = []
    for k in range(users + 1):
        ways = math.lgamma(users + 1) - math.lgamma(users - k + 1)
        if k <= servers:
            ways -= math.lgamma(k + 1)
        else:
            ways -= math.lgamma(servers + 1) + (k - servers) * math.log(servers)
        logs.append(ways + k * math.log(service / think))
    top = max(logs)
    weights = [math.exp(value - top) for value in logs]
    busy = sum(min(k, servers) * weight for k, weight in enumerate(weights)) / sum(weights)
    rate = busy / service
    return Closed(rate, interactive_response(users, rate, think))


def mean_values(users: int, think: float, service: float, servers: int = 1) -> Closed:
    """Mean value analysis with marginal probabilities (Reiser and Lavenberg 1980, section 4).

    A click finds what there is with one user less; the rate of the servers depends on how many
    clicks are there. The probability that there is none is what the others leave, so that digits
    are lost where it is small: several servers that are all but full.
    """
    there = [1.0]  # probability of 0, 1, ... clicks at the servers
    found = Closed(0.0, service)
    for n in range(1, users + 1):
        response = sum(
            (k + 1) * service / min(k + 1, servers) * there[k] for k in range(n)
        )  # fmt: skip
        rate = n / (response + think)
        more = [
            rate * service / min(k + 1, servers) * there[k] for k in range(n)
        ]  # fmt: skip
        there = [max(0.0, 1.0 - sum(more)), *more]
        found = Closed(rate, response)
    return found


def lognormal_median(mean: float, spread: float) -> float:
    """Median of a log-normal law; ``spread`` is the standard deviation of the logarithm."""
    return mean * math.exp(-0.5 * spread * spread)


def lognormal_below(limit: float, mean: float, spread: float) -> tuple[float, float]:
    """(share of the values up to ``limit``, what these contribute to the mean)."""
    z = (math.log(limit / mean) + 0.5 * spread * spread) / spread
    return _normal(z), mean * _normal(z - spread)


def exponential_below(limit: float, mean: float) -> tuple[float, float]:
    """The same of an exponential law."""
    beyond = math.exp(-limit / mean)
    return 1.0 - beyond, mean - (limit + mean) * beyond


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


class Cut:
    """What a timeout makes of clients who click, think, leave, and may come back.

    After a click a client leaves with probability 1/``clicks``; with probability ``returns`` it
    then comes back after an exponential ``absence``. ``think_below``: as `lognormal_below` says
    at the timeout.
    """

    def __init__(
        self, timeout: float, think_below: tuple[float, float], clicks: float, returns: float,
        absence: float,
    ) -> None:  # fmt: skip
        leaves = 1.0 / clicks
        share, part = think_below
        back, back_part = exponential_below(timeout, absence)
        within = (1.0 - leaves) * share + leaves * returns * back
        beyond = (1.0 - leaves) * (1.0 - share) + leaves * returns * (1.0 - back)
        self.clicks = 1.0 / (leaves * (1.0 - returns))
        self.sessions = 1.0 + self.clicks * beyond
        self.pause = ((1.0 - leaves) * part + leaves * returns * back_part) / within
        # Each session is there until one mean pause after its last click, and open until the
        # timeout after it.
        self.there = self.clicks * (within * self.pause) + self.sessions * self.pause
        self.open = self.clicks * (within * self.pause) + self.sessions * timeout
