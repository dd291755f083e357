"""The same futures and the same costs, with whole arrays of numpy and no running sums."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    takes_off: float
    growth: float
    uncertainty: float
    lead: int
    build: float
    carrying: float
    loss: float
    capacity: float
    horizon: int


def normals(uniform: Callable[[], float], count: int) -> list[float]:
    """By the polar method, in pairs; of the last pair the second may be left over."""
    found: list[float] = []
    while len(found) < count:
        x, y = 2.0 * uniform() - 1.0, 2.0 * uniform() - 1.0
        radius = x * x + y * y
        if radius < 1.0:
            factor = math.sqrt(-2.0 * math.log(radius) / radius)
            found += [x * factor, y * factor]
    return found[:count]


def loads(world: World, uniform: Callable[[], float], n_paths: int, n_runs: int) -> Floats:
    """Load over capacity: runs, paths and months."""
    chance = np.array(
        [normals(uniform, world.horizon - 1) for _ in range(n_paths * n_runs)]
    ).reshape(n_runs, n_paths, world.horizon - 1)
    taking_off = np.arange(n_paths) < math.floor(world.takes_off * n_paths + 0.5)
    drift = np.where(taking_off, math.log(1.0 + world.growth), 0.0)[None, :, None]
    moves = np.concatenate(
        [np.zeros((n_runs, n_paths, 1)), world.uncertainty * chance + drift], axis=2
    )
    return np.exp(np.cumsum(moves, axis=2)) / world.capacity


def costs(world: World, load: Floats, trigger: float) -> dict[str, Floats]:
    """Of each future, with building from the first month at ``trigger`` (infinity: never)."""
    months = np.arange(world.horizon)
    # A load that is at a level but for rounding is at it.
    met = load >= trigger * (1.0 - 1e-12)
    start = np.where(met.any(-1), met.argmax(-1), 10_000)
    over = load >= 1.0 - 1e-12
    needed = over.any(-1)
    first = np.where(needed, over.argmax(-1), 10_000)
    ready = months >= (start + world.lead)[..., None]
    carried = world.carrying * ready.sum(-1)
    early = world.carrying * (ready & (months < first[..., None])).sum(-1)
    built = start < world.horizon
    system = carried + world.build * built
    failed = over & ~ready
    return {
        "needed": np.where(needed, system - early, 0.0),
        "early": np.where(needed, early, 0.0),
        "nothing": np.where(needed, 0.0, system),
        "failing": world.loss * failed.sum(-1),
        "built": built.astype(float),
        "late": failed.any(-1).astype(float),
        "never_needed": 1.0 - needed,
    }
