"""Distances and waiting times in closed form, by other formulae than the kernel's.

Distances in km, times in ms, angles in degrees.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]  # latitude, longitude

LIGHT_KM_PER_MS = 299.792458  # exact, by the definition of the metre


def vector(point: Point) -> tuple[float, float, float]:
    latitude, longitude = map(math.radians, point)
    across = math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)


def great_circle_by_vectors(a: Point, b: Point, radius: float) -> float:
    """From the angle between two vectors, by its sine and its cosine: good at every angle."""
    (x, y, z), (u, v, w) = vector(a), vector(b)
    sine = math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
    return radius * math.atan2(sine, x * u + y * v + z * w)


def great_circle_by_cosines(a: Point, b: Point, radius: float) -> float:
    """Spherical law of cosines; loses digits for points close together."""
    (one, first), (other, second) = (map(math.radians, point) for point in (a, b))
    cosine = math.sin(one) * math.sin(other)
    cosine += math.cos(one) * math.cos(other) * math.cos(second - first)
    return radius * math.acos(max(-1.0, min(1.0, cosine)))


def least_round_trip(km: float, speed: float = 200.0) -> float:
    """There and back over ``km``, with ``speed`` in km/ms: 200 is two thirds of light's."""
    return 2.0 * km / speed


def page(round_trips: float, km: float, stretch: float, last_mile: float, server: float) -> float:
    """Wait for a page of a user with this ``last_mile``."""
    return round_trips * (stretch * least_round_trip(km) + last_mile) + server


def later_than(
    time: float, fixed: Sequence[float], shares: Sequence[float], spread: float
) -> float:
    """Share that waits longer: a mixture of exponential laws with mean ``spread``, each shifted."""
    return sum(
        share * (1.0 if time < start else math.exp((start - time) / spread))
        for start, share in zip(fixed, shares, strict=True)
    )


def quantile(q: float, fixed: Sequence[float], shares: Sequence[float], spread: float) -> float:
    """Solved, not searched: between two starts the tail is one exponential function.

    From the k-th start on, as long as no other area starts, the tail is
    rest + weight * exp(-t / spread), with ``rest`` the share of the areas that start later.
    """
    areas = sorted(zip(fixed, shares, strict=True))
    rest = sum(share for _, share in areas)
    allowed = (1.0 - q) * rest
    weight = 0.0  # measured at the last start
    for (start, share), (end, _) in pairwise([*areas, (math.inf, 0.0)]):
        rest -= share
        weight += share
        if rest < allowed:
            time = start + max(0.0, spread * math.log(weight / (allowed - rest)))
            if time <= end:
                return time
        weight *= math.exp((start - end) / spread)
    return math.inf
