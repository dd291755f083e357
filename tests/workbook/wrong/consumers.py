"""Wrong hours and numbers of consumers, and the hint each of them has to get."""

from collections.abc import Callable
from math import ceil
from typing import Any

from scalelab.workbook import consumers as check
from scalelab.workbook.consumers import Log, Promise


def log(given: Any) -> Log:
    return Log(tuple(given[0]), *given[1:])


def right_hours(*given: Any) -> float | None:
    return check.hours_of(log(given))


def right_fewest(*given: Any) -> int | None:
    return check.fewest_of(Promise(tuple(given[0]), *given[1:]))


def hours(change: Callable[[Log, float], Any], never: Any = None) -> Callable[..., Any]:
    """Told the log, and the right hours; ``never`` where there are none."""

    def answer(*given: Any) -> Any:
        of = log(given)
        right = check.hours_of(of)
        return never if right is None else change(of, right)

    return answer


def rate(of_all: Callable[[Log], float]) -> Callable[..., Any]:
    """By another share of the events."""

    def answer(*given: Any) -> Any:
        of = log(given)
        share = of_all(of)
        if share >= of.speed_per_s:
            return None
        return of.stopped_h * share / (of.speed_per_s - share)

    return answer


def fewest(
    change: Callable[[Promise, int], Any] = lambda of, n: n, never: Any = None,
    hours_of: Callable[[Log], float | None] = check.hours_of, most: int = 0,
) -> Callable[..., Any]:  # fmt: skip
    def answer(*given: Any) -> Any:
        of = Promise(tuple(given[0]), *given[1:])
        for n in range(1, (most or len(of.rates_per_s)) + 1):
            takes = hours_of(Log(of.rates_per_s, n, of.speed_per_s, of.stopped_h))
            if takes is not None and takes <= of.within_h:
                return change(of, n)
        return never

    return answer


def mean_hours(of: Log) -> float | None:
    return rate(lambda of: sum(of.rates_per_s) / of.consumers)(*of)  # type: ignore[no-any-return]


def halved(*given: Any) -> Any:
    """As if more were always better."""
    of = Promise(tuple(given[0]), *given[1:])
    low, high = 1, len(of.rates_per_s)
    while low < high:
        n = (low + high) // 2
        takes = check.hours_of(Log(of.rates_per_s, n, of.speed_per_s, of.stopped_h))
        if takes is not None and takes <= of.within_h:
            high = n
        else:
            low = n + 1
    takes = check.hours_of(Log(of.rates_per_s, low, of.speed_per_s, of.stopped_h))
    return low if takes is not None and takes <= of.within_h else None


def busiest(of: Log) -> float:
    return max(check.shares_of(of.rates_per_s, of.consumers))


def exact(of: Log) -> float:
    """Just what comes is enough, after any time."""
    return 1e9


