"""A change against one that queues lock by lock, against closed forms, and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from tests.kernels.single_server.migration_reference import filled, one_change

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.poisson import poisson
from scalelab.kernels.queueing.law import draw
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.single_server import migration as kernels
from scalelab.theory.single_server import migration as theory

STORY: dict[str, Any] = {
    "running": 2.0, "report_s": 60.0, "report_cv2": 1.0, "time_out_s": 5.0, "pause_s": 30.0,
    "most": 20, "hold_s": 0.01, "page_rate": 50.0, "connections": 100.0, "changes": 400, "seed": 1,
}  # fmt: skip
FILL: dict[str, Any] = {
    "rows": 1e7, "batch": 5000.0, "row_rate": 50_000.0, "commit_s": 0.01, "pause_s": 0.2,
    "rewrite_rate": 200_000.0, "replica_rate": 30_000.0, "page_rate": 200.0, "write_share": 0.1,
    "page_ms": 10.0, "load": 0.5, "batch_load": 0.25,
}  # fmt: skip
cv2s = st.sampled_from([0.0, 0.3, 0.5, 1.0, 4.0])


def table(**changed: Any) -> Table:
    return kernels.lock_queue(*{**STORY, **changed}.values())


def filling(**changed: Any) -> Table:
    return kernels.backfill(*{**FILL, **changed}.values())


def chosen(**changed: Any) -> Floats:
    row: Floats = filling(**changed)[kernels.SIZES]
    return row


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.1, 4.0), cv2s, st.sampled_from([0.0, 0.5, 20.0, 60.0, 300.0]),
    st.sampled_from([0.0, 10.0, 90.0]), st.integers(1, 6), st.sampled_from([0.0, 7.0]),
    st.integers(0, 10**6),
)  # fmt: skip
def test_a_change_is_that_of_the_reference(
    running: float, cv2: float, time_out: float, pause: float, most: int, hold: float, seed: int
) -> None:
    mean = 60.0
    length = kernels.lengths(mean, cv2)
    found = np.empty(kernels.SUMS)
    gap = mean / running
    kernels.change(running, gap, length, time_out, pause, most, hold, generator(seed), found)
    # The same reports, all drawn beforehand.
    chance = generator(seed)
    rests = [kernels.rest(length, chance) for _ in range(poisson(chance, running))]
    reports, time = [], exponential(chance, gap)
    while time < found[kernels.C_DONE] + 1.0:
        reports.append((time, draw(length, chance)))
        time += exponential(chance, gap)
    requests = (np.arange(2000) + 0.5) * (found[kernels.C_DONE] + 1.0) / 2000
    expected = one_change(rests, reports, requests.tolist(), time_out, pause, most, hold)
    assert found[kernels.C_TRIES] == expected.tries
    assert found[kernels.C_THROUGH] == expected.through
    assert found[kernels.C_DONE] == pytest.approx(expected.done)
    assert found[kernels.C_BLOCKED] == pytest.approx(sum(expected.blocks))
    assert found[kernels.C_SQUARES] == pytest.approx(sum(b * b for b in expected.blocks))
    assert found[kernels.C_LONGEST] == pytest.approx(max(expected.blocks))
    # What evenly spaced requests wait is half of the squares.
    step = requests[0] * 2.0
    waited = sum(expected.waits) * step
    assert waited == pytest.approx(
        0.5 * found[kernels.C_SQUARES], abs=2.0 * step * found[kernels.C_BLOCKED] + step
    )


@pytest.mark.parametrize("cv2", [0.0, 0.3, 0.5, 0.6, 1.0, 4.0, 20.0])
def test_the_rest_of_a_report(cv2: float) -> None:
    """Longer than t with the probability that the lengths' own tail has beyond t: drawn, both."""
    length = kernels.lengths(60.0, cv2)
    chance = generator(5)
    n = 100_000
    rests = np.array([kernels.rest(length, chance) for _ in range(n)])
    drawn = np.array([draw(length, chance) for _ in range(n)])
    error = rests.std() / math.sqrt(n)
    assert rests.mean() == pytest.approx(30.0 * (1.0 + cv2), abs=4.5 * error)
    for time in (0.0, 10.0, 60.0, 200.0):
        share = kernels.rest_longer(length, time)
        error = math.sqrt(share * (1.0 - share) / n)
        assert np.mean(rests > time) == pytest.approx(share, abs=4.5 * error + 1e-12)
        assert np.maximum(drawn - time, 0.0).mean() / 60.0 == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("stages", [1, 2, 7, 20])
def test_what_an_erlang_time_has_beyond(stages: int) -> None:
    def longer(x: float) -> float:
        return math.exp(-x) * math.fsum(x**i / math.factorial(i) for i in range(stages))

    for time in (0.0, 0.5, 4.0, 25.0):
        expected = quad(longer, time, 200.0, epsabs=1e-13)[0]
        assert kernels.erlang_rest(stages, 3.0, 3.0 * time) == pytest.approx(
            3.0 * expected, rel=1e-6
        )


