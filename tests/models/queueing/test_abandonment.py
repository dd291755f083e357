"""Queues with patience: simulated against exact, and against the models that they contain."""

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.queueing.erlang import erlang_b, mean_wait
from scalelab.models.queueing.abandonment import Queue, Simulated, poisson, simulate
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.law import constant, exponential, lognormal, two_moments
from scalelab.theory.queueing import abandonment as theory

M = exponential(1.0)


def agrees(found: Estimate, expected: float) -> None:
    assert found.mean == pytest.approx(expected, abs=4.0 * found.se + 1e-12)


def all_agree(found: Simulated, expected: Queue) -> None:
    for field in fields(expected):
        agrees(getattr(found, field.name), getattr(expected, field.name))
    assert found.wait_s.se < 0.05 * found.wait_s.mean


@pytest.mark.parametrize(
    ("rate", "servers", "patience", "places"),
    [(0.8, 1, 0.5, None), (3.5, 3, 2.0, None), (48.0, 50, 2.0, None), (3.0, 2, 2.0, 5),
     (5.0, 1, 1.0, 2)],
)  # fmt: skip
def test_simulated_as_erlang_a(
    rate: float, servers: int, patience: float, places: int | None
) -> None:
    found = simulate(exponential(1.0 / rate), M, servers, exponential(patience), places)
    all_agree(found, poisson(rate, 1.0, servers, patience, places))


@pytest.mark.parametrize(("rate", "servers"), [(0.7, 1), (4.0, 5)])
def test_endless_patience_is_erlang_c(rate: float, servers: int) -> None:
    found = simulate(exponential(1.0 / rate), M, servers, None, n_customers=3_000_000)
    agrees(found.wait_s, mean_wait(rate, 1.0, servers))
    assert found.abandoned == Estimate(0.0, 0.0)
    assert found.served_wait_s == found.wait_s
    assert poisson(rate, 1.0, servers, None).wait_s == pytest.approx(mean_wait(rate, 1.0, servers))


@pytest.mark.parametrize("service", [M, constant(1.0), two_moments(1.0, 4.0)])
def test_no_patience_is_erlang_b(service: Any) -> None:
    """Of which the law of the service does not matter."""
    arrival = exponential(1.0 / 4.0)
    hasty = simulate(arrival, service, 5, constant(1e-9))
    agrees(hasty.abandoned, erlang_b(4.0, 5))
    full = simulate(arrival, service, 5, None, places=5)
    agrees(full.blocked, erlang_b(4.0, 5))
    assert hasty.abandoned.mean == pytest.approx(full.blocked.mean, abs=1e-4)


@pytest.mark.parametrize(("rate", "servers", "patience"), [(0.8, 1, 0.5), (3.5, 3, 2.0)])
def test_constant_patience(rate: float, servers: int, patience: float) -> None:
    found = simulate(exponential(1.0 / rate), M, servers, constant(patience))
    expected = theory.constant_patience(rate, 1.0, servers, patience)
    agrees(found.abandoned, expected.abandoned)
    agrees(found.wait_s, expected.wait)
    agrees(found.served_wait_s, expected.served_wait)
    agrees(found.waits, expected.delayed)


def test_lognormal_patience() -> None:
    """M/M/c+G by integration; the share that is more patient than u, worked out with erfc."""
    mean, cv2 = 2.0, 3.0
    s = math.sqrt(math.log1p(cv2))
    u = np.linspace(1e-9, 400.0, 400_001)
    more = [0.5 * math.erfc((math.log(x / mean) + 0.5 * s * s) / (s * math.sqrt(2.0))) for x in u]
    area = np.concatenate([[0.0], np.cumsum(0.5 * (np.array(more[1:]) + more[:-1]) * np.diff(u))])
    expected = theory.general(3.5, 1.0, 3, lambda x: np.interp(x, u, area))
    found = simulate(exponential(1.0 / 3.5), M, 3, lognormal(mean, cv2), n_customers=2_000_000)
    agrees(found.abandoned, expected.abandoned)
    agrees(found.served_wait_s, expected.served_wait)
    agrees(found.wait_s, expected.wait)


def test_regular_arrivals_lose_fewer() -> None:
    even = simulate(constant(1.0), constant(0.9), 1, exponential(1.0))
    assert even.abandoned.mean == 0.0
    assert even.utilisation.mean == pytest.approx(0.9)
    bursts = simulate(two_moments(1.0, 4.0), M, 1, exponential(1.0))
    assert bursts.abandoned.mean > poisson(1.0, 1.0, 1, 1.0).abandoned > 0.1


def test_the_same_again() -> None:
    first = simulate(M, M, 1, M, n_customers=3200)
    assert first == simulate(M, M, 1, M, n_customers=3200)
    assert first != simulate(M, M, 1, M, n_customers=3200, seed=2)


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"servers": 0}, "servers is 0"), ({"places": 1}, "places is 1, allowed is 2 to 1000000"),
     ({"arrival_rate_per_s": 0.0}, "arrival_rate_per_s is 0.0 1/s"),
     ({"service_time_s": math.nan}, "service_time_s is nan s"),
     ({"patience_s": 0.0}, "patience_s is 0.0 s"),
     ({"patience_s": None}, "utilisation is 1.500, .* give patience_s or places"),
     ({"arrival_rate_per_s": 1e6, "patience_s": 1e3}, "number that would wait .* limit places")],
)  # fmt: skip
def test_what_is_refused(changed: dict[str, Any], told: str) -> None:
    wanted = {"arrival_rate_per_s": 3.0, "service_time_s": 1.0, "servers": 2, "patience_s": 1.0}
    with pytest.raises(ValueError, match=told):
        poisson(**{**wanted, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"servers": 0}, "servers is 0"), ({"places": 1}, "places is 1"),
     ({"n_customers": 100}, "n_customers is 100"), ({"warm_up": -1}, "warm_up is -1"),
     ({"seed": -1}, "seed is -1"), ({"patience": None}, "utilisation is 1.500, .* give patience")],
)  # fmt: skip
def test_what_a_run_refuses(changed: dict[str, Any], told: str) -> None:
    wanted = {"arrival": exponential(1 / 3), "service": M, "servers": 2, "patience": M}
    with pytest.raises(ValueError, match=told):
        simulate(**{**wanted, **changed})
