"""A shard serves the shop while its data is copied to a new shard: latency against copy rate.

The shop's requests come at random (Poisson) and take an exponential time of the shard. The copy
comes in chunks that take a fixed time each. It is throttled: chunks are asked for at random moments
too, so often that they take a given share of the time that the shop leaves. (A throttle that lets
one through at every stroke of a clock is a little kinder; random moments have exact closed forms.)
A chunk that has begun is finished. Then the shard takes the shop's request first, or whatever came
first.
"""

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

SHOP_FIRST, IN_TURN = 0, 1
ORDERS = 2
LARGEST_SHARE = 0.9  # of the spare time, on the curve
HOURS_PER_WEEK = 168.0
HALVINGS = 100
NEVER = 1e300
NEGLIGIBLE = 1e-9  # share of the spare time that counts as no copy


@kernel
def draw_moments(times: Floats, seed: int) -> None:
    """Fill ``times`` with moments of a Poisson process with one event per unit of time."""
    state = generator(seed)
    now = 0.0
    for i in range(times.size):
        now += exponential(state, 1.0)
        times[i] = now


@kernel
def draw_needs(numbers: Floats, seed: int) -> None:
    """Fill ``numbers`` with exponential numbers of mean 1."""
    state = generator(seed)
    for i in range(numbers.size):
        numbers[i] = exponential(state, 1.0)


@kernel
def settled_work(
    state: Words, utilisation: float, copy_share: float, service: float, chunk: float
) -> float:
    """Work that waits at a random moment, which does not depend on the order of service.

    A geometric number of residual service times (Pollaczek and Khinchine). Starting with it saves
    the very long time until a busy queue has settled.
    """
    busy = utilisation + copy_share
    work = 0.0
    while uniform(state) < busy:
        if uniform(state) * busy < utilisation:
            work += exponential(state, service)
        else:
            work += chunk * uniform(state)
    return work


@kernel
def request_times(
    times: Floats,
    arrivals: Floats,
    needs: Floats,
    chunks: Floats,
    order: int,
    rate: float,
    service: float,
    chunk_rate: float,
    chunk: float,
    work: float,
) -> None:
    """Fill ``times`` with what consecutive requests took, waiting and being served.

    ``arrivals`` and ``chunks`` are moments in units of the mean time between two, ``needs`` the
    service times as multiples of ``service``; rates per second, ``service`` and ``chunk`` in
    seconds, as ``times``. ``work`` seconds of work wait at the start. ``arrivals`` are longer than
    ``times``, and the requests in excess run before the count starts.
    """
    warm_up = arrivals.size - times.size
    free = work
    backlog = 0
    if order == SHOP_FIRST and chunk_rate > 0.0:
        # Most of what waits then is copy: the shop's own line is as short as without it.
        free = 0.0
        backlog = int(work / chunk + 0.5)
    next_chunk = 0
    i = 0
    while i < arrivals.size:
        request_at = arrivals[i] / rate
        chunk_at = NEVER
        if backlog > 0:
            chunk_at = 0.0
        elif chunk_rate > 0.0 and next_chunk < chunks.size:
            chunk_at = chunks[next_chunk] / chunk_rate
        if request_at <= chunk_at or (order == SHOP_FIRST and request_at <= free):
            free = max(free, request_at) + needs[i] * service
            if i >= warm_up:
                times[i - warm_up] = free - request_at
            i += 1
        else:
            free = max(free, chunk_at) + chunk
            if backlog > 0:
                backlog -= 1
            else:
                next_chunk += 1


@kernel
def moved_by(hours: float, utilisation: float, growth: float, spare_share: float) -> float:
    """Hours of undisturbed copying that are done after ``hours``.

    The copy always gets ``spare_share`` of what the shop leaves, and the shop's load grows by the
    factor exp(``growth`` hours).
    """
    if growth * hours < 1e-9:
        return spare_share * (1.0 - utilisation) * hours
    return spare_share * (hours - utilisation * (exp(growth * hours) - 1.0) / growth)


