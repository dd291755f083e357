"""How often writes to one key collide, and what the last writer throws away, in closed form.

Writes are Poisson streams: within a time t, a stream of rate λ has none with probability exp(-λt).
That a write which has not heard of another one conflicts with it, whatever the clocks say, is
L. Lamport's "happened before" ("Time, clocks, and the ordering of events in a distributed system",
CACM 21(7), 1978). The closed forms of losses are derived here, for the rule as Cassandra documents
it: every write carries the time of a clock, and the latest time stays.
"""

import math
from collections.abc import Sequence


def unaware_probability(rate_elsewhere: float, delay: float) -> float:
    """A write is made without knowledge of one that another region made within the delay."""
    return 1.0 - math.exp(-rate_elsewhere * delay)


def lost_to_last_writer(
    rate_ahead: float, rate_behind: float, delay: float, ahead: float
) -> tuple[float, float]:
    """Shares of the additions that two regions lose, each writing the whole value.

    One region's clock is ``ahead`` (0 or more). By the times on the writes, which are all that the
    rule looks at, its writes take ``delay - ahead`` to the other region and those of the other
    ``delay + ahead`` back, and a wait below nothing is none. A write of region 1 is in danger if
    region 2 writes before it hears of it (probability p2, and p1 the other way), and then lost
    unless region 1 does the same to that write, and so on: p2 (1 - p1) + p2 p1 p2 (1 - p1) + ...

    A hybrid clock (S. Kulkarni et al., "Logical physical clocks", OPODIS 2014) passes every time
    that it has seen: so nothing that was known is lost, and the region ahead wins over all that
    did not know it. That is a clock ahead by the delay, or by less if the clocks differ by less.
    """
    to_ahead = 1.0 - math.exp(-rate_ahead * (delay + ahead))
    to_behind = 1.0 - math.exp(-rate_behind * max(0.0, delay - ahead))
    undecided = 1.0 - to_ahead * to_behind
    if undecided == 0.0:
        return 0.5, 0.5
    return to_behind * (1.0 - to_ahead) / undecided, to_ahead * (1.0 - to_behind) / undecided


def lost_in_a_cut(rate: float, share: float, cut: float) -> float:
    """Additions that two regions lose in a cut: the side that wrote last keeps all of its own.

    ``share`` of them are written on one side. Of k writes the last is on that side with
    probability ``share``, and each of the others on the losing side independently; the mean of
    k - 1 is that of a Poisson number, less one if there is any.
    """
    others = rate * cut - 1.0 + math.exp(-rate * cut)
    return 2.0 * share * (1.0 - share) * others


def undone_by_union(rate_elsewhere: float, delay: float) -> float:
    """A removed piece is back in the union, as another region wrote the cart meanwhile.

    So it is with any write of theirs within the delay before the removal (the remover did not know
    of it) or after it (they did not know of the removal). Two regions, a piece that both know.
    """
    return 1.0 - math.exp(-2.0 * rate_elsewhere * delay)


def vector_entries(shares: Sequence[float], n_changes: int) -> float:
    """Entries in a version vector after changes that are made in the regions with ``shares``.

    One for each region that has made any: their number is the limit, not that of the changes.
    """
    return sum(1.0 - (1.0 - share) ** n_changes for share in shares)
