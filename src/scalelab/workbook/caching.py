"""Checks of the caching workbook: each prints that all is well, or raises a hint.

Goals are checked on several seeds or settings, most of them not those of the notebook, so an
answer has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from scalelab.kernels.caching.hit_ratio import shop_keys
from scalelab.kernels.jit import Ints
from scalelab.labs.caching.hit_ratio import lab as hit_ratio_lab
from scalelab.models.caching.hit_ratio import Policy, compiled, hit_ratio, misses
from scalelab.models.caching.latency import simulate
from scalelab.models.caching.miss_ratio_curve import lru_curve
from scalelab.models.zipf import requests
from scalelab.theory.caching.freshness import ttl_only
from scalelab.theory.caching.stampede import early_nobody
from scalelab.workbook.hint import NotYet, answered, expect, number, share
from scalelab.workbook.incident import incident, roles

CRAWLER = 0.3
READ_OFF = 0.006  # a chart or a table is read to half a percentage point

# No more than the products that a day asks for, so that each size has its point on the curve.
SIZES = tuple(range(500, 10_001, 500))
CENTS_PER_OBJECT = 0.1
DATABASE_MS = 20.0
CONNECTIONS = 10

SEEDS = (11, 12, 13)
GAIN = 0.04  # what a policy must win over LRU, as a share of all requests


def busy_day(seed: int) -> Ints:
    """One day of the shop with a crawler in it: a quarter of the requests are sweeps."""
    return shop_keys(5000, 0.9, 60_000, 0.05, 0.25, 1000, seed)


def catalogue_day(seed: int) -> Ints:
    """One day of product pages without a crawler."""
    return requests(n_requests=100_000, n_objects=20_000, skew=1.0, seed=seed)


def task_1(prediction: Any, before: Any, after: Any) -> None:
    """LRU's hit ratio in the lab, without and with the crawler."""
    guess = share("prediction", prediction)
    _read_from_lab("before", share("before", before), 0.0)
    _read_from_lab("after", share("after", after), CRAWLER)
    print(f"Right. Your prediction was {abs(guess - float(after)) * 100:.0f} points off.")


def _read_from_lab(name: str, value: float, crawler: float) -> None:
    table = hit_ratio_lab.table(scan_share=crawler)
    chosen = {row["policy"]: row["hit_ratio"] for row in hit_ratio_lab.rows(table) if row["chosen"]}
    truth = float(chosen["LRU"])
    if abs(value - truth) <= READ_OFF:
        return
    expect(
        abs(1.0 - value - truth) > READ_OFF,
        f"{name} is the share that misses. The hit ratio is the share that is found.",
    )
    for policy, ratio in chosen.items():
        expect(
            abs(value - float(ratio)) > READ_OFF,
            f"{name} = {value:g} is what {policy} reaches. The question is about LRU.",
        )
    raise NotYet(
        f"{name} = {value:g} is not LRU's hit ratio with the crawler at {crawler:.0%}. "
        "Press Reset, set the crawler, and read the row of LRU at 500 objects in the data table."
    )


def task_2(smallest_size: Callable[..., Any]) -> None:
    """The smallest LRU cache with a given share of the hits that an unlimited one has."""
    for seed, wanted in zip(SEEDS, (0.9, 0.5, 0.75), strict=True):
        keys = shop_keys(2000, 0.8, 20_000, 0.1, 0.1, 200, seed)
        size = number("smallest_size(...)", answered(smallest_size, keys, wanted))
        sizes, miss_ratio = lru_curve(keys)
        hits = 1.0 - miss_ratio
        right = _first(hits >= wanted * hits[-1])
        if size == right:
            continue
        where = f"On one trace and share = {wanted:g}, smallest_size gives {size:,.0f}"
        expect(
            size != right - 1,
            f"{where}: one object too few. Entry i of the curve is a cache of i + 1 objects.",
        )
        expect(
            abs(size - wanted * sizes.size) > 1.0,
            f"{where}: that share of the products. The share is of the hits.",
        )
        expect(
            not (hits >= wanted).any() or size != _first(hits >= wanted),
            f"{where}: there the hit ratio itself is {wanted:g}. The share is of the hits that an "
            "unlimited cache has, and that one misses each product once.",
        )
        expect(size != _first(hits >= hits[-1]), f"{where}: there every possible hit is reached.")
        direction = "fewer" if size < right else "more"
        raise NotYet(f"{where}; the smallest cache that does it has not {direction} objects.")
    print("Right, on three traces that you have not seen.")


