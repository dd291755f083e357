"""Checks of the workbook on the database's own machine: each prints that all is well, or hints.

Functions are called with several sets of data, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import cache
from math import ceil, isclose
from random import Random
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any, NamedTuple

from scalelab.facts import postgres
from scalelab.kernels.separate_database import index as index_kernel
from scalelab.kernels.separate_database import replicas as replicas_kernel
from scalelab.models.separate_database.choice import choose
from scalelab.workbook.connections import Connection, Database
from scalelab.workbook.hint import NotYet, answered, expect, number, several
from scalelab.workbook.queries import QUERIES, Work, shop_database, worked


def _near(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _is_none_of(
    seen: str, said: float, right: float, wrong: Sequence[tuple[float, str]], otherwise: str
) -> None:
    """Nothing if ``said`` is ``right``; or the hint of the wrong way that leads to it."""
    if _near(said, right):
        return
    for value, hint in wrong:
        expect(not _near(said, value), f"{seen}: {hint}")
    raise NotYet(f"{seen}: {otherwise}")


# --- 1 ---


class Disk(NamedTuple):
    """Pages of a request, reads/s of the disk, how busy it may be; hit ratio; requests/s."""

    pages: float
    iops: float
    most_busy: float
    hit_ratio: float
    rate_per_s: float


DISKS = (
    Disk(30.0, 3000.0, 1.0, 0.74, 400.0),
    Disk(30.0, 3000.0, 0.7, 0.99, 571.0),
    Disk(80.0, 500.0, 0.5, 0.9, 60.0),
    Disk(12.0, 16000.0, 0.6, 0.5, 2000.0),
    Disk(7.0, 16000.0, 0.9, 0.97, 1500.0),
)


def task_1(disk: Callable[..., Any]) -> None:
    """What a disk allows, which hit ratio it takes, and what a hundredth of it is worth."""
    for of in DISKS:
        said = answered(disk, *of)
        names = ("requests/s that the disk allows", "hit ratio that is needed",
                 "times as many reads")  # fmt: skip
        allowed, needed, more = several("disk", said, *names)
        _is_allowed(of, number("the first", allowed))
        _is_needed(of, number("the second", needed))
        _is_more(of, number("the third", more))
    print(f"Right, for {len(DISKS)} disks.")


def _of_disk(of: Disk) -> str:
    return (
        f"{of.pages:g} pages, {of.iops:g} reads/s, {of.most_busy:.0%} busy, {of.hit_ratio:.0%} "
        f"found, {of.rate_per_s:g} requests/s"
    )


def _is_allowed(of: Disk, said: float) -> None:
    pages, iops, busy, hit, _ = of
    missed = 1.0 - hit
    _is_none_of(
        f"{_of_disk(of)}: it allows {said:.5g} requests/s", said, iops * busy / (pages * missed),
        (
            (iops / (pages * missed), "the disk would be busy all the time."),
            (iops / (pages * missed) / busy, "a disk that is left some room does less, not more."),
            (iops * busy / missed, "a request looks up several pages."),
            (iops * busy / pages, "as if nothing were found in memory."),
            (iops * busy / (pages * hit), "which of the pages does the disk have to read?"),
            (iops * busy * missed / pages, "with more hits it would allow fewer."),
            (iops * busy * hit / pages, "with all pages found it would still read each of them."),
            (iops * busy * pages / missed, "the more pages a request needs, the more it allows?"),
        ),
        "how many reads does one request bring to the disk?",
    )  # fmt: skip


def _is_needed(of: Disk, said: float) -> None:
    pages, iops, busy, _, rate = of
    least = 1.0 - iops * busy / (pages * rate)
    seen = f"{_of_disk(of)}: a hit ratio of {said:.5g} is needed"
    expect(said >= 0.0, f"{seen}. A share is not negative; what if the disk can read everything?")
    full = max(0.0, 1.0 - iops / (pages * rate))
    _is_none_of(
        seen, said, max(0.0, least),
        (
            (min(1.0, 1.0 - least), "that share may be read from the disk."),
            (1.0 - least, "is it a share? And of what?"),
            (100.0 * max(0.0, least), "a share from 0 to 1, not a percentage."),
            (full, "then the disk is busy all the time."),
            (max(0.0, 1.0 - iops / (busy * pages * rate)), "room for the disk takes more hits, "
                                                           "not fewer."),
            (max(0.0, 1.0 - iops * busy / rate), "a request looks up several pages."),
            (of.hit_ratio, "that is the one that there is."),
            (abs(least), "it is positive now, and no better for it."),
        ),
        "of all pages that are looked up in a second, how many can the disk read?",
    )  # fmt: skip


def _is_more(of: Disk, said: float) -> None:
    missed = 1.0 - of.hit_ratio
    right = (missed + 0.01) / missed
    _is_none_of(
        f"{_of_disk(of)}: with a hundredth less, {said:.5g} times as many reads", said, right,
        (
            (1.0 / right, "fewer hits, and fewer reads from the disk?"),
            (of.hit_ratio / (of.hit_ratio - 0.01), "that compares the hits. The disk sees the "
                                                   "misses."),
            ((of.hit_ratio - 0.01) / of.hit_ratio, "that compares the hits. The disk sees the "
                                                   "misses."),
            (1.01, "a hundredth of all pages is not a hundredth of the misses."),
            (right - 1.0, "that is how many are added. How many are there then?"),
            ((1.0 - 0.99 * of.hit_ratio) / missed, "from 0.75 it is to be 0.74: a hundredth of "
                                                   "all pages, not of the hits."),
            (missed / (missed - 0.01) if missed > 0.0101 else math.inf,
             "that is a hundredth more, not less."),
            (0.01 * of.pages, "that is how many more reads a request brings, not how many times."),
        ),
        "compare what is missed.",
    )  # fmt: skip


# --- 2 ---


class Fleet(NamedTuple):
    """A database, and the application machines that it serves.

    ``extra`` more of them are there while a new version is put in place.
    """

    vcpus: int
    work_ms: float
    hold_ms: float
    machines: int
    extra: int
    max_connections: int
    reserved: int


FLEETS = (
    Fleet(32, 4.0, 9.1, 10, 2, 90, 6),
    Fleet(4, 3.0, 2.5, 2, 1, 100, 3),
    Fleet(4, 3.0, 20.0, 5, 5, 100, 3),
    Fleet(16, 2.0, 7.3, 6, 6, 100, 3),
    Fleet(8, 5.0, 5.0, 12, 1, 200, 10),
    Fleet(2, 10.0, 1.0, 8, 0, 50, 3),
    Fleet(6, 7.0, 4.0, 4, 4, 28, 5),
)


def task_2(pools: Callable[..., Any]) -> None:
    """Goetz's rule, a share of it for each machine within max_connections, and what that does."""
    for of in FLEETS:
        said = answered(pools, *of)
        names = ("connections by the rule", "of each machine", "requests/s at most")
        rule, each, most = several("pools", said, *names)
        _is_rule(of, number("the first", rule))
        _is_each(of, number("the second", each))
        _is_most(of, number("the third", most))
    print(f"Right, for {len(FLEETS)} databases.")


