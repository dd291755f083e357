"""Poisson numbers: how many of many rare things happen.

Small means by inversion, the terms of the distribution taken off one uniform number one after
the other; large ones by transformed rejection with squeeze (PTRS, W. Hörmann, Insurance:
Mathematics and Economics 12(1) 1993), which takes the same time whatever the mean.
"""

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Words, kernel
from scalelab.kernels.random import uniform

INVERTED_BELOW = 10.0
# At a mean of 10 the tail beyond is far below what a double resolves: rounding must not go on.
MOST_INVERTED = 100
HALF_LOG_TWO_PI = 0.9189385332046727


@kernel
def log_factorial(k: int) -> float:
    """Logarithm of ``k!``, by Stirling's series from 10 on (error below 1e-12)."""
    if k < 10:
        product = 1.0
        for i in range(2, k + 1):
            product *= i
        return log(product)
    x = float(k)
    squared = x * x
    series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * squared)) / squared)
              / squared) / x  # fmt: skip
    return (x + 0.5) * log(x) - x + HALF_LOG_TWO_PI + series


@kernel
def poisson(state: Words, mean: float) -> int:
    """A Poisson number with the given mean, 0 to about 1e12."""
    if mean < INVERTED_BELOW:
        left = uniform(state)
        term = exp(-mean)
        k = 0
        while left > term and k < MOST_INVERTED:
            left -= term
            k += 1
            term *= mean / k
        return k
    b = 0.931 + 2.53 * np.sqrt(mean)
    a = -0.059 + 0.02483 * b
    squeezed = 0.9277 - 3.6224 / (b - 2.0)
    log_scale = log(1.1239 + 1.1328 / (b - 3.4))
    log_mean = log(mean)
    while True:
        u = uniform(state) - 0.5
        v = uniform(state)
        edge = 0.5 - abs(u)
        k = int(np.floor((2.0 * a / edge + b) * u + mean + 0.43))
        if edge >= 0.07 and v <= squeezed:
            return k
        if k < 0 or (edge < 0.013 and v > edge):
            continue
        needed = log(v) + log_scale - log(a / (edge * edge) + b)
        if needed <= k * log_mean - mean - log_factorial(k):
            return k
