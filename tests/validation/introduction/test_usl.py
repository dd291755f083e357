import pytest
from tests.validation.topics import rows_of


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be() -> None:
    """Our intervals are wider than the package's; near a bound, they hold the truth less often."""
    rows = rows_of("introduction.usl")
    explained = [row for row in rows if row.explanation]
    intervals = [row for row in explained if row.quantity.startswith("Half")]
    assert len(intervals) == 3
    assert all(row.ours == pytest.approx(1.579 * row.reference, rel=0.01) for row in intervals)
    held = [row for row in explained if row.quantity.startswith("Intervals")]
    assert held
    assert all(0.88 < row.ours < 0.95 for row in held)
    assert len(explained) == len(intervals) + len(held) + 1
