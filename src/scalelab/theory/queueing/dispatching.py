"""Customers who are sent to one of several servers as they come, where the mean can be computed.

Poisson arrivals and exponential service of mean 1 at speed 1; ``rho`` is how busy each server is.

- At random, each server is an M/M/1 of its own; in turn, an E_n/M/1 of its own (`gim1`).
- The shortest of d servers drawn, of infinitely many: the share of the servers with k customers or
  more is rho^((d^k - 1)/(d - 1)) (N. D. Vvedenskaya, R. L. Dobrushin and F. I. Karpelevich,
  Problems of Information Transmission 32(1), 1996; M. Mitzenmacher, IEEE Transactions on Parallel
  and Distributed Systems 12(10), 2001).
- The same by lengths that are updated from time to time: what the servers do until the next update
  (M. Mitzenmacher, "How useful is old information?", IEEE Transactions on Parallel and Distributed
  Systems 11(1), 2000), computed.
- In any pattern that repeats, and two servers of which one is chosen by who is there: Markov chains
  with levels, solved from the top down (G. Latouche and V. Ramaswami, "Introduction to Matrix
  Analytic Methods in Stochastic Modeling", SIAM, 1999, chapter 10).

>>> [round(mean_response_of_choices(0.9, d), 5) for d in (1, 2, 3, 5)]
[10.0, 2.61406, 2.02786, 1.63288]
>>> round(mean_response_in_turn(0.5, 2), 5)
1.61803
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from scalelab.kernels.jit import Floats, Table
from scalelab.theory.queueing import gim1

LEFT_OUT = 1e-10  # probability above the highest level of a chain
CHANGE = 1e-9  # from one update to the next, in the long run
MOST_UPDATES = 100_000

# Two servers of which one has fewer: the probability of going to it, by the lengths.
Rule = Callable[[int, int], float]


def mean_response_at_random(rho: float) -> float:
    return 1.0 / (1.0 - rho)


def mean_response_in_turn(rho: float, servers: int) -> float:
    """Every n-th customer comes to a server, after n exponential gaps."""
    return gim1.mean_response(gim1.erlang(1.0 / rho, servers))


def mean_response_by_weight(rate: float, speeds: Sequence[float]) -> float:
    """At random in proportion to the speed, so that all are equally busy."""
    return len(speeds) / (sum(speeds) - rate)


def share_longer(rho: float, choices: int, k: int) -> float:
    """Share of the servers with k customers or more, of infinitely many."""
    if choices == 1:
        return float(rho**k)
    return float(rho ** float((choices**k - 1) // (choices - 1)))


def mean_response_of_choices(rho: float, choices: int) -> float:
    """By Little's law: the mean number at a server over the rate at which they come to it."""
    if choices == 1:
        return mean_response_at_random(rho)
    number, k = 0.0, 1
    while (term := share_longer(rho, choices, k)) > 1e-17:
        number += term
        k += 1
    return number / rho


def mean_level(
    up: Callable[[int], Table], within: Callable[[int], Table], down: Callable[[int], Table],
    most: int,
) -> float:  # fmt: skip
    """Mean level in the long run of a chain that goes from level to neighbouring level.

    ``up(n)``, ``within(n)`` and ``down(n)`` have the rates from the states of level n to those of
    the next, the same and the one before; who would go above ``most`` does not.
    """
    follows: list[Table] = []  # from level n - 1 to level n, the highest first
    for n in range(most, -1, -1):
        inner = within(n).copy()
        leaving = inner.sum(axis=1)
        if n > 0:
            leaving += down(n).sum(axis=1)
        if n < most:
            leaving += up(n).sum(axis=1)
            inner += follows[-1] @ down(n + 1)
        inner -= np.diag(leaving)
        if n > 0:
            follows.append(np.asarray(np.linalg.solve(-inner.T, up(n - 1).T).T, float))
    # What is left at level 0 is a chain of its own.
    equations = np.vstack([inner.T, np.ones(inner.shape[0])])
    right = np.zeros(inner.shape[0] + 1)
    right[-1] = 1.0
    shares = np.linalg.lstsq(equations, right)[0]
    total, number = float(shares.sum()), 0.0
    for n, matrix in enumerate(reversed(follows), 1):
        shares = shares @ matrix
        total += float(shares.sum())
        number += n * float(shares.sum())
    return number / total


def levels_for(rho: float) -> int:
    """So many that a number with a tail of rho^n hardly ever goes above."""
    return math.ceil(math.log(LEFT_OUT) / math.log(rho)) + 10


