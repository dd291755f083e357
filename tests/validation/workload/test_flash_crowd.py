import pytest

from scalelab.validation.row import Row
from scalelab.validation.workload.flash_crowd import TOPIC


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees(rows: list[Row]) -> None:
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []
    assert len(rows) == 11


def test_tolerances_are_small(rows: list[Row]) -> None:
    """A figure a fifth off would be seen."""
    assert [row.quantity for row in rows if row.tolerance > 0.2 * row.reference] == []
