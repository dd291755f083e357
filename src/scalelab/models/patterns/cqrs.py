"""CQRS: machines for one model and for several, and how long a write is missed by those who read.

    >>> from scalelab.models.patterns.cqrs import compare
    >>> found = compare()
    >>> found.machines["One model, shards"], found.machines["CQRS, a store each"]
    (4, 13)
    >>> print(f"{found.queued_ms:.1f} ms in queues, {found.missed:.1%} miss their own write")
    43.6 ms in queues, 74.4% miss their own write

Other ways to the same numbers are in `scalelab.theory.patterns.cqrs`.
"""

from dataclasses import dataclass

from scalelab.facts.cqrs import ELASTIC_REFRESH
from scalelab.kernels import shop
from scalelab.kernels.patterns import cqrs as kernels
from scalelab.models.check import within

DESIGNS = (
    "One model, shards",
    "One model, with copies",
    "CQRS, one read store",
    "CQRS, a store each",
)
REMEDIES = ("None", "300 ms pause", "Wait for version", "Write model, 5 s", "Command's answer")
RATE_PER_S = 2000.0
READ_SHARE = 1.0 - shop.WRITE_SHARE
EVERY_MS = 1000.0 * ELASTIC_REFRESH.value
# The shop's request is three queries of a millisecond, so a query here looks into three tables.
LOOKUP_MS, WRITE_MS = 1.0, shop.DATABASE_MS
# Assumptions, all that follow.
MODELS, TABLES, NO_KEY, ROWS = 4, 3, 0.1, 2
INDEX_MS, OUTBOX_MS = 0.25, 1.0
MOST_BUSY, LOG_MACHINES = 0.7, 3
RELAY_MS, LOG_MS, ROW_MS = 1.0, 2.0, 4.0
PROJECTORS, DELAY_MS = 1, 300.0
PAUSE_MS, PIN_MS, AGAIN_MS = 300.0, 5000.0, 100.0
THINK_MS = 1000.0 * shop.THINK_S
EVENTS, SEED = 8000, 1


@dataclass(frozen=True)
class Remedy:
    """``missed`` of the customers do not see their write, ``extra_work`` comes on top of all.

    Where the write model is read at first, they are those who do not see it when that ends.

    ``wait_ms`` and its 99th percentile are what the read takes longer; None if it waits for ever.
    """

    missed: float
    wait_ms: float | None
    wait_99_ms: float | None
    extra_work: float


@dataclass(frozen=True)
class Compared:
    """``machines`` of each of `DESIGNS`, None if no number is enough; ``work`` in busy vCPUs.

    ``write_ms``: of a vCPU, for a write, in one model and with CQRS. ``break_even``: CQRS is less
    work if more than this share are reads. ``crossing_per_s``: from there on a store for each read
    model takes fewer machines than either kind of one model, within a grid of a fifth; None: never.

    Lags are from a write until it is visible: ``lag_ms`` and ``lag_99_ms`` with rows made visible
    at a tick, ``queued_ms`` without, ``polled_ms`` if the outbox is polled in place of it; None if
    projectors do not keep up, as ``projector_ms``. ``missed``, ``missed_streamed`` and
    ``missed_polled``: shares of customers who do not see their own write. ``pinned_load``: of the
    write model, over that without the remedy of reading there.
    """

    machines: dict[str, int | None]
    work_one: float
    work_cqrs: float
    write_ms_one: float
    write_ms_cqrs: float
    break_even: float
    crossing_per_s: float | None
    busy: float
    projectors_needed: int
    projector_ms: float | None
    queued_ms: float | None
    lag_ms: float | None
    lag_99_ms: float | None
    polled_ms: float | None
    missed: float
    missed_streamed: float
    missed_polled: float
    remedies: dict[str, Remedy]
    pinned_load: float


