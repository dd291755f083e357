"""Placements name the same shards as other programs: uhashring, jump-consistent-hash, binascii."""

import binascii
import math

import jump as jump_consistent_hash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uhashring import HashRing

from scalelab.kernels.storage.placement import jump, slots
from scalelab.models.storage.resharding import movement
from scalelab.models.storage.sharding import load, shards_of
from scalelab.peers import placement

KEYS = np.arange(3000) * 7919


@pytest.mark.parametrize(("n", "virtual_nodes"), [(1, 1), (2, 1), (10, 1), (10, 40), (30, 100)])
def test_uhashring_on_the_same_points_names_the_same_shards(n: int, virtual_nodes: int) -> None:
    for seed in (0, 3, 2**40):
        theirs = placement.ring_shards(placement.ring(range(n), virtual_nodes, seed), KEYS)
        ours = shards_of(KEYS, "Consistent hashing", n, virtual_nodes, seed=seed)
        np.testing.assert_array_equal(ours, theirs)


def test_uhashring_moves_the_same_keys_to_a_new_shard() -> None:
    circle = placement.ring(range(10), 50, 1)
    before = placement.ring_shards(circle, KEYS)
    circle.add_node("10")
    theirs = movement(before, placement.ring_shards(circle, KEYS))
    ours = movement(*(shards_of(KEYS, "Consistent hashing", n, 50, seed=1) for n in (10, 11)))
    assert ours == theirs
    assert ours.wasted == 0.0


def uhashring_cv(virtual_nodes: int, first: int) -> float:
    """CV of the shares of ten nodes on uhashring's own MD5 points, from the points themselves."""
    circle = HashRing([f"node{i}" for i in range(first, first + 10)], vnodes=virtual_nodes)
    share = dict.fromkeys(circle.get_nodes(), 0.0)
    points = circle.get_points()
    for (before, _), (point, node) in zip([(points[-1][0] - 2**128, ""), *points], points,
                                          strict=False):  # fmt: skip
        share[node] += (point - before) / 2**128
    assert sum(share.values()) == pytest.approx(1.0)
    return float(np.std(list(share.values())) * 10)


@pytest.mark.parametrize("virtual_nodes", [1, 10, 100])
def test_uhashring_s_own_points_are_as_uneven_as_ours(virtual_nodes: int) -> None:
    theirs = [uhashring_cv(virtual_nodes, 10 * i) ** 2 for i in range(150)]
    ours = [
        load(shards_of(np.arange(50_000), "Consistent hashing", 10, virtual_nodes, seed=seed), 10)
        .variation ** 2 - 9 / 50_000
        for seed in range(150)
    ]  # fmt: skip
    error = math.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / 150)
    assert abs(np.mean(ours) - np.mean(theirs)) < 4 * error


@given(word=st.integers(0, 2**64 - 1), n=st.integers(1, 2**31 - 1))
@settings(max_examples=500, deadline=None)
def test_jump_equals_jump_consistent_hash(word: int, n: int) -> None:
    assert jump.bucket(np.uint64(word), n) == jump_consistent_hash.hash(word, n)


def test_jump_equals_jump_consistent_hash_for_every_number_of_buckets() -> None:
    words = np.random.default_rng(1).integers(0, 2**64, 40, np.uint64)
    for n in range(1, 600):
        ours = [jump.bucket(word, n) for word in words]
        assert ours == placement.jump_buckets(words, n).tolist()


@given(st.integers(0, 2**62))
def test_slots_equal_the_standard_library_s_crc(key: int) -> None:
    expected = binascii.crc_hqx(str(key).encode(), 0) % slots.SLOTS
    assert shards_of([key], "Hash slots", slots.SLOTS)[0] == expected
