"""Angles and distances against the standard library and another formula."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.sphere import arcsine, great_circle, sine
from scalelab.theory.multi_region.latency import great_circle_by_vectors

latitudes = st.floats(-90.0, 90.0)
longitudes = st.floats(-180.0, 180.0)
points = st.tuples(latitudes, longitudes)


def test_sine_and_arcsine() -> None:
    for x in np.linspace(-math.pi, math.pi, 4001).tolist():
        assert sine(x) == pytest.approx(math.sin(x), abs=1e-15)
    for x in [0.0, 1.0, 0.5, math.nextafter(0.5, 1.0), *np.linspace(0.0, 1.0, 4001).tolist()]:
        assert arcsine(x) == pytest.approx(math.asin(x), abs=2e-15)


@given(points, points)
def test_the_same_as_from_vectors(a: tuple[float, float], b: tuple[float, float]) -> None:
    ours = great_circle(*a, *b, 6371.0)
    # Near the antipodes the haversine is flat: there it is good to a metre, elsewhere to microns.
    assert ours == pytest.approx(great_circle_by_vectors(a, b, 6371.0), abs=1e-3)
    assert ours == pytest.approx(great_circle(*b, *a, 6371.0), abs=1e-3)
    assert 0.0 <= ours <= math.pi * 6371.0 + 1e-9


@given(points, points, points)
def test_no_way_round_is_shorter(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    direct = great_circle(*a, *b, 1.0)
    assert direct <= great_circle(*a, *c, 1.0) + great_circle(*c, *b, 1.0) + 1e-6


@given(latitudes, longitudes)
def test_poles_meridians_and_antipodes(latitude: float, longitude: float) -> None:
    assert great_circle(latitude, longitude, latitude, longitude, 1.0) == 0.0
    to_pole = great_circle(latitude, longitude, 90.0, 0.0, 1.0)
    assert to_pole == pytest.approx(math.radians(90.0 - latitude), abs=1e-7)
    opposite = longitude - 180.0 if longitude > 0.0 else longitude + 180.0
    assert great_circle(latitude, longitude, -latitude, opposite, 1.0) == pytest.approx(
        math.pi, abs=1e-7
    )
    assert great_circle(0.0, 0.0, 0.0, longitude, 1.0) == pytest.approx(
        abs(math.radians(longitude)), abs=1e-7
    )
