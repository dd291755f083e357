"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.separate_database.index import (
    INDEX_ENDS,
    INSERT,
    QUERY,
    SCAN_ENDS,
    lab,
)
from scalelab.models.separate_database.index import ends, insert, plans


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def here(kind: str, **changed: float) -> dict[str, Any]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    (row,) = [row for row in rows if row["kind"] == kind and row["here"] == 1]
    return row


def with_indexes(number: int, **changed: float) -> float:
    return float(here(INSERT, indexes=number, **changed)["insert"])


def test_at_first_sight() -> None:
    """One row in a hundred: an index scan saves little, and nothing a little further on."""
    query, found = here(QUERY), plans(100_000)
    assert query["sequential"] == found.sequential
    assert query["index_scan"] == found.index_scan
    assert query["bitmap"] == found.bitmap
    assert query["cheapest"] == found.cheapest == "Bitmap scan"
    assert here(QUERY, share=0.02)["index_scan"] > query["sequential"]
    assert here(SCAN_ENDS)["share"] == ends().index_scan
    assert here(INDEX_ENDS)["share"] == ends().index
    assert here(INSERT)["insert"] == pytest.approx(insert(3).cost)


def test_wide_rows() -> None:
    wide = clicked("Rows of 2,000 bytes")
    assert plans(1, 10_000, 2000).pages == 2500
    assert here(SCAN_ENDS, **wide)["share"] > 5.0 * here(SCAN_ENDS)["share"]


def test_order() -> None:
    ordered = clicked("The table lies in the order")
    assert here(QUERY, **ordered)["cheapest"] == "Index scan"
    assert here(QUERY, **ordered)["index_scan"] < 0.02 * here(QUERY)["index_scan"]
    assert here(SCAN_ENDS, **ordered)["share"] > 0.5


def test_an_ssd() -> None:
    assert here(SCAN_ENDS, **clicked("An SSD"))["share"] > 0.4


def test_half_of_the_rows() -> None:
    half = clicked("The query wants half")
    assert here(QUERY, **half)["cheapest"] == "Sequential scan"
    assert here(QUERY, **half)["saves"] == 0
    assert with_indexes(1, **half) > 10.0 * with_indexes(0, **half)


def test_a_hundred_million_rows() -> None:
    many = clicked("A hundred million rows")
    first, second, third = (with_indexes(n, **many) for n in (1, 2, 3))
    assert third - second > 5.0 * (second - first)
    # All of it is pages: with more memory it is gone.
    assert with_indexes(3, **many, memory_gib=8.0) < 2.0 * second
