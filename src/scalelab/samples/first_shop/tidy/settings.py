"""What differs between a laptop, a test and the shop: read from the environment, once."""

from collections.abc import Mapping
from typing import NamedTuple


class Settings(NamedTuple):
    database: str
    secret: bytes
    port: int
    workers: int
    timeout_s: float


def read(environment: Mapping[str, str]) -> Settings:
    for name in ("SHOP_DATABASE", "SHOP_SECRET"):
        if not environment.get(name):
            raise ValueError(f"{name} is not set")
    return Settings(
        database=environment["SHOP_DATABASE"],
        secret=environment["SHOP_SECRET"].encode(),
        port=int(environment.get("SHOP_PORT", "8000")),
        workers=int(environment.get("SHOP_WORKERS", "4")),
        timeout_s=float(environment.get("SHOP_TIMEOUT_S", "5")),
    )
