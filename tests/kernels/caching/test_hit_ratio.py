"""The lab's kernel: sizes, made traces, a reader's trace, extremes."""

import numpy as np
import pytest

from scalelab.kernels.caching.hit_ratio import POLICIES, curve_sizes, hit_ratio, shop_keys
from scalelab.models.caching import hit_ratio as model

NONE = np.empty(0, np.int64)
ALL = (1 << len(POLICIES)) - 1


@pytest.mark.parametrize(
    ("n_objects", "chosen", "expected"),
    [
        (1024, 100, [4, 8, 16, 32, 64, 100, 128, 256, 512]),
        (1024, 64, [4, 8, 16, 32, 64, 128, 256, 512]),
        (1024, 1024, [4, 8, 16, 32, 64, 128, 256, 512, 1024]),
        (1024, 1, [1, 4, 8, 16, 32, 64, 128, 256, 512]),
        (5, 3, [1, 2, 3]),
        (1, 1, [1]),
    ],
)
def test_sizes(n_objects: int, chosen: int, expected: list[int]) -> None:
    assert curve_sizes(n_objects, chosen).tolist() == expected


def test_shares_of_the_made_trace() -> None:
    keys = shop_keys(1_000, 0.9, 200_000, 0.2, 0.3, 100, 1)
    fresh = keys[keys >= 1_000]
    assert np.unique(fresh).size == fresh.size
    assert abs(fresh.size / keys.size - 0.2 * 0.7) < 0.01
    without = shop_keys(1_000, 0.9, 200_000, 0.0, 0.0, 100, 1)
    assert without.max() < 1_000
    # A crawler asks for everything equally often, which flattens the top object's share.
    swept = shop_keys(1_000, 0.9, 200_000, 0.0, 0.3, 100, 1)
    top = (without == 0).mean()
    assert abs((swept == 0).mean() - (0.7 * top + 0.3 / 1_000)) < 0.005


def test_rows_are_the_model_s() -> None:
    keys = shop_keys(500, 0.9, 5_000, 0.1, 0.1, 50, 3)
    table = hit_ratio(NONE, ALL, 60, 500, 0.9, 5_000, 0.1, 0.1, 50, 3)
    chosen = table[table[:, 3] == 1.0]
    assert chosen[:, 0].tolist() == list(range(len(POLICIES)))
    for number, size, ratio, _ in table:
        name = POLICIES[int(number)]
        if name not in ("Random", "W-TinyLFU"):  # these depend on how keys are numbered
            assert ratio == pytest.approx(model.hit_ratio(keys, name, int(size)), abs=1e-12)


def test_a_reader_s_trace_takes_the_place_of_the_made_one() -> None:
    trace = np.arange(300, dtype=np.int64).repeat(2)
    table = hit_ratio(trace, ALL, 10_000, 5, 0.9, 1, 0.0, 0.0, 500, 1)
    assert table[:, 1].max() == 300
    np.testing.assert_array_equal(table[:, 2], 0.5)


@pytest.mark.parametrize("cache_size", [1, 2, 100_000])
@pytest.mark.parametrize("n_objects", [1, 2, 100])
@pytest.mark.parametrize("shares", [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)])
def test_extremes_are_finite(cache_size: int, n_objects: int, shares: tuple[float, float]) -> None:
    table = hit_ratio(NONE, ALL, cache_size, n_objects, 1.4, 300, *shares, 500, 1)
    assert table.size
    assert ((table[:, 2] >= 0.0) & (table[:, 2] <= 1.0)).all()


def test_no_policy() -> None:
    assert hit_ratio(NONE, 0, 10, 100, 0.9, 100, 0.0, 0.0, 500, 1).shape == (0, 4)
