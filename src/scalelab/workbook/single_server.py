"""Checks of the workbook on one server: each prints that all is well, or raises a hint.

Functions are called with several sets of data, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

import os
import sqlite3
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from math import ceil, inf, isclose
from numbers import Real
from types import MappingProxyType
from typing import Any, NamedTuple
from unittest.mock import patch

from scalelab.models.single_server.limits import simulate
from scalelab.models.single_server.migration import NO_TIME_OUT, Expected, expected
from scalelab.samples.first_shop import sources
from scalelab.theory.single_server import sharing as sharing_theory
from scalelab.workbook.hint import NotYet, answered, expect, number, several
from scalelab.workbook.live_database import Live, live

# --- 1 ---

SECRET = "a-very-long-secret-of-the-shop"
NEEDED = {"DATABASE": "/srv/shop.db", "SECRET": SECRET}
ELSEWHERE = {"DATABASE": "elsewhere/somebody.db", "SECRET": "another", "WORKERS": "61",
             "DEBUG": "true", "TIMEOUT_S": "61"}  # fmt: skip
KEYS = ("database", "secret", "workers", "debug", "timeout_s")
DEFAULTS = {"workers": 4, "debug": False, "timeout_s": 5.0}
READ: tuple[tuple[dict[str, str], dict[str, Any]], ...] = (
    ({}, {}),
    ({"WORKERS": "16", "DEBUG": "true", "TIMEOUT_S": "0.5"},
     {"workers": 16, "debug": True, "timeout_s": 0.5}),
    ({"DEBUG": "false", "TIMEOUT_S": "30"}, {"timeout_s": 30.0}),
    ({"WORKERS": "1", "DEBUG": "0", "DATABASE": "postgresql://db.shop/orders"},
     {"workers": 1, "database": "postgresql://db.shop/orders"}),
    ({"DEBUG": "1", "WORKERS": "250", "PATH": "/usr/bin", "LANG": "en"},
     {"debug": True, "workers": 250}),
)  # fmt: skip
MALFORMED = (
    ("WORKERS", "many", "is no number"),
    ("WORKERS", "2.5", "is not a whole number"),
    ("WORKERS", "", "is set, and empty. That is a slip of somebody's, and no wish for the default"),
    ("WORKERS", "0", "is none at all"),
    ("WORKERS", "-4", "is less than none"),
    ("DEBUG", "maybe", "is neither true nor false"),
    ("DEBUG", "", "is set, and empty"),
    ("TIMEOUT_S", "5 s", "is no number"),
    ("TIMEOUT_S", "0", "is no time at all"),
    ("TIMEOUT_S", "-1", "is less than no time"),
)


def task_1(settings: Callable[..., Any]) -> None:
    """Settings of a mapping; what is missing or malformed is named, and the secret is not."""
    with patch.dict(os.environ, ELSEWHERE):
        for given, changed in READ:
            _is_read({**NEEDED, **given}, {**DEFAULTS, **_needed(given), **changed}, settings)
        for missing in NEEDED:
            environment = {name: text for name, text in NEEDED.items() if name != missing}
            _is_refused(settings, environment, missing, f"{missing} is missing")
            _is_refused(settings, {**NEEDED, missing: ""}, missing, f"{missing} is empty")
        for name, text, what in MALFORMED:
            _is_refused(settings, {**NEEDED, name: text}, name, f"{name}={text!r} {what}")
    print(f"Right, for {len(READ)} environments and {len(MALFORMED) + 4} that are to be refused.")


def _needed(given: Mapping[str, str]) -> dict[str, str]:
    return {"database": given.get("DATABASE", NEEDED["DATABASE"]), "secret": SECRET}


def _is_read(
    environment: dict[str, str], right: dict[str, Any], settings: Callable[..., Any]
) -> None:
    case = ", ".join(
        f"{name}={text!r}" for name, text in environment.items() if name not in ("SECRET", "PATH")
    )
    try:
        said = answered(settings, MappingProxyType(environment))
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: nothing is wrong there, but it raised {error!r}.") from None
    expect(
        isinstance(said, dict) and set(said) == set(KEYS),
        f"settings should return a dict with the keys {', '.join(KEYS)}.",
    )
    for key in KEYS:
        value, wanted = said[key], right[key]
        seen = f"{case}: {key} is {value!r}"
        if key == "secret":
            expect(value == wanted, f"{case}: the secret is not the one of the argument.")
            continue
        from_outside = ELSEWHERE[key.upper()]
        expect(
            str(wanted) == from_outside or str(value) not in (from_outside, f"{from_outside}.0"),
            f"{seen}. That is of os.environ; read the argument.",
        )
        expect(
            isinstance(wanted, str) or not isinstance(value, str),
            f"{seen}, a string. Make of it what the rest of the program needs.",
        )
        if key == "debug":
            expect(isinstance(value, bool), f"{seen}; it should be True or False.")
            expect(
                value == wanted or not value,
                f'{seen}. Every string that is not empty counts as true, "false" too.',
            )
        expect(not isinstance(value, bool) or key == "debug", f"{seen}; it should be a number.")
        expect(key != "workers" or isinstance(value, int), f"{seen}; it should be an int.")
        expect(
            key.upper() in environment or value == wanted,
            f"{seen}; if nothing is said it is {wanted!r}.",
        )
        expect(value == wanted, f"{seen}, which is not what the environment says.")


def _is_refused(
    settings: Callable[..., Any], environment: dict[str, str], name: str, what: str
) -> None:
    try:
        settings(MappingProxyType(environment))
    except NotImplementedError:
        raise NotYet("settings is not written yet.") from None
    except ValueError as error:
        expect(
            SECRET not in str(error),
            f"{what}: the message has the secret in it, and messages are written into logs.",
        )
        expect(
            name in str(error),
            f"{what}: the message is {str(error)!r}. Which variable is to be mended?",
        )
    except Exception as error:
        raise NotYet(f"{what}: raise a ValueError, not {type(error).__name__}.") from None
    else:
        raise NotYet(f"{what}, but there was no error.")


# --- 2 ---


class Module(NamedTuple):
    """A source, whether it imports what is asked for, and what one overlooks otherwise."""

    text: str
    counts: bool
    hint: str


INSIDE = "a module inside it is a part of it."
ASKED: dict[str, dict[str, Module]] = {
    "sqlite3": {
        "plain": Module("import sqlite3\n", True, "it imports it."),
        "renamed": Module("import sqlite3 as db\n", True, "it is the same by another name."),
        "several": Module("import os, sqlite3, sys\n", True, "an import can name several."),
        "picked": Module("from sqlite3 import connect\n", True, "it imports from it."),
        "inner": Module("import sqlite3.dbapi2 as db\n", True, INSIDE),
        "inner_picked": Module("from sqlite3.dbapi2 import connect\n", True, INSIDE),
        "late": Module("def open_it():\n    if True:\n        import sqlite3\n    return sqlite3\n",
                       True, "imports may stand inside of functions."),
        "comment": Module("# import sqlite3 was here\nimport os\n", False, "that is a comment."),
        "text": Module('HELP = """\nimport sqlite3\nfrom sqlite3 import connect\n"""\n', False,
                       "what stands in a string is not run."),
        "longer": Module("import sqlite3_tools\nfrom sqlite3x import y\n", False,
                         "that is another module, whose name begins alike."),
        "of_another": Module("from peewee import sqlite3\n", False,
                             "what it imports is something of peewee's."),
        "relative": Module("from .sqlite3 import connect\nfrom . import sqlite3\n", False,
                           "a dot in front means the package's own module."),
        "a_name": Module("sqlite3 = 1\nprint(sqlite3)\n", False, "a name is not an import."),
        "nothing": Module("", False, "it is empty."),
    },
    "shop.store": {
        "whole": Module("import shop.store\n", True, "it imports it."),
        "from_package": Module("from shop import orders, store\n", True,
                               "\"from shop import store\" imports shop.store."),
        "from_it": Module("from shop.store import Store\n", True, "it imports from it."),
        "neighbour": Module("from shop import orders\n", False, "that is shop.orders."),
        "own_store": Module("from other import store\nimport store\n", False,
                            "that is another one of the same last name."),
    },
    "urllib": {
        "request": Module("import urllib.request\n", True, INSIDE),
        "other": Module("import urllib3\n", False,
                        "that is another module, whose name begins alike."),
    },
}  # fmt: skip


def task_2(touched: Callable[..., Any]) -> None:
    """Which modules import another one; in code made for it, and in both first shops."""
    for module, code in ASKED.items():
        texts = {name: each.text for name, each in code.items()}
        found = _names(answered(touched, texts, module), texts)
        for name, each in code.items():
            line = each.text.strip().replace("\n", "; ")
            if (name in found) != each.counts:
                kind = "counts for" if each.counts else "does not count for"
                raise NotYet(f"`{line}` {kind} {module}: {each.hint}")
    for variant, module, right in (
        ("tangled", "sqlite3", {"main", "orders", "pages", "report"}),
        ("tidy", "sqlite3", {"store"}),
        ("tidy", "hmac", {"orders"}),
        ("tidy", "scalelab.samples.first_shop.tidy.store", {"main", "pages"}),
    ):
        code_of = sources(variant)
        found = _names(answered(touched, code_of, module), code_of)
        expect(found == right, f"{variant}, {module}: {sorted(found)} is not right.")
    print(f"Right, for {sum(map(len, ASKED.values()))} sources and both shops.")


def _names(said: Any, texts: Mapping[str, str]) -> set[str]:
    expect(
        isinstance(said, list | set | tuple) and all(isinstance(name, str) for name in said),
        f"touched returned {said!r}; it should be a list of the modules' names.",
    )
    found = set(said)
    expect(found <= set(texts), f"{sorted(found - set(texts))} are no names of these sources.")
    return found


# --- 3 ---

APPLIED = {
    "9_cents.sql": "ALTER TABLE orders ADD COLUMN cents INTEGER;\nUPDATE orders SET cents = 100 * "
    "eur;",
    "1_orders.sql": "CREATE TABLE orders (number INTEGER PRIMARY KEY, eur INTEGER);",
    "10_postage.sql": "UPDATE orders SET cents = cents + 5",
    "2_first.sql": "INSERT INTO orders (eur) VALUES (9);\nINSERT INTO orders (eur) VALUES (20);",
}
LATE = {**APPLIED, "7_third.sql": "INSERT INTO orders (eur, cents) VALUES (30, 3001);"}
BROKEN = {
    **LATE,
    "12_towns.sql": "CREATE TABLE towns (name TEXT);\nUPDATE orders SET cents = 0;\n"
    "INSERT INTO nowhere VALUES (1);",
    "11_more.sql": "UPDATE orders SET cents = cents + 1;",
    "13_last.sql": "UPDATE orders SET cents = cents + 1000;",
}
MENDED = {**BROKEN, "12_towns.sql": "CREATE TABLE towns (name TEXT);"}


def _is_open(of: Live) -> bool:
    """Whether the answer's transaction is; a hint if there is no connection left to ask."""
    try:
        return of.own.in_transaction
    except sqlite3.ProgrammingError:
        raise NotYet("The connection is closed. It was given to you open; leave it so.") from None


