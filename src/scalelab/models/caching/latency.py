"""How fast is a cache in front of a database, and how much reaches the database?

    >>> from scalelab.models.caching.latency import simulate
    >>> shop = simulate(hit_ratio=0.9, request_rate=2000)
    >>> round(shop.utilisation, 2)
    0.4
    >>> shop.mean < 5 < shop.p99
    True

The closed form of the same model is in `scalelab.theory.caching.latency`.
"""

from dataclasses import dataclass

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.caching.latency import latency
from scalelab.models.check import within

HIGHEST_RATE = 1e6


@dataclass(frozen=True)
class Latency:
    """Result of `simulate`. Times in milliseconds, over all requests.

    A request that times out counts with the time it waited. ``p99_low`` and ``p99_high`` are the
    99th percentiles of the lowest and highest run. ``utilisation`` is the work that the misses
    bring over the work that the database can do: above 1 it is overloaded. ``timed_out`` is a
    share of all requests.
    """

    mean: float
    p50: float
    p99: float
    p99_low: float
    p99_high: float
    p999: float
    database_rate: float
    utilisation: float
    timed_out: float


def simulate(
    hit_ratio: float,
    request_rate: float,
    cache_ms: float = DATA_CENTRE_ROUND_TRIP.value,
    database_ms: float = 20.0,
    connections: int = 10,
    timeout_ms: float = 1000.0,
    n_misses: int = 20_000,
    n_runs: int = 5,
    seed: int = 1,
) -> Latency:
    """Latency of requests to a cache whose misses queue for a database.

    Parameters
    ----------
    hit_ratio : share of requests that the cache answers, 0 to 1.
    request_rate : requests a second, above 0, up to 1,000,000; they come at random (Poisson).
    cache_ms : time of a look-up in the cache, 0 to 60,000 ms; hits and misses both pay it. The
        default is a round trip in a data centre.
    database_ms : mean time of a query once it has a connection, 0.001 to 60,000 ms; exponential.
    connections : queries that the database runs at a time, 1 to 10,000.
    timeout_ms : how long a query waits for a connection before it gives up, 0 to 600,000 ms.
    n_misses, n_runs : misses simulated in a run (100 to 100,000,000) and runs (1 to 1000). Each
        run starts afresh and runs a quarter as many misses before it counts.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: hits that come in bursts (a miss is a matter of chance, independent of the last),
    time lost to other work on the database, retries after a timeout, and the variation of the
    cache's own time. Misses are simulated by the recursion of Kiefer and Wolfowitz ("On the
    theory of queues with many servers", Transactions of the AMS 78, 1955).
    """
    within("hit_ratio", hit_ratio, 0.0, 1.0, advice="a share, not a percentage")
    within("request_rate", request_rate, 1e-6, HIGHEST_RATE, "requests/s")
    within("cache_ms", cache_ms, 0.0, 60_000.0, "ms")
    within("database_ms", database_ms, 0.001, 60_000.0, "ms")
    within("connections", connections, 1, 10_000)
    within("timeout_ms", timeout_ms, 0.0, 600_000.0, "ms")
    within("n_misses", n_misses, 100, 100_000_000)
    within("n_runs", n_runs, 1, 1000)
    table = latency(
        float(hit_ratio),
        float(request_rate),
        float(cache_ms),
        float(database_ms),
        int(connections),
        float(timeout_ms),
        int(n_misses),
        int(n_runs),
        int(seed),
        0,
    )
    return Latency(*(float(x) for x in table[0, 2:11]))
