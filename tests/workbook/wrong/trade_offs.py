"""Wrong answers to the workbook on trade-offs, and the hint each of them has to get.

Those of the tasks that have a module of their own are in one of the same name here.
"""

from collections.abc import Callable
from typing import Any

from tests.workbook.wrong import counters, designs, partitions, stations, suites, ventures

from scalelab.workbook import trade_offs as check

# --- 2 ---


def page(
    up: Callable[[check.Page], float] | None = None,
    minutes: Callable[[check.Page, float], float] | None = None,
    each: Callable[[check.Page], float] | None = None,
) -> Callable[..., Any]:
    """Told the page, and the minutes in which it fails."""

    def answer(*given: Any) -> Any:
        of = check.Page(*given)
        right = check.answers_of(of, of.up)
        failing = (1.0 - right) * check.MONTH_MIN
        return (
            up(of) if up else right,
            minutes(of, failing) if minutes else failing,
            each(of) if each else check.each_of(of),
        )

    return answer


def every(of: check.Page) -> int:
    return of.needed + of.soft


def nines(goal: float) -> float:
    return 1.0 - (1.0 - goal) / 10.0


UP: tuple[tuple[str, Callable[[check.Page], float], str], ...] = (
    ("what fails", lambda of: 1 - check.answers_of(of, of.up), "that is what fails"),
    ("no fallbacks", lambda of: of.up ** every(of), "worth something"),
    ("needed ones only", lambda of: of.up**of.needed, "does not always work"),
    (
        "fallbacks that fail",
        lambda of: of.up**of.needed * (1 - (1 - of.up) * of.fallback) ** of.soft,
        "as if a fallback failed",
    ),
    (
        "fallbacks always asked",
        lambda of: of.up**of.needed * of.fallback**of.soft,
        "only when its service is down",
    ),
    (
        "one of them is enough",
        lambda of: (
            of.up**of.needed
            * (1 - ((1 - of.up) * (1 - of.fallback)) ** of.soft if of.soft else 1.0)
        ),
        "with a fallback were enough",
    ),
    (
        "added up",
        lambda of: 1 - (of.needed + of.soft * (1 - of.fallback)) * (1 - of.up),
        "simply add up",
    ),
    ("one", lambda of: of.up, "that is one service"),
    ("any", lambda of: 1 - (1 - of.up) ** every(of), "one of them were enough"),
    ("always", lambda of: 1.0, "one of them were enough"),
    ("never", lambda of: 0.0, "what has to be up"),
)
MINUTES: tuple[tuple[str, Callable[[check.Page, float], float], str], ...] = (
    ("answered", lambda of, m: check.MONTH_MIN - m, "in those it is answered"),
    ("hours", lambda of, m: m / 60, "those are hours"),
    ("seconds", lambda of, m: m * 60, "those are seconds"),
    ("of a year", lambda of, m: m / 30 * 365, "of a year"),
    ("of a Julian year", lambda of, m: m / 30 * 365.25, "of a year"),
    ("of a day", lambda of, m: m / 30, "of a day"),
    ("working days", lambda of, m: m / 3, "24 hours"),
    ("allowed", lambda of, m: (1 - of.goal) * check.MONTH_MIN, "the goal allows"),
    ("of one", lambda of, m: (1 - of.up) * check.MONTH_MIN, "are one service's"),
    ("of 31 days", lambda of, m: m / 30 * 31, "which part of 30 days"),
)
EACH: tuple[tuple[str, Callable[[check.Page], float], str], ...] = (
    ("the goal", lambda of: of.goal, "the goal of the page"),
    ("one nine more", lambda of: nines(of.goal), "is a rule"),
    ("the power, not the root", lambda of: of.goal ** every(of), "not a power"),
    ("needed ones only", lambda of: of.goal ** (1 / of.needed), "now and then"),
    ("all alike", lambda of: of.goal ** (1 / every(of)), "less will do"),
    ("all alike, added up", lambda of: 1 - (1 - of.goal) / every(of), "less will do"),
    ("added up", lambda of: 1 - (1 - of.goal) / (of.needed + of.soft * (1 - of.fallback)), "near"),
    (
        "half a service",
        lambda of: of.goal ** (1 / (of.needed + of.soft * (1 - of.fallback))),
        "no part of one",
    ),
    ("as it is", lambda of: of.up, "then the page is answered for"),
    ("always up", lambda of: 1.0, "then the page is answered for"),
    ("five nines", lambda of: 0.99999, "then the page is answered for"),
    ("a little too much", lambda of: 1 - (1 - check.each_of(of)) * 0.99, "page is answered for"),
)

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no guess", check.task_1, (None, 106, 249, 0.56), "prediction is still None"),
    ("tests not read", check.task_1, (200, None, 249, 0.56), "slow_tests is still None"),
    ("a text", check.task_1, (200, "many", 249, 0.56), "should be a number"),
    ("as it opens", check.task_1, (200, 251, 249, 0.56), "as it opens"),
    ("services over one program", check.task_1, (200, 45, 249, 0.56), "one plain program"),
    ("modules over one program", check.task_1, (200, 39, 249, 0.56), "one plain program"),
    ("not read", check.task_1, (200, 150, 249, 0.56), "is not what the lab says"),
    ("running not moved", check.task_1, (200, 106, 251, 0.56), "as it opens"),
    ("running, tests not reset", check.task_1, (200, 106, 104, 0.56), "Press Reset"),
    ("running, over one program", check.task_1, (200, 106, 131, 0.56), "plain program|Press Reset"),
    ("percent", check.task_1, (200, 106, 249, 56), "a share from 0 to 1"),
    ("calls not moved", check.task_1, (200, 106, 249, 0.24), "as it opens"),
    ("the pipeline", check.task_1, (200, 106, 249, 0.13), "of the pipeline"),
    ("the rest", check.task_1, (200, 106, 249, 0.44), "is not what the lab says"),

    ("one number", check.task_2, (lambda *_: 0.99,), "return three things"),
    ("nothing", check.task_2, (lambda *_: None,), "returns nothing"),
    ("percent", check.task_2, (page(up=lambda of: 99.2),), "a share from 0 to 1"),
    *((f"up: {name}", check.task_2, (page(up=up),), hint) for name, up, hint in UP),
    *((f"minutes: {name}", check.task_2, (page(minutes=how),), hint)
      for name, how, hint in MINUTES),
    *((f"each: {name}", check.task_2, (page(each=each),), hint) for name, each, hint in EACH),

    *designs.WRONG,
    *stations.WRONG,
    *partitions.WRONG,
    *counters.WRONG,
    *suites.WRONG,
    *ventures.WRONG,
]  # fmt: skip
