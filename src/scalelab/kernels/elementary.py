"""Logarithm, exponential and power from IEEE additions and multiplications only.

The C library's ``log`` and ``exp`` differ in the last bit from one platform and browser to the
next, and one different bit can reorder two simulated events. These functions are compiled
together with each kernel, so that a simulation gives the same bits everywhere.

Both reduce the argument to a short interval and sum a series with more terms than a double can
resolve. Error below 1.5 units in the last place (``power``: relative error about
``|y log x|`` times that), shown in ``tests/kernels/test_elementary.py``.
"""

import numpy as np

from scalelab.kernels.jit import kernel

# log 2 in two parts (fdlibm): the high part ends in zeros, so that a multiple of it is exact.
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10


# The smallest number with all its digits, and the power of two that lifts those below it.
LEAST_NORMAL = 2.2250738585072014e-308
LIFT = 54


@kernel
def log(x: float) -> float:
    """Natural logarithm of ``x``; ``-inf`` at 0 and ``nan`` below."""
    if not x > 0.0:
        return -np.inf if x == 0.0 else np.nan
    if x == np.inf:
        return np.inf
    if x < LEAST_NORMAL:
        return log_of_normal(x * 2.0**LIFT, -LIFT)
    return log_of_normal(x, 0)


@kernel
def log_of_normal(x: float, twos: int) -> float:
    """Logarithm of ``x`` times 2**twos, for a finite ``x`` from `LEAST_NORMAL` on.

    Without a branch, so that the processor can take several numbers at once.
    """
    bits = np.float64(x).view(np.int64)
    # x is m times 2**exponent, with m from 1 to 2; then from the root of a half to that of two.
    m = np.int64((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64)
    above = m >= 1.4142135623730951
    m = 0.5 * m if above else m
    exponent = (bits >> 52) - 1023 + twos + (1 if above else 0)
    # log(1+f) = f - (f²/2 - s (f²/2 + R)) with s = f/(2+f) and R = 2 Σ s^2k/(2k+1).
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    series = 0.0
    for k in range(12, 0, -1):
        series = z * (2.0 / (2 * k + 1) + series)
    half_square = 0.5 * f * f
    return exponent * LN2_HIGH - (
        (half_square - (s * (half_square + series) + exponent * LN2_LOW)) - f
    )


@kernel
def exp(x: float) -> float:
    """Exponential of ``x``; 0 below -745, ``inf`` above 709.78."""
    if x != x:
        return np.nan
    if x > 709.782712893384:
        return np.inf
    if x < -745.2:
        return 0.0
    halvings = int(np.floor(x * 1.4426950408889634 + 0.5))
    r = (x - halvings * LN2_HIGH) - halvings * LN2_LOW
    series = 0.0
    for k in range(13, 1, -1):
        series = (series + 1.0) * r / k
    result = 1.0 + (r + r * series)
    # Two exact steps keep 2**halvings inside the range of a double.
    first = halvings // 2
    return result * power_of_two(first) * power_of_two(halvings - first)


@kernel
def power_of_two(n: int) -> float:
    """2**n for -1022 <= n <= 1023, exactly."""
    base = 2.0
    if n < 0:
        base = 0.5
        n = -n
    result = 1.0
    while n > 0:
        if n & 1:
            result *= base
        base *= base
        n >>= 1
    return result


@kernel
def power(x: float, y: float) -> float:
    """``x**y`` for ``x >= 0``."""
    if y == 0.0 or x == 1.0:
        return 1.0
    return exp(y * log(x))
