"""The projection once more, from full covariance matrices and numpy's own least squares."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]
EPOCH = date(1970, 1, 1)


def row(first: int, i: int, origin: int, seasonal: bool) -> list[float]:
    """What the coefficients are multiplied by on day ``i`` of a series."""
    day = (EPOCH + timedelta(first + i)).weekday()
    effects = [-1.0] * 6 if day == 6 else [float(day == k) for k in range(6)]
    angle = 2 * np.pi * i / 365.25
    waves = [np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)]
    return [1.0, (i - origin) / 365.25, *effects, *(waves if seasonal else [])]


@dataclass
class Fitted:
    beta: Numbers
    memory: float
    sigma: float
    kept: list[int]
    first: int
    origin: int
    x: Numbers
    y: Numbers
    correlation: Numbers
    degrees: int

    def forecast(self, i: int) -> tuple[float, float]:
        """Universal kriging, with the whole matrix of correlations."""
        x = np.array(row(self.first, i, self.origin, len(self.beta) == 12))
        c = self.memory ** np.abs(i - np.array(self.kept, float))
        weights = np.linalg.solve(self.correlation, c)
        information = self.x.T @ np.linalg.solve(self.correlation, self.x)
        middle = x @ self.beta + weights @ (self.y - self.x @ self.beta)
        apart = x - self.x.T @ weights
        variance = 1.0 - c @ weights + apart @ np.linalg.solve(information, apart)
        return float(middle), float(self.sigma * np.sqrt(variance))


def fit(loads: Numbers, first: int, start: int, origin: int) -> Fitted:
    seasonal = origin - start >= 730
    days = [i for i in range(start, origin) if loads[i] > 0]
    design = {i: row(first, i, origin, seasonal) for i in days}
    kept = days
    for _ in range(2):
        beta = np.linalg.lstsq([design[i] for i in kept], np.log(loads[kept]), rcond=None)[0]
        left = {i: np.log(loads[i]) - design[i] @ beta for i in days}
        middle = sorted(abs(each) for each in left.values())[len(days) // 2]
        kept = [i for i in days if abs(left[i]) <= 4 * 1.4826 * middle]
    memory = 0.0
    x, y = np.array([design[i] for i in kept]), np.log(loads[kept])
    apart = np.abs(np.subtract.outer(np.array(kept), np.array(kept)))
    for turn in range(3):
        correlation = np.where(apart == 0, 1.0, memory**apart)
        root = np.linalg.cholesky(correlation)
        white_x, white_y = np.linalg.solve(root, x), np.linalg.solve(root, y)
        beta = np.linalg.lstsq(white_x, white_y, rcond=None)[0]
        if turn < 2:
            left = dict(zip(kept, y - x @ beta, strict=True))
            pairs = [(left[i], left[i - 1]) for i in kept if i - 1 in left]
            products = sum(a * b for a, b in pairs)
            memory = products / (0.5 * sum(a * a + b * b for a, b in pairs))
            memory = min(max(memory, 0.0), 0.98)
    degrees = len(kept) - len(beta)
    sigma = np.sqrt(np.sum((white_y - white_x @ beta) ** 2) / degrees)
    return Fitted(beta, memory, float(sigma), kept, first, origin, x, y, correlation, degrees)


@dataclass
class Score:
    distance: float
    in_80: bool
    in_95: bool
    errors: tuple[float, float, float]


def naive(loads: Numbers, start: int, origin: int, i: int) -> tuple[float, float]:
    """Last week's same day, and that with the mean weekly change, as loads."""
    before = [j for j in range(start, origin) if loads[j] > 0 and (i - j) % 7 == 0]
    change = np.mean(
        [
            np.log(loads[j] / loads[j - 7])
            for j in range(start + 7, origin)
            if loads[j] > 0 and loads[j - 7] > 0
        ]
    )
    last = before[-1]
    return float(loads[last]), float(loads[last] * np.exp(change * ((i - last) // 7)))


def backtest(
    loads: Numbers, first: int, history: int, horizon: int
) -> list[tuple[int, dict[int, Score], float]]:
    """(origin, scores by day ahead, the busiest day over that of the forecast)."""
    room = len(loads) - horizon - history
    count = min(20, room + 1)
    found = []
    for k in range(count):
        origin = history + room * k // max(count - 1, 1)
        start = origin - history
        fitted = fit(loads, first, start, origin)
        t_80, t_95 = stats.t.ppf([0.9, 0.975], fitted.degrees)
        scores = {}
        forecasts = []
        for j in range(horizon):
            truth = loads[origin + j]
            if truth <= 0:
                continue
            middle, error = fitted.forecast(origin + j)
            forecasts.append(np.exp(middle))
            off = abs(np.log(truth) - middle) / error
            guesses = (np.exp(middle), *naive(loads, start, origin, origin + j))
            errors = tuple(abs(guess / truth - 1) for guess in guesses)
            scores[j] = Score(off / t_95, off <= t_80, off <= t_95, errors)
        found.append((origin, scores, max(loads[origin : origin + horizon]) / max(forecasts)))
    return found


def widening(found: list[tuple[int, dict[int, Score], float]], horizon: int, origin: int) -> float:
    known = [scores for at, scores, _ in found if at + horizon <= origin]
    pool = sorted(score.distance for scores in known for score in scores.values())
    rank = int(np.ceil(0.95 * (len(pool) + 1)))
    return pool[rank - 1] if len(known) >= 3 and rank <= len(pool) else 0.0
