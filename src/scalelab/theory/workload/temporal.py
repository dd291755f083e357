"""A rate that changes with the hour: means, peaks and what capacity for them leaves idle.

A Poisson process with rate λ(t) has a Poisson number of events in any interval, with the integral
Λ of the rate over it as mean, independent of other intervals; at Λ(T) its times are a Poisson
process of rate 1 (E. Cinlar, "Introduction to Stochastic Processes", Prentice-Hall, 1975).
"""

from collections.abc import Sequence

import numpy as np

from scalelab.kernels.jit import Floats


def expected(rates: Sequence[float] | Floats, width_s: float) -> float:
    """Mean number of requests in slots of ``width_s``, each with its rate (a second)."""
    return float(np.sum(rates)) * width_s


def rescaled(times: Floats, rates: Floats, width_s: float) -> Floats:
    """Λ at each time, for a rate that is constant in each slot; gaps are exponential, mean 1."""
    at_end = np.concatenate([[0.0], np.cumsum(rates) * width_s])
    slot = np.minimum((times // width_s).astype(int), len(rates) - 1)
    value: Floats = at_end[slot] + (times - slot * width_s) * rates[slot]
    return value


def load_factor(rates: Sequence[float] | Floats, capacity: float | None = None) -> float:
    """Mean over capacity; over the peak if no capacity is given. What is left of 1 is idle."""
    top = float(np.max(rates)) if capacity is None else capacity
    return float(np.mean(rates)) / top


def with_a_special_day(mean: float, of_that_day: float, times: float, days: int) -> float:
    """Mean rate of a year when one day brings ``times`` its load."""
    return mean + (times - 1.0) * of_that_day / days


def two_regions(swing: float, hours_apart: float, second: float = 1.0) -> float:
    """Peak over mean when each region's day is 1 + swing sin(t), the second ``second`` as large.

    Two sines are one: the square of its amplitude is 1 + s² + 2 s cos(shift), the law of cosines.
    """
    shift = 2.0 * np.pi * hours_apart / 24.0
    amplitude = np.sqrt(1.0 + second * second + 2.0 * second * np.cos(shift))
    return float(1.0 + swing * amplitude / (1.0 + second))


def busiest(means: Floats, numbers: Floats, share: float) -> int:
    """What the busiest of many windows does not exceed with probability ``share``.

    Windows are independent, so the probabilities that they hold k requests at most are multiplied:
    ``numbers`` windows of each of the ``means``.
    """
    top = float(np.max(means))
    k = np.arange(int(top + 12.0 * np.sqrt(top) + 40.0))
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(k[1:]))])
    logs = np.zeros(k.size)
    for mean, number in zip(means, numbers, strict=True):
        at_most = np.cumsum(np.exp(k * np.log(mean) - mean - log_factorials))
        logs += number * np.log(np.clip(at_most, 1e-300, 1.0))
    return int(np.argmax(logs >= np.log(share)))


def first_minute_over_hour(first: float) -> float:
    """Rate in an hour's first minute over the hour's, if it has the share ``first`` on top."""
    return 60.0 * (first + (1.0 - first) / 60.0)
