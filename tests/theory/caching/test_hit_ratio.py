"""The closed forms against printed values and against the simulation."""

import numpy as np
import pytest

from scalelab.kernels.zipf import popularity
from scalelab.models.caching.hit_ratio import Simulation
from scalelab.models.zipf import requests
from scalelab.theory.caching.hit_ratio import (
    che_characteristic_time,
    che_fifo,
    che_lru,
    most_popular,
)

# (objects, skew, cache size, characteristic time, LRU, FIFO, most popular), worked out apart.
VALUES = [
    (100, 0.8, 10, 11.746, 0.263261, 0.236059, 0.438275),
    (1_000, 0.8, 100, 133.865, 0.377790, 0.333680, 0.525827),
    (1_000, 1.0, 50, 75.162, 0.461038, 0.404419, 0.601058),
    (10_000, 0.8, 100, 110.791, 0.156625, 0.133625, 0.300046),
    (10_000, 0.8, 1_000, 1472.48, 0.436660, 0.394179, 0.570618),
    (10_000, 1.0, 1_000, 2352.18, 0.675602, 0.630906, 0.764791),
    (100_000, 0.9, 10_000, 20172.2, 0.605230, 0.563718, 0.706939),
]


@pytest.mark.parametrize("row", VALUES)
def test_values(row: tuple[int, float, int, float, float, float, float]) -> None:
    n_objects, skew, size, time, lru, fifo, top = row
    shares = popularity(n_objects, skew)
    assert che_characteristic_time(shares, size) == pytest.approx(time, rel=5e-5)
    assert che_lru(shares, size) == pytest.approx(lru, abs=1e-6)
    assert che_fifo(shares, size) == pytest.approx(fifo, abs=1e-6)
    assert most_popular(shares, size) == pytest.approx(top, abs=1e-6)


@pytest.mark.parametrize("skew", [0.6, 0.8, 1.0, 1.2])
@pytest.mark.parametrize("size", [50, 500, 2_000])
@pytest.mark.parametrize(("policy", "theory"), [("LRU", che_lru), ("FIFO", che_fifo)])
def test_simulation_within_half_a_percentage_point(
    skew: float, size: int, policy: str, theory: object
) -> None:
    n_objects = 10_000
    keys = requests(1_500_000, n_objects, skew, seed=7)
    cache = Simulation(policy, size, n_objects)
    cache.feed(keys[:300_000])  # until the cache is in its steady state
    simulated = 1.0 - cache.feed(keys[300_000:]) / 1_200_000
    assert callable(theory)
    assert abs(theory(popularity(n_objects, skew), size) - simulated) < 0.005


def test_fixed_popular_contents_bound_the_online_policies() -> None:
    shares = popularity(2_000, 0.9)
    keys = requests(500_000, 2_000, 0.9)
    for policy in ("FIFO", "LRU", "CLOCK", "SIEVE", "S3-FIFO", "2Q", "ARC", "LFU", "W-TinyLFU"):
        cache = Simulation(policy, 200, 2_000)
        ratio = 1.0 - cache.feed(keys) / keys.size
        assert ratio < most_popular(shares, 200) + 0.002, policy


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(ValueError, match="must be probabilities that sum to 1"):
        che_lru(np.array([0.5, 0.6]), 1)
    with pytest.raises(ValueError, match="cache_size is 2; it must be 1 to 1"):
        che_fifo(np.array([0.5, 0.5]), 2)
