"""When to build what scales, in closed form.

Without chance, the load is x(t) = x_0 (1 + gamma)^t, and everything follows from when it reaches a
level. With chance, the logarithm of the load is a random walk with drift ln(1 + gamma) a month
and a standard deviation (``sigma``). When a Brownian motion with drift first reaches a level b is
known from the reflection principle; its law is the inverse Gaussian distribution (R. S. Chhikara
and J. L. Folks, "The Inverse Gaussian Distribution", Dekker, 1989). The load is looked at
once a month only, which makes it later: as if the level were higher by 0.5826 sigma
(M. Broadie, P. Glasserman and S. Kou, "A continuity correction for discrete barrier options",
Mathematical Finance 7(4), 1997, section 1; -zeta(1/2)/sqrt(2 pi) = 0.5826).

Times are in months, levels are logarithms of load over today's load.
"""

import math
from statistics import NormalDist

MONTHLY = 0.5826
normal = NormalDist().cdf


def months_until(multiple: float, growth: float) -> float:
    """Until the load is ``multiple`` times what it is, at a steady growth a month."""
    return math.log(multiple) / math.log1p(growth)


def trigger_just_in_time(growth: float, lead: float) -> float:
    """Load over capacity at which a system that takes ``lead`` months is ready when it is needed.

    In ``lead`` months the load grows to (1 + gamma)^lead times itself.
    """
    return float((1.0 + growth) ** -lead)


def steady_costs(
    trigger: float,
    growth: float,
    lead: int,
    build: float,
    carrying: float,
    loss: float,
    capacity: float,
    horizon: int,
) -> tuple[float, float, float]:
    """Building and carrying what is needed, carrying it before, and failing; without chance.

    For a capacity that is reached within the horizon of whole months.
    """  # fmt: skip
    start = max(0, math.ceil(months_until(max(1.0, trigger * capacity), growth)))
    full = math.ceil(months_until(capacity, growth))
    ready = min(start + lead, horizon)
    paid = build if start < horizon else 0.0
    return (
        paid + carrying * (horizon - max(full, ready)),
        carrying * max(0, full - ready),
        loss * max(0, ready - full),
    )


def reached(level: float, drift: float, sigma: float, months: int) -> float:
    """Probability that the load has been at ``level`` or above in one of the months 0 ... months.

    Reflection principle, level raised for looking once a month.
    """
    if level <= 0.0:
        return 1.0
    if months == 0:
        return 0.0
    b = level + MONTHLY * sigma
    spread = sigma * math.sqrt(months)
    direct = normal((drift * months - b) / spread)
    mirrored = normal((-b - drift * months) / spread)
    return direct + math.exp(2.0 * drift * b / sigma**2) * mirrored


def mean_months_until(level: float, drift: float, sigma: float) -> float:
    """Mean of the first month in which the load is at ``level`` or above; upward drift.

    Wald's identity: the mean of the walk then, the level and what it overshoots by, is the drift
    times the mean number of steps (A. Wald, Annals of Mathematical Statistics 15(3), 1944).
    """
    return (level + MONTHLY * sigma) / drift


def above(level: float, drift: float, sigma: float, months: int) -> float:
    """Probability that the load is at ``level`` or above in a month."""
    return normal((drift * months - level) / (sigma * math.sqrt(months)))


def system_cost(
    level: float,
    drift: float,
    sigma: float,
    lead: int,
    build: float,
    carrying: float,
    horizon: int,
) -> float:
    """Mean cost of building and carrying, if building starts when the load is at ``level``.

    In each month it is carried if the level was reached ``lead`` months before or earlier.
    """  # fmt: skip
    carried = sum(reached(level, drift, sigma, t - lead) for t in range(lead, horizon))
    return build * reached(level, drift, sigma, horizon - 1) + carrying * carried


def overloaded_months(full: float, drift: float, sigma: float, horizon: int) -> float:
    """Mean number of months with too much load, if nothing is ever built; exact."""
    return sum(above(full, drift, sigma, t) for t in range(1, horizon))


def trigger_by_newsvendor(
    growth: float, sigma: float, lead: int, carrying: float, loss: float
) -> float:
    """Load over capacity at which to start, by comparing one month with the next.

    To wait for another month saves a month of carrying, and costs the loss if the load, when the
    system would have been ready, is too much: start when carrying = loss * P(too much then). This
    is the newsvendor's critical ratio (K. J. Arrow, T. Harris and J. Marschak, "Optimal inventory
    policy", Econometrica 19(3), 1951). It leaves out the cost of building, and that a load that
    falls back may never need what was started.
    """
    if carrying >= loss:
        return math.inf
    spread = sigma * math.sqrt(lead)
    return math.exp(NormalDist().inv_cdf(carrying / loss) * spread - lead * math.log1p(growth))
