"""Two sites that cannot talk for a while, in closed form.

A key is written at rates ``here`` and ``there`` on the two sides (Poisson). The sides cannot talk
for a time; a and b are the writes that each side is expected to make meanwhile. Requests of a
Poisson stream that go to one key, to one side, or write, are independent Poisson streams, so sums
over keys with popularities p give whole workloads.

That somebody must be refused or answered inconsistently at all is the theorem of S. Gilbert and
N. Lynch, "Brewer's conjecture and the feasibility of consistent, available, partition-tolerant web
services", SIGACT News 33(2), 2002, theorem 1.
"""

import math
from collections.abc import Sequence


def refused_share(share_cut_off: float, break_s: float, duration_s: float) -> float:
    """Share of all requests that come from whoever is cut off, while it is cut off."""
    return share_cut_off * break_s / duration_s


def conflict_probability(a: float, b: float) -> float:
    """Both sides wrote the key, with ``a`` and ``b`` writes expected: (1 - e^-a)(1 - e^-b)."""
    return math.expm1(-a) * math.expm1(-b)


def differs_probability(a: float, b: float) -> float:
    """At least one side wrote the key."""
    return -math.expm1(-(a + b))


def lost_writes(a: float, b: float) -> float:
    """Expected writes of one key that are lost when the side that wrote last wins.

    Of n writes in all, each is on the first side with probability p = a / (a + b), independently
    of when it was made. The last one decides which side wins; each of the other n - 1 is on the
    other side with probability 1 - p if the winner is the first side and p if not. So 2 p (1 - p)
    (n - 1) are lost, and the mean of max(n - 1, 0) for a Poisson number of mean m is m - 1 + e^-m.
    """
    total = a + b
    if total == 0.0:
        return 0.0
    # For few writes total - 1 + exp(-total) would be the difference of nearly equal numbers.
    beyond_first = total + math.expm1(-total) if total > 1e-4 else total * total / 2.0
    return 2.0 * a * b / total**2 * beyond_first


def stale_probability(there: float, delay: float) -> float:
    """A read misses a write of the other side that is not older than ``delay``.

    That of a fixed delay. If delays are random and independent, the writes on their way are the
    customers of an M/G/infinity queue, Poisson with mean ``there`` times the mean delay whatever
    its law: so the formula is the same (L. Takács, "Introduction to the Theory of Queues", 1962).
    """
    return -math.expm1(-there * delay)


def stale_in_break(there: float, delay: float, break_s: float) -> float:
    """The same, on average over a break of ``break_s`` seconds in which nothing arrives.

    After u seconds of it the writes of the last u + delay seconds are missing.
    """
    if there * break_s < 1e-9:
        return stale_probability(there, delay)
    return 1.0 + math.exp(-there * delay) * math.expm1(-there * break_s) / (there * break_s)


def catching_up(waiting: float, replay_rate: float, write_rate: float) -> float:
    """Seconds to send what waits while more is written (as a fluid); rates in writes a second."""
    if replay_rate <= write_rate:
        return math.inf
    return waiting / (replay_rate - write_rate)


def majority_availability(n_replicas: int, availability: float) -> float:
    """Probability that more than half of the replicas are up, if they fail independently."""
    return sum(
        math.comb(n_replicas, up) * availability**up * (1.0 - availability) ** (n_replicas - up)
        for up in range(n_replicas // 2 + 1, n_replicas + 1)
    )


def expected(
    popularity: Sequence[float], write_rate: float, minority: float, break_s: float
) -> tuple[float, float, float]:
    """Keys that differ, keys in conflict and writes lost after a cut between the sites.

    ``write_rate`` in writes a second in all, a share ``minority`` of them on one side. For sites
    that talk at once before and after the cut.
    """
    differ = conflict = lost = 0.0
    for p in popularity:
        b = write_rate * p * minority * break_s
        a = write_rate * p * (1.0 - minority) * break_s
        differ += differs_probability(a, b)
        conflict += conflict_probability(a, b)
        lost += lost_writes(a, b)
    return differ, conflict, lost
