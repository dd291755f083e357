import doctest
from typing import Any

import pytest

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.models.caching import latency
from scalelab.models.caching.latency import simulate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hit_ratio", (-0.01, 1.01, 90, NAN)),
        ("request_rate", (0.0, -1.0, 2e6, NAN)),
        ("cache_ms", (-1.0, 60_001.0)),
        ("database_ms", (0.0, 60_001.0)),
        ("connections", (0, 10_001)),
        ("timeout_ms", (-1.0, 600_001.0)),
        ("n_misses", (99, 100_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"hit_ratio": 0.9, "request_rate": 2000, "n_misses": 100}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**good, name: value})


def test_a_percentage_is_told_from_a_share() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(90, 2000)


def test_examples() -> None:
    assert doctest.testmod(latency).failed == 0


def test_the_range_s_ends_are_allowed() -> None:
    assert simulate(1.0, 1e6).mean == DATA_CENTRE_ROUND_TRIP.value
    assert simulate(0.0, 1e-6, n_misses=100).utilisation < 1e-6
    assert simulate(0.0, 1e6, timeout_ms=0.0, connections=1, n_misses=100).timed_out > 0.9


def test_one_seed_gives_one_result() -> None:
    assert simulate(0.8, 2000, seed=5) == simulate(0.8, 2000, seed=5)
    assert simulate(0.8, 2000, seed=5) != simulate(0.8, 2000, seed=6)