def compare(
    rate_per_s: float = RATE_PER_S,
    read_share: float = READ_SHARE,
    models: int = MODELS,
    tables: int = TABLES,
    no_key: float = NO_KEY,
    rows: int = ROWS,
    projectors: int = PROJECTORS,
    every_ms: float = EVERY_MS,
    delay_ms: float = DELAY_MS,
    lookup_ms: float = LOOKUP_MS,
    write_ms: float = WRITE_MS,
    index_ms: float = INDEX_MS,
    outbox_ms: float = OUTBOX_MS,
    most_busy: float = MOST_BUSY,
    log_machines: int = LOG_MACHINES,
    relay_ms: float = RELAY_MS,
    log_ms: float = LOG_MS,
    row_ms: float = ROW_MS,
    events: int = EVENTS,
    seed: int = SEED,
) -> Compared:
    """One model, and one for writing with ``models`` for reading, under the same requests.

    Parameters
    ----------
    rate_per_s : requests, 1 to 1e6.
    read_share : of them that read, 0 to 0.9999.
    models : kinds of queries; each has an index in one model, or a read model, 1 to 100.
    tables : that a query looks into in one model, 1 to 50.
    no_key : share of the queries that do not know the shard key, 0 to 1.
    rows : that an event changes in each read model, 1 to 1000.
    projectors : of each read model, which share its events, 1 to 10,000.
    every_ms : rows become visible, or the outbox is polled, so often; 0 (at once), or 1 to 1e6 ms.
    delay_ms : until the customer who wrote reads it, 0 to 1e6 ms.
    lookup_ms : of a vCPU, for a row that is found or changed, 0.001 to 1000 ms.
    write_ms : of a vCPU, for a write without indexes, 0.001 to 1000 ms.
    index_ms : for an entry of an index, 0 to 1000 ms.
    outbox_ms : to leave an event with the write, 0 to 1000 ms.
    most_busy : each machine of four vCPUs at most, 0.05 to 1.
    log_machines : of the log, 0 to 100.
    relay_ms, log_ms : an event takes so long on average there, 0.001 to 1000 ms.
    row_ms : a projector takes so long for a row, on average, 0.001 to 1000 ms.
    events : of each of four simulated runs of the polled outbox, 100 to 1e6.
    seed : of these, 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Lags are exact for Poisson writes and exponential times (P. J. Burke, "The output of a queuing
    system", Operations Research 4(6), 1956; E. Reich, "Waiting times when queues are in tandem",
    Annals of Mathematical Statistics 28(3), 1957), and a tick whose phase is independent of them.
    A polled outbox brings batches, and is simulated. Machines are those that have room for the
    work, and one more for each store; with copies, the fewest over 400 numbers of shards.

    Leaves out: how long a query waits, memory and disks, caches, queries that no read model was
    made for, hot keys, transactions across shards, faults and replays, the people who keep several
    models in step.
    """
    within("rate_per_s", rate_per_s, 1.0, 1e6, "requests/s")
    within("read_share", read_share, 0.0, 0.9999, advice="a share, not a percentage")
    within("models", models, 1, 100)
    within("tables", tables, 1, 50)
    within("no_key", no_key, 0.0, 1.0, advice="a share, not a percentage")
    within("rows", rows, 1, 1000)
    within("projectors", projectors, 1, 10_000)
    if every_ms != 0.0:
        within("every_ms", every_ms, 1.0, 1e6, "ms", "or 0 for at once")
    within("delay_ms", delay_ms, 0.0, 1e6, "ms")
    within("lookup_ms", lookup_ms, 0.001, 1000.0, "ms")
    within("write_ms", write_ms, 0.001, 1000.0, "ms")
    within("index_ms", index_ms, 0.0, 1000.0, "ms")
    within("outbox_ms", outbox_ms, 0.0, 1000.0, "ms")
    within("most_busy", most_busy, 0.05, 1.0, advice="a share, not a percentage")
    within("log_machines", log_machines, 0, 100)
    within("relay_ms", relay_ms, 0.001, 1000.0, "ms")
    within("log_ms", log_ms, 0.001, 1000.0, "ms")
    within("row_ms", row_ms, 0.001, 1000.0, "ms")
    within("events", events, 100, 1_000_000)
    within("seed", seed, 0, 2**31 - 1)
    table = kernels.cqrs(
        float(rate_per_s), float(read_share), int(models), int(tables), float(no_key), int(rows),
        int(projectors), float(every_ms), float(delay_ms), float(lookup_ms), float(write_ms),
        float(index_ms), float(outbox_ms), shop.VCPUS, float(most_busy), int(log_machines),
        float(relay_ms), float(log_ms), float(row_ms), PAUSE_MS, PIN_MS, THINK_MS, AGAIN_MS,
        int(events), int(seed),
    )  # fmt: skip
    (here,) = table[table[:, kernels.KIND] == kernels.HERE].tolist()
    ways = table[table[:, kernels.KIND] == kernels.REMEDY].tolist()
    steady = here[kernels.STEADY] == 1.0

    def lag(column: int) -> float | None:
        return here[column] if steady else None

    remedies = {}
    for i, name in enumerate(REMEDIES):
        never = not steady and i == kernels.VERSION
        remedies[name] = Remedy(
            missed=ways[i][kernels.MISSED],
            wait_ms=None if never else ways[i][kernels.WAIT],
            wait_99_ms=None if never else ways[i][kernels.WAIT_99],
            extra_work=ways[i][kernels.EXTRA],
        )
    counts = here[kernels.MACHINES : kernels.MACHINES + kernels.DESIGNS]
    return Compared(
        machines={name: int(n) or None for name, n in zip(DESIGNS, counts, strict=True)},
        work_one=here[kernels.ONE_WORK],
        work_cqrs=here[kernels.CQRS_WORK],
        write_ms_one=here[kernels.ONE_WRITE],
        write_ms_cqrs=here[kernels.CQRS_WRITE],
        break_even=here[kernels.BREAK_EVEN],
        crossing_per_s=here[kernels.CROSSING] if here[kernels.CROSSES] == 1.0 else None,
        busy=here[kernels.BUSY],
        projectors_needed=int(here[kernels.NEEDED]),
        projector_ms=lag(kernels.PROJECTING),
        queued_ms=lag(kernels.QUEUED),
        lag_ms=lag(kernels.LAG),
        lag_99_ms=lag(kernels.LAG_99),
        polled_ms=lag(kernels.POLL_LAG),
        missed=here[kernels.TICKED],
        missed_streamed=here[kernels.STREAMED],
        missed_polled=here[kernels.POLLED],
        remedies=remedies,
        pinned_load=here[kernels.PINNED_LOAD],
    )
