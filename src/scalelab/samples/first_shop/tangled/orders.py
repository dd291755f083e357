"""Takes an order."""

import hmac
import sqlite3
from collections.abc import Mapping


def order(form: Mapping[str, str]) -> tuple[int, str]:
    product, quantity = form.get("product", ""), form.get("quantity", "")
    if not quantity.isdecimal() or int(quantity) == 0:
        return 400, "how many?"
    n = int(quantity)
    connection = sqlite3.connect("shop.db", timeout=5.0)
    try:
        row = connection.execute(
            "SELECT price_cents FROM products WHERE name = ?", (product,)
        ).fetchone()
        if row is None:
            return 404, "there is no such product"
        taken = connection.execute(
            "UPDATE products SET stock = stock - ? WHERE name = ? AND stock >= ?", (n, product, n)
        ).rowcount
        if not taken:
            return 409, "there are not as many left"
        total = row[0] * n
        if n >= 10:
            total = total * 9 // 10
        number = connection.execute(
            "INSERT INTO orders (product, quantity, total_cents) VALUES (?, ?, ?)",
            (product, n, total),
        ).lastrowid
        connection.commit()
    finally:
        connection.close()
    signed = hmac.new(b"correct horse battery staple", str(number).encode(), "sha256").hexdigest()
    return 200, f"number={number}&signature={signed[:16]}"
