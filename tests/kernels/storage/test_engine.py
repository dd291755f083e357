"""LSM trees against ones that hold their records, the B-tree's pool against a real one."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.storage.engine_reference import fed, pool_misses

from scalelab.kernels.jit import Table
from scalelab.kernels.random import below, generator
from scalelab.kernels.storage.engine import (
    BTREE,
    ENGINES,
    LEVELLED,
    MOST_RUNS,
    POINTS,
    RECORD_SIZE,
    RECORD_SIZES,
    SIZE_RATIO,
    SIZE_RATIOS,
    TIERED,
    engine,
    page_misses,
    shuffled,
    simulated,
)
from scalelab.kernels.zipf import alias_table, draw, popularity

WRITE, LOW, HIGH, READ, PRESENT, ABSENT, STORED, RUNS = range(3, 11)

STORY: dict[str, Any] = {
    "varied": RECORD_SIZE, "record_bytes": 128, "size_ratio": 4, "data_ratio": 32, "skew": 0.8,
    "pool_share": 0.1, "filter_bits": 10, "absent": 0, "page_bytes": 8192, "leaf_fill": 0.7,
    "memtable": 20, "rounds": 4, "n_runs": 1, "seed": 1,
}  # fmt: skip


def table(**changed: Any) -> Table:
    return engine(*{**STORY, **changed}.values())


def drawn(n_keys: int, skew: float, seed: int) -> Iterator[int]:
    """The kernel's own updates."""
    state = generator(seed)
    threshold, alias = alias_table(popularity(n_keys, skew))
    while True:
        yield draw(state, threshold, alias) if skew > 0.0 else below(state, n_keys)


@settings(max_examples=25, deadline=None)
@given(
    size_ratio=st.sampled_from([2, 3, 4, 5, 8, 16, 40]),
    data_ratio=st.sampled_from([8, 13, 32, 64]),
    memtable=st.sampled_from([1, 5, 12]),
    skew=st.sampled_from([0.0, 0.5, 1.2]),
    seed=st.integers(0, 2**40),
)
def test_trees_are_those_that_hold_their_records(
    size_ratio: int, data_ratio: int, memtable: int, skew: float, seed: int
) -> None:
    found = simulated(np.array([size_ratio]), data_ratio, skew, memtable, 4, 1, seed)
    for row, levelled in zip(found, (True, False), strict=True):
        n_keys = data_ratio * memtable
        totals = fed(
            drawn(n_keys, skew, seed), levelled, size_ratio, n_keys, memtable, 4 * data_ratio
        )
        assert row[0] == row[1] == row[2]
        assert row[[0, 3, 4, 5]].tolist() == pytest.approx(totals.figures(), rel=1e-12)


def test_size_ratios_are_simulated_on_the_same_updates() -> None:
    together = simulated(np.array([3, 7]), 32, 0.8, 20, 4, 2, 5)
    for i, ratio in enumerate((3, 7)):
        alone = simulated(np.array([ratio]), 32, 0.8, 20, 4, 2, 5)
        np.testing.assert_array_equal(together[2 * i : 2 * i + 2], alone)


def test_with_a_size_ratio_of_two_both_policies_are_the_same_tree() -> None:
    for data_ratio in (16, 64, 256):
        levelled, tiered = simulated(np.array([2]), data_ratio, 0.0, 50, 4, 2, 3)
        np.testing.assert_array_equal(levelled, tiered)


@pytest.mark.parametrize("skew", [0.0, 0.8, 1.2])
@pytest.mark.parametrize("share", [0.05, 0.3])
def test_pages_leave_the_pool_as_in_a_real_one(skew: float, share: float) -> None:
    """Che's approximation, within 2 % of all updates."""
    n_keys, per_page = 4000, 20.0
    position = shuffled(n_keys, 7)
    updates = drawn(n_keys, skew, 11)
    pages = [int(position[next(updates)] / per_page) for _ in range(60_000)]
    approximate = page_misses(popularity(n_keys, skew), position, per_page, share)
    room = round(share * n_keys / per_page)
    assert pool_misses(pages, room) == pytest.approx(approximate, abs=0.02)


def test_pool_s_extremes() -> None:
    position = shuffled(1000, 1)
    p = popularity(1000, 0.0)
    assert page_misses(p, position, 10.0, 1.0) == 0.0
    assert page_misses(p, position, 1e9, 0.01) == 0.0  # one page, and that fits
    assert page_misses(p, position, 10.0, 0.25) == pytest.approx(0.75, abs=1e-9)
    assert page_misses(p, position, 10.0, 1e-9) == pytest.approx(0.99, abs=1e-9)  # one page fits


