"""Checks of the workbook on workload patterns: each prints that all is well, or raises a hint.

Answers are checked on several logs, shops, records or seeds, most of them not those of the
notebook, so an answer has to be right for the reason asked for. A hint says what is wrong, not what
is right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import ceil, inf, isclose, isfinite
from typing import Any

import numpy as np

from scalelab.kernels.access_log import CLIENT, FIELDS, TIME_S
from scalelab.kernels.jit import Floats, Ints
from scalelab.labs.workload.think_time import lab as users_lab
from scalelab.models.workload import burstiness, temporal, think_time
from scalelab.models.workload.flash_crowd import Crowds, simulate
from scalelab.models.zipf import requests
from scalelab.theory.workload.batch import pooled_wait
from scalelab.theory.workload.think_time import machine_repair, response_bound
from scalelab.workbook.hint import NotYet, answered, expect, number
from scalelab.workbook.readings import expect_reading

EXACT = 1e-6

KINDS = ("Poisson", "day", "sessions", "crowds")
RECORD_HOURS = 24.0

SEEDS = (201, 202, 203)
FRACTIONS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.1)
NEAR_BEST = 0.01  # share of the orders

SKEW_ERROR = 0.02


def _pair(name: str, said: Any, *what: str) -> tuple[Any, Any]:
    if not (isinstance(said, tuple | list) and len(said) == 2):
        raise NotYet(f"{name} should return two things: {what[0]} and {what[1]}.")
    return said[0], said[1]


def _near(value: float, right: float, share: float = EXACT) -> bool:
    return isclose(value, right, rel_tol=share, abs_tol=1e-12)


def _no_slip(
    case: str, value: float, slips: Mapping[str, float | None], share: float = EXACT
) -> None:
    """Raise the hint of the slip that gives this value, if one does."""
    for hint, wrong in slips.items():
        expect(wrong is None or not _near(value, wrong, share), f"{case} {hint}")


def _whole(case: str, value: float, of_what: str) -> None:
    expect(isfinite(value) and value.is_integer(), f"{case}. There are no parts of {of_what}.")


def task_1(
    prediction: Any, doubled_s: Any, hurried_s: Any, hurried_knee: Any, still_open: Any, there: Any
) -> None:
    """What twice as many users, hurried ones, and another timeout do."""
    guess = number("prediction", prediction)
    _read_from_lab("doubled_s", doubled_s, "response", 0.06, crowd=2.0)
    _read_from_lab("hurried_s", hurried_s, "response", 0.06, pace=0.5)
    _read_from_lab("hurried_knee", hurried_knee, "knee", 0.6, pace=0.5)
    _read_from_lab("still_open", still_open, "open_most", 0.6, timeout_min=5.0)
    _read_from_lab("there", there, "there_most", 0.6, timeout_min=5.0)
    print(f"Right. Your prediction was {abs(guess - float(doubled_s)):,.1f} s off.")


# What else the lab's summary says.
ALSO_SAID = {
    "open_most": "how many sessions are open at most",
    "there_most": "how many users are there at most",
    "open": "how many sessions are open on average",
    "there": "how many users are there on average",
    "sessions": "the number of sessions",
    "users": "the number of users",
    "knee": "the number of users up to which nobody need wait",
    "outside": "what clicks from outside would wait",
    "response": "how long an answer takes",
    "throughput": "clicks a second",
}


def _read_from_lab(name: str, given: Any, reading: str, off: float, **settings: float) -> None:
    expect_reading(users_lab, name, given, reading, off, ALSO_SAID, **settings)


@dataclass(frozen=True)
class Log:
    """Clicks in a shop's day; times are multiples of ``step_s``, some lines are out of order."""

    n_clients: float
    timeout_s: float
    step_s: float
    seed: int

    @property
    def clicks(self) -> tuple[Floats, Ints]:
        """Time and client of each."""
        drawn = think_time.generate(
            self.n_clients, clicks=8.0, fetches=0.0, whole_seconds=False, seed=self.seed
        ).reshape(-1, FIELDS)
        times = np.floor(drawn[:, TIME_S] / self.step_s) * self.step_s
        # A line is written when the answer is sent.
        late = np.random.default_rng(self.seed).uniform(0.0, 3.0 * self.step_s, times.size)
        order = np.argsort(times + late, kind="stable")
        return times[order], drawn[order, CLIENT].astype(np.int64)