def _of_fleet(of: Fleet) -> str:
    return (
        f"{of.vcpus} vCPUs, {of.work_ms:g} + {of.hold_ms:g} ms, {of.machines} + {of.extra} "
        f"machines, {of.max_connections} - {of.reserved} connections"
    )


def _rule(of: Fleet) -> int:
    return ceil(of.vcpus * (1.0 + of.hold_ms / of.work_ms))


def _each(of: Fleet) -> int:
    room = (of.max_connections - of.reserved) // (of.machines + of.extra)
    return min(ceil(_rule(of) / of.machines), room)


def _is_rule(of: Fleet, said: float) -> None:
    vcpus, work, hold = of[:3]
    exact = vcpus * (1.0 + hold / work)
    _is_none_of(
        f"{_of_fleet(of)}: {said:.5g} connections by the rule", said, _rule(of),
        (
            (exact, "there is no part of a connection."),
            (int(exact), "with so few the vCPUs are idle now and then. Round the other way."),
            (round(exact), "with so few the vCPUs are idle now and then. Round the other way."),
            (vcpus, "while one connection waits for the disk, its vCPU could do something else."),
            (ceil(vcpus * (1.0 + work / hold)), "the longer a connection is held without work, the "
                                                "fewer would be needed."),
            (ceil(vcpus * hold / work), "those that work at the moment need one, too."),
            (ceil(vcpus * work / (work + hold)), "fewer than vCPUs? Then some are always idle."),
            (2 * vcpus + 1, "that rule of thumb does not know for how long one is held."),
            (2 * vcpus, "that rule of thumb does not know for how long one is held."),
            (_rule(of) * of.machines, "the vCPUs are there once, for all machines together."),
            (ceil(_rule(of) / of.machines), "that is a machine's part of them."),
            (of.max_connections - of.reserved, "that is what is allowed, not what is of use."),
        ),
        "how many are held without work, for each that works?",
    )  # fmt: skip


def _is_each(of: Fleet, said: float) -> None:
    rule, granted, all_of_them = _rule(of), of.max_connections - of.reserved, of.machines + of.extra
    seen = f"{_of_fleet(of)}: {said:.5g} for each machine"
    if said == _each(of):
        return
    expect(said.is_integer(), f"{seen}: there is no part of a connection.")
    share = ceil(rule / of.machines)
    fits = _each(of) == share
    expect(said != rule, f"{seen}, which is the rule for all machines together.")
    expect(said >= 1.0, f"{seen}, and so none of them can do anything.")
    expect(
        fits or said * of.machines > granted or said * all_of_them <= of.max_connections,
        f"{seen} are {said * all_of_them:g} in all while a new version is put in place.",
    )
    expect(
        fits or said * of.machines > granted or said * all_of_them <= granted,
        f"{seen} are {said * all_of_them:g} in all. Some are reserved, for whoever has to look "
        "what is wrong.",
    )
    expect(
        said * all_of_them <= granted,
        f"{seen} are {said * of.machines:g}, at times {said * all_of_them:g}, of which the last "
        "are refused.",
    )
    expect(
        said != granted // all_of_them and said != granted // of.machines,
        f"{seen}: they are allowed, but more than the rule has use for.",
    )
    expect(
        said * of.machines >= rule or not fits,
        f"{seen} are {said * of.machines:g} in all, fewer than the rule, though there is room.",
    )
    expect(said < _each(of), f"{seen}: fewer would be as many as the rule.")
    raise NotYet(f"{seen}: how many may there be, if each machine has as many?")


def _is_most(of: Fleet, said: float) -> None:
    vcpus, work, hold = of[:3]
    n = _each(of) * of.machines
    by_connections, by_vcpus = 1000.0 * n / (work + hold), 1000.0 * vcpus / work
    right = min(by_connections, by_vcpus)
    _is_none_of(
        f"{_of_fleet(of)}: {said:.5g} requests/s", said, right,
        (
            (right / 1000.0, "a rate for a second, from times in milliseconds."),
            (by_connections, "connections there are, but not vCPUs for so many."),
            (by_vcpus, "vCPUs there are, but not connections for so many."),
            (1000.0 * _each(of) / (work + hold), "that is what one machine's pool does."),
            (1000.0 * n / work, "a connection is held for longer than it works."),
            (1000.0 * n / hold, "a connection is held while it works, too."),
            (1000.0 * vcpus / (work + hold), "a vCPU does not wait for one request."),
            (1000.0 * _rule(of) / (work + hold), "the rule is not what the pools have."),
            (min(1000.0 * _each(of) * (of.machines + of.extra) / (work + hold), by_vcpus),
             "the additional machines are there for some minutes only."),
        ),
        "what if all connections are in use? And what if all vCPUs are?",
    )  # fmt: skip


