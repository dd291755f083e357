"""Plans for growth against the logistic curve's closed forms and the normal distribution."""

import math
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from scalelab.kernels.growth.plan import FUTURES
from scalelab.models.growth.path import path
from scalelab.models.growth.plan import MARGIN_USD, PLANS, simulate
from scalelab.theory.growth.plan import chance_of, customer_months, customers
from scalelab.validation.row import Row, Topic

STEP_BY_STEP, WHEN_IT_BREAKS, ALL_AT_ONCE = PLANS
MONTHS = 60
VERHULST = "logistic curve, {cite:t}`v-verhulst1838`"


def overloaded() -> Iterator[Row]:
    """Who waits for the limit is overloaded in every market that reaches it."""
    limit = path(1000)["Single server"].limit
    cases = ((1e5, 1.5, 0.15), (1e5, 2.5, 0.3), (1e6, 1.0, 0.1), (3e4, 2.0, 0.2))
    for median, spread, growth in cases:
        yield Row(
            "Futures with any overload, when it breaks",
            f"median {median:,.0f}, spread {spread:g}, growth {growth:.0%}", "theory",
            "normal distribution of the market's logarithm, at the month of the limit",
            chance_of(limit, median, spread, growth, MONTHS - 1),
            simulate(WHEN_IT_BREAKS, median, spread, growth).short_share, 1.0 / FUTURES,
        )  # fmt: skip


def expected_customers(median: float, spread: float, growth: float) -> float:
    """By Gauss and Hermite's quadrature over the market's logarithm."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    found = [customers(median * math.exp(spread * z), growth, MONTHS - 1.0) for z in nodes]
    return float(np.dot(weights, found) / weights.sum())


def at_the_end() -> Iterator[Row]:
    """The futures leave out the ends of the distribution: half the largest one's weight at most."""
    for median, spread, growth in ((1e5, 1.5, 0.15), (1e6, 1.0, 0.1), (3e5, 0.5, 0.3)):
        largest = median * math.exp(spread * NormalDist().inv_cdf(1.0 - 0.5 / FUTURES))
        yield Row(
            "Mean of the customers of the last month",
            f"median {median:,.0f}, spread {spread:g}, growth {growth:.0%}", "theory",
            f"{VERHULST}, integrated over the markets", expected_customers(median, spread, growth),
            simulate(STEP_BY_STEP, median, spread, growth).customers,
            customers(largest, growth, MONTHS - 1.0) / (2.0 * FUTURES), ",.0f",
        )  # fmt: skip


def opened_late() -> Iterator[Row]:
    for market, growth, build in ((1e5, 0.15, 3), (1e6, 0.3, 6), (1e4, 0.05, 2)):
        opens = math.ceil(build * 2.5)
        missed = customer_months(market, growth, MONTHS) - customer_months(
            market, growth, MONTHS - opens
        )
        yield Row(
            "Margin lost by opening late (kUSD)",
            f"market {market:,.0f}, growth {growth:.0%}, {opens} months", "theory",
            f"{VERHULST}, summed by Euler and Maclaurin", MARGIN_USD * missed / 1000.0,
            simulate(ALL_AT_ONCE, market, 0.0, growth, build_months=build, waits=1.0).late_kusd,
            1e-4 * MARGIN_USD * missed / 1000.0, ",.2f",
        )  # fmt: skip


def built() -> Iterator[Row]:
    """A market that one machine carries: all that is built was chosen beforehand."""
    for at_once, stages, build in (
        ("Caching", 4, 3),
        ("Replication", 3, 6),
        ("Load balancing", 2, 4),
    ):
        months = math.ceil(build * (1.0 + 0.5 * (stages - 1)))
        found = simulate(ALL_AT_ONCE, 20_000.0, 0.0, build_months=build, at_once=at_once)
        settings = f"all at once up to {at_once.lower()}, {build} months each"
        yield Row(
            "Building (kUSD)", settings, "theory", "three engineers for so many months",
            36.0 * months, found.building_kusd, 1e-9, ",.0f",
        )  # fmt: skip
        yield Row(
            "Care (kUSD)", settings, "theory", "half an engineer for each stage, once built",
            6.0 * stages * (MONTHS - months), found.care_kusd, 1e-9, ",.0f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from overloaded()
    yield from at_the_end()
    yield from opened_late()
    yield from built()


TOPIC = Topic(
    "When to take the next step",
    "Shares and means over 101 equally likely markets: a share is right to one part in 101, and "
    "the customers' mean to half of what the largest future adds to it. Mean costs are further off "
    "where rare large markets make most of them: 101 futures fall short of all by up to a fifth "
    "with a growth of 30 % and half a year to build. What is about one known market is exact, but "
    "for the terms that Euler and Maclaurin's formula leaves out.",
    rows,
)
