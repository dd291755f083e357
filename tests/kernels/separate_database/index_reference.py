"""The planner's costs again, in exact fractions; and pages met by drawing rows, not by formula."""

import math
from collections import OrderedDict
from collections.abc import Iterable
from fractions import Fraction as F

import numpy as np

TUPLE, ENTRY, OPERATOR = F(1, 100), F(1, 200), F(1, 400)


def packed(sizes: Iterable[int], room: int) -> int:
    """Pages for things of these sizes, put into one page after the other."""
    pages, left = 0, -1
    for size in sizes:
        if size > left:
            pages, left = pages + 1, room
        left -= size
    return pages


def table_pages(rows: int, row_bytes: int) -> int:
    row = 24 + row_bytes
    return packed([row + -row % 8 + 4] * rows, 8192 - 24)


def index_levels(rows: int) -> list[int]:
    """Pages of each level of a B-tree, from the leaves up, filled as PostgreSQL builds it."""
    levels = [packed([20] * rows, 8192 - 40 - 819)]
    while levels[-1] > 1:
        levels.append(packed([20] * levels[-1], 8192 - 40 - 2457))
    return levels


def whole(pages: int, rows: int) -> F:
    return pages + rows * (TUPLE + OPERATOR)


def descent(rows: int, levels: int) -> F:
    return ((rows - 1).bit_length() + 50 * levels) * OPERATOR


def index_part(wanted: int, rows: int, index_pages: int, levels: int, page: F) -> F:
    leaves = -(-wanted * index_pages // rows) if rows > 1 else 1
    return leaves * page + wanted * (ENTRY + OPERATOR) + descent(rows, levels)


def met(wanted: int, pages: int) -> F:
    return min(F(2 * pages * wanted, 2 * pages + wanted), F(pages))


def reread(wanted: int, pages: int, cache: int) -> int:
    """Mackert and Lohman's reads, with less room than the table needs or not."""
    if cache >= pages:
        return math.ceil(met(wanted, pages))
    limit = F(2 * pages * cache, 2 * pages - cache)
    if wanted <= limit:
        return math.ceil(F(2 * pages * wanted, 2 * pages + wanted))
    return math.ceil(cache + (wanted - limit) * F(pages - cache, pages))


def distinct(chance: np.random.Generator, pages: int, per_page: int, wanted: int) -> int:
    """Pages of rows that are drawn, each at most once."""
    rows = chance.choice(pages * per_page, wanted, replace=False)
    return len(np.unique(rows // per_page))


def lru(numbers: Iterable[int], room: int) -> int:
    """Reads, if the pages that were used last stay."""
    there: OrderedDict[int, None] = OrderedDict()
    reads = 0
    for page in numbers:
        if page in there:
            there.move_to_end(page)
            continue
        reads += 1
        there[page] = None
        if len(there) > room:
            there.popitem(last=False)
    return reads