def test_popular_keys_lie_anywhere() -> None:
    position = shuffled(5000, 3)
    assert sorted(position.tolist()) == list(range(5000))
    assert abs(float(np.corrcoef(position, np.arange(5000))[0, 1])) < 4.0 / np.sqrt(5000)


@pytest.mark.parametrize(
    ("varied", "values"), [(RECORD_SIZE, RECORD_SIZES), (SIZE_RATIO, SIZE_RATIOS)]
)
def test_the_row_as_set_is_that_of_its_point(varied: int, values: tuple[int, ...]) -> None:
    chosen = values[3]
    rows = table(varied=varied, size_ratio=chosen if varied else 4,
                 record_bytes=128 if varied else chosen)  # fmt: skip
    assert rows.shape == (ENGINES * (POINTS + 1), 11)
    np.testing.assert_array_equal(rows[:ENGINES, 1:], rows[4 * ENGINES : 5 * ENGINES, 1:])
    assert rows[ENGINES:, 1].reshape(POINTS, ENGINES).T.tolist() == [list(values)] * ENGINES
    assert rows[:, 2].tolist() == [BTREE, LEVELLED, TIERED] * (POINTS + 1)


def test_what_depends_on_what_is_varied() -> None:
    by_size = table(varied=RECORD_SIZE)[ENGINES:].reshape(POINTS, ENGINES, 11)
    for each in (LEVELLED, TIERED):
        assert (by_size[:, each, 2:] == by_size[0, each, 2:]).all()
    # Half as large a record: twice as many are written with it, when hardly any page is in memory.
    small = table(pool_share=0.001, skew=0.0)[ENGINES:].reshape(POINTS, ENGINES, 11)[:, BTREE]
    misses = small[:, WRITE] * small[:, 1] / 8192
    assert misses.max() <= 1.0
    np.testing.assert_array_equal(np.sort(small[:, WRITE])[::-1], small[:, WRITE])
    by_ratio = table(varied=SIZE_RATIO)[ENGINES:].reshape(POINTS, ENGINES, 11)
    assert (by_ratio[:, BTREE, 2:] == by_ratio[0, BTREE, 2:]).all()
    # The bargain of the size ratio: levelled pays in writes, tiered in runs.
    assert by_ratio[-1, LEVELLED, WRITE] > 2 * by_ratio[0, LEVELLED, WRITE]
    assert by_ratio[-1, TIERED, WRITE] < by_ratio[0, TIERED, WRITE]
    assert by_ratio[-1, TIERED, RUNS] > 2 * by_ratio[0, TIERED, RUNS]
    assert by_ratio[-1, LEVELLED, RUNS] < by_ratio[0, LEVELLED, RUNS]


controls = st.fixed_dictionaries({
    "varied": st.integers(0, 1), "record_bytes": st.integers(1, 2048),
    "size_ratio": st.integers(2, 64), "data_ratio": st.integers(8, 70), "skew": st.floats(0, 1.2),
    "pool_share": st.floats(0.001, 1.0), "filter_bits": st.integers(0, 30),
    "absent": st.integers(0, 1), "memtable": st.integers(1, 20), "n_runs": st.integers(1, 3),
    "seed": st.integers(0, 2**40),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(controls)
def test_what_always_holds(control: dict[str, Any]) -> None:
    rows = table(**control)
    assert np.isfinite(rows).all()
    assert (rows[:, 1:] >= 0.0).all()
    assert (rows[:, LOW] <= rows[:, WRITE] * (1 + 1e-12)).all()
    assert (rows[:, WRITE] <= rows[:, HIGH] * (1 + 1e-12)).all()
    np.testing.assert_array_equal(rows[:, READ], rows[:, ABSENT if control["absent"] else PRESENT])
    trees = rows[rows[:, 2] != BTREE]
    assert (trees[:, STORED] >= 1.0).all()
    assert (trees[:, RUNS] >= 1.0).all()
    assert (trees[:, RUNS] <= MOST_RUNS).all()
    assert (trees[:, PRESENT] >= 1.0).all()
    # Whoever finds a key was not sent on by the run that has it: one fewer can err.
    assert (trees[:, PRESENT] - 1.0 <= trees[:, ABSENT]).all()
    if control["filter_bits"] == 0:
        np.testing.assert_array_equal(trees[:, ABSENT], trees[:, RUNS])


def test_one_bit_more_lets_fewer_through() -> None:
    absent = [table(filter_bits=bits)[TIERED, ABSENT] for bits in (0, 1, 5, 10, 20)]
    assert absent == sorted(absent, reverse=True)
    assert absent[3] / absent[0] == pytest.approx(0.6185**10, rel=1e-3)


def test_one_seed_gives_one_result_and_another_another() -> None:
    np.testing.assert_array_equal(table(seed=3), table(seed=3))
    assert table(seed=3)[LEVELLED, WRITE] != table(seed=4)[LEVELLED, WRITE]
