"""One pass gives what a simulation at every size gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.models.caching.hit_ratio import misses
from scalelab.models.caching.miss_ratio_curve import lru_curve
from scalelab.models.zipf import requests


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=600))
def test_every_size_of_any_trace(keys: list[int]) -> None:
    sizes, curve = lru_curve(keys)
    simulated = [misses(keys, "LRU", int(size)) / len(keys) for size in sizes]
    np.testing.assert_allclose(curve, simulated, rtol=0, atol=1e-15)


def test_time_is_renumbered_many_times() -> None:
    keys = requests(100_000, 500, 0.9)
    sizes, curve = lru_curve(keys)
    for size in (1, 2, 10, 100, 350, sizes.size):
        assert round(curve[size - 1] * keys.size) == misses(keys, "LRU", size)


def test_curve_falls_to_the_first_requests() -> None:
    keys = requests(10_000, 700, 0.6)
    _, curve = lru_curve(keys)
    assert (np.diff(curve) <= 0).all()
    assert round(curve[-1] * keys.size) == np.unique(keys).size


def test_no_requests() -> None:
    with pytest.raises(ValueError, match="keys is empty"):
        lru_curve([])
