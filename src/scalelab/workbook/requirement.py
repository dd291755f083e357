"""Checks of the workbook on requirements: each prints that all is well, or raises a hint.

Goals are checked on several shops, records or seeds, most of them not those of the notebook, so an
answer has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, inf, isclose
from typing import Any

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.labs.requirement.sizing import lab as sizing_lab
from scalelab.models.requirement import timing
from scalelab.models.requirement.load_test_result import Requests, read
from scalelab.models.requirement.sizing import (
    EXPONENTIAL,
    FEW_STAY,
    SAME,
    goal,
    record,
    visits_by_time,
)
from scalelab.theory.requirement.benchmark import ranks
from scalelab.theory.requirement.load_test import interactive_response
from scalelab.workbook import loads
from scalelab.workbook.hint import NotYet, answered, expect, number, several
from scalelab.workbook.load_tests import Case, Report, Run
from scalelab.workbook.readings import expect_reading

READ_OFF = 0.6  # the summary has whole numbers

NEAR = 0.1  # of the goal
SLIP = 0.02  # to tell one slip from another

MOST_ERROR = 0.075
SHOPS = 20  # of each kind
ALIKE = 0.05  # standard deviation over a week, of the logarithm

TOLD_WRONG = 0.2  # share of the response time by the law
FITS, TOO_SHORT, TOO_LONG = "fits", "too short", "too long"

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"

TRIGGERS = (0.0, *timing.TRIGGERS, inf)
SEEDS = (21, 22, 23, 24)  # 10,000 futures each
DEARER = 1.03  # times the least cost
BREAK_EVEN = 0.03  # share of the loss


def _is_one_of(name: str, word: Any, words: tuple[str, ...]) -> None:
    expect(
        isinstance(word, str) and word in words,
        f"{name} says {word!r}; it should be one of {', '.join(map(repr, words))}.",
    )


def _near(value: float, right: float, share: float) -> bool:
    return isclose(value, right, rel_tol=share, abs_tol=1e-12)


def _no_slip(case: str, value: float, slips: Mapping[str, float], share: float = SLIP) -> None:
    """Raise the hint of the slip that gives this value, if one does."""
    for hint, wrong in slips.items():
        expect(not _near(value, wrong, share), f"{case} {hint}")


def task_1(
    prediction: Any, spread: Any, machines: Any, at_once: Any, milder: Any, equal: Any
) -> None:
    """What a campaign is worth in machines, and which peaks move with the length of a visit."""
    guess = number("prediction", prediction)
    _read_from_lab("spread", spread, "campaign_rate", way=0)
    _read_from_lab("machines", machines, "campaign_servers", way=0)
    _read_from_lab("at_once", at_once, "at_once", session_min=20)
    _read_from_lab("milder", milder, "campaign_rate", session_min=20)
    _read_from_lab("equal", equal, "campaign_at_once", law=0)
    print(f"Right. Your prediction was {abs(guess - float(spread)):,.0f} requests/s off.")


# What else the lab's summary says.
ALSO_SAID = {
    "at_once": "the number of customers at once on an ordinary day",
    "rate": "the requests a second of an ordinary day",
    "servers": "the number of servers for an ordinary day",
    "campaign_at_once": "the number of customers at once in the campaign",
    "campaign_rate": "the requests a second of the campaign",
    "campaign_servers": "the number of servers for the campaign",
}


def _read_from_lab(name: str, given: Any, reading: str, **settings: float) -> None:
    expect_reading(sizing_lab, name, given, reading, READ_OFF, ALSO_SAID, **settings)


# As `goal` takes them.
SHOPS_TO_SIZE: tuple[dict[str, Any], ...] = (
    {
        "customers": 2_000_000, "active": 0.05, "visits_per_active": 1.2, "session_min": 10.0,
        "requests_per_visit": 50, "busiest_hour": 0.1, "server_requests_per_s": 20.0,
        "utilisation": 0.6, "write_share": 0.05, "write_kb": 2.0, "copies": 3, "growth": 0.4,
        "years": 5,
    },
    {
        "customers": 300_000, "active": 0.2, "visits_per_active": 1.5, "session_min": 25.0,
        "requests_per_visit": 80, "busiest_hour": 0.15, "server_requests_per_s": 70.0,
        "utilisation": 0.5, "write_share": 0.1, "write_kb": 5.0, "copies": 2, "growth": 0.2,
        "years": 3,
    },
    {
        "customers": 50_000_000, "active": 0.02, "visits_per_active": 2.5, "session_min": 8.0,
        "requests_per_visit": 30, "busiest_hour": 0.08, "server_requests_per_s": 150.0,
        "utilisation": 0.7, "write_share": 0.5, "write_kb": 0.5, "copies": 3, "growth": 1.0,
        "years": 4,
    },
    {
        "customers": 40_000, "active": 0.5, "visits_per_active": 3.0, "session_min": 5.0,
        "requests_per_visit": 200, "busiest_hour": 0.2, "server_requests_per_s": 250.0,
        "utilisation": 0.65, "write_share": 0.02, "write_kb": 40.0, "copies": 5, "growth": 0.0,
        "years": 10,
    },
)  # fmt: skip


def task_2(plan: Callable[..., Any]) -> None:
    """From customers to requests a second, servers and storage, as `goal` has it."""
    for shop in SHOPS_TO_SIZE:
        said = answered(plan, dict(shop))
        rate, servers, stored = several(
            "plan", said, "requests a second", "servers", "what is stored, in TB"
        )
        rate = number("requests a second", rate)
        case = f"{shop['customers']:,} customers"
        _is_rate(f"{case}: {rate:,.1f} requests a second", rate, shop)
        count = number("servers", servers)
        _are_servers(f"{case}, {rate:,.1f} requests/s: {count:g} servers", count, rate, shop)
        tb = number("what is stored", stored)
        _is_storage(f"{case}: {tb:,.3g} TB after {shop['years']} years", tb, shop)
    print(f"Right, for {len(SHOPS_TO_SIZE)} shops, within {NEAR:.0%} of the model.")


def _visits(shop: dict[str, Any]) -> float:
    return float(shop["customers"] * shop["active"] * shop["visits_per_active"])


def _is_rate(case: str, rate: float, shop: dict[str, Any]) -> None:
    right = goal(**shop).requests_per_s_peak
    if _near(rate, right, NEAR):
        return
    mean = _visits(shop) * shop["requests_per_visit"] / 86_400.0
    there = right * 60.0 * shop["session_min"] / shop["requests_per_visit"]
    _no_slip(case, rate, {
        "are the average of the day, nights included.": mean,
        "are right if everybody who comes comes once.": right / shop["visits_per_active"],
        "are right if all registered customers come every day.": right / shop["active"],
        "are a minute's, not a second's.": 60.0 * right,
        "are an hour's, not a second's.": 3600.0 * right,
        "are visits: each of them makes several requests.": right / shop["requests_per_visit"],
        "are customers at once.": there,
        "are right if a visit made all of its requests in each second.": there
        * shop["requests_per_visit"],
        "are right if a visit made all of its requests in each minute.": right
        * shop["session_min"],
    }, NEAR)  # fmt: skip
    raise NotYet(f"{case}. How many visits begin in the busiest hour, and what does each ask for?")


def _are_servers(case: str, count: float, rate: float, shop: dict[str, Any]) -> None:
    one, busy = shop["server_requests_per_s"], shop["utilisation"]
    right = ceil(rate / (one * busy))
    if count == right:
        return
    expect(count.is_integer(), f"{case}. There are no parts of a server.")
    for wrong, hint in (
        (ceil(rate / one), f"would be busy all the time. They are to be busy for {busy:.0%}."),
        (int(rate / (one * busy)), "are a little too busy."),
        (ceil(rate * busy / one), "are fewer the more room they are to have?"),
        (right + 1, "are one more than it takes."),
    ):
        expect(count != wrong, f"{case} {hint}")
    expect(count > 0.0, f"{case}? One is the least.")
    raise NotYet(f"{case}, each busy for {rate / (count * one):.0%}. Wanted is {busy:.0%} at most.")


def _is_storage(case: str, stored: float, shop: dict[str, Any]) -> None:
    found = goal(**shop)
    right, first = found.storage_tb, found.storage_tb_per_year
    if _near(stored, right, NEAR):
        return
    grows, years = 1.0 + shop["growth"], shop["years"]
    _no_slip(case, stored, {
        "are what the first year adds.": first,
        "are right without growth.": first * years,
        "are what the last year adds; the earlier ones are still there.": first
        * grows ** (years - 1),
        "are what the year after the last adds.": first * grows**years,
        "are a day's and not a year's.": right / 365.0,
        "are one copy of it.": right / shop["copies"],
        "are right if every request stores something.": right / shop["write_share"],
        "are a thousand times too many: kB, MB, GB, TB.": 1000.0 * right,
        "are a thousandth of it: kB, MB, GB, TB.": right / 1000.0,
        "are right if it were the busiest moment all year.": right
        * found.requests_per_s_peak / found.requests_per_s_mean,
        "grow before the first year is over.": right * grows,
    }, SLIP)  # fmt: skip
    raise NotYet(
        f"{case}. How many requests of a day store something, how much is that with all copies, "
        "and what do the years add up to?"
    )


@dataclass(frozen=True)
class Window:
    """A part of a recorded day, in hours; visits are as `record` draws them."""

    visits_a_day: float
    session_min: float
    law: str
    seed: int
    start: float
    end: float

    @property
    def visits(self) -> Floats:
        day = visits_by_time(self.visits_a_day)
        return record(day, self.session_min, self.law, self.seed)


WINDOWS = (
    Window(3000.0, 10.0, EXPONENTIAL, 11, 0.0, 26.0),
    Window(3000.0, 40.0, FEW_STAY, 12, 19.0, 20.0),
    Window(5000.0, 20.0, SAME, 13, 20.0, 20.25),
    Window(400.0, 30.0, EXPONENTIAL, 14, 22.0, 24.0),
    Window(2000.0, 15.0, EXPONENTIAL, 15, 6.0, 6.5),
)


def task_3(crowd: Callable[..., Any]) -> None:
    """The mean and the highest number of customers at once, from a record of visits."""
    for window in WINDOWS:
        visits = window.visits
        said = answered(crowd, visits.copy(), window.start, window.end)
        mean, most = several("crowd", said, "the mean number at once", "the highest")
        case = f"{len(visits):,} visits, {window.start:g} to {window.end:g} h"
        _is_mean(case, number("the mean number", mean), visits, window)
        _is_highest(case, number("the highest number", most), visits, window)
    print(f"Right, for {len(WINDOWS)} records; for the whole day it is Little's law.")


def _there(visits: Floats, start: float, end: float) -> Floats:
    """The visits of which any part is in the window."""
    return visits[(visits[:, 1] > start) & (visits[:, 0] < end)]


def mean_at_once(visits: Floats, start: float, end: float) -> float:
    inside = np.clip(visits, start, end)
    return float((inside[:, 1] - inside[:, 0]).sum() / (end - start))


def highest_at_once(visits: Floats, start: float, end: float) -> int:
    """Of the moments that count: the start, and when each visit begins."""
    there = _there(visits, start, end)
    begun, over = np.sort(there[:, 0]), np.sort(there[:, 1])
    moments = np.clip(begun, start, end)
    at_once = np.searchsorted(begun, moments, "right") - np.searchsorted(over, moments, "right")
    return int(at_once.max(initial=0))


def _is_mean(case: str, mean: float, visits: Floats, window: Window) -> None:
    start, end = window.start, window.end
    right = mean_at_once(visits, start, end)
    if _near(mean, right, 1e-6):
        return
    hours, there = end - start, _there(visits, start, end)
    lasted = visits[:, 1] - visits[:, 0]
    began = (visits[:, 0] >= start) & (visits[:, 0] < end)
    whole = began & (visits[:, 1] <= end)
    _no_slip(f"{case}: {mean:,.2f} at once on average", mean, {
        "counts everybody who was there at any time, for all of it.": float(len(there)),
        "counts those who begin in it, with all of their visit. Some were there before, and some "
        "stay on.": float(lasted[began].sum() / hours),
        "is Little's law with the mean length of the day's visits, for those who begin in it. Who "
        "was there before?": float(began.sum() / hours * lasted.mean()),
        "counts only visits that begin and end in it.": float(lasted[whole].sum() / hours),
        "counts all of the visits of which a part is in it.": float(
            (there[:, 1] - there[:, 0]).sum() / hours
        ),
        "takes the *median* length of a visit. The few long ones are there when you look.": float(
            began.sum() / hours * np.median(lasted)
        ),
        "takes minutes for hours.": 60.0 * right,
        "is the sum of the hours that all of them stay.": right * hours,
        "is for 24 hours.": right * hours / 24.0,
        "counts those who are there as it begins.": float(
            ((visits[:, 0] <= start) & (visits[:, 1] > start)).sum()
        ),
    }, 1e-6)  # fmt: skip
    raise NotYet(
        f"{case}: {mean:,.2f} at once on average is not right. For how long is each visit in it?"
    )


def _is_highest(case: str, most: float, visits: Floats, window: Window) -> None:
    start, end = window.start, window.end
    right = highest_at_once(visits, start, end)
    if most == right:
        return
    case = f"{case}: {most:,g} at once at the highest moment"
    there = _there(visits, start, end)
    later = visits[(visits[:, 0] >= start) & (visits[:, 0] < end)]
    for wrong, hint in (
        (len(there), "is everybody who was there at any time."),
        (highest_at_once(visits, 0.0, inf), "is the highest moment of the day, not of this part."),
        (highest_at_once(later, start, end), "forgets those who were there before."),
        (ceil(mean_at_once(visits, start, end)), "is the mean in whole numbers."),
        (round(mean_at_once(visits, start, end)), "is the mean in whole numbers."),
        (right + 1, "is one too many. Is a visit over when it ends?"),
        (right - 1, "is one too few. Count those who have just come, too."),
    ):
        expect(most != wrong, f"{case} {hint}")
    expect(most < right, f"{case}? So many were never there together.")
    raise NotYet(f"{case}: there were more. When can the number rise?")


def task_4(forecast: Callable[..., Any]) -> None:
    """A forecast that knows the week and the trend, and is not carried away by campaigns."""
    for kind in loads.KINDS:
        errors, found = [], []
        for seed in range(SHOPS):
            shop = loads.shop(kind, seed)
            ahead = _as_loads(answered(forecast, shop.history.copy(), loads.AHEAD))
            found.append((shop, ahead))
            errors.append(error(ahead, shop))
        _is_forecast(kind, float(np.mean(errors)), found)
    print(f"Right, for {SHOPS * len(loads.KINDS)} shops; not even chance alone would be below 4%.")


def error(ahead: Floats, shop: loads.Shop) -> float:
    """Mean distance from what came, as a share of it."""
    return float(np.mean(np.abs(ahead - shop.later) / shop.later))


def _as_loads(said: Any) -> Floats:
    try:
        ahead = np.asarray(said, np.float64)
    except (TypeError, ValueError):
        raise NotYet(f"forecast returns {type(said).__name__}; numbers are asked for.") from None
    expect(
        ahead.shape == (loads.AHEAD,),
        f"forecast returns the shape {ahead.shape}; for {loads.AHEAD} days it should be "
        f"({loads.AHEAD},).",
    )
    expect(
        bool(np.all(np.isfinite(ahead)) and np.all(ahead > 0.0)),
        "forecast has a load that is no number above 0. Is it still a logarithm?",
    )
    return ahead


def _is_forecast(kind: loads.Kind, mean: float, found: Sequence[tuple[loads.Shop, Floats]]) -> None:
    if mean <= MOST_ERROR:
        return
    case = f"Shops that {kind.name}: your forecast is off by {mean:.1%}"
    logs = np.array([np.log(ahead) for _, ahead in found])
    too_high = np.array([np.log(ahead / shop.expected) for shop, ahead in found])
    weeks = logs.reshape(len(found), -1, 7)
    expect(
        float(np.median(np.abs(too_high))) < np.log(50.0),
        f"{case}, so it is not even of the right size. Is it a load a day?",
    )
    within = float(np.median(np.std(weeks[:, 0, :], axis=1)))
    expect(within > ALIKE, f"{case}. Is every day of a week like the others?")
    for days in range(1, 7):
        shifted = [error(np.roll(ahead, days)[7:], _later(shop, 7)) for shop, ahead in found]
        expect(
            float(np.mean(shifted)) > 0.7 * mean,
            f"{case}. Your week has the wrong day first: what was the same weekday as the first "
            "day to be forecast?",
        )
    if kind.campaigns and kind.campaigns[0] <= 7:
        at = 7 - kind.campaigns[0]
        expect(
            float(np.median(too_high[:, at::7])) < 0.35,
            f"{case}. There was a campaign on one day, and you repeat it every week.",
        )
    change = float(np.median(weeks[:, -1, :] - weeks[:, 0, :]))
    true = float(np.mean([np.log(shop.expected[-7:] / shop.expected[:7]) for shop, _ in found]))
    expect(
        abs(change) > 0.15 * abs(true) or abs(true) < 0.05,
        f"{case}. You have their growth end on the day on which the history does.",
    )
    expect(
        abs(change) < 3.0 * abs(true) + 0.1,
        f"{case}. In seven weeks it changes by a factor of {np.exp(change):.3g}. Is the growth of "
        "a week taken for that of a day?",
    )
    expect(
        change * true >= 0.0 or abs(true) < 0.05, f"{case}. They change the other way, do they not?"
    )
    expect(
        not kind.campaigns,
        f"{case}. A few days of a campaign pull on a mean and on a straight line. Are they part of "
        "the usual week?",
    )
    bias = float(np.median(too_high))
    expect(
        abs(bias) < 0.04,
        f"{case}, and by {abs(bias):.0%} too {'high' if bias > 0.0 else 'low'}. The history ends a "
        "day before the forecast begins; is your level that of its end?",
    )
    raise NotYet(
        f"{case}. A week is a week of noise as well: are there more than one to learn from?"
    )


def _later(shop: loads.Shop, days: int) -> loads.Shop:
    return loads.Shop(shop.history, shop.later[days:], shop.expected[days:])


def _recorded(
    seed: int, n: int, interval_ms: float, longest: float
) -> tuple[list[float], float]:  # fmt: skip
    """Times of which some are so many intervals long; none is a whole number of them."""
    chance = np.random.default_rng(seed)
    times = interval_ms * chance.uniform(0.05, 0.95, n)
    slow = chance.choice(n, max(1, n // 60), replace=False)
    whole = chance.integers(1, max(2, round(longest)), slow.size)
    times[slow] = interval_ms * (whole + chance.uniform(0.1, 0.9, slow.size))
    return [round(float(one), 3) for one in times], interval_ms


RECORDS: tuple[tuple[list[float], float], ...] = (
    _recorded(1, 300, 10.0, 200.0),
    ([3.0, 25.0, 4.0, 5.0], 10.0),
    _recorded(2, 1000, 50.0, 40.0),
    _recorded(3, 60, 20.0, 3.0),
    ([2.0, 1.0, 3.0, 4.0, 2.0], 10.0),
    ([], 10.0),
)


def task_5(corrected: Callable[..., Any]) -> None:
    """What a loop that waits did not send, and the p99 with it."""
    for times, interval in RECORDS:
        said = answered(corrected, list(times), interval)
        values, p99 = several("corrected", said, "all times", "their p99")
        _are_values(values, list(times), interval)
        _is_p99(p99, list(times), interval)
    print(f"Right, for {len(RECORDS)} records, one of them empty and one with nothing to correct.")


def all_times(times: Iterable[float], interval: float) -> list[float]:
    """The times and those of the requests that were not sent, ascending."""
    return sorted(
        time - interval * k for time in times for k in range(max(1, int(time / interval)))
    )


def percentile_99(values: Sequence[float]) -> float:
    """The least value that 99 of 100 do not exceed."""
    if not values:
        return 0.0
    return sorted(values)[ceil(99 * len(values) / 100) - 1]


def _are_values(said: Any, times: list[float], interval: float) -> None:
    try:
        values = np.sort(np.asarray(said, np.float64).ravel())
    except (TypeError, ValueError):
        raise NotYet(f"corrected returns {type(said).__name__} for the times.") from None
    right = np.array(all_times(times, interval))
    if values.size == right.size and np.allclose(values, right, rtol=1e-6, atol=1e-6):
        return
    longest = max(times, default=0.0)
    case = (
        f"{len(times)} times, the longest {longest:g} ms, one was due every {interval:g} ms: "
        f"you return {values.size}"
    )
    short = sum(1 for time in times if time > interval)

    def count(added: Callable[[float], int]) -> int:
        return len(times) + sum(added(time) for time in times if time > interval)

    expect(values.size == 0 or values[0] > 0.0, f"{case}, and one of them is not above 0.")
    lacks_longest = values.size > 0 and values[-1] < 0.999 * longest
    added_only = right.size - len(times)
    expect(
        not lacks_longest or values.size != right.size - short,
        f"{case} times. What became of the long ones themselves?",
    )
    for wrong, hint in (
        (len(times), "times, as many as there were. Some were never sent."),
        (added_only, "times. Those that were measured belong to it as well."),
        (count(lambda time: 1), "times: one more for each long one, however long it is."),
        (
            count(lambda time: int(time / interval)),
            "times. The last one added is shorter than an interval: nothing was missed there.",
        ),
        (count(lambda time: int(time / interval) - 2), "times. One is missing for each long one."),
    ):
        expect(
            values.size == right.size or values.size != wrong or not short, f"{case} {hint}"
        )  # fmt: skip
    expect(
        values.size == right.size,
        f"{case} times. Write down by hand what should have been sent during the longest one.",
    )
    long = [time for time in times for _ in range(max(1, int(time / interval)))]
    expect(
        not np.allclose(values, np.sort(long)),
        f"{case}. Those that were due later would have waited less than the one that was sent.",
    )
    raise NotYet(f"{case}, which is right, but not their lengths. Who is due later waits less.")


def _is_p99(said: Any, times: list[float], interval: float) -> None:
    value = number("the p99", said)
    values = all_times(times, interval)
    right = percentile_99(values)
    if _near(value, right, 1e-6):
        return
    case = f"{len(values)} times after the correction: p99 {value:g} ms"
    expect(bool(times), f"{case}, of no times at all. Say 0.")
    ascending = sorted(values)
    at = ascending.index(right)
    _no_slip(case, value, {
        "is the p99 of what was measured.": percentile_99(times),
        "is the longest.": ascending[-1],
        "is the mean.": float(np.mean(values)),
        "is the next longer one. How many are not longer than yours?": ascending[
            min(at + 1, len(ascending) - 1)
        ],
        "is the next shorter one: fewer than 99 of 100 are not longer.": ascending[max(at - 1, 0)],
        "lies between two of the times. Take one that was seen.": float(np.quantile(values, 0.99)),
    }, 1e-6)  # fmt: skip
    raise NotYet(f"{case}. Sort them; 99 of 100 are not longer than the one you take.")


CASES = (
    Case(200, 1.0, 10.0, 2),
    Case(400, 0.5, 5.0, 3, pause_s=2.0),
    Case(30, 0.05, 20.0, 4),
    Case(200, 1.0, 10.0, 6, at_server=True),
    Case(100, 0.5, 8.0, 7, at_work=0.5),
    Case(120, 0.5, 10.0, 8, counted=3),
    Case(100, 2.0, 10.0, 9, thinks=False),
    Case(100, 0.3, 10.0, 11, thinks=False),
    Case(10, 0.1, 5.0, 5, pause_s=10.0, median=True),
    Case(10, 0.1, 5.0, 10, pause_s=10.0),
)


def task_6(check_report: Callable[..., Any]) -> None:
    """What a closed test's response time must be, and whether the report says so."""
    for case in CASES:
        report = case.report
        said = answered(check_report, report)
        by_law, word = several("check_report", said, "the time by the law, in ms", "a word")
        _is_by_law(number("the time by the law", by_law), report)
        _is_word(word, report)
    print(f"Right, for {len(CASES)} reports; two of them are of tests that nobody can have made.")


