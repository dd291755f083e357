"""What memory a machine of its own leaves for a database's pages, and what its disk then allows.

    >>> from scalelab.models.separate_database.memory import ARRANGEMENTS, database
    >>> for memory_gib in (8.0, 16.0, 32.0):
    ...     for arrangement in ARRANGEMENTS:
    ...         it = database(memory_gib, arrangement)
    ...         print(f"{memory_gib:.0f} GiB, {arrangement}: {it.hit_ratio:.0%} found,", end=" ")
    ...         print(f"{it.possible_per_s:.0f} requests/s, then full: {it.full_first}")
    8 GiB, One machine: 32% found, 148 requests/s, then full: Disk
    8 GiB, Database apart: 59% found, 243 requests/s, then full: Disk
    16 GiB, One machine: 64% found, 274 requests/s, then full: Disk
    16 GiB, Database apart: 74% found, 391 requests/s, then full: Disk
    32 GiB, One machine: 87% found, 400 requests/s, then full: vCPUs
    32 GiB, Database apart: 93% found, 571 requests/s, then full: vCPUs

The same without groups of pages is in `scalelab.theory.separate_database.memory`.
"""

from dataclasses import dataclass

from scalelab.facts.block_storage import GP3_BASELINE
from scalelab.kernels import shop
from scalelab.kernels.separate_database import memory as kernels
from scalelab.models.check import one_of, within

ARRANGEMENTS = ONE_MACHINE, APART = ("One machine", "Database apart")
LIMITS = DISK, VCPUS = ("Disk", "vCPUs")
PAGES_PER_GIB = int(kernels.PAGES_PER_GIB)
SYSTEM_GIB = kernels.SYSTEM_GIB
LEAST_GIB = kernels.LEAST_GIB

# Assumptions, all of them: the shop's application, its data, and how uneven its pages are.
APPLICATION_GIB = 6.0
DATA_GIB = 40.0
SKEW = 0.8
PAGES = 30.0  # three queries, each with the way down an index and the rows that it finds
RATE_PER_S = 300.0


@dataclass(frozen=True)
class Database:
    """A database with ``cache_gib`` of memory for its pages.

    A share ``hit_ratio`` of the pages that a request looks up is found there; ``reads`` come from
    the disk. The disk allows ``disk_per_s`` requests/s (None if nothing is read), the vCPUs
    ``cpu_per_s``, of all machines that there are; ``possible_per_s`` is the lesser of the two and
    ``full_first`` says which. The disk is busy for a share ``disk_busy`` of the time;
    ``disk_wait_ms`` is the mean time that a request waits for it, all its reads together, None if
    more requests come than are possible.
    """

    cache_gib: float
    hit_ratio: float
    reads: float
    disk_per_s: float | None
    cpu_per_s: float
    possible_per_s: float
    full_first: str
    disk_busy: float
    disk_wait_ms: float | None


def database(
    memory_gib: float,
    arrangement: str = APART,
    application_gib: float = APPLICATION_GIB,
    data_gib: float = DATA_GIB,
    skew: float = SKEW,
    pages: float = PAGES,
    iops: float = GP3_BASELINE.value,
    rate_per_s: float = RATE_PER_S,
    vcpus: int = shop.VCPUS,
) -> Database:
    """The database in one of the two arrangements; apart, both machines are of the same size.

    Parameters
    ----------
    memory_gib : memory of a machine, 2 to 1024 GiB. The system takes 1 GiB of it.
    arrangement : one of `ARRANGEMENTS`.
    application_gib : what the application's processes take on one machine, 0 to 1024 GiB. With no
        room at all, 0.1 GiB are left for pages.
    data_gib : tables and indexes, in pages of 8 kB, 0.2 to 1024 GiB.
    skew : the k-th most popular page is asked for in proportion to k**-skew, 0 to 1.5. An
        assumption.
    pages : that a request looks up, 0.1 to 10,000. An assumption.
    iops : reads/s that the disk does, 10 to 1e7.
    rate_per_s : requests that come, 0.1 to 1e6 /s.
    vcpus : of each machine, 1 to 256.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    The hit ratio is H. Che, Y. Tung and Z. Wang's approximation of that of LRU ("Hierarchical web
    caching systems: modeling, design and experimental results", IEEE JSAC 20(7), 2002). Ranks from
    the fortieth on are taken together with those up to 5% higher: hit ratios are within 2e-5 of
    those of all pages one by one. The disk is an M/M/1 queue.

    Leaves out: that databases approximate LRU (a clock, a list with two ends); scans that push out
    everything else; writes, the log and checkpoints; pages that are held twice, by the database
    and by the system; requests for one page that make another more likely; a disk that does many
    reads at once, and a limit in bytes; what the processor does for a read.
    """
    within("memory_gib", memory_gib, 2.0, 1024.0, "GiB")
    one_of("arrangement", arrangement, ARRANGEMENTS)
    within("application_gib", application_gib, 0.0, 1024.0, "GiB")
    within("data_gib", data_gib, 0.2, 1024.0, "GiB")
    within("skew", skew, 0.0, 1.5)
    within("pages", pages, 0.1, 10_000.0)
    within("iops", iops, 10.0, 1e7, "reads/s")
    within("rate_per_s", rate_per_s, 0.1, 1e6, "requests/s")
    within("vcpus", vcpus, 1, 256)
    table = kernels.memory(
        float(memory_gib), float(application_gib), float(data_gib), float(skew), float(pages),
        float(iops), float(rate_per_s), int(vcpus),
    )  # fmt: skip
    (row,) = table[
        (table[:, kernels.HERE] == 1.0)
        & (table[:, kernels.ARRANGEMENT] == ARRANGEMENTS.index(arrangement))
    ].tolist()
    return Database(
        cache_gib=row[kernels.CACHE],
        hit_ratio=row[kernels.HIT],
        reads=row[kernels.READS],
        disk_per_s=row[kernels.DISK_MOST] if row[kernels.READS_DISK] == 1.0 else None,
        cpu_per_s=row[kernels.CPU_MOST],
        possible_per_s=row[kernels.POSSIBLE],
        full_first=LIMITS[int(row[kernels.FULL_FIRST])],
        disk_busy=row[kernels.DISK_BUSY],
        disk_wait_ms=row[kernels.WAIT] if row[kernels.KEEPS_UP] == 1.0 else None,
    )
