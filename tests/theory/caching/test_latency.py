import math

import numpy as np
import pytest

from scalelab.models.caching.latency import simulate
from scalelab.theory.caching.latency import (
    Database,
    latency_quantile,
    mean_latency,
    required_hit_ratio,
)


@pytest.mark.parametrize(
    ("connections", "load", "waits"),
    [(1, 0.8, 0.8), (2, 1.6, 0.711111), (10, 9, 0.668732), (100, 95, 0.506457)],
)
def test_without_timeout_it_is_erlang_c(connections: int, load: float, waits: float) -> None:
    database = Database(load, 1.0, connections)
    assert database.probability_of_wait == pytest.approx(waits, abs=1e-6)
    assert database.mean == pytest.approx(1.0 + waits / (connections - load), rel=1e-5)


def test_the_quantile_of_mm1_is_that_of_an_exponential() -> None:
    database = Database(0.8, 1.0, 1)
    assert database.quantile(0.99) == pytest.approx(-math.log(0.01) / 0.2, rel=1e-9)


@pytest.mark.parametrize("hit_ratio", [0.5, 0.76, 0.8, 0.9, 0.95])
def test_simulation_agrees_within_four_standard_errors(hit_ratio: float) -> None:
    runs = [
        simulate(hit_ratio, 2000, timeout_ms=200, n_misses=20_000, n_runs=1, seed=3 * i)
        for i in range(20)
    ]
    database = Database(2000 * (1 - hit_ratio), 0.02, 10, 0.2)
    for measured, expected in (
        ([r.mean for r in runs], 1e3 * mean_latency(hit_ratio, 5e-4, database)),
        ([r.p99 for r in runs], 1e3 * latency_quantile(0.99, hit_ratio, 5e-4, database)),
        ([r.timed_out for r in runs], (1 - hit_ratio) * database.probability_of_timeout),
    ):
        error = np.std(measured, ddof=1) / math.sqrt(len(measured))
        assert abs(np.mean(measured) - expected) < 4 * error + 1e-6


def erlang_b(connections: int, load: float) -> float:
    """Share that finds all connections taken where nobody waits, by Erlang's recursion."""
    blocked = 1.0
    for taken in range(1, connections + 1):
        blocked = load * blocked / (taken + load * blocked)
    return blocked


@pytest.mark.parametrize(("connections", "load"), [(1, 0.5), (10, 7.0), (10, 25.0), (100, 95.0)])
def test_where_nobody_waits_it_is_erlang_b(connections: int, load: float) -> None:
    database = Database(load, 1.0, connections, 0.0)
    assert database.probability_of_timeout == pytest.approx(erlang_b(connections, load))
    assert database.mean == pytest.approx(1.0 - erlang_b(connections, load))


@pytest.mark.parametrize("load", [5.0, 9.9999999, 10.0, 10.0000001, 30.0])
def test_mean_is_the_integral_of_the_tail(load: float) -> None:
    """Also where load and capacity are the same, and nearly so."""
    database = Database(load, 1.0, 10, 3.0)
    times = np.linspace(0.0, 40.0, 40_001)
    tail = np.array([database.tail(t) for t in times])
    assert tail[0] == pytest.approx(1.0)
    assert (np.diff(tail) <= 1e-12).all()
    assert database.mean == pytest.approx(np.trapezoid(tail, times), rel=1e-3)


def test_a_long_timeout_is_none() -> None:
    patient, for_ever = Database(400.0, 0.02, 10, 50.0), Database(400.0, 0.02, 10)
    assert patient.mean == pytest.approx(for_ever.mean)
    assert patient.quantile(0.999) == pytest.approx(for_ever.quantile(0.999))


def test_quantiles_turn_from_hits_to_misses_at_the_hit_ratio() -> None:
    database = Database(200.0, 0.02, 10, 1.0)
    assert latency_quantile(0.9, 0.9, 5e-4, database) == 5e-4
    slow = latency_quantile(0.99, 0.9, 5e-4, database)
    assert 0.1 * database.tail(slow - 5e-4) == pytest.approx(0.01)
    assert database.quantile(0.0) == 0.0
    assert database.tail(-1.0) == 1.0


def test_an_idle_database_only_serves() -> None:
    idle = Database(0.0, 0.02, 10, 1.0)
    assert idle.mean == pytest.approx(0.02)
    assert idle.probability_of_wait == idle.probability_of_timeout == 0.0
    assert idle.quantile(0.99) == pytest.approx(-0.02 * math.log(0.01))


def test_overload_loses_what_the_database_cannot_do() -> None:
    assert Database(1000.0, 0.02, 10, 60.0).probability_of_timeout == pytest.approx(0.5)
    with pytest.raises(ValueError, match="utilisation 2 is 1 or more"):
        Database(1000.0, 0.02, 10)


def test_the_shop_needs_three_hits_in_four() -> None:
    assert required_hit_ratio(2000, 500) == 0.75
    assert required_hit_ratio(400, 500) == 0
