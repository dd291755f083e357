"""Out quickly, with boundaries, or with everything built: what is each way worth?

    >>> from scalelab.models.trade_offs.cost_of_delay import WAYS, compare
    >>> found = compare()
    >>> for way in WAYS:
    ...     one = found.ways[way]
    ...     print(f"{way:9} {one.value_kusd:6,.0f} kUSD, the best in {one.best:.0%}")
    Quick      2,165 kUSD, the best in 91%
    Bounded    2,377 kUSD, the best in 9%
    Scalable   1,032 kUSD, the best in 0%
    >>> f"{found.bounded_from:.1%}"  # chance of success from which on boundaries pay
    '3.7%'

Other ways to the same numbers are in `scalelab.theory.trade_offs.cost_of_delay`.
"""

import math
from dataclasses import dataclass

from scalelab.facts.cost_of_delay import LARGEST_32_BIT_KEY
from scalelab.kernels.trade_offs import cost_of_delay as kernels
from scalelab.models.check import one_of, within
from scalelab.models.growth.plan import BUILDERS, CARE_OF_A_STAGE, ENGINEER_USD, MARGIN_USD

WAYS = ("Quick", "Bounded", "Scalable")
LATE = ("Time alone", "Time and a deadline", "Time and a share")
ASSUMPTIONS = (
    "Success", "Growth a month", "Median market", "Spread of it", "Limit", "Margin",
    "Boundaries take", "A rewrite takes", "Dearer a year", "Right guess", "Share lost",
    "Replacing takes", "Discount", "Horizon",
)  # fmt: skip
# Assumptions, all of them, but for what the overview's plans assume as well.
SUCCESS, GROWTH, MARKET, SPREAD = 0.3, 0.15, 100_000.0, 1.0
EXTRA, MORE = 1.0, 8.0
REWRITE, CHANGE, REPLACE, RIGHT = 6.0, 0.25, 2.0, 0.8
LOST = 0.25
DISCOUNT, HORIZON = 0.15, 60.0
# What one machine carries, of `scalelab.models.growth.path`.
LIMIT = 120_000.0
CONSTANTS = {
    "spread": SPREAD,
    "limit": LIMIT,
    "margin": MARGIN_USD / 1000.0,
    "lost": LOST,
    "replace": REPLACE,
    "discount": DISCOUNT,
    "horizon": HORIZON,
    "first": 1000.0,
    "build": 4.0,
    "deadline": 6.0,
    "judged": 12.0,
    "team": BUILDERS * ENGINEER_USD / 1000.0,
    "care": CARE_OF_A_STAGE * ENGINEER_USD / 1000.0,
}


@dataclass(frozen=True)
class Way:
    """One way, over all futures.

    ``value_kusd`` is the expected net present value; a tenth of the futures does not exceed
    ``low_kusd``, nine tenths not ``high_kusd``. It is the ``best`` in that share of them; what it
    misses in the others is ``regret_kusd`` on average over all, ``worst_kusd`` at most.
    """

    launch_months: float
    value_kusd: float
    low_kusd: float
    high_kusd: float
    best: float
    regret_kusd: float
    worst_kusd: float


@dataclass(frozen=True)
class Compared:
    """All three, and where they cross.

    ``option_kusd`` is what the right to replace is worth, ``price_kusd`` what the wait for it
    costs; ``month_kusd`` is the cost of one month's delay of the quick way. Then, None where there
    is no such point: the chances of success from which on bounded beats quick, scalable beats
    bounded, and scalable beats quick; at most so many months for boundaries, at least so many for a
    rewrite, at least so much growth of it a year (bounded against quick); at most so many months
    for everything (scalable against bounded). ``tried`` has bounded less quick for a low and a high
    value of each assumption, those first that matter most.
    """

    ways: dict[str, Way]
    option_kusd: float
    price_kusd: float
    month_kusd: float
    bounded_from: float | None
    scalable_from: float | None
    scalable_beats_quick_from: float | None
    most_extra_months: float | None
    least_rewrite_months: float | None
    least_change: float | None
    most_more_months: float | None
    tried: dict[str, tuple[float, float]]


