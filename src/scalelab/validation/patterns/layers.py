"""Caches in layers against fractions, integrals, requests one by one, and published shares."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from random import Random

from scalelab.facts import caching as published
from scalelab.kernels import shop
from scalelab.models.patterns.layers import LAYERS, PAGES, RATE_PER_S, SKEW, left, serve
from scalelab.theory.caching import freshness
from scalelab.theory.patterns import layers as theory
from scalelab.validation.row import Row, Topic, exact

PARTS = "inclusion and exclusion over what has changed, {cite:t}`v-feller1968`"
JUNG = "one page after the other, {cite:t}`v-jung2003`"
GAPS = "the integral over the gap between misses"
ONE_BY_ONE = "page views one by one, and versions"
PHOTOS = "{cite:t}`v-huang2013`"
CUSTOMERS, FEW, THINK_S, GAP_S, VISIT_S = 20, 20, 10.0, 50.0, 100.0
VIEWS = 60_000
MENU, ITEM, CART = range(3)


def counted(split: bool) -> tuple[float, float, float]:
    """Hit ratios of pages, fragments and results: a menu, an item and a cart of two queries each.

    An entry is valid while the versions of all that it was made from are what they were.
    """
    chance = Random(1)
    shares = list(accumulate(theory.zipf(FEW, SKEW)))
    sources = [(MENU, 0), *((ITEM, i) for i in range(FEW)), *((CART, u) for u in range(CUSTOMERS))]
    version = {(kind, which, k): 0 for kind, which in sources for k in range(2)}
    results = list(version)
    rates = [CUSTOMERS / THINK_S, len(results) / GAP_S, CUSTOMERS / VISIT_S]
    kept: dict[tuple[object, ...], object] = {}
    asked, made = [0, 0, 0], [0, 0, 0]

    def stale(level: int, key: tuple[object, ...], now: object) -> bool:
        asked[level] += 1
        if kept.get((level, *key)) == now:
            return False
        kept[(level, *key)] = now
        made[level] += 1
        return True

    def make(parts: list[tuple[int, int]]) -> None:
        for part in parts:
            mine = [version[(*part, k)] for k in range(2)]
            if stale(1, part, mine):
                for k in range(2):
                    stale(2, (*part, k), mine[k])

    while asked[0] < VIEWS:
        (what,) = chance.choices(range(3), rates)
        if what == 0:
            (item,) = chance.choices(range(FEW), cum_weights=shares)
            cart = (CART, chance.randrange(CUSTOMERS))
            parts = [(MENU, 0), (ITEM, item)] + ([] if split else [cart])
            key = (item,) if split else (item, cart)
            if stale(0, key, [version[(*part, k)] for part in parts for k in range(2)]):
                make(parts)
            if split:
                make([cart])
        elif what == 1:
            version[chance.choice(results)] += 1
        else:
            # Another customer: nothing of the one before is of use.
            gone = chance.randrange(CUSTOMERS)
            for k in range(2):
                version[(CART, gone, k)] += 1
    found = [1.0 - m / a for m, a in zip(made, asked, strict=True)]
    return found[0], found[1], found[2]


def _rows() -> Iterator[Row]:
    one_page = {"pages": 1, "rate_per_s": 1.0, "unchanged_s": 100.0, "personal": 0}
    for fragments, queries in ((1, 1), (6, 2), (12, 8)):
        ours = serve(("page",), fragments=fragments, queries=queries, **one_page)  # type: ignore[arg-type]
        # A short sum in fractions: it has as many terms as there are parts.
        exactly = theory.valid(Fraction(1), Fraction(1, 100), fragments * queries)
        yield exact(
            "Hit ratio of a page", f"{fragments} x {queries} results, 1 view/s, 100 s unchanged",
            PARTS, float(exactly), ours.hit_ratio["page"], ".2%",
        )  # fmt: skip
    for gap in (3.0, 600.0):
        yield exact(
            "Hit ratio of the pages", f"1,000 pages, a result unchanged for {gap:.0f} s", JUNG,
            theory.over_pages(PAGES, SKEW, RATE_PER_S, 12.0 / gap),
            serve(("page",), personal=0, unchanged_s=gap).hit_ratio["page"], ".3%",
        )  # fmt: skip
    for queries in (2, 4, 8):
        both = serve(("fragments", "query results"), fragments=1, queries=queries, **one_page)  # type: ignore[arg-type]
        yield Row(
            "Hit ratio of query results behind fragments", f"one fragment, {queries} results",
            "theory", PARTS,
            float(theory.below(theory.valid(Fraction(1), Fraction(1, 100), 1),
                               theory.valid(Fraction(1), Fraction(1, 100), queries))),
            both.hit_ratio["query results"], 1e-9, ".2%",
        )  # fmt: skip
    shares = theory.zipf(PAGES, SKEW)
    for ttl in (1.0, 60.0):
        found = serve(("page",), ttl_s=ttl, personal=0)
        each = [freshness.ttl_only(RATE_PER_S * p, 0.02, ttl, 0.0) for p in shares]
        for name, which, ours_of in (
            ("Hit ratio of the pages", 0, found.hit_ratio["page"]), ("Old pages", 1, found.old),
        ):  # fmt: skip
            yield exact(
                name, f"kept for {ttl:.0f} s", JUNG,
                sum(p * one[which] for p, one in zip(shares, each, strict=True)), ours_of, ".3%",
                1e-6,
            )  # fmt: skip
    behind = serve(("page", "query results"), ttl_s=5.0, fragments=1, queries=1, **one_page)  # type: ignore[arg-type]
    yield Row(
        "Hit ratio of query results behind the page", "one result, the page kept for 5 s", "theory",
        GAPS, theory.between_misses(1.0, 5.0, 0.01), behind.hit_ratio["query results"], 1e-4,
        ".2%",
    )  # fmt: skip
    names = ("page", "fragments", "query results")
    for split in (False, True):
        small = serve(
            names, split=split, fragments=3, queries=2, unchanged_s=GAP_S, pages=FEW,
            rate_per_s=CUSTOMERS / THINK_S, think_s=THINK_S, visit_s=VISIT_S,
        )  # fmt: skip
        for name, reference in zip(names, counted(split), strict=True):
            yield Row(
                f"Hit ratio of the cache of {name}",
                f"20 pages, 20 customers, cart {'at the edge' if split else 'in the page'}",
                "theory", ONE_BY_ONE, reference, small.hit_ratio[name],
                min(0.012, 0.08 * reference), ".1%",
            )  # fmt: skip
    bare = serve(("buffer",))
    layer, takes = theory.bottleneck(
        [1, 3, 2, 2], shop.VCPUS, [bare.work_ms[name] for name in LAYERS[:-1]]
    )
    assert bare.bottleneck == LAYERS[layer]
    for scaled in (None, "presentation"):
        more = serve(("buffer",), scaled=scaled)
        yield exact(
            "Page views/s that all layers take", f"four times the machines for {scaled or 'none'}",
            "the least of the layers", takes, more.takes_per_s[more.bottleneck], ",.0f",
        )  # fmt: skip
    photos = [
        Fraction(str(fact.value))
        for fact in (
            published.PHOTO_BROWSER_SHARE, published.PHOTO_EDGE_SHARE, published.PHOTO_ORIGIN_SHARE
        )
    ]  # fmt: skip
    yield Row(
        "Left behind three caches", "photos at Facebook, from their hit ratios", "published",
        PHOTOS, published.PHOTO_BACK_END_SHARE.value,
        left([float(hit) for hit in theory.hits_of(photos)]), 1e-9, ".1%",
    )  # fmt: skip


TOPIC = Topic(
    "Caches in layers",
    "A page of six fragments of two queries each, 1,000 pages by Zipf's law with exponent 0.8, "
    "2,000 page views a second; kept until a change, or for a fixed time.",
    _rows,
)
