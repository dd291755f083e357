"""Creates the tables and serves."""

import sqlite3

from scalelab.samples.first_shop.tangled import pages
from scalelab.samples.first_shop.web import Answer, server


def open_shop() -> Answer:
    connection = sqlite3.connect("shop.db")
    connection.executescript("""
        CREATE TABLE IF NOT EXISTS products (name TEXT PRIMARY KEY, price_cents INTEGER,
            stock INTEGER);
        CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, product TEXT,
            quantity INTEGER, total_cents INTEGER);
        INSERT OR IGNORE INTO products VALUES ('cup', 900, 50), ('pot', 2450, 20);
    """)
    connection.close()
    return pages.answer


if __name__ == "__main__":
    server(open_shop(), 8000, 4).serve_forever()
