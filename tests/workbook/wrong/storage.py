"""Wrong answers to the storage workbook's tasks, and the hint that each has to get."""

from collections.abc import Callable
from math import lcm
from typing import Any

import numpy as np

from scalelab.theory.storage.scatter_gather import (
    mean_of_slowest,
    shard_rate,
    slowest_quantile,
    sojourn_quantile,
)
from scalelab.workbook import storage as check


def cheapest(orders: Any, queries: Any, shards: int, whole_day: bool, by_kind: bool) -> str:
    """The worked answer, but for evenness over the day or queries counted by kind."""

    def peak(column: str) -> float:
        hour = np.zeros_like(orders["hour"]) if whole_day else orders["hour"]
        load = np.bincount(hour * shards + orders[column] % shards, minlength=24 * shards)
        table = load.reshape(24, shards)
        table = table[table.sum(axis=1) > 0]
        return float((table.max(axis=1) / table.mean(axis=1)).max())

    def missed(column: str) -> int:
        return sum(1 if by_kind else n for fixed, n in queries if column not in fixed)

    return min((name for name in orders if peak(name) <= 1.5), key=missed)


def fewest(values: Any) -> int:
    return next((n for n, good in enumerate(values, 1) if good), 0)


def reads_divided(shards: int, capacity: float, others: float, writes: float, reads: float) -> int:
    load = (others / shards + (writes + reads) / k for k in range(1, shards + 1))
    return fewest(one <= 0.8 * capacity for one in load)


def others_forgotten(
    shards: int, capacity: float, others: float, writes: float, reads: float
) -> int:
    return fewest(writes / k + reads <= 0.8 * capacity for k in range(1, shards + 1))


def full(shards: int, capacity: float, others: float, writes: float, reads: float) -> int:
    return fewest(others / shards + writes / k + reads <= capacity for k in range(1, shards + 1))


def reports_spread(rate: float, share: float, service_ms: float, slo_ms: float) -> int:
    mu = 1000 / service_ms
    return fewest(
        rate / n < mu and 1000 * slowest_quantile(0.99, n, rate / n, mu) <= slo_ms
        for n in range(1, 65)
    )


def one_shard(rate: float, share: float, service_ms: float, slo_ms: float) -> int:
    mu = 1000 / service_ms
    loads = [shard_rate(rate, share, n) for n in range(1, 65)]
    return fewest(x < mu and 1000 * sojourn_quantile(0.99, x, mu) <= slo_ms for x in loads)


def by_mean(rate: float, share: float, service_ms: float, slo_ms: float) -> int:
    mu = 1000 / service_ms
    loads = [shard_rate(rate, share, n) for n in range(1, 65)]
    return fewest(
        x < mu and 1000 * mean_of_slowest(n, x, mu) <= slo_ms for n, x in enumerate(loads, 1)
    )


def hold_s(cross: float, round_trip: float, log: float) -> float:
    """Mean time that the row is locked."""
    return (log + cross * 2 * (round_trip + log)) / 1000


def at_odds(aborts: float) -> float:
    return aborts / (1 - aborts)


def mean_of_rates(cross: float, round_trip: float, log: float, aborts: float) -> float:
    one, two = (1 / hold_s(share, round_trip, log) for share in (0, 1))
    return at_odds(aborts) * ((1 - cross) * one + cross * two)


def one_round(cross: float, round_trip: float, log: float, aborts: float) -> float:
    return at_odds(aborts) * 1000 / (log + cross * (round_trip + log))


Basket = tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any], Callable[..., Any]]


def nothing(sites: int, products: int) -> Any:
    return np.zeros(products, int)


def one_more(state: Any, site: int, product: int) -> Any:
    state[product] += 1
    return state


def itself(state: Any) -> Any:
    return state


def is_in(state: Any, site: int, product: int) -> Any:
    state[product] = 1
    return state


def numbered(sites: int, products: int) -> Any:
    return 0, np.zeros(products, int)


def one_more_numbered(state: Any, site: int, product: int) -> Any:
    return state[0] + 1, one_more(state[1], site, product)


def counts(state: Any) -> Any:
    return state[1]


LAST_WRITER: Basket = (numbered, one_more_numbered, lambda a, b: max(a, b, key=lambda s: s[0]),
                       counts)  # fmt: skip
