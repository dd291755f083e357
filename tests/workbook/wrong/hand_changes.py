"""Wrong shares of machines as written and wrong ways to keep a promise, with their hints."""

from collections.abc import Callable
from math import ceil, inf
from typing import Any

from scalelab.workbook import hand_changes as check
from scalelab.workbook.hand_changes import IMAGE, RECONCILED


def conforming(
    ends: Callable[[check.Record, check.Change], float] = check.undone,
    merged: bool = True,
    said: Callable[[float, float, check.Record], Any] = lambda now, mean, of: (now, mean),
) -> Callable[..., Any]:
    """The right answer with other ends of changes, or with something done to it."""

    def answer(machines: int, declared: set[str], changes: list[check.Change], every_h: float,
               until_h: float) -> Any:  # fmt: skip
        of = check.Record(machines, frozenset(declared), tuple(changes), every_h, until_h)
        return said(*check.shares(of, ends, merged), of)

    return answer


def touched(of: check.Record) -> float:
    return 1.0 - len({which for _, which, _ in of.changes}) / of.machines


def counted(of: check.Record) -> float:
    """Changes that are there, each as one machine."""
    there = sum(check.undone(of, change) > of.until_h for change in of.changes)
    return max(1.0 - there / of.machines, 0.0)


def forgets(of: check.Record, change: check.Change) -> float:
    """The last application comes at the end."""
    end = check.undone(of, change)
    return end if end == inf else min(end, of.until_h)


def before(of: check.Record, change: check.Change) -> float:
    """Rounded down, as if it had been applied before the change."""
    at, _, setting = change
    return at // of.every_h * of.every_h if setting in of.declared else inf


def opposite(of: check.Record, change: check.Change) -> float:
    at, _, setting = change
    return inf if setting in of.declared else ceil(at / of.every_h) * of.every_h


def best_of(of: check.Promise) -> tuple[Any, ...] | None:
    """The cheapest, as the notebook wants it."""
    kept = [
        one for one in check.choices()
        if check.as_written(of.changes_per_month, *one) >= of.promised
    ]  # fmt: skip
    return told(min(kept, key=lambda one: check.usd(of, *one))) if kept else None


def told(one: tuple[str, float, float]) -> tuple[Any, ...]:
    return (IMAGE, one[2] / 24.0) if one[0] == IMAGE else one


def cheapest(
    other: Callable[[check.Promise], check.Promise] = lambda of: of,
    change: Callable[[tuple[Any, ...]], Any] = lambda found: found,
    if_none: Any = None,
) -> Callable[..., Any]:
    def answer(*given: float) -> Any:
        found = best_of(other(check.Promise(*given)))
        return change(found) if found else if_none

    return answer


def only(way: str) -> Callable[..., Any]:
    """The cheapest of one way."""

    def answer(*given: float) -> Any:
        of = check.Promise(*given)
        kept = [
            one for one in check.choices()
            if one[0] == way and check.as_written(of.changes_per_month, *one) >= of.promised
        ]  # fmt: skip
        return told(min(kept, key=lambda one: check.usd(of, *one))) if kept else None

    return answer


def at_end(*given: float) -> Any:
    """By the last month in place of the year."""
    of = check.Promise(*given)

    def last(way: str, declared: float, hours: float) -> float:
        found = check.model.compare(
            changes_per_month=of.changes_per_month, declared=declared,
            every_h=hours if way == RECONCILED else 24.0,
            replace_days=hours / 24.0 if way == IMAGE else 7.0,
        )  # fmt: skip
        return 1.0 - next(each.wrong_at_end for each in found if each.way == way)

    kept = [one for one in check.choices() if last(*one) >= of.promised]
    return told(min(kept, key=lambda one: check.usd(of, *one))) if kept else None


