"""The database. Nothing else knows that it is SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MIGRATIONS = Path(__file__).with_name("migrations")


class Store:
    def __init__(self, path: str, timeout_s: float) -> None:
        self._path, self._timeout_s = path, timeout_s

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=self._timeout_s)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def migrate(self) -> None:
        """Apply the files of `MIGRATIONS` that are newer than the database."""
        files = {int(file.stem.split("_")[0]): file for file in MIGRATIONS.glob("*.sql")}
        with self._opened() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for number in sorted(files):
                if number > version:
                    connection.executescript(
                        f"BEGIN; {files[number].read_text()}PRAGMA user_version = {number}; COMMIT;"
                    )

    def products(self) -> list[Any]:
        with self._opened() as connection:
            return connection.execute("SELECT * FROM products ORDER BY name").fetchall()

    def price_cents(self, product: str) -> int | None:
        with self._opened() as connection:
            found = "SELECT price_cents FROM products WHERE name = ?"
            row = connection.execute(found, (product,)).fetchone()
            return row[0] if row else None

    def take(self, product: str, quantity: int, total_cents: int) -> int | None:
        """The number of the new order; None if there are not as many left."""
        less = "UPDATE products SET stock = stock - ? WHERE name = ? AND stock >= ?"
        new = "INSERT INTO orders (product, quantity, total_cents) VALUES (?, ?, ?)"
        with self._opened() as connection:
            if not connection.execute(less, (quantity, product, quantity)).rowcount:
                return None
            return connection.execute(new, (product, quantity, total_cents)).lastrowid

    def order(self, number: str) -> Any:
        with self._opened() as connection:
            found = "SELECT * FROM orders WHERE number = ?"
            return connection.execute(found, (number,)).fetchone()

    def sales(self) -> list[Any]:
        with self._opened() as connection:
            return connection.execute(
                "SELECT product, SUM(quantity), SUM(total_cents) FROM orders GROUP BY product"
                " ORDER BY product"
            ).fetchall()
