from tests.validation.topics import rows_of


def test_what_the_correction_misses_the_grid_gives() -> None:
    rows = rows_of("requirement.timing")
    explained = [row for row in rows if row.explanation]
    assert len(explained) == 3
    (never,) = [row for row in explained if row.quantity == "Never needed"]
    (grid,) = [
        row for row in rows
        if (row.quantity, row.settings, row.kind) == (never.quantity, never.settings, "peer")
    ]  # fmt: skip
    assert grid.verdict == "agrees"
    assert grid.ours == never.ours
