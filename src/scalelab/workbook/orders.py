"""A day of the shop's orders and queries, drawn from a seed: the log a shard key is chosen from.

Every column but one number of the order repeats, and each is a bad key for a reason of its own:

- a *customer* is one among thousands; some days one of them is a reseller with a large part of
  all orders;
- a *product* likewise; some days one is on television, and takes half the orders of one hour,
  which the whole day hardly shows;
- the *hour* is spread over the day, and yet at any moment all orders have the same;
- there are few *countries*, and most customers live in one of them;
- the *order* number spreads best and is what the fewest queries ask by.

The queries differ too: some days customers look at their own orders, some days sellers look at
the sales of their products.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats, Ints

ORDERS = 100_000
HOURS = 24
COUNTRIES = 12
CUSTOMERS = 15_000
PRODUCTS = 3000


@dataclass(frozen=True)
class Day:
    """``orders`` has a column per name, in order of time, and ``queries`` what was asked that day:
    the columns that a query fixes, and how often such a query came.
    """

    orders: dict[str, Ints]
    queries: list[tuple[tuple[str, ...], int]]


def day(seed: int) -> Day:
    """One day: who is a reseller, what is on television and who asks is drawn with it."""
    chance = np.random.default_rng(seed)
    hour = np.sort(chance.choice(HOURS, ORDERS, p=_rhythm()))
    customer = _popular(chance, CUSTOMERS, 0.4)
    product = _popular(chance, PRODUCTS, 0.5)
    if chance.random() < 0.5:
        theirs = chance.uniform(0.12, 0.2)
        customer[chance.random(ORDERS) < theirs] = chance.integers(CUSTOMERS)
    if chance.random() < 0.5:
        share = np.where(hour == chance.integers(HOURS), chance.uniform(0.4, 0.6), 0.0)
        product[chance.random(ORDERS) < share] = chance.integers(PRODUCTS)
    orders = {
        "order": np.arange(ORDERS),
        "customer": customer,
        "product": product,
        "country": _popular(chance, COUNTRIES, 1.0),
        "hour": hour,
    }
    return Day(orders, _queries(chance))


def _rhythm() -> Floats:
    busy = 1.0 - 0.7 * np.cos(2.0 * np.pi * (np.arange(HOURS) - 4) / HOURS)
    return np.asarray(busy / busy.sum())


def _popular(chance: np.random.Generator, size: int, skew: float) -> Ints:
    share = np.arange(1, size + 1) ** -skew
    return chance.permutation(size)[chance.choice(size, ORDERS, p=share / share.sum())]


def _queries(chance: np.random.Generator) -> list[tuple[tuple[str, ...], int]]:
    own, sales = 600_000, 150_000
    if chance.random() < 0.5:
        own, sales = sales, own
    asked = {
        ("customer",): own,
        ("customer", "order"): 120_000,
        ("order",): 40_000,
        ("product",): sales,
        ("product", "hour"): 9000,
        ("product", "country"): 4000,
        ("country", "hour"): 2000,
        ("hour",): 12_000,
    }
    return [(columns, int(count * chance.uniform(0.9, 1.1))) for columns, count in asked.items()]
