"""The closed forms against the table, each other, and cases known otherwise."""

import math

import pytest

from scalelab.theory.queueing.finite_buffer import (
    loss_any_arrivals,
    one_server_any_service,
    one_server_blocked,
    one_server_number,
    probabilities,
    waits_longer,
)

TABLE = [
    (0.5, 5, 0.015873), (0.8, 10, 0.023493), (0.9, 10, 0.050814), (0.9, 20, 0.013651),
    (1.0, 10, 0.090909), (1.2, 10, 0.192586),
]  # fmt: skip


@pytest.mark.parametrize(("rho", "places", "blocked"), TABLE)
def test_table_of_one_server(rho: float, places: int, blocked: float) -> None:
    assert one_server_blocked(rho, places) == pytest.approx(blocked, abs=5e-7)
    assert probabilities(rho, 1, places)[-1] == pytest.approx(blocked, abs=5e-7)


def test_an_overload_is_carried_as_far_as_it_goes() -> None:
    assert 1.2 * (1.0 - one_server_blocked(1.2, 10)) == pytest.approx(0.96889, abs=1e-5)
    assert one_server_blocked(1e6, 100) == pytest.approx(1.0 - 1e-6)


@pytest.mark.parametrize("rho", [0.3, 1.0, 1.7])
def test_mean_number(rho: float) -> None:
    p = probabilities(rho, 1, 15)
    assert one_server_number(rho, 15) == pytest.approx(sum(n * q for n, q in enumerate(p)))


def test_five_lines_for_three_calls() -> None:
    """Erlang B of 3 Erlangs on 5 lines: 0.110054."""
    assert probabilities(3.0, 5, 5)[-1] == pytest.approx(0.1100543, abs=1e-7)


def test_waits() -> None:
    """One place to wait, one server: who waits, waits for what is left of one service."""
    p = probabilities(0.8, 1, 2)
    waits = p[1] / (p[0] + p[1])
    assert waits_longer(0.8, 1, 2, 0.0) == pytest.approx(waits)
    assert waits_longer(0.8, 1, 2, 1.5) == pytest.approx(waits * math.exp(-1.5))


def test_any_arrivals_with_random_ones_are_erlang_s() -> None:
    for load, servers in ((0.5, 1), (3.0, 5), (20.0, 15)):
        loss = loss_any_arrivals(lambda s, load=load: load / (load + s), 1.0, servers)
        assert loss == pytest.approx(probabilities(load, servers, servers)[-1])


def test_even_arrivals_at_one_server_without_room() -> None:
    """Refused if the last service outlasts the gap: the transform at the rate of service."""
    assert loss_any_arrivals(lambda s: math.exp(-0.7 * s), 1.0, 1) == pytest.approx(math.exp(-0.7))


def test_any_service_with_exponential_one() -> None:
    rho, places = 0.9, 10
    arrivals = [(rho / (1 + rho)) ** i / (1 + rho) for i in range(places + 1)]
    found = one_server_any_service(arrivals, rho, places)
    assert found == pytest.approx(one_server_blocked(rho, places))


def test_even_service_with_one_place_is_erlang_s() -> None:
    """No room to wait: the law of the service has no effect."""
    arrivals = [math.exp(-0.8) * 0.8**i / math.factorial(i) for i in range(3)]
    assert one_server_any_service(arrivals, 0.8, 1) == pytest.approx(0.8 / 1.8)
