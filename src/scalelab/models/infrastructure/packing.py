"""Containers on machines: how many it takes, what is idle, and what margins and limits do.

    >>> from scalelab.models.infrastructure.packing import LEAST, FIRST, bins, fleet
    >>> bins([50, 70, 50, 70], 120, FIRST), bins([50, 50, 70, 70], 120, FIRST)
    (2, 3)
    >>> for vcpus in (4, 8, 32):
    ...     found = fleet(vcpus, way=LEAST)
    ...     print(f"{vcpus}: {found.machines:.1f} machines, {found.usd_per_month:,.0f} USD")
    4: 26.0 machines, 4,018 USD
    8: 12.8 machines, 3,956 USD
    32: 4.0 machines, 4,945 USD

Other ways to the same numbers are in `scalelab.theory.infrastructure.packing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.facts import packing as facts
from scalelab.facts.machines import HOURS_PER_MONTH
from scalelab.kernels import shop
from scalelab.kernels.infrastructure import packing as kernels
from scalelab.models.check import one_of, within

WAYS = FIRST, DECREASING, MOST, LEAST = (
    "First fit",
    "First fit decreasing",
    "Most allocated",
    "Least allocated",
)
FAMILIES = tuple(family.name for family in facts.FAMILIES)
USD_PER_VCPU = tuple(family.usd_per_hour.value * HOURS_PER_MONTH / 2.0 for family in facts.FAMILIES)
RESOURCES = CPU, MEMORY = ("CPU", "Memory")
PARTS = USED, IDLE, FREE, SYSTEM = ("Used", "Asked for, idle", "Free", "System")
# Assumptions. What each machine runs besides: network, logs, measurements.
AGENTS_M, AGENTS_MIB = 250.0, 350.0
DRAWS_PER_MONTH = HOURS_PER_MONTH  # memory is as good as new every hour
CONTAINERS = 120
MEMORY_FACTOR, SWING, TOGETHER = 1.5, 0.2, 0.0
# What is asked for over what is used, at Google, by hand and by Autopilot: 1.85 and 1.3.
CPU_FACTOR = round(1.0 / (1.0 - facts.SLACK_BY_HAND.value), 2)
AUTOPILOT_FACTOR = round(1.0 / (1.0 - facts.SLACK_AUTOPILOT.value), 2)
SERVICE_MS = shop.APPLICATION_MS
SEEDS = 5


@dataclass(frozen=True)
class Fleet:
    """Machines for some containers; means over several draws of them.

    ``usd_low`` and ``usd_high``: least and most of the draws. ``bound``: machines that no way does
    without, a spare one aside. ``pending``: the part of a lost machine's containers for which the
    others have no room; ``spare`` machines are there for them, if asked for. ``shares``: of what is
    paid, by resource and then by each of `PARTS`. ``kills_limited`` containers a month need more
    memory than they ask for, and are killed if that is their limit; without limits one is killed
    where a machine has no more, ``kills_unlimited`` a month. ``throttled``: the part of periods in
    which an application container is stopped whose CPU limit is what it asks for; p99 responses
    with that limit and without.
    """

    machines: float
    usd_per_month: float
    usd_low: float
    usd_high: float
    bound: float
    spare: float
    held: float
    pending: float
    shares: dict[str, dict[str, float]]
    scarce: str
    kills_limited: float
    kills_unlimited: float
    throttled: float
    limited_p99_ms: float
    free_p99_ms: float


def allocatable(vcpus: int, family: str = "m8i") -> tuple[int, int]:
    """Thousandths of a vCPU and MiB that a machine leaves to containers, agents included.

    >>> allocatable(4)
    (3920, 13502)

    Raises ValueError for a size or a family that is not in `scalelab.facts.packing`.
    """
    size, kind = _size(vcpus), _family(family)
    world = kernels.World(
        facts.FAMILIES[kind].gib_per_vcpu, 0.0, facts.VM_OVERHEAD.value,
        facts.RESERVED_PER_POD.value, facts.RESERVED_BASE.value, facts.EVICTION.value,
        AGENTS_M, AGENTS_MIB,
    )  # fmt: skip
    mib = int(vcpus) * facts.FAMILIES[kind].gib_per_vcpu * 1024
    return (
        int(kernels.allocatable_m(int(vcpus))),
        int(kernels.allocatable_mib(mib, facts.PODS[size], world)),
    )


def bins(sizes: Sequence[int], capacity: int, way: str = FIRST) -> int:
    """Bins that a way takes for pieces of one dimension.

    Parameters
    ----------
    sizes : whole numbers, 1 to ``capacity``; 1 to 10,000 of them.
    capacity : of a bin, 1 to 1e6.
    way : one of `WAYS`; scores are whole percentages, as in Kubernetes.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.
    """
    within("capacity", capacity, 1, 1_000_000)
    within("number of sizes", len(sizes), 1, 10_000)
    one_of("way", way, WAYS)
    for size in sizes:
        within("size", size, 1, capacity, advice="no bin holds it")
    asked = np.array(sizes, np.int64)
    node = kernels.Node(int(capacity), int(capacity), float(capacity), float(capacity), 0.0)
    order, where, cpu, mib = (np.zeros(len(sizes), np.int64) for _ in range(4))
    return int(kernels.pack(WAYS.index(way), asked, asked, node, order, where, cpu, mib))


def fleet(
    vcpus: int = 8,
    family: str = "m8i",
    way: str = LEAST,
    containers: int = CONTAINERS,
    cpu_factor: float = CPU_FACTOR,
    memory_factor: float = MEMORY_FACTOR,
    spare: bool = True,
    swing: float = SWING,
    together: float = TOGETHER,
    seeds: int = SEEDS,
) -> Fleet:
    """Machines for the shop's containers, and what becomes of them.

    Parameters
    ----------
    vcpus : of a machine, a size of `scalelab.facts.packing`.
    family : of machines, one of `FAMILIES`: 2, 4 or 8 GiB for each vCPU.
    way : how a machine is chosen, one of `WAYS`.
    containers : 1 to 1000.
    cpu_factor, memory_factor : what a container asks for over its mean use, 1.05 to 10 and 1 to 10.
    spare : one machine more, if the containers of a lost one would not find room.
    swing : standard deviation of the memory in use over its mean, 0.01 to 1.
    together : part of that variance which all containers share, 0 to 1.
    seeds : draws of the containers, 1 to 100.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or a container that fits no machine of that size.

    Notes
    -----
    First fit and first fit decreasing: D. S. Johnson, "Near-optimal bin packing algorithms", 1973,
    in two dimensions, the larger share of a machine first. The other two are scores of Kubernetes'
    NodeResourcesFit. A sum of normal uses is normal: the chance that a machine runs out is exact.

    Leaves out: containers that must not or must be together, disks and networks, pods with several
    containers; containers that come and go, so that machines empty slowly; other scores of the
    scheduler, and ties, which it breaks at random; different machines side by side; CPU that is
    asked for by all at once; memory whose use has a longer tail than a normal number, grows until
    a restart, or shrinks under pressure; how long a killed container takes to be back.
    """
    size, kind = _size(vcpus), _family(family)
    one_of("way", way, WAYS)
    within("containers", containers, 1, 1000)
    within("cpu_factor", cpu_factor, 1.05, 10.0, advice="with less it would never catch up")
    within("memory_factor", memory_factor, 1.0, 10.0)
    within("swing", swing, 0.01, 1.0)
    within("together", together, 0.0, 1.0)
    within("seeds", seeds, 1, 100)
    table = kernels.packing(
        WAYS.index(way), int(vcpus), kind, int(containers), float(cpu_factor),
        float(memory_factor), int(spare), float(swing), float(together), USD_PER_VCPU[0],
        USD_PER_VCPU[1], USD_PER_VCPU[2], facts.VM_OVERHEAD.value, facts.RESERVED_PER_POD.value,
        facts.RESERVED_BASE.value, facts.EVICTION.value, AGENTS_M, AGENTS_MIB, DRAWS_PER_MONTH,
        SERVICE_MS, facts.QUOTA_PERIOD.value, int(seeds),
    )  # fmt: skip
    as_set = table[-1].tolist()
    if as_set[kernels.POSSIBLE] == 0.0:
        raise ValueError(
            f"vcpus is {vcpus}, and a container asks for more than such a machine has; take larger "
            "machines or smaller factors"
        )
    curve = table[size * (kernels.WAYS + 1) + kernels.BOUND].tolist()
    parts = table[table[:, kernels.KIND] == kernels.PARTS][:, kernels.SHARE].tolist()
    kills = table[-3:-1, kernels.KILLS].tolist()
    return Fleet(
        machines=as_set[kernels.NODES],
        usd_per_month=as_set[kernels.RENT],
        usd_low=as_set[kernels.RENT_LOW],
        usd_high=as_set[kernels.RENT_HIGH],
        bound=curve[kernels.NODES],
        spare=as_set[kernels.SPARE],
        held=as_set[kernels.HELD],
        pending=as_set[kernels.PENDING],
        shares={
            resource: dict(zip(PARTS, parts[4 * i : 4 * i + 4], strict=True))
            for i, resource in enumerate(RESOURCES)
        },
        scarce=RESOURCES[int(as_set[kernels.BINDS])],
        kills_limited=kills[0],
        kills_unlimited=kills[1],
        throttled=as_set[kernels.THROTTLED],
        limited_p99_ms=as_set[kernels.LIMITED_MS],
        free_p99_ms=as_set[kernels.FREE_MS],
    )


def _size(vcpus: int) -> int:
    if vcpus not in facts.SIZES:
        raise ValueError(f"vcpus is {vcpus}, allowed are {', '.join(map(str, facts.SIZES))}")
    return facts.SIZES.index(vcpus)


def _family(family: str) -> int:
    one_of("family", family, FAMILIES)
    return FAMILIES.index(family)
