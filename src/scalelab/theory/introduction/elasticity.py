"""Capacity that follows a demand which is known, in closed form.

Demand over a day of 24 hours is a sine, 1 + A sin, in units of its mean. Capacity follows it a lag
later and keeps head-room: when it is busy to ``target`` it is enough, so that it is the demand of
a lag ago over the target. Machines are so many that none has to be counted.

The ratio of peak to mean decides what following can save: M. Armbrust et al., "A view of cloud
computing", CACM 53(4), 2010, section "Elasticity". The rest is geometry, derived here.
"""

import math
from itertools import pairwise

DAY_H = 24.0


def swing(peak_to_trough: float) -> float:
    """A: how far the sine goes up and down, in units of the mean."""
    return (peak_to_trough - 1.0) / (peak_to_trough + 1.0)


def peak_over_mean(peak_to_trough: float) -> float:
    """1 + A, and so the cost of machines for the peak over that of following."""
    return 2.0 * peak_to_trough / (peak_to_trough + 1.0)


def refused_by_fixed(capacity: float, swing: float) -> float:
    """Share of a sine's requests that a fixed ``capacity``, in units of the mean, has no room for.

    The area above it: with cos(phi) = (capacity - 1) / A, (A sin(phi) - (capacity - 1) phi) / pi.
    """
    above = capacity - 1.0
    if above >= swing:
        return 0.0
    if above <= -swing:
        return -above
    phi = math.acos(above / swing)
    return (swing * math.sin(phi) - above * phi) / math.pi


def held(swing: float, hold_h: float) -> float:
    """Mean of the greatest demand of the last hold, in units of the mean: what is paid for.

    With w the hold as an angle: it climbs with the sine, stays at the top for w, and comes down w
    later, until the two sides meet w/2 beyond the lowest point: 1 + A (w + 2 sin(w/2)) / 2 pi.
    """
    w = 2.0 * math.pi * hold_h / DAY_H
    return 1.0 + swing * (w + 2.0 * math.sin(0.5 * w)) / (2.0 * math.pi)


def target_that_follows(swing: float, lag_h: float) -> float:
    """The highest target at which capacity that is a lag late never falls short of the sine.

    The least of demand a lag ago over demand now. The r at which r (1 + A sin x) just touches
    1 + A sin(x - d) solves r + 1/r = 2 (1 - A^2 cos d) / (1 - A^2).
    """
    d = 2.0 * math.pi * lag_h / DAY_H
    k = (1.0 - swing * swing * math.cos(d)) / (1.0 - swing * swing)
    return k - math.sqrt(k * k - 1.0)


def ramp_shortfall(slope: float, lag: float, headroom: float) -> float:
    """What is missing, at most, when demand climbs by ``slope``: until the first help comes.

    Demand has grown by slope * lag by then, capacity not at all.
    """
    return max(0.0, slope * lag - headroom)


def _gaps(
    before: float, during: float, rise: float, lag: float, target: float
) -> list[tuple[float, float]]:
    """Moments at which a line bends, and demand less capacity there."""

    def demand(t: float) -> float:
        if t <= 0.0:
            return before
        return during if t >= rise else before + (during - before) * t / rise

    # A jump has two sides.
    jump = 1e-12 if rise == 0.0 else 0.0
    moments = sorted({0.0, jump, rise, lag, lag + jump, lag + rise})
    return [(t, demand(t) - demand(t - lag) / target) for t in moments]


def largest_gap_of_sale(
    before: float, during: float, rise: float, lag: float, target: float
) -> float:
    """Most that is missing when demand climbs from ``before`` to ``during`` and stays there."""
    return max(0.0, *(gap for _, gap in _gaps(before, during, rise, lag, target)))


def refused_by_sale(before: float, during: float, rise: float, lag: float, target: float) -> float:
    """Requests without room until capacity has caught up: the area between the two lines."""
    area = 0.0
    gaps = _gaps(before, during, rise, lag, target)
    for (t, gap), (later, next_gap) in pairwise(gaps):
        width = later - t
        if gap > 0.0 and next_gap > 0.0:
            area += 0.5 * (gap + next_gap) * width
        elif gap > 0.0 or next_gap > 0.0:
            most = max(gap, next_gap)
            area += 0.5 * most * width * most / abs(gap - next_gap)
    return area
