"""Every placement against its plain form, its published values, and what must always hold."""

import itertools
from collections import Counter
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage import placement_reference as reference

from scalelab.kernels.hashing import hashed
from scalelab.kernels.storage.placement import (
    bounded,
    jump,
    key_range,
    maglev,
    modulo,
    rendezvous,
    ring,
    slots,
)

SIZE = 251
shard_lists = st.lists(st.integers(0, 40), min_size=1, max_size=12, unique=True).map(sorted)
key_lists = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)
seeds = st.integers(0, 2**40)


def placed(module: ModuleType, state: Any, keys: Any) -> list[int]:
    array = np.array(keys, np.int64)
    out = np.full(array.size, -1)
    module.run(state, array, out)
    found: list[int] = out.tolist()
    return found


def whole(values: Any) -> np.ndarray:
    return np.array(values, np.int64)


@settings(max_examples=60, deadline=None)
@given(shards=shard_lists, keys=key_lists, seed=seeds, virtual_nodes=st.integers(1, 20))
def test_same_shards_as_in_the_plain_form(
    shards: list[int], keys: list[int], seed: int, virtual_nodes: int
) -> None:
    alive = whole(shards)
    cases = (
        (modulo, modulo.new(alive, seed), reference.modulo(shards, seed)),
        (
            ring, ring.new(alive, virtual_nodes, seed),
            reference.ring(shards, [virtual_nodes] * len(shards), seed),
        ),
        (rendezvous, rendezvous.new(alive, seed), reference.rendezvous(shards, seed)),
        (jump, jump.new(alive, seed), reference.jump(shards, seed)),
        (maglev, maglev.new(alive, SIZE, seed), reference.maglev(shards, SIZE, seed)),
        (
            bounded, bounded.new(alive, virtual_nodes, 1.1, len(keys), seed),
            reference.bounded(shards, virtual_nodes, "1.1", len(keys), seed),
        ),
    )  # fmt: skip
    for module, state, place in cases:
        assert placed(module, state, keys) == [place(key) for key in keys], module.__name__


@settings(max_examples=40, deadline=None)
@given(
    points=st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(any), seed=seeds,
    keys=key_lists,
)  # fmt: skip
def test_a_ring_of_shards_of_different_weight(
    points: list[int], seed: int, keys: list[int]
) -> None:
    shards = list(range(100, 100 + len(points)))
    state = ring.weighted(whole(shards), whole(points), seed)
    place = reference.ring(shards, points, seed)
    assert placed(ring, state, keys) == [place(key) for key in keys]


def test_a_heavier_shard_gets_more_in_proportion() -> None:
    keys = np.arange(200_000)
    shares = []
    for seed in range(30):
        state = ring.weighted(np.arange(3), whole([100, 100, 200]), seed)
        out = np.empty_like(keys)
        ring.run(state, keys, out)
        shares.append(np.bincount(out)[2] / keys.size)
    # Beta(200, 200) has standard deviation 0.025.
    assert np.mean(shares) == pytest.approx(0.5, abs=4 * 0.025 / np.sqrt(30))


@given(st.integers(1, 300), seeds)
@settings(max_examples=30, deadline=None)
def test_the_points_of_a_ring_are_sorted_and_its_index_finds_them(n: int, seed: int) -> None:
    state = ring.new(whole([7, 3]), n, seed)
    assert state.point.size == 2 * n + 1
    assert (np.diff(state.point.astype(float)) >= 0.0).all()
    assert Counter(state.owner[:-1].tolist()) == {7: n, 3: n}
    assert state.first.size >= ring.SPREAD * 2 * n
    buckets = state.point[:-1] >> np.uint64(state.shift)
    np.testing.assert_array_equal(
        state.first, np.searchsorted(buckets, np.arange(state.first.size, dtype=np.uint64))
    )


PUBLISHED_JUMP = [(1, 1, 0), (42, 57, 43), (256, 1024, 520), (10863919174838991, 11, 6)]


@pytest.mark.parametrize(("key", "n", "bucket"), PUBLISHED_JUMP)
def test_jump_gives_the_published_values(key: int, n: int, bucket: int) -> None:
    assert jump.bucket(np.uint64(key), n) == bucket


def test_maglev_fills_the_paper_s_table() -> None:
    offsets, skips = [3, 0, 3], [4, 2, 1]
    preferences = [[(o + j * s) % 7 for j in range(7)] for o, s in zip(offsets, skips, strict=True)]
    assert preferences == [
        [3, 0, 4, 1, 5, 2, 6], [0, 2, 4, 6, 1, 3, 5], [3, 4, 5, 6, 0, 1, 2],
    ]  # fmt: skip
    table = maglev.populated(whole(offsets), whole(skips), 7).tolist()
    assert table == [1, 0, 1, 0, 2, 2, 0] == reference.maglev_table(preferences)
    after = maglev.populated(whole([3, 3]), whole([4, 1]), 7).tolist()
    assert [(0, 2)[owner] for owner in after] == [0, 0, 0, 0, 2, 2, 2]


@given(shards=shard_lists, seed=seeds)
@settings(max_examples=30, deadline=None)
def test_maglev_deals_its_entries_out_evenly(shards: list[int], seed: int) -> None:
    counts = Counter(maglev.new(whole(shards), SIZE, seed).table.tolist())
    assert set(counts) == set(shards)
    assert max(counts.values()) - min(counts.values()) <= 1


