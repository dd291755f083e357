"""Crowds at a service of fixed capacity.

    >>> from scalelab.models.workload.flash_crowd import Crowds, fit, simulate
    >>> shop = Crowds.with_mean(2.0, height=6.0, crowd_s=300.0, calm_s=2400.0)
    >>> round(shop.calm, 2), round(shop.crowd, 2)
    (1.29, 7.71)
    >>> served = simulate(shop, capacity=4.0, duration_s=86_400.0)
    >>> at_random = simulate(Crowds(2.0, 2.0), capacity=4.0, duration_s=86_400.0)
    >>> served.mean_wait_s > 100.0 * at_random.mean_wait_s
    True
    >>> found = fit(served.time_s, served.duration_s)
    >>> 7.6 < found.crowd < 7.8
    True

The closed forms are in `scalelab.theory.workload.flash_crowd`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.random import generator
from scalelab.kernels.workload import episodes, mmpp
from scalelab.kernels.workload import flash_crowd as kernels
from scalelab.models.access_log import AccessLog
from scalelab.models.check import within

MEAN_RATE = 2.0
HOURS = 3.0
N_RUNS = 5
MOST_REQUESTS = 50_000_000
# Half of the normal distribution's middle 95 %.
NORMAL_95 = 1.959963984540054

Interval = tuple[float, float]


@dataclass(frozen=True)
class Crowds:
    """A stream of requests: rates while ``calm`` and in a ``crowd`` (/s), mean lengths (s)."""

    calm: float
    crowd: float
    calm_s: float = 2400.0
    crowd_s: float = 300.0

    def __post_init__(self) -> None:
        within("calm", self.calm, 0.0, 100_000.0, "/s")
        within("crowd", self.crowd, 0.0, 100_000.0, "/s")
        within("calm_s", self.calm_s, 0.001, 1e9, "s")
        within("crowd_s", self.crowd_s, 0.001, 1e9, "s")

    @classmethod
    def with_mean(cls, mean: float, height: float, crowd_s: float, calm_s: float) -> "Crowds":
        """``mean`` requests a second over all time, ``height`` times the calm rate in a crowd."""
        within("mean", mean, 1e-6, 100_000.0, "/s")
        within("height", height, 1.0, 10_000.0, "times")
        return cls(*kernels.with_mean(mean, float(height), float(calm_s), float(crowd_s)))

    @property
    def mean(self) -> float:
        """Requests a second, over all time."""
        whole = self.calm_s + self.crowd_s
        return (self.calm * self.calm_s + self.crowd * self.crowd_s) / whole


@dataclass(frozen=True)
class Served:
    """Result of `simulate`, request by request, in the order in which they came.

    ``wait_s``: until its service began; -1 for one that was refused. ``capacity_then``: capacity
    when it came (/s).
    """

    time_s: NDArray[np.float64]
    wait_s: NDArray[np.float64]
    capacity_then: NDArray[np.float64]
    duration_s: float

    @property
    def refused_share(self) -> float:
        return float(np.mean(self.wait_s < 0.0)) if self.wait_s.size else 0.0

    @property
    def mean_wait_s(self) -> float:
        """Of the requests that were not refused."""
        answered = self.wait_s[self.wait_s >= 0.0]
        return float(answered.mean()) if answered.size else 0.0

    def in_time(self, patience_s: float) -> float:
        """Share of all requests whose service began within ``patience_s``."""
        within("patience_s", patience_s, 0.0, math.inf, "s")
        served = (self.wait_s >= 0.0) & (self.wait_s <= patience_s)
        return float(np.mean(served)) if self.wait_s.size else 0.0


def simulate(
    stream: Crowds,
    capacity: float = 4.0,
    limit: int = 0,
    extra: float = 0.0,
    start_s: float = 120.0,
    duration_s: float = 10_800.0,
    seed: int = 1,
) -> Served:
    """Crowds come to one queue in front of a service; the stream begins in equilibrium.

    Parameters
    ----------
    stream : what comes. `Crowds` with two equal rates is a Poisson stream.
    capacity : requests that the service can do, 0.000001 to 100,000 a second, one at a time; each
        takes an exponential time.
    limit : requests in the system at most, the one in service included, 1 to a million; who finds
        so many is refused. 0: no limit.
    extra : capacity that is added when the queue is long, 0 to 1000 times ``capacity``. It is
        ordered when a request will not be done within 10 s, or is refused, and given back when
        nobody waits and the requests of the last 5 minutes are no more than ``capacity``.
    start_s : it serves so long after it was ordered, 10 to 1,000,000 s.
    duration_s : length of the record, 0.001 to 1e9 s, for at most 50 million requests.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: machines one by one (all of them work like one that is as fast as they are
    together, which makes no difference to who waits in a crowd); customers who give up, and come
    again; what a request costs that is answered too late; crowds that grow and fade, and that
    follow the hour of the day.
    """
    within("capacity", capacity, 1e-6, 100_000.0, "/s")
    within("limit", limit, 0, 1_000_000, "requests")
    within("extra", extra, 0.0, 1000.0, "times the capacity")
    within("start_s", start_s, kernels.ORDER_S, 1_000_000.0, "s")
    within("duration_s", duration_s, 0.001, 1e9, "s")
    most = duration_s * max(stream.calm, stream.crowd)
    advice = "shorten the record: a smaller duration_s"
    within("number of requests", most, 0.0, MOST_REQUESTS, advice=advice)
    times = np.empty(kernels.room(max(stream.calm, stream.crowd), float(duration_s)))
    chance = generator(seed)
    drawn = mmpp.Mmpp(
        float(stream.calm), float(stream.crowd), float(stream.calm_s), float(stream.crowd_s)
    )
    n = mmpp.draw_arrivals(drawn, float(duration_s), chance, np.empty(mmpp.KEPT), times)
    service = kernels.Service(float(capacity), int(limit), float(extra), float(start_s))
    waits, speeds, done = np.empty(n), np.empty(n), np.empty(n)
    kernels.serve(times[:n], service, chance, done, waits, speeds)
    return Served(times[:n].copy(), waits, capacity * speeds, float(duration_s))


@dataclass(frozen=True)
class Fit:
    """Crowds found in a record: rates (/s), mean lengths (s), and their 95 % intervals.

    ``crowds``: how many crowded stretches were found, whole or not; with none, the record is as
    good as a Poisson stream of rate ``calm``, and the intervals of what was not seen are None.
    A length that ended less than once in the record has no upper end (inf).
    """

    crowds: int
    calm: float
    crowd: float
    calm_s: float
    crowd_s: float
    calm_interval: Interval
    crowd_interval: Interval | None
    calm_s_interval: Interval | None
    crowd_s_interval: Interval | None

    @property
    def stream(self) -> Crowds:
        """The same as a stream to draw; without crowds, a Poisson stream."""
        if self.crowds == 0:
            return Crowds(self.calm, self.calm)
        return Crowds(self.calm, self.crowd, self.calm_s, self.crowd_s)


def fit(record: AccessLog | NDArray[np.float64], duration_s: float | None = None) -> Fit:
    """Find the crowds in a record of requests.

    Parameters
    ----------
    record : an access log, or the times of requests in s, in order, from 0.
    duration_s : how long the record is (needed for times, not for a log).

    Raises
    ------
    ValueError
        For a record without requests, times out of order, or a duration that is too short.

    Notes
    -----
    The record is cut into at most 4,000 equal stretches of whole seconds: 22 s each in a day.
    Crowds shorter than a few of them are not found, and two that are closer are one; for short
    crowds give a part of the record. Intervals of rates are those of Poisson
    counts, of lengths those of exponential ones (both in Byar's approximation, N. E. Breslow and
    N. E. Day, "Statistical Methods in Cancer Research", volume 2, 1987, section 2.3). They hold
    for a stream that does have two states. In a record of days the crowd found may be the day.
    """
    if isinstance(record, AccessLog):
        moments = kernels.moments_of(record.values.ravel(), generator(1))
        times, span = moments[:-1], float(moments[-1])
    else:
        times = np.ascontiguousarray(record, np.float64)
        if times.size == 0:
            raise ValueError("the record has 0 requests, allowed is 1 or more")
        if duration_s is None:
            raise ValueError("duration_s is missing; say how long the record of times is")
        span = float(duration_s)
        if np.any(np.diff(times) < 0.0) or times[0] < 0.0:
            raise ValueError("times are out of order; sort them, from 0")
        within("duration_s", span, float(times[-1]), math.inf, "s", "it ends after its last time")
    found = episodes.find_episodes(times, 0.0, span)
    calm, crowd = mmpp.CALM, mmpp.CROWD
    crowds = kernels.crowds_in(found)

    def rate(state: int) -> Interval:
        return _poisson(found.requests[state], found.inside_s[state])

    def length(state: int) -> Interval:
        low, high = _poisson(float(found.ended[state]), found.total_s[state])
        return 1.0 / high, 1.0 / low if low > 0.0 else math.inf

    return Fit(
        crowds=crowds,
        calm=episodes.rate_of(found, calm),
        crowd=episodes.rate_of(found, crowd),
        calm_s=episodes.length_of(found, calm),
        crowd_s=episodes.length_of(found, crowd),
        calm_interval=rate(calm),
        crowd_interval=rate(crowd) if crowds else None,
        calm_s_interval=length(calm) if crowds else None,
        crowd_s_interval=length(crowd) if crowds else None,
    )


def _poisson(count: float, time: float) -> Interval:
    """95 % interval of a rate from a Poisson ``count`` (Byar)."""
    low = 0.0
    if count > 0.0:
        low = count * (1.0 - 1.0 / (9.0 * count) - NORMAL_95 / (3.0 * math.sqrt(count))) ** 3
    more = count + 1.0
    high = more * (1.0 - 1.0 / (9.0 * more) + NORMAL_95 / (3.0 * math.sqrt(more))) ** 3
    return max(low, 0.0) / time, high / time
