"""Wrong autoscalers, and the hint each of them has to get."""

import math
from collections.abc import Callable
from typing import Any

from scalelab.workbook import scalers as check
from scalelab.workbook.scalers import PER_S


def by_requests(
    target: float, steps: int = 20, line: float = 1.0, least: int = 1, more: int = 0
) -> Callable[..., int]:
    """For what came, and the most of so many steps; ``line`` times as much while all are full."""

    def machines(hour: Any, per_s: Any, busy: Any, serving: Any, ordered: Any, usual: Any,
                 memory: Any) -> int:  # fmt: skip
        recent = memory.setdefault("recent", [])
        recent.append((line if busy > 0.99 else 1.0) * per_s / (target * PER_S))
        del recent[:-steps]
        return max(math.ceil(max(recent)) + more, least)

    return machines


def by_cpu(
    target: float, steps: int = 20, tolerance: float = 0.1, of_ordered: bool = False
) -> Callable[..., int]:
    """Target tracking, with a window in steps."""

    def machines(hour: Any, per_s: Any, busy: Any, serving: Any, ordered: Any, usual: Any,
                 memory: Any) -> int:  # fmt: skip
        ratio, of = busy / target, ordered if of_ordered else serving
        want = ordered if abs(ratio - 1.0) <= tolerance else math.ceil(of * ratio)
        recent = memory.setdefault("recent", [])
        recent.append(min(max(want, 1), check.MOST))
        del recent[:-steps]
        return int(max(recent))

    return machines


def at_hours(*hours: float) -> Callable[..., int]:
    """Knows when crowds come, by the day that the notebook shows."""
    usual_rule = by_requests(0.8)

    def machines(hour: Any, per_s: Any, busy: Any, serving: Any, ordered: Any, usual: Any,
                 memory: Any) -> int:  # fmt: skip
        soon = any(at - 0.1 <= hour < at + 0.6 for at in hours)
        by_rule = usual_rule(hour, min(per_s, max(usual) * 1.2), busy, serving, ordered, usual,
                             memory)  # fmt: skip
        return by_rule + (8 if soon else 0)

    return machines


def by_yesterday(hour: Any, per_s: Any, busy: Any, serving: Any, ordered: Any, usual: Any,
                 memory: Any) -> int:  # fmt: skip
    return math.ceil(usual[int(hour)] * 1.1 / (0.7 * PER_S))


def always(value: Any) -> Callable[..., Any]:
    return lambda *_: value


def after_a_while(value: Any) -> Callable[..., Any]:
    """Right in the morning."""
    rule = by_requests(0.8, line=1.5)
    return lambda hour, *rest: value if 10.0 <= hour < 11.0 else rule(hour, *rest)


def steps(hour: Any, per_s: Any, busy: Any, serving: Any, ordered: Any, usual: Any,
          memory: Any) -> int:  # fmt: skip
    """One more, one less."""
    return max(1, ordered + (1 if busy > 0.75 else -1 if busy < 0.6 else 0))


def broken(*_: Any) -> int:
    return 1 // 0


def forgets(hour: Any, per_s: Any, busy: Any, serving: Any, ordered: Any, usual: Any,
            memory: Any) -> int:  # fmt: skip
    return int(memory["recent"])


TRAP, SWING = "full for .* and none is added", "turns; 30 are allowed"
SLOW, RENT = "of these are allowed", "of that is allowed"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_3, (always(None),), "returns nothing"),
    ("no function", check.task_3, (5,), "expected a function"),
    ("a text", check.task_3, (always("5"),), "should be a number"),
    ("true", check.task_3, (always(True),), "should be a number"),
    ("not a number", check.task_3, (always(float("nan")),), "should be a number"),
    ("a part", check.task_3, (always(2.5),), "no part of a machine"),
    ("not rounded", check.task_3,
     (lambda hour, per_s, *_: per_s / (0.7 * PER_S),), "no part of a machine"),
    ("none", check.task_3, (always(0),), "at least one"),
    ("fewer than none", check.task_3, (always(-3),), "at least one"),
    ("too many", check.task_3, (always(1000),), "at most"),
    ("raises", check.task_3, (after_a_while("x"),), "should be a number"),
    ("nothing at ten", check.task_3, (after_a_while(None),), "returns nothing"),
    *((f"always {n}", check.task_3, (always(n),), TRAP) for n in (1, 3, 4)),
    *((f"always {n}", check.task_3, (always(n),), f"{SLOW}|{TRAP}") for n in (5, 8, 12)),
    *((f"always {n}", check.task_3, (always(n),), f"{RENT}.*Is it always") for n in (45, 60, 120)),
    *((f"CPU, target {t}", check.task_3, (by_cpu(t),), TRAP) for t in (0.91, 0.93, 0.95, 0.98)),
    *((f"CPU, target {t}, at once", check.task_3, (by_cpu(t, 1),), f"{SWING}|{TRAP}")
      for t in (0.6, 0.7, 0.8, 0.95)),
    *((f"CPU, target {t}, no tolerance", check.task_3, (by_cpu(t, 1, 0.0),), f"{SWING}|{TRAP}")
      for t in (0.6, 0.7, 0.8)),
    ("CPU at 100 %", check.task_3, (by_cpu(1.0),), TRAP),
    ("CPU as Kubernetes", check.task_3, (by_cpu(0.7),), f"{SLOW}.*known to any height"),
    ("CPU with much room", check.task_3, (by_cpu(0.4),), f"{RENT}|{SLOW}"),
    *((f"requests, target {t}, at once", check.task_3, (by_requests(t, 1),), SWING)
      for t in (0.5, 0.7, 0.8, 0.9)),
    ("half a minute", check.task_3, (by_requests(0.8, 2, 1.5),), SWING),
    *((f"requests, target {t}", check.task_3, (by_requests(t),), SLOW) for t in (0.8, 0.85, 0.9)),
    ("requests, without the line", check.task_3, (by_requests(0.79),), "Who waits already"),
    *((f"requests, target {t}", check.task_3, (by_requests(t, line=1.5),), RENT)
      for t in (0.4, 0.5, 0.6, 0.7)),
    ("keeps them for hours", check.task_3, (by_requests(0.8, 1000, 1.5),),
     "how long do you keep|Is it always"),
    ("two more", check.task_3, (by_requests(0.8, 20, 1.5, more=2),), RENT),
    ("ten at least", check.task_3, (by_requests(0.8, 20, 1.5, least=10),), "Is it always|how long"),
    ("no reserve", check.task_3, (by_requests(1.0),), f"{TRAP}|{SLOW}"),
    ("knows noon", check.task_3, (at_hours(12.0),), f"Crowds come at any hour|{TRAP}"),
    ("yesterday", check.task_3, (by_yesterday,), f"{SLOW}|{TRAP}"),
    ("one at a time", check.task_3, (steps,), f"{SWING}|{TRAP}|{SLOW}"),
    ("raises an error", check.task_3, (lambda *_: broken(),), "ZeroDivisionError"),
    ("an empty memory", check.task_3, (forgets,), "KeyError"),
]  # fmt: skip
