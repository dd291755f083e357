"""A new value for every row of a table in use: in batches, or rewritten under its lock.

Ten million rows, rewritten under the lock or filled in batches of 5000:

    >>> from scalelab.models.single_server.backfill import backfill
    >>> found = backfill()
    >>> print(f"{found.rewrite.delayed:,.0f} requests wait {found.rewrite.wait_s:.0f} s")
    10,000 requests wait 25 s
    >>> print(f"{found.chosen.delayed:.1f} wait {found.chosen.wait_s:.3f} s")
    1.2 wait 0.037 s

The closed forms are in `scalelab.theory.single_server.backfill`.
"""

from dataclasses import dataclass

from scalelab.kernels.single_server import backfill as kernel
from scalelab.models.check import within


@dataclass(frozen=True)
class Filling:
    """One way to give every row its new value.

    rows : of a batch, as asked for; there are ``batches``, all of one size
    hold_s : for which a lock is held at the longest, of a row or, in a rewrite, of the table
    duration_s, running : in all, and the share of it in which work is done
    delayed, wait_s : requests that wait for a lock, and their mean wait
    wait_p99_s : of the wait for a lock, over all requests of that time
    page_p99_ms, added_p99_ms : of a request's response without such waits, and what of it is due to
        the batches' work
    lag_s : most that a replica is behind
    """

    rows: float
    batches: int
    hold_s: float
    duration_s: float
    running: float
    delayed: float
    wait_s: float
    wait_p99_s: float
    page_p99_ms: float
    added_p99_ms: float
    lag_s: float


@dataclass(frozen=True)
class Backfill:
    """The batch that was asked for, others from small to all rows at once, and the rewrite."""

    chosen: Filling
    others: tuple[Filling, ...]
    rewrite: Filling


def backfill(
    rows: float = 10e6,
    batch: float = 5000.0,
    row_rate: float = 50_000.0,
    commit_s: float = 0.01,
    pause_s: float = 0.2,
    rewrite_rate: float = 200_000.0,
    replica_rate: float = 30_000.0,
    page_rate: float = 200.0,
    write_share: float = 0.1,
    page_ms: float = 10.0,
    load: float = 0.5,
    batch_load: float = 0.25,
) -> Backfill:
    """Rewriting a table under its lock, or expanding it and filling the column in batches.

    Parameters
    ----------
    rows : of the table, 1000 to 10**10.
    batch : rows that one transaction updates, 1 to 10**10; at most all.
    row_rate : rows/s within a batch, 1 to 10**8. An assumption, as are the other rates.
    commit_s : what a batch takes besides, while it holds its locks, 0 to 60 s.
    pause_s : from one batch to the next, 0 to 3600 s.
    rewrite_rate : rows/s of the rewrite, 1 to 10**9.
    replica_rate : rows/s of such changes that a replica repeats, 1 to 10**9.
    page_rate : requests/s, 0 to 10**6.
    write_share : share of the requests that writes a row of the table, 0 to 1.
    page_ms : mean time of a request on the idle machine, 0.01 to 10,000 ms.
    load : share of the machine that requests take, 0 to 0.95.
    batch_load : share of it that a batch takes while it runs, 0 to 0.95; both together 0.98.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Writes are to any row as likely, and wait for one that its batch has changed until the batch is
    done; reads wait for none (PostgreSQL, "Row-Level Locks":
    https://www.postgresql.org/docs/18/explicit-locking.html). Requests are an M/M/1 queue on what
    the batch leaves of the machine, settled at once when a batch begins or ends. The replica works
    off changes at a steady rate.

    Leaves out: rows that more writes go to than to others; locks of the requests that batches wait
    for; the two short changes of the table before and after
    (`scalelab.models.single_server.migration`), and the code that has to write both columns
    meanwhile; dead rows and their clearing away; indexes; checkpoints; how long it takes to find
    the next batch.
    """
    within("rows", rows, 1000.0, 1e10)
    within("batch", batch, 1.0, 1e10, "rows")
    within("row_rate", row_rate, 1.0, 1e8, "rows/s")
    within("commit_s", commit_s, 0.0, 60.0, "s")
    within("pause_s", pause_s, 0.0, 3600.0, "s")
    within("rewrite_rate", rewrite_rate, 1.0, 1e9, "rows/s")
    within("replica_rate", replica_rate, 1.0, 1e9, "rows/s")
    within("page_rate", page_rate, 0.0, 1e6, "requests/s")
    within("write_share", write_share, 0.0, 1.0, advice="a share, not a percentage")
    within("page_ms", page_ms, 0.01, 10_000.0, "ms")
    within("load", load, 0.0, 0.95, advice="a share, not a percentage")
    within("batch_load", batch_load, 0.0, 0.95, advice="a share, not a percentage")
    within("load + batch_load", load + batch_load, 0.0, 0.98, advice="requests would not be served")
    table = kernel.backfill(
        float(rows), float(batch), float(row_rate), float(commit_s), float(pause_s),
        float(rewrite_rate), float(replica_rate), float(page_rate), float(write_share),
        float(page_ms), float(load), float(batch_load),
    )  # fmt: skip
    found = [_filling(row) for row in table.tolist()]
    return Backfill(found[kernel.SIZES], tuple(found[: kernel.SIZES]), found[-1])


def _filling(row: list[float]) -> Filling:
    return Filling(
        rows=row[kernel.BATCH],
        batches=int(row[kernel.BATCHES]),
        hold_s=row[kernel.HOLD],
        duration_s=row[kernel.DURATION],
        running=row[kernel.RUNNING],
        delayed=row[kernel.DELAYED],
        wait_s=row[kernel.WAIT],
        wait_p99_s=row[kernel.WAIT_P99],
        page_p99_ms=row[kernel.PAGE_P99],
        added_p99_ms=row[kernel.ADDED_P99],
        lag_s=row[kernel.LAG],
    )
