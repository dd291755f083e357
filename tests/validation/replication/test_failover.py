import pytest

from scalelab.validation.replication.failover import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_the_managed_database_takes_longer_than_ours(rows: list[Row]) -> None:
    (miss,) = [row for row in rows if row.explanation]
    assert miss.ours < miss.reference
