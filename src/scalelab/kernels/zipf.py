"""Zipf popularity: the k-th most popular of n objects is asked for in proportion to k**-skew.

Sampling is by Walker's alias method in Vose's form (IEEE TSE 17(9) 1991): one random number and
one table look-up a draw, whatever n and skew are.
"""

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Floats, Ints, Words, kernel
from scalelab.kernels.random import uniform


@kernel
def popularity(n_objects: int, skew: float) -> Floats:
    """Probability of each object, most popular first, shape (n_objects,)."""
    weight = np.empty(n_objects)
    total = 0.0
    for rank in range(n_objects):
        weight[rank] = power(rank + 1.0, -skew)
        total += weight[rank]
    for rank in range(n_objects):
        weight[rank] /= total
    return weight


@kernel
def alias_table(probability: Floats) -> tuple[Floats, Ints]:
    """(threshold, alias), each of shape (n,), for `draw`."""
    n = probability.size
    threshold = np.empty(n)
    alias = np.arange(n)
    # One array holds both stacks: the scarce grow from the left, the plentiful from the right.
    stack = np.empty(n, np.int64)
    scarce = 0
    plentiful = n
    for i in range(n):
        threshold[i] = probability[i] * n
        if threshold[i] < 1.0:
            stack[scarce] = i
            scarce += 1
        else:
            plentiful -= 1
            stack[plentiful] = i
    while scarce > 0 and plentiful < n:
        scarce -= 1
        poor = stack[scarce]
        rich = stack[plentiful]
        alias[poor] = rich
        threshold[rich] -= 1.0 - threshold[poor]
        if threshold[rich] < 1.0:
            plentiful += 1
            stack[scarce] = rich
            scarce += 1
    while scarce > 0:
        scarce -= 1
        threshold[stack[scarce]] = 1.0
    while plentiful < n:
        threshold[stack[plentiful]] = 1.0
        plentiful += 1
    return threshold, alias


@kernel
def draw(state: Words, threshold: Floats, alias: Ints) -> int:
    """An object's rank, 0 the most popular."""
    scaled = uniform(state) * threshold.size
    i = int(scaled)
    if scaled - i < threshold[i]:
        return i
    return int(alias[i])
