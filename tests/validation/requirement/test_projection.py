import pytest

from scalelab.validation.requirement.projection import TOPIC
from scalelab.validation.row import Row


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"peer", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_bands_hold_less_than_they_promise_where_the_truth_is_not_known(rows: list[Row]) -> None:
    nominal = [row for row in rows if row.quantity == "Days in the 95% band"]
    assert len(nominal) == 5
    assert all(0.6 < row.ours < 0.93 for row in nominal)
    widened = [row for row in rows if row.quantity == "Days in the widened band"]
    assert all(wide.ours > band.ours for wide, band in zip(widened, nominal, strict=True))


def test_a_known_truth_is_found(rows: list[Row]) -> None:
    known = [row for row in rows if "shops" in row.settings]
    assert len(known) == 18
    assert {row.verdict for row in known} == {"agrees"}