LOGS = (
    Log(300.0, 1800.0, 1.0, 31),
    Log(200.0, 300.0, 60.0, 32),
    Log(60.0, 120.0, 60.0, 33),
    Log(20.0, 600.0, 30.0, 34),
)


def task_2(sessions: Callable[..., Any]) -> None:
    """Sessions cut out of a log, and the mean think time within them."""
    for log in LOGS:
        times, clients = log.clicks
        _check_sessions(sessions, times, clients, log.timeout_s)
    _check_sessions(sessions, np.array([5.0, 7.0]), np.array([0, 1]), 60.0)
    print(f"Right, for {len(LOGS)} logs, and for one in which nobody clicks twice.")


def _check_sessions(
    sessions: Callable[..., Any], times: Floats, clients: Ints, timeout_s: float
) -> None:
    said = answered(sessions, times.copy(), clients.copy(), timeout_s)
    count, think = _pair("sessions", said, "their number", "the mean think time")
    count = number("the number of sessions", count)
    case = f"{times.size:,} clicks, timeout {timeout_s:g} s"
    right = cut(times, clients, timeout_s)
    if count != right[0]:
        seen = f"{case}: {count:,g} sessions"
        cuts = right[0] - len(set(clients.tolist()))
        by_all = int(np.sum(np.diff(np.sort(times)) > timeout_s))
        in_order = [times[clients == one] for one in np.unique(clients)]
        _no_slip(seen, count, {
            "are the clients. Some come back.": len(set(clients.tolist())),
            "are right if a pause of just the timeout ended a session; longer ones do.": cut(
                times, clients, np.nextafter(timeout_s, 0.0)
            )[0],
            "are the cuts: a client's first session needs none.": cuts,
            "are those of the shop as a whole. Take one client after the other.": by_all + 1,
            "are the cuts of the shop as a whole. Take one client after the other.": by_all,
            "are as many as there are stretches of one client in the file. Customers click in "
            "between each other.": 1 + int(np.sum(np.diff(clients) != 0)),
            "are right if no session could last longer than the timeout. It counts from click to "
            "click.": sum(_fixed(np.sort(one), timeout_s) for one in in_order),
            "are the clicks.": times.size,
        })  # fmt: skip
        raise NotYet(f"{seen}. When is a click the first of a session?")
    if right[1] is None:
        expect(think is None, f"{case}: nobody clicks twice, so the mean think time is None.")
        return
    mean = number("the mean think time", think)
    if _near(mean, right[1]):
        return
    seen = f"{case}: {mean:,.1f} s of think time"
    pauses = _pauses(times, clients)
    kept = pauses[pauses <= timeout_s]
    in_file = np.concatenate([np.diff(times[clients == one]) for one in np.unique(clients)])
    _no_slip(seen, mean, {
        "include the times between sessions, when nobody is there.": float(pauses.mean()),
        "are a median.": float(np.median(kept)),
        "are of lines as they are in the file. Some are out of order.": float(
            in_file[in_file <= timeout_s].mean()
        ),
        "are the pauses over all clicks. A session of three clicks has two pauses.": float(
            kept.sum() / times.size
        ),
        "are right without clicks of the same moment. They count here.": float(
            kept[kept > 0.0].mean()
        ),
        "are minutes.": right[1] / 60.0,
        "are the mean length of a session.": float(kept.sum() / right[0]),
    })  # fmt: skip
    raise NotYet(f"{seen}. Mean over which pauses?")


def _pauses(times: Floats, clients: Ints) -> Floats:
    """From each click to the same client's next."""
    order = np.lexsort((times, clients))
    pauses: Floats = np.diff(times[order])[np.diff(clients[order]) == 0]
    return pauses


def cut(times: Floats, clients: Ints, timeout_s: float) -> tuple[int, float | None]:
    """Number of sessions, and mean pause within them."""
    pauses = _pauses(times, clients)
    within = pauses[pauses <= timeout_s]
    count = len(set(clients.tolist())) + int(np.sum(pauses > timeout_s))
    return count, float(within.mean()) if within.size else None


