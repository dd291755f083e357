"""From customers to machines: Little's law, rates that change, and measured visits."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.facts.sizing import VISIT_MEAN, VISIT_MEDIAN, VISIT_VARIATION
from scalelab.kernels.requirement.sizing import GLANCE, GLANCE_SHARE, PEAK_H, STAY
from scalelab.models.requirement.sizing import (
    BINS,
    HOURS,
    LAWS,
    SHOWN,
    Numbers,
    at_once,
    goal,
    record,
    simulate_days,
    visits_by_time,
)
from scalelab.theory.requirement.sizing import at_once as little
from scalelab.theory.requirement.sizing import (
    crowd_after_message,
    mean_excess,
    response,
    response_constant,
)
from scalelab.validation.row import Row, Topic

SAME, EXPONENTIAL, FEW_STAY = LAWS
SHARES = (GLANCE_SHARE, 1.0 - GLANCE_SHARE)
VARIATION = math.sqrt(2.0 * (SHARES[0] * GLANCE**2 + SHARES[1] * STAY**2) - 1.0)
VARIATIONS = {SAME: 0.0, EXPONENTIAL: 1.0, FEW_STAY: VARIATION}
LITTLE = "{cite:t}`v-little1961`: $L = \\lambda W$"
HAND = "by hand: 2,000,000 customers, 5% come, 1.2 visits each, of 10 minutes and 60 requests"
PHYSICS = "{cite:t}`v-eick1993physics`: a slow hump is late by $E[S^2] / 2E[S]$"
SINUSOID = "{cite:t}`v-eick1993sinusoidal`: a sinusoidal rate, see the theory module *sizing*"
INTEGRAL = "the integral of $\\lambda(t-u) P(S>u)$ done for exponential times"
POISSON = "{cite:t}`v-eick1993physics`: the number at any moment is Poisson"
SAKAR = "{cite:t}`v-sakar2019`, computed from their 12,330 visits"
VISITS, MINUTES = 120_000.0, 10.0


def by_hand() -> Iterator[Row]:
    ours = goal(2_000_000, busiest_hour=1.0 / 24.0, campaign=1.0, growth=0.0, years=5)
    for quantity, reference, figure in (
        ("On the site at once", little(120_000 / 1440, 10.0), ours.at_once_peak),
        ("Requests a second", 120_000 * 60 / 86_400, ours.requests_per_s_peak),
        ("Requests in work", little(120_000 * 60 / 86_400, 0.1), ours.in_work_peak),
        ("Mbit/s", 120_000 * 60 / 86_400 * 25 * 8 / 1000, ours.bandwidth_mbit_per_s_peak),
        ("Servers", 2, ours.servers),
        ("TB in five years", 120_000 * 60 * 0.05 * 2e3 * 3 * 365 * 5 / 1e12, ours.storage_tb),
    ):
        yield Row(
            quantity, "all hours alike", "theory", HAND, reference, figure, 1e-9 * reference, ".4f"
        )


def path_identity() -> Iterator[Row]:
    """The area below the number at once, counted event by event, is the sum of all stays."""
    for law in LAWS:
        visits = record(visits_by_time(VISITS), MINUTES, law)
        moments = np.concatenate([visits[:, 0], visits[:, 1]])
        steps = np.repeat([1, -1], len(visits))
        order = np.argsort(moments, kind="stable")
        number = np.cumsum(steps[order])[:-1]
        lasts = np.diff(moments[order])
        horizon = float(moments.max() - moments.min())
        there = float((number * lasts).sum()) / horizon
        mean_stay = float((visits[:, 1] - visits[:, 0]).mean())
        reference = little(len(visits) / horizon, mean_stay)
        yield Row(
            "On the site at once, mean", f"{len(visits):,} recorded visits, {law}", "theory",
            LITTLE, reference, there, 1e-9 * reference, ".6f",
        )  # fmt: skip


def fundamental(numbers: Numbers, cycles: int) -> complex:
    """How much of a swing with so many cycles a day is in the numbers, and where in its cycle."""
    return complex(np.sum(numbers * np.exp(-2j * math.pi * cycles * HOURS / 24.0)))


def swings() -> Iterator[Row]:
    cycles, stay = 4, 1.0
    frequency = 2.0 * math.pi * cycles / 24.0
    middles = HOURS + 12.0 / BINS
    rates = 1000.0 * (1.0 + 0.8 * np.sin(frequency * middles))
    # Those who come between two moments are counted at their ends, half a part late.
    came = fundamental(rates, cycles) * np.exp(-1j * frequency * 12.0 / BINS)
    mixtures = {EXPONENTIAL: ((1.0,), (stay,)), FEW_STAY: (SHARES, (GLANCE * stay, STAY * stay))}
    for law in LAWS:
        left = fundamental(at_once(rates, 60.0 * stay, law), cycles)
        measured = left / came / (stay / (24.0 / BINS))
        swing, late = (
            response_constant(frequency, stay) if law == SAME
            else response(frequency, *mixtures[law])
        )  # fmt: skip
        about = f"a cycle of 6 h, visits of an hour, {law}"
        yield Row(
            "Swing that is left", about, "theory", SINUSOID, swing, abs(measured), 0.001, ".4f"
        )
        yield Row(
            "Late by (min)", about, "theory", SINUSOID, 60.0 * late,
            -60.0 * float(np.angle(measured)) / frequency, 0.05, ".2f",
        )  # fmt: skip


def top(numbers: Numbers) -> tuple[float, float]:
    """Largest value and its time in hours, by the parabola through the three largest."""
    i = int(np.argmax(numbers))
    before, here, after = numbers[i - 1 : i + 2]
    off = 0.5 * (before - after) / (before - 2.0 * here + after)
    return float(here - 0.25 * (before - after) * off), float(HOURS[i] + off * 24.0 / BINS)


def humps() -> Iterator[Row]:
    for law in LAWS:
        _, when = top(at_once(visits_by_time(VISITS), MINUTES, law))
        reference = 60.0 * mean_excess(MINUTES / 60.0, VARIATIONS[law])
        yield Row(
            "Peak is late by (min)", f"ordinary day, {law}", "theory", PHYSICS, reference,
            60.0 * (when - PEAK_H), 0.25, ".2f",
        )  # fmt: skip
    extra = visits_by_time(VISITS, campaign=3.0) - visits_by_time(VISITS)
    most, when = top(at_once(extra, MINUTES))
    reference, after = crowd_after_message(2.0 * VISITS, 1.0, MINUTES / 60.0)
    yield Row(
        "Most at once", "240,000 visits after a message, exponential", "theory", INTEGRAL,
        reference, most, 0.005 * reference, ",.0f",
    )  # fmt: skip
    yield Row(
        "Minutes after the message", "240,000 visits after a message, exponential", "theory",
        INTEGRAL, 60.0 * after, 60.0 * (when - 19.0), 0.5, ".2f",
    )  # fmt: skip


def chance() -> Iterator[Row]:
    n_runs = 4000
    for law in LAWS:
        visits = visits_by_time(VISITS)
        numbers = simulate_days(visits, MINUTES, law, n_runs=n_runs)
        evening = numbers[:, SHOWN * 20 // 24]
        mean = float(at_once(visits, MINUTES, law)[BINS * 20 // 24])
        yield Row(
            "At once at 20:00, mean", f"{n_runs:,} days, {law}", "theory", POISSON, mean,
            float(evening.mean()), 4.0 * math.sqrt(mean / n_runs), ",.1f",
        )  # fmt: skip
        yield Row(
            "Its variance over its mean", f"{n_runs:,} days, {law}", "theory", POISSON, 1.0,
            float(evening.var() / evening.mean()), 4.0 * math.sqrt(2.0 / n_runs), ".3f",
        )  # fmt: skip


def measured_visits() -> Iterator[Row]:
    visits = record(visits_by_time(1e6), VISIT_MEAN.value, FEW_STAY)
    stays = visits[:, 1] - visits[:, 0]
    yield Row(
        "Standard deviation over mean", f"visits, {FEW_STAY} (fitted to this)", "published", SAKAR,
        VISIT_VARIATION.value, float(stays.std() / stays.mean()), 0.02, ".3f",
    )  # fmt: skip
    yield Row(
        "Median over mean", f"visits, {FEW_STAY} (not fitted)", "published", SAKAR,
        VISIT_MEDIAN.value / VISIT_MEAN.value, float(np.median(stays) / stays.mean()), 0.02, ".3f",
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from by_hand()
    yield from path_identity()
    yield from swings()
    yield from humps()
    yield from chance()
    yield from measured_visits()


TOPIC = Topic(
    "Sizing",
    "Two million customers, of whom one in twenty comes on a day, 120,000 visits of ten minutes; "
    "three laws of how long a visit lasts. Sums by hand are to be met to nine digits, as is "
    "Little's law on recorded visits, where it is an identity; what is drawn within four standard "
    "errors.",
    rows,
)
