from tests.validation.topics import rows_of


def test_absences_make_the_think_time_too_long() -> None:
    rows = rows_of("workload.think_time")
    *whole_seconds, absences = [row for row in rows if row.explanation]
    assert absences.ours > absences.reference + 2.0
    for row in whole_seconds:
        assert 0.0 < row.ours - row.reference < 0.03 * row.reference