def _fixed(times: Floats, timeout_s: float) -> int:
    """Sessions that end so long after they began."""
    begun, count = -inf, 0
    for time in times.tolist():
        if time - begun > timeout_s:
            begun, count = time, count + 1
    return count


# Users, think time, service time, goal (s).
TEAMS = (
    (300, 38.0, 0.6, 2.0),
    (300, 38.0, 0.6, 0.65),
    (80, 20.0, 1.0, 1.5),
    (5000, 60.0, 0.5, 0.8),
    (25, 10.0, 2.0, 4.0),
    (1, 5.0, 0.5, 1.0),
)


def task_3(servers: Callable[..., Any]) -> None:
    """How many servers keep the mean answer of so many users within the goal."""
    for team in TEAMS:
        said = number("servers", answered(servers, *team))
        _are_servers(said, *team)
    print(f"Right, for {len(TEAMS)} shops, by the machine-repair model.")


@cache
def fewest(users: int, think_s: float, service_s: float, goal_s: float) -> int:
    count = 1
    while machine_repair(users, think_s, service_s, count).response > goal_s:
        count += 1
    return count


def _open(rate: float, service_s: float, goal_s: float) -> int:
    """Servers for clicks that come from outside, whatever happens."""
    count = int(rate * service_s) + 1
    while pooled_wait(count, rate, service_s) + service_s > goal_s:
        count += 1
    return count


def _are_servers(said: float, users: int, think_s: float, service_s: float, goal_s: float) -> None:
    right = fewest(users, think_s, service_s, goal_s)
    case = (
        f"{users:,} users who think {think_s:g} s, {service_s:g} s a click, answer within "
        f"{goal_s:g} s: {said:g} servers"
    )
    _whole(case, said, "a server")
    if said == right:
        return
    expect(said >= 1.0, f"{case}? One is the least.")
    bound = 1
    while response_bound(users, think_s, service_s, bound) > goal_s:
        bound += 1
    seconds = machine_repair(users, think_s, service_s, int(min(said, users))).response
    _no_slip(case, said, {
        "are one for each user. They think most of the time.": users,
        "are what the bounds say, for clicks that are spread evenly. Chance makes them meet.":
        bound,
        "are right if nobody ever thought.": ceil(users * service_s / goal_s),
        "would be busy all the time.": ceil(users * service_s / think_s),
        "would be full if nobody ever waited.": ceil(users * service_s / (think_s + service_s)),
        "are right if clicks came from outside. These users wait, and do not click meanwhile.":
        _open(users / (think_s + service_s), service_s, goal_s),
        "are right if clicks came from outside, as often as if answers took no time.":
        _open(users / think_s, service_s, goal_s),
    })  # fmt: skip
    expect(said < right, f"{case}. One fewer would keep the goal too.")
    raise NotYet(f"{case}, and a mean answer takes {seconds:.2f} s. That is too long.")


def _days() -> dict[str, tuple[Floats, float]]:
    """Requests a second by hour of the day, and the second region's size over the first's."""
    shop, office, taxis = (temporal.week(one, 1e6)[:24] for one in temporal.SYSTEMS)
    chance = np.random.default_rng(50)
    return {
        "a day by chance": (chance.uniform(1.0, 20.0, 24), 0.8),
        "the shop": (shop, 1.0),
        "the shop, a small second region": (shop * (1.0 + 0.001 * np.arange(24)), 0.6),
        "the HR system": (office * (1.0 + 0.001 * np.arange(24)), 1.0),
        "the taxis": (taxis, 2.0),
        "two short peaks": (np.where(np.isin(np.arange(24), (9, 19)), 50.0, 10.0)
                            + 0.1 * np.arange(24), 0.5),
    }  # fmt: skip


DAYS = _days()


def both(day: Floats, second: float, behind: int) -> Floats:
    """Load by the first region's clock, if it is ``behind`` hours earlier in the second."""
    return np.array([day[hour] + second * day[(hour - behind) % 24] for hour in range(24)])


