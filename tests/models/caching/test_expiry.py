"""An LRU cache with a time to live, against a textbook version, plain LRU and closed forms."""

from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.kernels.zipf import popularity
from scalelab.models.caching.expiry import simulate
from scalelab.models.caching.hit_ratio import hit_ratio
from scalelab.models.zipf import requests
from scalelab.theory.caching.expiry import lru_renewed, unlimited

SIZE = 500
RATE = 200.0


def textbook(
    keys: list[int], times: list[float], ttl: float, size: int, renewed: bool
) -> tuple[int, int, int]:
    """(hits, expired, absent)."""
    entries: OrderedDict[int, float] = OrderedDict()
    found = {"hit": 0, "expired": 0, "absent": 0}
    for key, now in zip(keys, times, strict=True):
        born = entries.pop(key, None)
        if born is None:
            found["absent"] += 1
            if len(entries) == size:
                entries.popitem(last=False)
        elif now >= born + ttl:
            found["expired"] += 1
        else:
            found["hit"] += 1
            if not renewed:
                entries[key] = born
                continue
        entries[key] = now
    return found["hit"], found["expired"], found["absent"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=300),
    st.integers(1, 20),
    st.integers(1, 14),
    st.booleans(),
)
def test_as_the_textbook_has_it(
    steps: list[tuple[int, int]], ttl: int, size: int, renewed: bool
) -> None:
    keys = [key for key, _ in steps]
    times = np.cumsum([gap for _, gap in steps], dtype=float).tolist()
    hits, expired, absent = textbook(keys, times, ttl, size, renewed)
    found = simulate(keys, times, ttl, size, renewed)
    shares = [found.hit_ratio, found.expired, found.absent]
    np.testing.assert_allclose(np.multiply(shares, len(keys)), [hits, expired, absent], atol=1e-9)


def poisson(n: int, seed: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).exponential(1 / RATE, n))


def test_no_expiry_is_plain_lru() -> None:
    keys = requests(20_000, 2_000, 0.8)
    found = simulate(keys, poisson(keys.size, 1), float("inf"), 300)
    assert found.hit_ratio == hit_ratio(keys, "LRU", 300)
    assert found.expired == 0.0


def test_a_longer_life_never_hits_less() -> None:
    keys = requests(20_000, 2_000, 0.8)
    times = poisson(keys.size, 1)
    ratios = [simulate(keys, times, ttl, 300).hit_ratio for ttl in (0.01, 0.1, 1, 10, 100)]
    assert ratios == sorted(ratios)


def runs(ttl: float, size: int | None, renewed: bool) -> tuple[float, float]:
    """Mean hit ratio of 16 runs after their start, and its standard error."""
    ratios = []
    for seed in range(16):
        keys = requests(120_000, 2_000, 0.9, seed)
        times = poisson(keys.size, seed)
        whole = simulate(keys, times, ttl, size, renewed).hit_ratio * keys.size
        start = simulate(keys[:40_000], times[:40_000], ttl, size, renewed).hit_ratio * 40_000
        ratios.append((whole - start) / 80_000)
    return float(np.mean(ratios)), float(np.std(ratios, ddof=1) / 4)


@pytest.mark.parametrize("ttl", [1.0, 10.0, 60.0])
def test_room_for_all_as_in_theory(ttl: float) -> None:
    measured, error = runs(ttl, None, renewed=False)
    assert abs(measured - unlimited(popularity(2_000, 0.9), RATE, ttl)) < 4 * error


@pytest.mark.parametrize("ttl", [0.5, 2.0, 60.0])
def test_renewed_lru_near_its_approximation(ttl: float) -> None:
    """Che's approximation has an error of its own, so half a point as for LRU without expiry."""
    measured, _ = runs(ttl, SIZE, renewed=True)
    assert abs(measured - lru_renewed(popularity(2_000, 0.9), RATE, ttl, SIZE)) < 0.005


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"keys": []}, "keys is empty"),
        ({"keys": [1.5, 2.0]}, "hold integers"),
        ({"times": [0.0]}, "must be that of keys"),
        ({"times": [1.0, 0.0]}, "goes back"),
        ({"times": [0.0, float("nan")]}, "not finite"),
        ({"ttl": 0.0}, "ttl is 0.0 s, allowed is"),
        ({"ttl": float("nan")}, "ttl is nan"),
        ({"cache_size": 0}, "cache_size is 0"),
    ],
)
def test_what_cannot_be_says_why(changed: dict[str, object], says: str) -> None:
    arguments = {"keys": [1, 2], "times": [0.0, 1.0], "ttl": 1.0} | changed
    with pytest.raises(ValueError, match=says):
        simulate(**arguments)  # type: ignore[arg-type]
