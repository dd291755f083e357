"""Every state of a small fleet, machines that fail one by one, requests in a line: plain Python."""

import heapq
import itertools
import math
import random
from collections import deque


def every_state(zones: int, per_zone: int, needed: int, q: float, q_zone: float) -> list[float]:
    """Chance of too few machines, by the number of zones that are out: all states, added up."""
    found = [0.0] * (zones + 1)
    for there in itertools.product((True, False), repeat=zones):
        of_zones = math.prod(1.0 - q_zone if up else q_zone for up in there)
        for machines in itertools.product((True, False), repeat=zones * per_zone):
            serve = sum(up and there[i // per_zone] for i, up in enumerate(machines))
            if serve < needed:
                chance = math.prod(1.0 - q if up else q for up in machines)
                found[there.count(False)] += of_zones * chance
    return found


def short_of(
    zones: int, per_zone: int, needed: int, machine: tuple[float, float],
    zone: tuple[float, float], change: tuple[float, float], ends: float, seed: int,
) -> float:  # fmt: skip
    """Part of the time with fewer than ``needed`` machines.

    Each pair: mean time up and mean time down, the first exponential, the second even from 0 to
    twice that. A machine fails and is mended in a zone that is out as well; a change stops all.
    """
    chance = random.Random(seed)
    things = [("machine", i // per_zone, machine) for i in range(zones * per_zone)]
    things += [("zone", i, zone) for i in range(zones)] + [("change", 0, change)]
    up = [True] * len(things)
    events = [(chance.expovariate(1.0 / thing[2][0]), i) for i, thing in enumerate(things)]
    heapq.heapify(events)
    before, short = 0.0, 0.0
    while before < ends:
        now, i = events[0]
        there = {thing[1] for j, thing in enumerate(things) if thing[0] == "zone" and up[j]}
        serve = sum(up[j] and thing[1] in there for j, thing in enumerate(things[: -zones - 1]))
        if serve < needed or not up[-1]:
            short += min(now, ends) - before
        before = now
        up[i] = not up[i]
        mean_up, mean_down = things[i][2]
        lasts = chance.expovariate(1.0 / mean_up) if up[i] else chance.uniform(0.0, 2 * mean_down)
        heapq.heapreplace(events, (now + lasts, i))
    return short / ends


def pair_without(up: float, repair: float, switch: float, ends: float, seed: int) -> float:
    """Part of the time without a balancer: two of them, one has the address; all exponential.

    The other takes it after a switch, if the first is not back before. Back from "both are down",
    the first that is mended takes it at once.
    """
    chance = random.Random(seed)
    now, without = 0.0, 0.0
    alive, holder, switching = [True, True], 0, False
    while now < ends:
        rates = [1.0 / up if each else 1.0 / repair for each in alive]
        total = sum(rates) + (1.0 / switch if switching else 0.0)
        step = chance.expovariate(total)
        if switching or not any(alive):
            without += step
        now += step
        pick = chance.random() * total
        if pick < sum(rates):
            i = 0 if pick < rates[0] else 1
            alive[i] = not alive[i]
            if alive[i] and not alive[1 - i]:
                holder = i
            switching = not alive[holder] and any(alive)
        else:
            holder, switching = 1 - holder, False
    return without / ends


def line(rate: float, left: float, whole: float, lost: float) -> tuple[float, float]:
    """Longest wait, and when nobody waits any more: requests one by one, evenly spaced.

    They stand in a line before machines that together take 1/left, then 1/whole for each.
    """
    waiting: deque[float] = deque()
    longest, empty, now, came = 0.0, 0.0, 0.0, 0
    while True:
        speed = left if now < lost else whole
        now += 1.0 / speed
        while came / rate <= now:
            waiting.append(came / rate)
            came += 1
        longest = max(longest, now - waiting.popleft())
        empty = now
        if now > lost and len(waiting) <= 1:
            return longest, empty
