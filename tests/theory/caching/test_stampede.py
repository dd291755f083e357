import math

import numpy as np
import pytest

from scalelab.kernels.caching.stampede import (
    EARLY,
    LEASE,
    NONE,
    PER_SERVER,
    next_request,
    stampede,
)
from scalelab.kernels.random import generator
from scalelab.models.caching.stampede import simulate
from scalelab.theory.caching.stampede import (
    crowded_peak,
    early_nobody,
    early_recomputations,
    early_sooner_than,
    lease_wait,
    per_server_recomputations,
    unprotected_recomputations,
)


def agree(measured: list[float], expected: float) -> None:
    error = np.std(measured, ddof=1) / math.sqrt(len(measured))
    assert abs(np.mean(measured) - expected) < 4 * error


def recomputations(
    protection: int, rate: float, ms: float, servers: int, beta: float
) -> list[float]:
    return [
        stampede(1 << protection, rate, ms, 100_000, servers, beta, 60.0, 100, 2, seed)[0, 5]
        for seed in range(20)
    ]


@pytest.mark.parametrize(
    ("protection", "beta", "expected"),
    [
        (NONE, 1.0, unprotected_recomputations(200, 0.2)),
        (PER_SERVER, 1.0, per_server_recomputations(200, 0.2, 32)),
        (EARLY, 1.0, early_recomputations(1.0)),
        (EARLY, 0.5, early_recomputations(0.5)),
        (EARLY, 3.0, early_recomputations(3.0)),
    ],
)
def test_simulation_agrees_within_four_standard_errors(
    protection: int, beta: float, expected: float
) -> None:
    agree(recomputations(protection, 200.0, 200.0, 32, beta), expected)


def test_waits_for_a_lease_agree_within_four_standard_errors() -> None:
    waiting, wait = lease_wait(200.0, 0.2)
    rows = [
        stampede(1 << LEASE, 200.0, 200.0, 20, 8, 1.0, 60.0, 200, 2, seed)[0] for seed in range(20)
    ]
    agree([row[9] for row in rows], waiting)
    agree([row[10] for row in rows], 1e3 * wait)


@pytest.mark.parametrize(("scale", "within"), [(1, 0.1), (10, 0.02), (50, 0.005)])
def test_the_herd_comes_to_its_fluid_limit_as_it_grows(scale: int, within: float) -> None:
    """On a database that slows down: twice as many as it can run, and the herd feeds itself."""
    found = simulate("No protection", 200.0 * scale, 200.0, parallel=20 * scale, n_expiries=400)
    assert found.recomputations == pytest.approx(
        crowded_peak(200.0 * scale, 0.2, 20 * scale), rel=within
    )


def test_a_database_that_is_not_crowded_recomputes_what_comes() -> None:
    assert crowded_peak(200.0, 0.2, 100) == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("rate", "recompute", "beta", "ttl"), [(5, 0.5, 1, 60), (2, 1, 0.5, 2), (40, 0.05, 0.4, 1)]
)
def test_early_recomputation_begins_as_soon_as_the_closed_forms_say(
    rate: float, recompute: float, beta: float, ttl: float
) -> None:
    n = 4000
    state = generator(3)
    first = np.array([next_request(state, -ttl, rate, beta * recompute) for _ in range(n)])
    nobody = early_nobody(rate, recompute, ttl, beta)
    sooner = early_sooner_than(recompute, rate, recompute, beta)
    before_all = early_sooner_than(ttl, rate, recompute, beta)  # impossible in a life of ttl
    sooner = (sooner - before_all) / (1.0 - before_all)
    for measured, expected in ((first >= 0.0, nobody), (first < -recompute, sooner)):
        error = math.sqrt(expected * (1.0 - expected) / n)
        assert abs(measured.mean() - expected) < 4 * error


def test_known_value_of_xfetch() -> None:
    assert early_nobody(5, 0.5, 60) == pytest.approx(0.0821, abs=1e-4)