def task_4(apart: Callable[..., Any]) -> None:
    """How many hours behind a second region needs the least capacity, and how much that is."""
    for name, (day, second) in DAYS.items():
        said = _pair("apart", answered(apart, day.copy(), second), "hours behind", "the capacity")
        behind = number("hours behind", said[0])
        _is_behind(f"{name}: {behind:g} hours behind", behind, day, second)
        _is_peak(name, number("the capacity", said[1]), int(behind) % 24, day, second)
    print(f"Right, for {len(DAYS)} days.")


def _is_behind(case: str, behind: float, day: Floats, second: float) -> None:
    _whole(case, behind, "an hour in this profile")
    expect(0.0 <= behind < 24.0, f"{case}. A day has the hours 0 to 23.")
    peaks = [float(both(day, second, one).max()) for one in range(24)]
    best, mine = min(peaks), int(behind)
    if _near(peaks[mine], best):
        return
    seen = f"{case}: both need {peaks[mine]:,.1f} requests a second, and less is possible"
    expect(not _near(peaks[mine], max(peaks)), f"{seen}. No hour needs more than this one.")
    expect(
        not _near(peaks[-mine % 24], best),
        f"{seen}. Right if the second region's clock were *ahead*.",
    )
    expect(
        behind != int(day.argmin() - day.argmax()) % 24,
        f"{seen}. It puts one region's peak on the other's quietest hour; what of the other hours?",
    )
    expect(behind != 12, f"{seen}. A day need not be a sine: try the other hours too.")
    equal = [float(both(day, 1.0, one).max()) for one in range(24)]
    expect(not _near(equal[mine], min(equal)), f"{seen}. Right for two regions of the same size.")
    raise NotYet(f"{seen}. What is the load of both at each hour, for each hour apart?")


def _is_peak(name: str, peak: float, behind: int, day: Floats, second: float) -> None:
    load = both(day, second, behind)
    if _near(peak, float(load.max())):
        return
    _no_slip(f"{name}: capacity for {peak:,.1f} requests a second", peak, {
        "is enough on average only.": float(load.mean()),
        "adds the peaks. They are not at the same time.": float((1.0 + second) * day.max()),
        "is for one region.": float(day.max()),
        "is right if both were of the same size.": float(both(day, 1.0, behind).max()),
    })  # fmt: skip
    raise NotYet(f"{name}: capacity for {peak:,.1f} requests a second is not the busiest hour's.")


@dataclass(frozen=True)
class Record:
    """Requests in each second of a day, and what they come as."""

    kind: str
    seed: int
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> Floats:
        workload = burstiness.WORKLOADS[("Poisson", "sessions", "crowds", "day").index(self.kind)]
        return burstiness.simulate(workload, hours=RECORD_HOURS, seed=self.seed, **self.settings)


RECORDS = (
    Record("Poisson", 51, {"mean_rate": 3.0}),
    Record("Poisson", 52, {"mean_rate": 200.0}),
    Record("sessions", 53, {"mean_rate": 5.0, "per_session": 4.0}),
    Record("sessions", 54, {"mean_rate": 50.0, "per_session": 300.0}),
    Record("sessions", 55),
    Record("crowds", 56, {"mean_rate": 1.0, "height": 4.0, "crowd_s": 300.0, "calm_s": 3000.0}),
    Record("crowds", 57, {"mean_rate": 2.0, "height": 3.0, "crowd_s": 300.0, "calm_s": 1500.0}),
    Record("crowds", 58, {"mean_rate": 40.0, "height": 8.0, "crowd_s": 120.0, "calm_s": 900.0}),
    Record("day", 59, {"mean_rate": 3.0, "swing": 2.0}),
    Record("day", 60, {"mean_rate": 100.0, "swing": 6.0}),
)
# Some with a rest that fills no window.
SPANS = (1, 7, 60, 600)


def task_5(dispersion: Callable[..., Any], kind: Callable[..., Any]) -> None:
    """The index of dispersion of windows, and what a record is."""
    for record in RECORDS[::3]:
        counts = record.counts[:-1]
        for span in SPANS:
            said = number("dispersion", answered(dispersion, counts.copy(), span))
            _is_dispersion(f"{counts.mean():.0f} a second, windows of {span} s", said, counts, span)
    for number_of, record in enumerate(RECORDS, 1):
        said = answered(kind, record.counts)
        _is_kind(f"record {number_of}", said, record.kind)
    print(f"Right: {len(RECORDS)} records told by their dispersion.")


