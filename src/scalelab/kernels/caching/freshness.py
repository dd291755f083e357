"""One cached entry, read and written at random: how often is it there, and how often is it old?

Reads and writes are Poisson. A miss fetches the value from the database, which takes ``fetch``
seconds; it brings what the database held when it began, and reads meanwhile wait for it. A write
reaches the database at once and the cache ``delay`` seconds later. Reads between two changes of
state are counted by their expectation; only the changes are simulated.
"""

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Table, kernel
from scalelab.kernels.random import exponential, generator

TTL_ONLY, ASIDE, ASIDE_LEASE, WRITE_THROUGH, WRITE_BEHIND = 0, 1, 2, 3, 4
STRATEGIES = 5


@kernel
def run(
    strategy: int,
    read_rate: float,
    write_rate: float,
    ttl: float,
    fetch: float,
    delay: float,
    flush: float,
    n_changes: int,
    seed: int,
) -> tuple[float, float, float, float, float]:
    """Simulate ``n_changes`` changes of state; rates a second, times in seconds.

    The run goes on, for at most as many again, until the cache is empty as at the start, so that
    whole cycles are counted.

    Returns the hit ratio, the share of reads answered with an old value, fetches a second,
    database writes a second, and the mean number of writes that the cache alone holds.
    """
    reads = generator(seed)
    writes = generator(seed + 1)
    # The cache hears of each write a fixed time later: the same stream, drawn a second time.
    heard = generator(seed + 1)
    behind = strategy == WRITE_BEHIND
    gap = 1.0 / write_rate if write_rate > 0.0 else np.inf
    next_write = exponential(writes, 1.0) * gap
    next_heard = np.inf
    if strategy != TTL_ONLY and not behind:
        next_heard = exponential(heard, 1.0) * gap + delay
    next_read = exponential(reads, 1.0 / read_rate)
    fetched_at = np.inf
    expires = np.inf
    version = told = 0
    cached = fetching = 0
    valid = refused = False
    now = hit = old = waited = 0.0
    fetches = flushes = 0
    last_flush = -1.0
    at_risk = 0.0
    for change in range(2 * n_changes):
        idle = not valid and fetched_at == np.inf
        moment = min(next_write, next_heard, fetched_at, expires)
        if idle:
            moment = min(moment, next_read)
        span = moment - now
        if valid:
            hit += span
            if cached < version:
                old += span
        elif not idle:
            waited += span
            if fetching < version:
                old += span
        now = moment
        if idle and moment == next_read:
            fetches += 1
            fetching = version
            refused = False
            fetched_at = now + fetch
        elif moment == next_write:
            version += 1
            next_write = now + exponential(writes, 1.0) * gap
            if behind:
                # The cache takes the write and keeps it until the next flush at least.
                number = np.floor(now / flush)
                at_risk += (number + 1.0) * flush - now
                if number != last_flush:
                    flushes += 1
                    last_flush = number
                cached = version
                valid = True
                expires = now + max(ttl, (number + 1.0) * flush - now)
        elif moment == next_heard:
            told += 1
            next_heard += exponential(heard, 1.0) * gap
            if strategy == WRITE_THROUGH:
                cached = max(cached, told) if valid else told
                valid = True
                expires = now + ttl
            else:
                valid = False
                expires = np.inf
                refused = True
        elif moment == fetched_at:
            fetched_at = np.inf
            if not (strategy == ASIDE_LEASE and refused):
                # A cache that the writes pass through can tell versions and keeps the newer.
                newer = valid and cached > fetching
                if not (newer and strategy >= WRITE_THROUGH):
                    cached = fetching
                valid = True
                expires = max(expires, now + ttl) if newer else now + ttl
        else:
            valid = False
            expires = np.inf
        if not valid and fetched_at == np.inf:
            if change >= n_changes:
                break
            next_read = now + exponential(reads, 1.0 / read_rate)
    asked = fetches + read_rate * (hit + waited)
    if asked == 0.0:
        asked = 1.0  # nobody asked: all shares are 0
    database_writes = flushes / now if behind else version / now
    return (
        read_rate * hit / asked, read_rate * old / asked, fetches / now, database_writes,
        at_risk / now,
    )  # fmt: skip


@kernel
def freshness(
    strategies: int,
    ttl: float,
    reads_per_minute: float,
    writes_per_hour: float,
    fetch_ms: float,
    delay_ms: float,
    flush: float,
    n_changes: int,
    n_runs: int,
    n_points: int,
    seed: int,
) -> Table:
    """For each strategy whose bit is set: ``n_points`` rows over the time to live, 1 s to a day,
    then one for ``ttl``.

    Columns: strategy, time to live (s), hit ratio, share of old answers (mean, lowest, highest of
    the runs), fetches/s, database writes/s, writes only in the cache (mean), 1 in the row of
    ``ttl``.
    """
    chosen = 0
    for strategy in range(STRATEGIES):
        chosen += strategies >> strategy & 1
    table = np.zeros((chosen * (n_points + 1), 10))
    row = 0
    for strategy in range(STRATEGIES):
        if not strategies >> strategy & 1:
            continue
        for point in range(n_points + 1):
            lives = power(86_400.0, point / (n_points - 1.0)) if point < n_points else ttl
            table[row, 0] = strategy
            table[row, 1] = lives
            table[row, 4] = 1.0
            for i in range(n_runs):
                hits, old, fetches, stores, at_risk = run(
                    strategy, reads_per_minute / 60.0, writes_per_hour / 3600.0, lives,
                    fetch_ms / 1e3, delay_ms / 1e3, flush, n_changes, seed + 2 * i,
                )  # fmt: skip
                table[row, 2] += hits / n_runs
                table[row, 3] += old / n_runs
                table[row, 4] = min(table[row, 4], old)
                table[row, 5] = max(table[row, 5], old)
                table[row, 6] += fetches / n_runs
                table[row, 7] += stores / n_runs
                table[row, 8] += at_risk / n_runs
            table[row, 9] = point == n_points
            row += 1
    return table
