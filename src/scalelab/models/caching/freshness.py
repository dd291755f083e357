"""How often is a cached entry there, and how often is it old?

    >>> from scalelab.models.caching.freshness import simulate
    >>> price = simulate("TTL only", ttl=300, read_rate=2, write_rate=10 / 3600)
    >>> print(f"{price.hit_ratio:.1%} hits, {price.old:.0%} of the answers are old")
    99.8% hits, 32% of the answers are old

The closed forms of the same model are in `scalelab.theory.caching.freshness`.
"""

from dataclasses import dataclass

from scalelab.kernels.caching.freshness import run
from scalelab.models.check import one_of, within

STRATEGIES = ("TTL only", "Cache-aside", "Cache-aside + lease", "Write-through", "Write-behind")


@dataclass(frozen=True)
class Freshness:
    """Result of `simulate`.

    ``hit_ratio`` and ``old``, the share answered with a value that is no longer true, are shares
    of all reads. ``database_reads`` and ``database_writes`` a second. ``at_risk``: how many writes
    the cache alone holds, on average over time; they are lost if it fails.
    """

    hit_ratio: float
    old: float
    database_reads: float
    database_writes: float
    at_risk: float


def simulate(
    strategy: str,
    ttl: float,
    read_rate: float,
    write_rate: float,
    fetch_ms: float = 20.0,
    delay_ms: float = 100.0,
    flush: float = 10.0,
    n_changes: int = 100_000,
    seed: int = 1,
) -> Freshness:
    """One entry, read and written at random.

    Parameters
    ----------
    strategy : one of `STRATEGIES`. "TTL only": the cache never hears of a write. "Cache-aside": a
        write deletes the entry. "Cache-aside + lease": and a fetch that began before the delete
        is not stored. "Write-through": the entry gets the new value with the write.
        "Write-behind": the cache takes the write and stores it in the database later.
    ttl : time to live, 0.001 to 1e7 s, counted from when the value was stored.
    read_rate : reads a second, 1e-6 to 1e6; at random (Poisson).
    write_rate : writes a second, 0 to 1e6; at random.
    fetch_ms : time of a fetch from the database, 0 to 3,600,000 ms; one at a time, reads wait.
    delay_ms : time until the cache hears of a write, 0 to 3,600,000 ms.
    flush : write-behind stores what changed every so often, 0.001 to 86,400 s.
    n_changes : changes of state to simulate (up to twice as many), 10 to 1,000,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown strategy or an argument outside the ranges above.

    Notes
    -----
    Leaves out: eviction for want of space, several caches, messages that get lost or overtake
    each other, and stampedes: reads that find a fetch under way wait for it. The race that a
    lease closes is that of R. Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013.
    """
    one_of("strategy", strategy, STRATEGIES)
    within("ttl", ttl, 0.001, 1e7, "s")
    within("read_rate", read_rate, 1e-6, 1e6, "reads/s")
    within("write_rate", write_rate, 0.0, 1e6, "writes/s")
    within("fetch_ms", fetch_ms, 0.0, 3_600_000.0, "ms")
    within("delay_ms", delay_ms, 0.0, 3_600_000.0, "ms")
    within("flush", flush, 0.001, 86_400.0, "s")
    within("n_changes", n_changes, 10, 1_000_000_000)
    result = run(
        STRATEGIES.index(strategy), float(read_rate), float(write_rate), float(ttl),
        float(fetch_ms) / 1e3, float(delay_ms) / 1e3, float(flush), int(n_changes), int(seed),
    )  # fmt: skip
    return Freshness(*(float(x) for x in result))