def response_ms(report: Report) -> float:
    """Mean response time by the law of the closed loop; below 0 if it cannot be."""
    rate = report.requests / (60.0 * report.minutes)
    return 1000.0 * interactive_response(report.users, rate, report.think_s)


def right_word(report: Report) -> str:
    """As the task says."""
    by_law = response_ms(report)
    if abs(report.mean_ms - by_law) <= TOLD_WRONG * by_law:
        return FITS
    return TOO_SHORT if report.mean_ms < by_law else TOO_LONG


def _is_by_law(value: float, report: Report) -> None:
    right = response_ms(report)
    if _near(value, right, 1e-6):
        return
    think = 1000.0 * report.think_s
    _no_slip(f"{report}: {value:,.1f} ms by the law", value, {
        "includes the time for which they think.": right + think,
        "has the time for which they think added once too often.": right + 2.0 * think,
        "is in seconds.": right / 1000.0,
        "has seconds and milliseconds mixed: one of them is 1,000 times the other.": right
        + think - report.think_s,
        "takes the requests of a minute for those of a second.": (right + think) / 60.0 - think,
        "takes all requests of the test for those of a second.": (right + think)
        / (60.0 * report.minutes) - think,
        "is what there would be with one user.": (right + think) / report.users - think,
        "is the rate, not a time.": report.requests / (60.0 * report.minutes),
        "has no time below 0. What the law says, it says; the word is for what you make of it.":
        max(right, 0.0),
        "is what the report says.": report.mean_ms,
    }, 1e-6)  # fmt: skip
    raise NotYet(f"{report}: {value:,.1f} ms by the law. How often does one user ask?")


