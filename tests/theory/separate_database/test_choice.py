"""The closed forms against sums, searches and each other."""

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.separate_database import choice
from scalelab.theory.separate_database.choice import (
    months_added_up,
    most_growth,
    pays_from,
    vcpus,
    years_until,
)


@given(st.floats(0.1, 1000.0), st.floats(1.01, 100.0), st.floats(1.1, 5.0))
def test_the_limit_is_reached_then(now: float, times: float, growth: float) -> None:
    years = years_until(now, now * times, growth)
    assert now * growth**years == pytest.approx(now * times)
    assert most_growth(now, now * times, years) == pytest.approx(growth)


def test_at_once_or_never() -> None:
    assert years_until(7.0, 6.0, 2.0) == 0.0
    assert years_until(6.0, 6.0, 2.0) == 0.0
    assert years_until(5.0, 6.0, 1.0) == math.inf


@given(st.floats(1.01, 5.0), st.integers(1, 120))
def test_the_series_against_its_terms(growth: float, months: int) -> None:
    expected = math.fsum(growth ** (month / 12) for month in range(1, months + 1))
    assert months_added_up(growth, months) == pytest.approx(expected, rel=1e-9)
    assert months_added_up(1.0, months) == months


@given(
    st.floats(1.0, 10_000.0), st.floats(0.0, 1000.0), st.floats(0.0, 0.9), st.integers(1, 15)
)  # fmt: skip
def test_machines_that_carry_it_when_one_is_lost(
    reads: float, writes: float, replay: float, others: int
) -> None:
    total = vcpus(reads, writes, replay, 0.003, 0.6, others)
    room = total / (others + 1) * 0.6 / 0.003 * others
    assert room == pytest.approx(reads + writes + (others - 1) * replay * writes)
    # A standby that does nothing is twice all of it.
    assert vcpus(reads, writes, replay, 0.003, 0.6, 1) == pytest.approx(
        2.0 * (reads + writes) * 0.005
    )


@given(st.floats(1.0, 5000.0), st.floats(1.0, 100.0), st.integers(2, 15))
def test_where_both_cost_the_same(extra: float, price: float, others: int) -> None:
    reads = pays_from(extra, price, 0.003, 0.6, others)
    saved = vcpus(reads, 0.0, 0.3, 0.003, 0.6, 1) - vcpus(reads, 0.0, 0.3, 0.003, 0.6, others)
    assert saved * price == pytest.approx(extra)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(choice).failed == 0
