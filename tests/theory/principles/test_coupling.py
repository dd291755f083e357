import doctest
import math
import random

import pytest

from scalelab.theory.principles import coupling
from scalelab.theory.principles.coupling import (
    bulkhead,
    cycle,
    full_after,
    held,
    longest_time_out,
    needed,
    opens_after,
    served,
)


def test_cut_off_times_drawn() -> None:
    chance = random.Random(1)
    drawn = [min(chance.expovariate(1.0 / 5.0), 7.0) for _ in range(100_000)]
    assert held(5.0, 7.0) == pytest.approx(sum(drawn) / len(drawn), rel=0.01)
    assert held(5.0, 7.0) == pytest.approx(5.0 * (1.0 - math.exp(-1.4)), rel=1e-6)


def test_a_pool_that_is_too_small_serves_what_littles_law_leaves() -> None:
    found, busy = served(200.0, 0.05, 0.05, 30.0, 200)
    assert found == pytest.approx(200.0 / 310.0, rel=0.01)
    assert busy == pytest.approx(200.0, rel=0.01)
    assert found * 30.0 * 10.0 < 200.0


def test_a_bulkhead_that_is_wide_is_none() -> None:
    found, passes = bulkhead(200.0, 0.05, 0.05, 10.0, 200, 10_000)
    assert passes == pytest.approx(1.0)
    assert found == pytest.approx(served(200.0, 0.05, 0.05, 10.0, 200)[0], rel=1e-6)
    found, passes = bulkhead(200.0, 0.05, 0.5, 30.0, 200, 25)
    assert found > 0.999
    assert passes == pytest.approx(25.0 / 3000.0, rel=0.05)


def test_times_in_a_row() -> None:
    assert full_after(10, 20.0, 1.0) == 0.0
    assert longest_time_out(200, 10.0, 10.0) == 19.0
    assert opens_after(0.5, 100.0, 5.0, 2.0) == 12.0
    assert cycle(60.0, 10.0, 5.0, 2.0) == 64.0


def test_as_many_services_as_the_target_bears() -> None:
    assert needed(0.999, 1) == 0.999
    assert needed(0.999, 30) ** 30 == pytest.approx(0.999)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(coupling).failed == 0