good, right = conforming(), cheapest()
SHAPE = "it should be \\('Code, reconciled'"
CHEAPER = "there is a cheaper way"
STAYS, LATE = "what stays wrong for good", "until it is put right"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_4, (lambda *_: None, right), "returns nothing"),
    ("no function", check.task_4, (0.5, right), "expected a function"),
    ("one number", check.task_4, (lambda *_: 0.5, right), "return two things"),
    ("three numbers", check.task_4, (lambda *_: (1, 1, 1), right), "return two things"),
    ("a text", check.task_4, (lambda *_: ("all", 1.0), right), "should be a number"),
    ("percent", check.task_4,
     (conforming(said=lambda now, mean, of: (100 * now, mean)), right), "not a percentage"),
    ("percent of the time", check.task_4,
     (conforming(said=lambda now, mean, of: (now, 100 * mean)), right), "not a percentage"),
    ("less than none", check.task_4, (lambda *_: (-0.5, 1.0), right), "not negative"),
    ("always all", check.task_4, (lambda *_: (1.0, 1.0), right), "only what it declares"),
    ("always none", check.task_4, (lambda *_: (0.0, 0.0), right), "a change that nobody has"),
    ("those that are wrong", check.task_4,
     (conforming(said=lambda now, mean, of: (1 - now, mean)), right), "Those are the others"),
    ("wrong hours", check.task_4,
     (conforming(said=lambda now, mean, of: (now, 1 - mean)), right), "are not as written"),
    ("both the share now", check.task_4,
     (conforming(said=lambda now, mean, of: (now, now)), right), "How was it before"),
    ("swapped", check.task_4,
     (conforming(said=lambda now, mean, of: (mean, now)), right), "a change that nobody has"),
    ("never undone", check.task_4, (conforming(check.never), right), "when it is applied"),
    ("always undone", check.task_4, (conforming(check.always), right), "only what it declares"),
    ("never touched", check.task_4,
     (conforming(said=lambda now, mean, of: (touched(of), mean)), right), "when it is applied"),
    ("by changes", check.task_4,
     (conforming(said=lambda now, mean, of: (counted(of), mean)), right), "nobody has undone"),
    ("after so long", check.task_4, (conforming(check.later), right), "it is not so long"),
    ("the last one at the end", check.task_4, (conforming(forgets), right), "nobody has undone"),
    ("applied before", check.task_4, (conforming(before), right),
     "nobody has undone|for how many hours"),
    ("the opposite", check.task_4, (conforming(opposite), right),
     "nobody has undone|for how many hours"),
    ("twice wrong", check.task_4, (conforming(merged=False), right), "not wrong twice"),
    ("twice wrong, not below none", check.task_4,
     (conforming(merged=False, said=lambda now, mean, of: (now, max(mean, 0.0))), right),
     "not wrong twice"),
    ("the mean of both ends", check.task_4,
     (conforming(said=lambda now, mean, of: (now, (1 + now) / 2)), right), "for how many hours"),
    ("in hours", check.task_4,
     (conforming(said=lambda now, mean, of: (now, mean * of.until_h)), right), "percentage|hours"),
    ("raises", check.task_4, (lambda *_: [][0], right), "IndexError"),

    ("no function to choose", check.task_4, (good, 3), "expected a function"),
    ("never a way", check.task_4, (good, lambda *_: None), "there is a way"),
    ("a number", check.task_4, (good, lambda *_: 0.9), SHAPE),
    ("the way alone", check.task_4, (good, lambda *_: IMAGE), SHAPE),
    ("the way in a tuple", check.task_4, (good, lambda *_: (IMAGE,)), SHAPE),
    ("another way", check.task_4, (good, lambda *_: ("By hand", 1.0)), SHAPE),
    ("no hours", check.task_4, (good, lambda *_: (RECONCILED, 0.9)), SHAPE),
    ("too much of an image", check.task_4, (good, lambda *_: (IMAGE, 0.9, 7.0)), SHAPE),
    ("the numbers alone", check.task_4, (good, cheapest(change=lambda found: found[1:])), SHAPE),
    ("days that there are not", check.task_4, (good, lambda *_: (IMAGE, 3.0)), "none of \\("),
    ("hours that there are not", check.task_4, (good, lambda *_: (RECONCILED, 0.9, 12.0)),
     "none of \\("),
    ("swapped numbers", check.task_4, (good, lambda *_: (RECONCILED, 24.0, 0.9)), "none of \\("),
    ("a text for a number", check.task_4, (good, lambda *_: (IMAGE, "7")), "should be a number"),
    ("percent declared", check.task_4, (good, lambda *_: (RECONCILED, 90, 24.0)), "none of \\("),
    *((f"always {declared:g}, {hours:g} h", check.task_4,
       (good, lambda *_, d=declared, h=hours: (RECONCILED, d, h)),
       f"{CHEAPER}|{STAYS}|{LATE}")
      for declared in (0.5, 0.8, 0.95, 0.99) for hours in (0.5, 24.0, 168.0)),
    *((f"every {days:g} days", check.task_4, (good, lambda *_, d=days: (IMAGE, d)),
       f"{CHEAPER}|{LATE}") for days in check.REPLACE_DAYS),
    ("images only", check.task_4, (good, only(IMAGE)), f"{CHEAPER}.*the other one"),
    ("code only", check.task_4, (good, only(RECONCILED)), f"{CHEAPER}.*the other one"),
    ("by the last month", check.task_4, (good, at_end), CHEAPER),
    ("impossible, and daily", check.task_4, (good, cheapest(if_none=(IMAGE, 1.0))), STAYS),
    ("impossible, and all in code", check.task_4,
     (good, cheapest(if_none=(RECONCILED, 0.99, 0.5))), STAYS),
    ("half the changes", check.task_4,
     (good, cheapest(lambda of: of._replace(changes_per_month=of.changes_per_month / 2))),
     f"{STAYS}|{LATE}"),
    ("twice the changes", check.task_4,
     (good, cheapest(lambda of: of._replace(changes_per_month=2 * of.changes_per_month))),
     f"{CHEAPER}|there is a way"),
    ("a promise too many", check.task_4,
     (good, cheapest(lambda of: of._replace(promised=(1 + of.promised) / 2))),
     f"{CHEAPER}|there is a way"),
    ("half a promise", check.task_4,
     (good, cheapest(lambda of: of._replace(promised=1 - 2 * (1 - of.promised)))),
     f"{STAYS}|{LATE}"),
    ("code for nothing", check.task_4,
     (good, cheapest(lambda of: of._replace(declare_usd=0.0))), CHEAPER),
    ("applied for nothing", check.task_4,
     (good, cheapest(lambda of: of._replace(apply_usd=0.0))), CHEAPER),
    ("replaced for nothing", check.task_4,
     (good, cheapest(lambda of: of._replace(replace_usd=0.0))), CHEAPER),
    ("a share costs as one per cent", check.task_4,
     (good, cheapest(lambda of: of._replace(declare_usd=of.declare_usd / 100))), CHEAPER),
    ("more often", check.task_4,
     (good, cheapest(change=lambda found: (*found[:-1], 1.0))), CHEAPER),
]  # fmt: skip
