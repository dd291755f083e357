"""A page that calls services which call others: when it is down, how late it is, what is wasted.

    >>> from scalelab.models.patterns.call_graph import page, time_for
    >>> turn, once = page(order="One after the other"), page(order="At once")
    >>> f"{turn.p99_ms:.0f} and {once.p99_ms:.0f} ms, {turn.minutes_down:,.0f} minutes a month"
    '407 and 233 ms, 1,296 minutes a month'
    >>> f"{time_for(1).p99_turn_ms:.1f} ms for one service"
    '38.0 ms for one service'

Other ways to the same numbers are in `scalelab.theory.patterns.call_graph`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.facts.call_graph import ISTIO_P90
from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.patterns import call_graph as kernels
from scalelab.models.check import one_of, within

ORDERS = ("One after the other", "At once")
WAYS = ("Fallback", "Queue")
REMEDIES = (
    "All are needed",
    "As set",
    "Last answers kept",
    "Two copies of each",
    "One nine more each",
)
# A page of the shop; assumptions, but for the network.
BRANCHES, DEPTH = 6, 5
UP = 0.999
FAST_MS, SLOW = 5.0, 0.02
LIMIT_MS = 1000.0
HOP_MS = DATA_CENTRE_ROUND_TRIP.value
PROXY_MS = ISTIO_P90.value  # of both proxies of a mesh, where there is one
KEPT = 0.8  # of the answers of a branch, an older one will do
COMMON = 0.25  # of a service's failures, such as bad deploys, hit both copies
LONGEST_MS = 1e5


@dataclass(frozen=True)
class Page:
    """A page, and the services it calls.

    ``services`` of which ``needed`` have to be up. ``up``: part of the time for which the page is,
    ``minutes_down`` in a month; ``minutes_by_remedy`` for each of `REMEDIES`. ``each_up``: what
    each needed service has to be for the page to be up as long as one service is now.

    ``mean_ms``, ``p50_ms``, ``p99_ms`` of the page; ``added_p99_ms``: p99 of one service times
    the number that work one after the other; ``p99_without_ms``: with one branch less, None if
    there is one only. ``network_ms`` and ``proxies_ms`` are what such a line of calls spends there.
    ``late``: share of the pages that are given up.
    """

    services: int
    needed: int
    up: float
    minutes_down: float
    minutes_by_remedy: dict[str, float]
    each_up: float
    mean_ms: float
    p50_ms: float
    p99_ms: float
    added_p99_ms: float
    p99_without_ms: float | None
    network_ms: float
    proxies_ms: float
    late: float


@dataclass(frozen=True)
class Times:
    """So many services, one after the other and at once (ms)."""

    services: int
    p99_turn_ms: float
    p99_once_ms: float
    mean_turn_ms: float
    mean_once_ms: float


@dataclass(frozen=True)
class Wasted:
    """What is done for nobody while the first service of each branch has a queue.

    The shares are of the work of a page: with time-outs alone, with a deadline that is passed on,
    and if what runs is cancelled as well. ``late``: share of the pages that are given up.
    """

    wait_ms: float
    fixed: float
    passed: float
    cancelled: float
    late: float


def _check(proxy_ms: float, slow: float, hop_ms: float, fast_ms: float) -> None:
    within("proxy_ms", proxy_ms, 0.0, 10_000.0, "ms")
    within("slow", slow, 0.0, 1.0, advice="a share, not a percentage")
    within("hop_ms", hop_ms, 0.0, 10_000.0, "ms")
    within("fast_ms", fast_ms, 0.01, 10_000.0, "ms")


def _shape(branches: int, depth: int, order: str) -> None:
    within("branches", branches, 1, kernels.MOST)
    within("depth", depth, 1, kernels.MOST)
    one_of("order", order, ORDERS)
    within("services", branches * depth, 1, kernels.MOST, advice="take fewer branches, or shorter")


def page(
    branches: int = BRANCHES,
    depth: int = DEPTH,
    order: str = ORDERS[0],
    optional: int = 0,
    how: str = WAYS[0],
    up: float = UP,
    proxy_ms: float = 0.0,
    slow: float = SLOW,
    limit_ms: float = LIMIT_MS,
    hop_ms: float = HOP_MS,
    fast_ms: float = FAST_MS,
    kept: float = KEPT,
    common: float = COMMON,
) -> Page:
    """A page that calls ``branches`` of ``depth`` services.

    Parameters
    ----------
    branches, depth : 1 or more each, 60 services at most.
    order : of the branches, one of `ORDERS`.
    optional : branches that the page is shown without, 0 to one less than there are.
    how : one of `WAYS`: they are called and have a fallback, or are left in a queue.
    up : part of the time for which each service is up, 0.5 to 1.
    proxy_ms : what the two proxies of a call add to it, 0 to 10,000 ms.
    slow : share of the calls whose work is ten times as long on average, 0 to 1.
    limit_ms : time-out of the page, 0.1 to 1e5 ms.
    hop_ms : network of a call, both ways, 0 to 10,000 ms.
    fast_ms : mean of the work of other calls, 0.01 to 10,000 ms.
    kept : chance that an older answer of a branch will do, 0 to 1.
    common : share of a service's failures that hit a second copy as well, 0 to 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Times are exact but for the mean at once (Simpson's rule): a chain of fast or slow exponential
    times is a phase-type law, found by uniformisation (A. Jensen, 1953). Failures are independent
    (B. Treynor et al., ACM Queue 15(2), 2017).

    Leaves out: services that fail together or share machines; graphs that are no fans of chains;
    calls of a service that run at once; retries; queues that the load of other pages makes; what a
    fallback takes; messages in the queue that come too late.
    """
    _shape(branches, depth, order)
    within("optional", optional, 0, branches - 1, advice="a page needs one branch at least")
    one_of("how", how, WAYS)
    within("up", up, 0.5, 1.0, advice="a share, not a percentage")
    _check(proxy_ms, slow, hop_ms, fast_ms)
    within("limit_ms", limit_ms, 0.1, LONGEST_MS, "ms")
    within("kept", kept, 0.0, 1.0)
    within("common", common, 0.0, 1.0)
    table = kernels.call_graph(
        int(branches), int(depth), ORDERS.index(order), int(optional), WAYS.index(how), float(up),
        float(proxy_ms), float(slow), float(limit_ms), float(hop_ms), float(fast_ms), float(kept),
        float(common),
    )  # fmt: skip
    (row,) = table[table[:, kernels.KIND] == kernels.SET].tolist()
    minutes = table[table[:, kernels.KIND] == kernels.REMEDY][:, kernels.MINUTES].tolist()
    return Page(
        services=int(row[kernels.SERVICES]),
        needed=int(row[kernels.NEEDED]),
        up=row[kernels.UP],
        minutes_down=row[kernels.MINUTES],
        minutes_by_remedy=dict(zip(REMEDIES, minutes, strict=True)),
        each_up=row[kernels.MUST],
        mean_ms=row[kernels.MEAN],
        p50_ms=row[kernels.P50],
        p99_ms=row[kernels.P99],
        added_p99_ms=row[kernels.ADDED],
        p99_without_ms=row[kernels.P99_WITHOUT] if row[kernels.HAS_WITHOUT] == 1.0 else None,
        network_ms=row[kernels.NETWORK],
        proxies_ms=row[kernels.PROXIES],
        late=row[kernels.LATE],
    )


def time_for(
    services: int,
    proxy_ms: float = 0.0,
    slow: float = SLOW,
    hop_ms: float = HOP_MS,
    fast_ms: float = FAST_MS,
) -> Times:
    """So many services (1 to 60), one after the other and at once; other ranges as for `page`."""
    within("services", services, 1, kernels.MOST)
    _check(proxy_ms, slow, hop_ms, fast_ms)
    sums = kernels.sums_of(int(services), float(slow), float(fast_ms))
    call_ms = float(hop_ms) + float(proxy_ms)
    turn = kernels.Graph(int(services), 1, kernels.TURN, call_ms)
    once = kernels.Graph(int(services), 1, kernels.ONCE, call_ms)
    return Times(
        services,
        float(kernels.quantile(sums, turn, 0.99)),
        float(kernels.quantile(sums, once, 0.99)),
        float(kernels.mean_page(sums, turn)),
        float(kernels.mean_page(sums, once)),
    )


def wasted(
    wait_ms: float,
    branches: int = BRANCHES,
    depth: int = DEPTH,
    order: str = ORDERS[0],
    proxy_ms: float = 0.0,
    slow: float = SLOW,
    limit_ms: float = LIMIT_MS,
    hop_ms: float = HOP_MS,
    fast_ms: float = FAST_MS,
) -> Wasted:
    """What is done for nobody if each branch's first service has a queue of ``wait_ms`` (0 to 1e5).

    The other arguments, and their ranges, are those of `page`.
    """
    within("wait_ms", wait_ms, 0.0, LONGEST_MS, "ms")
    _shape(branches, depth, order)
    _check(proxy_ms, slow, hop_ms, fast_ms)
    within("limit_ms", limit_ms, 0.1, LONGEST_MS, "ms")
    sums = kernels.sums_of(int(branches * depth), float(slow), float(fast_ms))
    graph = kernels.Graph(
        int(branches), int(depth), ORDERS.index(order), float(hop_ms) + float(proxy_ms)
    )
    row = np.zeros(kernels.WIDTH)
    kernels.put_stuck(row, sums, graph, float(limit_ms), float(wait_ms))
    return Wasted(
        float(row[kernels.WAIT]), float(row[kernels.FIXED]), float(row[kernels.PASSED]),
        float(row[kernels.CANCELLED]), float(row[kernels.LATE]),
    )  # fmt: skip
