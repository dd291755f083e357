"""Moments of a Markov-modulated Poisson process of two states.

H. Heffes and D. M. Lucantoni, "A Markov modulated characterization of packetized voice and data
traffic and related statistical multiplexer performance", IEEE Journal on Selected Areas in
Communications 4(6) 1986, section III; W. Fischer and K. Meier-Hellstern, "The Markov-modulated
Poisson process (MMPP) cookbook", Performance Evaluation 18(2) 1993, section 2. They write the rates
r1 = 1 / ``calm_s`` and r2 = 1 / ``crowd_s`` at which the states end.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Mmpp:
    """Requests per unit of time while ``calm`` and in a ``crowd``; mean length of each state."""

    calm: float
    crowd: float
    calm_s: float
    crowd_s: float

    @property
    def crowded(self) -> float:
        """Share of the time that is crowded."""
        return self.crowd_s / (self.calm_s + self.crowd_s)

    @property
    def mean(self) -> float:
        """Requests per unit of time, over all of it."""
        return self.calm * (1.0 - self.crowded) + self.crowd * self.crowded

    @property
    def rate_variance(self) -> float:
        """Variance of the rate that holds at a random moment."""
        return self.crowded * (1.0 - self.crowded) * (self.crowd - self.calm) ** 2

    @property
    def fades(self) -> float:
        """Rate at which the present state is forgotten: r1 + r2."""
        return 1.0 / self.calm_s + 1.0 / self.crowd_s


def rate_covariance(stream: Mmpp, lag: float) -> float:
    """Covariance of the rates that hold at two moments ``lag`` apart."""
    return stream.rate_variance * math.exp(-stream.fades * abs(lag))


def count_variance(stream: Mmpp, t: float) -> float:
    """Variance of the number of requests in a window of length ``t``."""
    x = stream.fades * t
    return stream.mean * t + 2.0 * stream.rate_variance * _excess(x) / stream.fades**2


def count_covariance(stream: Mmpp, window: float, lag: int) -> float:
    """Covariance of the counts of two windows, the one ``lag`` windows after the other."""
    if lag == 0:
        return count_variance(stream, window)
    x = stream.fades * window
    same = stream.rate_variance * (math.expm1(-x) / stream.fades) ** 2
    return same * math.exp(-x * (abs(lag) - 1))


def count_correlation(stream: Mmpp, window: float, lag: int) -> float:
    """The same, over the variance: the autocorrelation of counts."""
    return count_covariance(stream, window, lag) / count_variance(stream, window)


def dispersion(stream: Mmpp, t: float) -> float:
    """Index of dispersion for counts, IDC(t): variance over mean; 1 for a Poisson stream."""
    return count_variance(stream, t) / (stream.mean * t)


def dispersion_limit(stream: Mmpp) -> float:
    """What the index of dispersion for counts comes to in long windows."""
    return 1.0 + 2.0 * stream.rate_variance / (stream.mean * stream.fades)


def _excess(x: float) -> float:
    """x - 1 + exp(-x), without loss of digits for small ``x``."""
    if x < 1e-3:
        return x * x * (0.5 - x / 6.0 + x * x / 24.0)
    return x + math.expm1(-x)
