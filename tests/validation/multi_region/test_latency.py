from tests.validation.topics import rows_of


def test_what_is_explained_is_on_the_side_that_it_is_explained_to_be() -> None:
    """Regions added one by one are farther away; straight pairs are faster than the model."""
    rows = rows_of("multi_region.latency")
    explained = [row for row in rows if row.explanation]
    assert all(row.ours > row.reference for row in explained if "greedy" in row.settings)
    for row in explained:
        if row.quantity == "Round trip (ms)":
            stretch = float(row.explanation.removesuffix(".").split()[-1])
            assert (row.ours > row.reference) == (stretch < 1.8)
