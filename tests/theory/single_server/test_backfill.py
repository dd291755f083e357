"""The sums against counting row by row."""

import doctest
import math

import numpy as np
import pytest

from scalelab.theory.single_server import backfill
from scalelab.theory.single_server.backfill import (
    largest_batch,
    stalled_by_batches,
    stalled_by_rewrite,
)


def test_batches_against_counting_rows() -> None:
    """Each row is locked from its turn to the end of its batch."""
    rows, batch, rate, writes = 10_000, 500, 1000.0, 3.0
    held = np.array([(batch - k) / rate for k in range(batch)])
    held -= 0.5 / rate  # a row's turn is in the middle of its time
    number, wait = stalled_by_batches(rows, batch, rate, writes)
    # A write that finds its row locked for h finds it so for h seconds, and waits h/2 on average.
    assert number == pytest.approx(writes / rows * (rows / batch) * held.sum(), rel=1e-3)
    assert wait == pytest.approx(0.5 * (held**2).sum() / held.sum(), rel=1e-3)
    assert stalled_by_rewrite(rows, rate, writes) == (30.0, 5.0)


def test_the_largest_batch_just_leaves_the_replica_no_work() -> None:
    size = largest_batch(50.0, 30.0, 2.0)
    assert size / 50.0 + 2.0 == pytest.approx(size / 30.0)
    assert largest_batch(30.0, 30.0, 2.0) == math.inf


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(backfill).failed == 0
