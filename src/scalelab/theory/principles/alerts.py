"""Alerts by other ways: the workbook's arithmetic in fractions, exact tails, and chains of states.

The arithmetic is that of S. Thurgood, "Alerting on SLOs", chapter 5 of "The Site Reliability
Workbook", 2018. An incident is added to a base of failures here, which is nothing there.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

MONTH = 30 * 24 * 60  # minutes


def exhausted_after(burn_rate: Fraction, period: Fraction = Fraction(MONTH)) -> Fraction:
    """When the whole budget is gone (table 5-4), in the unit of the period.

    >>> [str(exhausted_after(Fraction(b), Fraction(30))) for b in (1, 2, 10)]
    ['30', '15', '3']
    """
    return period / burn_rate


def burn_rate(spent: Fraction, window: Fraction, period: Fraction = Fraction(MONTH)) -> Fraction:
    """The rate that spends so much of the budget in a window.

    >>> burn_rate(Fraction(2, 100), Fraction(60))
    Fraction(72, 5)
    """
    return spent * period / window


def spent(rate: Fraction, window: Fraction, period: Fraction = Fraction(MONTH)) -> Fraction:
    """Share of the budget that is gone when an alert on a burn rate fires, however soon.

    >>> spent(Fraction(6), Fraction(360))
    Fraction(1, 20)
    """
    return rate * window / period


def detection(
    window: Fraction, limit: Fraction, error_rate: Fraction, base: Fraction = Fraction(0)
) -> Fraction | None:
    """When the mean over the window reaches the limit; None if it never is beyond it.

    >>> float(detection(Fraction(36 * 60), Fraction(1, 1000), Fraction(1)))
    2.16
    """
    if error_rate <= limit:
        return None
    return window * max(limit - base, Fraction(0)) / (error_rate - base)


def reset(
    window: Fraction, limit: Fraction, error_rate: Fraction, base: Fraction = Fraction(0)
) -> Fraction:
    """How long after the end of an incident that was detected the window is below its limit.

    As long as the window has more of the incident in it than it took to see it.

    >>> float(reset(Fraction(60), Fraction(36, 1000), Fraction(1)))
    57.84
    """
    found = detection(window, limit, error_rate, base)
    assert found is not None
    return window - found


# --- By chance ---


def poisson_tail(mean: float, most: int) -> float:
    """Chance of more than ``most``.

    >>> round(poisson_tail(1.0, 1), 6)
    0.264241
    """
    if most < 0:
        return 1.0
    term, total = math.exp(-mean), 0.0
    for k in range(most + 1):
        total += term
        term *= mean / (k + 1)
    # The tail itself, where one less the rest would have no digits.
    tail, k = 0.0, most + 1
    while term > 0.0 and (k < mean or term > 1e-18 * tail):
        tail += term
        k += 1
        term *= mean / k
    return tail if total > 0.5 else 1.0 - total


def most_allowed(requests: float, limit: float) -> int:
    """Failures with which a window is not beyond the limit.

    >>> most_allowed(50, 0.01), most_allowed(1000, 0.01)
    (0, 10)
    """
    return math.floor(requests * limit * (1.0 + 1e-9))


def starts(common: float, oldest: float, newest: float, before: int, now: int) -> float:
    """Chance that a sliding window goes beyond what is allowed, from one minute to the next.

    Exactly: the windows have ``common`` failures on average in common, the first has the oldest
    minute as well and the other the newest; up to ``before`` and ``now`` failures are allowed.

    >>> abs(starts(0.0, 0.01, 0.01, 0, 0) - (1 - math.exp(-0.01)) * math.exp(-0.01)) < 1e-15
    True
    """
    term, total = math.exp(-common), 0.0
    for k in range(before + 1):
        few = 1.0 - poisson_tail(oldest, before - k)
        total += term * few * poisson_tail(newest, now - k)
        term *= common / (k + 1)
    return total


def starts_a_month(requests: list[int], base: float, window: int, limit: float) -> float:
    """How often a window goes beyond its limit in 30 days that are like this one, exactly.

    ``requests``: of each minute of the day.

    >>> round(starts_a_month([10] * 1440, 0.0002, 5, 0.01), 1)
    85.5
    """
    day = len(requests)
    ring = requests * (window // day + 2)
    so_far = [0]
    for each in ring:
        so_far.append(so_far[-1] + each)
    total = 0.0
    for i in range(window, window + day):
        before, now = so_far[i] - so_far[i - window], so_far[i + 1] - so_far[i + 1 - window]
        common = so_far[i] - so_far[i + 1 - window]
        total += starts(
            common * base, ring[i - window] * base, ring[i] * base, most_allowed(before, limit),
            most_allowed(now, limit),
        )  # fmt: skip
    return MONTH / day * total


# --- Cumulative sums ---


def information(error_rate: float, gain: float, loss: float) -> float:
    """Mean of what a request adds; at the rate it is made for, the Kullback-Leibler number.

    >>> p, q = 0.01, 0.001
    >>> round(information(p, math.log(p / q), p - q), 5)
    0.01403
    """
    return error_rate * gain - loss


def least_delay(evidence: float, requests_a_minute: float, information: float) -> float:
    """Minutes that no way can beat by much with so few false alarms, one in exp(evidence) minutes.

    G. Lorden, "Procedures for reacting to a change in distribution", Annals of Mathematical
    Statistics 42(6), 1971: the cumulative sum reaches it as false alarms get rare.

    >>> round(least_delay(math.log(43200), 10.0, 0.014), 1)
    76.2
    """
    return evidence / (requests_a_minute * information)


def _run(up: int, per_minute: list[float], start: int, ends_low: bool) -> float:
    """Mean minutes until a walk on whole numbers gets out, by linear equations.

    A minute takes one step down and, with the chance ``per_minute[k]``, ``k`` times ``up`` up.
    From ``start`` to above it, held at 0 from below; or from ``start`` to 0, held at the top.
    """
    states = range(1, start + 1) if ends_low else range(start)
    at = {state: i for i, state in enumerate(states)}
    a: NDArray[np.float64] = np.eye(len(at))
    for state, i in at.items():
        for k, chance in enumerate(per_minute):
            to = state - 1 + k * up
            to = min(to, start) if ends_low else max(to, 0)
            if to in at:
                a[i, at[to]] -= chance
    minutes = np.linalg.solve(a, np.ones(len(at)))
    return float(minutes[at[start if ends_low else 0]])


def cusum_cycle(steps_up: int, bound: float, step: float, mean: float) -> tuple[float, float]:
    """Mean minutes from nothing until a cumulative sum fires, and from there until it is at zero.

    A failure adds ``steps_up`` steps, a minute takes one off, so that the sum is on a lattice: a
    chain of states (D. Brook and D. A. Evans, "An approach to the probability distribution of cusum
    run length", Biometrika 59(3), 1972). ``mean``: failures a minute.

    >>> fires, ends = cusum_cycle(3, 6.5, 1.0, 0.1)
    >>> round(fires), round(ends, 1)
    (654, 9.3)
    """
    terms = [math.exp(-mean)]
    while len(terms) < 40:
        terms.append(terms[-1] * mean / len(terms))
    terms[-1] += 1.0 - sum(terms)
    high = math.ceil(bound / step - 1e-9)
    return _run(steps_up, terms, high, False), _run(steps_up, terms, high, True)
