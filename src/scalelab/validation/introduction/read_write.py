"""Rows of the validation page: what servers carry as replicas, as caches and as shards."""

from collections.abc import Iterator

import numpy as np

from scalelab.models.introduction.read_write import MEANS, Carried, carried
from scalelab.theory.caching.latency import required_hit_ratio
from scalelab.theory.introduction.read_write import Shop, even_share
from scalelab.theory.introduction.usl import throughput
from scalelab.theory.replication.read_write_split import Split
from scalelab.theory.storage.scatter_gather import ceiling
from scalelab.validation.row import Row, Topic

MYSQL = "replication FAQ of the MySQL manual, {cite:t}`v-mysqlreplication`"
AMDAHL = "Amdahl's law, {cite:t}`v-amdahl1967`"
BY_HAND = "the work of each server, added up by hand"
REPLICATION = "closed form of the chapter on replication"
STORAGE = "closed form of the chapter on storage, {cite:t}`v-amdahl1967`"
CACHING = "closed form of the chapter on caching"
SIMULATION = "a simulation, request by request"
REPLICAS, CACHE, SHARDS, CACHE_AND_REPLICAS, CACHE_AND_SHARDS = MEANS
GAIN = "Times what one server carries"


def by_hand() -> Iterator[Row]:
    """The shop as the lab opens: 16 servers, one request in ten writes.

    1,000 requests are 900 reads and 100 writes of 2, or 1,100 ms of one server.
    """
    for means, busiest, where in (
        # The primary's 200 ms; a replica applies for 100 ms, and has time left for the reads.
        (REPLICAS, 200.0, "the primary writes for 200 ms"),
        (CACHE, 180.0 + 200.0, "180 reads miss, and 200 ms of writes"),
        (SHARDS, 18.0 + (882.0 + 200.0) / 16.0, "18 reads ask all, the rest is divided by 16"),
    ):
        yield Row(
            GAIN, f"16 servers as {means.lower()}, one request in ten writes: {where}", "theory",
            BY_HAND, 1100.0 / busiest, carried(means, 16, 0.1).gain, 1e-9, ".3f",
        )  # fmt: skip


def published() -> Iterator[Row]:
    for replicas, printed in ((1, 184.0), (8, 400.0), (17, 480.0)):
        ours = carried(REPLICAS, replicas + 1, 0.1, apply_share=1.0)
        # Its server does 1,200 reads a second, ours 1,000.
        yield Row(
            "Writes a second, at most", f"a primary and {replicas} replicas, nine reads to a write",
            "published", MYSQL, printed, 0.1 * 1.2 * ours.requests, 1.0, ",.1f",
        )  # fmt: skip


def law() -> Iterator[Row]:
    for share, servers in ((0.01, 16), (0.05, 16), (0.1, 8)):
        shop = Shop(share)
        for means, contention in (
            (REPLICAS, shop.contention_of_replicas),
            (SHARDS, shop.contention_of_shards),
        ):
            yield Row(
                GAIN, f"{servers} servers as {means.lower()}, {share:.0%} writes: {contention:.2%} "
                "of the work does not divide", "theory", AMDAHL,
                throughput(servers, contention, 0.0, 1.0), carried(means, servers, share).gain,
                1e-9, ".3f",
            )  # fmt: skip
    share = even_share(0.02, 0.5, 2.0)
    yield Row(
        "Shards over replicas", f"{share:.2%} writes, where both leave the same undivided",
        "theory", AMDAHL, 1.0,
        carried(SHARDS, 16, share).gain / carried(REPLICAS, 16, share).gain, 1e-9, ".3f",
    )  # fmt: skip


