"""A heap of things that happen later: the earliest on top (Williams, CACM 7(6) 1964).

Two arrays of the caller hold it: ``times``, and ``items`` with what happens then. The caller counts
how many are in it.
"""

from scalelab.kernels.jit import Floats, Ints, kernel, step


@step
def push(times: Floats, items: Ints, size: int, time: float, item: int) -> None:
    """Put ``item`` in, which makes ``size`` one more."""
    hole = size
    while hole > 0:
        parent = (hole - 1) // 2
        if times[parent] <= time:
            break
        times[hole] = times[parent]
        items[hole] = items[parent]
        hole = parent
    times[hole] = time
    items[hole] = item


@step
def pop(times: Floats, items: Ints, size: int) -> None:
    """Take the earliest out, which makes ``size`` one less."""
    last = size - 1
    time = times[last]
    item = items[last]
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= last:
            break
        if child + 1 < last and times[child + 1] < times[child]:
            child += 1
        if times[child] >= time:
            break
        times[hole] = times[child]
        items[hole] = items[child]
        hole = child
    times[hole] = time
    items[hole] = item


@kernel
def replace(times: Floats, time: float) -> None:
    """Put ``time`` in the place of the earliest, in a full heap of times alone."""
    n = times.size
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= n:
            break
        if child + 1 < n and times[child + 1] < times[child]:
            child += 1
        if times[child] >= time:
            break
        times[hole] = times[child]
        hole = child
    times[hole] = time
