import pytest
from tests.validation.topics import rows_of


def test_a_real_load_is_not_poisson() -> None:
    """Nor is it the day alone: most of it stays when the trend is removed."""
    rows = rows_of("workload.burstiness")
    plain = [row.ours for row in rows if row.quantity.startswith("Variance over mean")]
    free = [row.ours for row in rows if row.quantity == "The same without the trend"]
    assert plain[0] == pytest.approx(51.9, abs=0.05)
    assert all(0.5 * of_all < rest < of_all for of_all, rest in zip(plain, free, strict=True))


def test_a_known_truth_is_found() -> None:
    rows = rows_of("workload.burstiness")
    fitted = [row for row in rows if row.quantity.startswith("Fitted")]
    assert len(fitted) == 4
    held = [row.ours for row in rows if row.quantity.startswith("95% interval")]
    assert len(held) == 4
    assert min(held) > 0.82