def compare(
    success: float = SUCCESS,
    growth: float = GROWTH,
    market: float = MARKET,
    late: str = LATE[2],
    extra: float = EXTRA,
    more: float = MORE,
    rewrite: float = REWRITE,
    change: float = CHANGE,
    right: float = RIGHT,
    spread: float = SPREAD,
    limit: float = LIMIT,
    margin_usd: float = MARGIN_USD,
    lost: float = LOST,
    replace: float = REPLACE,
    discount: float = DISCOUNT,
    horizon: float = HORIZON,
    care_kusd: float = CONSTANTS["care"],
) -> Compared:
    """Three ways to bring the shop out.

    Parameters
    ----------
    success : chance of it, 0 to 1. Else the product is closed a year after its launch.
    growth : of the customers a month, as a rate, 0.01 to 2.
    market : median of the markets of a product that succeeds, 1,000 to 1e9 customers a day.
    late : one of `LATE`; the deadline is six months from now.
    extra : months that boundaries take, 0 to 60.
    more : months that everything takes, 0 to 60. The quick way is out after four.
    rewrite : months, if it were done at once, 0 to 60.
    change : by so much longer for each year since the launch, 0 to 2, compounded.
    right : chance that what was bounded, or built, is what has to grow, 0 to 1.
    spread : standard deviation of the market's logarithm, 0 to 3; 0: it is known.
    limit : of the quick and the bounded way, 1,000 to 1e9 customers a day.
    margin_usd : of a customer of the day, 0 to 1000 USD a month.
    lost : share of the market, by a year's delay or by the missed deadline, 0 to 1.
    replace : months of the whole team's work behind a boundary, 0 to 24.
    discount : a year, 0 to 2.
    horizon : months from now after which nothing counts, 12 to 240.
    care_kusd : of what scales, 0 to 1000 kUSD a month.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Exact for 25 equally likely markets. They leave out the far end of the distribution: with 2,001
    the gain of bounded over quick is 9 % larger as it opens. Net present value is I.
    Fisher's ("The theory of interest", 1930), the cost of delay D. G. Reinertsen's ("The principles
    of product development flow", 2009), the worth of a boundary as an option C. Y. Baldwin and
    K. B. Clark's ("Design rules", 2000). That a rewrite takes longer each year is an assumption:
    for defects B. Boehm and V. R. Basili (2001) give factors of 5 to 100 from requirements to
    delivery, and T. Menzies et al. (2017) found none in 171 projects.

    Leaves out: that the quick way may learn sooner what is wanted, or be slower to change in
    everything else; a rewrite that fails, or is begun before the limit; customers who leave; a
    market that turns out just below the limit, for which nobody would replace anything; rents;
    owners who like a sure thing better than an expected one.
    """
    within("success", success, 0.0, 1.0, advice="a share, not a percentage")
    within("growth", growth, 0.01, 2.0, "a month")
    within("market", market, 1000.0, 1e9, "customers")
    one_of("late", late, LATE)
    within("extra", extra, 0.0, 60.0, "months")
    within("more", more, 0.0, 60.0, "months")
    within("rewrite", rewrite, 0.0, 60.0, "months")
    within("change", change, 0.0, 2.0, "a year")
    within("right", right, 0.0, 1.0, advice="a share, not a percentage")
    within("spread", spread, 0.0, 3.0)
    within("limit", limit, 1000.0, 1e9, "customers")
    within("margin_usd", margin_usd, 0.0, 1000.0, "USD a month")
    within("lost", lost, 0.0, 1.0, advice="a share, not a percentage")
    within("replace", replace, 0.0, 24.0, "months")
    within("discount", discount, 0.0, 2.0, "a year")
    within("horizon", horizon, 12.0, 240.0, "months")
    within("care_kusd", care_kusd, 0.0, 1000.0, "kUSD a month")
    given = {
        **CONSTANTS, "spread": spread, "limit": limit, "margin": margin_usd / 1000.0, "lost": lost,
        "replace": replace, "discount": discount, "horizon": horizon, "care": care_kusd,
    }  # fmt: skip
    table = kernels.cost_of_delay(
        float(success), float(growth), float(market), LATE.index(late), float(extra), float(more),
        float(rewrite), float(change), float(right), *(float(each) for each in given.values()),
    )  # fmt: skip
    rows = table[table[:, kernels.KIND] == kernels.SET].tolist()
    columns = (
        kernels.LAUNCH, kernels.VALUE, kernels.LOW, kernels.HIGH, kernels.BEST, kernels.REGRET,
        kernels.WORST,
    )  # fmt: skip
    crossings = [
        row[kernels.ANSWER] if row[kernels.FOUND] == 1.0 else None
        for row in table[table[:, kernels.KIND] == kernels.CROSSING].tolist()
    ]
    bars = table[table[:, kernels.KIND] == kernels.TORNADO].tolist()
    return Compared(
        ways={
            way: Way(*(row[column] for column in columns))
            for way, row in zip(WAYS, rows, strict=True)
        },
        option_kusd=rows[kernels.BOUNDED][kernels.OPTION],
        price_kusd=rows[kernels.BOUNDED][kernels.PRICE],
        month_kusd=rows[kernels.QUICK][kernels.PRICE],
        bounded_from=crossings[kernels.OF_QUICK],
        scalable_from=crossings[kernels.OF_BOUNDED],
        scalable_beats_quick_from=crossings[kernels.SCALABLE_OF_QUICK],
        most_extra_months=crossings[kernels.MOST_EXTRA],
        least_rewrite_months=crossings[kernels.LEAST_REWRITE],
        least_change=crossings[kernels.LEAST_CHANGE],
        most_more_months=crossings[kernels.MOST_MORE],
        tried={
            ASSUMPTIONS[int(low[kernels.WHAT])]: (low[kernels.GAIN], high[kernels.GAIN])
            for low, high in zip(bars[::2], bars[1::2], strict=True)
        },
    )


