"""Closed forms for a shop that grows along a logistic curve towards a market that nobody knows.

The curve is P.-F. Verhulst's (1838): N' = g N (1 - N / M), from N(0) = N0.
"""

import math
from statistics import NormalDist

FIRST_CUSTOMERS = 1000.0


def customers(market: float, growth: float, month: float) -> float:
    """N(t) = M N0 e^(g t) / (M + N0 (e^(g t) - 1)), customers a day."""
    grown = math.exp(growth * month)
    return market * FIRST_CUSTOMERS * grown / (market + FIRST_CUSTOMERS * (grown - 1.0))


def month_of(load: float, market: float, growth: float) -> float:
    """When so many customers come; infinite from the market on."""
    if load >= market:
        return math.inf
    odds = load / (market - load) * (market - FIRST_CUSTOMERS) / FIRST_CUSTOMERS
    return math.log(odds) / growth


def market_for(load: float, growth: float, months: float) -> float:
    """The market with which the load is reached after so many months; infinite if none does."""
    grown = math.exp(growth * months)
    room = FIRST_CUSTOMERS * grown - load
    return load * FIRST_CUSTOMERS * (grown - 1.0) / room if room > 0.0 else math.inf


def chance_of(load: float, median: float, spread: float, growth: float, months: float) -> float:
    """Share of log-normal markets with which the load is reached within so many months."""
    market = market_for(load, growth, months)
    if math.isinf(market):
        return 0.0
    return 1.0 - NormalDist().cdf(math.log(market / median) / spread)


def latest_trigger(growth: float, build_months: float) -> float:
    """e^(-g b): begun at this share of the limit, a step is ready before the limit is passed.

    For growth at the full rate; a logistic curve grows more slowly, which leaves room.
    """
    return math.exp(-growth * build_months)


def customer_months(market: float, growth: float, months: int) -> float:
    """The sum of N(0), N(1), ... N(months - 1), by Euler and Maclaurin from the integral.

    The integral of N is (M / g) log(1 + N0 (e^(g t) - 1) / M); its neglected terms are below
    g^3 M / 720.
    """
    last = months - 1
    grown = math.exp(growth * last)
    integral = market / growth * math.log1p(FIRST_CUSTOMERS * (grown - 1.0) / market)
    ends = [customers(market, growth, t) for t in (0, last)]
    slopes = [growth * n * (1.0 - n / market) for n in ends]
    return integral + sum(ends) / 2.0 + (slopes[1] - slopes[0]) / 12.0
