"""Lag of a projection and machines for it by other ways: partial fractions, Erlang, plain search.

Queues in tandem with Poisson arrivals and exponential work: P. J. Burke, "The output of a queuing
system", Operations Research 4(6), 1956; that the times at each are independent: E. Reich, "Waiting
times when queues are in tandem", Annals of Mathematical Statistics 28(3), 1957.
"""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

DIGITS = 60  # so that what cancels leaves enough


def mean_lag(services: Sequence[Fraction], rate: Fraction) -> Fraction:
    """Of queues in tandem: the sum of 1 / (mu - lambda).

    >>> mean_lag([Fraction(1), Fraction(8)], Fraction(1, 10))
    Fraction(370, 9)
    """
    return sum((1 / (1 / s - rate) for s in services), Fraction(0))


def missing(rates: Sequence[Fraction], every: Fraction, t: Fraction) -> float:
    """Chance that exponential times with different ``rates`` and one that is uniform exceed ``t``.

    Partial fractions (W. Feller, "An introduction to probability theory and its applications",
    volume II, 1971, section I.13), in 60 digits; the uniform one by integration.

    >>> round(missing([Fraction(1), Fraction(2)], Fraction(0), Fraction(1)), 6)
    0.600424
    """
    with localcontext() as context:
        context.prec = DIGITS
        total = Decimal(0)
        for i, r in enumerate(rates):
            weight = math.prod((o / (o - r) for j, o in enumerate(rates) if j != i), start=1)
            if every == 0:
                part = _exp(-r * t)
            else:
                begin = max(t - every, Fraction(0))
                part = (_exp(-r * begin) - _exp(-r * t)) / _decimal(r * every)
            total += _decimal(Fraction(weight)) * part
        if t < every:
            total += _decimal((every - t) / every)
        return float(total)


def _decimal(x: Fraction) -> Decimal:
    return Decimal(x.numerator) / Decimal(x.denominator)


def _exp(x: Fraction) -> Decimal:
    return _decimal(x).exp()


def erlang_later(stages: int, rate: float, t: float) -> float:
    """The same without a tick for equal rates: fewer than ``stages`` Poisson events until then.

    >>> round(erlang_later(3, 0.5, 5.0), 6)
    0.543813
    """
    return math.exp(-rate * t) * sum((rate * t) ** k / math.factorial(k) for k in range(stages))


def waiting(rates: Sequence[Fraction], every: Fraction, t: Fraction, steps: int = 4000) -> float:
    """Mean time left ``t`` after a write: the area below `missing`, by Simpson's rule."""
    slowest = float(min(rates))
    end = float(every) + 40.0 / slowest
    turn = max(float(every), float(t))  # the curve has a bend there
    area = 0.0
    for low, high in ((float(t), turn), (turn, max(end, turn))):
        h = (high - low) / steps
        for i in range(steps + 1):
            weight = 1 if i in (0, steps) else 4 if i % 2 else 2
            area += weight * h / 3 * missing(rates, every, Fraction(low + i * h))
    return area


def polled_bounds(every: float, busy: float) -> tuple[float, float]:
    """Least and most lag of a polled outbox, if water flowed and one queue mattered.

    What comes first after a tick waits for nearly a whole one, and then for nobody; what comes just
    before the next for no tick, but for all of the batch, which takes ``busy`` of it.

    >>> polled_bounds(1000.0, 0.8)
    (800.0, 1000.0)
    """
    return busy * every, every


def polled_mean(every: float, busy: float) -> float:
    """Mean of that, for all are alike between the two.

    >>> polled_mean(1000.0, 0.8)
    900.0
    """
    low, high = polled_bounds(every, busy)
    return (low + high) / 2.0


def fewest(fixed: Fraction, each: Fraction, capacity: Fraction, most: int = 100_000) -> int | None:
    """The fewest machines that have room for ``fixed`` work in all and ``each`` on every one.

    >>> fewest(Fraction(10), Fraction(1), Fraction(4))
    4
    >>> fewest(Fraction(1), Fraction(4), Fraction(4)) is None  # each is full before it begins
    True
    """
    if each >= capacity:
        return None
    return next((n for n in range(1, most) if n * capacity >= fixed + n * each), None)


def break_even(saved_by_read: Fraction, added_by_write: Fraction) -> Fraction:
    """Share of reads at which what they save is what writes cost more.

    >>> break_even(Fraction(2), Fraction(8))
    Fraction(4, 5)
    """
    return added_by_write / (added_by_write + saved_by_read)
