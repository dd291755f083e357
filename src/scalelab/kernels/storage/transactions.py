"""Transactions that lock hot rows, in one shard or across shards with two-phase commit.

Transactions come at random (Poisson). Each needs some of the hot rows, at random. Nobody waits for
a lock: if one of its rows is locked the transaction aborts, and its client may try again after a
random pause. Otherwise it locks them until it has committed.

*One shard*: execution and one write to the log.

*Across shards*, two-phase commit: execution; the coordinator asks all participants to prepare and
waits for the slowest (a round trip and a write to the participant's log); it writes its decision to
its log, and then the client has its answer; it tells all participants and waits for the slowest
again. Only then are the rows free. If the coordinator crashes before its decision, they stay locked
until it is back, and the transaction has failed.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.heap import pop, push
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel
from scalelab.kernels.random import below, exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

ONE_SHARD, DATA_CENTRE, REGIONS = 0, 1, 2
SYSTEMS = 3
COMMITTED, ABORTED = 0, 1


class Costs(NamedTuple):
    """Times in ms; ``jitter`` is the mean of what each message's round trip takes in addition."""

    execution: float
    log: float
    round_trip: float
    jitter: float
    recovery: float


class Transactions(NamedTuple):
    """What chance decides, the same for every system and share.

    Of each transaction: when it comes after the one before (ms), two numbers from 0 to 1 that
    decide if it crosses shards and if its coordinator crashes, the slowest jitter of its two rounds
    (in means), its rows, and its pauses before it tries again (in means).
    """

    gap: Floats
    crosses: Floats
    crashes: Floats
    prepare: Floats
    commit: Floats
    rows: Ints
    pauses: Floats


@kernel
def slowest(state: Words, n: int) -> float:
    """Largest of ``n`` exponential times of mean 1."""
    largest = 0.0
    for _ in range(n):
        largest = max(largest, exponential(state, 1.0))
    return largest


@kernel
def choose(state: Words, n: int, chosen: Ints) -> None:
    """Fill ``chosen`` with different numbers from 0 .. n-1, each set equally likely, in order."""
    for i in range(chosen.size):
        # The new one counts only those that are left; step over each that is taken.
        new = below(state, n - i)
        place = 0
        while place < i and chosen[place] <= new:
            new += 1
            place += 1
        for j in range(i, place, -1):
            chosen[j] = chosen[j - 1]
        chosen[place] = new


@kernel
def drawn(
    n: int, rate: float, n_rows: int, touched: int, participants: int, retries: int, seed: int
) -> Transactions:
    """``n`` transactions, ``rate`` of them a second."""
    coming = generator(seed)
    network = generator(seed + 1)
    locks = generator(seed + 2)
    clients = generator(seed + 3)
    gap = np.empty(n)
    crosses = np.empty(n)
    crashes = np.empty(n)
    prepare = np.empty(n)
    commit = np.empty(n)
    rows = np.empty(n * touched, np.int64)
    pauses = np.empty(n * retries)
    for i in range(n):
        gap[i] = exponential(coming, 1000.0 / rate)
        crosses[i] = uniform(coming)
        crashes[i] = uniform(coming)
        prepare[i] = slowest(network, participants)
        commit[i] = slowest(network, participants)
        choose(locks, n_rows, rows[i * touched : (i + 1) * touched])
        for j in range(retries):
            pauses[i * retries + j] = exponential(clients, 1.0)
    return Transactions(gap, crosses, crashes, prepare, commit, rows, pauses)


@kernel
def answer_time(crosses: bool, slowest_jitter: float, costs: Costs) -> float:
    """From the locks to the client's answer: the decision is in a log."""
    time = costs.execution + costs.log
    if crosses:
        time += costs.round_trip + costs.jitter * slowest_jitter + costs.log
    return time


@kernel
def release_time(slowest_jitter: float, costs: Costs) -> float:
    """From the client's answer until the rows are free, across shards."""
    return costs.round_trip + costs.jitter * slowest_jitter + costs.log


@kernel
def mean_hold(cross_share: float, crash_share: float, participants: int, costs: Costs) -> float:
    """Mean time for which a transaction locks its rows (ms).

    The slowest of n exponential times of mean 1 takes 1 + 1/2 + ... + 1/n on average.
    """
    slowest_mean = 0.0
    for i in range(1, participants + 1):
        slowest_mean += 1.0 / i
    within = answer_time(False, 0.0, costs)
    across = answer_time(True, slowest_mean, costs)
    whole = across + release_time(slowest_mean, costs)
    crashed = across - costs.log + costs.recovery
    return within + cross_share * ((1.0 - crash_share) * whole + crash_share * crashed - within)


