"""One partition in money: refuse, let the last writer win, merge, or accept up to a limit?

    >>> from scalelab.models.trade_offs.cap import WORKLOADS, cut
    >>> for workload in WORKLOADS:
    ...     found = cut(workload)
    ...     print(f"{workload}: {found.cheapest}, {min(found.usd.values()):,.0f} USD")
    Social feed: Merge, 1 USD
    Cart: Merge, 22 USD
    Stock, orders: Limit, 32 USD
    Payments: Refuse, 291 USD

Other ways to the same numbers are in `scalelab.theory.trade_offs.cap`. How often requests are
refused and writes lost around a partition, played through: `scalelab.models.storage.partition`.
"""

from dataclasses import dataclass

from scalelab.facts.cap import SEARCHES_LOST_100_MS
from scalelab.kernels.trade_offs import cap as kernels
from scalelab.models.check import one_of, within

WORKLOADS = ("Social feed", "Cart", "Stock, orders", "Payments")
WAYS = ("Refuse", "Last writer", "Merge", "Limit")
LOSSES = ("Reads refused", "Writes refused", "Forgotten", "Put right", "Stale reads")
# Assumptions, as are the prices and shares in `scalelab.kernels.trade_offs.cap.PRESETS`.
MINUTES = 10.0
MINORITY = 0.3
REQUESTS_PER_S = 2000.0
SKEW = 0.8
COMES_BACK = 0.6
LEFT = 20
LIMIT = 6
MOST = 500  # the chances of more would be too small for a float


@dataclass(frozen=True)
class Cut:
    """What a partition costs with each of `WAYS`.

    ``usd`` in all, ``counts`` and ``usd_by_loss`` by way and kind of loss (`LOSSES`). ``worth_usd``
    is what one write that diverges (forgotten or put right) might cost on average before refusing
    is cheaper; None where none does. ``crossing_min`` is the shortest partition from 0.1 to 1440
    minutes at which the way costs what refusing costs; None if there is none.
    """

    cheapest: str
    usd: dict[str, float]
    counts: dict[str, dict[str, float]]
    usd_by_loss: dict[str, dict[str, float]]
    worth_usd: dict[str, float | None]
    crossing_min: dict[str, float | None]


