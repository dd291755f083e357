"""The three ways followed step by step, as a team would live through them: plain Python."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

STEPS_A_MONTH = 64


@dataclass
class Product:
    """``work`` counts up: months of the rewrite, or of the whole team's work behind a boundary."""

    customers: float
    lifted: bool = False
    rewriting: bool = False
    replacing: bool = False
    work: float = 0.0
    takes: float = 0.0


def out_after(way: int, w: Mapping[str, float]) -> float:
    return w["build"] + (0.0, w["extra"], w["more"])[way]


def left_of(way: int, market: float, w: Mapping[str, float]) -> float:
    """The market for one who comes then."""
    late = out_after(way, w) - w["build"]
    if w["late"] == 2:
        return market * max(1.0 - w["lost"] * late / 12.0, 0.0)
    missed = w["late"] == 1 and out_after(way, w) > w["deadline"]
    return market * (1.0 - w["lost"]) if missed else market


def step(
    it: Product, age: float, market: float, way: int, right: bool, w: Mapping[str, float]
) -> None:
    """One short while, by what the team does at that time."""
    while_ = 1.0 / STEPS_A_MONTH
    limited = market > w["limit"] and not it.lifted
    if limited and way == 1 and right:
        soon = w["limit"] * math.exp(-w["growth"] * w["replace"])
        it.replacing = it.replacing or it.customers >= soon * (1.0 - 1e-12)
        if it.replacing:
            it.work += 0.5 * while_
            it.lifted = it.work >= w["replace"] - 1e-9
    elif limited and it.customers >= w["limit"] * (1.0 - 1e-12):
        if not it.rewriting:
            it.rewriting = True
            it.takes = w["rewrite"] * (1.0 + w["change"]) ** (age / 12.0)
        it.work += while_
        it.lifted = it.work >= it.takes - 1e-9
    speed = w["growth"] * (0.5 if it.replacing and not it.lifted else 1.0)
    top = market if it.lifted else min(market, w["limit"])
    it.customers = min(it.customers * math.exp(speed * while_), top)


def success(way: int, market: float, right: bool, w: Mapping[str, float]) -> float:
    """Net present value, in thousand USD."""
    market = left_of(way, market, w)
    out, value, it = out_after(way, w), 0.0, None
    while_ = 1.0 / STEPS_A_MONTH
    for i in range(round(w["horizon"] * STEPS_A_MONTH)):
        now = i * while_
        worth = (1.0 + w["discount"]) ** (-(now + 0.5 * while_) / 12.0) * while_
        value -= worth * w["team"]
        if now < out - 1e-9:
            continue
        if it is None:
            it = Product(min(w["first"], market, w["limit"]), lifted=way == 2 and right)
        before = it.customers
        step(it, now - out, market, way, right, w)
        value += worth * w["margin"] * 0.5 * (before + it.customers)
        if way == 2 or (it.lifted and market > w["limit"]):
            value -= worth * w["care"]
    return value


def failure(way: int, w: Mapping[str, float]) -> float:
    """The same of a product that stays small until it is closed."""
    out, value = out_after(way, w), 0.0
    for i in range(round(w["horizon"] * STEPS_A_MONTH)):
        now = i / STEPS_A_MONTH
        if now >= out + w["judged"] - 1e-9:
            break
        month = -w["team"]
        if now >= out - 1e-9:
            month += w["margin"] * w["first"] - (w["care"] if way == 2 else 0.0)
        worth = (1.0 + w["discount"]) ** (-(now + 0.5 / STEPS_A_MONTH) / 12.0)
        value += worth * month / STEPS_A_MONTH
    return value


def best_by_chance(trials: int, parts: int, runs: int, seed: int) -> list[float]:
    """Gains of a whole whose parts are each replaced by the best of some designs, if better."""
    chance = random.Random(seed)
    sigma = parts**-0.5
    return [
        sum(
            max(0.0, *(chance.gauss(0.0, sigma) for _ in range(trials))) for _ in range(parts)
        )
        for _ in range(runs)
    ]  # fmt: skip
