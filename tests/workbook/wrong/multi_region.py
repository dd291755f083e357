"""Wrong answers to the multi-region workbook's tasks, and the hint that each has to get."""

import math
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from scalelab.models.multi_region.latency import great_circle_km
from scalelab.workbook import multi_region as check
from scalelab.workbook.carts import Cart
from scalelab.workbook.world import PLACES


def flat_km(a: float, b: float, c: float, d: float) -> float:
    """As on a map."""
    return 111.2 * math.hypot(a - c, b - d)


def judge(
    km_per_ms: float = 100.0, detour: float = 2.5, km: Callable[..., float] = great_circle_km
) -> Callable[[Any], Any]:
    def answer(pings: Any) -> Any:
        stretch = [one.ms * km_per_ms / km(*PLACES[one.one], *PLACES[one.other]) for one in pings]
        return (
            [i for i, one in enumerate(stretch) if one < 1.0],
            [i for i, one in enumerate(stretch) if one > detour],
        )

    return answer


def swapped(pings: Any) -> Any:
    return judge()(pings)[::-1]


def by_pings(pings: Any) -> Any:
    return tuple([pings[i] for i in one] for one in judge()(pings))


def leader(mean_ms: Callable[[Any, Any, int], Any]) -> Callable[..., Any]:
    """The least of what ``mean_ms`` says for each region."""

    def answer(trips: Any, shares: Any, k: int) -> Any:
        times = mean_ms(trips, shares, k)
        return int(np.argmin(times)), float(np.min(times))

    return answer


def kth(trips: Any, k: int) -> Any:
    return np.sort(trips, axis=1)[:, k - 1]


def right_times(trips: Any, shares: Any, k: int) -> Any:
    return shares @ trips + kth(trips, k)


def most_customers(trips: Any, shares: Any, k: int) -> Any:
    at = int(np.argmax(shares))
    return at, right_times(trips, shares, k)[at]


def fixed(trips: Any, shares: Any, k: int) -> Any:
    return 5, right_times(trips, shares, k)[5]


def reads(slip: str = "", n_trials: int = 40_000) -> Callable[..., Any]:
    """The worked answer, but for one thing."""

    def answer(n: int, k_w: int, k_r: int, means: Any, time_ms: float) -> Any:
        chance = np.random.default_rng(7)
        write, back, request, reply = (chance.exponential(one, (n_trials, n)) for one in means)
        acknowledged = write if slip == "there" else write + back
        start = np.sort(acknowledged, axis=1)[:, [k_w - 1]] + time_ms
        if slip == "sent":
            start = np.full_like(start, time_ms)
        has = write <= (start if slip == "no way" else start + request)
        order = {"any": chance.random((n_trials, n)), "reached": request}.get(slip, request + reply)
        count = n if slip == "all" else k_r
        first = np.argsort(order, axis=1)[:, :count]
        return np.take_along_axis(has, first, axis=1).any(axis=1).mean()

    return answer


def most(a: Cart, b: Cart) -> tuple[int, ...]:
    return tuple(map(max, a.heard, b.heard))


def kept(a: Cart, b: Cart, edge: int = 0) -> frozenset[Any]:
    return frozenset(
        one
        for one in a.pieces | b.pieces
        if (one in a.pieces or one.number > a.heard[one.region] - edge)
        and (one in b.pieces or one.number > b.heard[one.region] - edge)
    )


def by_mean(stock: int, record: Any, spread: Callable[[Any], Any] = np.mean) -> Any:
    """In proportion; what is left over from rounding, to the largest."""
    weights = np.array([spread(column) for column in record.T])
    held = np.floor(stock * weights / weights.sum()).astype(int)
    held[np.argmax(weights)] += stock - held.sum()
    return held


