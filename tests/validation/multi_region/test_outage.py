from scalelab.validation.multi_region.outage import TOPIC


def test_every_row_agrees() -> None:
    rows = list(TOPIC.rows())
    assert {row.kind for row in rows} == {"theory"}
    assert len(rows) > 30
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []
