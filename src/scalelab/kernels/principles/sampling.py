"""Which traces are kept, what that costs, and what is seen of a fault that hits few requests.

Requests come at random (Poisson), each one with the fault or not, kept or not, so that the kept
traces with the fault are a thinned Poisson stream. Five ways: all; each service tosses a coin of
its own for its spans; one coin at the start, whose result travels with the request; the first few
in each second of each endpoint; and a collector that waits, then keeps all errors, all slow ones,
and a share of the rest.

What is kept is told as numbers, too: a share of the kept traces, and a sum in which each counts as
one over its chance to be kept (D. G. Horvitz and D. J. Thompson, "A Generalization of Sampling
Without Replacement From a Finite Universe", 1952).
"""

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.poisson import log_factorial

ALL, EACH, HEAD, LIMITED, TAIL = range(5)
WAYS = 5
POINTS = 24  # of each curve
FIRST_MIN, LAST_MIN = 0.1, 10_080.0  # a week
ROWS = WAYS * (POINTS + 1)

CURVE, WAY = range(2)
KIND, SERIES, MINUTES, CHANCE, KEPT, SPANS, GB, USD, MEMORY = range(9)
POSSIBLE, MEAN_MIN, SURE_MIN, FAILING, RAW, TRUE, LOW, HIGH, SLOW_SEEN = range(9, 18)
DECIDED, TOLD = 18, 19
WIDTH = 20

SURE = 0.95
SPREAD = 1.959963984540054  # standard errors to each side that hold 95 %
DAY_S = 86_400.0
MONTH_S = 730.0 * 3600.0
MOST_MIN = 1e9 * 525_960.0  # a thousand million years, in place of more
LEAST_DECIDED = 1e-9
MOST_TERMS = 200_000
HALVINGS = 60


@kernel
def at_least(least: int, mean: float) -> float:
    """Chance that a Poisson number is ``least`` or more: the shorter tail is added up."""
    if least <= 0:
        return 1.0
    if mean <= 0.0:
        return 0.0
    upper = least > mean
    k = least if upper else least - 1
    term = exp(k * log(mean) - mean - log_factorial(k))
    total = 0.0
    for _ in range(MOST_TERMS):
        total += term
        if upper:
            k += 1
            term *= mean / k
        else:
            term *= k / mean
            k -= 1
        if k < 0 or term <= 1e-17 * total:
            break
    total = min(total, 1.0)
    return total if upper else 1.0 - total


@kernel
def mean_for(least: int, chance: float) -> float:
    """The mean at which a Poisson number is ``least`` or more with that chance."""
    low, high = 0.0, 10.0 + 4.0 * least
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if at_least(least, middle) < chance:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def first(most: int, mean: float) -> float:
    """Mean of a Poisson number that is cut off at ``most``: kept of an endpoint in a second."""
    kept = 0.0
    for j in range(1, most + 1):
        kept += at_least(j, mean)
    return kept


@kernel
def held(mean: float, room: int) -> float:
    """Mean of a Poisson number that is cut off at ``room``, where that is large."""
    return mean * (1.0 - at_least(room, mean)) + room * at_least(room + 1, mean)


@kernel
def lost(most: int, mean: float) -> float:
    """Mean of N (N - K) / K, where the first K = ``most`` of a Poisson number N are kept.

    The variance of N times the mean of K of them, about the mean of all, for a variance of one.
    """
    more = mean * mean * at_least(most - 1, mean) - (most - 1) * mean * at_least(most, mean)
    return max(more / most, 0.0)


@kernel
def all_of(services: int, share: float) -> float:
    """Chance that all services keep their part, each by a coin of its own."""
    chance = 1.0
    for _ in range(services):
        chance *= share
    return chance


@kernel
def put_told(row: Floats, true: float, error: float) -> None:
    """The error rate that weighted traces tell, with the range that holds 95 %."""
    row[TRUE] = true
    row[LOW] = max(true - SPREAD * error, 0.0)
    row[HIGH] = min(true + SPREAD * error, 1.0)
    row[TOLD] = 1.0


