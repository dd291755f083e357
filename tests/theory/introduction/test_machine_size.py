"""The closed forms against each other, against search, and where the answer is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.introduction.machine_size import (
    bill,
    machine_throughput,
    machines_needed,
    most_throughput,
    share_of_spares,
    too_few_up,
)
from scalelab.theory.introduction.usl import peak, throughput

sigmas = st.floats(0.0, 0.3)
kappas = st.floats(1e-7, 1e-2)


@given(sigmas, kappas, st.floats(1.01, 1e6))
def test_the_root_just_carries_the_load(sigma: float, kappa: float, load: float) -> None:
    m = machines_needed(load, 1.0, sigma, kappa)
    if math.isinf(m):
        assert load > 0.999999 * most_throughput(1.0, sigma, kappa)
    else:
        assert throughput(m, sigma, kappa, 1.0) == pytest.approx(load, rel=1e-6)
        assert m <= peak(sigma, kappa) * (1.0 + 1e-6)


@given(sigmas, kappas)
def test_the_most_is_what_the_law_gives_at_its_peak(sigma: float, kappa: float) -> None:
    at_the_peak = throughput(peak(sigma, kappa), sigma, kappa, 3.0)
    assert most_throughput(3.0, sigma, kappa) == pytest.approx(at_the_peak, rel=1e-9)


def test_known_numbers_of_machines() -> None:
    assert machines_needed(5.0, 10.0, 0.1, 0.1) == 1.0
    assert machines_needed(50.0, 10.0, 0.0, 0.0) == 5.0
    # Amdahl with a tenth in series: never ten times one, five times one with nine machines.
    assert machines_needed(50.0, 10.0, 0.1, 0.0) == pytest.approx(9.0)
    assert math.isinf(machines_needed(100.0, 10.0, 0.1, 0.0))


def test_one_machine() -> None:
    assert machine_throughput(8, 100.0, 0.0, 0.0, 0.0) == 800.0
    assert machine_throughput(8, 100.0, 0.5, 0.0, 0.0) == 750.0
    assert machine_throughput(8, 100.0, 0.0, 0.1, 0.0) == pytest.approx(800.0 / 1.7)


@pytest.mark.parametrize(("machines", "spares"), [(2, 1), (15, 1), (30, 2), (70, 4), (5, 0)])
def test_too_few_against_drawing(machines: int, spares: int) -> None:
    up, trials = 0.95, 1_000_000
    down = np.random.default_rng(1).binomial(machines, 1.0 - up, trials)
    expected = too_few_up(machines, spares, up)
    error = math.sqrt(expected * (1.0 - expected) / trials)
    assert abs(np.mean(down > spares) - expected) < 4.0 * error


def test_too_few_where_it_is_known() -> None:
    assert too_few_up(1, 0, 0.99) == pytest.approx(0.01)
    assert too_few_up(2, 1, 0.99) == pytest.approx(0.0001)
    assert too_few_up(3, 1, 0.99) == pytest.approx(3 * 0.0001 * 0.99 + 1e-6)
    assert too_few_up(4, 4, 0.5) == 0.0


def test_money() -> None:
    assert bill(2, 10.0, 20.0) == 14_640.0
    assert share_of_spares(1, 1) == 0.5
    assert share_of_spares(14, 1) == pytest.approx(1 / 15)
