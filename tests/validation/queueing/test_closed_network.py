import pytest

from scalelab.validation.queueing.closed_network import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees(rows: list[Row]) -> None:
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []


def test_both_kinds_of_reference(rows: list[Row]) -> None:
    assert sum(row.kind == "published" for row in rows) >= 20
    assert sum(row.kind == "theory" for row in rows) >= 10


def test_tolerances_are_small(rows: list[Row]) -> None:
    """Half a unit of the last digit that is printed, and one more where the source rounds twice."""
    for row in rows:
        assert row.tolerance <= 0.01 * row.reference
