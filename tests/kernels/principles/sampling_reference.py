"""Requests one by one, coins and seconds and a ring of traces: plain Python."""

import math
import random
from collections import OrderedDict


def poisson_tail(least: int, mean: float) -> float:
    """Chance of ``least`` or more, from the lower terms or the upper ones, all of them."""
    top = int(mean + 60.0 * math.sqrt(mean) + 100.0) + least
    if least > mean:
        return math.fsum(
            math.exp(k * math.log(mean) - mean - math.lgamma(k + 1.0)) for k in range(least, top)
        )
    return 1.0 - math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1.0)) for k in range(least)
    )


def drawn(mean: float, chance: random.Random) -> int:
    """A Poisson number: exponential gaps in a unit of time."""
    number, now = 0, chance.expovariate(mean)
    while now < 1.0:
        number += 1
        now += chance.expovariate(mean)
    return number


def by_coins(
    rate: float, fault: float, services: int, share: float, together: bool, seconds: int, seed: int
) -> tuple[int, int]:
    """Requests with the fault, and those of which every service has kept its part."""
    chance = random.Random(seed)
    failed, whole = 0, 0
    for _ in range(seconds):
        for _ in range(drawn(rate, chance)):
            if chance.random() < fault:
                failed += 1
                coins = 1 if together else services
                whole += all(chance.random() < share for _ in range(coins))
    return failed, whole


def estimates(
    rate: float, bad: float, most: int, reservoir: bool, seconds: int, seed: int
) -> tuple[int, int, float]:
    """Of one endpoint: kept, kept with an error, and the number of errors that weights tell.

    The first of each second, or as many of it at random: Vitter's reservoir.
    """
    chance = random.Random(seed)
    kept_all, kept_bad, told = 0, 0, 0.0
    for _ in range(seconds):
        came = [chance.random() < bad for _ in range(drawn(rate, chance))]
        kept: list[bool] = []
        for n, each in enumerate(came):
            if n < most:
                kept.append(each)
            elif reservoir:
                place = chance.randrange(n + 1)
                if place < most:
                    kept[place] = each
        kept_all += len(kept)
        kept_bad += sum(kept)
        if kept:
            told += len(came) / len(kept) * sum(kept)
    return kept_all, kept_bad, told


def ring(rate: float, wait: float, room: int, traces: int, seed: int) -> tuple[float, float]:
    """Part of the traces that are decided, and the mean number that wait for it.

    A trace that comes to a full ring throws out the oldest, decided or not; those that are decided
    keep their place, as in the Collector, but their spans are gone.
    """
    chance = random.Random(seed)
    waiting: OrderedDict[int, float] = OrderedDict()
    now, decided, held, out = 0.0, 0, 0.0, 0
    order: list[tuple[int, float]] = []
    for i in range(traces):
        step = chance.expovariate(rate)
        # Those whose time is over before the next comes, one after the other.
        before = now
        now += step
        while order and order[0][1] <= now:
            j, due = order.pop(0)
            held += len(waiting) * (due - before)
            before = due
            if j in waiting:
                decided += 1
                del waiting[j]
        held += len(waiting) * (now - before)
        if i - room in waiting:
            del waiting[i - room]
            out += 1
        waiting[i] = now
        order.append((i, now + wait))
    return decided / (decided + out), held / now


def kept_by_policy(
    requests: int, bad: float, slow: float, share: float, seed: int
) -> tuple[int, int, int, float]:
    """Tail sampling: kept, errors and slow ones among them, and errors by weights."""
    chance = random.Random(seed)
    kept, errors, slow_ones, told = 0, 0, 0, 0.0
    for _ in range(requests):
        error = chance.random() < bad
        long = not error and chance.random() < slow
        coin = chance.random() < share
        if error or long or coin:
            kept += 1
            errors += error
            slow_ones += long
            told += (1.0 if error or long else 1.0 / share) * error
    return kept, errors, slow_ones, told
