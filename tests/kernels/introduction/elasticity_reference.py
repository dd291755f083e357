"""A day, machine by machine: each is ordered, boots, serves and is given back."""

import math
from collections.abc import Callable
from dataclasses import dataclass

STEP, EVENING, SALE, HOUR = 15, 3 * 3600, 10 * 3600, 3600
SECONDS = range(-EVENING, 24 * HOUR, STEP)


@dataclass(frozen=True)
class Shop:
    """Rates in requests/s, times in s."""

    peak_to_trough: float
    sale: float
    rise: int
    boot: int
    target: float
    hold: int
    burst: float
    most: int
    measure: int
    mean: float
    per_machine: float
    bursts_a_day: float

    def expected(self, t: int) -> float:
        swing = (self.peak_to_trough - 1) / (self.peak_to_trough + 1)
        usual = self.mean * (1 - swing * math.cos(2 * math.pi * (t / HOUR - 6) / 24))
        since, left = t - SALE, SALE + HOUR + self.rise - t
        if since < 0 or left <= 0:
            return usual
        high = 1.0
        if self.rise:
            high = min(1.0, since / self.rise) - max(0.0, 1.0 - left / self.rise)
        return usual * (1 + (self.sale - 1) * high)

    def machines(self, rate: float) -> int:
        return min(self.most, max(1, math.ceil(rate / self.target / self.per_machine - 1e-9)))


def demand(shop: Shop, uniform: Callable[[], float]) -> list[float]:
    """With bursts: each a moment (in steps) and a height."""
    bursts: list[tuple[int, float]] = []
    if shop.burst and shop.bursts_a_day:
        gap = 24 * HOUR / STEP / shop.bursts_a_day
        comes = -gap * math.log(uniform())
        while comes <= len(SECONDS) - 1:
            bursts.append((math.ceil(comes), -shop.burst * math.log(uniform())))
            comes -= gap * math.log(uniform())
    rates = []
    for i, t in enumerate(SECONDS):
        above = sum(h * math.exp(-(i - at) * STEP / 600) for at, h in bursts if at <= i)
        rates.append(shop.expected(t) * (1 + above))
    return rates


class Machine:
    """The k-th to be ordered and, of those that are there, the first to go before k - 1."""

    def __init__(self) -> None:
        self.ordered: int | None = None
        self.wanted = 0

    def at(self, t: int, wanted: bool, hold: int) -> None:
        if wanted:
            self.wanted = t
            if self.ordered is None:
                self.ordered = t
        elif self.ordered is not None and t - self.wanted > hold:
            self.ordered = None


def elastic(shop: Shop, rates: list[float], told: bool) -> tuple[list[int], list[int]]:
    """Machines that are paid for, and machines that serve, at each moment."""
    over = SALE + HOUR + shop.rise
    need = shop.machines(max(shop.expected(t) for t in range(SALE, over + 1, STEP)))
    machines = [Machine() for _ in range(shop.most)]
    paid, serving = [], []
    for i, t in enumerate(SECONDS):
        wish = shop.machines(rates[max(0, i - shop.measure // STEP)])
        if told and shop.sale > 1 and SALE - shop.boot <= t <= over:
            wish = max(wish, need)
        for k, machine in enumerate(machines):
            machine.at(t, k < wish, shop.hold)
            if i == 0 and machine.ordered is not None:
                machine.ordered -= shop.boot  # the evening finds them running
        there = [m.ordered for m in machines if m.ordered is not None]
        paid.append(len(there))
        serving.append(sum(t - ordered >= shop.boot for ordered in there))
    return paid, serving


@dataclass(frozen=True)
class Day:
    machine_hours: float
    refused: float
    share: float
    used: float
    worst_share: float
    short_min: float
    worst_machines: float
    spare: float


def day(shop: Shop, rates: list[float], paid: list[int], serving: list[int]) -> Day:
    today = [i for i, t in enumerate(SECONDS) if t >= 0]
    lack = [(rates[i] - serving[i] * shop.per_machine, rates[i]) for i in today]
    short = [(gap, rate) for gap, rate in lack if gap > 1e-9 * rate]
    refused = STEP * sum(gap for gap, _ in short)
    asked = STEP * sum(rates[i] for i in today)
    room = STEP * shop.per_machine * sum(paid[i] for i in today)
    return Day(
        sum(paid[i] for i in today) * STEP / HOUR, refused, refused / asked,
        (asked - refused) / room, max((gap / rate for gap, rate in short), default=0.0),
        len(short) * STEP / 60, max((gap for gap, _ in short), default=0.0) / shop.per_machine,
        sum(max(0.0, -gap) for gap, _ in lack) / shop.per_machine / len(today),
    )  # fmt: skip
