"""The closed forms against counting, and the examples."""

import doctest

import numpy as np
import pytest
from tests.kernels.separate_database.memory_reference import drawn, hits

from scalelab.theory.separate_database import memory
from scalelab.theory.separate_database.memory import (
    cold_start,
    disk_allows,
    disk_wait_ms,
    hit_ratio,
    hit_ratio_needed,
)


def test_what_is_needed_is_what_just_fills_the_disk() -> None:
    needed = hit_ratio_needed(300.0, 30.0, 3000.0)
    assert disk_allows(3000.0, 30.0, needed) == pytest.approx(300.0)
    assert hit_ratio_needed(10.0, 30.0, 3000.0) == 0.0


def test_the_last_point_is_half_of_the_reads() -> None:
    assert disk_allows(3000.0, 30.0, 0.99) == pytest.approx(2.0 * disk_allows(3000.0, 30.0, 0.98))


def test_alone_a_read_takes_its_service_time() -> None:
    assert disk_wait_ms(1e-9, 30.0, 0.5, 3000.0) == pytest.approx(5.0)


@pytest.mark.parametrize("skew", [0.5, 0.9])
def test_a_cold_start_by_counting(skew: float) -> None:
    pages, in_memory, n = 2000, 800, 20_000
    runs = [hits(drawn(pages, skew, n, seed), in_memory, 0) for seed in range(12)]
    error = float(np.std(runs, ddof=1)) / np.sqrt(len(runs))
    warm = n * hit_ratio(pages, in_memory, skew)
    cold = cold_start(pages, in_memory, skew)
    assert cold > 200.0
    # And a page or two that Che's approximation is off at each filling.
    assert warm - cold == pytest.approx(np.mean(runs), abs=4.0 * error + 15.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(memory).failed == 0
