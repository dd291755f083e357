"""The shop at every stage against the utilisation law, M/M/c and machines counted one by one."""

from collections.abc import Iterator

from scalelab.kernels import shop
from scalelab.kernels.growth.path import MOST_REPLICAS, MOST_SHARDS, REGIONS
from scalelab.models.growth.path import CONSTANTS, HIT_RATIO, STAGES, TARGET, Stage, path
from scalelab.theory.growth.path import (
    distance,
    fewest,
    fewest_databases,
    limit_of_database,
    limit_of_machine,
    mean_time,
    most_gain,
    rent,
    share_of_replica,
    time_of_one,
    time_of_split,
)
from scalelab.validation.row import Row, Topic

SINGLE, DATABASE, BALANCED, REPLICATED, CACHED, REGIONAL, SHARDED = range(len(STAGES))
UTILISATION = "{cite:t}`v-denning1978`, utilisation law"
COUNTED = "every number of shards and replicas tried"
ERLANG = "{cite:t}`v-gross2008`, M/M/c"
FAR_SHARE = 0.3
APPLICATION_MS = shop.APPLICATION_MS + CONSTANTS["beside_ms"]
SHOPS: dict[str, dict[str, float]] = {
    "as it opens": {},
    "half of it writes": {"write_share": 0.5},
    "no cache hits": {"hit_ratio": 0.0},
}


def places(stage: int) -> int:
    return REGIONS if stage >= REGIONAL else 1


def limit(stage: int, write_share: float, hit_ratio: float) -> float:
    """Customers of a day."""
    work = APPLICATION_MS + (shop.DATABASE_MS if stage == SINGLE else 0.0)
    share = 1.0
    if stage >= REPLICATED:
        hits = hit_ratio if stage >= CACHED else 0.0
        shards = MOST_SHARDS if stage == SHARDED else 1
        share = share_of_replica(write_share, hits, MOST_REPLICAS * places(stage), shards)
    found = limit_of_database(TARGET, shop.VCPUS, shop.DATABASE_MS, shop.DISK_MS, share)
    if stage <= DATABASE:
        found = min(found, limit_of_machine(TARGET, shop.VCPUS, work))
    return 1000.0 * found / CONSTANTS["customer_rate"]


def limits() -> Iterator[Row]:
    for name, changed in SHOPS.items():
        given = {"write_share": shop.WRITE_SHARE, "hit_ratio": HIT_RATIO, **changed}
        for i, found in enumerate(
            path(1e6, write_share=given["write_share"], hit_ratio=given["hit_ratio"]).values()
        ):
            exact = limit(i, **given)
            yield Row(
                "Limit (customers a day)", f"{found.name}, {name}", "theory", UTILISATION,
                exact, found.limit, 1e-9 * exact, ",.0f",
            )  # fmt: skip


def no_more_than_the_writes_allow() -> Iterator[Row]:
    """With a cache that knows everything, replicas are as good as the writes let them be."""
    for write_share in (0.05, 0.2, 0.5):
        found = path(1e6, write_share=write_share, hit_ratio=0.999)
        yield Row(
            "Times one database server, reads all but free", f"{write_share:.0%} writes", "theory",
            "one over the share of the writes", most_gain(write_share),
            found["Caching"].limit / found["Load balancing"].limit,
            0.002 * most_gain(write_share), ".3f",
        )  # fmt: skip


def machines() -> Iterator[Row]:
    for customers in (250_000.0, 2_000_000.0, 5_000_000.0, 40_000_000.0):
        for i, found in enumerate(path(customers).values()):
            if i < BALANCED or not found.carries:
                continue
            load = customers * CONSTANTS["customer_rate"] / 1000.0
            alone = limit_of_database(TARGET, shop.VCPUS, shop.DATABASE_MS, shop.DISK_MS)
            hits = HIT_RATIO if i >= CACHED else 0.0
            exact = places(i) * fewest(load / places(i) * APPLICATION_MS, TARGET, shop.VCPUS)
            if i == BALANCED:
                exact += 1
            else:
                exact += fewest_databases(
                    shop.WRITE_SHARE, hits, load / alone, places(i), MOST_REPLICAS,
                    MOST_SHARDS if i == SHARDED else 1,
                )  # fmt: skip
            if i >= CACHED:
                reads = load / places(i) * (1.0 - shop.WRITE_SHARE)
                exact += places(i) * fewest(reads * CONSTANTS["lookup_ms"], TARGET, shop.VCPUS)
            settings = f"{found.name}, {customers:,.0f} customers"
            yield Row("Machines", settings, "theory", COUNTED, exact, found.machines, 0.0, ",.0f")
            balancers = places(i)
            bill = rent(exact, shop.VCPUS, CONSTANTS["vcpu_usd"], balancers,
                        CONSTANTS["balancer_usd"])  # fmt: skip
            yield Row(
                "Rent (USD a month)", settings, "theory", f"{COUNTED}, at the list's price", bill,
                found.rent_usd, 1e-9 * bill, ",.2f",
            )  # fmt: skip


def response(i: int, found: Stage) -> float:
    load = found.request_rate / 1000.0
    way = distance(CONSTANTS["near_ms"], CONSTANTS["far_ms"], FAR_SHARE, places(i))
    if i == SINGLE:
        cpu = APPLICATION_MS + shop.DATABASE_MS
        return way + time_of_one(load, shop.VCPUS, cpu, shop.DISK_MS)
    hits = HIT_RATIO if i >= CACHED else 0.0
    each = 1
    if i >= BALANCED:
        each = fewest(load / places(i) * APPLICATION_MS, TARGET, shop.VCPUS)
    application = mean_time(load / places(i) / each, APPLICATION_MS, shop.VCPUS)
    at = {"reads": 1.0, "writes": 1.0}
    if i >= REPLICATED:
        replicas = found.replicas * places(i)
        at["reads"] = share_of_replica(shop.WRITE_SHARE, hits, replicas, found.shards)
        at["writes"] = shop.WRITE_SHARE / found.shards
    times = {
        kind: time_of_one(load * share, shop.VCPUS, shop.DATABASE_MS, shop.DISK_MS)
        for kind, share in at.items()
    }
    if i >= REGIONAL:
        times["writes"] += FAR_SHARE * (CONSTANTS["far_ms"] - CONSTANTS["near_ms"])
    hit_time = 0.0
    if i >= CACHED:
        reads = load / places(i) * (1.0 - shop.WRITE_SHARE)
        caches = fewest(reads * CONSTANTS["lookup_ms"], TARGET, shop.VCPUS)
        hit_time = CONSTANTS["trip_ms"] + mean_time(
            reads / caches, CONSTANTS["lookup_ms"], shop.VCPUS
        )
    trips = CONSTANTS["queries"] * CONSTANTS["trip_ms"]
    return way + time_of_split(
        application, hit_time, trips, times["reads"], times["writes"], 1.0 - hits, shop.WRITE_SHARE
    )


def responses() -> Iterator[Row]:
    for customers in (50_000.0, 2_000_000.0):
        for i, found in enumerate(path(customers).values()):
            exact = response(i, found)
            yield Row(
                "Mean response (ms)", f"{found.name}, {found.customers:,.0f} customers", "theory",
                ERLANG, exact, found.response_ms, 1e-9 * exact, ".4f",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from limits()
    yield from no_more_than_the_writes_allow()
    yield from machines()
    yield from responses()


TOPIC = Topic(
    "One path, seven stages",
    "All of it is exact, so that only rounding is allowed. A cache that answers 99.9 % of the "
    "reads comes within two thousandths of one that answers all.",
    rows,
)
