"""The exact solutions against each other and against tables; the fluid against the exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import diags_array
from scipy.sparse.linalg import spsolve

from scalelab.theory.workload.flash_crowd import (
    Fluid,
    drain_time,
    left_behind,
    limited,
    mean_in_system,
    mean_wait,
    rate_matrix,
)
from scalelab.theory.workload.mmpp import Mmpp

SHOP = Mmpp(9.0 / 7.0, 54.0 / 7.0, 2400.0, 300.0)
FAST = Mmpp(1.0, 8.0, 20.0, 5.0)


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.9, 0.99])
def test_equal_rates_are_m_m_1(rho: float) -> None:
    stream = Mmpp(rho, rho, 3.0, 1.0)
    assert mean_in_system(stream, 1.0) == pytest.approx(rho / (1.0 - rho))
    assert mean_wait(stream, 1.0) == pytest.approx(rho / (1.0 - rho))


@pytest.mark.parametrize(
    ("rho", "most", "refused"),
    [(0.5, 5, 0.015873), (0.8, 10, 0.023493), (0.9, 20, 0.013651), (1.2, 10, 0.192586)],
)
def test_equal_rates_are_m_m_1_k(rho: float, most: int, refused: float) -> None:
    assert limited(Mmpp(rho, rho, 2.0, 7.0), 1.0, most).refused == pytest.approx(refused, rel=1e-4)


def test_r_solves_its_equation() -> None:
    for stream, capacity in ((SHOP, 4.0), (FAST, 4.0), (FAST, 2.5)):
        r = rate_matrix(stream, capacity)
        leave, back = 1.0 / stream.calm_s, 1.0 / stream.crowd_s
        up = np.diag([stream.calm, stream.crowd])
        local = np.array([[-leave, leave], [back, -back]]) - up - capacity * np.eye(2)
        assert np.abs(up + r @ local + r @ r * capacity).max() < 1e-10
        assert (r >= 0.0).all()
        assert np.abs(np.linalg.eigvals(r)).max() < 1.0


def test_a_limit_that_is_never_reached_makes_no_difference() -> None:
    found = limited(FAST, 4.0, 900)
    assert found.refused < 1e-10
    assert found.wait == pytest.approx(mean_wait(FAST, 4.0))


def test_the_same_from_a_generator_cut_off_far_out() -> None:
    """The shop's own queue, to 60,000 requests, as one sparse system of equations."""
    levels, capacity = 60_000, 4.0
    size = 2 * levels
    crowded = np.arange(size) % 2 == 1
    rates = np.where(crowded, SHOP.crowd, SHOP.calm)
    change = np.where(crowded, 1.0 / SHOP.crowd_s, 1.0 / SHOP.calm_s)
    up = np.where(np.arange(size) < size - 2, rates, 0.0)
    down = np.where(np.arange(size) >= 2, capacity, 0.0)
    to_crowd, to_calm = np.where(crowded, 0.0, change), np.where(crowded, change, 0.0)
    transposed = diags_array(
        [-(up + down + change), to_crowd[:-1], to_calm[1:], up[:-2], down[2:]],
        offsets=[0, -1, 1, -2, 2], format="csc",
    )  # fmt: skip
    # One probability is fixed, the others follow, and all are scaled to sum to one.
    rest = spsolve(transposed[1:, 1:], -transposed[1:, [0]].toarray().ravel())
    probabilities = np.append(1.0, rest)
    probabilities /= probabilities.sum()
    inside = float(probabilities @ (np.arange(size) // 2))
    assert inside == pytest.approx(mean_in_system(SHOP, capacity), rel=1e-6)


@pytest.mark.parametrize(("longer", "error"), [(1.0, 0.06), (10.0, 0.006), (100.0, 0.0006)])
def test_the_fluid_is_exact_as_crowds_become_long(longer: float, error: float) -> None:
    stream = Mmpp(1.0, 8.0, 60.0 * longer, 15.0 * longer)
    exact = mean_wait(stream, 4.0)
    assert Fluid(stream, 4.0).mean_wait == pytest.approx(exact, rel=error)


@given(st.floats(1.05, 5.0), st.floats(1.0, 1e4), st.floats(2.0, 50.0))
def test_what_flows_in_flows_out(height: float, crowd_s: float, apart: float) -> None:
    """The capacity is used up while there is a backlog, and by the calm while there is none."""
    stream = Mmpp(0.5, height, apart * crowd_s * height, crowd_s)
    fluid = Fluid(stream, 1.0)
    busy = fluid.above(0.0, True) + fluid.above(0.0, False)
    assert busy + (1.0 - busy) * stream.calm == pytest.approx(stream.mean)
    assert fluid.decay > 0.0
    assert 0.0 < fluid.waits_longer(1.0) < fluid.waits_longer(0.0) <= 1.0


def test_one_crowd() -> None:
    left = left_behind(54.0 / 7.0, 4.0, 300.0)
    assert left == pytest.approx(1114.3, abs=0.1)
    assert drain_time(left, 9.0 / 7.0, 4.0) / 60.0 == pytest.approx(6.84, abs=0.01)
    assert left_behind(3.0, 4.0, 300.0) == 0.0
