"""Requests counted second by second, from five kinds of stream whose variance is known exactly.

* *Poisson*: each request comes for itself.
* *Sessions*: customers come at random; each sends a random (Poisson) number of requests, each an
  exponential time after the customer came. Customers come on the tick of a second, as a log in
  whole seconds has them: a Neyman-Scott process in discrete time.
* *Flash crowds*: a Markov-modulated Poisson process of two states.
* *Day and night*: Poisson with a rate that is a sine over the day, lowest at six in the morning.
* *Long tails*: so many sources that each is seldom on. They go on at random, each for a time with
  a Pareto tail, and send at random while they are on (the limit of many on/off sources:
  W. Willinger et al., IEEE/ACM Transactions on Networking 5(1) 1997; D. R. Cox, "Long-range
  dependence: a review", in Statistics: An Appraisal, Iowa State University Press, 1984).

Several shops together: their streams are independent, but for the day, which they share.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.jit import Floats, Words, kernel
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import exponential, uniform
from scalelab.kernels.sphere import PI, sine
from scalelab.kernels.workload.mmpp import CROWD, ENDS, KEPT, STATE, Mmpp, begin

POISSON, SESSIONS, CROWDS, DAY, TAILS = 0, 1, 2, 3, 4
DAY_S = 86_400
MINUTE_S = 60
# Long tails: sources that are on at one time, of one shop, and how long one is on, on average.
SOURCES_ON = 10.0
ON_S = 60.0
# Longer than any window: a source that is on for longer is on for good.
FOR_GOOD_S = 1e12


class Stream(NamedTuple):
    """What one shop's stream is, and how many shops there are.

    rate: requests a second on average, of one shop
    times, crowd_s, calm_s: flash crowds, rate in a crowd over the rate in calm, mean lengths
    per_session, spread_s: sessions, mean number of requests, mean time from the customer to each
    tail: exponent of the Pareto tail, above 1
    swing: day and night, highest rate over lowest
    """

    kind: int
    rate: float
    shops: int
    times: float
    crowd_s: float
    calm_s: float
    per_session: float
    spread_s: float
    tail: float
    swing: float


@kernel
def mmpp(s: Stream) -> Mmpp:
    """The flash crowds with this mean rate."""
    calm = s.rate * (s.calm_s + s.crowd_s) / (s.calm_s + s.times * s.crowd_s)
    return Mmpp(calm, s.times * calm, s.calm_s, s.crowd_s)


@kernel
def forgotten(s: Stream) -> float:
    """Sessions: share of a customer's requests to come that will come after the next second."""
    return exp(-1.0 / s.spread_s) if s.spread_s > 0.0 else 0.0


@kernel
def shortest_s(s: Stream) -> float:
    """Long tails: no source is on for less."""
    return ON_S * (s.tail - 1.0) / s.tail


# --- counts ----------------------------------------------------------------------------------


@kernel
def turn_on(begins: float, ends: float, parts: Floats, turns: Floats) -> None:
    """Notes that something is on from ``begins`` to ``ends`` (s): see `seconds_on`."""
    ends = min(ends, float(parts.size))
    if begins >= ends:
        return
    first = int(begins)
    last = int(ends)
    if first == last:
        parts[first] += ends - begins
        return
    parts[first] += first + 1 - begins
    turns[first + 1] += 1.0
    turns[last] -= 1.0
    if last < parts.size:
        parts[last] += ends - last


@kernel
def seconds_on(parts: Floats, turns: Floats) -> None:
    """``parts`` becomes how much of the time is on within each second, summed over all."""
    on = 0.0
    for i in range(parts.size):
        on += turns[i]
        parts[i] += on


@kernel
def put_crowds(s: Stream, chance: Words, parts: Floats, turns: Floats) -> None:
    """How long there is a crowd within each second, over all shops."""
    stream = mmpp(s)
    kept = np.empty(KEPT)
    for _ in range(s.shops):
        begin(stream, chance, kept)
        t = 0.0
        ends = kept[ENDS]
        crowded = kept[STATE] == CROWD
        while t < parts.size:
            if crowded:
                turn_on(t, ends, parts, turns)
            t = ends
            crowded = not crowded
            ends = t + exponential(chance, stream.crowd_s if crowded else stream.calm_s)
    seconds_on(parts, turns)


@kernel
def pareto(chance: Words, shortest: float, exponent: float) -> float:
    # The least uniform number to a power beyond this would be longer than `FOR_GOOD_S` anyway.
    return min(shortest * power(uniform(chance), max(-1.0 / exponent, -16.0)), FOR_GOOD_S)


