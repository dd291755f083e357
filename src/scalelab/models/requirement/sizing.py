"""What a number of customers means for the machines.

    >>> from scalelab.models.requirement.sizing import goal
    >>> wanted = goal(2_000_000)
    >>> round(wanted.at_once_peak), round(wanted.requests_per_s_peak), wanted.servers
    (2005, 200, 4)
    >>> round(wanted.at_once_campaign), wanted.servers_campaign
    (29941, 50)
    >>> print(wanted.sentences[0])
    Ordinary day, busiest moment: 2,005 customers at once, 200 requests/s, 40 Mbit/s.

The closed forms are in `scalelab.theory.requirement.sizing`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.requirement import sizing as kernels
from scalelab.models.check import one_of, within
from scalelab.theory.requirement.sizing import accumulated

LAWS = ("all the same", "exponential", "most glance, few stay")
WAYS = ("over the day", "after a message at 19:00")
BINS, SHOWN = kernels.BINS, kernels.SHOWN
SAME, EXPONENTIAL, FEW_STAY = LAWS
OVER_THE_DAY, AFTER_A_MESSAGE = WAYS
MOST_VISITS = 1e9
MOST_RECORDED = 5_000_000
HOURS = np.arange(BINS) * kernels.WIDTH

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Goal:
    """Result of `goal`: what the system has to do.

    Averages are over an ordinary day. At the peak (``_peak``) and at that of the day of the
    campaign (``_campaign``): customers at once, requests a second, requests in work at once,
    servers, bytes on the wire. ``storage_tb_per_year`` is what the first year adds, all copies
    included, ``storage_tb`` what there is after ``years``.
    """

    active: float
    visits: float
    visits_busiest_hour: float
    at_once_mean: float
    at_once_peak: float
    at_once_campaign: float
    requests_per_s_mean: float
    requests_per_s_peak: float
    requests_per_s_campaign: float
    in_work_peak: float
    in_work_campaign: float
    servers: int
    servers_campaign: int
    bandwidth_mbit_per_s_peak: float
    bandwidth_mbit_per_s_campaign: float
    storage_tb_per_year: float
    storage_tb: float
    years: int

    @property
    def peak_to_mean(self) -> float:
        """Requests of the busiest moment of an ordinary day over those of its average."""
        return self.requests_per_s_peak / self.requests_per_s_mean

    @property
    def sentences(self) -> tuple[str, ...]:
        """The goal in words, as it would stand in a document."""
        return (
            f"Ordinary day, busiest moment: {self.at_once_peak:,.0f} customers at once, "
            f"{self.requests_per_s_peak:,.0f} requests/s, "
            f"{self.bandwidth_mbit_per_s_peak:,.0f} Mbit/s.",
            f"Campaign, busiest moment: {self.at_once_campaign:,.0f} customers at once, "
            f"{self.requests_per_s_campaign:,.0f} requests/s, "
            f"{self.bandwidth_mbit_per_s_campaign:,.0f} Mbit/s.",
            f"Servers: {self.servers:,}; for the campaign {self.servers_campaign:,}.",
            f"Storage: {self.storage_tb_per_year:,.1f} TB in the first year, "
            f"{self.storage_tb:,.1f} TB after {self.years}.",
        )


def goal(
    customers: int, active: float = 0.05, visits_per_active: float = 1.2,
    session_min: float = 10.0, law: str = EXPONENTIAL, requests_per_visit: float = 60.0,
    busiest_hour: float = 0.1, campaign: float = 3.0, way: str = AFTER_A_MESSAGE,
    fade_min: float = 60.0, response_ms: float = 100.0, server_requests_per_s: float = 100.0,
    utilisation: float = 0.6, response_kb: float = 25.0, write_share: float = 0.05,
    write_kb: float = 2.0, copies: int = 3, growth: float = 0.5, years: int = 5,
) -> Goal:  # fmt: skip
    """From customers to requests, servers, bandwidth and storage.

    All defaults are assumptions about a small shop: put in your own.

    Parameters
    ----------
    customers : registered customers, 1 to 1,000,000,000.
    active : share of them that comes on an ordinary day, 0.0001 to 1.
    visits_per_active : visits on that day of one who comes, 1 to 100.
    session_min : mean time that a visit lasts, 0.1 to 120 min.
    law : of these times, one of `LAWS`.
    requests_per_visit : 1 to 10,000, at a steady pace while it lasts.
    busiest_hour : share of the day's visits that begin in the busiest hour, 1/24 (all hours are
        equal) to 0.5.
    campaign : times the visits of an ordinary day, 1 to 100.
    way : how those in addition come, one of `WAYS`.
    fade_min : mean time from the message to the visit, 1 to 600 min; exponential.
    response_ms : mean time that a request is in work, 0.01 to 60,000 ms.
    server_requests_per_s : what one server can do, 0.1 to 1,000,000/s.
    utilisation : how much of that it is to do, 0.01 to 1.
    response_kb : mean size of an answer, 0.001 to 100,000 kB (of 1000 bytes).
    write_share, write_kb, copies : share of the requests that store something, 0 to 1; how much, 0
        to 100,000 kB; how many copies are kept, 1 to 20.
    growth : of the visits, and with them of what is written, a year; -0.9 to 10.
    years : 1 to 50.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: weekdays and seasons; chance from one day to the next beyond that of independent
    visits, which is small for many customers; customers who leave because the site is slow, and
    come back all at once; robots, and requests that nobody's visit makes; caches in front of the
    servers; what a server takes longer the busier it is; data that is deleted, indexes, logs and
    pictures. Peaks are those of the mean: add what chance adds (`simulate_days`).
    """
    one_of("law", law, LAWS, separator="; ")
    one_of("way", way, WAYS, separator="; ")
    within("customers", customers, 1, 1_000_000_000)
    within("active", active, 0.0001, 1.0, advice="a share, not a percentage")
    within("visits_per_active", visits_per_active, 1.0, 100.0)
    _check_session(session_min)
    within("requests_per_visit", requests_per_visit, 1.0, 10_000.0)
    within("busiest_hour", busiest_hour, 1.0 / 24.0, 0.5, advice="a share of the day's visits")
    within("campaign", campaign, 1.0, 100.0, "times", "1 is no campaign")
    within("fade_min", fade_min, 1.0, 600.0, "min")
    within("response_ms", response_ms, 0.01, 60_000.0, "ms")
    within("server_requests_per_s", server_requests_per_s, 0.1, 1e6, "requests/s")
    within("utilisation", utilisation, 0.01, 1.0, advice="a share, not a percentage")
    within("response_kb", response_kb, 0.001, 1e5, "kB")
    within("write_share", write_share, 0.0, 1.0, advice="a share, not a percentage")
    within("write_kb", write_kb, 0.0, 1e5, "kB")
    within("copies", copies, 1, 20)
    within("growth", growth, -0.9, 10.0, advice="a share a year, not a percentage")
    within("years", years, 1, 50)
    table = kernels.sizing(
        int(customers), float(active), float(visits_per_active), float(session_min),
        LAWS.index(law), float(requests_per_visit), float(busiest_hour), float(campaign),
        WAYS.index(way), float(fade_min), float(response_ms), float(server_requests_per_s),
        float(utilisation), float(response_kb), float(write_share), float(write_kb), int(copies),
        1, 1,
    )  # fmt: skip
    chain = table[SHOWN:]
    ordinary, sale = (chain[:, column].tolist() for column in (3, 6))
    first_year = ordinary[kernels.STORED] * 365.0 / 1000.0
    return Goal(
        active=ordinary[kernels.ACTIVE],
        visits=ordinary[kernels.VISITS],
        visits_busiest_hour=ordinary[kernels.BUSIEST_HOUR],
        at_once_mean=ordinary[kernels.MEAN_AT_ONCE],
        at_once_peak=ordinary[kernels.PEAK_AT_ONCE],
        at_once_campaign=sale[kernels.PEAK_AT_ONCE],
        requests_per_s_mean=ordinary[kernels.MEAN_RATE],
        requests_per_s_peak=ordinary[kernels.PEAK_RATE],
        requests_per_s_campaign=sale[kernels.PEAK_RATE],
        in_work_peak=ordinary[kernels.IN_WORK],
        in_work_campaign=sale[kernels.IN_WORK],
        servers=int(ordinary[kernels.SERVERS]),
        servers_campaign=int(sale[kernels.SERVERS]),
        bandwidth_mbit_per_s_peak=ordinary[kernels.BANDWIDTH],
        bandwidth_mbit_per_s_campaign=sale[kernels.BANDWIDTH],
        storage_tb_per_year=first_year,
        storage_tb=accumulated(first_year, growth, years),
        years=int(years),
    )


def visits_by_time(
    visits: float, busiest_hour: float = 0.1, campaign: float = 1.0, way: str = AFTER_A_MESSAGE,
    fade_min: float = 60.0,
) -> Numbers:  # fmt: skip
    """Visits that begin in each of the `BINS` equal parts of a day.

    Parameters as in `goal`; ``visits``, 0 to 1,000,000,000, are those of an ordinary day.

    Raises ValueError for what is outside of these ranges.
    """
    within("visits", visits, 0.0, MOST_VISITS)
    one_of("way", way, WAYS, separator="; ")
    within("busiest_hour", busiest_hour, 1.0 / 24.0, 0.5, advice="a share of the day's visits")
    within("campaign", campaign, 1.0, 100.0, "times", "1 is no campaign")
    within("fade_min", fade_min, 1.0, 600.0, "min")
    day = kernels.ordinary_day(float(visits), float(busiest_hour))
    return kernels.campaign_day(day, float(campaign), WAYS.index(way), fade_min / 60.0)


def at_once(visits: Numbers, session_min: float, law: str = EXPONENTIAL) -> Numbers:
    """Mean number of customers there when each of the `BINS` parts of the day begins.

    Parameters
    ----------
    visits : that begin in each part, as `visits_by_time` gives them or your own; shape (288,).
        Each day is like this one.
    session_min, law : how long they last, as in `goal`.

    Raises
    ------
    ValueError
        For an unknown law, for times out of range, for another number of parts or negative ones.
    """
    there = kernels.still_there(*_checked(visits, session_min, law))
    return kernels.expected(_as_floats(visits), there)


def simulate_days(
    visits: Numbers, session_min: float, law: str = EXPONENTIAL, n_runs: int = 9, seed: int = 1
) -> Numbers:
    """Customers there at each of `SHOWN` moments of ``n_runs`` days that chance makes differ.

    Parameters as in `at_once`; 1 to 100,000 runs. Shape (n_runs, 72).

    Raises ValueError as `at_once` does.
    """
    within("n_runs", n_runs, 1, 100_000)
    there = kernels.still_there(*_checked(visits, session_min, law))
    return kernels.simulated(_as_floats(visits), there, int(n_runs), int(seed))


def record(
    visits: Numbers, session_min: float, law: str = EXPONENTIAL, seed: int = 1
) -> Numbers:  # fmt: skip
    """One day visit by visit: when each begins and ends, in hours; shape (n, 2).

    Nobody is there at midnight. Parameters as in `at_once`, up to 5,000,000 visits.

    Raises ValueError as `at_once` does, and for more visits.
    """
    length, kind = _checked(visits, session_min, law)
    within("sum of visits", float(np.sum(visits)), 0.0, MOST_RECORDED)
    return kernels.record(_as_floats(visits), length, kind, int(seed))


def _check_session(session_min: float) -> None:
    within("session_min", session_min, 0.1, 120.0, "min")


def _checked(visits: Numbers, session_min: float, law: str) -> tuple[float, int]:
    """The kernel's arguments for how long visits last, in hours."""
    _check_session(session_min)
    one_of("law", law, LAWS, separator="; ")
    if np.shape(visits) != (BINS,):
        raise ValueError(
            f"visits has the shape {np.shape(visits)}, needed is ({BINS},): one for each "
            f"{24 * 60 // BINS} minutes of a day"
        )
    within("least of visits", float(np.min(visits)), 0.0, MOST_VISITS)
    within("most of visits", float(np.max(visits)), 0.0, MOST_VISITS)
    return session_min / 60.0, LAWS.index(law)


def _as_floats(visits: Numbers) -> Numbers:
    return np.ascontiguousarray(visits, np.float64)
