"""A catalogue read from all over the world: how many points of presence, and what is behind them.

    >>> from scalelab.models.infrastructure.edge import simulate
    >>> for pops in 0, 1, 10, 100, 300:
    ...     way = simulate(pops).ways["PoPs alone"]
    ...     print(f"{pops}: {way.mean_ms:.0f} ms, {way.origin_per_s:,.0f}/s to the origin")
    0: 235 ms, 2,000/s to the origin
    1: 193 ms, 432/s to the origin
    10: 105 ms, 629/s to the origin
    100: 144 ms, 1,132/s to the origin
    300: 169 ms, 1,376/s to the origin

Other ways to the same numbers are in `scalelab.theory.infrastructure.edge`.
"""

from dataclasses import dataclass

from scalelab.facts import edge as facts
from scalelab.facts.fact import Fact
from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.facts.places import AREAS, CONTINENTS, REGIONS
from scalelab.kernels import shop
from scalelab.kernels.infrastructure import edge as kernels
from scalelab.kernels.jit import Floats
from scalelab.kernels.multi_region.latency import user_shares
from scalelab.models.check import one_of, within
from scalelab.models.multi_region.latency import CUSTOMERS

WAYS = ("PoPs alone", "PoPs and shield", "Shield and code at the edge")
SHIELDS = ("One, next to the origin", f"One in each of {len(REGIONS)} regions")
# Where a crowd's requests come through; collapsed: of those that come during a fetch, one.
BARS = ("No CDN", "PoPs", "PoPs, collapsed", "Shield", "Shield, collapsed")
CONTINENT = CONTINENTS[kernels.CROWDED]
# Assumptions, round numbers.
RATE_PER_S = 2000.0  # in the busiest hour: the shop with a million customers a day
PRODUCTS = 10_000
SKEW = 0.8
DYNAMIC = 0.2  # of the requests: carts, orders, log-ins
TTL_S, HOT_TTL_S = 300.0, 1.0
STRETCH, LAST_MILE_MS, SERVER_MS = 1.8, 15.0, 50.0  # as in `multi_region.latency`
EDGE_MS = 1.0
METRO_KM = 300.0
ANSWER_KB = 50.0
MOST_BUSY = 0.6  # as in `growth.path`
(MACHINE,) = (each for each in FAMILY if each.vcpus == shop.VCPUS)
USD_PER_MACHINE = MACHINE.price.value * HOURS_PER_MONTH


def by_users(prices: dict[str, Fact], customers: int = 0) -> float:
    """The mean of prices that differ between continents."""
    shares: list[float] = user_shares(customers).tolist()
    return sum(
        share * prices[area.continent].value for share, area in zip(shares, AREAS, strict=True)
    )


CDN_USD_PER_GB = by_users(facts.USD_PER_GB)
USD_PER_REQUEST = by_users(facts.USD_PER_10000_REQUESTS) / 1e4
USD_PER_SHIELDED = facts.USD_PER_10000_SHIELDED.value / 1e4
USD_PER_FUNCTION = facts.USD_PER_MILLION_FUNCTIONS.value / 1e6
PRICES = {
    "usd_per_machine": USD_PER_MACHINE,
    "origin_usd_gb": facts.ORIGIN_USD_PER_GB.value,
    "cdn_usd_gb": CDN_USD_PER_GB,
    "request_usd": USD_PER_REQUEST,
    "shield_usd": USD_PER_SHIELDED,
    "function_usd": USD_PER_FUNCTION,
}


@dataclass(frozen=True)
class Way:
    """One way to answer.

    ``mean_ms`` and ``p95_ms`` are over users and requests. Of the requests that can be cached,
    ``edge_hit_ratio`` are answered at a PoP and ``shield_hit_ratio`` at a shield. The origin
    answers ``origin_per_s``, for which it has ``machines``. A month costs ``egress_usd`` for what
    is sent, ``requests_usd`` for requests to the network and ``rent_usd`` for machines.
    """

    mean_ms: float
    p95_ms: float
    edge_hit_ratio: float
    shield_hit_ratio: float
    origin_per_s: float
    machines: int
    egress_usd: float
    requests_usd: float
    rent_usd: float

    @property
    def usd(self) -> float:
        return self.egress_usd + self.requests_usd + self.rent_usd


@dataclass(frozen=True)
class Edge:
    """Result of `simulate`.

    ``ways`` has each of `WAYS`, ``crowd_per_s`` what a crowd brings the origin for each of `BARS`.
    Users are ``distance_km`` from their PoP, or from the origin if there is none. Of the copies
    that PoPs without a shield make, ``unused_copies`` expire before anybody else asks. With
    ``break_even_trips`` code at the edge takes as long as at the origin, on average.
    """

    ways: dict[str, Way]
    crowd_per_s: dict[str, float]
    distance_km: float
    unused_copies: float
    break_even_trips: float


