"""A customer's list of orders, from a real SQLite database that counts what it is asked."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.calls import called
from scalelab.workbook.hint import NotYet, expect, several

MOST_QUERIES, MOST_PARAMETERS = 3, 100
TABLES = """
    CREATE TABLE orders (number INTEGER PRIMARY KEY, customer TEXT, placed INTEGER);
    CREATE TABLE lines (order_number INTEGER, position INTEGER, article TEXT, pieces INTEGER);
    CREATE TABLE notes (order_number INTEGER, written INTEGER, text TEXT);
    CREATE INDEX orders_by_customer ON orders (customer);
    CREATE INDEX lines_by_order ON lines (order_number);
    CREATE INDEX notes_by_order ON notes (order_number);
"""
ARTICLES = ("tea", "milk", "rice", "soap", "salt")
Listed = tuple[int, list[tuple[str, int]], list[str]]


class Bought(NamedTuple):
    number: int
    placed: int
    lines: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]


class Shop(NamedTuple):
    """Orders of each customer."""

    seed: int
    orders: tuple[tuple[str, int], ...]


SHOPS = (
    Shop(1, (("Ada", 5), ("Bob", 3))),
    Shop(2, (("Ada", 40), ("Ben", 0), ("Cem", 1), ("Dee", 9))),
    Shop(3, (("O'Hara", 12), ("Ada", 12), ("ada", 12))),
    Shop(4, (("Eve", 250), ("Fay", 250))),
)
TWICE_CALLED = Shop(5, (("Ada", 6), ("Bob", 6)))


class Database:
    """``query(sql, *parameters)`` returns the rows, and counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.asked: list[str] = []
        self.rows = 0

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a SELECT, whose question marks the parameters are for."""
        expect(
            isinstance(sql, str) and sql.lstrip().upper().startswith(("SELECT", "WITH")),
            f"query was given {str(sql)[:40]!r}; a page only reads, with SELECT.",
        )
        expect(
            len(parameters) <= MOST_PARAMETERS,
            f"a query has {len(parameters)} parameters; this database takes {MOST_PARAMETERS}. "
            "Who else knows which orders they are?",
        )
        self.asked.append(sql)
        expect(len(self.asked) <= 5000, "more than 5,000 queries for one page. Does it end?")
        found = self._connection.execute(sql, parameters).fetchall()
        self.rows += len(found)
        return found


@cache
def bought(of: Shop) -> dict[str, tuple[Bought, ...]]:
    """Orders of some customers, in any order; some without lines or notes."""
    chance = Random(of.seed)
    names = [name for name, count in of.orders for _ in range(count)]
    numbers = chance.sample(range(1000, 1000 + 3 * len(names)), len(names))
    found: dict[str, list[Bought]] = {name: [] for name, _ in of.orders}
    for name, number in zip(names, numbers, strict=True):
        lines = tuple(
            (chance.choice(ARTICLES), chance.randint(1, 9))
            for _ in range(chance.choice((0, 1, 2, 5)))
        )
        notes = tuple(f"note {chance.randint(1, 9)}" for _ in range(chance.choice((0, 0, 2, 3))))
        found[name].append(Bought(number, chance.randint(1, 30), lines, notes))
    return {name: tuple(each) for name, each in found.items()}


def database(of: Shop) -> Database:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    for name, each in bought(of).items():
        insert(connection, name, each, of.seed)
    return Database(connection)


def insert(connection: sqlite3.Connection, name: str, each: Iterable[Bought], seed: int) -> None:
    """Rows of an order are in no order."""
    chance = Random(seed)
    lines, notes = [], []
    for one in each:
        connection.execute("INSERT INTO orders VALUES (?, ?, ?)", (one.number, name, one.placed))
        lines += [(one.number, i, *line) for i, line in enumerate(one.lines)]
        notes += [(one.number, 7 * i, text) for i, text in enumerate(one.notes)]
    chance.shuffle(lines)
    chance.shuffle(notes)
    connection.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", lines)
    connection.executemany("INSERT INTO notes VALUES (?, ?, ?)", notes)


def page_of(each: Iterable[Bought]) -> list[Listed]:
    newest = sorted(each, key=lambda one: (-one.placed, -one.number))
    return [(one.number, list(one.lines), list(one.notes)) for one in newest]


def _is_page(page: Any, db: Database, name: str, each: tuple[Bought, ...]) -> None:
    case = f"{name}, {len(each)} orders"
    asked, rows = len(db.asked), db.rows
    try:
        said = called(case, page, db, name)
    except NotYet as hint:
        raise NotYet(str(hint) if case in str(hint) else f"{case}: {hint}") from None
    expect(isinstance(said, list), f"{case}: page returned {str(said)[:50]}; it should be a list.")
    right = page_of(each)
    listed = [_listed(one, case) for one in said]
    if listed != right:
        raise NotYet(f"{case}: {_difference(listed, right, each)}")
    queries, read = len(db.asked) - asked, db.rows - rows
    if queries > MOST_QUERIES:
        often, times = Counter(db.asked[asked:]).most_common(1)[0]
        raise NotYet(
            f"{case}: {queries} queries, {times} of them {' '.join(often.split())[:70]!r}. "
            "How many are there for twice as many orders?"
        )
    there = sum(1 + len(one.lines) + len(one.notes) for one in each)
    together = sum(max(len(one.lines), 1) * max(len(one.notes), 1) for one in each)
    expect(
        read <= there,
        f"{case}: {read} rows were read, and {there} belong to this page. "
        + ("Each line came with each note." if read == together else "Whose are the others?"),
    )


def _listed(one: Any, case: str) -> Listed:
    if not (isinstance(one, tuple | list) and len(one) == 3):
        raise NotYet(
            f"{case}: {str(one)[:60]} is in the list; it should be (number, lines, notes)."
        )
    number, lines, notes = one
    for what, each in (("lines", lines), ("notes", notes)):
        expect(
            isinstance(each, list | tuple),
            f"{case}: the {what} of order {number} are {str(each)[:50]}; they should be a list.",
        )
    pairs = [tuple(line) if isinstance(line, list | tuple) else line for line in lines]
    return number, pairs, list(notes)


def _difference(said: list[Listed], right: list[Listed], each: tuple[Bought, ...]) -> str:
    """``said`` is not the right list."""
    numbers, wanted = [one[0] for one in said], [one[0] for one in right]
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    if twice:
        return f"order {twice[0]} is listed {numbers.count(twice[0])} times."
    for number in numbers:
        if number not in wanted:
            return f"order {number!r} is listed, which is none of this customer's."
    orders = {one.number: one for one in each}
    for number in wanted:
        if number not in numbers:
            one = orders[number]
            has = f"{len(one.lines)} lines and {len(one.notes)} notes"
            return f"order {number}, with {has}, is missing."
    if numbers != wanted:
        return (
            f"the orders come as {numbers[:4]}..., placed on days "
            f"{[orders[number].placed for number in numbers[:4]]}. The newest is to be first, and "
            "on the same day the highest number."
        )
    for (number, lines, notes), (_, right_lines, right_notes) in zip(said, right, strict=True):
        for what, got, want in (("lines", lines, right_lines), ("notes", notes, right_notes)):
            if got == want:
                continue
            seen = f"the {what} of order {number} are {str(got)[:60]}"
            if sorted(map(repr, got)) == sorted(map(repr, want)):
                return f"{seen}. That is not the order of their positions, or of when written."
            if len(got) > len(want) and set(map(repr, got)) == set(map(repr, want)):
                return f"{seen}, {len(got)} of them. There are {len(want)}. Each times what?"
            if len(got) == len(want):
                return f"{seen}. What belongs into each of them?"
            if set(map(repr, got)) == set(map(repr, want)):
                return f"{seen}, and {len(want)} are there. Two that say the same are two."
            return f"{seen}, and {len(want)} are there."
    return "it is not the customer's list."  # pragma: no cover


class List(NamedTuple):
    """Orders; rows that each has in each collection; collections; orders asked for at once."""

    orders: int
    each: int
    collections: int
    batch: int


LISTS = (
    List(200, 5, 1, 100), List(200, 5, 1, 30), List(7, 3, 2, 3), List(40, 10, 3, 16),
    List(1, 4, 2, 10), List(100, 2, 4, 100), List(0, 5, 2, 10), List(30, 1, 3, 7),
    List(101, 6, 2, 100), List(12, 2, 1, 1),
)  # fmt: skip
WAYS = ("row by row", "in batches", "as one join")
Asked = tuple[int, int]


def costs_of(of: List) -> tuple[Asked, Asked, Asked]:
    """Queries and rows, by `WAYS`."""
    rows = of.orders * (1 + of.each * of.collections)
    batches = -(-of.orders // of.batch)
    return (
        (1 + of.orders * of.collections, rows),
        (1 + batches * of.collections, rows),
        (1, of.orders * of.each**of.collections),
    )


def _are_costs(costs: Callable[..., Any], of: List) -> None:
    case = (
        f"{of.orders} orders, {of.each} rows of each in each of {of.collections} collections, "
        f"batches of {of.batch}"
    )
    said = several("costs", called(case, costs, *of), *WAYS)
    for way, pair, right in zip(WAYS, said, costs_of(of), strict=True):
        queries, rows = _pair(pair, f"{case}, {way}")
        seen = f"{case}, {way}: {queries:g} queries, {rows:g} rows"
        if queries != right[0]:
            raise NotYet(f"{seen}. {_queries_off(way, queries, of)}")
        if rows != right[1]:
            raise NotYet(f"{seen}. {_rows_off(way, rows, of)}")


def _pair(pair: Any, case: str) -> tuple[float, float]:
    if not (isinstance(pair, tuple | list) and len(pair) == 2):
        raise NotYet(f"{case}: {str(pair)[:40]} is no pair of queries and rows.")
    for one in pair:
        if isinstance(one, bool) or not isinstance(one, int | float):
            raise NotYet(f"{case}: {one!r} is no number.")
    return pair[0], pair[1]


def _queries_off(way: str, queries: float, of: List) -> str:
    if way == "as one join":
        return "How many statements is a join, whatever it joins?"
    right = costs_of(of)[WAYS.index(way)][0]
    if way == "in batches" and queries == 1 + of.orders // of.batch * of.collections:
        return "The last batch need not be full."
    if queries == right - 1:
        return "Who asks for the orders themselves?"
    if way == "row by row":
        if queries == 1 + of.orders:
            return "Each collection is asked for by itself."
        return "Who asks for what, and how often?"
    if queries != int(queries):
        return "The last batch need not be full."
    if queries == 1 + -(-of.orders // of.batch):
        return "Each collection is asked for by itself."
    if queries == 1 + -(-of.orders * of.each // of.batch) * of.collections:
        return "A batch is of orders, not of the rows that they have."
    return "How many batches do the orders make, and what is asked for each of them?"


def _rows_off(way: str, rows: float, of: List) -> str:
    join, apart = of.orders * of.each**of.collections, of.orders * (1 + of.each * of.collections)
    if way == "as one join":
        if rows == join + of.orders:
            return "An order has no row of its own in a join; it is repeated in each."
        if rows in (apart, of.orders * of.each * of.collections):
            return "A join has each row of one collection with each of the others."
        return "With what is each row of a collection combined?"
    if rows == apart - of.orders:
        return "The orders are rows, too."
    if rows == join:
        return "That is what a join returns. Here nothing is combined."
    return "Which rows are read, of the orders and of each collection?"


def task_2(page: Callable[..., Any], costs: Callable[..., Any]) -> None:
    """A list in as many queries however long it is; and what three ways to load it ask for."""
    expect(callable(page), f"expected a function, got {page!r}.")
    expect(callable(costs), f"expected a function, got {costs!r}.")
    for of in SHOPS:
        db = database(of)
        for name, each in bought(of).items():
            _is_page(page, db, name, each)
    _is_fresh(page)
    for one in LISTS:
        _are_costs(costs, one)
    print(f"Right, for {sum(len(of.orders) for of in SHOPS)} customers and {len(LISTS)} lists.")


def _is_fresh(page: Any) -> None:
    """An order that is placed between two views is in the second."""
    db = database(TWICE_CALLED)
    before = bought(TWICE_CALLED)["Ada"]
    _is_page(page, db, "Ada", before)
    more = (Bought(1, 31, (("tea", 1), ("salt", 2)), ("please ring",)),)
    insert(db._connection, "Ada", more, 1)
    try:
        _is_page(page, db, "Ada", before + more)
    except NotYet as hint:
        raise NotYet(f"The page again, after one more order. {hint}") from None
