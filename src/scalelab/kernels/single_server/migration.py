"""Changing a table that is in use: the queue for its lock.

A change of the table needs it for itself. It waits for the reports that read the table, and every
query that comes after it waits behind it, although it would get on with the reports. A time-out
ends the wait: the queue goes on, and the change is tried again after a pause. Reports that came
meanwhile begin at the time-out, all at once.

Reports come at random and never wait for each other, so that those running when the change comes
are a Poisson number, each somewhere in its length. The change waits for the last of them to end:
that one time is all of them that has to be kept.
"""

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.poisson import poisson
from scalelab.kernels.queueing.law import CONSTANT, ERLANG, EXPONENTIAL, Law, draw, law
from scalelab.kernels.random import exponential, generator, uniform

# Of time-outs, in seconds; then a row without one, and one for the reader's.
TIME_OUTS = 24
SHORTEST = 0.1
LONGEST_TIME_OUT = 1800.0
GROUPS = 4
# Lengths that vary less than this are taken to be alike: the sum of a law's tail stays short.
LEAST_CV2 = 0.05

TIME_OUT, HERE, THROUGH, FIRST, FIRST_LAW, TRIES, BLOCKED, BLOCKED_LOW, BLOCKED_HIGH = range(9)
LONGEST, STALLED, STALL, WAITING, FULL, DONE = range(9, 15)
WIDTH = 15

# Of one change: tries, seconds blocked, their squares, the longest, when it was over, 1 if through.
C_TRIES, C_BLOCKED, C_SQUARES, C_LONGEST, C_DONE, C_THROUGH = range(6)
SUMS = 6


@kernel
def lengths(mean: float, cv2: float) -> Law:
    return law(mean, cv2 if cv2 >= LEAST_CV2 else 0.0)


@kernel
def rest(length: Law, chance: Words) -> float:
    """What is left of a report that is met while it runs: longer ones are met more often."""
    if length.kind == CONSTANT:
        return length.first * uniform(chance)
    if length.kind == EXPONENTIAL:
        return exponential(chance, length.first)
    if length.kind == ERLANG:
        k = length.stages
        fewer = length.share * (k - 1)
        if uniform(chance) * (fewer + (1.0 - length.share) * k) < fewer:
            k -= 1
        # It is in any of its stages as likely.
        total = 0.0
        for _ in range(1 + int(k * uniform(chance))):
            total += exponential(chance, length.first)
        return total
    first = length.share * length.first
    second = (1.0 - length.share) * length.second
    if uniform(chance) * (first + second) < first:
        return exponential(chance, length.first)
    return exponential(chance, length.second)


@kernel
def erlang_rest(stages: int, mean: float, time: float) -> float:
    """Mean of what an Erlang time has beyond ``time``; ``mean`` of a stage."""
    x = time / mean
    term = exp(-x)
    total = 0.0
    for i in range(stages):
        total += (stages - i) * term
        term *= x / (i + 1)
    return mean * total


@kernel
def rest_longer(length: Law, time: float) -> float:
    """Share of the reports met that have more than ``time`` left."""
    if length.kind == CONSTANT:
        return max(0.0, 1.0 - time / length.first)
    if length.kind == EXPONENTIAL:
        return float(exp(-time / length.first))
    if length.kind == ERLANG:
        k, share, mean = length.stages, length.share, length.first
        beyond = share * erlang_rest(k - 1, mean, time)
        beyond += (1.0 - share) * erlang_rest(k, mean, time)
        return float(min(beyond / (mean * (k - share)), 1.0))
    first = length.share * length.first
    second = (1.0 - length.share) * length.second
    beyond = first * exp(-time / length.first) + second * exp(-time / length.second)
    return float(beyond / (first + second))


