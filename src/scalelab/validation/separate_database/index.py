"""The planner's costs against those that PostgreSQL prints; its pages against drawing rows."""

from collections.abc import Iterator

import numpy as np

from scalelab.facts import postgres
from scalelab.kernels.separate_database.index import mackert_lohman
from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.separate_database.index import Plans, ends, insert, plans
from scalelab.theory.separate_database.index import (
    bitmap_ends,
    index_scan_ends,
    lru_reads,
    yao,
)
from scalelab.validation.row import Row, Topic, exact, simulated

ROWS, BYTES = int(postgres.TENK1_ROWS.value), int(postgres.TENK1_BYTES.value)
EXPLAIN = "{cite:t}`v-postgresqlexplain`"
STATISTICS = "{cite:t}`v-postgresqlstatistics`"
OLD = "{cite:t}`v-postgresqlexplain94`, 358 pages"
YAO = "{cite:t}`v-yao1977`"
CARDENAS = "{cite:t}`v-cardenas1975`, and a cache that was filled"
BALANCE = "the costs set equal, without rounding to pages"
HALF_A_CENT = 0.00501
RUNS = 32


def printed(query: str, node: str, reference: float, ours: float, source: str = EXPLAIN) -> Row:
    """PostgreSQL prints two digits."""
    return Row(f"{node}, cost", query, "published", source, reference, ours, HALF_A_CENT, ".2f")


def of(wanted: int, correlation: float = 0.0, pages: int | None = None) -> Plans:
    return plans(wanted, ROWS, BYTES, correlation, pages=pages)


def documentation() -> Iterator[Row]:
    """unique1 lies in no order, unique2 in that of the table."""
    hundred, ten, one, last = of(100), of(10), of(1), of(999)
    size = "tenk1, 10,000 rows of 244 bytes"
    yield Row("Pages of the table", size, "published", EXPLAIN, postgres.TENK1_PAGES.value,
              hundred.pages, 0.0, ".0f")  # fmt: skip
    yield Row("Pages of the index", size, "published", STATISTICS, 30.0, hundred.index_pages,
              0.0, ".0f")  # fmt: skip
    yield printed("unique1 < 7000", "Seq Scan", 470.0, of(7000).sequential)
    yield printed("unique1 < 100", "Bitmap Index Scan", 5.04, hundred.bitmap_index)
    yield printed("unique1 < 100", "Bitmap Heap Scan, start", 5.06, hundred.bitmap_start)
    yield printed("unique1 < 100", "Bitmap Heap Scan", 224.98, hundred.bitmap)
    yield printed("unique1 < 10", "Bitmap Index Scan", 4.36, ten.bitmap_index)
    yield printed("unique1 < 10", "Bitmap Heap Scan", 39.38, ten.bitmap)
    yield printed("unique1 = 42", "Index Scan, start", 0.29, one.index_scan_start)
    yield printed("unique1 = 42", "Index Scan", 8.30, one.index_scan)
    yield printed("unique2 > 9000", "Bitmap Index Scan", 19.78, last.bitmap_index)
    yield printed("unique2 < 10", "Index Scan", 8.46, of(10, 1.0).index_scan)
    # A condition without an index: an operator more for each row that is fetched.
    filtered = of(999, 1.0).index_scan + 999 * postgres.CPU_OPERATOR_COST.value
    yield printed("unique2 > 9000, and unique1 < 100", "Index Scan", 70.27, filtered)
    # All rows in the order of unique2, and that condition in place of one on the index.
    yield printed("unique1 < 100, by unique2", "Index Scan", 643.28, of(ROWS, 1.0).index_scan)
    older = of(101, pages=358)
    yield printed("unique1 < 7000", "Seq Scan", 483.0, older.sequential, OLD)
    yield printed("unique1 < 100", "Bitmap Heap Scan, start", 5.07, older.bitmap_start, OLD)
    yield printed("unique1 < 100", "Bitmap Heap Scan", 229.20, older.bitmap, OLD)