# --- 3 ---

PATIENCE_S = 3.0  # for an answer that waits without end
SOON_S, LATER_S = 0.01, 10.0


class Failed(Exception):
    """Of whoever has borrowed a connection."""


def task_3(pool: Callable[..., Any]) -> None:
    """A pool: bounded, patient for so long, and as good after an error as before."""
    scenarios = (
        ("An error in the body", _after_an_error),
        ("A pool of two", _is_bounded),
        ("Somebody waits", _waits),
        ("A broken connection", _without_broken_ones),
        ("An outage", _after_an_outage),
        ("Eight threads, a pool of three", _among_threads),
    )
    for case, scenario in scenarios:
        _in_time(case, scenario, pool)
    print(f"Right, in {len(scenarios)} situations.")


def _in_time(case: str, scenario: Callable[[Any, str], None], pool: Callable[..., Any]) -> None:
    """In a thread of its own, since an answer may wait without end."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            scenario(pool, case)
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    expect(not thread.is_alive(), f"{case}: it waits, and does not come to an end.")
    if raised:
        _tell(case, raised[0])


def _tell(case: str, error: BaseException) -> None:
    """The hint; or one about an error of the answer itself, which may hide the hint behind it."""
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, NotYet):
            raise behind from None
        behind = behind.__context__
    raise NotYet(f"{case}: it raised {error!r}.") from None


def _new(pool: Callable[..., Any], database: Database, size: int) -> Any:
    made = answered(pool, database.connect, size)
    expect(hasattr(made, "borrowed"), "A pool should have a method borrowed(timeout_s).")
    return made


def _borrow(stack: ExitStack, pool: Any, case: str, otherwise: str) -> Any:
    """A connection that should be free, until the end of ``stack``."""
    try:
        connection = stack.enter_context(pool.borrowed(SOON_S))
    except NotImplementedError:
        raise NotYet("borrowed is not written yet.") from None
    except TimeoutError:
        raise NotYet(f"{case}: {otherwise}") from None
    except (TypeError, AttributeError) as error:
        raise NotYet(
            f"{case}: `with pool.borrowed(...) as connection` does not work: {error}."
        ) from None
    expect(
        isinstance(connection, Connection),
        f"{case}: it lends {connection!r}, which is no connection.",
    )
    return connection


def _after_an_error(pool: Callable[..., Any], case: str) -> None:
    database = Database()
    made = _new(pool, database, 1)
    first: list[Any] = []
    try:
        with ExitStack() as stack:
            first.append(_borrow(stack, made, case, "the first one is not lent at all."))
            first[0].execute("UPDATE stock SET pieces = pieces - 1")
            raise Failed
    except Failed:
        pass
    else:
        raise NotYet(f"{case}: it disappears. Whoever borrowed takes all to be well.")
    with ExitStack() as stack:
        again = _borrow(stack, made, case, "afterwards the connection is not given back.")
        half_done, is_new = again.in_transaction, again is not first[0]
    expect(
        not half_done,
        f"{case}: the next one gets a connection with half of a transaction open, and may commit "
        "it.",
    )
    expect(
        not is_new or not first[0].is_open,
        f"{case}: the connection was neither lent again nor closed. The database still has it.",
    )


def _refusal(pool: Any, case: str) -> str:
    """What becomes of one more than the pool has."""
    try:
        with pool.borrowed(SOON_S) as connection:
            return "nothing" if connection is None else "lent"
    except TimeoutError:
        return "refused"
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(
            f"{case}, three ask: raise a TimeoutError, not {type(error).__name__}."
        ) from None


def _is_bounded(pool: Callable[..., Any], case: str) -> None:
    database = Database()
    made = _new(pool, database, 2)
    for _ in range(3):
        with ExitStack() as stack:
            both = [
                _borrow(stack, made, case, "two at once are not lent, or not again.")
                for _ in range(2)
            ]
            third = [_refusal(made, case) for _ in range(3)]
        expect(both[0] is not both[1], f"{case}: one connection is lent to two at once.")
        expect("nothing" not in third, f"{case}, three ask: the third gets None, and no error.")
        expect(
            third[0] != "lent",
            f"{case}, three ask: the third gets one, too. {database.open} are open.",
        )
        expect(
            "lent" not in third, f"{case}, three ask: the third is refused, and then gets one. "
            "What does a refusal give back?",
        )  # fmt: skip
        expect(database.most <= 2, f"{case}: {database.most} were open at once.")
    expect(
        database.opened <= 2,
        f"{case}: {database.opened} were opened, one after another. What is a pool for?",
    )


def _waits(pool: Callable[..., Any], case: str) -> None:
    database = Database()
    made = _new(pool, database, 1)
    asks, outcome = Event(), list[str]()

    def other() -> None:
        asks.set()
        try:
            with made.borrowed(LATER_S):
                outcome.append("lent")
        except TimeoutError:
            outcome.append("refused")
        except Exception as error:
            outcome.append(repr(error))

    thread = Thread(target=other, daemon=True)
    with ExitStack() as stack:
        _borrow(stack, made, case, "the first one is not lent at all.")
        thread.start()
        asks.wait()
        sleep(10.0 * SOON_S)
        early = list(outcome)
    thread.join(PATIENCE_S / 2.0)
    expect("refused" not in early, f"{case}: it was refused at once, and had {LATER_S:g} s.")
    expect("lent" not in early, f"{case}: the connection that somebody has was lent again.")
    expect(
        outcome == ["lent"],
        f"{case}: the connection came back, but whoever waits does not get it "
        f"({', '.join(outcome) or 'it still waits'}).",
    )


def _without_broken_ones(pool: Callable[..., Any], case: str) -> None:
    for when in ("in use", "with an error", "while nobody had it"):
        database = Database()
        made = _new(pool, database, 1)
        seen = f"{case} (it broke {when})"
        try:
            with ExitStack() as stack:
                first = _borrow(stack, made, seen, "the first one is not lent at all.")
                first.is_broken = when != "while nobody had it"
                if when == "with an error":
                    raise Failed
        except Failed:
            pass
        except ConnectionError:
            raise NotYet(
                f"{seen}: no rollback reaches the database on such a connection."
            ) from None
        first.is_broken = True
        with ExitStack() as stack:
            second = _borrow(stack, made, seen, "its place in the pool is lost.")
            broken, held = second.is_broken, database.open
            third = _refusal(made, seen)
        expect(not broken, f"{seen}: it is lent again.")
        expect(
            held == 1, f"{seen}: it was never closed, so that {held} are open, in a pool of one."
        )
        expect(third == "refused", f"{seen}: there are two places now, in a pool of one.")


def _after_an_outage(pool: Callable[..., Any], case: str) -> None:
    database = Database()
    made = _new(pool, database, 2)
    try:
        with ExitStack() as stack:
            for _ in range(2):
                _borrow(stack, made, case, "two at once are not lent.").is_broken = True
            database.is_down = True
    except ConnectionError:
        raise NotYet(
            f"{case}: whoever is done gets the error of opening a new one, for somebody else."
        ) from None
    for _ in range(3):
        try:
            with made.borrowed(SOON_S):
                pass
        except ConnectionError:
            continue
        except TimeoutError:
            raise NotYet(
                f"{case}: connect() raised, and with each time the pool is a place smaller."
            ) from None
        raise NotYet(f"{case}: connect() raised, and nobody is told.")
    database.is_down = False
    with ExitStack() as stack:
        for _ in range(2):
            _borrow(stack, made, f"{case} is over", "the pool has lost a place.")
        third = _refusal(made, case)
    expect(third == "refused", f"{case} is over: the pool of two has grown.")


def _among_threads(pool: Callable[..., Any], case: str) -> None:
    database = Database(opening_s=3.0 * SOON_S)
    made = _new(pool, database, 3)
    start, raised, shared = Barrier(8), list[BaseException](), list[str]()

    def customer() -> None:
        start.wait()
        try:
            for _ in range(6):
                with made.borrowed(LATER_S) as connection:
                    connection.users += 1
                    sleep(0.001)
                    if connection.users != 1:
                        shared.append("at once")
                    connection.users -= 1
        except BaseException as error:
            raised.append(error)

    threads = [Thread(target=customer, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S / 2.0)
        expect(not thread.is_alive(), f"{case}: some of them wait though nobody has one any more.")
    expect(
        database.most <= 3,
        f"{case}: {database.most} connections were open at once. What may happen between looking "
        "and taking?",
    )
    expect(not shared, f"{case}: one connection was used by two at once.")
    expect(not raised, f"{case}: one of them got {raised[:1]!r}.")
    expect(database.opened <= 3, f"{case}: {database.opened} were opened, for a pool of three.")


# --- 4 ---

MOST_INDEXES = 5
SHOPS = ((1, 6000), (2, 9000))  # seed, orders


def task_4(indexes: Any) -> None:
    """Few indexes, with each of which SQLite finds what a query wants, and little else."""
    expect(indexes is not None, "indexes is still None. Give it a value in the cell above.")
    expect(
        isinstance(indexes, list | tuple) and all(isinstance(each, str) for each in indexes),
        f"indexes is {indexes!r}; it should be a list of statements.",
    )
    for each in indexes:
        expect(
            re.match(r"\s*CREATE\s+(UNIQUE\s+)?INDEX\b", each, re.IGNORECASE) is not None,
            f"{each!r} creates no index. The tables and the queries stay as they are.",
        )
    for seed, orders in SHOPS:
        with closing(shop_database(seed, orders)) as connection:
            _create(connection, indexes)
            work = {name: worked(connection, query) for name, query in QUERIES.items()}
            made = _indexes_of(connection)
        for name, each in work.items():
            _is_quick(name, each, made)
        _are_few(made, work)
    print(f"Right, for {len(QUERIES)} queries, with {len(indexes)} indexes.")


def _create(connection: sqlite3.Connection, indexes: Sequence[str]) -> None:
    for each in indexes:
        try:
            connection.execute(each)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise NotYet(f'{each!r}: SQLite says "{error}".') from None


def _indexes_of(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Table and statement of each."""
    found = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL"
    return {name: (table, sql) for name, table, sql in connection.execute(found)}


