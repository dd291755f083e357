"""Makes `week.log.gz`: a week of the shop's access log, in Combined Log Format.

    python -m scalelab.samples.week

Nobody's data: every line is drawn from the project's own random numbers, so the log is the same
each time, and what a fit finds in it can be held against the numbers below. Visits begin as a
Poisson process whose rate follows the hour and the day, and on one evening a crowd comes. A visit
asks for a number of pages with thinking in between. A crawler reads a part of the catalogue every
night. Some lines are late, since a line is written when the answer is sent and carries the time of
the request; some hold no request, and some broke.
"""

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from scalelab.kernels.jit import Words
from scalelab.kernels.random import below, exponential, generator, shuffle, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity

FILE = Path(__file__).with_name("week.log.gz")
TITLE = "a week of the shop's log"

SEED = 11
FIRST_DAY = date(2026, 11, 16)  # a Monday
DAYS = 7
DAY_S = 86_400
ZONE = "+0100"

# Visits an hour, but for the crowd: VISITS times the weight of the hour times that of the day.
VISITS = 25.0
HOUR_WEIGHTS = (
    0.35, 0.20, 0.12, 0.10, 0.10, 0.15, 0.35, 0.65, 0.90, 1.10, 1.20, 1.25,
    1.30, 1.15, 1.10, 1.10, 1.15, 1.30, 1.60, 1.95, 2.15, 2.00, 1.45, 0.78,
)  # fmt: skip
DAY_WEIGHTS = (0.95, 0.90, 0.90, 0.95, 1.00, 1.15, 1.30)
# While the crowd is there, CROWD times as many visits begin: on Thursday from 20:00.
CROWD = 8.0
CROWD_DAY, CROWD_START_H, CROWD_HOURS = 3, 20.0, 0.5

# Pages of a visit, geometric, and the time between two of them, exponential.
PAGES = 5.0
THINK_S = 30.0
# People who may come; nobody begins a visit within REST_S of the last one.
VISITORS = 2_500
REST_S = 7_200.0

# Share of pages of each kind; the rest are products, the k-th most popular as 1 / k**SKEW.
HOME, SEARCH, CART, ORDER, MISSING = 0.12, 0.10, 0.03, 0.01, 0.01
PRODUCTS = 2_000
SKEW = 0.9
NOT_MODIFIED = 0.1

# A part of the catalogue every night at two, one product every CRAWL_GAP_S.
CRAWLED, CRAWL_GAP_S, CRAWL_START_S = 150, 12, 7_200
# Shares of lines: late by up to LATE_S, closed before a request came, cut off.
LATE, LATE_S = 0.02, 3
CLOSED, BROKEN = 0.001, 0.0005

CRAWLER = ("192.0.2.66", "catalogue-reader/1.0")
AGENTS = ("Mozilla/5.0 (X11) Firefox", "Mozilla/5.0 (iPhone) Safari", "Mozilla/5.0 Chrome")

# When it is written and asked for, in seconds of the week, and what.
Entry = tuple[float, int, str]


def visits_per_hour(second: float) -> float:
    """Rate at which visits begin."""
    day, hour = int(second // DAY_S), second % DAY_S / 3600
    rate = VISITS * HOUR_WEIGHTS[int(hour)] * DAY_WEIGHTS[day]
    crowded = day == CROWD_DAY and 0 <= hour - CROWD_START_H < CROWD_HOURS
    return rate * CROWD if crowded else rate


def lines() -> list[str]:
    """The log, line by line."""
    state = generator(SEED)
    log = []
    for _, second, rest in sorted([*_visitors(state), *_crawler(state)]):
        line = _line(second, rest)
        draw_of = uniform(state)
        if draw_of < BROKEN:
            line = line[: len(line) // 2]
        elif draw_of < BROKEN + CLOSED:
            log.append(_line(second, f'{_address(below(state, VISITORS))}|"-" 408 0 "-" "-"'))
        log.append(line)
    return log


def _visitors(state: Words) -> Iterator[Entry]:
    """Visits by thinning a steady stream of the highest rate (Lewis and Shedler, 1979)."""
    threshold, alias = alias_table(popularity(PRODUCTS, SKEW))
    # Popularity says nothing about a product's number.
    numbers = np.arange(PRODUCTS)
    shuffle(state, numbers)
    highest = VISITS * CROWD * max(HOUR_WEIGHTS) * max(DAY_WEIGHTS)
    rested = np.full(VISITORS, -REST_S)
    clock = exponential(state, 3600 / highest)
    while clock < DAYS * DAY_S:
        if uniform(state) * highest < visits_per_hour(clock):
            visitor = below(state, VISITORS)
            while rested[visitor] + REST_S > clock:
                visitor = below(state, VISITORS)
            second = clock
            going_on = True
            while going_on and second < DAYS * DAY_S:
                product = int(numbers[draw(state, threshold, alias)])
                yield _entry(state, second, visitor, product)
                rested[visitor] = second
                going_on = uniform(state) < 1 - 1 / PAGES
                second += exponential(state, THINK_S)
        clock += exponential(state, 3600 / highest)


def _entry(state: Words, second: float, visitor: int, product: int) -> Entry:
    request, status, size = _request(state, product)
    agent = AGENTS[visitor % len(AGENTS)]
    late = LATE_S * uniform(state) if uniform(state) < LATE else 0.0
    rest = f'{_address(visitor)}|"{request} HTTP/1.1" {status} {size} "-" "{agent}"'
    return second + late, int(second), rest


def _request(state: Words, product: int) -> tuple[str, int, str]:
    kind = uniform(state)
    if kind < HOME:
        return "GET /", 200, "5120"
    if kind < HOME + SEARCH:
        return f"GET /search?page={1 + below(state, 50)}", 200, "4096"
    if kind < HOME + SEARCH + CART:
        return "POST /cart", 201, "64"
    if kind < HOME + SEARCH + CART + ORDER:
        return "POST /orders", 201, "128"
    if kind < HOME + SEARCH + CART + ORDER + MISSING:
        return f"GET /sale/{below(state, 20)}", 404, "153"
    if uniform(state) < NOT_MODIFIED:
        return f"GET /product/{product}", 304, "-"
    return f"GET /product/{product}", 200, _size(product)


def _crawler(state: Words) -> Iterator[Entry]:
    address, agent = CRAWLER
    for night in range(DAYS):
        for i in range(CRAWLED):
            second = night * DAY_S + CRAWL_START_S + i * CRAWL_GAP_S + uniform(state)
            product = (night * CRAWLED + i) % PRODUCTS
            request = f"GET /product/{product} HTTP/1.1"
            yield second, int(second), f'{address}|"{request}" 200 {_size(product)} "-" "{agent}"'


def _line(second: int, rest: str) -> str:
    address, answer = rest.split("|", 1)
    day = FIRST_DAY + timedelta(second // DAY_S)
    time = f"{second % DAY_S // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"{address} - - [{day.day:02d}/Nov/{day.year}:{time} {ZONE}] {answer}"


def _address(visitor: int) -> str:
    """Reserved for documentation (RFC 3849)."""
    return f"2001:db8::{visitor + 4096:x}"


def _size(product: int) -> str:
    return str(2000 + product * 37 % 50 * 100)


def main() -> None:
    text = "".join(line + "\n" for line in lines())
    FILE.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
