"""When to take each step of the path, where nobody knows how large the shop will be.

Customers follow a logistic curve towards the market, and the market is what is not known: its
logarithm is normally distributed. `FUTURES` markets, equally likely, stand for all. In each, three
plans are followed month by month with the shop's stages of `scalelab.kernels.growth.path`: *step by
step* begins to build when the load has reached the trigger; *when it breaks* begins when the load
has reached the limit; *all at once* begins with several stages on the first day, and opens after
the part of that work for which the opening waits.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels import shop as figures
from scalelab.kernels.elementary import exp, power
from scalelab.kernels.growth.path import STAGES, Shop, fleet, most, rent
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.normal import normal_quantile
from scalelab.kernels.select import kth_smallest

STEP_BY_STEP, WHEN_IT_BREAKS, ALL_AT_ONCE = range(3)
PLANS = 3
FUTURES = 101
HORIZON = 60  # months
FIRST_CUSTOMERS = 1000.0
TOGETHER = 0.5  # of what a stage takes alone, where it is built together with the one before
EVERY = 2  # months between the points of the followed future
POINTS = HORIZON // EVERY
MARKETS = 13
SMALLEST_MARKET, LARGEST_MARKET = 1e4, 1e7
ROUNDING = 1e-9

ALL_FUTURES, FOLLOWED, BY_MARKET = range(3)
KIND, PLAN, MONTH, MARKET, CUSTOMERS, LIMIT, STAGE = range(7)
BUILD, CARE, RENT, TURNED, LATE, TOTAL, LOW, HIGH, OVERLOADED, OVER_BUILT, SHORT = range(7, 18)
WIDTH = 18
ROWS = PLANS * (1 + POINTS + MARKETS)


class Terms(NamedTuple):
    """Growth and trigger as shares, prices in USD; the third plan first builds ``at_once``."""

    growth: float
    trigger: float
    build_months: int
    stride: int
    at_once: int
    waits: float  # share of the third plan's first building before which it does not open
    margin: float  # a customer of the day, for a month
    build_usd: float  # a month of building
    care_usd: float  # each stage beyond the first, a month
    vcpu_usd: float
    balancer_usd: float
    customer_rate: float


@kernel
def logistic(market: float, growth: float, month: float) -> float:
    """Customers a day so long after the opening; before it there are none."""
    if month < 0.0:
        return 0.0
    left = (market - FIRST_CUSTOMERS) / FIRST_CUSTOMERS * exp(-growth * month)
    return float(market / (1.0 + left))


@kernel
def months_for(stages: int, build_months: int) -> int:
    """Whole months to build so many stages in one go."""
    if stages <= 0:
        return 0
    return int(np.ceil(build_months * (1.0 + (stages - 1) * TOGETHER) * (1.0 - ROUNDING)))


@kernel
def needed(most_customers: float, limits: Floats) -> int:
    """The first stage that carries them; the last if none does."""
    for stage in range(STAGES):
        if most_customers <= limits[stage] * (1.0 + ROUNDING):
            return stage
    return STAGES - 1


@kernel
def put(table: Table, at: int, row: Floats, kind: int) -> None:
    table[at, KIND] = kind
    for column in range(PLAN, WIDTH):
        table[at, column] = row[column]


@kernel
def future(
    plan: int, market: float, t: Terms, shop: Shop, limits: Floats, row: Floats, table: Table,
    first: int,
) -> None:  # fmt: skip
    """Fills ``row`` with what the plan has cost (kUSD) by the end in this market.

    With ``first`` of 0 or more, also rows of the table from there on, with what it has cost so far.
    """
    row[:] = 0.0
    row[PLAN] = plan
    row[MARKET] = market
    stage = opens = left = coming = 0
    trigger = 1.0 if plan == WHEN_IT_BREAKS else t.trigger
    if plan == ALL_AT_ONCE and t.at_once > 0:
        coming = t.at_once
        left = months_for(coming, t.build_months) + 1  # from the first month on
        opens = int(np.ceil(t.waits * (left - 1) * (1.0 - ROUNDING)))
    largest = 0.0
    for month in range(HORIZON):
        if left > 0:
            left -= 1
            if left == 0:
                stage += coming
        on_time = logistic(market, t.growth, float(month))
        customers = logistic(market, t.growth, float(month - opens))
        largest = max(largest, on_time)
        if left == 0 and stage < STAGES - 1 and customers >= trigger * limits[stage]:
            coming = min(t.stride, STAGES - 1 - stage)
            left = months_for(coming, t.build_months)
        served = min(customers, limits[stage])
        if customers > limits[stage]:
            row[OVERLOADED] += 1.0
        row[TURNED] += t.margin * (customers - served) / 1000.0
        row[LATE] += t.margin * (on_time - customers) / 1000.0
        if left > 0:
            row[BUILD] += t.build_usd / 1000.0
        if month >= opens:
            machines = fleet(stage, served * t.customer_rate, shop).machines
            row[RENT] += rent(stage, machines, shop.vcpus, t.vcpu_usd, t.balancer_usd) / 1000.0
            row[CARE] += stage * t.care_usd / 1000.0
        row[MONTH] = month + 1
        row[CUSTOMERS] = customers
        row[LIMIT] = limits[stage]
        row[STAGE] = stage
        row[TOTAL] = row[BUILD] + row[CARE] + row[RENT] + row[TURNED] + row[LATE]
        row[LOW] = row[HIGH] = row[TOTAL]
        row[OVER_BUILT] = 1.0 if stage > needed(largest, limits) else 0.0
        row[SHORT] = 1.0 if row[OVERLOADED] > 0.0 else 0.0
        if first >= 0 and month % EVERY == EVERY - 1:
            put(table, first + month // EVERY, row, FOLLOWED)


@kernel
def market_of(share: float, median: float, spread: float) -> float:
    """The market that such a share of the futures stays below; never below the first customers."""
    return max(median * exp(spread * normal_quantile(share)), 1.01 * FIRST_CUSTOMERS)


@kernel
def plan(
    market: float, spread: float, growth: float, trigger: float, build_months: int, stride: int,
    at_once: int, waits: float, margin: float, followed: float, build_usd: float, care_usd: float,
    vcpu_usd: float, balancer_usd: float, target: float, hit_ratio: float, lookup_ms: float,
) -> Table:  # fmt: skip
    """For each plan a row over all futures, then `POINTS` of the followed one, then `MARKETS`.

    Columns: kind of row; plan; months that have passed; market; customers a day; limit; stage
    (means over the futures in the first kind). What it has cost so far (kUSD): building, care,
    rent, margin of customers turned away, of customers who came late; all of it, and what a tenth
    of the futures stays below and above of that. Months of overload. Share of the futures in which
    more was built than was ever needed, and with any overload. ``followed`` is the share of the
    futures with a smaller market than that of the followed one. ``market`` is the median.
    """
    shop = Shop(
        figures.VCPUS, target, figures.CPU_MS - figures.DATABASE_MS, figures.DATABASE_MS,
        figures.DISK_MS, figures.WRITE_SHARE, hit_ratio, lookup_ms,
    )  # fmt: skip
    t = Terms(
        growth, trigger, build_months, stride, at_once, waits, margin, build_usd, care_usd,
        vcpu_usd, balancer_usd, figures.CUSTOMER_RATE,
    )  # fmt: skip
    limits = np.empty(STAGES)
    for stage in range(STAGES):
        limits[stage] = most(stage, shop) / figures.CUSTOMER_RATE
    table = np.zeros((ROWS, WIDTH))
    row = np.empty(WIDTH)
    totals = np.empty(FUTURES)
    for which in range(PLANS):
        for i in range(FUTURES):
            one = market_of((i + 0.5) / FUTURES, market, spread)
            future(which, one, t, shop, limits, row, table, -1)
            totals[i] = row[TOTAL]
            for column in range(PLAN, WIDTH):
                table[which, column] += row[column] / FUTURES
        table[which, PLAN] = which
        table[which, MONTH] = HORIZON
        table[which, MARKET] = market
        table[which, LOW] = kth_smallest(totals, FUTURES // 10)
        table[which, HIGH] = kth_smallest(totals, FUTURES - 1 - FUTURES // 10)
        first = PLANS + which * POINTS
        one = market_of(followed, market, spread)
        future(which, one, t, shop, limits, row, table, first)
        for i in range(MARKETS):
            at = PLANS * (1 + POINTS) + which * MARKETS + i
            size = SMALLEST_MARKET * power(LARGEST_MARKET / SMALLEST_MARKET, i / (MARKETS - 1))
            future(which, size, t, shop, limits, row, table, -1)
            put(table, at, row, BY_MARKET)
    return table
