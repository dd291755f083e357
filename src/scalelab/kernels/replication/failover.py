"""How long a year the shop cannot write, for one time-out of the failure detector after the other.

A primary sends heartbeats; who watches it declares it dead after a time-out without one. There are
three causes of silence. It crashes. It pauses (a stalled disk, a machine that is moved) and goes on
later, as if nothing had been. Or it is well, and a run of heartbeats is lost. In each case a
replica is elected and promoted, applies what it has received, and clients find it. If the primary
was alive it may meanwhile take writes that the new one never gets to see.

Crashes and pauses are the same for all time-outs, so that these can be compared. Runs of lost
heartbeats are found without a step for each heartbeat: attempts at a run fail a geometric number of
times, and many failures together take their mean time.
"""

import numpy as np

from scalelab.kernels.elementary import log, power
from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.random import exponential, generator, uniform

ONE_MANAGER, MAJORITY_OF_3, MAJORITY_OF_5 = 0, 1, 2
NO_FENCING, LEASE, STONITH = 0, 1, 2
TIMEOUTS_S = (
    0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0,
    60.0, 90.0, 120.0,
)  # fmt: skip
GRID = len(TIMEOUTS_S)
ROWS = GRID + 1
COLUMNS = 20
OTHER_STREAM = 1_000_003
YEAR_S = 365.25 * 86_400.0
MOST_ROUNDS = 50  # of an election; so many split votes in a row do not happen


@kernel
def lost_for(voters: int, loss: float) -> float:
    """Probability that a heartbeat fails to reach one manager, or most of the ``voters``."""
    if voters == 1:
        return loss
    total = 0.0
    ways = 1.0
    for lost in range(voters + 1):
        if lost > 0:
            ways = ways * (voters - lost + 1) / lost
        if 2 * lost > voters:
            total += ways * power(loss, float(lost)) * power(1.0 - loss, float(voters - lost))
    return total


@kernel
def election(state: Words, voters: int, wait_s: float, broadcast_s: float) -> float:
    """Each voter waits at random once to twice ``wait_s``; the first one asks all for their votes.

    If the second one wakes before it has been asked, the vote counts as split and all wait again;
    with more than three voters the first one may win all the same.
    """
    total = 0.0
    if voters == 1:
        return total
    for _ in range(MOST_ROUNDS):
        first = 2.0 * wait_s
        second = 2.0 * wait_s
        for _ in range(voters):
            wakes = wait_s * (1.0 + uniform(state))
            if wakes < first:
                second = first
                first = wakes
            elif wakes < second:
                second = wakes
        total += first + broadcast_s
        if second - first >= broadcast_s:
            break
    return total


@kernel
def age(state: Words, heartbeat_s: float, lost: float) -> float:
    """How old the last heartbeat that arrived is, at a random moment."""
    total = heartbeat_s * uniform(state)
    if lost > 0.0:
        total += heartbeat_s * np.floor(log(uniform(state)) / log(lost))
    return total


@kernel
def failures_before(state: Words, success: float) -> float:
    """Attempts that fail before the first one that succeeds."""
    none = log(1.0 - success) if success > 1e-8 else -success
    return float(np.floor(log(uniform(state)) / none))


@kernel
def mean_failure(lost: float, run: int) -> float:
    """Heartbeats in an attempt at ``run`` lost ones in a row that fails, on average.

    Those up to the first lost one, the other lost ones, and the one that arrives.
    """
    weight = 1.0
    total = 0.0
    length = 0.0
    for i in range(1, run):
        total += weight
        length += weight * i
        weight *= lost
    return 1.0 / lost + length / total


@kernel
def until_run(state: Words, lost: float, run: int, failure: float) -> float:
    """Heartbeats until ``run`` in a row have been lost; infinite if that is out of sight."""
    success = power(lost, run - 1.0)
    if success < 1e-200:
        return np.inf
    total = run + 0.0
    if lost < 1.0:
        total += failures_before(state, lost)
        if run > 1:
            total += failure * failures_before(state, success)
    return total


@kernel
def switched(
    state: Words,
    part: Floats,
    voters: int,
    wait_s: float,
    broadcast_s: float,
    promotion_s: float,
    replay_s: float,
    reconnect_s: float,
) -> float:
    """From the declaration until clients write again; its parts go into ``part``."""
    part[0] = election(state, voters, wait_s, broadcast_s)
    part[1] = promotion_s
    part[2] = exponential(state, replay_s)
    part[3] = 2.0 * reconnect_s * uniform(state)
    return float(part[0] + part[1] + part[2] + part[3])


@kernel
def finish(
    table: Table,
    ages: Floats,
    sums: Floats,
    n_crashes: int,
    heartbeat_s: float,
    write_rate: float,
) -> None:
    """Totals, the best time-out, and what a crash takes; without a crash that stays zero."""
    best = 0
    for row in range(ROWS):
        table[row, 5] = table[row, 2] + table[row, 3] + table[row, 4]
        table[row, 8] = table[row, 9] + table[row, 10]
        table[row, 11] *= write_rate
        table[row, 18] = max(0.0, 1.0 - table[row, 5] * 60.0 / YEAR_S)
        if table[row, 5] < table[best, 5]:
            best = row
        if n_crashes == 0:
            continue
        limit = max(table[row, 0], heartbeat_s)
        total = 0.0
        for i in range(n_crashes):
            total += max(0.0, limit - ages[i])
        table[row, 12] = total / n_crashes
        table[row, 17] = table[row, 12]
        for i in range(4):
            table[row, 13 + i] = sums[i] / n_crashes
            table[row, 17] += sums[i] / n_crashes
    for row in range(ROWS):
        table[row, 19] = table[best, 0]


