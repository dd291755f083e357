"""Retries against closed forms, a published case of metastable failure, and another simulator."""

import math
from collections.abc import Iterator

from scalelab.models.principles.retries import (
    BUDGETS,
    QUEUES,
    WAYS,
    against_failures,
    outage,
)
from scalelab.theory.principles import retries as theory
from scalelab.validation.row import Row, Topic, exact

NONE, PLAIN, BUDGET, BREAKER, SHED = WAYS
BRONSON = "published case, {cite:t}`v-bronson2021`"
BROOKER = "his `retry_sim`, {cite:t}`v-brooker2022retries`; one run of 10,000 requests"
LAYERS = "five layers of three tries, {cite:t}`v-brooker2019`"
RULE = "capacity over the attempts for each request that fails"
LINE = "first come, first served, with even arrivals"
FIRST = "the first time-outs, at the rate of the requests"
GEOMETRIC = "a geometric series that ends"
TOKENS = "the share of tokens and those that were there at first"
# Attempts for each request, and share answered: what his simulator gave once, with seed 1.
SEEN = {
    (0.1, NONE): (1.000, 0.8989), (0.1, PLAIN): (1.106, 0.9999), (0.1, BUDGET): (1.096, 0.9923),
    (0.1, BREAKER): (1.026, 0.9177), (0.5, PLAIN): (1.881, 0.9351),
    (0.5, BUDGET): (1.143, 0.5701), (0.5, BREAKER): (1.000, 0.4981),
    (0.75, PLAIN): (2.723, 0.6821), (0.75, BUDGET): (1.143, 0.2853),
    (0.75, BREAKER): (1.000, 0.2508),
}  # fmt: skip


def _metastable() -> Iterator[Row]:
    once = outage(retries=1)[PLAIN]
    yield Row(
        "Sent to the database after the outage (1/s)", "280/s, one retry", "published", BRONSON,
        560.0, once.sent_per_s[-1], 1e-6, ".1f",
    )  # fmt: skip
    yield Row(
        "Share of the requests without an answer then", "280/s, one retry", "published", BRONSON,
        1.0, 1.0 - once.goodput_per_s[-1] / 280.0, 1e-9, ".3f",
    )  # fmt: skip
    yield Row(
        "Stable below (1/s)", "one retry", "published", BRONSON, 150.0,
        once.recovers_below_per_s, 0.2, ".1f",
    )  # fmt: skip
    yield Row(
        "Overloaded from (1/s)", "one retry", "published", BRONSON, 300.0, once.tips_at_per_s,
        1e-9, ".1f",
    )  # fmt: skip
    for load, factor in ((140.0, 1.0), (160.0, 2.0)):
        found = outage(load, retries=1)[PLAIN]
        yield Row(
            "Attempts for a request after the outage", f"{load:.0f}/s, one retry", "published",
            BRONSON, factor, found.factor, 1e-6, ".3f",
        )  # fmt: skip
    for retries in (2, 3, 5):
        yield Row(
            "Recovers below (1/s)", f"{retries} retries", "theory", RULE,
            theory.recovers_below(300.0, retries),
            outage(retries=retries)[PLAIN].recovers_below_per_s, 0.2, ".1f",
        )  # fmt: skip
    for share in (0.05, 0.1, 0.2):
        yield Row(
            "Recovers below (1/s)", f"budget of {share:.0%} of the requests", "theory", RULE,
            theory.recovers_below(300.0, share),
            outage(budget_share=share)[BUDGET].recovers_below_per_s, 0.2, ".1f",
        )  # fmt: skip
    yield Row(
        "Recovers below (1/s)", "budget of 10 % of the answers", "theory", RULE,
        theory.recovers_below(300.0, 0.0),
        outage(budget_of=BUDGETS[1])[BUDGET].recovers_below_per_s, 0.2, ".1f",
    )  # fmt: skip


