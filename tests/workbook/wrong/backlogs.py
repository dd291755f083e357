"""Wrong sums about queues, and the hint each of them has to get."""

from collections.abc import Callable
from math import ceil, floor
from typing import Any

from scalelab.workbook import backlogs as check

Pair = tuple[float, float]


def right_backlog(*given: Any) -> Any:
    return check.backlog_of(check.Spike(*given))


def right_workers(*given: Any) -> Any:
    return check.workers_of(check.Promise(*given))


def right_limit(*given: Any) -> Any:
    return check.limit_of(check.Room(*given))


def backlog_of(change: Callable[[check.Spike, Pair | None], Any]) -> tuple[Any, ...]:
    def answer(*given: Any) -> Any:
        of = check.Spike(*given)
        return change(of, check.backlog_of(of))

    return answer, right_workers, right_limit


def if_ends(change: Callable[[check.Spike, float, float], Any]) -> tuple[Any, ...]:
    """Where there is a queue that gets empty."""
    return backlog_of(lambda of, right: change(of, *right) if right and right[0] else right)


def workers_of(change: Callable[[check.Promise, int | None], Any]) -> tuple[Any, ...]:
    def answer(*given: Any) -> Any:
        of = check.Promise(*given)
        return change(of, check.workers_of(of))

    return right_backlog, answer, right_limit


def limit_of(change: Callable[[check.Room, int], Any]) -> tuple[Any, ...]:
    def answer(*given: Any) -> Any:
        of = check.Room(*given)
        return change(of, check.limit_of(of))

    return right_backlog, right_workers, answer


def unbounded(of: check.Spike, right: Pair | None) -> Pair:
    """Below nothing, where there is no queue."""
    capacity = of.workers / of.service_s
    waiting = (of.spike_per_s - capacity) * 60 * of.minutes
    spare = capacity - of.usual_per_s or 1e-9
    return waiting / spare / 60, waiting / capacity / 60


def in_parts(of: check.Promise, right: int | None) -> Any:
    spare_s = 60 * of.deadline_min - of.service_s
    return None if right is None else of.spike_per_s * of.service_s * 60 * of.minutes / (
        60 * of.minutes + spare_s
    )  # fmt: skip


UNTIL, OLDEST, SPARE = "until empty", "who waits longest", "to spare after the spike"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no function", check.task_4, (1, right_workers, right_limit), "expected a function"),
    *((f"backlog: {name}", check.task_4, given, hint) for name, given, hint in (
        ("never", backlog_of(lambda o, r: None), "it does get empty"),
        ("one number", backlog_of(lambda o, r: 7.0), "two things"),
        ("three numbers", backlog_of(lambda o, r: (1.0, 2.0, 3.0)), "two things"),
        ("texts", backlog_of(lambda o, r: ("a", "b")), "should be a number"),
        ("seconds", if_ends(lambda o, a, b: (60 * a, 60 * b)), "These are seconds"),
        ("the other order", if_ends(lambda o, a, b: (b, a)), f"{UNTIL}|others come"),
        ("nobody comes", if_ends(lambda o, a, b: (b, b)), "others come while"),
        ("from its beginning", if_ends(lambda o, a, b: (a + o.minutes, b)), "the end of the spike"),
        ("all wait", if_ends(lambda o, a, b: (
            o.spike_per_s * o.minutes / float(o.capacity - check.Fraction(o.usual_per_s)), b)),
         "done in the spike"),
        ("as long as the spike", if_ends(lambda o, a, b: (o.minutes, b)), UNTIL),
        ("half as long", if_ends(lambda o, a, b: (a / 2, b)), UNTIL),
        ("tasks", if_ends(lambda o, a, b: (float(o.backlog), b)), UNTIL),
        ("oldest at the end of the spike",
         if_ends(lambda o, a, b: (a, o.minutes * (1 - float(o.capacity) / o.spike_per_s))),
         "when the spike ends"),
        ("oldest in seconds", if_ends(lambda o, a, b: (a, 60 * b)), OLDEST),
        ("its own time too", if_ends(lambda o, a, b: (a, b + o.service_s / 60)), OLDEST),
        ("the whole queue's time", if_ends(lambda o, a, b: (a, a)), OLDEST),
        ("the spike is the oldest", if_ends(lambda o, a, b: (a, o.minutes)), OLDEST),
        ("nought for never", backlog_of(lambda o, r: r or (0.0, 0.0)), SPARE),
        ("infinite for never", backlog_of(lambda o, r: r or (float("inf"), float("inf"))), SPARE),
        ("below nothing", backlog_of(unbounded), "No time is less|to spare"),
        ("where nothing waits, the spike",
         backlog_of(lambda o, r: (o.minutes, 0.0) if r == (0.0, 0.0) else r),
         "Does anything wait"),
        ("raises", backlog_of(lambda o, r: 1 / 0), "ZeroDivisionError"),
    )),
    *((f"workers: {name}", check.task_4, workers_of(change), hint) for name, change, hint in (
        ("never", lambda o, r: None, "some number does it"),
        ("a text", lambda o, r: "ten", "should be a number"),
        ("parts", in_parts, "no part of a worker"),
        ("only for the spike", lambda o, r: check.workers_of(o, lasting=False), "after the spike"),
        ("without its own time", lambda o, r: r and check.workers_of(o, own=False), "own time"),
        ("nobody waits", lambda o, r: r and ceil(o.spike_per_s * o.service_s), "waits at all"),
        ("one fewer", lambda o, r: r and r - 1, "some are late|own time"),
        ("one more", lambda o, r: r and r + 1, "fewer do it"),
        ("twice as many", lambda o, r: r and 2 * r, "fewer do it"),
        ("as usual", lambda o, r: r and floor(o.usual_per_s * o.service_s) + 1, "some are late"),
        ("however short", lambda o, r: r or 1000, "that does not wait"),
        ("raises", lambda o, r: [][0], "IndexError"),
    )),
    *((f"limit: {name}", check.task_4, limit_of(change), hint) for name, change, hint in (
        ("nothing", lambda o, r: None, "returns nothing"),
        ("a text", lambda o, r: "many", "should be a number"),
        ("parts", lambda o, r: r + 0.5, "no part of a task"),
        ("without its own time", lambda o, r: check.limit_of(o, own=False), "its own time"),
        ("those at work too", lambda o, r: r + o.workers, "at work|its own time"),
        ("one more", lambda o, r: r + 1, "is late"),
        ("one fewer", lambda o, r: r - 1, "more can wait"),
        ("none", lambda o, r: 0, "more can wait"),
        ("10,000", lambda o, r: 10_000, "is late"),
        ("of one worker", lambda o, r: floor((60 * o.deadline_min - o.service_s) / o.service_s),
         "more can wait"),
        ("minutes for seconds", lambda o, r: floor(o.deadline_min * o.workers / o.service_s),
         "more can wait"),
        ("raises", lambda o, r: 1 / 0, "ZeroDivisionError"),
    )),
]  # fmt: skip