@kernel
def move(
    size_hours: float, utilisation: float, growth_per_week: float, spare_share: float
) -> tuple[float, float, float]:
    """Hours until all is copied, share that is, and the shard's utilisation by then.

    ``size_hours`` is what the copy would take an idle shard. If the shop's load fills the shard
    before, that is where it ends.
    """
    if spare_share < NEGLIGIBLE:
        return 0.0, 0.0, utilisation
    growth = log(1.0 + growth_per_week) / HOURS_PER_WEEK
    if growth <= 0.0:
        return size_hours / (spare_share * (1.0 - utilisation)), 1.0, utilisation
    full = -log(utilisation) / growth
    most = moved_by(full, utilisation, growth, spare_share)
    if most < size_hours:
        return full, most / size_hours, 1.0
    low = 0.0
    high = full
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if moved_by(middle, utilisation, growth, spare_share) < size_hours:
            low = middle
        else:
            high = middle
    return high, 1.0, min(utilisation * exp(growth * high), 1.0)


@kernel
def rebalancing(
    orders: int,
    spare_share: float,
    chunk_ms: float,
    utilisation: float,
    service_ms: float,
    data_tb: float,
    growth: float,
    disk_mb_per_s: float,
    n_requests: int,
    n_runs: int,
    n_points: int,
    seed: int,
) -> Table:
    """For each order whose bit is set in ``orders``: ``n_points`` rows over the share of the spare
    time that the copy gets, from none on, then one row for ``spare_share``.

    Columns: order, share of the spare time, copy rate (MB/s), latency of the shop's requests: mean
    (ms), lowest and highest run, p99, lowest and highest run; hours until the move ends, share
    that is moved by then, utilisation of the shard by then, 1 in the row of ``spare_share``.
    """
    service = service_ms / 1e3
    chunk = chunk_ms / 1e3
    rate = utilisation / service
    spare = 1.0 - utilisation
    length = n_requests + n_requests // 4
    # The same draws for every share: neighbours differ by cause, not by luck.
    arrivals = np.empty((n_runs, length))
    needs = np.empty((n_runs, length))
    longest = 0.0
    for run in range(n_runs):
        draw_moments(arrivals[run], seed + 3 * run)
        draw_needs(needs[run], seed + 3 * run + 1)
        longest = max(longest, arrivals[run, -1] / rate)
    expected = longest * spare * max(spare_share, LARGEST_SHARE) / chunk
    n_chunks = int(expected + 8.0 * np.sqrt(expected)) + 10
    chunks = np.empty((n_runs, n_chunks))
    for run in range(n_runs):
        draw_moments(chunks[run], seed + 3 * run + 2)
    chosen = 0
    for order in range(ORDERS):
        chosen += orders >> order & 1
    table = np.zeros((chosen * (n_points + 1), 13))
    pooled = np.empty(n_requests * n_runs)
    row = 0
    for order in range(ORDERS):
        if not orders >> order & 1:
            continue
        for point in range(n_points + 1):
            share = spare_share
            if point < n_points:
                # Closer together near 0, where the first chunks make the difference.
                part = point / max(n_points - 1, 1)
                share = LARGEST_SHARE * part * part
            copy_share = share * spare
            table[row, 4] = np.inf
            table[row, 7] = np.inf
            for run in range(n_runs):
                state = generator(seed + 3 * n_runs + run)
                work = settled_work(state, utilisation, copy_share, service, chunk)
                times = pooled[run * n_requests : (run + 1) * n_requests]
                request_times(
                    times, arrivals[run], needs[run], chunks[run], order, rate, service,
                    copy_share / chunk, chunk, work,
                )  # fmt: skip
                mean = times.mean() * 1e3
                p99 = kth_smallest(times, int(0.99 * n_requests)) * 1e3
                table[row, 4] = min(table[row, 4], mean)
                table[row, 5] = max(table[row, 5], mean)
                table[row, 7] = min(table[row, 7], p99)
                table[row, 8] = max(table[row, 8], p99)
            table[row, 0] = order
            table[row, 1] = share
            table[row, 2] = copy_share * disk_mb_per_s
            table[row, 3] = pooled.mean() * 1e3
            table[row, 6] = kth_smallest(pooled, int(0.99 * pooled.size)) * 1e3
            hours, moved, reached = move(
                data_tb * 1e6 / disk_mb_per_s / 3600.0, utilisation, growth, share
            )
            table[row, 9] = hours
            table[row, 10] = moved
            table[row, 11] = reached
            table[row, 12] = point == n_points
            row += 1
    return table
