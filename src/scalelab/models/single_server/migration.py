"""Changing a table that is in use: the queue for its lock.

Two reports of a minute run at any time. Without a time-out a change of a few milliseconds waits for
the last of them, and so do 50 requests a second behind it. Seconds the table is blocked, in all:

    >>> from scalelab.models.single_server.migration import NO_TIME_OUT, lock_queue
    >>> for time_out_s in (1.0, 60.0, NO_TIME_OUT):
    ...     found = lock_queue(time_out_s=time_out_s).chosen
    ...     print(f"{found.expected.blocked_s:.0f} s, {found.expected.tries:.1f} tries")
    9 s, 9.4 tries
    121 s, 2.6 tries
    79 s, 1.0 tries

The closed forms are in `scalelab.theory.single_server.migration`.

What PostgreSQL does: `ALTER TABLE` takes the lock ACCESS EXCLUSIVE unless its form is said to take
less (https://www.postgresql.org/docs/18/sql-altertable.html); it conflicts with every mode, with
ACCESS SHARE too, which is what SELECT takes
(https://www.postgresql.org/docs/18/explicit-locking.html). A request is granted at once only if it
conflicts with no lock that is held or waited for, else it queues (`src/backend/storage/lmgr/README`
of its source). `lock_timeout` ends each wait for a lock after this time, and is off when it is 0,
as it is unless set (https://www.postgresql.org/docs/18/runtime-config-client.html). To add a column
with a constant default changes no row; a volatile default, or most changes of a type, rewrite the
table and its indexes under that lock.
"""

from dataclasses import dataclass

from scalelab.kernels.single_server import migration as kernel
from scalelab.models.check import within
from scalelab.theory.single_server import migration as theory

NO_TIME_OUT = 0.0


@dataclass(frozen=True)
class Expected:
    """Exact, for exponential lengths of the reports."""

    through: float
    tries: float
    blocked_s: float


@dataclass(frozen=True)
class Change:
    """What changes with one time-out come to, on average.

    through, first : shares that get through within all tries, and at the first
    first_expected : the latter by formula, for any law of the lengths
    blocked_s : the table, in all; ``blocked_groups_s`` the least and the most of four groups of
        changes
    longest_s : the longest block of a change
    stalled, stall_s : requests that wait, and their mean wait
    waiting : the most that wait at once; ``full`` the share of changes in which these are more than
        there are connections
    done_s : until the change is made or given up
    expected : by formula; None unless the lengths are exponential (``report_cv2`` 1)
    """

    time_out_s: float
    through: float
    first: float
    first_expected: float
    tries: float
    blocked_s: float
    blocked_groups_s: tuple[float, float]
    longest_s: float
    stalled: float
    stall_s: float
    waiting: float
    full: float
    done_s: float
    expected: Expected | None


@dataclass(frozen=True)
class LockQueue:
    """The time-out that was asked for, others from short to long, and none."""

    chosen: Change
    others: tuple[Change, ...]
    endless: Change


def lock_queue(
    running: float = 2.0,
    report_s: float = 60.0,
    report_cv2: float = 1.0,
    time_out_s: float = 5.0,
    pause_s: float = 30.0,
    most_tries: int = 20,
    hold_s: float = 0.01,
    page_rate: float = 50.0,
    connections: int = 100,
    n_changes: int = 400,
    seed: int = 1,
) -> LockQueue:
    """A change of a table that reports read for long and pages for a moment.

    Parameters
    ----------
    running : reports that read the table at any time, on average, 0.01 to 10.
    report_s : mean length of a report, 1 to 7200 s.
    report_cv2 : variance of the lengths over the square of their mean, 0 (all alike) to 25; 1 is
        exponential. Below 0.05 it counts as 0.
    time_out_s : 0.001 to 7200 s, or `NO_TIME_OUT`.
    pause_s : from a time-out to the next try, 0 to 600 s.
    most_tries : 1 to 100; then the change is given up.
    hold_s : what the change takes once it has its lock, 0 to 3600 s.
    page_rate : requests to the table, 0 to 100,000 a second.
    connections : how many may wait before others find none, 1 to 100,000.
    n_changes : simulated for each time-out, 4 to 20,000, rounded down to a multiple of 4.
    seed : 0 to 10**6.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Every time-out meets the same reports. Reports come at random (Poisson) and begin at once unless
    a change waits; those that come during a try begin when it ends.

    Leaves out: the requests' own few milliseconds, for which a change waits, too; those that give
    up or come again, and what the burst after a block does to the machine; transactions that stay
    open without end; deadlocks; autovacuum; that a change may need several locks,
    each with a time-out of its own.
    """
    within("running", running, 0.01, 10.0, "reports")
    within("report_s", report_s, 1.0, 7200.0, "s")
    within("report_cv2", report_cv2, 0.0, 25.0)
    if time_out_s != NO_TIME_OUT:
        within("time_out_s", time_out_s, 0.001, 7200.0, "s", "0 is none")
    within("pause_s", pause_s, 0.0, 600.0, "s")
    within("most_tries", most_tries, 1, 100)
    within("hold_s", hold_s, 0.0, 3600.0, "s")
    within("page_rate", page_rate, 0.0, 100_000.0, "requests/s")
    within("connections", connections, 1, 100_000)
    within("n_changes", n_changes, 4, 20_000)
    within("seed", seed, 0, 10**6)
    table = kernel.lock_queue(
        float(running), float(report_s), float(report_cv2), float(time_out_s), float(pause_s),
        int(most_tries), float(hold_s), float(page_rate), float(connections), int(n_changes),
        int(seed),
    )  # fmt: skip
    found = []
    for row in table.tolist():
        exact = None
        if report_cv2 == 1.0:
            out = row[kernel.TIME_OUT]
            exact = expected(running, report_s, out, pause_s, most_tries, hold_s)
        found.append(_change(row, exact))
    return LockQueue(found[-1], tuple(found[: kernel.TIME_OUTS]), found[kernel.TIME_OUTS])


def expected(
    running: float, report_s: float, time_out_s: float, pause_s: float, most_tries: int,
    hold_s: float,
) -> Expected:  # fmt: skip
    """Of one time-out, without a simulation; arguments and ranges as of `lock_queue`.

    A recursion over the tries, in `scalelab.theory.single_server.migration`.
    """
    if time_out_s == NO_TIME_OUT:
        return Expected(1.0, 1.0, report_s * theory.mean_longest(running) + hold_s)
    found = theory.tries(running, report_s, time_out_s, pause_s, most_tries)
    return Expected(found.through, found.tries, found.blocked + hold_s * found.through)


def _change(row: list[float], expected: Expected | None) -> Change:
    return Change(
        time_out_s=row[kernel.TIME_OUT],
        through=row[kernel.THROUGH],
        first=row[kernel.FIRST],
        first_expected=row[kernel.FIRST_LAW],
        tries=row[kernel.TRIES],
        blocked_s=row[kernel.BLOCKED],
        blocked_groups_s=(row[kernel.BLOCKED_LOW], row[kernel.BLOCKED_HIGH]),
        longest_s=row[kernel.LONGEST],
        stalled=row[kernel.STALLED],
        stall_s=row[kernel.STALL],
        waiting=row[kernel.WAITING],
        full=row[kernel.FULL],
        done_s=row[kernel.DONE],
        expected=expected,
    )
