"""Days on which somebody else's rule says how many machines there are, and what becomes of them.

The same machines, demand and waiting as in the chapter's model; the demand has noise, and several
crowds. Kubernetes' rule of the chapter goes through the same days.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import cache
from math import isfinite
from numbers import Real
from random import Random
from typing import Any, NamedTuple

import numpy as np

from scalelab.kernels.infrastructure import autoscaling as kernels
from scalelab.models.infrastructure import autoscaling as model
from scalelab.models.infrastructure.autoscaling import TARGET, USD_PER_VCPU_HOUR, WORK_MS
from scalelab.workbook.hint import NotYet, answered, expect

VCPUS = 4
MOST = model.MOST_VCPUS // VCPUS
PER_S = 1000.0 * VCPUS / WORK_MS  # what one machine can do
USD_PER_HOUR = VCPUS * USD_PER_VCPU_HOUR
STEP_S, STEPS, BEFORE, HOUR = kernels.STEP_S, kernels.STEPS, kernels.BEFORE, kernels.HOUR
MOST_BUSY = kernels.busy_limit(WORK_MS, VCPUS, model.LIMIT_MS)


class Day(NamedTuple):
    """The usual peak; crowds by hour and size; today over yesterday; noise; boot and delay in s."""

    name: str
    peak_per_s: float
    crowds: tuple[tuple[float, float], ...] = ()
    growth: float = 1.1
    noise: float = 0.0
    seed: int = 1
    boot_s: int = 120
    delay_s: int = 30
    peak_to_trough: float = 4.0


class Found(NamedTuple):
    """Rent of the day, minutes too slow; turns of direction; the most machines.

    ``stuck_min``: the longest time for which all machines were full and none was added.
    """

    usd: float
    slow_min: float
    turns: int
    stuck_min: float
    most: int


@cache
def demand(of: Day) -> tuple[float, ...]:
    """Requests/s of each step, from three hours before midnight on."""
    chance = Random(of.seed)
    rate = kernels.planned(of.peak_per_s, of.peak_to_trough).tolist()
    for at_h, per_s in of.crowds:
        comes = BEFORE + round(at_h * HOUR)
        rate = [each + per_s * kernels.crowd(i - comes) for i, each in enumerate(rate)]
    return tuple(each * (1.0 + of.noise * chance.uniform(-1.0, 1.0)) for each in rate)


@cache
def usual(of: Day) -> tuple[float, ...]:
    """The most requests/s in each hour of yesterday, which had no crowd."""
    rate = kernels.planned(of.peak_per_s, of.peak_to_trough).tolist()
    return tuple(
        max(rate[BEFORE + h * HOUR : BEFORE + (h + 1) * HOUR]) / of.growth for h in range(24)
    )


def rules(of: Day) -> Any:
    """As the chapter's kernel takes them."""
    return kernels.Rules(
        PER_S, TARGET, MOST_BUSY, of.boot_s // STEP_S, of.delay_s // STEP_S,
        int(model.WINDOW_S) // STEP_S, model.LEAST, MOST, kernels.CPU,
    )  # fmt: skip


def summed(paid: Sequence[int], slow_s: Sequence[float], full: Sequence[bool]) -> Found:
    """Of the day itself; the evening before does not count."""
    turns, last, stuck, longest = 0, 0, 0, 0
    for i in range(BEFORE, STEPS):
        change = paid[i] - paid[i - 1]
        turns += change * last < 0
        last = change or last
        stuck = stuck + 1 if full[i] and change <= 0 else 0
        longest = max(longest, stuck)
    return Found(
        sum(paid[BEFORE:]) / HOUR * USD_PER_HOUR, sum(slow_s[BEFORE:]) / 60.0, turns,
        longest * STEP_S / 60.0, max(paid[BEFORE:]),
    )  # fmt: skip


