"""How long do users wait, and where should the regions be?

    >>> from scalelab.models.multi_region.latency import best_regions, simulate
    >>> round(simulate(["Virginia"]).quantile(0.5)), round(simulate(["Mumbai"]).quantile(0.5))
    (869, 526)
    >>> best_regions(3)
    ('Virginia', 'Seoul', 'Mumbai')
    >>> simulate(best_regions(3)).region["Cairo"]
    'Mumbai'

The closed forms are in `scalelab.theory.multi_region.latency`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.facts.places import AREAS, CONTINENTS, EARTH_RADIUS, REGIONS
from scalelab.kernels import sphere
from scalelab.kernels.multi_region import latency as kernels
from scalelab.models.check import one_of, within

REGION_NAMES = tuple(region.name for region in REGIONS)
AREA_NAMES = tuple(area.name for area in AREAS)
CUSTOMERS = ("By population", "Mostly North America and Europe", "Mostly Asia")
AIMS = ("Mean distance", "Farthest users")


@dataclass(frozen=True)
class Latency:
    """Result of `simulate`.

    ``region`` is where the users of an area go, ``distance_km`` and ``round_trip_ms`` (without
    the last mile) how far that is, ``share`` how many of all users they are. A page takes
    ``fixed_ms`` and an exponential time with mean ``spread_ms``.
    """

    region: dict[str, str]
    share: dict[str, float]
    distance_km: dict[str, float]
    round_trip_ms: dict[str, float]
    fixed_ms: dict[str, float]
    spread_ms: float

    def quantile(self, q: float, continent: str | None = None) -> float:
        """Time for a page, in ms, that a share ``q`` of the users does not exceed."""
        within("q", q, 0.0, 0.9999, advice="a share, not a percentage")
        fixed, shares = self._of(continent)
        return float(kernels.quantile(float(q), fixed, shares, self.spread_ms))

    def slower_than(self, time_ms: float, continent: str | None = None) -> float:
        """Share of the users who wait longer."""
        fixed, shares = self._of(continent)
        return float(kernels.later_than(float(time_ms), fixed, shares / shares.sum(),
                                        self.spread_ms))  # fmt: skip

    @property
    def mean(self) -> float:
        """Mean time for a page, in ms."""
        return sum(self.share[name] * self.fixed_ms[name] for name in self.share) + self.spread_ms

    def _of(self, continent: str | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        one_of("continent", continent, (None, *CONTINENTS))
        names = [area.name for area in AREAS if continent in (None, area.continent)]
        return (
            np.array([self.fixed_ms[name] for name in names]),
            np.array([self.share[name] for name in names]),
        )


def simulate(
    regions: Sequence[str],
    customers: str = "By population",
    round_trips: int = 4,
    stretch: float = 1.8,
    last_mile_ms: float = 15.0,
    server_ms: float = 50.0,
) -> Latency:
    """Time for a page over all users, each of whom goes to the nearest of ``regions``.

    Parameters
    ----------
    regions : one or more of `REGION_NAMES`.
    customers : one of `CUSTOMERS`: users in each of the `AREA_NAMES` as there are people, or with
        given shares of the continents (assumptions) and within them as there are people.
    round_trips : that a page needs, 1 to 100. With a new connection, TCP takes one, TLS 1.3
        another, the page a third, and what the page is made of at least a fourth.
    stretch : way of the packets over the great circle, 1 to 10.
    last_mile_ms : mean of what each round trip takes from the user to the network, 0 to 1000 ms;
        drawn once for a user, exponential. An assumption, as is the next.
    server_ms : 0 to 60,000 ms.

    Raises
    ------
    ValueError
        For an unknown name, no region, or an argument outside the ranges above.

    Notes
    -----
    Leaves out: bandwidth and the size of the page, DNS, queues and lost packets, detours that
    differ from place to place (the stretch is the same for all), users outside of the forty
    areas, and routes that do not lead to the nearest region.
    """
    mask = mask_of(regions)
    one_of("customers", customers, CUSTOMERS)
    within("round_trips", round_trips, 1, 100)
    within("stretch", stretch, 1.0, 10.0)
    within("last_mile_ms", last_mile_ms, 0.0, 1000.0, "ms")
    within("server_ms", server_ms, 0.0, 60_000.0, "ms")
    shares = kernels.user_shares(CUSTOMERS.index(customers))
    where, km = np.zeros(len(AREAS), np.int64), np.zeros(len(AREAS))
    kernels.nearest(mask, kernels.distances(), where, km)
    trips = stretch * km / kernels.FIBRE_KM_PER_MS
    return Latency(
        dict(zip(AREA_NAMES, (REGION_NAMES[r] for r in where), strict=True)),
        _named(shares),
        _named(km),
        _named(trips),
        _named(round_trips * trips + server_ms),
        float(round_trips * last_mile_ms),
    )


def best_regions(
    n: int, customers: str = "By population", aim: str = "Mean distance", greedy: bool = False
) -> tuple[str, ...]:
    """The ``n`` regions, 1 to 12, that serve the users best.

    ``aim``, one of `AIMS`: keep the mean distance small, or that of the farthest users (among
    equals, the mean). All sets are tried; with ``greedy``, regions are added one by one instead.
    """
    within("n", n, 1, len(REGIONS))
    one_of("customers", customers, CUSTOMERS)
    one_of("aim", aim, AIMS)
    shares = kernels.user_shares(CUSTOMERS.index(customers))
    cost = kernels.costs(kernels.distances(), shares, AIMS.index(aim))
    sets = kernels.greedy_sets(cost) if greedy else kernels.best_sets(cost)
    mask = int(sets[int(n)])
    return tuple(name for bit, name in enumerate(REGION_NAMES) if mask >> bit & 1)


def great_circle_km(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Distance over a sphere of the Earth's mean radius; degrees, -90 to 90 and -180 to 180.

    The Earth is flattened: the true distance differs by half a per cent at most.

    >>> round(great_circle_km(39.0, -77.5, 53.3, -6.3))
    5464
    """
    for name, value, limit in (
        ("latitude", latitude, 90.0), ("longitude", longitude, 180.0),
        ("other_latitude", other_latitude, 90.0), ("other_longitude", other_longitude, 180.0),
    ):  # fmt: skip
        within(name, value, -limit, limit, "degrees")
    return float(
        sphere.great_circle(
            float(latitude), float(longitude), float(other_latitude), float(other_longitude),
            EARTH_RADIUS.value,
        )
    )  # fmt: skip


def mask_of(regions: Sequence[str]) -> int:
    """Bit i for the i-th of `REGION_NAMES`: what the kernel and the lab's control take."""
    if not regions:
        raise ValueError("regions is empty; give at least one")
    mask = 0
    for name in regions:
        one_of("region", name, REGION_NAMES)
        mask |= 1 << REGION_NAMES.index(name)
    return mask


def _named(values: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(AREA_NAMES, values.tolist(), strict=True))
