"""The lag's table against lists and an apply process event by event, and what always holds."""

from typing import Any

import numpy as np
import pytest
from tests.kernels.replication import lag_reference as reference

from scalelab.kernels.jit import Table
from scalelab.kernels.replication.lag import (
    ALIKE,
    BATCH,
    DISTRIBUTION,
    EXPONENTIAL,
    IN_ORDER,
    NOTHING,
    QUERY,
    SALE,
    SEVERAL,
    WHOLE,
    lag,
)

STORY: dict[str, Any] = {
    "write_rate": 200.0, "size": 10, "apply_ms": 4.0, "law": EXPONENTIAL, "n_workers": 1,
    "round_trip_ms": 5.0, "jitter_ms": 2.0, "factor": 3.0, "sale_s": 4.0, "batch_s": 0.0,
    "blocked_s": 0.0, "before_s": 5.0, "after_s": 40.0, "n_points": 30, "n_tail": 15,
    "n_transactions": 10**9, "n_runs": 2, "seed": 3,
}  # fmt: skip
SHARE, FEWEST, MOST, P50, P99, LARGEST, BEHIND, LOW, HIGH, CAUGHT = range(6, 16)
RATE, CAPACITY, USED, FLUID_PEAK, FLUID_BEHIND, FLUID_ENDS, CALM, MEAN, LASTS, EVENT = range(16, 26)


def table(**changed: Any) -> Table:
    return lag(*{**STORY, **changed}.values())


def whole(**changed: Any) -> Any:
    return table(**changed)[-1]


CASES: list[dict[str, Any]] = [
    {},
    {"n_workers": 4},
    {"factor": 1.0},
    {"law": ALIKE, "n_workers": 2},
    {"factor": 1.0, "batch_s": 6.0, "n_workers": 4},
    {"blocked_s": 7.0, "n_workers": 2},
    {"factor": 1.0, "batch_s": 3.0, "blocked_s": 3.0, "write_rate": 100.0},
    {"write_rate": 1.0, "size": 5, "apply_ms": 10.0},
    {"write_rate": 400.0, "n_workers": 2},
    {"jitter_ms": 200.0, "apply_ms": 0.1},
]


@pytest.mark.parametrize("changed", CASES, ids=str)
def test_as_lists(changed: dict[str, Any]) -> None:
    settings = {**STORY, **changed}
    found = table(**changed)
    expected = reference.lag(settings, found[-1, CAPACITY])
    last = found[-1]
    assert last[0] == WHOLE
    for column, name in ((P50, "p50"), (P99, "p99"), (LARGEST, "largest")):
        assert last[column] == expected[name]
    assert last[MEAN] == pytest.approx(expected["mean"], rel=1e-12)
    assert last[CALM] == 1e3 * expected["calm"]
    if None in expected["behind"]:
        assert last[[BEHIND, LOW, HIGH, CAUGHT]].tolist() == [0.0, 0.0, 0.0, 0.0]
    else:
        assert last[LOW] == min(expected["behind"])
        assert last[HIGH] == max(expected["behind"])
        assert last[BEHIND] == pytest.approx(np.mean(expected["behind"]))
        assert last[CAUGHT] == 1.0

    for row, means in zip(found, zip(*expected["lines"], strict=True), strict=False):
        there = [mean for mean in means if mean is not None]
        assert row[5] == bool(there)
        if there:
            assert row[2:5] == pytest.approx([np.mean(there), min(there), max(there)], rel=1e-9)

    tail = found[found[:, 0] == DISTRIBUTION]
    assert tail[0, 2] == pytest.approx(expected["smallest"])
    assert tail[-1, 2] == pytest.approx(expected["largest"])
    for row in tail[1:-1]:
        shares = [reference.beyond(ordered, row[2]) for ordered in expected["each"]]
        assert row[[SHARE, FEWEST, MOST]] == pytest.approx(
            [np.mean(shares), min(shares), max(shares)], abs=1e-12
        )


def test_all_that_is_compared_happens_in_the_cases() -> None:
    found = [whole(**changed) for changed in CASES]
    assert {row[CAUGHT] for row in found} == {0.0, 1.0}
    assert {row[FLUID_ENDS] for row in found} == {0.0, 1.0}
    assert any((table(**changed)[:30, 5] == 0.0).any() for changed in CASES)


