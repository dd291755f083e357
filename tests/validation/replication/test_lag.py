from tests.validation.topics import rows_of


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be() -> None:
    """A longer lag than in any order, and a shorter tail than in production."""
    rows = rows_of("replication.lag")
    explained = [row for row in rows if row.explanation]
    assert len(explained) == 4
    assert all(row.ours > row.reference for row in explained)