@cache
def kubernetes(of: Day) -> Found:
    """Target tracking by CPU, with Kubernetes' defaults and a target of 70 %."""
    of_day = rules(of)
    world = kernels.World(
        np.empty(STEPS, np.int64), np.empty(STEPS, np.int64), *(np.empty(STEPS) for _ in range(3))
    )
    up = np.array([kernels.PERCENT, 100.0, 15.0, kernels.PODS, 4.0, 15.0])
    down = np.array([kernels.PERCENT, 100.0, 15.0])
    kernels.run(
        kernels.TRACKING, world, np.array(demand(of)), np.zeros(STEPS, np.int64), up, down, 0.0,
        0.0, of_day, np.empty(STEPS, np.int64), np.empty(STEPS, np.int64),
    )  # fmt: skip
    full = [seen >= 99.9 for seen in world.seen.tolist()]
    return summed(world.paid.tolist(), world.slow_s.tolist(), full)


def served(backlog: float, rate: float, can: float) -> tuple[float, float, float]:
    """Of one step: who still waits, how busy machines were, seconds with slow answers."""
    if backlog > 0.0 or rate > can:
        left = backlog + (rate - can) * STEP_S
        if left > 0.0 or rate >= can:
            return max(left, 0.0), 1.0, float(STEP_S)
        drains = backlog / (can - rate)
        busy = (drains + (STEP_S - drains) * rate / can) / STEP_S
        return 0.0, busy, float(STEP_S) if rate > MOST_BUSY * can else drains
    return 0.0, rate / can, float(STEP_S) if rate > MOST_BUSY * can else 0.0


def through(machines: Callable[..., Any], of: Day) -> Found:
    """A day by the rule ``machines``."""
    rate, hours, memory = demand(of), list(usual(of)), dict[Any, Any]()
    boot, back = of.boot_s // STEP_S, of.delay_s // STEP_S
    paid = [kernels.machines_for(rate[0], rules(of))]
    seen: list[tuple[float, float]] = []
    slow_s, full, backlog = list[float](), list[bool](), 0.0
    # Those that have been there for a boot: the least of the window, kept in a queue.
    least: deque[tuple[int, int]] = deque()
    serving = paid[0]
    for i in range(STEPS):
        if i:
            came, busy = seen[max(i - 1 - back, 0)]
            hour = ((i - BEFORE) / HOUR) % 24.0
            said = machines(hour, came, busy, serving, paid[-1], list(hours), memory)
            paid.append(_whole(said, of))
        while least and least[-1][1] >= paid[i]:
            least.pop()
        least.append((i, paid[i]))
        while least[0][0] < i - boot:
            least.popleft()
        serving = least[0][1]
        backlog, busy, slow = served(backlog, rate[i], serving * PER_S)
        seen.append((rate[i], busy))
        slow_s.append(slow)
        full.append(busy >= 0.999)
    return summed(paid, slow_s, full)


def _whole(said: Any, of: Day) -> int:
    if type(said) is int and 1 <= said <= MOST:
        return said
    expect(said is not None, "machines returns nothing. Is there a return statement?")
    if isinstance(said, bool) or not isinstance(said, Real) or not isfinite(float(said)):
        raise NotYet(f"{of.name}: machines returned {said!r}; it should be a number of machines.")
    value = float(said)
    expect(
        value.is_integer(),
        f"{of.name}: machines returned {said!r}; there is no part of a machine.",
    )
    expect(value >= 1, f"{of.name}: machines returned {said!r}. There is at least one.")
    expect(value <= MOST, f"{of.name}: machines returned {said!r}. There are {MOST} at most.")
    return int(value)


