"""Wrong figures of updates and settings that break a promise, with their hints."""

from collections.abc import Callable
from math import ceil, floor
from typing import Any

from scalelab.workbook import rollouts as check

Of = check.Rolling


def rollout(
    first: Callable[[Of, int, int, float], float] | None = None,
    minutes: Callable[[Of, int, int, float], float] | None = None,
    least: Callable[[Of, int, int], float] | None = None,
) -> Callable[..., Any]:
    """Told the update, how many more and fewer, and what is right."""

    def answer(*given: Any) -> Any:
        of = Of(*given)
        surge, unavailable = check.fenceposts(of)
        share = check.first_share(of, surge, unavailable, of.min_ready_s > 0)
        takes = check.waves(of, surge, unavailable) * (of.start_s + of.min_ready_s) / 60.0
        return (
            first(of, surge, unavailable, share) if first else share,
            minutes(of, surge, unavailable, takes) if minutes else takes,
            least(of, surge, unavailable) if least else of.replicas - unavailable,
        )

    return answer


def wave(of: Of, surge: int, unavailable: int) -> int:
    return min(surge + unavailable, of.replicas)


def each_min(of: Of) -> float:
    return (of.start_s + of.min_ready_s) / 60.0


def right_of(of: check.Limits) -> check.Chosen | None:
    return next((one for one in check.every_choice() if check.keeps(of, one)), None)


def settings(
    other: Callable[[check.Limits], check.Limits] = lambda of: of,
    change: Callable[[check.Chosen], Any] = lambda found: found,
    if_none: Any = None,
) -> Callable[..., Any]:
    """The right answer to other limits, or with a change."""

    def answer(*given: Any) -> Any:
        found = right_of(other(check.Limits(*given)))
        return change(found) if found else if_none

    return answer


def where(keeps: Callable[[check.Limits, check.Chosen], bool]) -> Callable[..., Any]:
    """The first that keeps a part of it."""

    def answer(*given: Any) -> Any:
        of = check.Limits(*given)
        return next((one for one in check.every_choice() if keeps(of, one)), None)

    return answer


def takes(of: check.Limits, chosen: check.Chosen) -> float:
    return check.updated(of, chosen, "Good")[0].takes_min or 0.0


def enough(of: check.Limits, chosen: check.Chosen) -> bool:
    good, needed = check.updated(of, chosen, "Good")
    return good.least - of.per_node >= needed