def _down() -> Iterator[Row]:
    for load, seconds in ((280.0, 10.0), (260.0, 10.0), (150.0, 30.0), (60.0, 10.0)):
        down = outage(load, seconds)[NONE].down_s
        yield Row(
            "Down without retries (s)", f"{load:.0f}/s, outage of {seconds:.0f} s", "theory", LINE,
            theory.without_retries(load, 300.0, seconds, 1.0), math.nan if down is None else down,
            0.5, ".1f",
        )  # fmt: skip
    for load, open_s in ((280.0, 60.0), (100.0, 30.0)):
        down = outage(load, open_s=open_s)[BREAKER].down_s
        yield Row(
            "Down with a breaker (s)", f"{load:.0f}/s, open for {open_s:.0f} s", "theory", FIRST,
            theory.with_breaker(load, 1.0, 100.0, 0.5, open_s),
            math.nan if down is None else down, 0.2, ".2f",
        )  # fmt: skip
    for queue in (QUEUES[0], QUEUES[2], QUEUES[3]):
        found = outage(330.0, 0.0, queue=queue)[SHED]
        yield exact(
            "Answered at 1.2 times the capacity (1/s)", f"queue: {queue.lower()}",
            "the capacity: nothing is done for nobody", 300.0, found.overloaded_per_s, ".1f", 1e-6,
        )  # fmt: skip


def _by_chance() -> Iterator[Row]:
    for failing in (0.1, 0.5, 0.9):
        found = against_failures(failing)
        yield Row(
            "Attempts for a request", f"{failing:.0%} fail, 3 retries", "theory", GEOMETRIC,
            theory.attempts(failing, 3), found.attempts.mean, 4.0 * found.attempts.se, ".3f",
        )  # fmt: skip
        yield Row(
            "Share answered", f"{failing:.0%} fail, 3 retries", "theory", GEOMETRIC,
            theory.answered(failing, 3), found.answered.mean, 4.0 * found.answered.se,
        )  # fmt: skip
    for failing in (0.5, 0.75):
        found = against_failures(failing, way=BUDGET, clients=1, rate_per_s=100.0, runs=100)
        yield Row(
            "Attempts for a request", f"{failing:.0%} fail, budget of 10 %, one client", "theory",
            TOKENS, 1.0 + theory.bucket_retries(failing, 0.1, 5.0, 1000.0), found.attempts.mean,
            0.002, ".3f",
        )  # fmt: skip
    found = against_failures(0.0)
    yield exact(
        "Attempts for a request", "none fails", GEOMETRIC, 1.0, found.attempts.mean, ".3f"
    )  # fmt: skip
    yield Row(
        "Attempts on the lowest layer", "all fail", "published", LAYERS, 243.0,
        float(theory.layers(3, 5)), 0.0, ".0f",
    )  # fmt: skip
    for (failing, way), seen in SEEN.items():
        found = against_failures(failing, way=way)
        # His is one run, so it is off by about as much as one of ours: 50 times the mean's.
        for quantity, theirs, ours in (
            ("Attempts for a request", seen[0], found.attempts),
            ("Share answered", seen[1], found.answered),
        ):
            yield Row(
                quantity, f"{failing:.0%} fail, {way.lower()}", "peer", BROOKER, theirs, ours.mean,
                4.0 * ours.se * math.sqrt(50.0) + 5e-4, ".3f" if theirs >= 1.0 else ".4f",
            )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _metastable()
    yield from _down()
    yield from _by_chance()


TOPIC = Topic(
    "Retries and metastable failure",
    "A database that does 300 requests a second, a time-out of 1 s and an outage of 10 s unless "
    "said otherwise. Loads at which it recovers are found by halving, to 0.15 requests a second; "
    "times are computed in steps of 20 ms. In the rows below those, attempts fail by chance: 100 "
    "clients with 10 requests a second each for 10 s, the mean of 50 runs.",
    _rows,
)
