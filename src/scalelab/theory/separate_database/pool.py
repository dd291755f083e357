"""A pool of connections by other ways: closed networks, M/M/c, M/G/1, a line that drains.

Any unit of time, the same for all. The rule for threads, cores times (1 + wait/compute), is B.
Goetz's ("Java Concurrency in Practice", 2006, section 8.2).
"""

from scalelab.theory.queueing import erlang
from scalelab.theory.single_server.resources import conditioned


def most(connections: int, vcpus: int, work: float, hold: float) -> float:
    """Requests in a unit of time with all connections in use, if they do not slow each other down.

    Who leaves is followed by the next at once: a closed network of vCPUs and a delay.

    >>> round(most(8, 4, 3.0, 2.5), 4)
    1.2394
    """
    return conditioned(connections, 0.0, [(work, vcpus), (hold, 0)]).throughput


def bound(connections: int, vcpus: int, work: float, hold: float) -> float:
    """What even without any chance cannot be exceeded: all connections, or all vCPUs, in use."""
    return min(connections / (work + hold), vcpus / work)


def rule(vcpus: int, work: float, hold: float) -> float:
    """Connections at which these two bounds meet.

    >>> round(rule(4, 3.0, 2.5), 2)
    7.33
    """
    return vcpus * (1.0 + hold / work)


def without_a_pool(rate: float, vcpus: int, work: float, hold: float) -> float:
    """Mean response if there are always enough connections, and they cost nothing: M/M/c, a delay.

    >>> round(without_a_pool(0.9, 4, 3.0, 2.5), 3)
    6.402
    """
    return hold + work * (1.0 + erlang.mean_wait(rate * work, vcpus))


def one_connection(rate: float, work: float, hold: float) -> float:
    """Mean response with one: M/G/1, where the service is a sum of two exponential times."""
    mean = work + hold
    second = 2.0 * (work * work + work * hold + hold * hold)
    return mean + rate * second / (2.0 * (1.0 - rate * mean))


def drained(backlog: float, rate: float, most: float) -> float:
    """Time until a line of so many is gone, if more is done than comes."""
    return backlog / (most - rate)