def _is_quick(name: str, work: Work, made: Mapping[str, tuple[str, str]]) -> None:
    if work.steps <= work.allowed:
        return
    query, plan = QUERIES[name], "; ".join(work.plan)
    seen = f'"{name}" takes {work.steps} steps for {work.rows} rows ({plan})'
    (table,) = re.findall(r"FROM (\w+)", query)
    tables = [each for each, _ in made.values()]
    expect(
        "lower(" not in query or "customers" not in tables,
        f"{seen}: an index has what is in the column. What does the query compare?",
    )
    expect(
        "SCAN" not in plan or "INDEX" in plan,
        f"{seen}: it goes through the whole table {table}; no index begins with what it asks for.",
    )
    expect("SCAN" not in plan, f"{seen}: it goes through an index from one end, and looks at all.")
    expect(
        "TEMP B-TREE" not in plan,
        f"{seen}: it finds more rows than are wanted, and sorts them all. In which order could "
        "they be found?",
    )
    raise NotYet(
        f"{seen}: in brackets is by what it searches, and most of what that finds is thrown away. "
        "A range ends what an index can narrow down: which columns stand before it?"
    )


def _are_few(made: Mapping[str, tuple[str, str]], work: Mapping[str, Work]) -> None:
    plans = " ".join(step for each in work.values() for step in each.plan)
    for name, (_, sql) in made.items():
        expect(
            re.search(rf"INDEX {re.escape(name)}\b", plans) is not None,
            f"No query uses `{sql}`. Each insert pays for it.",
        )
    expect(
        len(made) <= MOST_INDEXES,
        f"All are quick, with {len(made)} indexes; {MOST_INDEXES} will do. Which queries ask for "
        "the same column?",
    )


