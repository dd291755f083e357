from scalelab.validation.multi_region.routing import TOPIC


def test_every_row_agrees_but_the_one_that_is_explained() -> None:
    rows = list(TOPIC.rows())
    assert [row.quantity for row in rows if row.verdict == "misses"] == []
    explained = [row.quantity for row in rows if row.verdict == "explained"]
    assert explained == ["Distance with a far resolver over that with none"]
    assert all(row.tolerance < 0.3 * row.reference for row in rows)
    assert len(rows) > 25
