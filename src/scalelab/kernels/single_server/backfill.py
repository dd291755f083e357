"""A new value for every row of a table in use: filled in batches, or rewritten under its lock.

A batch locks its rows one by one and gives them all back at its end; between batches everybody else
has the machine, and a replica comes after. Nothing here is drawn: all of it are sums.
"""

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Table, kernel

SIZES = 24
FEWEST_ROWS = 10.0
HALVINGS = 200

BATCH, HERE, REWRITE, BATCHES, HOLD, DURATION, RUNNING, DELAYED, WAIT = range(9)
WAIT_P99, PAGE_P99, ADDED_P99, LAG = range(9, 13)
WIDTH = 13


@kernel
def slow_p99(share: float, quiet: float, busy: float) -> float:
    """99th percentile where a share of the times has the mean ``busy``, the rest ``quiet``."""
    low, high = 0.0, 5.0 * max(quiet, busy)
    for _ in range(HALVINGS):
        x = 0.5 * (low + high)
        if x <= low or x >= high:
            break
        if share * exp(-x / busy) + (1.0 - share) * exp(-x / quiet) > 0.01:
            low = x
        else:
            high = x
    return high


@kernel
def lock_p99(
    size: float, work: float, commit: float, rows: float, write_share: float, cycle: float
) -> float:
    """99th percentile of the wait for a row, over all requests; ``cycle`` from batch to batch."""
    # Row times seconds for which a row is locked and its wait is longer than x: the rows that are
    # locked up to x before the end.
    needed = 0.01 * rows * cycle
    if write_share * size * (0.5 * work + commit) <= needed:
        return 0.0
    needed /= write_share
    if needed <= 0.5 * size * work:
        until = np.sqrt(2.0 * needed * work / size)
    else:
        until = 0.5 * work + needed / size
    return float(max(work + commit - until, 0.0))


@kernel
def backfill(
    rows: float, batch: float, row_rate: float, commit_s: float, pause_s: float,
    rewrite_rate: float, replica_rate: float, page_rate: float, write_share: float, page_ms: float,
    load: float, batch_load: float,
) -> Table:  # fmt: skip
    """A row for each of `SIZES` of a batch, one for the reader's, and one for the rewrite.

    Rows of a batch; 1 for the reader's; 1 for the rewrite; batches, all of one size, at most as
    large as asked for; longest time for which a row, or with the rewrite the table, is locked (s);
    duration (s); share of it in which work is done; requests that wait for a lock, their mean wait
    (s), and the 99th percentile of the wait over all requests of that time (s); 99th percentile of
    a request's response without waits for locks (ms), and what of it is due to the batches; most
    that a replica is behind (s).

    Rows a second: ``row_rate`` within a batch, ``rewrite_rate``, ``replica_rate`` that a replica
    repeats. A share ``write_share`` of the requests, ``page_rate`` a second, writes one row, any as
    likely. The machine is busy with requests for a share ``load``, and while a batch runs for
    ``batch_load`` more; both together are below 1.
    """
    table = np.zeros((SIZES + 2, WIDTH))
    quiet = page_ms / (1.0 - load)
    busy = page_ms / (1.0 - load - batch_load)
    before = slow_p99(0.0, quiet, quiet)
    for i in range(SIZES + 1):
        row = table[i]
        asked = min(batch, rows)
        if i < SIZES:
            asked = FEWEST_ROWS * power(rows / FEWEST_ROWS, i / (SIZES - 1))
        batches = np.ceil(rows / asked * (1.0 - 1e-12))
        size = rows / batches
        work = size / row_rate
        hold = work + commit_s
        duration = batches * hold + (batches - 1.0) * pause_s
        row[BATCH] = asked
        row[HERE] = 1.0 if i == SIZES else 0.0
        row[BATCHES] = batches
        row[HOLD] = hold
        row[DURATION] = duration
        row[RUNNING] = batches * hold / duration
        # Rows are locked one by one, and all together given back at the end.
        writes = page_rate * write_share / rows * batches
        delayed = writes * size * (0.5 * work + commit_s)
        waits = writes * size * (work * (0.5 * hold - work / 3.0) + 0.5 * commit_s * commit_s)
        row[DELAYED] = delayed
        row[WAIT] = waits / delayed if delayed > 0.0 else 0.0
        row[WAIT_P99] = lock_p99(size, work, commit_s, rows, write_share, duration / batches)
        row[PAGE_P99] = slow_p99(row[RUNNING], quiet, busy)
        row[ADDED_P99] = row[PAGE_P99] - before
        if row_rate > replica_rate:
            falls_back = (row_rate - replica_rate) * work
            left = max(falls_back - replica_rate * (commit_s + pause_s), 0.0)
            row[LAG] = (falls_back + (batches - 1.0) * left) / replica_rate
    row = table[SIZES + 1]
    block = rows / rewrite_rate
    row[BATCH] = rows
    row[REWRITE] = 1.0
    row[BATCHES] = 1.0
    row[HOLD] = block
    row[DURATION] = block
    row[RUNNING] = 1.0
    row[DELAYED] = page_rate * block
    row[WAIT] = 0.5 * block
    row[WAIT_P99] = 0.99 * block
    # Requests work before or after it.
    row[PAGE_P99] = before
    row[LAG] = max(rows / replica_rate - block, 0.0)
    return table