# --- 5 ---


class Query(NamedTuple):
    """Rows wanted, of a table and an index of so many pages; levels above the index's leaves."""

    wanted: int
    rows: int
    pages: int
    index_pages: int
    height: int
    random_page_cost: float


PLANNED = (
    Query(100, 10_000, 345, 30, 1, 4.0),
    Query(7000, 10_000, 345, 30, 1, 4.0),
    Query(100, 100_000, 2858, 276, 1, 4.0),
    Query(2500, 100_000, 25_000, 276, 1, 1.1),
    Query(40, 800_000, 22_858, 2200, 2, 2.0),
    Query(30_000, 50_000, 12_500, 139, 1, 0.1),
    Query(1, 3000, 86, 11, 1, 10.0),
)
CACHE_PAGES = 524_288.0  # 4 GiB


def _of_planner(of: Query) -> tuple[index_kernel.Relation, index_kernel.Costs]:
    table = index_kernel.Relation(float(of.rows), float(of.pages), float(of.index_pages), of.height)
    costs = index_kernel.Costs(
        postgres.SEQ_PAGE_COST.value, of.random_page_cost, postgres.CPU_TUPLE_COST.value,
        postgres.CPU_INDEX_TUPLE_COST.value, postgres.CPU_OPERATOR_COST.value, CACHE_PAGES,
    )  # fmt: skip
    return table, costs


def whole_cost(of: Query) -> float:
    """Of a sequential scan, by the chapter's model."""
    return index_kernel.sequential_cost(*_of_planner(of))


def index_cost(of: Query) -> float:
    """Of an index scan, without any order in the table."""
    return index_kernel.index_scan_cost(float(of.wanted), 0.0, *_of_planner(of))


@cache
def dearer_from(of: Query) -> int | None:
    """Fewest rows for which the index scan costs more than the whole table."""
    return int(index_kernel.dearer_from(0.0, False, *_of_planner(of))) or None


def task_5(plans: Callable[..., Any]) -> None:
    """PostgreSQL's costs of two ways, and where the one becomes the dearer."""
    for of in PLANNED:
        said = answered(plans, *of)
        names = (
            "cost of a sequential scan",
            "cost of an index scan",
            "rows from which it is dearer",
        )
        whole, index, ends = several("plans", said, *names)
        _is_whole(of, number("the first", whole))
        _is_index(of, number("the second", index))
        _is_end(of, ends)
    print(f"Right, for {len(PLANNED)} queries.")


def _of_query(of: Query) -> str:
    return (
        f"{of.wanted:,} of {of.rows:,} rows, {of.pages:,} and {of.index_pages:,} pages, height "
        f"{of.height}, jumps {of.random_page_cost:g}"
    )


def _is_whole(of: Query, said: float) -> None:
    _is_none_of(
        f"{_of_query(of)}: a sequential scan costs {said:,.2f}", said, whole_cost(of),
        (
            (of.pages, "looking at the rows costs something, too."),
            (of.pages + 0.01 * of.rows, "each row is held against the condition."),
            (of.pages + 0.0025 * of.rows, "each row costs something before it is compared."),
            (of.pages * of.random_page_cost + 0.0125 * of.rows, "its pages are read in sequence."),
            (of.pages + 0.0125 * of.wanted, "it looks at every row, wanted or not."),
            (of.pages + 0.0175 * of.rows, "it has no index entries to look at."),
        ),
        "which pages does it read, and at how many rows does it look?",
    )  # fmt: skip


def _pages_met(of: Query) -> float:
    return min(2.0 * of.pages * of.wanted / (2.0 * of.pages + of.wanted), of.pages)


def _is_index(of: Query, said: float) -> None:
    jump, n = of.random_page_cost, of.wanted
    right = index_cost(of)
    leaves = ceil(n * of.index_pages / of.rows)
    descent = 0.0025 * (ceil(math.log2(of.rows)) + 50 * (of.height + 1))
    met = min(ceil(_pages_met(of)), of.pages)
    exact = 2.0 * of.pages * n / (2.0 * of.pages + n)
    _is_none_of(
        f"{_of_query(of)}: an index scan costs {said:,.2f}", said, right,
        (
            (right + jump * (n - met), "wanted rows that share a page bring it once only."),
            (right + jump * (ceil(exact) - met), "more pages than the table has?"),
            (right + jump * (of.pages - met), "it reads the pages with wanted rows only."),
            (right + jump * (ceil(n * of.pages / of.rows) - met), "as if the wanted rows lay side "
                                                                  "by side."),
            (right - (jump - 1.0) * met, "it jumps from page to page of the table."),
            (right - (jump - 1.0) * leaves, "PostgreSQL charges leaves as pages out of sequence."),
            (right - (jump - 1.0) * (met + leaves), "it jumps from page to page."),
            (right - jump * leaves, "the leaves of the index are pages, too."),
            (right - jump * met, "the index does not have the rows. They are to be fetched."),
            (right - descent, "first it has to come down the index, from its root."),
            (right - 0.0025 * 50, "how many levels has it, with the leaves?"),
            (right - 0.01 * n, "a row that is fetched costs something, too."),
            (right - 0.0075 * n, "entries of the index cost something, too."),
            (right - 0.0025 * n, "each entry is compared."),
            (right - 0.005 * n, "each entry costs something besides being compared."),
            (right + jump * (_pages_met(of) - met), "pages are whole."),
            (right + jump * (n * of.index_pages / of.rows - leaves), "pages are whole."),
            (right + jump * (_pages_met(of) - met + n * of.index_pages / of.rows - leaves),
             "pages are whole."),
        ),
        "go through the parts one by one: down, leaves, entries, pages, rows.",
    )  # fmt: skip


