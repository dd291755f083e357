"""Users at once: sessions cut out of an access log, their think time, and where servers are full.

    >>> from scalelab.models.workload.think_time import fit, generate, serve
    >>> users = fit(generate(seed=1))
    >>> users.clients < users.sessions, users.at_once_peak < 0.5 * users.open_peak
    (True, True)
    >>> users.think_interval_s[0] < users.think_s < users.think_interval_s[1]
    True
    >>> print(f"{serve(100, think_s=38.0, service_ms=500.0).response_s:.1f} s")
    12.1 s
    >>> round(knee(38.0, 500.0))
    77

The closed forms are in `scalelab.theory.workload.think_time`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalelab.kernels.access_log import CLIENT, FIELDS, TIME_S
from scalelab.kernels.jit import Floats
from scalelab.kernels.random import generator
from scalelab.kernels.workload import finite_source
from scalelab.kernels.workload import think_time as kernels
from scalelab.kernels.workload import visits as shops
from scalelab.models.access_log import AccessLog
from scalelab.models.check import one_of, within
from scalelab.theory.workload.think_time import knee as theory_knee

STATES = (
    "The think time is known",
    "Nobody clicks twice within the timeout: no think time can be told",
    "All is from one client: no interval can be told",
    "Most sessions are a single click: there are hardly any, or the log does not tell users apart",
)
LAWS = (
    "log-normal or exponential, which cannot be told",
    "exponential rather than log-normal",
    "log-normal rather than exponential",
    "of a law that cannot be told from so few pauses",
)
THINK_LAWS = ("Always the same", "Exponential", "Log-normal")
ALWAYS, EXPONENTIAL, LOGNORMAL = THINK_LAWS
MOST_REQUESTS = 20_000_000

Interval = tuple[float, float]


@dataclass(frozen=True)
class Users:
    """Result of `fit`. Intervals hold with 95 %; None where there is none to be told.

    think_s: mean pause from a click to the next of the same session, the wait for the answer
        included; None if nobody clicks twice
    think_median_s, think_spread: its median, and the standard deviation of its logarithm
    law: one of `LAWS`
    at_once: users who are there, until one mean think time after their last click
    open: sessions whose timeout has not run out
    busiest_share: share of the requests that come from one client, the busiest
    """

    requests: int
    clicks: int
    clients: int
    sessions: int
    hours: float
    clicks_a_session: float
    clicks_a_session_interval: Interval | None
    think_s: float | None
    think_interval_s: Interval | None
    think_median_s: float | None
    think_median_interval_s: Interval | None
    think_spread: float | None
    law: str
    at_once_mean: float
    at_once_peak: float
    open_mean: float
    open_peak: float
    busiest_share: float

    @property
    def clicks_per_s(self) -> float:
        return self.clicks / (self.hours * 3600.0)

    def knee(self, service_ms: float, servers: int = 1) -> float:
        """How many of these users there can be before they must wait for one another.

        Raises ValueError where no think time could be told, and as `knee` does.
        """
        if self.think_s is None:
            raise ValueError("there is no think time: nobody in the log clicks twice")
        return knee(self.think_s, service_ms, servers)


@dataclass(frozen=True)
class Served:
    """Result of `serve` and `simulate`: clicks a second, mean response time, how busy it is."""

    throughput: float
    response_s: float
    utilisation: float


def fit(log: AccessLog | Floats, timeout_min: float = 30.0, click_s: float = 1.0) -> Users:
    """Cut an access log into sessions, and say what its users are like.

    Parameters
    ----------
    log : what `scalelab.models.access_log.read` gives, or its ``values``.
    timeout_min : a session ends with a pause longer than this, 0.01 to 10,080 min.
    click_s : requests of a client no later than this after the first of a click belong to it (the
        page, its pictures, its calls), 0 to 60 s. With 0, those of the same moment do: in a log in
        whole seconds, of the same second.

    Returns
    -------
    Users

    Raises
    ------
    ValueError
        If the log holds no request, or for an argument outside the ranges above.

    Notes
    -----
    Intervals allow for clients who are unlike each other (linearised ratios over clients, Cochran
    1977; for the median by Woodruff 1952); the law is told by Vuong's test (1989).

    Leaves out: people who share an address, or have two; robots (``busiest_share`` gives some
    away); pages shown from a cache, which no log knows; who reads on after the last click for
    longer or shorter than a mean think time. Sessions that go on beyond the log's ends are taken
    as cut off there.
    """
    values = np.ascontiguousarray(log if isinstance(log, np.ndarray) else log.values, float).ravel()
    if values.size < FIELDS:
        raise ValueError("log holds no request; at least 1 is needed")
    within("timeout_min", timeout_min, 0.01, 10_080.0, "min")
    within("click_s", click_s, 0.0, 60.0, "s")
    table = kernels.think_time(
        values, float(timeout_min), float(click_s), 1000.0, 1, 1.0, 1.0, 0, 1
    )  # fmt: skip
    row = table[-1, kernels.OF_ALL :].tolist()
    known, interval_known = row[16] == 1.0, row[17] == 1.0
    (_, requests, clicks, clients, sessions, each, each_low, each_high, think, think_low,
     think_high, median, median_low, median_high, spread, law) = row[:16]  # fmt: skip
    return Users(
        requests=int(requests), clicks=int(clicks), clients=int(clients), sessions=int(sessions),
        hours=row[19], clicks_a_session=each,
        clicks_a_session_interval=(each_low, each_high) if interval_known else None,
        think_s=think if known else None,
        think_interval_s=(think_low, think_high) if interval_known else None,
        think_median_s=median if known else None,
        think_median_interval_s=(median_low, median_high) if interval_known else None,
        think_spread=spread if known else None, law=LAWS[int(law)],
        at_once_mean=row[20], at_once_peak=row[21], open_mean=row[22], open_peak=row[23],
        busiest_share=row[18],
    )  # fmt: skip


def generate(
    n_clients: float = 900.0, think_law: str = LOGNORMAL, think_s: float = 38.0,
    spread: float = 1.133, clicks: float = 20.0, returns: float = 0.25, absence_min: float = 120.0,
    fetches: float = 0.3, whole_seconds: bool = True, one_day: bool = True, seed: int = 1,
) -> Floats:  # fmt: skip
    """A shop's day, as rows of an access log: what the lab runs on, if nothing else is said.

    Parameters
    ----------
    n_clients : mean number of clients on the day, 1 to 1,000,000.
    think_law : one of `THINK_LAWS`.
    think_s : mean think time, 0.1 to 10,000 s.
    spread : standard deviation of the logarithm of a log-normal think time, 0.01 to 3.
    clicks : mean clicks of a visit (geometric), 1 to 1,000.
    returns : share of the visits after which the client comes back, 0 to 0.9.
    absence_min : mean time until then (exponential), 0.1 to 100,000 min.
    fetches : probability that a page fetches a second thing, and after that a third, 0 to 1. If it
        is not 0, nobody clicks again within the first second.
    whole_seconds : times as most logs have them.
    one_day : leave out what comes after midnight.
    seed : any int; one seed gives one result.

    Returns
    -------
    Floats
        Flattened rows of time (s), client, target, endpoint, write and bytes; the last four are 0.
        For `fit`, or for a lab's ``own``.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or for no client at all.

    Notes
    -----
    Leaves out: what the clicks ask for; clients who are unlike each other; answers that take time.
    """
    within("n_clients", n_clients, 1, 1_000_000)
    one_of("think_law", think_law, THINK_LAWS)
    within("think_s", think_s, 0.1, 10_000.0, "s")
    within("spread", spread, 0.01, 3.0)
    within("clicks", clicks, 1.0, 1000.0)
    within("returns", returns, 0.0, 0.9, advice="a share, not a percentage")
    within("absence_min", absence_min, 0.1, 100_000.0, "min")
    within("fetches", fetches, 0.0, 1.0, advice="a share, not a percentage")
    expected = n_clients * clicks / (1.0 - returns) * (1.0 + 2.0 * fetches)
    within("expected requests", expected, 0.0, MOST_REQUESTS, advice="take fewer clients")
    shop = shops.Shop(
        float(n_clients), THINK_LAWS.index(think_law), float(think_s), float(spread), float(clicks),
        float(returns), 60.0 * absence_min, float(fetches), bool(whole_seconds), bool(one_day),
    )  # fmt: skip
    when, who = shops.visits(shop, int(seed))
    if when.size == 0:
        raise ValueError(f"nobody came, with n_clients = {n_clients}; take more, or another seed")
    rows = np.zeros((when.size, FIELDS))
    order = np.argsort(when, kind="stable")
    rows[:, TIME_S] = when[order]
    rows[:, CLIENT] = who[order]
    return rows.ravel()


def knee(think_s: float, service_ms: float, servers: int = 1) -> float:
    """N*: how many users there can be before some must wait for others, even if all is even.

    Ranges, Raises: as of `serve`.
    """
    _check(think_s, service_ms, servers)
    return theory_knee(think_s, service_ms / 1e3, servers)


def serve(users: int, think_s: float, service_ms: float, servers: int = 1) -> Served:
    """Users who think, click and wait for the answer, in front of servers with one queue; exact.

    Parameters
    ----------
    users : how many, 1 to 10,000,000.
    think_s : mean think time, 0 to 100,000 s. Its law does not matter.
    service_ms : mean time of a server for a click (exponential), 0.001 to 1,000,000 ms.
    servers : clicks that are worked on at the same time, 1 to 10,000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    M/M/c//N; that the law of the think time does not matter: F. Baskett, K. M. Chandy, R. R. Muntz
    and F. G. Palacios, Journal of the ACM 22(2) 1975. Leaves out: users who leave when it gets
    slow, or click again; service that is not exponential (with one server, even service means
    shorter queues at the knee); several things that a click needs one after the other.
    """
    within("users", users, 1, 10_000_000)
    _check(think_s, service_ms, servers)
    rate, response = finite_source.closed(
        int(users), float(think_s), service_ms / 1e3, int(servers)
    )  # fmt: skip
    return Served(rate, response, rate * service_ms / 1e3 / servers)


def simulate(
    users: int, thinks_s: Floats, service_ms: float, servers: int = 1, n_clicks: int = 10_000,
    seed: int = 1,
) -> Served:  # fmt: skip
    """The same by simulation, with think times drawn from ``thinks_s`` (those of a log, say).

    Parameters
    ----------
    users, service_ms, servers : as of `serve`; at most 1,000,000 users.
    thinks_s : think times, at least one of them, none below 0.
    n_clicks : how many count, after four times as many as there are users, 1 to 100,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.
    """
    within("users", users, 1, 1_000_000)
    _check(0.0, service_ms, servers)
    within("n_clicks", n_clicks, 1, 100_000_000)
    thinks: Any = np.ascontiguousarray(thinks_s, float).ravel()
    within("number of think times", thinks.size, 1, MOST_REQUESTS)
    within("shortest think time", float(thinks.min()), 0.0, np.inf, "s")
    rate, response = finite_source.simulated(
        int(users), thinks, finite_source.running_total(thinks), 1.0, service_ms / 1e3,
        int(servers), 4 * int(users), int(n_clicks), generator(int(seed)),
    )  # fmt: skip
    return Served(rate, response, rate * service_ms / 1e3 / servers)


def _check(think_s: float, service_ms: float, servers: int) -> None:
    within("think_s", think_s, 0.0, 100_000.0, "s")
    within("service_ms", service_ms, 0.001, 1_000_000.0, "ms")
    within("servers", servers, 1, 10_000)
