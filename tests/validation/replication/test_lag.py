import pytest

from scalelab.validation.replication.lag import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be(rows: list[Row]) -> None:
    """A longer lag than in any order, and a shorter tail than in production."""
    explained = [row for row in rows if row.explanation]
    assert len(explained) == 4
    assert all(row.ours > row.reference for row in explained)
