from tests.validation.topics import rows_of


def test_bands_hold_less_than_they_promise_where_the_truth_is_not_known() -> None:
    rows = rows_of("requirement.projection")
    nominal = [row for row in rows if row.quantity == "Days in the 95% band"]
    assert len(nominal) == 5
    assert all(0.6 < row.ours < 0.93 for row in nominal)
    widened = [row for row in rows if row.quantity == "Days in the widened band"]
    assert all(wide.ours > band.ours for wide, band in zip(widened, nominal, strict=True))


def test_a_known_truth_is_found() -> None:
    rows = rows_of("requirement.projection")
    known = [row for row in rows if "shops" in row.settings]
    assert len(known) == 18
    assert {row.verdict for row in known} == {"agrees"}
