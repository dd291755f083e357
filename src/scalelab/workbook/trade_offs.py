"""Checks of the workbook on trade-offs: each prints that all is well, or hints.

Functions are called with several sets of data, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right. Tasks 3 to 8
have modules of their own.
"""

from collections.abc import Callable
from math import isclose
from typing import Any, NamedTuple

from scalelab.labs.trade_offs import services
from scalelab.workbook.counters import task_6
from scalelab.workbook.designs import task_3
from scalelab.workbook.hint import NotYet, answered, expect, number, several, share
from scalelab.workbook.partitions import task_5
from scalelab.workbook.readings import expect_reading
from scalelab.workbook.stations import task_4
from scalelab.workbook.suites import task_7
from scalelab.workbook.ventures import task_8

__all__ = ["task_1", "task_2", "task_3", "task_4", "task_5", "task_6", "task_7", "task_8"]

# --- 1 ---

CROSSINGS = {
    "beats_from": "where services deliver more than one plain program",
    "modules_from": "where modules deliver more than one plain program",
}


def task_1(prediction: Any, slow_tests: Any, easy_to_run: Any, tax: Any) -> None:
    """What moves the point from which on services deliver most, and what calls take."""
    number("prediction", prediction)
    expect_reading(
        services.lab, "slow_tests", slow_tests, "turning", 0.5, CROSSINGS, tests_min=60.0
    )
    expect_reading(
        services.lab, "easy_to_run", easy_to_run, "turning", 0.5, CROSSINGS, operation=0.05
    )
    share("tax", tax)
    expect_reading(services.lab, "tax", tax, "tax_share", 0.006, {"one_busy": "of the pipeline"},
                   calls=40)  # fmt: skip
    print("Right, all three.")


# --- 2 ---

MONTH_MIN = 30.0 * 24.0 * 60.0


class Page(NamedTuple):
    """Services that it needs; others with a fallback; each is up; a fallback works; the goal."""

    needed: int
    soft: int
    up: float
    fallback: float
    goal: float


PAGES = (
    Page(8, 0, 0.999, 0.5, 0.9995),
    Page(2, 2, 0.9, 0.5, 0.99),
    Page(8, 4, 0.999, 0.9, 0.9995),
    Page(1, 0, 0.99, 0.0, 0.999),
    Page(3, 10, 0.995, 0.99, 0.9999),
    Page(5, 1, 0.98, 0.0, 0.95),
    Page(20, 5, 0.9999, 0.5, 0.999),
    Page(4, 6, 0.97, 1.0, 0.99),
    Page(2, 6, 0.95, 0.5, 0.8),
)


def answers_of(of: Page, up: float) -> float:
    """Share of the requests that are answered if each service is up for so much of the time."""
    return up**of.needed * float(1.0 - (1.0 - up) * (1.0 - of.fallback)) ** of.soft


def each_of(of: Page) -> float:
    """How much each has to be up, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (low, middle) if answers_of(of, middle) >= of.goal else (middle, high)
    return high


def task_2(page: Callable[..., Any]) -> None:
    """What a page that needs several services is good for, and what it asks of them."""
    for of in PAGES:
        said = answered(page, *of)
        names = ("the share answered", "minutes of a month", "how much each has to be up")
        up, minutes, each = several("page", said, *names)
        case = (
            f"{of.needed} needed, {of.soft} with a fallback that works for {of.fallback:.0%}, each "
            f"up {of.up:.2%}, goal {of.goal:.2%}"
        )
        _is_up(of, share("the first", up), case)
        _is_minutes(of, number("the second", minutes), case)
        _is_each(of, share("the third", each), case)
    print(f"Right, for {len(PAGES)} pages.")


def _hint(
    seen: str, said: float, near: float, wrong: tuple[tuple[float, str], ...], otherwise: str
) -> None:
    for value, hint in wrong:
        expect(not isclose(said, value, rel_tol=near, abs_tol=1e-15), f"{seen}: {hint}")
    raise NotYet(f"{seen}: {otherwise}")


def _is_up(of: Page, said: float, case: str) -> None:
    right = answers_of(of, of.up)
    if isclose(1.0 - said, 1.0 - right, rel_tol=1e-6):
        return
    down, every = 1.0 - of.up, of.needed + of.soft
    _hint(
        f"{case}: {said:.4%} answered", 1.0 - said, 1e-6,
        (
            (right, "that is what fails."),
            (1.0 - of.up**every, "a fallback is worth something."),
            (1.0 - of.up**of.needed, "a fallback does not always work."),
            (1.0 - of.up**of.needed * (1.0 - down * of.fallback) ** of.soft,
             "that is as if a fallback failed where it works."),
            (1.0 - of.up**of.needed * of.fallback**of.soft,
             "a fallback is asked only when its service is down."),
            (1.0 - of.up**of.needed * (1.0 - (down * (1.0 - of.fallback)) ** of.soft)
             if of.soft else -1.0,
             "as if one of those with a fallback were enough."),
            (of.needed * down + of.soft * down * (1.0 - of.fallback),
             "chances to fail do not simply add up: two may be down at once."),
            (down, "that is one service. All of them are needed at the same time."),
            (down**every, "as if one of them were enough."),
        ),
        "what has to be up for an answer, all at the same time?",
    )  # fmt: skip


def _is_minutes(of: Page, said: float, case: str) -> None:
    failing = 1.0 - answers_of(of, of.up)
    if isclose(said, failing * MONTH_MIN, rel_tol=1e-6):
        return
    _hint(
        f"{case}: {said:.5g} minutes of a month", said, 1e-6,
        (
            (MONTH_MIN - failing * MONTH_MIN, "in those it is answered."),
            (failing * MONTH_MIN / 60.0, "those are hours."),
            (failing * MONTH_MIN * 60.0, "those are seconds."),
            (failing * MONTH_MIN * 365.25 / 30.0, "those are of a year."),
            (failing * MONTH_MIN * 365.0 / 30.0, "those are of a year."),
            (failing * MONTH_MIN / 30.0, "those are of a day."),
            (failing * MONTH_MIN / 3.0, "a day has 24 hours."),
            ((1.0 - of.goal) * MONTH_MIN, "those the goal allows. How many are there?"),
            ((1.0 - of.up) * MONTH_MIN, "those are one service's."),
        ),
        "which part of 30 days is it?",
    )  # fmt: skip


def _is_each(of: Page, said: float, case: str) -> None:
    right = each_of(of)
    if isclose(1.0 - said, 1.0 - right, rel_tol=1e-3):
        return
    may_fail = 1.0 - of.goal
    every, part = of.needed + of.soft, of.needed + of.soft * (1.0 - of.fallback)
    _hint(
        f"{case}: each up for {said:.5%}", 1.0 - said, 1e-6,
        (
            (may_fail, "that is the goal of the page. Together they fail more often than one."),
            (may_fail / 10.0, "one nine more is a rule for about ten of them. How many are there?"),
            (1.0 - of.goal**every, "that is less than promised: a root is asked for, not a power."),
            (1.0 - of.goal ** (1.0 / of.needed), "those with a fallback fail now and then, too."),
            (1.0 - of.goal ** (1.0 / every), "with fallbacks less will do."),
            (may_fail / part, "near, but chances to fail do not simply add up."),
            (may_fail / every, "with fallbacks less will do, and chances do not simply add up."),
            (1.0 - of.goal ** (1.0 / part),
             "near, but a service with a fallback is no part of one without."),
        ),
        f"then the page is answered for {answers_of(of, said):.5%}.",
    )  # fmt: skip
