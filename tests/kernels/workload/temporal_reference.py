"""A year's peak and the times of requests, in plain Python, from the kernel's own draws."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scalelab.kernels.random import exponential


def times(hourly: list[float], first: float, state: NDArray[np.uint64]) -> list[float]:
    """The k-th request comes when the integral of the rate reaches the k-th sum of unit gaps.

    Slot by slot: an hour's first minute, and the rest of it.
    """
    slots = []
    for hour, rate in enumerate(hourly):
        share = first + (1.0 - first) / 60.0
        slots.append((3600.0 * hour, 60.0, 3600.0 * rate * share))
        slots.append((3600.0 * hour + 60.0, 3540.0, 3600.0 * rate * (1.0 - share)))
    found = []
    done = 0.0
    wanted = float(exponential(state, 1.0))
    for start, length, mean in slots:
        while wanted < done + mean:
            found.append(start + length * (wanted - done) / mean)
            wanted += float(exponential(state, 1.0))
        done += mean
    return found


def most_of_a_year(
    rate: list[float], factors: list[float], first: float, width: int, share: float
) -> float:
    """The number that a year's busiest window exceeds with probability 1 - ``share``: exactly.

    Windows are independent, so the probability that none exceeds k is the product over all.
    """
    windows: list[tuple[float, int]] = []
    minute = first + (1.0 - first) / 60.0
    for day, factor in enumerate(factors):
        means = [3600.0 * factor * rate[24 * (day % 7) + h] for h in range(24)]
        if width == 86400:
            windows.append((sum(means), 1))
            continue
        for mean in means:
            if width == 3600:
                windows.append((mean, 1))
            elif width == 600:
                windows.append((mean * (minute + 9 * (1 - minute) / 59), 1))
                windows.append((mean * 10 * (1 - minute) / 59, 5))
            else:
                n = 60 // width
                windows.append((mean * minute / n, n))
                windows.append((mean * (1 - minute) / (59 * n), 59 * n))
    mean = np.array([m for m, _ in windows])
    number = np.array([n for _, n in windows])
    low, high = 0, int(mean.max() + 20 * math.sqrt(mean.max()) + 50)
    while low < high:
        k = (low + high) // 2
        if float(np.sum(number * stats.poisson.logcdf(k, mean))) < math.log(share):
            low = k + 1
        else:
            high = k
    return low


def counts(times_s: list[float], width: float) -> int:
    """Most requests in a window that begins with the clock's, window by window."""
    tally: dict[int, int] = {}
    for t in times_s:
        tally[int(t // width)] = tally.get(int(t // width), 0) + 1
    return max(tally.values())
