"""Traffic divided by a name (DNS), by connection (layer 4) or by request (layer 7).

What becomes of a dead machine's part, and when one that was added has its own, is known in closed
form. After the change resolvers lose their old answers evenly over the time to live, as each has
fetched its own at some time before; connections end at random, whatever their age.

How uneven the parts are is drawn. A resolver stands for as many customers as Zipf's law gives it,
and gets one address; a connection brings an exponential number of requests, and gets one machine.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.random import below, exponential, generator
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.zipf import popularity

DNS, L4, L7 = range(3)
WAYS = 3
NAME, DEALT, HASHED, EACH = range(4)  # who gets a machine, and how: the last is each request
CHOICES = 4
BEFORE, FADING, LATER = 12, 16, 12  # moments until the death is noticed, then of cached answers
MOMENTS = BEFORE + FADING + LATER
ROWS = WAYS * MOMENTS + CHOICES + WAYS
WINDOW_S = 600.0  # in which failed requests are counted
MOST_OF_IT = 0.9  # of its fair part, which the machine that was added is to reach

MOMENT, PARTS, WAY_KIND = range(3)  # kinds of rows
KIND, WAY, DEAD_S, FAILS, ADDED_S, PART, CHOICE, LOW, MIDDLE, HIGH = range(10)
CV, OVER, FAILED, REACHED_S, VCPUS, HANDSHAKES, MEAN = range(10, 17)
WIDTH = 17


class World(NamedTuple):
    """Times in s. ``dead``: part of a machine; ``holding``: resolvers that keep an answer longer.

    ``anew`` of the customers whose address does not answer try no other; ``once`` of the requests
    may not be repeated; who waits in vain on a connection leaves it after ``patience``.
    """

    dead: float
    detect: float
    ttl: float
    holding: float
    hold: float
    anew: float
    life: float
    patience: float
    once: float


@kernel
def stale(t: float, w: World) -> float:
    """Part of the customers whose resolver has the old answer ``t`` after the change."""
    return (1.0 - w.holding) * max(1.0 - t / w.ttl, 0.0) + w.holding * exp(-t / w.hold)


@kernel
def stale_until(t: float, w: World) -> float:
    """The integral of `stale` from 0 to ``t``."""
    end = min(t, w.ttl)
    fading = end - end * end / (2.0 * w.ttl)
    return (1.0 - w.holding) * fading + w.holding * w.hold * (1.0 - exp(-t / w.hold))


@kernel
def leaving(w: World) -> float:
    """Rate at which the part on the dead machine comes to rest, before the death is noticed (1/s).

    Connections end and come again anywhere; those left in vain leave for one that lives, mostly.
    """
    return 1.0 / w.life + (1.0 - w.dead) / w.patience


@kernel
def stuck(t: float, w: World) -> float:
    """Part of the customers with a connection to the dead machine, before it is noticed."""
    rest = w.dead / w.life / leaving(w)
    return rest + (w.dead - rest) * exp(-leaving(w) * t)


@kernel
def stuck_until(t: float, w: World) -> float:
    """The integral of `stuck` from 0 to ``t``."""
    rest = w.dead / w.life / leaving(w)
    return rest * t + (w.dead - rest) * (1.0 - exp(-leaving(w) * t)) / leaving(w)


@kernel
def fails(way: int, t: float, noticed: bool, w: World) -> float:
    """Part of all requests that fail ``t`` after the death."""
    if way == DNS:
        return w.dead * w.anew * (stale(t - w.detect, w) if noticed else 1.0)
    if noticed:
        return 0.0
    if way == L4:
        return stuck(t, w)
    return w.dead * w.once


@kernel
def failed_until(way: int, t: float, w: World) -> float:
    """The integral of `fails` from 0 to ``t``."""
    blind = min(t, w.detect)
    if way == DNS:
        return w.dead * w.anew * (blind + stale_until(t - blind, w))
    if way == L4:
        return stuck_until(blind, w)
    return w.dead * w.once * blind


@kernel
def both(t: float, w: World) -> float:
    """Chance that an answer that is kept, and then a connection, have ended by ``t``."""
    if abs(w.hold - w.life) < 1e-6 * w.hold:
        return 1.0 - (1.0 + t / w.hold) * exp(-t / w.hold)
    late = (w.hold * exp(-t / w.hold) - w.life * exp(-t / w.life)) / (w.hold - w.life)
    return 1.0 - late


@kernel
def moved(way: int, t: float, w: World) -> float:
    """What the machine that was added has of its fair part ``t`` later.

    With DNS a customer moves at the end of the first connection that outlives the old answer.
    """
    if way == L7:
        return 1.0
    if way == L4:
        return 1.0 - exp(-t / w.life)
    # Even over the time to live, and then exponential: the integral of 1 - exp(-u / life).
    first = max(t - w.ttl, 0.0)
    lost = w.life * (exp(-first / w.life) - exp(-t / w.life))
    return min(
        max((1.0 - w.holding) * (t - first - lost) / w.ttl + w.holding * both(t, w), 0.0), 1.0
    )


@kernel
def reached(way: int, w: World) -> float:
    """When the machine that was added has `MOST_OF_IT`; bisection."""
    if way == L7:
        return 0.0
    low, high = 0.0, w.ttl + 50.0 * (w.life + w.hold)
    for _ in range(60):
        middle = 0.5 * (low + high)
        if moved(way, middle, w) < MOST_OF_IT:
            low = middle
        else:
            high = middle
    return high


@kernel
def put_moments(rows: Table, way: int, w: World) -> None:
    """Moments after the death, with both sides of the one at which it is noticed; and others."""
    shown = 1.5 * max(w.life, w.ttl)
    for i in range(MOMENTS):
        row = rows[i]
        row[KIND] = MOMENT
        row[WAY] = way
        noticed = i >= BEFORE
        if not noticed:
            row[DEAD_S] = w.detect * i / (BEFORE - 1.0)
        elif i < BEFORE + FADING:
            row[DEAD_S] = w.detect + w.ttl * (i - BEFORE) / (FADING - 1.0)
        else:
            more = max(w.ttl, 60.0) * (i + 1.0 - BEFORE - FADING) / LATER
            row[DEAD_S] = w.detect + w.ttl + more
        row[FAILS] = fails(way, row[DEAD_S], noticed, w)
        row[ADDED_S] = shown * i / (MOMENTS - 1.0)
        row[PART] = moved(way, row[ADDED_S], w)


@kernel
def note(parts: Floats, busiest: Floats, run: int) -> float:
    """Notes the busiest machine over the mean; returns the mean square of what is off it."""
    total, most, square = 0.0, 0.0, 0.0
    for part in parts:
        total += part
        most = max(most, part)
    mean = total / parts.size
    for part in parts:
        square += (part / mean - 1.0) * (part / mean - 1.0)
    busiest[run] = most / mean
    return square / parts.size


@kernel
def put_parts(
    rows: Table, machines: int, resolvers: int, skew: float, connections: int, runs: int, seed: int
) -> None:
    """Busiest machine over the mean: of the runs the tenth, the middle and the ninetieth per cent.

    Connections that are dealt go to one machine after the other. All in multiples of the mean.
    """
    # Each has chance of its own: what is drawn for names does not hang on the connections.
    names, others = generator(seed), generator(seed + 1)
    weight = popularity(resolvers, skew)
    busiest = np.ones((CHOICES, runs))
    square = np.zeros(CHOICES)
    for run in range(runs):
        named, dealt, hashed = np.zeros(machines), np.zeros(machines), np.zeros(machines)
        for i in range(resolvers):
            named[below(names, machines)] += weight[i]
        for i in range(connections):
            requests = exponential(others, 1.0)
            dealt[i % machines] += requests
            hashed[below(others, machines)] += requests
        square[NAME] += note(named, busiest[NAME], run)
        square[DEALT] += note(dealt, busiest[DEALT], run)
        square[HASHED] += note(hashed, busiest[HASHED], run)
    for choice in range(CHOICES):
        row = rows[choice]
        row[KIND] = PARTS
        row[WAY] = DNS if choice == NAME else (L7 if choice == EACH else L4)
        row[CHOICE] = choice
        row[LOW] = kth_smallest(busiest[choice], runs // 10)
        row[MIDDLE] = kth_smallest(busiest[choice], runs // 2)
        row[HIGH] = kth_smallest(busiest[choice], runs - 1 - runs // 10)
        row[OVER] = row[MIDDLE]
        row[CV] = np.sqrt(square[choice] / runs)


@kernel
def entry(
    machines: int, detect_s: float, ttl_s: float, ignoring: float, next_share: float,
    life_s: float, connections: int, repeatable: float, skew: float, rate_per_s: float,
    hold_s: float, patience_s: float, resolvers: int, work_ms: float, vcpus: int,
    request_ms: float, handshake_ms: float, packets_ms: float, runs: int, seed: int,
) -> Table:  # fmt: skip
    """`MOMENTS` rows for each way, a row for each kind of choice, and one for each way.

    Columns: kind of row; way. Of a moment: seconds since a machine died, and the part of all
    requests that fails then; seconds since one was added, and what it has of its fair part. Of a
    choice: which; how busy the busiest machine is, in one run of ten less, in half of them less, in
    nine of ten less; the coefficient of variation of the machines' parts, and the middle over the
    mean. Of a way: requests that fail within ten minutes; seconds until the machine that was added
    has nine tenths of its fair part; vCPUs that the balancer needs, and those of them for
    handshakes; and, of choices and ways, how busy the mean machine is.
    """
    w = World(
        1.0 / machines, detect_s, ttl_s, ignoring, hold_s, 1.0 - next_share, life_s, patience_s,
        1.0 - repeatable,
    )  # fmt: skip
    mean = rate_per_s * work_ms / 1000.0 / (machines * vcpus)
    # Little's law; a connection has a request at least.
    handshakes = min(connections / life_s, rate_per_s) * handshake_ms / 1000.0
    table = np.zeros((ROWS, WIDTH))
    for way in range(WAYS):
        put_moments(table[way * MOMENTS : (way + 1) * MOMENTS], way, w)
    parts = table[WAYS * MOMENTS : WAYS * MOMENTS + CHOICES]
    put_parts(parts, machines, resolvers, skew, connections, runs, seed)
    for choice in range(CHOICES):
        for column in range(LOW, HIGH + 1):
            parts[choice, column] *= mean
        parts[choice, MEAN] = mean
    for way in range(WAYS):
        row = table[WAYS * MOMENTS + CHOICES + way]
        row[KIND] = WAY_KIND
        row[WAY] = way
        row[MEAN] = mean
        row[FAILED] = rate_per_s * failed_until(way, WINDOW_S, w)
        row[REACHED_S] = reached(way, w)
        if way == L4:
            row[VCPUS] = rate_per_s * packets_ms / 1000.0
        elif way == L7:
            row[HANDSHAKES] = handshakes
            row[VCPUS] = rate_per_s * request_ms / 1000.0 + handshakes
    return table
