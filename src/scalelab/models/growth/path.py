"""The path of the shop from one machine to millions of customers, stage by stage.

    >>> from scalelab.models.growth.path import first, path
    >>> found = path(1_000_000)
    >>> for stage in found.values():
    ...     print(f"{stage.name:22} {stage.limit:13,.0f} {stage.full_first}")
    Single server                120,000 the one machine's processors
    Separate database            171,429 the application's processors
    Load balancing               300,000 the database's disk
    Replication                2,647,059 the database's disk
    Caching                    5,325,444 the database's disk
    Several data centres       5,756,930 the database's disk
    Sharding as well         368,443,497 the database's disk
    >>> best = first(found)
    >>> best.name, best.machines, round(best.rent_usd), round(best.response_ms)
    ('Replication', 11, 1722, 81)

The closed forms are in `scalelab.theory.growth.path`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scalelab.facts.growth import BALANCER_PRICE, BALANCER_UNIT_PRICE
from scalelab.facts.latency import CALIFORNIA_NETHERLANDS_ROUND_TRIP, DATA_CENTRE_ROUND_TRIP
from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.kernels import shop
from scalelab.kernels.growth import path as kernels
from scalelab.models.check import one_of, within

STAGES = (
    "Single server",
    "Separate database",
    "Load balancing",
    "Replication",
    "Caching",
    "Several data centres",
    "Sharding as well",
)
# By the kernel's numbers for them.
BOTTLENECKS = (
    "the one machine's processors",
    "the application's processors",
    "the database's processors",
    "the database's disk",
    "the caches' processors",
)
TARGET = 0.6
HIT_RATIO = 0.9
FAR_SHARE = 0.3
# What the lab holds fixed. Distances near, queries and a look-up are assumptions.
CONSTANTS = {
    "beside_ms": shop.WEB_MS + shop.JOBS_MS,
    "customer_rate": shop.CUSTOMER_RATE,
    "near_ms": 30.0,
    "far_ms": CALIFORNIA_NETHERLANDS_ROUND_TRIP.value,
    "trip_ms": DATA_CENTRE_ROUND_TRIP.value,
    "queries": 3.0,
    "lookup_ms": 0.1,
    "vcpu_usd": FAMILY[0].price_per_vcpu,
    "balancer_usd": HOURS_PER_MONTH * (BALANCER_PRICE.value + BALANCER_UNIT_PRICE.value),
}


@dataclass(frozen=True)
class Stage:
    """One stage with so many customers a day.

    ``limit`` is the most customers it carries, and ``full_first`` what keeps it there; it is also
    the trigger of the next stage, which then rents ``step_usd`` a month more (less, if negative; 0
    for the last). ``gain`` is the limit over that of the stage before, 1 for the first.

    What follows is at ``customers``: those asked for, or the limit where the stage does not carry
    them (``carries`` is false). ``rent_usd`` is a month's, ``response_ms`` the mean until a
    customer has the answer, ``utilisation`` that of what is ``busiest``; ``replicas`` are those
    of each shard in each region.
    """

    name: str
    limit: float
    full_first: str
    gain: float
    step_usd: float
    carries: bool
    customers: float
    request_rate: float
    machines: int
    replicas: int
    shards: int
    rent_usd: float
    response_ms: float
    utilisation: float
    busiest: str


def path(
    customers: float,
    vcpus: int = shop.VCPUS,
    target: float = TARGET,
    application_ms: float = shop.APPLICATION_MS,
    database_ms: float = shop.DATABASE_MS,
    disk_ms: float = shop.DISK_MS,
    write_share: float = shop.WRITE_SHARE,
    hit_ratio: float = HIT_RATIO,
    far_share: float = FAR_SHARE,
) -> dict[str, Stage]:
    """Every one of the `STAGES`, by its name.

    Parameters
    ----------
    customers : who come on a day, 1 to 1,000,000,000. Each asks for 0.002 requests/s in the busiest
        hour (`scalelab.kernels.shop`).
    vcpus : of every machine, 1 to 1000.
    target : utilisation that no machine may exceed, 0.05 to 0.95.
    application_ms, database_ms : what a request takes of a vCPU, milliseconds, 0.01 to 1000; the
        application has 1 ms more for encryption and for jobs. Assumptions, as are all that follow.
    disk_ms : what it takes of the database's disk, 0.001 to 1000; every database server has one.
    write_share : of the requests, 0 to 1.
    hit_ratio : share of the reads that the cache answers, 0 to 0.999.
    far_share : share of the customers who are far from the first region, 0 to 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    At most 15 replicas of a shard in a region, 64 shards, three regions. Prices and distances are
    `CONSTANTS`; a load balancer is the provider's, one for each region, with one capacity unit in
    use.

    Leaves out: failures, which are the chief reason for many of these steps, and spares; bursts
    within the hour; percentiles; memory, and what fits into it; how old the copies are; questions
    that ask all shards; shards and machines that are not equally busy; traffic between regions and
    its price; a hit ratio that falls when each region has a cache of its own; people.
    """
    within("customers", customers, 1.0, 1e9)
    within("vcpus", vcpus, 1, 1000)
    within("target", target, 0.05, 0.95, advice="a share, not a percentage")
    within("application_ms", application_ms, 0.01, 1000.0, "ms")
    within("database_ms", database_ms, 0.01, 1000.0, "ms")
    within("disk_ms", disk_ms, 0.001, 1000.0, "ms")
    within("write_share", write_share, 0.0, 1.0, advice="a share, not a percentage")
    within("hit_ratio", hit_ratio, 0.0, 0.999, advice="a share, not a percentage")
    within("far_share", far_share, 0.0, 1.0, advice="a share, not a percentage")
    table = kernels.path(
        float(customers),
        int(vcpus),
        float(target),
        float(application_ms),
        float(database_ms),
        float(disk_ms),
        float(write_share),
        float(hit_ratio),
        float(far_share),
        *CONSTANTS.values(),
    )
    last = table[table[:, kernels.LAST] == 1.0]
    here = table[table[:, kernels.HERE] == 1.0]
    rows = zip(STAGES, last.tolist(), here.tolist(), strict=True)
    return {name: _stage(name, at_limit, row) for name, at_limit, row in rows}


def stage(name: str, customers: float, **given: Any) -> Stage:
    """One of the `STAGES`; further arguments as for `path`.

    Raises ValueError for an unknown name, or as `path` does.
    """
    one_of("name", name, STAGES)
    return path(customers, **given)[name]


def first(found: Mapping[str, Stage]) -> Stage:
    """The first stage that carries its customers: the one to be at.

    Raises ValueError if none does.
    """
    for each in found.values():
        if each.carries:
            return each
    raise ValueError(
        "no stage carries these customers; allow busier machines, or lower customers or what a "
        "request takes"
    )


def _stage(name: str, at_limit: list[float], row: list[float]) -> Stage:
    return Stage(
        name=name,
        limit=row[kernels.LIMIT],
        full_first=BOTTLENECKS[int(at_limit[kernels.BOTTLENECK])],
        gain=row[kernels.GAIN],
        step_usd=row[kernels.STEP],
        carries=row[kernels.CARRIES] == 1.0,
        customers=row[kernels.CUSTOMERS],
        request_rate=row[kernels.RATE],
        machines=int(row[kernels.MACHINES]),
        replicas=int(row[kernels.REPLICAS]),
        shards=int(row[kernels.SHARDS]),
        rent_usd=row[kernels.RENT],
        response_ms=row[kernels.RESPONSE],
        utilisation=row[kernels.UTILISATION],
        busiest=BOTTLENECKS[int(row[kernels.BOTTLENECK])],
    )