def _cents(connection: sqlite3.Connection) -> list[Any]:
    try:
        return [row[0] for row in connection.execute("SELECT cents FROM orders ORDER BY number")]
    except sqlite3.OperationalError:
        return []


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}


def task_3(migrate: Callable[..., Any]) -> None:
    """In order, once, each in a transaction of its own, whenever the machine stops."""
    stopped: list[sqlite3.Connection] = []

    def keep(of: Live) -> None:
        stopped.append(of.again())

    try:
        with live(lambda _: None, keep) as of:
            _first_run(of, migrate)
            moments = list(stopped)
            _late_one(of, migrate)
            _broken_one(of, migrate)
        for moment in moments:
            _goes_on(moment, migrate)
    finally:
        for connection in stopped:
            connection.close()
    print(f"Right, also if the machine stops at any of {len(moments)} moments.")


def _run(of: Live, migrate: Callable[..., Any], files: Mapping[str, str], case: str) -> Any:
    try:
        said = answered(migrate, of.own, dict(files))
    except sqlite3.Error as error:
        raise NotYet(f"{case}: {_why(str(error))}") from None
    expect(
        isinstance(said, list | tuple) and all(isinstance(each, int) for each in said),
        f"{case}: migrate returned {said!r}; it should be a list of the numbers it applied now.",
    )
    expect(
        not _is_open(of),
        f"{case}: a transaction is still open at the end. Nobody else sees what it did.",
    )
    return list(said)


