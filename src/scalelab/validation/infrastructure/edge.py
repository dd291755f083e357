"""Points of presence against sums over objects, requests one by one, trees, published shares."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.facts import caching as published
from scalelab.facts import edge as facts
from scalelab.kernels.zipf import popularity
from scalelab.models.infrastructure.edge import ANSWER_KB, BARS, PRODUCTS, SKEW, WAYS, simulate
from scalelab.models.multi_region.latency import simulate as regions
from scalelab.models.zipf import requests
from scalelab.theory.infrastructure import edge as theory
from scalelab.validation.row import Row, Topic, exact

ALONE, SHIELD, CODE = WAYS
LAST_MILE_MS = 15.0
# A fetch takes as long as from a user to the origin on average, but for the last mile.
FETCH_S = (simulate(0).ways[ALONE].mean_ms - LAST_MILE_MS) / 1000.0
CACHEABLE, TTL_S = 1600.0, 300.0
FEW, ONE_BY_ONE, PACE = 500, 600_000, 50.0
JUNG = "one object after the other, {cite:t}`v-jung2003`"
REQUESTS = "requests one by one"
TREE = "misses taken for Poisson, as in trees of caches, {cite:t}`v-fofack2014`"
PHOTOS = "{cite:t}`v-huang2013`"


def counted(pops: int, shield: bool, ttl: float) -> tuple[float, float]:
    """(share answered at PoPs, share fetched from the origin), request by request.

    A copy that the shield passes on is valid for as long as the shield's own.
    """
    rng = np.random.default_rng(7)
    keys = requests(ONE_BY_ONE, FEW, SKEW, seed=5).tolist()
    times = np.cumsum(rng.exponential(1.0 / PACE, ONE_BY_ONE)).tolist()
    places = rng.integers(0, pops, ONE_BY_ONE).tolist()
    come: dict[tuple[int, int], float] = {}  # when the newest copy of a root was there
    held: dict[tuple[int, int], float] = {}  # until when a PoP has a valid copy
    hits = fetches = 0
    for key, now, pop in zip(keys, times, places, strict=True):
        root = (key, -1 if shield else pop)
        there = come.get(root, -math.inf)
        if now < there:
            held[key, pop] = there + ttl
        elif now < held.get((key, pop), -math.inf):
            hits += 1
        else:
            if now >= there + ttl:
                fetches += 1
                come[root] = there = now + FETCH_S
            held[key, pop] = there + ttl
    return hits / ONE_BY_ONE, fetches / ONE_BY_ONE


def _hits() -> Iterator[Row]:
    shares = popularity(PRODUCTS, SKEW).tolist()
    for pops in (1, 10, 100, 300):
        ratio = sum(
            share * theory.hit_ratio_alone(CACHEABLE * share, TTL_S, pops, FETCH_S)
            for share in shares
        )
        found = simulate(pops)
        yield Row(
            "Answered at a PoP", f"PoPs alone, {pops} of them", "theory", JUNG, ratio,
            found.ways[ALONE].edge_hit_ratio, 5e-5, ".3%",
        )  # fmt: skip
        left = sum(theory.crowd(CACHEABLE * share, TTL_S, FETCH_S, 1, True) for share in shares)
        yield Row(
            "To the origin (requests/s)", f"a shield behind {pops}", "theory",
            "one cache for all users, {cite:t}`v-jung2003`", 400.0 + left,
            found.ways[SHIELD].origin_per_s, 0.05, ".2f",
        )  # fmt: skip
    for pops, ttl in ((10, 30.0), (50, 120.0)):
        found = simulate(
            pops, ttl_s=ttl, rate_per_s=PACE, n_objects=FEW, dynamic=0.0, edge_share=0.0
        )
        for name in (ALONE, SHIELD):
            way = found.ways[name]
            at_pop, fetched = counted(pops, name == SHIELD, ttl)
            where = f"{pops} {name}, {FEW} objects, {ttl:g} s"
            yield Row(
                "Answered at a PoP", where, "theory", REQUESTS, at_pop, way.edge_hit_ratio, 0.004,
                ".2%",
            )  # fmt: skip
            yield Row(
                "Fetched from the origin", where, "theory", REQUESTS, fetched,
                way.origin_per_s / PACE, 0.004, ".2%",
            )  # fmt: skip


def _trees() -> Iterator[Row]:
    rate, ttl = 1.0, 60.0
    yield Row(
        "Shield that counts lives anew (fetches/s)", "1 object, 100 PoPs", "theory", TREE,
        theory.poisson_tree(rate, ttl, 100), theory.to_origin_shielded(rate, ttl), 3e-4, ".5f",
    )  # fmt: skip
    yield Row(
        "Shield that counts lives anew (fetches/s)", "1 object, 1 PoP", "theory", TREE,
        theory.poisson_tree(rate, ttl, 1), theory.to_origin_shielded(rate, ttl), 3e-4, ".5f",
        "A PoP that has just fetched does not ask again within the life of its copy, and by then "
        "the shield's has expired as well. So a shield behind one PoP saves nothing. Misses that "
        "were Poisson would find its copy half of the time.",
    )  # fmt: skip


def _published() -> Iterator[Row]:
    shares = [
        published.PHOTO_BROWSER_SHARE.value, published.PHOTO_EDGE_SHARE.value,
        published.PHOTO_ORIGIN_SHARE.value, published.PHOTO_BACK_END_SHARE.value,
    ]  # fmt: skip
    ratios, left = theory.stack(shares)
    for level, ratio, given in zip(
        ("browser", "edge", "origin cache"), ratios, (0.655, 0.580, 0.317), strict=True
    ):  # fmt: skip
        yield Row(
            f"Hit ratio of the {level}", "photos at Facebook, from shares", "published", PHOTOS,
            given, ratio, 5e-4, ".1%",
        )  # fmt: skip
    yield Row(
        "Product of the miss ratios", "photos at Facebook", "published", PHOTOS, shares[-1], left,
        1e-9, ".3f",
    )  # fmt: skip


def _ways() -> Iterator[Row]:
    alone = simulate(0).ways[ALONE]
    far = regions(["Virginia"], round_trips=1)
    for name, reference, ours in (
        ("Mean wait (ms)", far.mean, alone.mean_ms), ("p95 (ms)", far.quantile(0.95), alone.p95_ms),
    ):  # fmt: skip
        yield Row(
            name, "the origin alone", "theory", "the model of regions, users in the middle",
            reference, ours, 1.0, ".1f",
        )  # fmt: skip
    near = simulate(30, edge_share=0.5, trips=2)
    nearer = simulate(30, edge_share=0.5, trips=3)
    # What a third trip adds is the way to the core, for a tenth of the requests.
    core = (nearer.ways[CODE].mean_ms - near.ways[CODE].mean_ms) / 0.1
    yield exact(
        "Trips that take as long as code at the origin", "half needs no data, 30 PoPs",
        "(1 - e) (n C + S) = C + S", theory.break_even_trips(0.5, core, 50.0),
        near.break_even_trips, ".3f",
    )  # fmt: skip
    crowd = simulate(100).crowd_per_s
    rate = crowd[BARS[0]]
    for bar, collapse in ((BARS[3], False), (BARS[4], True)):
        yield exact(
            "A crowd's requests to the origin (/s)", f"{bar}: a page that lives for 1 s",
            "stampede on one entry", theory.crowd(rate, 1.0, FETCH_S, 1, collapse), crowd[bar],
            ".3f",
        )  # fmt: skip
    month = 2000.0 / 2.4 * 730.0 * 3600.0
    yield exact(
        "Sent by the origin (USD a month)", "2,000 requests/s in the busiest hour, 50 kB",
        "list price times volume", month * ANSWER_KB / 1e6 * facts.ORIGIN_USD_PER_GB.value,
        alone.egress_usd, ",.0f",
    )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _hits()
    yield from _trees()
    yield from _published()
    yield from _ways()


TOPIC = Topic(
    "Content delivery networks and edge computing",
    "2,000 requests a second for 10,000 products, a fifth of which cannot be cached; a copy lives "
    f"for five minutes. Groups of neighbours in popularity are summed. Of {ONE_BY_ONE:,} requests "
    "one by one, which begin with empty caches, 0.4 percentage points are more than four standard "
    "errors.",
    _rows,
)
