"""A shop's day: clients come, click, think, leave, and some of them come back.

First visits begin at random, at a rate that follows the hour (a hump around the evening). After
each click a client leaves with the same probability, so that clicks are geometric; otherwise it
thinks. Some come back after a while. A page fetches up to two more things at once.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Words, kernel
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.requirement.sizing import BINS, WIDTH, hump

SAME_ALWAYS, EXPONENTIAL, LOGNORMAL = 0, 1, 2
DAY_S = 86_400.0
# With this concentration the busiest hour has a tenth of the visits.
CONCENTRATION = 1.32
# What a page fetches comes this much later; nobody clicks as fast as that.
FETCH_S, FETCHES = 0.3, 2
FASTEST_S = 1.0


class Shop(NamedTuple):
    """Clients of a day, what they are like (s), and how the log is kept.

    ``spread``: standard deviation of the think times' logarithms, if they are log-normal.
    ``fetches``: probability that a page fetches one more thing. ``whole``: times are in whole
    seconds. ``one_day``: nothing after midnight is in it.
    """

    clients: float
    law: int
    think_s: float
    spread: float
    clicks: float
    returns: float
    absence_s: float
    fetches: float
    whole: bool
    one_day: bool


@kernel
def normal(chance: Words) -> float:
    """A standard normal number (G. Marsaglia's polar method, SIAM Review 6(3) 1964)."""
    while True:
        x = 2.0 * uniform(chance) - 1.0
        y = 2.0 * uniform(chance) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return float(x * np.sqrt(-2.0 * log(square) / square))


@kernel
def thought(shop: Shop, median: float, chance: Words) -> float:
    if shop.law == EXPONENTIAL:
        time = exponential(chance, shop.think_s)
    elif shop.law == LOGNORMAL:
        time = median * exp(shop.spread * normal(chance))
    else:
        time = shop.think_s
    return max(time, FASTEST_S) if shop.fetches > 0.0 else time


@kernel
def visits(shop: Shop, seed: int) -> tuple[Floats, Ints]:
    """The requests, client by client: when (s since midnight), and whose."""
    chance = generator(seed)
    shares = np.empty(BINS)
    hump(CONCENTRATION, shares)
    median = shop.think_s * exp(-0.5 * shop.spread * shop.spread)
    room = int(shop.clients * shop.clicks * (1.0 + 2.0 * shop.returns) * 2.0) + 1000
    when, who = np.empty(room), np.empty(room, np.int64)
    n = 0
    client = 0
    for i in range(BINS):
        for _ in range(poisson(chance, shop.clients * shares[i])):
            time = (i + uniform(chance)) * WIDTH * 3600.0
            while not (shop.one_day and time >= DAY_S):
                if n + FETCHES >= when.size:
                    when, who = twice(when), twice_ints(who)
                fetch = 0
                when[n], who[n] = noted(time, shop.whole), client
                n += 1
                while fetch < FETCHES and uniform(chance) < shop.fetches:
                    fetch += 1
                    when[n], who[n] = noted(time + FETCH_S * fetch, shop.whole), client
                    n += 1
                if uniform(chance) * shop.clicks >= 1.0:
                    time += thought(shop, median, chance)
                elif uniform(chance) < shop.returns:
                    time += exponential(chance, shop.absence_s)
                else:
                    break
            client += 1
    return when[:n], who[:n]


@kernel
def noted(time: float, whole: bool) -> float:
    return float(np.floor(time)) if whole else time


@kernel
def twice(values: Floats) -> Floats:
    larger = np.empty(2 * values.size)
    for i in range(values.size):
        larger[i] = values[i]
    return larger


@kernel
def twice_ints(values: Ints) -> Ints:
    larger = np.empty(2 * values.size, np.int64)
    for i in range(values.size):
        larger[i] = values[i]
    return larger
