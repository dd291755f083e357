"""Customers who are bound to their machine, and tokens: closed forms.

Visits that begin at random are an M/G/infinity queue: S. G. Eick, W. A. Massey, W. Whitt, "The
physics of the Mt/G/infinity queue", Operations Research 41(4) 1993. Times in any one unit.
"""

import math
from fractions import Fraction

import numpy as np

from scalelab.theory.queueing.processor_sharing import stretch


def lasts(visits: str, t: float, mean: float) -> float:
    """Probability that a visit lasts longer than ``t``.

    >>> [lasts(law, 0.0, 10.0) for law in ("alike", "exponential", "heavy")]
    [1.0, 1.0, 1.0]
    """
    if visits == "alike":
        return 1.0 if t < mean else 0.0
    return math.exp(-t / mean) if visits == "exponential" else (1.0 + t / mean) ** -2


def left(visits: str, t: float, mean: float, steps: int = 100_000) -> float:
    """Share of those who are there that are still there after ``t``, by adding up `lasts`.

    The age of a visit that is seen under way has the density `lasts` over the mean.

    >>> round(left("exponential", 10.0, 10.0), 4)
    0.3679
    """
    width = t / steps
    gone = sum(lasts(visits, (i + 0.5) * width, mean) for i in range(steps)) * width
    return 1.0 - gone / mean


def after_adding(machines: int, still: float) -> tuple[float, float]:
    """Shares of the customers on an old machine and on the new one.

    ``still``: of those who were there when it was added, the share that is still there.

    >>> [round(x, 4) for x in after_adding(4, 0.5)]
    [0.225, 0.1]
    """
    each = (1.0 - still) / (machines + 1)
    return still / machines + each, each


def thrown_out(machines: int) -> Fraction:
    """Sessions lost in a deploy in which nobody comes or leaves, as a share of the customers.

    Customers of a machine go to all others evenly. So each machine has machines/(machines - 1)
    times what the one before it had: a geometric series, with e - 1 as its limit.

    >>> [round(float(thrown_out(n)), 4) for n in (2, 6, 100)]
    [1.5, 1.655, 1.7147]
    """
    growth = Fraction(machines, machines - 1)
    return Fraction(machines - 1, machines) * (growth**machines - 1)


def last_machine(machines: int) -> Fraction:
    """What the last machine has before its restart, over its fair share; the limit is e.

    >>> round(float(last_machine(6)), 4)
    2.4883
    """
    return Fraction(machines, machines - 1) ** (machines - 1)


def thrown_out_at_best(machines: int) -> Fraction:
    """The same if customers go where the fewest are: after the first restart one machine is empty.

    >>> thrown_out_at_best(6)
    Fraction(7, 6)
    """
    return 1 + Fraction(1, machines)


def deploy(machines: int, drain: float, restart: float, mean: float) -> tuple[float, float]:
    """Sessions lost, and the most on a machine, with visits that are exponential.

    Both as a share of the customers. Each machine goes on its own towards what comes to it:
    dn/dt = (s - n) / mean, with s its share of those who come.

    >>> [round(x, 4) for x in deploy(6, 0.0, 1.0, 10.0)]
    [1.561, 0.3818]
    """
    count = [1.0 / machines] * machines
    lost, most = 0.0, max(count)
    for j in range(machines):
        for closed, time in ((False, drain), (True, restart)):
            if closed:
                gone, count[j] = count[j], 0.0
                lost += gone
                count = [n + (gone / (machines - 1) if i != j else 0.0)
                         for i, n in enumerate(count)]  # fmt: skip
            most = max(most, *count)
            still = math.exp(-time / mean)
            takers = machines - 1 if time > 0.0 else machines
            count = [(0.0 if i == j else (1.0 - still) / takers) + n * still
                     for i, n in enumerate(count)]  # fmt: skip
            most = max(most, *count)
    return lost, most


def normal_extreme(machines: int) -> float:
    """Mean of the largest of so many standard normal numbers.

    >>> [round(normal_extreme(n), 4) for n in (2, 3, 6)]
    [0.5642, 0.8463, 1.2672]
    """
    step = 0.001
    total = 0.0
    for i in range(8000):
        below = 0.5 * (1.0 + math.erf((i + 0.5) * step / math.sqrt(2.0)))
        total += 1.0 - below**machines - (1.0 - below) ** machines
    return total * step


def busiest(customers: float, machines: int, heavy: float, pack: int) -> float:
    """Mean number of customers on the busiest machine.

    A share ``heavy`` comes in packs. The number on a machine has the generating function
    exp(a (z - 1) + b (z^pack - 1)), from whose values on the unit circle Fourier's transform makes
    its law (J. Abate, W. Whitt, "Numerical inversion of probability generating functions",
    Operations Research Letters 12(4) 1992).

    >>> round(busiest(20_000.0, 6, 0.0, 1), 1)
    3406.7
    """
    alone, packs = (1.0 - heavy) * customers / machines, heavy * customers / (machines * pack)
    size = int(2.0 * alone + (packs + 10.0 * math.sqrt(packs) + 40.0) * pack)
    z = np.exp(-2j * math.pi * np.arange(size) / size)
    law = np.fft.ifft(np.exp(alone * (z - 1.0) + packs * (z**pack - 1.0))).real
    below = np.clip(np.cumsum(law), 0.0, 1.0)
    return float(np.sum(1.0 - below**machines))


def busiest_if_normal(customers: float, machines: int, heavy: float, pack: int) -> float:
    """The same if the number on a machine were normal, with the variance that packs give it.

    >>> round(busiest_if_normal(20_000.0, 6, 0.0, 1), 1)
    3406.5
    """
    mean = customers / machines
    variance = mean * (1.0 - heavy + heavy * pack)
    return mean + normal_extreme(machines) * math.sqrt(variance)


def encoded(octets: int) -> int:
    """Characters of so many octets in base64url without padding (RFC 7515, section 2).

    >>> [encoded(n) for n in (1, 2, 3, 32, 256)]
    [2, 3, 4, 43, 342]
    """
    return -(-4 * octets // 3)


def token(header: int, payload: int, signature: int) -> int:
    """Characters of a JWT with so many octets (RFC 7519, section 3).

    >>> token(27, 300, 256)
    780
    """
    return encoded(header) + encoded(payload) + encoded(signature) + 2


def renewals(customers: Fraction, life: Fraction, think: Fraction) -> Fraction:
    """Renewed in a unit of time: a cycle is a life, and the wait for the next click after it.

    >>> renewals(Fraction(20_000), Fraction(50), Fraction(10))
    Fraction(1000, 3)
    """
    return customers / (life + think)


def longer(rate: float, work: float, more: float, trips: float, vcpus: int) -> float:
    """Added to a request by trips and by more work, on a machine whose vCPUs are shared.

    >>> round(longer(0.25, 7.0, 0.0, 0.5, 4), 3)
    0.5
    """
    total = work + more
    stretched = total * stretch(rate * total / vcpus, vcpus)
    return trips + stretched - work * stretch(rate * work / vcpus, vcpus)
