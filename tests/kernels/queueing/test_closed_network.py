"""Convolution against fractions, sums over states, the machine repair model and simulation."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.queueing.closed_network_reference import convolved, simulated, standard_error

from scalelab.kernels.queueing.closed_network import (
    FIRST,
    OF_A_STATION,
    QUEUE,
    RESIDENCE,
    RESPONSE,
    THROUGHPUT,
    UTILISATION,
    ceiling,
    closed_network,
    interactive,
    throughputs,
)
from scalelab.kernels.workload.finite_source import closed
from scalelab.theory.queueing.closed_network import by_states

NETWORKS = st.lists(
    st.tuples(st.floats(0.001, 10.0), st.integers(0, 5)), min_size=1, max_size=4
)  # fmt: skip


def solved(customers: int, think: float, stations: list, background: list | None = None):
    demands = np.array([d for d, _ in stations], float)
    servers = np.array([c for _, c in stations], float)
    loads = np.array(background or [0.0] * len(stations), float)
    return closed_network(customers, think, demands, servers, loads)


def column(table: np.ndarray, which: int) -> np.ndarray:
    """One of each station's three columns, for all of them."""
    return table[:, FIRST + which :: OF_A_STATION]


@pytest.mark.parametrize(
    ("customers", "think", "stations"),
    [
        (1, 4.0, [(2.0, 1)]),
        (20, 4.0, [(2.0, 1), (3.0, 1), (1.0, 1)]),
        (9, 0.0, [(0.5, 2), (0.25, 3), (2.0, 0)]),
        (12, 7.5, [(1.5, 4), (1.5, 4), (0.375, 1)]),
        (5, 0.0, [(3.0, 0), (0.125, 8)]),
    ],
)
def test_nothing_is_lost_against_fractions(customers: int, think: float, stations: list) -> None:
    rate, queues = convolved(
        customers, Fraction(think), [Fraction(d) for d, _ in stations], [c for _, c in stations]
    )
    row = solved(customers, think, stations)[-1:]
    assert row[0, THROUGHPUT] == pytest.approx(float(rate), rel=1e-13)
    assert column(row, QUEUE)[0] == pytest.approx([float(q) for q in queues], rel=1e-13)


@pytest.mark.parametrize(
    ("stations", "background"),
    [
        ([(2.0, 1), (1.0, 1)], [0.5, 0.0]),
        ([(2.0, 3), (1.0, 1)], [1.75, 0.0]),
        ([(2.0, 2), (1.0, 4)], [0.3, 3.5]),
        ([(2.0, 9)], [5.0]),
    ],
)
def test_background_shares_the_servers(stations: list, background: list) -> None:
    table = solved(6, 3.0, stations, background)
    for n in range(1, 7):
        found = by_states(n, 3.0, stations, background)
        assert table[n - 1, THROUGHPUT] == pytest.approx(found.throughput, rel=1e-11)
        assert column(table, QUEUE)[n - 1] == pytest.approx(found.queues, rel=1e-11)
    busy = [
        (found.throughput * d + a) / c for (d, c), a in zip(stations, background, strict=True)
    ]  # fmt: skip
    assert column(table, UTILISATION)[5] == pytest.approx(busy)


@pytest.mark.parametrize(
    ("customers", "think", "service", "servers"),
    [(35, 40.0, 0.6, 1), (60, 10.0, 0.5, 4), (2000, 38.0, 0.1, 5), (8000, 10.0, 0.01, 16)],
)
def test_one_station_is_the_machine_repair_model(
    customers: int, think: float, service: float, servers: int
) -> None:
    rate, response = closed(customers, think, service, servers)
    row = solved(customers, think, [(service, servers)])[-1]
    assert row[THROUGHPUT] == pytest.approx(rate, rel=1e-12)
    assert row[RESPONSE] == pytest.approx(response, rel=1e-11)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.floats(0.0, 50.0), NETWORKS)
