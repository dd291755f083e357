"""A broker, its workers and its producers as events in time, in plain Python.

A queue is a list of messages with the time from which each may be received. Whoever receives one
is a worker with a life of its own, which may still work when the lease is over. One order at a
time, as workers never wait for each other.
"""

import heapq
import itertools
import math
import random
from collections import Counter
from typing import Any

AT_MOST, AT_LEAST, HEARTBEATS, KEY, OUTBOX = range(5)


def takes(law: int, work: float, chance: random.Random) -> float:
    """Always as long, exponential, or Weibull's law with the shape 1/2."""
    if law == 0:
        return work
    if law == 1:
        return chance.expovariate(1.0 / work)
    return chance.weibullvariate(work / math.gamma(3.0), 0.5)


def one_order(way: int, world: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """When its work took effect (those that a key left out are not among them), and the rest."""
    seen: dict[str, Any] = {"effects": [], "buried": 0, "receives": 0, "never sent": False}
    if way != OUTBOX and chance.random() < world["crash"]:
        seen["never sent"] = True
        return seen
    poison = chance.random() < world["poison"]
    order = itertools.count()
    events: list[tuple[float, int, str, dict[str, Any]]] = []

    def at(time: float, what: str, message: dict[str, Any]) -> None:
        heapq.heappush(events, (time, next(order), what, message))

    at(0.0, "send", {})
    keys: list[float] = []
    while events:
        now, _, what, message = heapq.heappop(events)
        if what == "send":
            lost = chance.random() < world["send_lost"]
            if way == AT_MOST:
                if not lost:
                    at(now, "visible", {"received": 0, "gone": False})
                continue
            # A send that got lost takes no time here, as in the kernel: only the answer does.
            if lost:
                at(now, "send", {})
                continue
            at(now, "visible", {"received": 0, "gone": False})
            if chance.random() < world["ack_lost"]:
                at(now + world["retry"], "send", {})
        elif what == "visible" and not message["gone"]:
            if message["received"] == (1 if way == AT_MOST else world["receives"]):
                seen["buried"] += 1 if way != AT_MOST else 0
                continue
            message["received"] += 1
            seen["receives"] += 1
            lasts = takes(world["law"], world["work"], chance)
            dies = chance.random() < world["dies"]
            dies_at = now + lasts * chance.random()
            if not dies:
                at(now + lasts, "done", {"of": message, "lease": now + world["lease"]})
            if way == HEARTBEATS:
                holds = dies_at if dies else now + lasts
                at(holds + world["lease"], "visible", message)
            elif way != AT_MOST:
                at(now + world["lease"], "visible", message)
        elif what == "done" and not poison:
            if way not in (KEY, OUTBOX) or not keys or now - keys[-1] >= world["window"]:
                seen["effects"].append(now)
                keys.append(now)
            in_time = way == HEARTBEATS or now <= message["lease"]
            if in_time and chance.random() >= world["ack_lost"]:
                message["of"]["gone"] = True
    return seen


def simulate(way: int, world: dict[str, Any], orders: int, seed: int) -> dict[str, float]:
    """Shares of the orders, by what became of them; and receives of an order, on average."""
    chance = random.Random(seed)
    found: Counter[str] = Counter()
    receives = 0
    for _ in range(orders):
        seen = one_order(way, world, chance)
        times = len(seen["effects"])
        receives += seen["receives"]
        if times == 0:
            found["dead" if seen["buried"] else "lost"] += 1
        else:
            found["once" if times == 1 else "more"] += 1
            found["buried"] += 1 if seen["buried"] else 0
        found["open"] += 1 if times == 0 or min(seen["effects"]) > 60.0 else 0
    names = ("lost", "dead", "once", "more", "buried", "open")
    return {**{name: found[name] / orders for name in names}, "receives": receives / orders}
