"""Slow queries of a real SQLite database, and how much they do with some indexes."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from random import Random
from typing import NamedTuple

STEPS_AT_ALL, STEPS_OF_ROW = 150, 25  # SQLite's machine; a row that is found takes some ten
TABLES = """
    CREATE TABLE customers (customer INTEGER PRIMARY KEY, name TEXT, email TEXT);
    CREATE TABLE orders (number INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers,
                         placed INTEGER, state TEXT, town TEXT, eur REAL);
    CREATE TABLE lines (line INTEGER PRIMARY KEY, order_number INTEGER REFERENCES orders,
                        article TEXT, pieces INTEGER);
"""
QUERIES = {
    "my orders": "SELECT number, eur FROM orders WHERE customer = 7 ORDER BY placed DESC LIMIT 10",
    "my last month": "SELECT number, eur FROM orders WHERE customer = 7 AND placed >= 335",
    "open longest": "SELECT number, customer FROM orders WHERE state = 'open' "
                    "ORDER BY placed LIMIT 20",
    "a town's returns": "SELECT number, customer FROM orders WHERE town = 'Town 3' "
                        "AND state = 'returned' AND placed >= 335",
    "all of a town": "SELECT number, placed FROM orders WHERE town = 'Town 5'",
    "what was ordered": "SELECT article, pieces FROM lines WHERE order_number = 1234",
    "sign in": "SELECT customer, name FROM customers WHERE lower(email) = 'c77@shop.example'",
}  # fmt: skip


class Work(NamedTuple):
    """Rows that a query returns, steps that SQLite takes for it, and how it goes about it."""

    rows: int
    steps: int
    plan: tuple[str, ...]

    @property
    def allowed(self) -> int:
        return STEPS_AT_ALL + STEPS_OF_ROW * self.rows


def shop_database(seed: int = 1, orders: int = 6000) -> sqlite3.Connection:
    """A year of orders, some customers with many; without any index."""
    chance = Random(seed)
    customers, towns = orders // 8, 40
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    people = [(i, f"Customer {i}", f"C{i}@Shop.example") for i in range(customers)]
    connection.executemany("INSERT INTO customers VALUES (?, ?, ?)", people)
    states = ("open", "sent", "paid", "returned")
    rows = []
    for i in range(orders):
        customer = chance.randrange(10) if i % 3 == 0 else chance.randrange(customers)
        (state,) = chance.choices(states, (4, 30, 60, 6))
        town = f"Town {chance.randrange(towns)}"
        rows.append((i, customer, chance.randrange(365), state, town, float(i % 90)))
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", rows)
    pieces = [
        (chance.randrange(orders), f"Article {i % 200}", 1 + i % 3) for i in range(2 * orders)
    ]
    add = "INSERT INTO lines (order_number, article, pieces) VALUES (?, ?, ?)"
    connection.executemany(add, pieces)
    connection.commit()
    return connection


def worked(connection: sqlite3.Connection, query: str) -> Work:
    """What a query does, counted in the steps of SQLite's own machine."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    plan = tuple(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}"))
    connection.set_progress_handler(step, 1)
    rows = len(connection.execute(query).fetchall())
    connection.set_progress_handler(None, 1)
    return Work(rows, steps, plan)


def measured(indexes: Sequence[str]) -> dict[str, Work]:
    """The work of each of `QUERIES` with these indexes."""
    with closing(shop_database()) as connection:
        for statement in indexes:
            connection.execute(statement)
        return {name: worked(connection, query) for name, query in QUERIES.items()}
