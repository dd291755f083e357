"""Is it Poisson? How much counts of requests vary, from windows of a second to an hour.

    >>> from scalelab.models.workload.burstiness import fit_counts, simulate
    >>> counts = simulate("Flash crowds", mean_rate=20.0, hours=12.0)
    >>> found = fit_counts(counts)
    >>> found.state
    'Bursts'
    >>> bool(found.dispersion[6] > 1000.0)  # at windows of a minute
    True
    >>> calm = fit_counts(simulate("Poisson", hours=12.0))
    >>> calm.state, calm.mmpp
    ('Like Poisson', None)

The closed forms are in `scalelab.theory.workload.burstiness`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.random import generator
from scalelab.kernels.workload import burstiness as kernel
from scalelab.kernels.workload.dispersion import INTERVAL, WINDOWS, sums
from scalelab.kernels.workload.streams import Stream, count
from scalelab.models.access_log import AccessLog
from scalelab.models.check import one_of, within

WORKLOADS = ("Poisson", "Sessions", "Flash crowds", "Day and night", "Long tails")
STATES = ("Too short", "Like Poisson", "A trend, no bursts", "Bursts", "Evener than Poisson")
LONGEST_DAYS = 14

Interval = tuple[float, float]


@dataclass(frozen=True)
class CrowdFit:
    """A Markov-modulated Poisson process of two states, fitted; an interval is at 95 %.

    Each interval is None where the log is too short for one. ``n_crowds``: how many crowds it is
    fitted from, about. ``misfit``: index of dispersion at the longest windows over that of the fit;
    far from 1, two states do not tell the whole story.
    """

    calm_rate: float
    crowd_rate: float
    calm_s: float
    crowd_s: float
    calm_rate_interval: Interval | None
    crowd_rate_interval: Interval | None
    calm_s_interval: Interval | None
    crowd_s_interval: Interval | None
    n_crowds: float
    misfit: float


@dataclass(frozen=True)
class Burstiness:
    """Result of `fit`; the next four have a number for each of `WINDOWS`, NaN where there is none.

    state: one of `STATES`
    mean_rate: requests a second
    requests, left_out: how many were counted, and how many came after two weeks
    seconds: from the first request to the last
    dispersion: index of dispersion for counts, and its 95 % interval, shape (windows, 2)
    trend_removed: the same, each window held against the mean of its two neighbours
    capacity_99, poisson_99, rule_99: requests a second that 99 % of the seconds do not exceed: in
        fact, if it were Poisson, and by the index of dispersion at one second
    busiest_second, busiest_minute, busiest_hour: requests a second
    mmpp: the fit, if there are bursts
    """

    state: str
    mean_rate: float
    requests: int
    left_out: int
    seconds: int
    dispersion: Floats
    dispersion_interval: Floats
    trend_removed: Floats
    trend_removed_interval: Floats
    capacity_99: float
    poisson_99: float
    rule_99: float
    busiest_second: float
    busiest_minute: float
    busiest_hour: float
    mmpp: CrowdFit | None


def simulate(
    workload: str,
    mean_rate: float = 20.0,
    shops: int = 1,
    hours: float = 12.0,
    height: float = 10.0,
    crowd_s: float = 120.0,
    calm_s: float = 1080.0,
    per_session: float = 10.0,
    spread_s: float = 5.0,
    tail: float = 1.4,
    swing: float = 3.0,
    seed: int = 1,
) -> Floats:
    """Requests second by second, from midnight on.

    Parameters
    ----------
    workload : one of `WORKLOADS`.
    mean_rate : requests a second of one shop, 0.01 to 10,000.
    shops : how many shops' requests are counted together, 1 to 1,000; independent of each other,
        but for the day, which they share.
    hours : 0.1 to 336.
    height, crowd_s, calm_s : flash crowds: rate in a crowd over the rate in calm (1 to 1,000), mean
        length of a crowd and of the calm between (1 to 86,400 s).
    per_session, spread_s : sessions: mean number of requests (0.1 to 1,000), mean time from the
        customer to each (0 to 1,000 s).
    tail : long tails: exponent of the time that a source is on, 1.05 to 2.9. Ten sources are on at
        a time, each for a minute, on average.
    swing : day and night: highest rate over lowest, 1 to 100.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown workload or an argument outside the ranges above.

    Notes
    -----
    Leaves out: two of these at once, as real traffic has them; a day that is no sine; weekdays;
    customers who stay away when the shop is slow.
    """
    one_of("workload", workload, WORKLOADS)
    for name, value, low, high, unit in (
        ("mean_rate", mean_rate, 0.01, 1e4, "/s"), ("shops", shops, 1, 1000, ""),
        ("hours", hours, 0.1, 336.0, "h"), ("height", height, 1.0, 1000.0, ""),
        ("crowd_s", crowd_s, 1.0, 86_400.0, "s"), ("calm_s", calm_s, 1.0, 86_400.0, "s"),
        ("per_session", per_session, 0.1, 1000.0, ""), ("spread_s", spread_s, 0.0, 1000.0, "s"),
        ("tail", tail, 1.05, 2.9, ""), ("swing", swing, 1.0, 100.0, ""),
    ):  # fmt: skip
        within(name, value, low, high, unit)
    stream = Stream(
        WORKLOADS.index(workload), float(mean_rate), shops, float(height), float(crowd_s),
        float(calm_s), float(per_session), float(spread_s), float(tail), float(swing),
    )  # fmt: skip
    counts = np.empty(int(hours * 3600.0))
    count(stream, generator(seed), counts, np.empty(counts.size))
    return counts


def fit(log: AccessLog) -> Burstiness:
    """How much an access log's requests vary, and the flash crowds that would look alike.

    Notes
    -----
    See `fit_counts`. Seconds before the first request and after the last are not counted. Of a log
    longer than two weeks, the first two weeks are.
    """
    counts, left_out = kernel.counts_of(np.ascontiguousarray(log.values).ravel())
    return _measured(counts, left_out)


def fit_counts(counts: Sequence[float] | Floats) -> Burstiness:
    """The same by counts, second by second.

    Parameters
    ----------
    counts : requests in each second, one after the other; 1 to 1,209,600 whole numbers from 0 to
        1,000,000.

    Raises
    ------
    ValueError
        For counts that are not such numbers.

    Notes
    -----
    The index of dispersion for counts is variance over mean (D. R. Cox and P. A. W. Lewis, "The
    Statistical Analysis of Series of Events", 1966). Intervals are by the jackknife over 20 parts
    of the time; with a few crowds only, they are too narrow. The state is told by windows of ten
    minutes at most, of which there are 30 or more: bursts, if the index without the trend is more
    than four standard errors of a Poisson stream above 1. Two states fitted by dispersion and third
    moment after H. Heffes and D. M. Lucantoni (IEEE Journal on Selected Areas in Communications
    4(6), 1986).

    Leaves out: more than two states, and the long memory that two states cannot have; a trend of
    the day that changes within three windows passes for bursts, a crowd that outlasts the log for
    a trend.
    """
    values = np.ascontiguousarray(counts, np.float64)
    if values.ndim != 1:
        raise ValueError(f"counts have the shape {values.shape}; give one list of numbers")
    within("number of counts", values.size, 1, kernel.MOST_S)
    for value in (float(values.min()), float(values.max())):
        within("count", value, 0.0, 1e6)
    if np.any(values != np.floor(values)):
        raise ValueError("counts are not whole numbers; give requests in each second")
    return _measured(values, 0)


def _measured(counts: Floats, left_out: int) -> Burstiness:
    table = kernel.measured(counts, sums(counts))
    windows = table[kernel.BINS : kernel.BINS + len(WINDOWS)]
    whole = table[-1]

    def known(column: int, has: int, least: int) -> Floats:
        return np.where(windows[:, has] >= least, windows[:, column], np.nan)

    def both(column: int, has: int) -> Floats:
        return np.stack([known(column + 1, has, INTERVAL), known(column + 2, has, INTERVAL)], 1)

    busiest = [float(windows[WINDOWS.index(span), kernel.BUSIEST]) for span in (1, 60, 3600)]
    return Burstiness(
        state=STATES[int(whole[kernel.STATE])],
        mean_rate=float(whole[kernel.MEAN]),
        requests=int(whole[kernel.REQUESTS]),
        left_out=left_out,
        seconds=counts.size,
        dispersion=known(kernel.IDC, kernel.HAS_IDC, 1),
        dispersion_interval=both(kernel.IDC, kernel.HAS_IDC),
        trend_removed=known(kernel.FREE, kernel.HAS_FREE, 1),
        trend_removed_interval=both(kernel.FREE, kernel.HAS_FREE),
        capacity_99=float(whole[kernel.NEEDED]),
        poisson_99=float(whole[kernel.FOR_POISSON]),
        rule_99=float(whole[kernel.BY_RULE]),
        busiest_second=busiest[0],
        busiest_minute=busiest[1],
        busiest_hour=busiest[2],
        mmpp=_crowds(whole) if whole[kernel.HAS_FIT] else None,
    )


def _crowds(whole: Floats) -> CrowdFit:
    def interval(j: int, scale: float) -> Interval | None:
        if whole[kernel.HAS_FIT] < INTERVAL:
            return None
        low, high = whole[kernel.FIT_LOW + j], whole[kernel.FIT_HIGH + j]
        return float(low * scale), float(high * scale)

    return CrowdFit(
        calm_rate=float(whole[kernel.CALM_RATE]),
        crowd_rate=float(whole[kernel.CROWD_RATE]),
        calm_s=60.0 * float(whole[kernel.CALM_MIN]),
        crowd_s=60.0 * float(whole[kernel.CROWD_MIN]),
        calm_rate_interval=interval(0, 1.0),
        crowd_rate_interval=interval(1, 1.0),
        calm_s_interval=interval(2, 60.0),
        crowd_s_interval=interval(3, 60.0),
        n_crowds=float(whole[kernel.N_CROWDS]),
        misfit=float(whole[kernel.MISFIT]),
    )
