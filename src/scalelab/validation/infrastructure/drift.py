"""Drift against products of independent chances, and hours against arithmetic."""

from collections.abc import Iterator
from fractions import Fraction
from math import sqrt

from scalelab.facts.drift import ARGO_CD_INTERVAL, ARGO_CD_JITTER
from scalelab.kernels.infrastructure.drift import DAYS_A_MONTH, HOURS_A_MONTH, MONTHS, by_hand
from scalelab.models.infrastructure import drift as models
from scalelab.theory.infrastructure import drift as theory
from scalelab.validation.row import Row, Topic, exact

CHANCES = "independent chances, integrated over time"
WAITING = "mean wait for one of regular times"
STEP = Fraction(3, 1000)
RUNS = 5000
FRESH_STARTS = (1, 1, 1, 48)  # in a year; of images every week, less than 52 to be sure


def _made(way: int, steps: int, declared: float) -> float:
    """Chance that a machine is right on the first day."""
    left = (steps, by_hand(steps, declared), by_hand(steps, declared), 0)[way]
    return float(theory.as_made(STEP, left))


def right(
    way: int, start: float, end: float, rate: float = models.CHANGES_PER_MONTH,
    declared: float = models.DECLARED, every_h: float = models.EVERY_H,
    replace_days: float = models.REPLACE_DAYS, steps: int = models.STEPS, together: int = 1,
) -> float:  # fmt: skip
    """Mean chance that so many machines are as written ``together``."""
    made = _made(way, steps, declared) ** together
    goes = (0.0, 0.0, declared * rate, rate)[way]
    stays = rate - goes
    every = (MONTHS, MONTHS, every_h / HOURS_A_MONTH, replace_days / DAYS_A_MONTH)[way]
    return made * theory.mean_right(start, end, together * stays, together * goes, every)


def _share(quantity: str, where: str, reference: float, ours: float, independent: int) -> Row:
    """Four standard errors of a share of so many independent trials."""
    error = sqrt(max(reference * (1.0 - reference), 1e-4) / independent)
    return Row(quantity, where, "theory", CHANCES, reference, ours, 4.0 * error, ".3f")


def _rows() -> Iterator[Row]:
    fleets = models.compare(runs=RUNS)
    n = models.MACHINES
    for way, fleet in enumerate(fleets):
        yield _share(
            "Not as written in the last month", fleet.way, 1.0 - right(way, 11.0, 12.0),
            fleet.wrong_at_end, n * RUNS,
        )  # fmt: skip
    for way, fleet in enumerate(fleets):
        yield _share(
            "Part of production like staging", fleet.way, right(way, 0.0, 12.0, together=2),
            fleet.speaks_for, RUNS * FRESH_STARTS[way],
        )  # fmt: skip
    for way, fleet in enumerate(fleets):
        alike = right(way, 0.0, 12.0, together=n + 1)
        # All are alike until a first change. The square of a time without one is twice its mean's.
        square = 2.0 * alike**2 / _made(way, models.STEPS, models.DECLARED) ** (n + 1)
        error = sqrt(min(alike * (1.0 - alike), square) / (RUNS * FRESH_STARTS[way]))
        yield Row(
            "Chance that all are alike", fleet.way, "theory", CHANCES, alike, fleet.all_alike,
            4.0 * error, ".3f",
        )  # fmt: skip
    for way, fleet in enumerate(fleets):
        moments = [right(way, 11.0, 12.0, together=j) if j else 1.0 for j in range(n + 1)]
        of = 1.0 - moments[1]
        yield Row(
            "Kinds of machines in the last month", fleet.way, "theory", CHANCES,
            theory.configurations(n, moments), fleet.configurations,
            # Of the mean of a sum of n; the term that is 0 or 1 adds less than 1 a run.
            4.0 * sqrt((n * max(of * (1.0 - of), 1e-4) + 0.25) / RUNS), ".2f",
        )  # fmt: skip
    all_declared = models.compare(declared=1.0, every_h=720.0, runs=RUNS)[2]
    yield _share(
        "Not as written, whole year", "all is declared and applied every 720 h",
        1.0 - right(2, 0.0, 12.0, declared=1.0, every_h=720.0),
        sum(all_declared.wrong) / len(all_declared.wrong), n * RUNS,
    )  # fmt: skip
    changes = RUNS * n * MONTHS * models.CHANGES_PER_MONTH
    argo_h = (ARGO_CD_INTERVAL.value + ARGO_CD_JITTER.value / 2) / 3600
    for where, every_h in (("every night", 24.0), ("every week", 168.0), ("Argo CD", argo_h)):
        found = models.compare(every_h=every_h, runs=RUNS)[2].found_h
        assert found is not None
        yield Row(
            "A change is put right after (h)", where, "theory", WAITING, theory.delay(every_h),
            found, 4.0 * every_h / sqrt(12.0 * models.DECLARED * changes), ".4f",
        )  # fmt: skip
    steps = by_hand(models.STEPS, models.DECLARED)
    for fleet, by_code, left in ((fleets[0], 0, models.STEPS), (fleets[2], 15, steps)):
        yield exact(
            "All machines again (h)", fleet.way, "steps times minutes",
            float(Fraction(by_code, 60) + theory.hours(n, left, 3, models.PEOPLE)), fleet.again_h,
            ".2f",
        )  # fmt: skip
    first = models.compare(changes_per_month=0.0, runs=RUNS)[0]
    yield _share(
        "Chance that all are alike, on the first day", first.way,
        _made(0, models.STEPS, 0.0) ** (n + 1), first.all_alike, RUNS,
    )  # fmt: skip


TOPIC = Topic(
    "Infrastructure as code",
    "Twenty machines and one of staging, made in 60 steps of which 0.3 % go wrong, or by code that "
    "declares nine tenths of them, and each changed by hand every four months.",
    _rows,
)
