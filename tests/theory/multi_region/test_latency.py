"""Closed forms against each other, against drawing, and against what is known of the Earth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.multi_region.latency import (
    LIGHT_KM_PER_MS,
    great_circle_by_cosines,
    great_circle_by_vectors,
    later_than,
    least_round_trip,
    page,
    quantile,
)

points = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
mixtures = st.lists(
    st.tuples(st.floats(0.0, 500.0), st.floats(0.01, 1.0)), min_size=1, max_size=8
)  # fmt: skip


@given(points, points)
def test_two_ways_to_measure(a: tuple[float, float], b: tuple[float, float]) -> None:
    # The law of cosines loses half of the digits for points close together.
    assert great_circle_by_cosines(a, b, 6371.0) == pytest.approx(
        great_circle_by_vectors(a, b, 6371.0), abs=0.3
    )


def test_a_quarter_of_the_way_round() -> None:
    quarter = 6371.0 * math.pi / 2.0
    assert great_circle_by_vectors((0.0, 0.0), (90.0, 17.0), 6371.0) == pytest.approx(quarter)
    assert great_circle_by_vectors((0.0, -170.0), (0.0, 100.0), 6371.0) == pytest.approx(quarter)
    assert great_circle_by_vectors((51.5, 0.0), (51.5, 0.0), 6371.0) == 0.0


def test_a_millisecond_for_a_hundred_kilometres() -> None:
    assert least_round_trip(100.0) == 1.0
    # Light in a vacuum needs two thirds of that.
    assert least_round_trip(100.0, LIGHT_KM_PER_MS) == pytest.approx(2.0 / 3.0, rel=0.001)
    assert page(4, 1000.0, 1.8, 15.0, 50.0) == pytest.approx(4 * (18.0 + 15.0) + 50.0)


@given(mixtures, st.floats(0.5, 200.0), st.floats(0.0, 0.999))
def test_the_quantile_is_where_the_tail_is(
    areas: list[tuple[float, float]], spread: float, q: float
) -> None:
    fixed = [start for start, _ in areas]
    whole = sum(share for _, share in areas)
    shares = [share / whole for _, share in areas]
    time = quantile(q, fixed, shares, spread)
    # The tail is flat before the first start only.
    assert time >= min(fixed)
    assert later_than(time, fixed, shares, spread) == pytest.approx(1.0 - q, abs=1e-9)


@given(st.floats(0.0, 500.0), st.floats(0.5, 200.0), st.floats(0.0, 0.999))
def test_one_area(start: float, spread: float, q: float) -> None:
    assert quantile(q, [start], [1.0], spread) == pytest.approx(
        start - spread * math.log(1.0 - q), abs=1e-9
    )


def test_a_mixture_that_is_drawn() -> None:
    fixed, shares, spread, n = [50.0, 400.0, 150.0], [0.5, 0.2, 0.3], 60.0, 400_000
    chance = np.random.default_rng(11)
    waits = chance.choice(fixed, n, p=shares) + chance.exponential(spread, n)
    for time in (60.0, 150.0, 300.0, 401.0, 600.0):
        exact = later_than(time, fixed, shares, spread)
        error = math.sqrt(exact * (1.0 - exact) / n)
        assert np.mean(waits > time) == pytest.approx(exact, abs=4.0 * error)
