"""Deliveries by other ways: geometric laws, sums over receives, and all cases in fractions.

Without time-outs these are Bernoulli trials (W. Feller, "An introduction to probability theory and
its applications", volume 1, 3rd edition, 1968, chapter VI).
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

Number = Fraction | float


def overruns(lease: float, mean: float, shape: float) -> float:
    """Chance that work takes longer than the lease, by Weibull's law; 1 is the exponential one.

    >>> f"{overruns(30.0, 10.0, 1.0):.4f} {overruns(30.0, 10.0, 0.5):.4f}"
    '0.0498 0.0863'
    """
    return math.exp(-((math.gamma(1.0 + 1.0 / shape) * lease / mean) ** shape))


def deliveries(lost: Number) -> Number:
    """Mean number of deliveries until one is acknowledged, if only acknowledgements are lost.

    >>> deliveries(Fraction(1, 5))
    Fraction(5, 4)
    """
    return 1 / (1 - lost)


def once_at_most(*chances: Number) -> Number:
    """Chance that a message gets through, of which nothing is tried again.

    >>> once_at_most(Fraction(1, 10), Fraction(1, 10))
    Fraction(81, 100)
    """
    through: Number = Fraction(1)
    for chance in chances:
        through *= 1 - chance
    return through


class Receive(NamedTuple):
    """Chances of a receive: no effect; an effect, and received again; an effect, acknowledged."""

    nothing: Number
    again: Number
    done: Number


def receive(dies: Number, ack_lost: Number, overrun: Number) -> Receive:
    """Of a worker that lives the work takes effect, in time or not.

    >>> receive(Fraction(1, 2), Fraction(0), Fraction(1, 2))
    Receive(nothing=Fraction(1, 2), again=Fraction(1, 4), done=Fraction(1, 4))
    """
    done = (1 - dies) * (1 - overrun) * (1 - ack_lost)
    return Receive(dies, 1 - dies - done, done)


def copy_once(each: Receive, receives: int) -> Number:
    """Chance that one copy takes effect exactly once: on each of its receives, or on none before.

    >>> copy_once(receive(Fraction(0), Fraction(1, 2), Fraction(0)), 3)
    Fraction(1, 2)
    """
    acknowledged = sum(each.nothing**i for i in range(receives)) * each.done
    return acknowledged + receives * each.nothing ** (receives - 1) * each.again


def order_never(each: Receive, receives: int, ack_lost: Number) -> Number:
    """Chance that no copy of an order takes effect: the number of its copies is geometric."""
    none = each.nothing**receives
    return (1 - ack_lost) * none / (1 - ack_lost * none)


def order_twice(each: Receive, receives: int, ack_lost: Number) -> Number:
    """Chance that an order takes effect twice or more: the rest.

    >>> order_twice(receive(Fraction(0), Fraction(1, 10), Fraction(0)), 100, Fraction(1, 10))
    Fraction(19, 100)
    """
    none = each.nothing**receives
    once = (1 - ack_lost) * copy_once(each, receives) / (1 - ack_lost * none) ** 2
    return 1 - once - order_never(each, receives, ack_lost)


def buried_though_done(each: Receive, receives: int, ack_lost: Number) -> Number:
    """Chance that a copy is in the dead-letter queue, of an order that took effect.

    >>> buried_though_done(receive(Fraction(0), Fraction(0), Fraction(1, 2)), 3, Fraction(0))
    Fraction(1, 8)
    """
    received = 1 - (1 - each.done) ** receives  # acknowledged some time
    all_right = (1 - ack_lost) * received / (1 - ack_lost * received)
    return 1 - all_right - order_never(each, receives, ack_lost)


def mean_receives(each: Receive, receives: int, ack_lost: Number) -> Number:
    """Of all copies of an order: a geometric sum that ends with the last receive.

    >>> mean_receives(receive(Fraction(0), Fraction(1, 2), Fraction(0)), 2, Fraction(0))
    Fraction(3, 2)
    """
    return (1 - (1 - each.done) ** receives) / each.done / (1 - ack_lost)


def _lives(ack_lost: Fraction, receives: int) -> Iterator[tuple[int, Fraction]]:
    """How often a copy is received, and how likely that is, if only acknowledgements are lost."""
    for n in range(1, receives):
        yield n, ack_lost ** (n - 1) * (1 - ack_lost)
    yield receives, ack_lost ** (receives - 1)


def key_fails(
    ack_lost: Fraction, receives: int, lease: Fraction, retry: Fraction, window: Fraction,
    copies: int = 30,
) -> Fraction:  # fmt: skip
    """Chance that an order takes effect twice although its key is kept for ``window``, above 0.

    For work that always takes as long, and less than the lease: then effects are as far apart as
    receives, and the last one is within the window if the last receive of each copy is. Cut off
    at so many copies.

    >>> key_fails(Fraction(1, 10), 2, Fraction(60), Fraction(30), Fraction(31))
    Fraction(1171, 10000)
    """
    kept = Fraction(0)
    within = Fraction(1)
    for n in range(copies):
        within *= sum(
            (
                chance
                for received, chance in _lives(ack_lost, receives)
                if n * retry + (received - 1) * lease < window
            ),
            Fraction(0),
        )
        kept += ack_lost**n * (1 - ack_lost) * within
    return 1 - kept


def not_done_by(at: float, work: float, lease: float, dies: float) -> float:
    """Chance that an order is not done yet, if work always takes as long and only workers die.

    >>> [round(not_done_by(t, 10.0, 30.0, 0.1), 9) for t in (9.0, 11.0, 39.0, 41.0)]
    [1.0, 0.1, 0.1, 0.01]
    """
    if at < work:
        return 1.0
    return dies ** (math.floor((at - work) / lease) + 1)


def overtakes(gap: float, rate: float) -> float:
    """Chance that a message arrives before one sent ``gap`` earlier, delays exponential alike.

    >>> f"{overtakes(0.0, 1.0)} {overtakes(1.0, 1.0):.4f}"
    '0.5 0.1839'
    """
    return 0.5 * math.exp(-rate * gap)
