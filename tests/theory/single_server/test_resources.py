"""The conditioned open network against mean values and sums over states, and the small laws."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.theory.queueing.closed_network import (
    Station,
    by_states,
    knee,
    marginal_values,
    response_bound,
)
from scalelab.theory.single_server.resources import (
    apart,
    conditioned,
    customers_of_the_day,
    one_machine,
    part,
    pays_from,
)
from scalelab.theory.workload.think_time import machine_repair

networks = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 1.0, 2.0]), st.integers(0, 3)), min_size=1, max_size=3
).filter(lambda places: any(time and servers for time, servers in places))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.sampled_from([0.01, 1.0, 10.0]), networks)
def test_conditioned_against_the_sum_over_states(
    customers: int, think: float, places: list[Station]
) -> None:
    places = [(max(time, 0.01), servers) for time, servers in places]
    found, exact = conditioned(customers, think, places), by_states(customers, think, places)
    assert found.throughput == pytest.approx(exact.throughput, rel=1e-9)
    assert found.response == pytest.approx(exact.response, rel=1e-7)
    assert found.queues == pytest.approx(exact.queues, rel=1e-8)
    assert found.residences == pytest.approx(exact.residences, rel=1e-8)


def test_conditioned_against_mean_values() -> None:
    """They lose digits where several servers are all but full."""
    places = apart(4, 0.007, 2, 0.003, 0.001, 0.0015)
    for customers in (1, 50, 200):
        found, exact = conditioned(customers, 0.3, places), marginal_values(customers, 0.3, places)
        assert found.throughput == pytest.approx(exact.throughput, rel=1e-7)
        assert found.queues == pytest.approx(exact.queues, rel=1e-5)


def test_conditioned_against_the_machine_repairman() -> None:
    for customers in (1, 100, 4000):
        exact = machine_repair(customers, 10.0, 0.010, 4)
        found = conditioned(customers, 10.0, [(0.010, 4), (0.0, 1)])
        assert found.throughput == pytest.approx(exact.throughput, rel=1e-9)


def test_arrangements() -> None:
    one, two = one_machine(4, 0.007, 0.003, 0.001), apart(4, 0.007, 4, 0.003, 0.001, 0.0015)
    assert sum(time for time, _ in one) == pytest.approx(0.011)
    assert sum(time for time, _ in two) == pytest.approx(0.0125)
    assert knee(10.0, one) == pytest.approx(4004.4)
    assert knee(10.0, two) == pytest.approx(5721.43, abs=0.01)


def test_a_second_machine_pays_before_the_first_is_full() -> None:
    one, two = one_machine(4, 0.007, 0.003, 0.001), apart(4, 0.007, 4, 0.003, 0.001, 0.0015)
    where = pays_from(10.0, one, two)
    assert where == pytest.approx(4005.0)
    assert response_bound(round(where), 10.0, one) == pytest.approx(0.0125)
    # Chance makes queues well before the bound does, so that the second is the faster one earlier.
    less = round(0.5 * where)
    assert conditioned(less, 10.0, one).response < conditioned(less, 10.0, two).response
    near = round(0.7 * where)
    assert conditioned(near, 10.0, one).response > conditioned(near, 10.0, two).response


def test_small_laws() -> None:
    assert part(50.0, 3.0, 10.0) == pytest.approx(15.0)
    assert customers_of_the_day(400.0, 0.002) == pytest.approx(200_000.0)
    assert math.isclose(part(7.0, 10.0, 10.0), 7.0)
