"""A shop near its limit and what might be done about it, as the workbook on growth offers them.

All are one machine, whose processors and disk the requests share. A means changes what a request
takes or what there is, and costs something once and something each month.
"""

from typing import NamedTuple

import numpy as np


class Machine(NamedTuple):
    """Milliseconds are of one vCPU, or of one disk, for a request."""

    vcpus: int
    disks: int
    cpu_ms: float
    disk_ms: float


class Means(NamedTuple):
    """``after`` is the machine with it; costs in USD."""

    name: str
    after: Machine
    once: float
    monthly: float


class Shop(NamedTuple):
    """It has to carry ``rate`` requests/s for ``months``; nothing busier than ``target``."""

    today: Machine
    means: tuple[Means, ...]
    rate: float
    months: int
    target: float


def shop(seed: int) -> Shop:
    chance = np.random.default_rng(seed)
    vcpus = int(chance.choice([2, 4, 8]))
    today = Machine(
        vcpus, 1, round(float(chance.uniform(4, 16)), 1), round(float(chance.uniform(0.5, 4)), 1)
    )
    slim = round(today.cpu_ms * float(chance.uniform(0.4, 0.9)), 1)
    index = round(today.disk_ms * float(chance.uniform(0.2, 0.8)), 1)
    engineer, rent = float(chance.uniform(2000, 15_000)), float(chance.uniform(100, 400))
    means = (
        Means("a machine of twice the vCPUs", today._replace(vcpus=2 * vcpus), 500.0, rent),
        Means("a second disk", today._replace(disks=2), 800.0, 0.3 * rent),
        Means("slimmer pages", today._replace(cpu_ms=slim), engineer, 0.0),
        Means("an index", today._replace(disk_ms=index), 0.2 * engineer, 20.0),
    )
    target = float(chance.choice([0.5, 0.6, 0.7]))
    carries = target * 1000.0 * min(vcpus / today.cpu_ms, 1.0 / today.disk_ms)
    rate = round(carries * float(chance.uniform(1.05, 1.8)))
    return Shop(today, means, float(rate), int(chance.integers(3, 37)), target)
