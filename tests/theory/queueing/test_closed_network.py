"""Mean values, sums over states, bounds and laws against each other and against what is known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.queueing.closed_network import (
    balanced_bounds,
    by_states,
    ceiling,
    jackson,
    knee,
    marginal_values,
    mean_values,
    response_bound,
    throughput_bound,
)
from scalelab.theory.workload import think_time

SINGLE = st.lists(st.tuples(st.floats(0.01, 5.0), st.just(1)), min_size=1, max_size=5)


@pytest.mark.parametrize("customers", [1, 2, 7])
@pytest.mark.parametrize(
    "stations", [[(2.0, 1)], [(0.5, 1), (1.5, 1), (4.0, 0)], [(1.0, 2), (0.4, 1)]]
)
def test_three_ways(customers: int, stations: list) -> None:
    states = by_states(customers, 3.0, stations)
    marginal = marginal_values(customers, 3.0, stations)
    assert marginal.throughput == pytest.approx(states.throughput, rel=1e-9)
    assert marginal.queues == pytest.approx(states.queues, rel=1e-9)
    if all(servers < 2 for _, servers in stations):
        means = mean_values(customers, 3.0, stations)
        assert means.throughput == pytest.approx(states.throughput, rel=1e-12)
        assert means.residences == pytest.approx(states.residences, rel=1e-10)


def test_mean_values_take_no_more_than_one_server() -> None:
    with pytest.raises(ValueError, match="several servers; take marginal_values"):
        mean_values(3, 1.0, [(1.0, 2)])


@given(st.integers(1, 40), st.floats(0.0, 20.0), SINGLE)
def test_bounds_hold(customers: int, think: float, stations: list) -> None:
    found = mean_values(customers, think, stations)
    assert found.throughput <= throughput_bound(customers, think, stations) * (1 + 1e-12)
    assert found.response >= response_bound(customers, think, stations) * (1 - 1e-12)
    least, most = balanced_bounds(customers, think, stations)
    assert least * (1 - 1e-12) <= found.throughput <= most * (1 + 1e-12)
    # They are no wider than the asymptotic ones.
    assert most <= throughput_bound(customers, think, stations) * (1 + 1e-12)


def test_balanced_bounds_meet_where_demands_are_equal() -> None:
    least, most = balanced_bounds(9, 0.0, [(0.7, 1)] * 4)
    assert least == pytest.approx(most)
    assert most == pytest.approx(9 / (0.7 * (9 + 4 - 1)))
    assert mean_values(9, 0.0, [(0.7, 1)] * 4).throughput == pytest.approx(most)


def test_the_knee_is_where_the_bounds_meet() -> None:
    stations = [(0.01, 4), (0.001, 1)]
    n = knee(10.0, stations)
    assert n == pytest.approx(4004.4)
    assert ceiling(stations) == pytest.approx(400.0)
    assert throughput_bound(n, 10.0, stations) == pytest.approx(400.0)
    assert response_bound(n, 10.0, stations) == pytest.approx(0.011)
    # Each further customer adds D_max.
    assert response_bound(n + 400, 10.0, stations) == pytest.approx(1.011)
    assert ceiling([(3.0, 0)]) == math.inf


def test_one_station_is_that_of_think_time() -> None:
    for customers in (10, 77, 200):
        assert throughput_bound(customers, 38.0, [(0.5, 3)]) == pytest.approx(
            think_time.throughput_bound(customers, 38.0, 0.5, 3)
        )
        assert response_bound(customers, 38.0, [(0.5, 3)]) == pytest.approx(
            think_time.response_bound(customers, 38.0, 0.5, 3)
        )


def test_open_stations_are_queues_by_themselves() -> None:
    one, several, pure = jackson(0.8, [(1.0, 1), (2.0, 4), (3.0, 0)])
    assert one == pytest.approx(5.0)
    # Erlang C of 1.6 of 4 servers, by its sum.
    busy = 1.6**4 / 24 * 4 / 2.4
    waits = busy / (sum(1.6**k / math.factorial(k) for k in range(4)) + busy)
    assert several == pytest.approx(2.0 + waits * 2.0 / 2.4)
    assert pure == 3.0
    assert jackson(900.0, [(1.0, 1000)])[0] == pytest.approx(1.0, rel=1e-3)
    with pytest.raises(ValueError, match="no steady state"):
        jackson(0.5, [(2.0, 1)])


def test_many_customers_from_far_are_an_open_network() -> None:
    """With a long think time nobody knows that there are only so many."""
    stations = [(0.5, 1), (0.3, 1)]
    found = mean_values(20_000, 20_000.0, stations)
    assert found.residences == pytest.approx(jackson(found.throughput, stations), rel=1e-3)