def _why(message: str) -> str:
    for part, hint in (
        ("no such", "In which order are they applied? Their numbers are numbers."),
        ("already exists", "one that was applied is applied again."),
        ("duplicate column", "one that was applied is applied again."),
        ("one statement", "a file may have several statements."),
        ("within a transaction", "there was a transaction already. When does sqlite3 begin one?"),
        ("no transaction is active", "the transaction was over before its end. executescript "
                                     "commits first."),
    ):  # fmt: skip
        if part in message:
            return f'"{message}": {hint}'
    return f'it stopped with "{message}".'


def _first_run(of: Live, migrate: Callable[..., Any]) -> None:
    case = "An empty database"
    said = _run(of, migrate, APPLIED, case)
    cents = _cents(of.other)
    expect(cents == [905, 2005], f"{case}: the orders' cents are {cents}, not [905, 2005].")
    expect(said == [1, 2, 9, 10], f"{case}: it applied 1, 2, 9 and 10, but returned {said}.")
    case = "A second call"
    said = _run(of, migrate, APPLIED, case)
    expect(
        _cents(of.other) == [905, 2005],
        f"{case}: one that was applied is applied again.",
    )
    expect(said == [], f"{case}: there was nothing to do, but it returned {said}.")


def _late_one(of: Live, migrate: Callable[..., Any]) -> None:
    case = "A colleague's branch is merged, with number 7"
    said = _run(of, migrate, LATE, case)
    expect(
        3001 in _cents(of.other),
        f"{case}: it is never applied, as a larger number was before.",
    )
    expect(said == [7], f"{case}: that is the one that was applied, but it returned {said}.")


