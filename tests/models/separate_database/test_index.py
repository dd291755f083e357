import doctest
from typing import Any

import pytest

from scalelab.facts import postgres
from scalelab.models.separate_database import index
from scalelab.models.separate_database.index import ends, insert, plans

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("wanted", (0, 10**7 + 1)), ("rows", (10**10 + 1,)), ("row_bytes", (0, 2001)),
        ("correlation", (-0.1, 1.1, NAN)), ("random_page_cost", (0.0, 101.0, NAN)),
        ("memory_gib", (0.0, 10_001.0)), ("pages", (0, 10**7 + 1)),
    ],
)  # fmt: skip
def test_a_query_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"wanted": 1, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            plans(**given)


def test_an_insert_out_of_range_is_named() -> None:
    for value in (-1, 101):
        with pytest.raises(ValueError, match=f"^indexes is {value}, allowed is 0 to 100"):
            insert(value)
    with pytest.raises(ValueError, match=r"^correlation is 2\.0"):
        ends(correlation=2.0)


def test_what_the_documentation_prints() -> None:
    """A few of its costs; all of them are on the validation page."""
    rows, row_bytes = int(postgres.TENK1_ROWS.value), int(postgres.TENK1_BYTES.value)
    found = plans(100, rows, row_bytes)
    assert found.pages == postgres.TENK1_PAGES.value
    assert found.index_pages == 30
    assert f"{found.bitmap_start:.2f}..{found.bitmap:.2f}" == "5.06..224.98"
    assert found.cheapest == "Bitmap scan"
    one = plans(1, rows, row_bytes)
    assert f"{one.index_scan:.2f}" == "8.30"
    assert one.cheapest == "Index scan"
    assert plans(7000, rows, row_bytes).sequential == 470.0
    assert plans(7000, rows, row_bytes).cheapest == "Sequential scan"


def test_an_end_that_never_comes() -> None:
    """Where a page out of sequence is taken to be cheaper than one in it."""
    assert ends(row_bytes=2000, random_page_cost=0.1).index_scan is None
    assert ends(row_bytes=2000, random_page_cost=1.0).index_scan is not None


def test_memory_is_a_cliff() -> None:
    """One more index, and inserts cost five times as much."""
    two, three = (insert(n, rows=10**8) for n in (2, 3))
    assert two.size_gib > 4.0 > 0.9 * two.size_gib
    assert two.missing < 0.05
    assert three.missing > 0.3
    assert three.cost > 5.0 * two.cost
    assert insert(3, rows=10**8, memory_gib=8.0).io == 0.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(index).failed == 0
