"""A spike before a pool of workers in closed form: a fluid, and what chance adds to its end.

With rates of arrival before and after (``usual``) and in the spike, and the rate at which all
workers together do tasks (``capacity``, above ``usual``). The fluid is that of G. F. Newell,
"Applications of Queueing Theory", 2nd edition, Chapman and Hall, 1982, chapter 2: cumulative
arrivals and departures are two lines, their vertical distance is the backlog, the horizontal one
the wait. Times and rates are of any one unit.

>>> left = backlog(15.0, 5.0, 600.0)
>>> left, round(drain(left, 4.25, 5.0) / 60.0, 1)
(6000.0, 133.3)
"""

import math
from typing import NamedTuple


class Passage(NamedTuple):
    """Mean and standard deviation of the time until a queue is empty."""

    mean: float
    deviation: float


def backlog(spike: float, capacity: float, length: float) -> float:
    """Tasks that wait at the end of a spike."""
    return max(spike - capacity, 0.0) * length


def drain(waiting: float, usual: float, capacity: float) -> float:
    """Time until nothing waits; infinite where nothing is to spare.

    >>> drain(6000.0, 5.0, 5.0)
    inf
    """
    if waiting == 0.0:
        return 0.0
    return waiting / (capacity - usual) if capacity > usual else math.inf


def age_at_end(spike: float, capacity: float, length: float) -> float:
    """Age of the oldest when the spike ends: who is next came at a share capacity/spike of it."""
    return length * max(1.0 - capacity / spike, 0.0)


def highest_age(spike: float, capacity: float, length: float) -> float:
    """That of the last task of the spike when it is taken: all before it have to go first."""
    return backlog(spike, capacity, length) / capacity


def late_oldest_first(
    usual: float, spike: float, capacity: float, length: float, slack: float
) -> float:
    """Tasks that wait longer than ``slack``, if the oldest go first and nobody is refused.

    They come from when the backlog passes slack times capacity until it is below that again.

    >>> round(late_oldest_first(4.25, 15.0, 5.0, 600.0, 600.0))
    21500
    """
    most = backlog(spike, capacity, length) - slack * capacity
    if most <= 0.0:
        return 0.0
    return spike * most / (spike - capacity) + usual * most / (capacity - usual)


def late_newest_first(
    usual: float, spike: float, capacity: float, length: float, slack: float
) -> float:
    """The same if the newest go first.

    After a time x that is to spare, the pile has been taken down to what came x (capacity -
    usual)/(spike - capacity) before the end of the spike. So those are in time that are taken until
    x and this are ``slack``.

    >>> round(late_newest_first(4.25, 15.0, 5.0, 600.0, 600.0))
    5581
    """
    pile = backlog(spike, capacity, length)
    if pile == 0.0:
        return 0.0
    spare = capacity - usual
    until = slack / (1.0 + spare / (spike - capacity))
    return max(pile - spare * until, 0.0)


def lost(spike: float, capacity: float, length: float, places: float) -> float:
    """Tasks that a queue with so many places refuses, or drops."""
    return max(backlog(spike, capacity, length) - places, 0.0)


def passage(waiting: float, usual: float, capacity: float) -> Passage:
    """By chance: the time until a queue of so many is empty, while all workers are busy.

    It is the sum of as many busy periods of M/M/1 (L. Kleinrock, "Queueing Systems, Volume 1",
    Wiley, 1975, section 5.8).

    >>> mean, deviation = passage(6000.0, 4.25, 5.0)
    >>> round(mean / 60.0, 1), round(deviation / 60.0, 1)
    (133.3, 6.0)
    """
    spare = capacity - usual
    return Passage(waiting / spare, math.sqrt(waiting * (capacity + usual) / spare**3))


def passage_after(usual: float, spike: float, capacity: float, length: float) -> Passage:
    """The same after a spike with ``spike`` above ``capacity``, whose backlog has chance, too.

    Its variance is that of what comes and of what is done.

    >>> round(passage_after(4.25, 15.0, 5.0, 600.0).deviation / 60.0, 1)
    6.5
    """
    waiting = backlog(spike, capacity, length)
    mean, deviation = passage(waiting, usual, capacity)
    of_backlog = (spike + capacity) * length / (capacity - usual) ** 2
    return Passage(mean, math.sqrt(deviation**2 + of_backlog))
