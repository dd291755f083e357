import pytest

from scalelab.validation.requirement.sizing import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []


def test_the_recorded_path_is_no_empty_one(rows: list[Row]) -> None:
    paths = [row for row in rows if "recorded visits" in row.settings]
    assert len(paths) == 3
    assert all(row.ours > 500 for row in paths)
