"""Kernels of small labs; the compiler to WebAssembly imports them by this file's name alone."""

import numpy as np

from scalelab.kernels.access_log import ENDPOINT, FIELDS, TIME_S, WRITE
from scalelab.kernels.jit import Floats, Table, kernel

# Endpoints of the built-in workload, and how many are counted of a log's.
BUILT_IN, MOST = 3, 20


@kernel
def area(size: int, share: float, kind: int) -> Table:
    table = np.empty((2, 2))
    for i in range(2):
        table[i, 0] = i + 1
        table[i, 1] = size * share * (kind + 1) * (i + 1)
    return table


@kernel
def counts(factor: int, log: Floats) -> Table:
    """Requests of the first endpoints; without a log, ten times ``factor`` of each."""
    n = log.size // FIELDS
    table = np.zeros((BUILT_IN if n == 0 else MOST, 3))
    most = 0
    for i in range(n):
        endpoint = int(log[i * FIELDS + ENDPOINT])
        if endpoint < MOST:
            table[endpoint, 1] += factor
            most = max(most, endpoint + 1)
    if n == 0:
        most = BUILT_IN
        for i in range(most):
            table[i, 1] = 10 * factor * (i + 1)
    total = 0.0
    for i in range(most):
        table[i, 0] = i
        total += table[i, 1]
    for i in range(most):
        table[i, 2] = total
    return table[:most].copy()


@kernel
def pace(bin_s: int, log: Floats) -> Table:
    """Requests and writes of a log, and how many bins it lasts; without one, ``bin_s`` of each."""
    n = log.size // FIELDS
    table = np.empty((1, 3))
    table[0, 0] = n if n > 0 else bin_s
    table[0, 1] = bin_s
    table[0, 2] = bin_s
    if n > 0:
        writes = 0.0
        for i in range(n):
            writes += log[i * FIELDS + WRITE]
        table[0, 1] = writes
        table[0, 2] = (log[(n - 1) * FIELDS + TIME_S] - log[TIME_S]) / bin_s
    return table
