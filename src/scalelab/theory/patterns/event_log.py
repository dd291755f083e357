"""A log of partitions in closed form: who can read, until when, and what a deploy stops.

The fluid is that of G. F. Newell, "Applications of Queueing Theory", 2nd edition, Chapman and Hall,
1982, chapter 2. Rates are in one unit of time, which is the hour where the day matters.

>>> round(catch_up(1.0, 0.8, 1.0), 9)
4.0
>>> at_work(12, 6), at_work(12, 8), at_work(12, 12), at_work(12, 16)
(6.0, 6.0, 12.0, 12.0)
"""

import math

PEAK_HOUR = 20.5  # the middle of the busiest hour


def most_partitions(partitions: int, consumers: int) -> int:
    """Of one consumer: the group cannot do better than to deal them evenly."""
    return math.ceil(partitions / consumers)


def at_work(partitions: int, consumers: int) -> float:
    """As many consumers as the group is worth, if all partitions get the same number of events."""
    return partitions / most_partitions(partitions, consumers)


def catch_up(backlog_time: float, rate: float, capacity: float) -> float:
    """Time until nothing is unread, at a constant rate, after a time in which nothing was read.

    >>> catch_up(1.0, 1.0, 1.0)
    inf
    """
    if backlog_time == 0.0:
        return 0.0
    return backlog_time * rate / (capacity - rate) if capacity > rate else math.inf


def mean_rate(peak: float, swing: float) -> float:
    """Of a day with a sine that peaks at ``peak``."""
    return peak / (1.0 + swing)


def came(begin_h: float, end_h: float, peak: float, swing: float) -> float:
    """Events between two hours of the clock, the integral of the sine."""

    def integral(t: float) -> float:
        return t + swing * 12.0 / math.pi * math.sin(math.pi * (t - PEAK_HOUR) / 12.0)

    return 3600.0 * mean_rate(peak, swing) * (integral(end_h) - integral(begin_h))


def catch_up_by_day(
    hours: float, begins_h: float, peak: float, swing: float, capacity: float
) -> float:
    """The same in hours with the sine of a day, rates in 1/s: the first zero of what is unread.

    >>> round(catch_up_by_day(1.0, 21.0, 333.333, 0.6, 400.0), 2)
    3.6
    """

    def unread(t: float) -> float:
        return came(begins_h - hours, begins_h + t, peak, swing) - 3600.0 * capacity * t

    if unread(0.0) <= 0.0:
        return 0.0
    if capacity <= mean_rate(peak, swing):
        return math.inf
    low = 0.0
    while unread(low + 0.01) > 0.0:
        low += 0.01
    high = low + 0.01
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if unread(middle) > 0.0 else (low, middle)
    return high


def stopped_eager(consumers: int, rebalance: float) -> float:
    """For how long nothing is read in a deploy of more than one: two rebalances a consumer.

    >>> stopped_eager(12, 5.0)
    120.0
    """
    return 2.0 * consumers * rebalance


def stopped_cooperative(rebalance: float) -> float:
    """For how long one partition is not read: as it goes to another consumer, and back."""
    return 2.0 * rebalance


def stopped_static(restart: float, rebalance: float, session: float) -> float:
    """The same if nobody takes over before the session is timed out."""
    return restart if restart <= session else session + 2.0 * rebalance


def deploy_takes(consumers: int, restart: float, rebalance: float) -> float:
    """One after the other: gone, a rebalance meanwhile; back, and another one."""
    return consumers * (max(restart, rebalance) + rebalance)


def again(rate: float, speed: float, commit: float) -> float:
    """Events read since the last commit, at most, by a consumer that dies."""
    return min(rate, speed) * commit


def stored(events_a_day: float, days: float, bytes_each: float, copies: float) -> float:
    """Bytes that are retained."""
    return events_a_day * days * bytes_each * copies


def keys_moved(before: int, after: int) -> float:
    """Share of the keys whose hash modulo the number of partitions changes with that number.

    Of the remainders modulo the least common multiple, those below both numbers stay.

    >>> keys_moved(12, 16), keys_moved(12, 24)
    (0.75, 0.5)
    """
    return 1.0 - min(before, after) / math.lcm(before, after)
