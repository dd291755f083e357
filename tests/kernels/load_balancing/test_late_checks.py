"""Late checks of a busy machine against a simulated line, closed forms and dense matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.load_balancing.health_checks_reference import late_checks

from scalelab.kernels.jit import Floats
from scalelab.kernels.load_balancing.late_checks import (
    Line,
    late_given,
    later,
    stationary,
    until_late,
)
from scalelab.theory.load_balancing import health_checks as theory

SERVICE = 0.007


def line_of(busy: float, vcpus: int = 4) -> Line:
    return Line(busy * vcpus / SERVICE, 1.0 / SERVICE, vcpus)


def tries_of(
    busy: float, time: float, interval: float, lost: float = 1e-12, limit: float = 2.0
) -> tuple[float, Floats]:
    tries = np.empty(4)
    return until_late(line_of(busy), time, interval, lost, limit, tries), tries


@pytest.mark.parametrize("busy", [0.7, 0.9, 0.98])
@pytest.mark.parametrize("time", [0.002, 0.05, 0.1])
def test_late_as_the_wait_in_line(busy: float, time: float) -> None:
    share, _ = tries_of(busy, time, 5.0)
    assert share == pytest.approx(theory.late(busy, 4, SERVICE, 0.0, time), rel=1e-6)


@pytest.mark.parametrize(("busy", "time"), [(0.9, 0.05), (0.9, 0.1)])
@pytest.mark.parametrize("interval", [0.1, 1.0, 5.0])
def test_runs_as_dense_matrices_have_them(busy: float, time: float, interval: float) -> None:
    _, tries = tries_of(busy, time, interval)
    for run in (1, 2, 3):
        dense = theory.late_in_line(busy, 4, SERVICE, 0.0, time, interval, run)
        assert tries[run - 1] == pytest.approx(dense, rel=1e-5)


def test_a_line_that_is_served_one_by_one() -> None:
    found = [late_checks(0.9, 0.0005, 0.05, 0.5, 2, 3000, seed) for seed in range(6)]
    share, tries = tries_of(0.9, 0.0495, 0.5)
    for value, ours in zip(np.transpose(found), (share, tries[1]), strict=True):
        mean, error = value.mean(), value.std(ddof=1) / np.sqrt(len(value))
        assert abs(ours - mean) < 4.0 * error
        assert error < 0.15 * mean


def test_close_checks_are_nearly_right() -> None:
    """Which ends of service made a check late is forgotten: it matters to one soon after it."""
    found = [late_checks(0.9, 0.0005, 0.05, 0.1, 2, 15_000, seed)[1] for seed in range(6)]
    assert tries_of(0.9, 0.0495, 0.1)[1][1] == pytest.approx(np.mean(found), rel=0.12)


def test_near_checks_are_no_news() -> None:
    """If they come in a tenth of 1 s, half of the second late ones are followed by a third."""
    near, far = tries_of(0.9, 0.1, 0.1)[1], tries_of(0.9, 0.1, 60.0)[1]
    assert near[2] / near[1] < 2.5
    assert far[2] / far[1] > 300.0


def test_an_interval_in_which_all_is_forgotten() -> None:
    share, tries = tries_of(0.95, 0.05, 300.0)
    for k in range(4):
        assert tries[k] == pytest.approx(sum(share**-i for i in range(1, k + 2)), rel=1e-5)


def test_lost_and_late_together() -> None:
    """A machine with nothing to do: only the lost ones fail, each on its own."""
    share, tries = tries_of(0.1, 0.5, 1.0, lost=0.2)
    assert share == pytest.approx(0.2)
    assert tries == pytest.approx([5.0, 30.0, 155.0, 780.0])
    late, _ = tries_of(0.95, 0.05, 5.0)
    both, _ = tries_of(0.95, 0.05, 5.0, lost=0.2)
    assert both == pytest.approx(0.2 + 0.8 * late)


@pytest.mark.parametrize("time", [0.001, 0.3, 1.0, 20.0])
def test_a_law_moves_on_as_its_matrix_says(time: float) -> None:
    line, size = line_of(0.9), 120
    up = np.full(size - 1, line.arrive)
    down = np.minimum(np.arange(1, size), 4) * line.ends
    law = np.zeros(size)
    law[40] = 1.0
    _, step = theory.seen_every(up, down, time)
    later(law, line, time, np.empty(5 * size))
    assert law == pytest.approx(step[40], abs=1e-6)
    assert law.sum() == pytest.approx(1.0, abs=1e-8)


def test_the_chances_of_a_line() -> None:
    late = np.empty(2000)
    late_given(2.0, line_of(0.9), late)
    assert (late[:4] == 0.0).all()
    assert (np.diff(late) >= 0.0).all()
    # 2 s of 571 services a second: as likely as not with so many there.
    assert late[1143 + 3] == pytest.approx(0.5, abs=0.02)
    assert late[-1] == pytest.approx(1.0, abs=1e-9)
    late_given(-0.1, line_of(0.9), late)
    assert (late == 1.0).all()


@settings(max_examples=100, deadline=None)
@given(
    st.floats(0.001, 50.0), st.sampled_from([-1.0, 0.0, 1e-4, 0.1, 2.0, 10.0]),
    st.sampled_from([0.01, 1.0, 300.0]), st.sampled_from([1e-6, 0.01, 0.5]),
)  # fmt: skip
def test_what_always_holds(busy: float, time: float, interval: float, lost: float) -> None:
    share, tries = tries_of(busy, time, interval, lost)
    assert lost * (1.0 - 1e-9) <= share <= 1.0 + 1e-9
    assert np.isfinite(tries).all()
    assert (np.diff(tries) > 0.0).all()
    assert (tries >= np.arange(1, 5) * (1.0 - 1e-9)).all()
    law = np.empty(50)
    stationary(line_of(busy), law)
    assert law.sum() == pytest.approx(1.0)
