"""How often customers miss what they have just written, and what protects them.

A session writes once, at time 0, and then reads the same thing again and again at replicas. What
decides is one number for each replica: its lag for this write, which is the time until the write
is visible there. Before it every read of that replica misses the write, after it none does: a
replica applies a stream in order and does not go back. So the lags are drawn once a session, not
once a read. All sessions are played through five systems with the same lags and the same choice of
replicas.

All times in ms.
"""

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.exceedance import add_up, count_later
from scalelab.kernels.jit import Floats, Table, Words, kernel, step
from scalelab.kernels.random import below, exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

RANDOM, STICKY, PINNED, WAITING, PRIMARY = 0, 1, 2, 3, 4
SYSTEMS = 5
ONE_READ = 5  # rows of the curve: one read at a random replica
CONSTANT, EXPONENTIAL, HEAVY = 0, 1, 2
# The curve runs from a tenth of the mean lag to fifty times of it.
CURVE_FROM, CURVE_SPAN = 0.1, 500.0
# Columns of what is counted in one run of one system.
MISSED, GONE, NEVER, STALE, AT_PRIMARY, WAITED = 0, 1, 2, 3, 4, 5
COUNTS = 6


@kernel
def hazard_knots(tail_1s: float, tail_3s: float, tail_10s: float) -> Table:
    """The heavy-tailed law in three rows: from when (s), hazard before that, slope from there on.

    Between the times whose tails are known the hazard rate is constant; after the last it stays.
    """
    knots = np.empty((3, 3))
    knots[0, 0], knots[1, 0], knots[2, 0] = 0.0, 1.0, 3.0
    knots[0, 1], knots[1, 1], knots[2, 1] = 0.0, -log(tail_1s), -log(tail_3s)
    knots[0, 2] = knots[1, 1]
    knots[1, 2] = (knots[2, 1] - knots[1, 1]) / 2.0
    knots[2, 2] = (-log(tail_10s) - knots[2, 1]) / 7.0
    return knots


@kernel
def heavy_mean(knots: Table) -> float:
    """Mean of the heavy-tailed law, in s: the integral of its tail."""
    mean = 0.0
    for i in range(3):
        ends = exp(-knots[i + 1, 1]) if i < 2 else 0.0
        mean += (exp(-knots[i, 1]) - ends) / knots[i, 2]
    return mean


@step
def lag_at(law: int, hazard: float, knots: Table, scale: float) -> float:
    """The lag, in means, at which a law has used up ``hazard``; ``scale`` is `heavy_mean`."""
    if law == CONSTANT:
        return 1.0
    if law == EXPONENTIAL:
        return hazard
    i = 2 if hazard >= knots[2, 1] else 1 if hazard >= knots[1, 1] else 0
    return float((knots[i, 0] + (hazard - knots[i, 1]) / knots[i, 2]) / scale)


@kernel
def still_missing(law: int, time: float, knots: Table, scale: float) -> float:
    """Probability that the lag is longer than ``time``, which is in means."""
    if law == CONSTANT:
        return 1.0 if time < 1.0 else 0.0
    if law == EXPONENTIAL:
        return exp(-time)
    seconds = time * scale
    i = 2 if seconds >= knots[2, 0] else 1 if seconds >= knots[1, 0] else 0
    return exp(-(knots[i, 1] + (seconds - knots[i, 0]) * knots[i, 2]))


@kernel
def draw_lags(
    state: Words, law: int, mean: float, straggler: float, together: float, knots: Table,
    scale: float, lags: Floats,
) -> None:  # fmt: skip
    """One lag for each replica, in ms. The first replica's is ``straggler`` times as long.

    With probability ``together`` one draw decides for all replicas.
    """
    common = uniform(state) < together
    hazard = exponential(state, 1.0)
    for r in range(lags.size):
        if r > 0 and not common:
            hazard = exponential(state, 1.0)
        lags[r] = mean * lag_at(law, hazard, knots, scale) * (straggler if r == 0 else 1.0)


@step
def spread_over_runs(counts: Floats, of: int, found: Floats) -> None:
    """Mean, lowest and highest share of ``of`` that the runs have counted, into ``found``."""
    found[1] = np.inf
    for run in range(counts.size):
        share = counts[run] / of
        found[0] += share / counts.size
        found[1] = min(found[1], share)
        found[2] = max(found[2], share)


