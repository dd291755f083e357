"""What is left when a primary dies, and how long healthy primaries are silent; from a seed.

There was a failover before. It began a new *epoch*, whose primary goes on from the last record that
it had; what others had of the older epoch beyond that is void. A replica that was cut off then has
a long log that is of no use.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats

NAMES = ("amber", "birch", "coral", "delta", "ember")
LEAST_S = 2.0  # a silence is written down if it is longer than this


@dataclass(frozen=True)
class Replica:
    """What a replica can say: whether it answers, the epoch and position of its last record, and
    the position until which it has applied its log, so that reads see it.
    """

    name: str
    alive: bool
    epoch: int
    received: int
    applied: int


@dataclass(frozen=True)
class Order:
    """An order's record in the last primary's log, and whether its customer was told that it is
    placed."""

    number: int
    position: int
    told: bool


@dataclass(frozen=True)
class Wreck:
    """The replicas, in no order, and the orders of the last seconds in order of position."""

    replicas: list[Replica]
    orders: list[Order]


def wreck(seed: int) -> Wreck:
    """One failure. Which replica died, was cut off or applies slowly is drawn with it."""
    chance = np.random.default_rng(seed)
    start = int(chance.integers(100_000, 900_000))
    epoch = int(chance.integers(3, 9))
    head = start + int(chance.integers(400, 600))
    behind = np.sort(chance.choice(np.arange(5, 200), 4, replace=False))
    # From the one that has most: it died too; two that can take over, of which the one with less
    # has applied more; one far back.
    dead, best, second, last = (head - int(one) for one in behind)
    waits = int(chance.integers(100, 200))
    replicas = [
        Replica(NAMES[0], False, epoch, dead, dead - 3),
        Replica(NAMES[1], True, epoch, best, second - waits),
        Replica(NAMES[2], True, epoch, second, second - 2),
        Replica(NAMES[3], True, epoch, last, last - waits - 10),
        Replica(NAMES[4], True, epoch - 1, head + int(chance.integers(10, 300)), start - 5),
    ]
    names = chance.permutation(NAMES)
    replicas = [
        Replica(str(name), one.alive, one.epoch, one.received, one.applied)
        for name, one in zip(names, replicas, strict=True)
    ]
    chance.shuffle(replicas)
    positions = np.union1d(chance.choice(np.arange(start, head + 1), 200, replace=False), [best])
    numbers = chance.permutation(np.arange(10_000, 99_999))[: positions.size]
    told = (chance.random(positions.size) < 0.9) | (positions == best)
    orders = [
        Order(int(number), int(position), bool(one))
        for number, position, one in zip(numbers, positions, told, strict=True)
    ]
    return Wreck(replicas, orders)


def silences(fleet: int, month: int) -> Floats:
    """How long primaries that had not failed were silent, in s; longer than 2 s, in order of time.

    ``fleet`` is the seed of many shops' databases, and ``month`` that of one month's record.
    Heartbeats come every second. Some are lost, each with the same chance; and now and then a
    primary pauses, most often shortly, sometimes for a minute.
    """
    habits = np.random.default_rng([fleet, 0])
    n_pauses = int(habits.integers(150, 600))
    tail = habits.uniform(1.5, 2.2)
    n_lost = int(habits.integers(1000, 4000))
    lost = habits.uniform(0.01, 0.05)

    chance = np.random.default_rng([fleet, 1, month])
    missed = chance.geometric(1.0 - lost, n_lost) + 1.0
    late = missed + chance.uniform(0.001, 0.1, n_lost)
    pauses = LEAST_S * (1.0 - chance.random(n_pauses)) ** (-1.0 / tail)
    return chance.permutation(np.concatenate([late, pauses]))
