"""What is answered to which path."""

from collections.abc import Mapping

from scalelab.samples.first_shop.tidy import orders
from scalelab.samples.first_shop.tidy.store import Store


def answer(store: Store, secret: bytes, path: str, form: Mapping[str, str]) -> tuple[int, str]:
    if path == "/":
        rows = store.products()
        return 200, "\n".join(f"{name}: {cents / 100:.2f} EUR, {n} left" for name, cents, n in rows)
    if path == "/order":
        return _order(store, secret, form.get("product", ""), form.get("quantity", ""))
    if path == "/receipt":
        number = form.get("number", "")
        if not orders.is_signed(number, form.get("signature", ""), secret):
            return 403, "this is no receipt of ours"
        _, product, quantity, cents = store.order(number)
        return 200, f"{quantity} x {product}: {cents / 100:.2f} EUR"
    if path == "/report":
        rows = store.sales()
        return 200, "\n".join(f"{name}: {n} sold, {cents / 100:.2f} EUR" for name, n, cents in rows)
    return 404, "there is no such page"


def _order(store: Store, secret: bytes, product: str, quantity: str) -> tuple[int, str]:
    if not quantity.isdecimal() or int(quantity) == 0:
        return 400, "how many?"
    price_cents = store.price_cents(product)
    if price_cents is None:
        return 404, "there is no such product"
    total_cents = orders.total_cents(price_cents, int(quantity))
    number = store.take(product, int(quantity), total_cents)
    if number is None:
        return 409, "there are not as many left"
    return 200, f"number={number}&signature={orders.signature(str(number), secret)}"
