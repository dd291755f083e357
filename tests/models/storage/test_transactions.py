import doctest
from typing import Any

import pytest

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.models.storage import transactions
from scalelab.models.storage.transactions import NEAR_MS, simulate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("request_rate", (0.0, -1.0, 2e6, NAN)),
        ("cross_share", (-0.01, 1.01, 10, NAN)),
        ("round_trip_ms", (-1.0, 60_001.0, NAN)),
        ("participants", (0, 1001)),
        ("jitter_ms", (-1.0, 60_001.0)),
        ("rows", (0, 100_001)),
        ("touched", (0, 6)),
        ("retries", (-1, 101)),
        ("backoff_ms", (-1.0, 600_001.0)),
        ("crash_share", (-0.1, 1.1)),
        ("recovery_s", (-1.0, 3601.0)),
        ("execution_ms", (-1.0, 60_001.0)),
        ("log_ms", (-1.0, 60_001.0)),
        ("n_transactions", (9, 10_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"request_rate": 200, "cross_share": 0.1, "rows": 5}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**good, name: value})


def test_advice() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(200, 10)
    with pytest.raises(ValueError, match="no more than there are hot rows"):
        simulate(200, 0.1, rows=2, touched=3)
    with pytest.raises(ValueError, match=r"execution_ms \+ log_ms is 0.*lasts for some time"):
        simulate(200, 0.1, execution_ms=0.0, log_ms=0.0)


def test_examples() -> None:
    assert doctest.testmod(transactions).failed == 0


def test_the_range_s_ends_are_allowed() -> None:
    none = simulate(1e6, 1.0, 60_000.0, crash_share=1.0, n_transactions=100)
    assert none.aborted == 1.0
    assert none.p50 == none.p99 == none.committed_rate == 0.0
    idle = simulate(0.001, 0.0, 0.0, rows=100_000, touched=100, n_transactions=10, retries=100)
    assert idle.aborted == 0.0
    assert idle.attempts == 1.0
    assert idle.p50 == 2.0


def test_the_default_is_a_data_centre() -> None:
    assert DATA_CENTRE_ROUND_TRIP.value == NEAR_MS
    assert simulate(200, 1.0) == simulate(200, 1.0, NEAR_MS)


def test_one_seed_gives_one_result() -> None:
    again = [simulate(200, 0.1, seed=seed) for seed in (5, 5, 6)]
    assert again[0] == again[1] != again[2]
