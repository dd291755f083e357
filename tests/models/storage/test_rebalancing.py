import doctest
from typing import Any

import numpy as np
import pytest

from scalelab.models.storage import rebalancing
from scalelab.models.storage.rebalancing import ORDERS, simulate
from scalelab.theory.storage.rebalancing import Shard, hours_to_move

SHOP_FIRST, IN_TURN = ORDERS
NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("spare_share", (-0.01, 1.0, 50, NAN)),
        ("chunk_ms", (0.0, 60_001.0, NAN)),
        ("utilisation", (0.0, 1.0, 60, NAN)),
        ("service_ms", (0.0, 60_001.0)),
        ("data_tb", (0.0, 10_001.0)),
        ("growth", (-0.1, 11.0)),
        ("disk_mb_per_s", (0.0, 100_001.0)),
        ("n_requests", (99, 10_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"n_requests": 100}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(SHOP_FIRST, **{**good, name: value})


def test_an_unknown_order_is_named() -> None:
    with pytest.raises(ValueError, match="order is 'Copy first', allowed are The shop's"):
        simulate("Copy first")


def test_very_many_chunks_to_a_request_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 1000 times chunk_ms"):
        simulate(SHOP_FIRST, chunk_ms=1.0, service_ms=1001.0)


def test_examples() -> None:
    assert doctest.testmod(rebalancing).failed == 0


def test_the_ranges_ends_are_allowed() -> None:
    for order in ORDERS:
        busy = simulate(order, 0.99, 100.0, 0.99, 5.0, 10_000.0, 10.0, n_requests=100)
        assert np.isfinite([busy.mean, busy.p99, busy.hours]).all()
        assert busy.moved < 1.0
        assert busy.utilisation == 1.0
        idle = simulate(order, 0.0, 0.1, 0.01, 0.01, 0.001, 0.0, n_requests=100)
        assert idle.hours == idle.moved == idle.copy_rate == 0.0


@pytest.mark.parametrize(
    ("order", "spare", "chunk", "utilisation"),
    [
        (SHOP_FIRST, 0.0, 100.0, 0.6),
        (SHOP_FIRST, 0.5, 100.0, 0.6),
        (SHOP_FIRST, 0.9, 20.0, 0.5),
        (SHOP_FIRST, 0.3, 20.0, 0.85),
        (IN_TURN, 0.5, 20.0, 0.6),
        (IN_TURN, 0.3, 100.0, 0.5),
    ],
)
def test_latencies_are_those_of_the_closed_form(
    order: str, spare: float, chunk: float, utilisation: float
) -> None:
    """Within four standard errors, which independent runs show."""
    runs = [
        simulate(order, spare, chunk, utilisation, n_requests=60_000, n_runs=1, seed=10 * run)
        for run in range(16)
    ]
    shard = Shard(utilisation, spare * (1.0 - utilisation), 5.0, chunk)
    first = order == SHOP_FIRST
    for found, expected in (
        ([run.mean for run in runs], shard.mean_shop_first if first else shard.mean_in_turn),
        ([run.p99 for run in runs], shard.quantile(0.99, shop_first=first)),
    ):
        error = np.std(found, ddof=1) / len(found) ** 0.5
        assert error < 0.03 * expected  # or four of them would prove nothing
        assert np.mean(found) == pytest.approx(expected, abs=4 * error)


@pytest.mark.parametrize(
    ("utilisation", "spare", "growth", "data"),
    [(0.6, 0.5, 0.0, 2.0), (0.6, 0.5, 0.1, 5.0), (0.9, 0.9, 0.1, 5.0), (0.3, 0.05, 0.5, 0.1)],
)
def test_hours_are_those_of_the_closed_form(
    utilisation: float, spare: float, growth: float, data: float
) -> None:
    ours = simulate(
        SHOP_FIRST, spare, utilisation=utilisation, data_tb=data, growth=growth, n_requests=100
    )
    hours = hours_to_move(data * 1e6 / 200.0 / 3600.0, utilisation, growth, spare)
    assert ours.hours == pytest.approx(hours, rel=1e-9)
    assert ours.moved == 1.0
    assert ours.utilisation == pytest.approx(utilisation * (1.0 + growth) ** (hours / 168.0))


def test_one_seed_gives_one_result() -> None:
    one, same, other = (simulate(IN_TURN, n_requests=200, seed=seed) for seed in (5, 5, 6))
    assert one == same != other
