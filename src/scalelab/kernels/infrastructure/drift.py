"""Machines that were made alike grow apart: by hand, by code, put right at night, or replaced.

A machine is made in steps, each of which is wrong with the same chance, and is then changed by hand
at the times of a Poisson process. A share of all settings is declared in code. Four fleets are made
in different ways and live through the same changes, machine by machine and minute by minute: made
by hand; made by code and left alone; made by code, whose declared settings are put back at regular
times; and made from an image, all at once replaced by new ones at regular times.

No two mistakes or changes are alike. So a machine is as written or like no other. What becomes of
such fleets was named divergence, convergence and congruence (S. Traugott and L. Brown, "Why order
matters", LISA 2002).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

WAYS = 4
HAND, CODE, RECONCILED, IMAGE = range(WAYS)
MONTHS = 12
WINDOWS = 2 * MONTHS  # halves of a month, each a point of the curves
LAST = 2  # windows that are the last month
INSTANTS = 4  # of each window, at which machines are looked at
LOOKS = WINDOWS * INSTANTS
DAYS_A_MONTH = 365.0 / MONTHS
HOURS_A_MONTH = 24.0 * DAYS_A_MONTH
RUNS = 150  # of the lab
LOW, HIGH = 0.1, 0.9  # quantiles of the runs that are shown
MOST_CHANGES = 1000  # of a machine in the year
MORE = 10.0  # machines that are made in addition
ROWS = WAYS * (WINDOWS + 1)

TIME, YEAR = range(2)
WAY, KIND, MONTH, WRONG, WRONG_LOW, WRONG_HIGH, SPEAKS, ALIKE = range(8)
CONFIGS, CONFIGS_LOW, CONFIGS_HIGH, FOUND, FOUND_H, MENDED = range(8, 14)
MORE_H, AGAIN_H, LAST_WRONG, CHANGES, AS_MADE = range(14, 19)
WIDTH = 19


class World(NamedTuple):
    """Times in months. ``wrong_steps``: chance that a machine is not as written when it is made.

    Of all steps, and of those that are not declared.
    """

    machines: int
    wrong_all: float
    wrong_undeclared: float
    between: float
    declared: float
    every: float
    replace: float
    runs: int


@kernel
def by_hand(steps: int, declared: float) -> int:
    """Steps that are left to people where a share is declared."""
    return int(np.floor(steps * (1.0 - declared) + 0.5))


@kernel
def hours(machines: float, steps: float, step_min: float, people: int) -> float:
    """Until so many machines are made by hand, one after the other by each of the people."""
    takes: float = np.ceil(machines / people) * steps * step_min / 60.0
    return takes


@kernel
def next_time(at: float, every: float) -> float:
    """Of those at 0, ``every``, twice ``every``, ...: the first after ``at``."""
    after: float = (np.floor(at / every) + 1.0) * every
    return after


@kernel
def look(
    way: int, at: float, made_wrong: bool, made_undeclared: bool, first: float,
    first_undeclared: float, last: float, last_declared: float, w: World,
) -> bool:  # fmt: skip
    """Whether a machine is not as written at a time, from the changes up to it (-1: none)."""
    if way == HAND:
        return made_wrong or first >= 0.0
    if way == CODE:
        return made_undeclared or first >= 0.0
    if way == RECONCILED:
        put_back: float = np.floor(at / w.every) * w.every
        return made_undeclared or first_undeclared >= 0.0 or last_declared >= put_back
    replaced: float = np.floor(at / w.replace) * w.replace
    return last >= replaced


@kernel
def live(
    state: Words, looks: Floats, staging: bool, wrong: Ints, aside: Ints, found: Floats, w: World
) -> None:
    """One machine's year. Counts it in ``wrong``, or in ``aside`` if it is the staging machine.

    found: changes in all; of `RECONCILED` and `IMAGE` those that are put right, and their delays;
    machines of production that are made wrong, by hand and by code.
    """
    made_wrong = uniform(state) < w.wrong_all
    # Who errs in a step that is not declared errs in one of all steps: the same draw, scaled.
    made_undeclared = uniform(state) * w.wrong_all < w.wrong_undeclared and made_wrong
    if not staging:
        found[5] += 1.0 if made_wrong else 0.0
        found[6] += 1.0 if made_undeclared else 0.0
    first = first_undeclared = last = last_declared = -1.0
    change = exponential(state, w.between) if w.between > 0.0 else np.inf
    number = 0
    for i in range(LOOKS):
        while change <= looks[i] and number < MOST_CHANGES:
            number += 1
            last = change
            if first < 0.0:
                first = change
            found[0] += 1.0
            found[3] += 1.0
            found[4] += next_time(change, w.replace) - change
            if uniform(state) < w.declared:
                last_declared = change
                found[1] += 1.0
                found[2] += next_time(change, w.every) - change
            elif first_undeclared < 0.0:
                first_undeclared = change
            change += exponential(state, w.between)
        for way in range(WAYS):
            if look(way, looks[i], made_wrong, made_undeclared, first, first_undeclared, last,
                    last_declared, w):  # fmt: skip
                if staging:
                    aside[way, i] = 1
                else:
                    wrong[way, i] += 1


@kernel
def quantile(values: Floats, q: float) -> float:
    """Of some runs; reorders them."""
    return kth_smallest(values, int(np.floor(q * (values.size - 1) + 0.5)))


@kernel
def count(
    run: int, wrong: Ints, aside: Ints, shares: Floats, configs: Floats, year: Floats, w: World
) -> None:
    """Adds a run to the shares of each window, the configurations of the last month, the year."""
    n = w.machines
    for way in range(WAYS):
        for i in range(LOOKS):
            of = wrong[way, i]
            shares[way, i // INSTANTS, run] += of / (n * INSTANTS)
            if aside[way, i] == 0:
                year[way, 0] += (n - of) / n
                year[way, 1] += 1.0 if of == 0 else 0.0
            if i >= LOOKS - LAST * INSTANTS:
                configs[way, run] += (of + (1 if of < n else 0)) / (LAST * INSTANTS)


@kernel
def simulate(shares: Floats, configs: Floats, year: Floats, found: Floats, w: World) -> None:
    """All runs; a run has a seed of its own, whatever the settings."""
    looks = np.empty(LOOKS)
    wrong = np.empty((WAYS, LOOKS), np.int64)
    aside = np.empty((WAYS, LOOKS), np.int64)
    for run in range(w.runs):
        state = generator(run + 1)
        for i in range(LOOKS):
            looks[i] = (i + uniform(state)) * MONTHS / LOOKS
            for way in range(WAYS):
                wrong[way, i] = 0
                aside[way, i] = 0
        for machine in range(w.machines + 1):
            live(state, looks, machine == w.machines, wrong, aside, found, w)
        count(run, wrong, aside, shares, configs, year, w)


@kernel
def drift(
    machines: int, steps: int, wrong_step: float, changes_per_month: float, declared: float,
    every_h: float, replace_days: float, step_min: float, people: int, code_min: float,
    image_min: float, runs: int,
) -> Table:  # fmt: skip
    """For each of four ways a row for each half of a month, and one for the year.

    ``machines`` in production and one of staging are made in ``steps``, each wrong with the chance
    ``wrong_step``. Each is changed by hand ``changes_per_month``; a share of settings and steps is
    ``declared``. Code is applied every ``every_h``, images replace machines every ``replace_days``.
    A step takes a person ``step_min``, code ``code_min`` for all machines, an image ``image_min``.
    The year is lived through in so many ``runs``.

    Columns: way (by hand, code once, code reconciled, image); kind of row; the month in the middle
    of the window; share of machines that are not as written: mean, and `LOW` and `HIGH` quantiles
    of the runs. Of the year: mean share of production that is like the staging machine; chance that
    all of them are; configurations of production in the last month, with those quantiles; 1 if
    changes are found at all, mean hours until then, and the share of them that ever is; hours to
    make `MORE` machines, and all again; share not as written in the last month; changes in the
    whole production in a year; share not as written when made.
    """
    undeclared = by_hand(steps, declared)
    between = 1.0 / changes_per_month if changes_per_month > 0.0 else 0.0
    w = World(
        machines, 1.0 - power(1.0 - wrong_step, steps), 1.0 - power(1.0 - wrong_step, undeclared),
        between, declared, every_h / HOURS_A_MONTH, replace_days / DAYS_A_MONTH,
        runs,
    )  # fmt: skip
    shares = np.zeros((WAYS, WINDOWS, runs))
    configs = np.zeros((WAYS, runs))
    year = np.zeros((WAYS, 2))
    found = np.zeros(7)
    simulate(shares, configs, year, found, w)
    table = np.zeros((ROWS, WIDTH))
    row = 0
    for way in range(WAYS):
        last_wrong = 0.0
        for window in range(WINDOWS):
            mean = 0.0
            for run in range(runs):
                mean += shares[way, window, run] / runs
            table[row, WAY] = way
            table[row, KIND] = TIME
            table[row, MONTH] = (window + 0.5) * MONTHS / WINDOWS
            table[row, WRONG] = mean
            table[row, WRONG_LOW] = quantile(shares[way, window], LOW)
            table[row, WRONG_HIGH] = quantile(shares[way, window], HIGH)
            if window >= WINDOWS - LAST:
                last_wrong += mean / LAST
            row += 1
        whole = table[row]
        whole[WAY] = way
        whole[KIND] = YEAR
        whole[LAST_WRONG] = last_wrong
        whole[SPEAKS] = year[way, 0] / (runs * LOOKS)
        whole[ALIKE] = year[way, 1] / (runs * LOOKS)
        for run in range(runs):
            whole[CONFIGS] += configs[way, run] / runs
        whole[CONFIGS_LOW] = quantile(configs[way], LOW)
        whole[CONFIGS_HIGH] = quantile(configs[way], HIGH)
        whole[CHANGES] = machines * changes_per_month * MONTHS
        whole[MORE_H], whole[AGAIN_H] = image_min / 60.0, image_min / 60.0
        if way == HAND:
            whole[AS_MADE] = found[5] / (machines * runs)
            whole[MORE_H] = hours(MORE, steps, step_min, people)
            whole[AGAIN_H] = hours(machines, steps, step_min, people)
        elif way != IMAGE:
            whole[AS_MADE] = found[6] / (machines * runs)
            whole[MORE_H] = code_min / 60.0 + hours(MORE, undeclared, step_min, people)
            whole[AGAIN_H] = code_min / 60.0 + hours(machines, undeclared, step_min, people)
        if way >= RECONCILED:
            of = found[1 + 2 * (way - RECONCILED)]
            whole[MENDED] = of / max(found[0], 1.0)
            if of > 0.0:
                whole[FOUND] = 1.0
                whole[FOUND_H] = found[2 + 2 * (way - RECONCILED)] / of * HOURS_A_MONTH
        row += 1
    return table