@kernel
def change(
    running: float, gap: float, length: Law, time_out: float, pause: float, most: int, hold: float,
    chance: Words, found: Floats,
) -> None:  # fmt: skip
    """One change, tried up to ``most`` times; without a time-out if it is 0.

    ``running`` reports on average when it comes, and a mean ``gap`` between those that follow.
    Chance is drawn in the order in which the reports come, so that every time-out meets the same.
    """
    ends = 0.0  # when the last of the running reports does
    for _ in range(poisson(chance, running)):
        ends = max(ends, rest(length, chance))
    comes = exponential(chance, gap)
    now = 0.0
    for k in range(SUMS):
        found[k] = 0.0
    while found[C_TRIES] < most:
        found[C_TRIES] += 1.0
        wait = max(ends - now, 0.0)
        through = time_out == 0.0 or wait <= time_out
        block = wait + hold if through else time_out
        found[C_BLOCKED] += block
        found[C_SQUARES] += block * block
        found[C_LONGEST] = max(found[C_LONGEST], block)
        now += block
        found[C_DONE] = now
        if through:
            found[C_THROUGH] = 1.0
            return
        goes_on = now + pause
        while comes < goes_on:
            # One that came during the try begins at its end.
            ends = max(ends, max(comes, now) + draw(length, chance))
            comes += exponential(chance, gap)
        now = goes_on


@kernel
def lock_queue(
    running: float, report_s: float, report_cv2: float, time_out_s: float, pause_s: float,
    most: int, hold_s: float, page_rate: float, connections: float, changes: int, seed: int,
) -> Table:  # fmt: skip
    """A row for each of `TIME_OUTS`, one for none (0), and one for ``time_out_s``.

    Time-out (s); 1 for the reader's; share of changes that get through within ``most`` tries, and
    at the first, and the latter by formula; mean tries; mean time for which the table is blocked
    (s), and the least and the most of `GROUPS` of the changes; mean of the longest block (s); mean
    number of requests that wait, and their mean wait (s); most that wait at once, on average; share
    of changes in which these are more than the ``connections``; mean time until all is over (s).

    ``running`` reports on average, of ``report_s`` each, at any time when nobody changes anything.
    ``hold_s`` is what the change itself takes, ``page_rate`` the requests/s to the table.
    """
    length = lengths(report_s, report_cv2)
    gap = report_s / running
    table = np.zeros((TIME_OUTS + 2, WIDTH))
    found = np.empty(SUMS)
    group = max(changes // GROUPS, 1)
    for row in range(TIME_OUTS + 2):
        out = SHORTEST * power(LONGEST_TIME_OUT / SHORTEST, row / (TIME_OUTS - 1))
        if row == TIME_OUTS:
            out = 0.0
        elif row > TIME_OUTS:
            out = time_out_s
        total = table[row]
        squares = 0.0
        for g in range(GROUPS):
            blocked = 0.0
            for i in range(group):
                chance = generator((seed * GROUPS + g) * group + i)
                change(running, gap, length, out, pause_s, most, hold_s, chance, found)
                blocked += found[C_BLOCKED]
                squares += found[C_SQUARES]
                total[THROUGH] += found[C_THROUGH]
                total[FIRST] += 1.0 if found[C_TRIES] == 1.0 and found[C_THROUGH] == 1.0 else 0.0
                total[TRIES] += found[C_TRIES]
                total[LONGEST] += found[C_LONGEST]
                total[FULL] += 1.0 if found[C_LONGEST] * page_rate > connections else 0.0
                total[DONE] += found[C_DONE]
            total[BLOCKED] += blocked
            blocked /= group
            total[BLOCKED_LOW] = blocked if g == 0 else min(total[BLOCKED_LOW], blocked)
            total[BLOCKED_HIGH] = max(total[BLOCKED_HIGH], blocked)
        # Requests come evenly: of a block they wait half on average, and a long one has more.
        total[STALL] = 0.5 * squares / total[BLOCKED] if total[BLOCKED] > 0.0 else 0.0
        for k in (THROUGH, FIRST, TRIES, BLOCKED, LONGEST, FULL, DONE):
            total[k] /= group * GROUPS
        total[STALLED] = page_rate * total[BLOCKED]
        total[WAITING] = page_rate * total[LONGEST]
        total[TIME_OUT] = out
        total[HERE] = 1.0 if row > TIME_OUTS else 0.0
        total[FIRST_LAW] = 1.0 if out == 0.0 else exp(-running * rest_longer(length, out))
    return table
