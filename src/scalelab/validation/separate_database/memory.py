"""Hit ratios against a library's, an LRU request by request, and pages one by one."""

from collections.abc import Iterator

from scalelab.kernels.separate_database.memory import PAGES_PER_GIB, grouped
from scalelab.kernels.separate_database.memory import hit_ratio as in_groups
from scalelab.models.caching.hit_ratio import Simulation
from scalelab.models.separate_database.memory import ONE_MACHINE, database
from scalelab.models.zipf import requests
from scalelab.theory.separate_database import memory as theory
from scalelab.validation.caching.published import LIBRARY, LIBRARY_OBJECTS, LIBRARY_REQUESTS
from scalelab.validation.row import Row, Topic, exact

BITFASTER = "its file of results of June 2020, {cite:t}`v-bitfaster`"
CHE = "{cite:t}`v-che2002`, page by page"
LRU = "an LRU, request by request"
QUEUE = "M/M/1, {cite:t}`v-gross2008`, section 2.2"
N_PAGES, WARM_UP, COUNTED = 20_000, 200_000, 800_000
GROUPS = 2e-5  # of the hit ratio, what taking pages together is off at most


def hit_ratio(pages: int, in_memory: int, skew: float) -> float:
    return in_groups(float(in_memory), grouped(float(pages), skew))


def library() -> Iterator[Row]:
    """Its caches begin empty, which ours do not."""
    for skew, published in LIBRARY.items():
        for share, reference in published.items():
            places = round(share * LIBRARY_OBJECTS)
            cold = theory.cold_start(LIBRARY_OBJECTS, places, skew) / LIBRARY_REQUESTS
            yield Row(
                "Hit ratio from empty, LRU in BitFaster.Caching",
                f"Zipf {skew}, {share:.1%} of {LIBRARY_OBJECTS:,} objects fit", "published",
                BITFASTER, reference, hit_ratio(LIBRARY_OBJECTS, places, skew) - cold, 0.0015,
                ".2%",
            )  # fmt: skip


def by_simulation() -> Iterator[Row]:
    for skew in (0.6, 0.8, 1.0):
        keys = requests(WARM_UP + COUNTED, N_PAGES, skew, seed=11)
        for in_memory in (1000, 5000, 15_000):
            memory = Simulation("LRU", in_memory, N_PAGES)
            memory.feed(keys[:WARM_UP])
            found = 1.0 - memory.feed(keys[WARM_UP:]) / COUNTED
            yield Row(
                "Hit ratio", f"Zipf {skew}, {in_memory:,} of {N_PAGES:,} pages", "peer", LRU,
                found, hit_ratio(N_PAGES, in_memory, skew), 0.0025, ".2%",
            )  # fmt: skip


def page_by_page() -> Iterator[Row]:
    for data_gib, memory_gib in ((5.0, 3.0), (40.0, 16.0)):
        pages, room = (int(gib * PAGES_PER_GIB) for gib in (data_gib, memory_gib - 1.0))
        yield Row(
            "Hit ratio", f"{data_gib:.0f} GiB of data, {memory_gib - 1.0:.0f} in memory", "theory",
            CHE, theory.hit_ratio(pages, room, 0.8),
            database(memory_gib, data_gib=data_gib).hit_ratio, GROUPS, ".4%",
        )  # fmt: skip
    for data_gib in (20.0, 160.0):
        yield exact(
            "Hit ratio", f"{data_gib:.0f} GiB of data, 15 in memory, all pages alike",
            "memory / data", 15.0 / data_gib, database(16.0, data_gib=data_gib, skew=0.0).hit_ratio,
            ".4%",
        )  # fmt: skip


def disk() -> Iterator[Row]:
    for rate in (100.0, 350.0):
        found = database(16.0, rate_per_s=rate)
        assert found.disk_wait_ms is not None
        yield exact(
            "Waits for the disk (ms)", f"16 GiB, {rate:.0f} requests/s", QUEUE,
            theory.disk_wait_ms(rate, 30.0, found.hit_ratio, 3000.0), found.disk_wait_ms,
        )  # fmt: skip
    found = database(16.0, ONE_MACHINE)
    yield exact(
        "Hit ratio at which the disk is full", f"{found.possible_per_s:.0f} requests/s",
        "reads that come are reads that are done",
        theory.hit_ratio_needed(found.possible_per_s, 30.0, 3000.0), found.hit_ratio, ".4%",
    )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from library()
    yield from by_simulation()
    yield from page_by_page()
    yield from disk()


TOPIC = Topic(
    "Memory for a database's pages",
    "Che's approximation with pages of nearly the same popularity taken together, against LRU "
    "itself and against the same with each of up to five million pages. The library's million "
    "requests begin with an empty cache; what that costs is taken off ours by a closed form.",
    _rows,
)
