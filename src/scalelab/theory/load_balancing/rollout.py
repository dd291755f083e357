"""What machines that come cold have to catch up, and what machines that go leave undone.

Requests that stay open are an M/G/infinity queue: as many as their rate times their mean time, a
Poisson number, each with the residual life of its law to go (L. Takács, "Introduction to the theory
of queues", 1962).
"""

import math
from collections.abc import Callable

from scalelab.theory.queueing.processor_sharing import stretch

EULER_GAMMA = 0.5772156649015329


def calm(service: float, busy: float, vcpus: int) -> float:
    """Mean response of machines that are all so busy.

    >>> round(calm(7.0, 0.7, 4), 2)
    9.5
    """
    return service * stretch(busy, vcpus)


def extra_work(cold: float, warm_up: float, service: float, served: float = math.inf) -> float:
    """Work of the first ``served`` requests on a new machine beyond that on a warm one.

    Whatever the speed at which they come.

    >>> extra_work(3.0, 5000.0, 0.007)
    70.0
    """
    return (cold - 1.0) * warm_up * service * -math.expm1(-served / warm_up)


def caught_up(rate: float, vcpus: int, service: float, cold: float, warm_up: float) -> float:
    """When a new machine that gets ``rate`` from the beginning has nothing left to catch up.

    As a fluid: its vCPUs have then done the work of all who came. 0 if it is never behind.

    >>> round(caught_up(400.0, 4, 0.007, 3.0, 5000.0), 1)
    57.8
    """
    if rate * service * cold <= vcpus:
        return 0.0
    spare = vcpus - rate * service

    def left(t: float) -> float:
        return extra_work(cold, warm_up, service, rate * t) - spare * t

    # More than zero as far as it is behind, and less from then on.
    low, high = 0.0, (cold - 1.0) * warm_up * service / spare
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if left(middle) > 0.0 else (low, middle)
    return high


def slowest(rate: float, vcpus: int, service: float, cold: float, warm_up: float) -> float:
    """The largest ratio of the requests in work there to those it does in a second; as a fluid.

    >>> round(slowest(400.0, 4, 0.007, 3.0, 5000.0), 2)
    8.9
    """

    def ratio(served: float) -> float:
        passed = (served * service + extra_work(cold, warm_up, service, served)) / vcpus
        speed = vcpus / (service * (1.0 + (cold - 1.0) * math.exp(-served / warm_up)))
        return (rate * passed - served) / speed

    low, high = 0.0, rate * caught_up(rate, vcpus, service, cold, warm_up)
    for _ in range(200):
        third = (high - low) / 3.0
        if ratio(low + third) < ratio(high - third):
            low += third
        else:
            high -= third
    return ratio(low)


def alike(mean: float, after: float) -> float:
    """Mean of what is left beyond ``after``, E(max(X - after, 0)), if all take the same time."""
    return max(mean - after, 0.0)


def exponential(mean: float, after: float) -> float:
    """The same for an exponential time."""
    return mean * math.exp(-after / mean)


def pareto(mean: float, after: float) -> float:
    """The same for a Pareto time of the second kind with shape 2: P(X > x) = (1 + x / mean)**-2."""
    return mean / (1.0 + after / mean)


def unfinished(
    rate: float, mean: float, after: float, law: Callable[[float, float], float] = exponential
) -> float:
    """Mean number of requests in work at one moment that are not done ``after`` it.

    Those that came u before have lasted for u and are to last for more than u + after: the integral
    over u of rate times P(X > u + after).

    >>> [round(unfinished(4.0, 30.0, 30.0, law), 1) for law in (alike, exponential, pareto)]
    [0.0, 44.1, 60.0]
    """
    return rate * law(mean, after)


def ein(z: float) -> float:
    """The entire exponential integral: of (1 - exp(-v)) / v from 0 to z.

    >>> [round(ein(z), 6) for z in (0.1, 1.0, 10.0)]
    [0.097555, 0.7966, 2.879805]
    """
    if z < 2.0:
        return sum(-((-z) ** k) / (k * math.factorial(k)) for k in range(1, 30))
    fraction = 0.0
    for k in range(100, 0, -1):
        fraction = k / (1.0 + k / (z + fraction))
    return math.exp(-z) / (z + fraction) + math.log(z) + EULER_GAMMA


def drained(number: float, mean: float, timeout: float) -> float:
    """Mean time until the last of a Poisson number of exponential times has ended, or the time-out.

    The integral of the chance that one is left, 1 - exp(-number * exp(-u / mean)).

    >>> round(drained(120.0, 30.0, 1e9), 1)
    160.9
    """

    return mean * (ein(number) - ein(number * math.exp(-timeout / mean)))


def takes(machines: int, at_once: int, of_batch: float) -> float:
    """How long a deploy takes, one batch after the other.

    >>> takes(5, 2, 90.0)
    270.0
    """
    return math.ceil(machines / at_once) * of_batch