def test_little_and_the_laws(customers: int, think: float, stations: list) -> None:
    table = solved(customers, think, stations)
    assert np.isfinite(table).all()
    n, rate, response = table[:, 0], table[:, THROUGHPUT], table[:, RESPONSE]
    queues, times = column(table, QUEUE), column(table, RESIDENCE)
    # Everybody thinks or is somewhere.
    np.testing.assert_allclose(rate * think + queues.sum(axis=1), n, rtol=1e-10)
    np.testing.assert_allclose(rate * (response + think), n, rtol=1e-10)
    np.testing.assert_allclose(times.sum(axis=1), response, rtol=1e-12)
    assert (np.diff(rate) >= -1e-12 * rate[1:]).all()
    assert (np.diff(response) >= -1e-9 * response[1:]).all()
    total = sum(d for d, _ in stations)
    most, _ = ceiling(*(np.array(a, float) for a in zip(*stations, strict=True)), 0.0 * times[0])
    bound = n / (total + think)
    if any(c for _, c in stations):
        bound = np.minimum(bound, most)
    assert (rate <= bound * (1.0 + 1e-12)).all()
    assert (times >= np.array([d for d, _ in stations]) * (1.0 - 1e-12)).all()
    assert (column(table, UTILISATION)[:, [c > 0 for _, c in stations]] <= 1.0 + 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 80), st.floats(0.0, 50.0), NETWORKS)
def test_stations_as_one_server(customers: int, think: float, stations: list) -> None:
    """Chandy, Herzog and Woo: exact, by quite another sum."""
    demands, servers = (np.array(a, float) for a in zip(*stations, strict=True))
    rates = throughputs(0.0, demands, servers, np.zeros(demands.size), customers)
    rate, response = interactive(customers, think, rates)
    row = solved(customers, think, stations)[-1]
    assert rate == pytest.approx(row[THROUGHPUT], rel=1e-12)
    assert response == pytest.approx(row[RESPONSE], rel=1e-10)


def test_fewer_rates_than_customers() -> None:
    """Beyond some number the stations do no more, and no more rates are needed."""
    demands, servers, none = np.array([0.01, 0.001]), np.array([4.0, 1.0]), np.zeros(2)
    rates = throughputs(0.0, demands, servers, none, 300)
    for customers in (100, 3900, 4100, 9000):
        rate, response = interactive(customers, 10.0, rates)
        row = closed_network(customers, 10.0, demands, servers, none)[-1]
        assert rate == pytest.approx(row[THROUGHPUT], rel=1e-12)
        assert response == pytest.approx(row[RESPONSE], rel=1e-9)


@pytest.mark.parametrize("think", [0.0, 1e-6, 1e3, 1e6])
@pytest.mark.parametrize("servers", [0, 1, 40])
def test_thousands_of_customers_neither_overflow_nor_underflow(think: float, servers: int) -> None:
    stations = [(1e-6, servers), (1e4, 2), (0.0, 1), (3.0, 3)]
    table = solved(3000, think, stations)
    assert np.isfinite(table).all()
    assert (table[:, THROUGHPUT] > 0.0).all()
    assert table[:, THROUGHPUT] * think + column(table, QUEUE).sum(axis=1) == pytest.approx(
        table[:, 0], rel=1e-9
    )
    # Little, far from the knee: all wait at the slowest.
    assert table[-1, THROUGHPUT] == pytest.approx(min(2e-4, 3000 / (think + 1e4 + 3.0)), rel=1e-2)


def test_a_round_that_takes_no_time() -> None:
    assert np.isfinite(solved(5, 0.0, [(0.0, 1), (0.0, 0)])).all()


@pytest.mark.parametrize(
    ("customers", "think", "demands", "servers", "jobs"),
    [
        (12, 2.0, [0.5, 0.3], [2, 1], 0.0),
        (30, 5.0, [0.5, 0.1, 0.2], [3, 1, 0], 0.0),
        (20, 4.0, [0.6, 0.3], [4, 1], 1.2),
    ],
)
def test_simulation(
    customers: int, think: float, demands: list, servers: list, jobs: float
) -> None:
    """Customers and jobs one by one, first come first served."""
    runs = [simulated(customers, think, demands, servers, jobs, 6000, seed) for seed in range(10)]
    background = np.zeros(len(demands))
    background[0] = jobs
    row = closed_network(customers, think, np.array(demands), np.array(servers, float), background)
    expected = [row[-1, THROUGHPUT], row[-1, RESPONSE], *column(row, QUEUE)[-1]]
    for i, exact in enumerate(expected):
        values = [[rate, response, *queues][i] for rate, response, queues in runs]
        assert abs(sum(values) / len(values) - exact) < 4.0 * standard_error(values)
        assert standard_error(values) < 0.03 * exact
