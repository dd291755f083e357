"""A table filled row by row, in plain Python."""

from dataclasses import dataclass


@dataclass
class Filled:
    duration: float
    locked: float  # rows times seconds
    squares: float  # rows times seconds squared
    behind: float  # most, in seconds of the replica's work


def filled(
    rows: int, batches: int, row_rate: float, commit: float, pause: float, replica_rate: float
) -> Filled:
    """Row by row; the batches are all of one size."""
    now, locked, squares, waiting, behind = 0.0, 0.0, 0.0, 0.0, 0.0
    size = rows // batches
    for batch in range(batches):
        if batch:
            now += pause
            waiting = max(waiting - pause * replica_rate, 0.0)
        ends = now + size / row_rate + commit
        for k in range(size):
            held = ends - (now + (k + 0.5) / row_rate)
            locked += held
            squares += held * held
            waiting = max(waiting + 1.0 - replica_rate / row_rate, 0.0)
            behind = max(behind, waiting / replica_rate)
        waiting = max(waiting - commit * replica_rate, 0.0)
        now = ends
    return Filled(now, locked, squares, behind)
