"""What PostgreSQL's planner thinks of three ways to fetch rows, and what indexes cost an insert.

The costs are those of its source: `cost_seqscan`, `cost_index` and `cost_bitmap_heap_scan` of
`costsize.c`, `genericcostestimate` and `btcostestimate` of `selfuncs.c`, for one condition on an
indexed column. The unit is a page read in sequence. What an insert costs is ours, in that unit.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Floats, Table, kernel

PAGE = 8192  # bytes
# A page of the table has a header of 24 bytes; a row one of 24 and a pointer of 4, and is aligned.
PAGE_HEADER, ROW_HEADER, POINTER, ALIGNED = 24, 24, 4, 8
# A page of a B-tree ends with 16 bytes more. An entry: header 8, key 8, pointer 4. When an index is
# built, a tenth of each leaf stays free, and 30 per cent of each page above.
TREE_SPECIAL, ENTRY = 16, 20
LEAF_FREE, INNER_FREE = PAGE * 10 // 100, PAGE * 30 // 100
LEAF_ENTRIES = (PAGE - PAGE_HEADER - TREE_SPECIAL - LEAF_FREE) // ENTRY
INNER_ENTRIES = (PAGE - PAGE_HEADER - TREE_SPECIAL - INNER_FREE) // ENTRY
OPERATORS_PER_PAGE = 50.0  # for each page on the way down a tree
BITMAP_OPERATORS = 0.1  # for each row that goes into a bitmap
GIB = 2.0**30

PLANS, INSERTS, INDEX_SCAN_ENDS, INDEX_ENDS = range(4)
SEQUENTIAL, INDEX_SCAN, BITMAP = range(3)
FEWEST, PER_DECADE, DECADES = 1e-6, 8, 6
MOST_INDEXES = 12

KIND, HERE, SHARE, ROWS, SEQUENTIAL_COST, INDEX_SCAN_COST, BITMAP_COST, CHEAPEST, PAGES = range(9)
SAVES, INSERTS_PAID, INDEXES, HEAP, CPU, IO, INSERT, MISSING, GIBS = range(9, 18)
WIDTH = 18


class Costs(NamedTuple):
    """PostgreSQL's parameters of these names; ``cache_pages`` is `effective_cache_size`."""

    seq_page: float
    random_page: float
    cpu_tuple: float
    cpu_index_tuple: float
    cpu_operator: float
    cache_pages: float


class Relation(NamedTuple):
    """A table and one of its indexes. ``height``: levels above the leaves."""

    rows: float
    pages: float
    index_pages: float
    height: int


@kernel
def rows_per_page(row_bytes: float) -> float:
    """Rows of so many bytes of data, in a page that is full."""
    row = ALIGNED * np.ceil((ROW_HEADER + row_bytes) / ALIGNED) + POINTER
    return float(np.floor((PAGE - PAGE_HEADER) / row))


@kernel
def relation(rows: float, row_bytes: float) -> Relation:
    """As they are just after they were built, the index on a number of eight bytes."""
    level = np.ceil(rows / LEAF_ENTRIES)
    pages, height = level + 1.0, 0  # and a page about the index itself
    while level > 1.0:
        level = np.ceil(level / INNER_ENTRIES)
        pages += level
        height += 1
    return Relation(rows, np.ceil(rows / rows_per_page(row_bytes)), pages, height)


@kernel
def descent(table: Relation, costs: Costs) -> float:
    """From the root to a leaf: comparisons, and a charge for each page."""
    comparisons, reach = 0.0, 1.0
    while reach < table.rows:
        reach *= 2.0
        comparisons += 1.0
    return (comparisons + (table.height + 1) * OPERATORS_PER_PAGE) * costs.cpu_operator


@kernel
def mackert_lohman(wanted: float, pages: float, cache: float) -> float:
    """Page reads for ``wanted`` rows anywhere in the table, with a cache for so many pages."""
    met = 2.0 * pages * wanted / (2.0 * pages + wanted)
    if pages <= cache:
        return float(min(np.ceil(met), pages))
    limit = 2.0 * pages * cache / (2.0 * pages - cache)
    if wanted > limit:
        met = cache + (wanted - limit) * (pages - cache) / pages
    return float(np.ceil(met))


