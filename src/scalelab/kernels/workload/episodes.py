"""Crowds found in a record of requests: when it was calm, when crowded, at what rates.

A Markov-modulated Poisson process of two states, seen through counts of equal short intervals:
a hidden Markov model. The most likely course of its states (A. J. Viterbi, "Error bounds for
convolutional codes and an asymptotically optimum decoding algorithm", IEEE Transactions on
Information Theory 13(2) 1967) and the rates that fit it best are worked out in turn until nothing
changes: "segmental k-means" (B.-H. Juang and L. R. Rabiner, IEEE Transactions on Acoustics, Speech,
and Signal Processing 38(9) 1990).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import log
from scalelab.kernels.jit import Floats, Ints, kernel
from scalelab.kernels.workload.mmpp import CALM, CROWD

MOST_INTERVALS = 4000
# Fewer requests in one interval would make noise of it.
PER_INTERVAL = 5
FEWEST_INTERVALS = 10
MOST_ROUNDS = 30
# Two rates, and how often each of the states ends.
PARAMETERS = 4
LEAST_RATE = 1e-9


class Episodes(NamedTuple):
    """By state: requests and time (s) well inside it, all of its time, and how often it ended.

    ``states``: the state of each interval of ``width`` seconds. All are calm if two states explain
    no more than one does.
    """

    requests: Floats
    inside_s: Floats
    total_s: Floats
    ended: Ints
    states: Ints
    width: float


@kernel
def interval_width(n: int, span: float) -> float:
    """Whole seconds where there is more than one, as logs count in them."""
    intervals = min(MOST_INTERVALS, max(n // PER_INTERVAL, 1))
    width = span / intervals
    return float(np.ceil(width)) if width > 1.0 else width


@kernel
def likely_states(counts: Floats, rates: Floats, leave: Floats, came: Ints, states: Ints) -> float:
    """Most likely course of the states, into ``states``; the logarithm of its likelihood.

    ``rates``: requests in an interval; ``leave``: probability that a state ends with it. Of the
    likelihood, what no rate changes is left out.
    """
    n = counts.size
    calm, crowd = -rates[CALM], -rates[CROWD]
    log_calm, log_crowd = log(rates[CALM]), log(rates[CROWD])
    stay_calm, go_crowd = log(1.0 - leave[CALM]), log(leave[CALM])
    stay_crowd, go_calm = log(1.0 - leave[CROWD]), log(leave[CROWD])
    best = np.empty(2)
    best[CALM] = calm + counts[0] * log_calm
    best[CROWD] = crowd + counts[0] * log_crowd
    for i in range(1, n):
        from_calm, from_crowd = best[CALM] + stay_calm, best[CROWD] + go_calm
        came[i, CALM] = CALM if from_calm >= from_crowd else CROWD
        to_calm = max(from_calm, from_crowd)
        from_calm, from_crowd = best[CALM] + go_crowd, best[CROWD] + stay_crowd
        came[i, CROWD] = CALM if from_calm >= from_crowd else CROWD
        best[CROWD] = max(from_calm, from_crowd) + crowd + counts[i] * log_crowd
        best[CALM] = to_calm + calm + counts[i] * log_calm
    states[n - 1] = CALM if best[CALM] >= best[CROWD] else CROWD
    for i in range(n - 1, 0, -1):
        states[i - 1] = came[i, states[i]]
    return float(max(best[CALM], best[CROWD]))


@kernel
def summed(counts: Floats, width: float, states: Ints) -> Episodes:
    """Adds up what belongs to each state.

    In the intervals beside a change the state may have changed on the way: they do not count for
    the rates, where a state has others.
    """
    n = counts.size
    every = np.zeros(2)
    requests, inside, total = np.zeros(2), np.zeros(2), np.zeros(2)
    ended = np.zeros(2, np.int64)
    for i in range(n):
        state = states[i]
        every[state] += counts[i]
        total[state] += width
        changes = (i > 0 and states[i - 1] != state) or (i + 1 < n and states[i + 1] != state)
        if not changes:
            requests[state] += counts[i]
            inside[state] += width
        if i + 1 < n and states[i + 1] != state:
            ended[state] += 1
    for state in range(2):
        if inside[state] == 0.0:
            requests[state] = every[state]
            inside[state] = total[state]
    return Episodes(requests, inside, total, ended, states, width)


@kernel
def without_crowds(counts: Floats, width: float, states: Ints) -> Episodes:
    for i in range(states.size):
        states[i] = CALM
    return summed(counts, width, states)


@kernel
def find_episodes(times: Floats, begins: float, span: float) -> Episodes:
    """Calm and crowded stretches of ``times``, in order, from ``begins`` for ``span`` seconds."""
    width = interval_width(times.size, span)
    n = max(int(np.ceil(span / width - 1e-9)), 1)
    counts = np.zeros(n)
    for t in times:
        counts[min(max(int((t - begins) / width), 0), n - 1)] += 1.0
    states = np.empty(n, np.int64)
    if n < FEWEST_INTERVALS:
        return without_crowds(counts, width, states)
    mean = times.size / n
    for i in range(n):
        states[i] = CROWD if counts[i] > mean else CALM
    rates, leave = np.empty(2), np.empty(2)
    before = np.empty(n, np.int64)
    came = np.empty((n, 2), np.int64)
    likely = -np.inf
    for _ in range(MOST_ROUNDS):
        found = summed(counts, width, states)
        for state in range(2):
            if found.total_s[state] == 0.0:
                return without_crowds(counts, width, states)
            rates[state] = max(found.requests[state] / found.inside_s[state] * width, LEAST_RATE)
            # Neither never nor always.
            leave[state] = (found.ended[state] + 0.5) / (found.total_s[state] / width + 1.0)
        for i in range(n):
            before[i] = states[i]
        likely = likely_states(counts, rates, leave, came, states)
        same = True
        for i in range(n):
            same = same and states[i] == before[i]
        if same:
            break
    found = summed(counts, width, states)
    one = times.size * log(mean) - times.size
    # Two states have to be worth what they cost (Bayes' information criterion, G. Schwarz 1978).
    if (
        found.total_s[CROWD] == 0.0
        or found.total_s[CALM] == 0.0
        or rates[CROWD] <= rates[CALM]
        or likely - one < 0.5 * PARAMETERS * log(float(n))
    ):
        return without_crowds(counts, width, states)
    return found


@kernel
def rate_of(found: Episodes, state: int) -> float:
    """Requests a second in a state; 0 if there was none."""
    return found.requests[state] / found.inside_s[state] if found.inside_s[state] > 0.0 else 0.0


@kernel
def length_of(found: Episodes, state: int) -> float:
    """Mean length of a state (s), from all of its time and how often it ended (or as if once)."""
    return float(found.total_s[state] / max(found.ended[state], 1))
