"""What does it cost to take the steps of the path early, late, or all at once?

    >>> from scalelab.models.growth.plan import PLANS, simulate
    >>> for plan in PLANS:
    ...     found = simulate(plan)
    ...     cost, months = found.total_kusd, found.overloaded
    ...     print(f"{plan:14} {cost:5,.0f} kUSD, overloaded {months:.1f} months")
    Step by step     314 kUSD, overloaded 0.1 months
    When it breaks   607 kUSD, overloaded 3.1 months
    All at once    1,573 kUSD, overloaded 0.0 months

The closed forms are in `scalelab.theory.growth.plan`.
"""

from dataclasses import dataclass

from scalelab.kernels.growth import plan as kernels
from scalelab.models.check import one_of, within
from scalelab.models.growth.path import CONSTANTS, HIT_RATIO, STAGES, TARGET

PLANS = ("Step by step", "When it breaks", "All at once")
# What of the costs is what, by the names of the kernel's columns.
PARTS = ("Building", "Care", "Rent", "Turned away", "Opened late")
# Assumptions: three engineers build, and each stage beyond the first takes half of one for good.
ENGINEER_USD = 12_000.0  # a month, all costs included
BUILDERS = 3.0
CARE_OF_A_STAGE = 0.5
# 1.2 visits a day on 30 days, one in forty of which orders for 55 USD, a tenth of it margin.
MARGIN_USD = 5.0
FOLLOWED = 0.9
FIXED = {
    "followed": FOLLOWED,
    "build_usd": BUILDERS * ENGINEER_USD,
    "care_usd": CARE_OF_A_STAGE * ENGINEER_USD,
    "vcpu_usd": CONSTANTS["vcpu_usd"],
    "balancer_usd": CONSTANTS["balancer_usd"],
    "target": TARGET,
    "hit_ratio": HIT_RATIO,
    "lookup_ms": CONSTANTS["lookup_ms"],
}


@dataclass(frozen=True)
class Plan:
    """Result of `simulate` after five years; means over the futures, costs in thousand USD.

    ``total_kusd`` is the sum of the five before it; a tenth of the futures stays below
    ``low_kusd``, and a tenth above ``high_kusd``. ``overloaded`` is in months. In the share
    ``short_share`` of the futures there is any overload, and in ``over_built_share`` more was built
    than the largest load ever needed. ``stage`` and ``customers`` are those of the end.
    """

    building_kusd: float
    care_kusd: float
    rent_kusd: float
    turned_away_kusd: float
    late_kusd: float
    total_kusd: float
    low_kusd: float
    high_kusd: float
    overloaded: float
    over_built_share: float
    short_share: float
    stage: float
    customers: float


def simulate(
    plan: str,
    market: float = 100_000.0,
    spread: float = 1.5,
    growth: float = 0.15,
    trigger: float = 0.7,
    build_months: int = 3,
    stride: int = 1,
    at_once: str = "Caching",
    waits: float = 0.0,
    margin: float = MARGIN_USD,
) -> Plan:
    """Costs of one plan over 101 equally likely markets.

    Parameters
    ----------
    plan : one of `PLANS`. The first two begin with one machine. "All at once" does as well, but
        builds everything up to ``at_once`` from the first day, and goes on step by step.
    market : median of the markets, 1,000 to 1e9 customers a day. The shop begins with 1,000.
    spread : standard deviation of the market's logarithm, 0 to 4; 0: the market is known.
    growth : a month, in the beginning, as a rate: 0.15 is e^0.15 - 1, 16 % a month. 0.001 to 2.
    trigger : share of the limit at which "Step by step" begins to build, 0.05 to 1.
    build_months : to build one stage, 1 to 36. Each further one that is built in the same go takes
        half of that.
    stride : stages in one go, 1 to 6.
    at_once : one of `scalelab.models.growth.path.STAGES`.
    waits : share of that first building before which "All at once" does not open, 0 to 1.
    margin : of a customer of the day, 0 to 1000 USD a month.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Limits and rents are those of `scalelab.models.growth.path` at its defaults. The two quantities
    that decide, ``growth`` times ``build_months`` and the spread of the market, are alike for all
    plans. Left out: that growth depends on what customers meet, that money now and later differ,
    that features wait while engineers build or take care, that a design for a market that did not
    come is not the one that is wanted then, and that a plan may be changed on the way.
    101 futures leave out the far end of the distribution, so that a mean falls short of that of
    all markets: by some 2 % at most as it opens, by 13 to 18 % with a growth of 0.3 and 6 months
    to build, and by a quarter to two fifths with a spread of 2.5 besides. In these cases the order
    of the plans is the same.
    The logistic curve is P.-F. Verhulst's (1838); a market whose logarithm is normally distributed
    is an assumption.
    """
    one_of("plan", plan, PLANS)
    one_of("at_once", at_once, STAGES)
    within("market", market, 1000.0, 1e9, "customers")
    within("spread", spread, 0.0, 4.0)
    within("growth", growth, 0.001, 2.0, "a month")
    within("trigger", trigger, 0.05, 1.0)
    within("build_months", build_months, 1, 36, "months")
    within("stride", stride, 1, 6, "stages")
    within("waits", waits, 0.0, 1.0)
    within("margin", margin, 0.0, 1000.0, "USD a month")
    table = kernels.plan(
        float(market), float(spread), float(growth), float(trigger), int(build_months),
        int(stride), STAGES.index(at_once), float(waits), float(margin), **FIXED,
    )  # fmt: skip
    row = table[PLANS.index(plan)]
    columns = (
        kernels.BUILD, kernels.CARE, kernels.RENT, kernels.TURNED, kernels.LATE, kernels.TOTAL,
        kernels.LOW, kernels.HIGH, kernels.OVERLOADED, kernels.OVER_BUILT, kernels.SHORT,
        kernels.STAGE, kernels.CUSTOMERS,
    )  # fmt: skip
    return Plan(*(float(row[column]) for column in columns))
