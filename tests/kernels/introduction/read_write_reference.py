"""What servers carry, the long way round: try a rate, hand out its work, and halve the step."""

from collections.abc import Callable
from dataclasses import dataclass

CAPACITY = 1000.0


@dataclass(frozen=True)
class Requests:
    """Work in ms; ``lookup`` is one operation of a cache."""

    writes: float
    write_ms: float
    apply_ms: float
    hits: float
    lookup_ms: float
    scatters: float


def fits_replicas(rate: float, databases: int, r: Requests, hits: float) -> bool:
    """Whether each server's time is enough, when each takes as many reads as it has time for."""
    writes = rate * r.writes
    spare = [CAPACITY - writes * r.write_ms]
    spare += [CAPACITY - writes * r.apply_ms] * (databases - 1)
    if min(spare) < 0.0:
        return False
    reads = rate * (1.0 - r.writes) * (1.0 - hits)
    return sum(spare) >= reads


def fits_shards(rate: float, databases: int, r: Requests, hits: float) -> bool:
    reads = rate * (1.0 - r.writes) * (1.0 - hits)
    busy = [0.0] * databases
    for shard in range(databases):
        busy[shard] += reads * r.scatters
        busy[shard] += reads * (1.0 - r.scatters) / databases
        busy[shard] += rate * r.writes * r.write_ms / databases
    return max(busy) <= CAPACITY


def fits_caches(rate: float, caches: int, r: Requests) -> bool:
    reads = rate * (1.0 - r.writes)
    lookups, stored, removed = reads, reads * (1.0 - r.hits), rate * r.writes
    return (lookups + stored + removed) * r.lookup_ms <= caches * CAPACITY


def highest(fits: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    while fits(high):
        low, high = high, 2.0 * high
    for _ in range(100):
        middle = 0.5 * (low + high)
        if fits(middle):
            low = middle
        else:
            high = middle
    return low


def carried(means: str, servers: int, r: Requests) -> float:
    """The best of all ways to make caches of some of the servers."""
    fits = fits_shards if "hards" in means else fits_replicas
    databases = 1 if means == "Cache" else servers
    best = highest(lambda rate: fits(rate, databases, r, 0.0))
    if "ache" not in means:
        return best
    for caches in range(1, servers):
        behind = 1 if means == "Cache" else servers - caches
        best = max(
            best,
            highest(
                lambda rate, caches=caches, behind=behind: (  # type: ignore[misc]
                    fits_caches(rate, caches, r) and fits(rate, behind, r, r.hits)
                )
            ),
        )
    return best
