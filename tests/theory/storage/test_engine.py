import itertools
import math
import random

import numpy as np
import pytest

from scalelab.kernels.storage.engine import simulated
from scalelab.theory.storage.engine import (
    btree_writes,
    capacities,
    different,
    false_positives,
    least_false_positives,
    levelled,
    levelled_writes,
    levels,
    tiered,
    tiered_writes,
    updates_per_memtable,
)

N_RUNS = 12


@pytest.mark.parametrize("data", [64, 256, 512])
@pytest.mark.parametrize("size_ratio", [2, 4, 8, 16])
def test_the_simulation_follows_every_merge(data: int, size_ratio: int) -> None:
    """Bytes written and stored within four standard errors; the number of runs exactly."""
    runs = np.array([
        simulated(np.array([size_ratio]), data, 0.0, 50, 4, 1, seed) for seed in range(N_RUNS)
    ])  # fmt: skip
    for policy, closed in enumerate((levelled, tiered)):
        cost = closed(data * 50, 50, size_ratio)
        for column, wanted in ((0, cost.written), (3, cost.stored)):
            measured = runs[:, policy, column]
            error = float(np.std(measured, ddof=1)) / math.sqrt(N_RUNS)
            assert abs(float(np.mean(measured)) - wanted) < 4.0 * error
        assert runs[:, policy, 4].tolist() == pytest.approx([cost.runs] * N_RUNS, rel=1e-12)


def test_one_more_level_costs_what_the_published_model_says() -> None:
    """Where two runs share few keys: a large last level."""
    for size_ratio in (2, 4, 10):
        data = 400 * size_ratio
        for closed, per_level in ((levelled, levelled_writes), (tiered, tiered_writes)):
            small = closed(data * 50, 50, size_ratio)
            large = closed(data * size_ratio * 50, 50, size_ratio)
            assert large.written - small.written == pytest.approx(per_level(size_ratio), rel=0.005)
    assert levelled_writes(2) == tiered_writes(2) == 0.5


def test_the_last_level_costs_the_size_ratio_or_two() -> None:
    """No level above it, hardly any key twice: levelled rewrites all of it for every arrival."""
    n_keys, memtable = 1_000_000, 100_000
    assert levelled(n_keys, memtable, 10).written == pytest.approx(10.0, rel=0.06)
    assert tiered(n_keys, memtable, 10).written == pytest.approx(2.0, rel=0.06)
    assert levelled(n_keys, memtable, 10).runs == 1.0
    assert tiered(n_keys, memtable, 10).runs == 5.0


def test_sizes_of_levels() -> None:
    assert capacities(10_000, 10, 10) == [100.0, 1000.0]
    assert capacities(10_000, 51, 10) == [1000.0]
    assert capacities(100, 60, 10) == []
    assert levels(10_000, 10) == pytest.approx(4.0)


def test_different_keys_by_dice() -> None:
    dice = random.Random(1)
    counts = [
        len(set(itertools.chain.from_iterable(dice.sample(range(200), 20) for _ in range(6))))
        for _ in range(2000)
    ]
    error = float(np.std(counts)) / math.sqrt(len(counts))
    assert abs(float(np.mean(counts)) - different(200, 20, 6)) < 4.0 * error
    assert different(200, 20, 0) == 0.0
    assert different(200, 20, 1) == pytest.approx(20.0)


def test_updates_until_a_memtable_is_full_by_dice() -> None:
    dice = random.Random(2)

    def needed() -> int:
        held: set[int] = set()
        for n in itertools.count(1):
            held.add(dice.randrange(60))
            if len(held) == 30:
                return n
        raise AssertionError

    counts = [needed() for _ in range(4000)]
    error = float(np.std(counts)) / math.sqrt(len(counts))
    assert abs(float(np.mean(counts)) - updates_per_memtable(60, 30)) < 4.0 * error
    assert updates_per_memtable(10**9, 5) == pytest.approx(5.0)


def test_filters() -> None:
    """The best number of hash functions is b ln 2; no whole number lets fewer through."""
    for bits in (1.0, 4.0, 10.0, 20.0):
        least = least_false_positives(bits)
        assert least == pytest.approx(0.6185**bits, rel=1e-3)
        assert false_positives(bits, bits * math.log(2.0)) == pytest.approx(least)
        assert all(false_positives(bits, k) >= least for k in range(1, 30))
    assert false_positives(10, 7) == pytest.approx(0.00819, abs=1e-5)


def test_a_page_for_a_record() -> None:
    assert btree_writes(8192, 128, 1.0) == 64.0
    assert btree_writes(8192, 128, 0.9) == pytest.approx(57.6)