def other_chapters() -> Iterator[Row]:
    for share, servers in ((0.02, 4), (0.1, 6), (0.1, 17), (0.5, 9)):
        split = Split(share, 1.0, 2.0, 0.5, 1000.0, primary_reads=True)
        yield Row(
            "Requests/s carried", f"a primary that reads and {servers - 1} replicas, {share:.0%} "
            "writes", "theory", REPLICATION, split.ceiling(servers - 1),
            carried(REPLICAS, servers, share).requests, 1e-9, ",.1f",
        )  # fmt: skip
    for scatter in (0.0, 0.1, 1.0):
        yield Row(
            "Requests/s carried", f"8 shards, {scatter:.0%} of the reads ask all, writes cost as "
            "much as reads", "theory", STORAGE, ceiling(1000.0, 0.9 * scatter, 8),
            carried(SHARDS, 8, 0.1, write_cost=1.0, scatter_share=scatter).requests, 1e-9, ",.1f",
        )  # fmt: skip
    for hit_ratio in (0.5, 0.8, 0.95):
        rate = carried(CACHE, 16, 0.1, hit_ratio=hit_ratio).requests
        # The database's time that the writes leave.
        reference = required_hit_ratio(0.9 * rate, 1000.0 - 0.1 * rate * 2.0)
        yield Row(
            "Hit ratio at which the database is full",
            f"one database, {rate:,.0f} requests a second, one in ten writes", "theory", CACHING,
            reference, hit_ratio, 1e-9, ".3f",
        )  # fmt: skip


def asymptotes() -> Iterator[Row]:
    shop = Shop(0.1)
    for means, limit in (
        (REPLICAS, shop.most_of_replicas),
        (CACHE, shop.cache()),
        (CACHE_AND_REPLICAS, shop.most_of_replicas),
    ):
        yield Row(
            GAIN, f"1,000 servers as {means.lower()}, one request in ten writes", "theory", AMDAHL,
            limit, carried(means, 1000, 0.1).gain, 1e-9, ".2f",
        )  # fmt: skip
    yield Row(
        GAIN, "any number of shards, one request in ten writes", "theory", AMDAHL,
        shop.most_of_shards, carried(SHARDS, 2, 0.1).most_gain, 1e-9, ".2f",
    )  # fmt: skip


def drained(means: str, servers: int, write_share: float, caches: int, seed: int) -> float:
    """Requests/s of a backlog of 200,000, until the last server is done with its part.

    Each request is a read or a write, and of random length, by chance. Nothing is divided by a
    formula: a read goes to the server that has least to do, a key to a shard by chance.
    """
    n = 200_000
    chance = np.random.default_rng(seed)
    writes = chance.random(n) < write_share
    hits = (chance.random(n) < 0.8) & (caches > 0)
    scatters = chance.random(n) < 0.02
    databases = 1 if means == CACHE else servers - caches
    shard = chance.integers(0, databases, n)
    work = chance.exponential(1e-3, (n, databases))
    busy = [0.0] * databases
    lookups = [0.0] * caches

    def at_a_cache() -> None:
        if caches:
            lookups[lookups.index(min(lookups))] += chance.exponential(1e-4)

    for i in range(n):
        at_a_cache()
        if not writes[i] and hits[i]:
            continue
        if not writes[i]:
            at_a_cache()
        if means in (SHARDS, CACHE_AND_SHARDS):
            asked = range(databases) if scatters[i] and not writes[i] else (shard[i],)
            for server in asked:
                busy[server] += work[i, server] * (2.0 if writes[i] else 1.0)
        elif writes[i]:
            busy[0] += 2.0 * work[i, 0]
            for server in range(1, databases):
                busy[server] += work[i, server]
        else:
            server = busy.index(min(busy))
            busy[server] += work[i, server]
    return n / max(busy + lookups)


def simulated() -> Iterator[Row]:
    for seed, (means, servers, share) in enumerate((
        (REPLICAS, 8, 0.05), (REPLICAS, 16, 0.1), (CACHE, 2, 0.1), (SHARDS, 8, 0.05),
        (SHARDS, 8, 0.5), (CACHE_AND_REPLICAS, 6, 0.02), (CACHE_AND_SHARDS, 8, 0.1),
    )):  # fmt: skip
        ours: Carried = carried(means, servers, share)
        reference = drained(means, servers, share, ours.caches, seed)
        yield Row(
            "Requests/s carried", f"{servers} servers as {means.lower()}, {share:.0%} writes: "
            "200,000 requests at once, until the last is done", "peer", SIMULATION, reference,
            ours.requests, 0.03 * reference, ",.0f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from by_hand()
    yield from published()
    yield from law()
    yield from other_chapters()
    yield from asymptotes()
    yield from simulated()


TOPIC = Topic(
    "Reads and writes",
    "What servers carry is arithmetic, so the tolerance is the rounding of what was printed (the "
    "manual drops the decimals). In the simulation chance divides the keys and gives each request "
    "its length, so that some server is done later than the others; 3% is allowed.",
    rows,
)
