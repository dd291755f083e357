"""A company's year, added up; careers, and runs of tests, drawn one by one: plain Python."""

import random
from dataclasses import dataclass
from functools import cache

HOURS = 40.0 * 46.0  # of a developer's year


@dataclass(frozen=True)
class Company:
    """What is set in the lab; prices of a month, and of one managed request."""

    developers: float
    components: int
    first_h: float
    turnover: float
    flaky: float
    tooling: int
    people_each: float
    adoption: float
    load_per_s: float
    practice: float
    resume_min: float
    usd_per_month: float
    machine_usd: float
    request_usd: float


def career_h(first_h: float, practice: float, leaves: float, chance: random.Random) -> float:
    """Hours that one developer loses with one component until he leaves, task by task."""
    total, task = 0.0, 1
    while True:
        total += first_h / task**practice
        if chance.random() < leaves:
            return total
        task += 1


def one_green(
    suites: int, flaky: float, rerun: bool, chance: random.Random
) -> tuple[int, float, bool]:
    """Runs and minutes until a right change is green, and whether the first one was red."""
    runs, minutes, at_first = 0, 0.0, False
    left = suites
    while True:
        runs += 1
        minutes += 5.0 + left
        failed = sum(chance.random() < flaky for _ in range(left))
        at_first = at_first or (runs == 1 and failed > 0)
        if failed == 0:
            return runs, minutes, at_first
        left = failed if rerun else suites


def lost_by_reruns(suites: int, flaky: float, rerun: bool, resume_min: float) -> float:
    """What a right change loses, from the law of how many suites have failed in all rounds."""
    if not rerun:
        green = (1.0 - flaky) ** suites
        again = sum(runs * green * (1.0 - green) ** runs for runs in range(3000))
        return again * (10.0 + min(5.0 + suites, resume_min))
    total, left = 0.0, flaky
    for j in range(1, 60):
        some = 1.0 - (1.0 - left) ** suites
        if some <= 0.0:
            break
        took = 5.0 + suites * left / some
        if j == 1:
            whole = 5.0 + suites
            total += some * (min(whole + took, resume_min) - min(whole, resume_min))
        else:
            total += some * (10.0 + min(took, resume_min))
        left *= flaky
    return total


@cache
def change_h(c: Company) -> dict[str, float]:
    """Hours that go into one change, by kind."""
    suites = 6 * (c.components + 1)
    local = 2.1 if c.tooling & 1 else 0.0  # of three wrong tries
    one = min(5.0 + suites, c.resume_min)
    each = 2.0 * (0.5 if c.tooling & 4 else 1.0)
    return {
        "work": 8.0,
        "wait": ((4.0 - local) * one + local) / 60.0,
        "chance": lost_by_reruns(suites, c.flaky, c.tooling & 2 != 0, c.resume_min) / 60.0,
        "debug": 0.15 * (2.0 + each * c.components),
    }


@cache
def first_tasks(practice: float, leaves: float) -> float:
    """What a career's tasks are worth."""
    return sum((1.0 - leaves) ** (task - 1) / task**practice for task in range(1, 12_000))


def off_h(c: Company, way: str) -> tuple[float, float]:
    """Hours of a year that one developer learns and runs things."""
    total = first_tasks(c.practice, c.turnover / 12.0)
    learn = {"own": 1.0, "platform": 0.25, "managed": 0.5}[way] * c.first_h * total * c.turnover
    tools = 0.5 * (bool(c.tooling & 1) + bool(c.tooling & 4))
    run = {"own": 3.0 + tools, "platform": 0.25, "managed": 1.0 + tools}[way]
    return learn * c.components, 46.0 * run * c.components / 7.0


def year(c: Company, way: str) -> tuple[float, float]:
    """Changes of a year, and all money of it."""
    of_change = sum(change_h(c).values())
    people = c.people_each * c.components if way == "platform" else 0.0
    users = {"own": 0.0, "platform": c.adoption, "managed": 1.0}[way]
    at_work = c.developers - people
    with_it = HOURS - sum(off_h(c, way))
    without = HOURS - sum(off_h(c, "own"))
    changes = at_work * (users * with_it + (1.0 - users) * without) / of_change
    money = 12.0 * c.developers * c.usd_per_month
    seconds = 365.25 * 86_400.0
    if way == "managed":
        money += c.components * c.load_per_s * seconds * c.request_usd
    else:
        clusters = at_work * (1.0 - users) / 7.0 + (1.0 if way == "platform" else 0.0)
        machines = 3.0 * clusters + c.load_per_s / 2000.0
        money += 12.0 * c.components * machines * c.machine_usd
    return changes, money