@pytest.mark.parametrize(
    ("running", "pause", "most"), [(0.5, 30.0, 20), (2.0, 30.0, 20), (3.0, 0.0, 8), (1.0, 300.0, 3)]
)
def test_tries_that_leave_something_to_the_next(running: float, pause: float, most: int) -> None:
    """The simulation against the exact recursion, for exponential lengths."""
    found = table(running=running, pause_s=pause, most=most, hold_s=0.0, changes=12_000)
    for row in found:
        out = row[kernels.TIME_OUT]
        if out == 0.0:
            expected = theory.Tries(1.0, 1.0, 60.0 * theory.mean_longest(running))
        else:
            expected = theory.tries(running, 60.0, out, pause, most)
        assert row[kernels.THROUGH] == pytest.approx(expected.through, abs=0.02)
        assert row[kernels.TRIES] == pytest.approx(expected.tries, rel=0.03)
        assert row[kernels.BLOCKED] == pytest.approx(expected.blocked, rel=0.04)


@pytest.mark.parametrize("cv2", [0.0, 0.3, 1.0, 9.0])
def test_the_first_try_for_any_law(cv2: float) -> None:
    found = table(report_cv2=cv2, changes=12_000, most=1)
    np.testing.assert_allclose(found[:, kernels.FIRST], found[:, kernels.FIRST_LAW], atol=0.018)
    assert (found[:, kernels.FIRST] == found[:, kernels.THROUGH]).all()
    expected = [
        1.0 if out == 0.0 else theory.waits_at_most(
            2.0, kernels.rest_longer(kernels.lengths(60.0, cv2), out)
        )
        for out in found[:, kernels.TIME_OUT]
    ]  # fmt: skip
    np.testing.assert_allclose(found[:, kernels.FIRST_LAW], expected, rtol=1e-12)


worlds = st.fixed_dictionaries({
    "running": st.sampled_from([0.01, 0.5, 2.0, 10.0]),
    "report_s": st.sampled_from([1.0, 60.0, 7200.0]), "report_cv2": cv2s,
    "time_out_s": st.sampled_from([0.0, 0.001, 5.0, 7200.0]),
    "pause_s": st.sampled_from([0.0, 30.0]), "most": st.sampled_from([1, 5]),
    "hold_s": st.sampled_from([0.0, 0.01, 100.0]), "page_rate": st.sampled_from([0.0, 50.0]),
    "changes": st.sampled_from([1, 4, 21]), "seed": st.integers(0, 10**6),
})  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    assert found.shape == (kernels.TIME_OUTS + 2, kernels.WIDTH)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    hold, most = world["hold_s"], world["most"]
    shares = (kernels.THROUGH, kernels.FIRST, kernels.FIRST_LAW, kernels.FULL)
    assert (found[:, shares] <= 1.0).all()
    assert (found[:, kernels.FIRST] <= found[:, kernels.THROUGH]).all()
    assert (found[:, kernels.TRIES] >= 1.0).all()
    assert (found[:, kernels.TRIES] <= most).all()
    blocked = found[:, kernels.BLOCKED]
    assert (found[:, kernels.BLOCKED_LOW] <= blocked * (1 + 1e-12)).all()
    assert (blocked <= found[:, kernels.BLOCKED_HIGH] * (1 + 1e-12)).all()
    assert (found[:, kernels.LONGEST] <= blocked * (1 + 1e-12)).all()
    assert (blocked <= found[:, kernels.DONE] * (1 + 1e-12)).all()
    outs = found[:, kernels.TIME_OUT]
    limited = outs > 0.0
    longest = found[limited, kernels.LONGEST]
    assert (longest <= outs[limited] * (1 + 1e-9) + hold).all()
    assert found[kernels.TIME_OUTS, kernels.THROUGH] == 1.0
    assert found[kernels.TIME_OUTS, kernels.TRIES] == 1.0
    np.testing.assert_allclose(found[:, kernels.STALLED], blocked * world["page_rate"])
    assert (found[:, kernels.HERE] == [0.0] * (kernels.TIME_OUTS + 1) + [1.0]).all()


def test_a_pause_too_short_meets_what_the_try_piled_up() -> None:
    """Reports that waited for the try begin at its end, and stand in the way of the next one."""
    at_once, later = (table(pause_s=pause, changes=4000, most=3)[16] for pause in (0.0, 300.0))
    assert 60.0 < at_once[kernels.TIME_OUT] < 120.0
    assert at_once[kernels.THROUGH] < later[kernels.THROUGH] - 0.02
    assert at_once[kernels.BLOCKED] > 1.1 * later[kernels.BLOCKED]


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
    assert found.shape == (kernels.SIZES + 2, kernels.B_WIDTH)
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
    assert found[:, kernels.B_HERE].sum() == 1.0
    grid = found[: kernels.SIZES]
    for column in (kernels.HOLD, kernels.DELAYED, kernels.LAG):
        assert (np.diff(grid[:, column]) >= -1e-6 * grid[1:, column] - 1e-9).all()
