"""A rolling deploy request by request, in plain Python: Poisson arrivals, exponential work."""

import math
import random
from dataclasses import dataclass
from itertools import accumulate

TURN, FEWEST = "turn", "fewest"


@dataclass
class World:
    """Times in s, rates in 1/s."""

    rate: float
    vcpus: int
    service: float
    cold: float
    warm_up: float
    ramp: float
    long_share: float
    long: float
    removal: float
    drain: float


@dataclass
class Machine:
    """It is in rotation from ``comes`` to ``stops``, and is cold then if it is ``new``."""

    comes: float
    stops: float
    new: bool
    work: int = 0
    open: int = 0
    done: int = 0

    def speed(self, w: World) -> float:
        factor = 1.0
        if self.new:
            factor += (w.cold - 1.0) * math.exp(-self.done / w.warm_up)
        return min(self.work, w.vcpus) / (w.service * factor)


@dataclass
class Seen:
    """Requests in work times seconds, and requests answered, in each bin; what failed."""

    waiting: list[float]
    answered: list[int]
    cut: int = 0
    refused: int = 0


def choose(
    machines: list[Machine], now: float, rule: str, w: World, chance: random.Random
) -> Machine | None:
    """The machine that the balancer sends to; it may have stopped."""
    known = [m for m in machines if m.comes <= now < m.stops + w.removal]
    if not known:
        return None
    if rule == FEWEST:
        fewest = min(m.work + m.open for m in known)
        return chance.choice([m for m in known if m.work + m.open == fewest])
    weights = [
        min(max((now - m.comes) / w.ramp, 0.1), 1.0) if m.new and w.ramp > 0.0 else 1.0
        for m in known
    ]
    return chance.choices(known, weights)[0]


def simulate(
    machines: list[Machine], rule: str, w: World, begins: float, width: float, bins: int, seed: int
) -> Seen:
    """Event after event, or to the next border of a bin or end of a machine."""
    chance = random.Random(seed)
    seen = Seen([0.0] * bins, [0] * bins)
    kills = {m.stops + w.drain for m in machines}
    borders = sorted({begins + width * (k + 1) for k in range(bins)} | kills)
    now, k = begins, 0
    for border in borders:
        while True:
            speeds = [m.speed(w) for m in machines]
            ends = list(accumulate([w.rate, *speeds, *(m.open / w.long for m in machines)]))
            step = chance.expovariate(ends[-1])
            passed = min(step, border - now)
            seen.waiting[k] += passed * sum(m.work for m in machines)
            now += passed
            if passed < step:
                break
            pick = chance.random() * ends[-1]
            event = next(i for i, end in enumerate(ends) if pick < end)
            if event == 0:
                to = choose(machines, now, rule, w, chance)
                if to is None or now >= to.stops:
                    seen.refused += 1
                else:
                    to.work += 1
            elif event <= len(machines):
                m = machines[event - 1]
                m.work -= 1
                m.done += 1
                m.open += chance.random() < w.long_share
                seen.answered[k] += 1
            else:
                machines[event - 1 - len(machines)].open -= 1
        now = border
        for m in machines:
            if m.stops + w.drain == border:
                seen.cut += m.work + m.open
                m.work = m.open = 0
        if border not in kills or border >= begins + width * (k + 1):
            k += 1
        if k == bins:
            break
    return seen


def poisson(mean: float, chance: random.Random) -> int:
    """Arrivals in a time of 1."""
    n, t = 0, chance.expovariate(mean)
    while t < 1.0:
        n, t = n + 1, t + chance.expovariate(mean)
    return n
