"""Pages that a query meets, and where an index ends to be worth it, in closed form.

Rows anywhere in a table, each as likely: A. F. Cardenas, "Analysis and performance of inverted
data base structures", Communications of the ACM 18(5), 1975, if they are drawn with replacement;
S. B. Yao, "Approximating block accesses in database organizations", Communications of the ACM
20(4), 1977, if without. What PostgreSQL uses in their place: L. F. Mackert and G. M. Lohman, "Index
scans using a finite LRU buffer: a validated I/O model", ACM Transactions on Database Systems 14(3),
1989. The break-evens are ours, from the planner's own costs
(`scalelab.models.separate_database.index`), without its rounding up to whole pages.
"""

import math


def yao(pages: int, rows_per_page: int, wanted: int) -> float:
    """Expected number of pages that hold some of the wanted rows; exact.

    >>> round(yao(345, 29, 100), 2), round(yao(345, 29, 345), 2)
    (87.29, 220.48)
    """
    rows = pages * rows_per_page
    if wanted > rows - rows_per_page:
        return float(pages)
    others = (
        math.lgamma(rows - rows_per_page + 1) - math.lgamma(rows - rows_per_page - wanted + 1)
        + math.lgamma(rows - wanted + 1) - math.lgamma(rows + 1)
    )  # fmt: skip
    return -pages * math.expm1(others)


def cardenas(pages: float, wanted: float) -> float:
    """The same, if a row may be drawn twice.

    >>> round(cardenas(345, 100), 2), round(cardenas(345, 345), 2)
    (86.92, 218.27)
    """
    return -pages * math.expm1(wanted * math.log1p(-1.0 / pages))


def mackert_lohman(pages: float, wanted: float) -> float:
    """Their approximation of the same, with room for all pages; not rounded.

    >>> round(mackert_lohman(345, 100), 2), mackert_lohman(345, 345)
    (87.34, 230.0)
    """
    return min(2.0 * pages * wanted / (2.0 * pages + wanted), pages)


def lru_reads(pages: float, cache: float, wanted: float) -> float:
    """Page reads for rows anywhere, one after the other, if the last ``cache`` pages stay.

    Each page is new until the cache is full; then a row's page is there with probability
    cache / pages, whatever came before.

    >>> round(lru_reads(1000, 250, 2000), 1)
    1534.3
    """
    if cache >= pages:
        return cardenas(pages, wanted)
    full = math.log1p(-cache / pages) / math.log1p(-1.0 / pages)
    if wanted <= full:
        return cardenas(pages, wanted)
    return cache + (wanted - full) * (1.0 - cache / pages)


def index_scan_ends(
    whole: float, pages: float, random_page: float, row: float, start: float
) -> float:
    """Rows for which an index scan costs as much as reading the whole table.

    The table in no order of the index, and room for all of it in memory: a quadratic, up to two
    rows for each page, from where on all pages are read.

    Parameters
    ----------
    whole : float
        Cost of reading the table.
    pages : float
        Of the table.
    random_page : float
        Cost of a page out of sequence.
    row : float
        Cost of a wanted row but for the table's pages: entry, leaf, processor.
    start : float
        Cost of the way down the index.

    >>> row = 0.01 + 0.0075 + 4.0 * 30 / 10_000
    >>> round(index_scan_ends(470.0, 345, 4.0, row, 0.285), 1)
    140.0
    """
    spare = whole - start
    linear = 2.0 * pages * (row + random_page) - spare
    found = (math.sqrt(linear**2 + 8.0 * row * pages * spare) - linear) / (2.0 * row)
    return found if found <= 2.0 * pages else (spare - random_page * pages) / row


def bitmap_ends(rows: float, whole_row: float, row: float, start: float) -> float:
    """Rows for which a bitmap costs as much as reading the whole table: from there on it reads all
    pages, in order, so that they do not matter.

    Parameters
    ----------
    rows : float
        Of the table.
    whole_row : float
        Cost of a row when all are read, but for the table's pages.
    row, start : float
        As for `index_scan_ends`.

    >>> round(bitmap_ends(10_000, 0.0125, 0.0125 + 0.00775 + 4.0 * 30 / 10_000, 0.285), 1)
    3867.1
    """
    return (rows * whole_row - start) / row