DAYS = (
    Day("A crowd at noon", 2000.0, ((12.0, 2000.0),)),
    Day("No crowd", 2000.0, noise=0.05),
    Day("Two crowds", 2000.0, ((3.0, 2000.0), (15.5, 3000.0)), noise=0.05, seed=2),
    Day("A large shop", 6000.0, ((9.25, 9000.0),), noise=0.05, seed=3),
    Day("A slow boot", 2000.0, ((20.0, 2500.0),), noise=0.05, seed=4, boot_s=240),
    Day("Old metrics", 3000.0, ((6.5, 2000.0), (18.0, 3000.0)), noise=0.05, seed=5, delay_s=60),
    Day("Quieter than yesterday", 2500.0, ((10.0, 3000.0),), 0.9, 0.05, seed=6),
)
LARGE = 3  # the day that shows whether a rule grows step by step
LESS_RENT, LESS_SLOW, MOST_TURNS = 0.97, 0.5, 30  # of Kubernetes', all days together; in a day
STUCK_MIN = 30.0


def task_3(machines: Callable[..., Any]) -> None:
    """Less rent and fewer slow minutes than Kubernetes by CPU, over all days, without a swing."""
    try:
        answered(machines, 3.0, 900.0, 0.5, 4, 4, [800.0] * 24, {})
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"Called for the first time, it raised {error!r}.") from None
    found = [_of_day(machines, of) for of in DAYS]
    usual_of = [kubernetes(of) for of in DAYS]
    for of, one in zip(DAYS, found, strict=True):
        _is_no_trap(of, one)
    rent, usual_rent = (sum(each.usd for each in some) for some in (found, usual_of))
    slow, usual_slow = (sum(each.slow_min for each in some) for some in (found, usual_of))
    seen = (
        f"{len(DAYS)} days: {rent:.0f} USD, {slow:.0f} minutes too slow. Kubernetes: "
        f"{usual_rent:.0f} USD, {usual_slow:.0f} minutes"
    )
    if slow > LESS_SLOW * usual_slow:
        raise NotYet(f"{seen}; {LESS_SLOW:.0%} of these are allowed. {_slowest(found, usual_of)}")
    expect(
        rent <= LESS_RENT * usual_rent,
        f"{seen}; {LESS_RENT:.0%} of that is allowed. "
        + (
            "Is it always ready for what seldom comes?"
            if rent > 1.3 * usual_rent
            else "How busy may machines be while nothing happens, and how long do you keep them?"
        ),
    )
    print(f"Right, on {len(DAYS)} days: {rent:.0f} USD and {slow:.0f} slow minutes,", end=" ")
    print(f"Kubernetes {usual_rent:.0f} and {usual_slow:.0f}.")


def _of_day(machines: Callable[..., Any], of: Day) -> Found:
    try:
        return through(machines, of)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{of.name}: it raised {error!r}.") from None


def _is_no_trap(of: Day, one: Found) -> None:
    """A fleet that is full and stays as it is, and one that swings."""
    expect(
        one.stuck_min < STUCK_MIN or one.most >= MOST,
        f"{of.name}: all machines are full for {one.stuck_min:.0f} minutes, and none is added. "
        "What does your rule see, and what does it ask for, when they are full?",
    )
    expect(
        one.turns <= MOST_TURNS,
        f"{of.name}: up and down again, {one.turns} turns; {MOST_TURNS} are allowed. What is seen "
        f"is {of.delay_s} s old and has noise. How long does one wait before machines go?",
    )


def _slowest(found: Sequence[Found], usual_of: Sequence[Found]) -> str:
    """Where it goes wrong most."""
    lost = [
        one.slow_min - LESS_SLOW * usual.slow_min
        for one, usual in zip(found, usual_of, strict=True)
    ]
    at = lost.index(max(lost))
    worst = f"{DAYS[at].name}: {found[at].slow_min:.0f} minutes, there {usual_of[at].slow_min:.0f}."
    if usual_of[at].slow_min == 0.0:
        return f"{worst} Nothing happened but an ordinary day."
    if found[0].slow_min <= LESS_SLOW * usual_of[0].slow_min and found[at].slow_min > 25.0:
        return f"{worst} Crowds come at any hour. What tells that one has come?"
    if found[LARGE].slow_min >= 0.72 * usual_of[LARGE].slow_min:
        return f"{worst} What comes is known to any height, how busy machines are only to 100 %."
    return f"{worst} Who waits already is work, too, and is not among those who come now."
