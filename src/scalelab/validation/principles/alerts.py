"""Alerts against the workbook's tables, exact tails of sliding windows, and chains of states."""

import math
from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts import alerts as facts
from scalelab.models.principles.alerts import (
    BURN,
    CUSUM,
    FOR,
    LONG,
    MULTI,
    SHORT,
    TICKET,
    compare,
    detection_min,
    exhausted_after_min,
    pages_a_month,
)
from scalelab.theory.principles import alerts as theory
from scalelab.validation.row import Row, Topic, exact, simulated

WORKBOOK = "{cite:t}`v-thurgood2018`"
FRACTIONS = "the same with a base, in fractions"
TAIL = "windows that overlap, exact Poisson chances"
CHAIN = "chain of states, {cite:t}`v-brook1972`"
LORDEN = "bound over Kullback-Leibler number, {cite:t}`v-lorden1971`"
DAY = 1440


def _published(
    quantity: str, where: str, reference: float, ours: float | None, tolerance: float,
    format: str = ".2f",
) -> Row:  # fmt: skip
    assert ours is not None
    return Row(quantity, where, "published", WORKBOOK, reference, ours, tolerance, format)


def _spent(way: str, error_rate: float) -> float:
    found = detection_min(way, error_rate)
    assert found is not None
    return found / exhausted_after_min(error_rate)


def _workbook() -> Iterator[Row]:
    for rate, days in ((1, 30.0), (2, 15.0), (10, 3.0)):
        yield _published(
            "Budget is gone after (days)", f"burn rate {rate}", days,
            exhausted_after_min(rate * 0.001) / DAY, 1e-9,
        )  # fmt: skip
    gone = "Budget is gone after (min)"
    yield _published(gone, "burn rate 1,000", 43.0, exhausted_after_min(1.0), 0.5, ".1f")
    for way, error_rate, share in (
        (LONG, 0.5, facts.SINGLE_SPENT), (BURN, 0.5, facts.SINGLE_SPENT),
        (MULTI, 0.5, facts.FAST_SPENT), (MULTI, 0.01, facts.SLOW_SPENT),
        (TICKET, 0.005, facts.TICKET_SPENT),
    ):  # fmt: skip
        yield _published(
            "Spent when it fires", f"{way.lower()}, {error_rate:.1%} fail", share.value,
            _spent(way, error_rate), 1e-9, ".2%",
        )  # fmt: skip
    short = detection_min(SHORT, 1.0, threshold=0.001, window_min=10)
    assert short is not None
    yield _published("Fires after (s)", "10 min at 0.1%, all fail", 0.6, 60.0 * short, 1e-9)
    yield _published(
        "Fires after (s)", "36 h at 0.1%, all fail", 130.0, 60.0 * (detection_min(LONG, 1.0) or 0),
        0.5, ".1f",
    )  # fmt: skip
    hour = detection_min(FOR, 1.0, threshold=0.001, window_min=1, for_min=60)
    assert hour is not None
    yield _published(
        "Spent when it fires", "held for an hour, all fail", 1.4,
        hour / exhausted_after_min(1.0), 0.02, ".2%",
    )  # fmt: skip
    yield _published(
        "Budget is gone after (h)", "burn rate 35", 20.5, exhausted_after_min(0.035) / 60.0, 0.1
    )
    stopped = compare(base=0.0, blips=0.0, error_rate=1.0, length_min=3, months=1)[BURN]
    assert stopped.clears_min is not None
    yield _published(
        "Clears after the end (min)", "one burn rate, all fail", 58.0, stopped.clears_min - 3, 0.5,
        ".0f",
    )  # fmt: skip
    ten = compare(base=0.0, blips=0.0, error_rate=0.15, length_min=10, months=1)[MULTI]
    assert ten.clears_min is not None
    yield _published(
        "Clears after the end (min)", "two windows, 15% fail for 10 min", 5.0,
        ten.clears_min - 10, 0.5, ".0f",
    )  # fmt: skip
    yield _published(
        "One failure in ten an hour, of the budget", "99.9%", facts.ONE_FAILURE_SPENT.value,
        60.0 / exhausted_after_min(0.1), 0.0005, ".1%",
    )  # fmt: skip


