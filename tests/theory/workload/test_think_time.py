"""The closed forms against each other, scipy and what they must be at their ends."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from scalelab.theory.requirement import load_test
from scalelab.theory.workload.think_time import (
    Cut,
    exponential_below,
    knee,
    lognormal_below,
    lognormal_median,
    machine_repair,
    mean_values,
    response_bound,
    throughput,
    throughput_bound,
)


@given(st.integers(1, 60), st.floats(0.1, 50.0), st.floats(0.1, 5.0))
def test_one_server_is_that_of_the_load_test(users: int, think: float, service: float) -> None:
    expected = load_test.mean_values(users, think, service)
    found = machine_repair(users, think, service)
    assert found.throughput == pytest.approx(expected.throughput)
    assert found.response == pytest.approx(expected.response, rel=1e-6)
    assert throughput_bound(users, think, service) == pytest.approx(
        load_test.throughput_bound(users, think, service)
    )
    assert response_bound(users, think, service) == pytest.approx(
        load_test.response_bound(users, think, service)
    )
    assert knee(think, service) == pytest.approx(load_test.saturating_users(think, service))


def stationary(users: int, think: float, service: float, servers: int) -> np.ndarray:
    """Probability of each number at the servers, from the balance of a Markov chain's rates."""
    rates = np.zeros((users + 1, users + 1))
    for k in range(users):
        rates[k, k + 1] = (users - k) / think
        rates[k + 1, k] = min(k + 1, servers) / service
    rates -= np.diag(rates.sum(axis=1))
    with_sum = np.vstack([rates.T, np.ones(users + 1)])
    return np.linalg.lstsq(with_sum, np.append(np.zeros(users + 1), 1.0), rcond=None)[0]


@pytest.mark.parametrize(("users", "servers"), [(1, 1), (5, 2), (12, 3), (20, 1), (20, 30)])
def test_the_chain_in_equilibrium(users: int, servers: int) -> None:
    found = machine_repair(users, 3.0, 1.0, servers)
    p = stationary(users, 3.0, 1.0, servers)
    rate = float(sum(min(k, servers) * p[k] for k in range(users + 1)))
    there = float(sum(k * p[k] for k in range(users + 1)))
    assert found.throughput == pytest.approx(rate)
    assert found.response == pytest.approx(there / rate)
    values = mean_values(users, 3.0, 1.0, servers)
    assert values.throughput == pytest.approx(rate, rel=1e-6)
    assert throughput(users, found.response, 3.0) == pytest.approx(rate)


def test_as_many_servers_as_users() -> None:
    found = machine_repair(9, 4.0, 1.0, 9)
    assert found.response == pytest.approx(1.0)
    assert found.throughput == pytest.approx(9 / 5.0)


def test_the_knee_is_where_the_bounds_meet() -> None:
    n = knee(38.0, 0.5, 3)
    assert n == pytest.approx(231.0)
    assert n / 38.5 == pytest.approx(3 / 0.5)
    assert response_bound(n, 38.0, 0.5, 3) == pytest.approx(0.5)
    assert response_bound(n + 6, 38.0, 0.5, 3) == pytest.approx(1.5)


@pytest.mark.parametrize("limit", [0.5, 20.0, 38.0, 1800.0])
def test_parts_of_a_mean(limit: float) -> None:
    for law, (share, part) in (
        (stats.expon(scale=38.0), exponential_below(limit, 38.0)),
        (stats.lognorm(1.133, scale=lognormal_median(38.0, 1.133)),
         lognormal_below(limit, 38.0, 1.133)),
    ):  # fmt: skip
        assert share == pytest.approx(law.cdf(limit))
        by_sum = integrate.quad(lambda x, law=law: x * law.pdf(x), 0.0, limit, limit=200)[0]
        assert part == pytest.approx(by_sum, rel=1e-5)
    assert lognormal_median(38.0, 1.133) == pytest.approx(20.0, abs=0.01)


def test_a_timeout_for_ever_and_for_never() -> None:
    long = Cut(1e9, lognormal_below(1e9, 38.0, 1.133), 20.0, 0.25, 7200.0)
    assert long.clicks == pytest.approx(20.0 / 0.75)
    assert long.sessions == pytest.approx(1.0)
    # Nineteen in twenty clicks are followed by a thought, one in eighty by an absence.
    assert long.pause == pytest.approx((0.95 * 38.0 + 0.0125 * 7200.0) / 0.9625)
    short = Cut(1e-9, lognormal_below(1e-9, 38.0, 1.133), 20.0, 0.25, 7200.0)
    assert short.sessions == pytest.approx(short.clicks)
    middle = Cut(1800.0, lognormal_below(1800.0, 38.0, 1.133), 20.0, 0.0, 7200.0)
    assert middle.sessions == pytest.approx(1.0, abs=1e-2)
    # Little: clicks times the pause after each.
    assert middle.there == pytest.approx(middle.clicks * middle.pause, rel=1e-6)
    assert math.isclose(middle.open, middle.there + middle.sessions * (1800.0 - middle.pause))