def evenly(stock: int, record: Any) -> Any:
    held = np.full(record.shape[1], stock // record.shape[1])
    held[: stock % record.shape[1]] += 1
    return held


def own(users: Any, trips: Any, dead: Any = ()) -> Any:
    left = trips.copy()
    left[:, list(dead)] = np.inf
    return np.bincount(left.argmin(axis=1), users, trips.shape[1])


def worst(users: Any, trips: Any, failed: int) -> Any:
    deaths = combinations(range(trips.shape[1]), failed)
    return np.max([own(users, trips, dead) for dead in deaths], axis=0)


def spread_over_all(users: Any, trips: Any, failed: int) -> Any:
    today = own(users, trips)
    return today * users.sum() / (users.sum() - np.sort(today)[-failed:].sum())


def with_the_largest(users: Any, trips: Any, failed: int) -> Any:
    today = own(users, trips)
    return today + [np.delete(today, i).max() for i in range(today.size)]


def each_by_itself(users: Any, trips: Any, failed: int) -> Any:
    today = own(users, trips)
    come = [own(users, trips, [i]) - today for i in range(today.size)]
    return today + np.maximum(come, 0).sum(axis=0)


def cheapest(
    checks: float = 2.5, part: float = 0.5, hold: float = 600.0, cost: bool = True
) -> Callable[..., Any]:
    def answer(target_s: float, resolvers: int, holders: float) -> Any:
        fit = []
        for interval in check.INTERVALS_S:
            for ttl in check.TIMES_TO_LIVE_S:
                stays = 1 - holders if hold else 1.0
                mean = checks * interval + stays * part * ttl + holders * hold
                if mean <= target_s:
                    price = check.monthly_cost(interval, ttl, resolvers) if cost else interval + ttl
                    fit.append((price, interval, ttl))
        return min(fit)[1:] if fit else (0, 0)

    return answer


# What is wrong, the check, what it is given, a part of its hint.
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("p95", check.task_1, (550, 1150, 431, 670), "virginia = 1150 is the p95"),
    ("p50", check.task_1, (550, 869, 431, 459), "trips = 459 is the p50"),
    ("p99", check.task_1, (550, 869, 821, 670), "both = 821 is the p99"),
    ("as it opens", check.task_1, (550, 869, 869, 670), "Which control"),
    ("five places", check.task_1, (550, 869, 431, 360), "Press Reset"),
    ("text", check.task_1, (550, "869", 431, 670), "should be a number"),
    ("one way", check.task_2, (judge(200.0),), "as if a ping went one way"),
    ("four ways", check.task_2, (judge(50.0),), "four ways in a ping"),
    ("empty space", check.task_2, (judge(150.0),), "empty space"),
    ("flat", check.task_2, (judge(km=flat_km),), "over the ball"),
    ("twice as long", check.task_2, (judge(detour=2.0),),
     r"as detours; .* is not one of them, with 2\.\d\d times"),
    ("three times as long", check.task_2, (judge(detour=3.5),),
     r"as detours; .* is missing, with [23]\.\d\d times"),
    ("swapped", check.task_2, (swapped,), "as impossible; .* is not one of them"),
    ("not positions", check.task_2, (by_pings,), "from 0 to 79"),
    ("one list", check.task_2, (lambda log: [1, 2, 3],), "two lists"),
    ("one way", check.task_3, (leader(lambda t, s, k: right_times(t, s, k) / 2),),
     "Each message is answered"),
    ("leader not counted", check.task_3,
     (leader(lambda t, s, k: right_times(t, s, min(k + 1, 6))),),
     "besides the leader"),
    ("way alone", check.task_3, (leader(lambda t, s, k: s @ t),), "has to wait as well"),
    ("wait alone", check.task_3, (leader(lambda t, s, k: kth(t, k)),), "way to it is missing"),
    ("all alike", check.task_3, (leader(lambda t, s, k: t.mean(axis=0) + kth(t, k)),),
     "customers' regions alike"),
    ("all copies", check.task_3, (leader(lambda t, s, k: right_times(t, s, 6)),),
     "Not all of them"),
    ("most customers", check.task_3, (most_customers,), "Most customers are near"),
    ("always the last", check.task_3, (fixed,), "with another one less"),
    ("time of the slowest", check.task_3,
     (lambda t, s, k: (int(np.argmin(right_times(t, s, k))), 500.0),), "not what a write takes"),
    ("name", check.task_3, (lambda t, s, k: "Tokyo",), "two things"),
    ("no region", check.task_3, (lambda t, s, k: (6, 100.0),), "numbers 0 to 5"),
    ("any copies", check.task_4, (reads("any"),), "took any copies"),
    ("reached first", check.task_4, (reads("reached"),), "that it reaches first"),
    ("no request", check.task_4, (reads("no way"),), "as soon as it is sent"),
    ("from when it is sent", check.task_4, (reads("sent"),), "from when the write is sent"),
    ("all answers", check.task_4, (reads("all"),), "waited for all copies"),
    ("no acknowledgement", check.task_4, (reads("there"),), "when that is heard"),
    ("percentage", check.task_4, (lambda *_: 49.0,), "share from 0 to 1"),
    ("half", check.task_4, (lambda *_: 0.6,), "four messages"),
    ("few trials", check.task_4, (reads(n_trials=40),), "enough trials"),
    ("union", check.task_5, (lambda a, b: Cart(a.pieces | b.pieces, most(a, b)),),
     "never had it"),
    ("in both", check.task_5, (lambda a, b: Cart(a.pieces & b.pieces, most(a, b)),),
     "has the other one had it"),
    ("who heard more", check.task_5, (lambda a, b: max(a, b, key=lambda one: sum(one.heard)),),
     "cannot replace"),
    ("theirs", check.task_5, (lambda a, b: b,), "cannot replace"),
    ("deaf", check.task_5, (lambda a, b: Cart(kept(a, b), a.heard),), "heard of less"),
    ("adds up", check.task_5,
     (lambda a, b: Cart(kept(a, b), tuple(map(sum, zip(a.heard, b.heard, strict=True)))),),
     "neither of the"),
    ("one off", check.task_5, (lambda a, b: Cart(kept(a, b, edge=1), most(a, b)),), "never had it"),
    ("items", check.task_5, (lambda a, b: ({"hat"}, most(a, b)),), "set of Piece"),
    ("pieces alone", check.task_5, (lambda a, b: kept(a, b),), "return a Cart"),
    ("no heard", check.task_5, (lambda a, b: (kept(a, b), 3),), "one for each region"),
    ("evenly", check.task_6, (evenly,), "order as much"),
    ("means", check.task_6, (by_mean,), "same mean can be different"),
    ("medians", check.task_6, (lambda s, r: by_mean(s, r, np.median),), "is left with"),
    ("largest", check.task_6, (lambda s, r: by_mean(s, r, np.max),), "is left with"),
    ("all to each", check.task_6, (lambda s, r: np.full(4, s),), "are given to the regions, and"),
    ("rest", check.task_6, (lambda s, r: np.full(4, s // 5),), "is idle"),
    ("parts", check.task_6, (lambda s, r: np.full(4, s / 4 + 0.1),), "pieces are whole"),
    ("one number", check.task_6, (lambda s, r: s,), "should return 4 numbers"),
    ("today", check.task_7, (lambda u, t, f: own(u, t),), "on a day when all live"),
    ("evenly", check.task_7,
     (lambda u, t, f: np.full(t.shape[1], u.sum() / (t.shape[1] - f)),), "divide evenly"),
    ("a quarter more", check.task_7,
     (lambda u, t, f: own(u, t) * t.shape[1] / (t.shape[1] - f),), "a like part"),
    ("spread", check.task_7, (spread_over_all,), "spread over all others"),
    ("the largest", check.task_7, (with_the_largest,), "largest came to each"),
    ("all at once", check.task_7, (each_by_itself,), "each by itself"),
    ("one death", check.task_7, (lambda u, t, f: worst(u, t, 1),), "enough for one death"),
    ("a little less", check.task_7, (lambda u, t, f: 0.9 * worst(u, t, f),), "too little for one"),
    ("a little more", check.task_7, (lambda u, t, f: 1.1 * worst(u, t, f),), "never needed"),
    ("one number", check.task_7, (lambda u, t, f: u.sum(),), "5 numbers"),
    ("three intervals", check.task_8, (cheapest(checks=3.0),), "just after a check"),
    ("all of it is left", check.task_8, (cheapest(part=1.0),), "had only just asked"),
    ("nobody keeps", check.task_8, (cheapest(hold=0.0),), "longer than allowed"),
    ("one check", check.task_8, (cheapest(checks=0.5),), "one failed check"),
    ("noticed at once", check.task_8, (cheapest(checks=0.0),), "noticed at once"),
    ("quickest", check.task_8, (lambda *_: (5, 5),), "not the cheapest"),
    ("longest", check.task_8, (lambda *_: (60, 600),), "users wait"),
    ("cost forgotten", check.task_8, (cheapest(cost=False),), "not the cheapest"),
    ("gives up", check.task_8, (lambda *_: (0, 0),), "settings that are quick enough"),
    ("own interval", check.task_8, (lambda *_: (7, 60),), "from the lists"),
    ("one number", check.task_8, (lambda *_: 30,), "two numbers"),
]  # fmt: skip
