"""Three ways to fetch rows by PostgreSQL's planner, and what indexes cost an insert.

Ten million rows of 200 bytes, in an order that has nothing to do with the index. The planner's
costs for a hundred rows, for one in a hundred, and for half of them; the unit is a page read in
sequence:

    >>> from scalelab.models.separate_database.index import insert, plans
    >>> for wanted in (100, 100_000, 5_000_000):
    ...     cost = plans(wanted)
    ...     costs = cost.sequential, cost.index_scan, cost.bitmap
    ...     print(*(f"{each:,.0f}" for each in costs), cost.cheapest)
    410,715 406 401 Bitmap scan
    410,715 343,278 204,205 Bitmap scan
    410,715 1,285,204 441,809 Sequential scan

    >>> for indexes in (0, 3, 12):
    ...     print(f"{insert(indexes, rows=10**8).cost:.2f}")
    0.04
    10.46
    87.61

The closed forms are in `scalelab.theory.separate_database.index`.

What PostgreSQL does: `cost_seqscan`, `cost_index`, `index_pages_fetched` and
`cost_bitmap_heap_scan` of `src/backend/optimizer/path/costsize.c`; `genericcostestimate` and
`btcostestimate` of `src/backend/utils/adt/selfuncs.c`. The costs that its documentation prints for
the table `tenk1` come out to the last digit (https://www.postgresql.org/docs/18/using-explain.html),
and so does the size of that table and of its index. They are estimates to choose by, in the unit of
one page read in sequence: not milliseconds.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.facts import postgres
from scalelab.kernels.separate_database import index as kernel
from scalelab.models.check import within

PLANS = ("Sequential scan", "Index scan", "Bitmap scan")


@dataclass(frozen=True)
class Plans:
    """What the planner takes a query to cost, in pages read in sequence.

    sequential : reads the whole table (Seq Scan with a filter)
    index_scan : fetches the rows one by one in the order of the index (Index Scan)
    bitmap : notes all pages first and reads each once (Bitmap Heap Scan)
    index_scan_start, bitmap_start : what is spent before the first row comes
    bitmap_index : the index's part of the bitmap (Bitmap Index Scan)
    cheapest : which of `PLANS`
    pages, index_pages : of the table and of the index
    """

    sequential: float
    index_scan: float
    bitmap: float
    index_scan_start: float
    bitmap_start: float
    bitmap_index: float
    cheapest: str
    pages: int
    index_pages: int


@dataclass(frozen=True)
class Insert:
    """What one new row costs, in pages read in sequence.

    heap : the row itself; cpu, io : of all indexes
    missing : share of the leaves of the indexes that are not in memory
    size_gib : of all indexes
    """

    heap: float
    cpu: float
    io: float
    missing: float
    size_gib: float

    @property
    def cost(self) -> float:
        return self.heap + self.cpu + self.io


@dataclass(frozen=True)
class Ends:
    """Share of the rows from which the whole table is cheaper; None if it never is.

    index_scan : than an index scan; index : than the index in any way
    """

    index_scan: float | None
    index: float | None


def plans(
    wanted: int,
    rows: int = 10_000_000,
    row_bytes: int = 200,
    correlation: float = 0.0,
    random_page_cost: float = postgres.RANDOM_PAGE_COST.value,
    memory_gib: float = postgres.EFFECTIVE_CACHE_SIZE.value,
    pages: int | None = None,
) -> Plans:
    """A query with one condition, on a column of eight bytes that has an index.

    Parameters
    ----------
    wanted : rows that fulfil the condition, 1 to ``rows``.
    rows : of the table, 1 to 10**10.
    row_bytes : of the data of a row, 1 to 2,000.
    correlation : of the column with the order of the table, 0 (none) to 1.
    random_page_cost : 0.1 to 100 pages in sequence; 4 unless PostgreSQL is told otherwise.
    memory_gib : 0.001 to 10,000; for cached pages, `effective_cache_size`.
    pages : of the table, 1 to ``rows``; None for what ``rows`` need when they are packed.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    The table and its index are as fresh: pages full, leaves full to nine tenths, with no equal
    keys packed together.

    Leaves out: what the planner does not know when it guesses how many rows a condition fulfils;
    work in parallel; index-only scans; bitmaps that do not fit into `work_mem`, and several of them
    together; that pages are in memory already. And the planner's costs are themselves a model.
    """
    within("wanted", wanted, 1, rows)
    within("correlation", correlation, 0.0, 1.0)
    table, costs = _built(rows, row_bytes, random_page_cost, memory_gib)
    if pages is not None:
        within("pages", pages, 1, rows)
        table = table._replace(pages=float(pages))
    index_scan = kernel.index_scan_cost(float(wanted), float(correlation), table, costs)
    bitmap = kernel.bitmap_cost(float(wanted), table, costs)
    sequential = kernel.sequential_cost(table, costs)
    by_index = kernel.index_cost(float(wanted), table, costs)
    # At equal costs the planner has no reason to use an index.
    ways = (sequential, index_scan, bitmap)
    return Plans(
        sequential=sequential,
        index_scan=index_scan,
        bitmap=bitmap,
        index_scan_start=kernel.descent(table, costs),
        bitmap_start=by_index + kernel.BITMAP_OPERATORS * costs.cpu_operator * wanted,
        bitmap_index=by_index,
        cheapest=PLANS[ways.index(min(ways))],
        pages=round(table.pages),
        index_pages=round(table.index_pages),
    )


def ends(
    rows: int = 10_000_000,
    row_bytes: int = 200,
    correlation: float = 0.0,
    random_page_cost: float = postgres.RANDOM_PAGE_COST.value,
    memory_gib: float = postgres.EFFECTIVE_CACHE_SIZE.value,
) -> Ends:
    """Where an index ends to be worth it; arguments, ranges and errors as of `plans`.

    >>> found = ends()
    >>> print(f"{found.index_scan:.2%} {found.index:.2%}")
    1.24% 40.04%
    """
    within("correlation", correlation, 0.0, 1.0)
    table, costs = _built(rows, row_bytes, random_page_cost, memory_gib)
    index_scan, either = (
        kernel.dearer_from(float(correlation), bitmaps, table, costs) / rows
        for bitmaps in (False, True)
    )
    return Ends(index_scan or None, either or None)


def insert(
    indexes: int,
    rows: int = 10_000_000,
    row_bytes: int = 200,
    random_page_cost: float = postgres.RANDOM_PAGE_COST.value,
    memory_gib: float = postgres.EFFECTIVE_CACHE_SIZE.value,
) -> Insert:
    """One new row in a table with 0 to 100 ``indexes``; the others as of `plans`.

    Raises
    ------
    ValueError
        For an argument outside its range.

    Notes
    -----
    PostgreSQL's planner has no cost for this; it is ours, in its unit. Each index is walked down
    (as the planner has it) to a leaf that can be any: it is in memory as likely as there is room
    for it. If not, it is read, and another that was changed is written to make room, each a page
    out of sequence. All of the memory is for the leaves.

    Leaves out: the log, which is written in sequence; pages that split, and that leaves of random
    keys settle at less than nine tenths; checkpoints, which write changed pages though there is
    room; keys that come in order, whose leaf is always the last one, and in memory.
    """
    within("indexes", indexes, 0, 100)
    table, costs = _built(rows, row_bytes, random_page_cost, memory_gib)
    row = np.zeros(kernel.WIDTH)
    kernel.insert_into(row, int(indexes), kernel.rows_per_page(float(row_bytes)), table, costs)
    return Insert(
        heap=float(row[kernel.HEAP]),
        cpu=float(row[kernel.CPU]),
        io=float(row[kernel.IO]),
        missing=float(row[kernel.MISSING]),
        size_gib=float(row[kernel.GIBS]),
    )


def _built(
    rows: int, row_bytes: int, random_page_cost: float, memory_gib: float
) -> tuple[kernel.Relation, kernel.Costs]:
    within("rows", rows, 1, 10**10)
    within("row_bytes", row_bytes, 1, 2000, "bytes")
    within("random_page_cost", random_page_cost, 0.1, 100.0)
    within("memory_gib", memory_gib, 0.001, 10_000.0, "GiB")
    costs = kernel.Costs(
        postgres.SEQ_PAGE_COST.value,
        float(random_page_cost),
        postgres.CPU_TUPLE_COST.value,
        postgres.CPU_INDEX_TUPLE_COST.value,
        postgres.CPU_OPERATOR_COST.value,
        float(memory_gib * kernel.GIB // kernel.PAGE),
    )
    return kernel.relation(float(rows), float(row_bytes)), costs
