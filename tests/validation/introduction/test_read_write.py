from scalelab.validation.introduction.read_write import TOPIC


def test_every_row_agrees() -> None:
    rows = list(TOPIC.rows())
    assert {row.kind for row in rows} == {"theory", "published", "peer"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []
