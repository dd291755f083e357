"""The shop at every stage of its growth: what it can carry, what is full first, what it rents.

Customers of a day ask for ``customer_rate`` requests a second each in the busiest hour. A request
is work for processors and, where it reaches the database, for a disk. Each stage has what the one
before it has and one thing more: a machine of its own for the database; more application machines
behind a load balancer; replicas that share the reads; a cache that answers most of them; several
regions, each with a full copy; and a database that is cut into shards. No machine may be busier
than the target. What can be added is added as needed, caches too; what cannot is the
stage's limit.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Table, kernel
from scalelab.kernels.queueing.erlang import mean_wait

SINGLE, DATABASE, BALANCED, REPLICATED, CACHED, REGIONAL, SHARDED = range(7)
STAGES = 7
# What can be busiest: processors of the one machine, of the application, of the database; the
# database's disk; processors of the caches, which are added as needed and so are never a limit.
ONE_CPU, APPLICATION_CPU, DATABASE_CPU, DISK, CACHE_CPU = range(5)
POINTS = 20
FEWEST_CUSTOMERS = 1000.0
MOST_REPLICAS = 15
MOST_SHARDS = 64
REGIONS = 3
HOURS_PER_MONTH = 730.0
ROUNDING = 1e-9

STAGE, CUSTOMERS, RATE, MACHINES, RENT, RESPONSE, UTILISATION, BOTTLENECK = range(8)
LIMIT, LAST, REPLICAS, SHARDS, GAIN, CHOSEN, CARRIES, HERE, STEP, BEFORE = range(8, 18)
WIDTH = 18


class Shop(NamedTuple):
    """What a request costs (milliseconds of one vCPU or one disk), and the machines."""

    vcpus: int
    target: float
    application_ms: float  # all but the database's
    database_ms: float
    disk_ms: float
    write_share: float
    hit_ratio: float
    lookup_ms: float  # of a cache's vCPU, by every read


@kernel
def database_load(stage: int, replicas: int, shards: int, shop: Shop) -> float:
    """Of all requests, the share that the busiest database server works on.

    Writes go to the primary and are repeated on every replica; reads go to the replicas.
    """
    reads = 1.0 - shop.write_share
    if stage < REPLICATED:
        return 1.0
    if stage >= CACHED:
        reads *= 1.0 - shop.hit_ratio
    places = replicas * (REGIONS if stage >= REGIONAL else 1)
    return (shop.write_share + reads / places) / shards


@kernel
def most_of_database(share: float, shop: Shop) -> float:
    """Requests a second at which a server that works on this share of them is at the target."""
    work = max(shop.database_ms / shop.vcpus, shop.disk_ms)
    return shop.target * 1000.0 / (work * share)


@kernel
def most_of_one(stage: int, shop: Shop) -> float:
    """Requests a second at which the application's only machine is at the target."""
    work = shop.application_ms + (shop.database_ms if stage == SINGLE else 0.0)
    return shop.target * 1000.0 * shop.vcpus / work


@kernel
def most(stage: int, shop: Shop) -> float:
    """The stage's limit, requests a second."""
    shards = MOST_SHARDS if stage == SHARDED else 1
    limit = most_of_database(database_load(stage, MOST_REPLICAS, shards, shop), shop)
    if stage == SINGLE:
        # The disk is the machine's own; the database's processor time is in the other sum.
        limit = shop.target * 1000.0 / shop.disk_ms
    return min(limit, most_of_one(stage, shop)) if stage < BALANCED else limit


@kernel
def enough_replicas(stage: int, shards: int, rate: float, shop: Shop) -> int:
    """Fewest replicas with which no database server is above the target; 0 if none are enough."""
    for replicas in range(1, MOST_REPLICAS + 1):
        share = database_load(stage, replicas, shards, shop)
        if rate <= most_of_database(share, shop) * (1.0 + ROUNDING):
            return replicas
    return 0


@kernel
def to_target(work_ms: float, shop: Shop) -> int:
    """Fewest machines that are not above the target with this work in every second."""
    return max(1, int(np.ceil(work_ms / (shop.target * 1000.0 * shop.vcpus) * (1.0 - ROUNDING))))


class Fleet(NamedTuple):
    """The machines of a stage; ``application`` and ``caches`` of one region."""

    application: int
    caches: int
    replicas: int
    shards: int
    machines: int


@kernel
def fleet(stage: int, rate: float, shop: Shop) -> Fleet:
    """The fewest machines that carry the rate, which is within the stage's limit."""
    if stage < BALANCED:
        return Fleet(1, 0, 0, 1, stage + 1)
    regions = REGIONS if stage >= REGIONAL else 1
    application = to_target(rate / regions * shop.application_ms, shop)
    if stage == BALANCED:
        return Fleet(application, 0, 0, 1, application + 1)
    replicas, shards, databases = MOST_REPLICAS, 1, 1 << 40
    for n in range(1, (MOST_SHARDS if stage == SHARDED else 1) + 1):
        needed = enough_replicas(stage, n, rate, shop)
        servers = n * (1 + needed * regions)
        if needed > 0 and servers < databases:
            replicas, shards, databases = needed, n, servers
    caches = 0
    if stage >= CACHED:
        caches = to_target(rate / regions * (1.0 - shop.write_share) * shop.lookup_ms, shop)
    machines = regions * (application + caches) + databases
    return Fleet(application, caches, replicas, shards, machines)


@kernel
def at_a_database(rate: float, share: float, shop: Shop) -> float:
    """Mean time at a database server's processors and disk, milliseconds."""
    rate_per_ms = rate * share / 1000.0
    cpu = shop.database_ms + mean_wait(rate_per_ms, shop.database_ms, shop.vcpus)
    return cpu + shop.disk_ms + mean_wait(rate_per_ms, shop.disk_ms, 1)


@kernel
def response(
    stage: int, rate: float, f: Fleet, shop: Shop, far_share: float, near_ms: float, far_ms: float,
    trip_ms: float, queries: float,
) -> float:  # fmt: skip
    """Mean time until a customer has the answer, milliseconds."""
    regions = REGIONS if stage >= REGIONAL else 1
    distance = near_ms + (0.0 if stage >= REGIONAL else far_share * (far_ms - near_ms))
    of_each = rate / regions / f.application / 1000.0
    if stage == SINGLE:
        work = shop.application_ms + shop.database_ms
        disk = shop.disk_ms + mean_wait(of_each, shop.disk_ms, 1)
        return distance + work + mean_wait(of_each, work, shop.vcpus) + disk
    inside = shop.application_ms + mean_wait(of_each, shop.application_ms, shop.vcpus)
    to_database = queries * trip_ms
    if stage < REPLICATED:
        return distance + inside + to_database + at_a_database(rate, 1.0, shop)
    reads = 1.0 - shop.write_share
    missed = reads
    if stage >= CACHED:
        of_each_cache = rate * reads / regions / f.caches / 1000.0
        wait = mean_wait(of_each_cache, shop.lookup_ms, shop.vcpus)
        inside += reads * (trip_ms + shop.lookup_ms + wait)
        missed *= 1.0 - shop.hit_ratio
    of_reads = at_a_database(rate, database_load(stage, f.replicas, f.shards, shop), shop)
    of_writes = at_a_database(rate, shop.write_share / f.shards, shop)
    if stage >= REGIONAL:
        # The primary is in one region, to which the others pass writes on whole: one trip.
        of_writes += far_share * (far_ms - near_ms)
    answer = missed * (to_database + of_reads) + shop.write_share * (to_database + of_writes)
    return distance + inside + answer


@kernel
def busiest(stage: int, rate: float, f: Fleet, shop: Shop) -> tuple[float, int]:
    """Utilisation of what is busiest, and which that is."""
    regions = REGIONS if stage >= REGIONAL else 1
    if stage == SINGLE:
        cpu = rate * (shop.application_ms + shop.database_ms) / 1000.0 / shop.vcpus
        disk = rate * shop.disk_ms / 1000.0
        return (cpu, ONE_CPU) if cpu >= disk else (disk, DISK)
    share = rate * database_load(stage, max(1, f.replicas), f.shards, shop) / 1000.0
    of_region = rate / regions / 1000.0 / shop.vcpus  # requests in the time of a vCPU
    found, which = of_region / f.application * shop.application_ms, APPLICATION_CPU
    if share * shop.database_ms / shop.vcpus > found:
        found, which = share * shop.database_ms / shop.vcpus, DATABASE_CPU
    if share * shop.disk_ms > found:
        found, which = share * shop.disk_ms, DISK
    if stage >= CACHED:
        cache = of_region / f.caches * (1.0 - shop.write_share) * shop.lookup_ms
        if cache > found:
            found, which = cache, CACHE_CPU
    return found, which