def cut(
    workload: str,
    minutes: float = MINUTES,
    minority: float = MINORITY,
    requests_per_s: float = REQUESTS_PER_S,
    skew: float = SKEW,
    comes_back: float = COMES_BACK,
    left: int = LEFT,
    limit: int = LIMIT,
    conflict_factor: float = 1.0,
) -> Cut:
    """Two sites cannot reach each other for ``minutes``.

    Parameters
    ----------
    workload : one of `WORKLOADS`. "Social feed": posts and their likes. "Cart": a customer's, of
        which 2 % of the changes come from any side. "Stock, orders": pieces of a product.
        "Payments": a balance at a payment provider; 0.1 % of those on the smaller side know of the
        partition and spend a balance on both sides.
    minutes : 0.001 to 1e5.
    minority : share of the customers on the side that is cut off, 0 to 0.5.
    requests_per_s : of the whole shop, of which each workload has its shares, 0.01 to 1e6.
    skew : of the popularity of posts and products (Zipf), 0 to 3. Carts and balances are alike.
    comes_back : share of those refused who return later, so that nothing is lost, 0 to 1.
    left : pieces of each product, and payments that a balance is good for, 1 to 500.
    limit : writes of each key that the smaller side takes, 0 to 500; more than ``left`` is
        ``left`` where there is one. Of a product they are set aside for it, of a balance they are
        on top of what the other side may pay out.
    conflict_factor : times the price of whatever diverges, 0.001 to 1e6.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Expectations, without chance: a side's writes to a key are Poisson, independent of the other
    side's. "Refuse" is what a majority does under theorem 1 of S. Gilbert and N. Lynch, SIGACT News
    33(2), 2002: it refuses reads of the smaller side too. "Last writer" keeps, of each key,
    the side that wrote last and forgets the other's; a forgotten sale is a piece sold again. The
    limit is P. E. O'Neil's escrow (ACM TODS 11(4), 1986) for products, and for balances that of
    cash machines (E. Brewer, "CAP twelve years later", Computer 45(2), 2012). Keys beyond the 32
    most popular are taken in groups within 20 %, which is exact to 0.3 %. The last writer is exact
    but where a product sells out; there within 1 %.

    Leaves out: the seconds until a partition is noticed, and elections; writes on their way when it
    begins; writes of one customer that come in bursts; writes that touch several keys; clocks that
    differ; repairs that take servers and days; trust. All prices are assumptions.
    """
    one_of("workload", workload, WORKLOADS)
    within("minutes", minutes, 0.001, 1e5, "min")
    within("minority", minority, 0.0, 0.5, advice="the smaller side has at most half")
    within("requests_per_s", requests_per_s, 0.01, 1e6, "requests/s")
    within("skew", skew, 0.0, 3.0)
    within("comes_back", comes_back, 0.0, 1.0, advice="a share, not a percentage")
    within("left", left, 1, MOST)
    within("limit", limit, 0, MOST)
    within("conflict_factor", conflict_factor, 0.001, 1e6)
    table = kernels.cap(
        WORKLOADS.index(workload), float(minutes), float(minority), float(requests_per_s),
        float(skew), float(comes_back), int(left), int(limit), float(conflict_factor),
    )  # fmt: skip
    ways = table[table[:, kernels.KIND] == kernels.SET].tolist()
    losses = table[table[:, kernels.KIND] == kernels.LOSS]
    counts = losses[:, kernels.COUNT].reshape(len(WAYS), len(LOSSES)).tolist()
    usd = losses[:, kernels.USD].reshape(len(WAYS), len(LOSSES)).tolist()
    named = list(zip(WAYS, ways, strict=True))
    return Cut(
        cheapest=next(way for way, row in named if row[kernels.BEST] == 1.0),
        usd={way: row[kernels.USD] for way, row in named},
        counts={
            way: dict(zip(LOSSES, row, strict=True))
            for way, row in zip(WAYS, counts, strict=True)
        },
        usd_by_loss={
            way: dict(zip(LOSSES, row, strict=True)) for way, row in zip(WAYS, usd, strict=True)
        },
        worth_usd={
            way: row[kernels.WORTH] if row[kernels.HAS_WORTH] == 1.0 else None
            for way, row in named
        },
        crossing_min={
            way: row[kernels.CROSS] if row[kernels.HAS_CROSS] == 1.0 else None
            for way, row in named
        },
    )  # fmt: skip


def majority_up(n: int, availability: float) -> float:
    """Chance that more than half of ``n`` servers (1 to 99) are up, independently of each other.

    >>> f"{majority_up(5, 0.9):.5f}"
    '0.99144'
    """
    within("n", n, 1, 99)
    within("availability", availability, 0.0, 1.0, advice="a share, not a percentage")
    return float(kernels.majority_up(int(n), float(availability)))


def waiting(margin_usd_per_year: float, delay_ms: float, share: float = 1.0) -> float:
    """USD a year that customers do not bring because a ``share`` of the answers is later.

    An assumption on top of a measurement: a search engine lost 0.2 % of its searches to 100 ms (J.
    Brutlag, "Speed matters", 2009). Here the margin falls in proportion to delay and share.

    >>> f"{waiting(100e6, 100.0):,.0f}"
    '200,000'
    """
    within("margin_usd_per_year", margin_usd_per_year, 0.0, 1e12, "USD")
    within("delay_ms", delay_ms, 0.0, 1000.0, "ms", "far from what was measured beyond it")
    within("share", share, 0.0, 1.0, advice="a share, not a percentage")
    return margin_usd_per_year * SEARCHES_LOST_100_MS.value * delay_ms / 100.0 * share
