import pytest

from scalelab.validation.replication.stale_reads import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory", "peer"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be(rows: list[Row]) -> None:
    explained = {(row.quantity, row.kind): row for row in rows if row.explanation}
    assert len(explained) == 5  # two utilisations share a name
    for (quantity, kind), row in explained.items():
        # A lag for each read counts too many steps back, independent queues too many as well.
        assert (row.ours > row.reference) == ((quantity, kind) != (
            "A session sees its write and later not, at random", "theory"
        ))  # fmt: skip