@kernel
def transactions_run(
    all_of_them: Transactions,
    begin: int,
    end: int,
    cross_share: float,
    crash_share: float,
    costs: Costs,
    n_rows: int,
    touched: int,
    retries: int,
    backoff: float,
    latency: Floats,
    outcome: Ints,
    attempts: Ints,
) -> None:
    """Transactions ``begin`` to ``end``: fill in each one's latency, outcome and attempts."""
    locked_until = np.zeros(n_rows)
    times = np.empty(end - begin + 1)
    items = np.empty(end - begin + 1, np.int64)
    pausing = 0
    came = np.empty(end - begin)
    coming = all_of_them.gap[begin]
    i = begin
    while i < end or pausing > 0:
        if pausing > 0 and (i == end or times[0] <= coming):
            now = times[0]
            one = items[0]
            pop(times, items, pausing)
            pausing -= 1
        else:
            now = coming
            one = i
            came[one - begin] = now
            attempts[one] = 0
            i += 1
            if i < end:
                coming += all_of_them.gap[i]
        attempts[one] += 1
        free = True
        for j in range(one * touched, (one + 1) * touched):
            free = free and locked_until[all_of_them.rows[j]] <= now
        if not free:
            if attempts[one] <= retries:
                pause = all_of_them.pauses[one * retries + attempts[one] - 1] * backoff
                push(times, items, pausing, now + pause, one)
                pausing += 1
            else:
                outcome[one] = ABORTED
            continue
        crosses = all_of_them.crosses[one] < cross_share
        answered = answer_time(crosses, all_of_them.prepare[one], costs)
        hold = answered
        outcome[one] = COMMITTED
        latency[one] = now - came[one - begin] + answered
        if crosses and all_of_them.crashes[one] < crash_share:
            hold += costs.recovery - costs.log
            outcome[one] = ABORTED
        elif crosses:
            hold += release_time(all_of_them.commit[one], costs)
        for j in range(one * touched, (one + 1) * touched):
            locked_until[all_of_them.rows[j]] = now + hold


@kernel
def transactions(
    request_rate: float,
    cross_share: float,
    round_trip_ms: float,
    participants: int,
    jitter_ms: float,
    rows: int,
    touched: int,
    retries: int,
    backoff_ms: float,
    crash_share: float,
    recovery_s: float,
    execution_ms: float,
    log_ms: float,
    near_ms: float,
    n_points: int,
    n_attempts: int,
    n_runs: int,
    seed: int,
) -> Table:
    """For each system ``n_points`` rows over the share of transactions that cross shards, none to
    all, then one for ``cross_share``.

    The systems: nobody crosses shards, shards ``near_ms`` and shards ``round_trip_ms`` away. A run
    has as many transactions as make ``n_attempts`` if all are tried as often as clients try. The
    first fifth and the last tenth of it do not count.

    Columns: system, share that crosses, committed a second (mean, lowest, highest run), the most
    that can be, share that does not commit, the same of those that stay in one shard, attempts,
    p50, p99 (ms, of those that commit), mean time of a lock (ms), rate that comes, 1 in the row of
    ``cross_share``, 1 if some stay in one shard.
    """
    touched = min(touched, rows)
    n_transactions = max(n_attempts // (1 + retries), 10)
    every = drawn(n_transactions * n_runs, request_rate, rows, touched, participants, retries, seed)
    latency = np.empty(every.gap.size)
    outcome = np.empty(every.gap.size, np.int64)
    attempts = np.empty(every.gap.size, np.int64)
    times = np.empty(every.gap.size)
    table = np.zeros((SYSTEMS * (n_points + 1), 15))
    uncounted = n_transactions // 10
    counted = n_transactions - 3 * uncounted
    for system in range(SYSTEMS):
        away = near_ms if system == DATA_CENTRE else round_trip_ms
        costs = Costs(execution_ms, log_ms, away, jitter_ms, recovery_s * 1e3)
        for point in range(n_points + 1):
            row = table[system * (n_points + 1) + point]
            share = cross_share
            if point < n_points:
                share = (point / (n_points - 1.0)) * (point / (n_points - 1.0))
            row[0] = system
            row[1] = share
            row[13] = point == n_points
            crossing = 0.0 if system == ONE_SHARD else share
            row[11] = mean_hold(crossing, crash_share, participants, costs)
            row[5] = (rows // touched) * 1e3 / row[11]
            row[12] = request_rate
            if system == ONE_SHARD and point > 0:
                # The same at every share.
                for column in range(2, 15):
                    if column != 13:
                        row[column] = table[0, column]
                continue
            row[3] = np.inf
            done = 0
            tried = 0
            staying = 0
            refused = 0
            for run in range(n_runs):
                begin = run * n_transactions
                transactions_run(
                    every,
                    begin,
                    begin + n_transactions,
                    crossing,
                    crash_share,
                    costs,
                    rows,
                    touched,
                    retries,
                    backoff_ms,
                    latency,
                    outcome,
                    attempts,
                )
                before = done
                for i in range(begin + 2 * uncounted, begin + 2 * uncounted + counted):
                    tried += attempts[i]
                    stays = every.crosses[i] >= crossing
                    staying += stays
                    if outcome[i] == COMMITTED:
                        times[done] = latency[i]
                        done += 1
                    elif stays:
                        refused += 1
                rate = request_rate * (done - before) / counted
                row[2] += rate / n_runs
                row[3] = min(row[3], rate)
                row[4] = max(row[4], rate)
            row[6] = 1.0 - done / (counted * n_runs)
            row[7] = refused / max(staying, 1)
            row[8] = tried / (counted * n_runs)
            if done > 0:
                row[9] = kth_smallest(times[:done], done // 2)
                row[10] = kth_smallest(times[:done], int(0.99 * done))
            row[14] = staying > 0
    return table
