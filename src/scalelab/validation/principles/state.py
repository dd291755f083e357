"""State against Eick's sine, the order in which requests end, and Little's law."""

import math
from collections.abc import Iterator
from fractions import Fraction

from scalelab.kernels import shop
from scalelab.models.principles.state import TARGET, keep, race
from scalelab.theory.principles import state as theory
from scalelab.validation.row import Row, Topic, exact

EICK = "one step after the other, with the sessions of {cite:t}`v-eick1993sinusoidal`"
LITTLE = "Little's law: those that are there over those that begin in a year"
SETS = "all sets of requests that write, the last of which wins"
COUNTING = "a chain over how many hold something old, solved by counting"
INFINITE = "those at work in M/G/∞, {cite:t}`v-eick1993physics`"
TURN = "one request after the other, added up"
RENEWAL = "a life and the wait for the next request, without writes of its own"
DAY_MIN, YEAR_MIN = 1440.0, 525_960.0


def _rows() -> Iterator[Row]:
    # One kind of sessions, of ten minutes, so that there are ten minutes' worth of the load.
    level = 2000.0 / 1.6
    for machine_per_s in (200.0, 50.0):
        found = keep(ripple=0.0, window_min=0, long_min=10.0, machine_per_s=machine_per_s,
                     drain_min=0, goes="The oldest")["In memory"]  # fmt: skip
        does = machine_per_s * TARGET
        top, low = (theory.present(t, level, 0.6, 1200.0, DAY_MIN, 10.0) for t in (1210.0, 490.0))
        fewest, most = (math.ceil(there / 10.0 / does) for there in (low, top))
        before = list(range(fewest + 1, most + 1))
        lost = theory.lost_in_steps([Fraction(does) * 10 * (n - 1) for n in before], before)
        yield exact(
            "Losses for each session", f"a machine does {machine_per_s:.0f} a second", EICK,
            float(lost) / (level * DAY_MIN), found.losses, ".4%", 0.02,
        )  # fmt: skip
    steady = keep(1.0, 0.0)["In memory"]
    yield exact(
        "Lost by scaling in", "every hour is alike", "a fleet that stays loses nothing", 0.0,
        steady.losses, ".2%",
    )  # fmt: skip
    for long_min in (30.0, 240.0):
        mean = 0.9 * 10.0 + 0.1 * long_min
        yield exact(
            "Hit by machines that fail, of a million", f"one in ten lasts {long_min:.0f} min",
            LITTLE, 1e6 * mean / YEAR_MIN, keep(long_min=long_min)["In memory"].by_failures, ".3f",
        )  # fmt: skip
    worst = keep()["In memory"].worst
    yield exact("Busiest over mean", "a third machine, empty, beside two", "3/2", 1.5, worst,
                ".3f", 1e-6)  # fmt: skip
    for at_once in (2, 6):
        found_race = race(at_once, request_ms=0.01)
        for rule, share in (("Save each time", Fraction(1)), ("Save changes", Fraction(1, 20))):
            yield exact(
                "Changes overwritten", f"{at_once} requests at once, {rule.lower()}", SETS,
                float(theory.overwritten_in_burst(at_once, share)), found_race[rule].overwritten,
                ".4%", 2e-3,
            )  # fmt: skip
    single = race(1, request_ms=2000.0)["Save each time"].overwritten
    yield exact(
        "Changes overwritten", "one request of 2 s in 10 s", INFINITE,
        theory.overwritten(1.0 / shop.THINK_S, 2.0), single, ".3%",
    )  # fmt: skip
    for writers in (2, 6):
        yield exact(
            "Attempts that fail for each change", f"{writers} writers compare and set", COUNTING,
            float(theory.failures(writers)) / writers,
            race(writers, writes=0.9999)["Compare, set"].retries, ".3f", 1e-3,
        )  # fmt: skip
    yield exact(
        "Wait in turn (ms)", "six requests of 100 ms", TURN,
        float(theory.in_turn(6, Fraction(100))), race()["One at a time"].longer_ms, ".1f",
    )  # fmt: skip
    cached = keep(ttl_s=10.0)["Store, cached"]
    _, old = theory.stale(0.1, 0.005 * 5.0 / 6.0, 6, 10.0)
    yield Row(
        "Stale reads", "copies for 10 s on six machines", "theory", RENEWAL, old, cached.stale,
        0.01 * old, ".4%",
    )  # fmt: skip


TOPIC = Topic(
    "State under change",
    "2,000 requests a second at the peak of a day, a quarter of that at night; nine of ten "
    "sessions last ten minutes, one four hours, unless told otherwise.",
    _rows,
)