def _broken_one(of: Live, migrate: Callable[..., Any]) -> None:
    case = "12 fails at its last statement"
    before = _cents(of.other)
    try:
        migrate(of.own, dict(BROKEN))
    except sqlite3.OperationalError as error:
        expect("nowhere" in str(error), f"{case}: {_why(str(error))}")
    except Exception as error:
        raise NotYet(f"{case}: let sqlite3's error through, not {error!r}.") from None
    else:
        raise NotYet(f"{case}: nobody is told. Let the error through.")
    expect(
        not _is_open(of),
        f"{case}: its transaction is still open, and whoever writes next completes it.",
    )
    cents = _cents(of.other)
    expect(
        "towns" not in _tables(of.other),
        f"{case}: the table that it made is still there. Before which statements does sqlite3 "
        "begin a transaction?",
    )
    expect(0 not in cents, f"{case}: what its UPDATE did is still there.")
    expect(max(cents) < 4000, f"{case}: 13 is applied all the same. It may rest on 12.")
    expect(cents != before, f"{case}: 11, which went well before it, is undone, too.")
    case = "12 is mended"
    said = _run(of, migrate, MENDED, case)
    expect("towns" in _tables(of.other), f"{case}: it is not applied. It failed the first time.")
    right = [each + 1001 for each in before]
    expect(_cents(of.other) == right, f"{case}: 11, 12 and 13 should have been applied once each.")
    expect(said == [12, 13], f"{case}: it applied 12 and 13, but returned {said}.")


def _goes_on(moment: sqlite3.Connection, migrate: Callable[..., Any]) -> None:
    case = "The machine stops while migrate runs, and it is run again"
    was = len(_tables(moment))
    try:
        migrate(moment, dict(APPLIED))
    except sqlite3.Error as error:
        raise NotYet(
            f'{case}: "{error}". A migration and the note that it was applied are in two '
            "transactions."
        ) from None
    expect(
        _cents(moment) == [905, 2005],
        f"{case} (with {was} tables): cents are {_cents(moment)}. A migration and the note that it "
        "was applied are in two transactions.",
    )


# --- 4 ---


class Filling(NamedTuple):
    """Orders of a table, some of which were filled by a run that was stopped; and the batch."""

    orders: int
    batch: int
    filled: tuple[int, ...] = ()
    without: tuple[int, ...] = ()


FILLINGS = (
    Filling(60, 10),
    Filling(137, 20, without=(3, 4, 70)),
    Filling(90, 7, filled=(0, 1, 2, 40, 41, 89)),
    Filling(5, 100),
    Filling(40, 40),
    Filling(6, 10, filled=(0, 1, 2, 3, 4, 5)),
    Filling(12, 1),
)  # fmt: skip
PRICES = (19.99, 4.35, 1.1, 250.0, 8.2, 0.57)
NEWER = 5_000_000  # cents of what newer code writes; no old price comes near
OLDER = 1_000_000  # of what an earlier run has filled, to be told from what is filled now
NEWER_AT = (0, 3, 6)  # of the moments between transactions


