from tests.validation.topics import rows_of


def test_the_managed_database_takes_longer_than_ours() -> None:
    rows = rows_of("replication.failover")
    (miss,) = [row for row in rows if row.explanation]
    assert miss.ours < miss.reference
