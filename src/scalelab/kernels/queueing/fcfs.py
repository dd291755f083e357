"""First come, first served: G/G/1 and G/G/c, any laws of arrivals and of service.

Independent runs advance together, one in each lane (`lanes`), so that the processor works on
several at once. With one server the wait of the next is what is left of the work when it comes (D.
V. Lindley, "The theory of queues with a single server", Mathematical Proceedings of the Cambridge
Philosophical Society 48(2), 1952). With several servers the work left at each of them is kept in
order, least first (J. Kiefer and J. Wolfowitz, "On the theory of queues with many servers",
Transactions of the American Mathematical Society 78, 1955), which takes time in proportion to
their number; for many, a heap holds the times at which they are free.

What is kept does not depend on how many customers there are.
"""

import numpy as np

from scalelab.kernels.heap import replace
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.lanes import fill, generators
from scalelab.kernels.queueing.law import Law

LANES = 16
BLOCK = 64  # customers of each lane at a time: they stay in the processor's nearest cache
SORTED_MOST = 64  # servers; a heap is quicker for more

SUMS = 5
SERVED, WAIT, WAITED, WORK, ELAPSED = range(SUMS)

# Waits are counted in bins: 64 of equal width from each power of two to the next, in units of
# 2**-20 mean service times. A wait shorter than that unit, or none, is in the first.
BIN_BITS = 6
PER_OCTAVE = 1 << BIN_BITS
OCTAVES = 56
BINS = 1 + OCTAVES * PER_OCTAVE
UNIT = 2.0**-20


@kernel
def keep_sorted(gaps: Table, takes: Table, n: int, left: Table, waits: Table) -> None:
    """Serve ``n`` customers of every lane, who come ``gaps`` apart and take ``takes``.

    ``left``: work left at each server (row) when the last customer came, with its own; least first.
    """
    lanes = gaps.shape[1]
    servers = left.shape[0]
    carried = np.empty(lanes)
    for i in range(n):
        for lane in range(lanes):
            wait = max(left[0, lane] - gaps[i, lane], 0.0)
            waits[i, lane] = wait
            carried[lane] = wait + takes[i, lane]
        for k in range(1, servers):
            for lane in range(lanes):
                other = max(left[k, lane] - gaps[i, lane], 0.0)
                mine = carried[lane]
                left[k - 1, lane] = min(mine, other)
                carried[lane] = max(mine, other)
        for lane in range(lanes):
            left[servers - 1, lane] = carried[lane]


@kernel
def keep_heap(gaps: Table, takes: Table, n: int, free: Table, clock: Floats, waits: Table) -> None:
    """The same by a heap in each row of ``free``; ``clock``: when the last customer came."""
    for lane in range(gaps.shape[1]):
        times = free[lane]
        now = clock[lane]
        for i in range(n):
            now += gaps[i, lane]
            begins = max(now, times[0])
            waits[i, lane] = begins - now
            replace(times, begins + takes[i, lane])
        clock[lane] = now


@kernel
def add(gaps: Table, takes: Table, n: int, waits: Table, sums: Table) -> None:
    """Add ``n`` customers of every lane to its row of ``sums``."""
    for lane in range(gaps.shape[1]):
        sums[lane, SERVED] += n
    for i in range(n):
        for lane in range(gaps.shape[1]):
            wait = waits[i, lane]
            sums[lane, WAIT] += wait
            sums[lane, WAITED] += wait > 0.0
            sums[lane, WORK] += takes[i, lane]
            sums[lane, ELAPSED] += gaps[i, lane]


@kernel
def count(n: int, waits: Table, units: float, counts: Floats) -> None:
    """Count the waits in their bins; a wait of 1 is as many ``units``."""
    for i in range(n):
        for lane in range(waits.shape[1]):
            # The exponent and the first digits of a number above 1, as they stand in its bits.
            bits = np.float64(waits[i, lane] * units).view(np.int64)
            k = int(bits >> (52 - BIN_BITS)) - (1023 << BIN_BITS) + 1
            counts[min(max(k, 0), BINS - 1)] += 1.0


@kernel
def simulate(
    arrival: Law, service: Law, servers: int, warm_up: int, batches: int, batch_size: int,
    mean_service: float, seed: int, counts: Floats,
) -> Table:  # fmt: skip
    """A row of sums for each batch of each lane, batch by batch; adds the waits to ``counts``.

    Each lane begins empty. Its first ``warm_up`` customers are not counted, then follow
    ``batches`` of ``batch_size``.
    """
    arriving = generators(LANES, seed, 0, 2)
    serving = generators(LANES, seed, 1, 2)
    gaps, takes = np.empty((BLOCK, LANES)), np.empty((BLOCK, LANES))
    waits = np.empty((BLOCK, LANES))
    by_heap = servers > SORTED_MOST
    left = np.zeros((LANES, servers) if by_heap else (servers, LANES))
    clock = np.zeros(LANES)
    sums = np.zeros((batches * LANES, SUMS))
    units = 1.0 / (mean_service * UNIT)
    for batch in range(-1, batches):
        size = warm_up if batch < 0 else batch_size
        for done in range(0, size, BLOCK):
            n = min(BLOCK, size - done)
            fill(arrival, arriving, n, gaps)
            fill(service, serving, n, takes)
            if by_heap:
                keep_heap(gaps, takes, n, left, clock, waits)
            else:
                keep_sorted(gaps, takes, n, left, waits)
            if batch >= 0:
                add(gaps, takes, n, waits, sums[batch * LANES : (batch + 1) * LANES])
                count(n, waits, units, counts)
    return sums
