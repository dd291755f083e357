"""Every figure agrees, with tolerances that would show a miss."""

import pytest

from scalelab.validation.queueing.fcfs import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees(rows: list[Row]) -> None:
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []


def test_rows_differ(rows: list[Row]) -> None:
    names = [(row.quantity, row.settings, row.source) for row in rows]
    assert len(set(names)) == len(names)


def test_every_kind_of_reference(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"theory", "peer", "published"}


def test_tolerances_are_small(rows: list[Row]) -> None:
    """A figure a sixteenth off would be seen, but for what others simulate so slowly."""
    for row in rows:
        assert row.tolerance <= (0.2 if row.kind == "peer" else 0.0625) * row.reference
