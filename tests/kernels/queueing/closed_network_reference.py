"""Closed networks without any cleverness: fractions over states, and a simulation of each event."""

import heapq
import math
import random
from fractions import Fraction


def convolved(
    customers: int, think: Fraction, demands: list[Fraction], servers: list[int]
) -> tuple[Fraction, list[Fraction]]:
    """(throughput, mean number at each station) as fractions: nothing is rounded."""

    def factor(k: int, demand: Fraction, c: int) -> Fraction:
        ways = Fraction(1)
        for j in range(1, k + 1):
            ways *= demand / (min(j, c) if c else j)
        return ways

    def joined(parts: list[list[Fraction]]) -> list[Fraction]:
        total = [Fraction(1)] + [Fraction(0)] * customers
        for part in parts:
            total = [
                sum((part[k] * total[n - k] for k in range(n + 1)), Fraction(0))
                for n in range(customers + 1)
            ]
        return total

    stations = [(think, 0), *zip(demands, servers, strict=True)]
    parts = [[factor(k, d, c) for k in range(customers + 1)] for d, c in stations]
    constants = joined(parts)
    queues = [
        joined([[k * f for k, f in enumerate(part)], *parts[:i], *parts[i + 1 :]])[customers]
        / constants[customers]
        for i, part in enumerate(parts)
    ]
    return constants[customers - 1] / constants[customers], queues[1:]


def simulated(
    customers: int, think: float, demands: list[float], servers: list[int], jobs: float,
    rounds: int, seed: int,
) -> tuple[float, float, list[float]]:  # fmt: skip
    """(throughput, response time, mean number at each station) of a run, the first tenth dropped.

    Customers think, then visit all stations in turn, first come first served; ``jobs`` Erlangs of
    background come to the first station, one after the other, with the same mean time.
    """
    chance = random.Random(seed)
    events: list[tuple[float, int, str, int]] = []
    counter = 0

    def later(time: float, kind: str, who: int) -> None:
        nonlocal counter
        counter += 1
        heapq.heappush(events, (time, counter, kind, who))

    queues: list[list[int]] = [[] for _ in demands]
    busy = [0] * len(demands)
    there = [0] * len(demands)  # customers, not jobs
    at = [-1] * customers
    begun = [0.0] * customers
    area = [0.0] * len(demands)
    mark = [0.0] * len(demands)
    now = start = 0.0
    done, waited = 0, 0.0

    def arrive(i: int, who: int) -> None:
        if who >= 0:
            area[i] += there[i] * (now - mark[i])
            mark[i] = now
            there[i] += 1
            at[who] = i
        if servers[i] == 0 or busy[i] < servers[i]:
            busy[i] += 1
            later(now + chance.expovariate(1.0 / demands[i]), f"done{i}", who)
        else:
            queues[i].append(who)

    for who in range(customers):
        later(chance.expovariate(1.0 / think), "click", who)
    if jobs > 0.0:
        later(chance.expovariate(jobs / demands[0]), "job", -1)
    while done < rounds:
        now, _, kind, who = heapq.heappop(events)
        if kind == "click":
            begun[who] = now
            arrive(0, who)
        elif kind == "job":
            later(now + chance.expovariate(jobs / demands[0]), "job", -1)
            arrive(0, -1)
        else:
            i = int(kind[4:])
            busy[i] -= 1
            if queues[i]:
                busy[i] += 1
                later(now + chance.expovariate(1.0 / demands[i]), kind, queues[i].pop(0))
            if who < 0:
                continue
            area[i] += there[i] * (now - mark[i])
            mark[i] = now
            there[i] -= 1
            if i + 1 < len(demands):
                arrive(i + 1, who)
                continue
            done += 1
            waited += now - begun[who]
            later(now + chance.expovariate(1.0 / think), "click", who)
            if done == rounds // 10:
                start, waited = now, 0.0
                area = [0.0] * len(demands)
                mark = [now] * len(demands)
    counted = rounds - rounds // 10
    length = now - start
    return counted / length, waited / counted, [total / length for total in area]


def standard_error(values: list[float]) -> float:
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return math.sqrt(variance / len(values))
