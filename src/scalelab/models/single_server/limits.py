"""Limits that somebody once wrote down: workers, database connections, on one machine.

    >>> from scalelab.models.single_server.limits import simulate, sizes
    >>> small, large = simulate(2000.0), simulate(2000.0, vcpus=16)
    >>> print(f"4 vCPUs do {small.done_per_s:.0f} a second, 16 do {large.done_per_s:.0f}")
    4 vCPUs do 394 a second, 16 do 509
    >>> print(f"{large.idle_while_waited:.0%} of the vCPUs idle; full: {large.full_first}")
    68% of the vCPUs idle; full: the workers

Closed forms are in `scalelab.theory.single_server.limits`.
"""

from dataclasses import dataclass
from typing import Any

from scalelab.kernels import shop
from scalelab.kernels.single_server import limits as kernels
from scalelab.models.check import one_of, within

WORKERS, CONNECTIONS, VCPUS = "Workers", "Connections", "vCPUs"
LIMITS = (WORKERS, CONNECTIONS, VCPUS)
SIZES = kernels.SIZES
# By the kernel's numbers for them.
FULL_FIRST = ("nothing", "the vCPUs", "the workers", "the connections")
WARM_UP = 0.2
# Assumptions: another service's answer, a process of a web application, and the machine's memory.
AWAY_MS = 20.0
WORKER_MB = 100.0
MEMORY_MB = 16_000.0
OWN_MS = shop.MACHINE_MS


@dataclass(frozen=True)
class Outcome:
    """What comes of the requests with these limits.

    ``workers`` are those that run: no more than fit into the memory. ``done_per_s`` requests get
    an answer, after ``mean_ms``, 99 of 100 within ``p99_ms`` (both 0 where none does). ``refused``
    finds the line for a worker full, ``timed_out`` waits too long for a connection: shares of all
    that come. ``busy`` is the share of the vCPUs in use, ``idle_while_waited`` the share that is
    idle while some request waits for a worker or for a connection.

    ``runnable`` requests have work for a vCPU, ``workers_used`` and ``connections_used`` are taken:
    means over the time. Those that are done waited ``for_worker_ms`` and ``for_connection_ms``.
    No order of service does more than ``limit_per_s``, which ``full_first`` sets: "nothing" if
    it is all that comes.
    """

    workers: int
    connections: int
    vcpus: int
    done_per_s: float
    mean_ms: float
    p99_ms: float
    refused: float
    timed_out: float
    busy: float
    idle_while_waited: float
    runnable: float
    workers_used: float
    connections_used: float
    for_worker_ms: float
    for_connection_ms: float
    limit_per_s: float
    full_first: str


