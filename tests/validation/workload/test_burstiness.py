import pytest

from scalelab.validation.row import Row
from scalelab.validation.workload.burstiness import TOPIC


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_every_row_agrees_or_is_explained(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"peer", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []


def test_a_real_load_is_not_poisson(rows: list[Row]) -> None:
    """Nor is it the day alone: most of it stays when the trend is removed."""
    plain = [row.ours for row in rows if row.quantity.startswith("Variance over mean")]
    free = [row.ours for row in rows if row.quantity == "The same without the trend"]
    assert plain[0] == pytest.approx(51.9, abs=0.05)
    assert all(0.5 * of_all < rest < of_all for of_all, rest in zip(plain, free, strict=True))


def test_a_known_truth_is_found(rows: list[Row]) -> None:
    fitted = [row for row in rows if row.quantity.startswith("Fitted")]
    assert len(fitted) == 4
    held = [row.ours for row in rows if row.quantity.startswith("95% interval")]
    assert len(held) == 4
    assert min(held) > 0.82
