"""Leaks between layers: lists that are loaded row by row, and changes that touch everything.

    >>> from scalelab.models.patterns.leaks import load, spread
    >>> for way, found in load(200).items():
    ...     print(f"{way}: {found.queries} queries, {found.page_ms:.0f} ms,", end=" ")
    ...     print(f"{found.most_per_s:,.0f} pages a second")
    row by row: 201 queries, 176 ms, 575 pages a second
    in batches: 3 queries, 37 ms, 3,223 pages a second
    join: 1 queries, 34 ms, 3,527 pages a second
    >>> none, check = spread(0.05)
    >>> 2.0 * check.share < none.share
    True

Other ways to the same numbers are in `scalelab.theory.patterns.leaks`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.facts.leaks import HIKARI_POOL, MAX_CONNECTIONS, RESERVED
from scalelab.kernels import shop
from scalelab.kernels.jit import Table
from scalelab.kernels.patterns import leaks as kernels
from scalelab.models.check import one_of, within

WAYS = ("row by row", "in batches", "join")
SERIES = (*WAYS, "no check", "check")
DIRECTIONS = ("upwards", "past a layer", "anywhere")
LIMITS = ("the application's vCPUs", "connections", "the database's vCPUs")

OWN_MS = shop.MACHINE_MS  # a page's work besides
TRIP_MS = DATA_CENTRE_ROUND_TRIP.value
POOL = int(HIKARI_POOL.value)  # of each application machine
CONNECTIONS = int(MAX_CONNECTIONS.value - RESERVED.value)
# Assumptions. An index look-up by one key is much cheaper than one of the shop's mean queries.
QUERY_DATABASE_MS = QUERY_APP_MS = 0.1  # plan and look-up; statement, and waking up for the result
ROW_DATABASE_MS, ROW_APP_MS = 0.002, 0.02  # read and sent; made an object
PARENT_BYTES, CHILD_BYTES = 500.0, 100.0
BYTES_PER_MS = 125_000.0  # 1 Gbit/s
DATABASE_VCPUS = 16
ROWS, CHILDREN, COLLECTIONS, BATCH = 200, 5, 1, 100
TEST_ROWS, TEST_TRIP_MS = 5, 0.05  # a database on the same machine
# 100 modules in four layers; 150 dependencies, two for each module that has a layer below it.
AT_FIRST, PER_MONTH = 150.0, 3.0
SHORTCUTS, RIPPLE = 0.05, 1.0
SEED = 1


class Work(NamedTuple):
    """What a query and a row cost at either end (ms), how large rows are, and what else there is.

    ``bytes_per_ms`` pass between the two; ``own_ms`` is what the page takes besides.
    """

    query_database_ms: float = QUERY_DATABASE_MS
    query_app_ms: float = QUERY_APP_MS
    row_database_ms: float = ROW_DATABASE_MS
    row_app_ms: float = ROW_APP_MS
    parent_bytes: float = PARENT_BYTES
    child_bytes: float = CHILD_BYTES
    bytes_per_ms: float = BYTES_PER_MS
    own_ms: float = OWN_MS


WORK = Work()


@dataclass(frozen=True)
class Loaded:
    """A page that is loaded in one of the `WAYS`.

    It takes ``page_ms``, with so many ``queries`` whose results have so many ``rows`` and
    ``kilobytes``, and holds a connection for ``hold_ms``. Of that the application works for
    ``app_ms`` (its own work included) and the database for ``database_ms``. ``most_per_s`` such
    pages can be shown by the machines that there are, for more of which there is not enough of
    ``limit``; then the database's vCPUs are busy for the share ``database_busy``.
    """

    page_ms: float
    queries: int
    rows: int
    kilobytes: float
    hold_ms: float
    app_ms: float
    database_ms: float
    most_per_s: float
    limit: str
    database_busy: float


@dataclass(frozen=True)
class Spread:
    """How far a change spreads after five years, mean of 40 histories.

    It touches a ``share`` of the modules, itself included, and from ``low`` to ``high`` in four
    histories of five. ``over_years`` has the same share at the end of each third month, from the
    beginning. A share ``all_layers`` of the changes touches modules of all layers. The largest
    group of modules that all touch each other has ``tangle`` of them. There are ``dependencies``,
    ``shortcuts`` of which break the rule.
    """

    share: float
    low: float
    high: float
    over_years: tuple[float, ...]
    all_layers: float
    tangle: float
    shortcuts: float
    dependencies: float


def load(
    rows: int = ROWS,
    trip_ms: float = TRIP_MS,
    children: int = CHILDREN,
    collections: int = COLLECTIONS,
    batch: int = BATCH,
    machines: int | None = None,
    work: Work = WORK,
    app_vcpus: int = shop.VCPUS,
    database_vcpus: int = DATABASE_VCPUS,
    pool: int = POOL,
    connections: int = CONNECTIONS,
) -> dict[str, Loaded]:
    """A page with a list, by each of the three `WAYS` to load it.

    Parameters
    ----------
    rows : parents shown, 1 to 100,000.
    trip_ms : a round trip to the database, 0 to 1000 ms.
    children : of each parent, in each collection, 1 to 1000.
    collections : of each parent, 0 to 4.
    batch : parents whose children are asked for at once, 1 to 100,000.
    machines : of the application, 1 to 1e6; None for as many as you like.
    work : costs of queries and rows, 0 to 1000 ms each, and rows of 0 to 1e7 bytes; 1 to 1e9 bytes
        a millisecond; of the page itself 0.001 to 60,000 ms.
    app_vcpus, database_vcpus : of each application machine, and of the database, 1 to 1024.
    pool, connections : that a machine may open, and that the database accepts, 1 to 100,000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if all queries, rows and trips are free.

    Notes
    -----
    Exact sums: 1 + kN queries row by row, 1 + k times N / b in batches, one for a join. Queries of
    a page are made one after the other; so a connection is held for all of their trips and work,
    and by Little's law (Operations Research 9(3) 1961) a pool of c does c / hold pages.

    Leaves out: queues, which make all of it slower long before something is used up (see the labs
    on pools); caches; parents that share a child, which is loaded once; numbers of children that
    differ; plans of the database that change with the size of a join; connections that are held
    while the page does something else.
    """
    within("rows", rows, 1, 100_000)
    within("trip_ms", trip_ms, 0.0, 1000.0, "ms")
    within("children", children, 1, 1000)
    within("collections", collections, 0, 4)
    within("batch", batch, 1, 100_000)
    if machines is not None:
        within("machines", machines, 1, 1_000_000)
    for name in ("query_database_ms", "query_app_ms", "row_database_ms", "row_app_ms"):
        within(name, getattr(work, name), 0.0, 1000.0, "ms")
    within("parent_bytes", work.parent_bytes, 0.0, 1e7, "bytes")
    within("child_bytes", work.child_bytes, 0.0, 1e7, "bytes")
    within("bytes_per_ms", work.bytes_per_ms, 1.0, 1e9)
    within("own_ms", work.own_ms, 0.001, 60_000.0, "ms")
    within("app_vcpus", app_vcpus, 1, 1024)
    within("database_vcpus", database_vcpus, 1, 1024)
    within("pool", pool, 1, 100_000)
    within("connections", connections, 1, 100_000)
    database_ms = work.query_database_ms + work.row_database_ms
    within("query_database_ms + row_database_ms", database_ms, 1e-9, 2000.0, "ms",
           "no query is free")  # fmt: skip
    costs = kernels.Costs(
        int(children), int(collections), int(batch), *(float(each) for each in work)
    )
    there = kernels.Machines(int(app_vcpus), int(database_vcpus), int(pool), int(connections))
    found = {}
    for way, name in enumerate(WAYS):
        row = np.zeros(kernels.WIDTH)
        kernels.put_page(row, way, int(rows), float(trip_ms), costs)
        kernels.put_fleet(row, kernels.SO_MANY if machines is None else int(machines), there)
        found[name] = Loaded(
            page_ms=float(row[kernels.PAGE_MS]),
            queries=int(row[kernels.QUERIES]),
            rows=int(row[kernels.RESULT_ROWS]),
            kilobytes=float(row[kernels.KILOBYTES]),
            hold_ms=float(row[kernels.HOLD_MS]),
            app_ms=float(row[kernels.APP_MS]),
            database_ms=float(row[kernels.DATABASE_MS]),
            most_per_s=float(row[kernels.PER_S]),
            limit=LIMITS[int(row[kernels.LIMIT])],
            database_busy=float(row[kernels.BUSY]),
        )
    return found


def spread(
    shortcuts: float = SHORTCUTS,
    direction: str = DIRECTIONS[0],
    ripple: float = RIPPLE,
    check_month: int = 0,
    at_first: float = AT_FIRST,
    per_month: float = PER_MONTH,
    seed: int = SEED,
) -> tuple[Spread, Spread]:
    """Changes in 100 modules of four layers, without a check and with one from a month on.

    Parameters
    ----------
    shortcuts : share of the new dependencies that break the rule, 0 to 1.
    direction : where those point, one of `DIRECTIONS`.
    ripple : chance that a dependency passes changes on, 0 to 1; 1 for all that may be touched.
    check_month : from then on a check refuses shortcuts, and a module of the layer below is used in
        their place, 0 to 60.
    at_first : dependencies at the beginning, each on the layer below, mean of a Poisson number, 0
        to 1000.
    per_month : new ones, likewise, 0 to 50.
    seed : of the random numbers, 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    The share is the propagation cost of A. MacCormack, J. Rusnak and C. Y. Baldwin (Management
    Science 52(7) 2006): what the visibility matrix is filled to. Both histories use the same
    random numbers.

    Leaves out: modules that are added, split or removed; dependencies that go away; changes that
    avoid spreading since people see it coming; that dependencies prefer modules which many use
    already, which makes real ones more uneven; and what a change costs where it does spread.
    """
    within("shortcuts", shortcuts, 0.0, 1.0, advice="a share, not a percentage")
    one_of("direction", direction, DIRECTIONS)
    within("ripple", ripple, 0.0, 1.0, advice="a chance, not a percentage")
    within("check_month", check_month, 0, kernels.MONTHS)
    within("at_first", at_first, 0.0, 1000.0, "dependencies")
    within("per_month", per_month, 0.0, 50.0, "dependencies")
    within("seed", seed, 0, 2**31 - 1)
    table = kernels.changes(
        float(shortcuts), DIRECTIONS.index(direction), float(ripple), int(check_month),
        float(at_first), float(per_month), int(seed),
    )  # fmt: skip
    found = [
        _spread(table[table[:, kernels.SERIES] == series])
        for series in (kernels.FREE, kernels.CHECKED)
    ]
    return found[0], found[1]


def _spread(table: Table) -> Spread:
    row = table[-1].tolist()
    return Spread(
        share=row[kernels.SHARE],
        low=row[kernels.LOWEST],
        high=row[kernels.HIGHEST],
        over_years=tuple(table[:-1, kernels.SHARE].tolist()),
        all_layers=row[kernels.ALL_LAYERS],
        tangle=row[kernels.TANGLE],
        shortcuts=row[kernels.BROKEN],
        dependencies=row[kernels.DEPENDENCIES],
    )