def windows(counts: Floats, span: int) -> Floats:
    """Requests in each whole window."""
    n = counts.size // span
    return np.array([counts[k * span : (k + 1) * span].sum() for k in range(n)])


def _is_dispersion(case: str, said: float, counts: Floats, span: int) -> None:
    sums = windows(counts, span)
    mean, variance = float(sums.mean()), float(sums.var())
    # With n or with n - 1.
    if _near(said, variance / mean) or _near(said, float(sums.var(ddof=1)) / mean):
        return
    seen = f"{case}: {said:,.3g}"
    one = float(counts.var() / counts.mean())
    _no_slip(seen, said, {
        "is the variance. Divide it by the mean.": variance,
        "is the standard deviation over the mean.": variance**0.5 / mean,
        "has the square of the mean below it.": variance / mean**2,
        "is upside down.": mean / variance,
        "is the index at one second.": one,
        "is of the mean in each window, not of the count.": variance / mean / span,
        "is the standard deviation. Square it, and divide by the mean.": variance**0.5,
    }, 0.001)  # fmt: skip
    rest = np.append(sums, counts[sums.size * span :].sum())
    _no_slip(seen, said, {
        "has a last window that is not whole. Leave it out.": float(rest.var() / rest.mean()),
    })  # fmt: skip
    raise NotYet(f"{seen}. Count in windows that do not overlap; then variance over mean.")


def _is_kind(case: str, said: Any, right: str) -> None:
    expect(
        isinstance(said, str) and said in KINDS,
        f"kind says {said!r}; it should be one of {', '.join(map(repr, KINDS))}.",
    )
    if said == right:
        return
    seen = f'{case}: you say "{said}"'
    expect(
        said != "Poisson",
        f"{seen}, but its index is far from 1, if not at every window.",
    )
    expect(right != "Poisson", f"{seen}, but its index is near 1 at every window.")
    expect(
        right != "day",
        f"{seen}, but from one window to the next it changes no more than Poisson requests would.",
    )
    expect(
        said != "day",
        f"{seen}, but without the trend its index is still far above 1.",
    )
    expect(
        right != "sessions",
        f"{seen}, but from a minute to ten its index hardly grows. How high it is says nothing.",
    )
    raise NotYet(f"{seen}, but from a minute to ten its index grows. How high it is says nothing.")


@dataclass(frozen=True)
class Checkout:
    """Crowds, what the checkout can do (/s), and how long customers wait."""

    stream: Crowds
    capacity: float
    patience_s: float
    hours: float = 24.0


CHECKOUTS = (
    Checkout(Crowds.with_mean(2.0, 6.0, 300.0, 2400.0), 4.0, 10.0),
    Checkout(Crowds.with_mean(2.0, 12.0, 120.0, 1500.0), 4.0, 30.0),
    Checkout(Crowds.with_mean(10.0, 4.0, 600.0, 3000.0), 20.0, 2.0, 8.0),
    Checkout(Crowds.with_mean(20.0, 8.0, 60.0, 900.0), 50.0, 5.0, 4.0),
)


def task_6(limit: Callable[..., Any]) -> None:
    """The limit of the queue with which most orders are served in time."""
    for at, one in enumerate(CHECKOUTS):
        said = answered(limit, one.stream, one.capacity, one.patience_s)
        _is_limit(at, number("limit", said))
    print(f"Right, for {len(CHECKOUTS)} checkouts, within {NEAR_BEST:.0%} of the best limit.")


@cache
def in_time(at: int, most: int) -> float:
    """Mean share over days that the notebook has not seen."""
    one = CHECKOUTS[at]
    return float(np.mean([
        simulate(one.stream, one.capacity, most, duration_s=3600.0 * one.hours, seed=seed).in_time(
            one.patience_s
        )
        for seed in SEEDS
    ]))  # fmt: skip


@cache
def best_limit(at: int) -> int:
    work = CHECKOUTS[at].capacity * CHECKOUTS[at].patience_s
    return max((ceil(share * work) for share in FRACTIONS), key=lambda most: in_time(at, most))