def simulate(
    pops: int,
    ttl_s: float = TTL_S,
    rate_per_s: float = RATE_PER_S,
    shield: str = SHIELDS[0],
    setup: int = 0,
    edge_share: float = 0.5,
    trips: int = 3,
    crowd: float = 20.0,
    hot_ttl_s: float = HOT_TTL_S,
    n_objects: int = PRODUCTS,
    skew: float = SKEW,
    dynamic: float = DYNAMIC,
    customers: str = CUSTOMERS[0],
    server_ms: float = SERVER_MS,
    answer_kb: float = ANSWER_KB,
) -> Edge:
    """``pops`` points of presence, in the places where they bring the users nearest.

    Parameters
    ----------
    pops : 0 (the origin alone, in Virginia) to 300.
    ttl_s : for which an answer of the origin is valid, wherever it is kept, 0.001 to 1e7 s.
    rate_per_s : of requests, all over the world, 0.001 to 1e7.
    shield : one of `SHIELDS`.
    setup : round trips before a request: 0 on an open connection, 2 for TCP and TLS 1.3; up to 10.
    edge_share : of the requests that cannot be cached, those that need no data of the core, 0 to
        0.99.
    trips : round trips to the core, one after the other, of each other such request, if its code
        runs at the edge, 1 to 100.
    crowd : the requests of Europe, over what they are otherwise, 1 to 10,000. What is more is for
        one page.
    hot_ttl_s : its time to live, 0.001 to 1e7 s.
    n_objects : in the catalogue, 1 to 1,000,000.
    skew : popularity falls as the rank to this power (Zipf), 0 to 3.
    dynamic : share of the requests that cannot be cached, 0 to 0.99.
    customers : where they are, one of `scalelab.models.multi_region.latency.CUSTOMERS`.
    server_ms : at the origin, 0 to 60,000 ms.
    answer_kb : of an answer, 0 to 1e6 kB.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Cycles of copies that expire together, exact for requests that come at random (Poisson) and
    independently of each other; for PoPs without a shield as in J. Jung, A. W. Berger and H.
    Balakrishnan, "Modeling TTL-based Internet caches", INFOCOM 2003. A fetch takes as long as from
    a user to the origin on average, whoever fetches.

    Leaves out: caches that are full, purges and stale answers; PoPs of different sizes and what is
    popular in one place only; browsers' caches; detours, and users who are not led to the nearest
    PoP; queues at the origin; bandwidth; discounts for volume.
    """
    within("pops", pops, 0, kernels.MOST_POPS)
    within("ttl_s", ttl_s, 0.001, 1e7, "s")
    within("rate_per_s", rate_per_s, 0.001, 1e7, "requests/s")
    one_of("shield", shield, SHIELDS)
    within("setup", setup, 0, 10, "round trips")
    within("edge_share", edge_share, 0.0, 0.99, advice="a share, not a percentage")
    within("trips", trips, 1, 100)
    within("crowd", crowd, 1.0, 10_000.0)
    within("hot_ttl_s", hot_ttl_s, 0.001, 1e7, "s")
    within("n_objects", n_objects, 1, 1_000_000)
    within("skew", skew, 0.0, 3.0)
    within("dynamic", dynamic, 0.0, 0.99, advice="a share, not a percentage")
    one_of("customers", customers, CUSTOMERS)
    within("server_ms", server_ms, 0.0, 60_000.0, "ms")
    within("answer_kb", answer_kb, 0.0, 1e6, "kB")
    where = CUSTOMERS.index(customers)
    table = kernels.edge(
        int(pops), float(ttl_s), float(rate_per_s), SHIELDS.index(shield), int(setup),
        float(edge_share), int(trips), float(crowd), float(hot_ttl_s), int(n_objects), float(skew),
        float(dynamic), where, STRETCH, LAST_MILE_MS, float(server_ms), EDGE_MS, METRO_KM,
        float(answer_kb), shop.MACHINE_MS, shop.VCPUS, MOST_BUSY, USD_PER_MACHINE,
        facts.ORIGIN_USD_PER_GB.value, by_users(facts.USD_PER_GB, where),
        by_users(facts.USD_PER_10000_REQUESTS, where) / 1e4, USD_PER_SHIELDED, USD_PER_FUNCTION,
    )  # fmt: skip
    rows = table[table[:, kernels.KIND] == kernels.SET]
    bars = table[table[:, kernels.KIND] == kernels.CROWD]
    return Edge(
        ways={name: _way(row) for name, row in zip(WAYS, rows, strict=True)},
        crowd_per_s=dict(zip(BARS, bars[:, kernels.BAR_RATE].tolist(), strict=True)),
        distance_km=float(rows[0, kernels.KM]),
        unused_copies=float(rows[0, kernels.UNUSED]),
        break_even_trips=float(rows[kernels.CODE, kernels.BREAK_EVEN]),
    )


def _way(row: Floats) -> Way:
    return Way(
        mean_ms=float(row[kernels.MEAN_MS]),
        p95_ms=float(row[kernels.P95_MS]),
        edge_hit_ratio=float(row[kernels.EDGE_HITS]),
        shield_hit_ratio=float(row[kernels.SHIELD_HITS]),
        origin_per_s=float(row[kernels.TO_ORIGIN]),
        machines=int(row[kernels.MACHINES]),
        egress_usd=float(row[kernels.EGRESS]),
        requests_usd=float(row[kernels.FEES]),
        rent_usd=float(row[kernels.RENT]),
    )
