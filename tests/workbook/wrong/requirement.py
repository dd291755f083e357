"""Wrong answers to the requirement workbook's tasks, and the hint that each has to get."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scalelab.models.requirement import timing
from scalelab.theory.requirement.benchmark import ranks
from scalelab.workbook import requirement as check

READ = (1000, 601, 11, 3996, 2505, 38_782)


def but(at: int, value: Any) -> tuple[Any, ...]:
    return (*READ[:at], value, *READ[at + 1 :])


def then(do: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *asked: change(do(*asked))


def rate_of(s: dict[str, Any]) -> float:
    visits: float = s["customers"] * s["active"] * s["visits_per_active"]
    return visits * s["busiest_hour"] / 3600 * s["requests_per_visit"]


def servers_of(s: dict[str, Any], rate: float) -> float:
    return math.ceil(rate / (s["server_requests_per_s"] * s["utilisation"]))


def first_year(s: dict[str, Any]) -> float:
    written: float = s["customers"] * s["active"] * s["visits_per_active"]
    written *= s["requests_per_visit"] * s["write_share"] * s["write_kb"] * s["copies"]
    return written * 365 / 1e9


def stored_of(s: dict[str, Any]) -> float:
    return sum(first_year(s) * (1 + s["growth"]) ** k for k in range(s["years"]))


def plan(
    rate: Callable[..., float] = rate_of,
    servers: Callable[..., float] = servers_of,
    stored: Callable[..., float] = stored_of,
) -> Callable[..., Any]:
    """The worked answer, but for one thing."""
    return lambda s: (rate(s), servers(s, rate(s)), stored(s))


def times(name: str, power: int = -1) -> Callable[..., float]:
    return lambda s: float(rate_of(s) * s[name] ** power)


def mean_of(visits: Any, start: float, end: float) -> float:
    inside = np.clip(visits, start, end)
    return float(np.sum(inside[:, 1] - inside[:, 0]) / (end - start))


def most_of(visits: Any, start: float, end: float) -> int:
    there = visits[(visits[:, 0] < end) & (visits[:, 1] > start)]
    moments = np.maximum(there[:, 0], start)
    return max((int(np.sum((there[:, 0] <= m) & (there[:, 1] > m))) for m in moments), default=0)


def crowd(
    mean: Callable[..., float] = mean_of, most: Callable[..., float] = most_of
) -> Callable[..., Any]:
    return lambda visits, start, end: (mean(visits, start, end), most(visits, start, end))


def began(visits: Any, start: float, end: float) -> Any:
    return visits[(visits[:, 0] >= start) & (visits[:, 0] < end)]


def touching(visits: Any, start: float, end: float) -> Any:
    return visits[(visits[:, 1] > start) & (visits[:, 0] < end)]


def hours(visits: Any) -> float:
    return float(np.sum(visits[:, 1] - visits[:, 0]))


def by_law(length: Callable[[Any], Any]) -> Callable[..., float]:
    return lambda v, a, b: len(began(v, a, b)) / (b - a) * float(length(v[:, 1] - v[:, 0]))


def forecast(
    weekly: Callable[..., Any] = np.median, growth: float = 1.0, first: int = 0,
    week: float = 1.0, level: float = 0.0,
) -> Callable[..., Any]:  # fmt: skip
    """The worked answer, but for one thing."""

    def answer(known: Any, days: int) -> Any:
        weeks = np.log(known).reshape(-1, 7)
        middle, number = weekly(weeks, axis=1), np.arange(len(weeks))
        slope, at = np.polyfit(number, middle, 1)
        usual = week * weekly(weeks - (at + slope * number)[:, None], axis=0)
        ahead = np.arange(days)
        end = at + slope * len(weeks) + level
        return np.exp(end + growth * slope * (ahead // 7) + usual[(ahead + first) % 7])

    return answer


def last_week(known: Any, days: int) -> Any:
    return known[-7:][np.arange(days) % 7]


def last_week_drifting(known: Any, days: int) -> Any:
    """Right but for the campaign of last week."""
    ahead = np.arange(days)
    weeks = np.median(known.reshape(-1, 7), axis=1)
    return last_week(known, days) * (weeks[-4:].sum() / weeks[:4].sum()) ** ((1 + ahead // 7) / 16)


def line_through_all(known: Any, days: int) -> Any:
    n = len(known)
    day = np.arange(n + days)
    terms = np.zeros((n + days, 8))
    terms[day, day % 7] = 1.0
    terms[:, 7] = day
    return np.exp(terms[n:] @ np.linalg.lstsq(terms[:n], np.log(known), rcond=None)[0])


def two_weeks(known: Any, days: int) -> Any:
    """Knows week and growth, from too little."""
    weeks = known.reshape(-1, 7)
    growth = np.median(weeks[-1] / weeks[-2])
    return weeks[-1][np.arange(days) % 7] * growth ** (1 + np.arange(days) // 7)


def added(values: Any, interval: float) -> list[float]:
    found = []
    for value in values:
        while value - interval >= interval:
            value -= interval
            found.append(value)
    return found


def p99_of(values: Any) -> float:
    return sorted(values)[math.ceil(0.99 * len(values)) - 1] if len(values) else 0


def corrected(
    adds: Callable[..., Any] = added, p99: Callable[..., Any] = p99_of, kept: bool = True
) -> Callable[..., Any]:
    def answer(measured: Any, interval: float) -> Any:
        values = (list(measured) if kept else []) + list(adds(measured, interval))
        return values, p99(values)

    return answer


def one_more(values: Any, interval: float) -> list[float]:
    return [value - interval for value in values if value > interval]


def to_the_end(values: Any, interval: float) -> list[float]:
    found = []
    for value in values:
        while value > interval:
            value -= interval
            found.append(value)
    return found


def to_nothing(values: Any, interval: float) -> list[float]:
    return [max(0.0, one) for value in values for one in np.arange(value, -interval, -interval)[1:]]


def as_long(values: Any, interval: float) -> list[float]:
    return [value for value in values for _ in range(int(value / interval) - 1)]


def one_short(values: Any, interval: float) -> list[float]:
    return [
        value - interval * k
        for value in values
        if value > interval
        for k in range(1, int(value / interval) - 1)
    ]


def in_thirds(values: Any, interval: float) -> list[float]:
    return [value * k / 3 for value in values if value > interval for k in (1, 2)] + [1.0] * 5


def shorter_each_time(values: Any, interval: float) -> list[float]:
    """Right in number."""
    return [one * 0.9 for one in added(values, interval)]


def measured_alone(measured: Any, interval: float) -> Any:
    return list(measured) + added(measured, interval), p99_of(measured)


def law(report: Any) -> float:
    rate = report.requests / (60 * report.minutes)
    return float(1000 * (report.users / rate - report.think_s))


def word_for(report: Any, w: float, share: float = 0.2) -> str:
    if abs(report.mean_ms - w) <= share * w:
        return "fits"
    return "too short" if report.mean_ms < w else "too long"


def check_report(
    w: Callable[[Any], float] = law, word: Callable[..., Any] = word_for
) -> Callable[..., Any]:
    return lambda report: (w(report), word(report, law(report)))


def verdict(
    of: Callable[..., Any] = lambda r, skip: r.ok & (r.start_s >= skip),
    limits: Callable[[int, float], tuple[int, int]] = ranks,
    word: Callable[..., Any] = lambda low, high, threshold: check.right_promise(
        (low, high), threshold
    ),
    none: Any = None,
    order: Callable[[Any], Any] = np.sort,
) -> Callable[..., Any]:
    """The worked answer, but for one thing."""

    def answer(result: Any, p: float, threshold: float, skip: float) -> Any:
        values = order(result.latency_ms[of(result, skip)])
        low, high = limits(len(values), p)
        lower = values[low - 1] if 1 <= low <= len(values) else none
        upper = values[high - 1] if 1 <= high <= len(values) else none
        return lower, upper, word(lower, upper, threshold)

    return answer


def moved(low: int, high: int) -> Callable[..., tuple[int, int]]:
    return lambda n, p: (ranks(n, p)[0] + low, ranks(n, p)[1] + high)


def bell(n: int, p: float) -> tuple[int, int]:
    off = 1.96 * math.sqrt(n * p * (1 - p))
    return int(n * p - off), math.ceil(n * p + off)


def the_slowest(n: int, p: float) -> tuple[int, int]:
    low, high = ranks(n, p)
    return low, min(high, n)


def by_value(result: Any, p: float, threshold: float, skip: float) -> Any:
    values = result.latency_ms[result.ok & (result.start_s >= skip)]
    at = float(np.quantile(values, p))
    return at, at, "met" if at <= threshold else "not met"


def when(
    pick: Callable[..., Any] | None = None,
    level: Callable[..., float] | None = None,
) -> Callable[..., Any]:
    """The worked answer, but for one thing."""

    def answer(shop: dict[str, Any]) -> Any:
        runs = [timing.simulate(**shop, seed=seed) for seed in range(3)]
        total, failing = (
            np.array([[getattr(one, name) for one in run.policies] for run in runs]).mean(axis=0)
            for name in ("total", "failing")
        )
        best = int(np.argmin(total))
        saved = (failing[-1] - failing) / shop["loss"]
        system = total - failing
        equal = np.full(len(saved), np.inf)
        equal[saved > 0] = system[saved > 0] / saved[saved > 0]
        trigger = check.TRIGGERS[best] if pick is None else pick(shop, best)
        return trigger, min(equal) if level is None else level(shop, best, equal)

    return answer


def later(steps: int) -> Callable[..., float]:
    """So many steps after the best, where there is one that is neither day one nor never."""

    def pick(shop: dict[str, Any], best: int) -> float:
        usual = 0 < best < len(check.TRIGGERS) - 1
        return check.TRIGGERS[best + steps] if usual else check.TRIGGERS[best]

    return pick


def at_or_now(trigger: float) -> Callable[..., float]:
    return lambda shop, best: trigger


# What is wrong, the check, what it is given, a part of its hint.
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("not moved", check.task_1, but(1, 2994), '"Its visits come" is as it opens'),
    ("at once for rate", check.task_1, but(1, 6014), "customers at once in the campaign"),
    ("ordinary servers", check.task_1, but(2, 4), "servers for an ordinary day"),
    ("the campaign's", check.task_1, but(3, 50_096), "customers at once in the campaign"),
    ("ten minutes", check.task_1, but(3, 2005), '"A visit lasts" is as it opens'),
    ("servers", check.task_1, but(4, 42), "servers for the campaign"),
    ("law not moved", check.task_1, but(5, 29_941), '"How long visits last" is as it opens'),
    ("two things moved", check.task_1, but(4, 599), "Press Reset"),
    ("text", check.task_1, but(1, "601"), "should be a number"),
    ("nothing", check.task_1, but(0, None), "still None"),
    ("the mean", check.task_2, (plan(lambda s: rate_of(s) / s["busiest_hour"] / 24),),
     "the average of the day"),
    ("once", check.task_2, (plan(times("visits_per_active")),), "comes once"),
    ("all come", check.task_2, (plan(times("active")),), "all registered customers"),
    ("a minute's", check.task_2, (plan(lambda s: rate_of(s) * 60),), "a minute's"),
    ("an hour's", check.task_2, (plan(lambda s: rate_of(s) * 3600),), "an hour's"),
    ("visits", check.task_2, (plan(times("requests_per_visit")),), "each of them makes several"),
    ("at once", check.task_2,
     (plan(lambda s: rate_of(s) / s["requests_per_visit"] * 60 * s["session_min"]),),
     "are customers at once"),
    ("all in each second", check.task_2, (plan(lambda s: rate_of(s) * 60 * s["session_min"]),),
     "in each second"),
    ("all in each minute", check.task_2, (plan(times("session_min", 1)),), "in each minute"),
    ("a hundred", check.task_2, (plan(lambda s: 100.0),), "begin in the busiest hour"),
    ("full servers", check.task_2,
     (plan(servers=lambda s, rate: math.ceil(rate / s["server_requests_per_s"])),),
     "busy all the time"),
    ("rounded down", check.task_2,
     (plan(servers=lambda s, rate: int(rate / (s["server_requests_per_s"] * s["utilisation"]))),),
     "a little too busy"),
    ("wrong way", check.task_2,
     (plan(servers=lambda s, rate: math.ceil(
         rate * s["utilisation"] / s["server_requests_per_s"])),), "more room"),
    ("fractions", check.task_2,
     (plan(servers=lambda s, rate: rate / (s["server_requests_per_s"] * s["utilisation"])),),
     "no parts of a server"),
    ("one to spare", check.task_2, (plan(servers=lambda s, rate: servers_of(s, rate) + 1),),
     "one more than it takes"),
    ("no server", check.task_2, (plan(servers=lambda s, rate: 0),), "One is the least"),
    ("ten servers", check.task_2, (plan(servers=lambda s, rate: 10),), "each busy for 83%"),
    ("first year", check.task_2, (plan(stored=first_year),), "what the first year adds"),
    ("no growth", check.task_2, (plan(stored=lambda s: first_year(s) * s["years"]),),
     "right without growth"),
    ("last year", check.task_2,
     (plan(stored=lambda s: first_year(s) * (1 + s["growth"]) ** (s["years"] - 1)),),
     "what the last year adds"),
    ("year after", check.task_2,
     (plan(stored=lambda s: first_year(s) * (1 + s["growth"]) ** s["years"]),),
     "the year after the last"),
    ("a day's", check.task_2, (plan(stored=lambda s: stored_of(s) / 365),), "a day's"),
    ("one copy", check.task_2, (plan(stored=lambda s: stored_of(s) / s["copies"]),), "one copy"),
    ("all write", check.task_2, (plan(stored=lambda s: stored_of(s) / s["write_share"]),),
     "every request stores"),
    ("GB", check.task_2, (plan(stored=lambda s: stored_of(s) * 1000),), "thousand times too many"),
    ("PB", check.task_2, (plan(stored=lambda s: stored_of(s) / 1000),), "a thousandth"),
    ("peak all year", check.task_2,
     (plan(stored=lambda s: stored_of(s) * s["busiest_hour"] * 24),), "busiest moment all year"),
    ("grows at once", check.task_2, (plan(stored=lambda s: stored_of(s) * (1 + s["growth"])),),
     "before the first year is over"),
    ("a terabyte", check.task_2, (plan(stored=lambda s: 1.0),), "what do the years add up to"),
    ("two things", check.task_2, (lambda s: (rate_of(s), 4),), "three things"),
    ("touching", check.task_3, (crowd(lambda v, a, b: float(len(touching(v, a, b)))),),
     "for all of it"),
    ("who begins", check.task_3, (crowd(lambda v, a, b: hours(began(v, a, b)) / (b - a)),),
     "some stay on"),
    ("Little", check.task_3, (crowd(by_law(np.mean)),), "Who was there before"),
    ("median", check.task_3, (crowd(by_law(np.median)),), r"\*median\*"),
    ("whole visits", check.task_3,
     (crowd(lambda v, a, b: hours(w := began(v, a, b)) / (b - a) if b > 24
            else hours((w := began(v, a, b))[w[:, 1] <= b]) / (b - a)),),
     "begin and end in it"),
    ("not cut", check.task_3, (crowd(lambda v, a, b: hours(touching(v, a, b)) / (b - a)),),
     "of which a part is in it"),
    ("minutes", check.task_3, (crowd(lambda v, a, b: 60 * mean_of(v, a, b)),), "minutes for hours"),
    ("not divided", check.task_3, (crowd(lambda v, a, b: (b - a) * mean_of(v, a, b)),),
     "sum of the hours"),
    ("by 24", check.task_3, (crowd(lambda v, a, b: (b - a) * mean_of(v, a, b) / 24),),
     "for 24 hours"),
    ("at the start", check.task_3,
     (crowd(lambda v, a, b: mean_of(v, a, b) if a == 0
            else float(np.sum((v[:, 0] <= a) & (v[:, 1] > a)))),), "as it begins"),
    ("twenty", check.task_3, (crowd(lambda v, a, b: 20.0),), "For how long is each visit"),
    ("everybody", check.task_3, (crowd(most=lambda v, a, b: len(touching(v, a, b))),),
     "there at any time"),
    ("of the day", check.task_3, (crowd(most=lambda v, a, b: most_of(v, 0, 99)),), "of the day"),
    ("newcomers", check.task_3, (crowd(most=lambda v, a, b: most_of(began(v, a, b), a, b)),),
     "forgets those who were there before"),
    ("mean, up", check.task_3, (crowd(most=lambda v, a, b: math.ceil(mean_of(v, a, b))),),
     "mean in whole numbers"),
    ("one more", check.task_3, (crowd(most=lambda v, a, b: most_of(v, a, b) + 1),),
     "one too many"),
    ("one less", check.task_3, (crowd(most=lambda v, a, b: most_of(v, a, b) - 1),), "one too few"),
    ("a million", check.task_3, (crowd(most=lambda v, a, b: 10**6),), "never there together"),
    ("one", check.task_3, (crowd(most=lambda v, a, b: 1),), "there were more"),
    ("mean alone", check.task_3, (mean_of,), "two things"),
    ("last week", check.task_4, (last_week,), "growth end on the day"),
    ("no week", check.task_4, (forecast(week=0.0),), "like the others"),
    ("other day first", check.task_4, (forecast(first=1),), "wrong day first"),
    ("no growth", check.task_4, (forecast(growth=0.0),), "growth end on the day"),
    ("other way", check.task_4, (forecast(growth=-1.0),), "change the other way"),
    ("growth a day", check.task_4, (forecast(growth=7.0),), "taken for that of a day"),
    ("campaign repeated", check.task_4, (last_week_drifting,), "repeat it every week"),
    ("mean", check.task_4, (forecast(weekly=np.mean),), "part of the usual week"),
    ("straight through", check.task_4, (line_through_all,), "part of the usual week"),
    ("too high", check.task_4, (forecast(level=0.1),), "10% too high"),
    ("too low", check.task_4, (forecast(level=-0.1),), r"(9|10|11)% too low"),
    ("a logarithm", check.task_4, (then(forecast(), np.log),), "not even of the right size"),
    ("below 0", check.task_4, (lambda known, days: np.full(days, -1.0),), "number above 0"),
    ("too few days", check.task_4, (lambda known, days: known[-7:],), r"the shape \(7,\)"),
    ("text", check.task_4, (lambda known, days: "more",), "numbers are asked for"),
    ("two weeks", check.task_4, (two_weeks,), "more than one to learn from"),
    ("as measured", check.task_5, (corrected(lambda v, i: []),), "Some were never sent"),
    ("added only", check.task_5, (corrected(kept=False),), "belong to it as well"),
    ("one each", check.task_5, (corrected(one_more),), "however long it is"),
    ("to the end", check.task_5, (corrected(to_the_end),), "shorter than an interval"),
    ("to nothing", check.task_5, (corrected(to_nothing),), "not above 0"),
    ("as long", check.task_5, (corrected(as_long),), "would have waited less"),
    ("one short", check.task_5, (corrected(one_short),), "One is missing for each"),
    ("thirds", check.task_5, (corrected(in_thirds),), "by hand"),
    ("shorter", check.task_5, (corrected(shorter_each_time),), "but not their lengths"),
    ("replaced", check.task_5,
     (lambda v, i: ([x for x in v if x <= i] + added(v, i), 0),), "the long ones themselves"),
    ("p99 as measured", check.task_5, (measured_alone,), "p99 of what was measured"),
    ("longest", check.task_5, (corrected(p99=lambda v: max(v, default=0)),), "is the longest"),
    ("mean", check.task_5,
     (corrected(p99=lambda v: np.mean(v) if len(v) > 5 else p99_of(v)),), "is the mean"),
    ("rounded down", check.task_5,
     (corrected(p99=lambda v: sorted(v)[math.ceil(0.99 * len(v)) - 2] if len(v) > 5
                else p99_of(v)),), "next shorter"),
    ("one further", check.task_5,
     (corrected(p99=lambda v: sorted(v)[int(0.99 * len(v)) + 1] if len(v) > 200 else p99_of(v)),),
     "next longer"),
    ("interpolated", check.task_5,
     (corrected(p99=lambda v: np.quantile(v, 0.99) if len(v) > 5 else p99_of(v)),),
     "lies between"),
    ("a tenth", check.task_5,
     (corrected(p99=lambda v: p99_of(v) / 10),), "99 of 100 are not longer"),
    ("of nothing", check.task_5, (corrected(p99=lambda v: p99_of(v) or 10.0),), "Say 0"),
    ("text", check.task_5, (lambda v, i: ("all", 3.0),), "returns str for the times"),
    ("list alone", check.task_5, (lambda v, i: [*v, 1.0],), "two things"),
    ("no thinking", check.task_6, (check_report(lambda r: law(r) + 1000 * r.think_s),),
     "for which they think"),
    ("thinking added", check.task_6, (check_report(lambda r: law(r) + 2000 * r.think_s),),
     "added once too often"),
    ("seconds", check.task_6, (check_report(lambda r: law(r) / 1000),), "in seconds"),
    ("mixed", check.task_6, (check_report(lambda r: law(r) + 999 * r.think_s),), "mixed"),
    ("a minute's rate", check.task_6,
     (check_report(lambda r: 1000 * (r.users * r.minutes / r.requests - r.think_s)),),
     "requests of a minute"),
    ("all requests", check.task_6,
     (check_report(lambda r: 1000 * (r.users / r.requests - r.think_s)),), "all requests"),
    ("one user", check.task_6,
     (check_report(lambda r: 1000 * (60 * r.minutes / r.requests - r.think_s)),), "one user"),
    ("the rate", check.task_6, (check_report(lambda r: r.requests / r.minutes / 60),),
     "is the rate"),
    ("not below 0", check.task_6, (check_report(lambda r: max(0.0, law(r))),), "no time below 0"),
    ("as reported", check.task_6, (check_report(lambda r: r.mean_ms),), "what the report says"),
    ("a second", check.task_6, (check_report(lambda r: 1000.0),), "How often does one user"),
    ("always fits", check.task_6, (check_report(word=lambda r, w: "fits"),),
     "longer than the report says"),
    ("one side", check.task_6,
     (check_report(word=lambda r, w: "fits" if r.mean_ms > 0.8 * w else "too short"),),
     "more requests than its users"),
    ("below 0 is nothing", check.task_6,
     (check_report(word=lambda r, w: word_for(r, w) if w < 0 or r.mean_ms < w else "fits"),),
     "cannot have made so many"),
    ("strict", check.task_6, (check_report(word=lambda r, w: word_for(r, w, 0.001)),),
     "thinking differs"),
    ("turned", check.task_6,
     (check_report(word=lambda r, w: {"too short": "too long", "too long": "too short"}.get(
         word_for(r, w), "fits")),), "Which of the two is longer"),
    ("a truth value", check.task_6, (check_report(word=lambda r, w: True),),
     "one of 'fits', 'too short', 'too long'"),
    ("time alone", check.task_6, (law,), "two things"),
    ("failed counted", check.task_7, (verdict(lambda r, s: r.start_s >= s),), "were refused"),
    ("warm-up counted", check.task_7, (verdict(lambda r, s: r.ok),), "counts the warm-up"),
    ("all counted", check.task_7, (verdict(lambda r, s: r.ok | True),),
     "counts the warm-up and those"),
    ("5 % each", check.task_7, (verdict(limits=lambda n, p: ranks(n, p, 0.9)),), "is for 90 %"),
    ("inwards", check.task_7, (verdict(limits=moved(1, -1)),), "further in"),
    ("outwards", check.task_7, (verdict(limits=moved(-1, 1)),), "further out"),
    ("unsorted", check.task_7, (verdict(order=np.array),), "Sort them"),
    ("bell curve", check.task_7, (verdict(limits=bell),), "bell curve"),
    ("value", check.task_7, (by_value,), "to which no chance belongs"),
    ("the time at p", check.task_7, (verdict(limits=lambda n, p: (math.ceil(p * n),) * 2),),
     "is the percentile itself"),
    ("the slowest", check.task_7, (verdict(limits=the_slowest),), "holds nothing"),
    ("no limits", check.task_7, (verdict(limits=lambda n, p: (0, n + 1)),), "requests enough"),
    ("fastest", check.task_7, (verdict(limits=lambda n, p: (1, n)),), "first has no more than"),
    ("infinite", check.task_7, (verdict(none=math.inf),), "holds nothing"),
    ("without a limit", check.task_7,
     (verdict(word=lambda low, high, t: "met" if (high or 0.0) <= t else
              check.right_promise((low, high), t)),), "Without an upper limit"),
    ("in between", check.task_7,
     (verdict(word=lambda low, high, t: "met" if low <= t and high else
              check.right_promise((low, high), t)),), "may be on each side"),
    ("never sure", check.task_7, (verdict(word=lambda *_: "cannot tell"),), "on one side"),
    ("turned", check.task_7,
     (verdict(word=lambda low, high, t: {"met": "not met", "not met": "met"}.get(
         said := check.right_promise((low, high), t), said)),), "On which side"),
    ("a truth value", check.task_7, (verdict(word=lambda *_: False),), "one of 'met'"),
    ("limits alone", check.task_7, (then(verdict(), lambda said: said[:2]),), "three things"),
    ("day one", check.task_8, (when(at_or_now(0.0)),), "unused for most of the time"),
    ("when it breaks", check.task_8, (when(at_or_now(1.0)),), "too late when it breaks"),
    ("never", check.task_8, (when(at_or_now(math.inf)),), "Building costs less"),
    ("always build", check.task_8, (when(lambda shop, best: check.TRIGGERS[min(best, 12)]),),
     "Never to build costs less"),
    ("too early", check.task_8, (when(later(-4)),), "To start later costs less"),
    ("too late", check.task_8, (when(later(4)),), "To start earlier costs less"),
    ("one half", check.task_8, (when(at_or_now(0.5)),), "costs less"),
    ("just in time", check.task_8,
     (when(lambda shop, best: check.TRIGGERS[
         round(20 * 1.08 ** -shop.get("lead_months", 6)) - 1]),), "how sure is the growth"),
    ("percent", check.task_8, (when(at_or_now(50)),), "Take one of check.TRIGGERS"),
    ("carrying", check.task_8, (when(level=lambda s, b, e: s.get("carrying", 20.0)),),
     "has to be built as well"),
    ("the loss", check.task_8, (when(level=lambda s, b, e: s["loss"]),), "of this shop as it is"),
    ("best now", check.task_8, (when(level=lambda s, b, e: e[b]),), r"best \*now\*"),
    ("against day one", check.task_8, (when(level=lambda s, b, e: e[0]),), "There are later days"),
    ("against breaking", check.task_8,
     (when(level=lambda s, b, e: e[check.TRIGGERS.index(1.0)]),), "There are other days"),
    ("euros", check.task_8, (when(level=lambda s, b, e: 1000 * min(e)),), "in thousand euros"),
    ("nothing", check.task_8, (when(level=lambda s, b, e: 1.0),), "cost as much as never"),
    ("trigger alone", check.task_8, (then(when(), lambda said: said[0]),), "two things"),
]  # fmt: skip
