"""Counts and their indices once more, in plain Python, from the definitions."""

import math
from collections import Counter
from collections.abc import Sequence


def counts_of(times: Sequence[float], most: int) -> tuple[list[int], int]:
    first = math.floor(min(times))
    at = Counter(math.floor(t) - first for t in times)
    length = min(max(at) + 1, most)
    return [at[i] for i in range(length)], sum(n for i, n in at.items() if i >= length)


def windows_of(counts: Sequence[float], window: int) -> list[float]:
    return [
        sum(counts[i * window : (i + 1) * window]) for i in range(len(counts) // window)
    ]  # fmt: skip


def index(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((x - mean) ** 2 for x in values) / (len(values) - 1) / mean


def second_differences(values: Sequence[float]) -> list[tuple[float, float]]:
    """Each window's count and its difference from the mean of its neighbours."""
    return [
        (values[i], values[i] - (values[i - 1] + values[i + 1]) / 2)
        for i in range(1, len(values) - 1)
    ]


def trend_removed(values: Sequence[float]) -> float:
    pairs = second_differences(values)
    return sum(d * d for _, d in pairs) / 1.5 / sum(x for x, _ in pairs)


def jackknife(values: Sequence[float], trendless: bool, batches: int) -> tuple[float, float]:
    """The index, and the standard error of its logarithm."""
    n = len(values)
    kept = range(1, n - 1) if trendless else range(n)

    def of(indices: list[int]) -> float:
        if not trendless:
            return index([values[i] for i in indices])
        off = [values[i] - (values[i - 1] + values[i + 1]) / 2 for i in indices]
        return sum(d * d for d in off) / 1.5 / sum(values[i] for i in indices)

    logs = [
        math.log(of([i for i in kept if i * batches // n != b])) for b in range(batches)
    ]  # fmt: skip
    mean = sum(logs) / batches
    error = math.sqrt((batches - 1) / batches * sum((x - mean) ** 2 for x in logs))
    return of(list(kept)), error


def autocorrelation(values: Sequence[float], lag: int) -> float:
    mean = sum(values) / len(values)
    off = [x - mean for x in values]
    return sum(a * b for a, b in zip(off, off[lag:], strict=False)) / sum(x * x for x in off)


def on_within(begins: float, ends: float, seconds: int) -> list[float]:
    """How much of each second lies between ``begins`` and ``ends``."""
    return [max(0.0, min(ends, i + 1) - max(begins, i)) for i in range(seconds)]
