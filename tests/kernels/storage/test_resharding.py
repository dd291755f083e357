"""The table of what moves against a plain one, and what must always hold."""

import statistics
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage import placement_reference as reference

from scalelab.kernels.storage.resharding import (
    ADD,
    DOUBLE,
    LOSE,
    alive_after,
    least_moved,
    placed_again,
    resharding,
)
from scalelab.kernels.storage.sharding import (
    BOUNDED,
    JUMP,
    KEY_RANGE,
    MAGLEV,
    METHODS,
    MODULO,
    RENDEZVOUS,
    RING,
    SLOTS,
)

SIZE = 251
ALL = (1 << len(METHODS)) - 1


def homes(method: int, shards: list[int], keys: list[int], seed: int) -> list[int]:
    place = {
        MODULO: lambda: reference.modulo(shards, seed),
        RING: lambda: reference.ring(shards, [4] * len(shards), seed),
        RENDEZVOUS: lambda: reference.rendezvous(shards, seed),
        JUMP: lambda: reference.jump(shards, seed),
        MAGLEV: lambda: reference.maglev(shards, SIZE, seed),
        BOUNDED: lambda: reference.bounded(shards, 4, "1.1", len(keys), seed),
    }[method]()
    return [place(key) for key in keys]


def before_and_after(
    method: int, n: int, change: int, keys: list[int], seed: int
) -> tuple[list[int], list[int]]:
    before = list(range(n))
    alive = {
        ADD: [*before, n], LOSE: [s for s in before if s != n // 2], DOUBLE: list(range(2 * n)),
    }[change]  # fmt: skip
    if method != KEY_RANGE:
        return homes(method, before, keys, seed), homes(method, alive, keys, seed)
    ranges = reference.Ranges(before, min(keys), max(keys) + 1)
    old = [ranges.place(key) for key in keys]
    if change == LOSE:
        ranges.remove(n // 2)
    for shard in range(n, len(alive)):
        ranges.add(shard)
    return old, [ranges.place(key) for key in keys]


@pytest.mark.parametrize("change", [ADD, LOSE, DOUBLE])
@pytest.mark.parametrize("method", [m for m in range(len(METHODS)) if m != SLOTS])
def test_same_table_as_in_the_plain_form(method: int, change: int) -> None:
    n, n_keys, runs, seed = 5, 80, 3, 7
    n_after = {ADD: 6, LOSE: 4, DOUBLE: 10}[change]
    had_to, wasted, peaks = [], [], []
    for run in range(runs):
        keys = list(range(run * n_keys, (run + 1) * n_keys))
        old, new = before_and_after(method, n, change, keys, seed * runs + run)
        moves = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        needed = [m for m in moves if m[1] >= n or (change == LOSE and m[0] == n // 2)]
        had_to.append(len(needed) / n_keys)
        wasted.append((len(moves) - len(needed)) / n_keys)
        peaks.append(max(Counter(new).values()) * n_after / n_keys)
    moved = [a + b for a, b in zip(had_to, wasted, strict=True)]
    (row,) = resharding(1 << method, change, n, 4, n_keys, 1.1, 50.0, 10.0, SIZE, runs, seed)
    mean = statistics.fmean(moved)
    assert row.tolist() == pytest.approx(
        [
            method, statistics.fmean(had_to), statistics.fmean(wasted), mean, min(moved),
            max(moved), least_moved(n, change), statistics.fmean(peaks), mean * 5000.0 / 3600.0,
        ]
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    change=st.integers(0, 2), n=st.integers(2, 40), virtual_nodes=st.integers(1, 20),
    n_keys=st.integers(1, 200), balance=st.floats(1.0, 3.0), seed=st.integers(0, 2**40),
)  # fmt: skip
def test_what_must_always_hold(
    change: int, n: int, virtual_nodes: int, n_keys: int, balance: float, seed: int
) -> None:
    found = resharding(
        ALL, change, n, virtual_nodes, n_keys, balance, 100.0, 100.0, SIZE, 2, seed
    )  # fmt: skip
    assert np.isfinite(found).all()
    method, had_to, wasted, moved, lowest, highest, least, peak, hours = found.T
    np.testing.assert_array_equal(method, np.arange(8))
    np.testing.assert_allclose(had_to + wasted, moved)
    assert (lowest <= moved + 1e-12).all()
    assert (moved <= highest + 1e-12).all()
    assert ((found[:, 1:6] >= 0.0) & (found[:, 1:6] <= 1.0 + 1e-12)).all()
    assert (least == least[0]).all()
    assert (peak >= 1.0 - 1e-12).all()
    np.testing.assert_allclose(hours, moved * 1000.0 / 3600.0)
    never_wasteful = [RING, RENDEZVOUS, KEY_RANGE, SLOTS]
    assert (wasted[never_wasteful] == 0.0).all()
    if change != LOSE:
        assert wasted[JUMP] == 0.0
    if change == DOUBLE:
        assert wasted[MODULO] == 0.0
    assert resharding(0, change, n, 1, 1, 1.0, 1.0, 1.0, SIZE, 1, 1).shape == (0, 9)


@pytest.mark.parametrize("change", [ADD, LOSE, DOUBLE])
@pytest.mark.parametrize("method", range(len(METHODS)))
def test_only_the_living_hold_keys(method: int, change: int) -> None:
    keys = np.arange(3000)
    alive = alive_after(9, change)
    assert 4 not in alive or change != LOSE
    found = placed_again(method, 9, change, keys, 10, 1.1, SIZE, 1)
    assert set(found) == set(alive)