def _is_end(of: Query, said: Any) -> None:
    right = dearer_from(of)
    case = _of_query(of)
    if said is None:
        expect(right is None, f"{case}: an index scan of all rows is dearer, so there is a number.")
        return
    rows = number("the third", said)
    seen = f"{case}: dearer from {rows:,.6g} rows on"
    expect(right is not None, f"{seen}, but all rows by the index are still cheaper here.")
    assert right is not None
    if rows == right:
        return
    expect(rows.is_integer(), f"{seen}. A whole number of rows, not a share.")
    expect(rows != right - 1, f"{seen}: with that many it is not dearer yet.")
    expect(
        1 <= rows <= of.rows,
        f"{seen}, in a table of {of.rows:,}.",
    )
    here = of._replace(wanted=int(rows))
    costs = f"with that many it costs {index_cost(here):,.2f}, and the table {whole_cost(of):,.2f}"
    if rows > right:
        raise NotYet(f"{seen}: {costs}, but so it is with fewer.")
    raise NotYet(f"{seen}: {costs}.")


# --- 6 ---

PRIMARY = "primary"
REPLICAS = ("replica 1", "replica 2", "replica 3")
WINDOW_S = 2.0


def task_6(router: Callable[..., Any]) -> None:
    """Writes and what follows them to the primary, all else in turn to replicas that answer."""
    _writes(router)
    _apart(router)
    _reads_after_writes(router)
    _in_turn(router)
    _when_replicas_fail(router)
    _among_customers(router)
    print("Right, in 6 situations.")


class Routed:
    """A router of the answer's, of which each request is asked with a hint at hand."""

    def __init__(self, router: Callable[..., Any], window_s: float = WINDOW_S) -> None:
        self._own = answered(router, window_s)
        expect(hasattr(self._own, "target"), "A router should have a method target.")

    def target(
        self, now_s: float, customer: int, writes: bool, healthy: Sequence[str], case: str
    ) -> Any:
        try:
            said = answered(self._own.target, now_s, customer, writes, list(healthy))
        except NotYet:
            raise
        except Exception as error:
            raise NotYet(f"{case}: it raised {error!r}.") from None
        expect(
            said in (PRIMARY, *REPLICAS),
            f"{case}: {said!r} is no machine. Return '{PRIMARY}' or a name of the list.",
        )
        expect(said == PRIMARY or said in healthy, f"{case}: {said} does not answer at present.")
        return said


def _writes(router: Callable[..., Any]) -> None:
    of = Routed(router)
    for i in range(6):
        case = "A write"
        expect(
            of.target(float(i), 1, True, REPLICAS, case) == PRIMARY, f"{case} goes to a replica."
        )
    case = "A first read of somebody who never wrote"
    expect(
        of.target(5.5, 2, False, REPLICAS, case) != PRIMARY,
        f"{case} goes to the primary. Whose writes keep whose reads there?",
    )


def _apart(router: Callable[..., Any]) -> None:
    one, other = Routed(router), Routed(router)
    case = "Two shops"
    one.target(1000.0, 9, True, REPLICAS, case)
    expect(
        other.target(1001.0, 9, False, REPLICAS, case) != PRIMARY,
        f"{case}: a read goes to the primary after a write in the other shop. Each router has its "
        "own memory.",
    )


def _reads_after_writes(router: Callable[..., Any]) -> None:
    for window_s in (WINDOW_S, 60.0):
        of = Routed(router, window_s)
        name = f"With a window of {window_s:g} s"

        def target(share: float, writes: bool, of: Routed = of, window_s: float = window_s) -> Any:
            """At ``share`` of a window."""
            return of.target(100.0 + share * window_s, 1, writes, REPLICAS, "A request")

        target(0.0, True)
        expect(
            target(0.4, False) == PRIMARY and target(0.9, False) == PRIMARY,
            f"{name}: a read within it goes to a replica, which may not have the write yet.",
        )
        expect(
            target(1.1, False) != PRIMARY,
            f"{name}: a read after it still goes to the primary. It is counted from the write.",
        )
        target(2.0, True)
        target(2.8, True)
        expect(
            target(3.5, False) == PRIMARY,
            f"{name}: of two writes the last one counts, too.",
        )
        expect(target(4.0, False) != PRIMARY, f"{name}: a read after it goes to the primary.")


def _in_turn(router: Callable[..., Any]) -> None:
    for healthy in (REPLICAS, REPLICAS[1:]):
        of = Routed(router)
        case = f"{len(healthy)} replicas, 12 reads"
        seen = Counter(of.target(10.0 * i, i, False, healthy, case) for i in range(12))
        expect(seen[PRIMARY] == 0, f"{case}: the primary gets {seen[PRIMARY]}, and nobody wrote.")
        fewest = min(seen[name] for name in healthy)
        expect(fewest > 0, f"{case}: one of them gets none.")
        expect(
            max(seen.values()) - fewest <= 1,
            f"{case}: one gets {max(seen.values())}, another {fewest}. In turn, please.",
        )


def _when_replicas_fail(router: Callable[..., Any]) -> None:
    of = Routed(router)
    now = 0.0
    for healthy in (REPLICAS, REPLICAS[:1], (), REPLICAS[2:], (), REPLICAS, REPLICAS[:2]):
        case = f"{len(healthy)} of 3 replicas answer"
        for i in range(4):
            now += 10.0
            said = of.target(now, i, False, healthy, case)
            expect(
                bool(healthy) == (said != PRIMARY),
                f"{case}: a read goes to {said}, though nobody wrote.",
            )


