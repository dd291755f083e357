"""Reads that follow a write, and what a primary with replicas carries, by other ways.

Each machine is an M/G/c queue with processor sharing, whose means do not depend on the law of the
work (F. P. Kelly, "Reversibility and stochastic networks", 1979, section 3.3).
"""

import math
from fractions import Fraction

from scalelab.theory.queueing.processor_sharing import stretch


def pinned(request_rate: float, write_share: float, window: float) -> float:
    """Chance that a customer's last write is at most ``window`` old: writes are Poisson.

    >>> round(pinned(0.1, 0.05, 60.0), 4)
    0.2592
    """
    return -math.expm1(-request_rate * write_share * window)


def carried(vcpus: Fraction, work: Fraction, target: Fraction) -> Fraction:
    """Rate at which a machine with so much work for each request is as busy as ``target``."""
    return vcpus * target / work


def one_machine(write_share: Fraction, read: Fraction, factor: Fraction) -> Fraction:
    """Mean work of a request that one machine does whole.

    >>> one_machine(Fraction(1, 20), Fraction(3), Fraction(2))
    Fraction(63, 20)
    """
    return (1 - write_share) * read + write_share * factor * read


def all_together(
    write_share: Fraction, read: Fraction, factor: Fraction, apply_share: Fraction, replicas: int
) -> Fraction:
    """Work of a request for each machine, if reads can be spread so that all are equally busy.

    All work that there is, divided by the machines: a write is done once and applied by each
    replica.

    >>> all_together(Fraction(1, 20), Fraction(3), Fraction(2), Fraction(1, 2), 1)
    Fraction(33, 20)
    """
    once = one_machine(write_share, read, factor)
    return (once + replicas * write_share * factor * apply_share * read) / (replicas + 1)


def split(
    write_share: float, read: float, factor: float, apply_share: float, pinned: float, replicas: int
) -> tuple[float, float]:
    """Work of a request for the primary and for each replica, if replicas take all reads they may.

    >>> [round(x, 3) for x in split(0.05, 3.0, 2.0, 0.5, 0.0, 1)]
    [0.3, 3.0]
    """
    writes, reads = write_share * factor * read, (1.0 - write_share) * read
    return writes + pinned * reads, apply_share * writes + (1.0 - pinned) * reads / replicas


def pinned_in_visits(request_rate: float, write_share: float, window: float, visit: float) -> float:
    """The same if a visit lasts so long and begins with nothing written.

    A read at time t of it looks back over min(t, window), and is anywhere in the visit as likely.

    >>> [round(pinned_in_visits(0.1, 0.05, w, 600.0), 3) for w in (2.0, 60.0, 600.0)]
    [0.01, 0.247, 0.683]
    """
    rate, back = request_rate * write_share, min(window, visit)
    near = -math.expm1(-rate * back)
    begins = back - near / rate
    return (begins + (visit - back) * near) / visit


def read_time(read: float, busy: float, vcpus: int) -> float:
    """Mean time of a read on a machine that is so busy.

    >>> round(read_time(3.0, 0.5, 1), 6)
    6.0
    """
    return read * stretch(busy, vcpus)


def best_of_two(read: float, load: float, vcpus: int) -> tuple[float, float]:
    """Mean read on one machine of twice the vCPUs, and on two machines that share evenly.

    ``load``: vCPUs that would be busy. The larger one is never slower: its vCPUs are one pool.
    """
    rho = load / (2 * vcpus)
    return read_time(read, rho, 2 * vcpus), read_time(read, rho, vcpus)
