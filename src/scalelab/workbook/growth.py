"""Checks of the workbook on growth: each prints that all is well, or raises a hint.

Goals are checked on several shops or futures, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

from collections.abc import Callable, Mapping
from functools import cache
from math import floor, inf, isclose, log
from typing import Any

import numpy as np

from scalelab.facts.machines import FAMILY
from scalelab.kernels.jit import Floats
from scalelab.labs.growth.path import lab as path_lab
from scalelab.models.growth.path import STAGES, path
from scalelab.workbook.futures import Rule, future, play
from scalelab.workbook.hint import NotYet, answered, expect, number, several, share
from scalelab.workbook.means import Machine, Shop, shop
from scalelab.workbook.readings import expect_reading

READ_OFF = 0.6  # the summary has whole numbers
SEEDS = tuple(range(30, 50))
SHOPS = tuple(range(30, 90))  # so many that each means is the cheapest somewhere, and none is
FUTURES = tuple(range(1000, 1400))
TRIGGERS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
# Of what the best fixed trigger costs, on average. With any one or two constants, rules that do not
# look at growth stay above it; a forecast with three months to spare is near 0.6, in others too.
BETTER = 0.7
NEAR = 0.06  # of the rate that is right; the measurements have noise
SIZES = tuple(machine.vcpus for machine in FAMILY[:8])
DEARER = 1.001


# --- 1 ---

SEEN = {
    "limit": "where the stage ends that carries the customers",
    "before_limit": "where the stage before ends",
    "single_limit": "what one machine carries",
    "database_limit": "what two machines carry",
    "rent": "a rent",
    "machines": "a number of machines",
}


def task_1(prediction: Any, slow: Any, writes: Any, rent: Any) -> None:
    """What a second machine is worth to a slow application, where writes end, what caches rent."""
    guess = number("prediction", prediction)
    for name, given, reading, settings in (
        ("slow", slow, "database_limit", {"application_ms": 20.0}),
        ("writes", writes, "limit", {"write_share": 0.2}),
        ("rent", rent, "rent", {"customers": 5_000_000}),
    ):
        expect_reading(path_lab, name, given, reading, READ_OFF, SEEN, **settings)
    print(f"Right. Your prediction was {abs(guess - float(slow)):,.0f} customers off.")


# --- 2 ---


def _rates(machine: Machine, target: float) -> dict[str, float]:
    return {
        "processors": target * 1000.0 * machine.vcpus / machine.cpu_ms,
        "disk": target * 1000.0 * machine.disks / machine.disk_ms,
    }


def task_2(limit: Callable[..., Any]) -> None:
    """What one machine carries, and what is full first."""
    for seed in SEEDS[:8]:
        today, target = shop(seed).today, shop(seed).target
        said = answered(limit, today.vcpus, today.cpu_ms, today.disk_ms, target)
        rate, full = several("limit", said, "requests a second", "what is full first")
        _is_limit(today, target, number("limit(...)", rate), full)
    print("Right, for eight machines.")


def _is_limit(today: Machine, target: float, rate: float, full: Any) -> None:
    case = (
        f"{today.vcpus} vCPUs, {today.cpu_ms:g} ms of processor and {today.disk_ms:g} ms of disk "
        f"for a request, {target:.0%} allowed"
    )
    rates = _rates(today, target)
    right = min(rates.values())
    expect(
        isinstance(full, str) and full in rates,
        f'{case}: {full!r} is full first? Say "processors" or "disk".',
    )
    if isclose(rate, right, rel_tol=1e-6):
        expect(rates[full] == right, f"{case}: the rate is right, but the {full} still have room.")
        return
    for wrong, hint in (
        (right / 1000.0, "that is a rate for each millisecond."),
        (right / target, "all of the time is more than what is allowed."),
        (max(rates.values()), "something else is full before that."),
        (rates["processors"] / today.vcpus, "there is more than one vCPU."),
        (1000.0 * target / (today.cpu_ms / today.vcpus + today.disk_ms),
         "processors and disk work at the same time, for different requests."),
    ):  # fmt: skip
        expect(not isclose(rate, wrong, rel_tol=1e-6), f"{case}, {rate:.4g} requests/s: {hint}")
    raise NotYet(f"{case}: {rate:.4g} requests/s is not the limit. How busy would each be?")


# --- 3 ---

PLANTS: tuple[tuple[dict[str, float], dict[str, int]], ...] = (
    ({"pages": 7.0, "database": 3.0, "disk": 1.0}, {"pages": 8, "database": 4, "disk": 1}),
    ({"pages": 7.0, "database": 3.0, "disk": 0.5}, {"pages": 4, "database": 4, "disk": 1}),
    ({"network": 0.2, "cache": 0.5, "database": 9.0}, {"network": 1, "cache": 2, "database": 16}),
    ({"one": 2.0, "other": 2.1}, {"one": 1, "other": 1}),
    ({"disk": 5.0, "processor": 8.0, "log": 4.0}, {"disk": 2, "processor": 64, "log": 1}),
)  # fmt: skip


def task_3(first_full: Callable[..., Any]) -> None:
    """The bottleneck of any list of resources, and what doubling it brings."""
    for demands, servers in PLANTS:
        for target in (0.5, 0.8):
            said = answered(first_full, dict(demands), dict(servers), target)
            name, rate, gain = several(
                "first_full", said, "its name", "requests a second", "how many times as much"
            )
            _is_first(
                demands, servers, target, name, number("the rate", rate), number("the gain", gain)
            )
    print("Right, for five systems.")


def _is_first(
    demands: Mapping[str, float], servers: Mapping[str, int], target: float, name: Any,
    rate: float, gain: float,
) -> None:  # fmt: skip
    limits = {each: target * 1000.0 * servers[each] / ms for each, ms in demands.items()}
    least = min(limits, key=lambda each: limits[each])
    case = ", ".join(f"{each} {ms:g} ms on {servers[each]}" for each, ms in demands.items())
    expect(
        name != max(demands, key=lambda each: demands[each]) or name == least,
        f"{case}: {name} takes the most time of a request, but how many of them are there?",
    )
    expect(name == least, f"{case}: {name!r} is not what is full first.")
    expect(
        isclose(rate, limits[least], rel_tol=1e-6),
        f"{case}: {name} is full first, not at {rate:.4g} requests/s with {target:.0%} allowed.",
    )
    others = [limit for each, limit in limits.items() if each != least]
    right = min([2.0 * limits[least], *others]) / limits[least]
    if isclose(gain, right, rel_tol=1e-6):
        return
    expect(
        not isclose(gain, 2.0, rel_tol=1e-6),
        f"{case}: with twice as many of {name} the system does not do twice as much. What is full "
        "then?",
    )
    expect(
        not isclose(gain, min(others) / limits[least], rel_tol=1e-6),
        f"{case}: with twice as many of {name}, twice is all that it can be.",
    )
    raise NotYet(f"{case}: twice as many of {name} are not worth {gain:.4g} times.")


# --- 4 ---


def measured(seed: int) -> tuple[Floats, Floats, float]:
    """Rates, how busy each of three resources was at each rate, and the true limit at 100 %.

    Each resource is busy a little without any request: backups, updates, a neighbour. In half of
    the systems one is so busy with that, that it leads today and still is not full first. How near
    the largest rate is to the limit differs, so that no multiple of it is right.
    """
    chance = np.random.default_rng(seed)
    demands = chance.uniform(0.0005, 0.0025, 3)
    idle = chance.uniform(0.02, 0.25, 3)
    full = (1.0 - idle) / demands
    most = float(np.min(full))
    if chance.random() < 0.5:
        other = (int(np.argmin(full)) + 1) % 3
        idle[other] = chance.uniform(0.35, 0.5)
        demands[other] = (1.0 - idle[other]) / (most * chance.uniform(1.15, 1.6))
    rates = np.round(most * np.linspace(0.1, chance.uniform(0.4, 0.65), 10))
    busy = idle[:, None] + demands[:, None] * rates
    return rates, busy * (1.0 + 0.01 * chance.standard_normal(busy.shape)), most


def task_4(forecast: Callable[..., Any]) -> None:
    """When a measured system will be full."""
    for seed in SEEDS:
        rates, busy, _ = measured(seed)
        said = number("forecast(...)", answered(forecast, rates.copy(), busy.copy()))
        _is_forecast(seed, said)
    print(f"Right, for {len(SEEDS)} systems.")


def _lines(rates: Floats, busy: Floats) -> Floats:
    """Where each resource is at 100 %, by a straight line with a beginning of its own."""
    found = [np.polyfit(rates, each, 1) for each in busy]
    return np.array([(1.0 - start) / slope for slope, start in found])


def _is_forecast(seed: int, said: float) -> None:
    rates, busy, most = measured(seed)
    if abs(said - most) <= NEAR * most:
        return
    case = f"System {seed}, {said:.4g} requests/s"
    origin = np.array([np.dot(rates, rates) / np.dot(rates, each) for each in busy])
    last = rates[-1] / busy[:, -1]
    for wrong, hint in (
        (origin.min(), "your line goes through zero. How busy were they without requests?"),
        (last.min(), "a multiple of the last measurement takes what is there without requests for "
                     "work of the requests."),
        (_lines(rates, busy)[int(np.argmax(busy[:, -1]))],
         "what is busiest today need not be what is full first."),
        (_lines(rates, busy).max(), "something else is full before that."),
        (rates[-1], "that is the largest rate that was measured."),
    ):  # fmt: skip
        expect(abs(said - float(wrong)) > 0.005 * float(wrong), f"{case}: {hint}")
    raise NotYet(f"{case}: it is more than {NEAR:.0%} off. Where do the lines reach 100 %?")


# --- 5 ---

GROWING = ((100.0, 1000.0, 0.2, 3), (500.0, 800.0, 0.15, 2), (10.0, 5000.0, 0.5, 6),
           (900.0, 1000.0, 0.1, 4), (300.0, 1000.0, 0.05, 12))  # fmt: skip


def task_5(begin: Callable[..., Any]) -> None:
    """At which share of the limit, and in how many months."""
    for load, limit, growth, build in GROWING:
        said = answered(begin, load, limit, growth, build)
        part, months = several("begin", said, "a share of the limit", "months from now")
        _is_begin(
            load, limit, growth, build, share("the share", part), number("the months", months)
        )
    print("Right, for five shops; one of them is late already.")


def _is_begin(
    load: float, limit: float, growth: float, build: int, part: float, months: float
) -> None:
    case = f"{growth:.0%} a month, {build} months to build"
    right = (1.0 + growth) ** -build
    if not isclose(part, right, rel_tol=1e-4):
        for wrong, hint in (
            (np.exp(-growth * build), "here growth is compounded once a month, not continuously."),
            (1.0 - growth * build, "growth is on top of growth."),
            (1.0 / (1.0 + growth * build), "growth is on top of growth."),
            ((1.0 - growth) ** build, "a month's growth is undone by dividing by it."),
            (1.0 / (1.0 + growth), "that leaves one month."),
        ):  # fmt: skip
            expect(not isclose(part, wrong, rel_tol=1e-4), f"{case}, a share of {part:.3f}: {hint}")
        raise NotYet(f"{case}: from {part:.3f} of the limit on the load does not just reach it.")
    exact = log(limit / load) / log(1.0 + growth) - build
    wanted = max(0, floor(exact + 1e-9))
    if months == wanted:
        return
    case = f"{case}, today {load:g} of {limit:g}, {months:g} months"
    expect(months >= 0.0, f"{case}: what is late begins now, 0 months from now.")
    expect(months != floor(exact + 1e-9) + build, f"{case}: by then it should be finished.")
    expect(months.is_integer(), f"{case}: say whole months, and be ready in time.")
    raise NotYet(f"{case}: that is {'too late' if months > wanted else 'sooner than needed'}.")


# --- 6 ---


def _carries(machine: Machine, target: float) -> float:
    return min(_rates(machine, target).values())


def _cheapest(of: Shop) -> str | None:
    enough = [m for m in of.means if _carries(m.after, of.target) >= of.rate]
    return min(enough, key=lambda m: m.once + of.months * m.monthly).name if enough else None


def task_6(choose: Callable[..., Any]) -> None:
    """The cheapest single means that is enough."""
    for seed in SHOPS:
        of = shop(seed)
        try:
            said = choose(of)
        except NotImplementedError:
            raise NotYet("choose is not written yet.") from None
        _is_choice(of, said)
    print(f"Right, for {len(SHOPS)} shops.")


def _is_choice(of: Shop, said: Any) -> None:
    right = _cheapest(of)
    if said == right:
        return
    today = of.today
    case = (
        f"{today.vcpus} vCPUs, {today.cpu_ms:g} ms of processor, {today.disk_ms:g} ms of disk, "
        f"{of.rate:g} requests/s at {of.target:.0%} for {of.months} months"
    )
    if said is None:
        raise NotYet(f"{case}: nothing is enough? One of the means is.")
    chosen = [means for means in of.means if means.name == said]
    expect(bool(chosen), f"{case}: {said!r} is none of the means. Return the name of one, or None.")
    carried = _carries(chosen[0].after, of.target)
    expect(
        carried >= of.rate,
        f"{case}: with {said} it carries {carried:.0f} requests/s. What is full then?",
    )
    raise NotYet(f"{case}: {said} is enough, but not the cheapest over {of.months} months.")


# --- 7 ---


def _mean(rule: Rule) -> float:
    return float(np.mean([play(rule, future(seed)).total for seed in FUTURES]))


def _fixed(trigger: float) -> Rule:
    return lambda loads, limit, _: loads[-1] >= trigger * limit


@cache
def best_fixed() -> tuple[float, float]:
    """The least that a trigger costs that is the same in all futures, and that trigger."""
    return min((_mean(_fixed(trigger)), trigger) for trigger in TRIGGERS)


def task_7(next_step: Callable[..., Any]) -> None:
    """A rule that sees how fast the shop grows."""
    said = answered(next_step, [1000.0], 120_000.0, 3)
    expect(
        isinstance(said, bool | np.bool_),
        f"next_step returned {said!r}; it should be True or False.",
    )
    expect(not said, "In the first month, with 1,000 of 120,000 customers, there is nothing to do.")
    costs = [play(next_step, future(seed)) for seed in FUTURES]
    total = float(np.mean([cost.total for cost in costs]))
    most, trigger = best_fixed()
    if total <= BETTER * most:
        print(f"Right: {total:,.0f} thousand USD on average, where the best fixed trigger", end=" ")
        print(f"({trigger:.0%}) costs {most:,.0f}.")
        return
    away = float(np.mean([cost.turned_away for cost in costs]))
    case = f"It costs {total:,.0f} thousand USD, {away:,.0f} of it for customers turned away"
    expect(sum(cost.engineers for cost in costs) > 0.0, f"{case}: the rule never begins anything.")
    expect(away < 0.6 * total, f"{case}: it begins too late.")
    expect(away > 0.1 * total, f"{case}: it builds what is not needed yet.")
    raise NotYet(
        f"{case}. The best trigger that is the same for all, {trigger:.0%}, costs {most:,.0f}; "
        f"come to {BETTER:.0%} of that. What do the last months say about the next ones, and what "
        "if they say too little?"
    )


# --- 8 ---

GOALS: tuple[dict[str, float], ...] = (
    {"customers": 100_000, "response_ms": 85.0},
    {"customers": 200_000, "response_ms": 85.0},
    {"customers": 200_000, "response_ms": 200.0, "application_ms": 20.0},
    {"customers": 1_000_000, "response_ms": 85.0},
    {"customers": 1_000_000, "response_ms": 50.0},
    {"customers": 3_000_000, "response_ms": 76.0, "write_share": 0.02},
    {"customers": 4_000_000, "response_ms": 100.0, "write_share": 0.3},
    {"customers": 500_000, "response_ms": 60.0, "far_share": 0.0, "disk_ms": 0.2},
    {"customers": 100_000, "response_ms": 35.0},
)


def _shop(goal: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in goal.items() if name not in ("customers", "response_ms")}


@cache
def _least(index: int) -> float:
    """Of all stages and sizes; infinite if none does."""
    goal = GOALS[index]
    rents = [
        stage.rent_usd
        for vcpus in SIZES
        for stage in path(goal["customers"], vcpus=vcpus, **_shop(goal)).values()
        if stage.carries and stage.response_ms <= goal["response_ms"]
    ]
    return min(rents, default=inf)


def task_8(design: Callable[..., Any]) -> None:
    """The cheapest stage and size of machine for a goal."""
    for index, goal in enumerate(GOALS):
        said = answered(design, goal["customers"], goal["response_ms"], _shop(goal))
        name, vcpus = several("design", said, "the name of a stage", "vCPUs of a machine")
        _is_design(index, name, vcpus)
    print(f"Right, for {len(GOALS)} shops; for one of them nothing is fast enough.")


def _is_design(index: int, name: Any, vcpus: Any) -> None:
    goal, least = GOALS[index], _least(index)
    case = f"{goal['customers']:,.0f} customers, {goal['response_ms']:g} ms"
    if name is None:
        expect(least == inf, f"{case}: there is a stage that does it.")
        return
    expect(name in STAGES, f"{case}: {name!r} is none of the STAGES.")
    expect(vcpus in SIZES, f"{case}: machines of {vcpus!r} vCPUs are not among check.SIZES.")
    found = path(goal["customers"], vcpus=vcpus, **_shop(goal))[name]
    case = f"{case}, {name} with {vcpus} vCPUs"
    expect(found.carries, f"{case}: it carries {found.limit:,.0f} customers only.")
    expect(
        found.response_ms <= goal["response_ms"],
        f"{case}: customers wait {found.response_ms:.1f} ms. If no design is fast enough, return "
        "(None, None).",
    )
    expect(
        found.rent_usd <= least * DEARER,
        f"{case}: {found.rent_usd:,.0f} USD a month is not the least that does it.",
    )
