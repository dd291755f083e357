"""Chains and fans of calls by other ways: transforms turned back, Erlang's law, exact fractions.

J. Abate and W. Whitt, "Numerical inversion of Laplace transforms of probability distributions",
ORSA Journal on Computing 7(1), 1995; B. Treynor et al., "The calculus of service availability",
ACM Queue 15(2), 2017.
"""

import cmath
import math
from collections.abc import Callable
from fractions import Fraction

Transform = Callable[[complex], complex]


def inverted(transform: Transform, at: float, terms: int = 24) -> float:
    """The function of which this is the Laplace transform: Euler's way, to about 1e-8.

    >>> round(inverted(lambda s: 1 / (s + 1), 2.0), 8) == round(math.exp(-2.0), 8)
    True
    """
    left = 18.4
    half = transform(complex(left / (2 * at))).real / 2
    sums = [half]
    for k in range(1, terms + 13):
        s = complex(left, 2 * k * math.pi) / (2 * at)
        sums.append(sums[-1] + (-1) ** k * transform(s).real)
    mean = sum(math.comb(12, j) * sums[terms + j] for j in range(13)) / 2**12
    return math.exp(left / 2) / at * mean


def later(services: int, slow: float, fast_ms: float, slow_ms: float, ms: float) -> float:
    """Chance that a chain of services, each fast or slow, works for longer than that.

    >>> round(later(1, 0.02, 5.0, 50.0, 20.0), 6) == round(
    ...     0.98 * math.exp(-4.0) + 0.02 * math.exp(-0.4), 6)
    True
    """

    def tail(s: complex) -> complex:
        one = (1 - slow) / (1 + s * fast_ms) + slow / (1 + s * slow_ms)
        return (1 - cmath.exp(services * cmath.log(one))) / s

    return inverted(tail, ms)


def excess(services: int, slow: float, fast_ms: float, slow_ms: float, ms: float) -> float:
    """Mean of what such a chain works after that time (ms).

    >>> round(excess(1, 0.0, 5.0, 50.0, 10.0), 6) == round(5.0 * math.exp(-2.0), 6)
    True
    """
    mean = services * ((1 - slow) * fast_ms + slow * slow_ms)

    def rest(s: complex) -> complex:
        one = (1 - slow) / (1 + s * fast_ms) + slow / (1 + s * slow_ms)
        return mean / s - (1 - cmath.exp(services * cmath.log(one))) / s**2

    return inverted(rest, ms)


def erlang_later(services: int, mean_ms: float, ms: float) -> float:
    """The same if each takes an exponential time: fewer than that many events of a Poisson process.

    >>> round(erlang_later(2, 1.0, 1.0), 6) == round(2 / math.e, 6)
    True
    """
    x = ms / mean_ms
    return sum(math.exp(k * math.log(x) - x - math.lgamma(k + 1)) for k in range(services))


def erlang_quantile(services: int, mean_ms: float, share: float) -> float:
    """By halving. Six in a row at p99 take 13.1 means, fifty at once 8.5.

    >>> round(erlang_quantile(6, 1.0, 0.99), 2), round(fan_quantile(50, 1.0, 0.99), 2)
    (13.11, 8.51)
    """
    low, high = 0.0, 100.0 * services * mean_ms
    for _ in range(100):
        middle = (low + high) / 2
        late = erlang_later(services, mean_ms, middle) > 1 - share
        low, high = (middle, high) if late else (low, middle)
    return low


def fan_quantile(services: int, mean_ms: float, share: float) -> float:
    """Of the latest of so many exponential times."""
    return -mean_ms * math.log(1 - share ** (1 / services))


def fan_mean(services: int, mean_ms: float) -> float:
    """Mean of the latest of so many exponential times: the harmonic sum.

    >>> round(fan_mean(50, 1.0), 3)
    4.499
    """
    return mean_ms * sum(1 / k for k in range(1, services + 1))


def all_up(services: int, up: Fraction) -> Fraction:
    """Part of the time for which all of them are up.

    >>> float(all_up(30, Fraction(999, 1000))).__round__(6)
    0.970431
    """
    return up**services


def kept(branches: int, depth: int, up: Fraction, stale: Fraction) -> Fraction:
    """The same if an older answer of a branch will do with that chance."""
    branch = up**depth
    return (branch + (1 - branch) * stale) ** branches


def two_copies(services: int, up: Fraction, common: Fraction) -> Fraction:
    """The same with a second copy of each; some failures hit both.

    >>> two_copies(1, Fraction(9, 10), Fraction(0))
    Fraction(99, 100)
    """
    down = 1 - up
    both, single = common * down, (1 - common) * down
    return ((1 - both) * (1 - single**2)) ** services


def extra_nine(up: Fraction) -> Fraction:
    """Down for a tenth of the time: what Treynor et al. ask of whatever is needed.

    >>> extra_nine(Fraction(999, 1000))
    Fraction(9999, 10000)
    """
    return 1 - (1 - up) / 10
