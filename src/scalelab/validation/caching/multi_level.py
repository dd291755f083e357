"""Caches in series: each level alone, one behind another, and the published photo stack."""

from collections.abc import Iterator

from scalelab.facts import caching as facts
from scalelab.kernels.zipf import popularity
from scalelab.models.caching.multi_level import LEVELS, simulate
from scalelab.theory.caching.hit_ratio import che_lru
from scalelab.theory.caching.multi_level import after_lru, level_hit_ratios, passed_on, tandem_lru
from scalelab.validation.row import Row, Topic

N_OBJECTS, SKEW, USERS, EDGES, N_REQUESTS = 4_096, 0.9, 200, 4, 2_000_000
BROWSER_SIZE, EDGE_SIZE, APPLICATION_SIZE = 32, 256, 1_024
CHE = "{cite:t}`v-che2002`"
MARTINA = "{cite:t}`v-martina2014` for one cache behind another"
NONE = (0, 0, 0, 0)


def hit_ratios(sizes: tuple[int, int, int, int], edges: int = EDGES) -> tuple[float, ...]:
    return simulate(
        *sizes, skew=SKEW, personal=0.0, n_objects=N_OBJECTS, users=USERS, edges=edges,
        n_requests=N_REQUESTS,
    ).hit_ratios  # fmt: skip


def alone() -> Iterator[Row]:
    shares = popularity(N_OBJECTS, SKEW)
    for level, size in enumerate((BROWSER_SIZE, EDGE_SIZE, APPLICATION_SIZE, APPLICATION_SIZE)):
        sizes = (*NONE[:level], size, *NONE[level + 1 :])
        assert len(sizes) == 4
        yield Row(
            f"{LEVELS[level]} alone, hit ratio", f"{size:,} of {N_OBJECTS:,} objects", "theory",
            CHE, che_lru(shares, size), hit_ratios(sizes)[level], 0.005, ".2%",
        )  # fmt: skip


def behind() -> Iterator[Row]:
    shares = popularity(N_OBJECTS, SKEW)
    expected = che_lru(after_lru(shares, BROWSER_SIZE), EDGE_SIZE)
    for edges in (1, EDGES):
        yield Row(
            f"{LEVELS[1]} behind {USERS} browsers, hit ratio",
            f"{edges} edge{'s' * (edges > 1)}, {EDGE_SIZE} objects behind {BROWSER_SIZE}",
            "theory", CHE, expected,
            hit_ratios((BROWSER_SIZE, EDGE_SIZE, 0, 0), edges)[1], 0.005, ".2%",
        )  # fmt: skip
    expected = che_lru(after_lru(shares, EDGE_SIZE), APPLICATION_SIZE)
    sizes = (0, EDGE_SIZE, APPLICATION_SIZE, 0)
    settings = f"{APPLICATION_SIZE:,} objects behind {EDGE_SIZE}"
    yield Row(
        f"{LEVELS[2]} behind 64 edges, hit ratio", settings, "theory", CHE, expected,
        hit_ratios(sizes, 64)[2], 0.005, ".2%",
    )  # fmt: skip
    one = hit_ratios(sizes, 1)[2]
    for theory, source, why in (
        (expected, CHE, ONE_EDGE),
        (tandem_lru(shares, EDGE_SIZE, APPLICATION_SIZE), MARTINA, TANDEM),
    ):
        yield Row(
            f"{LEVELS[2]} behind 1 edge, hit ratio", settings, "theory", source, theory, one,
            0.005, ".2%", why,
        )  # fmt: skip


ONE_EDGE = (
    "The closed form takes the misses of the first cache for independent requests. Behind one "
    "edge they are not: an object that has just missed is now in the edge, so it cannot come "
    "again until the edge has given it up, and by then the second cache is closer to giving it up "
    "too. Behind 64 edges (the row above) the misses of so many caches mix, the assumption holds "
    "and the figures agree."
)
TANDEM = (
    "This closed form knows that an object stays away while the edge has it, and takes what comes "
    "after that for independent again. It errs to the other side: the simulation lies between the "
    "two."
)


def composition() -> Iterator[Row]:
    stack = simulate(16, 128, 256, 512, skew=1.0, personal=0.2, n_objects=1_024, n_requests=500_000)
    yield Row(
        "Four levels, share that reaches the disk", "product of the levels' miss ratios", "theory",
        "product law: every request is answered once", passed_on(stack.hit_ratios[:-1]),
        stack.shares[-1], 1e-12, ".4%",
    )  # fmt: skip
    shares = [
        facts.PHOTO_BROWSER_SHARE.value,
        facts.PHOTO_EDGE_SHARE.value,
        facts.PHOTO_ORIGIN_SHARE.value,
    ]
    yield Row(
        "Facebook's photos, share that reaches storage",
        "product of the miss ratios that follow from the other three shares", "published",
        "{cite:t}`v-huang2013`", facts.PHOTO_BACK_END_SHARE.value,
        passed_on(level_hit_ratios(shares)), 0.0005, ".1%",
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from alone()
    yield from behind()
    yield from composition()


TOPIC = Topic(
    "Caches in series",
    f"LRU at every level; {N_OBJECTS:,} objects, Zipf {SKEW}, {USERS} users, "
    f"{N_REQUESTS:,} requests after as many that settle the caches. A cache behind another is "
    "held against the closed form for one cache, on the popularity that the first cache's misses "
    "have.",
    rows,
)
