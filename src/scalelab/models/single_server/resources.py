"""How many customers does one machine serve, what is full first, and what a second one changes.

    >>> from scalelab.models.single_server.resources import APART, ONE, serve
    >>> few, many = serve(1000), serve(5000)
    >>> print(f"{few.response_ms:.0f} ms, then {many.response_ms:,.0f} ms: {many.bottleneck}")
    11 ms, then 2,500 ms: vCPUs
    >>> print(f"the bounds meet at {many.knee:,.0f} customers at once")
    the bounds meet at 4,004 customers at once
    >>> for customers in (1000, 5000):
    ...     both = [serve(customers, each).response_ms for each in (ONE, APART)]
    ...     print(f"{customers}: {both[0]:,.1f} ms, database apart {both[1]:,.1f} ms")
    1000: 11.2 ms, database apart 12.6 ms
    5000: 2,500.0 ms, database apart 23.5 ms

Other ways to the same numbers are in `scalelab.theory.single_server.resources`.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels import shop
from scalelab.kernels.single_server import resources as kernels
from scalelab.models.check import one_of, within

ONE, APART = "One machine", "Database apart"
ARRANGEMENTS = (ONE, APART)
# By the kernel's columns and numbers for them.
PARTS = ("Web", "Application", "Jobs", "Database", "Disk", "Network")
STATIONS = ("vCPUs", "Database's vCPUs", "Disk")
MOST_CUSTOMERS = 20_000
QUERIES = 3.0  # of a request, an assumption; each is a trip through the network


@dataclass(frozen=True)
class Served:
    """So many customers at once; means of the steady state.

    ``response_ms`` is the sum of ``parts_ms``. ``queue``: requests at each of the `STATIONS`, those
    in service included, and ``busy`` how much of it is in use. As many requests come in the busiest
    hour of ``customers_of_the_day``.

    Without any queue a request takes ``light_ms``; ``bottleneck`` is full first, at
    ``ceiling_per_s``; ``knee`` is the number of customers at whom these two bounds meet.
    ``most_per_s`` and ``least_ms`` are the bounds for this number of customers.
    """

    arrangement: str
    customers: int
    throughput_per_s: float
    response_ms: float
    customers_of_the_day: float
    parts_ms: dict[str, float]
    queue: dict[str, float]
    busy: dict[str, float]
    most_per_s: float
    least_ms: float
    light_ms: float
    ceiling_per_s: float
    knee: float
    bottleneck: str


def curve(
    most: int,
    arrangement: str = ONE,
    vcpus: int = shop.VCPUS,
    database_vcpus: int = shop.VCPUS,
    web_ms: float = shop.WEB_MS,
    application_ms: float = shop.APPLICATION_MS,
    jobs_ms: float = shop.JOBS_MS,
    database_ms: float = shop.DATABASE_MS,
    disk_ms: float = shop.DISK_MS,
    queries: float = QUERIES,
    trip_ms: float = DATA_CENTRE_ROUND_TRIP.value,
    think_s: float = shop.THINK_S,
) -> tuple[Served, ...]:
    """From one customer at once to ``most``, in 59 steps that are alike.

    Parameters
    ----------
    most : customers who are on the site at once, 1 to 20,000: who think, or wait for an answer.
    arrangement : one of `ARRANGEMENTS`.
    vcpus : of the one machine, or of the application's, 1 to 64.
    database_vcpus : of the database's own machine, 1 to 64; one machine has none.
    web_ms, application_ms, jobs_ms, database_ms : what a request takes of a vCPU, 0 to 1000 ms; of
        the application 0.01 to 1000. Assumptions, as are all that follow.
    disk_ms : what it takes of the database's disk, 0.001 to 1000 ms.
    queries : trips to the database of a request, one after another, 0 to 1000; on one machine they
        take no time.
    trip_ms : one of them, 0 to 1000 ms, there and back.
    think_s : mean time from an answer to the next request, 0.001 to 10,000 s. Its law does not
        matter.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Exact for this network, by Buzen's convolution. The time grows with customers times vCPUs. What
    a request takes of the vCPUs may follow any law, as all share them; at the disk it is taken to
    be exponential and first come, first served.

    Leaves out: memory, and a cache in it that shrinks when more is run on the machine; one request
    on two vCPUs at once; limits on processes and connections; jobs that run later, when nobody
    waits for them (here they are part of the response), or all at once; customers who give up;
    quantiles; failures: two machines fail more often than one.
    """
    within("most", most, 1, MOST_CUSTOMERS)
    one_of("arrangement", arrangement, ARRANGEMENTS)
    within("vcpus", vcpus, 1, 64)
    within("database_vcpus", database_vcpus, 1, 64)
    within("web_ms", web_ms, 0.0, 1000.0, "ms")
    within("application_ms", application_ms, 0.01, 1000.0, "ms")
    within("jobs_ms", jobs_ms, 0.0, 1000.0, "ms")
    within("database_ms", database_ms, 0.0, 1000.0, "ms")
    within("disk_ms", disk_ms, 0.001, 1000.0, "ms")
    within("queries", queries, 0.0, 1000.0)
    within("trip_ms", trip_ms, 0.0, 1000.0, "ms")
    within("think_s", think_s, 0.001, 10_000.0, "s")
    table = kernels.resources(
        1, int(vcpus), int(database_vcpus), float(web_ms), float(application_ms), float(jobs_ms),
        float(database_ms), float(disk_ms), float(queries), float(trip_ms), float(think_s),
        int(most), shop.CUSTOMER_RATE,
    )  # fmt: skip
    first = ARRANGEMENTS.index(arrangement) * (kernels.POINTS + 1)
    return tuple(_served(row) for row in table[first : first + kernels.POINTS].tolist())


def serve(customers: int, arrangement: str = ONE, **given: Any) -> Served:
    """So many customers at once, 1 to 20,000; further arguments, their ranges: as for `curve`."""
    within("customers", customers, 1, MOST_CUSTOMERS)
    return curve(customers, arrangement, **given)[-1]


def at_once(customers_of_the_day: float, arrangement: str = ONE, **given: Any) -> int:
    """Customers at once in the busiest hour of a day with so many, each 0.002 requests/s in it.

    The fewest whose requests are as many.

    Parameters
    ----------
    customers_of_the_day : 1 to 1e9.
    arrangement, given : as for `curve`.

    Raises
    ------
    ValueError
        As `curve` does, and if not even 20,000 at once make as many requests: the machine cannot.
    """
    within("customers_of_the_day", customers_of_the_day, 1.0, 1e9)

    def of_the_day(customers: int) -> float:
        return serve(customers, arrangement, **given).customers_of_the_day

    found = 1 + bisect_left(range(1, MOST_CUSTOMERS + 1), customers_of_the_day, key=of_the_day)
    if found > MOST_CUSTOMERS:
        most = of_the_day(MOST_CUSTOMERS)
        raise ValueError(
            f"customers_of_the_day is {customers_of_the_day:g}, and {MOST_CUSTOMERS} customers at "
            f"once are those of {most:,.0f} a day; take more vCPUs or less work"
        )
    return found


def _served(row: list[float]) -> Served:
    def by(names: tuple[str, ...], first: int) -> dict[str, float]:
        return {name: row[first + i] for i, name in enumerate(names)}

    return Served(
        arrangement=ARRANGEMENTS[int(row[kernels.ARRANGEMENT])],
        customers=int(row[kernels.CUSTOMERS]),
        throughput_per_s=row[kernels.THROUGHPUT],
        response_ms=row[kernels.RESPONSE],
        customers_of_the_day=row[kernels.OF_THE_DAY],
        parts_ms=by(PARTS, kernels.WEB),
        queue=by(STATIONS, kernels.CPU_QUEUE),
        busy=by(STATIONS, kernels.CPU_BUSY),
        most_per_s=row[kernels.MOST],
        least_ms=row[kernels.LEAST],
        light_ms=row[kernels.LIGHT],
        ceiling_per_s=row[kernels.CEILING],
        knee=row[kernels.KNEE],
        bottleneck=STATIONS[int(row[kernels.BOTTLENECK])],
    )
