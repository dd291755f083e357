"""A server with cores and one line, and the best division of reads, the long way round."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Request:
    gap: float  # since the one before
    work: float
    reads: bool


def read_times(requests: Sequence[Request], cores: int, warm_up: int) -> list[float]:
    """Event by event: an arrival, or a core that is free again and takes the first in line."""
    waiting: list[int] = []
    idle = cores
    came: list[float] = []
    ended: list[tuple[float, int]] = []
    left: dict[int, float] = {}
    now = 0.0

    def begin(at: float) -> None:
        nonlocal idle
        while idle and waiting:
            number = waiting.pop(0)
            idle -= 1
            heapq.heappush(ended, (at + requests[number].work, number))

    def finish(until: float) -> None:
        nonlocal idle
        while ended and ended[0][0] <= until:
            time, number = heapq.heappop(ended)
            left[number] = time
            idle += 1
            begin(time)

    for number, request in enumerate(requests):
        now += request.gap
        finish(now)
        came.append(now)
        waiting.append(number)
        begin(now)
    finish(float("inf"))
    return [
        left[number] - came[number]
        for number, request in enumerate(requests)
        if request.reads and number >= warm_up
    ]


def carries(
    rate: float, serving: int, share: float, read: float, write: float, apply: float,
    capacity: float, primary_reads: bool,
) -> bool:  # fmt: skip
    """Whether some division of the reads leaves every server within its capacity.

    The primary takes as much as it has left, if it may; the replicas halve, third, ... the rest.
    """
    left_at_primary = capacity - rate * share * write
    if left_at_primary < 0.0:
        return False
    reads = rate * (1.0 - share) * read
    if serving == 0:
        return reads <= left_at_primary
    if primary_reads:
        reads = max(reads - left_at_primary, 0.0)
    return reads / serving + rate * share * apply <= capacity


def ceiling(
    serving: int, share: float, read: float, write: float, apply: float, capacity: float,
    primary_reads: bool,
) -> float:  # fmt: skip
    """The largest rate that is carried, by halving."""
    low, high = 0.0, capacity / (share * write) * 2.0 + 1.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if carries(middle, serving, share, read, write, apply, capacity, primary_reads):
            low = middle
        else:
            high = middle
    return low
