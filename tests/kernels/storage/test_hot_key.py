"""The kernel against lists of loads, requests that are sent one at a time, and exact chances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage.hot_key_reference import fetched, homes, loads, served, spread_out

from scalelab.kernels.storage.hot_key import (
    APART,
    BY_HASH,
    CACHE,
    COPY,
    NOTHING,
    SPLIT,
    WEIGHT,
    busiest,
    carries,
    crowding,
    hot_key,
    misses,
    most_on_one_shard,
    work,
)

shares = st.floats(0.0, 1.0)
counts = st.integers(1, 60)


@settings(deadline=None)
@given(counts, counts, st.integers(0, 2**40))
def test_parts_are_where_their_hash_says(parts: int, shards: int, salt: int) -> None:
    where = homes(parts, shards, salt)
    assert most_on_one_shard(parts, shards, salt) == max(map(where.count, where))


@settings(deadline=None)
@given(counts, counts)
def test_parts_that_are_kept_apart(parts: int, shards: int) -> None:
    where = spread_out(parts, shards)
    assert crowding(parts, shards, APART, 1, 1).tolist() == [max(map(where.count, where))]


@settings(deadline=None)
@given(st.sampled_from(range(5)), shares, st.integers(2, 50), shares, counts, st.integers(0, 999))
def test_loads_are_those_of_the_list(
    remedy: int, share: float, shards: int, read_share: float, parts: int, salt: int
) -> None:
    where = homes(parts, shards, salt)
    missed = misses(share * read_share, 7, 0.5, 300.0)
    expected = loads(remedy, share, shards, read_share, where, missed)
    most = float(most_on_one_shard(parts, shards, salt))
    found = busiest(remedy, share, shards, read_share, parts, most, missed)
    if remedy == CACHE:  # when it hides nearly everything another shard can be the busiest
        assert found == pytest.approx(expected[0])
    else:
        assert found == pytest.approx(max(expected))
    # What the shards do in all is the work, however it is spread.
    assert sum(expected) == pytest.approx(work(remedy, share, read_share, parts, missed))


@pytest.mark.parametrize("remedy", [SPLIT, COPY])
@pytest.mark.parametrize("read_share", [0.0, 0.3, 0.9])
def test_requests_sent_one_at_a_time(remedy: int, read_share: float) -> None:
    share, shards, parts, n = 0.2, 10, 6, 40_000
    where = homes(parts, shards, 3)
    most = max(map(where.count, where))
    crowded = max(range(shards), key=where.count)
    count = served(remedy == SPLIT, share, shards, read_share, where, n, 1)[crowded]
    expected = busiest(remedy, share, shards, read_share, parts, float(most), 0.0)
    # A request adds at most `most`, so this is at least its standard error.
    assert count == pytest.approx(expected, abs=4 * (most * expected / n) ** 0.5)
    assert expected > (1 - share) / shards


@pytest.mark.parametrize(("rate", "servers", "cache_s"), [(40.0, 5, 0.1), (200.0, 20, 1.0)])
def test_the_cache_lets_through_what_it_does_read_by_read(
    rate: float, servers: int, cache_s: float
) -> None:
    seconds = 30_000.0 / rate * 4.0
    found = fetched(rate, servers, cache_s, seconds, 1)
    # All requests are reads of the key.
    expected = misses(1.0, servers, cache_s, rate)
    assert found == pytest.approx(expected, abs=4 * (expected / (rate * seconds)) ** 0.5)
    assert expected * rate < servers / cache_s


def table(**changed: float) -> np.ndarray:
    given = {
        "remedies": 31, "share": 0.1, "shards": 10, "read_share": 0.9, "utilisation": 0.6,
        "parts": 10, "placement": BY_HASH, "cache_s": 1.0, "servers": 20, "request_rate": 1e4,
        "n_runs": 40, "n_points": 5, "seed": 1,
    } | changed  # fmt: skip
    return hot_key(*given.values())


def test_the_table_is_made_of_the_parts() -> None:
    crowds = sorted(crowding(60, 10, BY_HASH, 400, 1))
    assert crowds[0] < crowds[20] < crowds[379] < crowds[399]
    rows = table(parts=60, n_runs=400)
    assert rows.shape == (30, 10)
    for row in rows:
        remedy, x = int(row[0]), row[1]
        missed = misses(x * 0.9, 20, 1.0, 1e4)
        for column, most in ((2, np.mean(crowds)), (3, crowds[20]), (4, crowds[379])):
            load = busiest(remedy, x, 10, 0.9, 60, most, missed)
            assert row[column] == pytest.approx(0.6 * 10 * load)
        assert row[6] == pytest.approx(work(remedy, x, 0.9, 60, missed))
    assert rows[:6, 1].tolist() == [0.0, 0.125, 0.25, 0.375, 0.5, 0.1]
    assert rows[:, 9].tolist() == [0, 0, 0, 0, 0, 1] * 5


controls = st.fixed_dictionaries({
    "share": shares, "shards": st.integers(1, 100), "read_share": shares,
    "utilisation": st.floats(0.01, 0.99), "parts": st.integers(1, 100),
    "placement": st.sampled_from([BY_HASH, APART]), "cache_s": st.floats(0.0, 100.0),
    "servers": st.integers(1, 500), "request_rate": st.floats(0.01, 1e6),
    "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(controls)
def test_what_always_holds(control: dict[str, float]) -> None:
    rows = table(**control)
    assert np.isfinite(rows).all()
    _, _, busy, low, high, times, worked, mean, carried, _ = rows.T
    near = 1e-9 * (1.0 + busy)
    assert (low <= busy + near).all()
    assert (busy <= high + near).all()
    assert (worked >= 0.0).all()
    np.testing.assert_allclose(times * control["utilisation"], busy)
    np.testing.assert_allclose(worked * control["utilisation"], mean)
    assert ((carried >= 0.0) & (carried <= 1.0)).all()
    # No shard is busier than all together, and without a cache one is as busy as their mean.
    assert (busy <= mean * control["shards"] + near).all()
    cached = rows[:, 0] == CACHE
    assert (busy[~cached] >= mean[~cached] - near[~cached]).all()
    # More of the key is never less load, but for the cache.
    curve = busy.reshape(5, 6)[:, :5]
    rising = [NOTHING, WEIGHT] if control["placement"] else [NOTHING]
    for remedy in rising:
        assert (np.diff(curve[remedy]) >= -1e-9).all()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(range(5)), controls)
def test_the_share_that_is_carried_fills_the_shard(remedy: int, control: dict[str, float]) -> None:
    shards, reads = int(control["shards"]), control["read_share"]
    parts, most = int(control["parts"]), 1.0 + int(control["parts"]) // 3
    world = (control["cache_s"], int(control["servers"]), control["request_rate"])
    carried = carries(remedy, shards, reads, control["utilisation"], parts, most, *world)

    def full(share: float) -> float:
        missed = misses(share * reads, world[1], world[0], world[2])
        load = busiest(remedy, share, shards, reads, parts, most, missed)
        return load * shards * control["utilisation"]

    assert full(carried) <= 1.0 + 1e-9
    assert full(0.5 * carried) <= 1.0 + 1e-9
    if carried < 1.0:
        assert full(carried) == pytest.approx(1.0, abs=1e-6)


def test_nothing_helps_on_one_shard() -> None:
    busy = table(shards=1, share=0.5, cache_s=0.0, read_share=0.0)[:, 2].reshape(5, 6)[:, 5]
    assert busy[NOTHING] == busy[WEIGHT] == busy[CACHE] == pytest.approx(0.6)
    assert busy[SPLIT] == pytest.approx(0.6)
    assert busy[COPY] > 3.0


def test_only_what_is_chosen_is_computed() -> None:
    assert table(remedies=0b01001)[:, 0].tolist() == [NOTHING] * 6 + [COPY] * 6
    assert len(table(remedies=0)) == 0