def over(samples: list[float]) -> Estimate:
    return ratio(np.array(samples), np.ones(len(samples)))


def pages_met() -> Iterator[Row]:
    """What the planner takes for the number of pages, beside the exact one."""
    pages, per_page = 1000, 30
    for wanted in (100, 1000, 2000):
        reference = yao(pages, per_page, wanted)
        yield Row(
            "Pages that are met", f"{wanted:,} of 30,000 rows, 1,000 pages", "theory", YAO,
            reference, mackert_lohman(float(wanted), pages, pages), 0.05 * reference, ".1f",
            "The planner's formula is an approximation: it takes each page to be met where there "
            "are two rows for each, and in truth one in eight is not." if wanted == 2000 else "",
        )  # fmt: skip
    for cache, wanted in ((250, 500), (250, 3000), (900, 3000)):
        reference = lru_reads(pages, cache, wanted)
        yield Row(
            "Pages that are read, one row after the other",
            f"{wanted:,} rows anywhere, room for {cache} of 1,000 pages", "theory", CARDENAS,
            reference, mackert_lohman(float(wanted), pages, cache), 0.05 * reference, ".1f",
            "The planner's formula takes the cache to be full after 1,636 rows, and pages to be "
            "read again from there on; in truth it takes about 2,300." if cache == 900 else "",
        )  # fmt: skip


def turns() -> Iterator[Row]:
    rows = 10_000_000
    for row_bytes, random_page in ((200, 4.0), (1000, 4.0), (200, 1.1)):
        built = plans(1, rows, row_bytes, random_page_cost=random_page, memory_gib=100.0)
        found = ends(rows, row_bytes, random_page_cost=random_page, memory_gib=100.0)
        where = f"rows of {row_bytes:,} bytes, random_page_cost {random_page}"
        start, leaf = built.index_scan_start, random_page * built.index_pages / rows
        scan = index_scan_ends(built.sequential, built.pages, random_page, 0.0175 + leaf, start)
        yield exact(
            "Share from which an index scan is dearer", where, BALANCE, scan / rows,
            found.index_scan or 0.0, ".5f", 1e-3,
        )  # fmt: skip
        bitmap = bitmap_ends(rows, 0.0125, 0.02025 + leaf, start)
        yield exact(
            "Share from which any use of the index is dearer", where, BALANCE, bitmap / rows,
            found.index or 0.0, ".5f", 1e-3,
        )  # fmt: skip


def reads_of_inserts(leaves: int, room: int, seed: int) -> float:
    """Of an insert into one index, once the memory is full; the least recently used leaf goes."""
    chance = np.random.default_rng(seed)
    there = dict.fromkeys(chance.permutation(leaves)[:room].tolist())
    reads, inserts = 0, 4000
    for leaf in chance.integers(0, leaves, inserts).tolist():
        if leaf in there:
            del there[leaf]
        else:
            reads += 1
            del there[next(iter(there))]
        there[leaf] = None
    return reads / inserts


def leaves_missing() -> Iterator[Row]:
    """Drawn on a fiftieth of the pages, and of the memory."""
    for indexes in (5, 10):
        found = insert(indexes, 10_000_000, memory_gib=0.5)
        needed = round(indexes * plans(1).index_pages / 50)
        room = round(0.5 * 2**30 / 8192 / 50)
        drawn = [reads_of_inserts(needed, room, seed) for seed in range(RUNS)]
        yield simulated(
            "Leaves read for an insert, of each index",
            f"{indexes} indexes of 10 million rows, 0.5 GiB", "room over what is needed",
            found.missing, over(drawn),
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from documentation()
    yield from pages_met()
    yield from turns()
    yield from leaves_missing()


TOPIC = Topic(
    "Index or none",
    "The costs are PostgreSQL's own, in pages read in sequence: its documentation prints them with "
    "two digits, and ours round to the same. Its approximation of pages may be 5% off the exact "
    "number, and where it is further off that is shown. Break-evens may be 0.1% off by rounding, "
    f"what is drawn four standard errors, from {RUNS} runs.",
    rows,
)
