import pytest

from scalelab.validation.requirement.timing import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"peer", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_what_the_correction_misses_the_grid_gives(rows: list[Row]) -> None:
    explained = [row for row in rows if row.explanation]
    assert len(explained) == 3
    (never,) = [row for row in explained if row.quantity == "Never needed"]
    (grid,) = [
        row for row in rows
        if (row.quantity, row.settings, row.kind) == (never.quantity, never.settings, "peer")
    ]  # fmt: skip
    assert grid.verdict == "agrees"
    assert grid.ours == never.ours
