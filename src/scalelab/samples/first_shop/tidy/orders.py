"""The rules of the business. Nothing here knows of pages or of a database."""

import hmac


def total_cents(price_cents: int, quantity: int) -> int:
    """Ten or more of one product are a tenth cheaper."""
    total = price_cents * quantity
    return total * 9 // 10 if quantity >= 10 else total


def signature(number: str, secret: bytes) -> str:
    return hmac.new(secret, number.encode(), "sha256").hexdigest()[:16]


def is_signed(number: str, signed: str, secret: bytes) -> bool:
    return hmac.compare_digest(signature(number, secret).encode(), signed.encode())
