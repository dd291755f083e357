"""Distances on a sphere, from IEEE operations only: the same bits on every machine.

The haversine formula, which is exact where the law of cosines is not, for points close together
(R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68(2) 1984).
"""

import numpy as np

from scalelab.kernels.jit import kernel

PI = 3.141592653589793
RADIANS = PI / 180.0


@kernel
def sine(x: float) -> float:
    """Sine of an angle from -pi to pi, error below 1e-15."""
    sign = 1.0
    if x < 0.0:
        sign = -1.0
        x = -x
    if x > 0.5 * PI:
        x = PI - x
    series = 0.0
    for k in range(12, 0, -1):
        series = -(x * x) / (2 * k * (2 * k + 1)) * (1.0 + series)
    return sign * x * (1.0 + series)


@kernel
def arcsine(x: float) -> float:
    """Angle from 0 to pi/2 whose sine is ``x``, 0 to 1; error below 1e-15."""
    if x > 0.5:
        return 0.5 * PI - 2.0 * small_arcsine(np.sqrt(0.5 * max(0.0, 1.0 - x)))
    return small_arcsine(x)


@kernel
def small_arcsine(x: float) -> float:
    """The power series, whose terms fall by a factor of four up to 0.5."""
    term = x
    total = x
    for k in range(1, 26):
        term *= x * x * (2 * k - 1) / (2 * k)
        total += term / (2 * k + 1)
    return total


@kernel
def great_circle(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float, radius: float
) -> float:
    """Shortest way over the surface between two points given in degrees."""
    cosines = sine(0.5 * PI - abs(latitude) * RADIANS) * sine(
        0.5 * PI - abs(other_latitude) * RADIANS
    )
    up = sine(0.5 * (other_latitude - latitude) * RADIANS)
    along = sine(0.5 * (other_longitude - longitude) * RADIANS)
    haversine = up * up + cosines * along * along
    return 2.0 * radius * arcsine(min(1.0, np.sqrt(haversine)))
