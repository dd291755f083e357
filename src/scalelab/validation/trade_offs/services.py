"""One program or services against fractions, group testing, queues, and published figures."""

import math
from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts.services import (
    UBER_BATCH,
    UBER_CONFLICT,
)
from scalelab.kernels import shop
from scalelab.kernels.trade_offs import services as kernels
from scalelab.models.trade_offs.services import (
    BAD,
    CALLS,
    EACH,
    FIXED_MIN,
    OPERATION,
    TALK_MIN,
    TESTS_MIN,
    UP,
    WEEK_MIN,
    compare,
)
from scalelab.theory.queueing.mg1 import mean_wait
from scalelab.theory.trade_offs import services as theory
from scalelab.validation.row import Row, Topic, exact

DORFMAN = "group testing, {cite:t}`v-dorfman1943`"
PK = "M/D/1, {cite:t}`v-kleinrock1975`, section 5.6"
BULK = "a server that takes all who wait"
SETS = "inclusion and exclusion, in fractions"
SQUARE = "a square equation"
SERVICES = "Services"


def _queue() -> Iterator[Row]:
    one = compare(15, 8).ways["Monolith"]
    per_change = float(theory.runs_each(one.batch, Fraction(3, 100)))
    yield exact(
        "Most changes a week", "one program, all tests 20 min", DORFMAN,
        0.97 * WEEK_MIN / (TESTS_MIN * per_change), one.most_changes_per_week, ".1f",
    )  # fmt: skip
    best = min(
        range(1, kernels.MOST_BATCH + 1), key=lambda m: theory.runs_each(m, Fraction(3, 100))
    )
    yield exact("Batch", "3% bad changes", DORFMAN, float(best), float(one.batch), ".0f")
    for bad in (Fraction(1, 50), Fraction(1, 20), Fraction(1, 10)):
        queue = kernels.Queue(float(bad), 1.0, 0.0, 0.0)
        batch = int(kernels.best_batch(queue))
        yield exact(
            "Tests for each change", f"best batch ({batch}), {float(bad):.0%} bad", DORFMAN,
            float(min(theory.runs_each(m, bad) for m in range(1, kernels.MOST_BATCH + 1))),
            float(kernels.batch_min(batch, queue)) / batch,
        )  # fmt: skip
    good = kernels.Queue(0.0, FIXED_MIN, TESTS_MIN - FIXED_MIN, 0.0)
    for busy in (0.3, 0.8):
        yield exact(
            "To merge (min)", f"one at a time, none bad, {busy:.0%} busy", PK,
            TESTS_MIN + mean_wait(busy, TESTS_MIN, 0.0),
            float(kernels.in_queue_min(busy / TESTS_MIN, good, 1)), digits=1e-6,
        )  # fmt: skip
    yield exact(
        "To merge (min)", "any number at once, none bad, every 30 min", BULK,
        TESTS_MIN + theory.unlimited_wait(1.0 / 30.0, TESTS_MIN),
        float(kernels.in_queue_min(1.0 / 30.0, good, 40)), digits=1e-6,
    )  # fmt: skip


def _teams() -> Iterator[Row]:
    talk = TALK_MIN / WEEK_MIN
    found = compare(15, 8)
    many = found.ways[SERVICES]
    work = 1.0 + 0.2 * 7.0 / 8.0
    for way, goal, ours in (
        ("one program", found.ways["Monolith"].most_changes_per_week, found.over_monolith_from),
        ("modules", found.ways["Modular monolith"].most_changes_per_week, found.services_from),
    ):
        assert ours is not None
        yield exact(
            "Developers from which on services deliver more", f"eight, than {way}", SQUARE,
            math.ceil(theory.team_for(goal, 8.0 * OPERATION, 8, talk, work, EACH)), float(ours),
            ".0f",
        )  # fmt: skip
    yield exact(
        "Changes a week", "15 developers, eight services", "arithmetic",
        theory.delivered(15.0, 8.0 * OPERATION, 15.0 / 8.0 - 1.0, talk, work, EACH),
        many.changes_per_week, ".2f",
    )  # fmt: skip


def _requests() -> Iterator[Row]:
    up = Fraction(999, 1000)
    for services in (2, 8, 40):
        down = 1 - theory.all_up(CALLS, services, up, up)
        yield exact(
            "Failing (minutes a month)", f"{CALLS} calls between {services} services", SETS,
            kernels.MINUTES_A_MONTH * float(down),
            compare(15, services).ways[SERVICES].minutes_per_month, ".3f",
        )  # fmt: skip
    yield Row(
        "Failing (minutes a month)", "a request that calls all of 8 services", "theory",
        "product of availabilities, {cite:t}`v-treynor2017`",
        kernels.MINUTES_A_MONTH * (1.0 - theory.in_series(UP, 8)),
        compare(15, 8, calls=200).ways[SERVICES].minutes_per_month, 1e-3, ".3f",
    )  # fmt: skip
    yield exact(
        "Writes half done", "2,000 requests/s, 17.5% of writes for 1 s", "Little's law",
        theory.half_done(2000.0 * shop.WRITE_SHARE, 0.175, 1.0),
        compare(15, 8).ways[SERVICES].half_done, ".2f",
    )  # fmt: skip


def _published() -> Iterator[Row]:
    uber = "{cite:t}`v-ananthanarayanan2019`"
    yield Row(
        "Share of batches of 16 that fail", "3% bad changes, chosen by it", "published", uber,
        UBER_CONFLICT.value, 1.0 - float(kernels.all_good(UBER_BATCH, BAD)), 0.02, ".2f",
    )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _queue()
    yield from _teams()
    yield from _requests()
    yield from _published()


TOPIC = Topic(
    "Simplicity vs. scalability",
    "The shop of 15 developers in one program, in eight modules, and in eight services: a merge "
    "queue, the size of team at which one way overtakes the other, and what calls cost.",
    _rows,
)
