"""The public hit ratio: a reader's own policy, checks, streaming."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from numba import njit

from scalelab.models.caching.hit_ratio import (
    POLICIES,
    Policy,
    Simulation,
    dense,
    hit_ratio,
    misses,
)
from scalelab.models.zipf import requests


def new(cache_size: int, n_keys: int) -> Any:
    held = np.zeros(n_keys, np.bool_)
    ring = np.zeros(cache_size, np.int64)
    count = np.zeros(1, np.int64)
    return held, ring, count


def access(state: Any, key: int) -> bool:
    held, ring, count = state
    if held[key]:
        return True
    place = count[0] % ring.size
    if count[0] >= ring.size:
        held[ring[place]] = False
    ring[place] = key
    held[key] = True
    count[0] += 1
    return False


@pytest.mark.parametrize("compile_it", [lambda f: f, njit])
def test_a_policy_of_one_s_own(compile_it: Any) -> None:
    keys = requests(20_000, 1_000, 0.8)
    own = Policy(compile_it(new), compile_it(access))
    for size in (1, 10, 100):
        assert misses(keys, own, size) == misses(keys, "FIFO", size)
        assert hit_ratio(keys, own, size) == hit_ratio(keys, "FIFO", size)


def test_a_hit_out_of_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="request 0, the first one for that object"):
        misses([1, 2, 3], Policy(new, lambda state, key: True), 2)


def test_a_cache_that_holds_too_much_is_refused() -> None:
    def endless(state: Any, key: int) -> bool:
        hit = state[0][key]
        state[0][key] = True
        return hit

    with pytest.raises(ValueError, match="holds more than cache_size objects"):
        misses(np.tile(np.arange(50), 20), Policy(new, endless), 10)


def test_a_cache_that_refuses_objects_may_beat_the_optimum_that_must_take_them() -> None:
    def keep_first(state: Any, key: int) -> bool:
        held, ring, count = state
        if not held[key] and count[0] < ring.size:
            held[key] = True
            count[0] += 1
            return False
        return held[key]

    keys = np.tile(np.arange(10), 30)
    assert misses(keys, Policy(new, keep_first), 5) < misses(keys, "Belady", 5)


@pytest.mark.skipif(not hasattr(new, "__code__"), reason="plain functions only")
def test_an_index_out_of_range_is_an_error() -> None:
    def outside(state: Any, key: int) -> bool:
        return bool(state[0][key + 1_000])

    with pytest.raises(IndexError):
        misses([1, 2, 3], Policy(new, outside), 2)


def test_dense_numbers_keys_as_they_come() -> None:
    keys, n_keys = dense([70, -5, 70, 8])
    assert keys.tolist() == [0, 1, 0, 2]
    assert n_keys == 3


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (([1], "LRU", 0), "cache_size is 0; it must be 1"),
        (([1], "MRU", 1), "policy is 'MRU'; it must be one of FIFO, LRU"),
        (([0.5], "LRU", 1), "must have one dimension and hold integers"),
        (([[1], [2]], "LRU", 1), "must have one dimension"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[Any, ...], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        misses(*arguments)


def test_no_requests() -> None:
    assert misses([], "LRU", 5) == 0
    with pytest.raises(ValueError, match="keys is empty"):
        hit_ratio([], "LRU", 5)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_stream_in_constant_memory(policy: str) -> None:
    keys = requests(200_000, 1_000, 0.9)
    cache = Simulation(policy, 50, 1_000)
    cache.feed(keys)
    assert cache.requests == keys.size
    tracemalloc.start()
    for _ in range(20):
        cache.feed(keys)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000
    assert 0 < cache.misses < cache.requests == 21 * keys.size


def test_a_stream_s_checks() -> None:
    with pytest.raises(ValueError, match="n_keys is 0"):
        Simulation("LRU", 5, 0)
    with pytest.raises(ValueError, match="keys run from 3 to 9"):
        Simulation("LRU", 5, 9).feed(np.array([3, 9]))
