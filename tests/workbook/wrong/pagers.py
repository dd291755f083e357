"""Wrong burn rates and wrong alerts, and the hint each of them has to get."""

from collections.abc import Callable
from typing import Any

from scalelab.workbook import pagers as check
from scalelab.workbook.pagers import Minute

Page = Callable[[list[Minute], float], Any]


def right_rate(spent: float, hours: float, days: float) -> float:
    return spent * days * 24 / hours


def share(minutes: list[Minute], window: int) -> float:
    of = minutes[-window:]
    requests = sum(came for came, _ in of)
    return sum(bad for _, bad in of) / requests if requests else 0.0


def burns(*pairs: tuple[float, int, int], all_of: bool = False) -> Page:
    """A rate in two windows each; one of the pairs, or all."""

    def page(minutes: list[Minute], slo: float) -> bool:
        some = (
            min(share(minutes, long), share(minutes, short)) > rate * (1 - slo)
            for rate, long, short in pairs
        )
        return all(some) if all_of else any(some)

    return page


def over(threshold: float, window: int) -> Page:
    """Whatever the promise."""
    return lambda minutes, slo: share(minutes, window) > threshold


def held(of: Page, minutes_long: int) -> Page:
    """True at each of so many minutes."""
    return lambda minutes, slo: (
        len(minutes) > minutes_long
        and all(of(minutes[: len(minutes) - i], slo) for i in range(minutes_long))
    )


def by_count(failed: int, window: int) -> Page:
    return lambda minutes, slo: sum(bad for _, bad in minutes[-window:]) > failed


def divides(minutes: list[Minute], slo: float) -> bool:
    of = minutes[-5:]
    return sum(bad for _, bad in of) / sum(came for came, _ in of) > 14.4 * (1 - slo)


def mean_of_shares(minutes: list[Minute], slo: float) -> bool:
    of = minutes[-5:]
    return sum(bad / came for came, bad in of) / len(of) > 14.4 * (1 - slo)


def for_good() -> Page:
    """Once it has fired it never stops."""
    seen: list[bool] = []

    def page(minutes: list[Minute], slo: float) -> bool:
        right = burns(*TWO)(minutes, slo)
        if len(minutes) == 1:
            seen.clear()
        if right:
            seen.append(True)
        return bool(seen)

    return page


def first_hour_only(minutes: list[Minute], slo: float) -> bool:
    return burns(*TWO)(minutes[:60], slo)


TWO = ((14.4, 60, 5), (6.0, 360, 30))
LATE, OVER, NOTHING = "nobody is called by", "is over for 35 minutes", "calls without an incident"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no function", check.task_7, (14.4, burns(*TWO)), "expected a function"),
    *((f"rate: {name}", check.task_7, (rate, burns(*TWO)), hint) for name, rate, hint in (
        ("nothing", lambda s, h, d: None, "returns nothing"),
        ("a text", lambda s, h, d: "fast", "should be a number"),
        ("14.4", lambda s, h, d: 14.4, "At 1 all of it is spent"),
        ("days and hours", lambda s, h, d: s * d / h, "days and hours"),
        ("upside down", lambda s, h, d: h / (s * d * 24), "the other way round"),
        ("percent", lambda s, h, d: 100 * s * d * 24 / h, "not a percentage"),
        ("longer is faster", lambda s, h, d: s * h / (d * 24), "the shorter the window"),
        ("always 30 days", lambda s, h, d: s * 720 / h, "At 1 all of it"),
        ("the budget alone", lambda s, h, d: s, "At 1 all of it|days and hours"),
        ("minutes", lambda s, h, d: s * d * 1440 / h, "At 1 all of it"),
        ("raises", lambda s, h, d: [][0], "IndexError"),
    )),
    ("no function to page", check.task_7, (right_rate, True), "expected a function"),
    *((f"page: {name}", check.task_7, (right_rate, page), hint) for name, page, hint in (
        ("nothing", lambda minutes, slo: None, "returns nothing"),
        ("a number", lambda minutes, slo: 1, "should be True or False"),
        ("never", lambda minutes, slo: False, LATE),
        ("always", lambda minutes, slo: True, f"{NOTHING}|{OVER}"),
        ("divides by nothing", divides, f"ZeroDivisionError|{NOTHING}"),
        ("a mean of shares", mean_of_shares, f"ZeroDivisionError|{NOTHING}"),
        ("raises", lambda minutes, slo: minutes[5000], "IndexError"),
        ("each failure", by_count(0, 1), f"{NOTHING}.*chance"),
        ("each minute with a share", over(0.01, 1), NOTHING),
        ("1 % in five minutes", over(0.01, 5), f"{NOTHING}.*A minute with some failures"),
        ("1 % in ten minutes", over(0.01, 10), f"{NOTHING}|{LATE}"),
        ("5 % in five minutes", over(0.05, 5), f"{LATE}|{NOTHING}"),
        ("14.4 in five minutes", burns((14.4, 5, 5)), NOTHING),
        ("half in five minutes", over(0.5, 5), LATE),
        ("held for ten minutes", held(over(0.01, 5), 10), f"{LATE}.*for which it waits"),
        ("held for five", held(over(0.01, 5), 5), f"{LATE}.*for which it waits|{NOTHING}"),
        ("held for three", held(burns(*TWO), 3), f"{LATE}.*for which it waits"),
        ("minute after minute", held(over(0.01, 1), 4), f"{LATE}"),
        ("36 in an hour", burns((36.0, 60, 60)), f"{LATE}|{OVER}"),
        ("14.4 in an hour", burns((14.4, 60, 60)), f"{OVER}|{LATE}"),
        ("an hour and five minutes", burns((14.4, 60, 5)), f"{LATE}.*slow, and goes on for hours"),
        ("six hours and 30 minutes", burns((6.0, 360, 30)), LATE),
        ("six hours", burns((6.0, 360, 360)), f"{LATE}|{OVER}"),
        ("both have to", burns(*TWO, all_of=True), LATE),
        ("long windows alone", burns((14.4, 60, 60), (6.0, 360, 360)), OVER),
        ("short windows alone", burns((14.4, 5, 5), (6.0, 30, 30)), NOTHING),
        ("36 hours", burns((1.0, 2160, 2160)), f"{LATE}|{OVER}|{NOTHING}"),
        ("a tenth of the rates", burns((1.44, 60, 5), (0.6, 360, 30)), f"{NOTHING}|{OVER}"),
        ("half of the rates", burns((3.0, 60, 5), (1.0, 360, 30)), f"{NOTHING}|{OVER}"),
        ("ten times the rates", burns((144.0, 60, 5), (60.0, 360, 30)), LATE),
        ("twice the rates", burns((28.8, 60, 5), (12.0, 360, 30)), LATE),
        ("for 99.9 % always", lambda minutes, slo: burns(*TWO)(minutes, 0.999),
         f"{NOTHING}|{OVER}"),
        ("for 99 % always", lambda minutes, slo: burns(*TWO)(minutes, 0.99), LATE),
        ("the promise, not the rest", lambda minutes, slo: share(minutes, 5) > slo, LATE),
        ("ten failures in five minutes", by_count(10, 5), f"{NOTHING}|{OVER}|{LATE}"),
        ("a thousand in an hour", by_count(1000, 60), f"{LATE}|{OVER}|{NOTHING}"),
        ("for good", for_good(), OVER),
        ("the first hour", first_hour_only, LATE),
        ("the whole day", burns((6.0, 1440, 1440)), f"{LATE}|{OVER}"),
    )),
]  # fmt: skip
