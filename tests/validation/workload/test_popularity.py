from collections import Counter

from tests.validation.topics import rows_of

from scalelab.validation.workload.popularity import HIDDEN, LONG


def test_only_two_cases_are_explained() -> None:
    """One product that hides in a short head, and what the correction for luck leaves over."""
    rows = rows_of("workload.popularity")
    explained = [row for row in rows if row.verdict == "explained"]
    of = Counter(row.settings.split(" objects")[0] for row in explained)
    assert set(of) == {f"{n:,} requests, {objects:,}" for n, objects, *_ in (LONG, HIDDEN)}
    (little,) = [row for row in explained if row.settings.startswith(f"{LONG[0]:,}")]
    assert little.difference < 0.0005