def _first(reached: Any) -> int:
    return int(np.argmax(reached)) + 1


def task_3(saturation: Callable[..., Any]) -> None:
    """The hit ratio below which the database cannot keep up."""
    for rate, service_ms, connections in ((2000, 20, 10), (900, 5, 16), (300, 10, 20)):
        value = answered(saturation, rate, service_ms, connections)
        value = number("saturation(...)", value)
        capacity = connections / (service_ms / 1000.0)
        truth = max(0.0, 1.0 - capacity / rate)
        if abs(value - truth) <= 1e-6:
            continue
        case = f"With {rate} requests/s, {service_ms} ms and {connections} connections, {value:g}"
        expect(
            value >= 0.0, f"{case}: no hit ratio is below 0. What if the database needs no help?"
        )
        expect(
            value <= 1.0, f"{case}: no hit ratio is above 1. Are milliseconds and seconds mixed?"
        )
        expect(
            abs(1.0 - value - truth) > 1e-6,
            f"{case} is the share of requests that may miss. Which share must hit?",
        )
        expect(
            abs(value - max(0.0, 1.0 - capacity / connections / rate)) > 1e-6,
            f"{case}: that is for a database that runs one query at a time.",
        )
        raise NotYet(
            f"{case} is not it. How many queries a second can the connections finish together? "
            "Which share of the requests is that?"
        )
    print("Right. At that hit ratio the queue already has no end: a service must stay well above.")


def task_4(cheapest: Callable[..., Any]) -> None:
    """The least cache whose p99 meets the objective, or 0 where the budget buys none."""
    cases = ((11, 1500, 100, 1000), (12, 1200, 80, 1000), (13, 2500, 60, 500))
    for seed, rate, slo_ms, budget_cents in cases:
        keys = catalogue_day(seed)
        size = number("cheapest(...)", answered(cheapest, keys, rate, slo_ms, budget_cents))
        case = f"For p99 under {slo_ms} ms at {rate} requests/s, {size:,.0f} objects"
        affordable = [s for s in SIZES if s * CENTS_PER_OBJECT <= budget_cents]
        expect(
            size == 0 or size in SIZES,
            f"{case}: caches are sold in steps of 500 objects up to {SIZES[-1]:,}.",
        )
        expect(
            size in {0, *affordable}, f"{case} cost more than the {budget_cents} cents there are."
        )
        ratio = 1.0 - lru_curve(keys)[1]
        right = next((s for s in affordable if _p99(ratio[s - 1], rate) <= slo_ms), 0)
        if size == right:
            continue
        expect(right > 0, f"{case}: p99 is {_p99(ratio[int(size) - 1], rate):.0f} ms. Say 0 if no "
               "cache within the budget meets the objective.")  # fmt: skip
        expect(size > 0, f"{case}: there is a cache within the budget that meets the objective.")
        p99 = _p99(ratio[int(size) - 1], rate)
        if p99 <= slo_ms:
            raise NotYet(f"{case} meet the objective, and so does a cheaper cache.")
        mean = simulate(ratio[int(size) - 1], rate).mean
        seen = f"the mean is {mean:.0f} ms, but " if mean <= slo_ms else ""
        raise NotYet(f"{case} are too few: {seen}p99 is {p99:.0f} ms.")
    print("Right, on three days and three objectives, one of which no money can buy.")


def _p99(ratio: float, rate: float) -> float:
    return simulate(ratio, rate, database_ms=DATABASE_MS, connections=CONNECTIONS).p99


def task_5(longest_ttl: Callable[..., Any]) -> None:
    """The longest time to live within a budget of old answers."""
    for reads, writes, allowed in ((5.0, 1 / 3600, 0.01), (0.5, 1 / 600, 0.05), (20.0, 1.0, 0.001)):
        value = answered(longest_ttl, reads, writes, allowed)
        value = number("longest_ttl(...)", value)
        case = f"At a write every {1 / writes:,.0f} s and {allowed:.1%} old answers, {value:g} s"
        expect(
            value >= 0 and value == int(value), f"{case}: whole seconds, 0 or more, are asked for."
        )
        if value > 0:
            old = ttl_only(reads, writes, value, 0.0)[1]
            expect(old <= allowed, f"{case} is too long: {old:.2%} of the answers would be old.")
        longer = ttl_only(reads, writes, value + 1.0, 0.0)[1]
        expect(longer > allowed, f"{case} is safe, and one second more would still be.")
    print("Right, for three products that change at different rates.")