good, right = rollout(), settings()
NODE, LONG, MET = "if a node dies meanwhile", "an update takes", "a bad version answers"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_7, (lambda *_: None, right), "returns nothing"),
    ("no function", check.task_7, (0.6, right), "expected a function"),
    ("one number", check.task_7, (lambda *_: 0.625, right), "return three things"),
    ("a text", check.task_7, (lambda *_: (0.5, "two", 8), right), "should be a number"),
    ("always the lab's", check.task_7, (lambda *_: (0.625, 2.0, 8), right),
     "minutes|which way|how many"),
    ("percent", check.task_7, (rollout(lambda o, s, u, r: 100 * r), right), "not a percentage"),
    ("what old ones answer", check.task_7, (rollout(lambda o, s, u, r: 1 - r), right),
     "what the old ones answer"),
    ("of the usual number", check.task_7,
     (rollout(lambda o, s, u, r: wave(o, s, u) / o.replicas), right), "Not of the usual number"),
    ("of all", check.task_7,
     (rollout(lambda o, s, u, r: wave(o, s, u) / (o.replicas + s)), right),
     "when do old ones go|not there any more"),
    ("surge alone", check.task_7, (rollout(lambda o, s, u, r: s / (s + o.replicas)), right),
     "more start than those"),
    ("old ones wait", check.task_7,
     (rollout(lambda o, s, u, r: check.first_share(o, s, u, True)), right), "when do old ones go"),
    ("old ones go at once", check.task_7,
     (rollout(lambda o, s, u, r: check.first_share(o, s, u, False)), right), "when do old ones go"),
    ("none at first", check.task_7, (rollout(lambda o, s, u, r: 0.0), right),
     "how many are new"),
    ("all", check.task_7, (rollout(lambda o, s, u, r: 1.0), right), "how many are new"),
    *((f"{share:.0%} of the requests", check.task_7,
       (rollout(lambda o, s, u, r, x=share: x), right), "how many are new|of how many") for share in
      (0.05, 0.2, 0.25, 0.33, 0.5, 0.75)),
    ("seconds", check.task_7, (rollout(minutes=lambda o, s, u, r: 60 * r), right), "are seconds"),
    ("hours", check.task_7, (rollout(minutes=lambda o, s, u, r: r / 60), right),
     "how many start at a time"),
    ("not waited for", check.task_7,
     (rollout(minutes=lambda o, s, u, r: check.waves(o, s, u) * o.start_s / 60), right),
     "ready for a while"),
    ("the first wave", check.task_7, (rollout(minutes=lambda o, s, u, r: each_min(o)), right),
     "is the first of them"),
    ("parts of waves", check.task_7,
     (rollout(minutes=lambda o, s, u, r: o.replicas / (s + u) * each_min(o)), right),
     "no part of a wave"),
    ("the last wave forgotten", check.task_7,
     (rollout(minutes=lambda o, s, u, r: o.replicas // (s + u) * each_min(o)), right),
     "left for a last one"),
    ("surge alone, minutes", check.task_7,
     (rollout(minutes=lambda o, s, u, r: check.waves(o, s, 0) * each_min(o)), right),
     "old ones may be missing"),
    ("missing alone, minutes", check.task_7,
     (rollout(minutes=lambda o, s, u, r: check.waves(o, 0, u) * each_min(o)), right),
     "more than usual"),
    ("one by one", check.task_7, (rollout(minutes=lambda o, s, u, r: o.replicas * each_min(o)),
                                  right), "how many are replaced at a time"),
    ("a wave too many", check.task_7,
     (rollout(minutes=lambda o, s, u, r: r + each_min(o)), right), "how many start at a time"),
    ("parts of replicas", check.task_7,
     (rollout(least=lambda o, s, u: o.replicas * (1 - o.unavailable_percent / 100)), right),
     "no part of a replica"),
    ("rounded up", check.task_7,
     (rollout(least=lambda o, s, u: o.replicas - ceil(o.replicas * o.unavailable_percent / 100)),
      right), "which way"),
    ("none missing", check.task_7, (rollout(least=lambda o, s, u: o.replicas), right),
     "how many may be missing"),
    ("those missing", check.task_7, (rollout(least=lambda o, s, u: u), right),
     "How many are left"),
    ("less the surge", check.task_7, (rollout(least=lambda o, s, u: o.replicas - u - s), right),
     "no replica less"),
    ("none can move", check.task_7,
     (rollout(least=lambda o, s, u: o.replicas - floor(o.replicas * o.unavailable_percent / 100)),
      right), "if nothing could move"),
    ("none left", check.task_7, (rollout(least=lambda o, s, u: 0), right), "may be missing"),
    ("raises", check.task_7, (lambda *_: 1 / 0, right), "ZeroDivisionError"),

    ("no function to set", check.task_7, (good, (25, 25, 0)), "expected a function"),
    ("never", check.task_7, (good, lambda *_: None), "there are settings"),
    ("one setting", check.task_7, (good, lambda *_: 25), "return three things"),
    ("two settings", check.task_7, (good, lambda *_: (25, 25)), "return three things"),
    ("a text in it", check.task_7, (good, lambda *_: ("25%", 0, 0)), "should be a number"),
    ("shares", check.task_7, (good, lambda *_: (0.25, 0.25, 0)), "none of \\("),
    ("other seconds", check.task_7, (good, lambda *_: (25, 25, 45)), "none of \\("),
    ("all may be missing", check.task_7, (good, lambda *_: (0, 100, 0)), "none of \\("),
    ("neither", check.task_7, (good, lambda *_: (0, 0, 300.0)), "neither more nor fewer"),
    *((f"always {one.surge_percent}, {one.unavailable_percent}, {one.min_ready_s:g}",
       check.task_7, (good, lambda *_, one=one: one), f"{NODE}|{LONG}|{MET}")
      for one in check.every_choice()[::7]),
    ("nobody dies", check.task_7,
     (good, where(lambda of, c: takes(of, c) <= of.most_min and check.met(of, c) <= of.most_met)),
     NODE),
    ("one dies", check.task_7, (good, settings(lambda of: of._replace(per_node=1))), NODE),
    ("bad ones forgotten", check.task_7,
     (good, settings(lambda of: of._replace(most_met=1.0))), MET),
    ("twice as many meet it", check.task_7,
     (good, settings(lambda of: of._replace(most_met=2 * of.most_met))), MET),
    ("half as many meet it", check.task_7,
     (good, settings(lambda of: of._replace(most_met=of.most_met / 2))), "there are settings"),
    ("for ever", check.task_7, (good, settings(lambda of: of._replace(most_min=1e9))), LONG),
    ("twice as long", check.task_7,
     (good, settings(lambda of: of._replace(most_min=2 * of.most_min))), LONG),
    ("half as long", check.task_7,
     (good, settings(lambda of: of._replace(most_min=of.most_min / 2))), "there are settings"),
    ("seconds for minutes", check.task_7,
     (good, settings(lambda of: of._replace(most_min=of.most_min / 60))), "there are settings"),
    ("half the load", check.task_7,
     (good, settings(lambda of: of._replace(rate_per_s=of.rate_per_s / 2))), f"{NODE}|{MET}"),
    ("starts at once", check.task_7,
     (good, settings(lambda of: of._replace(start_s=1.0))), f"{LONG}|{MET}"),
    ("only in time", check.task_7, (good, where(lambda of, c: takes(of, c) <= of.most_min)),
     f"{NODE}|{MET}"),
    ("only few", check.task_7, (good, where(lambda of, c: check.met(of, c) <= of.most_met)),
     f"{NODE}|{LONG}"),
    ("only enough", check.task_7, (good, where(enough)), f"{LONG}|{MET}"),
    ("impossible, and the default", check.task_7, (good, settings(if_none=(25, 25, 0.0))),
     f"{NODE}|{LONG}|{MET}"),
    ("impossible, and slowly", check.task_7, (good, settings(if_none=(10, 0, 600.0))),
     f"{NODE}|{LONG}|{MET}"),
    ("no waiting", check.task_7,
     (good, settings(change=lambda one: one._replace(min_ready_s=0.0))), MET),
    ("ten minutes", check.task_7,
     (good, settings(change=lambda one: one._replace(min_ready_s=600.0))), LONG),
    ("half may be missing", check.task_7,
     (good, settings(change=lambda one: one._replace(unavailable_percent=50))), NODE),
]  # fmt: skip
