"""A table on many shards: what is a query worth that does not know which of them to ask?

    >>> from scalelab.models.storage.scatter_gather import simulate
    >>> every_shard = simulate("Scatter-gather", request_rate=500, shards=64)
    >>> round(every_shard.ceiling)
    1753
    >>> by_key = simulate("Shard key", request_rate=500, shards=64)
    >>> round(by_key.ceiling)
    12800
    >>> every_shard.p50 > 4 * by_key.p50
    True

The closed forms of the same model are in `scalelab.theory.storage.scatter_gather`.
"""

from dataclasses import dataclass

from scalelab.kernels.storage.scatter_gather import scatter_gather
from scalelab.models.check import one_of, within

KINDS = ("Shard key", "Scatter-gather", "Global index")
MOST_SUBQUERIES = 500_000_000


@dataclass(frozen=True)
class ScatterGather:
    """Result of `simulate`, for queries of one kind. Times in milliseconds.

    A query that gives up counts with the time that it waited. ``p99_low`` and ``p99_high`` are the
    99th percentiles of the lowest and highest run. ``utilisation`` is the work that comes to a
    shard over what it can do: above 1 it is overloaded. ``ceiling`` is how many queries a second
    all shards can do, at the same share of queries without the key ("Shard key": if all had it).
    ``timed_out`` is a share of the queries of this kind. All times are 0 if there was none.
    """

    mean: float
    p50: float
    p99: float
    p99_low: float
    p99_high: float
    utilisation: float
    ceiling: float
    timed_out: float


def simulate(
    kind: str,
    request_rate: float,
    shards: int,
    scatter_share: float = 0.1,
    service_ms: float = 5.0,
    slow_share: float = 0.0,
    timeout_ms: float = 1000.0,
    n_queries: int = 20_000,
    n_runs: int = 5,
    seed: int = 1,
) -> ScatterGather:
    """Latency of queries to a table on ``shards`` shards, some of which lack the shard key.

    Parameters
    ----------
    kind : one of `KINDS`. "Shard key": the queries that have it, where the others scatter.
        "Scatter-gather": those that lack it, which ask all shards at once and wait for the slowest.
        "Global index": those that lack it, where an index, spread over the same shards, says which
        shard has the row.
    request_rate : queries of both sorts a second, 0.001 to 1,000,000; at random (Poisson).
    shards : 1 to 1024; each serves one sub-query at a time, in order.
    scatter_share : share of the queries that lack the shard key, 0 to 1.
    service_ms : mean time to serve a sub-query, 0.001 to 60,000 ms; exponential.
    slow_share : share of sub-queries that take ten times as long on average, 0 to 1.
    timeout_ms : how long a sub-query waits for its turn before it gives up, 0 to 600,000 ms.
    n_queries, n_runs : queries in a run (10 to 10,000,000), of which the first fifth does not
        count, and runs (1 to 1000). All sub-queries together: at most 500,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown kind or an argument outside the ranges above.

    Notes
    -----
    Leaves out: the network, the work of putting the parts together, replicas that could share the
    reads, hedged or cancelled sub-queries, shards of unequal size, and what the global index costs
    when rows are written (a second shard in each write). Each part of a scattered query takes as
    long to serve as a look-up by key: true of a look-up in an index, not of a scan, whose parts
    shrink as shards are added.
    """
    one_of("kind", kind, KINDS)
    within("request_rate", request_rate, 0.001, 1e6, "queries/s")
    within("shards", shards, 1, 1024)
    within("scatter_share", scatter_share, 0.0, 1.0, advice="a share, not a percentage")
    within("service_ms", service_ms, 0.001, 60_000.0, "ms")
    within("slow_share", slow_share, 0.0, 1.0, advice="a share, not a percentage")
    within("timeout_ms", timeout_ms, 0.0, 600_000.0, "ms")
    within("n_queries", n_queries, 10, 10_000_000)
    within("n_runs", n_runs, 1, 1000)
    subqueries = n_queries * n_runs * (1.0 + scatter_share * (max(shards, 2) - 1))
    within(
        "number of sub-queries", subqueries, 0, MOST_SUBQUERIES,
        advice="lower n_queries, n_runs or shards",
    )  # fmt: skip
    table = scatter_gather(
        float(request_rate), float(scatter_share), float(service_ms), float(slow_share),
        float(timeout_ms), int(shards), 1, int(n_queries), MOST_SUBQUERIES, int(n_runs), int(seed),
    )  # fmt: skip
    return ScatterGather(*(float(x) for x in table[KINDS.index(kind), 2:10]))
