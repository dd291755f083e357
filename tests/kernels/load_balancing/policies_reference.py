"""Requests, servers and balancers by the clock, in plain Python, with times that are really drawn.

Only IP hash is the kernel's: which server an address is hashed to.
"""

import heapq
import random
from collections import deque
from dataclasses import dataclass, field

INFINITY = float("inf")


@dataclass
class Server:
    mean: float
    weight: float
    fails: bool
    line: deque[tuple[float, int]] = field(default_factory=deque)  # came, by which balancer


@dataclass
class Balancer:
    """What one of them knows."""

    own: list[int]
    seen: list[int]
    average: list[float]
    idle: list[int]
    turn: int
    credit: list[float]


@dataclass
class Result:
    errors: float
    odd_share: float
    mean: float
    p99: float


def play(
    policy: str, arrivals: float, servers: list[Server], odd: int, choices: int, age: float,
    balancers: int, requests: int, seed: int,
) -> Result:  # fmt: skip
    """Requests at random; those in the first quarter are not counted."""
    chance = random.Random(seed)
    n = len(servers)
    known = [
        Balancer([0] * n, [0] * n, [servers[-1].mean / s.weight for s in servers], [],
                 chance.randrange(n), [0.0] * n)
        for _ in range(balancers)
    ]  # fmt: skip
    for i in range(n):
        chance.choice(known).idle.append(i)
    ends: list[tuple[float, int]] = []
    times: list[float] = []
    to_odd = counted = wrong = 0
    updated = now = 0.0

    def begin(i: int) -> None:
        heapq.heappush(ends, (now + chance.expovariate(1.0 / servers[i].mean), i))

    coming = chance.expovariate(arrivals)
    came = 0
    while came < requests:
        first = ends[0][0] if ends else INFINITY
        update = updated + age if age > 0.0 else INFINITY
        now = min(first, coming, update)
        if now == update:
            updated = update
            for one in known:
                one.seen = list(one.own)
        elif now == first:
            _, i = heapq.heappop(ends)
            since, who = servers[i].line.popleft()
            known[who].own[i] -= 1
            old = known[who].average[i]
            known[who].average[i] = 0.95 * old + 0.05 * (now - since)
            if servers[i].line:
                begin(i)
            elif not any(i in one.idle for one in known):
                chance.choice(known).idle.append(i)
            if since > 0.25 * requests / arrivals and not servers[i].fails:
                times.append(now - since)
        else:
            who = chance.randrange(balancers)
            i = choose(policy, servers, known[who], choices, age > 0.0, chance)
            if i in known[who].idle and policy == "join idle queue":
                known[who].idle.remove(i)
            servers[i].line.append((now, who))
            known[who].own[i] += 1
            if len(servers[i].line) == 1:
                begin(i)
            if now > 0.25 * requests / arrivals:
                counted += 1
                to_odd += i < odd
                wrong += servers[i].fails
            came += 1
            coming = now + chance.expovariate(arrivals)
    times.sort()
    return Result(
        wrong / counted, to_odd / counted, sum(times) / len(times), times[int(0.99 * len(times))]
    )


def choose(
    policy: str, servers: list[Server], mine: Balancer, choices: int, old: bool,
    chance: random.Random,
) -> int:  # fmt: skip
    n = len(servers)
    counts = mine.seen if old else mine.own
    match policy:
        case "random":
            return chance.randrange(n)
        case "weighted random":
            return chance.choices(range(n), [s.weight for s in servers])[0]
        case "round robin":
            mine.turn += 1
            return mine.turn % n
        case "weighted round robin":
            mine.credit = [c + s.weight for c, s in zip(mine.credit, servers, strict=True)]
            i = mine.credit.index(max(mine.credit))
            mine.credit[i] -= sum(s.weight for s in servers)
            return i
        case "least connections":
            return of_equals([float(c) for c in counts], range(n), chance)
        case "least response time":
            cost = [(c + 1) * a for c, a in zip(counts, mine.average, strict=True)]
            return of_equals(cost, range(n), chance)
        case "power of choices":
            drawn = chance.sample(range(n), choices)
            return of_equals([float(c) for c in counts], drawn, chance)
        case "join idle queue":
            return chance.choice(mine.idle) if mine.idle else chance.randrange(n)
    raise AssertionError(policy)


def of_equals(costs: list[float], among: range | list[int], chance: random.Random) -> int:
    least = min(costs[i] for i in among)
    return chance.choice([i for i in among if costs[i] == least])


def by_address(
    arrivals: float, speeds: list[float], weights: list[float], where: list[int]
) -> list[float]:
    """Mean response at each server (infinite where it is overrun), and its load."""
    loads = [0.0] * len(speeds)
    for weight, server in zip(weights, where, strict=True):
        loads[server] += arrivals * weight
    return [
        1.0 / (speed - load) if load < speed else INFINITY
        for speed, load in zip(speeds, loads, strict=True)
    ]


def zipf(n: int, skew: float) -> list[float]:
    parts = [rank**-skew for rank in range(1, n + 1)]
    return [part / sum(parts) for part in parts]
