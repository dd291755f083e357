"""Customers one by one, who look up names and open connections, and all ways to divide: Python."""

import itertools
import random


def by_name(
    customers: int, ttl: float, ignoring: float, hold: float, life: float, seed: int
) -> list[tuple[float, float]]:
    """Of each: when its old answer is gone, and when its first connection after that begins.

    The answer was fetched at a random time within a time to live before the change. Connections
    follow on each other, and have done so for long.
    """
    chance = random.Random(seed)
    found = []
    for _ in range(customers):
        gone = ttl - chance.uniform(0.0, ttl)
        if chance.random() < ignoring:
            gone = chance.expovariate(1.0 / hold)
        now = -20.0 * life
        while now <= gone:
            now += chance.expovariate(1.0 / life)
        found.append((gone, now))
    return found


def by_connection(
    customers: int, machines: int, life: float, patience: float, until: float, seed: int
) -> tuple[float, float]:
    """Machine 0 is dead: share of the customers on it at ``until``, and of their time by then."""
    chance = random.Random(seed)
    on_it, time = 0, 0.0
    for _ in range(customers):
        now, machine = 0.0, chance.randrange(machines)
        while True:
            ends = now + chance.expovariate(1.0 / life)
            leaves = now + chance.expovariate(1.0 / patience) if machine == 0 else ends
            while machine == 0 and leaves < ends and chance.randrange(machines) == 0:
                leaves += chance.expovariate(1.0 / patience)  # came back to the dead one
            after = min(ends, leaves)
            if machine == 0:
                time += min(after, until) - now
            if after >= until:
                on_it += machine == 0
                break
            # It ends by itself: anywhere. It is left: for one that lives.
            machine = chance.randrange(machines) if ends <= leaves else 1
            now = after
    return on_it / customers, time / customers / until


def every_way(weights: list[float], machines: int) -> float:
    """Mean square of a machine's part off the mean, over the mean: all ways to deal sources."""
    total, ways, mean = 0.0, 0, sum(weights) / machines
    for where in itertools.product(range(machines), repeat=len(weights)):
        parts = [0.0] * machines
        for weight, machine in zip(weights, where, strict=True):
            parts[machine] += weight
        total += sum((part / mean - 1.0) ** 2 for part in parts) / machines
        ways += 1
    return total / ways