def _number(index: int) -> int:
    """Orders that were deleted leave gaps."""
    return 3 * index + 1 + 50 * (index // 7)


def _eur(of: Filling, index: int) -> float | None:
    return None if index in of.without else PRICES[index % len(PRICES)] + index


def task_4(backfill: Callable[..., Any]) -> None:
    """Batch by batch, beside newer code that writes, and again after it was stopped."""
    for of in FILLINGS:
        _fill(of, backfill)
    print(f"Right, for {len(FILLINGS)} tables, in use meanwhile.")


def _fill(of: Filling, backfill: Callable[..., Any]) -> None:
    case = f"{of.orders} orders, batches of {of.batch}"
    newer: set[int] = set()
    steps: list[int] = []
    moments: list[sqlite3.Connection] = []
    free = 0

    def prepare(connection: sqlite3.Connection) -> None:
        connection.execute(
            "CREATE TABLE orders (number INTEGER PRIMARY KEY, price_eur REAL, price_cents INTEGER)"
        )
        rows = [
            (_number(i), _eur(of, i), OLDER + i if i in of.filled else None)
            for i in range(of.orders)
        ]
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)

    def look(at: Live) -> None:
        nonlocal free
        done = "SELECT COUNT(*) FROM orders WHERE price_cents IS NOT NULL"
        steps.append(at.other.execute(done).fetchone()[0] - len(newer))
        if at.own.in_transaction or at.is_endless:
            return
        if len(moments) < 12:
            moments.append(at.again())
        if free in NEWER_AT and of.batch > 1:
            _newer_code_writes(at.other, newer)
        free += 1

    try:
        with live(prepare, look) as at:
            said = _filled(at, of, backfill, case)
            look(at)
            _is_filled(at.other, of, newer, case)
            _is_in_batches(at, of, steps, said, case)
        for moment in moments:
            _is_run_again(moment, of, backfill, case)
    finally:
        for connection in moments:
            connection.close()


def _newer_code_writes(other: sqlite3.Connection, newer: set[int]) -> None:
    """To the first row that is empty, which is likely to be among the next to be filled."""
    empty = "SELECT MIN(number) FROM orders WHERE price_cents IS NULL AND price_eur IS NOT NULL"
    first = other.execute(empty).fetchone()[0]
    if first is not None:
        with other:
            write = "UPDATE orders SET price_cents = ? WHERE number = ?"
            other.execute(write, (NEWER + first, first))
        newer.add(first)


def _filled(at: Live, of: Filling, backfill: Callable[..., Any], case: str) -> float:
    try:
        said = answered(backfill, at.own, of.batch)
    except sqlite3.Error as error:
        if at.is_endless:
            rest = " Some orders have no old price, and stay empty." if of.without else ""
            raise NotYet(f"{case}: it does not come to an end.{rest}") from None
        expect(
            "locked" not in str(error),
            f'{case}: "{error}". Newer code wrote while a query of yours was still open. Fetch '
            "all of its rows first.",
        )
        raise NotYet(f'{case}: it stopped with "{error}".') from None
    expect(
        not _is_open(at),
        f"{case}: the last batch is not committed. Nobody else sees it, and its rows stay locked.",
    )
    return number("backfill(...)", said)


def _is_filled(other: sqlite3.Connection, of: Filling, newer: set[int], case: str) -> None:
    rows = dict(other.execute("SELECT number, price_cents FROM orders").fetchall())
    for i in range(of.orders):
        name, eur = _number(i), _eur(of, i)
        cents, seen = rows.get(name), f"{case}: order {name}"
        expect(name in rows, f"{seen} is gone.")
        if name in newer:
            expect(
                cents == NEWER + name,
                f"{seen} has {cents}. Newer code had written {NEWER + name} after you looked.",
            )
        elif i in of.filled:
            expect(cents == OLDER + i, f"{seen} had a new price already, and now has another one.")
        elif eur is None:
            expect(cents is None, f"{seen} has no old price, and now has {cents!r} cents.")
        else:
            right = round(100.0 * eur)
            expect(cents is not None, f"{seen} is still empty.")
            expect(cents == right or cents != int(100.0 * eur), f"{seen}, {eur:g} EUR: {cents} "
                   "cents are a cent too few. Round.")  # fmt: skip
            expect(cents == right, f"{seen}, {eur:g} EUR: {cents!r} cents?")


def _is_in_batches(at: Live, of: Filling, steps: list[int], said: float, case: str) -> None:
    done = [after - before for before, after in pairwise(steps)]
    batches = [each for each in done if each > 0]
    todo = of.orders - len(of.filled) - len(of.without)
    largest = max(batches, default=0)
    if largest > of.batch:
        updates = sum(each.lstrip().upper().startswith("UPDATE") for each in at.statements)
        expect(
            updates < 2 or len(batches) > 1,
            f"{case}: {updates} updates, but one transaction for all. Its rows stay locked until "
            "the end.",
        )
        raise NotYet(f"{case}: {largest} rows were changed in one transaction.")
    expect(
        len(batches) <= ceil(todo / of.batch),
        f"{case}: {len(batches)} transactions for {todo} rows. A batch is as many rows as asked "
        "for, as long as there are so many.",
    )
    if said == len(batches):
        return
    for wrong, hint in (
        (len(batches) + 1, "the last one found nothing to do."),
        (sum(batches), "that is how many rows."),
    ):
        expect(said != wrong, f"{case}: {len(batches)} had work, not {said:g}: {hint}")
    raise NotYet(f"{case}: {len(batches)} batches had work, not {said:g}.")


