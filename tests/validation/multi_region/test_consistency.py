import pytest

from scalelab.validation.multi_region.consistency import CROSSING, TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be(rows: list[Row]) -> None:
    """A first crossing is early, so the paper's times are shorter than ours."""
    explained = [row for row in rows if row.explanation == CROSSING]
    assert len(explained) == 8
    assert all(row.ours > row.reference for row in explained)
