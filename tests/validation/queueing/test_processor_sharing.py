import pytest

from scalelab.validation.queueing.processor_sharing import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_only_the_approximation_misses(rows: list[Row]) -> None:
    off = [row for row in rows if row.verdict != "agrees"]
    assert {row.verdict for row in off} <= {"explained"}
    assert all("approximation" in row.explanation for row in off)
    assert len(off) <= 2


def test_rows_differ(rows: list[Row]) -> None:
    names = [(row.quantity, row.settings) for row in rows]
    assert len(set(names)) == len(names)


def test_tolerances_are_small(rows: list[Row]) -> None:
    """A figure an eighth off would be seen."""
    assert [row.quantity for row in rows if row.tolerance > row.reference / 8.0] == []
