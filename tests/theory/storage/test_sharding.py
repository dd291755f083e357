import itertools
import math
from collections import Counter

import numpy as np
import pytest

from scalelab.kernels.zipf import popularity
from scalelab.models.storage.sharding import load, shards_of, simulate
from scalelab.theory.storage.sharding import (
    bounded_capacity,
    counted_cv,
    counting_cv,
    fullest_bin,
    fullest_of_many,
    hot_key_share,
    least_peak,
    load_cv,
    one_point_peak,
    p99,
    ring_cv,
)


@pytest.mark.parametrize(
    ("n", "v", "cv"),
    [(10, 1, 0.90453), (10, 100, 0.09482), (100, 10, 0.31449), (1000, 1000, 0.03161)],
)
def test_ring_cv_worked_out(n: int, v: int, cv: float) -> None:
    assert ring_cv(n, v) == pytest.approx(cv, abs=5e-6)
    assert ring_cv(1, v) == 0.0


def test_one_point_peak_worked_out() -> None:
    assert one_point_peak(1) == 1.0
    assert one_point_peak(10) == pytest.approx(2.92897, abs=5e-6)
    assert one_point_peak(100) == pytest.approx(5.18738, abs=5e-6)


@pytest.mark.parametrize(("n", "v"), [(3, 1), (10, 1), (10, 20), (40, 5)])
def test_a_ring_s_variation(n: int, v: int) -> None:
    """Mean square of the CV over many rings, keys counted: within four standard errors."""
    n_keys = 2000
    squares = [
        load(shards_of(np.arange(n_keys), "Consistent hashing", n, v, seed=seed), n).variation ** 2
        for seed in range(400)
    ]
    error = np.std(squares, ddof=1) / math.sqrt(len(squares))
    assert abs(np.mean(squares) - counted_cv(n, n_keys, ring_cv(n, v)) ** 2) < 4 * error


@pytest.mark.parametrize("n", [2, 10, 50])
def test_the_hottest_of_a_ring_without_virtual_nodes(n: int) -> None:
    peaks = [
        simulate("Consistent hashing", n, 1, n_keys=20_000, n_runs=1, seed=seed).load
        for seed in range(300)
    ]
    error = np.std(peaks, ddof=1) / math.sqrt(len(peaks))
    # Counting 20,000 keys adds up to half a percent to the largest.
    assert abs(np.mean(peaks) - one_point_peak(n)) < 4 * error + 0.005 * one_point_peak(n)


@pytest.mark.parametrize("method", ["Modulo", "Rendezvous", "Jump"])
@pytest.mark.parametrize("skew", [0.0, 1.0])
def test_variation_where_each_key_is_on_its_own(method: str, skew: float) -> None:
    n, n_keys = 10, 1000
    weight = popularity(n_keys, skew)
    squares = [
        load(shards_of(np.arange(n_keys), method, n, seed=seed), n, weight).variation ** 2
        for seed in range(400)
    ]
    error = np.std(squares, ddof=1) / math.sqrt(len(squares))
    expected = load_cv(n, weight.tolist())
    if skew == 0.0:
        assert expected == pytest.approx(counting_cv(n, n_keys))
        assert expected == pytest.approx(counted_cv(n, n_keys, 0.0))
    assert abs(np.mean(squares) - expected**2) < 4 * error


def test_hot_key() -> None:
    assert hot_key_share(10_000, 1.0) == pytest.approx(0.10217, abs=5e-6)
    assert hot_key_share(1_000_000, 0.99) == pytest.approx(0.065, abs=5e-4)
    assert hot_key_share(50, 0.0) == pytest.approx(1 / 50)
    assert hot_key_share(500, 0.7) == pytest.approx(popularity(500, 0.7)[0])
    assert least_peak(100, 0.1) == pytest.approx(10.0)
    assert least_peak(5, 0.1) == 1.0


@pytest.mark.parametrize(
    ("c", "m", "n", "most"),
    [(1.0, 10, 3, 4), (1.1, 1000, 10, 110), (1.25, 1000, 10, 125), (1.05, 20_000, 50, 420),
     (1.1, 7, 3, 3)],
)  # fmt: skip
def test_bounded_capacity(c: float, m: int, n: int, most: int) -> None:
    assert bounded_capacity(c, m, n) == most
    keys = np.arange(m)
    home = shards_of(keys, "Bounded loads", n, virtual_nodes=1, balance=c)
    assert np.bincount(home).max() <= most


def test_p99() -> None:
    assert p99(0.0, 1.0) == pytest.approx(4.60517)
    assert p99(0.9, 1.0) == pytest.approx(46.0517)
    assert p99(1.0, 1.0) == math.inf
    assert simulate("Key range", utilisation=0.9).p99_ms == pytest.approx(p99(0.9, 1.0))


@pytest.mark.parametrize(("bins", "balls"), [(1, 3), (2, 5), (3, 4), (4, 6)])
def test_the_fullest_bin_counted_one_by_one(bins: int, balls: int) -> None:
    counted = Counter(
        max(Counter(way).values()) for way in itertools.product(range(bins), repeat=balls)
    )
    found = fullest_bin(bins, balls)
    assert found.sum() == pytest.approx(1.0)
    for most in range(found.size):
        assert found[most] == pytest.approx(counted[most] / bins**balls, abs=1e-12)


def test_the_fullest_of_many_bins() -> None:
    exact = np.cumsum(fullest_bin(500, 500))
    for most in (4, 5, 6):
        assert fullest_of_many(500, 1.0, most) == pytest.approx(exact[most], abs=0.01)
