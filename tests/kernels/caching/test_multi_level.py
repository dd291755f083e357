"""Caches in series against ordered dictionaries, against one cache alone, and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.caching.multi_level_reference import answered as by_dictionaries
from tests.kernels.caching.multi_level_reference import counts, requests

from scalelab.kernels.caching.eviction import lru
from scalelab.kernels.caching.multi_level import LEVELS, answered, multi_level


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 60), st.floats(0.0, 2.0), st.integers(1, 7), st.integers(1, 4),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.tuples(*[st.integers(0, 70)] * 4), st.integers(0, 10**6),
)  # fmt: skip
def test_every_level_answers_what_dictionaries_answer(
    n_objects: int, skew: float, users: int, edges: int, personal: float,
    sizes: tuple[int, int, int, int], seed: int,
) -> None:  # fmt: skip
    found = answered(150, n_objects, skew, users, edges, personal, *sizes, seed)
    made = requests(300, n_objects, skew, users, personal, seed)
    by = by_dictionaries(made, n_objects, users, edges, sizes)
    assert found.tolist() == counts(by[150:])
    assert found.sum() == 150


@pytest.mark.parametrize("level", range(4))
def test_one_level_alone_is_the_lru_of_the_policies(level: int) -> None:
    """The start fills the cache with 0 .. 99, the most popular last; so does asking for them."""
    n, size = 5000, 100
    sizes = [0, 0, 0, 0]
    sizes[level] = size
    found = answered(n, 1000, 0.9, 1, 1, 0.0, *sizes, 5)
    keys = [key for key, _, _ in requests(2 * n, 1000, 0.9, 1, 0.0, 5)]
    cache = lru.new(size, 1000)
    lru.run(cache, np.arange(size)[::-1].copy())
    lru.run(cache, np.array(keys[:n]))
    assert found[level] == n - lru.run(cache, np.array(keys[n:]))
    assert found[4] == n - found[level]


@settings(max_examples=25, deadline=None)
@given(st.floats(0.0, 2.0), st.integers(0, 60), st.integers(1, 40), st.integers(0, 10**6))
def test_a_larger_browser_answers_all_that_a_smaller_one_does(
    skew: float, size: int, more: int, seed: int
) -> None:
    small = answered(400, 100, skew, 5, 2, 0.2, size, 0, 0, 0, seed)
    large = answered(400, 100, skew, 5, 2, 0.2, size + more, 0, 0, 0, seed)
    assert large[0] >= small[0]


def test_levels_that_hold_everything_leave_nothing() -> None:
    assert answered(1000, 64, 0.5, 3, 2, 0.0, 64, 0, 0, 0, 1).tolist() == [1000, 0, 0, 0, 0]
    assert answered(1000, 64, 0.5, 3, 2, 1.0, 64, 64, 64, 0, 1).tolist() == [0, 0, 1000, 0, 0]
    assert answered(1000, 64, 0.5, 3, 2, 0.0, 0, 0, 0, 0, 1).tolist() == [0, 0, 0, 0, 1000]


@pytest.mark.parametrize("varied", range(3))
def test_table_adds_up(varied: int) -> None:
    sizes = (4, 32, 64)
    table = multi_level(varied, *sizes, 1.0, 0.25, 1000.0, 39.0, 80.0, 0.5, 10.0, 128, 256, 20, 2,
                        2000, 6, 1)  # fmt: skip
    assert np.isfinite(table).all()
    points = table.reshape(-1, LEVELS, 9)
    assert points[:, 0, 0].tolist() == [-1, 0, 1, 2, 3, 4, 5]
    largest = 256 // 16 if varied == 0 else 256
    assert points[:, 0, 1].tolist() == [
        sizes[varied], 0, *(largest // 2**k for k in range(4, -1, -1)),
    ]  # fmt: skip
    for rows in points:
        share, so_far, hit_ratio = rows[:, 3], rows[:, 4], rows[:, 5]
        np.testing.assert_allclose(so_far, np.cumsum(share), atol=1e-12)
        assert so_far[-1] == 1.0
        coming = 1.0 - so_far + share
        np.testing.assert_allclose(hit_ratio * coming, share, atol=1e-12)
        to_edge, to_origin, to_database, to_disk = coming[1:]
        latency = 39.0 * to_edge + 80.5 * to_origin + 0.5 * to_database + 10.0 * to_disk
        np.testing.assert_allclose(rows[:, 6], latency, rtol=1e-12)
        np.testing.assert_allclose(rows[:, 7], 1000.0 * to_origin, rtol=1e-12)
        np.testing.assert_allclose(rows[:, 8], 1000.0 * to_database, rtol=1e-12)
