"""Quantiles and tail of the normal distribution."""

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import kernel


@kernel
def normal_quantile(share: float) -> float:
    """Error below 0.00045 (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23)."""
    tail = min(share, 1.0 - share)
    t = np.sqrt(-2.0 * log(tail))
    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (
        1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    )
    return float(-z if share < 0.5 else z)


@kernel
def normal_tail(z: float) -> float:
    """Chance that a normal number is ``z`` spreads above its mean or more, to 13 digits of itself.

    A series around 0 (G. Marsaglia, J. Stat. Softw. 11(4), 2004) and Laplace's continued fraction
    (Abramowitz and Stegun, 26.2.14).
    """
    if z < 0.0:
        return 1.0 - tail_from(-z)
    return tail_from(z)


@kernel
def tail_from(z: float) -> float:
    if z > 37.0:
        return 0.0
    density = 0.3989422804014327 * exp(-0.5 * z * z)
    if z < 2.5:
        term = z
        total = z
        for i in range(3, 120, 2):
            term *= z * z / i
            total += term
            if term < 1e-17 * total:
                break
        return 0.5 - density * total
    fraction = z
    for i in range(int(20.0 + 500.0 / (z * z)), 0, -1):
        fraction = z + i / fraction
    return density / fraction
