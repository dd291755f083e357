"""The Universal Scalability Law, fitted to measurements.

    >>> law = fit([1, 4, 8, 12, 16, 20], [20, 78, 130, 170, 190, 200])
    >>> print(f"sigma {law.sigma.value:.4f}, kappa {law.kappa.value:.5f}")
    sigma 0.0244, kappa 0.00163
    >>> print(f"peak at {law.peak.value:.1f}")
    peak at 24.5
    >>> at_64 = law.at(64)
    >>> print(f"{at_64.throughput:.0f}, a measurement between {at_64.predicted[0]:.0f} and "
    ...       f"{at_64.predicted[1]:.0f}")
    147, a measurement between 104 and 189

That machine did 310 with 64 processors: a band knows the noise around the law, and nothing of where
the law does not hold.

The closed forms are in `scalelab.theory.introduction.usl`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scalelab.facts import scaling
from scalelab.kernels.introduction import usl as kernel
from scalelab.kernels.introduction.measurements import MAX_SIZE, MAX_THROUGHPUT, MIN_THROUGHPUT
from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.student import t_975
from scalelab.models.check import within

DATA_SETS = {
    "Ray tracer, up to 64 processors": scaling.RAY_TRACER,
    "SPEC SDM91, up to 216 users": scaling.SPEC_SDM91,
    "MySQL at Cisco, up to 32 threads": scaling.CISCO_MYSQL,
    "The law itself, peak at 7": scaling.THE_LAW_ITSELF,
}
# By the kernel's state.
STATES = (
    "There is no law to see (that takes three different sizes)",
    "The law is fitted, but nothing says how sure it is (that takes a fourth measurement)",
    "The law is fitted",
    "The law is fitted, contention held at its bound",
    "The law is fitted, coherency held at its bound",
    "The law is fitted, contention and coherency held at their bounds",
)

Interval = tuple[float, float]
Numbers = Sequence[float] | Floats


@dataclass(frozen=True)
class Estimate:
    """``value``, its standard error and 95 % confidence interval.

    The last two are None where there is none: the value is at its bound, or there are no more
    measurements than parameters. An interval may reach over the bound: then the data cannot tell
    the value from it.
    """

    value: float
    standard_error: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Point:
    """The law at one size: ``throughput``, in the unit of the measurements.

    With 95 % confidence the law's curve is in ``confidence`` there, and a new measurement in
    ``predicted``; None where nothing can be said.
    """

    n: float
    throughput: float
    confidence: Interval | None
    predicted: Interval | None


@dataclass(frozen=True)
class Law:
    """The law that is nearest to the measurements.

    sigma, kappa: contention and coherency, each 0 to 1
    one_machine: throughput of one machine, by the law
    peak: the size with the highest throughput, infinite if kappa is 0. Its interval ends at
        infinity if the data cannot tell kappa from 0; it is None as those of the others.
    residual: standard deviation of a measurement around the law, None without degrees of freedom
    degrees_of_freedom: measurements less 3
    state: which of `STATES`
    """

    sigma: Estimate
    kappa: Estimate
    one_machine: Estimate
    peak: Estimate
    residual: float | None
    degrees_of_freedom: int
    state: str
    _fitted: Table = field(repr=False)

    def at(self, n: float) -> Point:
        """The law at the size ``n``, 1 to 1e9. Raises ValueError outside."""
        within("n", n, 1.0, MAX_SIZE)
        throughput, confidence, prediction = kernel.band(self._fitted, float(n))
        if self.residual is None:
            return Point(n, throughput, None, None)
        return Point(
            n, throughput, _around(throughput, confidence), _around(throughput, prediction)
        )


def fit(n: Numbers, throughput: Numbers) -> Law:
    """Fit X(n) = X_1 n / (1 + sigma (n - 1) + kappa n (n - 1)) by least squares.

    Parameters
    ----------
    n : how many machines (or processors, threads, users), each 1 to 1e9, in any order; at least
        three different sizes.
    throughput : of each, in any unit, 1e-9 to 1e18.

    Returns
    -------
    Law

    Raises
    ------
    ValueError
        For lengths that differ, fewer than three sizes, or a number outside the ranges above.

    Notes
    -----
    The method is that of the R package usl (N. J. Gunther and S. Moeding): non-linear least squares
    in three parameters with bounds; D. W. Marquardt, Journal of SIAM 11(2), 1963. Intervals come
    from the law made linear at the fit (G. A. F. Seber and C. J. Wild, "Nonlinear Regression",
    Wiley, 1989, section 5.1), with Student's t for n - 3 degrees of freedom; that of the peak from
    kappa / (1 - sigma).

    Leaves out: that the law may be wrong, which no band knows of; that measurements which follow no
    law at all have several nearest ones, of which the very nearest may be missed; noise that grows
    with throughput, or that one measurement shares with the next (each counts the same, and for
    itself); how uncertain a parameter at its bound is (it counts as known, so the bands are too
    narrow then); sigma below 0, as caches that grow with the machines can make it.
    """
    sizes = np.asarray(n, np.float64)
    rates = np.asarray(throughput, np.float64)
    if sizes.shape != rates.shape or sizes.ndim != 1:
        raise ValueError(
            f"n has the shape {sizes.shape}, throughput {rates.shape}; give two lists of one length"
        )
    for size, rate in zip(sizes.tolist(), rates.tolist(), strict=True):
        within("n", size, 1.0, MAX_SIZE)
        within("throughput", rate, MIN_THROUGHPUT, MAX_THROUGHPUT)
    different = len(set(sizes.tolist()))
    if different < 3:
        raise ValueError(
            f"n has {different} different sizes, allowed are 3 or more; measure at another size"
        )
    fitted = kernel.fit(*kernel.ascending(np.stack([sizes, rates], axis=1).ravel()))
    state = int(fitted[5, 2])
    has_bands = state > kernel.NO_SPREAD
    return Law(
        sigma=_estimate(fitted, kernel.SIGMA),
        kappa=_estimate(fitted, kernel.KAPPA),
        one_machine=_estimate(fitted, kernel.ONE),
        peak=_peak(fitted),
        residual=float(fitted[5, 1]) if has_bands else None,
        degrees_of_freedom=int(fitted[5, 0]),
        state=STATES[state],
        _fitted=fitted,
    )


def _around(middle: float, half: float) -> Interval:
    return middle - half, middle + half


def _estimate(fitted: Table, j: int) -> Estimate:
    value = float(fitted[0, j])
    if fitted[5, 2] <= kernel.NO_SPREAD or fitted[1, j] == 0.0:
        return Estimate(value, None, None)
    error = float(np.sqrt(fitted[2 + j, j]))
    return Estimate(value, error, _around(value, t_975(int(fitted[5, 0])) * error))


def _peak(fitted: Table) -> Estimate:
    """Without a standard error: the interval is lopsided."""
    value, low, high = kernel.peak_interval(fitted)
    if value == 0.0:
        return Estimate(np.inf, None, None)
    if fitted[5, 2] <= kernel.NO_SPREAD:
        return Estimate(value, None, None)
    return Estimate(value, None, (low, high if high > 0.0 else np.inf))
