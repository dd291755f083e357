"""A cache in front of a database that queues: latency and load against the hit ratio.

Requests come at random (Poisson). A hit takes the time of the cache. A miss takes that and then
a query: the database has a number of connections, each query holds one for an exponential time,
and queries wait in one line, first come first served. Whoever has waited for a connection as
long as the timeout gives up.

Hits never touch the database, so only the misses are simulated: a Poisson stream thinned by
chance is a Poisson stream.
"""

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.heap import replace
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.select import kth_smallest

# Miss ratios of the curve: 1 down to 0.0006, each 10**(-1/16) of the one before.
STEPS_PER_DECADE = 16


@kernel
def draws(n: int, seed: int) -> Floats:
    """``n`` exponential numbers of mean 1."""
    state = generator(seed)
    numbers = np.empty(n)
    for i in range(n):
        numbers[i] = exponential(state, 1.0)
    return numbers


@kernel
def query_times(
    times: Floats,
    gaps: Floats,
    holds: Floats,
    rate: float,
    service: float,
    connections: int,
    timeout: float,
) -> int:
    """Fill ``times`` with what consecutive queries took, and return how many timed out.

    ``rate`` in queries a second, ``service`` (mean) and ``timeout`` in seconds, as ``times``.
    ``gaps`` and ``holds`` are the times between queries and of service as multiples of their
    means; they are longer than ``times``, and the queries in excess run before the count starts.
    An overloaded database is started with its line as long as the timeout lets it be, which is
    where it settles.
    """
    overloaded = rate * service >= connections
    free = np.full(connections, timeout if overloaded else 0.0)
    warm_up = gaps.size - times.size
    now = 0.0
    timed_out = 0
    for i in range(gaps.size):
        now += gaps[i] / rate
        wait = max(free[0] - now, 0.0)
        if wait > timeout:
            time = timeout
        else:
            time = wait + holds[i] * service
            replace(free, now + time)
        if i >= warm_up:
            times[i - warm_up] = time
            timed_out += wait > timeout
    return timed_out


@kernel
def quantile(times: Floats, miss_ratio: float, beyond: float) -> float:
    """Time in the database that a share ``beyond`` of all requests exceeds; reorders ``times``.

    A request that hits spends none there.
    """
    if miss_ratio <= beyond * (1.0 + 1e-9):
        return 0.0
    return kth_smallest(times, int((1.0 - beyond / miss_ratio) * times.size))


@kernel
def latency(
    hit_ratio: float,
    request_rate: float,
    cache_ms: float,
    database_ms: float,
    connections: int,
    timeout_ms: float,
    n_misses: int,
    n_runs: int,
    seed: int,
    n_points: int,
) -> Table:
    """``n_points`` rows of the curve over the hit ratio, then one row for ``hit_ratio``.

    Columns: hit ratio, miss ratio, mean, p50, p99, p99 of the lowest and of the highest run,
    p99.9 (ms), queries/s that reach the database, its utilisation (over 1: more than it can
    do), share of requests that time out, 1 in the row of ``hit_ratio``.
    """
    table = np.zeros((n_points + 1, 12))
    length = n_misses + n_misses // 4
    gaps = draws(length * n_runs, seed)
    holds = draws(length * n_runs, seed + 1)
    pooled = np.empty(n_misses * n_runs)
    for row in range(n_points + 1):
        miss_ratio = power(10.0, -row / STEPS_PER_DECADE)
        if row == n_points:
            miss_ratio = 1.0 - hit_ratio
        rate = request_rate * miss_ratio
        timed_out = 0
        low = np.inf
        high = 0.0
        for run in range(n_runs):
            # The same draws at every hit ratio: neighbours differ by cause, not by luck.
            part = slice(run * length, (run + 1) * length)
            times = pooled[run * n_misses : (run + 1) * n_misses]
            times[:] = 0.0
            if miss_ratio > 0.0:
                timed_out += query_times(
                    times,
                    gaps[part],
                    holds[part],
                    rate,
                    database_ms / 1e3,
                    connections,
                    timeout_ms / 1e3,
                )
            p99 = quantile(times.copy(), miss_ratio, 0.01)
            low = min(low, p99)
            high = max(high, p99)
        table[row, 0] = 1.0 - miss_ratio
        table[row, 1] = miss_ratio
        table[row, 2] = cache_ms + miss_ratio * pooled.mean() * 1e3
        table[row, 3] = cache_ms + quantile(pooled, miss_ratio, 0.5) * 1e3
        table[row, 4] = cache_ms + quantile(pooled, miss_ratio, 0.01) * 1e3
        table[row, 5] = cache_ms + low * 1e3
        table[row, 6] = cache_ms + high * 1e3
        table[row, 7] = cache_ms + quantile(pooled, miss_ratio, 0.001) * 1e3
        table[row, 8] = rate
        table[row, 9] = rate * database_ms / 1e3 / connections
        table[row, 10] = miss_ratio * timed_out / pooled.size
    table[n_points, 11] = 1.0
    return table
