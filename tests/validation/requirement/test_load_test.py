from tests.validation.topics import rows_of


def test_a_correction_is_below_the_truth() -> None:
    rows = rows_of("requirement.load_test")
    (explained,) = [row for row in rows if row.explanation]
    assert explained.ours < explained.reference
