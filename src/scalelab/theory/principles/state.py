"""Sessions under change: closed forms, in other ways than the kernel's. Times in any one unit.

Those who are there are an M_t/G/infinity queue: S. G. Eick, W. A. Massey, W. Whitt, "The physics of
the Mt/G/infinity queue", Operations Research 41(4) 1993, and "Mt/G/infinity queues with sinusoidal
arrival rates", Management Science 39(2) 1993.
"""

import itertools
import math
from fractions import Fraction


def present(t: float, rate: float, swing: float, peak: float, period: float, mean: float) -> float:
    """Sessions there at ``t``, if they begin at rate (1 + swing cos(2 pi (t - peak)/period)).

    Exponential sessions are there in a cosine that is lower and later (Eick et al., section 3).

    >>> round(present(0.0, 2.0, 0.0, 0.0, 24.0, 3.0), 9)
    6.0
    """
    w = 2.0 * math.pi / period
    angle = w * (t - peak)
    return rate * mean * (
        1.0 + swing * (math.cos(angle) + w * mean * math.sin(angle)) / (1.0 + (w * mean) ** 2)
    )  # fmt: skip


def lost_in_descent(peak: float, trough: float) -> float:
    """Sessions lost while the fleet shrinks with its sessions, one small step after the other.

    Each step of dn takes dn/n of the sessions, which are in proportion to n; so it is what they
    fall by, whatever the size of the machines. For short sessions, evenly on all machines.

    >>> lost_in_descent(20_000.0, 5_000.0)
    15000.0
    """
    return peak - trough


def lost_in_steps(sessions: list[Fraction], machines: list[int]) -> Fraction:
    """The same in whole machines: sessions there at each step down, of so many before it.

    >>> lost_in_steps([Fraction(3), Fraction(2)], [3, 2])
    Fraction(2, 1)
    """
    return sum((s / n for s, n in zip(sessions, machines, strict=True)), Fraction(0))


def long_share(share: float, short: float, long: float) -> float:
    """Of the sessions that are there: a session is seen in proportion to its length.

    >>> round(long_share(0.1, 10.0, 240.0), 4)
    0.7273
    """
    return share * long / ((1.0 - share) * short + share * long)


def draining(sessions: float, mean: float, limit: float, steps: int = 200_000) -> float:
    """Mean time until a Poisson number of exponential sessions has ended, or ``limit`` is reached.

    >>> round(draining(500.0, 10.0, 1e4), 2), round(10.0 * (math.log(500.0) + 0.5772157), 2)
    (67.92, 67.92)
    """
    width = min(limit, 60.0 * mean) / steps
    total = sum(-math.expm1(-sessions * math.exp(-(i + 0.5) * width / mean)) for i in range(steps))
    return total * width


def overwritten(rate: float, duration: float) -> float:
    """Chance that a change is overwritten if requests that write come at random.

    Who is at work when it is written has read what was before, and will write later. Their number
    is that of an M/G/infinity queue, which depends on the mean duration alone.

    >>> round(overwritten(0.1, 0.05), 6)
    0.004988
    """
    return -math.expm1(-rate * duration)


def overwritten_in_burst(at_once: int, conflicting: Fraction) -> Fraction:
    """The same for requests that begin together, by all sets of those that write over it.

    With m others it is the last with probability 1/(m + 1).

    >>> overwritten_in_burst(4, Fraction(1)), overwritten_in_burst(2, Fraction(1, 20))
    (Fraction(3, 4), Fraction(1, 40))
    """
    kept = Fraction(0)
    for others in itertools.product((False, True), repeat=at_once - 1):
        chance = Fraction(1)
        for writes in others:
            chance *= conflicting if writes else 1 - conflicting
        kept += chance / (sum(others) + 1)
    return 1 - kept


def failures(writers: int) -> Fraction:
    """Attempts that fail if so many begin at once and compare before they set, by their order.

    The first to finish succeeds, whatever the others do: of ``n`` at work all n - 1 others then
    hold what is old. From there a chain over how many are old, solved by counting.

    >>> [failures(n) for n in (1, 2, 3)]
    [Fraction(0, 1), Fraction(1, 1), Fraction(5, 2)]
    """
    total = Fraction(0)
    for n in range(1, writers):
        # All n are old; some fail before one of those that have read again succeeds. After i
        # failures, i of n are new: another fails with (n - i)/n.
        more = Fraction(1)
        for i in range(n):
            more *= Fraction(n - i, n)
            total += more
    return total


def in_turn(at_once: int, duration: Fraction) -> Fraction:
    """Mean wait if requests of a session are served one by one.

    >>> in_turn(6, Fraction(100))
    Fraction(250, 1)
    """
    return sum((duration * i for i in range(at_once)), Fraction(0)) / at_once


def stale(read: float, write: float, machines: int, ttl: float) -> tuple[float, float]:
    """Look-ups of a read, and stale reads, with an entry that no write of its own renews.

    Then a cycle is a life and the wait for the next request; a bound if writes are rare.

    >>> [round(x, 4) for x in stale(0.1, 0.005, 6, 0.001)]
    [1.0, 0.0]
    """
    own = read / machines
    hits = own * ttl
    old = own * (ttl - (-math.expm1(-write * ttl)) / write)
    return 1.0 / (1.0 + hits), old / (1.0 + hits)
