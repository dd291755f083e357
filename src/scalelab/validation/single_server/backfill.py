"""A column filled in batches against rows that are counted one by one, and sums by hand."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.models.single_server.backfill import Filling, backfill
from scalelab.theory.single_server.backfill import (
    largest_batch,
    stalled_by_batches,
    stalled_by_rewrite,
)
from scalelab.validation.row import Row, Topic, exact

EVENLY = "requests that come evenly"
COUNTED = "rows added up one by one"
BY_HAND = "closed form"


def stalls() -> Iterator[Row]:
    """Who waits for a lock, of the rewrite and of batches."""
    number, wait = stalled_by_rewrite(10e6, 200_000.0, 200.0)
    found = backfill()
    where = "10 million rows rewritten, 200,000 a second"
    yield exact("Requests that wait", where, EVENLY, number, found.rewrite.delayed, ",.1f")
    yield exact("Their mean wait (s)", where, EVENLY, wait, found.rewrite.wait_s)
    number, wait = stalled_by_batches(10e6, 5000.0, 50_000.0, 20.0)
    filling = backfill(batch=5000.0, commit_s=0.0).chosen
    where = "batches of 5,000, committed at once"
    yield exact("Requests that wait", where, BY_HAND, number, filling.delayed)
    yield exact("Their mean wait (s)", where, BY_HAND, wait, filling.wait_s)
    # Each row from the middle of its time to the end of its batch; 100,000 of them.
    held = (np.arange(100_000) + 0.5) / 50_000.0 + 0.5
    filling = backfill(batch=100_000.0, commit_s=0.5).chosen
    where = "batches of 100,000, half a second to commit"
    yield exact(
        "Requests that wait", where, COUNTED, 20.0 / 10e6 * 100.0 * float(held.sum()),
        filling.delayed,
    )  # fmt: skip
    yield exact(
        "Their mean wait (s)", where, COUNTED, 0.5 * float((held**2).sum() / held.sum()),
        filling.wait_s,
    )  # fmt: skip


def fillings() -> Iterator[Row]:
    found = backfill().chosen
    where = "batches of 5,000, 10 ms to commit, 0.2 s between them"
    yield exact(
        "Duration (s)", where, BY_HAND, 2000 * (0.1 + 0.01) + 1999 * 0.2, found.duration_s, ".2f"
    )  # fmt: skip
    # A write at a moment of the only batch meets its row locked as likely as that is far in it.
    whole: Filling = backfill(batch=10e6, commit_s=0.0, write_share=1.0).chosen
    yield exact(
        "Wait that one request in a hundred exceeds (s)", "all rows in one batch, only writes",
        BY_HAND, 200.0 * (1.0 - math.sqrt(0.02)), whole.wait_p99_s,
    )  # fmt: skip
    busy = backfill(pause_s=0.0).chosen
    yield exact(
        "Response that one request in a hundred exceeds (ms)", "batches without a pause",
        "M/M/1, {cite:t}`v-kleinrock1975`, section 3.2", math.log(100.0) * 10.0 / (1.0 - 0.75),
        busy.page_p99_ms,
    )  # fmt: skip


def largest() -> Iterator[Row]:
    """By halving: the largest batch of which nothing is left to repeat when the next begins."""
    rows, rest = 1e10, 0.21
    for replica_rate in (30_000.0, 45_000.0):
        low, high = 10.0, 1e6
        while high - low > 1e-3 * low * low / rows:
            middle = 0.5 * (low + high)
            found = backfill(rows=rows, batch=middle, replica_rate=replica_rate).chosen
            alone = (1.0 / replica_rate - 1.0 / 50_000.0) * rows / found.batches
            low, high = (middle, high) if found.lag_s <= alone * (1.0 + 1e-9) else (low, middle)
        size = largest_batch(50_000.0, replica_rate, rest)
        # Batches are of one size: one more or less of them, and it is another.
        yield Row(
            "Rows of the largest batch that a replica keeps up with",
            f"a replica repeats {replica_rate:,.0f} rows a second", "theory", BY_HAND, size, low,
            2.0 * size * size / rows, ",.2f",
        )  # fmt: skip
    # After the last row, before its batch is committed.
    found = backfill(batch=50_000.0).chosen
    yield exact(
        "Replica behind at the end (s)", "batches of 50,000, and it repeats 30,000 a second",
        "a replica that never is without work", 10e6 / 30_000.0 - (found.duration_s - 0.01),
        found.lag_s,
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from stalls()
    yield from fillings()
    yield from largest()


TOPIC = Topic(
    "Ten million rows, in batches or all at once",
    "Nothing is drawn. What is computed has to agree to nine digits, and the largest batch to what "
    "one batch more or less makes of its size, with ten billion rows.",
    rows,
)
