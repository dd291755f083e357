"""Growth, bands around a trend, and what memory does to them, in closed form."""

import math


def grown(load: float, growth: float, months: float) -> float:
    """X(t) = X_0 (1 + gamma)^t: ``load`` after ``months`` of ``growth`` a month.

    >>> round(grown(100.0, 0.03, 12.0), 1)
    142.6
    """
    return float(load * (1.0 + growth) ** months)


def doubling(growth: float) -> float:
    """Time until the load has doubled, ln 2 / ln(1 + gamma); infinite without growth.

    >>> round(doubling(0.03), 1)
    23.4
    """
    return math.log(2.0) / math.log1p(growth) if growth > 0.0 else math.inf


def reached_after(times: float, growth: float) -> float:
    """Time until the load is ``times`` what it is now, ln m / ln(1 + gamma)."""
    return math.log(times) / math.log1p(growth) if growth > 0.0 else math.inf


def trend_variance(n: int, sigma: float) -> float:
    """Variance of a straight line's slope, by n points one apart with independent noise.

    sigma^2 over the sum of squared distances from the middle, n (n^2 - 1) / 12 (N. R. Draper and
    H. Smith, "Applied Regression Analysis", 3rd edition, Wiley, 1998, section 1.4).
    """
    return 12.0 * sigma**2 / (n * (n**2 - 1.0))


def forecast_variance(n: int, ahead: int, sigma: float) -> float:
    """Variance of a new point around the line of `trend_variance`, ``ahead`` after the last.

    sigma^2 (1 + 1/n + d^2 / sum), d the distance from the middle (Draper and Smith, section 3.1).
    """
    d = 0.5 * (n - 1.0) + ahead
    return sigma**2 * (1.0 + 1.0 / n) + d * d * trend_variance(n, sigma)


def memory_inflation(phi: float) -> float:
    """By what the slope's variance grows in long series, if noise is remembered.

    Noise is AR(1) with autocorrelation phi and an unchanged variance of its own: (1 + phi) /
    (1 - phi), the spectral density at frequency 0 over the variance (U. Grenander, "On the
    estimation of regression coefficients in the case of an autocorrelated disturbance", Annals of
    Mathematical Statistics 25(2), 1954).

    >>> round(memory_inflation(0.8), 6)
    9.0
    """
    return (1.0 + phi) / (1.0 - phi)


def memory_variance(phi: float, ahead: int, sigma: float) -> float:
    """Variance of AR(1) noise ``ahead`` steps after it was last known: sigma^2 (1 - phi^(2 h)).

    ``sigma`` is the standard deviation of the noise itself (G. E. P. Box, G. M. Jenkins and
    G. C. Reinsel, "Time Series Analysis", 3rd edition, Prentice Hall, 1994, section 5.4).
    """
    return sigma**2 * (1.0 - phi ** (2 * ahead))


def conformal_rank(n: int, share: float = 0.95) -> int:
    """Which of n distances in ascending order holds a further one with at least this probability.

    ceil(share (n + 1)), for exchangeable distances (J. Lei, M. G'Sell, A. Rinaldo, R. J. Tibshirani
    and L. Wasserman, JASA 113(523), 2018, section 2.2). Above n there is none.
    """
    return math.ceil(share * (n + 1))
