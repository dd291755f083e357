"""What a simulation says of a mean: the figure, and how far off it may be."""

import math
from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing import fcfs


@dataclass(frozen=True)
class Estimate:
    """A mean and its standard error: two of these to each side hold the truth 19 times in 20."""

    mean: float
    se: float


def ratio(top: Floats, bottom: Floats) -> Estimate:
    """Sum over sum, one of each to a batch of the run; 0 of nothing.

    The standard error is that of a ratio, linearised, with the batches as independent of each other
    (A. M. Law, "Simulation Modeling and Analysis", 5th edition, McGraw-Hill, 2015, section 9.5.3):
    they are to be much longer than it takes the queue to forget.

    >>> import numpy as np
    >>> ratio(np.array([3.0, 5.0]), np.array([1.0, 1.0]))
    Estimate(mean=4.0, se=1.0)
    """
    whole = float(bottom.sum())
    if whole == 0.0:
        return Estimate(0.0, 0.0)
    mean = float(top.sum()) / whole
    left = top - mean * bottom
    n = left.size
    return Estimate(mean, math.sqrt(n / (n - 1) * float((left * left).sum())) / whole)


def quantile(counts: Floats, unit_s: float, q: float) -> float:
    """What a share ``q`` of the times counted do not exceed, from the bins of `fcfs.count`.

    ``unit_s`` is where the second bin begins. Within a bin it goes in a straight line.
    """
    up_to = np.cumsum(counts)
    target = q * up_to[-1]
    k = int(np.searchsorted(up_to, target))
    if k == 0:
        return 0.0
    part = (target - up_to[k - 1]) / counts[k]
    return unit_s * float(_edge(k) + part * (_edge(k + 1) - _edge(k)))


def _edge(k: int) -> float:
    """Where bin ``k``, of 1 and more, begins, in units; or the one before it ends."""
    octave, part = divmod(k - 1, fcfs.PER_OCTAVE)
    return float(2.0**octave * (1.0 + part / fcfs.PER_OCTAVE))
