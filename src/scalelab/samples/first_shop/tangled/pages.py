"""The pages."""

import hmac
import sqlite3
from collections.abc import Mapping

from scalelab.samples.first_shop.tangled import orders, report


def answer(path: str, form: Mapping[str, str]) -> tuple[int, str]:
    if path == "/":
        connection = sqlite3.connect("shop.db", timeout=5.0)
        rows = connection.execute("SELECT * FROM products ORDER BY name").fetchall()
        connection.close()
        return 200, "\n".join(f"{name}: {cents / 100:.2f} EUR, {n} left" for name, cents, n in rows)
    if path == "/order":
        return orders.order(form)
    if path == "/receipt":
        number = form.get("number", "")
        signed = hmac.new(b"correct horse battery staple", number.encode(), "sha256").hexdigest()
        if not hmac.compare_digest(signed[:16].encode(), form.get("signature", "").encode()):
            return 403, "this is no receipt of ours"
        connection = sqlite3.connect("shop.db", timeout=5.0)
        row = connection.execute("SELECT * FROM orders WHERE number = ?", (number,)).fetchone()
        connection.close()
        return 200, f"{row[2]} x {row[1]}: {row[3] / 100:.2f} EUR"
    if path == "/report":
        return report.sales()
    return 404, "there is no such page"
