import pytest

from scalelab.validation.multi_region.latency import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be(rows: list[Row]) -> None:
    """Regions added one by one are farther away; straight pairs are faster than the model."""
    explained = [row for row in rows if row.explanation]
    assert all(row.ours > row.reference for row in explained if "greedy" in row.settings)
    for row in explained:
        if row.quantity == "Round trip (ms)":
            stretch = float(row.explanation.removesuffix(".").split()[-1])
            assert (row.ours > row.reference) == (stretch < 1.8)