def _is_word(word: Any, report: Report) -> None:
    _is_one_of("check_report", word, (FITS, TOO_SHORT, TOO_LONG))
    right = right_word(report)
    if word == right:
        return
    by_law = response_ms(report)
    case = f'{report}. By the law it is {by_law:,.1f} ms; you say "{word}"'
    expect(
        word != FITS or by_law > 0.0,
        f"{case}, of a test with more requests than its users can have made.",
    )
    expect(
        word != FITS or right != TOO_SHORT,
        f"{case}. Those users waited for longer than the report says, or were fewer.",
    )
    expect(
        word != FITS,
        f"{case}. With such times those users cannot have made so many requests.",
    )
    expect(
        right != FITS,
        f"{case}. It is within {TOLD_WRONG:.0%}, and thinking differs by chance.",
    )
    raise NotYet(f"{case}. Which of the two is longer?")


@dataclass(frozen=True)
class Promise:
    """An objective, and the test that is to be held against it."""

    run: Run
    percentile: float
    threshold_ms: float

    @property
    def result(self) -> Requests:
        return read(self.run.jtl)


PROMISES = (
    Promise(Run(600, 150.0, 0.2, 5), 0.9, 270.0),
    Promise(Run(900, 120.0, 0.03, 1), 0.99, 800.0),
    Promise(Run(900, 120.0, 0.03, 2), 0.95, 420.0),
    Promise(Run(250, 120.0, 0.02, 3), 0.99, 900.0),
    Promise(Run(40, 120.0, 0.0, 4), 0.9, 200.0),
    Promise(Run(800, 150.0, 0.1, 6), 0.95, 460.0),
    Promise(Run(1000, 100.0, 0.01, 7), 0.5, 103.0),
    Promise(Run(20, 100.0, 0.0, 8), 0.99, 5000.0),
)
WARM_UP_S = 60.0
ENDS = ("lower", "upper")