@kernel
def sampling(
    rate_per_s: float, services: int, share: float, one_in: float, endpoint: float, minutes: float,
    needed: int, shows: int, wait_s: float, spans_each: float, span_bytes: float, per_s: int,
    endpoints: int, other_errors: float, slow: float, room: int, usd_per_gb: float,
) -> Table:  # fmt: skip
    """For each way a curve of `POINTS` times since a fault began, then a row of its own.

    Each request passes ``services`` with ``spans_each`` spans. A fault hits one request in
    ``one_in``, all at an endpoint that has the part ``endpoint`` of the requests, the other
    ``endpoints`` less one alike. It is an error if ``shows`` is 0, and looks like any other request
    if 1. ``other_errors`` are everywhere, and ``slow`` of those without error are slow. A collector
    waits for ``wait_s`` and has ``room`` for so many traces: then the oldest goes, undecided.

    Columns: kind of row; way; minutes, and the chance that ``needed`` traces with the fault are
    kept by then; the part of the faulty requests whose trace is kept whole. Of a way: spans kept a
    second; GB a day; USD a month; MB that wait; 1 if a faulty trace can be kept, and then the mean
    minutes to ``needed`` of them, and those to be 95 % sure; faulty requests a minute; the part of
    the kept traces that are errors; the part of the requests that are, and what weights tell of it
    in 95 % of the cases, from, to; the part of the kept traces that are slow; the part of the
    traces that stay until they are decided; 1 if there is something to tell.
    """
    table = np.zeros((ROWS, WIDTH))
    fault = min(1.0 / one_in, endpoint)
    of_endpoint = fault / endpoint
    spans = services * spans_each
    requests = rate_per_s * 60.0 * minutes
    # Errors of the endpoint and of the others, as one can see them.
    bad_here = other_errors
    if shows == 0:
        bad_here = of_endpoint + (1.0 - of_endpoint) * other_errors
    bad = endpoint * bad_here + (1.0 - endpoint) * other_errors
    seen_slow = slow * (1.0 - bad)
    # The first of each second.
    here_per_s = rate_per_s * endpoint
    others = endpoints - 1
    other_per_s = rate_per_s * (1.0 - endpoint) / others
    kept_here = first(per_s, here_per_s)
    kept_others = others * first(per_s, other_per_s)
    kept_limited = kept_here + kept_others
    # The collector.
    always = bad + seen_slow
    decided = 1.0 - at_least(room, rate_per_s * wait_s)
    kept_tail = always + share * (1.0 - always)
    for way in range(WAYS):
        row = table[way * (POINTS + 1) + POINTS]
        whole = 1.0
        per_request = 1.0
        row[RAW] = bad
        row[SLOW_SEEN] = seen_slow
        row[DECIDED] = 1.0
        if way in (EACH, HEAD):
            whole = all_of(services, share) if way == EACH else share
            per_request = share
            put_told(row, bad, np.sqrt(bad * (1.0 - share) / (share * requests)))
        elif way == LIMITED:
            whole = kept_here / here_per_s
            per_request = kept_limited / rate_per_s
            row[RAW] = (kept_here * bad_here + kept_others * other_errors) / kept_limited
            variance = bad_here * (1.0 - bad_here) * lost(per_s, here_per_s)
            variance += other_errors * (1.0 - other_errors) * others * lost(per_s, other_per_s)
            row[SLOW_SEEN] = slow * (1.0 - row[RAW])
            put_told(row, bad, np.sqrt(variance / (requests * rate_per_s)))
        elif way == TAIL:
            whole = decided * (1.0 if shows == 0 else kept_tail)
            per_request = decided * kept_tail
            row[MEMORY] = held(rate_per_s * wait_s, room) * spans * span_bytes / 1e6
            row[DECIDED] = decided
            if decided > LEAST_DECIDED:
                row[RAW] = bad / kept_tail
                row[SLOW_SEEN] = seen_slow / kept_tail
                put_told(row, bad, np.sqrt(bad * (1.0 - decided) / (decided * requests)))
            else:
                whole = 0.0
                per_request = 0.0
                row[RAW] = 0.0
                row[SLOW_SEEN] = 0.0
                row[TRUE] = bad
        else:
            put_told(row, bad, 0.0)
        per_min = 60.0 * rate_per_s * fault * whole
        row[KIND] = WAY
        row[MINUTES] = minutes
        row[CHANCE] = at_least(needed, per_min * minutes)
        row[KEPT] = whole
        row[SPANS] = rate_per_s * per_request * spans
        bytes_per_s = row[SPANS] * span_bytes
        row[GB] = bytes_per_s * DAY_S / 1e9
        row[USD] = bytes_per_s * MONTH_S / 1e9 * usd_per_gb
        row[FAILING] = 60.0 * rate_per_s * fault
        if per_min > 0.0:
            row[POSSIBLE] = 1.0
            row[MEAN_MIN] = min(needed / per_min, MOST_MIN)
            row[SURE_MIN] = min(mean_for(needed, SURE) / per_min, MOST_MIN)
        step = log(LAST_MIN / FIRST_MIN) / (POINTS - 1)
        for i in range(POINTS):
            point = table[way * (POINTS + 1) + i]
            point[MINUTES] = FIRST_MIN * exp(i * step)
            point[CHANCE] = at_least(needed, per_min * point[MINUTES])
            point[KEPT] = whole
            point[POSSIBLE] = row[POSSIBLE]
        for i in range(POINTS + 1):
            table[way * (POINTS + 1) + i, SERIES] = way
    return table
