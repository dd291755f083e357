"""A week of load hour by hour: peaks by the width of the window, what idles, and a log's own shape.

    >>> year = simulate("Shop", requests_a_day=1e6, special=3.0)
    >>> year.peak_over_mean["minute"] > 3.0 * 2.5
    True
    >>> 0.90 < year.idle < 0.96
    True
    >>> simulate("HR system", 1e6).capacity > 1.5 * simulate("Shop", 1e6).capacity
    True

The closed forms of the same model are in `scalelab.theory.workload.temporal`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.workload import temporal as kernel
from scalelab.models.access_log import AccessLog
from scalelab.models.check import one_of, within

SYSTEMS = ("Shop", "HR system", "Taxis in New York")
WIDTHS = ("second", "minute", "10 minutes", "hour", "day")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# By the kernel's state.
STATES = (
    "There is no log",
    "The log has no whole day; of hours that it has not seen nothing is known",
    "The log has one whole day: how days differ is not known, nor what each weekday does",
    "The log has too few days to know what each weekday does: that takes two of each",
    "The log has two of each weekday or more",
)
MOST_REQUESTS = 10_000_000


@dataclass(frozen=True)
class Year:
    """Result of `simulate`; requests a second.

    mean: of the year, with the special day
    peak: by width of the window (`WIDTHS`), median of the simulated years
    peak_low, peak_high: the lowest and the highest of them
    peak_over_mean: the median over the mean
    capacity: the peak in windows of the width that it is sized for
    idle: share of the machine-hours of the year for which nothing comes
    quiet_from: day and hour when the quietest hours of the ordinary week begin
    quiet_load: mean load in them, over the mean of the week
    """

    mean: float
    peak: dict[str, float]
    peak_low: dict[str, float]
    peak_high: dict[str, float]
    peak_over_mean: dict[str, float]
    capacity: float
    idle: float
    quiet_from: tuple[str, int]
    quiet_load: float


@dataclass(frozen=True)
class Estimate:
    """A number, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """Result of `fit`.

    days: whole days in the log
    rate: requests a second by hour of the day, shape (24,); NaN for hours that were not seen
    rate_low, rate_high: ends of the 95 % intervals
    busiest_hour: which hour of the day has the most; None without a whole day
    busiest: its share of the day's requests; None without a whole day
    peak_over_mean: of the fitted hours that were seen
    spread: standard deviation over mean of days, beyond chance and weekdays; None without two days
    first_minute: share of an hour's requests that comes in its first minute on top of the
        rest; None without two whole hours
    weekday: factors of Monday to Sunday with their intervals; None without two of each
    known: in words, what the log is long enough for
    """

    days: int
    rate: Floats
    rate_low: Floats
    rate_high: Floats
    busiest_hour: int | None
    busiest: Estimate | None
    peak_over_mean: float
    spread: Estimate | None
    first_minute: Estimate | None
    weekday: tuple[Estimate, ...] | None
    known: str


def week(system: str, requests_a_day: float) -> Floats:
    """Requests a second by hour of the week from Monday 0:00 on, shape (168,).

    Parameters
    ----------
    system : one of `SYSTEMS`. The first two are assumptions; the third was measured
        (`scalelab.facts.week`).
    requests_a_day : mean over the week, 1 to 1e10

    Raises
    ------
    ValueError
        For an argument outside these ranges.
    """
    one_of("system", system, SYSTEMS)
    within("requests_a_day", requests_a_day, 1.0, 1e10)
    return kernel.rates(SYSTEMS.index(system), float(requests_a_day))


def arrivals(rates: Sequence[float] | Floats, first_minute: float = 0.0, seed: int = 1) -> Floats:
    """Times (s) of requests that come at random at a rate that changes from hour to hour.

    Parameters
    ----------
    rates : requests a second in each hour, from time 0 on; ten million requests at most
    first_minute : share of an hour's requests that comes in its first minute, on top of the rest,
        0 to 0.9
    seed : any int; one seed gives one result

    Raises
    ------
    ValueError
        For a rate below 0, or an argument outside the ranges above.

    Notes
    -----
    By change of time: gaps of a Poisson process of rate 1, taken back through the integral of the
    rate. Leaves out: bursts within an hour other than in its first minute.
    """
    given = np.ascontiguousarray(rates, np.float64)
    if given.ndim != 1 or not given.size:
        raise ValueError(f"rates has the shape {given.shape}; give one list, a rate an hour")
    within("lowest rate", float(given.min()), 0.0, 1e9, "requests/s")
    within("expected requests", float(given.sum()) * 3600.0, 0.0, MOST_REQUESTS)
    within("first_minute", first_minute, 0.0, 0.9)
    return kernel.arrivals(given, float(first_minute), int(seed))