def task_7(verdict: Callable[..., Any]) -> None:
    """Two times of a result file that enclose a percentile, and what they say of a promise."""
    for promise in PROMISES:
        result = promise.result
        said = answered(verdict, result, promise.percentile, promise.threshold_ms, WARM_UP_S)
        low, high, word = several("verdict", said, "the lower limit", "the upper limit", "a word")
        case = f"p{100 * promise.percentile:g} below {promise.threshold_ms:g} ms?"
        choices = _limits(result, promise.percentile)
        _are_limits(case, (low, high), choices)
        _is_promise(case, word, choices["right"], promise)
    print(f"Right, for {len(PROMISES)} result files.")


Limits = tuple[float | None, float | None]


def _at(ascending: Floats, low: int, high: int) -> Limits:
    return (
        float(ascending[low - 1]) if 1 <= low <= ascending.size else None,
        float(ascending[high - 1]) if 1 <= high <= ascending.size else None,
    )


def _limits(result: Requests, p: float) -> dict[str, Limits]:
    """What is right, and what it is with a slip."""
    warm = result.start_s >= WARM_UP_S
    times = np.sort(result.latency_ms[warm & result.ok])
    n = times.size
    low, high = ranks(n, p)
    one_sided = ranks(n, p, 0.9)
    spread = 1.96 * np.sqrt(n * p * (1.0 - p))
    seen = float(np.quantile(times, p))
    median = ceil(p * n)

    def of(chosen: Floats) -> Limits:
        ascending = np.sort(chosen)
        return _at(ascending, *ranks(ascending.size, p))

    return {
        "right": _at(times, low, high),
        "counts those who were refused. They were answered quickly, and with an error.": of(
            result.latency_ms[warm]
        ),
        "counts the warm-up.": of(result.latency_ms[result.ok]),
        "counts the warm-up and those who were refused.": of(result.latency_ms),
        "is for 90 %: 5 % are left out at each end, not 2.5.": _at(times, *one_sided),
        "is one rank further in than the chance allows.": _at(times, low + 1, high - 1),
        "is one rank further out than it has to be.": _at(times, low - 1, high + 1),
        "is the percentile itself, to which no chance belongs.": (seen, seen),
        "is the percentile itself.": (float(times[median - 1]), float(times[median - 1])),
        "is for times in the order of the file. Sort them.": _at(
            result.latency_ms[warm & result.ok], low, high
        ),
        "is by a bell curve. Near the end of the list, chance is lopsided.": _at(
            times, int(n * p - spread), ceil(n * p + spread)
        ),
    }


