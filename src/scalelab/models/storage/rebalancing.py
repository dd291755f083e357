"""Data moves off a shard while the shard serves the shop: how slow is the shop, how long is it?

    >>> from scalelab.models.storage.rebalancing import simulate
    >>> careful = simulate("The shop's requests first", spare_share=0.5, chunk_ms=10)
    >>> coarse = simulate("The shop's requests first", spare_share=0.5, chunk_ms=200)
    >>> careful.hours == coarse.hours
    True
    >>> coarse.p99 > 2 * careful.p99
    True

The closed forms of the same model are in `scalelab.theory.storage.rebalancing`.
"""

from dataclasses import dataclass

from scalelab.kernels.storage.rebalancing import rebalancing
from scalelab.models.check import one_of, within

ORDERS = ("The shop's requests first", "First come, first served")


@dataclass(frozen=True)
class Rebalancing:
    """Result of `simulate`.

    Latencies of the shop's requests in milliseconds, of all runs together and of the lowest and
    highest run. The move takes ``hours``, at ``copy_rate`` MB/s to begin with; ``moved`` is 1, or
    less if the shop's load fills the shard before it is done; by then the shop keeps the shard busy
    ``utilisation`` of the time.
    """

    copy_rate: float
    mean: float
    mean_low: float
    mean_high: float
    p99: float
    p99_low: float
    p99_high: float
    hours: float
    moved: float
    utilisation: float


def simulate(
    order: str,
    spare_share: float = 0.5,
    chunk_ms: float = 100.0,
    utilisation: float = 0.6,
    service_ms: float = 5.0,
    data_tb: float = 2.0,
    growth: float = 0.1,
    disk_mb_per_s: float = 200.0,
    n_requests: int = 20_000,
    n_runs: int = 5,
    seed: int = 1,
) -> Rebalancing:
    """Latency of a shop whose shard is being copied, and how long the copy takes.

    Parameters
    ----------
    order : one of `ORDERS`: what the shard takes next. A chunk that has begun is finished.
    spare_share : share of the time that the shop leaves which the copy gets, 0 to 0.99; below a
        billionth there is no copy, and then ``hours`` and ``moved`` are 0.
    chunk_ms : time that the shard takes for a chunk of the copy, 0.1 to 60,000 ms.
    utilisation : share of the shard's time that the shop takes, 0.01 to 0.99.
    service_ms : mean time that the shard takes for a request, 0.01 to 60,000 ms; exponential. May
        be up to 1000 times as long as a chunk.
    data_tb : data to be moved, 0.001 to 10,000 TB.
    growth : growth of the shop's load a week, 0 to 10 (1 is a doubling). Latencies are those of
        the beginning.
    disk_mb_per_s : what the copy reads while it has the shard, 0.1 to 100,000 MB/s.
    n_requests, n_runs : requests simulated in a run (100 to 10,000,000) and runs (1 to 1000). Each
        run has a quarter more before it counts.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Until all is moved the old shard serves everything. Requests and chunks come at random
    (Poisson). Leaves out: what the copy costs the network and the new shard, writes that come
    during the copy and have to be sent after it, caches that the copy empties, the hours of the
    day, and a throttle that follows the latency.
    """
    one_of("order", order, ORDERS, separator="; ")
    within("spare_share", spare_share, 0.0, 0.99, advice="a share, not a percentage")
    within("chunk_ms", chunk_ms, 0.1, 60_000.0, "ms")
    within("utilisation", utilisation, 0.01, 0.99, advice="a share, not a percentage")
    within(
        "service_ms", service_ms, 0.01, min(60_000.0, 1000.0 * chunk_ms), "ms",
        "at most 1000 times chunk_ms, or very many chunks come to a request",
    )  # fmt: skip
    within("data_tb", data_tb, 0.001, 10_000.0, "TB")
    within("growth", growth, 0.0, 10.0, advice="0.1 is a tenth a week")
    within("disk_mb_per_s", disk_mb_per_s, 0.1, 100_000.0, "MB/s")
    within("n_requests", n_requests, 100, 10_000_000)
    within("n_runs", n_runs, 1, 1000)
    table = rebalancing(
        1 << ORDERS.index(order), float(spare_share), float(chunk_ms), float(utilisation),
        float(service_ms), float(data_tb), float(growth), float(disk_mb_per_s), int(n_requests),
        int(n_runs), 0, int(seed),
    )  # fmt: skip
    return Rebalancing(*(float(x) for x in table[0, 2:12]))
