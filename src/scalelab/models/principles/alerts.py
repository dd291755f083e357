"""Alerts on failed requests: seven ways to decide that somebody is to be called.

    >>> from scalelab.models.principles.alerts import compare
    >>> found = compare(error_rate=1.0)
    >>> for way in "Short window", "Window and for", "Two windows":
    ...     spent = found[way].spent
    ...     print(f"{way}: {found[way].fires_min:.0f} min, {spent:.0%} of the budget")
    Short window: 1 min, 2% of the budget
    Window and for: 11 min, 25% of the budget
    Two windows: 1 min, 2% of the budget

Other ways to the same numbers are in `scalelab.theory.principles.alerts`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.facts.alerts import PROMETHEUS_EVALUATION
from scalelab.kernels.principles import alerts as kernels
from scalelab.kernels.random import generator
from scalelab.models.check import one_of, within
from scalelab.models.queueing.estimate import Estimate

WAYS = (
    "Short window",
    "Window and for",
    "Long window",
    "Burn rate",
    "Two windows",
    "Ticket",
    "Cumulative sum",
)
SHORT, FOR, LONG, BURN, MULTI, TICKET, CUSUM = WAYS
# Assumptions. One way to pay, of a dozen, has ten requests a minute; loads go up and down as those
# of the shop do. Budgets are those of the workbook's examples.
RATE_PER_H = 600.0
BASE, BLIPS = 0.0002, 2.0
ERROR_RATE, LENGTH_MIN = 0.05, 60
THRESHOLD, WINDOW_MIN, FOR_MIN = 0.01, 5, 10
SLO = 0.999
PEAK_TO_TROUGH = 4.0
MONTHS, SEED = 3, 1
assert PROMETHEUS_EVALUATION.value == 1.0  # the kernel's minute


@dataclass(frozen=True)
class Alert:
    """One way to alert.

    It fires ``fires_min`` after an incident began, in the median of 21, with ``spent`` of a month's
    budget gone; None if half of them are not found, ``caught`` is the share that are. The middle of
    them is ``between_min``. Without chance it fires or not, and then ends ``clears_min`` after
    the beginning; None if it does not. Months without an incident have ``pages``, the mean of
    some, and ``pages_between``.
    """

    fires_min: float | None
    between_min: tuple[float, float] | None
    caught: float
    spent: float | None
    clears_min: float | None
    pages: float
    pages_between: tuple[float, float]


def compare(
    rate_per_h: float = RATE_PER_H,
    base: float = BASE,
    blips: float = BLIPS,
    error_rate: float = ERROR_RATE,
    length_min: int = LENGTH_MIN,
    threshold: float = THRESHOLD,
    window_min: int = WINDOW_MIN,
    for_min: int = FOR_MIN,
    slo: float = SLO,
    peak_to_trough: float = PEAK_TO_TROUGH,
    months: int = MONTHS,
    seed: int = SEED,
) -> dict[str, Alert]:
    """Each of `WAYS`, in an incident and in months without one.

    Parameters
    ----------
    rate_per_h : requests an hour on average over the day, 1 to 1e8.
    base : share that fails by chance, 0 to 0.1.
    blips : minutes a day, on average, in which a fifth fails and that are over by themselves, 0 to
        100.
    error_rate : share that fails in the incident, above ``base`` and up to 1.
    length_min : for so long, 1 to 4320 min.
    threshold : of the first two ways, above ``base`` and up to 0.5.
    window_min : of the first two ways, 1 to 60 min.
    for_min : the second way waits for so long, 0 to 1440 min.
    slo : share that is to be good in 30 days, 0.9 to 0.99999.
    peak_to_trough : of the load over the day, 1 to 100.
    months : without an incident, 1 to 1000.
    seed : of the chance, 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Windows, burn rates and budgets are those of S. Thurgood, "Alerting on SLOs", in "The Site
    Reliability Workbook" (2018): 36 hours at a burn rate of 1; one hour at 36; an hour and five
    minutes at 14.4 or six hours and 30 minutes at 6; three days and six hours at 1, which is for a
    ticket. Rules are evaluated once a minute. The cumulative sum (E. S. Page, "Continuous
    inspection schemes", 1954) tells the threshold from the base, and fires at the logarithm of the
    minutes of a month: by chance it does so once a month at most (G. Lorden, 1971).

    Leaves out: that errors come together, apart from the blips; that they depend on the load;
    windows that reach into a past with chance or incidents; requests that come by chance; scraping,
    grouping and sending, which take a minute or more; whoever is called, and how soon they look;
    incidents that come and go; services that depend on each other and fail together.
    """
    within("rate_per_h", rate_per_h, 1.0, 1e8, "requests/h")
    within("base", base, 0.0, 0.1, advice="a share, not a percentage")
    within("blips", blips, 0.0, 100.0, "a day")
    within("error_rate", error_rate, base + 1e-6, 1.0, advice="it is more than the base")
    within("length_min", length_min, 1, kernels.PAST, "min")
    within("threshold", threshold, base + 1e-6, 0.5, advice="it is more than the base")
    within("window_min", window_min, 1, kernels.HOUR, "min")
    within("for_min", for_min, 0, kernels.DAY, "min")
    within("slo", slo, 0.9, 0.99999, advice="a share, as 0.999")
    within("peak_to_trough", peak_to_trough, 1.0, 100.0)
    within("months", months, 1, 1000)
    within("seed", seed, 0, 2**31 - 1)
    table = kernels.alerts(
        float(rate_per_h), float(base), float(blips), float(error_rate), int(length_min),
        float(threshold), int(window_min), int(for_min), float(slo), float(peak_to_trough),
        int(months), int(seed),
    )  # fmt: skip
    rows = table[table[:, kernels.KIND] == kernels.SET].tolist()
    return {name: _alert(row) for name, row in zip(WAYS, rows, strict=True)}


def _alert(row: list[float]) -> Alert:
    found = row[kernels.FOUND] == 1.0
    return Alert(
        fires_min=row[kernels.FIRES_MIN] if found else None,
        between_min=(row[kernels.LOW_MIN], row[kernels.HIGH_MIN]) if found else None,
        caught=row[kernels.CAUGHT],
        spent=row[kernels.SPENT] if found else None,
        clears_min=row[kernels.CLEARS_MIN] if row[kernels.CLEARS] == 1.0 else None,
        pages=row[kernels.PAGES],
        pages_between=(row[kernels.PAGES_LOW], row[kernels.PAGES_HIGH]),
    )


def detection_min(
    way: str,
    error_rate: float,
    base: float = 0.0,
    threshold: float = THRESHOLD,
    window_min: int = WINDOW_MIN,
    for_min: int = FOR_MIN,
    slo: float = SLO,
    rate_per_h: float = RATE_PER_H,
) -> float | None:
    """Minutes until a way fires if it is evaluated all the time, without chance; None if never.

    ``way`` is one of `WAYS`; the other arguments are those of `compare`, and so are errors. Of the
    cumulative sum alone it depends on ``rate_per_h``.

    >>> detection_min("Burn rate", 1.0)
    2.16
    >>> detection_min("Burn rate", 0.035) is None
    True
    """
    one_of("way", way, WAYS)
    within("base", base, 0.0, 0.1, advice="a share, not a percentage")
    within("error_rate", error_rate, base + 1e-6, 1.0, advice="it is more than the base")
    within("threshold", threshold, base + 1e-6, 0.5, advice="it is more than the base")
    within("window_min", window_min, 1, kernels.HOUR, "min")
    within("for_min", for_min, 0, kernels.DAY, "min")
    within("slo", slo, 0.9, 0.99999, advice="a share, as 0.999")
    within("rate_per_h", rate_per_h, 1.0, 1e8, "requests/h")
    rules = kernels.rules(
        float(threshold), int(window_min), int(for_min), 1.0 - slo, float(base), rate_per_h / 60.0
    )
    found = float(kernels.detection(WAYS.index(way), float(error_rate), rules))
    return round(found, 9) if found >= 0.0 else None


def exhausted_after_min(error_rate: float, slo: float = SLO) -> float:
    """When an error rate has taken the whole budget of 30 days; arguments as of `compare`.

    >>> round(exhausted_after_min(1.0), 1)
    43.2
    """
    within("error_rate", error_rate, 1e-6, 1.0, advice="a share, not a percentage")
    within("slo", slo, 0.9, 0.99999, advice="a share, as 0.999")
    return 1.0 / float(kernels.spent(float(error_rate), 1.0, 1.0 - slo))


def pages_a_month(
    way: str,
    rate_per_h: float,
    base: float,
    months: int,
    blips: float = 0.0,
    factor: float = 1.0,
    threshold: float = THRESHOLD,
    window_min: int = WINDOW_MIN,
    for_min: int = FOR_MIN,
    slo: float = SLO,
    peak_to_trough: float = 1.0,
    seed: int = SEED,
) -> Estimate:
    """Pages in a month without an incident: mean of ``months`` of them, 2 to 1000.

    ``factor``, on the threshold or the bound of the cumulative sum, is 1/8, 1/4, ... 8. ``way`` is
    one of `WAYS`; the other arguments are those of `compare`, and so are errors.

    >>> found = pages_a_month("Short window", 600.0, 0.0002, 20)
    >>> abs(found.mean - 85.5) < 4.0 * found.se
    True
    """
    one_of("way", way, WAYS)
    factors = [kernels.LEAST_FACTOR * 2.0**k for k in range(kernels.LEVELS)]
    if factor not in factors:
        raise ValueError(f"factor is {factor}, allowed are {factors}")
    within("rate_per_h", rate_per_h, 1.0, 1e8, "requests/h")
    within("base", base, 0.0, 0.1, advice="a share, not a percentage")
    within("months", months, 2, 1000)
    within("blips", blips, 0.0, 100.0, "a day")
    within("threshold", threshold, base + 1e-6, 0.5, advice="it is more than the base")
    within("window_min", window_min, 1, kernels.HOUR, "min")
    within("for_min", for_min, 0, kernels.DAY, "min")
    within("slo", slo, 0.9, 0.99999, advice="a share, as 0.999")
    within("peak_to_trough", peak_to_trough, 1.0, 100.0)
    within("seed", seed, 0, 2**31 - 1)
    rate = rate_per_h / 60.0
    rules = kernels.rules(
        float(threshold), int(window_min), int(for_min), 1.0 - slo, float(base), rate
    )
    state = generator(int(seed))
    requests = kernels.demand(rate, float(peak_to_trough))
    failed = np.zeros(requests.size)
    counts = np.zeros(kernels.WAYS * kernels.LEVELS, np.int64)
    pages = np.empty(months)
    for month in range(months):
        kernels.quiet(state, requests, float(base), float(blips), failed)
        kernels.count(failed, requests, rules, counts)
        pages[month] = counts[WAYS.index(way) * kernels.LEVELS + factors.index(factor)]
    return Estimate(float(pages.mean()), float(pages.std(ddof=1) / np.sqrt(months)))
