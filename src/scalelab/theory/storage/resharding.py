"""What moves when the number of shards changes, in closed form. Shares of all keys."""

import math
from collections.abc import Sequence


def least_moved(before: int, after: int) -> float:
    """Share that has to move from ``before`` to ``after`` shards if all are equally full.

    New shards have to be filled, or lost ones emptied: |after - before| / max(before, after).
    """
    return abs(after - before) / max(before, after)


def modulo_moved(before: Sequence[int], after: Sequence[int]) -> float:
    """Share that modulo moves between two lists of shards.

    The remainders by both lengths repeat after their least common multiple: what stays are the
    numbers in between at which both lists name the same shard.
    """
    period = math.lcm(len(before), len(after))
    staying = sum(before[i % len(before)] == after[i % len(after)] for i in range(period))
    return 1.0 - staying / period


def jump_moved(before: Sequence[int], after: Sequence[int]) -> float:
    """Share that jump moves between two lists of shards.

    J. Lamping & E. Veach, arXiv:1406.2294, 2014: a key in bucket b of the shorter list is there in
    the longer one too, or in a bucket beyond it, each in proportion to the lengths.
    """
    short, long = sorted((before, after), key=len)
    # Each bucket of the shorter list keeps 1/long of the keys, and gets (or gives) 1/long of each
    # bucket beyond it, over the shorter length.
    staying = 0.0
    for i, shard in enumerate(short):
        staying += (long[i] == shard) / len(long)
        for beyond in long[len(short) :]:
            staying += (beyond == shard) / len(long) / len(short)
    return 1.0 - staying


def copy_hours(moved: float, data_gb: float, copy_mb_s: float) -> float:
    """Hours to copy the share ``moved`` of ``data_gb`` (10^9 bytes) at ``copy_mb_s`` (10^6/s)."""
    return moved * data_gb * 1000.0 / copy_mb_s / 3600.0
