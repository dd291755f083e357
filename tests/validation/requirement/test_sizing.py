from tests.validation.topics import rows_of


def test_the_recorded_path_is_no_empty_one() -> None:
    rows = rows_of("requirement.sizing")
    paths = [row for row in rows if "recorded visits" in row.settings]
    assert len(paths) == 3
    assert all(row.ours > 500 for row in paths)
