"""Customers one by one, who are bound to a machine, in plain Python."""

import heapq
import random


def visit(law: int, mean: float, chance: random.Random) -> float:
    """Length of a visit: all alike, exponential, or Pareto of the second kind with index 2."""
    if law == 0:
        return mean
    if law == 1:
        return chance.expovariate(1.0 / mean)
    return mean * (chance.random() ** -0.5 - 1.0)


def rest(law: int, mean: float, chance: random.Random) -> float:
    """What is left of a visit that is under way: a visit chosen by its length, cut anywhere."""
    if law == 0:
        return mean * chance.random()
    if law == 1:
        return chance.expovariate(1.0 / mean)
    # Density in proportion to the length: 2t / (1 + t)^3, whose distribution is (t / (1 + t))^2.
    root = chance.random() ** 0.5
    return mean * root / (1.0 - root) * chance.random()


class Shop:
    """Machines with those who are there; ``ends`` of a visit leave in order."""

    def __init__(self, customers: int, machines: int, law: int, emptiest: bool, seed: int) -> None:
        self.chance = random.Random(seed)
        self.mean, self.law, self.emptiest = 10.0, law, emptiest
        self.rate = customers / self.mean
        self.taking = set(range(machines))
        self.on: list[set[int]] = [set() for _ in range(machines)]
        self.ends: list[tuple[float, int]] = []
        self.number, self.lost, self.most, self.now = 0, 0, 0, 0.0
        self.coming = self.chance.expovariate(self.rate)
        there = round(self.chance.gauss(customers, customers**0.5))
        for _ in range(there):
            self.enter(rest(law, self.mean, self.chance))

    def choose(self) -> int:
        takers = sorted(self.taking)
        if self.emptiest:
            return min(takers, key=lambda i: len(self.on[i]))
        return self.chance.choice(takers)

    def enter(self, length: float) -> None:
        self.on[self.choose()].add(self.number)
        heapq.heappush(self.ends, (self.now + length, self.number))
        self.number += 1

    def until(self, time: float) -> None:
        while min(self.coming, self.ends[0][0]) < time:
            if self.coming < self.ends[0][0]:
                self.now = self.coming
                self.enter(visit(self.law, self.mean, self.chance))
                self.coming += self.chance.expovariate(self.rate)
            else:
                self.now, who = heapq.heappop(self.ends)
                for machine in self.on:
                    machine.discard(who)
        self.now = time

    def stop(self, machine: int) -> None:
        self.taking.discard(machine)
        thrown = sorted(self.on[machine])
        self.on[machine] = set()
        self.lost += len(thrown)
        for who in thrown:
            self.on[self.choose()].add(who)

    def sizes(self) -> list[int]:
        return [len(machine) for machine in self.on]


def deploy(
    customers: int, machines: int, law: int, emptiest: bool, drain: float, seed: int
) -> tuple[float, list[float]]:
    """Sessions lost, and what is on each machine when the last one is back; per customer."""
    shop = Shop(customers, machines, law, emptiest, seed)
    now = 0.0
    for i in range(machines):
        if drain > 0.0:
            shop.taking.discard(i)
            shop.until(now + drain)
            now += drain
        shop.stop(i)
        shop.until(now + 1.0)
        now += 1.0
        shop.taking.add(i)
    return shop.lost / customers, [n / customers for n in shop.sizes()]


def added(
    customers: int, machines: int, law: int, emptiest: bool, minutes: float, seed: int
) -> list[float]:
    """Share of the customers on each machine so long after one was added, the last."""
    shop = Shop(customers, machines, law, emptiest, seed)
    shop.on.append(set())
    shop.taking.add(machines)
    shop.until(minutes)
    return [n / customers for n in shop.sizes()]


def extremes(customers: float, machines: int, pack: int, seed: int) -> tuple[float, float]:
    """Busiest and emptiest of machines; a fifth of the customers comes in packs."""
    chance = random.Random(seed)
    heavy = 0.2 if pack > 1 else 0.0
    on = [0] * machines
    for share, size in ((1.0 - heavy, 1), (heavy, pack)):
        # A Poisson number, as events of a Poisson process.
        mean, at = share * customers / size, 0.0
        while mean > 0.0:
            at += chance.expovariate(mean)
            if at > 1.0:
                break
            on[chance.randrange(machines)] += size
    return float(max(on)), float(min(on))