def best_of(trials: int, parts: int = 1) -> float:
    """Expected gain of ``trials`` new designs for each of ``parts`` that can be replaced alone.

    In standard deviations of one trial of the whole; 1 to 1000 trials, 1 to 1000 parts. The old
    part stays where no trial is better. Simpson's rule over one less the distribution of the best.

    >>> round(best_of(1), 4), round(best_of(1, parts=4), 4), round(best_of(10, parts=4), 4)
    (0.3989, 0.7979, 3.0777)

    Raises ValueError for numbers out of range.
    """
    within("trials", trials, 1, 1000)
    within("parts", parts, 1, 1000)
    steps, top = 2000, 10.0

    def above(x: float) -> float:
        return 1.0 - (0.5 * math.erfc(-x / math.sqrt(2.0))) ** trials

    width = top / steps
    inner = sum((4 if i % 2 else 2) * above(i * width) for i in range(1, steps))
    return math.sqrt(parts) * width / 3.0 * (above(0.0) + inner + above(top))


def keys_last_days(rows_per_s: float, largest: float = LARGEST_32_BIT_KEY.value) -> float:
    """Days until a table that gets so many rows has used all its keys.

    rows_per_s : 1e-6 to 1e9. largest : key, 1 to 1e19; a 32-bit one unless given.

    >>> round(keys_last_days(100.0))
    249

    Raises ValueError for numbers out of range.
    """
    within("rows_per_s", rows_per_s, 1e-6, 1e9, "1/s")
    within("largest", largest, 1.0, 1e19, "keys")
    return largest / rows_per_s / 86_400.0
