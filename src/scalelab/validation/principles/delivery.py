"""Deliveries against geometric laws, sums over receives, and all cases in fractions."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from scalelab.models.principles.delivery import ORDERS, RUNS, deliver, expect, overruns
from scalelab.theory.principles import delivery as theory
from scalelab.validation.row import Row, Topic, exact

TRIALS = "Bernoulli trials, {cite:t}`v-feller1968`, chapter VI"
WEIBULL = "Weibull's law by its shape"
CASES = "all cases of the receives, in fractions"
QUIET: dict[str, Any] = {"send_lost": 0.0, "crash": 0.0, "dies": 0.0, "poison": 0.0}


def counted(quantity: str, settings: str, source: str, chance: float, ours: float) -> Row:
    """Orders of so many runs against their chance: four standard errors."""
    n = ORDERS * RUNS
    se = ORDERS * math.sqrt(chance * (1.0 - chance) / n)
    return Row(quantity, settings, "theory", source, ORDERS * chance, ours, 4.0 * se, ".1f")


def _rows() -> Iterator[Row]:
    for law, shape, lease in (
        ("exponential", 1.0, 30.0), ("exponential", 1.0, 120.0), ("long tail", 0.5, 30.0),
        ("long tail", 0.5, 120.0),
    ):  # fmt: skip
        yield exact(
            "Overruns", f"{law}, a lease of {lease:.0f} s", WEIBULL,
            theory.overruns(lease, 10.0, shape), overruns(law, lease), ".6f",
        )  # fmt: skip
    for lost in (Fraction(1, 5), Fraction(1, 20)):
        where = f"{float(lost):.0%} of the acknowledgements lost, one receive of each copy"
        alone = expect("With heartbeats", **QUIET, ack_lost=float(lost), receives=1)
        yield exact("Mean deliveries", where, TRIALS, float(theory.deliveries(lost)),
                    alone.receives)  # fmt: skip
    some = (0.02, 0.05, 0.1, 0.01)
    yield exact(
        "Done at most once (of 10,000)", "2% of the sends lost, 5% of the producers and 10% of "
        "the workers dead, 1% poison", TRIALS, ORDERS * float(theory.once_at_most(*some)),
        expect("At most once", send_lost=0.02, crash=0.05, dies=0.1, poison=0.01).once,
    )  # fmt: skip
    for law, shape, lease, receives in (
        ("exponential", 1.0, 30.0, 5), ("exponential", 1.0, 10.0, 3), ("long tail", 0.5, 120.0, 5),
    ):  # fmt: skip
        where = f"{law}, a lease of {lease:.0f} s, {receives} receives"
        each = theory.receive(0.005, 0.005, theory.overruns(lease, 10.0, shape))
        healthy = 0.999 * 0.999
        twice = healthy * float(theory.order_twice(each, receives, 0.005))
        found = expect("At least once", law=law, lease_s=lease, receives=receives)
        yield exact("Done twice or more (of 10,000)", where, CASES, ORDERS * twice, found.more)
        if twice > 0.05:  # of fewer a simulation as short says little
            runs = deliver(law=law, lease_s=lease, receives=receives)["At least once"]
            yield counted("Done twice or more, in the runs (of 10,000)", where, CASES, twice,
                          runs.more)  # fmt: skip
        mean = float(theory.mean_receives(each, receives, 0.005))
        poison = receives / 0.995
        yield exact("Mean receives of an order", where, CASES,
                    0.999 * (0.999 * mean + 0.001 * poison), found.receives)  # fmt: skip
    each = theory.receive(0.005, 0.005, math.exp(-1.0))
    buried = 0.999 * 0.999 * float(theory.buried_though_done(each, 3, 0.005))
    where = "exponential, a lease of 10 s, 3 receives"
    yield exact("Dead letters that are done (of 10,000)", where, CASES, ORDERS * buried,
                expect("At least once", lease_s=10.0, receives=3).buried_done)  # fmt: skip
    for window in (24, 36, 48):
        chance = float(
            theory.key_fails(
                Fraction(1, 5), 4, Fraction(21), Fraction(30), Fraction(window)
            )
        )  # fmt: skip
        found_key = deliver(
            **QUIET, ack_lost=0.2, law="always", lease_s=21.0, receives=4,
            window_min=window / 60.0,
        )  # fmt: skip
        yield counted(
            "Done twice although there is a key (of 10,000)",
            f"keys kept for {window} s, a fifth of the acknowledgements lost", CASES, chance,
            found_key["Key, and outbox"].more,
        )  # fmt: skip
    worst = deliver(send_lost=0.2, ack_lost=0.2, crash=0.2, dies=0.2, lease_s=10.0, receives=20)
    where = "a fifth of everything lost or dead, keys kept for a day"
    yield Row("Done twice although there is a key (of 10,000)", where, "theory",
              "effect of exactly once", 0.0, worst["With a key"].more, 0.0, ".1f")  # fmt: skip
    yield Row("Lost in spite of an outbox (of 10,000)", where, "theory",
              "one transaction", 0.0, worst["Key, and outbox"].lost, 0.0, ".1f")  # fmt: skip
    for receives in (3, 7):
        found_poison = deliver(poison=1.0, crash=0.0, ack_lost=0.0, receives=receives)
        yield exact("Receives of a poisoned message", f"{receives} allowed", "the limit itself",
                    receives, found_poison["At least once"].receives)  # fmt: skip
    for at in (20.0, 45.0):
        chance = theory.not_done_by(at, 10.0, 30.0, 0.2)
        slow = deliver(send_lost=0.0, ack_lost=0.0, crash=0.0, poison=0.0, dies=0.2, law="always")
        yield counted("Not done yet (of 10,000)", f"after {at:.0f} s, a fifth of the workers die",
                      TRIALS, chance, slow["At least once"].not_done[at])  # fmt: skip


TOPIC = Topic(
    "Delivery of messages",
    "10,000 orders whose work takes 10 s on average, in seven runs; where nothing else is said, 1% "
    "of the sends and 0.5% of the acknowledgements are lost, 0.5% of the workers and 0.1% of the "
    "producers die, and 0.1% of the orders are poison.",
    _rows,
)
