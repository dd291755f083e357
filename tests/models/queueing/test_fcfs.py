"""First come, first served: exact and simulated against closed forms that are exact."""

import math
from typing import Any

import numpy as np
import pytest
from tests.kernels.queueing import fcfs_reference as plain

from scalelab.kernels.queueing.fcfs import LANES, SORTED_MOST
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.fcfs import poisson, simulate
from scalelab.models.queueing.law import (
    Law,
    constant,
    exponential,
    lognormal,
    pareto,
    two_moments,
)
from scalelab.theory.queueing import approximations, gim1, mg1, mm1
from scalelab.theory.queueing.precision import relative_error

MANY = SORTED_MOST + 6


def agrees(found: Estimate, expected: float, most: float = 0.03) -> None:
    assert found.mean == pytest.approx(expected, abs=4.0 * found.se + 1e-12)
    assert found.se <= most * expected


@pytest.mark.parametrize(
    ("servers", "load"), [(1, 0.5), (1, 0.9), (4, 0.8), (10, 0.9), (MANY, 0.9)]
)
def test_simulated_as_exact(servers: int, load: float) -> None:
    rate = load * servers / 0.5
    exact = poisson(rate, 0.5, servers)
    found = simulate(exponential(1.0 / rate), exponential(0.5), servers, 6_000_000)
    for name in ("utilisation", "waits", "wait_s", "response_s", "waiting"):
        agrees(getattr(found, name), getattr(exact, name))


@pytest.mark.parametrize(
    "service",
    [constant(2.0), two_moments(2.0, 0.3), two_moments(2.0, 4.0), lognormal(2.0, 2.0),
     pareto(2.0, 2.5, 1000.0)],
)  # fmt: skip
def test_any_service(service: Law) -> None:
    found = simulate(exponential(2.0 / 0.7), service, n_customers=6_000_000)
    agrees(found.wait_s, mg1.mean_wait(0.7, 2.0, service.cv2), 0.05)
    agrees(found.waits, 0.7)
    agrees(found.waiting, mg1.mean_wait(0.7, 2.0, service.cv2) * 0.35, 0.05)


@pytest.mark.parametrize(
    ("arrival", "transform"),
    [(constant(1.25), gim1.constant(1.25)), (two_moments(1.25, 0.25), gim1.erlang(1.25, 4)),
     (two_moments(1.25, 4.0), gim1.hyperexponential(1.25, 4.0))],
)  # fmt: skip
def test_any_arrivals(arrival: Law, transform: gim1.Transform) -> None:
    found = simulate(arrival, exponential(1.0), n_customers=6_000_000)
    agrees(found.wait_s, gim1.mean_wait(transform))
    agrees(found.waits, gim1.sigma(transform))
    # The tail of a wait is exponential, for any arrivals.
    busy = gim1.sigma(transform)
    for q in (0.9, 0.99):
        expected = math.log(busy / (1.0 - q)) / (1.0 - busy)
        assert found.wait_quantile_s(q) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(("arrival_cv2", "service_cv2"), [(0.25, 1.0), (2.0, 0.5), (0.5, 2.0)])
def test_approximations_are_near(arrival_cv2: float, service_cv2: float) -> None:
    """Within a fifth at a load where many wait; where they are exact is shown with theory."""
    for servers in (1, 4):
        load = 0.9 * servers
        found = simulate(
            two_moments(1.0 / load, arrival_cv2), two_moments(1.0, service_cv2), servers, 4_000_000
        )
        about = approximations.allen_cunneen(load, servers, arrival_cv2, service_cv2)
        assert found.wait_s.mean == pytest.approx(about, rel=0.2)
        if servers == 1:
            assert approximations.kingman(0.9, arrival_cv2, service_cv2) == pytest.approx(about)


def test_everybody_by_appointment() -> None:
    """Nothing varies, so nobody waits, up to the last digit of a time."""
    found = simulate(constant(1.0), constant(0.9), n_customers=3200)
    assert found.wait_s == Estimate(0.0, 0.0)
    assert found.wait_quantile_s(0.999) == 0.0
    assert found.utilisation.mean == pytest.approx(0.9)


