"""The judging kernel once more, with numpy, scipy and Python's own numbers."""

import math

import numpy as np
from scipy import stats


def ranks(n: int, p: float) -> tuple[int, int]:
    law = stats.binom(n, p)
    return int(law.ppf(0.025)), int(law.ppf(0.975)) + 1


def independent(marks: np.ndarray, limit: float) -> int:
    n = len(marks)
    if n < 2:
        return n
    b = min(20, max(n // 10, 2))
    above = marks > limit
    share = above.mean()
    if share in (0.0, 1.0):
        return n
    shares = [above[i * n // b : (i + 1) * n // b].mean() for i in range(b)]
    factor = max(np.var(shares, ddof=1) / b / (share * (1 - share) / n), 1.0)
    price = stats.t.ppf(0.975, b - 1) / stats.norm.ppf(0.975)
    return max(min(int(n / (factor * price**2)), n), 1)


def interval(values: np.ndarray, p: float) -> tuple[float, tuple, tuple, int]:
    """(percentile, naive interval, interval, independent ones); None for an end there is not."""
    n = len(values)
    ordered = np.sort(values)
    value = ordered[math.ceil(p * n - 1e-6) - 1]
    m = independent(values, value)
    naive = ranks(n, p)
    low, high = ranks(m, p)
    low = 0 if low == 0 else min(math.ceil(low * n / (m + 1) - 1e-9), naive[0])
    high = n + 1 if high > m else max(math.ceil(high * n / (m + 1) - 1e-9), naive[1])

    def at(rank: int) -> float | None:
        return float(ordered[rank - 1]) if 1 <= rank <= n else None

    return float(value), (at(naive[0]), at(naive[1])), (at(low), at(high)), m


def lindley(start, service) -> list[float]:
    """Times from arrival to answer, first come first served."""
    free, took = 0.0, []
    for arrived, needs in zip(start, service, strict=True):
        free = max(free, arrived) + needs
        took.append(free - arrived)
    return took
