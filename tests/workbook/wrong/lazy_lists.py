"""Wrong lists and sums of queries, and the hint each of them has to get."""

from collections.abc import Callable
from math import ceil
from typing import Any

from scalelab.workbook import lazy_lists as check
from scalelab.workbook.lazy_lists import Database, List

MINE = "order_number IN (SELECT number FROM orders WHERE customer = ?)"
Found = list[Any]


def right_page(
    db: Database, customer: str, order: str = "placed DESC, number DESC", where: str = MINE,
    lines_by: str = "position", notes_by: str = "written", line: str = "article, pieces",
) -> Found:  # fmt: skip
    """The right one, but for what is changed."""
    asked = "SELECT number FROM orders WHERE customer = ? ORDER BY " + order
    found: dict[int, Any] = {n: (n, [], []) for (n,) in db.query(asked, customer)}
    with_it = (customer,) if "?" in where else ()
    for n, *rest in db.query(
        f"SELECT order_number, {line} FROM lines WHERE {where} ORDER BY {lines_by}", *with_it
    ):
        if n in found:
            found[n][1].append(tuple(rest))
    for n, text in db.query(
        f"SELECT order_number, text FROM notes WHERE {where} ORDER BY {notes_by}", *with_it
    ):
        if n in found:
            found[n][2].append(text)
    return list(found.values())


def page_with(**change: str) -> Callable[..., Found]:
    return lambda db, customer: right_page(db, customer, **change)


def changed(change: Callable[[Found], Any]) -> Callable[..., Any]:
    return lambda db, customer: change(right_page(db, customer))


def row_by_row(db: Database, customer: str) -> Found:
    found = []
    for (n,) in db.query(
        "SELECT number FROM orders WHERE customer = ? ORDER BY placed DESC, number DESC", customer
    ):
        lines = db.query(
            "SELECT article, pieces FROM lines WHERE order_number = ? ORDER BY position", n
        )
        notes = db.query("SELECT text FROM notes WHERE order_number = ? ORDER BY written", n)
        found.append((n, lines, [text for (text,) in notes]))
    return found


def notes_row_by_row(db: Database, customer: str) -> Found:
    return [
        (n, lines,
         [text for (text,) in db.query(
             "SELECT text FROM notes WHERE order_number = ? ORDER BY written", n)])
        for n, lines, _ in right_page(db, customer)
    ]  # fmt: skip


def in_batches(size: int) -> Callable[..., Found]:
    def page(db: Database, customer: str) -> Found:
        numbers = [
            n for (n,) in db.query(
                "SELECT number FROM orders WHERE customer = ? ORDER BY placed DESC, number DESC",
                customer,
            )
        ]  # fmt: skip
        found: dict[int, Any] = {n: (n, [], []) for n in numbers}
        for i in range(0, len(numbers), size):
            some = numbers[i : i + size]
            marks = ", ".join("?" * len(some))
            for n, article, pieces in db.query(
                "SELECT order_number, article, pieces FROM lines "
                f"WHERE order_number IN ({marks}) ORDER BY position", *some
            ):  # fmt: skip
                found[n][1].append((article, pieces))
            for n, text in db.query(
                f"SELECT order_number, text FROM notes WHERE order_number IN ({marks}) "
                "ORDER BY written", *some
            ):  # fmt: skip
                found[n][2].append(text)
        return list(found.values())

    return page


def one_join(db: Database, customer: str, kind: str = "LEFT JOIN", distinct: bool = True) -> Found:
    found: dict[int, Any] = {}
    for n, position, article, pieces, written, text in db.query(
        f"SELECT number, position, article, pieces, written, text FROM orders {kind} lines "
        f"ON lines.order_number = number {kind} notes ON notes.order_number = number "
        "WHERE customer = ? ORDER BY placed DESC, number DESC, position, written", customer
    ):  # fmt: skip
        lines, notes = found.setdefault(n, ({}, {}) if distinct else ([], []))
        if distinct:
            if position is not None:
                lines[position] = (article, pieces)
            if written is not None:
                notes[written] = text
        else:
            if position is not None:
                lines.append((article, pieces))
            if written is not None:
                notes.append(text)
    if not distinct:
        return [(n, lines, notes) for n, (lines, notes) in found.items()]
    return [(n, list(lines.values()), list(notes.values())) for n, (lines, notes) in found.items()]


def distinct_values(db: Database, customer: str) -> Found:
    """Two lines that say the same become one."""
    return [
        (n, list(dict.fromkeys(lines)), list(dict.fromkeys(notes)))
        for n, lines, notes in right_page(db, customer)
    ]


