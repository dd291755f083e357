"""Filling a column in batches, held against the same row by row, and against drawing."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.single_server.backfill_reference import filled

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.single_server import backfill as kernels
from scalelab.theory.single_server import backfill as theory

FILL: dict[str, Any] = {
    "rows": 1e7, "batch": 5000.0, "row_rate": 50_000.0, "commit_s": 0.01, "pause_s": 0.2,
    "rewrite_rate": 200_000.0, "replica_rate": 30_000.0, "page_rate": 200.0, "write_share": 0.1,
    "page_ms": 10.0, "load": 0.5, "batch_load": 0.25,
}  # fmt: skip


def filling(**changed: Any) -> Table:
    return kernels.backfill(*{**FILL, **changed}.values())


def chosen(**changed: Any) -> Floats:
    row: Floats = filling(**changed)[kernels.SIZES]
    return row


@pytest.mark.parametrize(
    ("batches", "commit", "pause", "replica"),
    [(1, 0.0, 0.0, 500.0), (20, 0.0, 0.3, 300.0), (20, 0.2, 0.1, 600.0), (50, 0.05, 0.0, 2000.0)],
)
def test_batches_are_those_of_the_reference(
    batches: int, commit: float, pause: float, replica: float
) -> None:
    rows, rate, writes = 10_000, 1000.0, 4.0
    row = chosen(
        rows=float(rows), batch=rows / batches, row_rate=rate, commit_s=commit, pause_s=pause,
        replica_rate=replica, page_rate=40.0, write_share=0.1,
    )  # fmt: skip
    expected = filled(rows, batches, rate, commit, pause, replica)
    assert row[kernels.BATCHES] == batches
    assert row[kernels.DURATION] == pytest.approx(expected.duration)
    # A row locked for h seconds meets a write in each of them, and it waits h/2.
    assert row[kernels.DELAYED] == pytest.approx(writes / rows * expected.locked, rel=1e-6)
    assert row[kernels.WAIT] == pytest.approx(0.5 * expected.squares / expected.locked, rel=1e-4)
    assert row[kernels.LAG] == pytest.approx(expected.behind, rel=1e-6, abs=2.0 / replica)


def test_batches_by_formula() -> None:
    row = chosen(commit_s=0.0)
    number, wait = theory.stalled_by_batches(1e7, 5000.0, 50_000.0, 20.0)
    assert row[kernels.DELAYED] == pytest.approx(number, rel=1e-9)
    assert row[kernels.WAIT] == pytest.approx(wait, rel=1e-9)
    rewrite = filling()[-1]
    number, wait = theory.stalled_by_rewrite(1e7, 200_000.0, 200.0)
    assert rewrite[kernels.DELAYED] == pytest.approx(number)
    assert rewrite[kernels.WAIT] == pytest.approx(wait)


def test_the_largest_batch_that_a_replica_keeps_up_with() -> None:
    size = theory.largest_batch(50_000.0, 30_000.0, 0.21)
    below, above = chosen(batch=0.97 * size), chosen(batch=1.03 * size)
    assert below[kernels.LAG] < 0.3
    assert above[kernels.LAG] > 2.0


@pytest.mark.parametrize("batch", [1e6, 3e6, 1e7])
@pytest.mark.parametrize("commit", [0.0, 3.0])
def test_the_tail_of_the_waits_against_drawing(batch: float, commit: float) -> None:
    given_ = {"batch": batch, "commit_s": commit, "pause_s": 5.0, "write_share": 0.7}
    row = chosen(**given_)
    chance = np.random.default_rng(1)
    n = 1_000_000
    size = 1e7 / row[kernels.BATCHES]
    hold, work = size / 50_000.0 + commit, size / 50_000.0
    # A request's moment within a round of batch and pause; what has been done of the batch by then.
    rounds = row[kernels.DURATION] / row[kernels.BATCHES]
    moment = rounds * chance.random(n)
    done = np.where(moment < hold, np.minimum(moment / work, 1.0) * size, 0.0)
    waits = np.where(chance.random(n) < 0.7 * done / 1e7, hold - moment, 0.0)
    expected = np.quantile(waits, 0.99)
    assert row[kernels.WAIT_P99] == pytest.approx(expected, rel=0.03, abs=0.02 * hold)
    assert expected > 0.0


def test_the_tail_of_the_responses() -> None:
    """Two exponential laws, mixed: the 99th percentile has a hundredth beyond it."""
    for pause in (0.0, 0.2, 60.0):
        row = chosen(pause_s=pause)
        x, share = row[kernels.PAGE_P99], row[kernels.RUNNING]
        beyond = share * math.exp(-x * 0.25 / 10.0) + (1.0 - share) * math.exp(-x * 0.5 / 10.0)
        assert beyond == pytest.approx(0.01, rel=1e-9)
        assert row[kernels.ADDED_P99] == pytest.approx(x - 20.0 * math.log(100.0))


fills = st.fixed_dictionaries({
    "rows": st.sampled_from([1e3, 12_345.0, 1e10]), "batch": st.sampled_from([1.0, 777.0, 1e10]),
    "row_rate": st.sampled_from([1.0, 50_000.0]), "commit_s": st.sampled_from([0.0, 0.01, 60.0]),
    "pause_s": st.sampled_from([0.0, 0.2, 3600.0]), "replica_rate": st.sampled_from([1.0, 1e9]),
    "page_rate": st.sampled_from([0.0, 200.0]), "write_share": st.sampled_from([0.0, 0.1, 1.0]),
    "load": st.sampled_from([0.0, 0.5]), "batch_load": st.sampled_from([0.0, 0.48]),
})  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(fills)
def test_what_always_holds_of_batches(world: dict[str, Any]) -> None:
    found = filling(**world)
    assert found.shape == (kernels.SIZES + 2, kernels.WIDTH)
    assert np.isfinite(found).all()
    assert (found >= -1e-9).all()
    batches, rewrite = found[:-1], found[-1]
    assert (batches[:, kernels.HOLD] <= batches[:, kernels.DURATION] * (1 + 1e-9)).all()
    assert (batches[:, kernels.WAIT] <= batches[:, kernels.HOLD] * (1 + 1e-9)).all()
    assert (batches[:, kernels.WAIT_P99] <= batches[:, kernels.HOLD] * (1 + 1e-9)).all()
    assert (batches[:, kernels.RUNNING] <= 1.0 + 1e-9).all()
    sizes = world["rows"] / batches[:, kernels.BATCHES]
    assert (sizes <= batches[:, kernels.BATCH] * (1 + 1e-9)).all()
    assert batches[kernels.SIZES - 1, kernels.BATCHES] == 1.0
    assert rewrite[kernels.REWRITE] == 1.0
    assert found[:, kernels.HERE].sum() == 1.0
    grid = found[: kernels.SIZES]
    for column in (kernels.HOLD, kernels.DELAYED, kernels.LAG):
        assert (np.diff(grid[:, column]) >= -1e-6 * grid[1:, column] - 1e-9).all()