@kernel
def overlap(fencing: int, declared: float, alive: float, moved: float, lease_ends: float) -> float:
    """Seconds in which the old primary takes writes that the new one never sees.

    It is ``alive`` again from then on, was ``declared`` dead, and clients have ``moved`` at last.
    All times have one origin.
    """
    if fencing == STONITH:
        return 0.0
    ends = moved if fencing == NO_FENCING else min(moved, lease_ends)
    return max(0.0, ends - max(declared, alive))


@kernel
def failover(
    timeout_s: float,
    heartbeat_s: float,
    loss: float,
    pauses: float,
    pause_s: float,
    crashes: float,
    promotion_s: float,
    replay_s: float,
    voting: int,
    write_rate: float,
    fencing: int,
    lease_s: float,
    clock_error_s: float,
    reconnect_s: float,
    tail: float,
    wait_s: float,
    broadcast_s: float,
    years: float,
    n_runs: int,
    most_runs: int,
    seed: int,
) -> Table:
    """A row for each of `TIMEOUTS_S`, and a last one for ``timeout_s``.

    Columns: time-out; 1 in the last row; minutes a year without writes after crashes, in and after
    pauses, after lost heartbeats, together, together in the lowest and highest run; false failovers
    a year: all, after pauses, after lost heartbeats; writes a year that the wrong primary takes;
    after a crash, mean s: detection, election, promotion, replay, reconnection, all of it; share
    of the year with writes; time-out with the fewest minutes (the same in each row).

    Pauses are Pareto with exponent ``tail`` and median ``pause_s``. A time-out shorter than the
    heartbeat interval acts as one of that length. A heartbeat that is due at the very time-out
    still counts: the watcher allows for its travel. ``most_runs`` false failovers after lost
    heartbeats are simulated at most for a time-out and run, over as long as they take.
    """
    voters = 1 if voting == ONE_MANAGER else (3 if voting == MAJORITY_OF_3 else 5)
    lost = lost_for(voters, loss)
    least_pause = pause_s * power(0.5, 1.0 / tail)
    table = np.zeros((ROWS, COLUMNS))
    for row in range(GRID):
        table[row, 0] = TIMEOUTS_S[row]
        table[row, 6] = np.inf
    table[GRID, 0] = timeout_s
    table[GRID, 1] = 1.0
    table[GRID, 6] = np.inf
    state = generator(seed)
    span_s = years * YEAR_S
    down = np.zeros((ROWS, 3))  # seconds in a run: crashes, pauses, lost heartbeats
    part = np.zeros(4)
    ages = np.zeros(4096)  # of the last heartbeat before a crash
    n_crashes = 0
    sums = np.zeros(4)

    for run_number in range(n_runs):
        for row in range(ROWS):
            for cause in range(3):
                down[row, cause] = 0.0
        time = 0.0
        while crashes > 0.0:
            time += exponential(state, YEAR_S / crashes)
            if time > span_s:
                break
            silent = age(state, heartbeat_s, lost)
            switch = switched(state, part, voters, wait_s, broadcast_s, promotion_s, replay_s,
                              reconnect_s)  # fmt: skip
            for row in range(ROWS):
                limit = max(table[row, 0], heartbeat_s)
                down[row, 0] += max(0.0, limit - silent) + switch
            if n_crashes < ages.size:
                ages[n_crashes] = silent
                for i in range(4):
                    sums[i] += part[i]
                n_crashes += 1
        time = 0.0
        while pauses > 0.0:
            time += exponential(state, YEAR_S / pauses)
            if time > span_s:
                break
            length = least_pause * power(uniform(state), -1.0 / tail)
            silent = age(state, heartbeat_s, lost)
            switch = switched(state, part, voters, wait_s, broadcast_s, promotion_s, replay_s,
                              reconnect_s)  # fmt: skip
            for row in range(ROWS):
                declared = max(0.0, max(table[row, 0], heartbeat_s) - silent)
                if length <= declared:
                    down[row, 1] += length
                    continue
                down[row, 1] += declared + switch
                table[row, 9] += 1.0 / (years * n_runs)
                table[row, 11] += overlap(
                    fencing, declared, length, declared + switch,
                    lease_s + clock_error_s - silent,
                ) / (years * n_runs)  # fmt: skip
        for row in range(ROWS):
            if lost <= 0.0:
                break
            # Their own numbers, the same for all time-outs, and no crash or pause moves with them.
            beats_state = generator(seed + OTHER_STREAM * (run_number + 1))
            limit = max(table[row, 0], heartbeat_s)
            run = int(np.floor(limit / heartbeat_s + 1e-9))
            failure = mean_failure(lost, run) if run > 1 else 0.0
            time = 0.0
            count = 0
            seconds = 0.0
            wrong = 0.0
            while count < most_runs:
                beats = until_run(beats_state, lost, run, failure)
                time += beats * heartbeat_s + (limit - run * heartbeat_s)
                if not time < span_s:
                    time = span_s
                    break
                switch = switched(beats_state, part, voters, wait_s, broadcast_s, promotion_s,
                                  replay_s, reconnect_s)  # fmt: skip
                time += switch
                seconds += switch
                count += 1
                wrong += overlap(fencing, limit, 0.0, limit + switch, lease_s + clock_error_s)
            down[row, 2] = seconds * span_s / time
            table[row, 10] += count * YEAR_S / time / n_runs
            table[row, 11] += wrong * YEAR_S / time / n_runs
        for row in range(ROWS):
            all_causes = 0.0
            for cause in range(3):
                minutes = down[row, cause] / 60.0 / years
                table[row, 2 + cause] += minutes / n_runs
                all_causes += minutes
            table[row, 6] = min(table[row, 6], all_causes)
            table[row, 7] = max(table[row, 7], all_causes)
    finish(table, ages, sums, n_crashes, heartbeat_s, write_rate)
    return table
