"""Wrong answers to the growth workbook's tasks, and the hint that each has to get."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scalelab.models.growth.path import first, path
from scalelab.workbook import growth as check
from scalelab.workbook.means import Machine, Means, Shop


def limit(change: Callable[[float, float], Any], full: str = "") -> Callable[..., Any]:
    """``change`` makes the rate of those of the processors and the disk, both in requests/s."""

    def answer(vcpus: int, cpu_ms: float, disk_ms: float, target: float) -> Any:
        processors, disk = 1000 * target * vcpus / cpu_ms, 1000 * target / disk_ms
        least = "processors" if processors <= disk else "disk"
        return change(processors, disk), full or least

    return answer


def one_vcpu(vcpus: int, cpu_ms: float, disk_ms: float, target: float) -> Any:
    return 1000 * target / cpu_ms, "processors"


def one_after_the_other(vcpus: int, cpu_ms: float, disk_ms: float, target: float) -> Any:
    found = 1000 * target / (cpu_ms / vcpus + disk_ms)
    return found, "processors" if cpu_ms / vcpus >= disk_ms else "disk"


def all_of_it(vcpus: int, cpu_ms: float, disk_ms: float, target: float) -> Any:
    processors, disk = 1000 * vcpus / cpu_ms, 1000 / disk_ms
    return min(processors, disk), "processors" if processors <= disk else "disk"


def the_other(vcpus: int, cpu_ms: float, disk_ms: float, target: float) -> Any:
    processors, disk = 1000 * target * vcpus / cpu_ms, 1000 * target / disk_ms
    return min(processors, disk), "disk" if processors <= disk else "processors"


def first_full(
    by: str = "limit", rate: float = 1.0, gain: Callable[[float, float], float] = min
) -> Callable[..., Any]:
    """``gain`` of twice and of the second limit over the first."""

    def answer(demands: dict[str, float], servers: dict[str, int], target: float) -> Any:
        limits = {name: 1000 * target * servers[name] / ms for name, ms in demands.items()}
        if by == "demand":
            name = max(demands, key=lambda each: demands[each])
        elif by == "most":
            name = max(limits, key=lambda each: limits[each])
        else:
            name = min(limits, key=lambda each: limits[each])
        second = min(limit for each, limit in limits.items() if each != name) / limits[name]
        return name, limits[name] * rate, gain(2.0, second)

    return answer


def lines(rates: Any, busy: Any) -> list[tuple[float, float]]:
    return [tuple(np.polyfit(rates, each, 1)) for each in busy]


def through_zero(rates: Any, busy: Any) -> float:
    return float(min(np.dot(rates, rates) / np.dot(rates, each) for each in busy))


def multiple(rates: Any, busy: Any) -> float:
    return float(min(rates[-1] / busy[:, -1]))


def busiest_today(rates: Any, busy: Any) -> float:
    slope, idle = lines(rates, busy)[int(np.argmax(busy[:, -1]))]
    return (1 - idle) / slope


def last_to_fill(rates: Any, busy: Any) -> float:
    return max((1 - idle) / slope for slope, idle in lines(rates, busy))


def the_mean(rates: Any, busy: Any) -> float:
    return float(np.mean([(1 - idle) / slope for slope, idle in lines(rates, busy)]))


def begin(
    part: Callable[[float, int], float] = lambda g, b: (1 + g) ** -b,
    months: Callable[[float, int], float] = lambda exact, b: max(0, math.floor(exact + 1e-9)),
) -> Callable[..., Any]:
    """The worked answer, but for the share or for what is made of the exact months."""

    def answer(load: float, limit: float, growth: float, build: int) -> Any:
        exact = math.log(limit / load) / math.log(1 + growth) - build
        return part(growth, build), months(exact, build)

    return answer


def choose(
    enough: bool = True, cost: Callable[[float, float, int], float] = lambda o, m, n: o + n * m,
    target: bool = True, disks: bool = True,
) -> Callable[[Shop], Any]:  # fmt: skip
    def carries(machine: Machine, share: float) -> float:
        cpu, disk = machine.vcpus / machine.cpu_ms, 1 / machine.disk_ms
        return 1000 * share * min(cpu, disk * machine.disks if disks else disk)

    def answer(shop: Shop) -> Any:
        share = shop.target if target else 1.0
        good = [m for m in shop.means if not enough or carries(m.after, share) >= shop.rate]
        costs = [(cost(m.once, m.monthly, shop.months), m.name) for m in good]
        return min(costs)[1] if costs else None

    return answer


def strongest(shop: Shop) -> str:
    def carries(means: Means) -> float:
        after = means.after
        return min(after.vcpus / after.cpu_ms, after.disks / after.disk_ms)

    return max(shop.means, key=carries).name


def fixed(trigger: float) -> Callable[..., bool]:
    return lambda loads, limit, build_months: bool(loads[-1] >= trigger * limit)


def by_growth(months: int) -> Callable[..., bool]:
    """Grows on as in the last six months, for so many months besides the building."""

    def answer(loads: Any, limit: float, build_months: int) -> bool:
        back = min(6, len(loads) - 1)
        if back < 2:
            return False
        growth = (loads[-1] / loads[-1 - back]) ** (1 / back)
        return bool(loads[-1] * growth ** (build_months + months) >= limit)

    return answer


def by_stage(early: float, late: float) -> Callable[..., bool]:
    """One trigger for the small stages, another for the large ones."""
    return lambda loads, limit, _: bool(loads[-1] >= (early if limit < 1e6 else late) * limit)


def all_grow_alike(growth: float, months: int) -> Callable[..., bool]:
    return lambda loads, limit, build: bool(loads[-1] * growth ** (build + months) >= limit)


def in_a_straight_line(loads: Any, limit: float, build_months: int) -> bool:
    back = min(6, len(loads) - 1)
    a_month = (loads[-1] - loads[-1 - back]) / max(back, 1)
    return bool(loads[-1] + a_month * (build_months + 3) >= limit)


def design(
    pick: Callable[..., Any], carries: bool = True, fast: bool = True,
    sizes: tuple[int, ...] = check.SIZES, own: bool = True,
) -> Callable[..., Any]:  # fmt: skip
    """``own``: with this shop's figures, and not with those of the chapter's."""

    def answer(customers: float, response_ms: float, shop: dict[str, float]) -> Any:
        good = []
        for vcpus in sizes:
            for name, stage in path(customers, vcpus=vcpus, **(shop if own else {})).items():
                if (stage.carries or not carries) and (
                    stage.response_ms <= response_ms or not fast
                ):
                    good.append((stage.rent_usd, name, vcpus))
        return pick(good)[1:] if good else (None, None)

    return answer


def first_that_carries(customers: float, response_ms: float, shop: dict[str, float]) -> Any:
    """Of each size only the first stage, as if a later one never rented less."""
    good = []
    for vcpus in check.SIZES:
        stage = first(path(customers, vcpus=vcpus, **shop))
        if stage.response_ms <= response_ms:
            good.append((stage.rent_usd, stage.name, vcpus))
    return min(good)[1:] if good else (None, None)


def then(do: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *asked: change(do(*asked))


REST_1 = (1_184_211, 6_512)

WRONG = [
    ("no prediction", check.task_1, (None, 57_143, *REST_1), "prediction is still None"),
    ("as it opens", check.task_1, (1, 171_429, *REST_1), '"Application" is as it opens'),
    ("one machine", check.task_1, (1, 50_000, *REST_1), "is what one machine carries"),
    ("something else", check.task_1, (1, 60_000, *REST_1), "is not what the lab says"),
    ("writes as it opens", check.task_1, (1, 57_143, 2_647_059, 1), '"Of the requests, writes" is'),
    ("the stage before", check.task_1, (1, 57_143, 300_000, 1), "where the stage before ends"),
    ("the rent for a million", check.task_1, (1, 57_143, 1_184_211, 1722), '"Customers" is as it'),
    ("how many machines", check.task_1, (1, 57_143, 1_184_211, 42), "is a number of machines"),

    ("one answer", check.task_2, (lambda *_: 3.0,), "should return two things"),
    ("nothing", check.task_2, (lambda *_: None,), "returns nothing"),
    ("another word", check.task_2, (limit(min, "cpu"),), 'Say "processors" or "disk"'),
    ("the other is full", check.task_2, (the_other,), "still have room"),
    ("for a millisecond", check.task_2, (limit(lambda p, d: min(p, d) / 1000),), "each milli"),
    ("all of the time", check.task_2, (all_of_it,), "more than what is allowed"),
    ("the larger limit", check.task_2, (limit(max),), "something else is full before"),
    ("one vCPU", check.task_2, (one_vcpu,), "there is more than one vCPU"),
    ("both in turn", check.task_2, (one_after_the_other,), "work at the same time"),
    ("the sum", check.task_2, (limit(lambda p, d: p + d),), "How busy would each be"),

    ("two answers", check.task_3, (then(first_full(), lambda a: a[:2]),), "return three things"),
    ("the largest demand", check.task_3, (first_full("demand"),), "how many of them are there"),
    ("the last to fill", check.task_3, (first_full("most"),), "is not what is full first"),
    ("rate in milliseconds", check.task_3, (first_full(rate=0.001),), "full first, not at"),
    ("twice", check.task_3, (first_full(gain=lambda two, _: two),), "does not do twice as much"),
    ("up to the second", check.task_3, (first_full(gain=lambda _, s: s),), "twice is all that it"),
    ("nothing gained", check.task_3, (first_full(gain=lambda *_: 1.0),), "are not worth 1 times"),

    ("through zero", check.task_4, (through_zero,), "How busy were they without requests"),
    ("a multiple", check.task_4, (multiple,), "for work of the requests"),
    ("the busiest today", check.task_4, (busiest_today,), "need not be what is full first"),
    ("the last to fill", check.task_4, (last_to_fill,), "something else is full before"),
    ("the largest rate", check.task_4, (lambda r, b: r[-1],), "the largest rate that was measured"),
    ("twice the largest", check.task_4, (lambda r, b: 2 * r[-1],), "Where do the lines reach"),
    ("a multiple of it", check.task_4, (lambda r, b: r[-1] / 0.55,), "Where do the lines reach"),
    ("the mean of all", check.task_4, (the_mean,), "Where do the lines reach 100 %"),
    ("in thousands", check.task_4, (lambda r, b: 0.4,), "Where do the lines reach 100 %"),
    ("not a number", check.task_4, (lambda r, b: "full",), "should be a number"),

    ("continuously", check.task_5, (begin(lambda g, b: math.exp(-g * b)),), "once a month, not"),
    ("a sum", check.task_5, (begin(lambda g, b: max(0, 1 - g * b)),), "on top of growth"),
    ("one over a sum", check.task_5, (begin(lambda g, b: 1 / (1 + g * b)),), "on top of growth"),
    ("taken off", check.task_5, (begin(lambda g, b: (1 - g) ** b),), "undone by dividing"),
    ("one month", check.task_5, (begin(lambda g, b: 1 / (1 + g)),), "that leaves one month"),
    ("a textbook", check.task_5, (begin(lambda g, b: 0.7),), "does not just reach it"),
    ("in percent", check.task_5, (begin(lambda g, b: 100 * (1 + g) ** -b),), "not a percentage"),
    ("begin when full", check.task_5, (begin(months=lambda e, b: math.floor(e + 1e-9) + b),),
     "should be finished"),
    ("parts of a month", check.task_5, (begin(months=lambda e, b: max(0.0, e)),), "whole months"),
    ("before today", check.task_5, (begin(months=lambda e, b: math.floor(e + 1e-9)),), "is late"),
    ("a month late", check.task_5, (begin(months=lambda e, b: max(0, math.ceil(e))),), "too late"),
    ("at once", check.task_5, (begin(months=lambda e, b: 0),), "sooner than needed"),

    ("the cheapest of all", check.task_6, (choose(enough=False),), "What is full then"),
    ("all of the time", check.task_6, (choose(target=False),), "What is full then"),
    ("once only", check.task_6, (choose(cost=lambda o, m, n: o),), "not the cheapest"),
    ("a month only", check.task_6, (choose(cost=lambda o, m, n: o + m),), "not the cheapest"),
    ("a year", check.task_6, (choose(cost=lambda o, m, n: o + 12 * m),), "not the cheapest"),
    ("rent without the work", check.task_6, (choose(cost=lambda o, m, n: n * m),), "the cheapest"),
    ("one disk for ever", check.task_6, (choose(disks=False),), "not the cheapest|One of the"),
    ("what brings the most", check.task_6, (strongest,), "What is full then|not the cheapest"),
    ("a larger machine", check.task_6, (lambda shop: shop.means[0].name,), "What is full then"),
    ("none at all", check.task_6, (lambda shop: None,), "One of the means is"),
    ("its place", check.task_6, (lambda shop: 2,), "none of the means"),

    ("a number", check.task_7, (lambda *_: 1,), "should be True or False"),
    ("always", check.task_7, (lambda *_: True,), "there is nothing to do"),
    ("never", check.task_7, (lambda *_: False,), "never begins anything"),
    ("at the limit", check.task_7, (fixed(1.0),), "begins too late"),
    ("at 70 %", check.task_7, (fixed(0.7),), "begins too late"),
    ("at a twentieth", check.task_7, (fixed(0.05),), "builds what is not needed yet"),
    ("the best fixed one", check.task_7, (fixed(0.15),), "What do the last months say"),
    ("one for each stage", check.task_7, (by_stage(0.1, 0.3),), "What do the last months say"),
    ("all shops alike", check.task_7, (all_grow_alike(1.6, 0),), "What do the last months say"),
    ("a straight line", check.task_7, (in_a_straight_line,), "begins too late"),
    ("no month to spare", check.task_7, (by_growth(0),), "if they say too little"),
    ("one month to spare", check.task_7, (by_growth(1),), "if they say too little"),
    ("two months late", check.task_7, (by_growth(-2),), "begins too late"),
    ("far too early", check.task_7, (by_growth(12),), "not needed yet"),

    ("one answer", check.task_8, (lambda *_: "Caching",), "should return two things"),
    ("the dearest", check.task_8, (design(max),), "is not the least that does it"),
    ("not all customers", check.task_8, (design(min, carries=False),), "customers only"),
    ("however slow", check.task_8, (design(min, fast=False),), "customers wait"),
    ("one size", check.task_8, (design(min, sizes=(4,)),), "is not the least that does it"),
    ("small sizes", check.task_8, (design(min, sizes=(2, 4, 8)),), "is not the least that does it"),
    ("the first stage", check.task_8, (first_that_carries,), "is not the least that does it"),
    ("another shop", check.task_8, (design(min, own=False),), "customers only|not the least"),
    ("nothing", check.task_8, (lambda *_: (None, None),), "there is a stage that does it"),
    ("a number of a stage", check.task_8, (lambda *_: (3, 4),), "none of the STAGES"),
    ("no such machine", check.task_8, (lambda *_: ("Single server", 5),), "not among check.SIZES"),
]  # fmt: skip
