"""Distances, round trips that were measured, best places and waits."""

import statistics
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from scalelab.facts import latency as measured
from scalelab.facts.fact import Fact
from scalelab.facts.places import AREAS, EARTH_RADIUS, FIBRE_SPEED, REGIONS, Place
from scalelab.models.multi_region.latency import (
    AIMS,
    CUSTOMERS,
    best_regions,
    great_circle_km,
    simulate,
)
from scalelab.theory.multi_region.latency import (
    great_circle_by_cosines,
    great_circle_by_vectors,
    least_round_trip,
    quantile,
)
from scalelab.validation.row import Row, Topic

STRETCH = 1.8
MEASURED = REGIONS[:10]
PINGS = f"[AWS region to region pings](https://{measured.AWS_PINGS.split(', ')[1]}), 2017"
EXAMPLES = (
    "[a distance calculator's examples](https://sredford.github.io/co2ohno/"
    "distance_calculator.html)"
)
# From Zurich's airport: latitude, longitude, km on a sphere, km of the Great Circle Mapper.
ZURICH = (47.4647, 8.5492)
FROM_ZURICH = {
    "San Francisco": (37.6190, -122.3750, 9375.727, 9399.0),
    "London": (51.4706, -0.4619, 788.067, 790.0),
    "Shanghai": (31.1434, 121.8050, 9031.305, 9051.0),
    "Cape Town": (-33.9648, 18.6017, 9109.983, 9075.0),
}
WITHIN = 0.25
ONE_STRETCH = "The model has one stretch for all pairs, {model}; that of this one was {pair:.2f}."
ROUTES = (
    "The stretch was {least:.2f} to {most:.2f}. What it depends on is the route, which the model "
    "does not know: Frankfurt to Singapore took 87 ms longer than Ireland to Singapore, which is "
    "farther away."
)
ALLOWED_KM = 0.01
GREEDY = "Greedy: regions are added one by one and never moved, so that the first ones stay."


def distance(a: Place, b: Place) -> float:
    return great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)


def key(name: str) -> str:
    return name.upper().replace("N. ", "").replace("Ã", "A").replace(" ", "_")


def pings() -> Iterator[tuple[Place, Place, float]]:
    """Every pair of the measured regions, with its round trip in ms."""
    for a, b in combinations(MEASURED, 2):
        fact = getattr(measured, f"{key(a.name)}_{key(b.name)}_ROUND_TRIP")
        if isinstance(fact, Fact):
            yield a, b, fact.value


def distances() -> Iterator[Row]:
    radius = EARTH_RADIUS.value
    pairs = [(a, b) for a in (*AREAS, *REGIONS) for b in REGIONS]
    for name, other, tolerance in (
        ("vectors", great_circle_by_vectors, 1e-6),
        ("law of cosines", great_circle_by_cosines, 0.001),
    ):
        worst = max(
            abs(
                distance(a, b) - other((a.latitude, a.longitude), (b.latitude, b.longitude), radius)
            )
            for a, b in pairs
        )
        yield Row(
            "Largest difference (km)", f"{len(pairs)} pairs of places, haversine and {name}",
            "theory", f"spherical trigonometry, {name}", 0.0, worst, tolerance, ".7f",
        )  # fmt: skip
    for name, (latitude, longitude, sphere, mapper) in FROM_ZURICH.items():
        ours = great_circle_km(*ZURICH, latitude, longitude)
        yield Row(
            "Distance on a sphere (km)", f"Zurich to {name}", "published", EXAMPLES, sphere, ours,
            0.001, ",.3f",
        )  # fmt: skip
        yield Row(
            "Distance on Earth (km)", f"Zurich to {name}", "published",
            f"{EXAMPLES}, from the Great Circle Mapper", mapper, ours, 0.005 * mapper, ",.0f",
        )  # fmt: skip


