"""Days of the shop's demand for the scaling rules of the introduction's workbook.

Demand is that of the lab on elasticity (`scalelab.kernels.introduction.elasticity`): a sine, a sale
that rises along a ramp, bursts at random moments. A rule is asked every minute. Its record begins
at any hour, so that a rule cannot know from the clock when the sale will be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from scalelab.kernels.introduction.elasticity import (
    BEFORE,
    SALE_AT_H,
    STEP_S,
    add_bursts,
    planned,
)
from scalelab.kernels.jit import Floats
from scalelab.kernels.random import generator

PER_MACHINE = 100.0  # requests/s
MEAN_RATE = 1000.0
BURST = 0.05
BURSTS_A_DAY = 12.0
PER_MINUTE = 60 // STEP_S
MINUTES = 24 * 60
WARM_UP = 180  # minutes before the day, which count for nothing
FIRST = 60  # minutes that a rule has always seen
BEGINS_BY_H = 9  # so that the sale is in the day

Rule = Callable[[list[float], int], int]


@dataclass(frozen=True)
class Day:
    """``rates`` are the requests/s of each minute, the `WARM_UP` first; ``sale`` says which minutes
    of the day belong to the sale and its ramps."""

    rates: Floats
    boot_min: int
    sale: range


@dataclass(frozen=True)
class Bill:
    """What a rule costs and refuses in a day.

    ``hours`` are machine-hours, of which the share ``used`` had something to do; ``refused`` is the
    share of the requests that found no room, and in the minute ``worst`` of the day it was most.
    """

    hours: float
    used: float
    refused: float
    worst: int


def day(
    seed: int,
    boot_min: int = 5,
    peak_to_trough: float = 4.0,
    sale: float = 3.0,
    rise_min: int = 30,
) -> Day:
    """A day on which a machine serves ``boot_min`` minutes after it was ordered.

    ``seed`` draws the bursts, and the hour at which the record begins. The sale multiplies demand
    by ``sale``, for an hour; it takes ``rise_min`` minutes to rise, and as many to end.
    """
    rates = planned(peak_to_trough, sale, 60.0 * rise_min, MEAN_RATE)
    add_bursts(generator(seed), BURST, BURSTS_A_DAY, rates)
    begins = int(np.random.default_rng(seed).integers(60 * BEGINS_BY_H))
    around = np.roll(rates[BEFORE::PER_MINUTE], -begins)
    first = 60 * SALE_AT_H - begins
    return Day(
        np.concatenate([around[-WARM_UP:], around]),
        boot_min,
        range(first, first + 60 + rise_min),
    )


def run(rule: Rule, today: Day) -> Bill:
    """Ask the rule each minute for the number of machines, and add up what comes of it.

    It is given the demand of all minutes that are over, and the boot time in minutes. What it wants
    is paid for from then on. A new machine serves a boot time later; one too many is gone at once,
    those that still boot first.
    """
    rates = today.rates.tolist()
    paid: list[int] = []
    machine_minutes = refused = most = 0.0
    worst = 0
    for minute in range(FIRST, len(rates)):
        paid.append(rule(rates[:minute], today.boot_min))
        if minute < WARM_UP:
            continue
        serving = min(paid[-1 - today.boot_min :])
        missing = max(0.0, rates[minute] - serving * PER_MACHINE)
        machine_minutes += paid[-1]
        refused += missing
        if missing > most:
            most, worst = missing, minute - WARM_UP
    asked = sum(rates[WARM_UP:])
    paid_for = machine_minutes * PER_MACHINE
    used = (asked - refused) / paid_for if paid_for > 0.0 else 0.0
    return Bill(machine_minutes / 60.0, used, refused / asked, worst)


def fixed(today: Day) -> Rule:
    """As many as the busiest minute takes: to be had only by who knows it before."""
    most = ceil(float(today.rates.max()) / PER_MACHINE)
    return lambda measured, boot_min: most
