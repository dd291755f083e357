"""Visits: from requests to clicks, from clicks to sessions, and how many users are there at once.

A *click* is what a client asks for at one go: a page, and what the page fetches at once. A
*session* goes on as long as its client clicks again within the timeout. The pause from a click to
the next one of the same session is the *think time*, the wait for the answer included: a log does
not tell one from the other.

Requests and clicks are two arrays, of the moments (s) and of the clients, one client after the
other, each in the order of time.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.access_log import CLIENT, TIME_S, in_order
from scalelab.kernels.elementary import log
from scalelab.kernels.jit import Floats, Ints, kernel
from scalelab.kernels.select import kth_smallest
from scalelab.kernels.student import NORMAL_975, t_975

CANNOT_TELL, EXPONENTIAL, LOGNORMAL, TOO_FEW = 0, 1, 2, 3
FEWEST_PAUSES = 30
HALF_LOG_TWO_PI = 0.9189385332046727
# A pause of 0 s has no logarithm: in whole seconds it is one of half a second, otherwise of a
# thousandth.
SHORTEST_WHOLE, SHORTEST = 0.5, 0.001


class Estimate(NamedTuple):
    """A value and its 95 % interval, which ends where it begins if it is not known."""

    value: float
    low: float
    high: float


class Sessions(NamedTuple):
    """What `cut` finds. Pauses in s; ``known`` says whether there are any, and an interval."""

    clients: int
    sessions: int
    clicks: int
    pauses: int
    clicks_a_session: Estimate
    think: Estimate
    median: Estimate
    spread: float
    law: int
    interval_known: bool


@kernel
def by_client(rows: Floats) -> tuple[Floats, Ints]:
    """The requests of an access log, client by client."""
    ordered = in_order(rows)
    n = ordered.shape[0]
    most = 0
    for i in range(n):
        most = max(most, int(ordered[i, CLIENT]))
    place = np.zeros(most + 2, np.int64)
    for i in range(n):
        place[int(ordered[i, CLIENT]) + 1] += 1
    for client in range(most + 1):
        place[client + 1] += place[client]
    when, who = np.empty(n), np.empty(n, np.int64)
    for i in range(n):
        client = int(ordered[i, CLIENT])
        when[place[client]] = ordered[i, TIME_S]
        who[place[client]] = client
        place[client] += 1
    return when, who


@kernel
def clicks_of(when: Floats, who: Ints, together_s: float) -> tuple[Floats, Ints]:
    """The first request of each click: those no later than ``together_s`` after it belong to it."""
    first, client = np.empty(when.size), np.empty(when.size, np.int64)
    n = 0
    for i in range(when.size):
        if n == 0 or client[n - 1] != who[i] or when[i] - first[n - 1] > together_s:
            first[n] = when[i]
            client[n] = who[i]
            n += 1
    return first[:n], client[:n]


@kernel
def pause_before(when: Floats, who: Ints, i: int) -> float:
    """Time since the click before; -1 for a client's first."""
    if i == 0 or who[i] != who[i - 1]:
        return -1.0
    return float(when[i] - when[i - 1])


@kernel
def pauses_within(when: Floats, who: Ints, timeout: float) -> Floats:
    """The pauses that do not end a session."""
    pauses = np.empty(when.size)
    n = 0
    for i in range(when.size):
        pause = pause_before(when, who, i)
        if 0.0 <= pause <= timeout:
            pauses[n] = pause
            n += 1
    return pauses[:n]


@kernel
def quantile(values: Floats, q: float, whole: bool) -> float:
    """The quantile; among whole numbers, each stands for all within a half of it.

    Reorders ``values``.
    """
    value = kth_smallest(values, int(q * values.size))
    if not whole:
        return float(value)
    below = 0
    equal = 0
    for other in values:
        below += other < value
        equal += other == value
    return float(max(0.0, value - 0.5 + (q * values.size - below) / equal))


@kernel
def all_whole(values: Floats) -> bool:
    for value in values:
        if value != np.floor(value):
            return False
    return True


@kernel
def width(squares: float, over: float, groups: int) -> float:
    """Half of the 95 % interval of a ratio of sums over clients (the clients are what is drawn)."""
    return float(t_975(groups - 1) * np.sqrt(squares * groups / (groups - 1.0)) / over)