def in_the_text(db: Database, customer: str) -> Found:
    """The name is put into the SQL."""
    mine = f"order_number IN (SELECT number FROM orders WHERE customer = '{customer}')"
    return right_page(db, customer, where=mine)


def remembers() -> Callable[..., Found]:
    known: dict[tuple[Any, str], Found] = {}

    def page(db: Database, customer: str) -> Found:
        if (db, customer) not in known:
            known[db, customer] = right_page(db, customer)
        return known[db, customer]

    return page


def everybody(db: Database, customer: str) -> Found:
    return right_page(db, customer, where="1 = 1")


def all_parameters(db: Database, customer: str) -> Found:
    return in_batches(100_000)(db, customer)


def writes(db: Database, customer: str) -> Found:
    db.query("CREATE VIEW mine AS SELECT * FROM orders")
    return right_page(db, customer)


def for_ever(db: Database, customer: str) -> Found:
    while True:
        db.query("SELECT 1")


def costs_of(way: int, part: int, change: Callable[[List, float], Any]) -> tuple[Any, ...]:
    """One number of the six is another one."""

    def costs(*given: Any) -> Any:
        of = List(*given)
        found: list[list[Any]] = [list(pair) for pair in check.costs_of(of)]
        found[way][part] = change(of, found[way][part])
        return [tuple(pair) for pair in found]

    return right_page, costs


def right_costs(*given: Any) -> Any:
    return check.costs_of(List(*given))