SUM: Basket = (nothing, one_more, lambda a, b: a + b, itself)
LARGER: Basket = (nothing, one_more, np.maximum, itself)


def seen_none(sites: int, products: int) -> Any:
    return frozenset(), np.zeros(products, int)


def add_seen(state: Any, site: int, product: int) -> Any:
    return state[0], one_more(state[1], site, product)


def merge_unseen(mine: Any, theirs: Any) -> Any:
    message = theirs[1].tobytes()
    if message in mine[0]:
        return mine
    return mine[0] | theirs[0] | {message}, mine[1] + theirs[1]


IN_OR_NOT: Basket = (nothing, is_in, np.maximum, itself)
NEW_MESSAGES: Basket = (seen_none, add_seen, merge_unseen, counts)


def per_site(sites: int, products: int) -> Any:
    return -1, np.zeros((sites, products), int)


def add_per_site(state: Any, site: int, product: int) -> Any:
    state[1][site, product] += 1
    return site, state[1]


def take_theirs(mine: Any, theirs: Any) -> Any:
    """Right but for old messages: what another site says about others replaces what was known."""
    site, table = mine
    if site < 0:
        return mine[0], np.maximum(table, theirs[1])
    merged = theirs[1].copy()
    merged[site] = np.maximum(table[site], merged[site])
    return site, merged


NEWEST_MESSAGE: Basket = (per_site, add_per_site, take_theirs, lambda state: state[1].sum(axis=0))
AS_TABLE: Basket = (*NEWEST_MESSAGE[:3], counts)


def modulo(key: int, shards: Any, sizes: Any) -> Any:
    return shards[int(check.uniform(key, 0) * len(shards))]


def jump(key: int, shards: Any, sizes: Any) -> Any:
    """Moves little as long as shards come and go at the end of the list only."""
    position = 0
    step = 0
    while step < len(shards):
        position = step
        step = int((position + 1) / check.uniform(key, position))
    return shards[position]


def nearest(key: int, shards: Any, sizes: Any) -> Any:
    """A ring with one point for each shard."""
    return min(shards, key=lambda shard: (check.uniform(shard, 0) - check.uniform(key, 0)) % 1.0)


def highest(key: int, shards: Any, sizes: Any) -> Any:
    """Rendezvous, for shards of one size."""
    return max(shards, key=lambda shard: check.uniform(key, shard))


def times_size(key: int, shards: Any, sizes: Any) -> Any:
    return max(
        zip(shards, sizes, strict=True), key=lambda one: check.uniform(key, one[0]) * one[1]
    )[0]


def size_in_hash(key: int, shards: Any, sizes: Any) -> Any:
    """As many tickets as the size says, but other tickets for another size."""
    tickets = {
        shard: max(check.uniform(key, shard + 1000 * (size + ticket)) for ticket in range(size))
        for shard, size in zip(shards, sizes, strict=True)
    }
    return max(tickets, key=tickets.__getitem__)


def first_in_list(key: int, shards: Any, sizes: Any) -> Any:
    """Whoever is first in the list gets a few keys without a contest."""
    return shards[0] if check.uniform(key, 0) < 0.02 else highest(key, shards, sizes)


def some_nowhere(key: int, shards: Any, sizes: Any) -> Any:
    return None if check.uniform(key, 0) < 0.01 else highest(key, shards, sizes)


def by_chance(key: int, shards: Any, sizes: Any) -> Any:
    return shards[np.random.default_rng().integers(len(shards))]


def position(key: int, shards: Any, sizes: Any) -> Any:
    return int(check.uniform(key, 0) * len(shards))


