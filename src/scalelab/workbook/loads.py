"""Made-up loads, day by day, for the forecasts of the workbook on requirements.

Each shop has a week of its own, grows or shrinks at a steady rate, and differs from that at random
(noise of which a part is still there the next day). Campaigns, days with three times the load, are
in its history only: none is in the days to be forecast, and none has an effect after its day.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats

HISTORY = 140  # days: whole weeks
AHEAD = 56
NOISE = 0.06
MEMORY = 0.3
CAMPAIGN = 3.0
MONTH = 365.25 / 12.0


@dataclass(frozen=True)
class Kind:
    """Shops that change by the shares ``growth`` a month, from one to the other; campaigns are so
    many days before the end of the history."""

    name: str
    growth: tuple[float, float]
    campaigns: tuple[int, ...] = ()


KINDS = (
    Kind("grow", (0.07, 0.11)),
    Kind("shrink", (-0.09, -0.06)),
    Kind("stay as they are", (-0.005, 0.005)),
    Kind("had a campaign in the last week", (0.05, 0.08), (3,)),
    Kind("had campaigns some weeks ago", (0.05, 0.08), (11, 32, 39, 67)),
)


@dataclass(frozen=True)
class Shop:
    """What is known, what came, and what was to be expected, each a load a day."""

    history: Floats
    later: Floats
    expected: Floats


def shop(kind: Kind, seed: int) -> Shop:
    """A shop of a kind; ``seed`` draws its growth, week and noise."""
    chance = np.random.default_rng(seed)
    n = HISTORY + AHEAD
    days = np.arange(n)
    trend = np.log1p(chance.uniform(*kind.growth)) / MONTH * (days - HISTORY)
    week = chance.normal(0.0, 0.25, 7)
    expected = chance.uniform(2000.0, 20_000.0) * np.exp(trend + week[days % 7])
    noise = chance.normal(0.0, NOISE, n)
    for day in range(1, n):
        noise[day] = MEMORY * noise[day - 1] + np.sqrt(1.0 - MEMORY**2) * noise[day]
    loads = np.rint(expected * np.exp(noise))
    for before in kind.campaigns:
        loads[HISTORY - before] *= CAMPAIGN
    return Shop(loads[:HISTORY], loads[HISTORY:], expected[HISTORY:])
