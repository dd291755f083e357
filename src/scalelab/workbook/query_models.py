"""How each kind of query is answered: by all shards, by an index, or by a read model."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from math import ceil
from typing import Any, NamedTuple

from scalelab.kernels import shop
from scalelab.models.patterns import cqrs
from scalelab.workbook.calls import called_for_any
from scalelab.workbook.hint import NotYet, expect, several

WAYS = ("shards", "index", "read model")
MOST_SHARDS = 40
MACHINES_PER_SHARD = 2  # the second one takes over
# What a machine may do in a second, four vCPUs that are busy for 70%.
MACHINE_MS = 1000.0 * shop.VCPUS * cqrs.MOST_BUSY
LOOKUP_MS, WRITE_MS, INDEX_MS = cqrs.LOOKUP_MS, cqrs.WRITE_MS, cqrs.INDEX_MS
EVENT_MS, ROWS_MS = cqrs.OUTBOX_MS, cqrs.ROWS * cqrs.ROW_MS
LOG_MACHINES = cqrs.LOG_MACHINES


class Query(NamedTuple):
    """A kind of query: how many in a second, in how many tables it looks, and whether the customer
    has to see what was just written.
    """

    per_s: float
    tables: int
    fresh: bool


class Shop(NamedTuple):
    writes_per_s: float
    queries: tuple[Query, ...]


MINE = Query(300.0, 3, True)
PRODUCT = Query(1200.0, 3, False)
SEARCH = Query(400.0, 5, False)
PACKING = Query(20.0, 2, False)
REPORT = Query(2.0, 6, False)
STOCK = Query(700.0, 1, True)

SHOPS = (
    Shop(100.0, (MINE, PRODUCT, SEARCH, PACKING)),
    Shop(100.0, (MINE, REPORT)),
    Shop(5.0, (REPORT, PACKING)),
    Shop(400.0, (MINE, Query(9000.0, 3, False), Query(6000.0, 4, False), PACKING)),
    Shop(400.0, (Query(9000.0, 1, False), Query(2900.0, 1, True), REPORT)),
    Shop(1500.0, (STOCK, Query(5000.0, 6, False), REPORT, PACKING)),
    Shop(1500.0, (Query(60_000.0, 5, True), REPORT)),
    Shop(3000.0, (Query(10.0, 2, False),) * 5),
    Shop(25_000.0, (REPORT,)),
    Shop(20.0, (Query(2000.0, 4, False), Query(30.0, 1, True))),
    Shop(4010.0, (Query(40.0, 3, True), Query(900.0, 8, False), Query(700.0, 8, False))),
    Shop(2000.0, (Query(2.0, 8, True), Query(1200.0, 8, False), Query(3000.0, 8, False),
                  Query(1200.0, 8, False))),
    Shop(1000.0, (Query(700.0, 3, True), PACKING, Query(6000.0, 2, False),
                  Query(1200.0, 5, True))),
    Shop(20.0, (Query(9000.0, 1, False), Query(6000.0, 5, False))),
    Shop(1010.0, (Query(6000.0, 1, False), Query(3000.0, 3, False), Query(700.0, 5, False),
                  Query(9000.0, 1, False))),
)  # fmt: skip

Ways = tuple[str, ...]


def shard_ms(of: Shop, ways: Ways, shards: int) -> float:
    """Work of each shard in a second."""
    write_ms = WRITE_MS + INDEX_MS * ways.count("index")
    if "read model" in ways:
        write_ms += EVENT_MS
    spread, each = of.writes_per_s * write_ms, 0.0
    for query, way in zip(of.queries, ways, strict=True):
        if way == "shards":
            each += query.per_s * LOOKUP_MS
        elif way == "index":
            spread += query.per_s * LOOKUP_MS * query.tables
    return each + spread / shards


def store_machines(of: Shop, query: Query) -> int:
    """Of one read model, with one to spare."""
    return ceil((query.per_s * LOOKUP_MS + of.writes_per_s * ROWS_MS) / MACHINE_MS) + 1


def machines_of(of: Shop, ways: Ways, shards: int) -> int:
    found = MACHINES_PER_SHARD * shards
    if "read model" in ways:
        found += LOG_MACHINES
    for query, way in zip(of.queries, ways, strict=True):
        if way == "read model":
            found += store_machines(of, query)
    return found


def allowed(of: Query) -> Ways:
    return WAYS[:2] if of.fresh else WAYS


def can(of: Shop, ways: Ways, shards: int) -> bool:
    return shard_ms(of, ways, shards) <= MACHINE_MS


def designs(of: Shop) -> Iterator[tuple[int, Ways]]:
    """For each choice of ways the fewest shards that can do it."""
    for ways in product(*map(allowed, of.queries)):
        for shards in range(1, MOST_SHARDS + 1):
            if can(of, ways, shards):
                yield shards, ways
                break


@cache
def least_of(of: Shop) -> int | None:
    """Machines."""
    return min((machines_of(of, ways, shards) for shards, ways in designs(of)), default=None)


def task_8(design: Callable[..., Any]) -> None:
    """Can do the work, is fresh where it has to be, with the fewest machines."""
    for of in SHOPS:
        reads = ", ".join(f"{one.per_s:g}" for one in of.queries)
        case = f"{of.writes_per_s:,.0f} writes/s, queries {reads}/s"
        said = called_for_any(case, design, of.writes_per_s, list(of.queries))
        least = least_of(of)
        if said is None:
            expect(least is None, f"{case}: there is a design that can do it. Is there a return?")
            continue
        shards, ways = several("design", said, "the shards", "a way for each query")
        _is_design(shards, ways, of, case)
        ways = tuple(ways)
        seen = f"{case}: {shards} shards, {', '.join(ways)}"
        if not can(of, ways, shards):
            raise NotYet(f"{seen}: {_too_much(of, ways, shards)}")
        machines = machines_of(of, ways, shards)
        expect(
            least is not None and machines <= least,
            f"{seen}: {machines} machines. It can be had with fewer. {_dear(of, ways, shards)}",
        )
    print(f"Right, for {len(SHOPS)} shops.")


def _is_design(shards: Any, ways: Any, of: Shop, case: str) -> None:
    expect(
        isinstance(shards, int) and not isinstance(shards, bool) and 1 <= shards <= MOST_SHARDS,
        f"{case}: {shards!r} shards. There are 1 to {MOST_SHARDS}.",
    )
    expect(
        isinstance(ways, list | tuple) and len(ways) == len(of.queries),
        f"{case}: {str(ways)[:60]} is no list with a way for each query.",
    )
    for i, (query, way) in enumerate(zip(of.queries, ways, strict=True)):
        expect(way in WAYS, f"{case}: {way!r} is none of {WAYS}.")
        expect(
            way in allowed(query),
            f"{case}: query {i} has to see what was just written, and its read model may not have "
            "it yet.",
        )


def _too_much(of: Shop, ways: Ways, shards: int) -> str:
    """What was forgotten, if the work of a shard is more than it may do."""
    work = shard_ms(of, ways, shards)
    seen = f"each shard has {work:,.0f} ms of work in a second, and may do {MACHINE_MS:,.0f}."
    if least_of(of) is None:
        return f"{seen} Is there a design that can do it?"
    if "read model" in ways and work - of.writes_per_s * EVENT_MS / shards <= MACHINE_MS:
        return f"{seen} What does an event cost, and who writes it?"
    asked = (
        sum(query.per_s for query, way in zip(of.queries, ways, strict=True) if way == "shards")
        * LOOKUP_MS
    )
    if asked > 0.0 and work - asked + asked / shards <= MACHINE_MS:
        return f"{seen} A query that asks all shards is work for each of them."
    indexes = ways.count("index") * INDEX_MS * of.writes_per_s / shards
    if work - indexes <= MACHINE_MS:
        return f"{seen} Each index is something to write, too."
    once = sum(
        (query.tables - 1) * query.per_s * LOOKUP_MS / shards
        for query, way in zip(of.queries, ways, strict=True)
        if way == "index"
    )
    if work - once <= MACHINE_MS:
        return f"{seen} With an index there is a look-up in each table."
    return f"{seen} Do more shards help?"


def _dear(of: Shop, ways: Ways, shards: int) -> str:
    if shards > 1 and can(of, ways, shards - 1):
        return "One shard less can do it."
    if ways.count("read model") == 1:
        return "The log is paid for one read model."
    if "read model" in ways:
        return "Who needs a read model of its own?"
    return "What would an index, or a read model, take off the shards?"