@given(
    shards=shard_lists, n_keys=st.integers(1, 300), seed=seeds,
    balance=st.sampled_from([1.0, 1.05, 1.1, 1.25, 2.0]), virtual_nodes=st.integers(1, 10),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_shard_gets_more_than_it_may(
    shards: list[int], n_keys: int, seed: int, balance: float, virtual_nodes: int
) -> None:
    state = bounded.new(whole(shards), virtual_nodes, balance, n_keys, seed)
    counts = Counter(placed(bounded, state, np.arange(n_keys)))
    most = bounded.capacity(balance, n_keys, len(shards))
    assert max(counts.values()) <= most
    assert most - 1 < balance * n_keys / len(shards) + 1e-6
    assert most * len(shards) >= n_keys


def test_bounded_loads_that_are_never_reached_are_the_ring() -> None:
    keys, alive = np.arange(5000), np.arange(10)
    state = bounded.new(alive, 20, 10.0, keys.size, 3)
    assert placed(bounded, state, keys) == placed(ring, ring.new(alive, 20, 3), keys)


def test_a_key_too_many_goes_where_the_ring_says() -> None:
    alive = np.arange(3)
    state = bounded.new(alive, 5, 1.0, 3, 1)
    given_out = placed(bounded, state, np.arange(40))
    assert set(given_out[:3]) == {0, 1, 2}
    assert given_out[3:] == placed(ring, ring.new(alive, 5, 1), np.arange(3, 40))


@given(
    n=st.integers(1, 8), low=st.integers(0, 20), width=st.integers(1, 60),
    changes=st.lists(st.integers(-8, 20), max_size=12),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_ranges_are_split_and_merged_as_written_out(
    n: int, low: int, width: int, changes: list[int]
) -> None:
    shards = list(range(n))
    state = key_range.new(whole(shards), low, low + width)
    plain = reference.Ranges(shards, low, low + width)
    following = n
    for change in changes:
        if change >= 0:
            state = key_range.added(state, following)
            plain.add(following)
            following += 1
        else:
            alive = [owner for owner, _ in plain.held]
            lost = alive[change % len(alive)]
            state = key_range.without(state, lost)
            plain.remove(lost)
        keys = list(range(low, low + width))
        assert placed(key_range, state, keys) == [plain.place(key) for key in keys]
    ends = placed(key_range, state, [low - 1, low + width + 5])
    assert ends == [state.owner[0], state.owner[-1]]


def test_slots_begin_as_redis_deals_them() -> None:
    # Redis's own tutorial: three nodes have 0-5460, 5461-10922 and 10923-16383.
    three = slots.new(np.arange(3)).owner
    assert np.flatnonzero(np.diff(three)).tolist() == [5460, 10922]
    for n in [*range(1, 130), 500, 1000]:
        np.testing.assert_array_equal(slots.new(np.arange(n)).owner, reference.created(n))


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=50))
@settings(deadline=None)
def test_the_slot_is_the_standard_library_s(keys: list[int]) -> None:
    state = slots.new(np.arange(7))
    assert placed(slots, state, keys) == [
        state.owner[reference.slot(key)] for key in keys
    ]  # fmt: skip


@given(n=st.integers(1, 12), changes=st.lists(st.integers(-5, 5), max_size=8))
@settings(max_examples=40, deadline=None)
def test_slots_move_only_to_the_new_and_off_the_lost(n: int, changes: list[int]) -> None:
    state = slots.new(np.arange(n))
    alive, following = list(range(n)), n
    for change in changes:
        before = state.owner
        if change >= 0 or len(alive) == 1:
            state = slots.added(state, following)
            assert (state.owner[state.owner != before] == following).all()
            alive.append(following)
            following += 1
        else:
            lost = alive.pop(change % len(alive))
            state = slots.without(state, lost)
            assert (before[state.owner != before] == lost).all()
        counts = Counter(state.owner.tolist())
        assert set(counts) == set(alive)
        assert max(counts.values()) - min(counts.values()) <= 2


def test_the_last_shard_keeps_what_it_has() -> None:
    assert set(slots.without(slots.new(whole([4])), 4).owner) == {4}
    assert key_range.without(key_range.new(whole([4]), 0, 10), 4).owner.tolist() == [4]


CONSISTENT: list[tuple[ModuleType, tuple[int, ...]]] = [
    (ring, (1,)),
    (ring, (50,)),
    (rendezvous, ()),
]


@pytest.mark.parametrize(("module", "more"), CONSISTENT)
def test_consistent_ways_move_keys_only_to_the_new_and_off_the_lost(
    module: ModuleType, more: tuple[int, ...]
) -> None:
    keys = np.arange(20_000)
    all_shards = np.arange(12)
    for seed, changed in itertools.product(range(5), (0, 5, 11)):
        with_it = whole(placed(module, module.new(all_shards, *more, seed), keys))
        alive = np.delete(all_shards, changed)
        without_it = whole(placed(module, module.new(alive, *more, seed), keys))
        assert (with_it[with_it != without_it] == changed).all()
        assert (with_it == changed).any()


@pytest.mark.parametrize("n", [1, 10, 99])
def test_jump_moves_keys_only_to_the_last(n: int) -> None:
    keys = np.arange(100_000)
    before = whole(placed(jump, jump.new(np.arange(n), 1), keys))
    after = whole(placed(jump, jump.new(np.arange(n + 1), 1), keys))
    assert (after[before != after] == n).all()
    share = 1 / (n + 1)
    error = np.sqrt(share * (1 - share) / keys.size)
    assert (before != after).mean() == pytest.approx(share, abs=4 * error)


def test_keys_and_points_do_not_share_a_hash() -> None:
    """Key 0 would otherwise sit on the first point of shard 0."""
    assert reference.key_word(0, 1) == int(hashed(0, 2)) != reference.shard_word(0, 0, 1)
    homes = [placed(ring, ring.new(np.arange(5), 1, seed), [0])[0] for seed in range(200)]
    assert max(Counter(homes).values()) < 80
