"""A page that asks many leaves: how slow it is, and what hedging does to it and to the servers.

    >>> from scalelab.models.patterns.fan_out import ALL, ENOUGH, HEDGED, ask
    >>> found = ask(100)
    >>> print(f"a leaf: {found.leaf_ms[ALL].p50:.1f} and {found.leaf_ms[ALL].p99:.0f} ms")
    a leaf: 4.5 and 174 ms
    >>> for means in ALL, HEDGED, ENOUGH:
    ...     print(f"{means}: {found.page_ms[means].p50:.0f} and {found.page_ms[means].p99:.0f} ms")
    All leaves: 212 and 653 ms
    Hedged: 42 and 194 ms
    Good enough: 120 and 372 ms
    >>> f"{found.hedges:.1%} more calls"
    '4.8% more calls'

Other ways to the same numbers are in `scalelab.theory.patterns.fan_out`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.facts.fan_out import TIED_MESSAGE
from scalelab.kernels.patterns import fan_out as kernels
from scalelab.models.check import one_of, within

MEANS = ALL, HEDGED, ENOUGH, CANCELLED, TIED = (
    "All leaves",
    "Hedged",
    "Good enough",
    "Hedged, cancelled",
    "Tied",
)
# Assumptions, all of them, for a search of the shop over a hundred shards.
LEAVES = 100
FAST_MS = 5.0
SLOW_SHARE, SLOW_MS, SHARED = 0.01, 100.0, 0.0
BUSY = 0.2
DELAY_MS, BUDGET = 30.0, 1.0
ENOUGH_SHARE = 0.99
MESSAGE_MS = TIED_MESSAGE.value
SERVERS = 10
CALLS = 12_000
SEED = 1


@dataclass(frozen=True)
class Quantiles:
    """Times in ms that half, 99% and 99.9% are not above."""

    p50: float
    p99: float
    p999: float


@dataclass(frozen=True)
class Asked:
    """What a page and one of its leaves take, by `MEANS` of which the first three are here.

    None where hedges overload the servers. ``any_slow``: chance that one of the leaves or more is
    above its 99th percentile. ``hedges`` is the share of calls that are sent twice, and ``work``
    how busy servers are with them; ``stays``: if they were overloaded for whatever reason, hedges
    alone would keep them so. ``missing``: share of the leaves that a good enough page does without.
    """

    page_ms: dict[str, Quantiles | None]
    leaf_ms: dict[str, Quantiles | None]
    any_slow: float
    hedges: float
    work: float
    stays: bool
    missing: float


@dataclass(frozen=True)
class Simulated:
    """Calls of one leaf: times in ms, and work that was done beyond one copy of each call."""

    leaf_ms: Quantiles
    extra: float


def _check(
    slow_share: float, slow_ms: float, shared: float, busy: float, delay_ms: float, budget: float,
    fast_ms: float,
) -> None:  # fmt: skip
    within("slow_share", slow_share, 0.0, 0.5, advice="a share, not a percentage")
    within("fast_ms", fast_ms, 0.01, 1000.0, "ms")
    within("slow_ms", slow_ms, 2.0 * fast_ms, 1000.0 * fast_ms, "ms", "it is slower than fast_ms")
    within("shared", shared, 0.0, 1.0, advice="a share of what is slow, not a percentage")
    within("busy", busy, 0.0, 0.98, advice="a share, not a percentage")
    within("delay_ms", delay_ms, 0.0, 100_000.0, "ms")
    within("budget", budget, 0.0, 1.0, advice="a share of the calls, not a percentage")


def _quantiles(leaf: kernels.Leaf, leaves: int, missing: int) -> Quantiles:
    p50, p99, p999 = (
        float(kernels.time_at(leaf, kernels.late_leaves(p, leaves, missing)))
        for p in (0.5, 0.99, 0.999)
    )
    return Quantiles(p50, p99, p999)


def ask(
    leaves: int = LEAVES,
    slow_share: float = SLOW_SHARE,
    slow_ms: float = SLOW_MS,
    shared: float = SHARED,
    busy: float = BUSY,
    delay_ms: float = DELAY_MS,
    budget: float = BUDGET,
    enough: float = ENOUGH_SHARE,
    fast_ms: float = FAST_MS,
) -> Asked:
    """A page that asks so many ``leaves`` at once.

    Parameters
    ----------
    leaves : 1 to 5000, each with many servers that have the same data.
    slow_share : calls that meet something slow, 0 to 0.5.
    slow_ms : mean time of these, 2 to 1000 times ``fast_ms``.
    shared : part of what is slow that is slow at every server, 0 to 1.
    busy : part of the time for which servers are, without hedges, 0 to 0.98.
    delay_ms : after it a second copy is sent, 0 to 100,000 ms.
    budget : calls that may be sent twice, 0 to 1.
    enough : part of the leaves that a good enough page waits for, 0.9 to 1.
    fast_ms : mean time of all other calls, 0.01 to 1000 ms.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    M/G/1 with a service time of two exponentials, whose wait is two exponentials as well; hedges as
    in J. Dean and L. A. Barroso, "The tail at scale", CACM 56(2), 2013. They are more arrivals,
    and what their number settles at from a quiet beginning is found by iteration. Exact in the
    limit of many servers for each leaf, of which each copy is sent to one at random. With
    ``shared`` an approximation: next to runs the p99 is up to 3% too high at 20% busy, and up to
    15% where hedges nearly overload.

    Leaves out: what the page itself does, and the network; leaves that are slow together, as a
    page's calls come at the same moment; balancers that know the queues; copies that are cancelled
    (`simulate` has them); bursts; servers that are slower than others for long.
    """
    within("leaves", leaves, 1, 5000)
    _check(slow_share, slow_ms, shared, busy, delay_ms, budget, fast_ms)
    within("enough", enough, 0.9, 1.0, advice="a share of the leaves, not a percentage")
    world = (
        float(busy), float(fast_ms), float(slow_share), float(slow_ms), float(shared),
        float(delay_ms),
    )  # fmt: skip
    plain, _, _ = kernels.settled(*world, 0.0)
    hedged, hedges, work = kernels.settled(*world, float(budget))
    missing = int(kernels.lost(int(leaves), float(enough)))
    possible = work < 1.0
    return Asked(
        page_ms={
            ALL: _quantiles(plain, int(leaves), 0),
            HEDGED: _quantiles(hedged, int(leaves), 0) if possible else None,
            ENOUGH: _quantiles(plain, int(leaves), missing),
        },
        leaf_ms={
            ALL: _quantiles(plain, 1, 0),
            HEDGED: _quantiles(hedged, 1, 0) if possible else None,
            ENOUGH: _quantiles(plain, 1, 0),
        },
        any_slow=1.0 - 0.99 ** int(leaves),
        hedges=float(hedges),
        work=float(work),
        stays=bool(busy * (1.0 + budget) >= 1.0),
        missing=missing / leaves,
    )


def simulate(
    means: str,
    slow_share: float = SLOW_SHARE,
    slow_ms: float = SLOW_MS,
    shared: float = SHARED,
    busy: float = BUSY,
    delay_ms: float = DELAY_MS,
    budget: float = BUDGET,
    fast_ms: float = FAST_MS,
    message_ms: float = MESSAGE_MS,
    servers: int = SERVERS,
    calls: int = CALLS,
    seed: int = SEED,
) -> Simulated:
    """Calls of one leaf, one by one, by any of `MEANS` but `ENOUGH`; the first tenth is left out.

    Parameters
    ----------
    means : `ALL`, `HEDGED`, `CANCELLED` or `TIED`.
    slow_share, slow_ms, shared, busy, delay_ms, budget, fast_ms : as for `ask`.
    message_ms : from one server to another, 0 to 1000 ms.
    servers : of the leaf, 2 to 1000.
    calls : 1000 to 1e7.
    seed : 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or means that are not simulated.

    Notes
    -----
    Servers take copies in the order in which they come. A copy that has begun is served to its end,
    cancelled or not. `CANCELLED` drops one whose turn comes when the answer is known, `TIED` when
    the other copy was begun; it sends the second after twice ``message_ms``, so that an idle
    server's word is there before it (the paper's remedy). A budget is a bucket of ten tokens.
    """
    one_of("means", means, (ALL, HEDGED, CANCELLED, TIED))
    _check(slow_share, slow_ms, shared, busy, delay_ms, budget, fast_ms)
    within("busy", busy, 0.001, 0.98, advice="a share, not a percentage")
    within("message_ms", message_ms, 0.0, 1000.0, "ms")
    within("servers", servers, 2, 1000)
    within("calls", calls, 1000, 10_000_000)
    within("seed", seed, 0, 2**31 - 1)
    chance = kernels.drawn(
        int(calls), int(servers), float(fast_ms), float(slow_share), float(slow_ms), float(shared),
        int(seed),
    )  # fmt: skip
    took = np.empty(int(calls))
    mean = fast_ms + slow_share * (slow_ms - fast_ms)
    begun = kernels.play(
        chance, mean / (servers * busy), int(servers), MEANS.index(means), float(delay_ms),
        float(budget), float(message_ms), took,
    )  # fmt: skip
    p50, p99, p999 = np.quantile(took[int(calls) // 10 :], (0.5, 0.99, 0.999))
    return Simulated(Quantiles(float(p50), float(p99), float(p999)), float(begun) - 1.0)
