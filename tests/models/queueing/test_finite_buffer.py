"""The model's arguments, and simulation within four standard errors of what is exact."""

import doctest
import math
from typing import Any

import pytest

from scalelab.models.queueing import finite_buffer
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.finite_buffer import poisson, record, simulate
from scalelab.models.queueing.law import constant, exponential, lognormal, pareto, two_moments
from scalelab.theory.queueing import finite_buffer as theory

N = 1_000_000


def near(found: Estimate, exact: float, most: float) -> None:
    """Within four standard errors, which are small themselves."""
    assert abs(found.mean - exact) < 4.0 * found.se
    assert found.se < most * max(exact, 0.01)


def test_examples() -> None:
    assert doctest.testmod(finite_buffer).failed == 0


@pytest.mark.parametrize(
    ("rate", "servers", "places"), [(0.9, 1, 10), (3.6, 4, 12), (6.0, 4, 10), (4.0, 5, 5)]
)
def test_simulated_is_exact_on_average(rate: float, servers: int, places: int) -> None:
    exact = poisson(rate, 1.0, servers, places)
    found = simulate(
        exponential(1.0 / rate), exponential(1.0), servers, places, N, late_after_s=0.8
    )
    near(found.blocked, exact.blocked, 0.03)
    near(found.throughput_per_s, exact.throughput_per_s, 0.003)
    near(found.utilisation, exact.utilisation, 0.003)
    near(found.there, exact.there, 0.02)
    near(found.response_s, exact.response_s, 0.02)
    if places > servers:
        near(found.wait_s, exact.wait_s, 0.03)
        near(found.waits, exact.waits, 0.02)
        near(found.late, exact.waits_longer(0.8), 0.03)
    else:
        assert found.wait_s.mean == found.waits.mean == found.late.mean == 0.0


@pytest.mark.parametrize(
    "service",
    [constant(1.0), two_moments(1.0, 0.4), two_moments(1.0, 8.0), lognormal(1.0, 3.0),
     pareto(1.0, 2.5, 1000.0)],
)  # fmt: skip
def test_a_loss_system_does_not_care_for_the_law(service: Any) -> None:
    """Erlang B for any service time of the same mean; only the mean of the law itself matters."""
    found = simulate(exponential(0.25), service, 5, 5, N)
    near(found.blocked, poisson(4.0, service.mean_s, 5, 5).blocked, 0.03)


@pytest.mark.parametrize("places", [2, 5, 10])
def test_even_service(places: int) -> None:
    rho = 0.9
    arrivals = [math.exp(-rho) * rho**i / math.factorial(i) for i in range(places + 1)]
    found = simulate(exponential(1.0 / rho), constant(1.0), 1, places, N)
    near(found.blocked, theory.one_server_any_service(arrivals, rho, places), 0.03)


@pytest.mark.parametrize("servers", [1, 3, 10])
def test_even_arrivals(servers: int) -> None:
    gap = 0.9 / servers
    found = simulate(constant(gap), exponential(1.0), servers, servers, N)
    exact = theory.loss_any_arrivals(lambda s: math.exp(-gap * s), 1.0, servers)
    near(found.blocked, exact, 0.03)


def test_bursts_are_refused_more_often() -> None:
    """The same load, the same room: 4 is the squared variation of the gaps."""
    even, random, bursts = (
        simulate(two_moments(1.0, cv2), exponential(0.8), 1, 6, N).blocked.mean
        for cv2 in (0.1, 1.0, 4.0)
    )
    assert even < 0.3 * random
    assert bursts > 1.5 * random


def test_goodput_is_what_is_not_refused() -> None:
    full = poisson(1.2, 1.0, 1, 10)
    assert full.throughput_per_s == pytest.approx(1.2 * (1.0 - full.blocked))
    assert full.throughput_per_s == pytest.approx(0.96889, abs=1e-5)
    assert full.there == pytest.approx(full.throughput_per_s * full.response_s)


def test_nearly_all_are_refused() -> None:
    flooded = poisson(1e9, 1e9, 1, 1000)
    assert flooded.throughput_per_s == pytest.approx(1e-9)
    assert flooded.response_s == pytest.approx(1000 * 1e9)
    assert flooded.waits == 1.0
    assert flooded.waits_longer(1e9) == 1.0


def test_waits() -> None:
    queue = poisson(3.6, 1.0, 4, 12)
    assert queue.waits_longer(0.0) == pytest.approx(queue.waits)
    assert queue.waits_longer(1e9) == 0.0
    assert queue.wait_quantile_s(0.1) == 0.0
    for q in (0.5, 0.9, 0.999):
        assert queue.waits_longer(queue.wait_quantile_s(q)) == pytest.approx(1.0 - q)


def test_batches_say_how_sure_they_are() -> None:
    """Of 60 runs, nearly all are within two standard errors, and not all within one."""
    exact = poisson(0.9, 1.0, 1, 10).blocked
    runs = [
        simulate(exponential(1.0 / 0.9), exponential(1.0), 1, 10, 64_000, 2000, seed=seed).blocked
        for seed in range(60)
    ]
    off = [abs(run.mean - exact) / run.se for run in runs]
    assert sum(each < 2.04 for each in off) > 48
    assert sum(each < 1.0 for each in off) < 55


def test_path() -> None:
    path = record(exponential(1.0), exponential(2.0), 1, 3, 1000)
    assert len(path.arrives_s) == 1000
    assert 0.3 < path.admitted.mean() < 0.6
    assert (path.leaves_s >= path.begins_s).all()
    assert (path.begins_s >= path.arrives_s).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("arrival_rate_per_s", 0.0), ("service_time_s", -1.0), ("servers", 0), ("places", 2_000_000)],
)
def test_what_is_refused(name: str, value: float) -> None:
    arguments: dict[str, Any] = {
        "arrival_rate_per_s": 1.0, "service_time_s": 1.0, "servers": 1, "places": 5, name: value,
    }  # fmt: skip
    with pytest.raises(ValueError, match=f"{name} is {value}.*allowed is"):
        poisson(**arguments)


@pytest.mark.parametrize(
    ("name", "value"),
    [("n_customers", 100), ("warm_up", -1), ("late_after_s", -0.1), ("seed", -1), ("places", 1)],
)
def test_what_a_simulation_refuses(name: str, value: float) -> None:
    arguments: dict[str, Any] = {"servers": 2, "places": 5, name: value}
    with pytest.raises(ValueError, match=f"{name} is {value}.*allowed is"):
        simulate(exponential(1.0), exponential(1.0), **arguments)


def test_what_queries_refuse() -> None:
    queue = poisson(1.0, 1.0)
    with pytest.raises(ValueError, match="time_s is -1"):
        queue.waits_longer(-1.0)
    with pytest.raises(ValueError, match=r"q is 1\.0"):
        queue.wait_quantile_s(1.0)
    with pytest.raises(ValueError, match="n_customers is 0"):
        record(exponential(1.0), exponential(1.0), n_customers=0)
