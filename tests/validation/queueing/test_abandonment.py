import pytest

from scalelab.validation.queueing.abandonment import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees(rows: list[Row]) -> None:
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []


def test_rows_differ(rows: list[Row]) -> None:
    names = [(row.quantity, row.settings) for row in rows]
    assert len(set(names)) == len(names)


def test_tolerances_are_small(rows: list[Row]) -> None:
    """A figure a twentieth off would be seen."""
    assert [row.quantity for row in rows if row.tolerance > 0.05 * row.reference] == []