@kernel
def put_sources(s: Stream, chance: Words, parts: Floats, turns: Floats) -> None:
    """How long sources are on within each second, summed over all; in equilibrium from the start.

    Of a source found on, what remains has the density P(X > x) / E X: below the shortest time with
    probability (tail - 1) / tail, uniform there; beyond, Pareto with a tail one heavier.
    """
    shortest = shortest_s(s)
    for _ in range(poisson(chance, SOURCES_ON * s.shops)):
        if uniform(chance) * s.tail < s.tail - 1.0:
            remains = shortest * uniform(chance)
        else:
            remains = pareto(chance, shortest, s.tail - 1.0)
        turn_on(0.0, remains, parts, turns)
    gap = ON_S / (SOURCES_ON * s.shops)
    t = exponential(chance, gap)
    while t < parts.size:
        turn_on(t, t + pareto(chance, shortest, s.tail), parts, turns)
        t += exponential(chance, gap)
    seconds_on(parts, turns)


@kernel
def put_day(s: Stream, means: Floats) -> None:
    """The expected counts: a sine over the day that is constant for each minute."""
    height = (s.swing - 1.0) / (s.swing + 1.0)
    mean = s.rate * s.shops
    rate = mean
    for i in range(means.size):
        if i % MINUTE_S == 0:
            of_day = i % DAY_S + MINUTE_S // 2
            rate = mean * (1.0 + height * sine(PI * (2.0 * of_day / DAY_S - 1.0)))
        means[i] = rate


@kernel
def count(s: Stream, chance: Words, counts: Floats, means: Floats) -> None:
    """Fills ``counts``, second by second; ``means`` becomes what they were drawn with.

    Of one second the count is Poisson, given the state of the stream.
    """
    turns = np.zeros(counts.size + 1)
    rate = s.rate * s.shops
    for i in range(means.size):
        means[i] = rate if s.kind == POISSON else 0.0
    if s.kind == CROWDS:
        stream = mmpp(s)
        put_crowds(s, chance, means, turns)
        for i in range(means.size):
            means[i] = stream.calm * s.shops + (stream.crowd - stream.calm) * means[i]
    elif s.kind == TAILS:
        put_sources(s, chance, means, turns)
        for i in range(means.size):
            means[i] *= s.rate / SOURCES_ON
    elif s.kind == DAY:
        put_day(s, means)
    elif s.kind == SESSIONS:
        left = forgotten(s)
        come = rate / s.per_session
        # In equilibrium: those who came in the twenty mean times before.
        waiting = 0.0
        for i in range(-min(int(20.0 * s.spread_s), 20_000), means.size):
            waiting = waiting * left + poisson(chance, come) * s.per_session
            if i >= 0:
                means[i] = waiting * (1.0 - left)
    for i in range(counts.size):
        counts[i] = poisson(chance, max(means[i], 0.0))


# --- the variance of counts, exactly ---------------------------------------------------------


@kernel
def phi(x: float) -> float:
    """1 - (1 - exp(-x)) / x: the share of its limit that exponential memory has added."""
    if x < 1e-3:
        return x * (0.5 - x / 6.0)
    return 1.0 - (1.0 - exp(-x)) / x


@kernel
def tail_excess(s: Stream, t: float) -> float:
    """Twice the integral of (t - u) R(u) from 0 to t, over the mean number of sources on.

    R(u) is the covariance of the numbers on at two moments u apart: the rate at which sources go on
    times the integral of P(X > x) from u on.
    """
    b = shortest_s(s)
    a = s.tail
    short = min(t, b)
    # Up to b, E X - u; times (t - u), integrated.
    value = ON_S * (t * short - 0.5 * short * short)
    value -= 0.5 * t * short * short - short * short * short / 3.0
    if t > b:
        # Beyond, b^a u^(1 - a) / (a - 1).
        scale = b * b / (a - 1.0)
        x = t / b
        if abs(a - 2.0) < 1e-9:
            value += scale * b * (x * log(x) - (x - 1.0))
        else:
            grown = power(x, 2.0 - a)
            value += scale * b * (
                x * (grown - 1.0) / (2.0 - a) - (grown * x - 1.0) / (3.0 - a)
            )  # fmt: skip
    return 2.0 * value / ON_S


@kernel
def dispersion(s: Stream, t: float) -> float:
    """Index of dispersion for counts over windows of ``t`` whole seconds.

    Day and night are not in it: they are no matter of chance. See `dispersion_of_day`.
    """
    if s.kind == SESSIONS:
        q = forgotten(s)
        # Twice the sum of (1 - d / t) q^d over the lags d from 1 on.
        lags = 2.0 * q / (1.0 - q) * (1.0 - (1.0 - power(q, t)) / (t * (1.0 - q)))
        return 1.0 + s.per_session * (1.0 - q) / (1.0 + q) * (1.0 + lags)
    if s.kind == CROWDS:
        stream = mmpp(s)
        total = s.calm_s + s.crowd_s
        apart = stream.crowd - stream.calm
        variance = s.calm_s * s.crowd_s * apart * apart / (total * total)
        fades = 1.0 / s.calm_s + 1.0 / s.crowd_s
        return 1.0 + 2.0 * variance / (s.rate * fades) * phi(fades * t)
    if s.kind == TAILS:
        return 1.0 + s.rate / SOURCES_ON * tail_excess(s, t) / t
    return 1.0
