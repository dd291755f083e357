import pytest

from scalelab.validation.row import Row
from scalelab.validation.workload.think_time import TOPIC


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_absences_make_the_think_time_too_long(rows: list[Row]) -> None:
    *whole_seconds, absences = [row for row in rows if row.explanation]
    assert absences.ours > absences.reference + 2.0
    for row in whole_seconds:
        assert 0.0 < row.ours - row.reference < 0.03 * row.reference


def test_tolerances_are_small(rows: list[Row]) -> None:
    """A figure a tenth off would be seen, of what is near the knee a quarter."""
    for row in rows:
        assert row.tolerance <= (0.25 if "77 users" in row.settings else 0.1) * row.reference