TAKE, FEWER, NEVER = "they take", "fewer do it", "never catches up"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    *((f"hours: {name}", check.task_6, (answer, right_fewest), hint) for name, answer, hint in (
        ("no function", 5, "expected a function"),
        ("nothing", lambda *_: None, "it does catch up"),
        ("a word", lambda *_: "long", "should be a number"),
        ("raises", lambda rates, *_: rates[99], "IndexError"),
        ("raises for idle ones", lambda rates, n, *rest: right_hours(rates, n, *rest)
         if n <= len(rates) else 1 // 0, "ZeroDivisionError"),
        ("idle ones never do", lambda rates, n, *rest: right_hours(rates, n, *rest)
         if n <= len(rates) else None, "Who has no partition"),
        ("any could read any", lambda rates, n, speed, stopped:
         stopped * sum(rates) / (n * speed - sum(rates)) if n * speed > sum(rates) else None,
         "any consumer could read any"),
        ("the mean share", rate(lambda of: sum(of.rates_per_s) / of.consumers),
         "any consumer could|a mean share|Who helps"),
        ("the least share", rate(lambda of: min(check.shares_of(of.rates_per_s, of.consumers))),
         "first that has caught up|Who helps"),
        ("the first one's share", rate(lambda of: sum(of.rates_per_s[:: of.consumers])),
         "When has the last|who is|which consumer|it does catch up|Who helps"),
        ("blocks", rate(check._blocks), "in turn, not in blocks|catch up|Who helps"),
        ("one partition", rate(lambda of: max(of.rates_per_s)),
         "other partitions as well|Who helps|first that has"),
        ("all alike", rate(lambda of: sum(of.rates_per_s) / len(of.rates_per_s)
                           * ceil(len(of.rates_per_s) / of.consumers)),
         "not all alike|Who helps|it does catch up|any consumer could"),
        ("from the beginning", hours(lambda of, right: of.stopped_h + right), "count from when"),
        ("nothing comes meanwhile",
         hours(lambda of, right: of.stopped_h * busiest(of) / of.speed_per_s), "more events come"),
        ("nothing comes meanwhile, all do",
         hours(lambda of, right: of.stopped_h * sum(of.rates_per_s)
               / (of.consumers * of.speed_per_s)), "more events come"),
        ("as long as it stopped", hours(lambda of, right: of.stopped_h),
         "how long they were stopped"),
        ("a mean over consumers", hours(lambda of, right: sum(
            of.stopped_h * share / (of.speed_per_s - share)
            for share in check.shares_of(of.rates_per_s, of.consumers))
            / len(check.shares_of(of.rates_per_s, of.consumers))), "a mean over consumers"),
        ("the queue of all",
         hours(lambda of, right: of.stopped_h * sum(of.rates_per_s)
               / (of.speed_per_s - busiest(of))), "not all for one"),
        ("a full queue", hours(lambda of, right: of.stopped_h * of.speed_per_s
                               / (of.speed_per_s - busiest(of))), "count from when"),
        ("in minutes", hours(lambda of, right: 60.0 * right), "in minutes"),
        ("in seconds", hours(lambda of, right: 3600.0 * right), "in seconds"),
        ("upside down", hours(lambda of, right: 1.0 / right), "which consumer is the last"),
        ("a constant", hours(lambda of, right: 7.77), "which consumer is the last"),
        ("never is 0", hours(lambda of, right: right, 0.0), "What is to spare|Who helps"),
        ("never is for ever", hours(lambda of, right: right, float("inf")),
         "What is to spare|Who helps"),
        ("never is negative", lambda rates, n, speed, stopped: stopped
         * busiest(Log(tuple(rates), n, speed, stopped))
         / (speed - busiest(Log(tuple(rates), n, speed, stopped)) or 1e-9),
         "What is to spare|Who helps"),
        ("just enough is enough", lambda *given: exact(log(given))
         if busiest(log(given)) == given[2] else right_hours(*given), "What is to spare"),
    )),
    *((f"fewest: {name}", check.task_6, (right_hours, answer), hint) for name, answer, hint in (
        ("no function", 5, "expected a function"),
        ("nothing", lambda *_: None, "some number of consumers"),
        ("a word", lambda *_: "many", "should be a number"),
        ("none", lambda *_: 0, "no number of consumers"),
        ("for ever", lambda *_: float("inf"), "no number of consumers"),
        ("a half", lambda *_: 2.5, "no number of consumers"),
        ("one", lambda *_: 1, NEVER),
        ("raises", lambda rates, *_: rates[99], "IndexError"),
        ("one for each partition", lambda rates, *_: len(rates), f"{FEWER}|{TAKE}|hottest"),
        ("one more", fewest(lambda of, n: n + 1), FEWER),
        ("one less", fewest(lambda of, n: max(n - 1, 1)), f"{TAKE}|{NEVER}"),
        ("twice as many", fewest(lambda of, n: 2 * n), FEWER),
        ("any could read any",
         fewest(hours_of=lambda of: None if of.consumers * of.speed_per_s <= sum(of.rates_per_s)
                else of.stopped_h * sum(of.rates_per_s)
                / (of.consumers * of.speed_per_s - sum(of.rates_per_s))), f"{TAKE}|{NEVER}"),
        ("the mean share", fewest(hours_of=mean_hours), f"{TAKE}|{NEVER}"),
        ("nothing comes meanwhile",
         fewest(hours_of=lambda of: of.stopped_h * busiest(of) / of.speed_per_s),
         f"{TAKE}|{NEVER}"),
        ("in blocks", fewest(hours_of=lambda of: rate(check._blocks)(*of)),
         f"{TAKE}|{NEVER}|{FEWER}|some number"),
        ("only that it catches up",
         fewest(hours_of=lambda of: 0.0 if check.hours_of(of) is not None else None), TAKE),
        ("with the stop in it", fewest(hours_of=lambda of: None if check.hours_of(of) is None
                                       else of.stopped_h + (check.hours_of(of) or 0.0)),
         f"{FEWER}|some number"),
        ("halved", halved, f"{FEWER}|some number"),
        ("never is all", fewest(never=12), "hottest partition|What do the others read"),
        ("never is 100", fewest(never=100), "What do the others read"),
        ("never is 0", fewest(never=0), "no number of consumers"),
        ("six at most", fewest(most=6), "some number of consumers"),
        ("divisors only", fewest(lambda of, n: next(
            m for m in range(n, len(of.rates_per_s) + 1) if len(of.rates_per_s) % m == 0)), FEWER),
        ("in minutes", lambda rates, speed, stopped, within:
         right_fewest(rates, speed, stopped, 60 * within), TAKE),
    )),
]  # fmt: skip