@kernel
def stale_reads(
    n_replicas: int,
    law: int,
    mean_lag: float,
    straggler: float,
    together: float,
    first: float,
    think: float,
    n_reads: int,
    pin: float,
    timeout: float,
    tail_1s: float,
    tail_3s: float,
    tail_10s: float,
    n_points: int,
    n_sessions: int,
    n_runs: int,
    seed: int,
) -> Table:
    """One row for each system, then ``n_points`` rows for one read some time after the write.

    Columns: system (5: one read), time since the write (s; of the systems: that of their first
    read), share of sessions that miss their write at least once (of reads, for one read), its
    lowest and highest run, closed form of that for one read, the same for exponential lags, share
    of sessions that see the write and later do not, its lowest and highest run, share of sessions
    that never see it, share of reads that miss it, share of reads at the primary, mean wait of a
    read and p99 of the first read's (ms), when the pin ends (s), when the first read is (s).

    The n-th read is at ``first + (n - 1) * think``. Random: each read at a random replica. Sticky:
    all reads of a session at one. Pinned: at the primary before ``pin``, then random. Waiting:
    at a random replica, which first waits until it has the write; after ``timeout`` the read goes
    to the primary. Primary: all reads there.
    """
    knots = hazard_knots(tail_1s, tail_3s, tail_10s)
    scale = heavy_mean(knots)
    times = np.empty(n_points)
    for j in range(n_points):
        times[j] = mean_lag * CURVE_FROM * power(CURVE_SPAN, j / max(n_points - 1, 1))
    later = np.zeros((n_runs, n_points))
    counts = np.zeros((n_runs, SYSTEMS, COUNTS))
    first_waits = np.zeros(n_runs * n_sessions)
    lags = np.empty(n_replicas)
    missed = np.empty(SYSTEMS, np.int64)
    gone = np.empty(SYSTEMS, np.int64)
    state = generator(seed)
    for run in range(n_runs):
        for session in range(n_sessions):
            draw_lags(state, law, mean_lag, straggler, together, knots, scale, lags)
            for r in range(n_replicas):
                count_later(times, lags[r], later[run])
            kept = lags[below(state, n_replicas)]
            for system in range(SYSTEMS):
                missed[system] = 0
                gone[system] = 0
            for i in range(n_reads):
                now = first + i * think
                asked = lags[below(state, n_replicas)]
                stale = asked > now
                # A session that has missed fewer reads than it made has seen the write before.
                if stale:
                    missed[RANDOM] += 1
                    if missed[RANDOM] <= i:
                        gone[RANDOM] = 1
                    wait = min(asked - now, timeout)
                    counts[run, WAITING, WAITED] += wait
                    if i == 0:
                        first_waits[run * n_sessions + session] = wait
                    if asked - now > timeout:
                        counts[run, WAITING, AT_PRIMARY] += 1.0
                if kept > now:
                    missed[STICKY] += 1
                    if missed[STICKY] <= i:
                        gone[STICKY] = 1
                if now < pin:
                    counts[run, PINNED, AT_PRIMARY] += 1.0
                elif stale:
                    missed[PINNED] += 1
                    if missed[PINNED] <= i:
                        gone[PINNED] = 1
            for system in range(SYSTEMS):
                counts[run, system, STALE] += missed[system]
                counts[run, system, GONE] += gone[system]
                if missed[system] > 0:
                    counts[run, system, MISSED] += 1.0
                if missed[system] == n_reads:
                    counts[run, system, NEVER] += 1.0
        counts[run, PRIMARY, AT_PRIMARY] = n_sessions * n_reads

    table = np.zeros((SYSTEMS + n_points, 17))
    reads = n_sessions * n_reads
    for system in range(SYSTEMS):
        table[system, 0] = system
        table[system, 1] = first / 1000.0
        spread_over_runs(counts[:, system, MISSED], n_sessions, table[system, 2:5])
        spread_over_runs(counts[:, system, GONE], n_sessions, table[system, 7:10])
        for run in range(n_runs):
            table[system, 10] += counts[run, system, NEVER] / (n_runs * n_sessions)
            for column, counted in ((11, STALE), (12, AT_PRIMARY), (13, WAITED)):
                table[system, column] += counts[run, system, counted] / (n_runs * reads)
    table[WAITING, 14] = kth_smallest(first_waits, int(0.99 * first_waits.size))
    for run in range(n_runs):
        add_up(later[run])
    drawn = n_sessions * n_replicas
    slow = 1.0 / n_replicas
    for j in range(n_points):
        row = SYSTEMS + j
        own = times[j] / mean_lag
        table[row, 0] = ONE_READ
        table[row, 1] = times[j] / 1000.0
        spread_over_runs(later[:, j], drawn, table[row, 2:5])
        table[row, 5] = (1.0 - slow) * still_missing(law, own, knots, scale) + (
            slow * still_missing(law, own / straggler, knots, scale)
        )
        table[row, 6] = (1.0 - slow) * exp(-own) + slow * exp(-own / straggler)
        table[row, 11] = table[row, 2]
    for row in range(SYSTEMS + n_points):
        table[row, 15] = pin / 1000.0
        table[row, 16] = first / 1000.0
    return table