@kernel
def cut(when: Floats, who: Ints, timeout: float, together_s: float) -> Sessions:
    """Cuts clicks into sessions, and says what users are like.

    Intervals allow for clients who are unlike each other: linearised ratios over clients (W. G.
    Cochran, "Sampling Techniques", 1977, chapter 6); that of the median by the interval of the
    share below it (Woodruff 1952).
    """
    nothing = Estimate(0.0, 0.0, 0.0)
    pauses = pauses_within(when, who, timeout)
    clients = 0
    sessions = 0
    total = 0.0
    for i in range(when.size):
        pause = pause_before(when, who, i)
        clients += pause < 0.0
        sessions += pause < 0.0 or pause > timeout
        total += pause if 0.0 <= pause <= timeout else 0.0
    if when.size == 0:
        return Sessions(0, 0, 0, 0, nothing, nothing, nothing, 0.0, TOO_FEW, False)
    each = when.size / sessions
    if pauses.size == 0:
        return Sessions(
            clients, sessions, when.size, 0, Estimate(each, each, each), nothing, nothing, 0.0,
            TOO_FEW, False,
        )  # fmt: skip
    think = total / pauses.size
    whole = all_whole(pauses)
    median = quantile(pauses, 0.5, whole)
    # By client: sums of what is left over, squared.
    of_think, of_each, of_share = 0.0, 0.0, 0.0
    start = 0
    for i in range(1, when.size + 1):
        if i < when.size and who[i] == who[start]:
            continue
        n_pauses, n_sessions, long, under = 0, 1, 0.0, 0.0
        for j in range(start + 1, i):
            pause = when[j] - when[j - 1]
            if pause > timeout:
                n_sessions += 1
                continue
            n_pauses += 1
            long += pause
            under += share_below(pause, median, whole)
        of_think += (long - think * n_pauses) ** 2
        of_share += (under - 0.5 * n_pauses) ** 2
        of_each += (i - start - each * n_sessions) ** 2
        start = i
    # A whole number above this stands for all from a half below it on.
    shortest = together_s + 0.5 if whole and together_s > 0.0 else together_s
    spread, law = fitted(pauses, think, shortest, whole)
    if clients < 2:
        return Sessions(
            clients, sessions, when.size, pauses.size, Estimate(each, each, each),
            Estimate(think, think, think), Estimate(median, median, median), spread, law, False,
        )  # fmt: skip
    off = width(of_think, pauses.size, clients)
    off_each = width(of_each, sessions, clients)
    off_share = min(0.5, width(of_share, pauses.size, clients))
    return Sessions(
        clients, sessions, when.size, pauses.size,
        Estimate(each, max(1.0, each - off_each), each + off_each),
        Estimate(think, max(0.0, think - off), think + off),
        Estimate(
            median, quantile(pauses, 0.5 - off_share, whole),
            quantile(pauses, min(0.5 + off_share, 1.0 - 1e-9), whole),
        ),
        spread, law, True,
    )  # fmt: skip


@kernel
def share_below(pause: float, limit: float, whole: bool) -> float:
    """1 for a pause below the limit, 0 above; a whole number is spread over a half to each side."""
    if not whole:
        return 1.0 if pause < limit else 0.0
    return min(max(limit - (pause - 0.5), 0.0), 1.0)


@kernel
def fitted(pauses: Floats, think: float, shortest: float, whole: bool) -> tuple[float, int]:
    """Standard deviation of the pauses' logarithms, and which law suits them.

    Log-normal against exponential (above ``shortest``, for no pause is shorter) by Q. H. Vuong's
    test of two laws neither of which contains the other (Econometrica 57(2) 1989), on the 5 %
    level.
    """
    n = pauses.size
    least = SHORTEST_WHOLE if whole else SHORTEST
    logs = np.empty(n)
    for i in range(n):
        logs[i] = log(max(pauses[i], least))
    mean = logs.sum() / n
    squares = 0.0
    for value in logs:
        squares += (value - mean) ** 2
    spread = np.sqrt(squares / (n - 1.0)) if n > 1 else 0.0
    rest = think - shortest
    if n < FEWEST_PAUSES or spread <= 1e-9 or rest <= 0.0:
        return spread, TOO_FEW
    deviation = np.sqrt(squares / n)
    apart, apart_squared = 0.0, 0.0
    for i in range(n):
        z = (logs[i] - mean) / deviation
        normal = -0.5 * z * z - logs[i] - log(deviation) - HALF_LOG_TWO_PI
        exponential = -(max(pauses[i], least) - shortest) / rest - log(rest)
        apart += normal - exponential
        apart_squared += (normal - exponential) ** 2
    variance = apart_squared / n - (apart / n) ** 2
    if apart * apart <= NORMAL_975 * NORMAL_975 * n * max(variance, 0.0):
        return spread, CANNOT_TELL
    return spread, LOGNORMAL if apart > 0.0 else EXPONENTIAL


@kernel
def present(when: Floats, who: Ints, timeout: float, stay: float, end: float) -> float:
    """Time of all sessions together, each until ``stay`` after its last click, or the log's end."""
    total = 0.0
    begun = 0.0
    for i in range(when.size):
        pause = pause_before(when, who, i)
        if 0.0 <= pause <= timeout:
            continue
        if i > 0:
            total += min(when[i - 1] + stay, end) - begun
        begun = when[i]
    if when.size > 0:
        total += min(when[when.size - 1] + stay, end) - begun
    return total


@kernel
def at_once(
    when: Floats, who: Ints, timeout: float, stay: float, begin: float, step: float, moments: int
) -> Floats:
    """Sessions there at each of ``moments``, the first half a ``step`` after ``begin``."""
    change = np.zeros(moments + 1)
    for i in range(when.size):
        pause = pause_before(when, who, i)
        if 0.0 <= pause <= timeout:
            continue
        if i > 0:
            change[moment_from(when[i - 1] + stay, begin, step, moments)] -= 1.0
        change[moment_from(when[i], begin, step, moments)] += 1.0
    if when.size > 0:
        change[moment_from(when[when.size - 1] + stay, begin, step, moments)] -= 1.0
    there = np.empty(moments)
    now = 0.0
    for i in range(moments):
        now += change[i]
        there[i] = now
    return there


@kernel
def moment_from(time: float, begin: float, step: float, moments: int) -> int:
    """The first moment that is not before ``time``."""
    return int(min(max(np.ceil((time - begin) / step - 0.5), 0.0), float(moments)))
