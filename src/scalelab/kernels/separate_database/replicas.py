"""The first read replicas: what they carry, how fast a read is, and what is left after a failure.

Four arrangements of a database: one machine, one that is twice as large, a primary with one
replica, and with two. A write is done by the primary and applied by each replica. A read that comes
soon after a write of the same customer goes to the primary, as a replica may not have it yet; the
others go to the replicas, or to all machines so that they are as equally busy as can be. Requests
come at random and share the vCPUs of their machine, each at most one of them: so mean times depend
on how busy the machine is and on nothing else of the work (F. P. Kelly, "Reversibility and
stochastic networks", 1979, section 3.3).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.erlang import mean_wait

ONE, LARGE, FIRST, SECOND = range(4)
ARRANGEMENTS = 4
POINTS = 28  # of a curve, from a part of the rate on its axis
FULL = 0.995  # no curve goes nearer to its end

ARRANGEMENT, RATE, KEEPS_UP, READ_MS, PRIMARY_BUSY, REPLICA_BUSY = range(6)
CARRIED, CARRIED_DOWN, OF_THE_DAY, AT_PRIMARY, PINNED, LEFT_BUSY, SURVIVES, HERE = range(6, 14)
WIDTH = 14


class Work(NamedTuple):
    """Milliseconds of a vCPU, and the share of requests that write."""

    write_share: float
    read_ms: float
    write_ms: float
    apply_ms: float
    pinned: float  # of the reads, those that only the primary may answer
    balanced: int


@kernel
def pinned_share(request_rate: float, write_share: float, window_s: float) -> float:
    """Of a customer's reads, those within ``window_s`` of an own write.

    Requests at random: so many writes are expected in the time before any of them.
    """
    return 1.0 - exp(-request_rate * write_share * window_s)


@kernel
def reads_at_primary(replicas: int, work: Work) -> float:
    """Share of the reads that the primary answers."""
    if replicas == 0:
        return 1.0
    reads = (1.0 - work.write_share) * work.read_ms
    if work.balanced == 0 or reads == 0.0:
        return work.pinned
    more = work.write_share * (work.write_ms - work.apply_ms)
    # Equally busy: more + share * reads = (1 - share) * reads / replicas.
    even = (reads / replicas - more) / (reads * (1.0 + 1.0 / replicas))
    return min(max(even, work.pinned), 1.0)


@kernel
def loads(replicas: int, work: Work) -> tuple[float, float]:
    """Work in ms that a request brings to the primary, and to each replica."""
    reads = (1.0 - work.write_share) * work.read_ms
    share = reads_at_primary(replicas, work)
    primary = work.write_share * work.write_ms + share * reads
    if replicas == 0:
        return primary, 0.0
    return primary, work.write_share * work.apply_ms + (1.0 - share) * reads / replicas


@kernel
def carried(replicas: int, vcpus: int, work: Work, target: float) -> float:
    """Requests/s at which the first machine is as busy as ``target``."""
    primary, replica = loads(replicas, work)
    return 1000.0 * vcpus * target / max(primary, replica)


@kernel
def put(row: Floats, rate_per_s: float, replicas: int, vcpus: int, work: Work) -> None:
    """How busy the machines are, and how long a read takes."""
    primary, replica = loads(replicas, work)
    rate = rate_per_s / 1000.0
    row[RATE] = rate_per_s
    row[PRIMARY_BUSY] = rate * primary / vcpus
    row[REPLICA_BUSY] = rate * replica / vcpus
    share = reads_at_primary(replicas, work)
    row[AT_PRIMARY] = share
    if max(row[PRIMARY_BUSY], row[REPLICA_BUSY]) >= 1.0:
        return
    row[KEEPS_UP] = 1.0
    stretched = share * (1.0 + mean_wait(rate * primary, 1.0, vcpus))
    if replicas > 0:
        stretched += (1.0 - share) * (1.0 + mean_wait(rate * replica, 1.0, vcpus))
    row[READ_MS] = work.read_ms * stretched


@kernel
def replicas(
    rate_per_s: float, write_share: float, window_s: float, vcpus: int, read_ms: float,
    write_factor: float, apply_share: float, target: float, balanced: int, request_rate: float,
    customer_rate: float, most_rate: float,
) -> Table:  # fmt: skip
    """For each arrangement `POINTS` rows up to where it is full, then one for ``rate_per_s``.

    A write takes ``write_factor`` times what a read takes, and a replica ``apply_share`` of that.
    A customer who is there asks ``request_rate`` times a second. The curves go up to ``most_rate``.

    Columns: arrangement; requests/s; 1 if it keeps up with them (else the next is 0); mean time of
    a read (ms); how busy the primary is, and each replica (more than 1: more than it can do);
    requests/s with which none is busier than ``target``, and the same with one machine lost;
    customers of the day in whose busiest hour the former come; share of the reads that go to the
    primary, and that have to; how busy the busiest machine left is after one is lost, and 1 if
    there is one and it keeps up; 1 for the row of ``rate_per_s``.
    """
    write_ms = write_factor * read_ms
    pinned = pinned_share(request_rate, write_share, window_s)
    work = Work(write_share, read_ms, write_ms, apply_share * write_ms, pinned, balanced)
    table = np.zeros((ARRANGEMENTS * (POINTS + 1), WIDTH))
    for arrangement in range(ARRANGEMENTS):
        n = max(arrangement - LARGE, 0)
        size = 2 * vcpus if arrangement == LARGE else vcpus
        most = carried(n, size, work, target)
        left = carried(n - 1, vcpus, work, target) if n > 0 else 0.0
        end = min(carried(n, size, work, FULL), most_rate)
        for i in range(POINTS + 1):
            row = table[arrangement * (POINTS + 1) + i]
            row[ARRANGEMENT] = arrangement
            put(row, rate_per_s if i == POINTS else end * (i + 1) / POINTS, n, size, work)
            row[CARRIED] = most
            row[CARRIED_DOWN] = left
            row[OF_THE_DAY] = most / customer_rate
            row[PINNED] = pinned
            if n > 0:
                row[LEFT_BUSY] = row[RATE] * target / left
                row[SURVIVES] = 1.0 if row[LEFT_BUSY] < 1.0 else 0.0
            row[HERE] = 1.0 if i == POINTS else 0.0
    return table
