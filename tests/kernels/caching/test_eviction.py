"""Every policy against its textbook form, request by request, and against what must always hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.caching import policy_references as reference

from scalelab.kernels.caching.hit_ratio import POLICIES, misses
from scalelab.models.caching.hit_ratio import MODULES
from scalelab.models.zipf import requests

REFERENCES = {
    "FIFO": reference.fifo,
    "LRU": reference.lru,
    "LFU": reference.lfu,
    "CLOCK": reference.clock,
    "2Q": reference.two_q,
    "SIEVE": reference.sieve,
    "S3-FIFO": reference.s3_fifo,
    "ARC": reference.arc,
    "Belady": reference.belady,
}
N_KEYS = 24
traces = st.lists(st.integers(0, N_KEYS - 1), min_size=1, max_size=300).map(
    lambda keys: np.array(keys, np.int64)
)
sizes = st.integers(1, 30)


def missed_requests(name: str, keys: np.ndarray, size: int, n_keys: int) -> list[bool]:
    module = MODULES[POLICIES.index(name)]
    state = module.new(size, n_keys)
    return [module.run(state, keys[i : i + 1]) == 1 for i in range(keys.size)]


@pytest.mark.parametrize("name", REFERENCES)
@settings(max_examples=60, deadline=None)
@given(keys=traces, size=sizes)
def test_same_requests_miss_as_in_the_textbook_form(name: str, keys: np.ndarray, size: int) -> None:
    expected = REFERENCES[name](keys.tolist(), size)
    assert missed_requests(name, keys, size, N_KEYS) == expected


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("size", [7, 40, 150])
def test_long_trace_that_turns_every_queue_over(name: str, size: int) -> None:
    keys = requests(6_000, 400, 0.7, seed=size)
    keys[2_000:2_400] = np.arange(400)
    expected = sum(REFERENCES[name](keys.tolist(), size))
    assert misses(POLICIES.index(name), keys, size, 400) == expected


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=40, deadline=None)
@given(keys=traces, size=sizes)
def test_between_the_optimum_and_all(name: str, keys: np.ndarray, size: int) -> None:
    number = POLICIES.index(name)
    missed = misses(number, keys, size, N_KEYS)
    assert misses(POLICIES.index("Belady"), keys, size, N_KEYS) <= missed <= keys.size
    first_requests = np.unique(keys).size
    assert missed >= first_requests
    if size >= first_requests:
        assert missed == first_requests or name == "W-TinyLFU"
        assert misses(number, keys, 2 * N_KEYS, N_KEYS) == first_requests


@pytest.mark.parametrize("name", POLICIES)
def test_blocks_of_a_stream_add_up(name: str) -> None:
    keys = requests(50_000, 2_000, 0.8)
    module = MODULES[POLICIES.index(name)]
    state = module.new(100, 2_000)
    in_blocks = sum(module.run(state, block) for block in np.array_split(keys, 17))
    assert in_blocks == misses(POLICIES.index(name), keys, 100, 2_000)


@settings(max_examples=60, deadline=None)
@given(keys=traces, size=st.integers(1, 20))
def test_a_larger_lru_hits_wherever_a_smaller_one_does(keys: np.ndarray, size: int) -> None:
    small = missed_requests("LRU", keys, size, N_KEYS)
    large = missed_requests("LRU", keys, size + 1, N_KEYS)
    assert all(in_small or not in_large for in_small, in_large in zip(small, large, strict=True))


def test_random_is_fifo_in_the_long_run() -> None:
    # Equal under independent requests (Gelenbe 1973); the standard error here is 0.0009.
    keys = requests(1_000_000, 1_000, 0.8)
    by_chance = misses(POLICIES.index("Random"), keys, 100, 1_000) / keys.size
    in_order = misses(POLICIES.index("FIFO"), keys, 100, 1_000) / keys.size
    assert abs(by_chance - in_order) < 0.003


def test_scan_leaves_a_scan_resistant_cache_alone() -> None:
    hot = np.tile(np.arange(40), 50)
    scan = np.arange(100, 2_100)
    keys = np.concatenate([hot, scan, np.arange(40)])
    before = keys.size - 40
    for name, survivors in [("LRU", 0), ("FIFO", 0), ("LFU", 40), ("S3-FIFO", 40)]:
        state_misses = missed_requests(name, keys, 100, 2_100)
        assert 40 - sum(state_misses[before:]) == survivors, name
