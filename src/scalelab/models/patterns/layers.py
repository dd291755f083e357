"""A page that passes presentation, application, data access and database, with caches in between.

    >>> from scalelab.models.patterns.layers import serve
    >>> for personal, split in (0, False), (1, False), (1, True):
    ...     found = serve(("page", "buffer"), personal=personal, split=split)
    ...     print(f"{found.hit_ratio['page']:.1%}, {found.total_ms:.2f} ms, {found.bottleneck}")
    99.0%, 0.09 ms, database
    3.7%, 9.15 ms, database
    99.2%, 2.07 ms, presentation

Other ways to the same numbers are in `scalelab.theory.patterns.layers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP, REDIS_NETWORK
from scalelab.kernels import shop
from scalelab.kernels.patterns import layers as kernels
from scalelab.models.check import one_of, within

LAYERS = ("presentation", "application", "data access", "database", "disk")
CACHES = ("page", "fragments", "query results", "buffer")

# Assumptions, all of them. Of the application's time a third is data access: queries are put
# together, and rows made into objects.
ACCESS_MS = shop.APPLICATION_MS / 3.0
APPLICATION_MS = shop.APPLICATION_MS - ACCESS_MS
FRAGMENTS, PERSONAL, QUERIES = 6, 1, 2
UNCHANGED_S = 600.0
RATE_PER_S = 2000.0
PAGES, SKEW = 1000, 0.8
VISIT_S = 600.0  # 60 requests, each ten seconds after the answer before
PAGE_KB, ROW_KB = 60.0, 1.0
MOST_BUSY = 0.8


@dataclass(frozen=True)
class Served:
    """A page view, on average, with some caches.

    ``hit_ratio``: of each cache that is on, among what comes to it; ``alone``: of each, if it were
    the only one. ``memory_mb`` of those that are on, the buffer left out. By layer: ``work_ms`` of
    a page view, ``machines`` for the rate, and ``takes_per_s``, what the machines take that were
    bought without caches; the first to be full is the ``bottleneck``. ``total_ms``: work of the
    processors in all layers. ``old``: share of the page views that show something that has
    changed since.
    """

    hit_ratio: dict[str, float]
    alone: dict[str, float]
    memory_mb: dict[str, float]
    work_ms: dict[str, float]
    machines: dict[str, int]
    takes_per_s: dict[str, float]
    bottleneck: str
    total_ms: float
    latency_ms: float
    old: float


def serve(
    caches: Sequence[str] = ("page", "buffer"),
    ttl_s: float = 0.0,
    split: bool = False,
    fragments: int = FRAGMENTS,
    personal: int = PERSONAL,
    queries: int = QUERIES,
    unchanged_s: float = UNCHANGED_S,
    rate_per_s: float = RATE_PER_S,
    scaled: str | None = None,
    pages: int = PAGES,
    skew: float = SKEW,
    think_s: float = shop.THINK_S,
    visit_s: float = VISIT_S,
) -> Served:
    """The work of each layer, with the given caches.

    Parameters
    ----------
    caches : any of `CACHES`.
    ttl_s : a page is kept for so long, up to 1e5 s; 0: until something in it changes.
    split : personal fragments are put in at the edge, so that the rest is one page for all.
    fragments : of a page, 1 to 50. If two or more are not personal, one is the same in all pages.
    personal : so many of them are of the customer, 0 to ``fragments``.
    queries : of a fragment, 1 to 50.
    unchanged_s : a query's result stays as it is for so long on average, 0.1 to 1e7 s.
    rate_per_s : page views, 1 to 1e5 1/s.
    scaled : layer with four times the machines, one of `LAYERS` but the disk; None: no layer.
    pages, skew : products and Zipf's exponent of their popularity, 1 to 100,000 and 0 to 2.
    think_s, visit_s : between two page views of a customer, and of all of a visit, 1 to 1e5 s.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Poisson requests and changes, memory without end. Misses of a page that is kept for ``ttl_s``
    are taken for a Poisson stream where those of several pages, or customers, meet. Caches need
    no machines; layers do not wait for each other.

    >>> found = serve(("page", "fragments", "query results", "buffer"), split=True)
    >>> [f"{found.alone[c]:.3f} {found.hit_ratio[c]:.3f}" for c in CACHES[:3]]
    ['0.992 0.992', '0.991 0.948', '0.994 0.344']
    """
    for cache in caches:
        one_of("caches", cache, CACHES)
    within("ttl_s", ttl_s, 0.0, 1e5, "s")
    within("fragments", fragments, 1, 50)
    within("personal", personal, 0, fragments, advice="they are among the fragments")
    within("queries", queries, 1, 50)
    within("unchanged_s", unchanged_s, 0.1, 1e7, "s")
    within("rate_per_s", rate_per_s, 1.0, 1e5, "1/s")
    one_of("scaled", scaled, (None, *LAYERS[: kernels.DISK]))
    within("pages", pages, 1, 100_000)
    within("skew", skew, 0.0, 2.0)
    within("think_s", think_s, 1.0, 1e5, "s")
    within("visit_s", visit_s, 1.0, 1e5, "s")
    bits = sum({1 << CACHES.index(cache) for cache in caches})
    table = kernels.layers(
        bits, float(ttl_s), int(split), int(fragments), int(personal), int(queries),
        float(unchanged_s), float(rate_per_s), 0 if scaled is None else LAYERS.index(scaled) + 1,
        int(pages), float(skew), float(think_s), float(visit_s), shop.WEB_MS, APPLICATION_MS,
        ACCESS_MS, shop.DATABASE_MS, shop.DISK_MS, DATA_CENTRE_ROUND_TRIP.value,
        REDIS_NETWORK.value, PAGE_KB, ROW_KB, RATE_PER_S, MOST_BUSY, shop.VCPUS,
    )  # fmt: skip
    layers = table[1 : 2 * kernels.LAYERS : 2]
    rows = table[2 * kernels.LAYERS :][: kernels.CACHES]
    here = table[-1].tolist()
    on = [cache for cache in CACHES if cache in caches]

    def of_caches(column: int, names: Sequence[str]) -> dict[str, float]:
        return {name: float(rows[CACHES.index(name), column]) for name in names}

    def of_layers(column: int) -> dict[str, float]:
        return dict(zip(LAYERS, layers[:, column].tolist(), strict=True))

    return Served(
        hit_ratio=of_caches(kernels.HIT, on),
        alone=of_caches(kernels.ALONE, CACHES),
        memory_mb=of_caches(kernels.MB, [cache for cache in on if cache != "buffer"]),
        work_ms=of_layers(kernels.WORK_MS),
        machines={name: int(n) for name, n in of_layers(kernels.MACHINES).items()},
        takes_per_s=of_layers(kernels.TAKES),
        bottleneck=LAYERS[int(here[kernels.SLOWEST])],
        total_ms=here[kernels.TOTAL_MS],
        latency_ms=here[kernels.LATENCY_MS],
        old=here[kernels.OLD],
    )


def left(hit_ratios: Sequence[float]) -> float:
    """Share of the requests that no cache in a row answers; each hit ratio is of what reaches it.

    >>> round(left([0.655, 0.58, 0.317]), 3)
    0.099

    Parameters
    ----------
    hit_ratios : from the first cache to the last, each 0 to 1.

    Raises
    ------
    ValueError
        For a hit ratio outside of that.
    """
    share = 1.0
    for hit in hit_ratios:
        within("hit_ratios", hit, 0.0, 1.0, advice="a share, not a percentage")
        share *= 1.0 - hit
    return share
