"""Machines that can be rented, as the introduction's workbook offers them to a shop.

Sizes and rents are listed ones (`scalelab.facts.machines`). What a machine does, and what it costs
besides its rent, is another program's in each catalogue, drawn from a seed.
"""

from typing import NamedTuple

import numpy as np

from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.theory.introduction.machine_size import machine_throughput

# Of a vCPU: requests/s, its machine's own programs; lost to the other vCPUs; USD a month.
RATES = (40.0, 200.0)
AGENTS = (0.25, 1.0)
CONTENTION = (0.0005, 0.01)
COHERENCY = 1e-6
CHARGES = (5.0, 60.0)


class Size(NamedTuple):
    """A machine of ``vcpus`` does ``requests`` a second and costs ``usd`` a month, all included."""

    vcpus: int
    requests: float
    usd: float


def catalogue(seed: int) -> list[Size]:
    """All sizes, the smallest first, for one program."""
    chance = np.random.default_rng(seed)
    rate, agents = chance.uniform(*RATES), chance.uniform(*AGENTS)
    contention = float(np.exp(chance.uniform(*np.log(CONTENTION))))
    charge = chance.uniform(*CHARGES)
    return [
        Size(
            one.vcpus,
            round(machine_throughput(one.vcpus, rate, agents, contention, COHERENCY)),
            round(one.price.value * HOURS_PER_MONTH + charge),
        )
        for one in FAMILY
    ]