def round_trips() -> Iterator[Row]:
    times = {(a, b): (ping, least_round_trip(distance(a, b))) for a, b, ping in pings()}
    stretches = {pair: ping / limit for pair, (ping, limit) in times.items()}
    number = f"{len(times)} pairs"
    for speed, rule in ((200.0, "200 km/ms"), (FIBRE_SPEED.value, "index 1.467")):
        below = sum(ping < least_round_trip(distance(a, b), speed) for a, b, ping in pings())
        yield Row(
            "Pairs faster than light in fibre", f"{number}, {rule}", "published", PINGS, 0.0,
            float(below), 0.0, ".0f",
        )  # fmt: skip
    yield Row(
        "Median stretch", number, "published", PINGS, statistics.median(stretches.values()),
        STRETCH, 0.05, ".2f",
    )  # fmt: skip
    near = sum(abs(STRETCH * limit - ping) <= WITHIN * ping for ping, limit in times.values())
    yield Row(
        "Round trips within a quarter of the measured", number, "published", PINGS,
        float(len(times)), float(near), 0.0, ".0f",
        explanation=ROUTES.format(least=min(stretches.values()), most=max(stretches.values())),
    )  # fmt: skip
    extremes = (
        min(stretches, key=stretches.__getitem__),
        max(stretches, key=stretches.__getitem__),
    )
    for (a, b), (ping, limit) in times.items():
        if a.name == "Virginia" or (a, b) in extremes:
            ours, allowed = STRETCH * limit, WITHIN * ping
            note = ONE_STRETCH.format(model=STRETCH, pair=stretches[a, b])
            yield Row(
                "Round trip (ms)", f"{a.name} to {b.name}, {distance(a, b):,.0f} km", "published",
                PINGS, ping, ours, allowed, ".0f",
                explanation=note if abs(ours - ping) > allowed else "",
            )  # fmt: skip


def kilometres(customers: str, aim: str) -> dict[tuple[str, ...], float]:
    """What every set of up to five regions costs, by the law of cosines."""
    share = simulate(["Virginia"], customers).share
    far = np.array([
        [
            great_circle_by_cosines((a.latitude, a.longitude), (r.latitude, r.longitude),
                                    EARTH_RADIUS.value)
            for r in REGIONS
        ]
        for a in AREAS
    ])  # fmt: skip
    weights = np.array([share[a.name] for a in AREAS])
    found = {}
    for n in range(1, 6):
        for some in combinations(range(len(REGIONS)), n):
            near = far[:, some].min(axis=1)
            cost = float(near @ weights) if aim == AIMS[0] else float(near.max())
            found[tuple(REGIONS[r].name for r in some)] = cost
    return found


def places() -> Iterator[Row]:
    for customers, aim in (
        (CUSTOMERS[0], AIMS[0]),
        (CUSTOMERS[1], AIMS[0]),
        (CUSTOMERS[0], AIMS[1]),
    ):
        cost = kilometres(customers, aim)
        for n in (1, 3, 5):
            least = min(km for some, km in cost.items() if len(some) == n)
            for how, greedy in (("all sets", False), ("greedy", True)):
                ours = cost[best_regions(n, customers, aim, greedy)]
                worse = greedy and ours > least + ALLOWED_KM
                yield Row(
                    f"{aim} (km)", f"{customers}, best {n}, {how}", "theory",
                    "all sets tried, distances by the law of cosines", least, ours, ALLOWED_KM,
                    ",.0f", explanation=GREEDY if worse else "",
                )  # fmt: skip


def waits() -> Iterator[Row]:
    for regions in (("Virginia",), ("Virginia", "Frankfurt", "Seoul"), best_regions(12)):
        found = simulate(regions)
        where = ", ".join(regions) if len(regions) < 12 else "all twelve"
        fixed, shares = list(found.fixed_ms.values()), list(found.share.values())
        for q in (0.5, 0.95, 0.99):
            yield Row(
                f"Page, p{100 * q:.0f} (ms)", where, "theory",
                "mixture of shifted exponential laws, solved",
                quantile(q, fixed, shares, found.spread_ms), found.quantile(q), 0.002, ".3f",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from distances()
    yield from round_trips()
    yield from places()
    yield from waits()


TOPIC = Topic(
    "Distance and the number of regions",
    "Great circles by three formulae and against published distances (on Earth, which is "
    "flattened, within half a per cent); the round trips between ten regions of AWS beside light "
    "in fibre and one stretch for all of them, within a quarter, pair by pair for those from "
    "Virginia and for the straightest and the longest way; the best places among all sets of "
    "regions; and the quantiles of the time for a page.",
    rows,
)
