"""The same answers from requests that are drawn, sorted and counted, in plain Python and numpy.

Buckets are dictionaries with a count for each bound; exponential ones are found by walking along
the bounds, not by a logarithm. Nothing is shared with the kernel.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]


def requests(n: int, world: dict[str, Any], slow: bool, random: np.random.Generator) -> Times:
    """Times (ms) on one kind of machine."""
    median = np.where(random.random(n) < world["misses"], world["miss_ms"], world["hit_ms"])
    times: Times = median * np.exp(world["spread"] * random.standard_normal(n))
    return times * world["factor"] if slow else times


def fleet(n: int, world: dict[str, Any], random: np.random.Generator) -> Times:
    """Times of ``n`` requests of all machines."""
    slow = int(random.binomial(n, world["slow_share"]))
    return np.concatenate(
        [requests(n - slow, world, False, random), requests(slow, world, True, random)]
    )


def exact(times: Times, quantile: float) -> float:
    """The least that so many of the times do not exceed."""
    ordered = sorted(times.tolist())
    return ordered[max(math.ceil(quantile * len(ordered) - 1e-9), 1) - 1]


def count(times: Sequence[float], bounds: Sequence[float]) -> Counter[float]:
    """How many are in the bucket that ends at each bound; at infinity: above all."""
    found: Counter[float] = Counter()
    for time in times:
        found[next((bound for bound in bounds if time <= bound), math.inf)] += 1
    return found


def by_buckets(buckets: Counter[float], bounds: Sequence[float], quantile: float) -> float:
    """Prometheus' documentation, sentence by sentence, on cumulative counts."""
    cumulative = 0.0
    steps = []
    for bound in (*bounds, math.inf):
        cumulative += buckets[bound]
        steps.append((bound, cumulative))
    rank = quantile * cumulative
    start, before = 0.0, 0.0
    for bound, total in steps:
        if total >= rank:
            if math.isinf(bound):
                return start
            if total == before:
                return start
            return start + (bound - start) * (rank - before) / (total - before)
        start, before = bound, total
    raise AssertionError("the last bucket has all")


def by_powers(times: Times, growth: float, quantile: float) -> float:
    """Exponential buckets from a second up and down; within the bucket, evenly in the logarithm."""
    bounds = [1000.0]
    while bounds[0] > times.min():
        bounds.insert(0, bounds[0] / growth)
    while bounds[-1] < times.max():
        bounds.append(bounds[-1] * growth)
    ends = np.searchsorted(np.sort(times), bounds, side="right")
    rank = quantile * len(times)
    found = int(np.searchsorted(ends, rank, side="left"))
    before = float(ends[found - 1]) if found else 0.0
    low = bounds[found] / growth
    return float(low * growth ** ((rank - before) / (ends[found] - before)))


def own_percentile(
    m: int, quantile: float, world: dict[str, Any], slow: bool, minutes: int,
    random: np.random.Generator,
) -> Times:  # fmt: skip
    """Of each of so many minutes with ``m`` requests."""
    k = max(math.ceil(quantile * m - 1e-9), 1)
    drawn = requests(m * minutes, world, slow, random).reshape(minutes, m)
    return np.sort(drawn, axis=1)[:, k - 1]


def two_digits(time_ms: float, digits: int) -> float:
    """HdrHistogram, by halving until the value is small enough, and back."""
    value = math.floor(1000.0 * time_ms)
    sub = 2
    while sub < 2 * 10**digits:
        sub *= 2
    halvings = 0
    while value >> halvings >= sub:
        halvings += 1
    return (((value >> halvings) + 1 << halvings) - 1) / 1000.0