def _is_run_again(
    moment: sqlite3.Connection, of: Filling, backfill: Callable[..., Any], case: str
) -> None:
    try:
        backfill(moment, of.batch)
    except sqlite3.Error as error:
        raise NotYet(f'{case}, stopped and run again: "{error}".') from None
    empty = "SELECT COUNT(*) FROM orders WHERE price_cents IS NULL AND price_eur IS NOT NULL"
    left = moment.execute(empty).fetchone()[0]
    expect(left == 0, f"{case}, stopped and run again: {left} orders stay empty.")


# --- 5 ---


class Held(NamedTuple):
    """Requests a second; what one takes of each, ms; share of connections in use on average."""

    rate_per_s: float
    application_ms: float
    away_ms: float
    database_ms: float
    io_ms: float
    most_used: float


HELD = (
    Held(1300.0, 7.0, 20.0, 3.0, 1.0, 0.6),
    Held(380.0, 7.0, 20.0, 3.0, 1.0, 0.7),
    Held(90.0, 30.0, 250.0, 12.0, 6.0, 0.6),
    Held(2500.0, 2.0, 0.0, 0.7, 0.2, 0.8),
    Held(150.0, 5.0, 40.0, 2.0, 1.0, 0.9),
)


def task_5(connections: Callable[..., Any]) -> None:
    """Connections by Little's law, held from begin to end and for the database's part."""
    for held in HELD:
        said = answered(connections, *held)
        both = several("connections", said, "held from begin to end", "for the database's part")
        _are_connections(held, number("the first", both[0]), number("the second", both[1]))
    print(f"Right, for {len(HELD)} shops.")


def _are_connections(held: Held, whole: float, part: float) -> None:
    rate, application, away, database, io, used = held
    case = f"{rate:g} requests/s, {application:g} + {away:g} + {database:g} + {io:g} ms, {used:.0%}"
    times = {"from begin to end": application + away + database + io,
             "for the database's part": database + io}  # fmt: skip
    rights = {name: ceil(rate * ms / 1000.0 / used) for name, ms in times.items()}
    first, second = rights.values()
    expect(
        (whole, part) != (second, first), f"{case}: the first is for those held from begin to end."
    )
    for (name, ms), said in zip(times.items(), (whole, part), strict=True):
        busy = rate * ms / 1000.0
        if said == rights[name]:
            continue
        seen = f"{case}, {name}, {said:g} connections"
        for wrong, hint in (
            (ceil(1000.0 * busy / used), "rates are for a second, times in milliseconds."),
            (busy / used, "there is no part of a connection."),
            (int(busy / used), "with so few they are busier than allowed. Round the other way."),
            (ceil(busy), "that leaves no room."),
            (ceil(busy * used), "room makes it more, not fewer."),
            (ceil(busy * (1.0 + used)), "which share of the connections is in use then?"),
            (ceil(busy * (2.0 - used)), "which share of the connections is in use then?"),
            (ceil(rate * database / 1000.0 / used), "it is held while the database waits for its "
                                                    "disk, too."),
            (ceil(rate * (away + io + database) / 1000.0 / used), "it is held while the "
                                                                  "application works, too."),
        ):  # fmt: skip
            expect(not isclose(said, wrong, rel_tol=1e-9), f"{seen}: {hint}")
        raise NotYet(f"{seen}: how many are in use on average?")


# --- 6 ---

VCPUS, CONNECTIONS = 16, 64


class Load(NamedTuple):
    """Requests a second, for how long one waits for other services, and what may be idle."""

    rate_per_s: float
    away_ms: float
    most_idle: float


LOADS = (
    Load(400.0, 20.0, 0.05),
    Load(900.0, 20.0, 0.05),
    Load(1200.0, 20.0, 0.01),
    Load(700.0, 60.0, 0.1),
    Load(1200.0, 5.0, 0.02),
)


@cache
def idle_share(rate_per_s: float, away_ms: float, workers: int) -> float:
    """Of 16 vCPUs, what is idle while requests wait; with connections enough."""
    found = simulate(
        rate_per_s, vcpus=VCPUS, workers=workers, connections=CONNECTIONS, away_ms=away_ms
    )
    return found.idle_while_waited


