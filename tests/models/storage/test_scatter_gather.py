import doctest
from typing import Any

import pytest

from scalelab.models.storage import scatter_gather
from scalelab.models.storage.scatter_gather import KINDS, simulate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("request_rate", (0.0, -1.0, 2e6, NAN)),
        ("shards", (0, 1025)),
        ("scatter_share", (-0.01, 1.01, 10, NAN)),
        ("service_ms", (0.0, 60_001.0, NAN)),
        ("slow_share", (-0.01, 1.01, NAN)),
        ("timeout_ms", (-1.0, 600_001.0)),
        ("n_queries", (9, 10_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"request_rate": 500, "shards": 4, "n_queries": 100}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(KINDS[0], **{**good, name: value})


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"sub-queries is .*lower n_queries, n_runs or shards"):
        simulate(KINDS[0], 500, 1024, 1.0, n_queries=1_000_000)
    with pytest.raises(ValueError, match="kind is 'Index', allowed are Shard key, Scatter"):
        simulate("Index", 500, 4)


def test_a_percentage_is_told_from_a_share() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(KINDS[0], 500, 4, 10)


def test_examples() -> None:
    assert doctest.testmod(scatter_gather).failed == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_range_s_ends_are_allowed(kind: str) -> None:
    overloaded = simulate(kind, 1e6, 1, 0.5, 60_000.0, 1.0, 0.0, n_queries=200)
    assert overloaded.timed_out > 0.9
    idle = simulate(kind, 0.001, 1024, 0.5, 0.001, n_queries=200)
    assert idle.timed_out == 0.0
    assert idle.utilisation < 1e-6


def test_a_kind_that_nobody_asks_takes_no_time() -> None:
    none = simulate("Scatter-gather", 500, 4, 0.0, n_queries=100)
    assert none.mean == none.p50 == none.p99 == none.timed_out == 0.0
    assert none.ceiling == pytest.approx(800.0)


def test_one_seed_gives_one_result() -> None:
    again = [simulate(KINDS[1], 500, 8, seed=seed) for seed in (5, 5, 6)]
    assert again[0] == again[1] != again[2]