def _among_customers(router: Callable[..., Any]) -> None:
    """Many customers, in two shops at once, whose numbers are the same."""
    chance = Random(3)
    shops = [Routed(router, window_s) for window_s in (WINDOW_S, 30.0)]
    windows = (WINDOW_S, 30.0)
    wrote: list[dict[int, float]] = [{}, {}]
    now = 0.0
    for _ in range(1500):
        now += chance.expovariate(4.0)
        shop, customer, writes = chance.randrange(2), chance.randrange(40), chance.random() < 0.1
        case = "Forty customers in each of two shops"
        said = shops[shop].target(now, customer, writes, REPLICAS, case)
        since = now - wrote[shop].get(customer, -math.inf)
        if writes:
            wrote[shop][customer] = now
        pinned = writes or since <= windows[shop]
        if pinned == (said == PRIMARY) or isclose(since, windows[shop], rel_tol=1e-6):
            continue
        what = "write" if writes else "read"
        last = (
            f"{since:.1f} s after a write of the same customer" if since < now else "first of all"
        )
        raise NotYet(f"{case}: a {what}, {last}, goes to {said} (window {windows[shop]:g} s).")


# --- 7 ---

WRITE_FACTOR, APPLY_SHARE = 2.0, 0.5
MOST_REPLICAS = 200


class Demand(NamedTuple):
    """Requests/s, share of writes, requests/s of one customer, window; ms of a read; machines."""

    rate_per_s: float
    write_share: float
    customer_rate: float
    window_s: float
    read_ms: float
    vcpus: int
    target: float


DEMANDS = (
    Demand(1000.0, 0.05, 0.1, 2.0, 3.0, 4, 0.7),
    Demand(1400.0, 0.05, 0.1, 60.0, 3.0, 4, 0.7),
    Demand(300.0, 0.05, 0.1, 2.0, 3.0, 4, 0.7),
    Demand(2500.0, 0.2, 0.1, 2.0, 3.0, 8, 0.6),
    Demand(1200.0, 0.6, 0.1, 2.0, 3.0, 4, 0.7),
    Demand(6000.0, 0.1, 0.2, 5.0, 2.0, 8, 0.5),
    Demand(900.0, 0.3, 0.2, 30.0, 4.0, 8, 0.5),
    Demand(4500.0, 0.02, 0.05, 600.0, 5.0, 16, 0.8),
)


def carried(
    of: Demand, replicas: int, spread: bool, pinned: float | None = None,
    apply_share: float = APPLY_SHARE, write_factor: float = WRITE_FACTOR,
) -> float:  # fmt: skip
    """Requests/s, by the chapter's model, with no machine busier than its target."""
    if pinned is None:
        pinned = pinned_share(of)
    write_ms = write_factor * of.read_ms
    work = replicas_kernel.Work(
        of.write_share, of.read_ms, write_ms, apply_share * write_ms, pinned, int(spread)
    )
    return replicas_kernel.carried(replicas, of.vcpus, work, of.target)


def fewest_replicas(of: Demand, spread: bool, lost: int = 1, **other: Any) -> int | None:
    """With which ``lost`` machines may be missing; None if no number does."""
    for n in range(lost, MOST_REPLICAS):
        if carried(of, n - lost, spread, **other) >= of.rate_per_s:
            return n
    return None


def pinned_share(of: Demand) -> float:
    return -math.expm1(-of.customer_rate * of.write_share * of.window_s)


Pairs = list[tuple[float | None, float | None]]


def all_pairs(
    change: Callable[[Demand], Demand] = lambda of: of,
    other: Callable[[Demand], dict[str, float]] = lambda of: {},
    lost: int = 1,
) -> Pairs:
    """Of all demands, the fewest replicas if those answer reads, and if all machines do.

    The right ones, but for what is given.
    """
    return [
        (
            fewest_replicas(change(of), False, lost, **other(of)),
            fewest_replicas(change(of), True, lost, **other(of)),
        )
        for of in DEMANDS
    ]


@cache
def _misconceptions() -> tuple[tuple[Pairs, str], ...]:
    """What one gets for all demands by a mistake, and its hint."""
    right = all_pairs()

    def linear(of: Demand) -> dict[str, float]:
        return {"pinned": min(1.0, of.customer_rate * of.write_share * of.window_s)}

    return (
        ([(b, a) for a, b in right], "The two are swapped."),
        ([(b, b) for _, b in right], "Both are for reads that all machines answer."),
        ([(a, a) for a, _ in right], "Both are for reads that replicas answer."),
        ([(a and a + 1, b and b + 1) for a, b in right],
         "It is always one more. Count the replicas, not the machines."),
        (all_pairs(lost=0), "They do as long as no machine is lost."),
        (all_pairs(other=lambda of: {"apply_share": 0.0}), "Each replica repeats all writes."),
        (all_pairs(other=lambda of: {"apply_share": 1.0}),
         "To repeat a write is half of its work."),
        (all_pairs(other=lambda of: {"pinned": 0.0}), "Some reads have to go to the primary."),
        (all_pairs(other=linear), "A customer may write twice within a window."),
        (all_pairs(other=lambda of: {"pinned": 1.0 - pinned_share(of)}),
         "Which share of the reads has to go to the primary, and which is free to go anywhere?"),
        (all_pairs(other=lambda of: {"write_factor": 1.0}),
         "A write takes twice as much as a read."),
        (all_pairs(other=lambda of: {"write_factor": 0.0}), "Writes take something, too."),
        (all_pairs(lambda of: of._replace(target=1.0)), "Machines are to be left some room."),
        (all_pairs(lambda of: of._replace(vcpus=1)), "A machine has several vCPUs."),
    )  # fmt: skip


def task_7(fewest: Callable[..., Any]) -> None:
    """The fewest replicas with which one machine may fail, for two ways to send reads."""
    pairs = [_pair(of, answered(fewest, *of)) for of in DEMANDS]
    right = all_pairs()
    for wrong, hint in _misconceptions():
        expect(pairs != wrong, hint)
    for of, said, each in zip(DEMANDS, pairs, right, strict=True):
        for spread in (False, True):
            _is_fewest(of, spread, said[spread], each[spread])
    print(f"Right, for {len(DEMANDS)} shops.")


def _pair(of: Demand, said: Any) -> tuple[float | None, float | None]:
    first, second = several("fewest", said, "if replicas answer reads", "if all machines do")
    for each in (first, second):
        if each is not None:
            n = number("one of the two", each)
            expect(
                n.is_integer() and n >= 0.0,
                f"{_of_demand(of)}: {n:g} replicas? A whole number, or None.",
            )
    return first, second


