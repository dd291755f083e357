"""Quantiles of the normal distribution."""

import numpy as np

from scalelab.kernels.elementary import log
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