def test_quantiles_of_random_arrivals() -> None:
    exact = poisson(3.2, 1.0, 4)
    found = simulate(exponential(1.0 / 3.2), exponential(1.0), 4, 30_000_000)
    for q in (0.5, 0.8, 0.9, 0.99, 0.999):
        expected = exact.wait_quantile_s(q)
        assert found.wait_quantile_s(q) == pytest.approx(expected, rel=0.02)
        assert exact.waits_longer(expected) == pytest.approx(1.0 - q)
    assert found.wait_quantile_s(0.3) == exact.wait_quantile_s(0.3) == 0.0


def test_quantiles_are_off_by_no_more_than_a_bin() -> None:
    """Against the waits themselves: in plain Python."""
    service = lognormal(1.0, 2.0)
    found = simulate(exponential(1.25), service, n_customers=3200, warm_up=0)
    waits = np.concatenate([
        plain.waits(
            plain.times(exponential(1.25).kernel, 1, lane, 0, 200),
            plain.times(service.kernel, 1, lane, 1, 200), 1,
        )
        for lane in range(LANES)
    ])  # fmt: skip
    for q in (0.4, 0.5, 0.9, 0.99):
        expected = np.quantile(waits, q, method="inverted_cdf")
        assert found.wait_quantile_s(q) == pytest.approx(expected, rel=1.0 / 64.0)


def test_errors_are_as_large_as_theory_says() -> None:
    for rho, customers in ((0.5, 1_000_000), (0.8, 6_000_000)):
        said = [
            simulate(exponential(1.0 / rho), exponential(1.0), 1, customers, seed=seed).wait_s
            for seed in range(8)
        ]
        rms = math.sqrt(sum(one.se**2 for one in said) / 8)
        expected = relative_error(rho, customers) * mm1.mean_number(rho)
        assert 0.8 < rms / expected < 1.25


def test_errors_are_as_large_as_they_say() -> None:
    found = [
        simulate(exponential(1.25), lognormal(1.0, 1.5), 1, 500_000, 2000, seed).wait_s
        for seed in range(40)
    ]
    spread = float(np.std([one.mean for one in found], ddof=1))
    said = math.sqrt(sum(one.se**2 for one in found) / 40)
    assert 0.6 < spread / said < 1.6


def test_what_is_left_over_is_not_simulated() -> None:
    found = simulate(exponential(2.0), exponential(1.0), n_customers=3231)
    assert found.n_customers == 3200
    same = simulate(exponential(2.0), exponential(1.0), n_customers=3200)
    assert found.wait_s == same.wait_s


def test_exact_of_one_server() -> None:
    found = poisson(0.8, 1.0)
    assert found.wait_s == pytest.approx(4.0)
    assert found.response_s == pytest.approx(mm1.mean_response(0.8))
    assert found.waiting == pytest.approx(3.2)
    assert found.waits_longer(0.0) == found.waits == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"servers": 0}, "servers is 0"), ({"servers": 10_001}, "servers is 10"),
     ({"arrival_rate_per_s": 0.0}, "arrival_rate_per_s is 0.0"),
     ({"arrival_rate_per_s": math.nan}, "arrival_rate_per_s is nan"),
     ({"service_time_s": 0.0}, "service_time_s is 0.0"),
     ({"arrival_rate_per_s": 4.0}, "utilisation is 2.000, allowed is below 1")],
)  # fmt: skip
def test_what_exact_refuses(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        poisson(**{"arrival_rate_per_s": 1.0, "service_time_s": 0.5, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"servers": 0}, "servers is 0"), ({"n_customers": 100}, "n_customers is 100"),
     ({"n_customers": 10**12}, "n_customers is 1"), ({"warm_up": -1}, "warm_up is -1"),
     ({"seed": -1}, "seed is -1"), ({"service": exponential(1.0)}, "utilisation is 1.000")],
)  # fmt: skip
def test_what_a_run_refuses(changed: dict[str, Any], told: str) -> None:
    given = {"arrival": exponential(1.0), "service": exponential(0.5), **changed}
    with pytest.raises(ValueError, match=told):
        simulate(**given)


@pytest.mark.parametrize("q", [-0.1, 1.0])
def test_no_such_quantile(q: float) -> None:
    for one in (poisson(0.5, 1.0), simulate(exponential(2.0), exponential(1.0), 1, 3200)):
        with pytest.raises(ValueError, match="q is"):
            one.wait_quantile_s(q)
