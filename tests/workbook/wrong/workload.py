"""Wrong answers to the workload workbook's tasks, and the hint that each has to get."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scalelab.theory.workload.batch import pooled_wait
from scalelab.workbook import workload as check

READ = (2.4, 4.7, 3.2, 35, 40, 31)


def but(at: int, value: Any) -> tuple[Any, ...]:
    return (*READ[:at], value, *READ[at + 1 :])


def gaps_of(times: Any, clients: Any) -> list[Any]:
    return [np.diff(np.sort(times[clients == one])) for one in np.unique(clients)]


def count_of(times: Any, clients: Any, timeout: float) -> int:
    return sum(1 + int(np.sum(gaps > timeout)) for gaps in gaps_of(times, clients))


def kept(times: Any, clients: Any, timeout: float) -> Any:
    gaps = np.concatenate(gaps_of(times, clients))
    return gaps[gaps <= timeout]


def think_of(times: Any, clients: Any, timeout: float) -> float | None:
    within = kept(times, clients, timeout)
    return float(np.mean(within)) if len(within) else None


def sessions(
    count: Callable[..., float] = count_of, think: Callable[..., Any] = think_of
) -> tuple[Callable[..., Any]]:
    """The worked answer, but for one thing."""
    return (lambda t, who, timeout: (count(t, who, timeout), think(t, who, timeout)),)


def of_all(times: Any, more: int) -> int:
    return more + int(np.sum(np.diff(np.sort(times)) > 1800.0))


def fixed(times: Any, clients: Any, timeout: float) -> int:
    count = 0
    for one in np.unique(clients):
        begun = -math.inf
        for time in np.sort(times[clients == one]):
            if time - begun > timeout:
                begun, count = time, count + 1
    return count


def unsorted(times: Any, clients: Any, timeout: float) -> Any:
    gaps = np.concatenate([np.diff(times[clients == one]) for one in np.unique(clients)])
    return float(np.mean(gaps[gaps <= timeout]))


def opened(rate: float, service: float, goal: float) -> int:
    count = int(rate * service) + 1
    while pooled_wait(count, rate, service) + service > goal:
        count += 1
    return count


def apart(
    behind: Callable[..., float] | None = None, peak: Callable[..., float] | None = None
) -> tuple[Callable[..., Any]]:
    """The worked answer, but for one thing."""

    def answer(day: Any, second: float) -> Any:
        peaks = [np.max(day + second * np.roll(day, hours)) for hours in range(24)]
        best = int(np.argmin(peaks)) if behind is None else behind(day, second, peaks)
        return best, peaks[int(best) % 24] if peak is None else peak(day, second)

    return (answer,)


def sums_of(counts: Any, span: int) -> Any:
    n = len(counts) // span
    return counts[: n * span].reshape(n, span).sum(axis=1)


def index(counts: Any, span: int) -> float:
    return float(np.var(sums_of(counts, span)) / np.mean(sums_of(counts, span)))


def of_sums(what: Callable[..., float]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return (lambda counts, span: what(sums_of(counts, span)), lambda counts: "day")


def with_rest(counts: Any, span: int) -> float:
    rest = counts[len(counts) // span * span :].sum()
    sums = np.append(sums_of(counts, span), rest) if span > 1 else counts
    return float(np.var(sums) / np.mean(sums))


def overlapping(counts: Any, span: int) -> float:
    sums = np.convolve(counts, np.ones(span), "valid")
    return float(np.var(sums) / np.mean(sums))


def no_trend(counts: Any, span: int = 60) -> float:
    sums = sums_of(counts, span)
    off = sums[1:-1] - (sums[:-2] + sums[2:]) / 2
    return float(np.mean(off**2) / 1.5 / np.mean(sums))


def kind(answer: Callable[..., str]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return index, answer


def by_height(counts: Any) -> str:
    if index(counts, 600) < 2:
        return "Poisson"
    if no_trend(counts) < 1.5:
        return "day"
    return "sessions" if index(counts, 600) < 100 else "crowds"


def by_large_height(counts: Any) -> str:
    found = by_height(counts)
    return found if index(counts, 600) > 500 or found in ("day", "Poisson") else "sessions"


def growing(counts: Any) -> str:
    """Knows nothing of trends."""
    if index(counts, 600) < 2:
        return "Poisson"
    return "sessions" if index(counts, 600) < 2 * index(counts, 60) else "crowds"


def calm(counts: Any) -> str:
    return "day" if index(counts, 600) >= 2 else "Poisson"


def ranked(counts: Any) -> Any:
    return np.sort(counts[counts > 0])[::-1]


def slope(ranking: Any) -> float:
    at = np.log(np.arange(1, len(ranking) + 1))
    return -float(np.polyfit(at, np.log(ranking), 1)[0])


def likeliest(ranking: Any) -> float:
    at = np.log(np.arange(1, len(ranking) + 1))
    seen, low, high = np.sum(ranking * at) / np.sum(ranking), 0.0, 4.0
    for _ in range(50):
        middle = (low + high) / 2
        weight = np.exp(-middle * at)
        above = np.sum(weight * at) / np.sum(weight) > seen
        low, high = (middle, high) if above else (low, middle)
    return low


def head(counts: Any) -> float:
    return likeliest(ranked(counts)[: int(np.sum(counts >= 10))])


def holding(skew: float, n: int, share: float) -> int:
    weight = np.arange(1.0, n + 1) ** -skew
    return int(np.sum(np.cumsum(weight) / np.sum(weight) < share - 1e-12)) + 1


def room(answer: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return head, answer


def piece(answer: Callable[..., Any], none: bool = True) -> tuple[Callable[..., Any]]:
    """Right about None, if ``none``."""

    def longest(rate: float, mean: float, batch: float, goal: float) -> Any:
        possible = goal * (1 - rate * mean) > rate * mean**2
        return answer(rate, mean, batch, goal) if possible or not none else None

    return (longest,)


def right(rate: float, mean: float, batch: float, goal: float) -> float:
    return 2 * (goal * (1 - rate * mean) - rate * mean**2) / batch


# What is wrong, the check, what it is given, a part of its hint.
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("not moved", check.task_1, but(1, 1.2), '"Users at once" is as it opens'),
    ("from outside", check.task_1, but(3, 68), '"Users think" is as it opens'),
    ("users", check.task_1, but(4, 31), "how many users are there at most"),
    ("open", check.task_1, but(5, 40), "how many sessions are open at most"),
    ("sessions", check.task_1, but(4, 1245), "the number of sessions"),
    ("old timeout", check.task_1, but(4, 85), '"A session ends after" is as it opens'),
    ("two things moved", check.task_1, but(2, 21.4), "Press Reset"),
    ("text", check.task_1, but(1, "4.7"), "should be a number"),
    ("nothing", check.task_1, but(0, None), "still None"),
    ("clients", check.task_2, sessions(lambda t, c, w: len(set(c))), "Some come back"),
    ("just the timeout", check.task_2,
     sessions(lambda t, c, w: sum(1 + np.sum(g >= w) for g in gaps_of(t, c))),
     "just the timeout ended"),
    ("cuts", check.task_2, sessions(lambda t, c, w: count_of(t, c, w) - len(set(c))),
     "first session needs none"),
    ("all together", check.task_2, sessions(lambda t, c, w: of_all(t, 1)), "shop as a whole"),
    ("cuts of all", check.task_2, sessions(lambda t, c, w: of_all(t, 0)), "cuts of the shop"),
    ("stretches", check.task_2,
     sessions(lambda t, c, w: 1 + int(np.sum(c[1:] != c[:-1]))), "stretches of one client"),
    ("fixed length", check.task_2, sessions(fixed), "from click to click"),
    ("clicks", check.task_2, sessions(lambda t, c, w: len(t)), "are the clicks"),
    ("seven", check.task_2, sessions(lambda t, c, w: 7), "the first of a session"),
    ("one thing", check.task_2, (count_of,), "two things"),
    ("all pauses", check.task_2,
     sessions(think=lambda t, c, w: float(np.mean(np.concatenate(gaps_of(t, c))))),
     "times between sessions"),
    ("median", check.task_2, sessions(think=lambda t, c, w: float(np.median(kept(t, c, w)))),
     "median"),
    ("unsorted", check.task_2, sessions(think=unsorted), "out of order"),
    ("over clicks", check.task_2, sessions(think=lambda t, c, w: kept(t, c, w).sum() / len(t)),
     "two pauses"),
    ("no zeros", check.task_2,
     sessions(think=lambda t, c, w: float(kept(t, c, w)[kept(t, c, w) > 0].mean())),
     "clicks of the same moment"),
    ("minutes", check.task_2, sessions(think=lambda t, c, w: kept(t, c, w).mean() / 60),
     "minutes"),
    ("length", check.task_2,
     sessions(think=lambda t, c, w: kept(t, c, w).sum() / count_of(t, c, w)),
     "length of a session"),
    ("a second", check.task_2, sessions(think=lambda t, c, w: 1.0), "over which pauses"),
    ("zero for None", check.task_2, sessions(think=lambda t, c, w: think_of(t, c, w) or 0.0),
     "nobody clicks twice"),
    ("one each", check.task_3, (lambda n, z, s, w: n,), "one for each user"),
    ("bounds", check.task_3, (lambda n, z, s, w: max(1, math.ceil(n * s / (w + z))),),
     "the bounds say"),
    ("no think time", check.task_3, (lambda n, z, s, w: math.ceil(n * s / w),),
     "nobody ever thought"),
    ("from outside", check.task_3, (lambda n, z, s, w: opened(n / (z + s), s, w),),
     "do not click meanwhile"),
    ("faster from outside", check.task_3,
     (lambda n, z, s, w: 5 if w == 2.0 else opened(n / z, s, w),),
     "answers took no time"),
    ("two more", check.task_3, (lambda *team: check.fewest(*team) + 2,), "One fewer"),
    ("one less", check.task_3, (lambda *team: check.fewest(*team) - 1 or 1,),
     "too long"),
    ("two", check.task_3, (lambda *team: 2,), "too long"),
    ("parts", check.task_3, (lambda n, z, s, w: n * s / (w + z),), "no parts"),
    ("none", check.task_3, (lambda *team: 0,), "One is the least"),
    ("half a day", check.task_4, apart(lambda day, second, peaks: 12), "need not be a sine"),
    ("ahead", check.task_4, apart(lambda day, second, peaks: -np.argmin(peaks) % 24),
     r"were \*ahead\*"),
    ("highest", check.task_4, apart(lambda day, second, peaks: np.argmax(peaks)),
     "No hour needs more"),
    ("peak on low", check.task_4,
     apart(lambda day, second, peaks: (day.argmin() - day.argmax()) % 24), "quietest hour"),
    ("same size", check.task_4,
     apart(lambda day, second, peaks: np.argmin(
         [np.max(day + np.roll(day, hours)) for hours in range(24)])), "of the same size"),
    ("five", check.task_4, apart(lambda day, second, peaks: 5), "for each hour apart"),
    ("below 0", check.task_4, apart(lambda day, second, peaks: -12), "hours 0 to 23"),
    ("half an hour", check.task_4, apart(lambda day, second, peaks: 11.5), "no parts"),
    ("mean", check.task_4, apart(peak=lambda day, second: (1 + second) * day.mean()),
     "on average only"),
    ("both peaks", check.task_4, apart(peak=lambda day, second: (1 + second) * day.max()),
     "not at the same time"),
    ("one region", check.task_4, apart(peak=lambda day, second: day.max()), "for one region"),
    ("a thousand", check.task_4, apart(peak=lambda day, second: 1000.0), "busiest hour's"),
    ("variance", check.task_5, of_sums(np.var), "is the variance"),
    ("variation", check.task_5, of_sums(lambda n: np.std(n) / np.mean(n)),
     "standard deviation over"),
    ("squared", check.task_5, of_sums(lambda n: np.var(n) / np.mean(n) ** 2), "square of the mean"),
    ("upside down", check.task_5, of_sums(lambda n: np.mean(n) / np.var(n)), "upside down"),
    ("deviation", check.task_5, of_sums(np.std), "Square it"),
    ("a second's", check.task_5, (lambda counts, span: index(counts, 1), by_height),
     "at one second"),
    ("means", check.task_5, (lambda counts, span: index(counts, span) / span, by_height),
     "of the mean in each"),
    ("the rest", check.task_5, (with_rest, by_height), "not whole"),
    ("overlapping", check.task_5, (overlapping, by_height), "do not overlap"),
    ("of height", check.task_5, kind(by_height), "hardly grows"),
    ("of large height", check.task_5, kind(by_large_height), "ten its index grows"),
    ("trends are crowds", check.task_5, kind(growing), "no more than Poisson"),
    ("all is Poisson", check.task_5, kind(lambda counts: "Poisson"), "far from 1"),
    ("all is a day", check.task_5, kind(calm), "without the trend"),
    ("all is crowds", check.task_5, kind(lambda counts: "crowds"), "near 1 at every"),
    ("another word", check.task_5, kind(lambda counts: "poisson"), "one of"),
    ("no limit", check.task_6, (lambda stream, c, w: 0,), "0 is no limit"),
    ("all the work", check.task_6, (lambda stream, c, w: round(c * w),), "half of those"),
    ("twice the work", check.task_6, (lambda stream, c, w: round(2 * c * w),), "at the end of"),
    ("one", check.task_6, (lambda stream, c, w: 1,), "could have been served"),
    ("two", check.task_6, (lambda stream, c, w: 2,), "could have been served"),
    ("patience", check.task_6, (lambda stream, c, w: w,),
     "patience is seconds"),
    ("parts", check.task_6, (lambda stream, c, w: 0.71 * c * w,), "no parts"),
    ("negative", check.task_6, (lambda stream, c, w: -1,), "not negative"),
    ("infinite", check.task_6, (lambda stream, c, w: 1e9,), "is no limit"),
    ("line", check.task_7, (lambda counts: slope(ranked(counts)), holding), "line through all"),
    ("line of the head", check.task_7,
     (lambda counts: slope(ranked(counts[counts >= 10])), holding), "line through the head"),
    ("sign", check.task_7, (lambda counts: -0.9, holding), "wrong sign"),
    ("always", check.task_7, (lambda counts: 0.9, holding), "rank to be their own"),
    ("all seen", check.task_7, (lambda counts: likeliest(ranked(counts)), holding),
     "rank to be their own"),
    ("all", check.task_7, (lambda counts: likeliest(np.sort(counts)[::-1]), holding),
     "rank to be their own"),
    ("unsorted", check.task_7, (lambda counts: likeliest(counts[counts >= 10]), holding),
     "most popular first"),
    ("from 0", check.task_7, room(lambda a, n, share: holding(a, n, share) - 1), "begin at 0"),
    ("one more", check.task_7, room(lambda a, n, share: holding(a, n, share) + 1), "one fewer"),
    ("equal", check.task_7, room(lambda a, n, share: math.ceil(share * n)), "equally popular"),
    ("80 and 20", check.task_7, room(lambda a, n, share: math.ceil((1 - share) * n)), "80 and 20"),
    ("none", check.task_7, room(lambda a, n, share: 0), "None get nothing"),
    ("parts", check.task_7, room(lambda a, n, share: 0.3 * n + 0.5), "no parts"),
    ("a hundred", check.task_7, room(lambda a, n, share: 100), "They get"),
    ("same length", check.task_8,
     piece(lambda r, s, b, w: 2 * (w * (1 - r * s) - r * s * s / 2) / b), "exponential law"),
    ("whole piece", check.task_8, piece(lambda *m: right(*m) / 2), "half of a piece"),
    ("goal alone", check.task_8, piece(lambda r, s, b, w: 2 * w / b), "wait for each other"),
    ("no residual", check.task_8, piece(lambda r, s, b, w: 2 * w * (1 - r * s) / b),
     "only batch in front"),
    ("no queue", check.task_8, piece(lambda r, s, b, w: 2 * (w - r * s * s) / b),
     "queued behind other"),
    ("one queue", check.task_8,
     piece(lambda r, s, b, w: 2 * (w * (1 - r * s - b) - r * s * s) / b), "same right"),
    ("always batch", check.task_8, piece(lambda r, s, b, w: right(r, s, 1.0, w)),
     "always at a piece"),
    ("and service", check.task_8, piece(lambda r, s, b, w: right(r, s, b, w - s)),
     "wait and service"),
    ("milliseconds", check.task_8, piece(lambda *m: 1000 * right(*m)), "milliseconds"),
    ("goal", check.task_8, piece(lambda r, s, b, w: w), "finds a piece"),
    ("a minute", check.task_8, piece(lambda *m: 60.0), "they wait 12.9 s"),
    ("negative", check.task_8, piece(right, none=False), "None"),
    ("never", check.task_8, piece(lambda *m: None), "Return its length"),
]  # fmt: skip
