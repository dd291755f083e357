"""A day of visits with dictionaries: every group of visits is followed through its moments."""

import math
from collections import Counter
from collections.abc import Callable

from scipy.optimize import brentq

DAY = 24.0
PARTS = 288
WIDTH = DAY / PARTS
MOMENTS = 72
BETWEEN = PARTS // MOMENTS
LAWS = ({"all the same": 1.0}, {"one": 1.0}, {"glance": 0.58, "stay": 2.68})


def day(visits: float, busiest: float) -> list[float]:
    """Visits by part: a von Mises hump around 20:00."""

    def shares(concentration: float) -> list[float]:
        heights = [
            math.exp(concentration * math.cos(2 * math.pi * ((i + 0.5) * WIDTH - 20) / DAY))
            for i in range(PARTS)
        ]
        return [height / sum(heights) for height in heights]

    def excess(concentration: float) -> float:
        return sum(shares(concentration)[234:246]) - busiest

    concentration = brentq(excess, 0.0, 100.0, xtol=1e-12) if excess(0.0) < -1e-9 else 0.0
    return [visits * share for share in shares(concentration)]


def with_campaign(ordinary: list[float], times: float, way: int, fade: float) -> list[float]:
    if way == 0:
        return [times * visits for visits in ordinary]
    more = (times - 1.0) * sum(ordinary)

    def by(hours: float) -> float:
        return -math.expm1(-hours / fade) / -math.expm1(-DAY / fade)

    found = list(ordinary)
    for i in range(PARTS):
        hours = ((i - 228) % PARTS) * WIDTH
        found[i] += more * (by(hours + WIDTH) - by(hours))
    return found


def limited(length: float, law: int, x: float) -> float:
    """Mean of a stay, of which only the first ``x`` hours count."""
    if law == 0:
        return min(length, x)
    means = (length,) if law == 1 else (0.58 * length, 2.68 * length)
    weights = (1.0,) if law == 1 else (0.8, 0.2)
    return sum(w * m * -math.expm1(-x / m) for w, m in zip(weights, means, strict=True))


def there(length: float, law: int, age: int) -> float:
    """Who came in a part is there at its end (0) and later, as a probability."""
    return (limited(length, law, (age + 1) * WIDTH) - limited(length, law, age * WIDTH)) / WIDTH


def expected(visits: list[float], length: float, law: int) -> list[float]:
    still = [there(length, law, age) for age in range(PARTS)]
    return [
        sum(visits[(j - 1 - age) % PARTS] * still[age] for age in range(PARTS))
        for j in range(PARTS)
    ]


def simulated(
    visits: list[float], length: float, law: int, n_runs: int, draw: Callable[[float], int]
) -> list[Counter[int]]:
    """The number at once by moment, for each run."""
    still = [there(length, law, age) for age in range(PARTS)]
    runs: list[Counter[int]] = [Counter() for _ in range(n_runs)]
    for i in range(MOMENTS):
        seen = [
            sum(visits[BETWEEN * i + r] * still[BETWEEN * (stay + 1) - 1 - r]
                for r in range(BETWEEN))
            for stay in range(MOMENTS)
        ] + [0.0]  # fmt: skip
        for stay in range(MOMENTS):
            over = seen[stay + 1] < 1e-3
            for run in runs:
                group = draw(seen[stay] if over else max(0.0, seen[stay] - seen[stay + 1]))
                for moment in range(i + 1, i + 2 + stay):
                    run[moment % MOMENTS] += group
            if over:
                break
    return runs
