"""Published numbers, limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.facts.pareto import DISK_1987, DISK_READS_1987, MEMORY_1987, PAGE_1987
from scalelab.theory.load_balancing.zones import enough
from scalelab.theory.trade_offs import pareto
from scalelab.theory.trade_offs.pareto import (
    best_spare,
    break_even_s,
    break_even_use,
    corners,
    dominated,
    front,
    spares,
    staffing,
    staffing_exactly,
    waiting_cost,
)


def test_five_minutes() -> None:
    """Gray and Putzolu's example, 204.8 s: rounded up to five minutes."""
    found = break_even_s(PAGE_1987.value, DISK_READS_1987.value, DISK_1987.value, MEMORY_1987.value)
    assert found == pytest.approx(204.8)
    # A page four times as large is worth keeping for a quarter of the time.
    assert break_even_s(4.0, 15.0, 15_000.0, 5_000.0) == pytest.approx(51.2)


def test_nobody_dominates_himself() -> None:
    assert not dominated((1.0, 1.0), (1.0, 1.0))
    assert not dominated((1.0, 2.0), (2.0, 1.0))
    assert dominated((1.0, 2.0), (1.0, 1.0))
    assert front([(1.0, 1.0), (1.0, 1.0)]) == [(1.0, 1.0)]


def test_ends_of_a_front_are_corners() -> None:
    points = [(0.0, 3.0), (1.0, 2.0), (2.0, 1.0), (4.0, 0.0)]
    assert corners(points) == [points[0], points[2], points[3]]
    assert corners(points[:1]) == points[:1]


@pytest.mark.parametrize("ratio", [0.01, 0.1, 1.0, 10.0, 100.0])
def test_the_best_spare_is_a_minimum(ratio: float) -> None:
    best = best_spare(ratio)
    for other in (0.8 * best, 0.98 * best, 1.02 * best, 1.3 * best):
        assert waiting_cost(best, ratio) < waiting_cost(other, ratio)


@pytest.mark.parametrize("ratio", [0.02, 0.1, 1.0])
def test_the_approximation_for_cheap_waits(ratio: float) -> None:
    """Borst, Mandelbaum and Reiman's own, for ratios below ten."""
    root = math.sqrt(ratio / (1.0 + ratio * (math.sqrt(math.pi / 2.0) - 1.0)))
    assert best_spare(ratio) == pytest.approx(root, rel=0.07)


@pytest.mark.parametrize("ratio", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("load", [3.0, 14.0, 100.0, 1000.0])
def test_the_root_is_exact_to_a_server(load: float, ratio: float) -> None:
    assert abs(staffing_exactly(load, ratio) - staffing(load, ratio)) <= 1.0


def test_spares_end_where_the_next_one_costs_more_than_it_saves() -> None:
    q, machine, hour = Fraction(1, 100), Fraction(150), Fraction(730_000)
    n = spares(4, q, machine, hour)
    short = [1 - enough(4 + k, 4, q) for k in range(n + 2)]
    assert (short[n - 1] - short[n]) * hour > machine > (short[n] - short[n + 1]) * hour
    assert spares(4, q, machine, Fraction(0)) == 0
    assert spares(4, q, machine, 1000 * hour) > n


def test_reserved_machines_pay_from_the_ratio_of_the_prices_on() -> None:
    assert break_even_use(0.6, 1.0) == pytest.approx(0.6)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(pareto).failed == 0
