import doctest
from typing import Any

import pytest

from scalelab.models.caching import freshness
from scalelab.models.caching.freshness import STRATEGIES, simulate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ttl", (0.0, 2e7, NAN)),
        ("read_rate", (0.0, 2e6, NAN)),
        ("write_rate", (-1.0, 2e6)),
        ("fetch_ms", (-1.0, 3_600_001.0)),
        ("delay_ms", (-1.0, 3_600_001.0)),
        ("flush", (0.0, 86_401.0)),
        ("n_changes", (9, 1_000_000_001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"strategy": "TTL only", "ttl": 1, "read_rate": 1, "write_rate": 1}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**good, name: value})


def test_an_unknown_strategy_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'magic', allowed are TTL only, .*Write-behind"):
        simulate("magic", 1, 1, 1)


def test_examples() -> None:
    assert doctest.testmod(freshness).failed == 0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_range_s_ends_are_allowed(strategy: str) -> None:
    for ttl, read_rate, write_rate, fetch_ms in (
        (0.001, 1e-6, 1e6, 0.0), (1e7, 1e6, 0.0, 3.6e6), (0.001, 1e6, 1e6, 3.6e6),
    ):  # fmt: skip
        found = simulate(strategy, ttl, read_rate, write_rate, fetch_ms, n_changes=100)
        assert 0.0 <= found.hit_ratio <= 1.0
        assert 0.0 <= found.old <= 1.0


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate("TTL only", 5, 2, 0.1, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
