from scalelab.validation.replication.read_write_split import TOPIC


def test_every_row_agrees() -> None:
    rows = list(TOPIC.rows())
    assert {row.kind for row in rows} == {"published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []
