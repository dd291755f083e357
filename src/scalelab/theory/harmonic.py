"""Harmonic numbers: how much later than one of them the slowest of n independent things is."""

import math


def harmonic(n: int) -> float:
    """1 + 1/2 + ... + 1/n, the mean of the largest of n exponential times of mean 1.

    Until the first of n is over takes 1/n on average, from then on until the second 1/(n - 1), and
    so on, as the rest have no memory.
    """
    return math.fsum(1.0 / i for i in range(1, n + 1))
