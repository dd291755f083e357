"""The shop again in plain Python: servers are listed one by one with the work that each gets.

Nothing is solved for: machines are added until none is too busy, limits are found by bisection, and
waits come from the balance of the states of each queue.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

REGIONS, MOST_REPLICAS, MOST_SHARDS = 3, 15, 64
SLACK = 1.0 + 1e-9


@dataclass(frozen=True)
class World:
    vcpus: int
    target: float
    application_ms: float  # with what is beside it
    database_ms: float
    disk_ms: float
    write_share: float
    hit_ratio: float
    far_share: float
    near_ms: float
    far_ms: float
    trip_ms: float
    queries: float
    lookup_ms: float


@dataclass(frozen=True)
class Design:
    """What stands in one region, and the database's shards; the first region has the primaries."""

    stage: int
    application: int = 1
    caches: int = 0
    replicas: int = 0
    shards: int = 1

    @property
    def regions(self) -> int:
        return REGIONS if self.stage >= 5 else 1

    @property
    def machines(self) -> int:
        if self.stage == 0:
            return 1
        databases = self.shards + self.regions * self.shards * self.replicas
        return self.regions * (self.application + self.caches) + databases


def stations(d: Design, rate: float, w: World) -> Iterator[tuple[str, float]]:
    """Every kind of processor and disk with its utilisation, at ``rate`` requests/s."""
    reads, writes = rate * (1.0 - w.write_share), rate * w.write_share
    if d.stage == 0:
        yield "one", rate * (w.application_ms + w.database_ms) / 1000.0 / w.vcpus
        yield "disk", rate * w.disk_ms / 1000.0
        return
    yield "application", rate / d.regions / d.application * w.application_ms / 1000.0 / w.vcpus
    asked = reads
    if d.stage >= 4:
        yield "cache", reads / d.regions / d.caches * w.lookup_ms / 1000.0 / w.vcpus
        asked = reads * (1.0 - w.hit_ratio)
    if d.stage < 3:
        servers = [rate]
    else:
        primary = writes / d.shards
        servers = [primary, primary + asked / d.shards / (d.regions * d.replicas)]
    for each in servers:
        yield "database", each * w.database_ms / 1000.0 / w.vcpus
        yield "disk", each * w.disk_ms / 1000.0


def busiest(d: Design, rate: float, w: World) -> float:
    return max(share for _, share in stations(d, rate, w))


def busy(d: Design, rate: float, w: World, *kinds: str) -> float:
    return max((share for kind, share in stations(d, rate, w) if kind in kinds), default=0.0)


def designs(stage: int) -> Iterator[Design]:
    """Of the database; what is before it is added as needed."""
    for shards in range(1, (MOST_SHARDS if stage == 6 else 1) + 1):
        for replicas in range(1, MOST_REPLICAS + 1) if stage >= 3 else (0,):
            yield Design(stage, 1, 1 if stage >= 4 else 0, replicas, shards)


def grown(d: Design, rate: float, w: World) -> Design:
    """With one machine more where one is too busy, until none is."""
    while d.stage >= 2 and busy(d, rate, w, "application") > w.target * SLACK:
        d = replace(d, application=d.application + 1)
    while d.stage >= 4 and busy(d, rate, w, "cache") > w.target * SLACK:
        d = replace(d, caches=d.caches + 1)
    return d


def enough(stage: int, rate: float, w: World) -> list[Design]:
    return [
        d for d in designs(stage)
        if busy(d, rate, w, *fixed(stage)) <= w.target * SLACK
    ]  # fmt: skip


def fixed(stage: int) -> tuple[str, ...]:
    return ("one", "disk", "database", *(("application",) if stage < 2 else ()))


def limit(stage: int, w: World) -> float:
    """Highest rate for which a design is enough; utilisation rises with the rate."""
    largest = list(designs(stage))[-1]
    low, high = 0.0, 1e9
    for _ in range(200):
        middle = 0.5 * (low + high)
        if busy(largest, middle, w, *fixed(stage)) <= w.target:
            low = middle
        else:
            high = middle
    return low


def cheapest(stage: int, rate: float, w: World) -> Design:
    """Of all that are enough the fewest machines; of those the fewest shards."""
    best = min(enough(stage, rate, w), key=lambda d: (d.machines, d.shards, d.replicas))
    return grown(best, rate, w)


@cache
def time_in(rate: float, work: float, servers: int) -> float:
    """Mean time in M/M/c by Little's law, from the balance of arrivals and departures per state."""
    if rate <= 0.0:
        return work
    p, total, inside, n = 1.0, 0.0, 0.0, 0
    while n <= servers or p > 1e-18 * total:
        total += p
        inside += n * p
        n += 1
        p *= rate * work / min(n, servers)
    return inside / total / rate


def response(d: Design, rate: float, w: World) -> float:
    """Mean over six kinds of customers: near and far ones, who write, hit or miss."""
    ms = rate / 1000.0
    mean = 0.0
    own_region = d.stage >= 5
    hits = w.hit_ratio if d.stage >= 4 else 0.0
    for far, of_place in ((False, 1.0 - w.far_share), (True, w.far_share)):
        away = w.far_ms if far and not own_region else w.near_ms
        for kind, share in (
            ("write", w.write_share),
            ("hit", (1.0 - w.write_share) * hits),
            ("miss", (1.0 - w.write_share) * (1.0 - hits)),
        ):
            time = away
            if d.stage == 0:
                time += time_in(ms, w.application_ms + w.database_ms, w.vcpus)
                time += time_in(ms, w.disk_ms, 1)
            else:
                of_one = ms / d.regions / d.application
                time += time_in(of_one, w.application_ms, w.vcpus)
                if d.stage >= 4 and kind != "write":
                    asked = ms * (1.0 - w.write_share) / d.regions / d.caches
                    time += w.trip_ms + time_in(asked, w.lookup_ms, w.vcpus)
                if kind != "hit":
                    time += w.queries * w.trip_ms + of_database(d, ms, w, kind)
                if kind == "write" and far and own_region:
                    time += w.far_ms - w.near_ms
            mean += of_place * share * time
    return mean


def of_database(d: Design, ms: float, w: World, kind: str) -> float:
    rate = ms
    if d.stage >= 3:
        missed = 1.0 - (w.hit_ratio if d.stage >= 4 else 0.0)
        rate = ms * w.write_share / d.shards
        if kind != "write":
            rate += ms * (1.0 - w.write_share) * missed / d.shards / (d.regions * d.replicas)
    return time_in(rate, w.database_ms, w.vcpus) + time_in(rate, w.disk_ms, 1)


def close(a: float, b: float, relative: float = 1e-7) -> bool:
    return math.isclose(a, b, rel_tol=relative, abs_tol=1e-9)
