"""Makes `shop.log.gz`: one day of the shop's access log, in Combined Log Format.

    python -m scalelab.samples.shop

Nobody's data: every line is drawn from the project's own random numbers, so the log is the same
each time. It has what a real one has: popular products and a long tail, pages asked for once, a
crawler that reads the whole catalogue in the small hours, orders (POST), missing pages, and a few
lines that broke.
"""

import gzip
from pathlib import Path

import numpy as np

from scalelab.kernels.random import below, exponential, generator, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity

FILE = Path(__file__).with_name("shop.log.gz")

SEED = 5
REQUESTS = 16_000
PRODUCTS = 4_000
SKEW = 0.85
# Share of requests of each kind; the rest are for products.
HOME, SEARCH, ORDER, MISSING, BROKEN = 0.08, 0.05, 0.02, 0.01, 0.0005
CRAWL_START, CRAWLED = 2_000, 1_500
DAY_SECONDS = 86_400

# Addresses that are reserved for documentation (RFC 5737).
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0",
)
CRAWLER = "catalogue-reader/1.0"


def lines() -> list[str]:
    """The log, line by line."""
    state = generator(SEED)
    threshold, alias = alias_table(popularity(PRODUCTS, SKEW))
    # Popularity says nothing about a product's number.
    numbers = np.arange(PRODUCTS)
    for i in range(PRODUCTS - 1, 0, -1):
        j = below(state, i + 1)
        numbers[i], numbers[j] = numbers[j], numbers[i]
    log = []
    clock = 0.0
    for i in range(REQUESTS):
        clock += exponential(state, DAY_SECONDS / REQUESTS)
        kind = uniform(state)
        method, status = "GET", 200
        agent = AGENTS[below(state, len(AGENTS))]
        if CRAWL_START <= i < CRAWL_START + CRAWLED and i % 2:
            target, agent = f"/product/{(i - CRAWL_START) * 2}", CRAWLER
        elif kind < HOME:
            target = "/"
        elif kind < HOME + SEARCH:
            target = f"/search?page={1 + below(state, 400)}"
        elif kind < HOME + SEARCH + ORDER:
            method, target, status = "POST", "/orders", 201
        elif kind < HOME + SEARCH + ORDER + MISSING:
            target, status = f"/product/{PRODUCTS + below(state, 1000)}", 404
        else:
            target = f"/product/{numbers[draw(state, threshold, alias)]}"
            status = 304 if uniform(state) < 0.1 else 200
        line = _line(state, clock, f"{method} {target} HTTP/1.1", status, agent)
        log.append(line[: len(line) // 2] if uniform(state) < BROKEN else line)
    return log


def _line(state: np.ndarray, clock: float, request: str, status: int, agent: str) -> str:
    host = f"{NETWORKS[below(state, 3)]}.{below(state, 256)}"
    second = min(int(clock), DAY_SECONDS - 1)
    time = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    size = "-" if status == 304 else str(400 + 40 * below(state, 50))
    date = f"[14/Nov/2025:{time} +0000]"
    return f'{host} - - {date} "{request}" {status} {size} "-" "{agent}"'


def main() -> None:
    text = "".join(line + "\n" for line in lines())
    FILE.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
