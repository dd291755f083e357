from scalelab.validation.introduction.machine_size import TOPIC


def test_every_row_agrees() -> None:
    rows = list(TOPIC.rows())
    assert {row.kind for row in rows} == {"theory", "published"}
    assert len(rows) > 70
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []
