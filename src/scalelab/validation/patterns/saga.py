"""Sagas against fractions, the rule for their order, and exact sums for a sale."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from scalelab.models.patterns.saga import (
    COMMIT_S,
    OUTAGE_S,
    PAY_S,
    PAYMENT_FIRST,
    STOCK_FIRST,
    TWO_PHASE,
    compare,
    run,
    sell,
)
from scalelab.theory.patterns import saga as theory
from scalelab.validation.row import Row, Topic, exact, simulated

SAGAS = "what was done less what stays, in fractions, {cite:t}`v-garciamolina1987`"
RULE = "undoing times odds of success, by swapping neighbours"
LITTLE = "Little's law"
SUMS = "exact sums over who pays and who comes meanwhile"
FAILS = (0.005, 0.01, 0.05)
USD = (0.05, 0.05, 1.0)
NAMES = ("stock", "account", "payment")


def _rows() -> Iterator[Row]:
    fails, usd = [Fraction(p) for p in FAILS], [Fraction(c) for c in USD]
    for order in permutations(range(3)):
        where = ", ".join(NAMES[i] for i in order)
        steps, cost = theory.undone([fails[i] for i in order], [usd[i] for i in order])
        found = run([FAILS[i] for i in order], [USD[i] for i in order])
        yield exact(
            "Steps undone of 1,000 orders", where, SAGAS, 1000.0 * float(steps),
            1000.0 * found.undone_steps,
        )  # fmt: skip
        yield exact(
            "Undoing (USD for 1,000 orders)", where, SAGAS, 1000.0 * float(cost),
            1000.0 * found.undo_usd,
        )  # fmt: skip
    for refund in (0.05, 1.0):
        prices = (0.05, 0.05, refund)
        rule = theory.best_order(FAILS, prices)
        by_rule = run([FAILS[i] for i in rule], [prices[i] for i in rule])
        best = min(
            run([FAILS[i] for i in each], [prices[i] for i in each]).undo_usd
            for each in permutations(range(3))
        )
        yield exact(
            "Cheapest order (USD for 1,000 orders)", f"a payment's undoing for {refund} USD", RULE,
            1000.0 * by_rule.undo_usd, 1000.0 * best,
        )  # fmt: skip
    yield exact(
        "Sagas that end early", "ten steps at 99.9%", SAGAS,
        float(theory.long_saga(10, Fraction(1, 1000))), run([0.001] * 10).ends, ".6f",
    )  # fmt: skip
    two = compare()[TWO_PHASE]
    yield exact(
        "Turned away of a million", "two-phase commit, three nines each",
        "all four are up, in fractions", 1e6 * float(1 - theory.all_up(Fraction(999, 1000), 4)),
        two.turned_away, ".1f",
    )  # fmt: skip
    crashes = 0.001 / OUTAGE_S  # a second
    yield exact(
        "In doubt of a million", "two-phase commit, three nines each", LITTLE,
        1e6 * 0.999**3 * crashes * (PAY_S + COMMIT_S), two.half_done,
    )  # fmt: skip
    hasty = compare(tries_s=0.0)[STOCK_FIRST]
    # Stock and account stay if one of them goes down while the payment is on its way and fails.
    declined = Fraction(999, 1000) ** 4 * (1 - fails[0]) * (1 - fails[1]) * fails[2]
    left = theory.left_half_done(
        [(declined, Fraction(PAY_S))] * 2, Fraction(999, 1000), Fraction(OUTAGE_S)
    )
    yield exact(
        "Steps left half done of a million", "three nines each, no second try", LITTLE,
        1e6 * float(left), hasty.half_done,
    )  # fmt: skip
    for pay_s, fails_share in ((3.0, 0.05), (10.0, 0.05), (3.0, 0.2)):
        where = f"100 pieces, {pay_s:.0f} s, {fails_share:.0%} fail"
        sold = sell(pay_s=pay_s, payment_fails=fails_share, runs=1000)
        yield simulated(
            "Payments returned", where, SUMS, theory.refunds(100, 300, 20.0, pay_s, fails_share),
            sold[PAYMENT_FIRST].refunded, ".2f",
        )  # fmt: skip
        if pay_s == 3.0:
            lost = theory.sold_at_best(100, 300, fails_share)
            lost -= theory.sold_if_kept(100, 300, fails_share)
            yield simulated(
                "Sales lost", where, SUMS, lost, sold[STOCK_FIRST].lost, ".2f"
            )  # fmt: skip


TOPIC = Topic(
    "Sagas and two-phase commit",
    "Orders touch stock, an account and a payment, which say no to 0.5, 1 and 5% of them. A hot "
    "item has 100 pieces and 300 customers, who come at random, 20 a second.",
    _rows,
)
