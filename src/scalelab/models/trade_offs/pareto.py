"""What the shop's designs cost and do, which of them are on the front, and which is best.

    >>> from scalelab.models.trade_offs.pareto import compare
    >>> found = compare()
    >>> for name in ("Plain", "Cheapest", "Least in all", "Fastest"):
    ...     one = found.named[name]
    ...     print(f"{name:12} {one.rent_usd:5,.0f} + {one.lost_usd:5,.0f} USD, {one.p99_ms:.0f} ms")
    Plain        1,114 + 4,542 USD, 340 ms
    Cheapest       876 + 4,365 USD, 343 ms
    Least in all 1,185 + 3,567 USD, 185 ms
    Fastest      4,312 + 2,470 USD, 173 ms

Other ways to the same numbers are in `scalelab.theory.trade_offs.pareto`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scalelab.facts.choice import DISK_PRICE
from scalelab.facts.edge import USD_PER_10000_REQUESTS
from scalelab.facts.growth import BALANCER_PRICE, BALANCER_UNIT_PRICE
from scalelab.facts.latency import CALIFORNIA_NETHERLANDS_ROUND_TRIP, DATA_CENTRE_ROUND_TRIP
from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.facts.pareto import BETWEEN_ZONES, REVENUE_100_MS
from scalelab.kernels import shop
from scalelab.kernels.trade_offs import pareto as kernels
from scalelab.models.check import within

LEVERS = ("Machines", "Cache", "Copies", "Zones", "CDN", "Jobs later")
NAMED = (
    "Plain",
    "Cheapest",
    "Fastest",
    "Meets the objective",
    "Within the budget",
    "Safest",
    "Least in all",
)
SMALL, MACHINE = FAMILY[:2]
# Assumptions, but for what a search engine lost by 100 ms.
RATE_PER_S, READS, SKEW = 2000.0, 1.0 - shop.WRITE_SHARE, 0.8
SLO_MS, MOST_DOWN_MIN, BUDGET_USD = 175.0, 500.0, 2000.0
HOUR_USD, SLOW, CHANGES_MIN = 1000.0, REVENUE_100_MS.value, 0.0
DATA_GIB = 40.0  # as in `separate_database.memory`
# What the lab holds fixed. Prices and two of the distances are facts, all else is assumed, alike in
# other chapters: `growth.path`, `load_balancing.zones`.
CONSTANTS: Mapping[str, float] = {
    "data_gib": DATA_GIB,
    "vcpus": shop.VCPUS,
    "most_busy": 0.9,
    "application_ms": shop.WEB_MS + shop.APPLICATION_MS,
    "job_ms": shop.JOBS_MS / shop.WRITE_SHARE,
    "others_ms": 100.0,
    "database_ms": shop.DATABASE_MS,
    "disk_ms": shop.DISK_MS,
    "lookup_ms": 0.1,
    "trip_ms": DATA_CENTRE_ROUND_TRIP.value,
    "between_ms": 0.5,
    "queries": 3.0,
    "near_ms": 30.0,
    "far_ms": CALIFORNIA_NETHERLANDS_ROUND_TRIP.value,
    "far_share": 0.3,
    "opens": 1.0 / 60.0,
    "set_up": 2.0,
    "edge_ms": 20.0,
    "edge_share": 0.4,
    "mtbf_days": 365.0,
    "repair_min": 10.0,
    "zone_years": 5.0,
    "zone_min": 360.0,
    "failover_min": 1.0,
    "machine_usd": MACHINE.price.value * HOURS_PER_MONTH,
    "worker_usd": SMALL.price.value * HOURS_PER_MONTH,
    "copy_usd": MACHINE.price.value * HOURS_PER_MONTH + DATA_GIB * 1.073741824 * DISK_PRICE.value,
    "gib_usd": SMALL.price.value * HOURS_PER_MONTH / SMALL.memory_gib,
    "balancer_usd": HOURS_PER_MONTH * (BALANCER_PRICE.value + BALANCER_UNIT_PRICE.value),
    "zone_gb_usd": BETWEEN_ZONES.value,
    "request_kb": 10.0,
    "cdn_usd": USD_PER_10000_REQUESTS["North America"].value / 10_000.0,
}


@dataclass(frozen=True)
class Design:
    """What is bought, the rent of a month, and what it does.

    ``lost_usd`` is what waiting and minutes down cost in a month, ``total_usd`` that and the rent.
    """

    machines: int
    cache_gib: float
    copies: int
    zones: int
    cdn: bool
    jobs_later: bool
    rent_usd: float
    p99_ms: float
    mean_ms: float
    down_min: float
    lost_usd: float
    total_usd: float
    usd_per_million: float


@dataclass(frozen=True)
class Step:
    """From one design to the next one: ``bought`` has what is changed, by `LEVERS`.

    ``each`` is USD a month for a millisecond or for a nine (a tenth of the minutes). On a way of
    buying it is USD not lost for each USD of rent; None if no more rent is needed.
    """

    to: Design
    bought: dict[str, int]
    each: float | None


@dataclass(frozen=True)
class Compared:
    """The front of rent and p99, cheapest first; steps of its hull, and of that of the minutes.

    ``greedy`` buys what returns most for each USD, ``in_turn`` one of each. ``named`` has those of
    `NAMED` that exist. ``near_least`` designs cost at most 5 % more in all than the least; their
    rents lie between the two of ``near_rents_usd``.
    """

    front: tuple[Design, ...]
    next_ms: tuple[Step, ...]
    next_nine: tuple[Step, ...]
    greedy: tuple[Step, ...]
    in_turn: tuple[Step, ...]
    named: dict[str, Design]
    near_least: int
    near_rents_usd: tuple[float, float]


def _design(row: list[float]) -> Design:
    return Design(
        int(row[kernels.N_MACHINES]), row[kernels.GIB], int(row[kernels.N_COPIES]),
        int(row[kernels.N_ZONES]), row[kernels.HAS_CDN] == 1.0, row[kernels.HAS_ASYNC] == 1.0,
        row[kernels.RENT], row[kernels.P99], row[kernels.MEAN], row[kernels.DOWN],
        row[kernels.LOST], row[kernels.TOTAL], row[kernels.PER_MILLION],
    )  # fmt: skip


def _steps(rows: list[list[float]]) -> tuple[Step, ...]:
    return tuple(
        Step(
            _design(row),
            {
                name: int(change)
                for name, change in zip(LEVERS, row[kernels.BOUGHT :], strict=True)
                if change != 0.0
            },
            row[kernels.EACH] if row[kernels.EACH] != 0.0 else None,
        )
        for row in rows
        if row[kernels.ORDER] > 0.0
    )


def compare(
    rate_per_s: float = RATE_PER_S,
    reads: float = READS,
    skew: float = SKEW,
    slo_ms: float = SLO_MS,
    most_down_min: float = MOST_DOWN_MIN,
    budget_usd: float = BUDGET_USD,
    hour_usd: float = HOUR_USD,
    slow: float = SLOW,
    changes_min: float = CHANGES_MIN,
) -> Compared:
    """All 960 designs of the shop.

    Parameters
    ----------
    rate_per_s : requests of the busiest hour, 10 to 10,000; a day has ten times that hour's.
    reads : share of the requests, 0.85 to 1. The others write, and leave a job behind.
    skew : of the popularity of 40 GiB of pages, 0 to 1.5.
    slo_ms : objective for the p99, 1 to 10,000 ms.
    most_down_min : a year, of the designs that the objective and the budget choose from, 0.01 to
        525,960 min.
    budget_usd : of rent, 1 to 1e7 USD a month.
    hour_usd : what an hour down costs, and what an hour of business is worth, 0 to 1e6 USD.
    slow : part of that which 100 ms more of the mean take away, 0 to 0.1.
    changes_min : a year, for which bad changes stop every design, 0 to 100,000 min.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if no number of copies carries the writes.

    Notes
    -----
    Times are those of M/M/c (A. K. Erlang, 1917), the hit ratio is Che, Tung and Wang's. The time
    of a kind of request is taken as a constant and an exponential with its mean and variance: p99
    is an approximation, the mean is not. Minutes down are exact for machines and zones that fail
    independently; moves of the primary are added. Prices, distances and failures are `CONSTANTS`.

    Leaves out: what is sent to customers, which costs about as much with a CDN as without; people;
    a cache or a CDN that fails or is cold; that what passes a CDN is less popular; writes that make
    copies in a cache old; fewer machines at night; reserved and spot prices; reads from a copy that
    is behind; jobs that a customer wants to see done.
    """
    within("rate_per_s", rate_per_s, 10.0, 10_000.0, "requests/s")
    within("reads", reads, 0.85, 1.0, advice="a share, not a percentage")
    within("skew", skew, 0.0, 1.5)
    within("slo_ms", slo_ms, 1.0, 10_000.0, "ms")
    within("most_down_min", most_down_min, 0.01, kernels.MINUTES_A_YEAR, "min")
    within("budget_usd", budget_usd, 1.0, 1e7, "USD")
    within("hour_usd", hour_usd, 0.0, 1e6, "USD")
    within("slow", slow, 0.0, 0.1, advice="a share, not a percentage")
    within("changes_min", changes_min, 0.0, 100_000.0, "min")
    given: dict[str, Any] = {
        "rate_per_s": float(rate_per_s), "reads": float(reads), "skew": float(skew),
        "slo_ms": float(slo_ms), "most_down": float(most_down_min), "budget": float(budget_usd),
        "hour_usd": float(hour_usd), "slow": float(slow), "changes_min": float(changes_min),
    }  # fmt: skip
    table = kernels.pareto(*given.values(), *CONSTANTS.values()).tolist()
    kinds = [[row for row in table if row[kernels.KIND] == k] for k in range(kernels.FOUND + 1)]
    if not kinds[kernels.GREEDY]:
        raise ValueError(
            f"rate_per_s is {rate_per_s} with reads of {reads}: {kernels.MOST_COPIES} copies of "
            "the database do not carry that without a cache; take fewer requests or more reads"
        )
    named = {NAMED[int(row[kernels.WHICH])]: row for row in kinds[kernels.FOUND]}
    least = named["Least in all"]
    return Compared(
        front=tuple(_design(row) for row in kinds[kernels.FRONT]),
        next_ms=_steps(kinds[kernels.NEXT_MS]),
        next_nine=_steps(kinds[kernels.NEXT_NINE]),
        greedy=_steps(kinds[kernels.GREEDY]),
        in_turn=_steps(kinds[kernels.EVEN]),
        named={name: _design(row) for name, row in named.items()},
        near_least=int(least[kernels.NEAR]),
        near_rents_usd=(least[kernels.NEAR_LOW], least[kernels.NEAR_HIGH]),
    )