def task_6(fewest: Callable[..., Any]) -> None:
    """The fewest workers with which a large machine is not idle while requests wait."""
    for load in LOADS:
        _is_fewest(load, number("fewest(...)", answered(fewest, *load)))
    print(f"Right, for {len(LOADS)} loads.")


def _is_fewest(load: Load, said: float) -> None:
    rate, away, most = load
    case = f"{rate:g} requests/s, {away:g} ms away, {most:.0%} allowed"
    expect(
        said.is_integer() and 1.0 <= said <= 256.0,
        f"{case}: {said:g} workers? Return a whole number, 1 to 256.",
    )
    workers = int(said)
    idle = idle_share(rate, away, workers)
    if idle <= most:
        fewer = idle_share(rate, away, workers - 1) if workers > 1 else inf
        expect(fewer > most, f"{case}: with {workers} workers it is well, and with fewer, too.")
        return
    case = f"{case}: with {workers} workers {idle:.0%} is idle while requests wait"
    expect(
        workers != 16, f"{case}. They are as many as on the small machine, or one for each vCPU."
    )
    used = rate * (11.0 + away) / 1000.0
    expect(
        workers not in (int(used), ceil(used)),
        f"{case}. As many are in use on average; there are moments with more.",
    )
    expect(
        idle_share(rate, away, workers + 1) > most,
        f"{case}. That is the last that does not do; which is the first that does?",
    )
    raise NotYet(f"{case}.")


# --- 7 ---


class Work(NamedTuple):
    """On one vCPU: busy share, reports' share of it, a page, report over page, cv2 of each kind."""

    load: float
    report_share: float
    page_ms: float
    ratio: float
    cv2: float


WORK = (
    Work(0.7, 0.3, 20.0, 50.0, 1.0),
    Work(0.5, 0.3, 20.0, 50.0, 1.0),
    Work(0.9, 0.1, 10.0, 200.0, 0.0),
    Work(0.6, 0.6, 35.0, 8.0, 4.0),
    Work(0.3, 0.02, 5.0, 1000.0, 1.0),
)


def task_7(who_waits: Callable[..., Any]) -> None:
    """Pages in line and shared, and the size with which both are alike."""
    for work in WORK:
        said = answered(who_waits, *work)
        names = ("pages in line, ms", "pages shared, ms", "the size that is alike in both, ms")
        line, shared, alike = several("who_waits", said, *names)
        _is_line(work, number("the first", line))
        _is_shared(work, number("the second", shared))
        _is_alike(work, number("the third", alike))
    print(f"Right, for {len(WORK)} machines.")


def _jobs(work: Work) -> tuple[sharing_theory.Class, sharing_theory.Class, sharing_theory.Class]:
    load, share, page_ms, ratio, cv2 = work
    page, report = sharing_theory.classes(load, share, page_ms, ratio, cv2, cv2)
    return page, report, sharing_theory.mixture(page, report)


def _told(work: Work) -> str:
    load, share, page_ms, ratio, cv2 = work
    return f"{load:.0%} busy, {share:.0%} reports, {page_ms:g} ms, ratio {ratio:g}, cv2 {cv2:g}"


def _near(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-6)


def _is_line(work: Work, said: float) -> None:
    load, share, page_ms, ratio, cv2 = work
    page, report, both = _jobs(work)
    wait = sharing_theory.first_come_wait(both, 1)
    seen = f"{_told(work)}: {said:.5g} ms for pages in line"
    right = page_ms + wait
    if _near(said, right):
        return
    report_ms = page_ms * ratio
    by_count = (1.0 - share) * page_ms**2 + share * report_ms**2
    mean_by_count = (1.0 - share) * page_ms + share * report_ms
    counted = load / mean_by_count * by_count * (1.0 + cv2) / (2.0 * (1.0 - load))
    alone = 0.5 * (1.0 + cv2) * both.mean * load / (1.0 - load)
    between = (page.rate * page_ms**2 + report.rate * report_ms**2) / (2.0 * (1.0 - load))
    for wrong, hint in (
        (wait, "that is the wait; the page's own work comes after it."),
        (page_ms + 2.0 * wait, "that is twice the wait. A job in service is half done on average."),
        (both.mean + wait, "after the wait comes a page, not a mean job."),
        (page_ms + alone, "the mixture of pages and reports has more spread than each of them."),
        (page_ms / (1.0 - load), "as if reports were no larger than pages."),
        (both.mean / (1.0 - load), "as if all sizes were exponential with one mean."),
        (page_ms + counted, "that share is of the work, not of the jobs."),
        (page_ms + between, "sizes of one kind are not all alike."),
        (page_ms + wait * (1.0 - load), "a job that comes waits for others in line, too."),
    ):
        expect(not _near(said, wrong) or _near(wrong, right), f"{seen}: {hint}")
    raise NotYet(f"{seen}: what is the mean square of a job's size?")


