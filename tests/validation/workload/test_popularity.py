from collections import Counter

import pytest

from scalelab.validation.row import Row
from scalelab.validation.workload.popularity import HIDDEN, LONG, TOPIC


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(TOPIC.rows())


def test_nothing_misses_without_an_account_of_it(rows: list[Row]) -> None:
    assert {row.kind for row in rows} == {"published", "theory", "peer"}
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []


def test_only_two_cases_are_explained(rows: list[Row]) -> None:
    """One product that hides in a short head, and what the correction for luck leaves over."""
    explained = [row for row in rows if row.verdict == "explained"]
    of = Counter(row.settings.split(" objects")[0] for row in explained)
    assert set(of) == {f"{n:,} requests, {objects:,}" for n, objects, *_ in (LONG, HIDDEN)}
    (little,) = [row for row in explained if row.settings.startswith(f"{LONG[0]:,}")]
    assert little.difference < 0.0005
