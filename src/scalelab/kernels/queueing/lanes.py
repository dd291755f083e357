"""Draws for several independent runs that advance together, one in each lane.

Each lane has a generator of its own. Where a law takes the same steps for every draw, the processor
draws for several lanes at once. What a lane is given are the numbers that `law.draw` gives.
"""

import numpy as np

from scalelab.kernels.elementary import log_of_normal
from scalelab.kernels.jit import Table, Words, kernel
from scalelab.kernels.queueing.law import CONSTANT, EXPONENTIAL, HYPEREXPONENTIAL, Law, draw
from scalelab.kernels.random import advanced, fraction, generator

WORDS = 4  # of a generator's state


@kernel
def generators(lanes: int, seed: int, which: int, of: int) -> Words:
    """States of one generator for each lane, shape (4, lanes), of which each lane has ``of``."""
    states = np.empty((WORDS, lanes), np.uint64)
    for lane in range(lanes):
        state = generator((seed * lanes + lane) * of + which)
        for k in range(WORDS):
            states[k, lane] = state[k]
    return states


@kernel
def lane_word(states: Words, lane: int) -> np.uint64:
    """The next 64 random bits of a lane."""
    word, states[0, lane], states[1, lane], states[2, lane], states[3, lane] = advanced(
        states[0, lane], states[1, lane], states[2, lane], states[3, lane]
    )
    return word


@kernel
def fill(law: Law, states: Words, n: int, into: Table) -> None:
    """The next ``n`` times of every lane, a row for each."""
    lanes = states.shape[1]
    if law.kind == CONSTANT:
        for i in range(n):
            for lane in range(lanes):
                into[i, lane] = law.first
    elif law.kind == EXPONENTIAL:
        for i in range(n):
            for lane in range(lanes):
                u = fraction(lane_word(states, lane))
                into[i, lane] = -law.first * log_of_normal(u, 0)
    elif law.kind == HYPEREXPONENTIAL:
        for i in range(n):
            for lane in range(lanes):
                first = fraction(lane_word(states, lane)) < law.share
                u = fraction(lane_word(states, lane))
                into[i, lane] = -(law.first if first else law.second) * log_of_normal(u, 0)
    else:
        fill_each(law, states, n, into)


@kernel
def fill_each(law: Law, states: Words, n: int, into: Table) -> None:
    """The same lane by lane, for any law."""
    state = np.empty(WORDS, np.uint64)
    for lane in range(states.shape[1]):
        for k in range(WORDS):
            state[k] = states[k, lane]
        for i in range(n):
            into[i, lane] = draw(law, state)
        for k in range(WORDS):
            states[k, lane] = state[k]
