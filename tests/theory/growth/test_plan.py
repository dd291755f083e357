"""The closed forms against the differential equation, sums and drawn markets."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.growth.plan import (
    FIRST_CUSTOMERS,
    chance_of,
    customer_months,
    customers,
    latest_trigger,
    market_for,
    month_of,
)

MARKETS = st.sampled_from([2e3, 1e5, 1e6, 1e8])
RATES = st.sampled_from([0.02, 0.15, 0.5])


@given(MARKETS, RATES, st.integers(0, 120))
def test_it_solves_verhulsts_equation(market: float, growth: float, month: int) -> None:
    h = 1e-3
    slope = (customers(market, growth, month + h) - customers(market, growth, month - h)) / (2 * h)
    n = customers(market, growth, month)
    wanted = growth * n * (1.0 - n / market)
    assert slope == pytest.approx(wanted, rel=1e-4, abs=1e-7 * growth * n)
    assert customers(market, growth, 0.0) == pytest.approx(FIRST_CUSTOMERS)


@given(MARKETS, RATES, st.floats(1.0, 100.0))
def test_month_and_market_are_its_inverses(market: float, growth: float, month: float) -> None:
    load = customers(market, growth, month)
    if load < 0.999 * market:
        assert month_of(load, market, growth) == pytest.approx(month, rel=1e-6)
        assert market_for(load, growth, month) == pytest.approx(market, rel=1e-5)
    assert month_of(market, market, growth) == math.inf


def test_what_growth_alone_cannot_reach_no_market_reaches() -> None:
    assert market_for(1e6, 0.05, 60.0) == math.inf
    assert chance_of(1e6, 1e9, 1.0, 0.05, 60.0) == 0.0


@pytest.mark.parametrize(("load", "growth"), [(120_000.0, 0.15), (1e6, 0.2), (2000.0, 0.05)])
def test_chance_of_reaching_a_load(load: float, growth: float) -> None:
    drawn = 1e5 * np.exp(1.5 * np.random.default_rng(1).standard_normal(200_000))
    reached = np.mean([customers(m, growth, 59.0) >= load for m in drawn])
    exact = chance_of(load, 1e5, 1.5, growth, 59.0)
    assert reached == pytest.approx(exact, abs=4.0 * math.sqrt(exact * (1 - exact) / 200_000))


@given(MARKETS, RATES, st.integers(2, 100))
def test_sums_of_months(market: float, growth: float, months: int) -> None:
    total = sum(customers(market, growth, month) for month in range(months))
    assert customer_months(market, growth, months) == pytest.approx(
        total, abs=1e-6 * total + growth**3 * market / 720.0
    )


def test_latest_trigger() -> None:
    assert latest_trigger(math.log(2.0), 1.0) == pytest.approx(0.5)
    assert latest_trigger(0.15, 3.0) == pytest.approx(0.6376, abs=1e-4)