ROW, BATCHES, JOIN = range(3)
QUERIES, ROWS = range(2)

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    *((f"page: {name}", check.task_2, (page, right_costs), hint) for name, page, hint in (
        ("no function", 5, "expected a function"),
        ("returns nothing", lambda *_: None, "returns nothing"),
        ("raises", lambda *_: {}["x"], "KeyError"),
        ("a number", lambda *_: 5, "it should be a list"),
        ("always empty", lambda *_: [], "is missing"),
        ("row by row", row_by_row, "twice as many orders"),
        ("notes row by row", notes_row_by_row, "twice as many orders"),
        *((f"in batches of {n}", in_batches(n), "twice as many orders")
          for n in (1, 2, 10, 50, 100)),
        ("all as parameters", all_parameters, "takes 100. Who else knows"),
        ("one join", one_join, "Each line came with each note"),
        ("one join, and not undone", lambda db, c: one_join(db, c, distinct=False),
         "Each times what"),
        ("one inner join", lambda db, c: one_join(db, c, "JOIN"), "is missing"),
        ("everybody's rows", everybody, "Whose are the others"),
        ("copies are left out", distinct_values, "say the same"),
        ("the name in the SQL", in_the_text, "O'Hara.*OperationalError"),
        ("remembers", remembers(), "after one more order.*is missing"),
        ("writes", writes, "a page only reads"),
        ("for ever", for_ever, "Does it end"),
        ("the oldest first", page_with(order="placed, number"), "The newest is to be first"),
        ("the lowest number first", page_with(order="placed DESC, number"), "on the same day"),
        ("by number", page_with(order="number DESC"), "The newest is to be first"),
        ("in no order", page_with(order="1"), "The newest is to be first"),
        ("lines in no order", page_with(lines_by="article, pieces"), "order of their positions"),
        ("lines backwards", page_with(lines_by="position DESC"), "order of their positions"),
        ("notes by text", page_with(notes_by="text"), "of when written"),
        ("notes backwards", page_with(notes_by="written DESC"), "of when written"),
        ("pieces first", page_with(line="pieces, article"), "belongs into each of them"),
        ("positions, too", page_with(line="position, article, pieces"),
         "belongs into each of them"),
        ("without notes", changed(lambda found: [(n, of, []) for n, of, _ in found]),
         "the notes of"),
        ("without lines", changed(lambda found: [(n, [], t) for n, _, t in found]), "the lines of"),
        ("orders without lines are missing", changed(lambda found: [e for e in found if e[1]]),
         "with 0 lines.*is missing"),
        ("orders without notes are missing", changed(lambda found: [e for e in found if e[2]]),
         "0 notes, is missing"),
        ("an order twice", changed(lambda found: found[:1] + found), "is listed 2 times"),
        ("a stranger's order", changed(lambda found: [(1, [], []), *found]),
         "none of this customer"),
        ("the last is missing", changed(lambda found: found[:-1]), "is missing"),
        ("ten at most", changed(lambda found: found[:10]), "is missing"),
        ("only numbers", changed(lambda found: [n for n, _, _ in found]),
         "should be .number, lines"),
        ("pairs", changed(lambda found: [(n, of) for n, of, _ in found]),
         "should be .number, lines"),
        ("notes as a text", changed(lambda found: [(n, of, "; ".join(t)) for n, of, t in found]),
         "should be a list"),
        ("lines as None", changed(lambda found: [(n, of or None, t) for n, of, t in found]),
         "should be a list"),
        ("notes as rows", changed(lambda found: [(n, of, [(e,) for e in t]) for n, of, t in found]),
         "belongs into each of them"),
        ("a dict", changed(lambda found: {n: (of, t) for n, of, t in found}), "should be a list"),
    )),
    ("costs: no function", check.task_2, (right_page, 5), "expected a function"),
    ("costs: one number", check.task_2, (right_page, lambda *_: 5), "should return three things"),
    ("costs: numbers", check.task_2, (right_page, lambda *_: (1, 2, 3)), "no pair of queries"),
    ("costs: words", check.task_2, (right_page, lambda *_: (("a", 1),) * 3), "is no number"),
    ("costs: raises", check.task_2, (right_page, lambda *_: 1 // 0), "ZeroDivisionError"),
    *((f"costs: {name}", check.task_2, costs_of(way, part, change), hint)
      for name, way, part, change, hint in (
        ("row by row, without the first", ROW, QUERIES, lambda of, n: n - 1, "Who asks for the"),
        ("row by row, one collection", ROW, QUERIES, lambda of, n: 1 + of.orders,
         "by itself"),
        ("row by row, each row", ROW, QUERIES,
         lambda of, n: 1 + of.orders * of.each * of.collections, "Who asks for what"),
        ("row by row, one", ROW, QUERIES, lambda of, n: 1, "Who asks for what"),
        ("row by row, one for a collection", ROW, QUERIES, lambda of, n: 1 + of.collections,
         "Who asks for what"),
        ("row by row, without orders", ROW, ROWS, lambda of, n: n - of.orders, "are rows, too"),
        ("row by row, combined", ROW, ROWS, lambda of, n: of.orders * of.each**of.collections,
         "Here nothing is combined|are rows, too"),
        ("row by row, only orders", ROW, ROWS, lambda of, n: of.orders, "Which rows are read"),
        ("batches, without the first", BATCHES, QUERIES, lambda of, n: n - 1, "Who asks for the"),
        ("batches, rounded down", BATCHES, QUERIES,
         lambda of, n: 1 + of.orders // of.batch * of.collections, "need not be full"),
        ("batches, not rounded", BATCHES, QUERIES,
         lambda of, n: 1 + of.orders / of.batch * of.collections, "need not be full"),
        ("batches, one more", BATCHES, QUERIES,
         lambda of, n: 1 + (of.orders // of.batch + 1) * of.collections,
         "How many batches"),
        ("batches, one collection", BATCHES, QUERIES, lambda of, n: 1 + ceil(of.orders / of.batch),
         "by itself"),
        ("batches of rows", BATCHES, QUERIES,
         lambda of, n: 1 + ceil(of.orders * of.each / of.batch) * of.collections,
         "of orders, not of the rows"),
        ("batches, row by row", BATCHES, QUERIES, lambda of, n: 1 + of.orders * of.collections,
         "How many batches"),
        ("batches, without orders", BATCHES, ROWS, lambda of, n: n - of.orders, "are rows, too"),
        ("batches, a batch of rows", BATCHES, ROWS, lambda of, n: n / of.batch, "Which rows are"),
        ("a join for each", JOIN, QUERIES, lambda of, n: of.collections, "How many statements"),
        ("a join for each order", JOIN, QUERIES, lambda of, n: 1 + of.orders,
         "How many statements"),
        ("no query for a join", JOIN, QUERIES, lambda of, n: 0, "How many statements"),
        ("a join adds", JOIN, ROWS, lambda of, n: of.orders * of.each * of.collections,
         "with each of the others"),
        ("a join as if apart", JOIN, ROWS, lambda of, n: of.orders * (1 + of.each * of.collections),
         "with each of the others|no row of its own"),
        ("a join and its orders", JOIN, ROWS, lambda of, n: n + of.orders, "no row of its own"),
        ("a join of one", JOIN, ROWS, lambda of, n: of.orders, "is each row of a collection"),
    )),
]  # fmt: skip
