import pytest

from scalelab.validation.requirement.load_test import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_a_correction_is_below_the_truth(rows: list[Row]) -> None:
    (explained,) = [row for row in rows if row.explanation]
    assert explained.ours < explained.reference


def test_tolerances_are_small(rows: list[Row]) -> None:
    """A figure a tenth off would be seen."""
    assert [
        row.quantity for row in rows if row.reference and row.tolerance > 0.1 * row.reference
    ] == []
