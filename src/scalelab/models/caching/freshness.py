"""How often is a cached entry there, and how often is it old?

The closed forms of the same model are in `scalelab.theory.caching.freshness`.
"""

from dataclasses import dataclass

from scalelab.kernels.caching.freshness import run
from scalelab.models.check import within

STRATEGIES = ("TTL only", "cache-aside", "cache-aside + lease", "write-through", "write-behind")


@dataclass(frozen=True)
class Freshness:
    """Result of `simulate`: shares of reads, rates a second, mean number of writes at risk."""

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
    fetch: float = 0.02,
    delay: float = 0.1,
    flush: float = 10.0,
    n_changes: int = 100_000,
    seed: int = 1,
) -> Freshness:
    """One entry, read and written at random.

    Parameters
    ----------
    strategy : one of `STRATEGIES`.
    ttl : time to live, 0.001 to 1e7 s, counted from when the value was stored.
    read_rate, write_rate : reads (1e-6 to 1e6) and writes (0 to 1e6) a second, Poisson.
    fetch : time of a fetch from the database, 0 to 3600 s; one at a time, reads wait for it.
    delay : time until the cache hears of a write, 0 to 3600 s.
    flush : write-behind stores what changed every so often, 0.001 to 86,400 s.
    n_changes : changes of state to simulate (up to twice as many), 10 to 1,000,000,000.
    seed : any int.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: eviction for want of space, several caches, lost messages, and stampedes.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy is {strategy!r}, allowed are {', '.join(STRATEGIES)}")
    within("ttl", ttl, 0.001, 1e7, "s")
    within("read_rate", read_rate, 1e-6, 1e6, "reads/s")
    within("write_rate", write_rate, 0.0, 1e6, "writes/s")
    within("fetch", fetch, 0.0, 3600.0, "s")
    within("delay", delay, 0.0, 3600.0, "s")
    within("flush", flush, 0.001, 86_400.0, "s")
    within("n_changes", n_changes, 10, 1_000_000_000)
    result = run(
        STRATEGIES.index(strategy), float(read_rate), float(write_rate), float(ttl),
        float(fetch), float(delay), float(flush), int(n_changes), int(seed),
    )  # fmt: skip
    return Freshness(*(float(x) for x in result))