@kernel
def sequential_cost(table: Relation, costs: Costs) -> float:
    return costs.seq_page * table.pages + (costs.cpu_tuple + costs.cpu_operator) * table.rows


@kernel
def index_cost(wanted: float, table: Relation, costs: Costs) -> float:
    """Of the index alone: the way down, its leaves, and an entry for each row."""
    leaves = 1.0
    if table.rows > 1.0:
        leaves = np.ceil(wanted * table.index_pages / table.rows)
    entries = wanted * (costs.cpu_index_tuple + costs.cpu_operator)
    return float(leaves * costs.random_page + entries + descent(table, costs))


@kernel
def index_scan_cost(wanted: float, correlation: float, table: Relation, costs: Costs) -> float:
    """Rows are fetched in the order of the index, one after the other."""
    share = table.pages / (table.pages + table.index_pages)
    cache = max(1.0, np.ceil(costs.cache_pages * share))
    scattered = mackert_lohman(wanted, table.pages, cache) * costs.random_page
    in_order = np.ceil(wanted / table.rows * table.pages)
    together = costs.random_page + (in_order - 1.0) * costs.seq_page
    pages = scattered + correlation * correlation * (together - scattered)
    return float(index_cost(wanted, table, costs) + pages + wanted * costs.cpu_tuple)


@kernel
def bitmap_pages(wanted: float, table: Relation) -> float:
    return mackert_lohman(wanted, table.pages, table.pages)


@kernel
def bitmap_cost(wanted: float, table: Relation, costs: Costs) -> float:
    """The index first, then each page once, in the order of the table."""
    pages = bitmap_pages(wanted, table)
    each = costs.random_page
    if pages >= 2.0:
        each -= (costs.random_page - costs.seq_page) * np.sqrt(pages / table.pages)
    row = costs.cpu_tuple + (1.0 + BITMAP_OPERATORS) * costs.cpu_operator
    return float(index_cost(wanted, table, costs) + pages * each + wanted * row)


@kernel
def indexed_cost(
    wanted: float, correlation: float, bitmaps: bool, table: Relation, costs: Costs
) -> float:
    """By the index, in the cheaper way of the two if ``bitmaps`` are allowed."""
    index_scan = index_scan_cost(wanted, correlation, table, costs)
    return min(index_scan, bitmap_cost(wanted, table, costs)) if bitmaps else index_scan


@kernel
def dearer_from(correlation: float, bitmaps: bool, table: Relation, costs: Costs) -> float:
    """Fewest rows for which reading the whole table is cheaper; 0 if it never is.

    Where the two curves cross more than once, near a whole table, one of these places.
    """
    whole = sequential_cost(table, costs)
    if indexed_cost(table.rows, correlation, bitmaps, table, costs) <= whole:
        return 0.0
    low, high = 0.0, table.rows
    while high - low > 1.0:
        middle = np.floor(0.5 * (low + high))
        if indexed_cost(middle, correlation, bitmaps, table, costs) <= whole:
            low = middle
        else:
            high = middle
    return high


@kernel
def missing(indexes: int, table: Relation, costs: Costs) -> float:
    """Share of the leaves that are not in memory, which they all share."""
    needed = indexes * table.index_pages
    return max(0.0, 1.0 - costs.cache_pages / needed) if needed > 0.0 else 0.0


@kernel
def insert_into(row: Floats, indexes: int, per_page: float, table: Relation, costs: Costs) -> None:
    """The cost of one new row, whose keys fall anywhere in each index.

    A leaf that is not in memory is read, and another, which was changed, is written to make room.
    """
    row[KIND] = INSERTS
    row[INDEXES] = indexes
    row[MISSING] = missing(indexes, table, costs)
    row[HEAP] = costs.cpu_tuple + costs.seq_page / per_page
    row[CPU] = indexes * (descent(table, costs) + costs.cpu_index_tuple)
    row[IO] = indexes * 2.0 * row[MISSING] * costs.random_page
    row[INSERT] = row[HEAP] + row[CPU] + row[IO]
    row[GIBS] = indexes * table.index_pages * PAGE / GIB


