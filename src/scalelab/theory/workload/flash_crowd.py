"""Crowds at a queue: as a fluid, and exactly.

*Fluid*: requests flow in at one of two rates and out at the capacity. D. Anick, D. Mitra and
M. M. Sondhi, "Stochastic theory of a data-handling system with multiple sources", Bell System
Technical Journal 61(8) 1982, whose equations two states solve in closed form. Exact as the crowds
become long against the time for one request.

*Exactly*: the MMPP/M/1 queue is a quasi-birth-death process. M. F. Neuts, "Matrix-geometric
solutions in stochastic models", 1981, chapter 3: the probabilities of n requests in the system are
those of 0 times the n-th power of a matrix R. With a limit, MMPP/M/1/K: its finitely many states'
balance equations.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.theory.workload.mmpp import Mmpp

Matrix = NDArray[np.float64]
ENOUGH = 1e-14


# One crowd, as a fluid.
def left_behind(crowd: float, capacity: float, length: float) -> float:
    """Requests that wait when a crowd ends: what came too much, times how long."""
    return max(crowd - capacity, 0.0) * length


def drain_time(left: float, calm: float, capacity: float) -> float:
    """Time until these are worked off, with what comes meanwhile."""
    return left / (capacity - calm)


# Crowds of random length, as a fluid.
@dataclass(frozen=True)
class Fluid:
    """A fluid queue in equilibrium; needs calm < capacity < crowd and a mean below capacity."""

    stream: Mmpp
    capacity: float

    @property
    def fills(self) -> float:
        return self.stream.crowd - self.capacity

    @property
    def empties(self) -> float:
        return self.capacity - self.stream.calm

    @property
    def decay(self) -> float:
        """The backlog is above x with a probability that falls as exp(-decay x)."""
        return 1.0 / (self.stream.crowd_s * self.fills) - 1.0 / (self.stream.calm_s * self.empties)

    def above(self, backlog: float, crowded: bool) -> float:
        """Probability that it is crowded (or calm) and the backlog above this."""
        share = self.stream.crowded * math.exp(-self.decay * backlog)
        return share if crowded else share * self.fills / self.empties

    def waits_longer(self, wait: float) -> float:
        """Share of the requests that wait longer: of what flows in, that which finds so much."""
        backlog = wait * self.capacity
        found = self.stream.crowd * self.above(backlog, True)
        found += self.stream.calm * self.above(backlog, False)
        return found / self.stream.mean

    @property
    def mean_wait(self) -> float:
        """Mean wait of the requests."""
        return self.waits_longer(0.0) / (self.decay * self.capacity)


# Exactly.
def rate_matrix(stream: Mmpp, capacity: float) -> Matrix:
    """R, the least solution of A0 + R A1 + R² A2 = 0 (by G, in logarithmic reduction).

    G. Latouche and V. Ramaswami, "A logarithmic reduction algorithm for quasi-birth-death
    processes", Journal of Applied Probability 30(3) 1993.
    """
    up = np.diag([stream.calm, stream.crowd])
    down = capacity * np.eye(2)
    local = _local(stream) - up - down
    inverse = np.linalg.inv(-local)
    high, low = inverse @ up, inverse @ down
    first, product = low.copy(), high.copy()
    while True:
        both = high @ low + low @ high
        inverse = np.linalg.inv(np.eye(2) - both)
        high, low = inverse @ high @ high, inverse @ low @ low
        step = product @ low
        first = first + step
        product = product @ high
        if np.abs(step).max() < ENOUGH:
            break
    reduced: Matrix = up @ np.linalg.inv(-local - up @ first)
    return reduced


def mean_in_system(stream: Mmpp, capacity: float) -> float:
    """Requests in an MMPP/M/1 queue, on average; the mean has to be below the capacity."""
    r = rate_matrix(stream, capacity)
    rest = np.linalg.inv(np.eye(2) - r)
    # The state of the stream alone has its own distribution, whatever waits.
    states = np.array([1.0 - stream.crowded, stream.crowded])
    empty = states @ (np.eye(2) - r)
    return float(empty @ r @ rest @ rest @ np.ones(2))


def mean_wait(stream: Mmpp, capacity: float) -> float:
    """Mean wait in an MMPP/M/1 queue before service begins (Little's law)."""
    return mean_in_system(stream, capacity) / stream.mean - 1.0 / capacity


@dataclass(frozen=True)
class Limited:
    """MMPP/M/1/K: share of the requests that are ``refused``; mean ``wait`` of the others."""

    refused: float
    wait: float


def limited(stream: Mmpp, capacity: float, most: int) -> Limited:
    """With at most so many in the system, from the balance of its states."""
    size = 2 * (most + 1)
    generator = np.zeros((size, size))
    for n in range(most + 1):
        here = slice(2 * n, 2 * n + 2)
        generator[here, here] += _local(stream)
        if n < most:
            generator[here, 2 * n + 2 : 2 * n + 4] += np.diag([stream.calm, stream.crowd])
        if n > 0:
            generator[here, 2 * n - 2 : 2 * n] += capacity * np.eye(2)
    generator -= np.diag(generator.sum(axis=1))
    # Balance, with one equation replaced: probabilities sum to one.
    equations = generator.T.copy()
    equations[-1] = 1.0
    right = np.zeros(size)
    right[-1] = 1.0
    levels = np.linalg.solve(equations, right).reshape(most + 1, 2)
    rates = np.array([stream.calm, stream.crowd])
    refused = float(levels[-1] @ rates / stream.mean)
    inside = float(np.arange(most + 1) @ levels.sum(axis=1))
    accepted = stream.mean * (1.0 - refused)
    return Limited(refused, inside / accepted - 1.0 / capacity)


def _local(stream: Mmpp) -> Matrix:
    """How the states follow each other; rows sum to nothing."""
    leave, back = 1.0 / stream.calm_s, 1.0 / stream.crowd_s
    return np.array([[-leave, leave], [back, -back]])
