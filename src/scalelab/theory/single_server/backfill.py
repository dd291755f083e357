"""Filling a column in batches: sums that can be done by hand.

Simplifications are those of `scalelab.models.single_server.backfill`.
"""

import math


def stalled_by_rewrite(rows: float, row_rate: float, request_rate: float) -> tuple[float, float]:
    """Requests that wait for a table under lock while its rows are rewritten, and their mean wait.

    >>> stalled_by_rewrite(10e6, 200_000.0, 200.0)
    (10000.0, 25.0)
    """
    block = rows / row_rate
    return request_rate * block, 0.5 * block


def stalled_by_batches(
    rows: float, batch: float, row_rate: float, write_rate: float
) -> tuple[float, float]:
    """Writes, each of any row, that wait for batches of so many rows, and their mean wait.

    A batch locks its rows one by one and gives all back at its end, b / r after its begin: b / (2 n
    r) of all rows times seconds, and a third of the batch is left to those that meet a lock. Over
    all n / b batches the number that waits, w b / (2 r), grows with the batch, and does not depend
    on the size of the table.

    >>> [round(x, 6) for x in stalled_by_batches(10e6, 5000.0, 50_000.0, 20.0)]
    [1.0, 0.033333]
    """
    hold = batch / row_rate
    return rows / batch * write_rate * batch * hold / (2.0 * rows), hold / 3.0


def largest_batch(row_rate: float, replica_rate: float, rest: float) -> float:
    """Rows of the largest batch that a replica has repeated when the next one begins.

    ``rest`` is from the end of a batch's work to the begin of the next; infinite where the replica
    is no slower.

    >>> largest_batch(50_000.0, 30_000.0, 0.2)
    15000.0
    """
    if row_rate <= replica_rate:
        return math.inf
    return replica_rate * rest / (1.0 - replica_rate / row_rate)
