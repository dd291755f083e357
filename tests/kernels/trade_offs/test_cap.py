"""A partition against one played through, all numbers of writes, and what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.trade_offs.cap_reference import means

from scalelab.kernels.jit import Table
from scalelab.kernels.trade_offs import cap as kernels
from scalelab.theory.storage.partition import lost_writes, stale_in_break
from scalelab.theory.trade_offs import cap as theory

STORY: dict[str, Any] = {
    "workload": 2, "minutes": 10.0, "minority": 0.3, "rate": 2000.0, "skew": 0.8,
    "comes_back": 0.6, "left": 20, "limit": 6, "factor": 1.0,
}  # fmt: skip
NUMBERS = kernels.WRITES_REFUSED, kernels.FORGOTTEN, kernels.PUT_RIGHT


def table_of(**changed: Any) -> Table:
    return kernels.cap(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def key(mean: float, side: float, bound: int, left: int, limit: int) -> Table:
    """What one key loses, with one read."""
    out = np.zeros((kernels.WAYS, kernels.LOSSES))
    kernels.add(out, 1.0, mean, 1.0, side, bound, left, limit)
    return out


@pytest.mark.parametrize("bound", [0, 1, 2])
@pytest.mark.parametrize(
    ("mean", "side", "left", "limit"),
    [(0.5, 0.3, 3, 1), (6.0, 0.3, 5, 2), (12.0, 0.5, 8, 4), (30.0, 0.2, 20, 0), (4.0, 0.4, 2, 6)],
)
def test_played_through(mean: float, side: float, bound: int, left: int, limit: int) -> None:
    found = key(mean, side, bound, left, limit)
    a, b = mean * (1.0 - side), mean * side
    expected, errors = means(a, b, bound, left, limit, 20_000, seed=bound + left)
    for way in range(kernels.WAYS):
        for i, column in enumerate(NUMBERS):
            assert found[way, column] == pytest.approx(
                expected[way][i], abs=5.0 * errors[way][i] + 5e-3 * expected[way][i] + 1e-9
            ), (way, column)
    here, there = expected[4][:2]
    assert found[kernels.MERGE, kernels.STALE] == pytest.approx(
        (1.0 - side) * here + side * there, abs=0.02
    )


means_of = st.just(0.0) | st.floats(1e-6, 40.0)
lefts = st.integers(1, 30)


@settings(max_examples=60, deadline=None)
@given(means_of, means_of, lefts, st.integers(0, 30))
def test_all_numbers_of_writes(a: float, b: float, left: int, limit: int) -> None:
    limit = min(limit, left)
    mean = a + b
    side = b / mean if mean else 0.5
    aside = key(mean, side, kernels.SET_ASIDE, left, limit)
    assert aside[kernels.REFUSE, kernels.WRITES_REFUSED] == pytest.approx(
        theory.not_sold(a, b, left), rel=1e-7, abs=1e-8
    )
    assert aside[kernels.MERGE, kernels.PUT_RIGHT] == pytest.approx(
        theory.oversold(a, b, left), rel=1e-7, abs=1e-8
    )
    assert aside[kernels.LIMIT, kernels.WRITES_REFUSED] == pytest.approx(
        theory.set_aside(a, b, left, limit), rel=1e-7, abs=1e-8
    )
    assert aside[kernels.LAST_WRITER, kernels.FORGOTTEN] == pytest.approx(
        theory.forgotten(a, b, left), rel=0.02, abs=1e-8
    )
    exposed = key(mean, side, kernels.EXPOSED, left, limit)
    refused, over = theory.exposed(a, b, left, limit)
    assert exposed[kernels.LIMIT, kernels.WRITES_REFUSED] == pytest.approx(
        refused, rel=1e-7, abs=1e-8
    )
    assert exposed[kernels.LIMIT, kernels.PUT_RIGHT] == pytest.approx(over, rel=1e-7, abs=1e-8)
    free = key(mean, side, kernels.UNBOUNDED, left, limit)
    assert free[kernels.MERGE, kernels.PUT_RIGHT] == pytest.approx(
        theory.conflict(a, b), rel=1e-7, abs=1e-8
    )
    assert free[kernels.LAST_WRITER, kernels.FORGOTTEN] == pytest.approx(
        lost_writes(a, b), rel=1e-6, abs=1e-9
    )
    assert free[kernels.LAST_WRITER, kernels.FORGOTTEN] == pytest.approx(
        theory.forgotten(a, b), rel=1e-6, abs=1e-8
    )
    stale = (1.0 - side) * stale_in_break(b, 0.0, 1.0) + side * stale_in_break(a, 0.0, 1.0)
    assert free[kernels.MERGE, kernels.STALE] == pytest.approx(stale, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("skew", [0.0, 0.5, 0.8, 1.0, 1.4])
@pytest.mark.parametrize("keys", [1, 31, 32, 33, 1000, 100_000])
def test_groups_are_all_keys(keys: int, skew: float) -> None:
    table = kernels.groups(keys, skew)
    assert table[:, 0].sum() == keys
    assert (table[:, 0] * table[:, 1]).sum() == pytest.approx(1.0, rel=1e-12)
    weights = np.arange(1, keys + 1) ** -skew
    weights /= weights.sum()
    assert table[0, 1] == pytest.approx(weights[0], rel=1e-5)
    for mean in (1.0, 100.0, 10_000.0):
        exact = (1.0 - np.exp(-mean * weights)).sum()
        ours = sum(n * (1.0 - np.exp(-mean * p)) for n, p in table)
        assert ours == pytest.approx(exact, rel=3e-3)


@pytest.mark.parametrize(("n", "up"), [(1, 0.9), (2, 0.9), (3, 0.99), (5, 0.9), (7, 0.999)])
def test_majorities(n: int, up: float) -> None:
    expected = float(theory.majority_up(n, Fraction(str(up))))
    assert kernels.majority_up(n, up) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 20.0, 700.0, 2000.0])
@pytest.mark.parametrize("most", [1, 7, 500])
def test_numbers_that_are_cut_off(mean: float, most: int) -> None:
    expected = sum(p * min(n, most) for n, p in theory.numbers(mean))
    assert kernels.taken(mean, most) == pytest.approx(expected, rel=1e-9)


def test_the_first_crossing_is_where_the_lines_meet() -> None:
    (row,) = [r for r in of(kernels.SET, table_of()) if r[kernels.WAY] == kernels.MERGE]
    assert row[kernels.HAS_CROSS] == 1.0
    for way in (kernels.REFUSE, kernels.MERGE):
        at = of(kernels.SET, table_of(minutes=row[kernels.CROSS]))[way, kernels.USD]
        other = of(kernels.SET, table_of(minutes=row[kernels.CROSS]))[0, kernels.USD]
        assert at == pytest.approx(other, rel=0.05)


def test_break_even_is_where_merging_costs_what_refusing_does() -> None:
    at = of(kernels.SET, table_of())
    merge = at[kernels.MERGE]
    usd = kernels.PRESETS[2][kernels.RIGHT_USD]
    even = of(kernels.SET, table_of(factor=merge[kernels.WORTH] / usd))
    assert even[kernels.MERGE, kernels.USD] == pytest.approx(even[0, kernels.USD], rel=1e-9)


worlds = st.fixed_dictionaries({
    "workload": st.integers(0, 3), "minutes": st.sampled_from([0.001, 0.5, 10.0, 1440.0, 1e5]),
    "minority": st.sampled_from([0.0, 0.05, 0.3, 0.5]),
    "rate": st.sampled_from([0.01, 100.0, 2000.0, 1e6]), "skew": st.sampled_from([0.0, 0.8, 3.0]),
    "comes_back": st.sampled_from([0.0, 0.6, 1.0]), "left": st.sampled_from([1, 20, 500]),
    "limit": st.sampled_from([0, 1, 6, 500]), "factor": st.sampled_from([0.001, 1.0, 1e6]),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    losses = of(kernels.LOSS, table)
    usd = losses[:, kernels.USD].reshape(kernels.WAYS, kernels.LOSSES)
    as_set = of(kernels.SET, table)
    assert usd.sum(axis=1) == pytest.approx(as_set[:, kernels.USD], rel=1e-12, abs=1e-12)
    assert as_set[:, kernels.BEST].sum() == 1.0
    counts = losses[:, kernels.COUNT].reshape(kernels.WAYS, kernels.LOSSES)
    # Nothing that is refused diverges, and nothing that diverges was refused.
    assert (counts[0, 2:] == 0.0).all()
    assert (counts[1:3, :2] == 0.0).all()
    # The limit refuses no more than refusing does, if it is set where it does not take from others.
    if world["workload"] != kernels.STOCK:
        assert counts[3, 1] <= counts[0, 1] * (1.0 + 1e-9) + 1e-9
    mine = of(kernels.COMPONENT, table)
    mine = mine[mine[:, kernels.WORKLOAD] == world["workload"]]
    assert (mine[:, kernels.USD] == as_set[:, kernels.USD]).all()


@pytest.mark.parametrize("workload", range(4))
@pytest.mark.parametrize("minutes", [0.1, 10.0, 1440.0])
def test_no_way_is_consistent_and_available(workload: int, minutes: float) -> None:
    """Gilbert and Lynch: with requests on both sides each way refuses or is inconsistent."""
    losses = of(kernels.LOSS, table_of(workload=workload, minutes=minutes))
    for way in range(kernels.WAYS):
        counts = losses[losses[:, kernels.WAY] == way][:, kernels.COUNT]
        assert counts.sum() > 0.0


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_a_longer_partition_never_costs_less(world: dict[str, Any]) -> None:
    curve = of(kernels.CURVE, table_of(**world))[:, kernels.USD].reshape(-1, kernels.WAYS)
    # Sales that are refused are not lost once the other side would have sold all pieces.
    ways = [1, 2] if world["workload"] >= kernels.STOCK else [0, 1, 2, 3]
    for way in ways:
        rises = np.diff(curve[:, way])
        assert (rises >= -1e-2 * curve[1:, way] - 1e-9 * world["factor"]).all()
