"""Every comparison agrees, and none of them is of nothing."""

from scalelab.validation.introduction.speedup import TOPIC


def test_all_agree() -> None:
    rows = list(TOPIC.rows())
    assert [row for row in rows if row.verdict != "agrees"] == []
    assert sum("Simulated" in row.quantity for row in rows) == 12
    assert {row.kind for row in rows} == {"theory", "published"}
