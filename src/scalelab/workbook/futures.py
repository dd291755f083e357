"""Futures of a shop, month by month, as the workbook on growth plays them.

Growth, market and noise are drawn from a seed; limits and costs are those of the chapter. A rule
sees what a team sees: the loads so far and the limit, and says whether to begin the next stage.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from scalelab.models.growth.path import path
from scalelab.models.growth.plan import BUILDERS, CARE_OF_A_STAGE, ENGINEER_USD, MARGIN_USD
from scalelab.theory.growth.plan import customers

MONTHS = 60
LIMITS = tuple(stage.limit for stage in path(1000).values())
GROWTH = (0.04, 0.35)  # a month, in the beginning, as a rate; each as likely
MARKET, SPREAD = 300_000.0, 1.5  # median, and spread of the logarithm
# Markets beyond are cut off there: of some hundred futures, one of 50 million customers would say
# alone what a rule costs on average.
DEVIATIONS = 2.0
NOISE = 0.05  # standard deviation of a month's load, as a share

Rule = Callable[[Sequence[float], float, int], object]


class Future(NamedTuple):
    """``loads`` in customers a day for each month; a stage takes ``build_months``."""

    loads: tuple[float, ...]
    build_months: int


class Cost(NamedTuple):
    """In thousand USD, and the months in which customers are turned away."""

    total: float
    engineers: float
    turned_away: float
    overloaded: int


def future(seed: int) -> Future:
    chance = np.random.default_rng(seed)
    growth = chance.uniform(*GROWTH)
    away = float(np.clip(chance.standard_normal(), -DEVIATIONS, DEVIATIONS))
    market = MARKET * float(np.exp(SPREAD * away))
    noise = 1.0 + NOISE * chance.standard_normal(MONTHS)
    loads = (customers(market, growth, month) * noise[month] for month in range(MONTHS))
    return Future(tuple(map(float, loads)), int(chance.integers(2, 6)))


def play(rule: Rule, of: Future) -> Cost:
    """What it costs to follow the rule: it is asked each month in which nothing is being built."""
    stage = left = overloaded = 0
    engineers = turned_away = 0.0
    for month in range(MONTHS):
        if left > 0:
            left -= 1
            stage += left == 0
        loads = of.loads[: month + 1]
        last = stage == len(LIMITS) - 1
        if left == 0 and not last and bool(rule(loads, LIMITS[stage], of.build_months)):
            left = of.build_months
        missing = max(0.0, loads[-1] - LIMITS[stage])
        overloaded += missing > 0.0
        turned_away += MARGIN_USD * missing / 1000.0
        engineers += ENGINEER_USD * (BUILDERS * (left > 0) + CARE_OF_A_STAGE * stage) / 1000.0
    return Cost(engineers + turned_away, engineers, turned_away, overloaded)
