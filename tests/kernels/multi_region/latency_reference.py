"""Users and regions with dictionaries, and every set of regions tried in turn."""

import math
from collections.abc import Iterable, Mapping
from itertools import combinations

from scalelab.facts.places import AREAS, CONTINENTS, EARTH_RADIUS, REGIONS
from scalelab.theory.multi_region.latency import great_circle_by_cosines

WEST = dict(zip(CONTINENTS, (0.45, 0.05, 0.40, 0.02, 0.06, 0.02), strict=True))
EAST = dict(zip(CONTINENTS, (0.08, 0.03, 0.08, 0.03, 0.76, 0.02), strict=True))
CONTINENT_OF = {area.name: area.continent for area in AREAS}
REGION_NAMES = [region.name for region in REGIONS]
KM = {
    (area.name, region.name): great_circle_by_cosines(
        (area.latitude, area.longitude),
        (region.latitude, region.longitude),
        EARTH_RADIUS.value,
    )
    for area in AREAS
    for region in REGIONS
}
Chosen = tuple[str, ...]


def shares(customers: int) -> dict[str, float]:
    people = sum(area.million for area in AREAS)
    if customers == 0:
        return {area.name: area.million / people for area in AREAS}
    wanted = WEST if customers == 1 else EAST
    there = {c: sum(a.million for a in AREAS if a.continent == c) for c in CONTINENTS}
    return {a.name: wanted[a.continent] * a.million / there[a.continent] for a in AREAS}


def homes(chosen: Iterable[str]) -> dict[str, str]:
    among = list(chosen)
    return {a.name: min(among, key=lambda r: KM[a.name, r]) for a in AREAS}


def ways(chosen: Iterable[str]) -> dict[str, float]:
    return {area: KM[area, region] for area, region in homes(chosen).items()}


def cost(chosen: Chosen, share: Mapping[str, float], aim: int) -> float:
    km = ways(chosen)
    mean = sum(share[area] * km[area] for area in km)
    return mean if aim == 0 else max(km.values()) + 1e-6 * mean


def best(n: int, share: Mapping[str, float], aim: int) -> Chosen:
    return min(combinations(REGION_NAMES, n), key=lambda s: cost(s, share, aim))


def greedy(n: int, share: Mapping[str, float], aim: int) -> Chosen:
    chosen: Chosen = ()
    for _ in range(n):
        more = [(*chosen, r) for r in REGION_NAMES if r not in chosen]
        chosen = min(more, key=lambda s: cost(s, share, aim))
    return chosen


def quantile(
    q: float, fixed: Mapping[str, float], share: Mapping[str, float], spread: float
) -> float:
    whole = sum(share.values())

    def late(time: float) -> float:
        return sum(
            share[a] / whole
            * (1.0 if time < f else math.exp((f - time) / spread) if spread > 0.0 else 0.0)
            for a, f in fixed.items()
        )  # fmt: skip

    low, high = 0.0, max(fixed.values()) + 50.0 * spread
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if late(middle) > 1.0 - q + 1e-15 else (low, middle)
    return high
