"""A change against one that queues lock by lock, against closed forms, and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from tests.kernels.single_server.migration_reference import one_change

from scalelab.kernels.jit import Table
from scalelab.kernels.poisson import poisson
from scalelab.kernels.queueing.law import draw
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.single_server import migration as kernels
from scalelab.theory.single_server import migration as theory

STORY: dict[str, Any] = {
    "running": 2.0, "report_s": 60.0, "report_cv2": 1.0, "time_out_s": 5.0, "pause_s": 30.0,
    "most": 20, "hold_s": 0.01, "page_rate": 50.0, "connections": 100.0, "changes": 400, "seed": 1,
}  # fmt: skip
cv2s = st.sampled_from([0.0, 0.3, 0.5, 1.0, 4.0])


def table(**changed: Any) -> Table:
    return kernels.lock_queue(*{**STORY, **changed}.values())


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
