"""Ways to the market against arithmetic without discount, annuities, and published numbers."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from scalelab.models.trade_offs.cost_of_delay import (
    CONSTANTS,
    LATE,
    best_of,
    compare,
    keys_last_days,
)
from scalelab.theory.trade_offs import cost_of_delay as theory
from scalelab.validation.row import Row, Topic, exact

FISHER = "annuity, {cite:t}`v-fisher1930`"
SERIES = "geometric series of months"
END = "months lost at the end"
BALANCE = "loss times its chance, in fractions"
DESIGN = "{cite:t}`v-baldwin2000`"
LIMIT, MARKET, MARGIN = 120_000.0, 500_000.0, 0.005
# One certain market that all ways reach; money is worth the same at any time.
PLAIN: dict[str, Any] = {
    "success": 1.0, "market": MARKET, "late": LATE[0], "change": 0.0, "right": 1.0, "spread": 0.0,
    "discount": 0.0, "horizon": 120.0, "care_kusd": 0.0,
}  # fmt: skip
WHERE = "one market of 500,000, no discount"


def _plain() -> Iterator[Row]:
    found = compare(**PLAIN)
    quick, bounded, scalable = (each.value_kusd for each in found.ways.values())
    rewrite = theory.rewrite_costs(6.0, MARKET, LIMIT, MARGIN)
    replacing = theory.replacing_costs(2.0, MARKET, LIMIT, 0.15, MARGIN)
    month = theory.delay_costs(1.0, MARKET, MARGIN)
    yield exact("Bounded over quick (kUSD)", WHERE, END, rewrite - replacing - month,
                bounded - quick, ",.3f")  # fmt: skip
    yield exact("Scalable over quick (kUSD)", WHERE, END, rewrite - 8.0 * month,
                scalable - quick, ",.3f")  # fmt: skip
    yield exact("One month's delay (kUSD)", WHERE, END, month, found.month_kusd, ",.3f")
    assert found.least_rewrite_months is not None
    yield exact("Least rewrite that pays for boundaries (months)", WHERE, END,
                theory.least_rewrite(1.0, 2.0, MARKET, LIMIT, 0.15),
                found.least_rewrite_months)  # fmt: skip
    assert found.most_more_months is not None
    yield exact("Most months for everything", WHERE, END, 1.0 + replacing / month,
                found.most_more_months)  # fmt: skip
    assert found.bounded_from is not None
    team = Fraction(CONSTANTS["team"])
    yield exact("Least chance of success for boundaries", WHERE, BALANCE,
                float(theory.least_chance(team, Fraction(rewrite - replacing - month))),
                found.bounded_from, ".6f")  # fmt: skip


def _rows() -> Iterator[Row]:
    fails = compare(success=0.0).ways["Quick"].value_kusd
    sales = theory.annuity(5.0, 16.0, 0.15) - theory.annuity(5.0, 4.0, 0.15)
    yield exact("Quick (kUSD)", "nobody wants it", FISHER,
                sales - theory.annuity(CONSTANTS["team"], 16.0, 0.15), fails, ",.3f")  # fmt: skip
    grows = compare(success=1.0, growth=0.15, market=1e9, spread=0.0, limit=1e9, horizon=64.0)
    first = 1000.0 * (1.15) ** (-4.0 / 12.0)
    months = theory.growing(first, 2.718281828459045**0.15, 60, 0.15)
    yield exact("Quick (kUSD)", "60 months of growth, no limit", SERIES,
                MARGIN * months - theory.annuity(CONSTANTS["team"], 64.0, 0.15),
                grows.ways["Quick"].value_kusd, ",.3f")  # fmt: skip
    yield from _plain()
    yield exact("Best of one design", "of normal ones, or the old", DESIGN,
                0.3989422804014327, best_of(1))  # fmt: skip
    yield exact("Best of two designs", "of normal ones, or the old", DESIGN,
                theory.best_of_two(), best_of(2))  # fmt: skip
    yield exact("Gain by parts, over that of the whole", "nine parts, two designs each", DESIGN,
                theory.splitting(9), best_of(2, parts=9) / best_of(2), ".3f")  # fmt: skip
    yield exact("32-bit keys last (days)", "100 rows a second", "powers of two",
                (2**31 - 1) / 8_640_000, keys_last_days(100.0), ".2f")  # fmt: skip


TOPIC = Topic(
    "Speed to market and scalability",
    "Three ways to bring the shop out, with one machine for 120,000 customers of a day, growth of "
    "0.15 a month and a rewrite of six months.",
    _rows,
)
