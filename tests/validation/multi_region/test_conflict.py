from scalelab.validation.multi_region.conflict import TOPIC


def test_every_row_agrees_and_nothing_is_explained_away() -> None:
    rows = list(TOPIC.rows())
    assert [(row.quantity, row.settings) for row in rows if row.verdict != "agrees"] == []
    assert all(row.tolerance < 0.35 * row.reference for row in rows if row.reference > 0.0)
    assert len(rows) > 20