def _is_limit(at: int, said: float) -> None:
    one = CHECKOUTS[at]
    case = f"{one.capacity:g} orders a second, {one.patience_s:g} s patience, limit {said:g}"
    _whole(case, said, "an order")
    expect(said >= 0.0, f"{case}. A limit is not negative.")
    expect(said <= 1_000_000, f"{case}. That is no limit.")
    best, mine = in_time(at, best_limit(at)), in_time(at, int(said))
    if mine >= best - NEAR_BEST:
        return
    seen = f"{case}: {mine:.0%} are served in time, and {best:.0%} are possible"
    expect(said != 0.0, f"{seen}. 0 is no limit: in a crowd everybody waits for too long.")
    work = one.capacity * one.patience_s
    expect(
        said != round(work),
        f"{seen}. So many are served in the time *on average*, so half of those who come last are "
        "too late.",
    )
    expect(said != one.patience_s, f"{seen}. The limit is orders, the patience is seconds.")
    expect(
        said < best_limit(at),
        f"{seen}. Who is let in at the end of this queue waits for too long.",
    )
    raise NotYet(f"{seen}. It refuses orders that could have been served in time.")


@dataclass(frozen=True)
class Catalogue:
    """How often each product was asked for, in no order."""

    n_requests: int
    n_products: int
    skew: float
    seed: int

    @property
    def counts(self) -> Ints:
        asked = requests(self.n_requests, self.n_products, self.skew, self.seed)
        counts = np.bincount(asked, minlength=self.n_products)
        return np.random.default_rng(self.seed).permutation(counts)


CATALOGUES = (
    Catalogue(20_000, 20_000, 0.9, 61),
    Catalogue(50_000, 2_000, 0.6, 62),
    Catalogue(100_000, 10_000, 1.2, 63),
    Catalogue(30_000, 1_000, 0.8, 64),
    Catalogue(200_000, 50_000, 1.0, 65),
)
CACHED = 0.8


def task_7(skew: Callable[..., Any], room: Callable[..., Any]) -> None:
    """The skew of hidden catalogues, and how many products get 80 % of the requests."""
    for one in CATALOGUES:
        counts = one.counts
        said = number("skew", answered(skew, counts.copy()))
        _is_skew(
            f"{one.n_requests:,} requests, {one.n_products:,} products", said, one.skew, counts
        )
    for one in CATALOGUES:
        held = number("room", answered(room, one.skew, one.n_products, CACHED))
        _is_room(held, one.skew, one.n_products, CACHED)
    _is_room(number("room", answered(room, 0.0, 100, 0.25)), 0.0, 100, 0.25)
    print(f"Right, for {len(CATALOGUES)} catalogues, to {SKEW_ERROR:g}.")


def line(counts: Ints, least: int = 1) -> float:
    """The slope that least squares gives on log-log paper."""
    ranked = np.sort(counts[counts >= least])[::-1]
    return -float(np.polyfit(np.log(np.arange(1, ranked.size + 1)), np.log(ranked), 1)[0])


def _is_skew(case: str, said: float, truth: float, counts: Ints) -> None:
    if abs(said - truth) <= SKEW_ERROR:
        return
    seen = f"{case}: skew {said:.2f}"
    for hint, wrong in (
        ("is a line through all points: those that were asked for once pull at it as hard as the "
         "most popular.", line(counts)),
        ("is a line through the head: better, but there too each point pulls equally.",
         line(counts, 10)),
        ("has the wrong sign.", -truth),
    ):  # fmt: skip
        expect(abs(said - wrong) > 0.002, f"{seen} {hint}")
    expect(said > 0.05, f"{seen}. Are the counts sorted, the most popular first?")
    raise NotYet(
        f"{seen} is {abs(said - truth):.2f} off. Which products are asked for often enough for "
        "their rank to be their own?"
    )