@kernel
def fetch_from(
    row: Floats, share: float, correlation: float, table: Relation, costs: Costs
) -> None:
    """The cost of a query that wants this share of the rows, one row at least."""
    wanted = max(1.0, np.floor(share * table.rows + 0.5))
    row[KIND] = PLANS
    row[SHARE] = share
    row[ROWS] = wanted
    row[SEQUENTIAL_COST] = sequential_cost(table, costs)
    row[INDEX_SCAN_COST] = index_scan_cost(wanted, correlation, table, costs)
    row[BITMAP_COST] = bitmap_cost(wanted, table, costs)
    row[PAGES] = bitmap_pages(wanted, table) / table.pages
    by_index = min(row[INDEX_SCAN_COST], row[BITMAP_COST])
    row[CHEAPEST] = SEQUENTIAL
    if by_index < row[SEQUENTIAL_COST]:
        row[CHEAPEST] = INDEX_SCAN if row[INDEX_SCAN_COST] <= row[BITMAP_COST] else BITMAP


@kernel
def index_or_none(
    rows: float, row_bytes: float, share: float, correlation: float, random_page_cost: float,
    memory_gib: float, indexes: int, seq_page_cost: float, cpu_tuple_cost: float,
    cpu_index_tuple_cost: float, cpu_operator_cost: float,
) -> Table:  # fmt: skip
    """A row for each of many shares, one for ``share``; for 0, 1, ... indexes, and for ``indexes``;
    and for the share from which the index is dearer than the whole table, by an index scan or in
    any way.

    Kind of row; 1 if it is what was asked for (of the last two: if there is such a share). Of a
    query: share and number of rows; cost of a sequential, an index and a bitmap scan;
    which is cheapest; share of the pages that are read by a bitmap; 1 if the index saves anything,
    and inserts for which that pays one more index. Of an insert: indexes; cost of the row itself,
    processor's and pages' cost of the indexes, all together; share of the leaves that are not in
    memory; size of all indexes (GiB).
    """
    costs = Costs(
        seq_page_cost, random_page_cost, cpu_tuple_cost, cpu_index_tuple_cost, cpu_operator_cost,
        np.floor(memory_gib * GIB / PAGE),
    )  # fmt: skip
    relations = relation(rows, row_bytes)
    per_page = rows_per_page(row_bytes)
    points = DECADES * PER_DECADE + 1
    table = np.zeros((points + 1 + MOST_INDEXES + 2 + 2, WIDTH))
    for i in range(points):
        at = power(10.0, i / PER_DECADE) * FEWEST if i < points - 1 else 1.0
        fetch_from(table[i], at, correlation, relations, costs)
    query = table[points]
    fetch_from(query, share, correlation, relations, costs)
    query[HERE] = 1.0
    for i in range(MOST_INDEXES + 1):
        insert_into(table[points + 1 + i], i, per_page, relations, costs)
    insert = table[points + MOST_INDEXES + 2]
    insert_into(insert, indexes, per_page, relations, costs)
    insert[HERE] = 1.0
    if query[CHEAPEST] != SEQUENTIAL:
        saved = query[SEQUENTIAL_COST] - min(query[INDEX_SCAN_COST], query[BITMAP_COST])
        one_more = np.zeros(WIDTH)
        insert_into(one_more, indexes + 1, per_page, relations, costs)
        query[SAVES] = 1.0
        query[INSERTS_PAID] = saved / (one_more[INSERT] - insert[INSERT])
    for kind, bitmaps in ((INDEX_SCAN_ENDS, False), (INDEX_ENDS, True)):
        end = table[points + MOST_INDEXES + kind + 1]
        end[KIND] = kind
        end[ROWS] = dearer_from(correlation, bitmaps, relations, costs)
        end[SHARE] = end[ROWS] / rows
        end[HERE] = 1.0 if end[ROWS] > 0.0 else 0.0
    return table
