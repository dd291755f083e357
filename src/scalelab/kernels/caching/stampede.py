"""What happens when one popular entry expires: who recomputes it, how often, how slowly.

Requests for the entry come at random (Poisson). Before time 0 the entry is valid, at 0 it expires.
Every recomputation takes the same work; the database runs ``parallel`` of them at full speed and
shares itself out equally among more (processor sharing). The first to finish ends the episode for
requests that come later. Requests that find a valid entry change nothing, so the simulation jumps
from one request that matters to the next.
"""

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.random import below, exponential, generator

NONE, PER_SERVER, LEASE, EARLY, STALE = 0, 1, 2, 3, 4
PROTECTIONS = 5
WATCHED = 30.0  # seconds after the expiry; an episode longer than that is cut there


@kernel
def next_request(state: Words, now: float, rate: float, early: float) -> float:
    """When the next request comes that does not simply find a valid entry.

    ``early`` > 0: before 0 a request at time t recomputes with probability exp(t / early), which
    is what comparing t - early * log(U) with 0 does; the time is drawn by inverting the integral.
    """
    amount = exponential(state, 1.0)
    if now < 0.0 and early > 0.0:
        begun = exp(now / early)
        before_expiry = rate * early * (1.0 - begun)
        if amount < before_expiry:
            return early * log(begun + amount / (rate * early))
        amount -= before_expiry
    return max(now, 0.0) + amount / rate


@kernel
def expiry(
    state: Words,
    protection: int,
    rate: float,
    work: float,
    parallel: int,
    servers: int,
    early: float,
    ttl: float,
    grid: Floats,
    running: Ints,
    begun: Floats,
    progress_at_start: Floats,
) -> tuple[int, int, int, float, float]:
    """One expiry, watched from ``ttl`` before it. Times in seconds.

    Fills ``running`` with the recomputations under way at the times ``grid``. Returns the
    recomputations, the most at a time, how many requests waited, the sum of their waits and the
    longest. ``begun`` and ``progress_at_start`` are work space, one place for each request.
    """
    busy = np.zeros(servers, np.bool_)
    first = last = peak = waited = 0
    total_wait = longest = 0.0
    point = 0
    finished = False
    progress = 0.0  # work done so far on a recomputation that is there from the beginning
    now = -ttl
    arrival = next_request(state, now, rate, early if protection == EARLY else 0.0)
    # Waiting requests are kept at the far end of the work space.
    waiting = begun.size
    while True:
        jobs = last - first
        speed = min(1.0, parallel / jobs) if jobs > 0 else 0.0
        ready = np.inf
        if jobs > 0:
            ready = now + max(progress_at_start[first] + work - progress, 0.0) / speed
        moment = min(arrival, ready)
        while point < grid.size and grid[point] < moment:
            running[point] = jobs
            point += 1
        if jobs == 0 and finished:
            break
        if moment > WATCHED or waiting - last < 2:
            break
        progress += (moment - now) * speed
        now = moment
        if ready <= arrival:
            if protection != STALE:  # which recomputes in the background
                waited += 1
                total_wait += now - begun[first]
                longest = max(longest, now - begun[first])
            first += 1
            if not finished:
                finished = True
                arrival = np.inf
                for i in range(waiting, begun.size):
                    waited += 1
                    total_wait += now - begun[i]
                    longest = max(longest, now - begun[i])
                waiting = begun.size
            continue
        alone = True
        if protection == PER_SERVER:
            server = below(state, servers)
            alone = not busy[server]
            busy[server] = True
        elif protection in (LEASE, STALE):
            alone = jobs == 0
        if alone:
            begun[last] = now
            progress_at_start[last] = progress
            last += 1
            peak = max(peak, last - first)
        elif protection != STALE:
            waiting -= 1
            begun[waiting] = now
        arrival = next_request(state, now, rate, early if protection == EARLY else 0.0)
    # Whoever has no answer when watching ends has waited until then.
    for i in range(first, last):
        if protection != STALE:
            waited += 1
            total_wait += WATCHED - begun[i]
            longest = max(longest, WATCHED - begun[i])
    for i in range(waiting, begun.size):
        waited += 1
        total_wait += WATCHED - begun[i]
        longest = max(longest, WATCHED - begun[i])
    while point < grid.size:
        running[point] = last - first
        point += 1
    return last, peak, waited, total_wait, longest


@kernel
def window(
    rate: float, work: float, parallel: int, early: float, ttl: float
) -> tuple[float, float]:
    """Seconds before and after the expiry that show the episode, from its fluid approximation."""
    before = early * (log(max(rate * early, 1.0)) + 2.0)
    after = 2.0 * work
    crowd = rate * work / parallel
    if crowd > 1.0:
        ends = work / crowd * exp(min(crowd - 1.0, 50.0))
        after = ends + rate * ends * (work - work / crowd) / parallel
    before = min(max(before, 0.5 * work), ttl)
    return before, min(max(1.75 * after, 0.2 * before, 2.5 * work), WATCHED)


@kernel
def stampede(
    protections: int,
    request_rate: float,
    recompute_ms: float,
    parallel: int,
    servers: int,
    beta: float,
    ttl: float,
    n_expiries: int,
    n_points: int,
    seed: int,
) -> Table:
    """``n_points`` rows for each protection whose bit is set in ``protections``.

    Columns: protection, seconds since the expiry, recomputations under way (mean, lowest and
    highest of the expiries), then the same in each row of a protection: recomputations per
    expiry (mean, lowest, highest), most at a time (highest), requests per expiry that wait
    (mean), their mean and their longest wait (ms).
    """
    work = recompute_ms / 1e3
    early = beta * work
    before, after = window(request_rate, work, parallel, early, ttl)
    grid: Floats = -before + np.arange(n_points).astype(np.float64) * (
        (before + after) / (n_points - 1)
    )
    expected = request_rate * (WATCHED + min(ttl, early))
    places = int(expected + 10.0 * np.sqrt(expected)) + 100
    begun = np.empty(places)
    progress_at_start = np.empty(places)
    running = np.empty(n_points, np.int64)
    chosen = 0
    for protection in range(PROTECTIONS):
        chosen += protections >> protection & 1
    table = np.zeros((chosen * n_points, 12))
    top = 0
    for protection in range(PROTECTIONS):
        if not protections >> protection & 1:
            continue
        rows = table[top : top + n_points]
        top += n_points
        rows[:, 3] = np.inf
        for i in range(n_points):
            rows[i, 1] = grid[i]
        state = generator(seed)
        total = 0
        fewest = places
        most = 0
        highest = 0
        waiting = 0
        waits = 0.0
        slowest = 0.0
        for _ in range(n_expiries):
            recomputed, peak, waited, total_wait, longest = expiry(
                state, protection, request_rate, work, parallel, servers, early, ttl,
                grid, running, begun, progress_at_start,
            )  # fmt: skip
            total += recomputed
            fewest = min(fewest, recomputed)
            most = max(most, recomputed)
            highest = max(highest, peak)
            waiting += waited
            waits += total_wait
            slowest = max(slowest, longest)
            for i in range(n_points):
                rows[i, 2] += running[i] / n_expiries
                rows[i, 3] = min(rows[i, 3], running[i])
                rows[i, 4] = max(rows[i, 4], running[i])
        rows[:, 0] = protection
        rows[:, 5] = total / n_expiries
        rows[:, 6] = fewest
        rows[:, 7] = most
        rows[:, 8] = highest
        rows[:, 9] = waiting / n_expiries
        rows[:, 10] = waits / waiting * 1e3 if waiting > 0 else 0.0
        rows[:, 11] = slowest * 1e3
    return table