def _of_demand(of: Demand) -> str:
    return (
        f"{of.rate_per_s:g} requests/s, {of.write_share:.0%} writes, {of.window_s:g} s window, "
        f"{of.vcpus} vCPUs"
    )


def _is_fewest(of: Demand, spread: bool, said: float | None, right: float | None) -> None:
    if said == right:
        return
    case = f"{_of_demand(of)}, {'all machines answer' if spread else 'replicas answer'} reads"
    if said is None:
        raise NotYet(f"{case}: some number of replicas carries it.")
    seen = f"{case}: {said:g} replicas"
    expect(
        right is not None,
        f"{seen}, but what goes to the primary alone is too much for it. No replica takes that.",
    )
    expect(said > 0, f"{seen}: what is there when the only machine is lost?")
    can = carried(of, int(said) - 1, spread)
    expect(can >= of.rate_per_s, f"{seen}: with one machine lost they carry {can:,.0f} requests/s.")
    raise NotYet(f"{seen}: fewer carry it, too, with one machine lost.")


# --- 8 ---


class Verdict(NamedTuple):
    """Who wins for answers to some questions; the answers given; the values to try of each."""

    name: str
    winner: Callable[..., str]
    given: Mapping[str, float]
    tried: Mapping[str, Sequence[float]]


def _by_limits(reads: float, writes: float, regions: float) -> str:
    if regions > 1:
        return "Distributed SQL"
    if writes >= 6000:
        return "Shards"
    return "Replicas" if reads >= 1000 else "One primary"


def _between(reads: float, writes: float, regions: float) -> str:
    """Alone it is the reads' middle that wins, and writes matter only with more regions."""
    if 300 <= reads <= 3000 and (writes < 1000 or regions < 2):
        return "Replicas"
    return "Key-value" if reads < 300 else "Shards"


@cache
def _of_shop(**answers: float) -> str:
    return choose(**{**answers, "regions": int(answers["regions"])}).winner  # type: ignore[arg-type]


_TRIED = {
    "reads": (10, 30, 100, 300, 1000, 3000, 10_000, 30_000),
    "writes": (1, 10, 100, 1000, 6000, 10_000),
    "regions": (1, 2, 3),
}
VERDICTS = (
    Verdict("limits", _by_limits, {"reads": 100, "writes": 10, "regions": 1}, _TRIED),
    Verdict("limits", _by_limits, {"reads": 10_000, "writes": 6000, "regions": 1}, _TRIED),
    Verdict("limits", _by_limits, {"reads": 3000, "writes": 100, "regions": 3}, _TRIED),
    Verdict("middle", _between, {"reads": 1000, "writes": 100, "regions": 1}, _TRIED),
    Verdict("middle", _between, {"reads": 3000, "writes": 100, "regions": 1}, _TRIED),
    Verdict("middle", _between, {"reads": 10_000, "writes": 100, "regions": 1}, _TRIED),
    Verdict("the chapter's", _of_shop,
            {"reads_per_s": 400, "writes_per_s": 20, "regions": 1, "growth": 2},
            {"reads_per_s": (100, 400, 1000, 5000), "writes_per_s": (1, 20, 1000, 5000, 20_000),
             "regions": (1, 2), "growth": (1, 1.5, 2, 3, 4)}),
)  # fmt: skip


def flips_of(of: Verdict, question: str) -> list[tuple[int, float, str]]:
    """Steps from the answer given, value and winner, of each value with which another one wins."""
    values = of.tried[question]
    here, at = of.winner(**of.given), values.index(of.given[question])
    found = []
    for i, value in enumerate(values):
        name = of.winner(**{**of.given, question: value})
        if name != here:
            found.append((abs(i - at), value, name))
    return sorted(found)


def task_8(nearest: Callable[..., Any]) -> None:
    """For each question alone, the nearest answer with which another database wins."""
    for of in VERDICTS:
        given, tried = dict(of.given), {name: list(values) for name, values in of.tried.items()}
        said = answered(nearest, of.winner, given, tried)
        expect(
            given == of.given and tried == {name: list(v) for name, v in of.tried.items()},
            "The arguments are changed afterwards. They belong to somebody else.",
        )
        expect(isinstance(said, dict), f"nearest returned {said!r}; it should be a dict.")
        for question in of.tried:
            _is_nearest(of, question, said)
        expect(
            set(said) <= set(of.tried), f"{sorted(set(said) - set(of.tried))}: no such question."
        )
    print(f"Right, for {len(VERDICTS)} verdicts.")


def _is_nearest(of: Verdict, question: str, said: Mapping[str, Any]) -> None:
    flips = flips_of(of, question)
    here = of.winner(**of.given)
    case = f"{dict(of.given)}, {question}"
    if question not in said:
        expect(not flips, f"{case}: there is a value with which another one wins than {here}.")
        return
    pair = said[question]
    expect(
        bool(flips) or pair is not None,
        f"{case}: no value flips it, so that it is not in the dict.",
    )
    expect(
        isinstance(pair, tuple | list) and len(pair) == 2,
        f"{case}: {pair!r} should be two things, the value and who wins with it.",
    )
    value, name = pair
    seen = f"{case} -> {value!r}, {name!r}"
    expect(value in of.tried[question], f"{seen}: that value is not one of those to try.")
    expect(name != here, f"{seen}: that one wins already.")
    alone = of.winner(**{**of.given, question: value})
    expect(
        name == alone,
        f"{seen}: with all other answers as given, {alone} wins. One answer at a time.",
    )
    steps, right, _ = flips[0]
    if value == right:
        return
    (away,) = [each for each, v, _ in flips if v == value]
    expect(away != steps, f"{seen}: {right:g} is as near, and the lower of the two.")
    raise NotYet(f"{seen}: there is a nearer one. It is {away} steps along the values.")
