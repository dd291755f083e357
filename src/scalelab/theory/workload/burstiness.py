"""Index of dispersion for counts, IDC(t) = Var N(t) / E N(t), in closed form.

All streams here have covariances from which the variance of a count follows:
Var N(t) = lambda t + 2 times the integral of (t - u) Cov(u), over u from 0 to t (D. R. Cox and
P. A. W. Lewis, "The Statistical Analysis of Series of Events", Methuen, 1966). That of
a Markov-modulated stream is in `scalelab.theory.workload.mmpp`.
"""

import math
from collections.abc import Callable

Dispersion = Callable[[float], float]


def batches(mean_size: float, mean_square: float) -> float:
    """IDC of requests that come in batches at random, at every window: E B^2 / E B.

    (D. R. Cox and V. Isham, "Point Processes", Chapman and Hall, 1980.)

    >>> batches(3.0, 9.0)  # always three at once
    3.0
    """
    return mean_square / mean_size


def sessions(t: float, per_session: float, spread_s: float) -> float:
    """IDC of customers who come at random, on the tick of a second, and send ``per_session`` each.

    Their number is Poisson, the time from the customer to each is exponential with mean
    ``spread_s``. A Neyman-Scott process (Cox and Isham), in whole seconds ``t``.
    """
    q = math.exp(-1.0 / spread_s) if spread_s > 0.0 else 0.0
    covariances = (1.0 - q) / (1.0 + q)
    lags = sum((1.0 - d / t) * q**d for d in range(1, int(t)))
    return 1.0 + per_session * covariances * (1.0 + 2.0 * lags)


def long_tails(t: float, source_rate: float, on_s: float, tail: float) -> float:
    """IDC of sources that go on at random, for a Pareto time, and send at random while on.

    ``on_s`` is the mean time, ``tail`` the exponent, above 1; not 2 or 3. The number on is that of
    an M/G/infinity queue, with covariance nu times the integral of P(X > x) from u on (D. R. Cox,
    "Long-range dependence: a review", in "Statistics: An Appraisal", Iowa State University Press,
    1984). IDC - 1 grows as t^(2 - tail) for a tail below 2.
    """
    b = on_s * (tail - 1.0) / tail
    short = min(t, b)
    doubled = on_s * t * short - (on_s + t) * short**2 / 2.0 + short**3 / 3.0
    if t > b:
        # b^a / (a - 1) times the integral of (t - u) u^(1 - a) from b to t.
        e = 2.0 - tail
        doubled += (
            b**tail / (tail - 1.0)
            * (t * (t**e - b**e) / e - (t ** (1.0 + e) - b ** (1.0 + e)) / (1.0 + e))
        )  # fmt: skip
    return 1.0 + 2.0 * source_rate * doubled / (on_s * t)


def hurst(tail: float) -> float:
    """Hurst parameter of the sum of many such sources, H = (3 - tail) / 2 for 1 < tail < 2.

    W. Willinger, M. S. Taqqu, R. Sherman and D. V. Wilson, "Self-similarity through
    high-variability: statistical analysis of Ethernet LAN traffic at the source level", IEEE/ACM
    Transactions on Networking 5(1), 1997. IDC grows as t^(2 H - 1).
    """
    return (3.0 - tail) / 2.0


def trend_removed(dispersion: Dispersion, t: float) -> float:
    """What is left of IDC(t) if each window is held against the mean of its two neighbours.

    Two thirds of the variance of N2 - (N1 + N3) / 2, over the mean: (5 I(t) - 4 I(2t) + I(3t)) / 2.
    """
    return (5.0 * dispersion(t) - 4.0 * dispersion(2.0 * t) + dispersion(3.0 * t)) / 2.0


def expected(dispersion: Dispersion, t: float, windows: int) -> float:
    """What a log of ``windows`` windows shows on average, as its own mean is a part of it.

    The variance within n windows falls short by that of their mean: it is
    (I(t) - I(n t) / n) n / (n - 1).
    """
    all_of_it = dispersion(windows * t)
    return (dispersion(t) - all_of_it / windows) * windows / (windows - 1.0)


def together(dispersions: list[tuple[float, float]]) -> float:
    """IDC of independent streams together, from the mean rate and the IDC of each.

    Variances add up, and so do means: the mean of the indices, weighted by rate.

    >>> together([(20.0, 40.0)] * 100)
    40.0
    >>> together([(20.0, 40.0), (60.0, 1.0)])
    10.75
    """
    return sum(rate * one for rate, one in dispersions) / sum(rate for rate, _ in dispersions)


def capacity(mean: float, dispersion: float, z: float = 2.326347874) -> float:
    """Enough for 99 % of the windows, if counts are normal: mean + z sqrt(IDC mean).

    >>> round(capacity(20.0, 1.0), 1), round(capacity(20.0, 41.3), 1)
    (30.4, 86.9)
    """
    return mean + z * math.sqrt(dispersion * mean)


def poisson_band(windows: int) -> float:
    """Two standard errors of the IDC of a Poisson stream, 2 sqrt(2 / (windows - 1)).

    (n - 1) IDC is nearly chi squared with n - 1 degrees of freedom (Cox and Lewis).

    >>> round(poisson_band(201), 3)
    0.2
    """
    return 2.0 * math.sqrt(2.0 / (windows - 1.0))
