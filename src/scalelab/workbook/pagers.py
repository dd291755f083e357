"""Minutes of a service, and an alert on them: soon enough in incidents, silent otherwise."""

from collections.abc import Callable
from functools import cache
from math import isclose
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.calls import called
from scalelab.workbook.hint import NotYet, expect, number

Minute = tuple[int, int]  # requests, and how many failed

PERIOD_MIN = 30 * 24 * 60
MOST_SPENT = 0.06  # of the budget, by an incident, until somebody is called
FAST, FAST_SPENT = 20.0, 0.03  # from this burn rate on it may be less
CLEAR_MIN = 35  # after an incident; then it is silent
MOST_FALSE = 1  # calls without an incident, all days together
KEPT_MIN = 3 * 24 * 60


class Incident(NamedTuple):
    """From which minute, for how long, which share fails; every ``gap`` minutes one is good."""

    at: int
    minutes: int
    share: float
    gap: int = 0


class Day(NamedTuple):
    name: str
    per_min: int
    slo: float
    incidents: tuple[Incident, ...] = ()
    seed: int = 1
    base: float = 0.0002
    blips: tuple[int, ...] = ()
    night: bool = False  # with no requests at all for two hours
    minutes: int = 24 * 60


DAYS = (
    Day("A quiet day", 100, 0.999, seed=1),
    Day("A day with blips", 100, 0.999, blips=(300, 700, 701, 1200), seed=2),
    Day("All fails", 200, 0.999, (Incident(600, 40, 1.0),), 3),
    Day("A twentieth fails", 200, 0.999, (Incident(600, 120, 0.05),), 4, blips=(200,)),
    Day("A slow burn", 500, 0.999, (Incident(400, 700, 0.009),), 5),
    Day("Flapping", 200, 0.999, (Incident(600, 120, 0.3, gap=4),), 6),
    Day("Twice", 200, 0.999, (Incident(300, 30, 0.5), Incident(900, 30, 0.5)), 7),
    Day("A modest promise", 200, 0.99, (Incident(600, 100, 0.5),), 8, 0.004, (200, 1100)),
    Day("A quiet day, a modest promise", 200, 0.99, seed=9, base=0.005, blips=(400,)),
    Day("Nobody at night", 100, 0.999, (Incident(900, 60, 0.2),), 10, night=True),
    Day("A few per mille, an hour", 500, 0.999, (Incident(500, 60, 0.004),), 11),
)


def failing(of: Day, minute: int) -> float:
    for one in of.incidents:
        i = minute - one.at
        if 0 <= i < one.minutes and not (one.gap and i % one.gap == one.gap - 1):
            return max(one.share, of.base)
    return 0.2 if minute in of.blips else of.base


@cache
def minutes_of(of: Day) -> tuple[Minute, ...]:
    chance, found = Random(of.seed), list[Minute]()
    for minute in range(of.minutes):
        requests = 0 if of.night and 120 <= minute < 240 else of.per_min
        share = failing(of, minute)
        failed = sum(chance.random() < share for _ in range(requests))
        found.append((requests, failed))
    return tuple(found)


def most_spent(of: Day, one: Incident) -> float:
    return FAST_SPENT if one.share >= FAST * (1.0 - of.slo) else MOST_SPENT


def latest(of: Day, one: Incident) -> int | None:
    """The minute by which it has to have fired; None if it takes less of the budget."""
    budget = (1.0 - of.slo) * PERIOD_MIN * of.per_min
    failed = 0
    for minute in range(one.at, one.at + one.minutes):
        failed += minutes_of(of)[minute][1]
        if failed >= most_spent(of, one) * budget:
            return minute
    return None


def fired(page: Callable[..., Any], of: Day) -> list[bool]:
    """What it says at the end of each minute."""
    minutes, found = list(minutes_of(of)), list[bool]()
    for i in range(of.minutes):
        seen = minutes[max(i + 1 - KEPT_MIN, 0) : i + 1]
        said = called(f"{of.name}, minute {i + 1}", page, seen, of.slo)
        expect(
            isinstance(said, bool),
            f"{of.name}: page returned {said!r}; it should be True or False.",
        )
        found.append(said)
    return found


def _is_good(of: Day, says: list[bool]) -> int:
    """Calls for nothing."""
    for one in of.incidents:
        by = latest(of, one)
        if by is None:
            continue
        expect(
            any(says[one.at : by + 1]),
            f"{of.name}: in an incident that begins in minute {one.at} nobody is called by minute "
            f"{by}, when it has taken {most_spent(of, one):.0%} of the budget. {_late(one)}",
        )
    for one in of.incidents:
        after = one.at + one.minutes + CLEAR_MIN
        expect(
            not says[after],
            f"{of.name}: an incident is over for {CLEAR_MIN} minutes, and it still says so. Which "
            "window knows that it is over?",
        )
    near = {
        minute for one in of.incidents for minute in range(one.at, one.at + one.minutes + CLEAR_MIN)
    }
    return sum(
        says[i] and (i == 0 or not says[i - 1]) and i not in near for i in range(of.minutes)
    )  # fmt: skip


def _late(one: Incident) -> str:
    if one.gap:
        return f"Every {one.gap} minutes one is good. What does that do to your rule?"
    if one.share >= 0.5:
        return "Is there a time for which it waits in any case?"
    if one.minutes > 300:
        return "It is slow, and goes on for hours. Which window would see it?"
    return "How much has failed in the last hour, and in which part of it?"


class Rule(NamedTuple):
    """A part of the budget, hours of a window, days of the budget."""

    spent: float
    hours: float
    days: float


RULES = (Rule(0.02, 1.0, 30.0), Rule(0.05, 6.0, 30.0), Rule(0.1, 72.0, 30.0), Rule(0.02, 1.0, 28.0),
         Rule(0.05, 1.0, 30.0), Rule(0.01, 0.5, 7.0))  # fmt: skip


def _is_burn(burn: Callable[..., Any], of: Rule) -> None:
    case = f"{of.spent:.0%} of the budget of {of.days:g} days in {of.hours:g} h"
    value = number("what burn_rate returned", called(case, burn, *of))
    right = of.spent * of.days * 24.0 / of.hours
    if isclose(value, right, rel_tol=1e-6):
        return
    seen = f"{case}: {value:g}"
    for other, hint in (
        (right / 24.0, "days and hours."),
        (1.0 / right, "the other way round."),
        (100.0 * right, "a share, not a percentage."),
        (of.spent * of.hours / of.days / 24.0, "the shorter the window, the faster it burns."),
    ):
        expect(not isclose(value, other, rel_tol=1e-6), f"{seen}: {hint}")
    raise NotYet(f"{seen}. At 1 all of it is spent in all of the days.")


def task_7(burn_rate: Callable[..., Any], page: Callable[..., Any]) -> None:
    """A burn rate by hand; on every day an alert soon enough, over soon, and hardly for nothing."""
    for rule in RULES:
        _is_burn(burn_rate, rule)
    called("The first minute", page, [(10, 0)], 0.999)
    false = 0
    for of in DAYS:
        more = _is_good(of, fired(page, of))
        false += more
        expect(
            false <= MOST_FALSE,
            f"{of.name}: {more} calls without an incident, {false} so far; {MOST_FALSE} on "
            "all days is allowed. "
            + (
                "A minute with some failures is no incident."
                if of.blips
                else "What of it is chance?"
            ),
        )
    print(f"Right, for {len(RULES)} burn rates and on {len(DAYS)} days: {false} for nothing.")
