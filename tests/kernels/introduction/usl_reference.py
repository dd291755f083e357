"""The fit once more: scipy's bounded least squares from many starts, and plain matrix algebra."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import minimize

Numbers = NDArray[np.float64]


def law(n: Numbers, sigma: float, kappa: float, one: float = 1.0) -> Numbers:
    curve: Numbers = one * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))
    return curve


def squares(n: Numbers, x: Numbers, sigma: float, kappa: float) -> float:
    """For the best throughput of one machine, which is a linear fit."""
    unit = law(n, sigma, kappa)
    return float(np.sum((x - (x @ unit) / (unit @ unit) * unit) ** 2))


def least_squares(n: Numbers, x: Numbers) -> float:
    """The least sum of squares within the bounds: a grid, then downhill from its best points."""
    sigmas = np.linspace(0, 1, 41)
    kappas = np.concatenate([[0], np.logspace(-9, 0, 61)])
    grid = [(squares(n, x, s, k), s, k) for s in sigmas for k in kappas]
    best = min(grid)[0]
    for _, s, k in sorted(grid)[:3]:
        scale = max(k, 1e-9)
        found = minimize(
            lambda p, scale=scale: squares(n, x, p[0], p[1] * scale) / (x @ x),
            (s, k / scale), bounds=[(0, 1), (0, 1 / scale)], method="L-BFGS-B",
            options={"ftol": 1e-16, "gtol": 1e-12},
        )  # fmt: skip
        best = min(best, squares(n, x, found.x[0], found.x[1] * scale))
    return best


@dataclass
class Spread:
    """Standard errors and the halves of both bands, for the parameters that are free."""

    errors: Numbers
    confidence: Numbers
    prediction: Numbers


def spread(n: Numbers, x: Numbers, p: Numbers, at: Numbers) -> Spread:
    free = [j for j in range(3) if j == 2 or 0 < p[j] < 1]

    def slopes(m: Numbers) -> Numbers:
        """By central differences."""
        columns = []
        for j in free:
            step = 1e-5 * max(p[j], 1e-6)
            up, down = p.copy(), p.copy()
            up[j] += step
            down[j] -= step
            columns.append((law(m, *up) - law(m, *down)) / (2 * step))
        return np.stack(columns, axis=1)

    degrees = len(n) - 3
    variance = np.sum((x - law(n, *p)) ** 2) / degrees
    t = stats.t.ppf(0.975, degrees)
    r = np.linalg.qr(slopes(n), mode="r")
    inverse = np.linalg.inv(r)
    covariance = variance * inverse @ inverse.T
    errors = np.zeros(3)
    errors[free] = np.sqrt(np.diag(covariance))
    slope = slopes(at)
    of_curve = np.einsum("ij,jk,ik->i", slope, covariance, slope)
    return Spread(errors, t * np.sqrt(of_curve), t * np.sqrt(of_curve + variance))
