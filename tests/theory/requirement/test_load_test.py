"""Closed forms against each other, against known values and against a fluid that is drawn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.requirement.load_test import (
    corrected_caught,
    corrected_quantile,
    customers_caught,
    customers_mean,
    customers_quantile,
    dm1_mean,
    dm1_quantile,
    dm1_root,
    interactive_response,
    mean_values,
    mg1_mean,
    mixed_square,
    mm1_mean,
    mm1_quantile,
    pace_kept,
    repairman,
    response_bound,
    saturating_users,
    throughput_bound,
    users_caught,
)

utilisations = st.floats(0.05, 0.98)
loops = st.tuples(st.integers(1, 60), st.floats(0.01, 100.0), st.floats(0.01, 10.0))


@given(utilisations, st.floats(0.01, 10.0))
def test_exponential_service_is_a_case_of_any(rho: float, service: float) -> None:
    rate = rho / service
    any_law = mg1_mean(rate, service, 2.0 * service * service)
    assert any_law == pytest.approx(mm1_mean(rate, service))
    # A constant service waits half as long.
    wait = mg1_mean(rate, service, service * service) - service
    assert wait == pytest.approx(0.5 * (mm1_mean(rate, service) - service))


@pytest.mark.parametrize(
    ("rho", "root", "mean"),
    [(0.5, 0.203188, 1.25500), (0.7, 0.466996, 1.87616), (0.9, 0.806900, 5.17866),
     (0.99, 0.980067, 50.16779)],
)  # fmt: skip
def test_even_arrivals(rho: float, root: float, mean: float) -> None:
    assert dm1_root(rho, 1.0) == pytest.approx(root, abs=1e-6)
    assert dm1_mean(rho, 1.0) == pytest.approx(mean, rel=1e-5)
    assert mm1_mean(rho, 1.0) > dm1_mean(rho, 1.0)


@given(utilisations)
def test_quantiles_are_those_of_an_exponential_law(rho: float) -> None:
    for quantile, mean in (
        (mm1_quantile, mm1_mean(rho, 1.0)), (dm1_quantile, dm1_mean(rho, 1.0)),
    ):  # fmt: skip
        assert quantile(1.0 - math.exp(-1.0), rho, 1.0) == pytest.approx(mean)
        assert quantile(0.99, rho, 1.0) == pytest.approx(mean * math.log(100.0))


@given(loops)
def test_two_ways_to_a_closed_loop(loop: tuple[int, float, float]) -> None:
    by_means, by_states = mean_values(*loop), repairman(*loop)
    assert by_means.throughput == pytest.approx(by_states.throughput, rel=1e-9)
    assert by_means.response == pytest.approx(by_states.response, rel=1e-6)


@given(loops)
def test_laws_and_bounds_of_a_closed_loop(loop: tuple[int, float, float]) -> None:
    users, think, service = loop
    found = mean_values(*loop)
    assert interactive_response(users, found.throughput, think) == pytest.approx(
        found.response, rel=1e-6
    )
    assert found.throughput <= throughput_bound(*loop) * (1.0 + 1e-12)
    assert found.response >= response_bound(*loop) * (1.0 - 1e-12)
    n = saturating_users(think, service)
    assert n / (think + service) == pytest.approx(1.0 / service)
    assert n * service - think == pytest.approx(service)


def test_many_users_are_served_as_fast_as_the_server_can_and_wait_in_a_line() -> None:
    """Twice the users, and nothing more is done: R = N S - Z."""
    for users in (100, 200):
        found = mean_values(users, 0.2, 0.005)
        assert found.throughput == pytest.approx(200.0, rel=1e-9)
        assert found.response == pytest.approx(users * 0.005 - 0.2, rel=1e-6)


def test_one_user_never_waits() -> None:
    assert mean_values(1, 0.01, 0.005).response == 0.005


def test_a_closed_loop_of_many_is_an_open_one() -> None:
    assert mean_values(5000, 50.0, 0.005).response == pytest.approx(
        mm1_mean(100.0, 0.005), rel=0.01
    )


@given(st.floats(0.0, 0.9), st.floats(0.1, 10.0))
def test_waits_of_a_fluid(rho: float, pause: float) -> None:
    """Who comes t after the stop waits until it ends, and for those who came before."""
    period = 200.0
    t = (np.arange(200_000) + 0.5) * period / 200_000
    wait = np.maximum(0.0, pause - (1.0 - rho) * t)
    assert np.mean(wait > 0.0) == pytest.approx(customers_caught(rho, 1.0, pause, period), abs=1e-5)
    assert np.mean(wait) == pytest.approx(customers_mean(rho, 1.0, pause, period), rel=1e-3)
    for q in (0.5, 0.9, 0.99, 0.999):
        assert np.quantile(wait, q) == pytest.approx(
            customers_quantile(q, rho, 1.0, pause, period), abs=0.01
        )


def test_a_correction_misses_what_the_pause_left_over() -> None:
    """An idle server leaves nothing over; a busy one as much as it takes to catch up."""
    assert corrected_caught(2.0, 60.0) == customers_caught(0.0, 1.0, 2.0, 60.0)
    assert customers_caught(100.0, 0.005, 2.0, 60.0) == pytest.approx(2 * corrected_caught(2.0, 60))
    assert corrected_quantile(0.99, 2.0, 60.0) == pytest.approx(1.4)
    assert customers_quantile(0.99, 100.0, 0.005, 2.0, 60.0) == pytest.approx(1.7)
    assert corrected_quantile(0.9, 2.0, 60.0) == customers_quantile(0.9, 100.0, 0.005, 2.0, 60) == 0


def test_users_in_a_pause() -> None:
    assert users_caught(10, 0.1, 2.0) == pytest.approx(10.0)
    assert users_caught(1_000_000, 10_000.0, 2.0) == pytest.approx(200.0, rel=1e-3)


def test_one_connection_falls_behind_its_pace() -> None:
    chance = np.random.default_rng(5)
    gaps = np.maximum(0.01, chance.exponential(0.005, 1_000_000))
    kept = 0.01 / float(gaps.mean())
    assert pace_kept(100.0, 0.005, 0.0, 60.0) == pytest.approx(kept, abs=0.0005)
    assert pace_kept(100.0, 0.005, 2.0, 60.0) == pytest.approx(kept * 58.0 / 60.0, abs=0.0005)


def test_a_mixture_that_is_drawn() -> None:
    slow = np.random.default_rng(6).random(1_000_000) < 0.05
    drawn = np.where(slow, 10.0, 1.0)
    drawn *= 3.0 / 1.45
    assert drawn.mean() == pytest.approx(3.0, rel=0.005)
    assert mixed_square(3.0, 0.05, 10.0) == pytest.approx(float(np.mean(drawn**2)), rel=0.02)
