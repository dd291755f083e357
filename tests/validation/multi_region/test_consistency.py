from tests.validation.topics import rows_of

from scalelab.validation.multi_region.consistency import CROSSING


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be() -> None:
    """A first crossing is early, so the paper's times are shorter than ours."""
    rows = rows_of("multi_region.consistency")
    explained = [row for row in rows if row.explanation == CROSSING]
    assert len(explained) == 8
    assert all(row.ours > row.reference for row in explained)