@kernel
def full_first(stage: int, shop: Shop) -> int:
    """What keeps the stage from carrying more."""
    disk = shop.disk_ms >= shop.database_ms / shop.vcpus
    of_database = DISK if disk else DATABASE_CPU
    if stage == SINGLE:
        work = (shop.application_ms + shop.database_ms) / shop.vcpus
        return ONE_CPU if work >= shop.disk_ms else DISK
    if stage == DATABASE and most_of_one(stage, shop) <= most_of_database(1.0, shop):
        return APPLICATION_CPU
    return of_database


@kernel
def rent(stage: int, machines: int, vcpus: int, vcpu_usd: float, balancer_usd: float) -> float:
    """USD a month; from the third stage on there is a load balancer in each region."""
    balancers = 0 if stage < BALANCED else (REGIONS if stage >= REGIONAL else 1)
    return machines * vcpus * vcpu_usd * HOURS_PER_MONTH + balancers * balancer_usd


@kernel
def path(
    customers: float, vcpus: int, target: float, application_ms: float, database_ms: float,
    disk_ms: float, write_share: float, hit_ratio: float, far_share: float, beside_ms: float,
    customer_rate: float, near_ms: float, far_ms: float, trip_ms: float, queries: float,
    lookup_ms: float, vcpu_usd: float, balancer_usd: float,
) -> Table:  # fmt: skip
    """`POINTS` rows for each stage, from few customers to its limit, then one for ``customers``.

    Columns: stage; customers of a day; requests/s of the busiest hour; machines; rent (USD a
    month); mean response (ms); utilisation of what is busiest, and which that is; the stage's limit
    (customers); 1 for the point at the limit; replicas (of each region and shard); shards; limit
    over the limit of the stage before (1 for the first); 1 for the stage to be at with
    ``customers``, the first that carries them; 1 where the stage carries them; 1 for the row of
    ``customers`` themselves; what the next stage rents more at this one's limit (USD a month, 0 for
    the last); 1 for the stage before the one to be at. The row of ``customers`` has the stage's
    limit in their place, where the stage does not carry them. ``beside_ms`` is what the processor
    does besides the application's own work: encryption, jobs. Prices in USD an hour and vCPU, and
    a month and region.
    """
    shop = Shop(
        vcpus, target, application_ms + beside_ms, database_ms, disk_ms, write_share, hit_ratio,
        lookup_ms,
    )  # fmt: skip
    table = np.zeros((STAGES * (POINTS + 1), WIDTH))
    before = 0.0
    chosen = False
    for stage in range(STAGES):
        limit = most(stage, shop) / customer_rate
        carries = customers <= limit * (1.0 + ROUNDING)
        lowest = min(FEWEST_CUSTOMERS, 0.5 * limit)
        step = 0.0
        if stage < SHARDED:
            here = fleet(stage, limit * customer_rate, shop).machines
            there = fleet(stage + 1, limit * customer_rate, shop).machines
            step = rent(stage + 1, there, vcpus, vcpu_usd, balancer_usd)
            step -= rent(stage, here, vcpus, vcpu_usd, balancer_usd)
        for i in range(POINTS + 1):
            row = stage * (POINTS + 1) + i
            if i == POINTS:
                n = min(customers, limit)
            elif i == POINTS - 1:
                n = limit
            else:
                n = lowest * power(limit / lowest, i / (POINTS - 1))
            rate = n * customer_rate
            f = fleet(stage, rate, shop)
            utilisation, which = busiest(stage, rate, f, shop)
            table[row, STAGE] = stage
            table[row, CUSTOMERS] = n
            table[row, RATE] = rate
            table[row, MACHINES] = f.machines
            table[row, RENT] = rent(stage, f.machines, vcpus, vcpu_usd, balancer_usd)
            table[row, RESPONSE] = response(
                stage, rate, f, shop, far_share, near_ms, far_ms, trip_ms, queries
            )
            table[row, UTILISATION] = utilisation
            table[row, BOTTLENECK] = full_first(stage, shop) if i == POINTS - 1 else which
            table[row, LIMIT] = limit
            table[row, LAST] = 1.0 if i == POINTS - 1 else 0.0
            table[row, REPLICAS] = f.replicas
            table[row, SHARDS] = f.shards
            table[row, GAIN] = limit / before if stage > 0 else 1.0
            table[row, CHOSEN] = 1.0 if carries and not chosen else 0.0
            table[row, CARRIES] = 1.0 if carries else 0.0
            table[row, HERE] = 1.0 if i == POINTS else 0.0
            table[row, STEP] = step
        if carries and not chosen and stage > 0:
            table[(stage - 1) * (POINTS + 1) : stage * (POINTS + 1), BEFORE] = 1.0
        before = limit
        chosen = chosen or carries
    return table