def mean_response_in_pattern(rate: float, speeds: Sequence[float], pattern: Sequence[int]) -> float:
    """Customers come at ``rate`` and go to the servers in the order of ``pattern``, over and over.

    By server, its customers are the level; how far the pattern is, is where in the level.
    """
    size = len(pattern)
    step = rate * np.roll(np.eye(size), 1, axis=1)
    number = 0.0
    for server, speed in enumerate(speeds):
        mine = np.array([[1.0 if to == server else 0.0] for to in pattern])
        busy = rate * float(mine.sum()) / size / speed
        # Where the customers come in clusters, the tail is longer than of random arrivals.
        number += mean_level(
            lambda n, mine=mine: step * mine,  # type: ignore[misc]
            lambda n, mine=mine: step * (1.0 - mine),  # type: ignore[misc]
            lambda n, speed=speed: speed * np.eye(size),  # type: ignore[misc]
            2 * levels_for(busy),
        )
    return number / rate


def shorter(fewer: int, more: int) -> float:
    """The rule of the shorter queue."""
    return 1.0 if fewer < more else 0.5


def idle(fewer: int, more: int) -> float:
    """The rule of an idle server if there is one, else any."""
    return 1.0 if fewer == 0 and more > 0 else 0.5


def mean_response_of_two(rho: float, rule: Rule) -> float:
    """Two equal servers. The level is how many are there; within it, how much longer one queue is.

    The difference has the parity of the level, so that state i of level n is a difference of
    2 i + n % 2.
    """

    def state(n: int, i: int) -> tuple[int, int]:
        apart = 2 * i + n % 2
        return (n - apart) // 2, (n + apart) // 2

    def index(fewer: int, more: int) -> int:
        return abs(more - fewer) // 2

    def up(n: int) -> Table:
        rates = np.zeros((n // 2 + 1, (n + 1) // 2 + 1))
        for i in range(n // 2 + 1):
            fewer, more = state(n, i)
            share = rule(fewer, more)
            rates[i, index(fewer + 1, more)] += 2.0 * rho * share
            rates[i, index(fewer, more + 1)] += 2.0 * rho * (1.0 - share)
        return rates

    def down(n: int) -> Table:
        rates = np.zeros((n // 2 + 1, (n - 1) // 2 + 1))
        for i in range(n // 2 + 1):
            fewer, more = state(n, i)
            if fewer > 0:
                rates[i, index(fewer - 1, more)] += 1.0
            rates[i, index(fewer, more - 1)] += 1.0
        return rates

    def within(n: int) -> Table:
        return np.zeros((n // 2 + 1, n // 2 + 1))

    return mean_level(up, within, down, levels_for(rho)) / (2.0 * rho)


def mean_response_of_old(rho: float, choices: int, age: float, most: int = 100) -> float:
    """Of infinitely many, the shortest of some by the lengths at the last update, ``age`` apart.

    A server that had i customers then is, until the next, an M/M/1 to which customers come as often
    as i is the shortest. From update to update until nothing changes any more. Nobody comes to a
    server of ``most`` customers.
    """
    # Begins as if it were always known.
    longer = [share_longer(rho, choices, k) for k in range(most + 1)]
    lengths = -np.diff([*longer, 0.0])
    # Steps at a common rate, of which each server takes those that are due to it.
    fastest = 1.0 + choices * rho
    weights = poisson_weights(fastest * age)
    later = np.maximum(1.0 - np.cumsum(weights), 0.0)  # more steps than so many before the update
    many = np.arange(most + 1)
    for _ in range(MOST_UPDATES):
        tails = np.append(np.cumsum(lengths[::-1])[::-1], 0.0)
        # (a^d - b^d)/(a - b), also where both are nearly the same.
        rates = rho * sum(
            tails[:-1] ** k * tails[1:] ** (choices - 1 - k) for k in range(choices)
        )  # fmt: skip
        there = np.diag(lengths)
        after, over = np.zeros_like(there), np.zeros_like(there)
        for weight, rest in zip(weights, later, strict=True):
            after += weight * there
            over += rest * there
            comes = there * (rates / fastest)[:, None]
            comes[:, -1] = 0.0
            goes = there / fastest
            goes[:, 0] = 0.0
            there = there - comes - goes
            there[:, 1:] += comes[:, :-1]
            there[:, :-1] += goes[:, 1:]
        before, lengths = lengths, after.sum(axis=0)
        if np.abs(lengths - before).sum() < CHANGE:
            return float(over.sum(axis=0) @ many) / (fastest * age) / rho
    raise ArithmeticError("no steady state was found")


def poisson_weights(mean: float) -> Floats:
    """Probabilities of 0, 1, 2, ... of them, up to where nothing is left."""
    weights = [math.exp(-mean)]
    while len(weights) < mean or weights[-1] > 1e-16:
        weights.append(weights[-1] * mean / len(weights))
    return np.array(weights)