def _is_shared(work: Work, said: float) -> None:
    load, _, page_ms, _, _ = work
    _, _, both = _jobs(work)
    seen = f"{_told(work)}: {said:.5g} ms for pages shared"
    right = page_ms / (1.0 - load)
    if _near(said, right):
        return
    for wrong, hint in (
        (both.mean / (1.0 - load), "that is for a job of the mean size."),
        (page_ms / load, "a page on a machine that is nearly empty takes its own time."),
        (page_ms / (1.0 - load * (1.0 - work.report_share)), "reports take their share, too."),
        (page_ms * load / (1.0 - load), "that is what is added to the page's own time."),
        (page_ms, "that is on an empty machine."),
    ):
        expect(not _near(said, wrong), f"{seen}: {hint}")
    raise NotYet(f"{seen}: how much of the vCPU is left for one more?")


def _is_alike(work: Work, said: float) -> None:
    _, _, both = _jobs(work)
    right = sharing_theory.indifferent_size(both)
    seen = f"{_told(work)}: a job of {said:.5g} ms"
    if _near(said, right):
        return
    for wrong, hint in (
        (2.0 * right, "that is twice as large."),
        (both.mean, "the mean job is not the one that is alike in both."),
        (right * work.load / (1.0 - work.load), "that is what it waits in line."),
        (right / (1.0 - work.load), "that is its response, not its size."),
    ):
        expect(not _near(said, wrong), f"{seen}: {hint}")
    line = said + sharing_theory.first_come_wait(both, 1)
    shared = said / (1.0 - work.load)
    raise NotYet(f"{seen} takes {line:.4g} ms in line and {shared:.4g} ms shared.")


# --- 8 ---

ENOUGH = 0.8  # of the changes get through


class Busy(NamedTuple):
    """Reports that run, their mean length, pause between tries and how many tries there are."""

    running: float
    report_s: float
    pause_s: float
    most_tries: int


TIME_OUTS = (NO_TIME_OUT, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
TABLES = (
    Busy(2.0, 60.0, 30.0, 20),
    Busy(1.0, 20.0, 5.0, 10),
    Busy(2.0, 10.0, 10.0, 10),
    Busy(1.5, 10.0, 5.0, 5),
    Busy(1.0, 30.0, 60.0, 3),
    Busy(1.5, 120.0, 60.0, 5),
    Busy(2.0, 600.0, 60.0, 20),
    Busy(3.0, 120.0, 10.0, 3),
)


@cache
def tried(table: Busy, time_out_s: float) -> Expected:
    """Exact, for exponential reports; the change itself takes no time."""
    running, report_s, pause_s, most_tries = table
    return expected(running, report_s, time_out_s, pause_s, most_tries, hold_s=0.0)


def task_8(choose: Callable[..., Any]) -> None:
    """The time-out that blocks least in all, of those that get through often enough."""
    for table in TABLES:
        said = answered(choose, *table, list(TIME_OUTS))
        _is_choice(table, said)
    print(f"Right, for {len(TABLES)} tables.")


def _is_choice(table: Busy, said: Any) -> None:
    running, report_s, pause_s, most = table
    case = f"{running:g} reports of {report_s:g} s, pauses of {pause_s:g} s, at most {most} tries"
    expect(
        isinstance(said, Real) and not isinstance(said, bool) and said in TIME_OUTS,
        f"{case}: {said!r} is none of the time-outs.",
    )
    good = [each for each in TIME_OUTS if tried(table, each).through >= ENOUGH]
    right = min(good, key=lambda each: tried(table, each).blocked_s)
    found, best = tried(table, said), tried(table, right)
    if said in good and isclose(found.blocked_s, best.blocked_s, rel_tol=0.001):
        return
    name = f"{said:g} s" if said != NO_TIME_OUT else "none"
    seen = f"{case}, {name}: blocked {found.blocked_s:.3g} s in all"
    expect(
        found.through >= ENOUGH,
        f"{seen}, but only {found.through:.0%} of the changes are made.",
    )
    expect(
        found.blocked_s / found.tries >= best.blocked_s / best.tries,
        f"{seen}. It is less for each try, but there are {found.tries:.1f} of them.",
    )
    expect(
        said != NO_TIME_OUT,
        f"{seen}, which is more than with one of the time-outs. It waits for as long as it takes.",
    )
    raise NotYet(f"{seen}, which is not the least.")
