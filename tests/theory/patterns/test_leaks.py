"""Limits, small cases counted by hand, and the examples."""

import doctest
from fractions import Fraction
from itertools import product

import pytest

from scalelab.theory.patterns import leaks
from scalelab.theory.patterns.leaks import (
    connections,
    downward_share,
    endless_share,
    hold_ms,
    mixed_share,
    passes,
    queries,
    result_rows,
)


def test_a_batch_of_one_is_row_by_row() -> None:
    for rows, collections in product((1, 7, 200), (0, 1, 3)):
        assert queries("in batches", rows, collections, 1) == queries(
            "row by row", rows, collections, 1
        )
        assert queries("in batches", rows, collections, rows) == 1 + collections


def test_a_join_has_fewer_rows_with_one_collection_and_more_with_two() -> None:
    assert result_rows("join", 10, 5, 1) < result_rows("in batches", 10, 5, 1)
    assert result_rows("join", 10, 5, 2) > result_rows("in batches", 10, 5, 2)
    assert result_rows("join", 10, 1, 3) == 10


def test_a_connection_is_held_for_trips_and_work() -> None:
    nothing = Fraction(0)
    assert hold_ms(3, 0, nothing, Fraction(2), Fraction(1), nothing, Fraction(1)) == 9
    assert hold_ms(0, 4, Fraction(8), nothing, nothing, Fraction(2), Fraction(4)) == 10
    assert connections(Fraction(1000), Fraction(1)) == 1


def test_chances_of_a_pair() -> None:
    assert passes(0.0, 10, 1.0) == 0.0
    assert passes(5.0, 10, 0.0) == 0.0
    assert passes(1e6, 10, 1.0) == pytest.approx(1.0)
    # Few dependencies: each is a pair of its own.
    assert passes(0.001, 10, 0.5) == pytest.approx(0.00005, rel=1e-3)


def test_layers_by_all_cases() -> None:
    """Two layers of two modules, all 16 sets of dependencies."""
    chance = 0.3
    exact = 0.0
    for edges in product((0, 1), repeat=4):
        weight = 1.0
        for edge in edges:
            weight *= chance if edge else 1.0 - chance
        exact += weight * (4 + sum(edges)) / 16
    assert downward_share(2, [[0.0, chance], [0.0, 0.0]]) == pytest.approx(exact)


def test_layers_without_and_with_all_dependencies() -> None:
    for per_layer in (1, 3, 5):
        none = [[0.0] * 4 for _ in range(4)]
        all_below = [[1.0 if b > a else 0.0 for b in range(4)] for a in range(4)]
        next_only = [[1.0 if b == a + 1 else 0.0 for b in range(4)] for a in range(4)]
        assert downward_share(per_layer, none) == pytest.approx(1.0 / (4 * per_layer))
        top = sum(1 + k * per_layer for k in range(4)) / (16 * per_layer)
        assert downward_share(per_layer, all_below) == pytest.approx(top)
        assert downward_share(per_layer, next_only) == pytest.approx(top)


def test_no_layers_by_all_cases() -> None:
    """Three modules, all 64 sets of dependencies."""
    pairs = [(a, b) for a in range(3) for b in range(3) if a != b]
    chance, exact = 0.4, 0.0
    for edges in product((0, 1), repeat=6):
        weight = 1.0
        for edge in edges:
            weight *= chance if edge else 1.0 - chance
        there = {pair for pair, edge in zip(pairs, edges, strict=True) if edge}
        touched = 0
        for start in range(3):
            found, before = {start}, 0
            while len(found) > before:
                before = len(found)
                found |= {b for a, b in there if a in found}
            touched += len(found)
        exact += weight * touched / 9
    assert mixed_share(3, chance) == pytest.approx(exact)


@pytest.mark.parametrize("degree", [1.5, 3.0])
def test_many_modules_are_nearly_endless(degree: float) -> None:
    assert mixed_share(150, degree / 149) == pytest.approx(endless_share(degree), abs=0.04)


def test_below_one_nothing_spreads_far() -> None:
    assert endless_share(1.0) == 0.0
    assert mixed_share(150, 0.5 / 149) < 2.1 / 150


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(leaks).failed == 0
