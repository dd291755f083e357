"""Several primaries that all take writes: what can they take, and how many orders collide?

    >>> from scalelab.models.replication.multi_primary import ceiling, simulate
    >>> [round(ceiling(n, apply_share=0.5), 2) for n in (1, 2, 4, 16)]
    [1.0, 1.33, 1.6, 1.88]
    >>> two, four = simulate(2), simulate(4)
    >>> four.order_rate / two.order_rate
    2.0
    >>> 5 < four.conflict_rate / two.conflict_rate < 7
    True

The closed forms of the same model are in `scalelab.theory.replication.multi_primary`.
"""

from dataclasses import dataclass

from scalelab.facts.latency import VIRGINIA_IRELAND_ROUND_TRIP
from scalelab.kernels.replication.multi_primary import ceiling as kernel_ceiling
from scalelab.kernels.replication.multi_primary import longest_delay, measured
from scalelab.models.check import one_of, within

LOADS = ("Each primary brings its own", "The same in total")
SPREADS = ("To all at once", "One after the other")
HANDLINGS = ("Last writer wins", "Certification: the later one aborts")
# One way is half of the round trip.
FAR_MS = VIRGINIA_IRELAND_ROUND_TRIP.value / 2.0
# Updates that are on their way at the same time; beyond it a run takes too long.
MOST_ON_THE_WAY = 1e7


@dataclass(frozen=True)
class MultiPrimary:
    """Result of `simulate`.

    ``order_rate``: orders a second at all primaries together. ``conflict_rate``: those of them that
    conflict (mean of the runs), ``conflict_low`` and ``conflict_high`` in the lowest and highest
    run. ``conflict_share``: the share of all orders.
    """

    order_rate: float
    conflict_rate: float
    conflict_low: float
    conflict_high: float
    conflict_share: float


def ceiling(primaries: int, apply_share: float) -> float:
    """Writes that ``primaries`` servers can take if each applies what the others execute.

    Parameters
    ----------
    primaries : 1 to 1000.
    apply_share : work of applying a write as a share of the work of executing it, 0 to 1. Taken
        for all requests, reads included, it is the same times the share of requests that write.

    Returns
    -------
    In units of what one server alone can take.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.
    """
    within("primaries", primaries, 1, 1000)
    within("apply_share", apply_share, 0.0, 1.0, advice="a share, not a percentage")
    return float(kernel_ceiling(int(primaries), float(apply_share)))


def simulate(
    primaries: int,
    order_rate: float = 500.0,
    load: str = LOADS[0],
    actions: int = 4,
    rows: int = 10_000,
    delay_ms: float = FAR_MS,
    spread: str = SPREADS[0],
    handling: str = HANDLINGS[0],
    at_home: float = 0.0,
    hot_share: float = 0.0,
    hot_rows: int = 1,
    n_orders: int = 5000,
    n_runs: int = 5,
    seed: int = 1,
) -> MultiPrimary:
    """Orders that meet an update by another primary that has not arrived yet.

    Parameters
    ----------
    primaries : 1 to 1000.
    order_rate : orders a second, 0.001 to 100,000; at random (Poisson), each at one primary.
    load : one of `LOADS`: ``order_rate`` is that of each primary, or of all together.
    actions : rows that an order updates, 1 to 100. The same row can be drawn twice.
    rows : 2 to 1,000,000,000.
    delay_ms : until another primary has an update, 0 to 600,000 ms.
    spread : one of `SPREADS`. One after the other: the k-th primary has it after k delays.
    handling : one of `HANDLINGS`. Last writer wins: both orders are kept, and of a row that both
        updated the later version. Certification: the later order aborts and is not tried again.
    at_home : share of the orders that come to the primary where their rows live, 0 to 1. The others
        come to any primary, for any rows.
    hot_share : share of the updates that are of hot rows, 0 to 1. Hot rows have no home.
    hot_rows : 1 to ``rows`` - 1.
    n_orders, n_runs : orders that count in a run (1 to 10,000,000), and independent runs (1 to
        1000).
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above, or if more than 10,000,000
        updates are on their way at the same time.

    Notes
    -----
    Leaves out: the time of an order (it updates all its rows at once), reads and what was decided
    upon them, locks between orders at one primary, queues and their lag, jitter, retries after an
    abort and the load that they add, three-way merges, updates that commute (counters, CRDTs),
    and failures.
    """
    for name, value, allowed in (
        ("load", load, LOADS), ("spread", spread, SPREADS), ("handling", handling, HANDLINGS),
    ):  # fmt: skip
        one_of(name, value, allowed)
    within("primaries", primaries, 1, 1000)
    within("order_rate", order_rate, 0.001, 100_000.0, "orders/s")
    within("actions", actions, 1, 100)
    within("rows", rows, 2, 1_000_000_000)
    within("delay_ms", delay_ms, 0.0, 600_000.0, "ms")
    within("at_home", at_home, 0.0, 1.0, advice="a share, not a percentage")
    within("hot_share", hot_share, 0.0, 1.0, advice="a share, not a percentage")
    within("hot_rows", hot_rows, 1, rows - 1, advice="one row at least is not hot")
    within("n_orders", n_orders, 1, 10_000_000)
    within("n_runs", n_runs, 1, 1000)
    total = order_rate * (primaries if load == LOADS[0] else 1)
    longest = longest_delay(int(primaries), SPREADS.index(spread), delay_ms / 1e3)
    within(
        "total rate * actions * delay", total * actions * longest, 0.0, MOST_ON_THE_WAY,
        "updates on their way", "choose a shorter delay or a lower rate",
    )  # fmt: skip
    return MultiPrimary(
        *(
            float(x)
            for x in measured(
                int(primaries), float(order_rate), LOADS.index(load), int(actions), int(rows),
                int(hot_rows), float(hot_share), float(at_home), float(delay_ms),
                SPREADS.index(spread), HANDLINGS.index(handling), int(n_orders), int(n_runs),
                int(seed),
            )
        )
    )  # fmt: skip
