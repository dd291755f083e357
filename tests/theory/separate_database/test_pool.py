"""Bounds, limits and the examples."""

import doctest

import pytest

from scalelab.theory.separate_database import pool
from scalelab.theory.separate_database.pool import (
    bound,
    drained,
    most,
    one_connection,
    rule,
    without_a_pool,
)


def test_many_connections_are_as_fast_as_the_vcpus() -> None:
    assert most(1, 4, 3.0, 2.5) == pytest.approx(1 / 5.5)
    assert most(60, 4, 3.0, 2.5) == pytest.approx(4 / 3.0, rel=1e-9)
    for connections in range(1, 30):
        assert most(connections, 4, 3.0, 2.5) <= bound(connections, 4, 3.0, 2.5) * (1.0 + 1e-12)


def test_the_rule_is_where_the_bounds_meet() -> None:
    meet = rule(4, 3.0, 2.5)
    assert meet / 5.5 == pytest.approx(4 / 3.0)
    assert bound(8, 4, 3.0, 2.5) == pytest.approx(4 / 3.0)
    assert bound(7, 4, 3.0, 2.5) == pytest.approx(7 / 5.5)


def test_alone_there_is_no_wait() -> None:
    assert without_a_pool(1e-9, 4, 3.0, 2.5) == pytest.approx(5.5)
    assert one_connection(1e-9, 3.0, 2.5) == pytest.approx(5.5)


def test_a_line_drains_by_what_is_done_more() -> None:
    assert drained(1000.0, 1000.0, 1250.0) == 4.0


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(pool).failed == 0
