"""The report of the sales."""

import sqlite3


def sales() -> tuple[int, str]:
    connection = sqlite3.connect("shop.db", timeout=5.0)
    rows = connection.execute(
        "SELECT product, SUM(quantity), SUM(total_cents) FROM orders GROUP BY product"
        " ORDER BY product"
    ).fetchall()
    connection.close()
    return 200, "\n".join(f"{name}: {n} sold, {cents / 100:.2f} EUR" for name, n, cents in rows)
