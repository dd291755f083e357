"""Regions, customers and pings of the multi-region workbook, drawn from a seed.

Places are real (`scalelab.facts.places`); which of them play a part, how far round the cables go
and who orders how much is drawn.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.facts.places import AREAS, REGIONS
from scalelab.kernels.jit import Floats
from scalelab.models.multi_region.latency import great_circle_km

PLACES = {one.name: (one.latitude, one.longitude) for one in (*AREAS, *REGIONS)}

PINGS = 80
NEAREST_KM = 800.0
# Time measured over that of light in a straight fibre: far from where one kind becomes another.
USUAL = (1.06, 2.35)
DETOURS = (2.7, 4.5)
TOO_FAST = (0.7, 0.94)  # light would be in time where there is no glass
FASTER_THAN_LIGHT = (0.52, 0.62)  # in time one way
ABSURD = (0.35, 0.47)


@dataclass(frozen=True)
class Ping:
    """A round trip between two of `PLACES`, as somebody wrote it down."""

    one: str
    other: str
    ms: float


@dataclass(frozen=True)
class Network:
    """Round trips between regions in ms, a row and a column for each, and the share of the writes
    that customers near each of them make."""

    names: list[str]
    round_trips: Floats
    shares: Floats


@dataclass(frozen=True)
class Demand:
    """Requests a second of each town, and the round trips in ms: a row for each town, a column for
    each region."""

    names: list[str]
    users: Floats
    round_trips: Floats


def straight_ms(one: str, other: str) -> float:
    """Least round trip: a straight fibre, in which light goes 200 km in a millisecond."""
    return great_circle_km(*PLACES[one], *PLACES[other]) / 100.0


def pings(seed: int) -> list[Ping]:
    """Pings, a few of which cannot be, and a few of which were led a long way round."""
    chance = np.random.default_rng([seed, 0])
    kinds = [TOO_FAST] * 3 + [FASTER_THAN_LIGHT] * 2 + [ABSURD] * 2 + [DETOURS] * 8
    kinds += [USUAL] * (PINGS - len(kinds))
    found = []
    for number in chance.permutation(PINGS):
        one, other = _far_apart(chance)
        stretch = chance.uniform(*kinds[number])
        found.append(Ping(one, other, round(stretch * straight_ms(one, other), 1)))
    return found


def _far_apart(chance: np.random.Generator) -> tuple[str, str]:
    while True:
        one, other = (str(name) for name in chance.choice(list(PLACES), 2, replace=False))
        if 100.0 * straight_ms(one, other) > NEAREST_KM:
            return one, other


def network(seed: int, n: int) -> Network:
    """``n`` regions, one of which has most of the customers."""
    chance = np.random.default_rng([seed, 1])
    names = [one.name for one in REGIONS]
    names = [str(name) for name in chance.choice(names, n, replace=False)]
    round_trips = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            way = chance.uniform(1.1, 2.2) * straight_ms(names[i], names[j])
            round_trips[i, j] = round_trips[j, i] = round(way, 1)
    shares = chance.dirichlet(np.full(n, 2.0))
    return Network(names, round_trips, shares)


def demand(seed: int, n: int) -> Demand:
    """Towns with about as many customers as people, and ``n`` regions for them."""
    chance = np.random.default_rng([seed, 2])
    names = [one.name for one in REGIONS]
    names = [str(name) for name in chance.choice(names, n, replace=False)]
    users = np.array([one.million for one in AREAS]) * chance.uniform(0.5, 2.0, len(AREAS))
    straight = np.array([[straight_ms(one.name, name) for name in names] for one in AREAS])
    round_trips = straight * chance.uniform(1.2, 2.2, straight.shape)
    return Demand(names, np.round(10.0 * users), np.round(round_trips + 15.0, 1))