# What is wrong, the check, what it is given, a part of its hint.
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("variation", check.task_1, (2.0, 2.77, 0.097, 1.84), "less than the mean"),
    ("another method", check.task_1, (2.0, 2.77, 1.05, 1.84), "method 'Modulo'"),
    ("highest run", check.task_1, (2.0, 2.77, 1.33, 1.84), "highest of the runs"),
    ("no skew", check.task_1, (2.0, 2.77, 1.16, 1.16), "Skew of popularity. set to 1"),
    ("no points set", check.task_1, (2.0, 1.16, 1.16, 1.84), "Virtual nodes. set to 1"),
    ("percent", check.task_2, (lambda n, m: 80,), "percentage"),
    ("stays", check.task_2, (lambda n, m: min(n, m) / lcm(n, m),), "stays where it is"),
    ("minimum", check.task_2, (lambda n, m: abs(n - m) / max(n, m),), "more than it must"),
    ("no divisor", check.task_2, (lambda n, m: 1 - 1 / max(n, m),), "common divisor"),
    ("constant", check.task_2, (lambda n, m: 0.5,), "Take many keys"),
    ("no column", check.task_3, (lambda o, q, n: "price",), "name of a column"),
    ("always the customer", check.task_3, (lambda o, q, n: "customer",), "most frequent value"),
    ("most even", check.task_3, (lambda o, q, n: "order",), "serves more"),
    (
        "over the day",
        check.task_3,
        (lambda o, q, n: cheapest(o, q, n, True, False),),
        "over the whole day",
    ),
    ("kinds", check.task_3, (lambda o, q, n: cheapest(o, q, n, False, True),), "most .kinds."),
    ("reads divided", check.task_4, (reads_divided,), "ask every"),
    ("others forgotten", check.task_4, (others_forgotten,), "What else"),
    ("full", check.task_4, (full,), "at most 80% is"),
    ("as many as there are", check.task_4, (lambda n, c, o, w, r: n,), "so are fewer"),
    ("more than there are", check.task_4, (lambda n, c, o, w, r: 100,), "share a shard"),
    ("no end", check.task_4, (lambda n, c, o, w, r: float("inf"),), "share a shard"),
    ("half a key", check.task_4, (lambda n, c, o, w, r: 6.5,), "whole number"),
    ("give up", check.task_4, (lambda n, c, o, w, r: 0,), "There is a number"),
    ("reports spread", check.task_5, (reports_spread,), "not take away"),
    ("one shard", check.task_5, (one_shard,), "slowest of"),
    ("by the mean", check.task_5, (by_mean,), "of the reports late. Say 0"),
    ("as many as allowed", check.task_5, (lambda *_: 64,), "so do fewer"),
    ("give up", check.task_5, (lambda *_: 0,), "There is a number"),
    (
        "milliseconds",
        check.task_6,
        (lambda c, r, w, p: at_odds(p) / hold_s(c, r, w) / 1000,),
        "seconds mixed",
    ),
    ("a for the share", check.task_6, (lambda c, r, w, p: p / hold_s(c, r, w),), "gives up is a"),
    ("always locked", check.task_6, (lambda c, r, w, p: 1 / hold_s(c, r, w),), "all the time"),
    ("mean of rates", check.task_6, (mean_of_rates,), "mean of two rates"),
    ("one round", check.task_6, (one_round,), "both phases"),
    ("all cross", check.task_6, (lambda c, r, w, p: at_odds(p) / hold_s(1, r, w),), "if all"),
    ("none crosses", check.task_6, (lambda c, r, w, p: at_odds(p) / hold_s(0, r, w),), "if no"),
    ("constant", check.task_6, (lambda c, r, w, p: 5.0,), "too many. For how long"),
    ("last writer wins", check.task_7, LAST_WRITER, "were lost"),
    ("larger wins", check.task_7, LARGER, "were lost"),
    ("sum", check.task_7, SUM, "comes twice"),
    ("in or not", check.task_7, IN_OR_NOT, "one site alone"),
    ("new messages", check.task_7, NEW_MESSAGES, "common past"),
    ("newest message", check.task_7, NEWEST_MESSAGE, "late or out of order"),
    ("whole table", check.task_7, AS_TABLE, "one number for each"),
    ("modulo", check.task_8, (modulo,), "there before"),
    ("jump", check.task_8, (jump,), "middle of the list"),
    ("one point", check.task_8, (nearest,), "same chance to win"),
    ("sizes ignored", check.task_8, (highest,), "entitles"),
    ("times the size", check.task_8, (times_size,), "entitles"),
    ("size in the hash", check.task_8, (size_in_hash,), "only gain"),
    ("first in the list", check.task_8, (first_in_list,), "another order"),
    ("some nowhere", check.task_8, (some_nowhere,), "no such shard"),
    ("chance", check.task_8, (by_chance,), "Asked twice"),
    ("position", check.task_8, (position,), "should be one of them"),
]
