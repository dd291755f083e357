"""Replication lag: how far is a replica behind, and for how long after a flash sale?

    >>> from scalelab.models.replication.lag import simulate
    >>> quiet = simulate(write_rate=1000)
    >>> sale = simulate(write_rate=1000, factor=3, sale_s=20)
    >>> quiet.p99 < 0.5
    True
    >>> round(sale.fluid_peak), round(sale.fluid_behind)
    (28, 160)
    >>> abs(sale.behind - 160) < 20
    True
    >>> simulate(write_rate=1000, factor=3, sale_s=20, n_workers=8).largest < 1.0
    True

The closed forms of the same model are in `scalelab.theory.replication.lag`.
"""

from dataclasses import dataclass

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.replication.lag import MOST_WORKERS, WHOLE, lag
from scalelab.models.check import within

VIEWS = ("Time line", "Distribution", "Whole run")
EVENTS = ("nothing", "flash sale", "batch job", "long query", "several at once")
LAWS = ("Random (exponential)", "All alike")
NEAR_MS = DATA_CENTRE_ROUND_TRIP.value
# Assumption: a changed row, its index and its share of a commit, on one processor.
APPLY_MS = 0.8
MOST_TRANSACTIONS = 50_000_000


@dataclass(frozen=True)
class Lag:
    """Result of `simulate`; times in seconds.

    ``p50``, ``p99``, ``mean`` and ``largest`` lag of all transactions. ``behind``: when the first
    transaction after 0 waits for nothing, mean of the runs, with ``behind_low`` and ``behind_high``
    of the lowest and highest; counted from 0, not before the end of a sale that is more than the
    replica can apply, and 0 unless ``caught_up``. ``rate`` is in transactions a second without the
    sale, ``capacity`` is what the replica can apply, and ``utilisation`` is their ratio.
    ``fluid_peak`` and ``fluid_behind`` forecast the largest lag and the time until there is none
    without chance; the second is 0 unless ``fluid_ends``.
    """

    p50: float
    p99: float
    mean: float
    largest: float
    behind: float
    behind_low: float
    behind_high: float
    caught_up: bool
    rate: float
    capacity: float
    utilisation: float
    fluid_peak: float
    fluid_behind: float
    fluid_ends: bool


def simulate(
    write_rate: float,
    size: int = 10,
    apply_ms: float = APPLY_MS,
    law: str = LAWS[0],
    n_workers: int = 1,
    round_trip_ms: float = NEAR_MS,
    jitter_ms: float = 0.2,
    factor: float = 1.0,
    sale_s: float = 0.0,
    batch_s: float = 0.0,
    blocked_s: float = 0.0,
    before_s: float = 20.0,
    after_s: float = 220.0,
    n_runs: int = 3,
    seed: int = 1,
) -> Lag:
    """A replica that applies what its primary commits, before and after something happens at 0.

    Parameters
    ----------
    write_rate : rows that are changed, 0.01 to 1,000,000 a second.
    size : of these in one transaction, 1 to 100,000. Transactions commit at random (Poisson).
    apply_ms : work of one worker for one row, 0.0001 to 60,000 ms.
    law : one of `LAWS`, of the work for a transaction; its mean is ``size * apply_ms``.
    n_workers : that apply at the same time, 1 to 16, and wait for each other's commits.
    round_trip_ms : between primary and replica, 0 to 60,000 ms; half of it is the delay.
    jitter_ms : mean of what the way takes in addition, 0 to 60,000 ms; exponential.
    factor, sale_s : from 0 on, for so long (0 to ``after_s``), writes come so many times as fast
        (1 to 100).
    batch_s : work of one transaction that commits at 0; 0 to 3600 s, 0 for none.
    blocked_s : how long from 0 on no transaction is begun at the replica, 0 to 3600 s.
    before_s, after_s : a run lasts from before 0 until after it, each 1 to 1,000,000 s. At most
        50,000,000 transactions in all runs.
    n_runs : 1 to 1000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: transactions that cannot be applied beside each other because they change the same
    rows (what MySQL finds out from their write sets), so that more workers help here as much as
    they ever can; reads on the replica, which compete with apply; commits in groups, on either
    side; a transaction so large that it is sent in parts while it runs; acknowledgements, by which
    a replica slows its primary down; work that gets cheaper when there is much of it, as pages are
    in memory already. The primary is never the bottleneck.

    A worker keeps its transaction until all before it have committed, as with MySQL's
    ``replica_preserve_commit_order`` (MySQL 8.4 Reference Manual, "Replica Server Options and
    Variables").
    """
    within("write_rate", write_rate, 0.01, 1e6, "rows/s")
    within("size", size, 1, 100_000)
    within("apply_ms", apply_ms, 0.0001, 60_000.0, "ms")
    if law not in LAWS:
        raise ValueError(f"law is {law!r}, allowed is one of {LAWS}")
    within("n_workers", n_workers, 1, MOST_WORKERS)
    within("round_trip_ms", round_trip_ms, 0.0, 60_000.0, "ms")
    within("jitter_ms", jitter_ms, 0.0, 60_000.0, "ms")
    within("factor", factor, 1.0, 100.0, advice="3 for three times as many")
    within("before_s", before_s, 1.0, 1e6, "s")
    within("after_s", after_s, 1.0, 1e6, "s")
    within("sale_s", sale_s, 0.0, after_s, "s", "a sale ends within the run")
    within("batch_s", batch_s, 0.0, 3600.0, "s")
    within("blocked_s", blocked_s, 0.0, 3600.0, "s")
    within("n_runs", n_runs, 1, 1000)
    number = n_runs * write_rate / size * (before_s + after_s + (factor - 1.0) * sale_s)
    within(
        "the number of transactions", number, 0.0, MOST_TRANSACTIONS,
        advice="take shorter or fewer runs",
    )  # fmt: skip
    table = lag(
        float(write_rate), int(size), float(apply_ms), LAWS.index(law), int(n_workers),
        float(round_trip_ms), float(jitter_ms), float(factor), float(sale_s), float(batch_s),
        float(blocked_s), float(before_s), float(after_s), 1, 2, 1 << 60, int(n_runs), int(seed),
    )  # fmt: skip
    (whole,) = table[table[:, 0] == WHOLE]
    p50, p99, largest, behind, behind_low, behind_high, caught_up = whole[9:16].tolist()
    rate, capacity, utilisation, fluid_peak, fluid_behind, fluid_ends = whole[16:22].tolist()
    return Lag(
        p50, p99, float(whole[23]), largest, behind, behind_low, behind_high, bool(caught_up),
        rate, capacity, utilisation, fluid_peak, fluid_behind, bool(fluid_ends),
    )  # fmt: skip
