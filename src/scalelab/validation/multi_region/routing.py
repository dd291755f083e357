"""A region dies: times, loads, spare capacity and caches beside theory and what was measured."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scalelab.facts.places import AREAS, EARTH_RADIUS, REGIONS
from scalelab.facts.routing import (
    FLAVEL_TTL,
    RESOLVERS_THAT_EXTEND_TTL,
    STALE_AFTER_15_MINUTES,
    SWITCHED_WITHIN_A_MINUTE,
)
from scalelab.kernels.multi_region import latency as places
from scalelab.kernels.multi_region import routing as kernels
from scalelab.kernels.zipf import popularity
from scalelab.models.caching.hit_ratio import hit_ratio
from scalelab.models.multi_region.latency import REGION_NAMES, mask_of
from scalelab.models.multi_region.routing import EVERYBODY, Routing, simulate, spare_needed
from scalelab.theory.caching.hit_ratio import che_lru
from scalelab.theory.multi_region.latency import great_circle_by_vectors, page, quantile
from scalelab.theory.multi_region.routing import (
    dns_failed,
    dns_stuck,
    equal_spare,
    nearest_spare,
    shared_hit_ratio,
    spread_spare,
    warming,
)
from scalelab.validation.row import Row, Topic

FIVE = ("Virginia", "Frankfurt", "Mumbai", "Singapore", "Tokyo")
DEATHS, RESOLVERS = 4000, 5
HOLDERS, HOLD = 0.1, 600.0
RENEWALS = "renewal process of a resolver's fetches ({cite:t}`v-jung2003`), see the theory"
VECTORS = "distances by vectors, users counted area by area"
CHE = "Che's approximation ({cite:t}`v-che2002`)"
FITTED = "share and duration of what is kept too long were chosen with these two figures in view"
FLAVEL = "{cite:t}`v-flavel2014`"
KM = {
    (area.name, region.name): great_circle_by_vectors(
        (area.latitude, area.longitude), (region.latitude, region.longitude), EARTH_RADIUS.value
    )
    for area in AREAS
    for region in REGIONS
}
PEOPLE = sum(area.million for area in AREAS)


def error(values: NDArray[np.float64]) -> float:
    """Four standard errors of the mean of ``values``, one for each death."""
    return 4.0 * float(np.std(values, ddof=1)) / math.sqrt(len(values))


def died(**settings: object) -> Routing:
    return simulate(FIVE, "Tokyo", n_runs=DEATHS, n_resolvers=RESOLVERS, **settings)  # type: ignore[arg-type]


def times() -> Iterator[Row]:
    for ttl, check, lookups in (
        (60.0, 30.0, 1.0),
        (5.0, 30.0, 1.0),
        (60.0, 10.0, 1.0),
        (60.0, 30.0, 0.01),
        (600.0, 30.0, 0.01),
    ):
        found = died(ttl_s=ttl, check_s=check, lookups=lookups)
        settings = f"DNS: time to live {ttl:g} s, check every {check:g} s, {lookups:g} questions/s"
        yield Row(
            "Without a region, mean (s)", settings, "theory", RENEWALS,
            dns_failed(check, 3, ttl, lookups, HOLDERS, HOLD), found.failed_s,
            error(found.led_s.mean(axis=1)), ".2f",
        )  # fmt: skip
    found = died()
    for time in (70.0, 100.0, 140.0, 200.0, 900.0):
        yield Row(
            f"Still led to the dead region after {time:g} s",
            "DNS: time to live 60 s, check every 30 s", "theory", RENEWALS,
            dns_stuck(time, 30.0, 3, 60.0, 1.0, HOLDERS, HOLD), found.stuck(time),
            error((found.led_s > time).mean(axis=1)),
        )  # fmt: skip
    found = died(way="Anycast")
    yield Row(
        "Without a region, mean (s)", "anycast: check every 30 s, 15 s of convergence", "theory",
        "two and a half intervals and the mean of an exponential law", 90.0, found.failed_s,
        error(found.led_s.mean(axis=1)), ".2f",
    )  # fmt: skip


def measured() -> Iterator[Row]:
    found = simulate(
        FIVE, "Tokyo", ttl_s=FLAVEL_TTL.value, check_s=0.1, checks=1, n_runs=DEATHS,
        n_resolvers=RESOLVERS,
    )  # fmt: skip
    for quantity, time, reference, tolerance in (
        ("Led on within a minute", 60.0, SWITCHED_WITHIN_A_MINUTE.value, 0.015),
        ("Led on within 15 minutes", 900.0, 1.0 - STALE_AFTER_15_MINUTES.value, 0.005),
    ):
        yield Row(
            quantity, f"DNS: time to live {FLAVEL_TTL.value:g} s; {FITTED}", "published", FLAVEL,
            reference, 1.0 - found.stuck(time), tolerance, ".3f",
        )  # fmt: skip
    yield Row(
        "Answers kept too long", "share of resolvers there, of users here", "published",
        "{cite:t}`v-bhowmick2023`", RESOLVERS_THAT_EXTEND_TTL.value, HOLDERS, 0.02, ".4f",
    )  # fmt: skip
    yield Row(
        "Distance with a far resolver over that with none", "twelve regions", "published",
        "{cite:t}`v-chen2015`, users of public resolvers before and after", 8.0,
        mean_distance(1.0) / mean_distance(0.0), 1.0, ".1f",
        explanation="Their servers were in hundreds of places, ours are in twelve: the nearest is "
        "farther away. Our far resolver is anywhere on Earth.",
    )  # fmt: skip


def mean_distance(far_resolvers: float) -> float:
    far, shares = places.distances(), places.user_shares(0)
    every = mask_of(REGION_NAMES)
    return float((kernels.routed(0, every, far, shares, far_resolvers, 0.0) * far).sum())


def nearest(area: str, regions: tuple[str, ...]) -> str:
    return min(regions, key=lambda region: KM[area, region])


def counted(regions: tuple[str, ...]) -> dict[str, float]:
    return {
        region: sum(a.million for a in AREAS if nearest(a.name, regions) == region) / PEOPLE
        for region in regions
    }


def without(dead: str) -> tuple[str, ...]:
    return tuple(region for region in FIVE if region != dead)


def rooms() -> Iterator[Row]:
    app = simulate(FIVE, "Tokyo", "App")
    before, after = counted(FIVE), counted(without("Tokyo"))
    for region in ("Singapore", "Mumbai"):
        for when, ours, reference in (
            ("before", app.before, before),
            ("after", app.after, after),
        ):
            yield Row(
                f"Users of {region} {when}", "app; Tokyo dies", "theory", VECTORS,
                reference[region], ours[region], 1e-9,
            )  # fmt: skip
    refused = sum(max(0.0, after[r] - 1.25 * before[r]) for r in after)
    yield Row(
        "Requests without room", "app; Tokyo dies, 25 % spare", "theory", VECTORS, refused,
        app.refused, 1e-9,
    )  # fmt: skip
    every = {dead: counted(without(dead)) for dead in FIVE}
    need = spare_needed(FIVE, "App")
    for plan, planned, expected in (
        ("equal regions", need.equal, equal_spare(5)),
        ("users spread", need.spread, spread_spare(before)),
        ("users to the nearest", need.nearest, nearest_spare(before, every)),
    ):
        yield Row(
            "Spare capacity for any one death", f"app; {plan}", "theory", VECTORS, expected,
            planned, 1e-9,
        )  # fmt: skip
    for q, index in ((0.5, 0), (0.99, 1)):
        for when, regions, more in (("before", FIVE, 0), ("after", without("Tokyo"), 2)):
            fixed = [page(4, KM[a.name, nearest(a.name, regions)], 1.8, 0.0, 50.0) for a in AREAS]
            shares = [a.million / PEOPLE for a in AREAS]
            yield Row(
                f"Page, p{100 * q:.0f} {when} (ms)", "app; Tokyo dies", "theory",
                "mixture of shifted exponential laws, solved", quantile(q, fixed, shares, 60.0),
                app.waits[EVERYBODY][index + more], 0.002, ".3f",
            )  # fmt: skip


def caches() -> Iterator[Row]:
    of, size, n = popularity(2000, 0.9), 400, 1_000_000
    dice = np.random.default_rng(1)
    keys = dice.choice(2000, n, p=of)
    for guests in (0.0, 0.25, 0.5, 0.75):
        mixed = np.where(dice.random(n) < guests, keys + 2000, keys)
        yield Row(
            "Hits of one LRU cache for two regions' users",
            f"2,000 objects each, room for {size}; {guests:.0%} of requests from the other region",
            "theory", CHE, shared_hit_ratio(of, size, guests),
            hit_ratio(mixed, "LRU", size), 0.005,
        )  # fmt: skip
    for requests in (100, 400):
        tries = keys[: n // (requests + 1) * (requests + 1)].reshape(-1, requests + 1)
        ours = float(np.mean([row[-1] in row[:-1] for row in tries]))
        exact = warming(of, requests)
        yield Row(
            "Hits of a cache that was empty, over those later",
            f"after {requests} requests; 2,000 objects, room for {size}", "theory",
            "closed form, exact up to the first eviction", exact / che_lru(of, size),
            ours / che_lru(of, size),
            4.0 * math.sqrt(exact * (1.0 - exact) / len(tries)) / che_lru(of, size),
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from times()
    yield from measured()
    yield from rooms()
    yield from caches()


TOPIC = Topic(
    "Routing and failover",
    "Regions in Virginia, Frankfurt, Mumbai, Singapore and Tokyo; Tokyo dies. Three health checks "
    f"must fail; {HOLDERS:.0%} keep a DNS answer for {HOLD:g} s too long on average. Times are "
    f"means over {DEATHS:,} deaths with {RESOLVERS} resolvers each, four standard errors apart at "
    "most; users, loads, spare capacity and pages are exact. Caches are LRU, simulated.",
    rows,
)