def sizes(
    limit: str,
    rate_per_s: float,
    vcpus: int = shop.VCPUS,
    workers: int = 16,
    connections: int = 8,
    held_whole: bool = False,
    timeout_ms: float | None = None,
    backlog: int = 200,
    application_ms: float = OWN_MS,
    away_ms: float = AWAY_MS,
    database_ms: float = shop.DATABASE_MS,
    io_ms: float = shop.DISK_MS,
    switching: float = 0.0,
    worker_mb: float = WORKER_MB,
    memory_mb: float = MEMORY_MB,
    n_requests: int = 20_000,
    seed: int = 1,
) -> dict[int, Outcome]:
    """The same requests with each of the `SIZES` of one of the `LIMITS`.

    Parameters
    ----------
    limit : one of `LIMITS`; the other two are as given.
    rate_per_s : requests that come, at random, 0.1 to 100,000.
    vcpus : 1 to 256.
    workers : processes or threads, each with one request at a time, 1 to 10,000.
    connections : to the database, of all workers together, 1 to 10,000.
    held_whole : a request takes a connection when it begins and keeps it to the end; if not, it has
        one while the database works for it.
    timeout_ms : for which a request waits for a connection before it fails, 0.001 to 1,000,000;
        None: for ever.
    backlog : requests that can wait for a worker; more are refused. 0 to 100,000.
    application_ms : of a vCPU for a request, half of it before the database's part and half after
        it, 0 to 10,000. Assumptions, as are all that follow.
    away_ms : for which the worker waits for other services, before the database, 0 to 60,000.
    database_ms : of a vCPU for the database's part, 0 to 10,000.
    io_ms : for which the database waits for its disk, 0 to 60,000.
    switching : what each request that has work for a vCPU adds to all work, beyond one for each
        vCPU: 0 to 1, of the work.
    worker_mb, memory_mb : of each worker, 0 to 1,000,000, and of the machine for all, 1 to 1e9.
    n_requests : 1000 to 200,000; the first fifth is not counted.
    seed : 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    A simulation: all times are exponential, and the vCPUs are shared by all that have work for
    them. With 20,000 requests, means are good to some per cent, and where the limit is barely
    enough for what comes less so.

    Leaves out: a queue at the disk; workers that serve several requests at once; requests that are
    sent again after they have failed; work on what the customer no longer waits for; limits per
    customer; locks in the database, which more connections make worse; memory that caches lose to
    workers.
    """
    one_of("limit", limit, LIMITS)
    within("rate_per_s", rate_per_s, 0.1, 100_000.0, "requests/s")
    within("vcpus", vcpus, 1, 256)
    within("workers", workers, 1, 10_000)
    within("connections", connections, 1, 10_000)
    if timeout_ms is not None:
        within("timeout_ms", timeout_ms, 0.001, 1e6, "ms", "None is for ever")
    within("backlog", backlog, 0, 100_000)
    within("application_ms", application_ms, 0.0, 10_000.0, "ms")
    within("away_ms", away_ms, 0.0, 60_000.0, "ms")
    within("database_ms", database_ms, 0.0, 10_000.0, "ms")
    within("io_ms", io_ms, 0.0, 60_000.0, "ms")
    within("switching", switching, 0.0, 1.0, advice="a share, not a percentage")
    within("worker_mb", worker_mb, 0.0, 1e6, "MB")
    within("memory_mb", memory_mb, 1.0, 1e9, "MB")
    within("n_requests", n_requests, 1000, 200_000)
    within("seed", seed, 0, 2**31 - 1)
    table = kernels.limits(
        LIMITS.index(limit), float(rate_per_s), int(vcpus), int(workers), int(connections),
        int(held_whole), float(timeout_ms or 0.0), int(backlog), float(application_ms),
        float(away_ms), float(database_ms), float(io_ms), float(switching), float(worker_mb),
        float(memory_mb), int(WARM_UP * n_requests), int(n_requests), int(seed),
    )  # fmt: skip
    found = {int(row[kernels.SIZE]): _outcome(row) for row in table.tolist()}
    given = {WORKERS: workers, CONNECTIONS: connections, VCPUS: vcpus}[limit]
    return {size: found[size] for size in sorted({*SIZES, int(given)})}


def simulate(rate_per_s: float, **given: Any) -> Outcome:
    """With the limits as they are given; arguments, their ranges, Raises: as of `sizes`."""
    return sizes(WORKERS, rate_per_s, **given)[int(given.get("workers", 16))]


def _outcome(row: list[float]) -> Outcome:
    return Outcome(
        workers=int(row[kernels.WORKERS]),
        connections=int(row[kernels.CONNECTIONS]),
        vcpus=int(row[kernels.VCPUS]),
        done_per_s=row[kernels.DONE],
        mean_ms=row[kernels.MEAN],
        p99_ms=row[kernels.P99],
        refused=row[kernels.REFUSED],
        timed_out=row[kernels.TIMED_OUT],
        busy=row[kernels.BUSY],
        idle_while_waited=row[kernels.IDLE_WHILE_WAITED],
        runnable=row[kernels.RUNNABLE],
        workers_used=row[kernels.WORKERS_USED],
        connections_used=row[kernels.CONNECTIONS_USED],
        for_worker_ms=row[kernels.FOR_WORKER],
        for_connection_ms=row[kernels.FOR_CONNECTION],
        limit_per_s=row[kernels.LIMIT],
        full_first=FULL_FIRST[int(row[kernels.FULL_FIRST])],
    )
