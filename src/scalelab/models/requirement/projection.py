"""A load projected from its history, with bands, and how often such bands have been right.

    >>> from datetime import date
    >>> import numpy as np
    >>> week = np.array([1.0, 1.0, 1.1, 1.2, 1.3, 0.9, 0.8])
    >>> days = np.arange(140)
    >>> loads = 1000.0 * 1.001**days * week[days % 7]
    >>> ahead = project(loads, date(2026, 1, 5), horizon_days=14)
    >>> print(f"{ahead.median[0]:.1f}, in truth {1000 * 1.001**140:.1f}")
    1150.2, in truth 1150.2
    >>> print(f"{ahead.growth_a_month:.1%} a month, doubles in {ahead.doubling_months:.1f} months")
    3.1% a month, doubles in 22.8 months

The closed forms are in `scalelab.theory.requirement.projection`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.requirement import projection as kernel
from scalelab.models.check import within

SERIES = ("The shop, made up", "Views of an article", "Taxi rides in New York")
# By the kernel's state.
STATES = (
    "Too little history for a forecast (it takes about six weeks)",
    "Forecast only: too little history for a backtest",
    "Forecast, and backtest from days of the past",
)
EPOCH = date(1970, 1, 1)
MOST_DAYS = 100_000


@dataclass(frozen=True)
class Projection:
    """Result of `project`, one value for each day ahead.

    median: as likely to be too high as too low
    band_80, band_95: lower and upper ends, shape (2, days)
    growth_a_month: by the trend, with ends of the 95 % interval in ``growth_interval``
    doubling_months: infinite if it does not grow
    memory: autocorrelation from one day to the next of what trend and seasons leave over
    set_aside: days of the history, counted from 0, that are too far off to be fitted
    coefficients: level on the first day ahead, trend a year, Monday to Saturday (Sunday is minus
        their sum), cosine and sine of the year and of half of it; of the logarithm
    """

    median: Floats
    band_80: Table
    band_95: Table
    growth_a_month: float
    growth_interval: tuple[float, float]
    doubling_months: float
    memory: float
    set_aside: tuple[int, ...]
    coefficients: Floats


@dataclass(frozen=True)
class Backtest:
    """Result of `backtest`: means over all days that were forecast.

    in_80, in_95: shares of the days that were in the bands; in_widened: in the band that had been
        widened by what was known by then, None if it never was
    widening: what the 95 % band is to be multiplied by now (its logarithm's half), None if there
        are too few forecasts to say
    error, error_last_week, error_drift: mean distance from the truth, as a share of the truth, of
        the forecast, of last week's same day, and of that with the mean weekly change
    peak: the busiest day over the busiest day of the forecast, median
    n_origins: days from which was forecast
    """

    in_80: float
    in_95: float
    in_widened: float | None
    widening: float | None
    error: float
    error_last_week: float
    error_drift: float
    peak: float
    n_origins: int


def project(
    loads: Sequence[float] | Floats,
    first: date,
    horizon_days: int = 91,
    history_days: int | None = None,
) -> Projection:
    """Project a load day by day.

    Parameters
    ----------
    loads : of consecutive days, 28 to 100,000 of them, each 0 to 1e30; a day with 0 counts as
        missing.
    first : the first of these days, from 1970 on; it says which days are Mondays.
    horizon_days : how many days to look ahead, 1 to 3,650.
    history_days : fit the last so many days only, 28 or more; all if not given. From 730 on, a
        yearly season is fitted as well.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if no weekday, or too few days, are known.

    Notes
    -----
    The model and its sources are told in `scalelab.kernels.requirement.projection`.
    Leaves out: that the trend may change, which no band here knows of; a market that is saturated
    one day; holidays, which move; seasons within a day; effects of price or weather; the
    uncertainty of the autocorrelation, which a short history makes too low; what campaigns of the
    past did (their days are set aside).
    """
    series = _series(loads, first)
    n = series.logs.size
    days = n if history_days is None else history_days
    within("history_days", days, 28, n, "days", "the history has no more")
    within("horizon_days", horizon_days, 1, 3_650, "days")
    waves = kernel.harmonics(n + horizon_days)
    fitted = kernel.fit(series, waves, n - days, n)
    if not fitted.possible:
        raise ValueError(
            f"too few of the {days} days are known, or none of some weekday; allowed are "
            "histories with each weekday and ten days more than coefficients (8, or 12 from two "
            "years on). Give a longer history"
        )
    found = [kernel.forecast(fitted, series.first, waves, i) for i in range(n, n + horizon_days)]
    middle, error = np.array(found).T
    result = np.zeros(kernel.COLUMNS)
    kernel.put_growth(result, fitted)
    growth, low, high = result[kernel.GROWTH : kernel.GROWTH + 3].tolist()
    aside = np.flatnonzero((series.present[n - days :] == 1) & (fitted.kept[n - days :] == 0))
    return Projection(
        median=np.exp(middle),
        band_80=np.exp([middle - fitted.narrow * error, middle + fitted.narrow * error]),
        band_95=np.exp([middle - fitted.wide * error, middle + fitted.wide * error]),
        growth_a_month=growth,
        growth_interval=(low, high),
        doubling_months=float(result[kernel.DOUBLING]) if result[kernel.DOUBLING + 1] else np.inf,
        memory=fitted.memory,
        set_aside=tuple(int(i) + n - days for i in aside),
        coefficients=fitted.beta,
    )


def backtest(
    loads: Sequence[float] | Floats, first: date, history_days: int, horizon_days: int = 91
) -> Backtest:
    """Forecast from up to 20 days of the past, evenly spread, and compare with what came.

    Parameters
    ----------
    loads, first : as for `project`.
    history_days : how many days each forecast is fitted to, 28 or more.
    horizon_days : how many days it looks ahead, 1 to 3,650; together no more than there are.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if nothing could be compared.

    Notes
    -----
    The widened band is that of split conformal prediction (J. Lei et al., JASA 113(523), 2018).
    It promises 95 % if the days to come are like those of the backtest; days that follow each other
    are not independent, and nothing promises that they are alike.
    """
    series = _series(loads, first)
    n = series.logs.size
    within("history_days", history_days, 28, n, "days")
    within("horizon_days", horizon_days, 1, 3_650, "days")
    within(
        "history_days + horizon_days", history_days + horizon_days, 29, n, "days",
        "what is forecast has to be known",
    )  # fmt: skip
    waves = kernel.harmonics(n)
    scores = kernel.backtest(series, waves, history_days, horizon_days)
    means = [kernel.mean_of(scores, which, 0, horizon_days) for which in range(6)]
    if means[kernel.IN_95] < 0.0:
        raise ValueError(
            f"no day could be compared: {history_days} days are too few to fit, or the days after "
            "them are missing. Give a longer history"
        )
    result = np.zeros(kernel.COLUMNS)
    kernel.put_scores(result, scores)
    factor = kernel.widening(scores, n)
    return Backtest(
        in_80=means[kernel.IN_80],
        in_95=means[kernel.IN_95],
        in_widened=means[kernel.IN_WIDENED] if means[kernel.IN_WIDENED] >= 0.0 else None,
        widening=factor if factor > 0.0 else None,
        error=max(means[kernel.OF_MODEL], 0.0),
        error_last_week=max(means[kernel.OF_LAST_WEEK], 0.0),
        error_drift=max(means[kernel.OF_DRIFT], 0.0),
        peak=float(result[kernel.PEAK]),
        n_origins=int(result[kernel.N_ORIGINS]),
    )


def _series(loads: Sequence[float] | Floats, first: date) -> kernel.Series:
    values = np.ascontiguousarray(loads, np.float64)
    if values.ndim != 1:
        raise ValueError(f"loads has the shape {values.shape}; give one list of numbers")
    within("number of loads", values.size, 28, MOST_DAYS)
    for value in values.tolist():
        within("load", value, 0.0, 1e30)
    day = (first - EPOCH).days
    if day < 0:
        raise ValueError(f"first is {first}, allowed is 1970-01-01 or later")
    return kernel.series_of(day, values)