def simulate(
    system: str = SYSTEMS[0],
    requests_a_day: float = 1e6,
    special: float = 3.0,
    second: float = 0.0,
    hours_behind: int = 9,
    first_minute: float = 0.02,
    spread: float = 0.1,
    sized_for: str = "minute",
    quiet_h: int = 4,
    n_runs: int = 9,
    seed: int = 1,
) -> Year:
    """Years of 52 weeks, and the capacity that their busiest windows want.

    Parameters
    ----------
    system : one of `SYSTEMS`
    requests_a_day : of the home region, mean of the ordinary week, 1000 to 1e9
    special : times the load that one Friday of the year has, 1 to 100
    second : users of a second region over those of the first, 0 to 10
    hours_behind : how many hours later they live, 0 to 23
    first_minute : share of an hour's requests that comes in its first minute, on top of the rest,
        0 to 0.9
    spread : of days, standard deviation over mean, 0 to 2; the factor is log-normal
    sized_for : one of `WIDTHS`: the window whose peak is the capacity
    quiet_h : hours in one piece that are looked for, 1 to 24
    n_runs : years, 1 to 1000
    seed : any int; one seed gives one result

    Returns
    -------
    Year

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: seasons and growth, holidays but one; daylight saving; bursts that are no first
    minute; days that are like the day before. Within an hour the rate is constant but for its first
    minute. Users of the second region keep the special day by the first one's clock.
    """
    one_of("system", system, SYSTEMS)
    one_of("sized_for", sized_for, WIDTHS)
    within("requests_a_day", requests_a_day, 1000.0, 1e9)
    within("special", special, 1.0, 100.0)
    within("second", second, 0.0, 10.0)
    within("hours_behind", hours_behind, 0, 23, "h")
    within("first_minute", first_minute, 0.0, 0.9)
    within("spread", spread, 0.0, 2.0)
    within("quiet_h", quiet_h, 1, 24, "h")
    within("n_runs", n_runs, 1, 1000)
    which = SYSTEMS.index(system)
    table = kernel.temporal(
        which, float(requests_a_day), float(special), float(second), int(hours_behind),
        float(first_minute), float(spread), WIDTHS.index(sized_for), int(quiet_h), np.empty(0),
        int(n_runs), int(seed),
    )  # fmt: skip
    mine = table[(table[:, 0] == kernel.WIDTH) & (table[:, kernel.SYSTEM] == which)]
    whole = table[0]

    def by_width(column: int) -> dict[str, float]:
        return dict(zip(WIDTHS, mine[:, column].tolist(), strict=True))

    return Year(
        float(whole[kernel.MEAN]), by_width(kernel.PEAK), by_width(kernel.PEAK + 1),
        by_width(kernel.PEAK + 2), by_width(kernel.OVER_MEAN), float(whole[kernel.CAPACITY]),
        float(whole[kernel.IDLE]),
        (WEEK[int(whole[kernel.QUIET_DAY])], int(whole[kernel.QUIET_HOUR])),
        float(whole[kernel.QUIET_LOAD]),
    )  # fmt: skip


def fit(log: AccessLog, assumed_spread: float = 0.1) -> Fit:
    """The shape of the day, and of the week if the log is long enough, with 95 % intervals.

    Parameters
    ----------
    log : as `scalelab.models.access_log.read` gives it; times on the server's own clock
    assumed_spread : how much days differ (standard deviation over mean), 0 to 2; used for the
        intervals of the rates where the log has no hour of the day twice

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If ``assumed_spread`` is outside its range.

    Notes
    -----
    An interval of a rate has chance within the hour and the difference between days, which as a
    rule is much the larger; it holds for the mean of days like these. Days are taken to be
    independent. Leaves out: hours in which no log was written (they count as hours without
    requests), daylight saving, holidays, trend; a weekend whose day has another shape, not only
    another height. Of a log of more than 400 days the last 400 are used.
    """
    within("assumed_spread", assumed_spread, 0.0, 2.0)
    found = kernel.fit(kernel.times_of(log.values.ravel()), float(assumed_spread))
    seen = found.exposure > 0.0

    def estimate(one: kernel.Estimate) -> Estimate | None:
        return Estimate(float(one.value), float(one.low), float(one.high)) if one.known else None

    def hours(values: Floats) -> Floats:
        return np.where(seen, values, np.nan)

    weekday = None
    if found.state == kernel.WEEKDAYS:
        ends = zip(
            found.weekday.tolist(), found.weekday_low.tolist(), found.weekday_high.tolist(),
            strict=True,
        )  # fmt: skip
        weekday = tuple(Estimate(*one) for one in ends)
    whole = found.complete > 0
    return Fit(
        int(found.complete), hours(found.rate), hours(found.low), hours(found.high),
        int(found.busiest_hour) if whole else None, estimate(found.busiest),
        float(found.rate[seen].max() / found.rate[seen].mean()), estimate(found.spread),
        estimate(found.first), weekday, STATES[int(found.state)],
    )  # fmt: skip