def _closed_forms() -> Iterator[Row]:
    base = Fraction(2, 10_000)
    for way, window, limit in (
        (SHORT, 5, Fraction(1, 100)), (BURN, 60, Fraction(36, 1000)),
        (LONG, 2160, Fraction(1, 1000)),
    ):  # fmt: skip
        reference = theory.detection(Fraction(window), limit, Fraction(1, 20), base)
        assert reference is not None
        yield exact(
            "Fires after (min)", f"{way.lower()}, base 0.02%, 5% fail", FRACTIONS,
            float(reference), detection_min(way, 0.05, 0.0002) or 0.0, digits=1e-8,
        )  # fmt: skip
    gain, loss = math.log(0.01 / 0.0002), 0.01 - 0.0002
    for error_rate in (0.01, 0.05):
        reference_min = theory.least_delay(
            math.log(theory.MONTH), 10.0, theory.information(error_rate, gain, loss)
        )
        yield exact(
            "Fires after (min)", f"cumulative sum, {error_rate:.0%} fail", LORDEN, reference_min,
            detection_min(CUSUM, error_rate, 0.0002) or 0.0, digits=1e-8,
        )  # fmt: skip


def _chance() -> Iterator[Row]:
    for way, rate_per_h, base, window, limit, factor in (
        (SHORT, 600.0, 0.0002, 5, 0.01, 1.0), (SHORT, 600.0, 0.001, 5, 0.01, 2.0),
        (SHORT, 7200.0, 0.001, 5, 0.005, 1.0), (SHORT, 72_000.0, 0.0005, 5, 0.001, 1.0),
        (BURN, 600.0, 0.001, 60, 0.036, 0.125), (LONG, 600.0, 0.001, 2160, 0.001, 1.0),
    ):  # fmt: skip
        found = pages_a_month(
            way, rate_per_h, base, 100, factor=factor, threshold=limit if way == SHORT else 0.01
        )
        minute = round(rate_per_h / 60.0)
        reference = theory.starts_a_month([minute], base, window, factor * limit)
        yield simulated(
            "Pages in a quiet month", f"{window} min, {rate_per_h:,.0f}/h, {base:.2%} fail, "
            f"{factor * limit:.2%} allowed", TAIL, reference, found, ".1f",
        )  # fmt: skip
    found = pages_a_month(CUSUM, 6000.0, 0.0005, 60, factor=0.25, threshold=lattice_threshold())
    cycle = theory.cusum_cycle(
        LATTICE_UP, 0.25 * math.log(theory.MONTH), 100.0 * (lattice_threshold() - 0.0005), 0.05
    )
    yield simulated(
        "Pages in a quiet month", "cumulative sum, 6,000/h, a quarter of its bound", CHAIN,
        theory.MONTH / sum(cycle), found, ".1f",
    )  # fmt: skip


LATTICE_UP = 8


def lattice_threshold() -> float:
    """With it a failure adds exactly eight times what 100 requests take off; base 0.05 %."""
    low, high = 0.0008, 0.05
    for _ in range(200):
        middle = 0.5 * (low + high)
        if math.log(middle / 0.0005) > LATTICE_UP * 100.0 * (middle - 0.0005):
            low = middle
        else:
            high = middle
    return low


def _rows() -> Iterator[Row]:
    yield from _workbook()
    yield from _closed_forms()
    yield from _chance()


TOPIC = Topic(
    "Alerts",
    "A promise of 99.9% in 30 days. Windows and burn rates are those of the workbook; its total "
    "outage is an error rate of 100%. Quiet months have failures by chance alone, evenly over the "
    "day; the cumulative sum is set so that its states are on a lattice.",
    _rows,
)
