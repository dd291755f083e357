"""A plan told as a list of events, with exact fractions for the months, and sums at the end."""

import math
from dataclasses import dataclass, field
from fractions import Fraction

from scipy import stats

from scalelab.kernels import shop
from scalelab.kernels.growth.path import fleet


@dataclass
class Story:
    """What is served, and what is being built, in each month."""

    stages: list[int] = field(default_factory=list)
    works: list[bool] = field(default_factory=list)
    opens: int = 0


def months_for(stages: int, build_months: int) -> int:
    alone, together = Fraction(build_months), Fraction(build_months, 2)
    return math.ceil(alone + (stages - 1) * together) if stages else 0


def verhulst(market: float, growth: float, month: int) -> float:
    """By the odds N / (M - N), which grow as an exponential does."""
    if month < 0:
        return 0.0
    odds = 1000.0 / (market - 1000.0) * math.exp(growth * month)
    return market * odds / (1.0 + odds)


def story(plan: int, market: float, limits: list[float], w: dict[str, float]) -> Story:
    """Walks from one event to the next: a step begins, a step is ready."""
    found = Story()
    last = len(limits) - 1
    build_months, stride, at_once = (int(w[n]) for n in ("build_months", "stride", "at_once"))
    month, stage = 0, 0
    if plan == 2 and at_once:
        takes = months_for(at_once, build_months)
        found.opens = math.ceil(Fraction(w["waits"]) * takes)
        found.stages += [0] * takes
        found.works += [True] * takes
        month, stage = takes, at_once
    trigger = 1.0 if plan == 1 else w["trigger"]
    while month < 60:
        load = verhulst(market, w["growth"], month - found.opens)
        if stage < last and load >= trigger * limits[stage]:
            stages = min(stride, last - stage)
            takes = months_for(stages, build_months)
            found.stages += [stage] * takes
            found.works += [True] * takes
            month, stage = month + takes, stage + stages
        else:
            found.stages.append(stage)
            found.works.append(False)
            month += 1
    del found.stages[60:], found.works[60:]
    return found


def costs(plan: int, market: float, limits: list[float], world: dict[str, float],
          fixed: dict[str, float], of: object) -> dict[str, float]:  # fmt: skip
    """In thousand USD, by part; months of overload; the stage at the end."""
    told = story(plan, market, limits, world)
    on_time = [verhulst(market, world["growth"], m) for m in range(60)]
    came = [verhulst(market, world["growth"], m - told.opens) for m in range(60)]
    open_months = range(told.opens, 60)
    rented = 0.0
    for m in open_months:
        stage = told.stages[m]
        rate = min(came[m], limits[stage]) * shop.CUSTOMER_RATE
        balancers = 0 if stage < 2 else 3 if stage >= 5 else 1
        rented += 730.0 * fixed["vcpu_usd"] * shop.VCPUS * fleet(stage, rate, of).machines
        rented += balancers * fixed["balancer_usd"]
    over = [max(0.0, n - limits[s]) for n, s in zip(came, told.stages, strict=True)]
    parts = {
        "build": fixed["build_usd"] * sum(told.works),
        "care": fixed["care_usd"] * sum(told.stages[m] for m in open_months),
        "rent": rented,
        "turned": world["margin"] * sum(over),
        "late": world["margin"] * (sum(on_time) - sum(came)),
    }
    enough = [i for i, limit in enumerate(limits) if limit * (1 + 1e-9) >= max(on_time)]
    return {
        **{name: value / 1000.0 for name, value in parts.items()},
        "overloaded": sum(o > 0.0 for o in over),
        "stage": told.stages[-1],
        "over_built": float(told.stages[-1] > min([*enough, len(limits) - 1])),
    }


def markets(median: float, spread: float, number: int) -> list[float]:
    shares = [(i + 0.5) / number for i in range(number)]
    return [max(median * math.exp(spread * stats.norm.ppf(s)), 1010.0) for s in shares]