def task_6(find_stampede: Callable[..., Any]) -> None:
    """The product that stampedes, from the database's log alone."""
    for seed in SEEDS:
        log, cast = incident(seed), roles(seed)
        answer = answered(find_stampede, log.read_time, log.read_product)
        product = number("find_stampede(...)", answer)
        if product == cast.slow:
            continue
        said = f"In one of three incidents you say product {product:.0f}"
        expect(
            product != cast.ticker,
            f"{said}. It is read most often, but evenly, one read at a time: its time to live is "
            "short. A stampede is many reads of one product at once.",
        )
        expect(
            product != cast.best_seller,
            f"{said}. It is asked for most, but the cache answers nearly all of it.",
        )
        times = int((log.read_product == product).sum())
        raise NotYet(
            f"{said}, which the database read {times} times in half an hour. Look for many reads "
            "of the *same* product within a second; the busiest second has many different ones."
        )
    print("Right, in three incidents that you have not seen.")


def task_7(smallest_beta: Callable[..., Any]) -> None:
    """XFetch's beta, in steps of 0.1, that leaves at most a given chance of an expiry."""
    for rate, recompute_s, ttl_s, chance in (
        (2, 1.0, 120, 1e-3),
        (5, 0.5, 60, 0.01),
        (40, 0.05, 60, 0.05),
    ):
        beta = answered(smallest_beta, rate, recompute_s, ttl_s, chance)
        beta = number("smallest_beta(...)", beta)
        case = f"At {rate} requests/s and {recompute_s:g} s to recompute, beta = {beta:g}"
        expect(beta > 0.0, f"{case}: beta is above 0.")
        expect(abs(beta * 10 - round(beta * 10)) < 1e-6, f"{case}: steps of 0.1 are asked for.")
        left = early_nobody(rate, recompute_s, ttl_s, beta)
        expect(
            left <= chance, f"{case} leaves a chance of {left:.2g} that the page expires unread."
        )
        less = round(beta - 0.1, 1)
        expect(
            less <= 0.0 or early_nobody(rate, recompute_s, ttl_s, less) > chance,
            f"{case} is enough, and so is a smaller one, which recomputes less often.",
        )
    print("Right, for three pages.")


def task_8(new: Callable[..., Any], access: Callable[..., Any]) -> None:
    """An eviction policy that beats LRU by four points at every seed and size."""
    policy = _compiled_policy(new, access)
    _fits(policy)
    gains = []
    for seed in SEEDS:
        keys = busy_day(seed)
        for size in (100, 500):
            try:
                own = hit_ratio(keys, policy, size)
            except ValueError as error:
                raise NotYet(str(error)) from None
            for name in ("LRU", "FIFO"):
                expect(
                    round(own * keys.size) != keys.size - misses(keys, name, size),
                    f"your policy has exactly the hits of {name}. What does it do differently?",
                )
            gains.append(own - hit_ratio(keys, "LRU", size))
    expect(
        min(gains) >= GAIN,
        f"against LRU you win {min(gains) * 100:+.1f} points where it goes worst and "
        f"{max(gains) * 100:+.1f} where it goes best; {GAIN * 100:.0f} are asked for everywhere. "
        "Which objects does the crawler bring in, and which do they push out?",
    )
    print(f"Right: {min(gains) * 100:+.1f} to {max(gains) * 100:+.1f} points against LRU, "
          f"on {len(SEEDS)} days and two sizes.")  # fmt: skip


def _compiled_policy(new: Callable[..., Any], access: Callable[..., Any]) -> Policy:
    state = answered(new, 4, 10)
    expect(isinstance(state, tuple), "new must return a tuple of arrays.")
    answered(access, state, 3)
    return Policy(compiled(new), compiled(access))


def _fits(policy: Policy) -> None:
    """Ask a copy of the cache for every product: no more may be found than there is room for."""
    room, n_keys = 50, 600
    keys = shop_keys(n_keys, 0.8, 6000, 0.0, 0.2, 100, 1)
    state = policy.new(room, n_keys)
    for part in np.split(keys, 6):
        _feed(policy.access, state, part)
        found = 0
        for key in range(n_keys):
            copy = tuple(array.copy() for array in state)
            found += bool(policy.access(copy, key))
        expect(
            found <= room,
            f"with room for {room} objects your cache answers {found} different ones. "
            "When it takes an object in, it must give one up.",
        )


@njit
def _feed(access: Any, state: Any, keys: Ints) -> None:
    for key in keys:
        access(state, key)
