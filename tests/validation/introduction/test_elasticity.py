from scalelab.validation.introduction.elasticity import TOPIC


def test_every_row_agrees() -> None:
    rows = list(TOPIC.rows())
    assert {row.kind for row in rows} == {"peer", "published", "theory"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []
