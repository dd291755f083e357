"""Limits, and the examples."""

import doctest
import math

import pytest

from scalelab.theory.infrastructure import entry
from scalelab.theory.infrastructure.entry import (
    busiest_below,
    dealt_cv,
    hashed_connections_cv,
    hashed_cv,
    integral,
    kept,
    kept_longer,
    moved_by_name,
    on_the_dead,
    one_large_source,
    zipf_weights,
)


def test_one_source_is_all_on_one_machine() -> None:
    assert hashed_cv([1.0], 5) == pytest.approx(2.0)
    assert one_large_source(1.0, 5) == 5.0
    assert one_large_source(0.0, 5) == 1.0
    # Exactly so: one machine has 5 times the mean, four have nothing.
    assert math.sqrt((4.0**2 + 4.0) / 5.0) == pytest.approx(2.0)


def test_many_equal_sources_are_even() -> None:
    assert hashed_cv(zipf_weights(10_000, 0.0), 5) == pytest.approx(0.02)
    assert math.fsum(zipf_weights(1000, 1.0)) == pytest.approx(1.0)


def test_a_hash_is_worse_than_turns_by_the_root_of_two() -> None:
    assert hashed_connections_cv(5, 50) == pytest.approx(math.sqrt(2.0) * dealt_cv(5, 50))


def test_connections_that_do_not_come_out_even() -> None:
    assert dealt_cv(5, 50) < dealt_cv(5, 49)
    assert dealt_cv(2, 1) == pytest.approx(1.0)
    assert dealt_cv(1, 7) == 0.0


def test_the_longest_piece_of_a_stick() -> None:
    """Its mean is the n-th harmonic number over n."""
    n = 6
    mean = integral(lambda x: 1.0 - busiest_below(x, n), 0.0, float(n))
    assert mean == pytest.approx(sum(1.0 / k for k in range(1, n + 1)), rel=1e-6)


def test_answers_and_connections() -> None:
    assert kept(0.0, 60.0, 0.1, 500.0) == pytest.approx(1.0)
    assert kept(60.0, 60.0, 0.0, 500.0) == 0.0
    # With a time to live of next to nothing it is the connections alone.
    assert moved_by_name(600.0, 1e-3, 0.0, 1.0, 600.0) == pytest.approx(
        1.0 - math.exp(-1), abs=1e-5
    )
    # Two exponentials that are alike.
    assert moved_by_name(7.0, 1.0, 1.0, 7.0, 7.0) == pytest.approx(1.0 - 2.0 * math.exp(-1.0))


def test_long_connections_end_up_elsewhere() -> None:
    assert on_the_dead(1e-9, 5, 600.0, 10.0) == pytest.approx(0.2)
    rest = (0.2 / 600.0) / (1.0 / 600.0 + 0.08)
    assert on_the_dead(500.0, 5, 600.0, 10.0) == pytest.approx(rest, rel=1e-6)


def test_a_fit_goes_through_both_measurements() -> None:
    share, hold = kept_longer(60.0, 0.1, 900.0, 0.02)
    assert share * math.exp(-60.0 / hold) == pytest.approx(0.1)
    assert share * math.exp(-900.0 / hold) == pytest.approx(0.02)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(entry).failed == 0