def _same(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else _near(one, other, 1e-6)


def _are_limits(case: str, said: tuple[Any, Any], choices: dict[str, Limits]) -> None:
    low, high = (
        None if value is None else number(f"the {name} limit", value)
        for name, value in zip(ENDS, said, strict=True)
    )
    right = choices["right"]
    given = " and ".join("none" if one is None else f"{one:,.1f} ms" for one in (low, high))
    for slip, wrong in choices.items():
        expect(
            wrong == right or not (_same(low, wrong[0]) and _same(high, wrong[1])),
            f"{case} You say {given}. That {slip}",
        )
    for which, value in enumerate((low, high)):
        _is_limit(case, which, value, choices)


def _is_limit(case: str, which: int, value: float | None, choices: dict[str, Limits]) -> None:
    right = choices["right"][which]
    if _same(value, right):
        return
    name = ENDS[which]
    if value is None:
        raise NotYet(f"{case} There is a {name} limit: the file has requests enough.")
    case = f"{case} Your {name} limit of {value:,.1f} ms"
    expect(
        right is not None,
        f"{case} holds nothing: so few requests have no {name} limit, not even the "
        f"{('fastest', 'slowest')[which]} of them. Say None.",
    )
    for slip, wrong in choices.items():
        expect(not _same(value, wrong[which]), f"{case} {slip}")
    raise NotYet(
        f"{case} is not one of the sorted times at which a tail first has no more than 2.5 %. "
        "How many of the times are below the true percentile, and with what chance?"
    )


def right_promise(limits: Limits, threshold_ms: float) -> str:
    """As the task says."""
    low, high = limits
    if high is not None and high <= threshold_ms:
        return MET
    return NOT_MET if low is not None and low > threshold_ms else CANNOT_TELL


def _is_promise(case: str, word: Any, limits: Limits, promise: Promise) -> None:
    _is_one_of("verdict", word, (MET, NOT_MET, CANNOT_TELL))
    right = right_promise(limits, promise.threshold_ms)
    if word == right:
        return
    low, high = ("none" if one is None else f"{one:,.0f}" for one in limits)
    case = f'{case} Limits {low} and {high}; you say "{word}"'
    expect(
        limits[1] is not None or word != MET,
        f"{case}. Without an upper limit the percentile may be anything.",
    )
    expect(
        right != CANNOT_TELL,
        f"{case}. The threshold is between the limits: it may be on each side.",
    )
    expect(word != CANNOT_TELL, f"{case}. Both limits are on one side of the threshold.")
    raise NotYet(f"{case}. On which side of the threshold are they?")


PLANS: tuple[dict[str, Any], ...] = (
    {"loss": 200.0},
    {"lead_months": 12, "loss": 200.0},
    {"lead_months": 2, "loss": 400.0},
    {"loss": 20.0, "uncertainty": 0.25},
    {"takes_off": 0.2, "lead_months": 9, "build": 600.0, "loss": 300.0},
    {"takes_off": 1.0, "growth": 0.15, "uncertainty": 0.03, "build": 100.0, "carrying": 10.0,
     "loss": 200.0},
    {"takes_off": 1.0, "growth": 0.1, "capacity": 1.3, "lead_months": 9, "loss": 300.0},
)  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Of a trigger: in thousand euros all but the overload, and months of that."""

    system: float
    overloaded: float

    def total(self, loss: float) -> float:
        return self.system + loss * self.overloaded


def task_8(when: Callable[..., Any]) -> None:
    """The load at which to start building, and the loss below which never to."""
    for at, plan in enumerate(PLANS):
        said = answered(when, dict(plan))
        trigger, loss = several("when", said, "the trigger", "the loss up to which never is best")
        about = ", ".join(f"{name} {value:g}" for name, value in plan.items())
        _is_trigger(about, number("the trigger", trigger), at)
        _is_break_even(about, number("the loss", loss), at)
    print(f"Right, for {len(PLANS)} shops; one should never build, and one begin today.")


def costs(plan: dict[str, Any], seeds: Sequence[int] = SEEDS) -> dict[float, Cost]:
    """By trigger; means over all seeds."""
    runs = [timing.simulate(**plan, seed=seed) for seed in seeds]
    found = {}
    for at, trigger in enumerate(TRIGGERS):
        total, failing = (
            float(np.mean([getattr(run.policies[at], name) for run in runs]))
            for name in ("total", "failing")
        )
        found[trigger] = Cost(total - failing, failing / plan["loss"])
    return found


@cache
def _costs(plan_at: int) -> dict[float, Cost]:
    return costs(PLANS[plan_at])


def break_even(found: dict[float, Cost], against: Iterable[float] = TRIGGERS) -> float:
    """The loss a month at which one of the triggers ``against`` first costs no more than never."""
    never = found[inf]
    return min(
        (
            one.system / (never.overloaded - one.overloaded)
            for one in (found[trigger] for trigger in against)
            if never.overloaded - one.overloaded > 1e-6
        ),
        default=inf,
    )


def _is_trigger(about: str, trigger: float, at: int) -> None:
    found, loss = _costs(at), PLANS[at]["loss"]
    case = f"{about}: start at {trigger:g}"
    expect(
        any(isclose(trigger, one) for one in TRIGGERS),
        f"{case}? Take one of check.TRIGGERS: 0 is day one, inf is never, 0.5 half of the "
        "capacity.",
    )
    near = next(one for one in TRIGGERS if isclose(trigger, one))
    total = {one: cost.total(loss) for one, cost in found.items()}
    best = min(total, key=lambda one: total[one])
    if total[near] <= DEARER * total[best]:
        return
    case = f"{case}: {total[near]:,.0f} thousand euros"
    months = found[near].overloaded
    expect(near != inf, f"{case}, for {months:.1f} months of overload. Building costs less.")
    expect(
        best != inf,
        f"{case}. Never to build costs less: an overload is not worth so much here.",
    )
    expect(near != 0.0, f"{case}. It stands there unused for most of the time, or for all of it.")
    expect(
        near < 1.0 or best > near,
        f"{case}, for {months:.1f} months of overload. It is too late when it breaks.",
    )
    expect(
        near < best,
        f"{case}, for {months:.1f} months of overload. To start earlier costs less: how long does "
        "building take, and how sure is the growth?",
    )
    raise NotYet(
        f"{case}, of which an overload costs {loss * months:,.0f}. To start later costs less: the "
        "system is there before it is needed."
    )


def _is_break_even(about: str, loss: float, at: int) -> None:
    found, plan = _costs(at), PLANS[at]
    right = break_even(found)
    if _near(loss, right, BREAK_EVEN):
        return
    total = {one: cost.total(plan["loss"]) for one, cost in found.items()}
    best = min(total, key=lambda one: total[one])
    case = f"{about}: never, as long as an overload costs {loss:,.1f} a month"
    carrying = plan.get("carrying", 20.0)
    _no_slip(case, loss, {
        "or less. That is what the system costs a month, and it has to be built as well.": carrying,
        "or less. That is the loss of this shop as it is.": plan["loss"],
        "or less, than to start at the trigger that is best *now*. With a smaller loss another "
        "one is.": break_even(found, [best]),
        "or less, than to start on day one. There are later days.": break_even(found, [0.0]),
        "or less, than to start when it breaks. There are other days.": break_even(found, [1.0]),
        "or less. That is a thousand times it: money is in thousand euros.": 1000.0 * right,
    }, BREAK_EVEN)  # fmt: skip
    least = min((one for one in TRIGGERS[:-1]), key=lambda one: found[one].total(loss))
    never, other = found[inf].total(loss), found[least].total(loss)
    raise NotYet(
        f"{case}. There, never costs {never:,.0f}, and another trigger {other:,.0f}. Which loss "
        "makes the cheapest of them cost as much as never?"
    )