def _is_room(said: float, skew: float, n_products: int, share: float) -> None:
    weights = [(k + 1.0) ** -skew for k in range(n_products)]
    total, held, most = sum(weights), 0.0, 0
    while held < share * total * (1.0 - 1e-12):
        held += weights[most]
        most += 1
    case = f"skew {skew:g}, {n_products:,} products: {said:,g} get {share:.0%}"
    _whole(case, said, "a product")
    if said == most:
        return
    expect(said > 0.0, f"{case}? None get nothing.")
    expect(said != most - 1, f"{case}? They get a little less. Does your count begin at 0?")
    expect(said != most + 1, f"{case}, but one fewer would do.")
    expect(said != ceil(share * n_products), f"{case}. Right if all were equally popular.")
    expect(
        said != ceil((1.0 - share) * n_products),
        f"{case}. The rule of 80 and 20 is for one skew and one catalogue.",
    )
    part = sum(weights[: int(said)]) / total
    raise NotYet(f"{case}? They get {part:.1%}.")


# Requests a second, their mean time (s), share of the machine for batch, goal (s).
MACHINES = (
    (1.5, 0.2, 0.3, 0.5),
    (1.5, 0.2, 0.3, 0.1),
    (8.0, 0.05, 0.5, 0.2),
    (0.2, 2.0, 0.2, 4.0),
    (30.0, 0.02, 0.1, 0.05),
    (3.0, 0.2, 0.3, 0.25),
)


def task_8(longest_piece: Callable[..., Any]) -> None:
    """The longest piece of batch with which pages wait no longer than the goal, on average."""
    for machine in MACHINES:
        said: Any = _piece_said(longest_piece, machine)
        _is_piece(said, *machine)
    print(f"Right, for {len(MACHINES)} machines; on one of them no piece is short enough.")


def _piece_said(longest_piece: Callable[..., Any], machine: tuple[float, ...]) -> Any:
    """None is an answer here."""
    expect(callable(longest_piece), f"expected a function, got {longest_piece!r}.")
    try:
        return longest_piece(*machine)
    except NotImplementedError:
        raise NotYet("longest_piece is not written yet.") from None


def piece(rate: float, mean_s: float, batch: float, goal_s: float) -> float | None:
    """Cobham's wait, solved for the piece: exponential requests, equal pieces, one machine."""
    found = 2.0 * (goal_s * (1.0 - rate * mean_s) - rate * mean_s**2) / batch
    return found if found > 0.0 else None


def _is_piece(said: Any, rate: float, mean_s: float, batch: float, goal_s: float) -> None:
    right = piece(rate, mean_s, batch, goal_s)
    case = f"{rate:g} requests a second of {mean_s:g} s, batch {batch:.0%}, goal {goal_s:g} s"
    if right is None:
        expect(
            said is None,
            f"{case}: with no batch at all they wait for longer. No piece is short enough: None.",
        )
        return
    expect(said is not None, f"{case}: there is such a piece. Return its length.")
    value = number("longest_piece", said)
    if _near(value, right):
        return
    used, squared = rate * mean_s, rate * mean_s**2
    _no_slip(f"{case}: pieces of {value:,.3g} s", value, {
        "are right if requests always took the same. Theirs is an exponential law.":
        2.0 * (goal_s * (1.0 - used) - 0.5 * squared) / batch,
        "are half of it. Who comes finds half of a piece still to be done, on average.":
        right / 2.0,
        "are right if the requests did not wait for each other.": 2.0 * goal_s / batch,
        "are right if there were only batch in front of a request, and queueing among them.":
        2.0 * goal_s * (1.0 - used) / batch,
        "are right if requests never queued behind other requests.":
        2.0 * (goal_s - squared) / batch,
        "are right in one queue, where batch has the same right as they have.":
        2.0 * (goal_s * (1.0 - used - batch) - squared) / batch,
        "are right if the machine were always at a piece.":
        2.0 * (goal_s * (1.0 - used) - squared),
        "are right if the goal were for wait and service together.":
        2.0 * ((goal_s - mean_s) * (1.0 - used) - squared) / batch,
        "are milliseconds.": 1000.0 * right,
        "are the goal. Not every request finds a piece.": goal_s,
    })  # fmt: skip
    wait = (0.5 * batch * value + squared) / (1.0 - used)
    raise NotYet(f"{case}: with pieces of {value:,.3g} s they wait {wait:,.3g} s on average.")
