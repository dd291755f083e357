"""Transactions on hot rows: what do locks cost that last as long as a two-phase commit?

    >>> from scalelab.models.storage.transactions import simulate
    >>> alone = simulate(request_rate=200, cross_share=0.0)
    >>> across = simulate(request_rate=200, cross_share=0.1, round_trip_ms=80.55)
    >>> alone.committed_rate > 3 * across.committed_rate
    True
    >>> alone.p50 == across.p50 == 2.0
    True
    >>> round(simulate(request_rate=200, cross_share=1.0, round_trip_ms=80.55).ceiling, 1)
    6.0

The closed forms of the same model are in `scalelab.theory.storage.transactions`.
"""

from dataclasses import dataclass

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.storage.transactions import REGIONS, transactions
from scalelab.models.check import within

SYSTEMS = ("One shard", "Across a data centre", "Across regions")
NEAR_MS = DATA_CENTRE_ROUND_TRIP.value
# Assumptions: both are about a millisecond on a server with a solid-state disk.
EXECUTION_MS = LOG_MS = 1.0


@dataclass(frozen=True)
class Transactions:
    """Result of `simulate`.

    ``committed_rate`` in transactions a second, ``committed_low`` and ``committed_high`` in the
    lowest and highest run; no rate of requests makes it exceed ``ceiling`` for long. ``aborted`` is
    the share of transactions that never commit, ``bystanders_aborted`` the same of those that stay
    in one shard (0 if there are none), ``attempts`` the mean number of tries. ``p50`` and ``p99``
    are in milliseconds from the first try to the client's answer, of those that commit.
    ``hold_ms`` is the mean time of a lock.
    """

    committed_rate: float
    committed_low: float
    committed_high: float
    ceiling: float
    aborted: float
    bystanders_aborted: float
    attempts: float
    p50: float
    p99: float
    hold_ms: float


def simulate(
    request_rate: float,
    cross_share: float,
    round_trip_ms: float = NEAR_MS,
    participants: int = 2,
    jitter_ms: float = 0.5,
    rows: int = 1,
    touched: int = 1,
    retries: int = 0,
    backoff_ms: float = 50.0,
    crash_share: float = 0.0,
    recovery_s: float = 1.0,
    execution_ms: float = EXECUTION_MS,
    log_ms: float = LOG_MS,
    n_transactions: int = 20_000,
    n_runs: int = 5,
    seed: int = 1,
) -> Transactions:
    """Transactions on hot rows, some of which cross shards and commit in two phases.

    Parameters
    ----------
    request_rate : transactions a second, 0.001 to 1,000,000; at random (Poisson).
    cross_share : share of them that cross shards, 0 to 1.
    round_trip_ms : to a participant and back, 0 to 60,000 ms. The default is one in a data centre.
    participants : shards that the coordinator of such a transaction asks, 1 to 1000.
    jitter_ms : mean of what each of these round trips takes in addition, 0 to 60,000 ms;
        exponential.
    rows, touched : hot rows (1 to 100,000), and how many of them each transaction locks, 1 to
        ``rows`` and at most 100; all sets are equally likely. It may lock others that nobody else
        wants.
    retries : how often a client tries again after an abort, 0 to 100.
    backoff_ms : mean of its pause before, 0 to 600,000 ms; exponential.
    crash_share : share of the transactions across shards whose coordinator crashes before its
        decision, 0 to 1. They fail, and their rows stay locked until it is back.
    recovery_s : how long that takes, 0 to 3600 s.
    execution_ms, log_ms : of a transaction's work and of one write to a log, 0 to 60,000 ms. Both
        together: at least 0.001 ms.
    n_transactions, n_runs : transactions in a run (10 to 10,000,000), of which the first fifth and
        the last tenth do not count, and runs (1 to 1000). A run should last for many locks, and
        for many crashes if there are any: it begins without any lock.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: waiting for locks, and the deadlocks that come with it; reads, and locks that
    readers share; the time to find a lock, or to take one in another shard (execution takes as long
    anywhere); replication of each shard's log, which lengthens every write to it; versions of rows
    that let readers pass; coordinators whose decision is replicated, so that a crash blocks nobody;
    participants that free their rows before the slowest has answered. The protocol is that of J.
    Gray, "Notes on data base operating systems", in "Operating Systems: An Advanced Course",
    Springer 1978.
    """
    within("request_rate", request_rate, 0.001, 1e6, "transactions/s")
    within("cross_share", cross_share, 0.0, 1.0, advice="a share, not a percentage")
    within("round_trip_ms", round_trip_ms, 0.0, 60_000.0, "ms")
    within("participants", participants, 1, 1000)
    within("jitter_ms", jitter_ms, 0.0, 60_000.0, "ms")
    within("rows", rows, 1, 100_000)
    within("touched", touched, 1, min(rows, 100), advice="no more than there are hot rows")
    within("retries", retries, 0, 100)
    within("backoff_ms", backoff_ms, 0.0, 600_000.0, "ms")
    within("crash_share", crash_share, 0.0, 1.0, advice="a share, not a percentage")
    within("recovery_s", recovery_s, 0.0, 3600.0, "s")
    within("execution_ms", execution_ms, 0.0, 60_000.0, "ms")
    within("log_ms", log_ms, 0.0, 60_000.0, "ms")
    within(
        "execution_ms + log_ms", execution_ms + log_ms, 0.001, 120_000.0, "ms",
        "a lock lasts for some time",
    )  # fmt: skip
    within("n_transactions", n_transactions, 10, 10_000_000)
    within("n_runs", n_runs, 1, 1000)
    table = transactions(
        float(request_rate), float(cross_share), float(round_trip_ms), int(participants),
        float(jitter_ms), int(rows), int(touched), int(retries), float(backoff_ms),
        float(crash_share), float(recovery_s), float(execution_ms), float(log_ms), NEAR_MS,
        0, int(n_transactions) * (1 + int(retries)), int(n_runs), int(seed),
    )  # fmt: skip
    return Transactions(*(float(x) for x in table[REGIONS, 2:12]))