@pytest.mark.parametrize("changed", CASES, ids=str)
def test_what_always_holds(changed: dict[str, Any]) -> None:
    found = table(**changed)
    assert np.isfinite(found).all()
    assert (found >= -5.0).all()
    tail = found[found[:, 0] == DISTRIBUTION]
    assert (np.diff(tail[:, 2]) > 0.0).all()
    assert (np.diff(tail[:, SHARE]) <= 0.0).all()
    assert (tail[:, FEWEST] <= tail[:, SHARE] + 1e-12).all()
    assert (tail[:, SHARE] <= tail[:, MOST] + 1e-12).all()
    assert tail[0, 2] >= 0.0025  # half a round trip
    last = found[-1]
    assert last[P50] <= last[P99] <= last[LARGEST]
    assert last[LOW] <= last[BEHIND] + 1e-12 <= last[HIGH] + 2e-12


def test_workers_and_their_limit() -> None:
    """In order, more of them apply less than so many times as much, unless work is all alike."""
    assert list(IN_ORDER) == sorted(IN_ORDER)
    assert all(1.0 <= factor <= c for c, factor in enumerate(IN_ORDER, 1))
    one = whole()[CAPACITY]
    assert one == pytest.approx(1e3 / 40.0)
    assert whole(n_workers=2)[CAPACITY] == pytest.approx(1.5 * one)
    assert whole(n_workers=8, law=ALIKE)[CAPACITY] == pytest.approx(8.0 * one)
    np.testing.assert_array_equal(table(n_workers=16), table(n_workers=99))
    np.testing.assert_array_equal(table(n_workers=1), table(n_workers=0))
    largest = [whole(n_workers=c)[LARGEST] for c in (1, 2, 4, 8, 16)]
    assert largest == sorted(largest, reverse=True)


def test_a_batch_lags_by_its_own_work_with_any_number_of_workers() -> None:
    for c in (1, 4, 16):
        assert 10.0 < whole(factor=1.0, batch_s=10.0, n_workers=c, law=ALIKE)[LARGEST] < 10.6


def test_fewer_runs_if_there_is_too_much_to_apply() -> None:
    """One run is left at least, and it is the first of them."""
    np.testing.assert_array_equal(table(n_transactions=1), table(n_runs=1))
    mean = 20.0 * (45.0 + 2.0 * 4.0) + 1.0
    np.testing.assert_array_equal(table(n_transactions=int(2.5 * mean), n_runs=9), table(n_runs=2))


@pytest.mark.parametrize(
    ("changed", "peak", "behind", "ends"),
    [
        ({}, 4 * 1.4, 4 * 1.6 / 0.2, 1),
        ({"factor": 1.0}, 0.0, 0.0, 1),
        ({"factor": 1.0, "batch_s": 3.0}, 3.0, 15.0, 1),
        ({"factor": 1.0, "batch_s": 3.0, "blocked_s": 2.0}, 5.0, 25.0, 1),
        ({"blocked_s": 2.0}, 2.0 + 4 * 1.4, 10.0 + 32.0, 1),
        # A sale that it could keep up with: over before its end, or after.
        ({"write_rate": 50.0, "blocked_s": 1.0}, 1.0, 1.0 / 0.4, 1),
        ({"write_rate": 50.0, "blocked_s": 2.0}, 2.0, (2.0 + 0.4 * 4) / 0.8, 1),
        ({"write_rate": 250.0}, 8.0, 0.0, 0),
    ],
)
def test_forecast_by_hand(changed: dict[str, Any], peak: float, behind: float, ends: int) -> None:
    found = whole(**changed)
    assert found[FLUID_PEAK] == pytest.approx(peak, abs=1e-12)
    assert found[FLUID_BEHIND] == pytest.approx(behind, abs=1e-12)
    assert found[FLUID_ENDS] == ends


@pytest.mark.parametrize(
    ("changed", "event", "lasts"),
    [
        ({}, SALE, 4.0),
        ({"factor": 1.0}, NOTHING, 0.0),
        ({"factor": 1.0, "batch_s": 3.0}, BATCH, 3.0),
        ({"factor": 1.0, "blocked_s": 3.0}, QUERY, 3.0),
        ({"blocked_s": 9.0}, SEVERAL, 9.0),
    ],
)
def test_what_happens(changed: dict[str, Any], event: int, lasts: float) -> None:
    assert whole(**changed)[[EVENT, LASTS]].tolist() == [event, lasts]


def test_one_seed_gives_one_table() -> None:
    np.testing.assert_array_equal(table(), table())
    assert (table() != table(seed=4)).any()


def test_nothing_commits() -> None:
    found = table(write_rate=1e-6)
    assert np.isfinite(found).all()
    assert found[-1, [P50, P99, LARGEST, MEAN, CAUGHT]].tolist() == [0.0, 0.0, 1e-9, 0.0, 0.0]
