from tests.validation.topics import rows_of


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be() -> None:
    rows = rows_of("replication.stale_reads")
    explained = {(row.quantity, row.kind): row for row in rows if row.explanation}
    assert len(explained) == 5  # two utilisations share a name
    for (quantity, kind), row in explained.items():
        # A lag for each read counts too many steps back, independent queues too many as well.
        assert (row.ours > row.reference) == ((quantity, kind) != (
            "A session sees its write and later not, at random", "theory"
        ))  # fmt: skip
